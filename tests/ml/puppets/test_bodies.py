"""Bodies, garments and poses: nothing torn, nothing afloat, every garment has its paints."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml.puppets.builds import BUILDS, random_build
from ml.puppets.cast import aki
from ml.puppets.design import BOTTOMS, PATTERNS, SHOES, TOPS, WHOLE, WORN, Costume, Design
from ml.puppets.figure import PART_SWATCH
from ml.puppets.garments import needed_swatches
from ml.puppets.palette import cel
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, Pose, mirrored, random_pose
from ml.puppets.render import Framing, PuppetFrame, build, render
from ml.puppets.skeleton import Skeleton

CALM = EXPRESSIONS["neutral"]
SMALL = Framing((240, 240), 0.30, (0.0, -330.0), 0.7, 1)
VIEWS = (0.0, -20.0, 38.0, -65.0, 90.0, 140.0, 180.0)
PARTED = replace(POSES["cheering"], leg_r=replace(STANDING.leg_r, upper_out=9, lower_out=9),
                 leg_l=replace(STANDING.leg_l, upper_out=9, lower_out=9))  # fmt: skip


def dressed(top: str, bottom: str = "trousers", **more: object) -> Design:
    """Return Aki in a costume with paints for all that it needs."""
    costume = Costume("test", "Test", top, bottom, **more)
    names = enumerate(needed_swatches(costume))
    paints = {name: cel((60 + 9 * k, 200 - 7 * k, 40 + 11 * k)) for k, name in names}
    return replace(aki(), costume=replace(costume, materials=paints))


def holes(frame: PuppetFrame) -> int:
    """Return how many patches of background the figure encloses between its collar and its hips.

    Further down legs, feet and hems enclose background rightly.
    """
    empty = (frame.labels == 0).astype(np.uint8)
    empty[: int(frame.landmarks["chin"][1]) + 9] = 1
    empty[int(frame.landmarks["hip_r"][1]) :] = 1
    count, _, _, _ = cv2.connectedComponentsWithStats(empty, connectivity=4)
    return count - 2


def pieces(frame: PuppetFrame) -> int:
    """Return of how many separate pieces of more than a few pixels the figure consists."""
    solid = (frame.labels > 0).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    return int((stats[1:, cv2.CC_STAT_AREA] > 6).sum())


def lowest(frame: PuppetFrame) -> float:
    """Return how far the figure reaches below the ground, units."""
    row = np.flatnonzero((frame.labels > 0).any(axis=1)).max() + 1
    return float((row - SMALL.size_hw[0] / 2) / SMALL.px_per_unit + SMALL.centre_xy[1])


@pytest.mark.parametrize("top", TOPS)
def test_no_top_has_holes_in_any_view(top):
    design = dressed(top, BOTTOMS[TOPS.index(top) % len(BOTTOMS)], socks=0.4)
    for yaw in VIEWS:
        assert holes(render(design, replace(PARTED, yaw=yaw), CALM, SMALL)) == 0, yaw


@pytest.mark.parametrize("bottom", BOTTOMS)
def test_no_bottom_and_no_shoe_has_holes_in_any_view(bottom):
    k = BOTTOMS.index(bottom)
    design = dressed("sweater", bottom, shoes=SHOES[k % len(SHOES)], boots=0.6 * (k % 2))
    for yaw in VIEWS:
        assert holes(render(design, replace(PARTED, yaw=yaw), CALM, SMALL)) == 0, yaw


@pytest.mark.parametrize("pose", sorted(POSES))
def test_a_pose_tears_no_limb_off_and_stands_on_the_ground(pose):
    design = dressed("tshirt", "shorts", sleeve=0.35, socks=0.4)
    for yaw in (0.0, 38.0, -90.0, 180.0):
        posed = replace(POSES[pose], yaw=yaw)
        frame = render(design, posed, CALM, SMALL)
        assert pieces(frame) == 1, yaw
        if posed.bob == 0:
            assert -5 < lowest(frame) < 6, yaw


@pytest.mark.parametrize("kind", sorted(BUILDS))
def test_every_build_stands_on_the_ground_and_is_as_tall_as_it_says(kind):
    design = replace(dressed("tshirt"), build=BUILDS[kind])
    frame = render(design, STANDING, CALM, SMALL)
    assert -5 < lowest(frame) < 8
    height = -frame.landmarks["crown"][1] + SMALL.size_hw[0] / 2 - SMALL.centre_xy[1] * SMALL.px_per_unit
    assert height / SMALL.px_per_unit == pytest.approx(100 * BUILDS[kind].heads_tall, rel=0.03, abs=6)


@pytest.mark.parametrize("top", TOPS)
def test_a_costume_shows_no_paint_that_it_does_not_name(top):
    extras = frozenset({*WORN, "tie"})
    design = dressed(
        top, "jeans", extras=extras, shoes="sneaker", pattern=PATTERNS[TOPS.index(top) % len(PATTERNS)]
    )
    known = {*design.body, *needed_swatches(design.costume)}
    drawn = {
        PART_SWATCH[layer.part] for layer in build(design, Skeleton(design.shape, STANDING), CALM).layers
    }
    assert drawn <= known
    assert {"glove", "cape", "apron", "pattern"} <= drawn
    assert ("bottom" in drawn) == (top not in WHOLE)


def test_a_hem_is_as_long_as_the_costume_says():
    parts = {"skirt": "skirt", "trousers": "trouser_r", "shorts": "trouser_r"}
    for bottom, part in parts.items():
        design = dressed("sailor", bottom)
        short = replace(design, costume=replace(design.costume, hem=0.75))
        ends = [
            np.flatnonzero(render(d, STANDING, CALM, SMALL).mask(part).any(axis=1)).max()
            for d in (short, design)
        ]
        assert ends[0] < ends[1] - 3


def counts(design: Design, pose: Pose) -> dict[str, int]:
    """Return the number of outline points of every layer."""
    layers = build(design, Skeleton(design.shape, pose), CALM).layers
    return {layer.key: len(layer.points) for layer in layers if layer.key}


@pytest.mark.parametrize("yaw", [0.0, 38.0, 90.0, 180.0])
def test_a_shape_keeps_its_number_of_points_in_all_poses_of_a_view(yaw):
    rng = np.random.default_rng(3)
    design = dressed("longcoat", "skirt", socks=0.4, extras=frozenset({"cape", "apron"}))
    still = counts(design, replace(STANDING, yaw=yaw))
    for _ in range(12):
        moved = counts(design, replace(random_pose(rng), yaw=yaw, turn=0.0))
        shared = still.keys() & moved.keys()
        assert len(shared) > 0.8 * len(still)
        assert [key for key in shared if still[key] != moved[key]] == []


def test_random_poses_are_natural_numbers_of_their_seed():
    again = [random_pose(np.random.default_rng(5)) for _ in range(2)]
    assert again[0] == again[1]
    assert random_pose(np.random.default_rng(1), 0.0) == replace(
        STANDING, yaw=random_pose(np.random.default_rng(1), 0.0).yaw
    )
    rng = np.random.default_rng(0)
    views = Counter(round(abs(random_pose(rng).yaw) / 90) for _ in range(60))
    assert min(views[k] for k in (0, 1, 2)) > 2
    assert max(abs(random_pose(rng).turn) for _ in range(60)) < 140


def test_a_mirrored_pose_mirrors_back():
    assert all(mirrored(mirrored(pose)) == pose for pose in POSES.values())


def test_a_style_of_thick_limbs_draws_thicker_legs():
    design = dressed("tshirt", "shorts")
    thick = replace(design, style=replace(design.style, limb=1.4))
    areas = [int(render(d, STANDING, CALM, SMALL).mask("leg_r").sum()) for d in (design, thick)]
    assert areas[1] > 1.2 * areas[0]


def test_random_builds_stay_near_their_kind():
    build_ = random_build(np.random.default_rng(2), "child")
    assert build_ == random_build(np.random.default_rng(2), "child")
    assert build_.heads_tall == pytest.approx(BUILDS["child"].heads_tall, rel=0.07)
