"""Trousers, skirts, socks, shoes, tops and sleeves, drawn over the body they hang on."""

from __future__ import annotations

import numpy as np

from ml.puppets.body import (
    ARM_WIDTHS,
    LEG_WIDTHS,
    SHADE,
    cut_tube,
    draw_joint,
    edge_shadow,
    foot_outline,
    limb_outline,
    name,
)
from ml.puppets.curves import Points, moved, ramp, smooth
from ml.puppets.design import Costume
from ml.puppets.figure import Figure
from ml.puppets.skeleton import Skeleton

TROUSER_WIDTHS = (22.0, 21.5, 19.0, 16.5, 15.5, 14.5, 13.5, 13.0)
HEMS = {"sailor": 0.735, "blazer": 0.66, "cardigan": 0.66, "hoodie": 0.69, "coat": 0.70}


def draw_footwear(figure: Figure, skeleton: Skeleton, costume: Costume, side: float) -> None:
    """Draw sock, shoe and, if the costume has it, the shaft of a boot."""
    legs = limb_outline(skeleton.leg(side), LEG_WIDTHS, 0.8, skeleton.build.limb)
    if costume.socks:
        sock = cut_tube(legs, 1 - 0.5 * costume.socks, 1)
        half = len(sock) // 2
        figure.fill(name("sock", side), sock, shade=SHADE, lines=((0, half - 1), (half, 2 * half - 1)))
        _band(figure, name("sock", side), sock, bow=2.0)
    shoe = foot_outline(skeleton, side)
    if costume.boots:
        wide = limb_outline(skeleton.leg(side), LEG_WIDTHS, 3.0, skeleton.build.limb)
        figure.fill(name("shoe", side), shoe, shade=SHADE)
        shaft = cut_tube(wide, 1 - 0.5 * costume.boots, 1)
        half = len(shaft) // 2
        figure.fill(name("shoe", side), shaft, shade=SHADE, lines=((0, half - 2), (half + 1, 2 * half - 1)))
        _band(figure, name("shoe", side), shaft, bow=2.5)
        cuff = cut_tube(limb_outline(skeleton.leg(side), LEG_WIDTHS, 4.6, skeleton.build.limb),
                        1 - 0.5 * costume.boots, 1.08 - 0.5 * costume.boots)  # fmt: skip
        figure.fill(name("cuff", side), smooth(cuff[:: max(1, len(cuff) // 6)]), shade=SHADE)
    else:
        figure.fill(name("shoe", side), shoe, shade=SHADE)
    low = shoe[:, 1].max()
    sole = shoe[shoe[:, 1] > low - 6.5]
    if len(sole) > 4:
        order = sole[np.argsort(sole[:, 0])]
        figure.stroke(name("shoe", side), order - (0, 3.0), 0.8, clip=(shoe,))


def _band(figure: Figure, part: str, piece: Points, bow: float) -> None:
    """Ink the upper edge of a piece of tube as a shallow arc."""
    a, b = piece[0], piece[-1]
    figure.stroke(part, smooth([a, (a + b) / 2 + (0, bow), b], closed=False), 0.9)


def draw_trousers(figure: Figure, skeleton: Skeleton, side: float, length: float) -> None:
    """Draw one leg of trousers or shorts."""
    part = name("trouser", side)
    chain = skeleton.leg(side)
    tube = limb_outline(chain, TROUSER_WIDTHS, 0.0, skeleton.build.limb)
    outline = cut_tube(tube, 0, 0.985 * length if length == 1 else length)
    half = len(outline) // 2
    n = len(outline)
    inked = ((1, n - 9),) if side < 0 else ((8, n - 2),)
    if abs(np.sin(np.deg2rad(skeleton.yaw))) > 0.5:
        inked = ((6, n - 7),)
    figure.fill(part, outline, width=0)
    figure.fill(part, edge_shadow(outline, 0.0, 6.0), "shadow", width=0, clip=(outline,))
    for start, stop in inked:
        figure.stroke(part, outline[start : stop + 1])
    if length == 1:
        knee = outline[[half // 2 - 1, half + half // 2]]
        mid = knee.mean(axis=0)
        for dx, dy in ((0.25, -1.0),):
            a = mid + (knee[1] - mid) * 0.95 + (0, dy)
            figure.stroke(
                part,
                smooth(
                    [a, moved(mid + (knee[0] - mid) * dx * 0.6, 0, dy + 2), moved(mid, 0, dy + 3)],
                    closed=False,
                ),
                0.8,
            )


def draw_pelvis(figure: Figure, skeleton: Skeleton) -> None:
    """Draw the seat of trousers."""
    outline = torso_outline(skeleton, 0.79, 0.60, 2.0)
    figure.fill("trouser_r", outline)


def torso_outline(skeleton: Skeleton, top: float, hem: float, grow: float, flare: float = 0.0) -> Points:
    """Return the closed outline of cloth round the trunk between two heights (shares of the chin's height).

    The points run down the viewer's left side, along the hem and up the right side; the two sides have equal
    counts, the hem bows down in the middle.
    """
    y = skeleton.y(top) + (skeleton.y(hem) - skeleton.y(top)) * ramp(14) ** 1.7
    centre, half = skeleton.extent(y, grow)
    below = np.clip((y - skeleton.waist_y) / max(1.0, y[-1] - skeleton.waist_y), 0, 1)
    half = half + flare * below**1.4
    left, right = np.stack([centre - half, y], 1), np.stack([centre + half, y], 1)
    t = np.linspace(-1, 1, 9)[1:-1]
    bottom = np.stack([centre[-1] + half[-1] * t, y[-1] + 4.0 * (1 - t**2)], 1)
    left, right = smooth(left, closed=False, samples=4), smooth(right, closed=False, samples=4)
    return skeleton.upper(np.vstack([left, bottom, right[::-1]]))


def coat_outline(skeleton: Skeleton) -> Points:
    """Return the outline of a coat that reaches down the thighs."""
    return torso_outline(skeleton, 0.966, 0.50, 3.2, flare=16.0)


def draw_skirt(figure: Figure, skeleton: Skeleton, hem: float, flare: float, pleats: int) -> None:
    """Draw a pleated skirt that follows legs and sway."""
    waist, low = skeleton.y(0.775), skeleton.y(hem)
    knees = [skeleton.leg(s).joints[1][0] for s in (-1.0, 1.0)]
    centre_w, half_w = (float(v[0]) for v in skeleton.extent(np.array([waist]), 1.5))
    centre_h, half_h = (float(v[0]) for v in skeleton.extent(np.array([skeleton.y(0.665)]), flare))
    spread = max(0.0, (max(knees) - min(knees)) / 2 + 16 - half_h)
    centre_h += 0.35 * sum(knees) / 2 + skeleton.pose.sway * 0.35
    half_h += spread * 0.8

    def at(angle: np.ndarray, down: np.ndarray) -> Points:
        bulge = down**0.75
        half = half_w + (half_h - half_w) * bulge
        centre = centre_w + (centre_h - centre_w) * down
        y = waist + (low - waist) * down + 7.0 * down * np.cos(np.deg2rad(angle))
        points = np.stack([centre + half * np.sin(np.deg2rad(angle)), y], axis=1)
        lean = 1 - down[:, None]
        return skeleton.upper(points) * lean + points * (1 - lean)

    steps = ramp(10)
    step = 360 / pleats
    edges = [a for a in ((k * step + skeleton.yaw + 180) % 360 - 180 for k in range(pleats)) if abs(a) < 88]
    edges = sorted(edges)
    hem_angle = [-90.0]
    hem_down = [0.985]
    for a in edges:
        hem_angle += [a - 0.5, a + 0.5]
        hem_down += [1.012, 0.985]
    hem_angle.append(90.0)
    hem_down.append(1.0)
    bottom = at(np.array(hem_angle), np.array(hem_down))
    outline = np.vstack([at(np.full(10, -90.0), steps), bottom, at(np.full(10, 90.0), steps[::-1])])
    figure.cast(moved(outline, 2.0, 9.0), ("leg_r", "leg_l", "sock_r", "sock_l"))
    figure.fill("skirt", outline, shade=(-6.0, 0.0))
    for a in edges:
        seam = at(np.array([*[a] * 10, min(a + step * 0.34, 89)]), np.array([*steps, 0.99]))
        figure.fill("skirt", seam[2:], "shadow", width=0)
        figure.stroke("skirt", seam[1:10], 0.9)


def draw_top(figure: Figure, skeleton: Skeleton, costume: Costume) -> None:
    """Draw the cloth of the trunk; its sleeves come with the arms."""
    if costume.top == "coat":
        outline = coat_outline(skeleton)
    else:
        outline = torso_outline(skeleton, 0.966, HEMS[costume.top], 2.6, flare=1.5)
    figure.cast(moved(outline, 1.5, 6.0), ("skirt", "trouser_r", "trouser_l", "leg_r", "leg_l"))
    away = np.cos(np.deg2rad(skeleton.yaw)) < 0
    figure.fill("top", outline, shade=(-6.0, -1.0), lines=() if away else ((0, len(outline) - 1),))
    neck = skeleton.head_pivot()[0] * 0.5
    for corner, sign in ((outline[0], -1.0), (outline[-1], 1.0)):
        end = neck + sign * skeleton.build.neck
        if not away and (corner[0] - end) * sign > 1.5:
            figure.stroke("top", np.linspace(corner, (end, corner[1] - 0.5), 6))
    y = skeleton.y
    for t in (-1.0, 1.0):
        fold = skeleton.wrap([(62 * t, y(0.80)), (50 * t, y(0.785)), (36 * t, y(0.78))], 2.5)
        if skeleton.on_front(50 * t, y(0.785))[2] > 0:
            figure.stroke("top", smooth(fold, closed=False), 0.8)


def draw_sleeve(figure: Figure, skeleton: Skeleton, costume: Costume, side: float) -> None:
    """Draw a sleeve over an arm, with its cuff."""
    grow = {"coat": 3.6, "hoodie": 3.8, "cardigan": 3.4}.get(costume.top, 2.6)
    tube = limb_outline(skeleton.arm(side), ARM_WIDTHS, grow, skeleton.build.limb)
    piece = cut_tube(tube, 0, 0.96 * costume.sleeve)
    half = len(piece) // 2
    part = name("sleeve", side)
    root = _shoulder_cap(piece)
    figure.cast(moved(cut_tube(piece, 0.22, 1), 3.2, 2.0), ("top", "skirt", "trouser_r", "trouser_l"))
    figure.fill(part, np.vstack([piece, root]), width=0)
    draw_joint(figure, part, piece)
    figure.fill(part, edge_shadow(piece, 0.12, 4.2), "shadow", width=0, clip=(piece,))
    figure.stroke(part, _sleeve_ink(skeleton, side, piece, root))
    elbow = piece[half // 2]
    other = piece[2 * half - 1 - half // 2]
    if costume.sleeve > 0.8:
        mid = (elbow + other) / 2
        figure.stroke(
            part,
            smooth(
                [elbow * 0.94 + other * 0.06, moved(mid * 0.8 + elbow * 0.2, 0, 1.5), moved(mid, 0, 3)],
                closed=False,
            ),
            0.8,
        )
    cuff = cut_tube(limb_outline(skeleton.arm(side), ARM_WIDTHS, grow + 0.8, skeleton.build.limb),
                    0.96 * costume.sleeve - 0.09, 0.96 * costume.sleeve)  # fmt: skip
    if "trim" in costume.materials:
        figure.fill(name("cuff", side), cuff, shade=(-3.5, -1.0))


def _sleeve_ink(skeleton: Skeleton, side: float, piece: Points, root: Points) -> Points:
    """Return the inked line of a sleeve: from the shoulder down, round the cuff and up to the armpit."""
    if abs(np.sin(np.deg2rad(skeleton.yaw))) > 0.8:
        return piece[4:-4]
    left = (side < 0) == (np.cos(np.deg2rad(skeleton.yaw)) > 0)
    middle = len(root) // 2
    if left:
        return np.vstack([root[middle - 1 :], piece[:-5]])
    return np.vstack([piece[5:], root[: middle + 2]])


def _shoulder_cap(piece: Points) -> Points:
    """Return points that round off the root of a sleeve."""
    a, b = piece[-1], piece[0]
    mid, across = (a + b) / 2, b - a
    out = np.array([-across[1], across[0]])
    if out @ (piece[len(piece) // 4] - mid) > 0:
        out = -out
    t = np.linspace(0, np.pi, 9)[1:-1]
    return mid - np.outer(np.cos(t), across) / 2 + np.outer(np.sin(t), out) * 0.46
