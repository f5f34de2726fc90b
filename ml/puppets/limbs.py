"""Outlines of arms and legs: two bones with a contour of their own on each side, for every view."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ml.puppets.curves import Points, ramp
from ml.puppets.figure import Figure
from ml.puppets.skeleton import NEARER, Chain, Skeleton

SAMPLES = 25  # points along one side of a limb
U = ramp(SAMPLES)

_Profile = Sequence[tuple[float, float]]
# Half widths along the limb (0 root, 0.5 middle joint, 1 end) on its outer, inner, front and back side.
_LEG: tuple[_Profile, ...] = (
    ((0, 19.5), (0.1, 20.5), (0.25, 17.8), (0.40, 13.4), (0.5, 11.8), (0.57, 11.8), (0.66, 13.0), (0.78, 10.8),
     (0.9, 7.4), (1, 6.8)),
    ((0, 18), (0.12, 18.4), (0.28, 15.8), (0.42, 12.2), (0.5, 11.8), (0.56, 10.6), (0.63, 11.4), (0.71, 12.0),
     (0.82, 9.0), (0.92, 6.8), (1, 6.8)),
    ((0, 16), (0.14, 19.4), (0.3, 18.0), (0.42, 14.0), (0.5, 13.4), (0.56, 11.4), (0.66, 10.0), (0.8, 8.0),
     (0.92, 6.8), (1, 7.4)),
    ((0, 22), (0.1, 20.5), (0.28, 15.8), (0.42, 11.6), (0.5, 10.4), (0.56, 11.6), (0.66, 14.8), (0.76, 13.0),
     (0.88, 8.0), (0.96, 6.8), (1, 7.4)),
)  # fmt: skip
_ARM: tuple[_Profile, ...] = (
    ((0, 10.4), (0.1, 11.2), (0.26, 9.6), (0.42, 8.2), (0.5, 8.0), (0.59, 9.2), (0.75, 7.6), (0.93, 5.7), (1, 5.8)),
    ((0, 9.5), (0.15, 9.6), (0.3, 9.2), (0.42, 8.0), (0.5, 7.8), (0.58, 8.6), (0.7, 7.8), (0.9, 5.7), (1, 5.6)),
    ((0, 10.6), (0.15, 11), (0.3, 10), (0.42, 8.4), (0.5, 7.8), (0.6, 8.8), (0.8, 6.6), (1, 5.0)),
    ((0, 10.6), (0.2, 10.4), (0.42, 8.4), (0.5, 9.0), (0.58, 8.6), (0.8, 6.6), (1, 5.0)),
)  # fmt: skip
_BRAWN = {"arm": ((0, 0.5), (0.12, 1), (0.28, 0.8), (0.46, 0.1), (0.6, 0.7), (0.8, 0.1), (1, 0)),
          "leg": ((0, 0.4), (0.2, 0.8), (0.45, 0.1), (0.66, 0.8), (0.85, 0.1), (1, 0))}  # fmt: skip


def _sampled(rows: _Profile) -> np.ndarray:
    """Return a profile at U, (25,), its corners rounded."""
    fine = np.interp(np.linspace(-0.1, 1.1, 241), *np.array(rows, dtype=np.float64).T)
    round_ = np.convolve(fine, np.hanning(23) / np.hanning(23).sum(), mode="same")
    return np.interp(U, np.linspace(-0.1, 1.1, 241)[12:-12], round_[12:-12])


_BRAWNS = {kind: _sampled(rows) for kind, rows in _BRAWN.items()}
_WIDTHS = {
    kind: np.stack([_sampled(rows) for rows in sides]) for kind, sides in (("leg", _LEG), ("arm", _ARM))
}


def _along(count: int, bones: int) -> np.ndarray:
    """Return the (count, bones + 1) matrix that spreads points evenly over straight bones."""
    at = ramp(count) * bones
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(bones + 1)))


def _turning(count: int, bones: int, soft: float = 0.14) -> np.ndarray:
    """Return (count, bones) shares of each bone's direction; they change over about the joints."""
    at = ramp(count) * bones
    t = np.clip((at[:, None] - np.arange(1, bones)) / (2 * soft * bones) + 0.5, 0, 1)
    t = t * t * (3 - 2 * t)
    before = np.hstack([np.ones((count, 1)), t])
    return before - np.hstack([t, np.zeros((count, 1))])


_LINE = {bones: _along(SAMPLES if bones == 2 else 10 * bones + 1, bones) for bones in (2, 3)}
_TURN = {bones: _turning(len(line), bones) for bones, line in _LINE.items()}


def jointed(joints: Points, right: np.ndarray, left: np.ndarray) -> tuple[Points, Points]:
    """Return the two sides of a shape round straight bones; inside a bend they meet on its bisector.

    Args:
        joints: (3, 2) or (4, 2).
        right: half widths on the viewer's left of a limb that hangs down; (25,) for two bones, (31,) for three.
        left: the same on the other side.

    Returns:
        Two arrays (25 or 31, 2), from the root to the end.
    """
    bones = len(joints) - 1
    line = _LINE[bones] @ joints
    way = joints[1:] - joints[:-1] + (0.0, 0.4)  # a bone that points at the viewer hangs down
    way /= np.hypot(way[:, 0], way[:, 1])[:, None]
    angle = np.arctan2(way[:, 1], way[:, 0])
    # the direction turns about each joint by the shorter way, so that a sharp bend stays round outside
    step = angle[1:] - angle[:-1]
    angle[1:] = angle[0] + ((step + np.pi) % (2 * np.pi) - np.pi).cumsum()
    angle = _TURN[bones] @ angle
    out_x, out_y = -np.sin(angle), np.cos(angle)
    sides = np.empty((2, len(line), 2))
    for side, half in zip(sides, (right, -left), strict=True):
        side[:, 0] = line[:, 0] + out_x * half
        side[:, 1] = line[:, 1] + out_y * half
    per = (len(line) - 1) // bones
    for k in range(1, bones):
        ahead_x, ahead_y = (way[k - 1] + way[k]).tolist()
        length = math.hypot(ahead_x, ahead_y)
        if length > 1.99:
            continue
        ahead = np.array((ahead_x, ahead_y)) / max(length, 1e-6)
        near = sides[:, (k - 1) * per : (k + 1) * per + 1]
        # what lies past the bisector before the joint, or before it past the joint, is put onto it
        over = (near - joints[k]) @ ahead
        np.maximum(over[:, :per], 0.0, out=over[:, :per])
        np.minimum(over[:, per + 1 :], 0.0, out=over[:, per + 1 :])
        near -= over[:, :, None] * ahead
    return sides[0], sides[1]


def half_widths(skeleton: Skeleton, chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    """Return the (25,) half widths of a bare limb towards the viewer's left and right."""
    known = skeleton.widths.get((chain.kind, chain.side))
    if known is None:
        known = skeleton.widths[chain.kind, chain.side] = _half_widths(skeleton, chain)
    return known


def _half_widths(skeleton: Skeleton, chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    outer, inner, front, back = _WIDTHS[chain.kind]
    s, c = skeleton.sine, skeleton.cosine
    if (chain.side > 0) == (c > 0):
        to_right, to_left = outer, inner
    else:
        to_right, to_left = inner, outer
    ahead, behind = (front, back) if s > 0 else (back, front)
    right, left = np.hypot(to_right * c, ahead * s), np.hypot(to_left * c, behind * s)
    build = skeleton.build
    nearer = 1.0 + NEARER * np.interp(U, (0, 0.5, 1), (0.0, chain.depth, chain.end_depth))
    girth = build.limb * (1.0 + 0.28 * build.muscle * _BRAWNS[chain.kind]) * nearer
    return left * girth, right * girth


def limb_outline(
    skeleton: Skeleton, chain: Chain, grow: float | np.ndarray = 0.0, end: float | np.ndarray = 0.0
) -> Points:
    """Return the closed outline of a limb or of cloth round it, (50, 2): down one side and back up the other.

    Args:
        skeleton: of the figure.
        chain: the limb.
        grow: added to the half widths, a number or (25,).
        end: added too, growing from the root (0) to the end (all of it); or (25,) as it is.
    """
    left, right = half_widths(skeleton, chain)
    more = grow + (end * U if isinstance(end, float) else end)
    one, other = jointed(chain.joints, left + more, right + more)
    return np.concatenate([one, other[::-1]])


def widened(piece: Points, by: float) -> Points:
    """Return a piece of a tube made wider on both sides by some units."""
    half = len(piece) // 2
    across = piece[:half] - piece[half:][::-1]
    across = across * (by / np.maximum(np.hypot(across[:, 0], across[:, 1]), 1e-9))[:, None]
    return np.concatenate([piece[:half] + across, (piece[half:][::-1] - across)[::-1]])


def cut_tube(outline: Points, start: float, stop: float) -> Points:
    """Return the piece of a limb's outline between two shares of its length."""
    half = len(outline) // 2
    a, b = round(start * (half - 1)), max(round(stop * (half - 1)), round(start * (half - 1)) + 1)
    one, other = outline[:half], outline[half:][::-1]
    return np.concatenate([one[a : b + 1], other[a : b + 1][::-1]])


def _shadow(piece: Points, start: float, width: float) -> tuple[Points, Points]:
    """Return both edges, (M, 2), of the sliver along the side of a tube that is turned away from the light.

    It begins at a share of the tube's length and gets `width` units wide.
    """
    half = len(piece) // 2
    one, other = piece[:half], piece[half:][::-1]
    dark, lit = (one, other) if one[:, 0].sum() > other[:, 0].sum() else (other, one)
    t = np.minimum(np.maximum((ramp(half) - start) / 0.25, 0), 1)[:, None]
    across = lit - dark
    long = np.maximum(np.hypot(across[:, :1], across[:, 1:]), 1e-9)
    return dark, dark + across * np.minimum(width * t / long, 0.9)


def _hem(piece: Points, bow: float) -> Points:
    """Return the edge at the end of a tube, (7, 2), bowed out along the tube."""
    half = len(piece) // 2
    a, b = piece[half - 1], piece[half]
    way = (a + b - piece[half - 2] - piece[half + 1]) / 2
    t = ramp(7)[:, None]
    size = math.hypot(float(way[0]), float(way[1]))
    return np.asarray(a * (1 - t) + b * t + way * (bow * 4 / max(size, 1e-6)) * t * (1 - t))


def paint_tube(
    figure: Figure,
    part: str,
    piece: Points,
    *,
    shadow: float = 3.4,
    skip: tuple[int, int] = (0, 0),
    hem: float = 0.0,
    role: str = "",
) -> None:
    """Paint a limb's outline in two halves, so that a bent limb lies over itself and not through itself.

    Args:
        figure: the drawing.
        part: what the limb is painted as.
        piece: outline as `limb_outline` and `cut_tube` give it.
        shadow: width of the shadow on its dark side.
        skip: points at the root that are not inked, on the first and on the second side.
        hem: how far the edge at the end bows out, units; it is inked then.
        role: of the layers, if the piece is not drawn in every pose.
    """
    half = len(piece) // 2
    middle, lap = half // 2, min(3, half // 2)
    upper = np.concatenate([piece[: middle + 2], piece[2 * half - middle - 2 :]])
    end = _hem(piece, hem)
    lower = np.concatenate([piece[middle - 1 : half], end[1:-1], piece[half : 2 * half - middle + 1]])
    dark, bright = _shadow(piece, 0.1, shadow)
    for k, (shape, root) in enumerate(((upper, True), (lower, False))):
        own = f"{role}{k}" if role else ""
        figure.fill(part, shape, width=0, role=own)
        rows = slice(0, middle + 2) if root else slice(middle - 1, half)
        sliver = np.concatenate([dark[rows], bright[rows][::-1]])
        figure.fill(part, sliver, "shadow", width=0, role=own and own + "shade")
        if root:
            sides = piece[skip[0] : middle + lap + 1], piece[2 * half - middle - lap - 1 : 2 * half - skip[1]]
        else:
            sides = piece[middle - lap : half], piece[half : 2 * half - middle + lap]
        for n, line in enumerate(sides):
            figure.stroke(part, line, role=own and f"{own}line{n}")
    if hem:
        figure.stroke(part, end, role=role + "hem")
