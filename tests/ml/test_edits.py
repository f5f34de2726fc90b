"""Controlled edits do what they say, where they say it; shams change nothing that counts."""

import numpy as np
import pytest

from ml import edits
from ml.consistency.colours import delta_e
from ml.pixels import cut_figure
from tests.ml.dolls import MIO, draw


@pytest.fixture(scope="module")
def doll() -> np.ndarray:
    return draw(MIO)


def test_a_recolour_moves_one_paint_by_the_wanted_distance(doll):
    edit = edits.recolour(doll, 16.0, seed=2)
    changed = (edit.rgba != doll).any(axis=2)
    before, counts = np.unique(doll[changed][:, :3], axis=0, return_counts=True)
    main = before[counts.argmax()]
    after = edit.rgba[(doll[..., :3] == main).all(axis=2) & changed][0, :3]
    assert float(delta_e(main[None], after[None])[0]) == pytest.approx(16.0, abs=1.1)
    assert np.array_equal(edit.rgba[..., 3], doll[..., 3])


def test_the_same_seed_gives_the_same_edit_and_leaves_the_input_alone(doll):
    kept = doll.copy()
    assert np.array_equal(edits.recolour(doll, 12.0, 5).rgba, edits.recolour(doll, 12.0, 5).rgba)
    assert np.array_equal(edits.erase_detail(doll, 1).rgba, edits.erase_detail(doll, 1).rgba)
    assert np.array_equal(doll, kept)


def test_a_larger_head_makes_the_figure_taller_and_leaves_the_feet(doll):
    before, after = cut_figure(doll), cut_figure(edits.enlarge_head(doll, 1.15).rgba)
    assert after.mask.shape[0] > before.mask.shape[0] + 5
    assert np.array_equal(after.mask[-60:].sum(axis=1), before.mask[-60:].sum(axis=1))


def test_an_erased_detail_changes_a_small_place_inside_its_box(doll):
    edit = edits.erase_detail(doll, seed=0)
    changed = (edit.rgba != doll).any(axis=2)
    left, top, right, bottom = edit.box_xyxy
    assert 0 < changed.sum() < 0.05 * (doll[..., 3] > 0).sum()
    assert changed[top:bottom, left:right].sum() == changed.sum()


@pytest.mark.parametrize("sham", edits.SHAMS)
def test_shams_keep_the_paint(doll, sham):
    edited = edits.SHAMS[sham](doll).rgba
    figure = cut_figure(edited)
    large = cut_figure(doll)
    assert figure.mask.mean() == pytest.approx(large.mask.mean(), abs=0.02)
    assert figure.rgba[figure.mask][:, :3].mean(axis=0) == pytest.approx(
        large.rgba[large.mask][:, :3].mean(axis=0), abs=2.0
    )


def test_nothing_can_be_edited_on_empty_paper():
    blank = np.zeros((40, 40, 4), np.uint8)
    assert edits.recolour(blank, 10.0) is None
    assert edits.enlarge_head(blank) is None
    assert edits.erase_detail(blank) is None
