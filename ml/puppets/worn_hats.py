"""What is worn on the head: caps, hats, headphones, goggles, sunglasses pushed up."""

from __future__ import annotations

import math

import numpy as np

from ml.puppets.curves import Points, ellipse, smooth, tube
from ml.puppets.design import Accessory
from ml.puppets.figure import Figure
from ml.puppets.worn_place import Scene, Spot, band, dome, on_hair, rim, round_head, side_of


def _sized(points: Points, item: Accessory, pivot: tuple[float, float]) -> Points:
    """Return a hat's outline at the accessory's size and place."""
    return (points - pivot) * item.size + pivot + (item.shift[0], item.shift[1])


def draw_cap(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a cap with a visor: worn straight, worn backwards, or a school cap with a flat top."""
    shape = item.variant % 3
    way = -1.0 if shape == 1 else 1.0
    front, back = (-21.0, -8.0) if way > 0 else (-19.0, -12.0)
    pivot = (0.0, -30.0)
    outline = _sized(dome(scene, front, back, 2.5, 5.0), item, pivot)
    visor, depth = _visor(scene, front if way > 0 else back, way, item.side * 24.0)
    visor = _sized(visor, item, pivot)
    if depth <= 0:
        figure.fill("headwear", visor, "shadow", role="visor")
    figure.fill("headwear", outline, shade=(-6, -2.5), role="cap")
    if shape != 2:
        for k, angle in enumerate((-38, 38)):
            at = scene.shell.seen(angle)
            if abs(at) < 80:
                seam = scene.shell.place(
                    np.linspace(at * 0.15, at, 6), np.linspace(scene.shell.top * 1.06, front, 6)
                )
                figure.stroke(
                    "headwear", _sized(seam - (0, 3), item, pivot), 0.7, clip=(outline,), role=f"seam{k}"
                )
        top = (float(outline[15:, 0].mean()), float(outline[:, 1].min()))
        figure.fill(
            "headwear", ellipse((top[0], top[1] + 0.5), (3.4 * item.size, 2.0)), width=0.8, role="button"
        )
    else:
        edge = rim(scene, front, back, 2.6)
        ring = band(edge - (0, 9), edge)
        figure.fill("headwear", _sized(ring, item, pivot), "shadow", width=0.8, role="ring")
        spot = on_hair(scene, item, 0, front - 9)
        if spot is not None:
            figure.fill("headwear", spot.put(ellipse((0, -8), (5.5, 5.5))), "shadow", width=0.8, role="badge")
    if depth > 0:
        figure.fill("headwear", visor, shade=(-1.0, -3.2), role="visor")


def _visor(scene: Scene, y: float, way: float, turn: float) -> tuple[Points, float]:
    """Return the outline of a visor that stands out ahead (or behind), and its depth."""
    r = scene.shell.hair.radius + 2.0
    t = np.deg2rad(np.linspace(-52, 52, 11) + turn)
    out = 27.0 * np.cos(np.linspace(-np.pi / 2, np.pi / 2, 11)) ** 0.7
    inner, depth = round_head(scene, r * np.sin(t), way * r * np.cos(t), np.full(11, y - 3))
    outer, _ = round_head(scene, 1.02 * r * np.sin(t), way * (r * np.cos(t) + out), y + 0.16 * out)
    return np.vstack([smooth(outer, closed=False, samples=3), inner[::-1]]), float(depth[5])


def draw_beret(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a beret that hangs to one side: with a stalk, or large and flat."""
    side, shape = side_of(item), item.variant % 2
    a = math.radians(scene.yaw)
    hang = side * math.cos(a)
    ahead = math.sin(a)
    edge = rim(scene, -31, -17, 2.0)
    w, top = scene.shell.hair.radius + (6.0 if shape == 0 else 11.0), scene.shell.top
    x = 5.0 * hang - 6 * ahead
    body = [
        edge[0],
        (x - w - 6 * max(-hang, 0), -32 + 7 * max(-hang, 0)),
        (x - w * 0.72, top - 5 + 3 * hang),
        (x, top - 12),
        (x + w * 0.72, top - 5 - 3 * hang),
        (x + w + 6 * max(hang, 0), -32 + 7 * max(hang, 0)),
        edge[-1],
        edge[10],
        edge[7],
        edge[4],
    ]
    outline = _sized(smooth(np.array(body), (0, 6)), item, (0.0, -30.0))
    if shape == 0:
        stalk = tube([(x, top - 10), (x + 1, top - 14), (x + 3 * hang + 1, top - 19)], (2.0, 1.6), samples=3)
        figure.fill("headwear", _sized(stalk, item, (0.0, -30.0)), width=0.9, role="stalk")
    figure.fill("headwear", outline, shade=(-5, -4), role="beret")
    fold = smooth(
        [(x - w * 0.5 * hang, -36), (x + w * 0.1 * hang, -39), (x + w * 0.62 * hang, -33)], closed=False
    )
    figure.stroke("headwear", _sized(fold, item, (0.0, -30.0)), 0.8, clip=(outline,), role="fold")
    ring = band(rim(scene, -34, -20, 1.6), rim(scene, -29, -15, 1.6))
    figure.fill("headwear", _sized(ring, item, (0.0, -30.0)), "shadow", width=0.9, role="ring")


def draw_hat(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a hat with a brim and a ribbon: straw with a round crown, boater, or pointed."""
    shape = item.variant % 3
    r = scene.shell.hair.radius
    reach, rise = ((r + 34, 12.0), (r + 22, 8.0), (r + 30, 52.0))[shape]
    pivot, y = (0.0, -30.0), -25.0
    x = -3.0 * math.sin(math.radians(scene.yaw))
    brim = ellipse((x, y - 1), (reach, 13.0 + 60 * (scene.shell.bow - 0.1)))
    brim[:, 1] += (0.07, 0.0, 0.04)[shape] * np.abs(brim[:, 0] - x) ** 1.12
    figure.fill("headwear", _sized(brim, item, pivot), shade=(-3, -3), role="brim")
    crown = _crown(scene, shape, rise, x)
    crown = _sized(crown, item, pivot)
    figure.fill("headwear", crown, shade=(-6, -2.5), role="crown")
    edge, upper = rim(scene, y - 2, y - 2, 2.5), rim(scene, y - 12, y - 12, 2.7)
    figure.fill(
        "hair_ribbon", _sized(band(upper, edge), item, pivot), shade=(-3, 0), clip=(crown,), role="ribbon"
    )


def _crown(scene: Scene, shape: int, rise: float, x: float) -> Points:
    """Return the outline of a hat's crown: round, flat or pointed with a bent tip."""
    edge = rim(scene, -27, -27, 2.5)
    a, b, top = edge[0], edge[-1], scene.shell.top
    if shape == 0:
        return dome(scene, -27, -27, 2.5, rise - 4)
    if shape == 1:
        over = [(b[0] - 1, top - rise), (x, top - rise - 2), (a[0] + 1, top - rise)]
    else:
        over = [
            (b[0] * 0.62 + x * 0.38, top - 8),
            (x + 13, top - rise * 0.62),
            (x + 30, top - rise),
            (x + 2, top - rise * 0.86),
            (a[0] * 0.62 + x * 0.38, top - 12),
        ]
    corners = (0, 1) if shape else ()
    side = smooth([b, *over, a], (1, len(over)) if shape == 1 else (3,), closed=False, samples=6)
    del corners
    return np.vstack([edge[1:-1], side])


def draw_knit_cap(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a knitted cap with a turned-up edge: plain, with a bobble, or slouched."""
    shape = item.variant % 3
    pivot = (0.0, -30.0)
    rise = (4.0, 5.0, 15.0)[shape]
    outline = _sized(dome(scene, -22, -10, 2.5, rise), item, pivot)
    if shape == 1:
        middle = (float(outline[15:, 0].mean()), float(outline[:, 1].min()))
        t = np.linspace(0, 2 * np.pi, 36, endpoint=False)
        bobble = np.stack((np.cos(t), np.sin(t)), 1) * (11 + 1.2 * np.cos(9 * t))[:, None] * item.size
        figure.fill("headwear", bobble + middle - (0, 6 * item.size), shade=(-3, -2), role="bobble")
    figure.fill("headwear", outline, shade=(-6, -2.5), role="cap")
    low, high = rim(scene, -17, -5, 4.0), rim(scene, -31, -19, 4.0)
    edge = _sized(band(high, low), item, pivot)
    figure.fill("headwear", edge, shade=(-4, -1.5), role="edge")
    for k in range(2, 14, 3):
        rib = np.linspace(high[k] * 0.85 + low[k] * 0.15, high[k] * 0.15 + low[k] * 0.85, 4)
        figure.stroke("headwear", _sized(rib, item, pivot), 0.7, role=f"rib{k}")


def draw_headphones(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw headphones over the hair: the bow over the crown, a round or angular cup on each ear that is seen."""
    a = math.radians(scene.yaw)
    r = scene.shell.hair.radius + 3.0
    t = np.linspace(-1.45, 1.45, 9)
    dx, dy = item.shift
    line = np.stack(
        (r * np.sin(t) * math.cos(a) - 3 * math.sin(a) + dx, (scene.shell.top - 3.5) * np.cos(t) + 5 + dy),
        axis=1,
    )
    line = (line - (0, 5)) * (1, item.size) + (0, 5)
    if abs(math.cos(a)) < 0.25:
        line = line[:5]
    figure.fill("ear_wear", tube(line, (2.6, 3.4, 2.6), samples=4), shade=(-1.5, -1.0), role="bow")
    for s in (-1, 1):
        depth = -s * math.sin(a)
        if depth < -0.3:
            continue
        x = s * (r - 1) * math.cos(a) - 3 * math.sin(a) + dx
        spot = Spot((x, 12 + dy), max(0.42, abs(math.sin(a))), item.size)
        cup = (
            ellipse((0, 0), (15, 17))
            if item.variant % 2 == 0
            else smooth([(-12, -16), (12, -16), (14, 16), (-14, 16)], (0, 1, 2, 3))
        )
        figure.fill("ear_wear", spot.put(cup), shade=(-3, -2), role=f"cup{s}")
        if abs(depth) > 0.3:
            figure.fill("ear_wear", spot.put(cup * 0.55), "shadow", width=0.8, role=f"disc{s}")


def draw_goggles(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw goggles pushed up on the brow: a strap, and two round lenses or one wide lens."""
    dy = item.shift[1]
    front, back = -21 + dy, -12 + dy
    strap = band(rim(scene, front - 4, back - 4, 1.4), rim(scene, front + 4, back + 4, 1.4))
    figure.fill("eyewear", strap, shade=(-2, -1), role="strap")
    places: tuple[float, ...] = (-22.0, 22.0) if item.variant % 2 == 0 else (0.0,)
    if item.variant % 2 == 0:
        shape, glass = ellipse((0, 0), (14, 12)), ellipse((0, 0), (9.5, 8))
    else:
        frame = [(-26, -10), (26, -10), (30, 2), (20, 11), (4, 8), (-4, 8), (-20, 11), (-30, 2)]
        shape, glass = smooth(frame), smooth(frame) * (0.84, 0.66)
    for k, angle in enumerate(places):
        spot = on_hair(scene, item, angle, -21, 0.3)
        if spot is not None:
            spot = Spot((spot.xy[0] * 1.03, spot.xy[1]), spot.squeeze, spot.size)
            figure.fill("eyewear", spot.put(shape), shade=(-2.5, -2), role=f"frame{k}")
            figure.fill("hair_clip", spot.put(glass), width=0.9, role=f"glass{k}")


def draw_sunglasses(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw sunglasses pushed up into the hair: round or angular lenses with the bow that runs to the ear."""
    shape = item.variant % 2
    lens = (
        ellipse((0, 0), (12, 9.5)) if shape == 0 else smooth([(-13, -7), (13, -7), (10, 7), (-9, 8)], (0, 1))
    )
    dy = item.shift[1]
    if scene.away:
        return
    arm = rim(scene, -30 + dy, -2 + dy, 1.0)
    figure.stroke("eyewear", smooth(arm[::2], closed=False, samples=4), 1.6, role="bow")
    for s in (-1, 1):
        spot = on_hair(scene, item, 20.0 * s, -31, 0.35)
        if spot is not None:
            outline = spot.put(lens * (s, 1))
            figure.fill("eyewear", outline, role=f"lens{s}")
            figure.fill(
                "eyewear", spot.put(lens * (0.7 * s, 0.5) + (0, 2)), "shadow", width=0, role=f"glow{s}"
            )
