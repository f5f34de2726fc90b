"""Paint of sheets without a colour model: a paint that is off, a region in another, a swap, and what is no drift."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.consistency.foreign import replaced
from ml.consistency.gamut import Strange
from ml.consistency.real_paint import Told, repaints
from ml.consistency.real_swap import Colours, colours_of, swapped
from ml.consistency.residual import fitting
from ml.consistency.residual_flow import Ground, lay
from ml.consistency.residual_picture import Picture, laid_on, picture_of
from ml.edits import half_pixel, palette_de1, reencode
from ml.pixels import U8, cut_figure
from tests.ml.dolls import MIO, draw

SHEET = (MIO, replace(MIO, eyes_open=False), replace(MIO, arm=25))


def picture(rgba: U8) -> Picture:
    figure = cut_figure(rgba)
    assert figure is not None
    return picture_of(figure)


def told(rgba: U8) -> Told:
    approved = [picture(draw(doll)) for doll in SHEET]
    shown = picture(rgba)
    starts = fitting(shown, [p.words for p in approved], range(len(approved)))
    found = repaints(Ground(shown), dict(enumerate(approved)), starts)
    assert found is not None
    return found


def largest_paint(rgba: U8) -> U8:
    shown = rgba[rgba[..., 3] > 0][:, :3]
    colours, counts = np.unique(shown.reshape(-1, 3), axis=0, return_counts=True)
    return np.asarray(colours[np.argmax(counts)], np.uint8)


def repainted(rgba: U8, step: tuple[int, int, int]) -> U8:
    out = rgba.copy()
    where = (rgba[..., :3] == largest_paint(rgba)).all(axis=2) & (rgba[..., 3] > 0)
    out[where, :3] = np.clip(out[where, :3].astype(int) + step, 0, 255)
    return out


@pytest.mark.parametrize("treated", [half_pixel, reencode])
def test_camera_and_codec_repaint_nothing(treated):
    found = told(treated(draw(replace(MIO, step=4))).rgba)
    assert found.paint is None or found.paint.step_de < 1.4
    assert found.region is None


def test_a_paint_that_is_off_is_the_same_step_everywhere():
    found = told(repainted(draw(MIO), (18, -12, 10)))
    assert found.paint is not None
    assert found.paint.step_de > 3.0


def test_a_heart_before_the_figure_is_no_repaint():
    drawing = draw(MIO)
    ys, xs = np.mgrid[: drawing.shape[0], : drawing.shape[1]]
    top, bottom = np.flatnonzero((drawing[..., 3] > 0).any(axis=1))[[0, -1]]
    left, right = np.flatnonzero((drawing[..., 3] > 0).any(axis=0))[[0, -1]]
    heart = np.hypot(ys - (top + bottom) / 2, xs - (left + right) / 2) < 0.12 * (bottom - top)
    drawing[heart] = (200, 20, 40, 255)
    found = told(drawing)
    assert found.region is None
    assert found.paint is None or found.paint.step_de < 3.0


def test_a_swap_needs_a_lost_paint_and_as_much_of_a_new_one():
    approved = [colours_of(f) for doll in SHEET if (f := cut_figure(draw(doll))) is not None]
    drawing = draw(replace(MIO, arm=12))
    own = cut_figure(drawing)
    off = cut_figure(repainted(drawing, (18, -12, 10)))
    assert own is not None
    assert off is not None
    assert swapped(colours_of(own), approved) is None
    found = swapped(colours_of(off), approved)
    assert found is not None
    assert found[0] > 2.0
    assert np.array_equal(found[1], largest_paint(drawing))
    prop = Colours(
        np.concatenate([approved[0].rgb, np.array([[1, 254, 3]], np.uint8)]),
        np.concatenate([0.9 * approved[0].shares, [0.1]]).astype(np.float32),
    )
    assert swapped(prop, approved) is None


def test_a_step_that_nobody_sees_stays_small():
    edit = palette_de1(draw(MIO))
    assert edit is not None
    figure = cut_figure(edit.rgba)
    approved = [colours_of(f) for doll in SHEET if (f := cut_figure(draw(doll))) is not None]
    assert figure is not None
    found = swapped(colours_of(figure), approved)
    assert found is None or found[0] < 1.4


def test_new_paint_alone_is_no_drift():
    limits = {"COLOUR_OFF": 0.01, "COLOUR_MISSING": 0.01}
    assert replaced(Strange(0.08, 0.0), limits) == 0.0
    assert replaced(Strange(0.05, 0.05), limits) > 2.0


def test_laying_gives_the_same_bytes_wherever_arrays_lie():
    one, other = picture(draw(MIO)), picture(draw(replace(MIO, arm=25)))
    start, _ = laid_on(one.words, other.words)
    assert start is not None
    maps, kept = [], []
    for size in (1, 7, 1001, 33):
        kept.append(np.empty(size, np.uint8))
        maps.append(lay(Ground(other), one, start).strays.tobytes())
    assert len(set(maps)) == 1


def test_a_lone_spot_stands_out():
    drawing = draw(MIO)
    drawing[250:275, 165:195, :3] = (20, 160, 60)
    spot = told(drawing).spot
    assert spot is not None
    assert spot.where[200 * spot.where.shape[0] // 480 :].any()
    assert told(draw(replace(MIO, step=4))).spot is None
