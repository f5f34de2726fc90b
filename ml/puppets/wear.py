"""What every garment is drawn with: the wearer, patches and seams on the trunk, and cloth that hangs from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ml.puppets.curves import Pairs, Points, columns, ramp, smooth
from ml.puppets.design import Costume, Design
from ml.puppets.figure import Figure
from ml.puppets.garments import Cut, cut_of
from ml.puppets.limbs import jointed
from ml.puppets.skeleton import Skeleton

Spots = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Wear:
    """One figure being dressed."""

    figure: Figure
    skeleton: Skeleton
    design: Design

    @property
    def costume(self) -> Costume:
        """What is worn."""
        return self.design.costume

    @cached_property
    def cut(self) -> Cut:
        """How the top is cut."""
        return cut_of(self.costume)

    @property
    def trim(self) -> bool:
        """Whether cuffs and edges have a paint of their own."""
        return "trim" in self.costume.materials

    @property
    def away(self) -> bool:
        """Whether more of the back than of the front is seen."""
        return self.skeleton.cosine < 0

    def folds(self, count: int) -> int:
        """Return how many of `count` folds the style draws."""
        return round(count * min(1.0, self.design.style.fold))

    def patch(
        self,
        part: str,
        spots: Spots,
        grow: float = 4.0,
        *,
        width: float = 1.0,
        shade: tuple[float, float] | None = None,
        open_top: bool = False,
        role: str = "",
    ) -> None:
        """Draw a shape given by (across in degrees, share of height) on the trunk if it can be seen.

        With `open_top` the edge from the first to the second point is not inked.
        """
        sk = self.skeleton
        heights = [(t, sk.y(s)) for t, s in spots]
        points, depth = sk.laid(heights, grow)
        if depth.sum() > 1.5 * len(depth):
            lines = ((1, 0),) if open_top else ()
            self.figure.fill(part, sk.upper(points), width=width, shade=shade, lines=lines, role=role)

    def seam(
        self, part: str, spots: Spots, grow: float = 3.0, *, width: float = 0.9, role: str = "seam"
    ) -> None:
        """Draw a line through (across, share) on the trunk if its middle can be seen."""
        sk = self.skeleton
        heights = [(t, sk.y(s)) for t, s in spots]
        # never farther out than the cloth, or the line would stand off its edge
        grow = min(grow, self.cut.grow)
        if sk.on_front(*heights[len(heights) // 2], grow)[2] > 2.0:
            line = smooth(sk.wrap(heights, grow), closed=False, samples=5)
            self.figure.stroke(part, line, width, role=role)

    def badge(
        self,
        part: str,
        shape: Pairs,
        share: float,
        across: float = 0.0,
        *,
        grow: float = 4.0,
        width: float = 0.8,
        shade: tuple[float, float] | None = None,
        role: str = "",
    ) -> None:
        """Draw a small flat shape at a place of the trunk, squeezed by the view; nothing if out of sight."""
        sk = self.skeleton
        x, y, depth = sk.on_front(across, sk.y(share), grow)
        squeeze = float(np.cos(np.deg2rad(sk.yaw + across)))
        if depth < -2 or squeeze < 0.05:
            return
        placed = sk.upper(np.asarray(shape, dtype=np.float64) * (max(0.4, squeeze), 1) + (x, y))
        self.figure.fill(part, placed, width=width, shade=shade, role=role)

    def ring(self, top: float, low: float, sag: float = 0.008) -> list[tuple[float, float]]:
        """Return the spots of a band round the trunk, as far as it can be seen, between two shares."""
        view = np.linspace(-88, 88, 9)
        sags = (sag * np.cos(np.deg2rad(view))).tolist()
        across = (view - self.skeleton.yaw).tolist()
        upper = [(a, top - b) for a, b in zip(across, sags, strict=True)]
        lower = [(a, low - b) for a, b in zip(across, sags, strict=True)]
        return [*upper, *lower[::-1]]


def trunk_sides(
    skeleton: Skeleton, top: float, hem: float, grow: float, flare: float = 0.0, rows: int = 16
) -> tuple[Points, Points]:
    """Return left and right side of cloth round the trunk between two heights (shares), (61, 2) each, top first."""
    y = skeleton.y(top) + (skeleton.y(hem) - skeleton.y(top)) * ramp(rows) ** 1.5
    centre, half = skeleton.extent(y, grow)
    below = np.minimum(np.maximum((y - skeleton.waist_y) / max(1.0, y[-1] - skeleton.waist_y), 0), 1)
    half = half + flare * below**1.4
    sides = np.concatenate([columns(centre - half, y), columns(centre + half, y)])
    sides = skeleton.upper(sides)
    left, right = (smooth(side, closed=False, samples=4) for side in (sides[:rows], sides[rows:]))
    return left, right


def bowed(a: np.ndarray, b: np.ndarray, bow: float, count: int = 9) -> Points:
    """Return points between a and b, without them, that bow down by `bow` units in the middle."""
    t = ramp(count)[1:-1, None]
    return np.asarray(a * (1 - t) + b * t + t * (1 - t) * (0.0, bow * 4))


class Drape:
    """Cloth that hangs from the trunk over both legs: it follows thighs and shins and swings with the sway."""

    def __init__(
        self, skeleton: Skeleton, length: float, flare: float, grow: float, *, tight: bool = False
    ) -> None:
        """Lay the cloth down to a share of the legs' length; `tight` keeps it close to the legs."""
        sk = skeleton
        right, left = sk.leg(-1.0).joints, sk.leg(1.0).joints
        rows = np.linspace(0.765, 0.64, 11) * sk.chin
        centre, half = sk.extent(rows, grow)
        top = sk.upper(columns(centre, rows))[0]
        middle = (right + left) / 2
        swing = sk.pose.sway * np.array([[0.25], [0.8]]) * (1.0, 0.0)
        joints = np.concatenate([top[None], middle[:1] + np.array((centre[-1], 0.0)), middle[1:] + swing])
        # knees drawn up before the trunk: cloth still hangs, or it would cross itself
        joints[2, 1] = max(joints[2, 1], joints[1, 1] + 8.0 - abs(joints[2, 0] - joints[1, 0]))
        thigh = joints[2] - joints[1]
        # over raised thighs cloth lies close
        flare *= 0.35 + 0.65 * max(0.0, float(thigh[1]) / max(float(np.hypot(*thigh)), 1.0))
        u = ramp(21)
        loose = half[-1] + flare * np.minimum(u / max(length, 0.1), 1) ** 0.8
        legs = np.interp(u, (0, 0.5, 1), self._apart(right, left))
        legs = legs + np.interp(u, (0, 0.5, 1), (15.0, 15.5, 12.5)) * sk.build.limb + grow
        below = np.maximum(np.interp(u, (0, 0.2, 1), (half[-1], legs[4], 0.0)) if tight else loose, legs)
        wide = np.concatenate([half, below[1:]])
        self.left, self.right = jointed(joints, wide, wide)
        self.length = length

    @staticmethod
    def _apart(right: Points, left: Points) -> np.ndarray:
        """Return half the distance of the two legs across their way at hip, knee and ankle, (3,)."""
        middle = (right + left) / 2
        way = middle[1:] - middle[:-1] + (0.0, 0.4)
        normal = columns(-way[:, 1], way[:, 0]) / np.hypot(way[:, 0], way[:, 1])[:, None]
        return np.abs(((left - right) / 2 * normal[[0, 0, 1]]).sum(axis=1))

    def at(self, angle: np.ndarray, down: np.ndarray, bow: float = 6.0) -> Points:
        """Return points of the cloth: angle -90 = the viewer's left edge, 90 = its right; down 0 = waist, 1 = hem."""
        row = np.minimum(np.maximum(down * (10 + 20 * self.length), 0), 29.999)
        k = row.astype(int)
        part = (row - k)[:, None]
        left = self.left[k] * (1 - part) + self.left[k + 1] * part
        right = self.right[k] * (1 - part) + self.right[k + 1] * part
        turn = np.deg2rad(angle)
        across = right - left
        long = np.maximum(np.hypot(across[:, :1], across[:, 1:]), 1e-6)
        ahead = columns(-across[:, 1], across[:, 0]) / long
        bows = (bow * down * np.cos(turn))[:, None]
        return np.asarray(left + across * ((1 + np.sin(turn)) / 2)[:, None] + ahead * bows)

    def wedge(self, angle: float, start: float, width: float, count: int = 12) -> Points:
        """Return a sliver of shadow beside a line down to the hem that gets `width` degrees wide."""
        down = start + (0.985 - start) * ramp(count)
        wide = np.minimum(angle + width * ramp(count), 90.0)
        return np.concatenate([self.at(np.full(count, angle), down), self.at(wide, down)[::-1]])

    def edge(self, angle: float, start: float, stop: float, count: int = 12) -> Points:
        """Return a line down the cloth at one angle."""
        return self.at(np.full(count, angle), start + (stop - start) * ramp(count))
