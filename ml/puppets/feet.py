"""Feet and shoes, at the end of a leg, for any view."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from ml.puppets.curves import Points, columns, mirrored, ramp, smooth, turned
from ml.puppets.figure import Figure
from ml.puppets.skeleton import NEARER, Chain, Skeleton

SHADE = (-2.8, -1.2)

# Foot space: origin at the ankle, looking to the viewer's right; front, three-quarter and side.
_FOOT_XY = (
    "-7.4 -7  -8 3  -9.6 12  -11.8 19  -12.4 25  -9.4 28.6  0 29.4  9.4 28.6  12.4 25  11.8 19  9.6 12  8 3  7.4 -7",
    "-7.8 -7  -8.6 4  -10.6 13  -12.4 20  -12.4 26  -8 28.2  3 29.0  14 29.6  21.8 28.6  23.4 24.4  18.8 17.6  10.6 8.6"
    "  8.0 -7",
    "-7.8 -7  -9.0 5  -12.2 14  -13.6 21  -13.2 26.8  -8 28.2  5 28.0  20 28.6  31 28.2  33.4 24.6  28.4 18.4  12.6 9"
    "  8.4 -7",
)
_FOOT = np.array([[float(v) for v in row.split()] for row in _FOOT_XY]).reshape(3, -1, 2)
_VIEW_AT = (0.0, 38.0, 90.0)


@lru_cache(maxsize=256)
def _shape(yaw: float) -> np.ndarray:
    """Return the 13 control points of a foot at a yaw in -180..180."""
    a = abs(yaw)
    back = a > 90
    if back:
        a = 180 - a
    step = int(a > 38)
    t = (a - _VIEW_AT[step]) / (_VIEW_AT[step + 1] - _VIEW_AT[step])
    points = _FOOT[step] * (1 - t) + _FOOT[step + 1] * t
    if back:
        # from behind the toes are hidden and the heel is narrow
        points = points * (0.84, 0.95) if a < 60 else points
    return points if yaw >= 0 else mirrored(points)[::-1]


class Foot:
    """One foot in place: takes points of foot space to the figure.

    Attributes:
        yaw: direction of the foot on the picture, degrees.
        outline: (N, 2) closed outline of the foot or its shoe.
    """

    def __init__(self, skeleton: Skeleton, chain: Chain) -> None:
        build = skeleton.build
        self.yaw = (skeleton.yaw + chain.side * 13 + 180) % 360 - 180
        self._ankle = chain.joints[2]
        shin = math.degrees(math.atan2(chain.reach[0], chain.reach[1]))
        lifted = float(min(max((skeleton.above_ground(chain) - 3.0) / 24.0, 0.0), 1.0))
        # a foot that is swung back points its toes
        limb = skeleton.pose.leg_r if chain.side < 0 else skeleton.pose.leg_l
        pointed = 48.0 * skeleton.sine * lifted * min(max(-limb.lower_fwd / 60, 0.0), 1.0)
        self._turn = pointed - shin * 0.9 * max(lifted, min(max((abs(shin) - 50) / 30, 0.0), 1.0))
        near = 1.0 + NEARER * chain.end_depth
        self._size = np.array([0.5 + 0.5 * build.limb, 1.0]) * build.foot * near
        self.outline = self.at(smooth(_shape(self.yaw), (0, 12), samples=6))

    def at(self, points: Points) -> Points:
        """Return points of foot space in the figure's space."""
        return turned(np.asarray(points) * self._size, self._turn) + self._ankle

    def line(self, height: float, bow: float = 0.0) -> Points:
        """Return a line round the shoe at a height of foot space, from edge to edge."""
        shape = _shape(self.yaw)
        left, right = shape[:6], shape[7:][::-1]
        a, b = (float(np.interp(height, side[:, 1], side[:, 0])) for side in (left, right))
        t = ramp(9)
        return self.at(columns(a + (b - a) * t, height + bow * 4 * t * (1 - t)))


def foot_of(skeleton: Skeleton, chain: Chain) -> Foot:
    """Return the foot at the end of a leg, the same one for every garment."""
    known: Foot | None = skeleton.feet.get(chain.side)
    if known is None:
        known = skeleton.feet[chain.side] = Foot(skeleton, chain)
    return known


def sink(skeleton: Skeleton) -> float:
    """Return how far down (+) the whole figure is drawn, units: its bob, and what brings it to the ground."""
    pose, limb = skeleton.pose, skeleton.build.limb
    lowest = skeleton.y(0.585)
    for side in (-1.0, 1.0):
        leg = skeleton.leg(side)
        knee = float(leg.joints[1][1]) + 11.0 * limb
        lowest = max(lowest, knee, float(foot_of(skeleton, leg).outline[:, 1].max()) - 1.0)
    return pose.bob - pose.ground * lowest


def draw_shoe(figure: Figure, foot: Foot, part: str, kind: str, *, trim: str) -> None:
    """Draw a shoe: "low" (a loafer), "sneaker" or "sandal" (straps over the bare foot below it).

    Args:
        figure: the drawing.
        foot: where the shoe is.
        part: part of the shoe.
        kind: one of design.SHOES.
        trim: part that the sneaker's sole is painted with; "" = the shoe's own shadow.
    """
    if kind == "sandal":
        _sandal(figure, foot, part)
        return
    outline = foot.outline
    figure.fill(part, outline, shade=SHADE)
    front = abs(foot.yaw) < 100
    if kind == "sneaker":
        sole = np.concatenate([foot.line(24.6), foot.line(34.0)[::-1]])
        figure.fill(trim or part, sole, "normal" if trim else "shadow", width=0, clip=(outline,), role="sole")
        figure.stroke(part, foot.line(24.6), 0.8)
        if front:
            figure.stroke(part, foot.line(17.5, 3.0), 0.8, clip=(outline,), role="toe_cap")
            for height in (4.0, 8.5, 13.0):
                figure.stroke(part, foot.line(height, 1.6)[2:7], 0.7, clip=(outline,), role="lace")
    else:
        figure.stroke(part, foot.line(25.2), 0.8)
        if front:
            figure.stroke(part, foot.line(8.0, 5.5), 0.8, clip=(outline,), role="mouth")


def _sandal(figure: Figure, foot: Foot, part: str) -> None:
    """Draw sole and straps; the foot itself is drawn before, bare or in a sock."""
    outline = foot.outline
    sole = np.concatenate([foot.line(25.4), foot.line(34.0)[::-1]])
    figure.fill(part, sole, width=0, clip=(outline,), role="sole")
    figure.stroke(part, foot.line(25.4), 0.8)
    if abs(foot.yaw) < 100:
        strap = np.concatenate([foot.line(15.0, 2.0), foot.line(20.5, 2.5)[::-1]])
        figure.fill(part, strap, width=0.8, clip=(outline,), role="strap")
    band = np.concatenate([foot.line(3.0, 1.5), foot.line(7.0, 1.5)[::-1]])
    figure.fill(part, band, width=0.8, clip=(outline,), role="band")
