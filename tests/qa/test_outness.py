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


def test_the_number_beside_a_sentence_is_the_one_in_it() -> None:
    measures = [
        measure(part="top", value=30.18, sheet_value=0.0, allowed=2.0, unit="dE00", drift=17.1),
        measure(part="top", value=16.18, sheet_value=0.0, allowed=2.0, unit="dE00", drift=10.1),
    ]
    with translation.override("en"):
        assert outness.of(measures, "top", 17.1, {"delta_e": 16.18, "area_px": 28339}).value == "ΔE00 16.2"
        assert outness.of(measures, "top", 17.1).value == "ΔE00 30.2"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0 % as on the sheet, at least 40.0 % is asked"),
        (25.0, "25.0 % as on the sheet, at least 40.0 % is asked"),
    ],
)
def test_a_part_says_how_much_of_it_is_as_on_the_sheet(value: float, expected: str) -> None:
    clip = measure(part="clip", aspect="DETAIL", value=value, allowed=60.0, drift=1.7)
    with translation.override("en"):
        assert str(outness.of_measure(clip)) == expected


def test_a_claim_without_measures_says_its_drift() -> None:
    with translation.override("en"):
        assert str(outness.of([{"name": "head"}], "head", 1.5)) == "drift 1.5, limit 1"
