"""What is worn on the body and the arms: belts, bags, bands and watches."""

from __future__ import annotations

import math

import numpy as np

from ml.puppets.curves import Points, ellipse, smooth, tube
from ml.puppets.design import Accessory
from ml.puppets.figure import Figure
from ml.puppets.limbs import limb_outline
from ml.puppets.worn_place import ACROSS, SAG, Scene, Spot, band, on_trunk, side_of


def draw_belt(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a belt: with a square buckle, a round one, or knotted."""
    skeleton, dy = scene.skeleton, item.shift[1]
    half = 0.015 * item.size
    y = np.array([skeleton.y(0.767 + half), skeleton.y(0.767 - half)]) + dy
    centre, wide = skeleton.extent(y, 4.2)
    rings = np.empty((2, 9, 2))  # the upper edge, then the lower
    rings[..., 0] = centre[:, None] + wide[:, None] * ACROSS
    rings[..., 1] = y[:, None] + SAG
    figure.fill("belt", skeleton.upper(band(*rings)), shade=(-5, 0), role="belt")
    spot = on_trunk(scene, item, 0, 0.767, 5.0, 0.45)
    if spot is None:
        return
    shape = item.variant % 3
    if shape == 2:
        for s in (-1, 1):
            figure.fill(
                "belt",
                spot.put(
                    smooth(
                        [(0, 2), (s * 5 + 3, 16), (s * 4 + 4, 34), (s * 4 - 3, 33), (s * 2 - 3, 14)],
                        (0, 2, 3),
                    )
                ),
                shade=(-1.5, 0),
                role=f"end{s}",
            )
        figure.fill("belt", spot.put(ellipse((0, 3), (6, 6.5))), role="knot")
        return
    outer = (
        np.array([(-7, -4.5), (7, -4.5), (7, 10.5), (-7, 10.5)])
        if shape == 0
        else ellipse((0, 3), (8.6, 8.6))
    )
    inner = (
        np.array([(-3.6, -1), (3.6, -1), (3.6, 7), (-3.6, 7)]) if shape == 0 else ellipse((0, 3), (4.4, 4.4))
    )
    figure.fill("buckle", spot.put(outer), role="buckle")
    figure.fill("belt", spot.put(inner), width=0.8, role="hole")


def draw_waist_pouch(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a pouch at the hip: with a flap, or round."""
    spot = on_trunk(scene, item, 55.0 * side_of(item), 0.745, 7.0, 0.5)
    if spot is None:
        return
    if item.variant % 2 == 0:
        figure.fill(
            "satchel",
            spot.put(smooth([(-12, -4), (12, -4), (13, 17), (-13, 17)], (0, 1))),
            shade=(-3, -1),
            role="pouch",
        )
        figure.fill(
            "satchel",
            spot.put(smooth([(-13, -5), (13, -5), (12, 5), (0, 9), (-12, 5)], (0, 1))),
            shade=(-2, -1),
            role="flap",
        )
        figure.fill("button", spot.put(ellipse((0, 6), (2.2, 2.2))), width=0.8, role="stud")
    else:
        figure.fill("satchel", spot.put(ellipse((0, 8), (13.5, 12.5))), shade=(-3, -2), role="pouch")
        figure.stroke(
            "satchel", spot.put(smooth([(-12, 3), (0, 6), (12, 3)], closed=False)), 0.9, role="seam"
        )
        figure.fill("button", spot.put(ellipse((0, 7), (2.0, 2.8))), width=0.8, role="stud")


def draw_satchel(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw the strap across the chest and the bag at the hip: with a flap, or a soft round one."""
    skeleton, side = scene.skeleton, side_of(item)
    dx, dy = item.shift
    front = math.cos(math.radians(skeleton.yaw)) >= -0.2
    angles = (-52, -30, 0, 34, 62) if front else (232, 205, 180, 150, 118)
    shares = (0.955, 0.90, 0.84, 0.76, 0.68)
    line = skeleton.wrap([(a * side, skeleton.y(s)) for a, s in zip(angles, shares, strict=True)], 4.6)
    figure.fill("strap", tube(line, [3.0, 3.0], samples=4), role="strap")
    x, y, depth = skeleton.on_front(56 * side, skeleton.y(0.665), 7.0)
    if depth < -18 and front:
        return
    squeeze = max(0.5, abs(math.cos(math.radians(skeleton.yaw - 60 * side))))
    spot = Spot((x + dx * math.cos(math.radians(skeleton.yaw)), y + dy), squeeze, item.size)

    def at(shape: Points) -> Points:
        return skeleton.upper(spot.put(shape * (side, 1)))

    if item.variant % 2 == 0:
        bag = smooth([(-17, -6), (17, -6), (19, 12), (16, 26), (-16, 26), (-19, 12)], (0, 1))
        flap = smooth([(-18, -7), (18, -7), (17, 8), (0, 15), (-17, 8)], (0, 1))
    else:
        bag = smooth([(-13, -8), (13, -8), (22, 14), (12, 32), (-12, 32), (-22, 14)], (0, 1))
        flap = smooth([(-13, -9), (13, -9), (14, -1), (0, 3), (-14, -1)], (0, 1))
    figure.fill("satchel", at(bag), shade=(-3, -1), role="bag")
    figure.fill("satchel", at(flap), shade=(-3, -2), role="flap")
    figure.fill(
        "button", at(ellipse((0, 12 if item.variant % 2 == 0 else 1), (2.6, 2.6))), width=0.8, role="stud"
    )


def draw_straps(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw the straps of a backpack over both shoulders, at the front."""
    skeleton = scene.skeleton
    if abs(skeleton.yaw) > 100:
        return
    y, (dx, dy) = skeleton.y, item.shift
    for s in (-1, 1):
        points = [
            (46 * s + dx, y(0.958)),
            (40 * s + dx, y(0.91) + dy * 0.5),
            (43 * s + dx, y(0.86) + dy),
            (68 * s + dx, y(0.80) + dy),
        ]
        depth = skeleton.depths(points)
        if depth[1] > -6:
            figure.fill(
                "strap",
                tube(skeleton.wrap(points, 5.0), (4.2 * item.size, 3.4 * item.size), samples=4),
                shade=(-1.5, 0),
                role=f"strap{s}",
            )


def draw_pack_behind(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw the pack where the body stands before it."""
    if math.cos(math.radians(scene.skeleton.yaw)) > -0.2:
        draw_pack(figure, scene, item)


def draw_pack_before(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw the pack where it hides the back."""
    if math.cos(math.radians(scene.skeleton.yaw)) <= -0.2:
        draw_pack(figure, scene, item)


def draw_pack(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw the pack itself: square with a pocket, or round at the top; behind the body or, at the back, before it."""
    skeleton = scene.skeleton
    a = math.radians(skeleton.yaw)
    dx, dy = item.shift
    far = -20.0 - 14.0 * item.size
    x = far * math.sin(a) + dx * math.cos(a)
    half = math.hypot(31 * math.cos(a), 17 * math.sin(a)) * item.size
    top, low = skeleton.y(0.945) + dy, skeleton.y(0.945) + (abs(skeleton.y(0.22)) * item.size) + dy
    r = 0.45 if item.variant % 2 else 0.14
    high = top + (low - top) * r
    pack = smooth(
        [
            (x - half, high),
            (x - half * (1 - r), top),
            (x + half * (1 - r), top),
            (x + half, high),
            (x + half * 1.04, low - 6),
            (x + half * 0.9, low),
            (x - half * 0.9, low),
            (x - half * 1.04, low - 6),
        ]
    )
    figure.fill("satchel", skeleton.upper(pack), shade=(-4, -2), role="pack")
    if math.cos(a) > 0.15:  # the body hides the rest
        return
    flat = max(0.0, -math.cos(a))
    if flat > 0.3:
        x0, w = x, half * 0.66
    else:
        x0, w = x - half * math.copysign(0.55, math.sin(a)), half * 0.5
    mid = top + (low - top) * 0.56
    pocket = smooth([(x0 - w, mid), (x0 + w, mid), (x0 + w, low - 8), (x0 - w, low - 8)], (0, 1), samples=5)
    figure.fill("satchel", skeleton.upper(pocket), shade=(-2.5, -1.5), role="pocket")
    seam = np.linspace((x0 - w * 0.9, mid + 8), (x0 + w * 0.9, mid + 8), 5)
    figure.stroke("satchel", skeleton.upper(seam), 0.8, role="seam")
    figure.fill("button", skeleton.upper(ellipse((x0, mid + 10), (2.2, 3.2))), width=0.8, role="stud")


def _sleeve_piece(scene: Scene, side: int, start: float, stop: float, grow: float) -> Points:
    """Return the piece of an arm's outline between two shares of its length."""
    skeleton = scene.skeleton
    outline = limb_outline(skeleton, skeleton.arm(float(side)), grow)
    half = len(outline) // 2
    at = np.linspace(start, stop, 6).clip(0, 1) * (half - 1)
    low = np.minimum(at.astype(int), half - 2)
    share = (at - low)[:, None]
    one, other = outline[:half], outline[half:][::-1]
    sides = [line[low] * (1 - share) + line[low + 1] * share for line in (one, other)]
    return np.vstack([sides[0], sides[1][::-1]])


def draw_armband(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a band round the upper arm: plain, with a stripe or with a mark."""
    side = side_of(item)
    at, half = 0.27 + item.shift[1] / 160, 0.055 * item.size
    piece = _sleeve_piece(scene, side, at - half, at + half, 4.4)
    figure.fill("wrist", piece, shade=(-3, -1), role="band")
    n = len(piece) // 2
    middle = piece.mean(axis=0)
    if item.variant % 3 == 1:
        stripe = np.vstack(
            [
                (piece[:n] * 0.7 + piece[n:][::-1] * 0.3)[n // 2 :][:1],
                (piece[:n] * 0.3 + piece[n:][::-1] * 0.7)[n // 2 :][:1],
            ]
        )
        figure.stroke("wrist", np.linspace(stripe[0], stripe[1], 4), 1.6, role="stripe")
    elif item.variant % 3 == 2:
        figure.fill(
            "wrist", ellipse((float(middle[0]), float(middle[1])), (3.2, 4.4)), "line", width=0, role="mark"
        )


def _at_wrist(figure: Figure, scene: Scene, item: Accessory, half: float) -> Points:
    """Draw a strap round the wrist; return its outline."""
    at = 0.955 + item.shift[1] / 160
    piece = _sleeve_piece(scene, side_of(item), at - half * item.size, min(1.0, at + half * item.size), 3.6)
    figure.fill("wrist", piece, shade=(-2, -1), role="strap")
    return piece


def draw_watch(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a watch: with a round or an angular face."""
    piece = _at_wrist(figure, scene, item, 0.022)
    x, y = piece.mean(axis=0).tolist()
    face = (
        ellipse((0, 0), (4.4, 4.8))
        if item.variant % 2 == 0
        else np.array([(-4, -5), (4, -5), (4, 5), (-4, 5)])
    )
    figure.fill("button", face * item.size + (x, y), width=0.9, role="watch")


def draw_bracelet(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a bangle, or a string of beads."""
    if item.variant % 2 == 0:
        _at_wrist(figure, scene, item, 0.016)
        return
    at = 0.955 + item.shift[1] / 160
    piece = _sleeve_piece(scene, side_of(item), at - 0.01, min(1.0, at + 0.02), 2.4)
    a, b = piece[0], piece[-1]
    for k, t in enumerate(np.linspace(0, 1, 5)):
        x, y = (a + (b - a) * t).tolist()
        figure.fill(
            "wrist",
            ellipse((x, y + 2.6 * math.sin(math.pi * t)), (2.7 * item.size, 2.7 * item.size)),
            width=0.8,
            role=f"bead{k}",
        )
