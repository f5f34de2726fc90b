"""Two witnesses of one size: the gauge that measures and the comparator, alone and together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ml.consistency.gauge_net import NetGauge
from ml.consistency.gauges import Gauged, learned
from ml.consistency.matching import look
from ml.consistency.pack import from_pack
from ml.consistency.views import prepare
from ml.consistency.witnesses import witnessed
from ml.pixels import cut_figure, encode_png
from ml.puppets.drift import make
from ml.puppets.frames import Framing
from ml.puppets.palette import swatches
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING
from ml.puppets.render import render
from ml.puppets.splits import design_of
from ml.runtime import Runtime
from ml.types import SheetPicture, SwatchSpec

DESIGN = design_of(100008)
TALL = DESIGN.build.heads_tall * 100.0
BUST = Framing((320, 420), 320 / 195.0, (0.0, -(TALL - 66.0)), 1.6, 3)
FULL = Framing((560, 460), 400.0 / TALL, (0.0, -TALL / 2.0), 1.3, 3)


def _size(name: str, off: float, stray: float | None = None) -> Gauged:
    return Gauged(name, "eye spacing", 100.0 + off, 100.0, "%", abs(off) if stray is None else stray)


def test_a_size_that_the_comparator_denies_does_not_count():
    """A hand before the jaw: registration measures the hand, the network sees a face as it should be."""
    assert witnessed([_size("FACE.jaw", -48.0), _size("FACE.net_jaw", 1.0)]) == []
    little = witnessed([_size("FACE.jaw", -2.0), _size("FACE.net_jaw", 1.0)])
    assert [(one.name, one.stray, one.value) for one in little] == [("FACE.jaw", 0.0, 98.0)]


def test_a_size_counts_as_far_as_the_comparator_supports_it():
    told = witnessed([_size("FACE.eye_spacing", 25.0), _size("FACE.net_spacing", 2.0)])
    assert [one.name for one in told] == ["FACE.eye_spacing"]
    assert 2.0 < told[0].stray < 25.0
    assert witnessed([_size("FACE.eye_spacing", 8.0), _size("FACE.net_spacing", 5.0)])[0].stray == 8.0


def test_what_only_one_of_them_tells_stays_as_it_is():
    alone = [_size("FACE.net_spacing", 9.0), _size("FACE.eye_size", 30.0)]
    assert witnessed(alone) == alone


def test_the_comparator_alone_takes_nobody_for_too_short():
    """Knees bend and backs bow; a taller figure is told all the same."""
    shorter, taller = _size("PROPORTION.net_tall", -14.0), _size("PROPORTION.net_tall", 14.0)
    assert witnessed([shorter]) == []
    assert witnessed([taller]) == [taller]


def test_hair_that_the_comparator_sees_as_it_should_be_was_moved_by_a_turn():
    fringe = _size("SHAPE.fringe", -11.0)
    assert witnessed([fringe, _size("SHAPE.net_hair", 0.5)])[0].stray < 2.0
    assert witnessed([fringe, _size("SHAPE.net_hair", 6.0)])[0].stray == 11.0


def test_eyes_that_the_comparator_sees_where_they_should_be_were_moved_by_a_nod():
    high = _size("FACE.eye_height", 4.0)
    assert witnessed([high, _size("FACE.net_face", 0.0)])[0].stray < 2.0
    assert witnessed([high, _size("FACE.net_face", 2.0)])[0].stray == 4.0
    assert witnessed([high])[0].stray == 4.0


@pytest.fixture(scope="module")
def design():
    drawings = {
        "front": ("neutral", STANDING, FULL),
        "hand_up": ("neutral", POSES["hand_up"], FULL),
        "face": ("neutral", STANDING, BUST),
        "smile": ("smile", STANDING, BUST),
    }
    pictures = [
        SheetPicture(
            key, encode_png(render(DESIGN, pose, EXPRESSIONS[face], framing).rgba), "turnaround", "front"
        )
        for key, (face, pose, framing) in drawings.items()
    ]
    model = tuple(SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(DESIGN))
    return from_pack(Runtime().compile("puppet", pictures, model))


def _read(design, kind: str, framing: Framing) -> dict[str, Gauged]:
    pose, face = replace(STANDING, tilt=2.0), EXPRESSIONS["neutral"]
    frame = render(DESIGN, pose, face, framing) if kind == "right" else None
    frame = frame or make(kind, DESIGN, pose, face, framing, 1).frame
    view = prepare(cut_figure(frame.rgba), design.palette)
    matches = look(view, design, range(len(design.keys))).matches
    assert matches
    return {one.name: one for one in NetGauge().read(view, matches, design, painted=True)}


@pytest.mark.parametrize(
    ("kind", "name", "framing"),
    [
        ("heads_tall_15", "PROPORTION.net_tall", FULL),
        ("head_size_20", "PROPORTION.net_head", FULL),
        ("eye_spacing_20", "FACE.net_spacing", BUST),
    ],
)
def test_the_comparator_sees_a_size_that_is_wrong(design, kind, name, framing):
    wrong, right = (_read(design, k, framing)[name].stray for k in (kind, "right"))
    assert wrong > max(2.0 * right, 3.0)


def test_a_bust_tells_nothing_of_how_tall_the_figure_is(design):
    assert "PROPORTION.net_tall" not in _read(design, "eye_spacing_20", BUST)


def test_a_pack_keeps_the_crops_of_its_approved_drawings(design):
    known = learned(design, NetGauge())
    assert known["face"].shape == (4, 128, 128, 4)
    assert known["figure"].shape == (4, 192, 128, 4)
    assert known["whole"].tolist() == [True, True, False, False]
