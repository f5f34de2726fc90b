"""How drawings are delivered: layers that fit each other, closed areas, papers, lights."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml.puppets.finish import INK_RGB, LAYERS, TRACES, BadFinish, Finish, Finished, finished
from ml.puppets.finish_light import LIGHTS, UnknownLight, in_light
from ml.puppets.palette import delta_e, palette_table, swatches
from ml.puppets.paper import PAPERS, on_paper, sheet
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import designs
from ml.puppets.random_design import random_design
from ml.puppets.raster import TONES
from ml.puppets.render import bust_for, render
from ml.puppets.style import STYLES

AKI = designs()["aki/travel"]
SMILE = EXPRESSIONS["smile"]
TURNED = replace(STANDING, yaw=38.0)
BUST = replace(bust_for(AKI), size_hw=(360, 480), px_per_unit=1.85, line_px=1.8)


def draw(**finish: object) -> Finished:
    return finished(AKI, TURNED, SMILE, BUST, Finish(**finish))


def inked(labels: np.ndarray) -> np.ndarray:
    return (labels > 0) & (labels < min(TRACES)) & ((labels.astype(int) - 1) % 4 == TONES.index("line"))


def test_without_wishes_it_is_the_drawing_of_render():
    plain, frame = finished(AKI, TURNED, SMILE, BUST), render(AKI, TURNED, SMILE, BUST)
    assert np.array_equal(plain.rgba, frame.rgba)
    assert np.array_equal(plain.labels, frame.labels)
    assert plain.landmarks == frame.landmarks


def test_the_line_layer_is_ink_on_nothing():
    line, cel = draw(layers="line", binarised=True), draw(binarised=True)
    assert np.array_equal(line.rgba[..., 3] > 0, inked(cel.labels))
    assert {tuple(c) for c in line.rgba[line.rgba[..., 3] > 0]} == {(*INK_RGB, 255)}


@pytest.mark.parametrize("style", ["house", "flat", "bold", "sketch"])
def test_ink_and_trace_lines_close_every_area_of_one_paint(style):
    """What the paint department relies on: a click fills one paint and does not run."""
    design = random_design(12, STYLES[style])
    traced = finished(design, TURNED, SMILE, BUST, Finish("line", trace=True, binarised=True))
    cel = finished(design, TURNED, SMILE, BUST, Finish(binarised=True))
    count, areas = cv2.connectedComponents((traced.labels == 0).astype(np.uint8), connectivity=4)
    painted = np.ascontiguousarray(cel.rgba).view(np.uint32)[..., 0]
    mixed = [a for a in range(1, count) if len(np.unique(painted[areas == a])) > 1]
    assert count > 20
    assert mixed == []


def test_without_the_trace_lines_paints_run_together():
    line, cel = draw(layers="line", binarised=True), draw(binarised=True)
    count, areas = cv2.connectedComponents((line.labels == 0).astype(np.uint8), connectivity=4)
    painted = np.ascontiguousarray(cel.rgba).view(np.uint32)[..., 0]
    assert any(len(np.unique(painted[areas == a])) > 1 for a in range(1, count))


@pytest.mark.parametrize("label", sorted(TRACES))
def test_each_trace_line_has_its_own_pencil(label):
    traced = draw(layers="line", trace=True, binarised=True)
    assert {tuple(c[:3]) for c in traced.rgba[traced.labels == label]} == {TRACES[label][1]}


def test_trace_lines_lie_beside_the_ink_and_never_on_it():
    line, traced = draw(layers="line", binarised=True), draw(layers="line", trace=True, binarised=True)
    assert np.array_equal(inked(line.labels), inked(traced.labels))


def test_the_paint_layer_holds_no_ink_and_the_same_paint_elsewhere():
    paint, cel = draw(layers="paint", binarised=True), draw(binarised=True)
    assert not inked(paint.labels).any()
    bare = ~inked(cel.labels)
    assert np.array_equal(paint.rgba[bare], cel.rgba[bare])
    under = inked(cel.labels) & (paint.rgba[..., 3] > 0)
    assert under.sum() > 0.5 * inked(cel.labels).sum()


@pytest.mark.parametrize("tone", ["shadow", "highlight"])
def test_a_mask_is_white_where_its_tone_is(tone):
    mask, cel = draw(layers=tone, binarised=True), draw(binarised=True)
    wanted = (cel.labels > 0) & ((cel.labels.astype(int) - 1) % 4 == TONES.index(tone))
    lacks = palette_table(AKI)[cel.labels] == palette_table(AKI)[cel.labels - (TONES.index(tone) * wanted)]
    wanted &= ~lacks.all(axis=2)
    assert wanted.any()
    assert np.array_equal(mask.rgba[..., 3] == 255, wanted)


def test_anti_aliased_layers_fit_the_binarised_ones_at_the_pixels_middles():
    soft, hard = draw(layers="line", trace=True), draw(layers="line", trace=True, binarised=True)
    assert (soft.labels > 0).sum() == pytest.approx((hard.labels > 0).sum(), rel=0.2)
    assert np.any((soft.rgba[..., 3] > 0) & (soft.rgba[..., 3] < 255))
    assert set(np.unique(hard.rgba[..., 3])) == {0, 255}


@pytest.mark.parametrize("kind", sorted(PAPERS))
def test_on_paper_nothing_is_transparent_and_the_paper_keeps_its_colour(kind):
    shown = draw(layers="line", paper=kind)
    assert (shown.rgba[..., 3] == 255).all()
    median = np.median(shown.rgba[..., :3].reshape(-1, 3), axis=0)
    assert np.abs(median - PAPERS[kind].rgb).max() <= 3


def test_paper_shows_through_where_nothing_is_drawn_and_only_there():
    cel = render(AKI, TURNED, SMILE, BUST).rgba
    shown, empty = on_paper(cel, "animation"), sheet("animation", BUST.size_hw)
    bare, solid = cel[..., 3] == 0, cel[..., 3] == 255
    assert np.array_equal(shown[bare][:, :3], empty[bare])
    assert np.array_equal(shown[solid], cel[solid])


def test_peg_holes_lie_at_the_upper_edge_one_in_the_middle_and_one_to_each_side():
    dark = (sheet("animation", (600, 900)).max(axis=2) < 90).astype(np.uint8)
    count, _, stats, centres = cv2.connectedComponentsWithStats(dark)
    assert count - 1 == 3
    assert sorted(np.round(centres[1:, 0] - 449.5)) == pytest.approx([-308, 0, 308], abs=2)
    assert (stats[1:, 1] + stats[1:, 3] < 60).all()


def test_a_scan_moves_nothing():
    flat, seen = draw(layers="line", paper="animation"), draw(layers="line", paper="animation", scanned=True)
    a, b = (255.0 - cv2.cvtColor(p.rgba, cv2.COLOR_RGBA2GRAY) for p in (flat, seen))
    shift, _ = cv2.phaseCorrelate(a, b)
    assert np.abs(shift).max() < 0.1
    assert np.array_equal(flat.labels, seen.labels)
    assert not np.array_equal(flat.rgba, seen.rgba)


@pytest.mark.parametrize("variant", [name for name in LIGHTS if name != "normal"])
@pytest.mark.parametrize("design", [*designs().values(), random_design(2)], ids=lambda d: d.code)
def test_in_another_light_the_paints_lie_apart_and_keep_their_names(design, variant):
    lit = in_light(design, variant)
    ours, normal = swatches(lit), swatches(design)
    assert [p[:2] for p in ours] == [p[:2] for p in normal]
    apart = [delta_e(a[2], b[2]) for i, a in enumerate(ours) for b in ours[:i]]
    assert min(apart) >= LIGHTS[variant].apart_de
    assert sum(sum(p[2]) for p in ours) < sum(sum(p[2]) for p in normal)


def test_light_changes_paints_and_no_shape():
    assert np.array_equal(draw(variant="night").labels, draw().labels)
    assert not np.array_equal(draw(variant="night").rgba, draw(variant="evening").rgba)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_same_wish_gives_the_same_bytes(layer):
    assert np.array_equal(draw(layers=layer).rgba, draw(layers=layer).rgba)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"layers": "rough"}, "no layer called 'rough'"),
        ({"paper": "green"}, "no paper called 'green'"),
        ({"trace": True}, "belong to the line layer"),
        ({"scanned": True}, "Only a drawing on paper"),
    ],
)
def test_a_finish_that_does_not_exist_is_refused(wish, says):
    with pytest.raises(BadFinish, match=says):
        Finish(**wish)


def test_a_light_that_does_not_exist_is_refused():
    with pytest.raises(UnknownLight, match="no light called 'noon'"):
        in_light(AKI, "noon")
