"""Which approved drawings a drawing can be laid over: other framings, encoded paint, mirrored and unknown views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml import edits
from ml.consistency.matching import in_mirror, look
from ml.consistency.matching_face import face_weights, lay_face
from ml.consistency.pack import from_pack
from ml.consistency.register import Boards
from ml.consistency.views import prepare
from ml.pixels import cut_figure, encode_png
from ml.puppets.drift import make
from ml.puppets.frames import Framing
from ml.puppets.palette import swatches
from ml.puppets.pose import EXPRESSIONS, STANDING, VIEWS
from ml.puppets.render import render
from ml.puppets.splits import design_of
from ml.runtime import Runtime
from ml.types import SheetPicture, SwatchSpec

DESIGN, OTHER = design_of(100008), design_of(100011)
TALL = DESIGN.build.heads_tall * 100.0
BUST = Framing((320, 420), 320 / 195.0, (0.0, -(TALL - 66.0)), 1.6, 3)
FULL = Framing((560, 460), 400.0 / TALL, (0.0, -TALL / 2.0), 1.3, 3)
QUARTER = VIEWS["three_quarter"]
SHEET = (
    ("front", 0.0, FULL, "front"),
    ("side", VIEWS["side"], FULL, "side"),
    ("face", 0.0, BUST, "front"),
    ("face three-quarter", QUARTER, BUST, "three_quarter"),
)


def _drawn(yaw: float, framing: Framing, expression: str = "neutral") -> np.ndarray:
    return render(DESIGN, replace(STANDING, yaw=yaw), EXPRESSIONS[expression], framing).rgba


@pytest.fixture(scope="module")
def pack():
    pictures = [
        SheetPicture(key, encode_png(_drawn(yaw, framing)), "turnaround", view)
        for key, yaw, framing, view in SHEET
    ]
    model = tuple(SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(DESIGN))
    return Runtime().compile("puppet", pictures, model)


def _look(pack, rgba: np.ndarray):
    design = from_pack(pack)
    found = look(prepare(cut_figure(rgba), design.palette), design, range(len(design.keys)))
    return design, found


def test_a_bust_is_laid_over_the_full_figure_of_its_view(pack):
    design, found = _look(pack, _drawn(VIEWS["side"] + 2.0, BUST, "smile"))
    assert [design.keys[m.index] for m in found.matches] == ["side"]
    assert found.matches[0].fits["head"].scale > 2.5


def test_a_figure_is_laid_over_the_bust_of_its_view(pack):
    design, found = _look(pack, _drawn(QUARTER - 2.0, FULL))
    assert design.keys[found.matches[0].index] == "face three-quarter"


def test_encoded_paint_does_not_make_a_head_seem_turned(pack):
    rgba = edits.reencode(_drawn(3.0, FULL), 60).rgba
    _, found = _look(pack, rgba)
    assert found.missing == ""
    assert found.matches[0].view == "front"


def test_a_head_turned_the_other_way_is_read_in_a_mirror(pack):
    _, found = _look(pack, _drawn(-QUARTER, BUST))
    assert found.matches == []
    assert found.missing == "left"
    assert [(m.turned, m.view) for m in found.others] == [("mirrored", "three_quarter")]


def test_what_is_told_in_a_mirror_leaves_details_and_faces_unchecked(pack):
    runtime = Runtime()
    for rgba, flagged in ((_drawn(-QUARTER, BUST), False), (_heavy_lines(), True)):
        png = encode_png(rgba)
        told = runtime.measure([png], runtime.embed([png]), [pack], [])[0][0]
        assert told.applicable
        assert {"DETAIL", "FACE", "SHAPE"} <= set(told.unchecked)
        assert not {"PROPORTION", "LINE_WEIGHT", "COLOUR"} & set(told.unchecked)
        assert (told.drift > 1.0) is flagged


def _heavy_lines() -> np.ndarray:
    pose = replace(STANDING, yaw=-QUARTER)
    return make("line_60", DESIGN, pose, EXPRESSIONS["neutral"], BUST, 3).frame.rgba


def test_another_hair_does_not_hide_whose_head_it_is(pack):
    made = make("other_hair", DESIGN, STANDING, EXPRESSIONS["neutral"], BUST, 1, OTHER)
    _, found = _look(pack, made.frame.rgba)
    assert found.matches
    assert found.matches[0].view == "front"


def test_a_mirrored_zone_lies_on_the_other_side(pack):
    head, torso = (from_pack(pack).zones[kind][3] for kind in ("head", "torso"))
    there, below = in_mirror(head), in_mirror(torso)
    assert np.array_equal(there.rgb[:, ::-1], head.rgb)
    aside = (torso.left + torso.side_px / 2.0) - (head.left + head.side_px / 2.0)
    assert (below.left + below.side_px / 2.0) - (there.left + there.side_px / 2.0) == pytest.approx(-aside)


def test_lines_of_a_view_in_another_framing_are_held_against_heads_drawn_as_large(pack):
    runtime = Runtime()
    pose = replace(STANDING, yaw=VIEWS["side"])
    heavy = render(DESIGN, pose, EXPRESSIONS["neutral"], replace(BUST, line_px=1.9 * BUST.line_px)).rgba
    drifts = []
    for rgba in (_drawn(VIEWS["side"], BUST), heavy):
        png = encode_png(rgba)
        told = runtime.measure([png], runtime.embed([png]), [pack], [])[0][0]
        drifts.append(max(a.drift for a in told.aspects if a.aspect == "LINE_WEIGHT"))
    assert drifts[0] < 1.0 < drifts[1]


def test_a_head_with_another_hair_is_found_by_its_face(pack):
    stranger = make("other_hair", DESIGN, replace(STANDING, tilt=2.0), EXPRESSIONS["smile"], BUST, 3, OTHER)
    design, found = _look(pack, stranger.frame.rgba)
    laid = found.matches or found.faces
    assert [design.keys[m.index] for m in laid][:1] == ["face"]


def test_a_face_is_laid_where_it_is_and_a_back_of_a_head_has_none(pack):
    design = from_pack(pack)
    palette, head = design.palette, design.zones["head"][2]
    assert head is not None
    view = prepare(cut_figure(_drawn(0.0, BUST, "smile")), palette)
    fit = lay_face(head, palette, view, Boards(view), (0.9, 1.0, 1.1))
    assert fit is not None
    assert fit.scale == pytest.approx(1.0, abs=0.05)
    behind = prepare(cut_figure(_drawn(VIEWS["back"], BUST)), palette)
    assert lay_face(head, palette, behind, Boards(behind), (0.9, 1.0, 1.1)) is None


def test_without_names_for_paints_there_is_no_face_to_lay(pack):
    design = from_pack(pack)
    nameless = replace(design.palette, named=np.zeros_like(design.palette.named))
    head = design.zones["head"][2]
    assert head is not None
    assert face_weights(head, nameless) is None
