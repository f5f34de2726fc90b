"""What the bench of the clean-up measures: each metric on drawings whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from bench.cleanup.metrics import (
    Truth,
    along_truth,
    bridged,
    chamfer,
    ends,
    figures,
    lone_ends,
    regions,
    skeleton,
    small_shapes,
    truth_mask,
    width_cv,
)
from bench.cleanup.types import Answer, Question
from ml.training.line_art import Line, LineArt, resampled, with_ends
from ml.training.roughen import Rough
from ml.training.roughen_pencil import Gap


def line(*points: tuple[float, float], closed: bool = False) -> Line:
    return Line(resampled(np.array(points)).astype(np.float32), 2.0, closed)


def ring(x: float, y: float, radius: float) -> Line:
    t = np.linspace(0, 2 * np.pi, 40)
    return line(*zip(x + radius * np.cos(t), y + radius * np.sin(t), strict=True), closed=True)


GAP = Gap(np.array([(60, 30), (68, 30)], np.float32), 8.0)


def truth(*lines: Line, gaps: tuple[Gap, ...] = (), side: int = 128) -> Truth:
    art = with_ends(LineArt((side, side), lines))
    ink = truth_mask(art).astype(np.float32)
    for gap in gaps:
        x0, x1 = (round(float(x)) for x in gap.ends_xy[:, 0])
        ink[:, x0 : x1 + 1] = 0.0
    rough = Rough(np.full((side, side, 3), 255, np.uint8), ink, gaps, ())
    return Truth(Question("q", "puppets", "light", art, rough))


FACE = (ring(64, 64, 40), ring(50, 56, 5), ring(78, 56, 5), line((20, 20), (108, 20)))


def test_the_truth_itself_is_a_perfect_answer() -> None:
    known = truth(*FACE)
    found = figures(Answer(known.mask, strokes=4, closures=(), svg_bytes=2048), known)
    assert (found["f1"], found["chamfer_px"], found["stray_ends"], found["lone_ends"]) == (1.0, 0.0, 0.0, 0.0)
    assert (found["region_error"], found["strokes"], found["svg_kib"]) == (0.0, 1.0, 2.0)
    assert (found["small_there"], found["small_kept"]) == (2.0, 2.0)


def test_an_open_eye_is_a_lost_shape_a_lost_region_and_two_ends() -> None:
    known = truth(*FACE)
    mask = known.mask.copy()
    mask[50:63, 76:80] = False
    found = figures(Answer(mask), known)
    assert found["small_kept"] == 1.0
    assert found["region_error"] == 1.0
    assert found["stray_ends"] >= 2.0
    assert np.isnan(found["closures"])


def test_an_eye_that_is_blotted_out_does_not_survive() -> None:
    known = truth(*FACE)
    mask = known.mask.copy()
    mask[50:63, 44:57] = True
    assert small_shapes(mask, known) == (2, 1)


def test_chamfer_is_how_far_a_line_is_off() -> None:
    known = truth(line((10, 60), (118, 60)))
    assert chamfer(np.roll(known.mask, 3, axis=0), known) == pytest.approx(2.0, abs=0.6)
    assert chamfer(np.zeros_like(known.mask), known) == 32.0


def test_ends_are_counted_but_not_at_the_rim() -> None:
    mask = np.zeros((40, 40), bool)
    mask[20, 10:30] = True
    assert sorted(map(tuple, ends(skeleton(mask)).tolist())) == [(10.0, 20.0), (29.0, 20.0)]
    mask[20, :] = True
    assert not len(ends(skeleton(mask)))
    assert lone_ends(np.array([(0, 0), (30, 0)]), np.array([(3, 0)])) == 1


def test_regions_leave_out_the_ground_and_specks() -> None:
    known = truth(ring(40, 40, 20), ring(90, 90, 10))
    assert len(regions(known.mask)[1]) == 2
    speck = np.zeros((40, 40), bool)
    speck[10:14, 10:14] = True
    speck[11:13, 11:13] = False
    assert not len(regions(speck)[1])


def test_an_even_line_varies_less_than_one_that_swells() -> None:
    even, swelling = np.zeros((60, 200), bool), np.zeros((60, 200), bool)
    even[28:32, 10:190] = True
    for x in range(10, 190):
        swelling[30 - x // 20 : 31 + x // 20, x] = True
    assert width_cv(even, skeleton(even)) < 0.15 < width_cv(swelling, skeleton(swelling))


def test_a_gap_is_closed_when_one_piece_touches_both_sides() -> None:
    known = truth(line((20, 30), (108, 30)), gaps=(GAP,))
    assert known.gaps == (GAP,)
    assert bridged(known.mask, GAP)
    broken = known.mask.copy()
    broken[:, 62:66] = False
    assert not bridged(broken, GAP)
    assert figures(Answer(broken), known)["gaps_closed"] == 0.0


def test_a_gap_that_graphite_leads_across_is_none() -> None:
    known = truth(line((20, 30), (108, 30)))
    whole = Rough(known.question.rough.rgb, known.mask.astype(np.float32), (GAP,), ())
    asked = Question("q", "puppets", "light", known.question.art, whole)
    assert not Truth(asked).gaps


def test_a_closure_is_right_where_a_line_runs() -> None:
    known = truth(line((20, 30), (108, 30)), line((20, 90), (108, 90)))
    along = resampled(np.array([(60, 31), (70, 31)]))
    across = resampled(np.array([(60, 32), (60, 88)]))
    assert along_truth(along, known)
    assert not along_truth(across, known)
    found = figures(Answer(known.mask, closures=(along, across)), known)
    assert (found["closures"], found["closures_right"]) == (2.0, 1.0)
