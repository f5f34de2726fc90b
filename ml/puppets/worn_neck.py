"""What is worn round the neck and on the chest: chokers, necklaces, scarves, neckties' bows, badges."""

from __future__ import annotations

import math

import numpy as np

from ml.puppets.curves import Points, ellipse, moved, smooth, tube
from ml.puppets.design import Accessory
from ml.puppets.figure import Figure
from ml.puppets.worn_hair import HEART, star
from ml.puppets.worn_place import ACROSS, Scene, band, on_trunk, round_trunk, side_of


def _neck_ring(scene: Scene, low: float, dy: float) -> Points:
    """Return the half ring round the neck that faces the viewer, `low` units under the chin's joint."""
    skeleton = scene.skeleton
    pivot = np.array(skeleton.head_pivot())
    base = skeleton.upper(np.array([[-2.0 * math.sin(math.radians(skeleton.yaw)), skeleton.y(0.945)]]))[0]
    share = low / max(1.0, float(base[1] - pivot[1]))
    centre = pivot + (base - pivot) * share
    half = skeleton.build.neck * (0.98 + 0.3 * max(0.0, share - 0.5))
    sign = -1.0 if math.cos(math.radians(skeleton.yaw)) < 0 else 1.0
    return np.column_stack((centre[0] + half * ACROSS, centre[1] + dy + sign * 3.2 * (1 - ACROSS**2)))


def draw_choker(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a band close round the neck: plain, with a bell or with a heart."""
    ring = moved(_neck_ring(scene, 15.0, item.shift[1]), item.shift[0], 0)
    half = 2.5 * item.size
    figure.fill("neckwear", band(moved(ring, 0, -half), moved(ring, 0, half)), width=0.9, role="band")
    shape = item.variant % 3
    if shape and abs(scene.skeleton.yaw) < 75:
        middle = ring[4] + (
            scene.skeleton.build.neck * math.sin(math.radians(scene.skeleton.yaw)),
            4.5 * item.size,
        )
        hang = ellipse((0, 0), (4.2, 4.2)) if shape == 1 else HEART * 0.62
        figure.fill("neckwear", hang * item.size + middle, width=0.9, role="hang")
        if shape == 1:
            figure.stroke(
                "neckwear", np.array([(0, 1), (0, 2.5), (0, 4.0)]) * item.size + middle, 0.8, role="slit"
            )


def draw_necklace(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a chain with a pendant, a row of beads, or a long cord with a plate."""
    shape, (dx, dy) = item.variant % 3, item.shift
    low = (0.885, 0.91, 0.84)[shape]
    if shape != 1:
        low -= 0.03 * (item.size - 1)
    y = scene.skeleton.y
    points = [(-40 + dx, y(0.958) + dy), (-30 + dx, y((0.958 + low) / 2 + 0.008) + dy), (dx, y(low) + dy),
              (30 + dx, y((0.958 + low) / 2 + 0.008) + dy), (40 + dx, y(0.958) + dy)]  # fmt: skip
    seen = scene.skeleton.depths(points) > -4
    if not seen[2]:
        return
    line = smooth(scene.skeleton.wrap(points, 5.0), closed=False, samples=6)
    if shape == 1:
        for k, at in enumerate(line[::2]):
            figure.fill(
                "neckwear", ellipse(tuple(at), (2.9 * item.size, 2.9 * item.size)), width=0.7, role=f"bead{k}"
            )
        return
    figure.fill(
        "neckwear", tube(line[::4], (1.2 * item.size, 1.2 * item.size), samples=4), width=0.6, role="chain"
    )
    spot = on_trunk(scene, item, 0, low, 5.5)
    if spot is not None:
        hang = (
            smooth([(0, -1), (5.5, 7), (0, 13), (-5.5, 7)], (0, 1, 2, 3))
            if shape == 0
            else np.array([(-5, 0), (5, 0), (5, 15), (-5, 15)])
        )
        figure.fill("badge", spot.put(hang), width=0.9, role="pendant")


def draw_scarf(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a scarf round the neck: with one end, with two, or closed in a loop."""
    skeleton, shape, size = scene.skeleton, item.variant % 3, item.size
    dx, dy = item.shift
    ends = {0: (item.side or 1,), 1: (-1, 1), 2: ()}[shape]
    if math.cos(math.radians(skeleton.yaw)) > -0.3:
        for s in ends:
            x, y, _ = skeleton.on_front(24 * s + dx, skeleton.y(0.945), 4.0)
            figure.fill(
                "scarf",
                skeleton.upper(moved(_scarf_end(s, size, skeleton.pose.sway * 0.4), x, y + dy)),
                shade=(-3, -1),
                role=f"end{s}",
            )
    centre, half = skeleton.extent(np.array([skeleton.y(0.955)]), 2.0)
    w = float(np.clip(half[0], 20, 27)) * (0.7 + 0.3 * size)
    c = float(centre[0])
    top, low = skeleton.y(0.995) + dy, skeleton.y(0.925) + dy
    middle = (top + low) / 2
    rim = [(-0.86, top), (0, top + 9), (0.86, top), (1.12, middle)]
    rim += [(0.8, low - 2), (0, low + 6), (-0.8, low - 2), (-1.12, middle)]
    loop = skeleton.upper(smooth([(c + w * across, y) for across, y in rim]))
    figure.fill("scarf", loop, shade=(-4, -3), role="loop")
    for k, (a, b) in enumerate((((-0.9, 0.35), (0.5, 0.75)), ((0.95, 0.3), (-0.2, 0.62)))):
        p, q = (np.array([c + w * u, top + (low - top) * v]) for u, v in (a, b))
        fold = smooth(np.stack([p, moved((p + q) / 2, 0, 5), q]), closed=False)
        figure.stroke("scarf", skeleton.upper(fold), 0.9, clip=(loop,), role=f"fold{k}")


def _scarf_end(side: int, size: float, sway: float) -> Points:
    """Return the outline of the end that hangs, its root at (0, 0)."""
    end = np.array([(-5, 0), (7, 0), (8, 18), (14, 40), (15, 66), (-3, 69), (-2, 42), (-6, 20)], float) * (
        side,
        size,
    )
    end[:, 0] += sway * np.array([0, 0, 1, 1, 1.5, 1.5, 1, 1])
    return smooth(end, (0, 1, 4, 5))


def draw_neckerchief(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a folded cloth round the neck: knotted before the chest, or its corner to the front."""
    skeleton, (dx, dy) = scene.skeleton, item.shift
    y = lambda share: skeleton.y(share) + dy  # noqa: E731
    shape, away = item.variant % 2, math.cos(math.radians(skeleton.yaw)) < 0
    ring, _ = round_trunk(scene, 0.962, 3.0, dy)
    low, _ = round_trunk(scene, 0.938, 5.0, dy)
    middle, half = ring[4, 0], (low[-1, 0] - low[0, 0]) / 2
    size = min(1.0, 30.0 / max(half, 1.0)) * (0.75 + 0.25 * item.size)
    for line in (ring, low):
        line[:, 0] = middle + (line[:, 0] - middle) * size
    corner = not away if shape else away
    if corner:
        x, _, _ = skeleton.on_front(180 if away else 0 + dx, skeleton.y(0.9), 5.0)
        reach = 34 * item.size
        low = np.vstack([low[:2], [[x, low[4, 1] + reach]], low[-2:]])
    figure.fill("scarf", skeleton.upper(band(ring, low)), shade=(-3, -1.5), role="cloth")
    if not away and not shape:
        spot = on_trunk(scene, item, 0, 0.935, 6.0)
        if spot is not None:
            for s in (-1, 1):
                end = smooth([(0, 0), (s * 8, 7), (s * 12, 20), (s * 3, 13)], (0, 2))
                figure.fill("scarf", spot.put(end), shade=(-2, -1), role=f"end{s}")
            figure.fill("scarf", spot.put(ellipse((0, 0), (4.6, 4.2))), role="knot")
    del y


def draw_bow_tie(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a bow tie: butterfly or straight."""
    spot = on_trunk(scene, item, 0, 0.942, 6.0)
    if spot is None:
        return
    high = (6.5, 3.6)[item.variant % 2]
    for s in (-1, 1):
        wing = smooth([(0, -1.5), (s * 13, -high), (s * 12, 0), (s * 13, high), (0, 1.5)], (0, 1, 3, 4))
        figure.fill("tie", spot.put(wing), shade=(-1.8, -1.2), role=f"wing{s}")
    figure.fill("tie", spot.put(ellipse((0, 0), (3.0, 3.6))), role="knot")


def draw_brooch(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a brooch on the chest: round, star, heart or shield."""
    spot = on_trunk(scene, item, 36.0 * side_of(item), 0.875, 5.5)
    if spot is None:
        return
    shape = item.variant % 4
    outline = (
        ellipse((0, 0), (5.8, 5.8)),
        star(5, 8.0, 3.8),
        HEART,
        smooth([(-6, -7), (6, -7), (6, 1), (0, 8), (-6, 1)], (0, 1, 3)),
    )[shape]
    figure.fill("badge", spot.put(outline), width=0.9, role="brooch")
    if shape in (0, 3):
        figure.fill("badge", spot.put(outline * 0.5), "line", width=0, role="middle")


def draw_name_tag(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a tag on the chest: one line, or a picture and lines."""
    spot = on_trunk(scene, item, 38.0 * side_of(item), 0.86, 5.5)
    if spot is None:
        return
    tall = (5.0, 8.5)[item.variant % 2]
    figure.fill(
        "badge", spot.put([(-10, -tall), (10, -tall), (10, tall), (-10, tall)]), width=0.9, role="tag"
    )
    for k, y in enumerate((0.0,) if item.variant % 2 == 0 else (-2.0, 3.5)):
        figure.stroke("badge", spot.put(np.linspace((-6, y), (6, y), 4)), 0.9, role=f"writing{k}")


def draw_lanyard(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a ribbon round the neck with a card, or with a whistle."""
    skeleton, (dx, dy) = scene.skeleton, item.shift
    y = skeleton.y
    low = 0.80 - 0.04 * (item.size - 1)
    for s in (-1, 1):
        points = [(42 * s + dx, y(0.96) + dy), (24 * s + dx, y(0.89) + dy), (dx, y(low) + dy)]
        if (skeleton.depths(points) > -3).all():
            figure.fill(
                "neckwear",
                tube(skeleton.wrap(points, 5.2), (2.0, 2.0), samples=4),
                width=0.7,
                role=f"ribbon{s}",
            )
    spot = on_trunk(scene, item, 0, low, 6.0)
    if spot is None:
        return
    if item.variant % 2 == 0:
        figure.fill("badge", spot.put([(-10, 0), (10, 0), (10, 25), (-10, 25)]), width=0.9, role="card")
        figure.fill("badge", spot.put([(-6, 5), (6, 5), (6, 14), (-6, 14)]), "line", width=0, role="picture")
    else:
        figure.fill(
            "badge",
            spot.put(smooth([(-5, 1), (11, 1), (11, 5), (5, 6), (2, 12), (-7, 11)], (0, 1, 2))),
            width=0.9,
            role="card",
        )
