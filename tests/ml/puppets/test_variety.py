"""Characters by seed, hair cuts and accessories: wide, sound in every view, and each trait has an effect."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from ml.puppets import cast
from ml.puppets.accessories import KINDS, dressed
from ml.puppets.cuts import CUTS, cut_of
from ml.puppets.design import Accessory, Design
from ml.puppets.figure import PARTS
from ml.puppets.palette import _apart, swatches
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS
from ml.puppets.random_design import random_costume, random_design
from ml.puppets.render import Framing, lay, render
from ml.puppets.style import STYLES

TINY = Framing((150, 90), 0.24, (0.0, -300.0), 1.0, 1)
WHOLE = Framing((400, 180), 0.6, (0.0, -310.0), 1.0, 1)
TURNING = ("front", "side", "back")


@cache
def person(seed: int) -> Design:
    """Return a character by seed, made once."""
    return random_design(seed)


def plain() -> Design:
    """Return a character without accessories whose ears and arms can be seen."""
    design = cast.ren("school")
    return replace(design, costume=replace(design.costume, extras=frozenset()))


def drawn(design: Design, view: str, framing: Framing = WHOLE) -> np.ndarray:
    """Return the labels of a standing figure."""
    return render(design, replace(STANDING, yaw=VIEWS[view]), EXPRESSIONS["neutral"], framing).labels


@cache
def worn(code: str, **changes: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return front and back of the plain character with one accessory; without a code, of the bare one."""
    design = plain()
    if code:
        design = dressed(design, Accessory(code, **{"side": int(KINDS[code].sided), **changes}))
    return drawn(design, "front"), drawn(design, "back")


def most(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> int:
    """Return how many pixels differ in the view that differs most."""
    return max(int((a != b).sum()) for a, b in zip(one, other, strict=True))


MOVABLE = sorted(code for code, kind in KINDS.items() if kind.movable)


def test_there_are_two_dozen_accessories_and_labels_for_all_parts():
    assert len(MOVABLE) >= 24
    assert len(PARTS) <= 63


@pytest.mark.parametrize("code", MOVABLE)
def test_an_accessory_shows_and_is_gone_when_left_out(code):
    assert most(worn(code), worn("")) >= 3
    costume = dressed(plain(), Accessory(code)).costume
    assert costume.accessory(code) is not None
    assert costume.without(code).accessories == ()


@pytest.mark.parametrize("code", MOVABLE)
def test_an_accessory_can_be_moved_sized_and_shaped(code):
    assert most(worn(code), worn(code, shift=(9.0, 9.0))) >= 3
    assert most(worn(code), worn(code, size=1.6)) >= 1
    shapes = [worn(code, variant=k) for k in range(KINDS[code].shapes)]
    assert all(most(a, b) >= 1 for i, a in enumerate(shapes) for b in shapes[:i])


@pytest.mark.parametrize("code", [code for code in MOVABLE if KINDS[code].sided])
def test_an_accessory_with_a_side_can_be_worn_on_the_wrong_one(code):
    assert most(worn(code, side=1), worn(code, side=-1)) >= 4


def test_extras_and_worn_are_one_list():
    costume = cast.aki("travel").costume
    assert {item.code for item in costume.accessories} == set(costume.extras)
    moved = costume.wearing(replace(costume.accessory("satchel") or Accessory("satchel"), side=-1))
    assert [item.side for item in moved.accessories if item.code == "satchel"] == [-1]
    assert "satchel" not in moved.extras


def test_every_cut_is_a_cut_of_its_own_in_every_view():
    heads = [
        replace(plain(), hair=replace(cut_of(name, np.random.default_rng(1)), ahoge=0.0)) for name in CUTS
    ]
    for view in TURNING:
        seen = {drawn(design, view).tobytes() for design in heads}
        assert len(seen) == len(heads)


@pytest.mark.parametrize("name", sorted(CUTS))
def test_a_cut_keeps_its_points_while_hair_sways(name):
    design = replace(plain(), hair=cut_of(name, np.random.default_rng(2)))
    still, swaying = (
        {
            layer.key: layer.points
            for layer in lay(design, replace(STANDING, sway=s), EXPRESSIONS["neutral"], TINY).layers
        }
        for s in (0.0, 9.0)
    )
    assert still.keys() == swaying.keys()
    assert all(len(still[key]) == len(swaying[key]) for key in still)
    if (design.hair.tails != "none" and design.hair.tail_shape != "bun") or design.hair.mane:
        assert any(
            not np.array_equal(still[key], swaying[key])
            for key in still
            if key.startswith(("tail", "hair_back"))
        )


def test_the_shine_of_hair_follows_the_style():
    drawings = [
        drawn(replace(plain(), style=replace(plain().style, shine=s)), "front")
        for s in ("band", "spots", "streaks", "none")
    ]
    assert len({d.tobytes() for d in drawings}) == 4
    highlight = 1 + 4 * PARTS.index("hair_front") + 2
    assert not (drawings[3] == highlight).any()


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_two_hundred_seeds_draw_in_every_view(first):
    poses = list(POSES.values())
    for seed in range(first, first + 50):
        design = replace(person(seed), style=list(STYLES.values())[seed % len(STYLES)])
        views = VIEWS if seed % 8 == 0 else {k: VIEWS[k] for k in (tuple(VIEWS)[seed % 4],)}
        for view, yaw in views.items():
            frame = render(design, replace(poses[seed % len(poses)], yaw=yaw), EXPRESSIONS["smile"], TINY)
            shown = frame.labels > 0
            assert shown.any(), (seed, view)
            assert frame.rgba[shown][:, 3].min() == 255, (seed, view)  # every part has a paint


def test_the_paints_of_two_hundred_seeds_lie_apart():
    for seed in range(0, 200, 4):
        paints = np.array([rgb for _, _, rgb in swatches(person(seed))], np.float64)
        apart = _apart(paints, paints) + 100 * np.eye(len(paints))
        assert apart.min() > 8.0, seed


def test_seeds_give_many_kinds_of_people():
    people = [person(seed) for seed in range(150)]
    heads = [p.build.heads_tall for p in people]
    assert min(heads) < 4.3
    assert max(heads) > 7.0
    assert len({p.hair.cut for p in people}) == len(CUTS)
    assert len({p.body["skin"].normal for p in people}) > 20
    assert {1, 2, 3, 4} <= {len(p.costume.worn) for p in people} <= {1, 2, 3, 4, 5}
    assert len({item.code for p in people for item in p.costume.worn}) >= 24


def test_another_costume_is_worn_by_the_same_person():
    for seed in range(6):
        one = person(seed)
        other = random_costume(one, 5)
        assert other == random_costume(one, 5)
        assert other.costume.code != one.costume.code
        assert (other.build, other.face, other.hair, other.body) == (one.build, one.face, one.hair, one.body)
