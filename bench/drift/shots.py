"""What tier A draws: the approved sheet of a puppet, and cuts of drawings, some of which the sheet cannot answer.

A full figure is about 400 px tall, a bust picture 320 px high; each cut's camera is up to 8 % farther or 10 % nearer
than the sheet's, and nothing stands exactly as an approved drawing does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ml.puppets.design import Design
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS, Expression, Limb, Pose, between
from ml.puppets.render import Framing
from ml.puppets.sequence import acting

FULL_FIGURE_PX, BUST_PX = 400.0, 320
_FULL_HW, _BUST_HW = (560, 460), (BUST_PX, 420)
_FULL_LINE_PX, _BUST_LINE_PX = 1.3, 1.6
_BUST_UNITS = 195.0  # puppet units in the height of a bust
_SHEET_EXPRESSIONS = ("neutral", "smile", "angry", "surprised", "sad", "closed")
_SHEET_POSES = {"hand_up": "front", "hands_on_hips": "front", "stride": "three_quarter"}
_QUARTER, _SIDE, _BACK = VIEWS["three_quarter"], VIEWS["side"], VIEWS["back"]


@dataclass(frozen=True)
class Shot:
    """What a cut shows: an acting or, if `pose` is given, a move from standing into that pose."""

    acting: str
    yaw: float
    bust: bool
    pose: str = ""


SEEN = (
    Shot("wave", 0, bust=False),
    Shot("talk", 0, bust=True),
    Shot("sigh", 0, bust=True),
    Shot("startle", 0, bust=True),
    Shot("startle", 0, bust=False),
    Shot("turn_to", 0, bust=False),
    Shot("walk", _QUARTER, bust=False),
    Shot("talk", _QUARTER, bust=True),
    Shot("sigh", _QUARTER, bust=False),
    Shot("walk", _SIDE, bust=False),
    Shot("walk", _BACK, bust=False),
)
UNSEEN_VIEWS = (
    Shot("walk", -_QUARTER, bust=False),
    Shot("talk", -_QUARTER, bust=True),
    Shot("talk", 65, bust=True),
    Shot("walk", 140, bust=False),
    Shot("sigh", _SIDE, bust=True),
)
UNSEEN_POSES = tuple(
    Shot("", yaw, bust=False, pose=name)
    for name in POSES
    if name != "standing" and name not in _SHEET_POSES
    for yaw in (0.0, _QUARTER)
)


@dataclass(frozen=True)
class Item:
    """One approved drawing."""

    key: str
    kind: str
    view: str
    pose: Pose
    expression: Expression
    bust: bool


@dataclass(frozen=True)
class State:
    """One drawing of a cut: what is needed to draw it, right or wrong."""

    cut: str
    number: int
    pose: Pose
    expression: Expression
    framing: Framing
    camera: float
    unseen: bool
    encoded: bool

    @property
    def bust(self) -> bool:
        """Return whether it is a picture of head and shoulders."""
        return self.framing.size_hw[0] == BUST_PX

    def of(self, design: Design) -> Framing:
        """Return the same shot of another character, who may be of another height."""
        binarised = self.framing.supersample == 1
        return framing_of(design, bust=self.bust, binarised=binarised, camera=self.camera)


def framing_of(design: Design, *, bust: bool, binarised: bool = False, camera: float = 1.0) -> Framing:
    """Return the framing of a design; `camera` > 1 is nearer, lines included."""
    tall = design.build.heads_tall * 100.0
    samples = 1 if binarised else 3
    if bust:
        scale = BUST_PX / _BUST_UNITS * camera
        return Framing(_BUST_HW, scale, (0.0, -(tall - 66.0)), _BUST_LINE_PX * camera, samples)
    scale = FULL_FIGURE_PX / tall * camera
    return Framing(_FULL_HW, scale, (0.0, -tall / 2.0), _FULL_LINE_PX * camera, samples)


def sheet() -> list[Item]:
    """Return the approved drawings that every design has: turn-around, expressions, three poses."""
    calm = EXPRESSIONS["neutral"]
    items = [
        Item(view, "turnaround", view, replace(STANDING, yaw=yaw), calm, bust=False)
        for view, yaw in VIEWS.items()
    ]
    items += [
        Item(f"face {name}", "expression", "front", STANDING, EXPRESSIONS[name], bust=True)
        for name in _SHEET_EXPRESSIONS
    ]
    turned = replace(STANDING, yaw=_QUARTER)
    items += [
        Item(
            f"face {name} three-quarter", "expression", "three_quarter", turned, EXPRESSIONS[name], bust=True
        )
        for name in ("neutral", "smile")
    ]
    items += [
        Item(name, "detail", view, replace(POSES[name], yaw=VIEWS[view]), calm, bust=False)
        for name, view in _SHEET_POSES.items()
        if name in POSES
    ]
    return items


def shots_of(rng: np.random.Generator, seen: int, unseen: int) -> list[tuple[Shot, bool]]:
    """Return the cuts of one character as (shot, unseen), seen ones first; unseen views and poses take turns.

    More cuts than there are shots go through them again, in another order.
    """
    chosen: list[tuple[Shot, bool]] = []
    while len(chosen) < seen:
        chosen += [(SEEN[i], False) for i in rng.permutation(len(SEEN))[: seen - len(chosen)]]
    strange = [UNSEEN_VIEWS, UNSEEN_POSES] if UNSEEN_POSES else [UNSEEN_VIEWS]
    for number in range(unseen):
        pool = strange[number % len(strange)]
        chosen.append((pool[int(rng.integers(len(pool)))], True))
    return chosen


def states(shot: Shot, drawings: int, rng: np.random.Generator) -> Iterator[tuple[Pose, Expression]]:
    """Yield poses and expressions of evenly spread drawings of a cut, each a little off the script."""
    nudge = rng.normal(0, 1, 3)
    for step in (np.arange(drawings) + rng.uniform(0.1, 0.9)) / drawings:
        pose, expression = _scripted(shot, float(step))
        pose = replace(
            pose,
            yaw=pose.yaw + 3.0 * nudge[0],
            tilt=pose.tilt + 1.2 * nudge[1] + rng.normal(0, 0.6),
            lean=pose.lean + 0.6 * nudge[2],
        )
        yield _loose(pose, rng), expression


def _scripted(shot: Shot, step: float) -> tuple[Pose, Expression]:
    if shot.pose:
        target = replace(POSES[shot.pose], yaw=POSES[shot.pose].yaw + shot.yaw)
        return between(replace(STANDING, yaw=target.yaw), target, 0.55 + 0.45 * step), EXPRESSIONS["neutral"]
    play = acting(shot.acting, shot.yaw)
    return play.state(min(play.length - 1, int(step * play.length)))


def _loose(pose: Pose, rng: np.random.Generator) -> Pose:
    """Return the pose with every limb a degree or two elsewhere."""
    return replace(
        pose,
        arm_r=_nudged(pose.arm_r, rng),
        arm_l=_nudged(pose.arm_l, rng),
        leg_r=_nudged(pose.leg_r, rng),
        leg_l=_nudged(pose.leg_l, rng),
    )


def _nudged(limb: Limb, rng: np.random.Generator) -> Limb:
    off = rng.normal(0, 1.5, 4)
    return replace(
        limb, upper_out=limb.upper_out + off[0], upper_fwd=limb.upper_fwd + off[1],
        lower_out=limb.lower_out + off[2], lower_fwd=limb.lower_fwd + off[3],
    )  # fmt: skip
