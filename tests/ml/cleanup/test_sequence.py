"""A hold stands still, a move moves."""

from __future__ import annotations

import numpy as np
import pytest

from ml.cleanup.engine import clean_sequence, prepare
from ml.cleanup.wishes import Wishes
from tests.ml.cleanup.roughs import darkness, house, on_paper, trembling

DRAWINGS = 5


def offsets(clean, lines):
    """How far the drawn line lies off points of known lines, along their normals, px; nan where none is near."""
    drawn = np.concatenate([s.points_xy for s in clean.strokes if s.is_on])
    out = []
    for points in lines[:1] + lines[3:5] + lines[6:]:
        way = np.gradient(points, axis=0)
        way /= np.hypot(way[:, 0], way[:, 1])[:, None]
        for p, along in list(zip(points, way, strict=True))[12:-12:6]:
            step = drawn - p
            near = (np.abs(step @ along) <= 1.3) & (np.hypot(step[:, 0], step[:, 1]) < 5)
            across = step[near] @ (-along[1], along[0])
            out.append(across.mean() if near.any() else np.nan)
    return np.array(out)


def played(steps, seed=4, amount=0.5):
    """Sketches of the scene drawn anew at each step, and the true lines of each."""
    rng = np.random.default_rng(seed)
    truths = [house(step) for step in steps]
    roughs = [on_paper(darkness(trembling(lines, rng, amount)), seed=k) for k, lines in enumerate(truths)]
    return [prepare(rough) for rough in roughs], truths


def jitter(sketches, truths, wishes):
    asked = [wishes] * len(sketches)
    return np.stack([offsets(c, t) for c, t in zip(clean_sequence(sketches, asked), truths, strict=True)])


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_hold_trembles_by_three_quarters_less(seed):
    sketches, truths = played([(0.0, 0.0)] * DRAWINGS, seed)
    before = np.nanmean(np.nanvar(jitter(sketches, truths, Wishes(jitter=0.0)), axis=0)) ** 0.5
    usual = np.nanmean(np.nanvar(jitter(sketches, truths, Wishes()), axis=0)) ** 0.5
    assert usual <= 0.25 * before


@pytest.mark.parametrize("step", [(0.6, 0.3), (2.5, 0.0), (0.0, -4.0)])
def test_a_deliberate_move_is_kept_within_a_pixel(step):
    sketches, truths = played([(step[0] * k, step[1] * k) for k in range(DRAWINGS)], amount=0.3)
    off = jitter(sketches, truths, Wishes())
    # What the hand did in the first drawing stays: the movement is what is measured.
    assert np.nanpercentile(np.abs(off - off[0]), 95) < 1.0
    assert abs(np.nanmean(off)) < 0.3


def test_a_line_that_moves_alone_stays_within_a_pixel():
    rng = np.random.default_rng(3)
    sketches, moved = [], []
    for k in range(DRAWINGS):
        lines = house()
        lines[6] = lines[6] + (1.5 * k, 0)
        moved.append(lines[6])
        sketches.append(prepare(on_paper(darkness(trembling(lines, rng, 0.2)), seed=k)))
    for clean, line in zip(clean_sequence(sketches, [Wishes()] * DRAWINGS), moved, strict=True):
        found = next(s for s in clean.strokes if s.points_xy[:, 0].min() > 150)
        far = np.array([np.hypot(*(line - p).T).min() for p in found.points_xy[6:-6]])
        assert far.max() <= 1.0 + 0.45  # the trembling of both drawings comes on top


def test_all_drawings_of_a_cut_have_one_weight():
    sketches = [prepare(on_paper(darkness(house(), width=w))) for w in (1.5, 2.0, 3.0)]
    widths = {float(c.strokes[0].width_px[0]) for c in clean_sequence(sketches, [Wishes()] * 3)}
    assert len(widths) == 1


def test_drawings_of_two_sizes_are_not_compared():
    sketches = [prepare(on_paper(darkness(house(), size))) for size in ((160, 200), (170, 210))]
    assert len(list(clean_sequence(sketches, [Wishes()] * 2))) == 2
