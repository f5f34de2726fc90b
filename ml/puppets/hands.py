"""Hands: relaxed, fist, pointing and open, at the end of an arm."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ml.puppets.curves import Pairs, Points, mirrored, smooth, tube, turned
from ml.puppets.figure import Figure
from ml.puppets.skeleton import NEARER, Chain, Skeleton

SHADE = (-2.6, -1.0)

# Hand space: origin at the wrist, y along the fingers, thumb at +x.
RELAXED = smooth(
    [(-5.2, -3), (-6.6, 5), (-7.6, 13), (-7.4, 19.5), (-6.2, 24), (-4.6, 24.4), (-3.9, 27.4), (-2.2, 28.6),
     (-0.8, 27.2), (0.6, 28.8), (2.4, 28.2), (3.2, 25.6), (4.6, 25.4), (5.6, 21), (5.4, 15), (6.8, 18.8),
     (8.8, 18.6), (9.2, 13.5), (7.6, 6), (5.2, -3)], (14,), samples=5,
)  # fmt: skip
RELAXED_FOLDS = ([(-4.4, 15.5), (-4.7, 20), (-4.6, 24)], [(-0.9, 15), (-1.0, 21), (-0.9, 27)],
                 [(2.6, 15), (3.2, 20), (3.2, 25.4)])  # fmt: skip
FIST = smooth([(-5.2, -3), (-7.6, 4), (-8.6, 11), (-8.0, 16.5), (-5.4, 19), (-2.4, 19.6), (0.6, 20.4), (3.8, 19.8),
               (6.8, 18.6), (8.8, 14.5), (8.4, 7), (5.2, -3)], samples=5)  # fmt: skip
FIST_FOLDS = ([(-4.8, 11.5), (-5.4, 15), (-5.2, 18.6)], [(-1.0, 12), (-1.2, 16), (-0.8, 19.6)],
              [(2.9, 12), (3.3, 16), (3.6, 19.6)])  # fmt: skip
FIST_THUMB = [(7.0, 2.5), (7.8, 8.5), (4.8, 12.4), (0.4, 13.2)]
PALM = smooth(
    [(-5.2, -3), (-7.2, 6), (-7.8, 14), (-4, 18.5), (4, 18.5), (7.4, 15), (7.4, 5), (5.2, -3)], samples=5
)
FINGERS = (
    ([(-5.8, 13), (-8.4, 20), (-10.4, 26)], (2.6, 2.5, 1.8)),
    ([(-2.0, 15), (-3.2, 24), (-4.0, 32)], (2.8, 2.6, 1.9)),
    ([(1.9, 15), (2.3, 25), (2.6, 33.5)], (2.8, 2.7, 1.9)),
    ([(5.2, 14), (7.4, 22), (9.0, 30)], (2.8, 2.6, 1.9)),
    ([(5.0, 4), (10.4, 9), (14.2, 15.5)], (3.5, 3.0, 2.0)),
)


def finger(points: Sequence[tuple[float, float]], widths: tuple[float, ...]) -> Points:
    """Return a finger: a tube with a round tip."""
    outline = tube(points, widths, samples=6)
    half = len(outline) // 2
    way = np.asarray(points[-1]) - np.asarray(points[-2])
    tip = np.asarray(points[-1]) + way / np.hypot(*way) * widths[-1]
    return np.concatenate([outline[:half], tip[None], outline[half:]])


_OPEN = [finger(points, widths) for points, widths in FINGERS] + [PALM]
_OPEN_INNER = [shape * 0.985 + shape.mean(axis=0) * 0.015 for shape in _OPEN]
_OPEN_SHADE = smooth([(3.0, 2), (7.2, 5), (7.0, 14), (4.6, 11)])
_OPEN_FOLD = smooth([(5.4, 4.5), (2.4, 8.5), (2.0, 13)], closed=False)
_POINTER = finger([(5.4, 12), (6.2, 23), (6.6, 34)], (2.9, 2.7, 1.9))
_THUMB = finger(FIST_THUMB, (3.2, 3.0, 2.8, 2.2))


def draw_hand(figure: Figure, skeleton: Skeleton, chain: Chain, part: str, role: str = "") -> None:
    """Draw the hand at the end of an arm, as `Limb.hand_open` says, on a part of the figure."""
    pose = skeleton.pose
    # a hand that points at the viewer is short
    flat = 0.45 + 0.6 * math.hypot(*chain.reach) / max(1.0, abs(skeleton.chin) / 490 * 76)
    flat = min(max(flat, 0.62), 1.0)
    at, short = _placed(skeleton, chain, flat), flat < 0.68
    shown = (pose.arm_r if chain.side < 0 else pose.arm_l).hand_open
    if shown > 0.6:
        _open_hand(figure, part, at, role)
    elif shown > 0.25 or shown < -0.25:
        if shown > 0 and not short:
            figure.fill(part, at(_POINTER), role=role + "pointer")
        figure.fill(part, at(FIST), shade=SHADE, role=role + "fist")
        for fold in FIST_FOLDS:
            figure.stroke(part, at(fold), 0.7, role=role + "fist_fold")
        figure.fill(part, at(_THUMB), width=0.8, role=role + "thumb")
    else:
        figure.fill(part, at(RELAXED), shade=SHADE, role=role + "relaxed")
        for crease in RELAXED_FOLDS:
            figure.stroke(part, at(crease), 0.7, role=role + "finger")


def _placed(skeleton: Skeleton, chain: Chain, flat: float) -> Callable[[Pairs], Points]:
    """Return what takes points of hand space to the end of the arm."""
    side, yaw = chain.side, skeleton.yaw
    angle = math.degrees(math.atan2(chain.reach[0], chain.reach[1]))
    thumb = -side if abs(yaw) < 55 else (1.0 if yaw > 0 else -1.0)
    if abs(yaw) > 120:
        thumb = side
    if chain.reach[1] < 0:
        thumb = -side
    build = skeleton.build
    size = (0.55 + 0.45 * build.limb) * build.hand * (1.0 + NEARER * chain.end_depth)

    def at(points: Pairs) -> Points:
        shape = np.asarray(points, dtype=np.float64) * (size, size * flat)
        if thumb < 0:
            shape = mirrored(shape)
        return turned(shape, -angle) + chain.joints[2]

    return at


def _open_hand(figure: Figure, part: str, at: Callable[[Pairs], Points], role: str) -> None:
    """Draw five spread fingers and the palm as one outline."""
    for shape in _OPEN:
        figure.fill(part, at(shape), role=role + "spread")
    for shape in _OPEN_INNER:
        figure.fill(part, at(shape), width=0, role=role + "inside")
    figure.fill(part, at(_OPEN_SHADE), "shadow", width=0, role=role + "palm_shade")
    figure.stroke(part, at(_OPEN_FOLD), 0.7, role=role + "palm_fold")
