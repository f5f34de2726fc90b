"""Flags in words."""

from __future__ import annotations

import pytest
from django.utils import translation

from qa import sentences
from qa.checks import drift
from qa.checks.base import Limits
from qa.models import CheckRun, Flag

HEAD = {"part": "head", "value": 115.2, "sheet_value": 100.0, "allowed": 6.0, "unit": "%"}


@pytest.mark.parametrize(
    ("code", "data", "expected"),
    [
        ("larger", HEAD, "The head is 15.2 % larger than on the sheet; this design allows 6.0 %."),
        (
            "colour",
            {
                "part": "Hair",
                "tone": "normal",
                "found": "#aa3344",
                "expected": "#4a3020",
                "delta_e": 18.2,
                "area_px": 341,
            },
            "“Hair” (normal) painted #aa3344 instead of #4a3020 (ΔE00 18.2) over 341 px.",
        ),
        (
            "wrong_design",
            {"part": "whole figure", "value": 0.71, "sheet_value": 0.95, "unit": "", "rival": "Ren · School"},
            "This looks like “Ren · School”, which is not cast here (similarity 0.95; cast design 0.71).",
        ),
    ],
)
def test_a_claim_reads_as_a_sentence_with_its_numbers(code: str, data: dict, expected: str):
    with translation.override("en"):
        assert sentences.sentence(code, data) == expected


def test_every_code_that_the_check_uses_has_a_sentence():
    for name in ("PROPORTION", "FACE", "DETAIL", "LINE_WEIGHT", "COLOUR", "WRONG_DESIGN", "SHAPE"):
        aspect = {"aspect": name, "drift": 2.0, "box_xyxy": None, **HEAD}
        found = {"applicable": True, "aspects": [aspect], "colours": [], "rival": None}
        (finding,) = drift.judge(found, Limits(5))
        assert finding.sentence_code in sentences.SENTENCES


@pytest.mark.parametrize(
    ("aspect", "part", "values", "expected"),
    [
        ("FACE", "eye spacing", (109.0, 100.0, 4.5, "%"), "The eyes are 9.0 % wider apart than on the sheet"),
        (
            "FACE",
            "eye height",
            (-3.0, 0.0, 1.6, "%"),
            "The eyes lie higher than on the sheet by 3.0 % of the head",
        ),
        ("FACE", "jaw", (92.0, 100.0, 3.0, "%"), "Jaw: 8.0 % narrower than on the sheet"),
        (
            "PROPORTION",
            "heads tall",
            (6.5, 6.0, 0.2, "heads"),
            "The figure is 6.5 heads tall, 0.50 heads more than",
        ),
        ("SHAPE", "hair shape", (85.0, 100.0, 10.0, "%"), "The hair is 15.0 % thinner or shorter"),
    ],
)
def test_a_measured_number_reads_with_what_the_sheet_has(aspect, part, values, expected):
    number = dict(zip(("value", "sheet_value", "allowed", "unit"), values, strict=True))
    measured = {"aspect": aspect, "part": part, "drift": 2.0, "box_xyxy": None, **number}
    found = {"applicable": True, "aspects": [measured], "colours": [], "rival": None}
    (finding,) = drift.judge(found, Limits(5))
    with translation.override("en"):
        assert sentences.sentence(finding.sentence_code, finding.sentence_data).startswith(expected)


def test_a_flag_of_an_unknown_version_is_still_readable():
    assert sentences.sentence("gone_code", {"part": "head"}) == "gone_code"
    assert sentences.sentence("larger", {}) == "larger"


def test_how_unusual_it_is_is_said_only_when_it_is_known():
    with translation.override("en"):
        words = sentences.one_in_words(Flag(one_in=1300))
    assert words == "At most about 1 in 1,300 drawings that follow the sheet lies this far out."
    assert sentences.one_in_words(Flag(one_in=0)) == ""


def test_a_run_says_what_it_did_not_check():
    missing = [{"reason": "no_approved_sheet", "design": "Aki · Gym"}, {"reason": "no_cast"}]
    with translation.override("en"):
        words = sentences.not_checked(CheckRun(summary={"not_checked": missing}))
    assert words == [
        "Not checked against Aki · Gym: there is no approved model sheet.",
        "Not checked: the costume table casts nobody in this cut.",
    ]
    assert sentences.not_checked(CheckRun()) == []


@pytest.mark.parametrize("reason", ["empty", "too_small", "no_comparable_view", "other_design"])
def test_every_reason_not_to_judge_a_drawing_has_words(reason: str):
    assert sentences.not_comparable(reason) != reason


def test_foreign_eyes_are_said_in_delta_e() -> None:
    data = {"part": "eyes", "value": 40.6, "sheet_value": 0.0, "allowed": 2.0, "unit": "dE00"}
    assert "ΔE00 40.6 away" in sentences.sentence("other_eyes", data)


def test_of_line_art_it_is_said_what_is_not_checked_at_its_stage():
    run = CheckRun(
        summary={"painted": False, "checked": 4, "unchecked": {"COLOUR": 4, "DETAIL": 4, "PROPORTION": 1}}
    )
    with translation.override("en"):
        assert sentences.not_checked(run) == [
            "Not checked at this stage: colour, costume detail.",
            "Proportion could not be told from the lines of 1 drawing.",
        ]
    with translation.override("ja"):
        assert sentences.not_checked(run)[0].startswith("この工程ではチェックしない項目")


def test_numbered_paint_of_a_sheet_without_a_colour_model_is_called_by_its_colour():
    with translation.override("en"):
        data = {"part": "light green 22", "delta_e": 16.4}
        assert sentences.sentence("colour_off", data).startswith("“light green” is off")
    assert sentences.region_words("black 2") == "black"
    assert sentences.region_words("uniform 2") == "uniform 2", "the studio's own name"


def test_what_could_not_be_judged_is_one_sentence():
    run = CheckRun(summary={"painted": True, "unchecked": {"DETAIL": 5, "FACE": 1}})
    with translation.override("en"):
        (words,) = sentences.not_checked(run)
    assert words.endswith("settled palette: costume detail (5 drawings), face (1 drawing).")
