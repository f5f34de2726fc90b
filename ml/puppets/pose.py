"""Where a puppet stands, how it holds its limbs and what its face does: numbers that interpolate.

Angles are degrees. `yaw` 0 looks at the viewer, 90 to the viewer's right, 180 shows the back. A limb's `out`
lifts it sideways away from the body, `fwd` swings it to the front; 0/0 hangs straight down.
Left and right are the character's own: in the front view its right arm is on the viewer's left.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

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
POSES = {
    "standing": STANDING,
    "hand_up": HAND_UP,
    "hands_on_hips": HANDS_ON_HIPS,
    "pointing": POINTING,
    "stride": STRIDE,
}


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
