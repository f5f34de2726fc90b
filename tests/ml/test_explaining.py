"""What explains a claim: the approved drawing laid over, arrows where things lie elsewhere, outlines of parts."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml.consistency.arrows import arrows_of
from ml.consistency.laying import LaidOver, Sides, drawn, figure_of, lay_over, registered, zone_of
from ml.consistency.zones import Zone
from ml.pixels import U8, decode, encode_png
from ml.runtime import Runtime
from ml.types import Claim, DesignPack, Explained, Held, Measurements
from tests.ml.dolls import MIO, SWATCHES, Doll, draw, png, sheet

SKIRT = (110, 205, 250, 310)  # of MIO, in pixels of the drawing
GREEN_TOP = replace(MIO, top=(90, 160, 60))


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture(scope="module")
def mio(runtime: Runtime) -> DesignPack:
    return runtime.compile("mio", sheet(MIO), SWATCHES)


def sides_of(drawing: U8, approved: U8) -> Sides:
    figure, other = figure_of(drawing), figure_of(approved)
    assert figure is not None
    assert other is not None
    return Sides(figure, other, approved, {}, {})


def laid_over(drawing: U8, claimed: tuple[int, int, int, int] | None = None) -> tuple[Sides, LaidOver]:
    sides = sides_of(drawing, draw(MIO))
    one = registered(sides, "body")
    assert one is not None
    return sides, lay_over(one, claimed)


def moved_right(rgba: U8, box: tuple[int, int, int, int], by: float) -> U8:
    """Return the drawing with what is in a box moved to the right, softly at its rim."""
    high, wide = rgba.shape[:2]
    mask = np.zeros((high, wide), np.float32)
    mask[box[1] : box[3], box[0] : box[2]] = 1.0
    soft = cv2.GaussianBlur(mask, (0, 0), 8.0)
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    return np.asarray(cv2.remap(rgba, xs - by * soft, ys, cv2.INTER_LINEAR), np.uint8)


def explained(runtime: Runtime, pack: DesignPack, data: bytes) -> tuple[Measurements, Held, Explained]:
    found = runtime.measure([data], runtime.embed([data]), [pack], [])[0][0]
    out = [one for one in found.aspects if one.drift > 1.0]
    claims = tuple(Claim(one.aspect, one.part, one.box_xyxy) for one in out)
    held = Held(data, found.nearest[0].drawing_key, png(MIO), pack, claims)
    return found, held, runtime.explain(found, (480, 360), held)


def test_the_same_drawing_elsewhere_is_laid_to_a_fraction_of_a_pixel_and_has_no_arrows() -> None:
    _, laid = laid_over(draw(replace(MIO, shift_xy=(14, -6))))
    assert np.allclose(laid.affine[:, :2], np.eye(2), atol=0.004)
    assert np.allclose(laid.affine @ np.array([180.0, 240.0, 1.0]), (194.0, 234.0), atol=0.6)
    assert arrows_of(laid, None, 400) == ()


def test_arrows_point_from_where_the_sheet_has_it_to_where_the_drawing_has_it() -> None:
    _, laid = laid_over(moved_right(draw(MIO), SKIRT, 6.0), SKIRT)
    arrows = arrows_of(laid, SKIRT, 400)
    assert 1 <= len(arrows) <= 18
    x0, y0, x1, y1 = arrows[0]
    assert 3.0 < x1 - x0 < 8.5
    assert abs(y1 - y0) < 1.5
    lengths = [float(np.hypot(c - a, d - b)) for a, b, c, d in arrows]
    assert lengths == sorted(lengths, reverse=True)


def test_what_was_moved_does_not_pull_the_approved_drawing_along() -> None:
    _, laid = laid_over(moved_right(draw(MIO), SKIRT, 6.0), SKIRT)
    assert np.allclose(laid.affine @ np.array([180.0, 80.0, 1.0]), (180.0, 80.0), atol=0.8)  # the head


def test_pulled_onto_the_drawing_it_agrees_better_than_as_it_lies() -> None:
    drawing = moved_right(draw(MIO), SKIRT, 6.0)
    sides, laid = laid_over(drawing, SKIRT)
    pulled = drawn(sides, laid)
    flat = np.asarray(cv2.warpAffine(draw(MIO), laid.affine, (360, 480), flags=cv2.INTER_LINEAR), np.uint8)
    assert pulled.shape == drawing.shape
    assert apart(pulled, drawing) < 0.7 * apart(flat, drawing)


def apart(one: U8, other: U8) -> float:
    left, top, right, bottom = SKIRT
    pair = [np.where(a[..., 3:] > 127, a[..., :3], 128).astype(np.float32) for a in (one, other)]
    return float(np.abs(pair[0] - pair[1])[top:bottom, left:right].mean())


def test_what_shows_nothing_alike_is_not_laid() -> None:
    rng = np.random.default_rng(1)
    noise = np.full((480, 360, 4), 255, np.uint8)
    noise[..., :3] = cv2.resize(rng.integers(0, 255, (60, 45, 3), np.uint8), (360, 480))
    noise[:20], noise[-20:] = 0, 0
    assert registered(sides_of(noise, draw(MIO)), "body") is None


def test_a_small_place_in_the_head_is_looked_at_in_the_head(runtime: Runtime, mio: DesignPack) -> None:
    found = runtime.measure([png(MIO)], runtime.embed([png(MIO)]), [mio], [])[0][0]
    fit = np.array(found.fits["head"]).reshape(2, 3)
    side = float(np.hypot(*fit[:, 0])) * 96
    zone = Zone(
        np.zeros((96, 96, 3), np.uint8), np.zeros((96, 96), np.int16), np.zeros((96, 96), np.bool_), 60, 0, 0
    )
    sides = replace(sides_of(draw(MIO), draw(MIO)), fits=found.fits, zones={"head": zone})
    x, y = (int(v) for v in fit @ np.array([48.0, 48.0, 1.0]))
    near, all_of_it = int(side / 8), int(side / 2)
    assert zone_of(sides, (x - near, y - near, x + near, y + near)) == "head"
    assert zone_of(sides, (x - all_of_it, y - all_of_it, x + all_of_it, y + all_of_it)) == "body"
    assert zone_of(sides, (10, 400, 30, 440)) == "body"
    assert zone_of(replace(sides, fits={}), (x - near, y - near, x + near, y + near)) == "body"


@pytest.mark.parametrize(("doll", "of"), [(GREEN_TOP, "drawing"), (replace(MIO, belt=None), "sheet")])
def test_the_outline_is_that_of_the_part_or_of_what_the_sheet_has_there(
    runtime: Runtime, mio: DesignPack, doll: Doll, of: str
) -> None:
    _, held, shown = explained(runtime, mio, png(doll))
    outlines = [one for each in shown.shown for one in each.outlines]
    assert of in {one.of for one in outlines}, held.claims
    for one in outlines:
        points = np.array(one.points_xy)
        assert len(points) >= 3
        assert (points >= 0).all()
        assert (points <= (360, 480)).all()


def test_the_outline_of_a_wrong_paint_runs_around_that_paint(runtime: Runtime, mio: DesignPack) -> None:
    _, held, shown = explained(runtime, mio, png(GREEN_TOP))
    row = next(i for i, claim in enumerate(held.claims) if claim.aspect == "COLOUR")
    mask = np.zeros((480, 360), np.uint8)
    for one in shown.shown[row].outlines:
        cv2.fillPoly(mask, [np.round(np.array(one.points_xy)).astype(np.int32)], (1,))
    rgba = draw(GREEN_TOP)
    painted = (np.abs(rgba[..., :3].astype(int) - GREEN_TOP.top).max(axis=2) <= 2) & (rgba[..., 3] > 0)
    both = np.count_nonzero(painted & (mask > 0))
    assert both > 0.9 * np.count_nonzero(painted)
    assert both > 0.7 * np.count_nonzero(mask)


def test_the_same_bytes_give_the_same_explanation(runtime: Runtime, mio: DesignPack) -> None:
    data = png(replace(MIO, belt=None, arm=12))
    assert explained(runtime, mio, data)[2] == explained(Runtime(), mio, data)[2]


def test_an_empty_drawing_is_explained_by_nothing_but_a_clear_map(runtime: Runtime, mio: DesignPack) -> None:
    blank = encode_png(np.zeros((50, 50, 4), np.uint8))
    found = runtime.measure([blank], runtime.embed([blank]), [mio], [])[0][0]
    held = Held(blank, "stand", png(MIO), mio, (Claim("FACE", "head"),))
    shown = runtime.explain(found, (50, 50), held)
    assert decode(shown.heat_png)[..., 3].max() == 0
    assert [(one.why_not, one.affine, one.arrows) for one in shown.shown] == [("no_fit", None, ())]
