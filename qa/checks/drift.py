"""Drift from the approved sheet: which measured aspects are a claim, one for each fault (colour: each part).

What a drawing shows in a colour that the sheet does not know is called a wrong colour once, not a missing
part as well; a figure that shows another design is called that and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa.checks.alarms import held, told
from qa.checks.base import Finding, Limits, union
from qa.checks.echoes import lies_in, of_eye_paint, without_echo
from qa.choices import Fault

ID = "drift.sheet"
ANOTHER_FIGURE = "another figure"  # somebody beside the cast character, who is judged all the same
_AT_LIMIT = 1.0
_ALL_OF_IT, _LEFT_OUT = 100.0, 5.0  # per cent of a part that is as on the sheet
_WHOLE = "whole figure"  # what the engine calls a place that it has no name for
_PLACES, _HAIR = frozenset({_WHOLE, "head"}), "hair"  # names of no part; what the comparator tells alone
_FACE = "face"  # where a mole or a scar is; it has no name of its own


def judge(measurements: Mapping[str, Any], limits: Limits) -> list[Finding]:
    """Return the findings of one drawing against one cast design, worst first.

    Args:
        measurements: data of a `Measurement`: "applicable", "aspects", "colours", "rival", "region_xyxy".
        limits: the design's own.
    """
    if not measurements["applicable"]:
        return []
    known = [held(aspect, limits.alarms) for aspect in measurements["aspects"]]
    out = [aspect for aspect in known if aspect["drift"] > _AT_LIMIT]
    strangers = [a for a in out if a["aspect"] == "WRONG_DESIGN" and a["part"] != ANOTHER_FIGURE]
    if strangers:
        return [_of_aspects(strangers, measurements, limits)]
    out = without_echo(out, measurements["colours"])
    colours = _by_part([aspect for aspect in out if aspect["aspect"] == "COLOUR"])
    findings = [_of_colour(group, measurements, limits) for group in colours.values()]
    for name in sorted({aspect["aspect"] for aspect in out} - {"COLOUR"}):
        group = [a for a in out if a["aspect"] == name and not (name == "DETAIL" and a["part"] in colours)]
        if group:
            findings.append(_of_aspects(group, measurements, limits))
    return sorted(findings, key=_rank)


def _rank(finding: Finding) -> tuple[float, bool, str, str]:
    """Order findings, worst first; at a tie the one that says more than "another colour" leads."""
    return -finding.drift, finding.fault == Fault.COLOUR, finding.fault, finding.part


def _by_part(aspects: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for aspect in aspects:
        groups.setdefault(aspect["part"], []).append(aspect)
    return groups


def _of_colour(group: Sequence[dict[str, Any]], measurements: Mapping[str, Any], limits: Limits) -> Finding:
    part = group[0]["part"]
    areas = [area for area in measurements["colours"] if area["part"] == part]
    largest = max(areas, key=lambda area: (area["area_px"], area["delta_e"]), default=None)
    worst = max(group, key=lambda aspect: aspect["drift"])
    data: dict[str, Any] = {"part": part, "delta_e": worst["value"]}
    if largest is not None:
        data = {
            "part": part,
            "tone": largest["tone"],
            "found": largest["found"],
            "expected": largest["expected"],
            "delta_e": largest["delta_e"],
            "area_px": sum(area["area_px"] for area in areas),
        }
    boxes = [area["box_xyxy"] for area in areas] or [aspect["box_xyxy"] for aspect in group]
    code = "colour" if largest is not None else _code_of_paint(worst)
    return _finding(list(group), limits, code, data, union(boxes), areas)


def _of_aspects(group: Sequence[dict[str, Any]], measurements: Mapping[str, Any], limits: Limits) -> Finding:
    worst = max(group, key=lambda aspect: aspect["drift"])
    spoken = _spoken(group, worst)
    data = {key: spoken[key] for key in ("part", "value", "sheet_value", "allowed", "unit")}
    if worst["aspect"] == "WRONG_DESIGN" and measurements.get("rival"):
        data["rival_key"] = measurements["rival"]["design_key"]
    box = union([aspect["box_xyxy"] for aspect in group])
    swatches = [c for c in measurements["colours"] if lies_in(c, worst)] if of_eye_paint(worst) else []
    code = _measured(spoken) or _nameless(spoken) or _code(spoken)
    return _finding(list(group), limits, code, data, box, swatches)


def _spoken(group: Sequence[dict[str, Any]], worst: dict[str, Any]) -> dict[str, Any]:
    """Return the number that the sentence tells: of the worst part the farthest out that has a unit, if any has."""
    sized = [
        one for one in group if one["part"] == worst["part"] and one["unit"] and one["drift"] > _AT_LIMIT
    ]
    return max(sized, key=lambda one: one["drift"]) if sized and not worst["unit"] else worst


def _finding(
    group: list[dict[str, Any]],
    limits: Limits,
    code: str,
    data: dict[str, Any],
    box: tuple[int, int, int, int] | None,
    colours: list[dict[str, Any]],
) -> Finding:
    worst = max(group, key=lambda aspect: aspect["drift"])
    calibration = told(worst["aspect"], worst["drift"], limits.alarms)
    share = calibration.get("p") or limits.share_at_least(worst["aspect"], worst["drift"])
    return Finding(
        fault=Fault(f"OFF_MODEL.{worst['aspect']}").value,
        part=worst["part"],
        drift=worst["drift"],
        confidence=round(share, 4),
        one_in=round(1 / share),
        sentence_code=code,
        sentence_data=data,
        box_xyxy=box,
        measures=group,
        colours=colours,
        calibration=calibration,
    )


# What the gauges call a number: the sentence for more than on the sheet, and for less.
_MEASURED = {
    "heads tall": ("taller", "shorter"),
    "head width": ("wider", "narrower"),
    "shoulders": ("wider", "narrower"),
    "legs": ("legs_longer", "smaller"),
    "eye spacing": ("eyes_apart", "eyes_together"),
    "eye size": ("eyes_larger", "eyes_smaller"),
    "eye height": ("eyes_lower", "eyes_higher"),
    "jaw": ("wider", "narrower"),
    "fringe": ("fringe_longer", "fringe_shorter"),
    "hair shape": ("hair_more", "hair_less"),
}
_FORM = frozenset({"PROPORTION", "FACE", "SHAPE"})


def _measured(worst: Mapping[str, Any]) -> str:
    """Return the sentence for a number of a gauge, empty for anything else."""
    if worst["aspect"] not in _FORM or worst["part"] not in _MEASURED or not worst["unit"]:
        return ""
    return _MEASURED[worst["part"]][0 if worst["value"] > worst["sheet_value"] else 1]


def _of_a_part(one: Mapping[str, Any]) -> bool:
    """Say whether a number tells how much of a part is as on the sheet, and not how much of the figure it covers."""
    return bool(one["unit"] == "%" and one["sheet_value"] == _ALL_OF_IT)


def _code_of_paint(one: Mapping[str, Any]) -> str:
    """Return the sentence for paint of which no area belongs to no swatch."""
    if _of_a_part(one):
        return "other_paint"
    return "painted_otherwise" if one["unit"] == "%" else "colour_off"


def _code_of_detail(worst: Mapping[str, Any]) -> str:
    if _of_a_part(worst):
        return "part_left_out" if worst["value"] <= _LEFT_OUT else "piece_otherwise"
    return "part_gone" if worst["sheet_value"] > 0 else "piece_gone"


def _nameless(worst: Mapping[str, Any]) -> str:
    """Return the sentence for what is seen but has no size, or has no name; empty for anything else."""
    if worst["aspect"] not in _FORM | {"DETAIL"}:
        return ""
    if worst["unit"] == "" and worst["aspect"] == "DETAIL" and worst["part"] == _FACE:
        return "mark_otherwise"
    if worst["unit"] == "" and (worst["part"] not in _PLACES or worst["aspect"] == "PROPORTION"):
        worn = worst["aspect"] in {"DETAIL", "SHAPE"} and worst["part"] != _HAIR
        return "worn_otherwise" if worn else "looks_otherwise"
    if worst["unit"] == "":
        return "outline_otherwise" if worst["aspect"] == "SHAPE" else "lies_otherwise"
    return "thing_otherwise" if worst["part"] == _WHOLE and worst["aspect"] in {"SHAPE", "DETAIL"} else ""


def _code(worst: Mapping[str, Any]) -> str:
    """Return which sentence says it: the same aspect reads differently when more or less of it is there."""
    match worst["aspect"]:
        case "PROPORTION":
            return "larger" if worst["value"] > worst["sheet_value"] else "smaller"
        case "DETAIL":
            return _code_of_detail(worst)
        case "FACE":
            return "other_eyes" if worst["unit"] == "dE00" else "face"
        case "WRONG_DESIGN":
            return "wrong_design"
        case "LINE_WEIGHT":
            which = "lines" if worst["part"] == _WHOLE else "line"
            return f"{which}_{'heavier' if worst['value'] > worst['sheet_value'] else 'lighter'}"
        case _:
            return "off"
