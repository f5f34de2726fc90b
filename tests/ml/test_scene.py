"""Several characters in one cel: each is found, measured on its own figure, and nothing hidden is missing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ml import runtime as facade
from ml.pixels import encode_png
from ml.puppets import cast as puppets
from ml.puppets.drift import make
from ml.puppets.palette import swatches
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING
from ml.puppets.render import Framing, render
from ml.runtime import Runtime
from ml.types import Measurements, SheetPicture, SwatchSpec
from tests.ml.dolls import MIO, REN, SWATCHES, Doll, draw, sheet

SEEN = Doll(hair=(30, 140, 150), skin=(120, 80, 60), iris=(240, 200, 30), top=(150, 60, 180), skirt=(20, 20, 90),
            belt=(250, 120, 20), clip=None)  # fmt: skip


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture(scope="module")
def mio(runtime):
    return runtime.compile("mio", sheet(MIO), SWATCHES)


@pytest.fixture(scope="module")
def ren(runtime):
    return runtime.compile("ren", sheet(REN))


@pytest.fixture(scope="module")
def sen(runtime):
    return runtime.compile("sen", sheet(SEEN))


def together(dolls: Sequence[Doll], step: int) -> bytes:
    """Lay dolls from left to right, `step` px apart; each covers the one before it."""
    canvas = np.zeros((500, 380 + step * len(dolls), 4), np.uint8)
    for number, doll in enumerate(dolls):
        rgba = draw(doll)
        part = canvas[10:490, 10 + number * step : 370 + number * step]
        above = rgba[..., 3:] > 0
        alpha = rgba[..., 3:] / 255.0
        under = np.where(part[..., 3:] > 0, part[..., :3], rgba[..., :3])
        mixed = np.round(rgba[..., :3] * alpha + under * (1.0 - alpha)).astype(np.uint8)
        part[..., :3] = np.where(above, mixed, part[..., :3])
        part[..., 3] = np.maximum(part[..., 3], rgba[..., 3])
    return encode_png(canvas)


def asked(runtime: Runtime, png: bytes, cast, rivals=()) -> list[Measurements]:
    return runtime.measure([png], runtime.embed([png]), list(cast), list(rivals))[0]


def middle(found: Measurements) -> float:
    assert found.map_box_xyxy is not None
    return (found.map_box_xyxy[0] + found.map_box_xyxy[2]) / 2.0


@pytest.mark.parametrize("step", [260, 120])
def test_apart_in_touch_or_overlapping_each_is_measured_on_its_own_figure(runtime, mio, ren, step):
    left, right = asked(runtime, together([MIO, REN], step), [mio, ren])
    assert (left.design_key, right.design_key) == ("mio", "ren")
    assert left.applicable
    assert right.applicable
    assert abs(middle(right) - middle(left) - step) < 30
    assert max(left.drift, right.drift) < 1.0


@pytest.mark.parametrize("step", [260, 150])
def test_a_wrong_colour_is_claimed_of_its_own_figure_and_there(runtime, mio, ren, step):
    wrong = replace(REN, top=(90, 120, 140))
    left, right = asked(runtime, together([MIO, wrong], step), [mio, ren])
    assert left.drift < 1.0
    assert next(a.aspect for a in right.aspects if a.drift > 1.0) == "COLOUR"
    assert right.region_xyxy is not None
    assert right.region_xyxy[0] >= step


def test_a_missing_piece_is_claimed_of_its_own_figure(runtime, mio, ren):
    left, right = asked(runtime, together([replace(MIO, clip=None), REN], 260), [mio, ren])
    assert any(a.aspect == "DETAIL" and a.drift > 1.0 for a in left.aspects)
    assert right.drift < 1.0


def test_what_a_neighbour_covers_is_not_missing(runtime, mio, ren):
    found = asked(runtime, together([MIO, REN], 80), [mio, ren])
    assert all(one.drift < 1.0 for one in found)


def test_who_is_cast_and_not_there_is_no_fault(runtime, mio, ren, sen):
    found = asked(runtime, together([MIO, REN], 260), [mio, sen, ren])
    assert [one.applicable for one in found] == [True, False, True]
    assert found[1].why_not == "other_design"


def test_somebody_who_is_not_cast_is_a_wrong_design_with_a_box(runtime, mio, ren, sen):
    alone = asked(runtime, together([MIO, SEEN], 260), [mio], [ren, sen])[0]
    claim = next(a for a in alone.aspects if a.aspect == "WRONG_DESIGN")
    assert claim.part == "another figure"
    assert claim.box_xyxy is not None
    assert claim.box_xyxy[0] > 260
    assert alone.rival is not None
    assert alone.rival.design_key == "sen"
    assert [a.aspect for a in alone.aspects if a.drift > 1.0] == ["WRONG_DESIGN"]


def test_in_the_place_of_somebody_who_is_absent_it_is_the_absent_ones_fault(runtime, mio, ren, sen):
    first, second = asked(runtime, together([MIO, SEEN], 260), [mio, ren], [sen])
    assert first.drift < 1.0
    assert second.aspects[0].aspect == "WRONG_DESIGN"
    assert second.drift > 1.0


def test_somebody_whom_no_sheet_knows_raises_no_alarm(runtime, mio, ren):
    found = asked(runtime, together([MIO, SEEN], 260), [mio], [ren])[0]
    assert found.applicable
    assert found.drift < 1.0


def _puppet_sheet(puppet) -> tuple[list[SheetPicture], list[SwatchSpec]]:
    framing = _framing(puppet)
    pictures = [
        SheetPicture(
            f"{yaw}", encode_png(render(puppet, replace(STANDING, yaw=yaw), EXPRESSIONS["neutral"], framing).rgba),
            "turnaround", "",
        )
        for yaw in (0, 90)
    ]  # fmt: skip
    return pictures, [SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(puppet)]


def _framing(puppet) -> Framing:
    tall = puppet.build.heads_tall * 100.0
    return Framing((420, 320), 300.0 / tall, (0.0, -tall / 2.0), 1.2)


def test_a_single_character_measures_exactly_what_it_did(runtime, monkeypatch):
    aki, ren = puppets.aki("school"), puppets.ren("school")
    packs = [runtime.compile(p.code, *_puppet_sheet(p)) for p in (aki, ren)]
    framing, calm = _framing(aki), EXPRESSIONS["neutral"]
    pictures = [render(aki, replace(POSES[name], yaw=10), calm, framing).rgba for name in sorted(POSES)[:4]]
    for kind in ("palette_de16", "detail_missing", "costume", "character", "other_hair", "head_size_20"):
        pictures.append(make(kind, aki, STANDING, calm, framing, 3, ren).frame.rgba)
    pngs = [encode_png(rgba) for rgba in pictures]
    now = runtime.measure(pngs, runtime.embed(pngs), packs, packs)
    monkeypatch.setattr(facade, "measure_several", lambda *_: None)
    before = Runtime().measure(pngs, runtime.embed(pngs), packs, packs)
    for one, other in zip(now, before, strict=True):
        for new, old in zip(one, other, strict=True):
            assert replace(new, seconds={}, drift_map=None) == replace(old, seconds={}, drift_map=None)
            assert (new.drift_map is None) == (old.drift_map is None)
            if old.drift_map is not None:  # dense flow may differ in its last digits
                assert np.allclose(new.drift_map, old.drift_map, atol=1e-3)
