"""Named parts in place: there, moved, gone or painted as another; surroundings decide who may say so."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml import edits
from ml.consistency.colours import paints_of
from ml.consistency.exact import rows_of
from ml.consistency.palette import build_palette
from ml.consistency.parts import BEYOND, LINE, NONE, PartMap, Worn, is_stable, parts_of, without_arms
from ml.consistency.parts_found import look_at
from ml.consistency.views import prepare
from ml.pixels import cut_figure, encode_png
from ml.runtime import Runtime
from tests.ml.dolls import MIO, SWATCHES, draw, sheet

SHIRT, SKIRT, BADGE = 1, 2, 3
BOX = (16, 36, 26, 44)


def _map(badge=BOX, shirt=SHIRT, shift=(0, 0)):
    labels = np.full((90, 90), NONE, np.uint8)
    x, y = shift
    labels[5 + y : 50 + y, 10 + x : 80 + x] = shirt
    labels[50 + y : 85 + y, 10 + x : 80 + x] = SKIRT
    if badge is not None:
        left, top, right, bottom = badge
        labels[top + y : bottom + y, left + x : right + x] = BADGE
        cv2.rectangle(labels, (left + x - 1, top + y - 1), (right + x, bottom + y), LINE, 1)
    return labels


def test_a_piece_in_its_place_strays_nowhere_even_if_all_lies_aside():
    found = look_at(_map(), _map(shift=(3, -2)), BADGE, BOX)
    assert found is not None
    assert found.aside_xy == (3, -2)
    assert found.stray < 0.05


def test_a_piece_left_out_is_gone_and_says_what_stands_there():
    found = look_at(_map(), _map(badge=None), BADGE, BOX)
    assert found is not None
    assert found.stray > 0.9
    assert found.gone > 0.9
    assert found.instead == SHIRT
    assert found.wrong.any()


@pytest.mark.parametrize("badge", [(23, 36, 33, 44), (16, 30, 26, 38), (16, 28, 26, 44)])
def test_a_piece_moved_or_of_another_shape_strays(badge):
    found = look_at(_map(), _map(badge=badge), BADGE, BOX)
    assert found is not None
    assert found.stray > 0.2


def test_surroundings_of_another_part_say_nothing():
    assert look_at(_map(), _map(badge=None, shirt=7), BADGE, BOX) is None


def test_what_a_pose_of_the_same_view_hides_is_not_stable_and_what_it_does_not_show_does_not_count():
    one = Worn(0, BADGE, BOX, 80)
    assert is_stable(one, [PartMap(_map(), 0, 0), PartMap(_map()[:10], 0, 0)])
    assert not is_stable(one, [PartMap(_map(badge=None), 0, 0)])


def test_what_hangs_on_an_arm_in_front_is_left_out_of_the_trunk_from_the_side():
    arm, chest = Worn(0, BADGE, (100, 120, 110, 130), 60), Worn(0, SHIRT, (44, 120, 54, 130), 60)
    side = [Worn(1, label, (44, 120, 54, 130), 60) for label in (BADGE, SHIRT)]
    assert without_arms([arm, chest, *side], ["front", "side"]) == [chest, side[1]]


def _view(rgba):
    figure = cut_figure(rgba)
    assert figure is not None
    return prepare(figure, build_palette([paints_of(figure)], SWATCHES))


def test_a_resampled_cel_is_less_sharp_and_pure_pixels_keep_their_rows():
    cel = _view(draw(MIO))
    moved = _view(edits.half_pixel(draw(MIO)).rgba)
    assert moved.sharpness < 0.8 * cel.sharpness
    rows = rows_of(cel.figure, np.array([MIO.skirt], np.uint8))
    assert np.array_equal(rows == 0, (cel.figure.rgba[..., :3] == MIO.skirt).all(axis=2) & cel.figure.mask)


@pytest.fixture(scope="module")
def asked():
    runtime = Runtime()
    pack = runtime.compile("mio", sheet(MIO), SWATCHES)

    def ask(doll):
        data = encode_png(draw(doll))
        return runtime.measure([data], runtime.embed([data]), [pack], [])[0][0]

    return ask


@pytest.mark.parametrize(
    ("doll", "aspect", "part"),
    [
        (replace(MIO, belt=None, arm=20), "DETAIL", "belt"),
        (replace(MIO, clip=None), "DETAIL", "hair clip"),
        (replace(MIO, hair=MIO.skirt), "COLOUR", "hair"),
        (replace(MIO, skirt=MIO.top), "COLOUR", "skirt"),
    ],
)
def test_a_part_left_out_and_a_part_in_another_s_paint_are_told_apart(asked, doll, aspect, part):
    worst = asked(doll).aspects[0]
    assert (worst.aspect, worst.part) == (aspect, part)
    assert worst.drift > 2.0
    assert worst.box_xyxy is not None


def test_paint_of_no_swatch_is_a_colour_and_no_missing_part(asked):
    found = asked(replace(MIO, skirt=(60, 92, 130)))
    assert {a.aspect for a in found.aspects if a.drift > 1.0} == {"COLOUR"}
    assert found.drift > 4.0


def test_paint_that_is_nearly_a_swatch_is_still_that_part_and_paint_of_none_hides_what_is_there():
    labels = {name: i for i, name in enumerate(("top", "skirt", "belt"))}
    palette = build_palette([], [s for s in SWATCHES if s.part in labels])
    for skirt, there in ((MIO.skirt, True), ((61, 70, 131), True), ((60, 92, 130), False)):
        figure = cut_figure(draw(replace(MIO, skirt=skirt)))
        assert figure is not None
        parts = parts_of(prepare(figure, palette), palette)
        assert (np.count_nonzero(parts == 1 + labels["skirt"]) > 1000) == there
        assert (np.count_nonzero(parts == BEYOND) > 1000) or there
