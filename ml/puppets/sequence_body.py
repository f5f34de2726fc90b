"""Ready sequences of the whole body: walk, run, jump, bow, sitting down, bouncing."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict, Unpack

from ml.puppets.motion import Key
from ml.puppets.pose import EXPRESSIONS, STANDING, STRIDE, Limb, Pose

Script = tuple[str, tuple[Key, ...], tuple[int, ...], bool]


class _Changes(TypedDict, total=False):
    """What a key may change of a pose; see `Pose`."""

    turn: float
    tilt: float
    nod: float
    lean: float
    bob: float
    sway: float
    bend: float
    shift: float
    stretch: float
    arm_r: Limb
    arm_l: Limb
    leg_r: Limb
    leg_l: Limb


def at(yaw: float, pose: Pose = STANDING, **changes: Unpack[_Changes]) -> Pose:
    """Return a pose turned to a yaw, with some numbers changed."""
    return replace(pose, yaw=pose.yaw + yaw, **changes)


def swapped(pose: Pose) -> Pose:
    """Return the pose of the other step: right and left limbs changed, loose things trail the other way."""
    return replace(
        pose, leg_r=pose.leg_l, leg_l=pose.leg_r, arm_r=pose.arm_l, arm_l=pose.arm_r, sway=-pose.sway
    )


def _both(
    pose: Pose, *, arm: Limb | None = None, leg: Limb | None = None, **changes: Unpack[_Changes]
) -> Pose:
    """Return a pose with the same limbs on both sides."""
    pose = replace(pose, **changes)
    pose = replace(pose, arm_r=arm, arm_l=arm) if arm else pose
    return replace(pose, leg_r=leg, leg_l=leg) if leg else pose


def _walk(yaw: float) -> Script:
    e = EXPRESSIONS["neutral"]
    a = at(yaw, STRIDE, bob=5.0, sway=3.0)
    mid = at(yaw)
    keys = (Key(0, a, e), Key(3, mid, e), Key(6, swapped(a), e), Key(9, mid, e), Key(12, a, e))
    return "walk", keys, (4,), False


def _cycle(steps: tuple[Pose, ...], gap: int) -> tuple[Key, ...]:
    """Return the keys of a cycle: the poses of one step, the same for the other, and the first again."""
    poses = [*steps, *(swapped(pose) for pose in steps), steps[0]]
    return tuple(Key(gap * k, pose, EXPRESSIONS["neutral"], "even") for k, pose in enumerate(poses))


def _walk_cycle(yaw: float) -> Script:
    """Walk by contact, down, passing and up; the foot that carries stays flat, the other one bends."""
    contact = at(yaw, STRIDE, sway=2.0)
    down = replace(contact, bob=3.0, leg_r=Limb(3, 24, 2, -2), leg_l=Limb(3, -12, 2, -48), sway=3.0,
                   arm_r=Limb(10, -28, 5, -6), arm_l=Limb(10, 28, 5, 50))  # fmt: skip
    passing = replace(contact, leg_r=Limb(3, 2, 2, -2), leg_l=Limb(3, 16, 2, -52), sway=0.0,
                      arm_r=Limb(10, -4, 4, 8), arm_l=Limb(10, 2, 4, 16))  # fmt: skip
    up = replace(contact, bob=-3.0, leg_r=Limb(3, -10, 2, -14), leg_l=Limb(3, 30, 2, -10), sway=-1.5,
                 arm_r=Limb(10, 14, 5, 30), arm_l=Limb(10, -16, 5, 0))  # fmt: skip
    return "walk_cycle", _cycle((contact, down, passing, up), 3), (5,), False


def _run_cycle(yaw: float) -> Script:
    """Run: push off, fly, land and pass; elbows bent, the body leans into it."""
    side = 1.0 if yaw >= 0 else -1.0
    push = at(yaw, lean=7.0 * side, bend=6.0, bob=-4.0, sway=-6.0 * side,
              leg_r=Limb(2, 62, 1, -18), leg_l=Limb(2, -28, 1, -42),
              arm_r=Limb(14, -52, 8, 26), arm_l=Limb(12, 42, -12, 118))  # fmt: skip
    fly = replace(push, bob=-22.0, leg_r=Limb(2, 48, 1, 14), leg_l=Limb(2, -36, 1, -78), sway=-9.0 * side)
    land = replace(push, bob=2.0, leg_r=Limb(2, 34, 1, 8), leg_l=Limb(2, -14, 1, -104), sway=-4.0 * side,
                   arm_r=Limb(14, -20, 8, 50), arm_l=Limb(12, 12, -10, 92))  # fmt: skip
    passing = replace(push, bob=5.0, leg_r=Limb(2, 10, 1, -18), leg_l=Limb(2, 22, 1, -96), sway=-2.0 * side,
                      arm_r=Limb(14, 10, 0, 80), arm_l=Limb(12, -18, 0, 60))  # fmt: skip
    steps = (push, fly, land, passing)
    keys = _cycle(steps, 2)
    # swapping turns the trailing round with the sides, but the wind of a run keeps its direction
    same = tuple(replace(k, pose=replace(k.pose, sway=-abs(k.pose.sway) * side)) for k in keys)
    return "run_cycle", same, (), False


def _jump(yaw: float) -> Script:
    """Crouch, stretch off the ground, hang, land squashed and come up."""
    e = EXPRESSIONS
    stand = at(yaw)
    crouch = _both(
        stand, arm=Limb(16, -48, 8, -38), leg=Limb(4, 52, 3, -42), bend=26.0, nod=0.3, stretch=0.97
    )
    off = _both(stand, arm=Limb(24, 150, 14, 165), leg=Limb(3, -4, 2, -10), bend=-3.0, bob=-8.0, stretch=1.05)
    top = _both(stand, arm=Limb(40, 120, 30, 150), leg=Limb(5, 40, 4, -50), bob=-120.0, sway=2.0, bend=6.0)
    falls = _both(stand, arm=Limb(62, 70, 50, 110), leg=Limb(4, 12, 3, -4), bob=-50.0, stretch=1.04)
    lands = _both(stand, arm=Limb(20, 10, 10, 40), leg=Limb(5, 58, 4, -46), bend=30.0, nod=0.4, stretch=0.94)
    keys = (
        Key(0, stand, e["neutral"]),
        Key(5, crouch, e["determined"], "both"),
        Key(8, crouch, e["determined"]),
        Key(10, off, e["shout"], "out"),
        Key(14, top, e["laugh"], "in"),
        Key(17, falls, e["laugh"], "out"),
        Key(19, lands, e["closed"], "even"),
        Key(21, lands, e["closed"]),
        Key(26, replace(stand, stretch=1.01), e["smile"], "halves"),
        Key(28, stand, e["smile"]),
    )
    return "jump", keys, (), False


def _bow(yaw: float) -> Script:
    e = EXPRESSIONS
    back = at(yaw, bend=-4.0, nod=-0.2)
    low = at(yaw, bend=46.0, nod=0.6, sway=1.0)
    keys = (
        Key(0, at(yaw), e["neutral"]),
        Key(3, back, e["neutral"]),
        Key(10, low, e["closed"], "both"),
        Key(16, low, e["closed"]),
        Key(23, replace(back, bend=-2.0), e["smile"], "both"),
        Key(26, at(yaw), e["smile"]),
    )
    return "bow", keys, (), False


def _sit_down(yaw: float) -> Script:
    """Sit down on something as high as a knee."""
    e = EXPRESSIONS
    reach = _both(at(yaw), leg=Limb(4, 36, 2, -14), arm=Limb(12, 22, 4, 40), bend=24.0, nod=0.4)
    seated = _both(at(yaw), leg=Limb(5, 84, 3, -2), arm=Limb(12, 26, -6, 62), bend=2.0)
    settle = replace(seated, bend=7.0, bob=3.0, nod=0.2)
    keys = (
        Key(0, at(yaw), e["neutral"]),
        Key(5, reach, e["neutral"], "out"),
        Key(11, settle, e["closed"], "in"),
        Key(14, seated, e["neutral"]),
        Key(20, seated, e["smile"]),
    )
    return "sit_down", keys, (8,), False


def _bounce(yaw: float) -> Script:
    """Squash and stretch the whole figure on the spot, more and more weakly."""
    e = EXPRESSIONS
    stretches = (1.0, 0.86, 1.12, 0.92, 1.05, 0.98, 1.0)
    keys = tuple(
        Key(4 * k, at(yaw, stretch=s, bob=-30.0 * max(0.0, s - 1.02)), e["laugh"] if k else e["neutral"])
        for k, s in enumerate(stretches)
    )
    return "bounce", keys, (), False


BODY_SCRIPTS = {
    "walk": _walk,
    "walk_cycle": _walk_cycle,
    "run_cycle": _run_cycle,
    "jump": _jump,
    "bow": _bow,
    "sit_down": _sit_down,
    "bounce": _bounce,
}
