"""Known motion comes out: moves, turns on arcs, line art, anti-aliased art, hidden parts, and when to refuse."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.inbetween import prepare
from tests.ml.inbetween.scenes import (
    BLUE,
    CLOTH,
    INK,
    SKIN,
    bar,
    disc,
    empty,
    figure,
    has,
    is_ink,
    middle_of,
    shape,
    smooth,
)


def chamfer(a: np.ndarray, b: np.ndarray) -> float:
    """Return the mean way from each line pixel to the other drawing's lines, both ways, px."""
    to_b, to_a = (cv2.distanceTransform((~m).astype(np.uint8), cv2.DIST_L2, 5) for m in (b, a))
    return float((to_b[a].mean() + to_a[b].mean()) / 2)


@pytest.mark.parametrize("shift", [(16, 0), (0, 10), (-14, 8), (31, 5)])
def test_a_move_is_half_done_half_way(shift: tuple[int, int]) -> None:
    drawn = prepare(figure(), figure(shift)).draw(0.5).rgba
    truth = figure((shift[0] / 2, shift[1] / 2))
    assert chamfer(is_ink(drawn), is_ink(truth)) < 0.35
    assert is_ink(drawn).sum() == pytest.approx(is_ink(truth).sum(), rel=0.06)


def test_positions_are_kept() -> None:
    pair = prepare(figure(), figure((24, 0)))
    for t in (0.25, 1 / 3, 0.75):
        assert middle_of(has(pair.draw(t).rgba, SKIN))[0] == pytest.approx(
            middle_of(has(figure(), SKIN))[0] + 24 * t, abs=0.7
        )


def test_a_limb_turns_about_its_joint_and_keeps_its_length() -> None:
    a, b = figure(swing=-35), figure(swing=45)
    drawn, truth = prepare(a, b).draw(0.5).rgba, figure(swing=5)

    def reach(picture: np.ndarray) -> float:
        ys, xs = np.nonzero(has(picture, BLUE))
        return float(np.hypot(xs - 84, ys - 80).max())

    # on the chord it would be .77 of its length
    assert reach(drawn) > 0.84 * reach(truth)
    assert chamfer(is_ink(drawn), is_ink(truth)) < 1.5


def test_lines_keep_their_weight() -> None:
    drawn = prepare(figure(), figure((13, 5), swing=20)).draw(0.5).rgba
    width = [cv2.distanceTransform(is_ink(p).astype(np.uint8), cv2.DIST_L2, 5) for p in (figure(), drawn)]
    assert np.mean(width[1][width[1] > 0]) == pytest.approx(np.mean(width[0][width[0] > 0]), rel=0.08)


def _lines(picture: np.ndarray) -> np.ndarray:
    line = empty()
    line[is_ink(picture)] = (*INK, 255)
    return line


@pytest.mark.parametrize("paper", [False, True])
def test_line_art_is_drawn_on_nothing_and_on_paper(paper: bool) -> None:
    keys = [_lines(figure(shift)) for shift in ((0, 0), (14, 6))]
    if paper:
        keys = [np.where(k[..., 3:] > 0, k, 255).astype(np.uint8) for k in keys]
    drawn = prepare(*keys).draw(0.5).rgba
    assert chamfer(is_ink(drawn), is_ink(figure((7, 3)))) < 0.5
    assert (drawn[0, 0] == ((255,) * 4 if paper else (0,) * 4)).all()


def test_anti_aliased_art_has_no_ghosts() -> None:
    big = []
    for x in (0, 30):
        picture = empty(480)
        shape(picture, bar(90, 180, 102, (210 + x, 210)), CLOTH)
        shape(picture, disc((210 + x, 150), 60), SKIN)
        big.append(smooth(picture))
    drawn = prepare(*big).draw(0.5).rgba
    inside = cv2.erode((drawn[..., 3] == 255).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    near = [np.abs(drawn[..., :3].astype(int) - rgb).max(axis=2) < 8 for rgb in (CLOTH, SKIN, INK)]
    flat = np.abs(drawn[..., :3].astype(int) - cv2.blur(drawn[..., :3], (3, 3))).max(axis=2) < 2
    assert not (inside & flat & ~np.logical_or.reduce(near)).any()
    assert middle_of(drawn[..., 3] > 127)[0] == pytest.approx(middle_of(big[0][..., 3] > 127)[0] + 5, abs=0.5)


def test_what_was_hidden_comes_out_from_behind() -> None:
    keys = []
    for x in (70, 110):
        picture = empty()
        shape(picture, disc((70, 80), 14), BLUE)
        shape(picture, bar(90, 70, 50, (x, 50)), CLOTH)
        keys.append(picture)
    drawn = prepare(*keys).draw(0.9).rgba
    assert has(drawn, BLUE).sum() > 0.5 * has(keys[1], BLUE).sum()
    assert not has(prepare(*keys).draw(0.1).rgba, BLUE).any()


def test_it_knows_when_it_does_not_know() -> None:
    assert prepare(figure(), figure((6, 2))).needs_breakdown == []
    other = empty()
    for k in range(5):
        shape(other, bar(70 * k, 40, 9, (30 + 22 * k, 40 + 20 * k)), CLOTH)
    weak = prepare(figure(), other).needs_breakdown
    assert weak
    for each in weak:
        x0, y0, x1, y1 = each.box_xyxy
        assert 0 <= x0 < x1 <= 160
        assert 0 <= y0 < y1 <= 160
        assert each.reason in {"no_partner", "too_far", "folded"}
    assert (
        prepare(figure(), other).draw(0.5).confidence < prepare(figure(), figure((6, 2))).draw(0.5).confidence
    )


def test_regions_tell_their_partner_and_how_sure_it_is() -> None:
    regions = prepare(figure(), figure((6, 2))).regions
    mine = [r for r in regions if r.key == "a" and r.rgb == SKIN]
    assert mine[0].partner is not None
    partner = next(r for r in regions if r.id == mine[0].partner)
    assert partner.key == "b"
    assert partner.rgb == SKIN
    assert partner.centre_xy[0] == pytest.approx(mine[0].centre_xy[0] + 6, abs=2)
    assert mine[0].confidence > 0.8
    told = mine[0].as_json()
    assert set(told) == {
        "id", "key", "colour", "area_px", "centre_xy", "box_xyxy", "outline", "partner", "confidence", "depth", "ink",
    }  # fmt: skip
