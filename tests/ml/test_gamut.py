"""Colours as a whole: what resampling must not change, and what new paint must."""

from dataclasses import replace

import numpy as np
import pytest

from ml import edits
from ml.consistency.gamut import Gamut, field_of, foreign_mask, gamut_of, strange, to_din99
from ml.consistency.shams import degraded
from ml.pixels import cut_figure, encode_png, to_lab
from ml.runtime import Runtime
from tests.ml.dolls import MIO, MIO_SUMMER, draw, sheet


def _figure(doll):
    found = cut_figure(draw(doll))
    assert found is not None
    return found


def _gamut(figure) -> Gamut:
    return gamut_of(field_of(figure))


@pytest.fixture(scope="module")
def approved():
    return [_gamut(_figure(doll)) for doll in (MIO, replace(MIO, arm=50))]


def test_a_resampled_and_encoded_drawing_keeps_its_colours(approved):
    found = strange(_gamut(degraded(_figure(replace(MIO, arm=80)))), approved)
    assert found.off < 0.01
    assert found.missing < 0.01


def test_new_paint_is_off_and_the_old_paint_is_missing(approved):
    found = strange(_gamut(_figure(replace(MIO, top=(90, 150, 90)))), approved)
    assert found.off > 0.1
    assert found.missing > 0.1


def test_a_lacking_colour_is_missing_but_nothing_is_off(approved):
    found = strange(_gamut(_figure(replace(MIO, belt=None, clip=None))), approved)
    assert found.off < 0.005
    assert found.missing > 0.006


def test_foreign_paint_is_found_in_its_place(approved):
    field = field_of(_figure(replace(MIO, skirt=(150, 40, 190))))
    rows = np.flatnonzero(foreign_mask(field, approved).any(axis=1)) / field.weight.shape[0]
    assert rows.min() > 0.45
    assert rows.max() < 0.8


def test_din99_is_the_same_for_the_same_colour_and_far_for_black_and_white():
    lab = to_lab(np.array([[0, 0, 0], [255, 255, 255], [200, 60, 70], [200, 60, 70]], np.uint8))
    points = to_din99(lab)
    assert np.array_equal(points[2], points[3])
    assert np.linalg.norm(points[0] - points[1]) == pytest.approx(100.0, abs=1.0)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture(scope="module")
def packs(runtime):
    return {key: runtime.compile(key, sheet(doll)) for key, doll in (("mio", MIO), ("summer", MIO_SUMMER))}


def _measure(runtime, packs, rgba):
    data = encode_png(rgba)
    return runtime.measure([data], runtime.embed([data]), [packs["mio"]], list(packs.values()))[0][0]


def test_an_encoded_drawing_in_wrong_paint_is_found_with_its_place(runtime, packs):
    wrong = edits.reencode(draw(replace(MIO, skirt=(90, 130, 60), arm=20)), 90)
    found = _measure(runtime, packs, wrong.rgba)
    assert found.drift > 1.0
    assert found.aspects[0].aspect == "COLOUR"
    assert found.colours[0].box_xyxy == pytest.approx((122, 232, 238, 298), abs=8)


def test_a_small_figure_is_judged_by_colour_and_says_what_is_not_checked(runtime, packs):
    small = edits.rescale(draw(MIO), 0.2).rgba
    found = _measure(runtime, packs, small)
    assert found.applicable
    assert found.unchecked == ("PROPORTION", "DETAIL", "FACE")
    assert {a.aspect for a in found.aspects} <= {"COLOUR", "WRONG_DESIGN"}


def test_a_pack_says_how_far_its_own_drawings_lay_out(packs):
    scores = packs["mio"].scores
    assert set(scores) >= {"PROPORTION", "DETAIL", "COLOUR"}
    assert all(len(values) <= 5 and min(values) >= 0.0 for values in scores.values())
    assert max(scores["COLOUR"]) <= 1.5
