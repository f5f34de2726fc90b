"""Tops and sleeves, drawn over the body they hang on."""

from __future__ import annotations

import numpy as np

from ml.puppets.body import name
from ml.puppets.curves import Points, moved, ramp, smooth
from ml.puppets.limbs import U, cut_tube, limb_outline, paint_tube, widened
from ml.puppets.skeleton import Skeleton
from ml.puppets.wear import Drape, Wear, bowed, trunk_sides

LOWER = ("skirt", "trouser_r", "trouser_l", "leg_r", "leg_l", "sock_r", "sock_l", "shoe_r", "shoe_l")


def torso_outline(skeleton: Skeleton, top: float, hem: float, grow: float, flare: float = 0.0) -> Points:
    """Return the closed outline of cloth round the trunk between two heights (shares of the chin's height).

    The points run down the viewer's left side, along the hem and up the right side; the two sides have equal
    counts, the hem bows down in the middle.
    """
    left, right = trunk_sides(skeleton, top, hem, grow, flare)
    return np.concatenate([left, bowed(left[-1], right[-1], 4.0), right[::-1]])


def drape_of(wear: Wear) -> Drape | None:
    """Return the part of the top that hangs over the legs, if it has one."""
    cut = wear.cut
    if not cut.lower:
        return None
    length = min(0.98, cut.lower * wear.costume.hem)
    flare = cut.flare * (0.5 + 0.5 * wear.costume.hem)
    return Drape(wear.skeleton, length, flare, cut.grow, tight=wear.costume.top == "yukata")


def top_outline(wear: Wear, drape: Drape | None) -> Points:
    """Return the closed outline of the top, its hanging part included; the left shoulder first."""
    sk, cut = wear.skeleton, wear.cut
    if drape is None:
        loose = 2.5 if wear.costume.top in ("tshirt", "jersey", "shirt", "polo") else 1.0
        return torso_outline(sk, 0.966, cut.hem, cut.grow, flare=loose)
    left, right = trunk_sides(sk, 0.966, 0.775, cut.grow)
    down = ramp(14)
    one, other = drape.at(np.full(14, -90.0), down), drape.at(np.full(14, 90.0), down)
    angles = np.linspace(-90, 90, 17)[1:-1]
    wave = 1.0 + 0.012 * np.cos(np.deg2rad(angles * 6 + 40)) * (wear.cut.flare > 5)
    return np.concatenate([left, one, drape.at(angles, wave), other[::-1], right[::-1]])


def draw_top(wear: Wear) -> None:
    """Draw the cloth of the trunk; its sleeves come with the arms, its collar after them."""
    figure = wear.figure
    drape = drape_of(wear)
    outline = top_outline(wear, drape)
    figure.cast(moved(outline, 1.5, 6.0), LOWER)
    figure.fill("top", outline, shade=(-5.0, -1.0), lines=() if wear.away else ((0, len(outline) - 1),))
    _shoulder_lines(wear, outline)
    if drape is not None:
        _hang(wear, drape, outline)
    for t in (-1.0, 1.0)[: wear.folds(2)]:
        wear.seam("top", [(64 * t, 0.80), (50 * t, 0.785), (34 * t, 0.782)], 2.5, width=0.8, role="fold")
        if wear.cut.hem < 0.7 and not wear.cut.lower:
            wear.seam(
                "top", [(58 * t, 0.745), (44 * t, 0.738), (26 * t, 0.741)], 2.5, width=0.8, role="low_fold"
            )


def _shoulder_lines(wear: Wear, outline: Points) -> None:
    """Ink the shoulder from the top's corners to the neck."""
    neck = wear.skeleton.head_pivot()[0] * 0.5
    for corner, sign in ((outline[0], -1.0), (outline[-1], 1.0)):
        end = neck + sign * wear.skeleton.build.neck
        if not wear.away and (corner[0] - end) * sign > 1.5:
            wear.figure.stroke("top", np.linspace(corner, (end, corner[1] - 0.5), 6), role="shoulder")


def _hang(wear: Wear, drape: Drape, outline: Points) -> None:
    """Draw folds, slit and hem of the hanging part."""
    figure, yaw, top = wear.figure, wear.skeleton.yaw, wear.costume.top
    angles = np.linspace(-62, 62, 5).tolist()[: wear.folds(5)] if wear.cut.flare > 5 else []
    for k, angle in enumerate(angles):
        start = 0.55 - 0.12 * (k % 2)
        figure.fill("top", drape.wedge(angle, start, 7.0), "shadow", width=0, role="fold_shade")
        line = drape.edge(angle, start, 0.985)
        figure.stroke("top", line, 0.8, role="hang")
    if top in ("coat", "longcoat", "raincoat", "yukata") and abs(yaw) < 86:
        slit = drape.edge(yaw - (14 if top == "yukata" else 0), 0.0, 1.0)
        figure.stroke("top", slit, role="slit")
        if top != "yukata":
            gap = drape.wedge(yaw, 0.25, 9.0)
            figure.fill("top", gap, "shadow", width=0, clip=(outline,), role="gap")


def _sleeve_growth(wear: Wear) -> np.ndarray:
    """Return what the sleeve adds to the half widths of the arm, (25,)."""
    cut = wear.cut
    grow = cut.sleeve + cut.wide * U
    if wear.costume.top == "dress":
        grow = grow + 4.0 * np.exp(-(((U - 0.14) / 0.12) ** 2))
    return np.asarray(grow * (0.4 + 0.6 * wear.skeleton.build.limb))


def draw_sleeve(wear: Wear, side: float, *, lower: bool = False, role: str = "") -> None:
    """Draw a sleeve over an arm, with its cuff; `lower` = the forearm alone, over what it crosses."""
    costume, figure, sk = wear.costume, wear.figure, wear.skeleton
    stop = 0.96 * costume.sleeve
    if not costume.sleeve or (lower and stop <= 0.5):
        return
    grow = _sleeve_growth(wear)
    tube = limb_outline(sk, sk.arm(side), grow)
    part = "shirt" if wear.cut.shirt_sleeves else name("sleeve", side)
    if costume.top == "yukata" and costume.sleeve > 0.6:
        _hanging_sleeve(wear, part, side, role)
    bow = 0.0 if _cuffed(wear) else 1.6
    if lower:
        paint_tube(figure, part, cut_tube(tube, 0.42, stop), shadow=4.0, hem=bow, role=role + "sleeve")
    else:
        piece = cut_tube(tube, 0, stop)
        root = _shoulder_cap(piece)
        figure.cast(moved(cut_tube(piece, 0.22, 1), 3.2, 2.0), ("top", *LOWER))
        figure.fill(part, np.concatenate([piece[:4], piece[-4:], root]), width=0)
        paint_tube(figure, part, piece, shadow=4.0, skip=(4, 4), hem=bow)
        figure.stroke(part, _cap_ink(sk, side, piece, root))
    _cuff(wear, side, part, tube, role)


def _cuffed(wear: Wear) -> bool:
    """Return whether the sleeves end in cuffs of their own paint."""
    return wear.trim and wear.costume.top not in ("armour", "yukata")


def _cuff(wear: Wear, side: float, part: str, tube: Points, role: str) -> None:
    """Draw what ends a sleeve, and the fold at the elbow."""
    figure = wear.figure
    stop = 0.96 * wear.costume.sleeve
    if _cuffed(wear):
        edge = widened(cut_tube(tube, stop - 0.085, stop), 0.8)
        figure.fill(name("cuff", side), edge, shade=(-3.0, -1.0), role=role)
    if stop > 0.7 and wear.folds(1):
        a, b = tube[12], tube[len(tube) - 13]
        middle = (a + b) / 2
        fold = [a * 0.94 + b * 0.06, middle * 0.75 + a * 0.25 + (0, 1.5), moved(middle, 0, 2.5)]
        figure.stroke(part, smooth(fold, closed=False), 0.8, role=role + "elbow")


def _hanging_sleeve(wear: Wear, part: str, side: float, role: str) -> None:
    """Draw the bag of a kimono's sleeve, which hangs down from the forearm."""
    sk = wear.skeleton
    joints = sk.arm(side).joints
    unit = abs(sk.chin) / 450
    out = float(np.sign(joints[1][0] - sk.head_pivot()[0])) or side
    elbow, wrist = joints[1] * 0.8 + joints[0] * 0.2, joints[1] * 0.06 + joints[2] * 0.94
    way = (wrist - elbow) / max(float(np.hypot(*(wrist - elbow))), 1e-6)
    fall = np.array([-way[1], way[0]])
    fall = fall * (1.0 if fall @ (out * 0.4, 1.0) > 0 else -1.0)
    fall = fall * (24 + 22 * max(0.0, float(fall[1]))) * unit
    drop = np.array([sk.pose.sway * 0.8, 9.0 * unit])
    bag = [
        elbow,
        wrist,
        wrist + fall + drop,
        (wrist + elbow) / 2 + fall * 1.05 + drop,
        elbow + fall * 0.8 + drop,
    ]
    wear.figure.fill(part, smooth(bag, (0, 1, 2, 4)), shade=(-4, -1), role=role + "bag")


def _cap_ink(skeleton: Skeleton, side: float, piece: Points, root: Points) -> Points:
    """Return the inked line round the shoulder, on the side that is turned away from the neck."""
    if abs(skeleton.sine) > 0.8:
        return np.concatenate([piece[-2:], root, piece[:2]])
    left = (side < 0) == (skeleton.cosine > 0)
    middle = len(root) // 2
    if left:
        return np.concatenate([root[middle - 1 :], piece[:7]])
    return np.concatenate([piece[-7:], root[: middle + 2]])


def _shoulder_cap(piece: Points) -> Points:
    """Return points that round off the root of a sleeve."""
    a, b = piece[-1], piece[0]
    mid, across = (a + b) / 2, b - a
    out = np.array([-across[1], across[0]])
    if out @ (piece[len(piece) // 4] - mid) > 0:
        out = -out
    t = np.linspace(0, np.pi, 9)[1:-1]
    return mid - np.outer(np.cos(t), across) / 2 + np.outer(np.sin(t), out) * 0.46
