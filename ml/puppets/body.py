"""Limbs, hands, feet and trunk of a puppet, skin only; clothes lie over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ml.puppets.curves import Pairs, Points, mirrored, ramp, smooth, tube, turned
from ml.puppets.figure import Figure
from ml.puppets.head import keyed
from ml.puppets.skeleton import Chain, Skeleton

ARM_WIDTHS = (10.5, 10.0, 9.0, 8.4, 8.8, 7.6, 5.9)
LEG_WIDTHS = (20.5, 19.2, 16.2, 12.6, 11.4, 12.8, 12.2, 9.0, 7.0, 6.6)
SHADE = (-3.2, -1.2)

# Hand space: origin at the wrist, y along the fingers, thumb at +x.
RELAXED = [(-5.2, -3), (-7.0, 8), (-7.2, 16), (-5.6, 25), (-1.6, 30), (2.8, 28.4), (4.8, 21), (5.4, 14.5),
           (7.0, 19.5), (9.6, 18), (9.2, 9), (5.2, -3)]  # fmt: skip
FIST = [
    (-5.2, -3),
    (-8.0, 6),
    (-8.4, 14),
    (-5.5, 19.5),
    (0.5, 20.5),
    (6.4, 18.5),
    (9.2, 13),
    (8.6, 5),
    (5.2, -3),
]
PALM = [(-5.2, -3), (-7.6, 8), (-7.8, 16), (-4, 18.5), (4, 18.5), (7.4, 15), (7.6, 6), (5.2, -3)]
FINGERS = (
    ([(-5.8, 14), (-8.0, 21), (-9.6, 27.5)], (2.7, 2.5, 1.7)),
    ([(-2.0, 15), (-2.9, 24), (-3.4, 33)], (2.8, 2.7, 1.8)),
    ([(1.9, 15), (2.4, 24), (2.9, 33.5)], (2.8, 2.7, 1.8)),
    ([(5.4, 14), (7.2, 22), (8.6, 30)], (2.7, 2.5, 1.8)),
    ([(5.0, 4), (10.0, 9.5), (13.2, 17)], (3.3, 3.0, 1.9)),
)

# Foot space: origin at the ankle, looking to the viewer's right.
_FOOT_XY = {
    "front": "-8 -7  -9 6  -11.5 17  -12 25  -8 29.5  0 30.5  8 29.5  12 25  11.5 17  9 6  8 -7",
    "three_quarter": "-9 -7  -10 7  -12 18  -11.5 25  -7 28.5  4 30  16 30  23 26  20 17.5  11 7  9 -7",
    "side": "-9 -7  -11 8  -13 18  -12.5 25  -6 27.5  8 27.5  23 27.5  31 25  27 17  12 8  9 -7",
}
_FOOT = np.array([[float(v) for v in row.split()] for row in _FOOT_XY.values()]).reshape(3, -1, 2)


def name(part: str, side: float) -> str:
    """Return the part's name on this side of the body (-1 = right)."""
    return part + ("_r" if side < 0 else "_l")


def limb_outline(chain: Chain, widths: tuple[float, ...], grow: float = 0.0, girth: float = 1.0) -> Points:
    """Return the closed outline of a limb, (2M, 2); the root is between the last and the first point."""
    return tube(chain.joints, [w * girth + grow for w in widths], samples=9, bend=0.55)


def open_root(outline: Points, skip: int = 2) -> tuple[tuple[int, int], ...]:
    """Return the span of a tube's outline that is inked when its root runs into the body."""
    return ((skip, len(outline) - 1 - skip),)


def cut_tube(outline: Points, start: float, stop: float) -> Points:
    """Return the piece of a tube between two shares of its length."""
    half = len(outline) // 2
    a, b = round(start * (half - 1)), max(round(stop * (half - 1)), round(start * (half - 1)) + 1)
    one, other = outline[:half], outline[half:][::-1]
    return np.vstack([one[a : b + 1], other[a : b + 1][::-1]])


def edge_shadow(piece: Points, start: float, width: float) -> Points:
    """Return a sliver along the side of a tube that is turned away from the light, from a share of its length on."""
    half = len(piece) // 2
    one, other = piece[:half], piece[half:][::-1]
    dark, lit = (one, other) if one[:, 0].mean() > other[:, 0].mean() else (other, one)
    t = np.clip((ramp(half) - start) / 0.25, 0, 1)[:, None]
    across = lit - dark
    across = across / np.maximum(np.hypot(across[:, :1], across[:, 1:]), 1e-9)
    return np.vstack([dark - across * 2, (dark + across * width * t)[::-1]])


def draw_joint(figure: Figure, part: str, outline: Points) -> None:
    """Paint both halves of a tube apart: where a sharp bend makes it cross itself, one fill leaves a hole."""
    figure.fill(part, cut_tube(outline, 0, 0.5), width=0)
    figure.fill(part, cut_tube(outline, 0.5, 1), width=0)


def draw_leg(figure: Figure, skeleton: Skeleton, side: float) -> None:
    """Draw a bare leg with the shadow of its far edge."""
    outline = limb_outline(skeleton.leg(side), LEG_WIDTHS, girth=skeleton.build.limb)
    figure.fill(name("leg", side), outline, shade=SHADE, lines=open_root(outline))


def draw_arm(figure: Figure, skeleton: Skeleton, side: float) -> None:
    """Draw a bare arm with its hand."""
    chain = skeleton.arm(side)
    draw_hand(figure, skeleton, chain, side)
    outline = limb_outline(chain, ARM_WIDTHS, girth=skeleton.build.limb)
    draw_joint(figure, name("arm", side), outline)
    half = len(outline) // 2
    part = name("arm", side)
    figure.fill(part, outline, width=0)
    figure.fill(part, edge_shadow(outline, 0.0, 3.4), "shadow", width=0, clip=(outline,))
    for line in (outline[3:half], outline[half:-3]):
        figure.stroke(part, line)


def draw_hand(figure: Figure, skeleton: Skeleton, chain: Chain, side: float) -> None:
    """Draw the hand at the end of an arm: relaxed, pointing or open."""
    limb = skeleton.pose.arm_r if side < 0 else skeleton.pose.arm_l
    part = name("arm", side)
    angle = np.rad2deg(np.arctan2(chain.reach[0], chain.reach[1]))
    raised = chain.reach[1] < 0
    thumb = -side if abs(skeleton.yaw) < 55 else (1.0 if skeleton.yaw > 0 else -1.0)
    if abs(skeleton.yaw) > 120:
        thumb = side
    if raised:
        thumb = -side
    size = 0.5 + 0.5 * skeleton.build.limb

    def at(points: Pairs) -> Points:
        shape = np.asarray(points, dtype=np.float64) * size
        if thumb < 0:
            shape = mirrored(shape)
        return turned(shape, -angle) + chain.joints[2]

    if limb.hand_open > 0.6:
        _open_hand(figure, part, at)
    elif limb.hand_open > 0.25:
        finger = smooth_tube([(5.4, 12), (6.4, 22), (7.2, 33)], (2.9, 2.7, 1.8))
        figure.fill(part, at(finger))
        fist = smooth(FIST)
        figure.fill(part, at(fist), shade=SHADE)
        for x in (-3.8, 0.0, 3.6):
            figure.stroke(part, at([(x - 0.6, 12.5), (x, 16), (x + 0.2, 19)]), 0.7)
    else:
        figure.fill(part, at(smooth(RELAXED, (7,))), shade=SHADE)
        for x, y in ((-3.9, 25.5), (-0.7, 28.4), (2.2, 26.5)):
            figure.stroke(part, at([(x * 0.9 - 0.4, 15.5), (x, 20.5), (x + 0.2, y)]), 0.7)


def smooth_tube(points: Sequence[tuple[float, float]], widths: tuple[float, ...]) -> Points:
    """Return a finger: a tube with a round tip."""
    outline = tube(points, widths, samples=5)
    half = len(outline) // 2
    way = np.asarray(points[-1]) - np.asarray(points[-2])
    tip = np.asarray(points[-1]) + way / np.hypot(*way) * widths[-1]
    return np.vstack([outline[:half], tip[None], outline[half:]])


def _open_hand(figure: Figure, part: str, at: Callable[[Pairs], Points]) -> None:
    """Draw five spread fingers and the palm as one outline."""
    shapes = [smooth_tube(points, widths) for points, widths in FINGERS]
    shapes.append(smooth(PALM))
    for shape in shapes:
        figure.fill(part, at(shape), width=1.0)
    for shape in shapes:
        inner = shape * 0.985 + shape.mean(axis=0) * 0.015
        figure.fill(part, at(inner), width=0)
    figure.fill(part, at(smooth([(3.0, 2), (7.2, 5), (7.0, 14), (4.6, 11)])), "shadow", width=0)
    figure.stroke(part, at(smooth([(5.4, 4.5), (2.4, 8.5), (2.0, 13)], closed=False)), 0.7)


def foot_outline(skeleton: Skeleton, side: float) -> Points:
    """Return the outline of a foot or a shoe in world space."""
    chain = skeleton.leg(side)
    yaw = (skeleton.yaw + side * 14 + 180) % 360 - 180
    a = abs(yaw)
    if a > 90:
        a = 180 - a
        back = 0.86
    else:
        back = 1.0
    step = int(a > 38)
    t = (a - (0, 38)[step]) / (38, 52)[step]
    points = _FOOT[step] * (1 - t) + _FOOT[step + 1] * t
    points = points * (1, back) if back < 1 else points
    outline = smooth(points, (0, 10))
    if yaw < 0:
        outline = mirrored(outline)
    shin = np.rad2deg(np.arctan2(chain.reach[0], chain.reach[1]))
    turn = shin * 0.85 if abs(shin) > 8 else 0.0
    return turned(outline, -turn) + chain.joints[2]


def draw_neck(figure: Figure, skeleton: Skeleton, head_yaw: float) -> None:
    """Draw neck and chest; the head's shadow falls on them."""
    b = skeleton.build
    s = np.sin(np.deg2rad(skeleton.yaw))
    top = np.array(skeleton.head_pivot()) - (keyed(head_yaw, 0, 3, 7) * np.sign(head_yaw), 12)
    base = skeleton.upper(np.array([[-2.0 * s, skeleton.y(0.945)]]))[0]
    outline = tube([top, (top + base) / 2, base], [b.neck, b.neck * 0.96, b.neck * 1.35], samples=6)
    chest = skeleton.wrap([(-50, skeleton.y(0.955)), (50, skeleton.y(0.955)),
                           (40, skeleton.y(0.86)), (-40, skeleton.y(0.86))])  # fmt: skip
    figure.fill("neck", chest, width=0)
    figure.fill(
        "neck", outline, lines=((0, len(outline) // 2 - 5), (len(outline) // 2 + 5, len(outline) - 1))
    )
    n = b.neck
    fall = smooth([(-30, -10), (30, -10), (n * 1.3, 26), (0.3 * n, 33), (-n * 1.2, 23)])
    shadow = fall + top
    figure.cast(shadow, ("neck",), (outline,))
