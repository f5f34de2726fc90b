"""Strokes as geometry: the same line for SVG and for Pillow, whatever a hand draws."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from qa import strokes


@dataclass
class Stroke:
    """What `qa.strokes` reads of a row."""

    points: list[list[float]]
    tool: str = "pen"
    width_px: float = 4.0
    text: str = ""


@dataclass
class Paper:
    """A correction with its strokes."""

    shown: list[Stroke]
    colour: str = "#e0569b"
    extra: Any = field(default=None)


coordinate = st.floats(-3000, 6000, allow_nan=False)
point = st.tuples(coordinate, coordinate, st.floats(0, 1)).map(list)
hand = st.builds(
    Stroke, points=st.lists(point, min_size=1, max_size=24), width_px=st.floats(0.1, 100, allow_nan=False)
)
# A machine that is busy with other tests draws slowly; that says nothing about strokes.
any_hand = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@any_hand
@given(hand)
def test_a_line_begins_and_ends_where_the_hand_did(stroke: Stroke) -> None:
    pieces = strokes.pieces_of(stroke)
    assert pieces[0].start == tuple(stroke.points[0][:2])
    assert pieces[-1].curves[-1][1] == tuple(stroke.points[-1][:2])
    for before, after in itertools.pairwise(pieces):
        assert before.curves[-1][1] == after.start  # no gap where the width changes


@any_hand
@given(hand)
def test_widths_follow_the_pressure_and_stay_within_its_bounds(stroke: Stroke) -> None:
    for piece in strokes.pieces_of(stroke):
        assert strokes.LIGHTEST * 0.999 <= piece.width_px / stroke.width_px <= strokes.HARDEST * 1.001


@any_hand
@given(hand)
def test_a_line_stays_inside_what_the_hand_went_round(stroke: Stroke) -> None:
    xs, ys = [each[0] for each in stroke.points], [each[1] for each in stroke.points]
    for piece in strokes.pieces_of(stroke):
        for control, end in piece.curves:
            for x, y in (control, end):
                assert min(xs) - 1e-6 <= x <= max(xs) + 1e-6
                assert min(ys) - 1e-6 <= y <= max(ys) + 1e-6


@any_hand
@given(hand)
def test_path_data_is_well_formed(stroke: Stroke) -> None:
    for path in strokes.svg_paths([stroke]):
        assert re.fullmatch(r"M-?[\d.]+ -?[\d.]+((Q(-?[\d.]+ ?){4})+|h\.01)", path.d), path.d
        assert float(path.width_px) >= 0


@any_hand
@given(st.floats(-1e6, 1e6, allow_nan=False))
def test_numbers_are_written_as_svg_takes_them(value: float) -> None:
    assert abs(float(strokes.number(value)) - value) <= 0.0051
    assert "e" not in strokes.number(value)


def test_a_touch_leaves_a_dot() -> None:
    (path,) = strokes.svg_paths([Stroke([[5, 6, 1.0]])])
    assert (path.d, path.width_px) == ("M5 6h.01", "7")


@pytest.mark.parametrize(("tip", "length"), [([100, 0], 20.0), ([10, 0], 8.0)])
def test_an_arrow_has_its_head_at_the_end_of_the_stroke(tip: list[float], length: float) -> None:
    shaft, head = strokes.pieces_of(Stroke([[0, 0], tip], tool="arrow"))
    assert shaft.curves[-1][1] == head.curves[0][1] == tuple(tip)
    assert math.dist(head.start, tip) == pytest.approx(length)


def test_a_box_closes_and_a_text_has_lines_but_no_path() -> None:
    (box,) = strokes.pieces_of(Stroke([[10, 10], [2, 3]], tool="box"))
    assert box.start == box.curves[-1][1] == (10.0, 10.0)
    text = Stroke([[4, 20]], tool="text", text="顎を\nsmaller")
    assert strokes.svg_paths([text]) == []
    first, second = strokes.svg_texts([text])
    assert (first.words, second.words, first.size_px) == ("顎を", "smaller", "32")
    assert float(second.y) - float(first.y) == 40.0


def test_paint_draws_in_the_papers_colour_where_the_line_is_and_nowhere_else() -> None:
    image = Image.new("RGB", (80, 60), "white")
    papers = [Paper([Stroke([[10, 30], [70, 30]])]), Paper([Stroke([[40, 50]])], colour="#2b8fd6")]
    painted = np.asarray(strokes.paint(image, papers).convert("RGB"))
    assert tuple(painted[30, 40]) == (0xE0, 0x56, 0x9B)
    assert tuple(painted[50, 40]) == (0x2B, 0x8F, 0xD6)
    assert tuple(painted[10, 40]) == (255, 255, 255)
    assert tuple(np.asarray(image)[30, 40]) == (255, 255, 255)  # the picture that was given stays as it is


def test_paint_follows_a_picture_that_was_made_smaller() -> None:
    image = Image.new("RGBA", (40, 30), "white")
    text = Stroke([[10, 50]], tool="text", text="目", width_px=3.0)
    painted = strokes.paint(image, [Paper([Stroke([[20, 60], [140, 60]], width_px=16.0), text])], scale=0.25)
    assert painted.size == (40, 30)
    assert painted.getpixel((20, 15)) == (0xE0, 0x56, 0x9B, 255)
