"""Where the pixels and points of one drawing lie in another of the same design."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.correspond import Drawn, Scene, flow, points
from ml.puppets.curves import turned
from ml.puppets.mapping import along, inside
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, Pose
from ml.puppets.production import designs
from ml.puppets.render import Framing, render

SMALL = Framing((256, 256), 0.38, (0.0, -314.0), 1.0)
DESIGN = designs()["aki/school"]
CALM = EXPRESSIONS["neutral"]


def drawn(pose: Pose = STANDING, framing: Framing = SMALL, expression: str = "neutral") -> Drawn:
    return Scene(DESIGN, pose, EXPRESSIONS[expression], framing).drawn()


def test_a_scene_draws_the_same_picture_as_render():
    frame = render(DESIGN, POSES["stride"], CALM, SMALL)
    own = drawn(POSES["stride"])
    assert np.array_equal(own.frame.rgba, frame.rgba)
    assert np.array_equal(own.frame.labels, frame.labels)
    assert np.array_equal(own.layer_ids >= 0, frame.labels > 0)


def test_the_topmost_layer_of_a_pixel_is_of_the_pixels_part():
    own = drawn(POSES["hand_up"])
    for i, layer in enumerate(own.layers):
        assert own.frame.mask(layer.part)[own.layer_ids == i].all(), layer.key


def test_the_same_drawing_does_not_move():
    own = drawn(POSES["pointing"])
    found = flow(own, drawn(POSES["pointing"]))
    assert not found.vectors_px.any()
    assert np.array_equal(found.known, own.frame.labels > 0)
    assert np.array_equal(found.visible_in_b, found.known)


def test_a_camera_that_pans_zooms_and_turns_moves_every_pixel_by_one_affine_map():
    """Line weight is zoomed too: a line that kept its weight would have to thin."""
    camera = Framing((256, 256), 0.38 * 1.25, (20.0, -300.0), 1.25, turn_deg=17.0)
    found = flow(drawn(), drawn(framing=camera))
    ys, xs = np.nonzero(found.known)
    # a framing's centre lies at label 384, and pixel k's middle at label 3 k + 1
    middle = np.array((383 / 3, 383 / 3))
    # the pixel's place in units, then through the second camera
    units = (np.stack((xs, ys), 1) - middle) / 0.38 + (0.0, -314.0)
    there = turned((units - (20.0, -300.0)) * 0.38 * 1.25, 17.0) + middle
    error = np.abs(found.vectors_px[ys, xs] - (there - np.stack((xs, ys), 1)))
    assert error.max() < 0.03  # single precision, worst in slivers of no area
    assert np.quantile(error, 0.99) < 1e-4
    assert len(ys) == (drawn().frame.labels > 0).sum()


@pytest.mark.parametrize("name", ["hand_up", "stride", "hands_on_hips", "pointing"])
def test_there_and_back_again_ends_within_three_quarters_of_a_pixel(name):
    a, b = drawn(), drawn(POSES[name], expression="smile")
    there, back = flow(a, b), flow(b, a)
    ys, xs = np.nonzero(there.visible_in_b)
    end = np.stack((xs, ys), 1) + there.vectors_px[ys, xs]
    x, y = np.rint(end).astype(int).T
    known = back.known[y, x]
    again = end + back.vectors_px[y, x]
    error = np.hypot(*(again - np.stack((xs, ys), 1)).T)[known]
    assert known.mean() > 0.95
    assert (error < 0.75).mean() > 0.95


@pytest.mark.parametrize("name", ["hand_up", "stride"])
def test_a_visible_pixel_lands_on_its_own_part(name):
    a, b = drawn(), drawn(POSES[name])
    found = flow(a, b)
    ys, xs = np.nonzero(found.visible_in_b)
    x, y = np.rint(np.stack((xs, ys), 1) + found.vectors_px[ys, xs]).astype(int).T
    part = (a.frame.labels[ys, xs].astype(int) - 1) // 4
    assert ((b.frame.labels[y, x].astype(int) - 1) // 4 == part).mean() > 0.93


def test_what_an_arm_comes_to_lie_over_is_known_but_not_visible():
    across = replace(STANDING, arm_r=replace(STANDING.arm_r, upper_fwd=20.0, lower_out=-80.0))
    a, b = drawn(), drawn(across)
    found = flow(a, b)
    hidden = found.known & ~found.visible_in_b
    ys, xs = np.nonzero(hidden & (found.vectors_px == 0).all(axis=2))
    assert len(ys) > 50
    arm = [b.frame.mask(part) for part in ("arm_r", "sleeve_r", "cuff_r")]
    assert np.any(arm, axis=0)[ys, xs].mean() > 0.8


def test_the_points_of_an_outline_lie_where_its_layer_is_painted():
    a, b = drawn(), drawn(POSES["stride"])
    found = points(a, b)
    assert len(found) > 60
    for key in ("face/1", "hair_front/1"):
        pair = found[key]
        assert pair.a_px.shape == pair.b_px.shape
        assert pair.visible_in_a.mean() > 0.3, key
    x, y = np.rint(found["iris_r/rim"].a_px.mean(axis=0)).astype(int)
    assert a.frame.mask("iris_r")[y, x]


def test_points_out_of_the_picture_or_behind_are_not_visible():
    closer = replace(SMALL, px_per_unit=1.2, centre_xy=(0.0, -500.0))
    pairs = points(drawn(), drawn(framing=closer))
    shoe = next(pair for key, pair in pairs.items() if key.startswith("shoe_r"))
    assert shoe.visible_in_a.any()
    assert not shoe.visible_in_b.any()


def test_a_layer_that_one_drawing_lacks_is_not_known():
    a, b = drawn(), drawn(replace(STANDING, yaw=180.0))
    found = flow(a, b)
    assert not found.known[a.frame.mask("iris_r")].any()
    assert not found.vectors_px[~found.known].any()


@pytest.mark.parametrize("yaw", [-80.0, -30.0, 10.0, 45.0, 88.0])
def test_hair_and_face_keep_their_points_while_the_head_turns(yaw):
    found = points(drawn(), drawn(replace(STANDING, turn=yaw)))
    assert {"hair_front/1", "face/1"} <= {key for key in found if len(found[key].a_px) > 20}


def test_every_layer_of_the_cast_has_a_key_of_its_own():
    for design in designs().values():
        own = Scene(design, POSES["stride"], CALM, SMALL).drawn()
        keys = [layer.key for layer in own.layers if layer.kind != "cast"]
        assert len(keys) == len(set(keys))
        assert all(keys)


RING = np.array([(0, 0), (30, -4), (40, 20), (22, 14), (16, 40), (-3, 28)], np.float64)


def test_an_area_follows_its_outline_exactly_and_every_affine_map():
    rng = np.random.default_rng(1)
    target = RING + rng.normal(0, 4, RING.shape)
    middles = (RING + np.roll(RING, -1, axis=0)) / 2
    assert np.allclose(inside(RING, RING, target), target, atol=1e-3)
    assert np.allclose(inside(middles, RING, target), (target + np.roll(target, -1, axis=0)) / 2, atol=1e-3)
    matrix, move = np.array([[1.1, 0.4], [-0.3, 0.8]]), np.array([5.0, -7.0])
    anywhere = rng.uniform(-20, 60, (300, 2))
    assert np.allclose(inside(anywhere, RING, RING @ matrix + move), anywhere @ matrix + move, atol=1e-3)


def test_ink_keeps_its_share_of_the_span_and_its_side_of_the_line():
    line = np.array([(0, 0), (10, 0), (20, 0)], np.float64)
    bent = np.array([(0, 0), (10, 0), (10, 20)], np.float64)
    found = along(np.array([(5.0, 1.0), (15.0, 1.0)]), line, bent, closed=False)
    assert np.allclose(found, [(5, 1), (9, 10)])
    doubled = along(np.array([(15.0, 1.0)]), line[[0, 1, 1, 2]], bent[[0, 1, 1, 2]], closed=False)
    assert np.allclose(doubled, [(9, 10)])
    wide = along(np.array([(5.0, 1.0)]), line, line, closed=False, swell=2.0)
    assert np.allclose(wide, [(5, 2)])
