"""Collars, ties, belts, bags and what is worn in the hair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.puppets.clothes import coat_outline
from ml.puppets.curves import Pairs, Points, ellipse, moved, smooth
from ml.puppets.design import Costume
from ml.puppets.figure import Figure
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
    if costume.accessory("tie"):
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
    if costume.accessory("tie"):
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
    _shirt_and_tie(figure, skeleton, costume, 0.80) if not costume.accessory("tie") else None
    if costume.accessory("tie"):
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
