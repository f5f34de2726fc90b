"""The pure check, from tables of good and bad measurements."""

from __future__ import annotations

import pytest

from qa.checks.base import Limits, union
from qa.checks.drift import judge

LIMITS = Limits(drawings=12)


def measured(*aspects: dict, **fields) -> dict:
    return {"applicable": True, "aspects": list(aspects), "colours": [], "rival": None} | fields


def aspect(name: str, drift: float, part: str = "head", **fields) -> dict:
    plain = {"value": 115.0, "sheet_value": 100.0, "allowed": 6.0, "unit": "%", "box_xyxy": [0, 0, 9, 9]}
    return {"aspect": name, "part": part, "drift": drift} | plain | fields


def area(part: str, area_px: int, box: list[int]) -> dict:
    fields = {
        "tone": "normal",
        "expected": "#4a3020",
        "found": "#aa3344",
        "delta_e": 18.2,
        "tolerance_de": 2.0,
    }
    return {"part": part, "area_px": area_px, "box_xyxy": box} | fields


@pytest.mark.parametrize(
    "good",
    [
        measured(),
        measured(aspect("PROPORTION", 0.99)),
        measured(aspect("PROPORTION", 1.0)),
        measured(aspect("PROPORTION", 9.0), applicable=False),
    ],
)
def test_what_is_within_the_limit_or_cannot_be_judged_is_no_finding(good: dict):
    assert judge(good, LIMITS) == []


@pytest.mark.parametrize(
    ("bad", "fault", "code"),
    [
        (aspect("PROPORTION", 1.2), "OFF_MODEL.PROPORTION", "larger"),
        (aspect("PROPORTION", 1.2, value=88.0), "OFF_MODEL.PROPORTION", "smaller"),
        (aspect("FACE", 3.0), "OFF_MODEL.FACE", "face"),
        (aspect("DETAIL", 2.0, value=0.1, sheet_value=4.0), "OFF_MODEL.DETAIL", "part_gone"),
        (aspect("DETAIL", 2.0, value=4.0, sheet_value=0.0), "OFF_MODEL.DETAIL", "piece_gone"),
        (aspect("DETAIL", 2.0, value=0.0, sheet_value=100.0), "OFF_MODEL.DETAIL", "part_left_out"),
        (aspect("DETAIL", 2.0, value=40.0, sheet_value=100.0), "OFF_MODEL.DETAIL", "piece_otherwise"),
        (aspect("LINE_WEIGHT", 2.0), "OFF_MODEL.LINE_WEIGHT", "line_heavier"),
        (aspect("LINE_WEIGHT", 2.0, value=80.0), "OFF_MODEL.LINE_WEIGHT", "line_lighter"),
        (aspect("LINE_WEIGHT", 2.0, "whole figure"), "OFF_MODEL.LINE_WEIGHT", "lines_heavier"),
        (aspect("LINE_WEIGHT", 2.0, "whole figure", value=80.0), "OFF_MODEL.LINE_WEIGHT", "lines_lighter"),
        (aspect("SHAPE", 2.0), "OFF_MODEL.SHAPE", "off"),
        (aspect("SHAPE", 2.0, unit=""), "OFF_MODEL.SHAPE", "outline_otherwise"),
        (aspect("FACE", 2.0, unit=""), "OFF_MODEL.FACE", "lies_otherwise"),
        (aspect("DETAIL", 2.0, "whole figure", sheet_value=0.0), "OFF_MODEL.DETAIL", "thing_otherwise"),
        (aspect("COLOUR", 2.0, value=6.0, sheet_value=0.0, unit="dE00"), "OFF_MODEL.COLOUR", "colour_off"),
        (aspect("COLOUR", 2.0, value=0.0, sheet_value=100.0), "OFF_MODEL.COLOUR", "other_paint"),
        (aspect("COLOUR", 2.0, value=7.0, sheet_value=0.0), "OFF_MODEL.COLOUR", "painted_otherwise"),
        (aspect("DETAIL", 2.0, "scarf", value=0.0, unit=""), "OFF_MODEL.DETAIL", "worn_otherwise"),
        (aspect("DETAIL", 2.0, "face", unit=""), "OFF_MODEL.DETAIL", "mark_otherwise"),
        (aspect("SHAPE", 2.0, "shoes", unit=""), "OFF_MODEL.SHAPE", "worn_otherwise"),
        (aspect("SHAPE", 2.0, "hair", unit=""), "OFF_MODEL.SHAPE", "looks_otherwise"),
        (aspect("FACE", 2.0, "eye spacing", unit=""), "OFF_MODEL.FACE", "looks_otherwise"),
        (aspect("PROPORTION", 2.0, "head", unit=""), "OFF_MODEL.PROPORTION", "looks_otherwise"),
    ],
)
def test_each_aspect_beyond_its_limit_is_a_finding_of_its_fault(bad: dict, fault: str, code: str):
    (finding,) = judge(measured(bad), LIMITS)
    assert (finding.fault, finding.sentence_code, finding.drift) == (fault, code, bad["drift"])
    assert finding.measures == [bad]


def test_colours_are_one_finding_for_each_part_with_all_its_areas():
    found = measured(
        aspect("COLOUR", 4.0, "hair"),
        aspect("COLOUR", 9.1, "hair"),
        aspect("COLOUR", 2.0, "skirt"),
        colours=[
            area("hair", 30, [0, 0, 5, 5]),
            area("hair", 400, [8, 8, 20, 30]),
            area("skirt", 9, [1, 1, 2, 2]),
        ],
    )
    hair, skirt = judge(found, LIMITS)
    assert (hair.part, hair.drift, hair.box_xyxy) == ("hair", 9.1, (0, 0, 20, 30))
    assert hair.sentence_data["area_px"] == 430
    assert [colour["part"] for colour in skirt.colours] == ["skirt"]


def test_a_part_in_the_wrong_colour_is_not_also_called_missing():
    found = measured(
        aspect("COLOUR", 4.0, "hair"), aspect("DETAIL", 2.0, "hair"), aspect("DETAIL", 1.5, "bow")
    )
    assert [(one.fault, one.part) for one in judge(found, LIMITS)] == [
        ("OFF_MODEL.COLOUR", "hair"),
        ("OFF_MODEL.DETAIL", "bow"),
    ]


def test_a_size_is_told_before_what_has_none():
    found = measured(
        aspect("DETAIL", 2.5, "clip", value=0.0, unit=""),
        aspect("DETAIL", 1.7, "clip", value=0.0),
    )
    (finding,) = judge(found, LIMITS)
    assert (finding.sentence_code, finding.drift) == ("part_left_out", 2.5)


def test_several_details_are_one_finding_named_after_the_worst():
    found = measured(
        aspect("DETAIL", 1.5, "belt", box_xyxy=[0, 0, 4, 4]),
        aspect("DETAIL", 2.5, "bow", box_xyxy=[6, 6, 9, 9]),
    )
    (finding,) = judge(found, LIMITS)
    assert (finding.part, finding.box_xyxy, len(finding.measures)) == ("bow", (0, 0, 9, 9), 2)


def test_another_design_is_called_that_and_nothing_else():
    rival = {"design_key": "7", "drawing_key": "70", "similarity": 0.97}
    found = measured(aspect("WRONG_DESIGN", 1.5), aspect("COLOUR", 9.0, "hair"), rival=rival)
    (finding,) = judge(found, LIMITS)
    assert (finding.fault, finding.sentence_data["rival_key"]) == ("OFF_MODEL.WRONG_DESIGN", "7")


def test_at_a_tie_the_eyes_of_somebody_else_lead_and_not_a_colour():
    scarf = aspect("COLOUR", 5.0, "scarf", box_xyxy=[40, 40, 60, 60])
    found = judge(measured(scarf, aspect("FACE", 5.0, "eyes", unit="dE00")), LIMITS)
    assert [finding.fault for finding in found] == ["OFF_MODEL.FACE", "OFF_MODEL.COLOUR"]


def test_a_line_weight_that_a_wrong_head_explains_is_not_called_as_well():
    head, line = aspect("PROPORTION", 3.0), aspect("LINE_WEIGHT", 1.3, "hair")
    assert [f.fault for f in judge(measured(head, line), LIMITS)] == ["OFF_MODEL.PROPORTION"]
    line["drift"] = 4.0
    assert {f.fault for f in judge(measured(head, line), LIMITS)} == {
        "OFF_MODEL.PROPORTION",
        "OFF_MODEL.LINE_WEIGHT",
    }


def test_findings_stand_worst_first_and_are_the_same_every_time():
    found = measured(aspect("FACE", 2.0, "jaw"), aspect("PROPORTION", 3.0), aspect("DETAIL", 2.0, "belt"))
    drifts = [(one.drift, one.fault) for one in judge(found, LIMITS)]
    assert drifts == [(3.0, "OFF_MODEL.PROPORTION"), (2.0, "OFF_MODEL.DETAIL"), (2.0, "OFF_MODEL.FACE")]
    assert judge(found, LIMITS) == judge(found, LIMITS)


@pytest.mark.parametrize(
    ("limits", "share", "one_in"),
    [
        (Limits(drawings=12), 1 / 13, 13),
        (Limits(drawings=1), 1 / 2, 2),
        (Limits(drawings=12, scores={"FACE": [0.2, 0.4, 2.5, 3.0]}), 3 / 5, 2),
        (Limits(drawings=12, scores={"FACE": [0.2] * 99}), 1 / 100, 100),
    ],
)
def test_confidence_is_the_share_of_approved_drawings_that_lie_this_far_out(limits, share, one_in):
    (finding,) = judge(measured(aspect("FACE", 2.5)), limits)
    assert (finding.confidence, finding.one_in) == (pytest.approx(share, abs=1e-4), one_in)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], None),
        ([None], None),
        ([[1, 2, 3, 4], None], (1, 2, 3, 4)),
        ([[5, 1, 6, 2], [0, 0, 1, 9]], (0, 0, 6, 9)),
    ],
)
def test_the_union_of_boxes_skips_what_is_not_there(boxes, expected):
    assert union(boxes) == expected
