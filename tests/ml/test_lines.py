"""Lines are measured to parts of a pixel, and a heavier hand is told from a nearer camera."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from bench.drift.shots import framing_of, sheet
from ml import edits
from ml.consistency import gauging
from ml.consistency.gauge_line import LINE, NAME
from ml.consistency.lines import strokes_of
from ml.pixels import encode_png
from ml.puppets.palette import swatches
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.render import render
from ml.puppets.splits import design_of
from ml.runtime import Runtime
from ml.types import SheetPicture, SwatchSpec

FINE = 8
PAINT, INK = (214, 170, 130), (60, 40, 35)
DESIGN = design_of(100003)


def drawn(width_px: float, shift_px: float = 0.0) -> np.ndarray:
    """An oval of paint with a contour and three strokes inside, anti-aliased: (240, 200, 4)."""
    board = np.zeros((240 * FINE, 200 * FINE, 4), np.uint8)
    thick, off = round(width_px * FINE), shift_px * FINE

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * FINE + off), round(y * FINE + off)

    cv2.ellipse(board, at(100, 120), (80 * FINE, 100 * FINE), 0, 0, 360, (*PAINT, 255), -1)
    cv2.ellipse(board, at(100, 120), (80 * FINE, 100 * FINE), 0, 0, 360, (*INK, 255), thick)
    for start, stop in (((60, 60), (75, 190)), ((100, 60), (100, 190)), ((125, 180), (150, 75))):
        cv2.line(board, at(*start), at(*stop), (*INK, 255), thick)
    light = board / 255.0
    light[..., :3] *= light[..., 3:]
    small = np.asarray(cv2.resize(light, (200, 240), interpolation=cv2.INTER_AREA), np.float64)
    small[..., :3] /= np.maximum(small[..., 3:], 0.004)
    return np.clip(np.rint(255.0 * small), 0, 255).astype(np.uint8)


def width_of(rgba: np.ndarray, inks: np.ndarray | None = None) -> float:
    return float(np.median(strokes_of(rgba, rgba[..., 3] > 127, inks).width_px))


@pytest.mark.parametrize("inks", [None, np.array([INK, (90, 20, 120)], np.uint8)])
@pytest.mark.parametrize("width", [1.25, 2.0, 3.0, 5.0])
def test_a_width_is_read_within_a_tenth(width, inks):
    assert width_of(drawn(width), inks) == pytest.approx(width, rel=0.1)


def test_half_a_pixel_aside_is_no_other_width():
    assert width_of(drawn(1.5, 0.5)) == pytest.approx(width_of(drawn(1.5)), rel=0.04)


def test_lines_lie_on_the_figure_and_paint_alone_has_none():
    plain = np.zeros((240, 200, 4), np.uint8)
    cv2.circle(plain, (100, 120), 70, (*PAINT, 255), -1)
    assert len(strokes_of(plain, plain[..., 3] > 127).xy) == 0
    found = strokes_of(drawn(2.0), drawn(2.0)[..., 3] > 127)
    assert len(found.xy) > 300
    assert np.hypot(found.xy[:, 0] - 100, (found.xy[:, 1] - 120) * 0.8).max() < 83


@pytest.fixture(scope="module")
def compiled():
    """One puppet's front view and three faces, compiled with the line gauge alone."""
    kept = gauging.GAUGES
    gauging.GAUGES = (LINE,)
    runtime = Runtime()
    items = [i for i in sheet() if i.view == "front"][:4]
    pictures = [SheetPicture(i.key, picture(bust=i.bust), i.kind, i.view) for i in items]
    model = [SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(DESIGN)]
    yield runtime, runtime.compile("mio", pictures, model)
    gauging.GAUGES = kept


def picture(line: float = 1.0, camera: float = 1.0, *, bust: bool = True) -> bytes:
    framing = framing_of(DESIGN, bust=bust, camera=camera)
    framing = replace(framing, line_px=framing.line_px * line)
    return encode_png(render(DESIGN, replace(STANDING, tilt=1.0), EXPRESSIONS["smile"], framing).rgba)


def measured(compiled, png):
    runtime, pack = compiled
    found = runtime.measure([png], runtime.embed([png]), [pack], [])[0][0]
    return {a.aspect: a for a in found.aspects}["LINE_WEIGHT"], found


@pytest.mark.parametrize(("line", "heavier"), [(1.3, True), (0.7, False)])
@pytest.mark.parametrize("bust", [True, False])
def test_heavier_and_finer_lines_are_out_and_named_in_pixels(compiled, line, heavier, bust):
    aspect, found = measured(compiled, picture(line, bust=bust))
    assert aspect.drift > 1.2
    assert (aspect.value > aspect.sheet_value) is heavier
    assert aspect.unit == "px"
    assert 0.8 < aspect.sheet_value < 3.0
    times = 2.0 ** (aspect.drift - 1.0)  # beyond its limit a drift grows by doublings
    assert aspect.allowed == pytest.approx(abs(aspect.value - aspect.sheet_value) / times, rel=0.02)
    assert float((found.drift_map > 1.0).mean()) > 0.02


@pytest.mark.parametrize("camera", [0.93, 1.0, 1.1])
@pytest.mark.parametrize("bust", [True, False])
def test_a_nearer_camera_draws_heavier_lines_and_is_right(compiled, camera, bust):
    aspect, _ = measured(compiled, picture(camera=camera, bust=bust))
    assert aspect.drift < 0.8


def test_a_codec_and_half_a_pixel_are_no_line_drift(compiled):
    rgba = render(DESIGN, STANDING, EXPRESSIONS["smile"], framing_of(DESIGN, bust=True)).rgba
    for sham in (edits.half_pixel(rgba), edits.reencode(rgba), edits.rescale(rgba)):
        aspect, _ = measured(compiled, encode_png(sham.rgba))
        assert aspect.drift < 1.0, sham.what


def test_the_limit_is_kept_with_the_design(compiled):
    assert LINE.bounds[NAME].floor <= compiled[1].limits[NAME] < LINE.bounds[NAME].cap
