"""Sequences by chance for training: moves with anticipation, overshoot, holds, blinks and spacing, motion known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.puppets.design import Design
from ml.puppets.motion import EASES, Acting, Key, Shot
from ml.puppets.pose import EXPRESSIONS, POSES, Limb, Pose, between

_MOVES = ("gesture", "gesture", "step", "head", "crouch", "gust", "camera")
_LIMB_NUMBERS = ("upper_out", "upper_fwd", "lower_out", "lower_fwd")


def random_acting(rng: np.random.Generator, design: Design, length: int = 32) -> Acting:
    """Return a sequence of at most `length` drawings, at least one move long.

    Each move may wind up (a little the other way), swing past its aim, settle, and hold; drawings lie by a chance
    spacing, on 1s, 2s or 3s. The body turns by at most 16° in one move, the head by 40°, so that neighbours
    correspond; hair that is long trails behind every move.

    Args:
        rng: source of all choices; the same state gives the same sequence.
        design: who acts: loose hair and skirts decide how far things trail.
        length: drawings.
    """
    yaw = float(rng.choice([0.0, 15.0, 38.0, 60.0, 90.0]) * rng.choice([-1, 1]) + rng.normal(0, 6))
    pose = replace(_posed(rng, Pose(yaw=yaw)), yaw=yaw)
    faces = list(EXPRESSIONS.values())
    keys = [Key(0, pose, faces[int(rng.integers(len(faces)))])]
    while keys[-1].at < length - 4:
        keys += _move(rng, keys[-1], design)
    kept = [key for key in keys if key.at < length]
    if len(kept) == 1:
        kept.append(replace(keys[1], at=length - 1))
    blinks = tuple(int(v) for v in rng.choice(kept[-1].at + 1, size=int(rng.integers(0, 3)), replace=True))
    on = int(rng.choice([1, 2, 3], p=[0.3, 0.5, 0.2]))
    return Acting("random", tuple(kept), blinks, on=on)


def _move(rng: np.random.Generator, start: Key, design: Design) -> list[Key]:
    """Return the keys of one move from a key on."""
    kind = str(rng.choice(_MOVES))
    aim, shot = start.pose, start.shot
    if kind == "camera":
        shot = Shot((float(rng.normal(0, 40)), float(rng.normal(0, 30))), float(np.exp(rng.normal(0, 0.2))),
                    float(rng.normal(0, 6)))  # fmt: skip
    else:
        aim = _AIMS[kind](rng, start.pose)
    faces = list(EXPRESSIONS.values())
    face = faces[int(rng.integers(len(faces)))] if rng.random() < 0.5 else start.expression
    ease = str(rng.choice([name for name in EASES if name != "hold"]))
    drag = _loose(design) * float(np.sign(aim.lean - start.pose.lean + aim.yaw - start.pose.yaw) or 1.0)
    at, keys = start.at, []
    if rng.random() < 0.5 and kind != "camera":
        at += int(rng.integers(2, 5))
        away = between(start.pose, aim, -float(rng.uniform(0.06, 0.18)))
        keys.append(Key(at, away, start.expression, "both", shot=start.shot))
    at += int(rng.integers(3, 10))
    past = float(rng.uniform(1.04, 1.15)) if rng.random() < 0.5 and kind != "camera" else 1.0
    swung = between(start.pose, aim, past)
    keys.append(Key(at, replace(swung, sway=swung.sway - drag * (past > 1)), face, ease, shot))
    if past > 1:
        at += int(rng.integers(2, 5))
        keys.append(Key(at, aim, face, "both", shot))
    if rng.random() < 0.5:
        keys.append(Key(at + int(rng.integers(2, 7)), keys[-1].pose, face, "even", shot))
    return keys


def _loose(design: Design) -> float:
    """Return how far hair and cloth trail behind a move, units of sway."""
    long_hair = max(design.hair.back - 40.0, 0.0) / 20.0
    return min(2.0 + long_hair + (3.0 if design.costume.bottom == "skirt" else 0.0), 12.0)


def _jittered(rng: np.random.Generator, limb: Limb, spread: float) -> Limb:
    """Return a limb whose bones point a little elsewhere, degrees."""
    return replace(limb, **{n: getattr(limb, n) + float(rng.normal(0, spread)) for n in _LIMB_NUMBERS})


def _posed(rng: np.random.Generator, pose: Pose) -> Pose:
    """Return the pose with the arms of two ready poses, both with some chance in them."""
    ready = list(POSES.values())
    one, other = (ready[int(rng.integers(len(ready)))] for _ in range(2))
    return replace(
        pose,
        arm_r=_jittered(rng, one.arm_r, 7.0),
        arm_l=_jittered(rng, other.arm_l, 7.0),
        tilt=float(rng.normal(0, 4)),
        lean=float(rng.normal(0, 3)),
        nod=float(np.clip(rng.normal(0, 0.25), -0.7, 0.7)),
        shoulders=float(rng.normal(0, 2)),
    )


def _gesture(rng: np.random.Generator, pose: Pose) -> Pose:
    """Move the arms, or one of them."""
    aim = _posed(rng, pose)
    keep = rng.integers(3)
    if keep == 1:
        return replace(aim, arm_r=pose.arm_r)
    return replace(aim, arm_l=pose.arm_l) if keep == 2 else aim


def _step(rng: np.random.Generator, pose: Pose) -> Pose:
    """Set the feet anew and turn the body a little."""
    ready = list(POSES.values())[int(rng.integers(len(POSES)))]
    return replace(
        pose,
        yaw=pose.yaw + float(rng.uniform(-16, 16)),
        leg_r=_jittered(rng, ready.leg_r, 5.0),
        leg_l=_jittered(rng, ready.leg_l, 5.0),
        hips=float(rng.normal(0, 3)),
        shift=float(rng.normal(0, 4)),
        bob=float(rng.normal(0, 4)),
    )


def _head(rng: np.random.Generator, pose: Pose) -> Pose:
    """Look elsewhere."""
    turn = float(np.clip(pose.turn + rng.uniform(-40, 40), -60, 60))
    nod = float(np.clip(rng.normal(0, 0.4), -0.8, 0.8))
    return replace(pose, turn=turn, nod=nod, tilt=float(rng.normal(0, 7)))


def _crouch(rng: np.random.Generator, pose: Pose) -> Pose:
    """Go down into the knees and bow, or come up."""
    deep = float(rng.uniform(10, 55))
    leg = Limb(4, deep, 3, -0.8 * deep)
    return replace(
        pose,
        leg_r=_jittered(rng, leg, 4.0),
        leg_l=_jittered(rng, leg, 4.0),
        bend=float(rng.uniform(0, 0.7 * deep)),
        stretch=float(rng.uniform(0.93, 1.05)),
    )


def _gust(rng: np.random.Generator, pose: Pose) -> Pose:
    """Let the wind take hair and cloth."""
    return replace(pose, sway=float(rng.uniform(-16, 16)), lean=float(rng.normal(0, 2)))


_AIMS = {"gesture": _gesture, "step": _step, "head": _head, "crouch": _crouch, "gust": _gust}
