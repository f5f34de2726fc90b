"""Trousers, skirts, socks and shoes."""

from __future__ import annotations

import numpy as np

from ml.puppets.body import draw_leg, name
from ml.puppets.clothes import torso_outline
from ml.puppets.curves import Points, moved, ramp, smooth
from ml.puppets.design import WHOLE
from ml.puppets.feet import draw_shoe, foot_of
from ml.puppets.garments import LEGS, SKIRTS
from ml.puppets.limbs import U, cut_tube, limb_outline, paint_tube, widened
from ml.puppets.wear import Drape, Wear

SHADE = (-3.2, -1.2)


def covered(wear: Wear) -> float:
    """Return down to which share of the leg its own cloth reaches, 0 = none."""
    costume = wear.costume
    if costume.top in WHOLE or costume.bottom not in LEGS:
        return 0.0
    length = LEGS[costume.bottom][0] * costume.hem
    if costume.boots and costume.bottom != "wide":
        length = min(length, 1.08 - 0.5 * costume.boots)
    return float(min(length, 0.985))


def draw_leg_worn(wear: Wear, side: float) -> None:
    """Draw a leg with trousers, sock and shoe."""
    costume = wear.costume
    cloth = covered(wear)
    start = max(0.0, cloth - 0.08) if cloth else 0.0
    if costume.top == "yukata":
        start = max(0.0, min(0.98, wear.cut.lower * costume.hem) - 0.15)
    stop = min(1.0, 1.06 - 0.5 * max(costume.socks, costume.boots))
    if start < stop - 0.04:
        draw_leg(wear.figure, wear.skeleton, side, start, stop)
    if costume.shoes == "sandal" and not costume.boots and not costume.socks:
        _bare_foot(wear, side)
    tucked = costume.boots and costume.bottom != "wide"
    if cloth and tucked:
        draw_trousers(wear, side, cloth)
    draw_footwear(wear, side)
    if cloth and not tucked:
        draw_trousers(wear, side, cloth)


def _bare_foot(wear: Wear, side: float) -> None:
    """Draw the foot that a sandal shows, bare or in its sock."""
    outline = foot_of(wear.skeleton, wear.skeleton.leg(side)).outline
    part = name("sock" if wear.costume.socks else "leg", side)
    wear.figure.fill(part, outline, shade=SHADE, lines=((0, len(outline) - 6),), role="foot")


def draw_footwear(wear: Wear, side: float) -> None:
    """Draw sock, shoe and, if the costume has it, the shaft of a boot."""
    figure, sk, costume = wear.figure, wear.skeleton, wear.costume
    chain = sk.leg(side)
    if costume.socks:
        sock = cut_tube(limb_outline(sk, chain, 0.8), max(0.05, 1 - 0.5 * costume.socks), 1)
        paint_tube(figure, name("sock", side), sock)
        _band(wear, name("sock", side), sock, 0.8)
        if costume.shoes == "sandal" and not costume.boots:
            _bare_foot(wear, side)
    part = name("shoe", side)
    trim = name("cuff", side) if wear.trim else ""
    draw_shoe(figure, foot_of(sk, chain), part, "low" if costume.boots else costume.shoes, trim=trim)
    if costume.boots:
        top = 1 - 0.5 * costume.boots
        shaft = cut_tube(limb_outline(sk, chain, 2.6), top, 1)
        paint_tube(figure, part, shaft)
        _band(wear, part, shaft, 2.5)
        if wear.trim:
            cuff = widened(cut_tube(shaft, 0, 0.16 / costume.boots), 1.6)
            figure.fill(name("cuff", side), smooth(cuff), shade=SHADE, role="boot")


def _band(wear: Wear, part: str, piece: Points, bow: float) -> None:
    """Ink the upper edge of a piece of tube as a shallow arc."""
    a, b = piece[0], piece[-1]
    wear.figure.stroke(part, smooth([a, (a + b) / 2 + (0, bow), b], closed=False), 0.9, role="band")


def draw_trousers(wear: Wear, side: float, length: float) -> None:
    """Draw one leg of trousers, shorts or leggings down to a share of the leg."""
    figure, sk = wear.figure, wear.skeleton
    kind = wear.costume.bottom
    _, grow, wider = LEGS[kind]
    chain = sk.leg(side)
    loose = grow + wider * np.minimum(U / max(length, 0.1), 1) ** 1.6
    if kind in ("trousers", "wide"):
        # straight cloth hides calf and ankle
        loose = loose + np.interp(U, (0.5, 0.6, 0.78, 0.95, 1), (0.5, 0.5, 1.5, 4.0, 4.0))
    elif kind == "jeans":
        loose = loose + np.interp(U, (0.5, 0.7, 0.95, 1), (0, 0.3, 3.0, 3.0))
    outline = cut_tube(limb_outline(sk, chain, loose), 0, length)
    part = name("trouser", side)
    inner_first = (side > 0) == (sk.cosine > 0)
    skip = (2, 2) if abs(sk.sine) > 0.5 else ((6, 2) if inner_first else (2, 6))
    paint_tube(figure, part, outline, shadow=5.0, skip=skip, hem=2.0)
    if kind != "leggings" and length > 0.6:
        _knee_fold(wear, part, outline)
    if kind == "jeans":
        half = len(outline) // 2
        edge = smooth(
            [outline[half - 2], outline[half - 2 : half + 2].mean(axis=0), outline[half + 1]], closed=False
        )
        figure.stroke(part, edge, 0.7, role="stitch")


def _knee_fold(wear: Wear, part: str, outline: Points) -> None:
    """Draw the fold that the knee makes in cloth."""
    half = len(outline) // 2
    k = half // 2
    a, b = outline[k], outline[2 * half - 1 - k]
    middle = (a + b) / 2
    if wear.folds(1):
        line = [a * 0.06 + b * 0.94 + (0, -1), middle * 0.6 + b * 0.4 + (0, 1.5), moved(middle, 0, 2)]
        wear.figure.stroke(part, smooth(line, closed=False, samples=5), 0.8, role="knee")


def draw_pelvis(wear: Wear) -> None:
    """Draw the seat of trousers."""
    outline = torso_outline(wear.skeleton, 0.785, 0.598, LEGS[wear.costume.bottom][1] * 0.7)
    wear.figure.fill("trouser_r", outline, role="seat")


def draw_bottom_details(wear: Wear) -> None:
    """Draw waistband and fly of trousers where a short top shows them."""
    if wear.cut.hem < 0.72 or wear.cut.lower or wear.costume.bottom == "leggings":
        return
    wear.seam("trouser_r", wear.ring(0.740, 0.70)[:9], 2.0, role="waistband")
    wear.seam("trouser_r", [(0, 0.735), (2, 0.69), (0, 0.64)], 2.0, role="fly")


def draw_skirt(wear: Wear) -> None:
    """Draw a pleated skirt that follows legs and sway."""
    figure, sk = wear.figure, wear.skeleton
    length, flare, pleats = SKIRTS[wear.costume.bottom]
    length = min(0.97, length * wear.costume.hem)
    drape = Drape(sk, length, flare, 1.5)
    step = 360 / pleats
    first = (sk.yaw + 90) % step - 90
    # always the same number of pleats, so that two drawings correspond
    edges = [first + k * step for k in range(pleats // 2)]
    angles, downs = [-90.0], [0.985]
    for a in edges:
        angles += [a - 0.5, a + 0.5]
        downs += [1.012, 0.985]
    bottom = drape.at(np.array([*angles, 90.0]).clip(-90, 90), np.array([*downs, 1.0]))
    rows = ramp(12)
    left, right = drape.at(np.full(12, -90.0), rows), drape.at(np.full(12, 90.0), rows[::-1])
    outline = np.concatenate([left, bottom, right])
    figure.cast(moved(outline, 2.0, 7.0), ("leg_r", "leg_l", "sock_r", "sock_l"))
    figure.fill("skirt", outline, shade=(-4.0, 0.0))
    start = 0.1 if pleats > 14 else 0.3
    for angle in edges:
        seam = drape.edge(angle, start, 0.985)
        figure.fill("skirt", drape.wedge(angle, start, 6.5), "shadow", width=0, role="pleat_shade")
        figure.stroke("skirt", seam, 0.9, role="pleat")
