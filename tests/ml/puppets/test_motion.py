"""Sequences: spacing, exposures, cameras, and the motion that is known between any two drawings."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from ml.puppets.motion import EASES, Acting, Key, Shot
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import designs
from ml.puppets.random_acting import random_acting
from ml.puppets.render import Framing
from ml.puppets.sequence import ACTINGS, acting

BASE = Framing((200, 150), 0.28, (0.0, -310.0), 1.0)
DESIGN = designs()["aki/school"]
CALM = EXPRESSIONS["neutral"]


def marks(play: Acting, index: int) -> dict[str, tuple[float, float]]:
    return play.scene(DESIGN, index, BASE).drawn().frame.landmarks


@pytest.mark.parametrize("name", sorted(EASES))
def test_a_spacing_starts_at_its_key_ends_at_the_next_and_never_turns_back(name):
    steps = [EASES[name](t) for t in np.linspace(0, 1, 13)]
    assert (steps[0], steps[-1]) == (0.0, 1.0)
    assert steps == sorted(steps)


@pytest.mark.parametrize("code", ACTINGS)
def test_every_ready_sequence_moves_and_can_be_drawn_to_its_end(code):
    play = acting(code, 30.0)
    scenes = [play.scene(DESIGN, i, BASE) for i in range(play.length)]
    assert len({(s.pose, s.expression, s.framing) for s in scenes}) > 5
    for index in (0, play.length // 2, play.length - 1):
        assert scenes[index].drawn().frame.labels.any()


@pytest.mark.parametrize("code", ["walk", "walk_cycle", "run_cycle"])
def test_a_cycle_ends_where_it_began_and_its_middle_is_the_other_step(code):
    play = acting(code, 70.0)
    first, middle, last = (play.state(i)[0] for i in (0, play.length // 2, play.length - 1))
    assert first == last
    assert (middle.leg_r, middle.arm_l) == (first.leg_l, first.arm_r)


def test_on_twos_every_second_drawing_repeats_and_the_camera_moves_on_ones():
    keys = (Key(0, STANDING, CALM), Key(8, replace(STANDING, tilt=16.0), CALM, "even", Shot(zoom=4.0)))
    play = Acting("test", keys, on=2)
    assert [play.state(i)[0].tilt for i in range(9)] == [0, 0, 4, 4, 8, 8, 12, 12, 16]
    zooms = [play.framing(i, BASE).px_per_unit / BASE.px_per_unit for i in (0, 2, 4, 8)]
    assert np.allclose(zooms, [1.0, 2**0.5, 2.0, 4.0])


def test_a_key_keeps_its_place_on_threes():
    keys = tuple(Key(at, replace(STANDING, tilt=float(at)), CALM, "even") for at in (0, 4, 9))
    assert [Acting("test", keys, on=3).drawn_at(i) for i in range(10)] == [0, 0, 0, 3, 4, 4, 6, 6, 6, 9]


def test_a_jump_leaves_the_ground_and_sitting_down_lowers_the_hips():
    jump, sit = acting("jump", 20.0), acting("sit_down", 60.0)
    assert marks(jump, 14)["toe_r"][1] < marks(jump, 0)["toe_r"][1] - 10
    assert marks(sit, 20)["hip_r"][1] > marks(sit, 0)["hip_r"][1] + 15
    assert marks(sit, 20)["toe_r"][1] == pytest.approx(marks(sit, 0)["toe_r"][1], abs=6)


def test_a_head_turns_to_both_sides():
    play = acting("head_turn")
    assert {0.0, 90.0, -90.0} <= {play.state(i)[0].turn for i in range(play.length)}


def test_squash_and_stretch_keep_the_area():
    play = acting("bounce")
    boxes = [play.scene(DESIGN, i, BASE).drawn().frame.labels > 0 for i in (0, 4, 8)]
    heights = [int(b.any(axis=1).sum()) for b in boxes]
    assert heights[1] < heights[0] < heights[2]
    areas = [int(b.sum()) for b in boxes]
    assert max(areas) / min(areas) < 1.1


@pytest.mark.parametrize(
    ("code", "least"), [("pan", 1.0), ("zoom", 1.0), ("roll", 1.0), ("bow", 0.95), ("jump", 0.9)]
)
def test_motion_is_known_between_any_two_drawings(code, least):
    play = acting(code)
    found = play.flow(DESIGN, 1, play.length // 2, BASE)
    painted = play.scene(DESIGN, 1, BASE).drawn().frame.labels > 0
    assert found.known[painted].mean() >= least
    assert np.abs(found.vectors_px).max() > 1.5


def test_chance_gives_the_same_sequence_for_the_same_seed_and_another_for_another():
    first, again, other = (random_acting(np.random.default_rng(s), DESIGN) for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_chance_moves_wind_up_swing_past_and_hold_on_every_exposure():
    plays = [random_acting(np.random.default_rng(s), DESIGN, 40) for s in range(30)]
    assert {p.on for p in plays} == {1, 2, 3}
    assert all(2 <= p.length <= 40 for p in plays)
    keys = [key for p in plays for key in p.keys]
    assert {key.ease for key in keys} == set(EASES) - {"hold"}
    assert any(a.pose == b.pose for p in plays for a, b in zip(p.keys, p.keys[1:], strict=False))
    # past its aim: a number of the pose goes beyond the key that it settles in, seen from the key before
    names = [f.name for f in fields(STANDING) if isinstance(getattr(STANDING, f.name), float)]
    over = [
        (getattr(b.pose, n) - getattr(a.pose, n)) * (getattr(b.pose, n) - getattr(c.pose, n)) > 0
        for p in plays
        for a, b, c in zip(p.keys, p.keys[1:], p.keys[2:], strict=False)
        for n in names
        if abs(getattr(b.pose, n) - getattr(a.pose, n)) > 3
    ]
    assert 0.05 < np.mean(over) < 0.95


@pytest.mark.parametrize("seed", [3, 8])
def test_neighbours_of_a_chance_sequence_correspond(seed):
    play = random_acting(np.random.default_rng(seed), DESIGN, 24)
    shares = []
    for i in range(0, play.length - 2, 6):
        painted = play.scene(DESIGN, i, BASE).drawn().frame.labels > 0
        shares.append(play.flow(DESIGN, i, i + 2, BASE).known[painted].mean())
    assert np.mean(shares) > 0.95
