"""What is worn in the hair: clips, bows, flowers, bands and a tiara."""

from __future__ import annotations

import math

import numpy as np

from ml.puppets.curves import Points, ellipse, smooth, tube, turned
from ml.puppets.design import Accessory
from ml.puppets.figure import Figure
from ml.puppets.hair_tails import tails
from ml.puppets.worn_place import Scene, Spot, band, on_hair, rim, side_of


def star(points: int, outer: float, inner: float) -> Points:
    """Return a star with its first point up, (2 * points, 2)."""
    t = np.arange(points * 2) * np.pi / points
    r = np.where(np.arange(points * 2) % 2, inner, outer)
    return np.stack((r * np.sin(t), -r * np.cos(t)), axis=1)


HEART = smooth(
    [(0, 7), (-7.5, -0.5), (-6.5, -6), (-2.5, -6.5), (0, -3.2), (2.5, -6.5), (6.5, -6), (7.5, -0.5)], (0, 4)
)
_BAR = smooth([(-9, -2.3), (9, -2.3), (9, 2.3), (-9, 2.3)], (0, 1, 2, 3), samples=3)


def draw_clip(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a clip on the fringe: two bars, a cross, a star, a heart or a snap clip."""
    side, shape = side_of(item), item.variant % 5
    if shape < 2:
        rolls = ((-14, 118), (-4, 130)) if shape == 0 else ((-9, 60), (-9, 140))
        for k, (y, roll) in enumerate(rolls):
            spot = on_hair(scene, item, 46.0 * side, y)
            if spot is not None:
                bar = turned(_BAR * (spot.squeeze, 1), side * (roll - 90)) * item.size
                figure.fill("hair_clip", bar + spot.xy, width=0.9, role=f"clip{k}")
        return
    spot = on_hair(scene, item, 44.0 * side, -10)
    if spot is None:
        return
    if shape == 4:
        drop = smooth([(-11, -1.6), (6, -5), (11, 0), (6, 5), (-11, 1.6)], (0, 4))
        figure.fill("hair_clip", spot.put(drop, side * 34), role="clip0")
        figure.stroke("hair_clip", spot.put([(-7, 0), (0, 0), (6, 0)], side * 34), 0.7, role="slit")
        return
    outline = star(5, 9.5, 4.4) if shape == 2 else HEART * 1.15
    figure.fill("hair_clip", spot.put(outline, side * 14), role="clip0")


def draw_ribbon(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a bow at the root of every tail, or one beside the crown where there is no tail."""
    roots = tails(scene.design.hair, scene.yaw)
    if not roots:
        spot = on_hair(scene, item, 62.0 * (item.side or -1), -30.0, 0.55)
        if spot is not None:
            _bow(figure, spot, item.variant, "bow")
        return
    squeeze = max(0.55, abs(math.cos(math.radians(scene.yaw * 0.5))))
    for k, (part, x, y, depth) in enumerate(roots):
        hidden = depth <= -0.5 and not scene.away
        other = item.side and part == ("tail_l" if item.side < 0 else "tail_r") and len(roots) > 1
        if not (hidden or other):
            at = (x + item.shift[0], y + item.shift[1])
            _bow(figure, Spot(at, squeeze, 0.85 * item.size), item.variant, f"bow{k}")


def _bow(figure: Figure, spot: Spot, variant: int, role: str) -> None:
    """Draw a bow: with pointed loops, a small round one, or a wide one with long ends."""
    wide, drop, high = ((1.0, 1.0, 1.0), (0.72, 0.45, 1.15), (1.3, 1.7, 1.1))[variant % 3]
    for s in (-1, 1):
        tail = smooth(
            np.array([(0, 0), (s * 7, 10), (s * 9, 22), (s * 3, 19), (0, 8)]) * (wide, drop), (0, 2, 3)
        )
        figure.fill("hair_ribbon", spot.put(tail), shade=(-2, -1), role=f"{role}end{s}")
    for s in (-1, 1):
        loop = np.array([(0, 0), (s * 10, -10), (s * 20, -9), (s * 19, 4), (s * 9, 5)]) * (wide, high)
        figure.fill("hair_ribbon", spot.put(smooth(loop, (0,))), shade=(-2, -2), role=f"{role}loop{s}")
        fold = smooth(np.array([(s * 3, -0.5), (s * 8, -3), (s * 12, -3.5)]) * wide, closed=False)
        figure.stroke("hair_ribbon", spot.put(fold), 0.7, role=f"{role}fold{s}")
    figure.fill("hair_ribbon", spot.put(ellipse((0, 0), (4.0, 4.6))), role=f"{role}knot")


def draw_flower(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a flower above the ear: five petals, a daisy or a rose."""
    side = side_of(item)
    spot = on_hair(scene, item, 62.0 * side, -22, 0.5)
    if spot is None:
        return
    shape = item.variant % 3
    if shape == 2:
        for k, r in enumerate((13.0, 9.0, 5.0)):
            petals = np.stack([f(np.linspace(0, 2 * np.pi, 40, endpoint=False)) for f in (np.cos, np.sin)], 1)
            petals *= (r * (1 + 0.09 * np.cos(np.linspace(0, 2 * np.pi, 40, endpoint=False) * 5 + k)))[
                :, None
            ]
            figure.fill("hair_ribbon", spot.put(petals), shade=(-1.5, -1.2), width=0.9, role=f"rose{k}")
        return
    count, reach, half = ((5, 9.0, 6.2), (8, 9.5, 3.4))[shape]
    for k in range(count):
        petal = ellipse((0, -reach), (half, 6.4))
        figure.fill("hair_ribbon", spot.put(petal, 360 / count * k + 10), width=0.9, role=f"petal{k}")
    figure.fill("hair_clip", spot.put(ellipse((0, 0), (4.2, 4.2))), width=0.9, role="heart")


def draw_hair_band(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a band over the crown: broad, thin, with a bow, or with the ears of a cat."""
    shape, side = item.variant % 4, side_of(item)
    broad = (5.0, 2.4, 3.4, 3.0)[shape] * item.size
    lower = rim(scene, -34 + item.shift[1], 4 + item.shift[1], 1.0)
    upper = rim(scene, -34 - broad * 1.5 + item.shift[1], -4 + item.shift[1] - broad, 1.4)
    ears = [] if shape != 3 else [-1, 1]
    for s in ears:
        spot = (
            on_hair(scene, item, 40.0 * s, -44, 0.5)
            if not scene.away
            else Spot((-s * 30 + item.shift[0], -40 + item.shift[1]), 1.0, item.size)
        )
        if spot is not None:
            lean = s * (1 if not scene.away else -1) * 14
            figure.fill(
                "headwear",
                spot.put(smooth([(-13, 4), (-3, -24), (13, 2)], (0, 1, 2)), lean),
                shade=(-3, -1),
                role=f"ear{s}",
            )
            figure.fill(
                "headwear",
                spot.put(smooth([(-6, 2), (-2, -15), (6, 1)], (0, 1, 2)), lean),
                "shadow",
                width=0,
                role=f"inner{s}",
            )
    figure.fill("headwear", band(upper, lower), shade=(-2, -1.4), role="band")
    if shape == 2:
        spot = on_hair(scene, item, 34.0 * side, -41, 0.55)
        if spot is not None:
            for s in (-1, 1):
                loop = smooth([(0, 0), (s * 9, -9), (s * 17, -7), (s * 15, 5), (s * 7, 4)], (0,))
                figure.fill("headwear", spot.put(loop, side * 16), shade=(-2, -1.5), role=f"loop{s}")
            figure.fill("headwear", spot.put(ellipse((0, 0), (3.6, 4.2))), role="knot")


def draw_headband(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a band round the brow: broad, a thin cord, or one knotted at the side with loose ends (鉢巻)."""
    shape, side = item.variant % 3, side_of(item)
    half = (4.6, 2.2, 3.8)[shape] * item.size
    front, back = -17.0 + item.shift[1], -10.0 + item.shift[1]
    if shape == 2:
        angle = 180.0 if item.side == 0 else 118.0 * side
        at = math.radians(scene.shell.seen(angle))
        x = (scene.shell.hair.radius + 1.5) * math.sin(at) + item.shift[0]
        if math.cos(at) > 0 or scene.away or abs(math.sin(at)) > 0.8:
            _knot(figure, Spot((x, back), 1.0, item.size), math.copysign(1, x or 1), scene.shell.sway)
    figure.fill(
        "headwear",
        band(rim(scene, front - half, back - half, 1.2), rim(scene, front + half, back + half, 1.2)),
        shade=(-2, -1.2),
        role="band",
    )


def _knot(figure: Figure, spot: Spot, way: float, sway: float) -> None:
    for k, (reach, drop) in enumerate(((20, 26), (11, 34))):
        end = smooth([(0, -2), (way * reach * 0.6 + sway * 0.1, drop * 0.4), (way * reach + sway * 0.3, drop),
                      (way * (reach - 7) + sway * 0.3, drop + 2), (0, 3)], (0, 2, 3, 4))  # fmt: skip
        figure.fill("headwear", spot.put(end), shade=(-2, -1), role=f"end{k}")
    figure.fill("headwear", spot.put(ellipse((way * 1.5, 0), (4.0, 4.8))), role="knot")


def draw_tiara(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a tiara over the brow: with points, or a circlet, each with a stone."""
    shape, (dx, dy) = item.variant % 2, item.shift
    angles = np.array([scene.shell.seen(a + math.degrees(dx / 46.0)) for a in (-48, -32, -16, 0, 16, 32, 48)])
    hidden = np.abs(angles) > 84
    if hidden.sum() > 5:
        return
    angles = angles.clip(-84, 84)  # what is out of sight lies on the edge
    line = scene.shell.place(angles, np.full(7, -36.0 + dy))
    spots = [
        Spot((x, y), max(0.3, math.cos(math.radians(a * 0.9))), item.size)
        for (x, y), a in zip(line.tolist(), angles.tolist(), strict=True)
    ]
    for k, high in enumerate((8, 12, 16, 22, 16, 12, 8) if shape == 0 else ()):
        if not hidden[k]:
            point = np.array([(-6, 1.0), (0, -high), (6, 1.0)])
            figure.fill("hair_clip", spots[k].put(point), width=0.9, role=f"point{k}")
    if shape and not hidden[3]:
        figure.fill("hair_clip", spots[3].put(star(4, 10, 4.5)), width=0.9, role="point3")
    figure.fill("hair_clip", tube(line, (2.2, 2.2), samples=3), width=0.9, role="band")
    if not hidden[3]:
        figure.fill("ear_wear", spots[3].put(ellipse((0, -2), (3.0, 3.8))), width=0.8, role="stone")
