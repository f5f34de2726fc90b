"""Where the joints of a puppet lie on the picture for a build and a pose.

World space: x right, y down, ground at y = 0, 100 units = one head; depth grows towards the viewer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.puppets.curves import Pairs, Points, columns, turned
from ml.puppets.design import Build
from ml.puppets.pose import Limb, Pose
from ml.puppets.trunk import ROWS as _ROWS
from ml.puppets.trunk import section_rows, sections

ANKLE = 28.0  # height of the ankle above the sole, units of a foot of size 1
LIMB_TILT = 0.13  # how far a limb that comes nearer sinks on the picture, share of its depth
NEARER = 0.0011  # how much larger a limb is drawn per unit of depth towards the viewer


@dataclass(frozen=True)
class Chain:
    """A limb on the picture.

    Attributes:
        kind: "arm" or "leg".
        side: -1 = the character's right, 1 = its left.
        joints: (3, 2) root, middle and end.
        depth: of the middle, towards the viewer.
        end_depth: of the end.
        reach: direction of the last bone on the picture, not normalised.
        drop: how far the end lies below the root in the body's own space, units.
        pitch: direction of the last bone in the body's own space, 0 = straight down, 90 = level.
    """

    kind: str
    side: float
    joints: Points
    depth: float
    end_depth: float
    reach: tuple[float, float]
    drop: float
    pitch: float


class Skeleton:
    """Joints and cross-sections of one pose."""

    def __init__(self, build: Build, pose: Pose) -> None:
        self.build = build
        self.pose = pose
        self.chin = -(build.heads_tall - 1) * 100.0
        self.yaw = pose.yaw
        self.sine, self.cosine = math.sin(math.radians(pose.yaw)), math.cos(math.radians(pose.yaw))
        self._chains: dict[tuple[str, float], Chain] = {}
        self.widths: dict[
            tuple[str, float], tuple[np.ndarray, np.ndarray]
        ] = {}  # of limbs, see limbs.half_widths
        self.feet: dict[float, Any] = {}  # the Foot of each side, see feet.foot_of
        c = self.chin
        rows = sections(build)
        self._table = rows[:, 1:]
        self._rows = section_rows(build)
        self._top, self._per_unit = rows[0, 0] * c, (_ROWS - 1) / ((rows[-1, 0] - rows[0, 0]) * c)
        self.hip_y = 0.655 * c
        self.waist_y = 0.765 * c
        self.lean = pose.lean + pose.bend * self.sine
        self._fore = math.cos(math.radians(pose.bend * self.cosine))
        self._hips = math.tan(math.radians(pose.hips)) * self.cosine
        self._shoulders = math.tan(math.radians(pose.shoulders)) * self.cosine
        self._straight = self._fore == 1.0 and not (pose.hips or pose.shoulders or pose.shift)

    def y(self, share: float) -> float:
        """Return the height at a share of the way from the ground to the chin."""
        return share * self.chin

    def upper(self, points: Points) -> Points:
        """Return points of the upper body bent and leant about the hips, its hips and shoulders slanted."""
        if self._straight:
            return turned(points, self.lean, (0.0, self.hip_y))
        x, y = points[:, 0], points[:, 1]
        up = np.minimum(np.maximum((self.hip_y - y) / (0.25 * -self.chin), 0.0), 1.0)
        slant = self._hips + (self._shoulders - self._hips) * up
        above = np.minimum(y - self.hip_y, 0.0)
        squeezed = columns(x, y + above * (self._fore - 1.0) - x * slant)
        moved = turned(squeezed, self.lean, (0.0, self.hip_y))
        moved[:, 0] += self.pose.shift * self.cosine * (1.0 - up * up * (3 - 2 * up))
        return moved

    def upper_y(self, share: float) -> float:
        """Return the height on the picture of a share of the chin's height, on the bent trunk's middle line."""
        return float(self.upper(np.array([[0.0, self.y(share)]]))[0][1])

    def _girth(self, y: np.ndarray, grow: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return half width and reach to the front and the back at heights y."""
        row = np.minimum(np.maximum((y - self._top) * self._per_unit, 0), _ROWS - 1.001)
        k = row.astype(int)
        wide, front, back = (
            self._table[k] + (self._table[k + 1] - self._table[k]) * (row - k)[:, None] + grow
        ).T
        return wide, front, back

    def extent(self, y: np.ndarray, grow: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Return (centre_x, half_width) of the torso on the picture at heights y, cloth `grow` units thick."""
        return self._outer(*self._girth(y, grow))

    def _outer(self, wide: np.ndarray, front: np.ndarray, back: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (centre_x, half_width) on the picture of cross-sections."""
        a = wide * self.cosine
        if self.sine < 0:
            front, back = back, front
        right, left = np.hypot(a, front * self.sine), np.hypot(a, back * self.sine)
        return (right - left) / 2, (right + left) / 2

    def on_front(self, across: float, y: float, grow: float = 0.0) -> tuple[float, float, float]:
        """Return (x, y, depth) of a point on the torso; `across` -90 = right side, 0 = front, 180 = back."""
        row = min(max((y - self._top) * self._per_unit, 0.0), _ROWS - 1.001)
        k = int(row)
        above, below = self._rows[k], self._rows[k + 1]
        wide, front, back = (a + (b - a) * (row - k) + grow for a, b in zip(above, below, strict=True))
        turn = math.radians(across)
        ahead = math.cos(turn)
        s, c = self.sine, self.cosine
        x, z = wide * math.sin(turn), (front if ahead > 0 else back) * ahead
        x, z = x * c + z * s, -x * s + z * c
        if z < 0:
            # what lies behind ends at the silhouette
            fore, aft = (back, front) if s < 0 else (front, back)
            right, left = math.hypot(wide * c, fore * s), math.hypot(wide * c, aft * s)
            centre, half = (right - left) / 2, (right + left) / 2
            x = centre + math.copysign(half, x - centre) if x != centre else centre
        return x, y, z

    def _on_trunk(self, points: Pairs, grow: float) -> np.ndarray:
        """Return (N, 3) points x, y, depth on the torso for (N, 2) of across and height."""
        t, y = np.asarray(points, dtype=np.float64).T
        wide, front, back = self._girth(y, grow)
        s, c = self.sine, self.cosine
        turn = np.deg2rad(t)
        ahead = np.cos(turn)
        x, z = wide * np.sin(turn), np.where(ahead > 0, front, back) * ahead
        x, z = x * c + z * s, -x * s + z * c
        if (z < 0).any():
            # what lies behind ends at the silhouette
            centre, half = self._outer(wide, front, back)
            x = np.where(z < 0, centre + np.sign(x - centre) * half, x)
        solid = np.empty((len(y), 3))
        solid[:, 0], solid[:, 1], solid[:, 2] = x, y, z
        return solid

    def wrap(self, points: Pairs, grow: float = 0.0) -> Points:
        """Return (N, 2) points on the torso for (across, y) pairs, leant with the body."""
        return self.upper(self._on_trunk(points, grow)[:, :2])

    def laid(self, points: Pairs, grow: float) -> tuple[Points, np.ndarray]:
        """Return (N, 2) points on the torso, not yet leant, and their (N,) depths, > 0 towards the viewer."""
        solid = self._on_trunk(points, grow)
        return solid[:, :2], solid[:, 2]

    def depths(self, points: Pairs) -> np.ndarray:
        """Return (N,) depths on the torso for (across, y) pairs, > 0 towards the viewer."""
        return self._on_trunk(points, 0.0)[:, 2]

    def _project(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Return (x, y, depth) of a point of the body turned by the yaw."""
        s, c = self.sine, self.cosine
        return x * c + z * s, y + LIMB_TILT * (-x * s + z * c), -x * s + z * c

    def arm(self, side: float) -> Chain:
        """Return shoulder, elbow and wrist; side -1 = the character's right."""
        if ("arm", side) not in self._chains:
            limb = self.pose.arm_r if side < 0 else self.pose.arm_l
            unit = abs(self.chin) / 490
            raised = max(
                0.0, math.sin(math.radians(limb.upper_out - 55)), math.sin(math.radians(limb.upper_fwd - 60))
            )
            root = (side * (self.build.shoulder - 6.5 - 3.0 * raised), self.y(0.908) - 9.0 * raised, -2.0)
            self._chains["arm", side] = self._chain("arm", side, root, limb, (84 * unit, 76 * unit))
        return self._chains["arm", side]

    def leg(self, side: float) -> Chain:
        """Return hip, knee and ankle; side -1 = the character's right."""
        if ("leg", side) not in self._chains:
            limb = self.pose.leg_r if side < 0 else self.pose.leg_l
            out = side * self.build.hip * 0.45
            slant = out * math.tan(math.radians(self.pose.hips))
            root = (out + self.pose.shift, self.y(0.64) - slant, -2.0)
            length = self.y(-0.64) - ANKLE * self.build.foot
            self._chains["leg", side] = self._chain("leg", side, root, limb, (0.53 * length, 0.47 * length))
        return self._chains["leg", side]

    def _chain(
        self,
        kind: str,
        side: float,
        root: tuple[float, float, float],
        limb: Limb,
        bones: tuple[float, float],
    ) -> Chain:
        """Return the joints of a limb that hangs from `root`."""
        at = root
        flat = [self._project(*at)]
        down = 1.0
        for bone, out, fwd in (
            (bones[0], limb.upper_out, limb.upper_fwd),
            (bones[1], limb.lower_out, limb.lower_fwd),
        ):
            o, f = math.radians(out), math.radians(fwd)
            across, down = side * math.sin(o), math.cos(o) * math.cos(f)
            ahead = abs(math.cos(o)) * math.sin(f)
            at = at[0] + bone * across, at[1] + bone * down, at[2] + bone * ahead
            flat.append(self._project(*at))
        joints = np.array([p[:2] for p in flat])
        if kind == "arm":
            # a bowing body takes the shoulders down, the arms keep their directions
            root_at = self.upper(joints[:1])
            joints = root_at + turned(joints - joints[0], self.pose.lean)
        last = joints[2] - joints[1]
        reach = float(last[0]), float(last[1])
        pitch = math.degrees(math.acos(max(-1.0, min(1.0, down))))
        return Chain(kind, side, joints, flat[1][2], flat[2][2], reach, at[1] - root[1], pitch)

    def above_ground(self, leg: Chain) -> float:
        """Return how far a leg's end is above that of the leg which reaches lowest, units."""
        return max(self.leg(side).drop for side in (-1.0, 1.0)) - leg.drop

    def head_pivot(self) -> tuple[float, float]:
        """Return where the head turns on the neck, leant with the body."""
        at = self.upper(np.array([[5.0 * self.sine, self.chin - 12.0]]))[0]
        return float(at[0]), float(at[1])
