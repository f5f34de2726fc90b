"""Collars, ties, belts, bags and what is worn in the hair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.puppets.clothes import coat_outline
from ml.puppets.curves import Pairs, Points, ellipse, moved, smooth, tube, turned
from ml.puppets.design import Costume
from ml.puppets.figure import Figure
from ml.puppets.hair import Shell
from ml.puppets.skeleton import Skeleton

_TrunkPoints = Sequence[tuple[float, float]]


def _on_trunk(
    figure: Figure,
    skeleton: Skeleton,
    part: str,
    points: _TrunkPoints,
    grow: float = 4.0,
    *,
    width: float = 1.0,
    shade: tuple[float, float] | None = None,
) -> None:
    """Draw a shape given by (across, share of height) on the trunk if it can be seen."""
    heights = [(t, skeleton.y(s)) for t, s in points]
    if skeleton.depths(heights).mean() > 0:
        figure.fill(part, skeleton.wrap(heights, grow), width=width, shade=shade)


def _at_front(skeleton: Skeleton, share: float, grow: float, shape: Pairs) -> Points | None:
    """Return a small shape put on the middle of the front, squeezed by the yaw; None if out of sight."""
    x, y, depth = skeleton.on_front(0, skeleton.y(share), grow)
    if depth < -2 or abs(skeleton.yaw) > 100:
        return None
    squeeze = max(0.45, abs(np.cos(np.deg2rad(skeleton.yaw))))
    return skeleton.upper(np.asarray(shape, dtype=np.float64) * (squeeze, 1) + (x, y))


def draw_collar(figure: Figure, skeleton: Skeleton, costume: Costume) -> None:
    """Draw what closes the top at the neck, by its cut."""
    {"sailor": _sailor, "blazer": _blazer, "coat": _coat, "cardigan": _cardigan, "hoodie": _hoodie}[
        costume.top
    ](figure, skeleton, costume)


def _sailor(figure: Figure, skeleton: Skeleton, costume: Costume) -> None:
    _on_trunk(figure, skeleton, "neck", [(-30, 0.9675), (30, 0.9675), (3, 0.872), (-3, 0.872)], 3.0)
    for s in (-1, 1):
        flap = [
            (28 * s, 0.966),
            (64 * s, 0.952),
            (66 * s, 0.925),
            (26 * s, 0.868),
            (2 * s, 0.845),
            (3 * s, 0.868),
        ]
        _on_trunk(figure, skeleton, "collar", flap, 4.0, shade=(-2.5, -1.0))
        _on_trunk(
            figure,
            skeleton,
            "piping",
            [(58 * s, 0.930), (60 * s, 0.923), (24 * s, 0.872), (20 * s, 0.874)],
            4.2,
            width=0,
        )
    _on_trunk(
        figure,
        skeleton,
        "collar",
        [(110, 0.955), (112, 0.862), (180, 0.856), (248, 0.862), (250, 0.955), (180, 0.962)],
        4.0,
        shade=(-3, -1),
    )
    _on_trunk(
        figure,
        skeleton,
        "piping",
        [(116, 0.876), (180, 0.870), (244, 0.876), (244, 0.870), (180, 0.864), (116, 0.870)],
        4.3,
        width=0,
    )
    if "tie" in costume.extras:
        draw_bow(figure, skeleton, 0.842, 1.0)


def draw_bow(figure: Figure, skeleton: Skeleton, share: float, size: float) -> None:
    """Draw a ribbon tied on the chest."""
    tails = (
        [(-1, 0), (-9, 18), (-13, 34), (-6, 31), (-2, 16)],
        [(1, 0), (8, 17), (12, 32), (5, 30), (1, 16)],
    )
    loops = ([(0, 0), (-9, -7), (-19, -6), (-18, 5), (-9, 6)], [(0, 0), (9, -7), (19, -6), (18, 5), (9, 6)])
    for points, corners in ((tails[0], (0, 2, 3)), (tails[1], (0, 2, 3)), (loops[0], (0,)), (loops[1], (0,))):
        shape = _at_front(skeleton, share, 5.0, smooth(np.array(points) * size, corners))
        if shape is not None:
            figure.fill("tie", shape, shade=(-2.2, -1.6))
    knot = _at_front(skeleton, share, 5.5, ellipse((0, 0), (4.2 * size, 4.8 * size)))
    if knot is not None:
        figure.fill("tie", knot)


def _shirt_and_tie(figure: Figure, skeleton: Skeleton, costume: Costume, low: float) -> None:
    _on_trunk(
        figure,
        skeleton,
        "shirt",
        [(-30, 0.962), (30, 0.962), (22, 0.92), (2, low), (-2, low), (-22, 0.92)],
        3.0,
        shade=(-2.5, 0),
    )
    if "tie" in costume.extras:
        body = _at_front(
            skeleton,
            0.94,
            4.0,
            smooth([(-3.4, 2), (3.4, 2), (5.6, 44), (0, 52), (-5.6, 44)], (0, 1, 2, 3, 4)),
        )
        knot = _at_front(skeleton, 0.945, 4.4, smooth([(-5, -2), (5, -2), (3.4, 6), (-3.4, 6)], (0, 1, 2, 3)))
        for shape in (body, knot):
            if shape is not None:
                figure.fill("tie", shape, shade=(-1.8, 0))
    for s in (-1, 1):
        _on_trunk(
            figure,
            skeleton,
            "shirt",
            [(12 * s, 0.975), (38 * s, 0.965), (26 * s, 0.935), (3 * s, 0.946)],
            4.2,
        )


def _blazer(figure: Figure, skeleton: Skeleton, costume: Costume) -> None:
    _shirt_and_tie(figure, skeleton, costume, 0.80)
    for s in (-1, 1):
        lapel = [
            (34 * s, 0.972),
            (52 * s, 0.958),
            (44 * s, 0.905),
            (50 * s, 0.895),
            (4 * s, 0.788),
            (2 * s, 0.80),
            (25 * s, 0.92),
        ]
        _on_trunk(figure, skeleton, "top", lapel, 4.0, shade=(-2.5, -0.5))
        _on_trunk(
            figure,
            skeleton,
            "piping",
            [(44 * s, 0.905), (50 * s, 0.895), (4 * s, 0.788), (6 * s, 0.800), (44 * s, 0.893)],
            4.2,
            width=0,
        )
    front = skeleton.wrap([(0, skeleton.y(s)) for s in np.linspace(0.79, 0.655, 5)], 3.0)
    if skeleton.on_front(0, skeleton.y(0.7))[2] > 0:
        figure.stroke("top", front, 1.0)
        for share in (0.768, 0.725):
            button = _at_front(skeleton, share, 3.4, ellipse((4.2, 0), (2.5, 2.5)))
            if button is not None:
                figure.fill("button", button, width=0.8)


def _coat(figure: Figure, skeleton: Skeleton, costume: Costume) -> None:
    _on_trunk(
        figure,
        skeleton,
        "shirt",
        [(-30, 0.962), (30, 0.962), (26, 0.91), (18, 0.80), (-18, 0.80), (-26, 0.91)],
        3.4,
    )
    for s in (-1, 1):
        edge = [
            (26 * s, 0.965),
            (62 * s, 0.955),
            (58 * s, 0.905),
            (30 * s, 0.86),
            (20 * s, 0.80),
            (17 * s, 0.80),
            (20 * s, 0.90),
        ]
        _on_trunk(figure, skeleton, "collar", edge, 4.6, shade=(-2.5, -0.5))
    if skeleton.on_front(0, skeleton.y(0.6))[2] > 0:
        slit = skeleton.wrap([(0, skeleton.y(s)) for s in np.linspace(0.74, 0.51, 6)], 4.0)
        bottom = moved(skeleton.wrap([(-20, skeleton.y(0.498)), (20, skeleton.y(0.498))], 6.0), 0, 5)
        figure.fill("top", np.vstack([slit[1:], bottom]), "shadow", width=0, clip=(coat_outline(skeleton),))
        figure.stroke("top", slit, 1.0)


def _cardigan(figure: Figure, skeleton: Skeleton, costume: Costume) -> None:
    _shirt_and_tie(figure, skeleton, costume, 0.80) if "tie" not in costume.extras else None
    if "tie" in costume.extras:
        _on_trunk(
            figure,
            skeleton,
            "shirt",
            [(-34, 0.962), (34, 0.962), (26, 0.90), (6, 0.80), (-6, 0.80), (-26, 0.90)],
            3.0,
        )
        for s in (-1, 1):
            _on_trunk(
                figure,
                skeleton,
                "shirt",
                [(6 * s, 0.972), (40 * s, 0.966), (34 * s, 0.93), (3 * s, 0.942)],
                4.4,
            )
        draw_bow(figure, skeleton, 0.93, 0.72)
    for s in (-1, 1):
        band = [
            (36 * s, 0.965),
            (44 * s, 0.955),
            (34 * s, 0.90),
            (8 * s, 0.80),
            (5 * s, 0.655),
            (0, 0.655),
            (0, 0.795),
            (25 * s, 0.90),
        ]
        _on_trunk(figure, skeleton, "collar", band, 4.0)
    for share in (0.78, 0.735, 0.69):
        button = _at_front(skeleton, share, 4.6, ellipse((0, 0), (2.0, 2.0)))
        if button is not None:
            figure.fill("button", button, width=0.7)


def _hoodie(figure: Figure, skeleton: Skeleton, costume: Costume) -> None:
    del costume
    for s in (-1, 1):
        _on_trunk(
            figure,
            skeleton,
            "collar",
            [(6 * s, 0.925), (50 * s, 0.972), (78 * s, 0.955), (60 * s, 0.915), (14 * s, 0.895)],
            4.4,
            shade=(-2.5, -1),
        )
    _on_trunk(
        figure, skeleton, "top", [(-42, 0.79), (42, 0.79), (56, 0.71), (-56, 0.71)], 3.6, shade=(-2, -1)
    )


def draw_belt(figure: Figure, skeleton: Skeleton) -> None:
    """Draw a belt with its buckle."""
    y = np.array([skeleton.y(0.782), skeleton.y(0.752)])
    centre, half = skeleton.extent(y, 4.2)
    t = np.linspace(-1, 1, 9)
    bow = 3.0 * (1 - t**2)
    upper = np.stack([centre[0] + half[0] * t, y[0] + bow], axis=1)
    lower = np.stack([centre[1] + half[1] * t, y[1] + bow], axis=1)[::-1]
    figure.fill("belt", skeleton.upper(np.vstack([upper, lower])), shade=(-5, 0))
    outer = _at_front(skeleton, 0.767, 5.0, np.array([(-7, -4.5), (7, -4.5), (7, 10.5), (-7, 10.5)]))
    inner = _at_front(skeleton, 0.767, 5.0, np.array([(-3.6, -1), (3.6, -1), (3.6, 7), (-3.6, 7)]))
    if outer is not None and inner is not None:
        figure.fill("buckle", outer)
        figure.fill("belt", inner, width=0.8)


def draw_satchel(figure: Figure, skeleton: Skeleton) -> None:
    """Draw the strap across the chest and the bag at the hip."""
    front = np.cos(np.deg2rad(skeleton.yaw)) >= -0.2
    angles = (-52, -30, 0, 34, 62) if front else (232, 205, 180, 150, 118)
    shares = (0.955, 0.90, 0.84, 0.76, 0.68)
    line = skeleton.wrap([(a, skeleton.y(s)) for a, s in zip(angles, shares, strict=True)], 4.6)
    figure.fill("strap", tube(line, [3.0, 3.0], samples=4))
    x, y, depth = skeleton.on_front(56, skeleton.y(0.665), 7.0)
    if depth < -18 and front:
        return
    squeeze = max(0.5, abs(np.cos(np.deg2rad(skeleton.yaw - 60))))
    bag = smooth([(-17, -6), (17, -6), (19, 12), (16, 26), (-16, 26), (-19, 12)], (0, 1))
    flap = smooth([(-18, -7), (18, -7), (17, 8), (0, 15), (-17, 8)], (0, 1))
    place = np.array([x, y])
    figure.fill("satchel", skeleton.upper(bag * (squeeze, 1) + place), shade=(-3, -1))
    figure.fill("satchel", skeleton.upper(flap * (squeeze, 1) + place), shade=(-3, -2))
    figure.fill("button", skeleton.upper(ellipse((0, 12), (2.6, 2.6)) * (squeeze, 1) + place), width=0.8)


def draw_scarf(figure: Figure, skeleton: Skeleton) -> None:
    """Draw a scarf round the neck with one end that hangs."""
    x, y, _ = skeleton.on_front(24, skeleton.y(0.945), 4.0)
    sway = skeleton.pose.sway * 0.4
    end = smooth(
        [
            (-5, 0),
            (7, 0),
            (8 + sway, 18),
            (14 + sway, 40),
            (15 + sway * 1.5, 66),
            (-3 + sway * 1.5, 69),
            (-2 + sway, 42),
            (-6 + sway, 20),
        ],
        (0, 1, 4, 5),
    )
    if np.cos(np.deg2rad(skeleton.yaw)) > -0.3:
        figure.fill("scarf", skeleton.upper(moved(end, x, y)), shade=(-3, -1))
    centre, half = skeleton.extent(np.array([skeleton.y(0.955)]), 2.0)
    w = float(np.clip(half[0], 20, 27))
    c = float(centre[0])
    top, low = skeleton.y(0.995), skeleton.y(0.925)
    middle = (top + low) / 2
    rim = [(-0.86, top), (0, top + 9), (0.86, top), (1.12, middle)]
    rim += [(0.8, low - 2), (0, low + 6), (-0.8, low - 2), (-1.12, middle)]
    loop = smooth([(c + w * across, y) for across, y in rim])
    loop = skeleton.upper(loop)
    figure.fill("scarf", loop, shade=(-4, -3))
    for a, b in (((-0.9, 0.35), (0.5, 0.75)), ((0.95, 0.3), (-0.2, 0.62))):
        p, q = (
            np.array([c + w * a[0], top + (low - top) * a[1]]),
            np.array([c + w * b[0], top + (low - top) * b[1]]),
        )
        figure.stroke(
            "scarf",
            skeleton.upper(smooth(np.stack([p, moved((p + q) / 2, 0, 5), q]), closed=False)),
            0.9,
            clip=(loop,),
        )


def draw_hair_ribbon(figure: Figure, x: float, y: float, size: float, squeeze: float) -> None:
    """Draw a bow tied into the hair at a point of head space."""
    for s in (-1, 1):
        tail = smooth(np.array([(0, 0), (s * 7, 10), (s * 9, 22), (s * 3, 19), (0, 8)]) * size, (0, 2, 3))
        figure.fill("hair_ribbon", tail * (squeeze, 1) + (x, y), shade=(-2, -1))
    for s in (-1, 1):
        loop = smooth(np.array([(0, 0), (s * 10, -10), (s * 20, -9), (s * 19, 4), (s * 9, 5)]) * size, (0,))
        figure.fill("hair_ribbon", loop * (squeeze, 1) + (x, y), shade=(-2, -2))
        fold = smooth(np.array([(s * 3, -0.5), (s * 8, -3), (s * 12, -3.5)]) * size, closed=False)
        figure.stroke("hair_ribbon", fold * (squeeze, 1) + (x, y), 0.7)
    figure.fill("hair_ribbon", ellipse((x, y), (4.0 * size * squeeze, 4.6 * size)))


def draw_hair_clip(figure: Figure, shell: Shell) -> None:
    """Draw a clip on the fringe at the character's right."""
    at = shell.seen(-46.0)
    if abs(at) > 82:
        return
    squeeze = max(0.35, float(np.cos(np.deg2rad(at * 0.9))))
    for angle, y, roll in ((-46, -14, 118), (-46, -4, 130)):
        spot = shell.place(np.array([shell.seen(angle)]), np.array([float(y)]))[0]
        bar = smooth([(-9, -2.3), (9, -2.3), (9, 2.3), (-9, 2.3)], (0, 1, 2, 3), samples=3)
        figure.fill("hair_clip", turned(bar * (squeeze, 1), -roll + 90) + spot, width=0.9)
