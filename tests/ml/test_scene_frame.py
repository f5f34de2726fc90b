"""Composited frames: which pictures are, who is found in them and where, and what is left unsaid."""

from dataclasses import replace

import numpy as np
import pytest

from ml import edits
from ml.consistency.scene_frame import is_frame
from ml.pixels import encode_png
from ml.runtime import Runtime
from ml.types import Measurements
from tests.ml.dolls import MIO, REN, SWATCHES, Doll, draw, sheet


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture(scope="module")
def cast(runtime):
    return [runtime.compile("mio", sheet(MIO), SWATCHES), runtime.compile("ren", sheet(REN))]


def ground(seed: int = 3) -> np.ndarray:
    """Paint a sky that turns into a hill, with a few boxes: rgba uint8 (500, 800, 4), opaque."""
    rng = np.random.default_rng(seed)
    down, across = np.linspace(0, 1, 500)[:, None, None], np.linspace(0, 1, 800)[None, :, None]
    rgb = np.array([60, 110, 190]) * (1 - down) + np.array([150, 190, 90]) * down + 40 * across
    for _ in range(6):
        x, y, w, h = (int(v) for v in rng.integers((0, 0, 40, 40), (760, 460, 160, 160)))
        rgb[y : y + h, x : x + w] = rng.integers(40, 230, 3)
    return np.dstack([np.clip(rgb, 0, 255), np.full((500, 800), 255)]).astype(np.uint8)


def staged(*dolls: tuple[Doll, int]) -> np.ndarray:
    """Lay dolls over the ground, each with its left edge."""
    frame = ground()
    for doll, x in dolls:
        rgba = draw(doll)
        part = frame[15:495, x : x + 360]
        alpha = rgba[..., 3:] / 255.0
        part[..., :3] = np.round(rgba[..., :3] * alpha + part[..., :3] * (1.0 - alpha)).astype(np.uint8)
    return frame


def asked(runtime: Runtime, rgba: np.ndarray, cast) -> list[Measurements]:
    png = encode_png(rgba)
    return runtime.measure([png], runtime.embed([png]), cast, cast)[0]


def test_a_frame_is_opaque_and_its_border_no_paper():
    cel = np.zeros((480, 360, 4), np.uint8)
    paper = np.full((480, 360, 4), 255, np.uint8)
    paper[100:400, 100:200, :3] = 40
    assert is_frame(ground())
    assert not is_frame(draw(MIO))
    assert not is_frame(cel)
    assert not is_frame(paper)
    assert not is_frame(ground()[:100])


@pytest.mark.parametrize("treatment", ["plain", "jpeg", "evening"])
def test_a_cast_character_is_found_where_it_stands_and_the_other_is_not(runtime, cast, treatment):
    rgba = staged((replace(MIO, arm=30), 300))
    if treatment == "evening":
        rgba[..., :3] = (rgba[..., :3] * np.array([1.0, 0.86, 0.74])).astype(np.uint8)
    if treatment == "jpeg":
        rgba = edits.reencode(rgba, 85).rgba
    mio, ren = asked(runtime, rgba, cast)
    assert mio.map_box_xyxy is not None
    left, top, right, bottom = mio.map_box_xyxy
    ys, xs = np.nonzero(draw(replace(MIO, arm=30))[..., 3] > 127)
    assert abs(left - 300 - xs.min()) < 30
    assert abs(right - 300 - xs.max()) < 30
    assert abs(top - 15 - ys.min()) < 30
    assert abs(bottom - 15 - ys.max()) < 30
    assert mio.applicable or mio.why_not.startswith("no_")
    assert mio.drift < 1.0
    assert (ren.applicable, ren.why_not) == (False, "not_found")


def test_of_a_frame_it_is_said_what_is_not_checked(runtime, cast):
    mio = asked(runtime, staged((replace(MIO, belt=None), 300)), cast)[0]
    assert {"COLOUR", "DETAIL", "LINE_WEIGHT", "WRONG_DESIGN"} <= set(mio.unchecked)
    assert not {a.aspect for a in mio.aspects} & set(mio.unchecked)


def test_two_characters_are_found_in_one_frame(runtime, cast):
    mio, ren = asked(runtime, staged((MIO, 20), (REN, 420)), cast)
    assert mio.map_box_xyxy is not None
    assert ren.map_box_xyxy is not None
    assert mio.map_box_xyxy[2] < 400 < ren.map_box_xyxy[0] + 60


def test_a_background_alone_holds_nobody(runtime, cast):
    found = asked(runtime, ground(), cast)
    assert [(one.applicable, one.why_not, one.drift) for one in found] == [(False, "not_found", 0.0)] * 2


def test_the_same_frame_gives_the_same_numbers(runtime, cast):
    rgba = staged((MIO, 300))
    first, second = asked(runtime, rgba, cast)[0], asked(Runtime(), rgba, cast)[0]
    assert first.map_box_xyxy == second.map_box_xyxy
    assert first.aspects == second.aspects
