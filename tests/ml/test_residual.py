"""The residual gauge on dolls: things that lack, that are new, that lie elsewhere, and what must leave it calm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ml.consistency.compiling import Approved, compile_design
from ml.consistency.gauge_residual import ResidualGauge
from ml.consistency.gauges import limits_of
from ml.consistency.matching import match
from ml.consistency.pack import Compiled
from ml.consistency.residual import slack_of
from ml.consistency.residual_flow import Ground, lay
from ml.consistency.residual_picture import laid_on, picture_of
from ml.consistency.residual_store import Shelf
from ml.consistency.views import prepare
from ml.edits import half_pixel, reencode, rescale
from ml.pixels import U8, Figure, cut_figure
from tests.ml.dolls import MIO, Doll, draw

if TYPE_CHECKING:
    from ml.consistency.gauges import Gauged

GAUGE = ResidualGauge()
SHEET = (
    MIO,
    replace(MIO, eyes_open=False),
    replace(MIO, eyes_open=False, arm=6),
    replace(MIO, arm=25),
    replace(MIO, step=6),
    replace(MIO, arm=-8, step=3),
)


def figure_of(drawing: Doll | U8) -> Figure:
    found = cut_figure(draw(drawing) if isinstance(drawing, Doll) else drawing)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def design() -> Compiled:
    """A sheet of dolls with what the gauge learned from it and nothing of any other gauge."""
    vector = np.ones(4, np.float32) / 2.0
    approved = [Approved(str(i), "turnaround", "front", figure_of(d), vector) for i, d in enumerate(SHEET)]
    blank = compile_design("mio", "none", approved, ())
    views = [prepare(a.figure, blank.palette) for a in approved]
    return replace(
        blank, limits={}, learned={f"residual.{k}": v for k, v in GAUGE.learn(views, blank).items()}
    )


def read(design: Compiled, drawing: Doll | U8) -> dict[str, Gauged]:
    view = prepare(figure_of(drawing), design.palette)
    return {g.name: g for g in GAUGE.read(view, match(view, design, range(len(SHEET))), design, painted=True)}


@pytest.fixture(scope="module")
def limits(design: Compiled) -> dict[str, float]:
    """The design's own limits, each approved drawing read against its fellows."""
    strays: dict[str, list[float]] = {}
    for row, doll in enumerate(SHEET):
        view = prepare(figure_of(doll), design.palette)
        rows = [i for i in range(len(SHEET)) if i != row]
        for one in GAUGE.read(view, match(view, design, rows), design, painted=True):
            strays.setdefault(one.name, []).append(one.stray)
    return limits_of([GAUGE], strays)


def drifts(design: Compiled, limits: dict[str, float], drawing: Doll | U8) -> dict[str, float]:
    return {name: one.stray / limits[name] for name, one in read(design, drawing).items()}


@pytest.mark.parametrize("treated", [half_pixel, rescale, reencode])
def test_camera_and_codec_leave_it_calm(design, limits, treated):
    found = drifts(design, limits, treated(draw(replace(MIO, arm=12, step=4))).rgba)
    assert found
    assert max(found.values()) < 1.0


def test_missing_clip_lacks_where_it_was(design, limits):
    found = read(design, replace(MIO, clip=None))
    assert found["DETAIL.gone_top"].stray > limits["DETAIL.gone_top"]
    heat = found["DETAIL.gone_top"].heat
    assert heat is not None
    y, _ = np.unravel_index(int(np.argmax(heat)), heat.shape)
    assert y < 0.3 * heat.shape[0]
    assert max(drifts(design, limits, MIO).values()) < 1.0


def test_larger_head_strays_at_its_outline(design, limits):
    found = drifts(design, limits, replace(MIO, head=1.1))
    assert max(found["SHAPE.outline_top"], found["FACE.moved_top"]) > 1.0


def test_foreign_thing_is_in_no_approved_drawing(design, limits):
    drawing = draw(MIO)
    drawing[250:275, 165:195, :3] = (20, 160, 60)
    assert drifts(design, limits, drawing)["DETAIL.new_middle"] > 1.0


def test_what_cannot_be_laid_over_is_left_out(design):
    rng = np.random.default_rng(0)
    noise = np.dstack([rng.integers(0, 255, (300, 200, 3)), np.full((300, 200), 255)]).astype(np.uint8)
    noise[:40, :, 3] = 0
    assert read(design, noise) == {}


def test_an_approved_drawing_is_known_again(design):
    shelf = Shelf({k.removeprefix("residual."): v for k, v in design.learned.items()})
    assert len(shelf) == len(SHEET)
    assert shelf.own(picture_of(figure_of(SHEET[3]))) == 3
    assert shelf.own(picture_of(figure_of(replace(MIO, arm=12)))) == -1
    assert np.array_equal(shelf.known(4).picture.rgb, picture_of(figure_of(SHEET[4])).rgb)


def test_laying_undoes_a_camera():
    one, other = picture_of(figure_of(MIO)), picture_of(figure_of(rescale(draw(MIO)).rgba))
    start, alike = laid_on(one.words, other.words)
    assert start is not None
    assert alike > 40
    laid = lay(Ground(other), one, start)
    assert float(np.quantile(laid.strays, 0.99)) < 1.0
    assert float(np.quantile(laid.new, 0.99)) < 6.0


def test_slack_forgets_what_a_drawing_taught_itself():
    calm, wild = np.zeros((40, 40), np.float32), np.full((40, 40), 5.0, np.float32)
    slack = slack_of([(3, calm), (7, wild)])
    assert slack is not None
    assert slack.without(7).max() == 0.0
    assert slack.without(3).min() == 5.0
    assert slack_of([]) is None
