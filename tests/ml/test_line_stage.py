"""Ink on paper is compared with a sheet in paint: found, calm when right, and what it cannot tell is said."""

from dataclasses import replace

import numpy as np
import pytest

from bench.drift.shots import framing_of, sheet
from ml.consistency import gauging
from ml.consistency.gauge_line import LINE
from ml.consistency.lines_ink import ink_figure
from ml.pixels import cut_figure, encode_png
from ml.puppets.finish import Finish, finished
from ml.puppets.palette import swatches
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.render import render
from ml.puppets.splits import design_of
from ml.runtime import Runtime
from ml.types import SheetPicture, SwatchSpec

MIO, REN = design_of(100003), design_of(100010)
INK = Finish("line")
TRACED = Finish("line", trace=True, paper="cel")
SCANNED = Finish("line", trace=True, paper="animation", scanned=True)


def drawn(design, finish, *, bust=True, line=1.0):
    framing = framing_of(design, bust=bust, camera=1.04)
    framing = replace(framing, line_px=framing.line_px * line)
    return finished(design, replace(STANDING, tilt=1.0), EXPRESSIONS["smile"], framing, finish).rgba


@pytest.mark.parametrize("finish", [INK, TRACED, SCANNED])
@pytest.mark.parametrize("bust", [True, False])
def test_the_figure_of_an_ink_drawing_is_what_its_outlines_enclose(finish, bust):
    painted = cut_figure(drawn(MIO, Finish(), bust=bust))
    figure = ink_figure(drawn(MIO, finish, bust=bust))
    assert figure is not None
    assert painted is not None
    assert np.abs(np.subtract(figure.box_xyxy, painted.box_xyxy)).max() <= 3
    assert figure.mask.mean() == pytest.approx(painted.mask.mean(), rel=0.12)


def test_paint_is_no_ink_drawing_and_neither_is_bare_paper():
    assert ink_figure(drawn(MIO, Finish())) is None
    assert ink_figure(drawn(MIO, Finish(paper="cel"))) is None
    assert ink_figure(np.full((90, 80, 4), 255, np.uint8)) is None
    assert ink_figure(np.zeros((90, 80, 4), np.uint8)) is None


@pytest.fixture(scope="module")
def cast():
    """Two puppets, each with a front view and faces, compiled with the line gauge alone."""
    kept = gauging.GAUGES
    gauging.GAUGES = (LINE,)
    runtime = Runtime()
    packs = []
    for design in (MIO, REN):
        items = [i for i in sheet() if i.view == "front"][:4]
        pictures = [
            SheetPicture(
                i.key,
                encode_png(render(design, i.pose, i.expression, framing_of(design, bust=i.bust)).rgba),
                i.kind,
                i.view,
            )
            for i in items
        ]
        packs.append(runtime.compile(design.code, pictures, [SwatchSpec(*s) for s in swatches(design)]))
    yield runtime, packs
    gauging.GAUGES = kept


def measured(cast, rgba, *, painted=False):
    runtime, packs = cast
    png = encode_png(rgba)
    return runtime.measure([png], runtime.embed([png]), packs, [], painted=painted)[0]


@pytest.mark.parametrize("finish", [INK, TRACED, SCANNED])
@pytest.mark.parametrize("bust", [True, False])
def test_a_right_key_is_compared_and_calm_and_the_right_design_is_found(cast, finish, bust):
    own, other = measured(cast, drawn(MIO, finish, bust=bust))
    assert own.applicable
    assert own.drift < 1.0
    assert own.nearest[0].similarity > 0.72
    assert other.why_not == "other_design"
    assert measured(cast, drawn(REN, finish, bust=bust))[0].why_not == "other_design"


@pytest.mark.parametrize("line", [0.6, 1.6])
def test_lines_of_a_key_that_are_too_heavy_or_too_fine_are_out(cast, line):
    own = measured(cast, drawn(MIO, INK, line=line))[0]
    assert own.drift > 1.0
    worst = own.aspects[0]
    assert worst.aspect == "LINE_WEIGHT"
    assert (worst.value > worst.sheet_value) is (line > 1.0)


def test_what_lines_cannot_tell_is_said(cast):
    own = measured(cast, drawn(MIO, INK))[0]
    assert {"COLOUR", "DETAIL", "FACE", "WRONG_DESIGN"} <= set(own.unchecked)
    assert "LINE_WEIGHT" not in own.unchecked
    cel = measured(cast, drawn(MIO, Finish()))[0]
    assert {"COLOUR", "DETAIL", "WRONG_DESIGN"} <= set(cel.unchecked)
    assert "COLOUR" not in measured(cast, drawn(MIO, Finish()), painted=True)[0].unchecked
