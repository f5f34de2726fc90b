"""What the comparator learns from: characters in random hands, approved sheets rich and poor, and drawings of cuts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ml.comparator.crops import HeadBox
from ml.puppets.design import Design
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS, Expression, Limb, Pose, between
from ml.puppets.random_design import random_costume
from ml.puppets.render import Framing, PuppetFrame
from ml.puppets.sequence import acting
from ml.puppets.splits import design_of

Rng = np.random.Generator

HEAD_SQUARE = (
    1.32  # side of the head's square by crown to chin: hair above it, and the margin of ml.consistency
)
_FULL_HW, _BUST_HW = (560, 460), (1.64, 2.15)  # of a bust: heads in the picture's height and width
_FULL_PX, _BUST_UNIT_PX = (300.0, 420.0), (0.9, 1.35)
_LINE_UNITS = {"full": 1.75, "bust": 1.0}
_SHEET_EXPRESSIONS = ("neutral", "smile", "angry", "surprised", "sad", "closed")
_ACTINGS = ("wave", "talk", "sigh", "startle", "turn_to", "walk")
_BUST_ACTINGS = ("talk", "sigh", "startle")
_POOR_SHEET = 0.25  # share of sheets that are not the full fifteen drawings


@dataclass(frozen=True)
class Person:
    """A character as one approved design, and how the finder of heads errs about it.

    Attributes:
        design: what is approved.
        other: where eyes, hair and shoes of drifts come from.
        bias: scale, and shift across and down by the side, of the found square; the same in all drawings.
        samples: labels a pixel and axis; 1 = binarised.
        ink: queries are delivered as ink alone, the line stages of a production.
        line: weight of lines against the usual one.
        full_px: height of the full figure in its drawings, pixels.
    """

    design: Design
    other: Design
    bias: tuple[float, float, float]
    samples: int
    ink: bool
    line: float
    full_px: float


@dataclass(frozen=True)
class Shown:
    """What one drawing shows, without the hand that draws it."""

    pose: Pose
    expression: Expression
    framing: Framing
    bust: bool

    @property
    def yaw(self) -> float:
        """Return the head's yaw, (-180, 180]."""
        return (self.pose.yaw + self.pose.turn + 180.0) % 360.0 - 180.0

    @property
    def turn_deg(self) -> float:
        """Return the roll of the head on screen."""
        return self.pose.tilt + self.pose.lean


def person(seed: int, *, plain: bool = False) -> Person:
    """Return a character of a seed of the splits; `plain`: in its own style, painted and anti-aliased."""
    rng = np.random.default_rng((seed, 1))
    design = design_of(seed)
    if rng.random() < 0.5:
        design = random_costume(design, seed)
    other = _other(seed, rng)
    if not plain:
        design = _restyled(design, rng)
        other = replace(other, style=design.style)
    scale = float(np.exp(rng.normal(0, 0.05)))
    across, down = rng.normal(0, 0.03, 2).tolist()
    ink = not plain and rng.random() < 0.12
    samples = 1 if rng.random() < 0.15 else 3
    line = 1.0 if plain else float(np.exp(rng.normal(0, 0.18)))
    return Person(design, other, (scale, across, down), samples, ink, line, float(rng.uniform(*_FULL_PX)))


def _other(seed: int, rng: Rng) -> Design:
    """Return another character of the same split."""
    low = seed // 100_000 * 100_000
    room = 90_000 if low == 100_000 else 200
    return design_of(low + (seed - low + int(rng.integers(1, room))) % room)


def _restyled(design: Design, rng: Rng) -> Design:
    """Return the character in a hand of its own: every number of its style a little elsewhere.

    Kinds of eyes and noses stay those of the training styles; the hands of the test split are drawn by nobody here.
    """
    s = design.style

    def about(value: float, spread: float, low: float, high: float) -> float:
        return float(np.clip(value * np.exp(rng.normal(0, spread)), low, high))

    style = replace(
        s, line=about(s.line, 0.2, 0.6, 1.6), contour=about(s.contour, 0.15, 1.0, 1.8),
        loose=float(rng.uniform(0.2, 1.0)) if rng.random() < 0.15 else s.loose,
        eye_size=about(s.eye_size, 0.08, 0.8, 1.2),
        eye_drop=float(np.clip(s.eye_drop + rng.normal(0, 1.5), -2.0, 5.0)),
        head_size=about(s.head_size, 0.10, 0.9, 1.35), limb=about(s.limb, 0.06, 0.85, 1.2),
        lashes=about(s.lashes, 0.15, 0.6, 1.4), brow=about(s.brow, 0.2, 0.6, 2.0), jaw=about(s.jaw, 0.05, 0.9, 1.14),
        mouth=about(s.mouth, 0.12, 0.8, 1.5),
    )  # fmt: skip
    tall = float(np.clip(design.build.heads_tall * np.exp(rng.normal(-0.05, 0.14)), 2.9, 7.8))
    return replace(design, style=style, build=replace(design.build, heads_tall=tall))


def framing_of(who: Person, rng: Rng, *, bust: bool, camera: float, loose: float = 1.0) -> Framing:
    """Return a picture of head and shoulders or of the whole figure; `camera` > 1 is nearer."""
    tall = who.design.build.heads_tall * 100.0
    if bust:
        k = float(rng.uniform(*_BUST_UNIT_PX)) * camera
        zoom = float(np.exp(rng.normal(0.08, 0.12 * loose)))  # more or less of the body in the picture
        size = (round(_BUST_HW[0] * 120.0 * k * zoom), round(_BUST_HW[1] * 120.0 * k * zoom))
        at = (float(rng.normal(0, 6 * loose)), -(tall - 66.0 * zoom) + float(rng.normal(0, 4 * loose)))
        return Framing(size, k, at, _LINE_UNITS["bust"] * k * who.line, who.samples)
    k = who.full_px / tall * camera
    return Framing(_FULL_HW, k, (0.0, -tall / 2.0), _LINE_UNITS["full"] * k * who.line, who.samples)


def sheet(who: Person, rng: Rng) -> list[Shown]:
    """Return the approved drawings: turn-around, expressions and poses, or a poorer sheet of other views."""
    calm = EXPRESSIONS["neutral"]
    yaws = [*VIEWS.values()]
    if rng.random() < _POOR_SHEET:
        yaws = [0.0, *(float(v) for v in rng.uniform(-180, 180, int(rng.integers(2, 5))))]
    quarter = VIEWS["three_quarter"] * (1.0 if rng.random() < 0.9 else -1.0)
    items = [_shown(who, rng, replace(STANDING, yaw=yaw), calm, bust=False) for yaw in yaws]
    faces = [
        _SHEET_EXPRESSIONS[i] for i in rng.permutation(len(_SHEET_EXPRESSIONS))[: int(rng.integers(2, 5))]
    ]
    items += [_shown(who, rng, STANDING, EXPRESSIONS[name], bust=True) for name in ("neutral", *faces)]
    turned = replace(STANDING, yaw=quarter)
    items += [_shown(who, rng, turned, EXPRESSIONS[name], bust=True) for name in ("neutral", "smile")]
    names = list(POSES)
    name = names[int(rng.integers(len(names)))] if rng.random() < 0.5 else "stride"
    items.append(_shown(who, rng, replace(POSES[name], yaw=POSES[name].yaw + quarter), calm, bust=False))
    return items


def _shown(who: Person, rng: Rng, pose: Pose, expression: Expression, *, bust: bool) -> Shown:
    return Shown(pose, expression, framing_of(who, rng, bust=bust, camera=1.0, loose=0.4), bust)


def state(who: Person, rng: Rng, *, bust: bool, far: float = 0.15) -> Shown:
    """Return what a drawing of a cut shows: near a view of the sheet, or with chance `far` in any other."""
    views = list(VIEWS.values())
    weights = (0.42, 0.42, 0.10, 0.06) if bust else (0.36, 0.28, 0.2, 0.16)
    yaw = float(rng.choice(views, p=weights)) + float(rng.normal(0, 4))
    if rng.random() < far:
        yaw = float(rng.uniform(-180, 180)) if not bust else float(rng.uniform(-95, 95))
    pose, expression = _played(rng, yaw, bust=bust)
    nudge = rng.normal(0, 1, 3)
    pose = replace(
        pose, tilt=pose.tilt + 1.8 * nudge[0], lean=pose.lean + 0.7 * nudge[1],
        turn=pose.turn + (3.0 * nudge[2] if rng.random() < 0.4 else 0.0),
        arm_r=_nudged(pose.arm_r, rng), arm_l=_nudged(pose.arm_l, rng),
        leg_r=_nudged(pose.leg_r, rng), leg_l=_nudged(pose.leg_l, rng),
    )  # fmt: skip
    camera = float(rng.uniform(0.92, 1.10))
    return Shown(pose, expression, framing_of(who, rng, bust=bust, camera=camera), bust)


def _played(rng: Rng, yaw: float, *, bust: bool) -> tuple[Pose, Expression]:
    """Return pose and expression: from a ready sequence, from standing towards a pose, or standing."""
    faces = list(EXPRESSIONS.values())
    first, second = (faces[int(i)] for i in rng.permutation(len(faces))[:2])
    expression = between(first, second, float(rng.choice([0.0, 0.0, rng.uniform(0.1, 0.4)])))
    kind = rng.random()
    if kind < 0.55:
        play = acting(str(rng.choice(_BUST_ACTINGS if bust else _ACTINGS)), yaw)
        pose, played = play.state(int(rng.integers(play.length)))
        return pose, played if rng.random() < 0.6 else expression
    if kind < 0.72:
        names = list(POSES)
        target = POSES[names[int(rng.integers(len(names)))]]
        reach = float(rng.uniform(0.3, 1.0))
        pose = between(STANDING, replace(target, yaw=0.0, turn=0.0), reach)
        return replace(pose, yaw=yaw), expression
    return replace(STANDING, yaw=yaw, nod=float(rng.normal(0, 0.12))), expression


def _nudged(limb: Limb, rng: Rng) -> Limb:
    off = rng.normal(0, 1.8, 4)
    return replace(
        limb, upper_out=limb.upper_out + off[0], upper_fwd=limb.upper_fwd + off[1],
        lower_out=limb.lower_out + off[2], lower_fwd=limb.lower_fwd + off[3],
    )  # fmt: skip


def head_of(frame: PuppetFrame, shown: Shown, bias: tuple[float, float, float]) -> HeadBox:
    """Return the square round the head as a finder with this bias gives it, upright."""
    crown, chin = (np.array(frame.landmarks[name]) for name in ("crown", "chin"))
    turn = np.radians(shown.turn_deg)
    down, across = np.array((-np.sin(turn), np.cos(turn))), np.array((np.cos(turn), np.sin(turn)))
    long = float((chin - crown) @ down)  # crown to chin along the head, whichever way the chin points
    side = HEAD_SQUARE * long * bias[0]
    at = crown + down * (0.45 * long + bias[2] * side) + across * (bias[1] * side)
    return HeadBox(float(at[0]), float(at[1]), max(8.0, side))
