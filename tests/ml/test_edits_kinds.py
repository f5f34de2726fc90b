"""Each kind of edit does what its name says, where it says it, and nothing else; a sham moves nothing."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml import edits
from ml.consistency.colours import delta_e
from ml.edits.colours import paint_of, repaint
from ml.pixels import cut_figure
from tests.ml.dolls import MIO, draw

FOLDS = "eye_height_10"  # this doll's fringe is too near
GEOMETRIC = [kind for kind in edits.EDITS if edits.is_geometric(kind) and kind != FOLDS]


@pytest.fixture(scope="module")
def doll() -> edits.Subject:
    return edits.Subject(draw(MIO))


@pytest.fixture(scope="module")
def other() -> edits.Subject:
    return edits.Subject(draw(replace(MIO, iris=(200, 60, 40), hair=(40, 40, 60))))


def made(kind, subject, seed=1, donor=None):
    return edits.make(kind, subject, seed, donor)


@pytest.mark.parametrize("wanted", [2, 4, 8, 16])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_palette_edit_is_off_by_the_wanted_distance(doll, wanted, seed):
    edit = made(f"palette_de{wanted}", doll, seed)
    changed = edit.place & edit.mask
    before, after = doll.rgba[changed][:, :3], edit.rgba[changed][:, :3]
    paint = np.unique(before, axis=0, return_counts=True)
    flat = (before == paint[0][paint[1].argmax()]).all(axis=1)
    assert float(np.median(delta_e(before[flat], after[flat]))) == pytest.approx(wanted, abs=0.5)
    assert edit.magnitude == pytest.approx(wanted, abs=0.5)


def test_the_rim_of_a_paint_moves_along_by_its_share():
    rgba = np.zeros((60, 60, 4), np.uint8)
    rgba[5:55, 5:55] = (20, 20, 20, 255)
    rgba[10:50, 10:40] = (200, 60, 70, 255)
    rgba[52, 5:55, 2] = np.arange(50) * 5  # two rows of many colours: a drawing of few has no rims
    rgba[53, 5:55, 1] = np.arange(50) * 5
    rgba[10:50, 41:50] = (240, 220, 190, 255)
    rgba[10:50, 40] = (220, 140, 130, 255)  # half one paint, half the other
    paint = paint_of(edits.Subject(rgba), np.array((200, 60, 70), np.uint8))
    after = repaint(rgba, paint, np.array((100, 60, 170), np.uint8))
    assert after[30, 20].tolist() == [100, 60, 170, 255]
    assert after[30, 40, :3].astype(int) == pytest.approx([170, 140, 180], abs=3)
    assert np.array_equal(after[30, 45], rgba[30, 45])


def test_a_wrong_swatch_is_another_paint_of_the_drawing(doll):
    edit = made("wrong_swatch", doll)
    found = {tuple(row) for row in np.unique(edit.rgba[edit.place][:, :3], axis=0).tolist()}
    assert found & {tuple(row) for row in doll.rgba[doll.cover & ~edit.mask][:, :3].tolist()}
    assert edit.magnitude > 10.0


@pytest.mark.parametrize("kind", GEOMETRIC)
def test_a_geometric_edit_and_its_sham_share_their_footprint(doll, kind):
    edit = made(kind, doll) or made(kind, doll, 0)
    by = (edit.rgba.shape[0] - doll.rgba.shape[0]) // 2
    before = np.pad(doll.rgba, ((by, by), (by, by), (0, 0)))
    sham = edits.sham_of(doll.rgba, edit)
    assert np.array_equal(edit.rgba[~edit.mask][:, 3], before[~edit.mask][:, 3])
    assert np.array_equal(sham.rgba[~edit.mask], before[~edit.mask])
    moved = np.abs(edit.rgba.astype(int) - before)[edit.mask].mean()
    assert sham.box_xyxy is None
    if kind.split("_")[-1] not in {"4", "5"}:  # a small move is not much more than the ripple
        assert moved > np.abs(sham.rgba.astype(int) - before)[edit.mask].mean()


def test_a_warp_that_would_fold_the_face_is_not_made(doll):
    assert made(FOLDS, doll, 0) is None
    assert made(FOLDS, doll, 1) is None


@pytest.mark.parametrize(("seed", "sign"), [(1, 1), (0, -1)])
def test_a_figure_grows_or_shrinks_below_an_untouched_head(doll, seed, sign):
    edit = made("heads_tall_15", doll, seed)
    before, after = cut_figure(doll.rgba), cut_figure(edit.rgba)
    assert edit.magnitude == sign * 15
    assert after.mask.shape[0] / before.mask.shape[0] == pytest.approx(1.0 + 0.15 * sign, abs=0.02)
    head = int(doll.head.height) - 4
    assert np.array_equal(after.rgba[:head, :, 3].sum(axis=1), before.rgba[:head, :, 3].sum(axis=1))


def test_a_smaller_head_leaves_the_body_alone(doll):
    edit = made("head_size_20", doll, 0)
    before, after = cut_figure(doll.rgba), cut_figure(edit.rgba)
    assert before.mask.shape[0] - after.mask.shape[0] == pytest.approx(0.2 * doll.head.height, abs=3)
    assert np.array_equal(after.rgba[-200:], before.rgba[-200:])


def test_eyes_are_found_where_they_were_drawn_and_not_on_a_blank_face(doll):
    assert doll.eyes.distance == pytest.approx(36.0, abs=3.0)
    blank = draw(MIO).copy()
    blank[90:125, 140:220, :3] = MIO.skin
    assert edits.Subject(blank).eyes is None


def iris_centres(rgba):
    blue = (np.abs(rgba[..., :3].astype(int) - MIO.iris).sum(axis=2) < 30).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(blue)
    large = 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:2]
    return sorted(centres[large].tolist())


@pytest.mark.parametrize(("seed", "sign"), [(1, 1), (0, -1)])
def test_eye_spacing_moves_the_irises_by_the_promised_share(doll, seed, sign):
    left, right = iris_centres(doll.rgba)
    new_left, new_right = iris_centres(made("eye_spacing_20", doll, seed).rgba)
    real = (new_right[0] - new_left[0]) / (right[0] - left[0]) - 1.0
    assert real == pytest.approx(0.2 * sign, abs=0.05)


def test_larger_eyes_hold_more_iris(doll):
    def iris_px(rgba):
        return np.count_nonzero(np.abs(rgba[..., :3].astype(int) - MIO.iris).sum(axis=2) < 30)

    assert iris_px(made("eye_size_25", doll).rgba) > 1.3 * iris_px(doll.rgba)


def test_a_moved_or_mirrored_detail_is_gone_where_it_was_and_seen_elsewhere(doll):
    def clip_at(rgba):
        ys, xs = np.nonzero(np.abs(rgba[..., :3].astype(int) - MIO.clip).sum(axis=2) < 40)
        return None if not xs.size else (float(xs.mean()), float(ys.mean()))

    x, y = clip_at(doll.rgba)
    mirrored = clip_at(made("detail_mirrored", doll).rgba)
    assert mirrored[0] == pytest.approx(2 * doll.eyes.centre_xy[0] - x, abs=4.0)
    assert mirrored[1] == pytest.approx(y, abs=1.5)
    assert np.hypot(*np.subtract(clip_at(made("detail_moved", doll).rgba), (x, y))) > 8.0


def test_thicker_lines_darken_and_thinner_ones_lighten_only_near_the_ink(doll):
    thick, thin = made("line_60", doll, 1), made("line_60", doll, 0)

    def dark(rgba):
        return np.count_nonzero((rgba[..., :3].max(axis=2) < 80) & (rgba[..., 3] > 127))

    assert dark(thick.rgba) > 1.25 * dark(doll.rgba) > dark(doll.rgba) > 1.25 * dark(thin.rgba)
    assert not (thick.mask & ~thick.place).sum() > 0.4 * thick.mask.sum()


def test_other_eyes_come_from_the_other_design(doll, other):
    edit = made("other_eyes", doll, donor=other)
    red = (np.abs(edit.rgba[..., :3].astype(int) - (200, 60, 40)).sum(axis=2) < 40) & edit.mask
    assert red.sum() > 30
    assert red[edit.place].sum() > 0.9 * red.sum()
    assert made("other_eyes", doll, donor=None) is None


@pytest.mark.parametrize("kind", edits.EDITS)
def test_an_edit_is_repeatable_leaves_its_input_alone_and_names_its_fault(doll, other, kind):
    kept = doll.rgba.copy()
    edit = made(kind, doll, 3, other)
    assert np.array_equal(doll.rgba, kept)
    assert edits.fault_of(kind).startswith("OFF_MODEL.")
    if edit is not None:
        assert np.array_equal(edit.rgba, made(kind, doll, 3, other).rgba)
        assert edit.mask.any()
        assert edit.place.any()
        assert edit.mask.shape == edit.place.shape == edit.rgba.shape[:2]


@pytest.mark.parametrize("kind", edits.EDITS)
def test_nothing_is_edited_on_empty_paper_or_a_blot(kind, other):
    blot = np.zeros((80, 80, 4), np.uint8)
    assert made(kind, edits.Subject(blot), donor=other) is None
    cv2.circle(blot, (40, 40), 30, (120, 90, 200, 255), -1)
    assert made(kind, edits.Subject(blot), donor=other) is None
