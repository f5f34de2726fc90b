"""What the check finds on dolls: each planted fault by name, and nothing on shams and clean acting."""

from dataclasses import replace

import pytest

from ml import edits
from ml.pixels import encode_png
from ml.runtime import Runtime
from tests.ml.dolls import MIO, MIO_SUMMER, REN, SWATCHES, draw, png, sheet

FAULTS = {
    "a recoloured skirt": (replace(MIO, skirt=(60, 92, 130), arm=30), "COLOUR", "skirt"),
    "another character's eyes": (replace(MIO, iris=REN.iris, step=9), "COLOUR", "iris"),
    "an enlarged head": (replace(MIO, head=1.12, arm=25), "PROPORTION", "head"),
    "a shrunken head": (replace(MIO, head=0.89), "PROPORTION", "head"),
    "a missing belt": (replace(MIO, belt=None, arm=20), "DETAIL", "belt"),
    "a missing hair clip": (replace(MIO, clip=None, arm=40), "DETAIL", "hair clip"),
    "hair in the paint of the skirt": (replace(MIO, hair=MIO.skirt), "COLOUR", "hair"),
    "another costume": (MIO_SUMMER, "WRONG_DESIGN", "whole figure"),
    "another character": (replace(REN, arm=40), "WRONG_DESIGN", "whole figure"),
}
ACTING = {
    "standing": MIO,
    "an arm up": replace(MIO, arm=75, step=10),
    "a blink": replace(MIO, eyes_open=False, arm=30),
    "elsewhere on the paper": replace(MIO, shift_xy=(7, -5), step=14),
}


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture(scope="module")
def packs(runtime):
    designs = {"mio": (MIO, SWATCHES), "ren": (REN, ()), "summer": (MIO_SUMMER, ())}
    return {key: runtime.compile(key, sheet(doll), swatches) for key, (doll, swatches) in designs.items()}


def _measure(runtime, packs, data: bytes, **how):
    return runtime.measure([data], runtime.embed([data]), [packs["mio"]], list(packs.values()), **how)[0][0]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_named(runtime, packs, fault):
    doll, aspect, part = FAULTS[fault]
    found = _measure(runtime, packs, png(doll))
    assert found.applicable
    assert found.drift > 1.0
    assert (aspect, part) in {(a.aspect, a.part) for a in found.aspects if a.drift > 1.0}


@pytest.mark.parametrize("acting", ACTING)
def test_clean_acting_raises_no_alarm(runtime, packs, acting):
    found = _measure(runtime, packs, png(ACTING[acting]))
    assert found.applicable
    assert found.drift < 1.0


@pytest.mark.parametrize("sham", edits.SHAMS)
def test_shams_raise_no_alarm(runtime, packs, sham):
    edited = edits.SHAMS[sham](draw(replace(MIO, arm=20)))
    found = _measure(runtime, packs, encode_png(edited.rgba))
    assert found.applicable
    assert found.drift < 1.0


def test_the_colour_measure_says_what_was_meant_and_where(runtime, packs):
    found = _measure(runtime, packs, png(replace(MIO, skirt=(60, 92, 130))))
    colour = found.colours[0]
    assert (colour.part, colour.expected_rgb, colour.found_rgb) == ("skirt", (60, 70, 130), (60, 92, 130))
    assert colour.delta_e > 5 * 1.5
    assert colour.box_xyxy == pytest.approx((122, 232, 238, 298), abs=4)


def test_paint_of_other_eyes_is_held_against_paint_of_eyes(runtime):
    amber = replace(
        MIO, iris=MIO.belt
    )  # the belt shows the iris' paint, so it is not lost when the eyes change
    swatches = [replace(one, rgb=MIO.belt) if one.part == "iris" else one for one in SWATCHES]
    pack = runtime.compile("mio", sheet(amber), swatches)
    data = png(replace(amber, iris=(72, 86, 150)))  # the skirt's blue is the nearest swatch
    found = runtime.measure([data], runtime.embed([data]), [pack], [pack])[0][0]
    assert {colour.part for colour in found.colours} == {"iris"}


def test_empty_paper_beside_a_figure_is_never_hot_for_its_size(runtime, packs):
    found = _measure(runtime, packs, png(replace(MIO, head=1.12)))
    assert found.drift_map is not None
    corners = [found.drift_map[-1, 0], found.drift_map[-1, -1]]
    assert max(corners) == 0.0 < found.drift_map.max()
    other = _measure(runtime, packs, png(REN))
    assert other.drift_map is not None
    assert other.drift_map[-1, 0] == 0.0 < other.drift_map.max(), "another character is hot as far as it goes"


def test_the_head_is_measured_in_per_cent_of_the_sheet(runtime, packs):
    found = _measure(runtime, packs, png(replace(MIO, head=1.12)))
    head = next(a for a in found.aspects if a.aspect == "PROPORTION")
    assert head.unit == "%"
    assert 104.5 < head.value < 114.0
    assert head.sheet_value == 100.0
    assert head.box_xyxy is not None


def test_heat_stays_cold_on_a_clean_drawing_and_hot_on_the_place_of_a_fault(runtime, packs):
    clean = _measure(runtime, packs, png(MIO))
    wrong = _measure(runtime, packs, png(replace(MIO, belt=None)))
    assert clean.drift_map is not None
    assert wrong.drift_map is not None
    assert clean.drift_map.max() < 1.0
    rows = wrong.drift_map.max(axis=1)
    assert rows.argmax() / len(rows) == pytest.approx(0.5, abs=0.1)


def test_line_stages_are_not_judged_by_paint(runtime, packs):
    found = _measure(runtime, packs, png(replace(MIO, skirt=(60, 92, 130))), painted=False)
    assert {a.aspect for a in found.aspects}.isdisjoint({"COLOUR", "DETAIL", "WRONG_DESIGN"})
    assert found.colours == ()
