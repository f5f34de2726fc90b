"""Where a worn thing lies on head, face, trunk or arm, seen at any yaw; shift, side and size are applied here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ml.puppets.curves import Pairs, Points, turned
from ml.puppets.design import Accessory, Design, FaceSpec
from ml.puppets.face import styled
from ml.puppets.hair import Shell
from ml.puppets.head import facing, keyed
from ml.puppets.skeleton import Skeleton


@dataclass(frozen=True)
class Scene:
    """What a drawer needs to know: who, in which pose, the hair, and the head's yaw in degrees."""

    design: Design
    skeleton: Skeleton
    shell: Shell
    yaw: float

    @cached_property
    def features(self) -> FaceSpec:
        """The face as the drawing style has it."""
        return styled(self.design.face, self.design.style, self.skeleton.pose.nod)

    @cached_property
    def worn(self) -> dict[str, Accessory]:
        """All that is worn, by code."""
        return {item.code: item for item in self.design.costume.accessories}

    @property
    def away(self) -> bool:
        """Whether the back of the head is seen."""
        return abs(self.yaw) > 120


@dataclass(frozen=True)
class Spot:
    """A place on the picture, how narrow a flat thing on it looks, and the size it is drawn at."""

    xy: tuple[float, float]
    squeeze: float
    size: float = 1.0
    lean: float = 0.0

    def put(self, shape: Pairs, turn: float = 0.0) -> Points:
        """Return a shape drawn round (0, 0) put in this place."""
        sized = turned(np.asarray(shape, dtype=np.float64) * self.size, turn) * (self.squeeze, 1.0)
        return np.asarray(turned(sized + self.xy, self.lean))


def side_of(item: Accessory) -> int:
    """Return -1 for the character's right, else 1."""
    return -1 if item.side < 0 else 1


def on_hair(scene: Scene, item: Accessory, angle: float, y: float, least: float = 0.35) -> Spot | None:
    """Return the spot on the hair at an angle from the nose towards the worn side; None if out of sight."""
    across = math.degrees(item.shift[0] / 46.0)
    at = scene.shell.seen(angle + across)
    if abs(at) > 84:
        return None
    x, y = scene.shell.place(np.array([at]), np.array([y + item.shift[1]]))[0].tolist()
    return Spot((x, y), max(least, math.cos(math.radians(at * 0.9))), item.size)


def on_face(scene: Scene, item: Accessory, dx: float, y: float) -> Spot | None:
    """Return the spot on the face `dx` units from the middle line towards the left; None if out of sight."""
    yaw, side = scene.yaw, facing(scene.yaw)
    dx = (dx + item.shift[0]) * side
    if abs(yaw) > 95 or (dx > 0 and abs(yaw) > 60):
        return None
    middle = keyed(yaw, 0, 13.6, 25)
    if dx > 0:
        x, squeeze = middle + dx * keyed(yaw, 1, 0.713, 0.5), keyed(yaw, 1, 0.7, 0.3)
    else:
        x, squeeze = middle + dx * keyed(yaw, 1, 0.777, 0.30), keyed(yaw, 1, 0.94, 0.6)
    return Spot((x * side, y + item.shift[1]), squeeze, item.size)


def round_head(
    scene: Scene, across: np.ndarray, ahead: np.ndarray, y: np.ndarray
) -> tuple[Points, np.ndarray]:
    """Return (N, 2) points and (N,) depths of points of head space that lie `ahead` of the skull's axis."""
    sine, cosine = math.sin(math.radians(scene.yaw)), math.cos(math.radians(scene.yaw))
    depth = ahead * cosine - across * sine
    x = across * cosine + (ahead - 3.0) * sine
    return np.column_stack((x, y + scene.shell.bow * depth)), depth


def rim(scene: Scene, front: float, back: float, grow: float, span: float = 90.0, count: int = 15) -> Points:
    """Return the half of a ring round the hair that faces the viewer, from the viewer's left, (count, 2).

    Args:
        scene: what is drawn.
        front: y of the ring over the nose.
        back: y at the back of the head.
        grow: how far it stands off the hair, units.
        span: angle of both ends as seen.
        count: number of points.
    """
    seen, outwards = _rim_angles(span, count)
    share = (1 - np.cos(np.deg2rad(seen - scene.yaw))) / 2
    points = scene.shell.place(seen, front + (back - front) * share)
    points[:, 0] += grow * outwards
    return points


@cache
def _rim_angles(span: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the angles of the points of a rim as seen, in degrees, and the x that each turns outwards."""
    seen = np.linspace(-span, span, count)
    return seen, np.sin(np.deg2rad(seen))


# over a dome from the viewer's right to the left: x, height above the rim, and share of the left end of the rim
_OVER = np.linspace(0, np.pi, 17)[1:-1]
_DOME_X, _DOME_HIGH, _DOME_BLEND = np.cos(_OVER), np.sin(_OVER) ** 0.62, (1 - np.cos(_OVER)) / 2


def dome(scene: Scene, front: float, back: float, grow: float, rise: float) -> Points:
    """Return the outline of a cap over the hair: its rim, then over the crown `rise` units above the hair."""
    edge = rim(scene, front, back, grow)
    low, high = (edge[0, 1] + edge[-1, 1]) / 2, scene.shell.top - rise
    middle, half = (edge[0, 0] + edge[-1, 0]) / 2, (edge[-1, 0] - edge[0, 0]) / 2
    base = edge[-1, 1] * (1 - _DOME_BLEND) + edge[0, 1] * _DOME_BLEND
    outline = np.empty((len(edge) + len(_OVER), 2))
    outline[: len(edge)] = edge
    outline[len(edge) :, 0] = middle + half * _DOME_X
    outline[len(edge) :, 1] = base - (low - high) * _DOME_HIGH
    return outline


def band(upper: Points, lower: Points) -> Points:
    """Return the closed outline between two curves that run the same way."""
    return np.concatenate((upper, lower[::-1]))


def on_trunk(
    scene: Scene, item: Accessory, across: float, share: float, grow: float = 4.5, least: float = 0.35
) -> Spot | None:
    """Return the spot on the trunk at an angle (0 = front, 90 = left) and a share of the chin's height."""
    skeleton = scene.skeleton
    angle = across + item.shift[0] * 1.5
    seen = (angle + skeleton.yaw + 180) % 360 - 180
    x, y, depth = skeleton.on_front(angle, skeleton.y(share) + item.shift[1], grow)
    if depth < 0 or abs(seen) > 86:
        return None
    squeeze = max(least, math.cos(math.radians(seen * 0.85)))
    x, y = skeleton.upper(np.array([(x, y)]))[0].tolist()
    return Spot((x, y), squeeze, item.size)


# a half ring round trunk or neck: places across it, and how far its middle hangs towards the viewer
ACROSS = np.linspace(-1, 1, 9)
SAG = 3.0 * (1 - ACROSS**2)


def round_trunk(scene: Scene, share: float, grow: float, dy: float = 0.0) -> tuple[Points, float]:
    """Return the half ring (9, 2) round the trunk that faces the viewer at a height, and its half width."""
    y = np.array([scene.skeleton.y(share) + dy])
    centre, half = scene.skeleton.extent(y, grow)
    ring = np.empty((9, 2))
    ring[:, 0] = centre[0] + half[0] * ACROSS
    ring[:, 1] = y[0] + SAG
    return ring, float(half[0])
