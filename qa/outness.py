"""How far out something is, in numbers that are true as they stand.

A drift is 1.0 at the design's limit and grows by one with each doubling beyond it, so "3×" would be false there. Where
a measure has a unit, its own number stands beside what the design allows; elsewhere the drift is named as what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from qa import sentences

_AT_LIMIT = 1.0
_ALL_OF_IT = 100.0  # per cent of a part that is as on the sheet
_OF_PARTS = frozenset({"DETAIL", "COLOUR"})


@dataclass(frozen=True)
class Outness:
    """Words: `value` is what stands first ("9 %", "drift 2.3"), `limit` what it is held against ("allows 4 %")."""

    value: str
    limit: str

    def __str__(self) -> str:
        return f"{self.value}, {self.limit}"


def of(
    measures: Sequence[Mapping[str, Any]], part: str, drift: float, told: Mapping[str, Any] | None = None
) -> Outness:
    """Return how far out a claim is: by the farthest measure of its part that has a unit, else by its drift.

    Args:
        measures: of the claim, each with "part", "drift", "value", "sheet_value", "allowed", "unit".
        part: what the claim speaks of.
        drift: of the claim.
        told: numbers of the claim's sentence: the measure that it tells comes first, for two numbers make doubt.
    """
    own = [one for one in measures if one.get("part") == part and float(one.get("drift", 0.0)) > _AT_LIMIT]
    for one in sorted(own, key=lambda each: (not is_told(each, told or {}), -float(each.get("drift", 0.0)))):
        found = _in_unit(one)
        if found is not None:
            return found
    return of_drift(drift)


def is_told(one: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Say whether a sentence with these numbers tells this measure."""
    is_unit = one.get("unit", "") == told.get("unit", one.get("unit", ""))
    return is_unit and one.get("value") == told.get("delta_e", told.get("value"))


def of_measure(one: Mapping[str, Any]) -> Outness:
    """Return how far out one measure is."""
    return _in_unit(one) or of_drift(float(one.get("drift", 0.0)))


def of_drift(drift: float) -> Outness:
    """Return a drift by its name and its limit."""
    return Outness(_("drift {number}").format(number=number_format(round(drift, 1), 1)), _("limit 1"))


def _in_unit(one: Mapping[str, Any]) -> Outness | None:
    """Return the distance from the sheet and what is allowed; None where they would not tell why it is out."""
    unit, allowed = str(one.get("unit", "")), float(one.get("allowed", 0.0))
    away = abs(float(one.get("value", 0.0)) - float(one.get("sheet_value", 0.0)))
    if not unit or allowed <= 0.0 or (away > allowed) != (float(one.get("drift", 0.0)) > _AT_LIMIT):
        return None
    if unit == "%" and one.get("aspect") in _OF_PARTS and float(one.get("sheet_value", 0.0)) == _ALL_OF_IT:
        return Outness(
            _("{share} as on the sheet").format(share=sentences.with_unit(float(one["value"]), unit)),
            _("at least {share} is asked").format(share=sentences.with_unit(_ALL_OF_IT - allowed, unit)),
        )
    return Outness(
        sentences.with_unit(away, unit),
        _("allows {allowed}").format(allowed=sentences.with_unit(allowed, unit)),
    )
