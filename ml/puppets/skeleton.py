"""Where the joints of a puppet lie on the picture for a build and a pose.

World space: x right, y down, ground at y = 0, 100 units = one head; depth grows towards the viewer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ml.puppets.curves import Pairs, Points, turned
from ml.puppets.design import Build
from ml.puppets.pose import Limb, Pose


@dataclass(frozen=True)
class Chain:
    """Three joints of a limb, (3, 2), with the depth of its middle and its end."""

    joints: Points
    depth: float
    end_depth: float
    reach: tuple[float, float]  # direction of the last bone on the picture, not normalised


class Skeleton:
    """Joints and cross-sections of one pose."""

    def __init__(self, build: Build, pose: Pose) -> None:
        self.build = build
        self.pose = pose
        self.chin = -(build.heads_tall - 1) * 100.0
        self.yaw = pose.yaw
        self._sine, self._cosine = math.sin(math.radians(pose.yaw)), math.cos(math.radians(pose.yaw))
        self._chains: dict[tuple[str, float], Chain] = {}
        c = self.chin
        b = build
        rows = [
            (0.968, 12, 11, -2), (0.955, b.shoulder * 0.55, 14, -2), (0.938, b.shoulder * 0.94, 17, -2),
            (0.90, b.shoulder, 19, -1), (0.865, b.bust * 1.02, 21, 2), (0.82, b.bust * 0.93, 20, 2.5),
            (0.765, b.waist, 17, 0), (0.72, b.waist * 1.12, 19, -1.5), (0.665, b.hip, 23, -3),
            (0.62, b.hip * 0.97, 22, -3),
        ]  # fmt: skip
        table = np.array(rows, dtype=np.float64)
        self.section_y = table[:, 0] * c
        self.half_width, self.half_depth, self.middle_z = table[:, 1], table[:, 2], table[:, 3]
        self.hip_y = 0.665 * c
        self.waist_y = 0.765 * c

    def y(self, share: float) -> float:
        """Return the height at a share of the way from the ground to the chin."""
        return share * self.chin

    def upper(self, points: Points) -> Points:
        """Return points of the upper body leant about the hips."""
        return turned(points, self.pose.lean, (0.0, self.hip_y))

    def extent(self, y: np.ndarray, grow: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Return (centre_x, half_width) of the torso on the picture at heights y, cloth `grow` units thick."""
        a = np.interp(y, self.section_y, self.half_width) + grow
        b = np.interp(y, self.section_y, self.half_depth) + grow
        z = np.interp(y, self.section_y, self.middle_z)
        s, c = self._sine, self._cosine
        return z * s, np.sqrt((a * c) ** 2 + (b * s) ** 2)

    def on_front(self, across: float, y: float, grow: float = 0.0) -> tuple[float, float, float]:
        """Return (x, y, depth) of a point on the torso; `across` -90 = right side, 0 = front, 180 = back."""
        x, height, depth = self._on_trunk(np.array([(across, y)]), grow)[0].tolist()
        return x, height, depth

    def _on_trunk(self, points: Pairs, grow: float) -> np.ndarray:
        """Return (N, 3) points x, y, depth on the torso for (N, 2) of across and height."""
        t, y = np.asarray(points, dtype=np.float64).T
        a = np.interp(y, self.section_y, self.half_width) + grow
        b = np.interp(y, self.section_y, self.half_depth) + grow
        z0 = np.interp(y, self.section_y, self.middle_z)
        s, c = self._sine, self._cosine
        x, z = a * np.sin(np.deg2rad(t)), b * np.cos(np.deg2rad(t)) + z0
        x, z = x * c + z * s, -x * s + z * c
        if (z < 0).any():
            # what lies behind ends at the silhouette
            half = np.sqrt((a * c) ** 2 + (b * s) ** 2)
            x = np.where(z < 0, z0 * s + np.sign(x - z0 * s) * half, x)
        return np.stack((x, y, z), axis=1)

    def wrap(self, points: Pairs, grow: float = 0.0) -> Points:
        """Return (N, 2) points on the torso for (across, y) pairs, leant with the body."""
        return self.upper(self._on_trunk(points, grow)[:, :2])

    def depths(self, points: Pairs) -> np.ndarray:
        """Return (N,) depths on the torso for (across, y) pairs, > 0 towards the viewer."""
        return self._on_trunk(points, 0.0)[:, 2]

    def _project(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Return (x, y, depth) of a point of the body turned by the yaw."""
        s, c = self._sine, self._cosine
        return x * c + z * s, y + 0.08 * (-x * s + z * c), -x * s + z * c

    def _chain(
        self, root: tuple[float, float, float], limb: Limb, side: float, bones: tuple[float, float]
    ) -> Chain:
        """Return the joints of a limb that hangs from `root`."""
        at = root
        flat = [self._project(*at)]
        for bone, out, fwd in (
            (bones[0], limb.upper_out, limb.upper_fwd),
            (bones[1], limb.lower_out, limb.lower_fwd),
        ):
            o, f = math.radians(out), math.radians(fwd)
            across, down, ahead = (
                side * math.sin(o),
                math.cos(o) * math.cos(f),
                abs(math.cos(o)) * math.sin(f),
            )
            at = at[0] + bone * across, at[1] + bone * down, at[2] + bone * ahead
            flat.append(self._project(*at))
        joints = np.array([p[:2] for p in flat])
        last = joints[2] - joints[1]
        return Chain(joints, flat[1][2], flat[2][2], (float(last[0]), float(last[1])))

    def arm(self, side: float) -> Chain:
        """Return shoulder, elbow and wrist; side -1 = the character's right."""
        if ("arm", side) not in self._chains:
            self._chains["arm", side] = self._arm(side)
        return self._chains["arm", side]

    def _arm(self, side: float) -> Chain:
        limb = self.pose.arm_r if side < 0 else self.pose.arm_l
        unit = abs(self.chin) / 490
        root = (side * (self.build.shoulder - 6.5), self.y(0.908), -2.0)
        chain = self._chain(root, limb, side, (84 * unit, 76 * unit))
        joints = self.upper(chain.joints)
        last = joints[2] - joints[1]
        return Chain(joints, chain.depth, chain.end_depth, (float(last[0]), float(last[1])))

    def leg(self, side: float) -> Chain:
        """Return hip, knee and ankle; side -1 = the character's right."""
        if ("leg", side) not in self._chains:
            self._chains["leg", side] = self._leg(side)
        return self._chains["leg", side]

    def _leg(self, side: float) -> Chain:
        limb = self.pose.leg_r if side < 0 else self.pose.leg_l
        root = (side * self.build.hip * 0.45, self.y(0.64), -2.0)
        return self._chain(root, limb, side, (abs(self.y(0.312)), abs(self.y(0.275))))

    def head_pivot(self) -> tuple[float, float]:
        """Return where the head turns on the neck, leant with the body."""
        forward = 5.0 * np.sin(np.deg2rad(self.yaw))
        at = self.upper(np.array([[forward, self.chin - 12.0]]))[0]
        return float(at[0]), float(at[1])
