"""One fault, one flag: what another claim explains is not claimed again."""

from __future__ import annotations

import pytest

from qa.checks.base import Limits
from qa.checks.drift import judge

LIMITS = Limits(drawings=12)
EYES, PLACE = [100, 100, 200, 140], [0, 0, 60, 60]


def aspect(name: str, drift: float, part: str, box: list[int], unit: str = "%") -> dict:
    numbers = {"value": 24.0, "sheet_value": 0.0, "allowed": 2.0}
    return {"aspect": name, "part": part, "drift": drift, "unit": unit, "box_xyxy": box} | numbers


def area(part: str, box: list[int]) -> dict:
    look = {"tone": "normal", "expected": "#4a3020", "found": "#aa3344", "delta_e": 24.0, "tolerance_de": 2.0}
    return {"part": part, "area_px": 40, "box_xyxy": box} | look


def claims(*aspects: dict, colours: tuple[dict, ...] = ()) -> list[tuple[str, str]]:
    found = {"applicable": True, "aspects": list(aspects), "colours": list(colours), "rival": None}
    return [(one.fault.removeprefix("OFF_MODEL."), one.part) for one in judge(found, LIMITS)]


def paint(part: str, box: list[int], drift: float = 14.0) -> dict:
    return aspect("COLOUR", drift, part, box, "dE00")


def test_other_eyes_are_one_flag_with_their_swatches():
    iris, lower = [110, 105, 130, 130], [112, 120, 128, 132]
    aspects = [
        aspect("FACE", 14.0, "eyes", EYES, "dE00"),
        paint("iris", iris),
        paint("iris shadow", lower, 9.0),
        paint("iris", [90, 90, 260, 150], 4.0),  # an edge of it reaches beyond the eyes
        paint("scarf", [300, 0, 340, 9]),
    ]
    colours = (area("iris", iris), area("iris shadow", lower), area("scarf", [300, 0, 340, 9]))
    found = {"applicable": True, "aspects": aspects, "colours": list(colours), "rival": None}
    face, scarf = judge(found, LIMITS)
    assert (face.part, [c["part"] for c in face.colours]) == ("eyes", ["iris", "iris shadow"])
    assert scarf.part == "scarf"


def test_one_wrong_paint_in_an_eye_is_called_by_its_part_alone():
    one = aspect("FACE", 12.6, "eyes", EYES, "dE00")
    assert claims(one, paint("iris", EYES), colours=(area("iris", EYES),)) == [("COLOUR", "iris")]


@pytest.mark.parametrize("name", ["DETAIL", "SHAPE", "FACE"])
def test_what_a_wrong_size_moved_is_not_claimed_as_something_else(name: str):
    part = "head" if name == "FACE" else "whole figure"
    head = aspect("PROPORTION", 2.7, "head", PLACE)
    assert claims(head, aspect(name, 3.5, part, PLACE)) == [("PROPORTION", "head")]
    assert (name, "belt") in claims(head, aspect(name, 3.5, "belt", PLACE)), "a named part has its own reason"
    assert (name, part) in claims(head, aspect(name, 3.8, part, PLACE)), "more than a doubling farther out"
    assert (name, part) in claims(aspect("PROPORTION", 0.9, "head", PLACE), aspect(name, 3.5, part, PLACE))


def test_a_repainted_skirt_is_not_also_something_that_no_approved_drawing_has():
    skirt, inside, beside = paint("skirt", PLACE), [5, 5, 50, 60], [55, 0, 90, 60]
    assert claims(skirt, aspect("DETAIL", 20.0, "whole figure", inside)) == [("COLOUR", "skirt")]
    assert len(claims(skirt, aspect("DETAIL", 20.0, "whole figure", beside))) == 2


def test_the_same_paint_under_two_names_is_told_by_the_one_with_an_area():
    sized, bare, inside = paint("green 22", PLACE), paint("green 1", [0, 0, 50, 50]), [0, 0, 50, 50]
    assert claims(sized, bare, colours=(area("green 22", PLACE),)) == [("COLOUR", "green 22")]
    halves = paint("green 22", [0, 0, 60, 30]), paint("green 22", [0, 30, 60, 60])
    assert claims(*halves, bare, colours=(area("green 22", PLACE),)) == [("COLOUR", "green 22")], "in pieces"
    assert len(claims(sized, bare)) == 2, "neither has an area"
    both = (area("green 22", PLACE), area("green 1", inside))
    assert len(claims(sized, bare, colours=both)) == 2
    other_paint = aspect("COLOUR", 3.0, "belt", inside)  # a legal paint in the wrong place is another fault
    assert len(claims(sized, other_paint, colours=(area("green 22", PLACE),))) == 2


@pytest.mark.parametrize(
    ("slight", "grave", "kept"),
    [(1.5, 3.0, False), (1.5, 2.4, True), (2.0, 3.5, True)],
)
def test_what_is_slight_beside_a_grave_fault_of_another_kind_is_its_echo(
    slight: float, grave: float, kept: bool
):
    other = [300, 300, 340, 340]
    top, head = aspect("DETAIL", slight, "top", other), aspect("PROPORTION", grave, "head", PLACE)
    assert (("DETAIL", "top") in claims(head, top)) is kept
    assert claims(aspect("DETAIL", grave, "belt", PLACE), top) == [("DETAIL", "belt")], (
        "one finding, both measures"
    )
    assert (("DETAIL", "top") in claims(paint("scarf", PLACE, grave), top)) is kept, (
        "parts are read by what is around"
    )
    line = aspect("LINE_WEIGHT", slight, "whole figure", other)
    assert ("LINE_WEIGHT", "whole figure") in claims(paint("scarf", PLACE), line), "paint is no line"
