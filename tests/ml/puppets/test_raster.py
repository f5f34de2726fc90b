"""Outlines, strokes and colours, each held against the plain way of working them out."""

from __future__ import annotations

import numpy as np
import pytest

from ml.puppets.curves import moved, ribbons, smooth, spline, tube
from ml.puppets.painter import Painter
from ml.puppets.raster import Layer, coloured

SQUARE = np.array([(2, 2), (14, 2), (14, 14), (2, 14)], np.float64)
PARTS = ("one", "two")


def painted(*layers: Layer) -> np.ndarray:
    """Return the label map of a picture of 20 x 20."""
    painter = Painter(PARTS, line_units=1.0)
    painter.add(list(layers))
    return painter.paint((20, 20), 1.0, (0.0, 0.0))


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_a_colour_is_the_mean_of_the_paints_under_the_pixel(factor):
    rng = np.random.default_rng(3)
    palette = rng.integers(0, 256, (256, 4)).astype(np.uint8)
    palette[:, 3], palette[0] = 255, 0
    labels = rng.integers(0, 3, (8 * factor, 6 * factor)).astype(np.uint8)
    fine = palette[labels].astype(np.float64).reshape(8, factor, 6, factor, 4)
    alpha = fine[..., 3:].mean(axis=(1, 3))
    colour = (fine * (fine[..., 3:] > 0)).sum(axis=(1, 3))[..., :3]
    count = np.maximum((fine[..., 3:] > 0).sum(axis=(1, 3)), 1)
    rgba = coloured(labels, palette, factor)
    assert np.abs(rgba[..., 3:] - alpha).max() <= 0.5
    assert np.abs(rgba[..., :3] - colour / count).max() <= 0.501


@pytest.mark.parametrize("count", [2, 3, 9])
def test_a_spline_is_the_smooth_curve_with_the_same_corners(count):
    rng = np.random.default_rng(count)
    control, corners = rng.normal(0, 30, (count, 2)), rng.random(count) < 0.4
    assert np.allclose(
        spline(control, corners), smooth(control, np.flatnonzero(corners).tolist(), closed=False)
    )


def test_a_smooth_curve_passes_through_its_control_points():
    control = np.array([(0, 0), (10, 4), (12, 20), (-3, 9)], np.float64)
    assert np.allclose(smooth(control, samples=6)[::6], control)
    assert np.allclose(smooth(control, (1,), closed=False, samples=6)[::6], control)


def test_strokes_worked_out_together_are_those_worked_out_alone():
    rng = np.random.default_rng(1)
    curves = [smooth(rng.normal(0, 30, (n, 2)), closed=False) for n in (2, 5, 3)]
    widths = [1.0, 2.5, 0.7]
    for shape, curve, width in zip(ribbons(curves, widths), curves, widths, strict=True):
        assert np.allclose(shape, ribbons([curve], [width])[0])
        across = np.hypot(*(shape[: len(curve)] - shape[len(curve) :][::-1]).T)
        assert across.max() <= width + 1e-9
        assert across[0] == pytest.approx(0.3 * width)


def test_a_tube_keeps_its_width_along_a_straight_line():
    shape = tube([(0, 0), (0, 10), (0, 20)], [3.0, 3.0])
    assert np.allclose(np.abs(shape[:, 0]), 3.0)


def test_an_area_in_light_and_shadow_keeps_both_tones_inside_its_outline():
    labels = painted(Layer("two", "fill", SQUARE, shade=(-5, 0)))
    assert labels[8, 4] == 5
    assert labels[8, 12] == 6
    assert not labels[:, 15:].any()


def test_a_clip_holds_an_area_and_a_stroke_back():
    half = np.array([(2, 2), (8, 2), (8, 14), (2, 14)], np.float64)
    line = np.array([(0, 8), (19, 8)], np.float64)
    labels = painted(
        Layer("one", "fill", SQUARE, clip=(half,)),
        Layer("one", "stroke", line, "line", 2.0, clip=(half,), closed=False),
    )
    assert labels[4, 5] == 1
    assert labels[8, 5] == 4
    assert not labels[:, 9:].any()


def test_a_cast_shadow_darkens_only_the_parts_that_it_may():
    below = Layer("one", "fill", SQUARE)
    beside = Layer("two", "fill", moved(SQUARE, 0, 8))
    shadow = Layer("one", "cast", moved(SQUARE, 4, 0), onto=("one",))
    labels = painted(below, beside, shadow)
    assert labels[4, 3] == 1
    assert labels[4, 10] == 2
    assert labels[12, 10] == 5


def test_a_shape_outside_of_the_picture_paints_nothing():
    far = moved(SQUARE, 100, 100)
    assert not painted(Layer("one", "fill", far, shade=(-1, 0), width=1.0, clip=(SQUARE,))).any()
