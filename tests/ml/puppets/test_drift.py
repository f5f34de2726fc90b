"""Drawings that go wrong on purpose go wrong where they say, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.drift import KINDS, UnknownDrift, Wish, altered, drifted, make, possible
from ml.puppets.palette import delta_e, swatches
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import designs
from ml.puppets.render import FULL, bust_for, render

CALM = EXPRESSIONS["neutral"]
HARD = replace(FULL, size_hw=(540, 480), px_per_unit=0.81, line_px=1.2, supersample=1)
AKI, HINATA = designs()["aki/school"], designs()["hinata/casual"]
WISHES = {
    "recolour": Wish("recolour", 12.0, "bottom", seed=4),
    "head_size": Wish("head_size", 0.15),
    "other_eyes": Wish("other_eyes", other=HINATA),
    "missing_detail": Wish("missing_detail", target="hair_clip"),
    "wrong_costume": Wish("wrong_costume", other=designs()["aki/travel"]),
    "wrong_design": Wish("wrong_design", other=HINATA),
}


@pytest.mark.parametrize("kind", sorted(WISHES))
def test_outside_the_mask_the_drifted_drawing_is_the_right_one(kind):
    right = render(AKI, STANDING, CALM, HARD)
    result = drifted(AKI, STANDING, CALM, HARD, WISHES[kind])
    assert result.mask.any()
    assert np.array_equal(right.rgba[~result.mask], result.frame.rgba[~result.mask])
    x0, y0, x1, y1 = result.box_xyxy
    outside = result.mask.copy()
    outside[y0:y1, x0:x1] = False
    assert not outside.any()
    assert result.what
    assert result.fault.startswith("OFF_MODEL.")


@pytest.mark.parametrize("wanted", [4.0, 8.0, 16.0])
def test_a_recolour_lies_as_far_off_as_it_was_asked_to(wanted):
    bent = altered(AKI, Wish("recolour", wanted, "bottom", seed=1))
    assert delta_e(AKI.material("bottom").normal, bent.design.material("bottom").normal) == pytest.approx(
        wanted, abs=0.7
    )


@pytest.mark.parametrize("key", sorted(designs()))
@pytest.mark.parametrize("wanted", [8.0, 12.0, 16.0])
def test_a_recoloured_paint_is_not_mistaken_for_another_of_the_design(key, wanted):
    design = designs()[key]
    paints = swatches(design)
    for target in sorted(design.costume.materials):
        bent = altered(design, Wish("recolour", wanted, target, seed=2)).design.material(target)
        for tone in ("normal", "shadow"):
            rgb = getattr(bent, tone)
            near = [p for p in paints if rgb and p[:2] != (target, tone) and delta_e(p[2], rgb) < 6.0]
            assert near == [], (target, tone, rgb)


def test_a_recolour_touches_its_own_swatch_alone():
    result = drifted(AKI, STANDING, CALM, HARD, WISHES["recolour"])
    assert np.array_equal(result.mask, render(AKI, STANDING, CALM, HARD).swatch_mask("bottom"))
    assert np.array_equal(result.mask, result.place)


def test_an_enlarged_head_leaves_the_legs_alone_and_is_taller():
    result = drifted(AKI, STANDING, CALM, HARD, WISHES["head_size"])
    right = render(AKI, STANDING, CALM, HARD)
    assert result.box_xyxy[3] < 540 * 0.45
    grown = result.frame.landmarks["chin"][1] - result.frame.landmarks["crown"][1]
    height = right.landmarks["chin"][1] - right.landmarks["crown"][1]
    assert grown == pytest.approx(height * 1.15, rel=0.01)


def test_the_eyes_of_another_change_the_face_alone():
    result = drifted(AKI, STANDING, CALM, HARD, WISHES["other_eyes"])
    x, y = result.frame.landmarks["chin"]
    assert result.box_xyxy[3] < y
    assert result.box_xyxy[0] < x < result.box_xyxy[2]


def test_a_detail_that_is_left_out_is_really_missing():
    result = drifted(AKI, STANDING, CALM, HARD, WISHES["missing_detail"])
    assert "hair_clip" in render(AKI, STANDING, CALM, HARD).parts
    assert "hair_clip" not in result.frame.parts


@pytest.mark.parametrize("key", sorted(designs()))
def test_every_accessory_of_every_design_can_be_left_out(key):
    design = designs()[key]
    for extra in design.costume.extras:
        result = drifted(design, STANDING, CALM, bust_for(design) if "hair" in extra else HARD, Wish(
            "missing_detail", target=extra))  # fmt: skip
        assert result.mask.any(), extra


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(UnknownDrift, match="no drift called"):
        altered(AKI, Wish("sparkle"))


def test_a_detail_that_is_not_worn_is_refused():
    with pytest.raises(UnknownDrift, match="wears no satchel"):
        altered(AKI, Wish("missing_detail", target="satchel"))


def test_a_swatch_that_the_design_lacks_is_refused():
    with pytest.raises(UnknownDrift, match="no swatch"):
        altered(AKI, Wish("recolour", 8.0, "satchel"))


def test_the_eyes_of_nobody_are_refused():
    with pytest.raises(UnknownDrift, match="needs another design"):
        altered(AKI, Wish("other_eyes"))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_of_the_bench_is_drawn_and_can_be_seen(name):
    other = designs()["aki/travel"] if name == "costume" else designs()["ren/travel"]
    assert possible(name, AKI, STANDING, HARD)
    tried = (make(name, AKI, STANDING, CALM, HARD, seed, other=other) for seed in range(6))
    result = next(one for one in tried if one.shows)
    assert result.fault == f"OFF_MODEL.{KINDS[name].fault}"
    assert np.array_equal(result.right.rgba[~result.mask], result.frame.rgba[~result.mask])
    if result.place is None:
        assert name in ("costume", "character")
    else:
        assert (result.place & result.mask).any()
    if KINDS[name].magnitude:
        assert abs(result.magnitude) == pytest.approx(KINDS[name].magnitude, abs=0.3, rel=0.05)
