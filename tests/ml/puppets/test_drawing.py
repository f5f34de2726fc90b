"""What a drawing of a puppet holds: its paints, its masks, its views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.figure import PARTS
from ml.puppets.palette import delta_e, palette_table, swatches
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS, between
from ml.puppets.production import designs, sheet_of
from ml.puppets.random_design import random_design
from ml.puppets.render import FULL, PuppetFrame, bust_for, render

CALM = EXPRESSIONS["neutral"]
SMALL = replace(FULL, size_hw=(360, 320), px_per_unit=0.54, line_px=1.0)
HARD = replace(SMALL, supersample=1)


def colours(frame: PuppetFrame) -> set[tuple[int, ...]]:
    """Return all opaque colours of a drawing."""
    return {tuple(int(v) for v in c) for c in np.unique(frame.rgba[frame.rgba[..., 3] == 255][:, :3], axis=0)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seed_gives_the_same_character_and_the_same_bytes_every_time(seed):
    first = render(random_design(seed), STANDING, CALM, SMALL)
    again = render(random_design(seed), STANDING, CALM, SMALL)
    assert np.array_equal(first.rgba, again.rgba)
    assert np.array_equal(first.labels, again.labels)


def test_two_seeds_give_two_characters():
    assert random_design(1) != random_design(2)


@pytest.mark.parametrize("key", sorted(designs()))
def test_a_binarised_sheet_shows_every_paint_of_the_colour_model_and_no_other(key):
    design = designs()[key]
    seen: set[tuple[int, ...]] = set()
    for item in sheet_of(design):
        frame = render(design, item.pose, item.expression, replace(item.framing, supersample=1))
        seen |= colours(frame)
    assert seen == {rgb for _, _, rgb in swatches(design)}


@pytest.mark.parametrize("key", sorted(designs()))
def test_all_paints_of_a_design_lie_more_than_eight_apart(key):
    paints = swatches(designs()[key])
    near = [(a[:2], b[:2]) for i, a in enumerate(paints) for b in paints[:i] if delta_e(a[2], b[2]) <= 8.0]
    assert near == []


def test_the_paints_of_seeded_characters_lie_apart_too():
    paints = [rgb for seed in (5, 6) for _, _, rgb in swatches(random_design(seed))]
    half = swatches(random_design(5))
    assert min(delta_e(a[2], b[2]) for i, a in enumerate(half) for b in half[:i]) > 8.0
    assert len(set(paints)) > len(half)


def test_the_masks_of_the_parts_tile_the_figure_without_overlap():
    design = designs()["aki/travel"]
    frame = render(design, POSES["stride"], CALM, HARD)
    count = sum(frame.mask(part).astype(int) for part in PARTS)
    assert np.array_equal(count, (frame.rgba[..., 3] == 255).astype(int))


def test_every_pixel_of_a_binarised_drawing_has_the_paint_of_its_label():
    design = designs()["ren/school"]
    frame = render(design, STANDING, CALM, HARD)
    assert np.array_equal(palette_table(design)[frame.labels], frame.rgba)


def test_an_anti_aliased_drawing_has_exact_paint_inside_and_mixed_edges():
    design = designs()["hinata/casual"]
    frame = render(design, STANDING, CALM, bust_for(design))
    alpha = frame.rgba[..., 3]
    assert np.any((alpha > 0) & (alpha < 255))
    assert {rgb for part, _, rgb in swatches(design) if part == "hair"} <= colours(frame)


def test_a_transparent_pixel_is_black_and_edges_do_not_darken():
    design = designs()["aki/school"]
    frame = render(design, STANDING, CALM, SMALL)
    assert not frame.rgba[frame.rgba[..., 3] == 0].any()
    edge = frame.rgba[(frame.rgba[..., 3] > 0) & (frame.rgba[..., 3] < 255)][:, :3]
    darkest = min(sum(rgb) for _, _, rgb in swatches(design))
    assert edge.astype(int).sum(axis=1).min() >= darkest - 3


def test_the_four_views_are_four_drawings():
    design = designs()["aki/school"]
    frames = [render(design, replace(STANDING, yaw=yaw), CALM, SMALL) for yaw in VIEWS.values()]
    for i, one in enumerate(frames):
        for other in frames[:i]:
            assert (one.labels != other.labels).mean() > 0.01


def test_the_back_view_shows_no_face_and_the_side_view_one_eye():
    design = designs()["ren/school"]
    back = render(design, replace(STANDING, yaw=180.0), CALM, HARD)
    side = render(design, replace(STANDING, yaw=90.0), CALM, HARD)
    assert "iris_r" not in back.parts
    assert "mouth" not in back.parts
    assert ("iris_r" in side.parts) != ("iris_l" in side.parts)


def test_closed_eyes_hide_the_iris():
    design = designs()["aki/school"]
    shut = render(design, STANDING, EXPRESSIONS["closed"], bust_for(design))
    assert not shut.mask("iris_r").any()
    assert shut.mask("lash_r").any()


def test_a_pose_halfway_lies_halfway():
    middle = between(STANDING, POSES["hand_up"], 0.5)
    assert middle.tilt == pytest.approx(POSES["hand_up"].tilt / 2)
    assert middle.arm_r.lower_out == pytest.approx((4 + 168) / 2)


def test_landmarks_lie_on_their_parts():
    design = designs()["hinata/casual"]
    frame = render(design, STANDING, CALM, bust_for(design))
    for suffix in ("_r", "_l"):
        x, y = frame.landmarks["eye" + suffix]
        assert frame.mask("iris" + suffix)[round(y), round(x)]


def test_a_head_lies_a_hundred_units_tall_between_crown_and_chin():
    frame = render(designs()["aki/school"], STANDING, CALM, FULL)
    height = frame.landmarks["chin"][1] - frame.landmarks["crown"][1]
    assert height == pytest.approx(100 * FULL.px_per_unit, rel=0.03)
