"""One fault, one flag: leaves out what another claim about the same drawing already explains.

A supervisor who decides about the same eye four times stops looking. What is left out stays in the measurement; only
the claim is not made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa.checks.base import union

Aspect = dict[str, Any]
_NOWHERE = frozenset(
    {"whole figure", "head"}
)  # names of no part: something lies otherwise, nobody knows what
_SEEN_ALONE = frozenset({"DETAIL", "SHAPE", "FACE"})
_OF_FORM = frozenset({"PROPORTION", "FACE", "SHAPE", "DETAIL", "LINE_WEIGHT"})
_MOVED_BY = {aspect: _OF_FORM - {aspect} for aspect in _OF_FORM} | {
    "DETAIL": _OF_FORM - {"DETAIL"} | {"COLOUR"}
}
_A_DOUBLING = 1.0  # of drift: what is farther out than that beyond a wrong size has a reason of its own
_SLIGHT = 2.0  # drift: less than twice the limit
_MOST_OF_IT = 0.6  # of a box


def without_echo(out: Sequence[Aspect], areas: Sequence[Mapping[str, Any]]) -> list[Aspect]:
    """Return the aspects that are claims of their own.

    Args:
        out: aspects beyond their limit.
        areas: of paint in no swatch's colour, each with "part".
    """
    size = max((a["drift"] for a in out if a["aspect"] == "PROPORTION"), default=0.0)
    paint = [a for a in out if a["aspect"] == "COLOUR"]
    parts = {area["part"] for area in areas}
    sized = [a for a in paint if a["part"] in parts]
    eyes = [a for a in out if of_eye_paint(a)]
    kept = [
        a
        for a in out
        if not _of_size(a, size)
        and not _of_paint(a, paint)
        and not (a["aspect"] == "COLOUR" and a["part"] not in parts and _paint_again(a, sized))
        and not _eyes_again(a, eyes, paint, areas)
    ]
    return _without_slight(kept)


def _without_slight(out: Sequence[Aspect]) -> list[Aspect]:
    """Leave out what is slight beside something of another aspect that is twice as far out or more.

    A larger head moves a collar, other hair hides a shoulder, and a part is read by the paint around it. On drifted
    puppets of VALID all 29 such claims were echoes; a second fault of its own is told once the first is mended, for
    a new take is checked anew.
    """
    worst: dict[str, float] = {}
    for one in out:
        worst[one["aspect"]] = max(worst.get(one["aspect"], 0.0), one["drift"])
    slight = {
        aspect
        for aspect, drift in worst.items()
        if drift < _SLIGHT
        and any(drift <= worst.get(other, 0.0) - _A_DOUBLING for other in _MOVED_BY.get(aspect, ()))
    }
    return [one for one in out if one["aspect"] not in slight]


def of_eye_paint(one: Mapping[str, Any]) -> bool:
    """Say whether an aspect tells that the paint inside the eyes is that of other eyes."""
    return bool(one["aspect"] == "FACE" and one["part"] == "eyes" and one["unit"] == "dE00")


def lies_in(inner: Mapping[str, Any], outer: Mapping[str, Any]) -> bool:
    """Say whether most of a box lies in another; False where one has none."""
    return _share_in(inner.get("box_xyxy"), outer.get("box_xyxy")) >= _MOST_OF_IT


def _of_size(one: Aspect, size: float) -> bool:
    """Say whether a wrong size explains it: lines are measured by the head, and what grew lies elsewhere."""
    if one["aspect"] == "LINE_WEIGHT":
        return bool(one["drift"] <= size)
    return size > 0.0 and _is_nameless(one) and bool(one["drift"] <= size + _A_DOUBLING)


def _of_paint(one: Aspect, paint: Sequence[Aspect]) -> bool:
    """Say whether a wrong paint explains it: a repainted skirt is in no approved drawing either."""
    return _is_nameless(one) and any(lies_in(one, each) for each in paint)


def _paint_again(one: Aspect, sized: Sequence[Aspect]) -> bool:
    """Say whether paint that has a distance but no area is what areas of other names tell already."""
    return bool(one["unit"] == "dE00") and lies_in(one, {"box_xyxy": union([a["box_xyxy"] for a in sized])})


def _eyes_again(
    one: Aspect, eyes: Sequence[Aspect], paint: Sequence[Aspect], areas: Sequence[Mapping[str, Any]]
) -> bool:
    """Say whether it tells the paint of eyes a second time: of several areas the eyes are it, of one the paint."""
    if of_eye_paint(one):
        return any(lies_in(each, one) and each["drift"] > one["drift"] for each in paint)
    if one["aspect"] != "COLOUR":
        return False
    return any(
        one["drift"] <= each["drift"]
        and (lies_in(one, each) or any(a["part"] == one["part"] and lies_in(a, each) for a in areas))
        for each in eyes
    )


def _is_nameless(one: Aspect) -> bool:
    return one["aspect"] in _SEEN_ALONE and one["part"] in _NOWHERE


def _share_in(inner: Sequence[int] | None, outer: Sequence[int] | None) -> float:
    if not inner or not outer:
        return 0.0
    wide = max(0, min(inner[2], outer[2]) - max(inner[0], outer[0]))
    high = max(0, min(inner[3], outer[3]) - max(inner[1], outer[1]))
    return wide * high / max(1, (inner[2] - inner[0]) * (inner[3] - inner[1]))
