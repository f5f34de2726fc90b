"""Where a puppet stands, how it holds its limbs and what its face does: numbers that interpolate.

Angles are degrees. `yaw` 0 looks at the viewer, 90 to the viewer's right, 180 shows the back. A limb's `out`
lifts it sideways away from the body, `fwd` swings it to the front; 0/0 hangs straight down.
Left and right are the character's own: in the front view its right arm is on the viewer's left.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

T = TypeVar("T", "Limb", "Pose", "Expression")


@dataclass(frozen=True)
class Limb:
    """Directions of the two bones of an arm or a leg, degrees, and what its hand does.

    `hand_open`: below -0.25 a fist, up to 0.25 relaxed, up to 0.6 pointing, above it open.
    """

    upper_out: float = 0.0
    upper_fwd: float = 0.0
    lower_out: float = 0.0
    lower_fwd: float = 0.0
    hand_open: float = 0.0


@dataclass(frozen=True)
class Expression:
    """What the face does.

    Attributes:
        open_: how far the eyes are open, 0..1.2.
        joy: how far the lower lids come up and closed eyes bow upwards, 0..1.
        brow_lift: brows up (+) or down (-), units.
        brow_tilt: inner ends down (+, anger) or up (-, sorrow), degrees.
        mouth_width: units at a front view.
        mouth_open: height of the opening, units.
        mouth_curve: corners up (+) or down (-), units.
        iris: size of the iris, 1 = normal.
        gaze_x: eyes to the viewer's right (+), share of the eye's width.
        blush: whether the cheeks are drawn red (0 or 1 by rounding).
        mouth_skew: the viewer's right corner up and the left one down (+), units.
        wink: how far the character's left eye is shut, 0..1.
        tears, sweat: whether tears run, a drop stands on the temple (0 or 1 by rounding).
    """

    open_: float = 1.0
    joy: float = 0.0
    brow_lift: float = 0.0
    brow_tilt: float = 0.0
    mouth_width: float = 11.0
    mouth_open: float = 0.0
    mouth_curve: float = 0.6
    iris: float = 1.0
    gaze_x: float = 0.0
    blush: float = 0.0
    mouth_skew: float = 0.0
    wink: float = 0.0
    tears: float = 0.0
    sweat: float = 0.0


@dataclass(frozen=True)
class Pose:
    """The whole body.

    Attributes:
        yaw: direction of the body.
        turn: the head's yaw beyond the body's.
        tilt: roll of the head, clockwise on screen.
        nod: the head looks down (+) or up (-), -1..1.
        lean: roll of the upper body about the hips, clockwise on screen.
        bob: whole figure down (+), units.
        sway: how far loose hair and cloth trail to the viewer's right, units.
        bend: the upper body bows forward (+) or back (-) about the hips.
        hips: slant of the pelvis, the character's left hip up (+).
        shoulders: slant of the shoulders, the left one up (+).
        shift: how far the pelvis moves to the character's left, units.
        ground: 1 = the figure sinks or rises until its lowest part stands on the ground, 0 = not; a `bob`
            comes on top of it.
        stretch: the whole figure drawn this much taller and as much narrower about the ground; < 1 = squashed.
    """

    yaw: float = 0.0
    turn: float = 0.0
    tilt: float = 0.0
    nod: float = 0.0
    lean: float = 0.0
    bob: float = 0.0
    sway: float = 0.0
    bend: float = 0.0
    hips: float = 0.0
    shoulders: float = 0.0
    shift: float = 0.0
    ground: float = 1.0
    stretch: float = 1.0
    arm_r: Limb = Limb(11, 0, 4, 10)
    arm_l: Limb = Limb(11, 0, 4, 10)
    leg_r: Limb = Limb(2, 0, 0.5, 0)
    leg_l: Limb = Limb(2, 0, 0.5, 0)


VIEWS = {"front": 0.0, "three_quarter": 38.0, "side": 90.0, "back": 180.0}

EXPRESSIONS = {
    "neutral": Expression(),
    "smile": Expression(
        open_=0.95, joy=0.35, brow_lift=1.5, mouth_width=15, mouth_open=6.5, mouth_curve=3.2, blush=1
    ),
    "angry": Expression(
        open_=0.86, brow_tilt=17, brow_lift=-3.0, mouth_width=12, mouth_open=5.0, mouth_curve=-2.6, iris=0.93
    ),
    "surprised": Expression(open_=1.14, brow_lift=6, mouth_width=7, mouth_open=8, mouth_curve=0, iris=0.8),
    "sad": Expression(open_=0.78, brow_tilt=-15, brow_lift=0.5, mouth_width=9, mouth_curve=-1.8, gaze_x=0.03),
    "closed": Expression(open_=0.0, joy=0.0, mouth_curve=0.9),
    "laugh": Expression(
        open_=0.0, joy=1.0, brow_lift=3, mouth_width=16, mouth_open=9, mouth_curve=3.4, blush=1
    ),
    "pout": Expression(
        open_=0.82, brow_tilt=9, brow_lift=-1, mouth_width=7, mouth_curve=-2.6, gaze_x=0.09, blush=1
    ),
    "smirk": Expression(
        open_=0.72, joy=0.3, brow_tilt=7, brow_lift=1, mouth_width=13, mouth_curve=1.6, mouth_skew=1.7
    ),
    "determined": Expression(open_=0.92, brow_tilt=13, brow_lift=-2, mouth_width=10, mouth_curve=-0.6),
    "shout": Expression(
        open_=1.08, brow_tilt=15, brow_lift=-1, mouth_width=17, mouth_open=11, mouth_curve=-2.0, iris=0.86
    ),
    "worried": Expression(
        open_=0.96,
        brow_tilt=-12,
        brow_lift=2,
        mouth_width=11,
        mouth_open=2.2,
        mouth_curve=-1.2,
        iris=0.9,
        gaze_x=-0.06,
        sweat=1,
    ),
    "crying": Expression(
        open_=0.5,
        joy=0.4,
        brow_tilt=-18,
        brow_lift=2,
        mouth_width=12,
        mouth_open=5.5,
        mouth_curve=-2.2,
        tears=1,
    ),
    "wink": Expression(brow_lift=1.5, mouth_width=14, mouth_open=5, mouth_curve=3, blush=1, wink=1),
}

STANDING = Pose()
HAND_UP = replace(STANDING, arm_r=Limb(38, 8, 168, 0, 1.0), tilt=4.0, lean=1.0)
HANDS_ON_HIPS = replace(STANDING, arm_r=Limb(46, -6, -38, 12), arm_l=Limb(46, -6, -38, 12))
POINTING = replace(STANDING, arm_l=Limb(74, 14, 88, 12, 0.4), lean=2.0, tilt=2.0)
STRIDE = replace(
    STANDING,
    leg_r=Limb(3, 24, 2, 14),
    leg_l=Limb(3, -16, 2, -34),
    arm_r=Limb(10, -26, 5, -6),
    arm_l=Limb(10, 24, 5, 44),
    lean=1.5,
)
_HANG = Limb(11, 0, 4, 10)
_AKIMBO = Limb(46, -6, -38, 12)

POSES: dict[str, Pose] = {
    "standing": STANDING,
    "hand_up": HAND_UP,
    "hands_on_hips": HANDS_ON_HIPS,
    "pointing": POINTING,
    "stride": STRIDE,
    "contrapposto": Pose(
        hips=5, shoulders=-4, shift=7, tilt=-4, leg_l=Limb(-3, 0, -2, -1), leg_r=Limb(13, 9, 5, -4),
        arm_l=Limb(13, -2, 10, 14), arm_r=_AKIMBO,
    ),
    "relaxed": Pose(
        hips=-4, shoulders=3, shift=-6, tilt=3, leg_r=Limb(-3, 0, -2, -1), leg_l=Limb(11, 6, 6, -5),
        arm_r=Limb(10, -6, 4, 8), arm_l=Limb(13, 4, 3, 22),
    ),
    "sitting": Pose(
        leg_r=Limb(5, 84, 2, 4), leg_l=Limb(5, 84, 2, 4), arm_r=Limb(9, 16, -14, 58), arm_l=Limb(9, 16, -14, 58),
    ),
    "sitting_back": Pose(
        bend=-12, leg_r=Limb(8, 80, 3, 24), leg_l=Limb(6, 86, 0, 2), arm_r=Limb(18, -28, 12, -10),
        arm_l=Limb(18, -28, 12, -10), nod=-0.2,
    ),
    "kneeling": Pose(
        leg_r=Limb(7, 72, -2, -86), leg_l=Limb(7, 72, -2, -86), arm_r=Limb(8, 18, -12, 52),
        arm_l=Limb(8, 18, -12, 52),
    ),
    "crouching": Pose(
        bend=24, leg_r=Limb(14, 112, 4, -34), leg_l=Limb(14, 112, 4, -34), arm_r=Limb(16, 40, -16, 62),
        arm_l=Limb(16, 40, -16, 62),
    ),
    "squatting": Pose(
        bend=14, leg_r=Limb(24, 96, 6, -26), leg_l=Limb(24, 96, 6, -26), arm_r=Limb(14, 30, -8, 78, -1),
        arm_l=Limb(14, 30, -8, 78, -1),
    ),
    "running": Pose(
        bend=12, sway=-8, bob=-8, leg_r=Limb(2, 58, 2, -34), leg_l=Limb(2, -24, 2, -82),
        arm_r=Limb(12, -52, 4, 30, -1),
        arm_l=Limb(12, 34, -14, 112, -1),
    ),
    "dashing": Pose(
        bend=24, sway=-12, bob=-4, leg_r=Limb(2, 76, 2, -2), leg_l=Limb(2, -38, 2, -66),
        arm_r=Limb(14, -62, 6, -24, -1),
        arm_l=Limb(14, 48, -12, 96, -1), nod=-0.3,
    ),
    "walking": Pose(
        bend=3, leg_r=Limb(2, 18, 1, 8), leg_l=Limb(2, -12, 1, -30), arm_r=Limb(10, -18, 5, 2),
        arm_l=Limb(10, 18, 5, 34),
    ),
    "jumping": Pose(
        bob=-70, sway=4, leg_r=Limb(12, 62, 6, -58), leg_l=Limb(10, 14, 4, -70), arm_r=Limb(138, 0, 156, 0, 1),
        arm_l=Limb(138, 0, 156, 0, 1), nod=-0.3,
    ),
    "leaping": Pose(
        bob=-60, bend=10, sway=-6, leg_r=Limb(6, 66, 4, 36), leg_l=Limb(6, -44, 4, -74),
        arm_r=Limb(64, -24, 78, -10, 1),
        arm_l=Limb(56, 44, 70, 60, 1),
    ),
    "arms_crossed": Pose(
        arm_r=Limb(13, 26, -66, 118), arm_l=Limb(13, 34, -62, 132), leg_r=Limb(6, 0, 2, 0), leg_l=Limb(6, 0, 2, 0),
    ),
    "reaching": Pose(
        bend=12, arm_r=Limb(14, 82, 6, 88, 1), arm_l=Limb(16, -18, 8, 6), leg_r=Limb(4, 18, 2, 4),
        leg_l=Limb(4, -14, 2, -22),
    ),
    "reaching_up": Pose(
        arm_l=Limb(160, 8, 172, 0, 1), arm_r=Limb(12, -4, 6, 8), shoulders=7, tilt=-5, nod=-0.5,
        leg_r=Limb(3, 2, 1, -8),
    ),
    "bowing": Pose(bend=42, nod=0.6, arm_r=Limb(7, 26, -4, 34), arm_l=Limb(7, 26, -4, 34)),
    "waving": Pose(
        arm_l=Limb(78, 4, 150, 4, 1), arm_r=_HANG, tilt=-5, lean=-2, hips=-3, shift=-4, shoulders=4,
        leg_l=Limb(9, 4, 3, -3),
    ),
    "holding_bag": Pose(
        arm_r=Limb(12, 12, 26, 122, -1), arm_l=_HANG, tilt=3, hips=3, shift=4, leg_r=Limb(7, 5, 3, -4),
    ),
    "both_hands_front": Pose(arm_r=Limb(8, 12, -22, 34), arm_l=Limb(8, 12, -22, 34), tilt=2),
    "thinking": Pose(
        arm_l=Limb(10, 58, -32, 190, -1), arm_r=Limb(8, 24, -64, 112), tilt=5, nod=0.2, hips=-3, shift=-3,
    ),
    "hand_on_chest": Pose(arm_r=Limb(20, 22, -54, 138), tilt=3, nod=0.1),
    "hands_clasped": Pose(arm_r=Limb(14, 34, -34, 140, -1), arm_l=Limb(14, 34, -34, 140, -1), nod=0.1),
    "cheering": Pose(
        arm_r=Limb(150, 4, 172, 0, -1), arm_l=Limb(150, 4, 172, 0, -1), nod=-0.4, bend=-5, leg_r=Limb(8, 0, 3, 0),
    ),
    "shrug": Pose(arm_r=Limb(24, 8, 62, 62, 1), arm_l=Limb(24, 8, 62, 62, 1), tilt=7, shoulders=2),
    "arms_wide": Pose(
        arm_r=Limb(80, 6, 84, 10, 1), arm_l=Limb(80, 6, 84, 10, 1), leg_r=Limb(8, 0, 3, 0), leg_l=Limb(8, 0, 3, 0),
    ),
    "salute": Pose(arm_r=Limb(72, 22, -52, 162), nod=-0.1),
    "kick": Pose(
        bend=-16, leg_r=Limb(6, 86, 4, 80), leg_l=Limb(3, -6, 1, -10), arm_r=Limb(36, -24, 18, 24, -1),
        arm_l=Limb(30, 44, -20, 118, -1),
    ),
    "side_kick": Pose(
        lean=-18, leg_l=Limb(74, 10, 80, 6), leg_r=Limb(4, 4, 0, -6), arm_r=Limb(28, 34, -30, 120, -1),
        arm_l=Limb(46, 16, 30, 40, -1),
    ),
    "fighting": Pose(
        bend=10, leg_r=Limb(16, -8, 8, -26), leg_l=Limb(14, 30, 4, -4), arm_r=Limb(22, 18, -18, 136, -1),
        arm_l=Limb(18, 48, -16, 124, -1), nod=0.2,
    ),
    "lunging": Pose(
        bend=16, leg_r=Limb(6, 68, 3, 2), leg_l=Limb(6, -44, 3, -56), arm_r=Limb(16, -30, 8, 6, -1),
        arm_l=Limb(12, 84, 2, 90, 0.4),
    ),
    "hands_on_knees": Pose(
        bend=46, nod=-0.2, leg_r=Limb(7, 28, 3, -14), leg_l=Limb(7, 28, 3, -14), arm_r=Limb(13, 36, -4, 30),
        arm_l=Limb(13, 36, -4, 30),
    ),
    "hands_behind": Pose(arm_r=Limb(14, -20, -30, -44), arm_l=Limb(14, -20, -30, -44), tilt=-4, bend=-2),
    "looking_back": Pose(yaw=146, turn=-92, tilt=4, lean=2, arm_r=Limb(14, -4, 6, 12), arm_l=Limb(10, 6, 4, 20)),
    "looking_up": Pose(nod=-0.9, bend=-6, tilt=3, arm_r=Limb(10, -6, 4, 4), arm_l=Limb(10, -6, 4, 4)),
    "slumped": Pose(
        bend=16, nod=0.8, arm_r=Limb(6, 12, 2, 14), arm_l=Limb(6, 12, 2, 14), leg_r=Limb(3, 6, 1, -6),
        leg_l=Limb(3, 6, 1, -6),
    ),
    "tiptoe": Pose(
        bend=4, arm_r=Limb(28, -10, 34, 0), arm_l=Limb(28, -10, 34, 0), leg_r=Limb(1, -4, 1, -12),
        leg_l=Limb(1, 8, 1, -4),
    ),
}  # fmt: skip


def mirrored(pose: Pose) -> Pose:
    """Return the pose with left and right exchanged, as a mirror shows it."""
    return replace(
        pose, yaw=-pose.yaw, turn=-pose.turn, tilt=-pose.tilt, lean=-pose.lean, sway=-pose.sway, hips=-pose.hips,
        shoulders=-pose.shoulders, shift=-pose.shift, arm_r=pose.arm_l, arm_l=pose.arm_r, leg_r=pose.leg_l,
        leg_l=pose.leg_r,
    )  # fmt: skip


def random_pose(rng: np.random.Generator, reach: float = 1.0) -> Pose:
    """Return a natural pose: one of POSES, mirrored or not, part of the way from standing, with its own slant.

    Args:
        rng: decides.
        reach: 0 = standing, 1 = anything.
    """
    names = list(POSES)
    pose = POSES[names[int(rng.integers(len(names)))]]
    if rng.random() < 0.5:
        pose = mirrored(pose)
    pose = between(STANDING, pose, float(reach * rng.uniform(0.75, 1.0)))

    def loose(limb: Limb, spread: float) -> Limb:
        a, b, c, d = (rng.normal(0, spread, 4) * reach).tolist()
        return replace(limb, upper_out=limb.upper_out + a * 0.6, upper_fwd=limb.upper_fwd + b,
                       lower_out=limb.lower_out + c * 0.6, lower_fwd=limb.lower_fwd + d)  # fmt: skip

    views = (0.0, 0.0, 20.0, -20.0, 38.0, -38.0, 60.0, -60.0, 90.0, -90.0, 140.0, 180.0)
    yaw = views[int(rng.integers(len(views)))] + float(rng.normal(0, 6))
    if reach < 0.3:
        yaw = float(rng.normal(0, 12))
    return replace(
        pose,
        yaw=(pose.yaw + yaw * min(1.0, reach * 1.5) + 180) % 360 - 180,
        turn=pose.turn + float(rng.normal(0, 14)) * reach, tilt=pose.tilt + float(rng.normal(0, 4)) * reach,
        nod=float(np.clip(pose.nod + rng.normal(0, 0.2) * reach, -1, 1)),
        lean=pose.lean + float(rng.normal(0, 1.5)) * reach, sway=pose.sway + float(rng.normal(0, 5)) * reach,
        arm_r=loose(pose.arm_r, 6), arm_l=loose(pose.arm_l, 6), leg_r=loose(pose.leg_r, 3), leg_l=loose(pose.leg_l, 3),
    )  # fmt: skip


def between(a: T, b: T, t: float) -> T:
    """Return the state a share t of the way from a to b; every number moves in a straight line."""
    mixed = {}
    for item in fields(a):
        x, y = getattr(a, item.name), getattr(b, item.name)
        mixed[item.name] = between(x, y, t) if isinstance(x, Limb) else x + (y - x) * t
    return replace(a, **mixed)


def eased(t: float) -> float:
    """Return t with a slow start and a slow end, as a limb moves."""
    return t * t * (3 - 2 * t)
