"""How far out something is, in numbers that are true as they stand."""

from __future__ import annotations

import pytest
from django.utils import translation

from qa import outness


def measure(**fields: object) -> dict[str, object]:
    head = {"part": "head", "value": 112.2, "sheet_value": 100.0, "allowed": 2.6, "unit": "%", "drift": 3.2}
    return {**head, **fields}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "12.2 %, allows 2.6 %"),  # 4.7 times the limit, whatever the drift says
        ({"value": 6.3, "sheet_value": 0.0, "allowed": 2.0, "unit": "dE00"}, "ΔE00 6.3, allows ΔE00 2.0"),
        ({"unit": "", "drift": 2.34}, "drift 2.3, limit 1"),
        ({"allowed": 0.0}, "drift 3.2, limit 1"),
        ({"value": 101.0, "drift": 1.4}, "drift 1.4, limit 1"),  # its own number would not say why it is out
    ],
)
def test_a_number_stands_beside_what_is_allowed_and_a_bare_drift_is_called_one(
    fields: dict[str, object], expected: str
) -> None:
    with translation.override("en"):
        assert str(outness.of_measure(measure(**fields))) == expected


def test_a_claim_speaks_by_the_farthest_measure_of_its_part_that_has_a_unit() -> None:
    measures = [
        measure(unit="", drift=5.0),
        measure(value=104.0, allowed=3.0, drift=1.4),
        measure(part="legs", value=150.0, drift=9.0),
    ]
    with translation.override("en"):
        assert str(outness.of(measures, "head", 5.0)) == "4.0 %, allows 3.0 %"


def test_a_claim_without_measures_says_its_drift() -> None:
    with translation.override("en"):
        assert str(outness.of([{"name": "head"}], "head", 1.5)) == "drift 1.5, limit 1"
