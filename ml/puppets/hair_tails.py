"""Hair that hangs off the shell: tails, braids, buns, and the mane that falls down the back."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from ml.puppets.curves import Points, ellipse, ramp, smooth, tube
from ml.puppets.design import HairSpec
from ml.puppets.figure import Figure
from ml.puppets.hair import Shell, draw_back

# tails -> (part, angle, height) of every root
_ROOTS: dict[str, list[tuple[str, float, float]]] = {
    "none": [],
    "twin": [("tail_r", -100.0, -14.0), ("tail_l", 100.0, -14.0)],
    "top_twin": [("tail_r", -90.0, -34.0), ("tail_l", 90.0, -34.0)],
    "low_twin": [("tail_r", -84.0, 36.0), ("tail_l", 84.0, 36.0)],
    "pony": [("tail_l", 180.0, -16.0)],
    "high": [("tail_l", 180.0, -40.0)],
    "low": [("tail_l", 180.0, 34.0)],
    "side": [("tail_l", 98.0, -22.0)],
}


class Root(NamedTuple):
    """Where a tail is tied: its part, place, and depth in -1..1, > 0 towards the viewer."""

    part: str
    x: float
    y: float
    depth: float


def tails(hair: HairSpec, yaw: float) -> list[Root]:
    """Return the roots of all tails at a yaw of the head."""
    found = []
    for part, angle, y in _ROOTS[hair.tails]:
        a = math.radians(angle + yaw)
        r = hair.radius * (1.0 if y > -30 else 0.84)
        if hair.tail_shape == "bun":
            r *= 1.06 if y > -30 else 0.95 if len(_ROOTS[hair.tails]) == 2 else 0.5
        found.append(Root(part, r * math.sin(a), y, math.cos(a)))
    return found


def in_front(hair: HairSpec, root: Root) -> bool:
    """Return whether a tail is painted after the head; low tails lie before the shoulders sooner."""
    return root.depth >= (-0.25 if hair.tails == "low_twin" else 0.45)


def draw_tails(figure: Figure, shell: Shell, *, front: bool | None = None) -> None:
    """Draw the tails in front of the head, those behind it, or (None) all."""
    for root in tails(shell.hair, shell.yaw):
        if front is None or in_front(shell.hair, root) == front:
            _SHAPES[shell.hair.tail_shape](figure, shell, root)


def _draw_lock(figure: Figure, shell: Shell, root: Root) -> None:
    """Draw a long lock that swells and ends in points; a high one rises first."""
    hair, sway = shell.hair, shell.sway
    part, x, y, _ = root
    n, w, rise = hair.tail_length, 15.0, 0.0
    out = float(np.clip(x / hair.radius, -1, 1))
    spread = 26 * out if y < 20 else 6 * out
    if hair.tails == "high":
        rise, spread = 14.0, 30 * out
    left = [(x - 5, y), (x + spread * 0.7 - w, y + n * 0.16 - rise), (x + spread - w * 1.1 + sway * 0.3, y + n * 0.5),
            (x + spread * 0.8 - w * 0.6 + sway * 0.7, y + n * 0.8), (x + spread * 0.5 - 5 + sway, y + n)]  # fmt: skip
    right = [
        (x + spread * 0.62 + 1 + sway * 0.86, y + n * 0.86),
        (x + spread * 0.8 + w * 0.55 + sway, y + n * 0.95),
        (x + spread * 1.05 + w * 0.9 + sway * 0.5, y + n * 0.62),
        (x + spread * 0.9 + w * 1.05, y + n * 0.28 - rise),
        (x + 6, y - 3 - rise),
    ]
    figure.fill(part, smooth(left + right, (4, 5, 6)), shade=(-4.0, -1.0), role="tail")
    for k, share in enumerate((-0.35, 0.3)):
        line = smooth([(x + share * 6, y + 6), (x + spread + share * w, y + n * 0.35),
                       (x + spread + share * w * 0.9 + sway * 0.4, y + n * 0.7)], closed=False)  # fmt: skip
        figure.stroke(part, line, 0.8, role=f"strand{k}")


def _draw_curl(figure: Figure, shell: Shell, root: Root) -> None:
    """Draw a wavy lock that narrows to a curl."""
    n, out = shell.hair.tail_length, float(np.clip(root.x / shell.hair.radius, -1, 1))
    t = np.linspace(0, 1, 13)
    swing = 7.5 * np.sin(t * np.pi * 3.4) * np.minimum(1, t * 4) * (1 if out >= 0 else -1)
    line = np.stack((root.x + 24 * out * t**0.7 + swing + shell.sway * t**1.4, root.y + n * t), axis=1)
    outline = tube(line, (5, 15, 18, 17, 15, 12, 9, 5, 1.5), samples=4)
    figure.fill(root.part, outline, shade=(-4.0, -1.0), role="tail")
    half = len(outline) // 2
    a, b = outline[:half], outline[half:][::-1]
    for k, share in enumerate((0.34, 0.66)):
        inner = a * share + b * (1 - share)
        figure.stroke(root.part, inner[3 : int(half * (0.86 - 0.1 * k))], 0.8, role=f"strand{k}")


def _draw_braid(figure: Figure, shell: Shell, root: Root) -> None:
    """Draw a braid: strands laid over each other by turns, then a tuft below its band."""
    n, out = shell.hair.tail_length, float(np.clip(root.x / shell.hair.radius, -1, 1))
    count = 8
    step = n * 0.84 / count
    t = np.linspace(0, 1, count + 1)
    x = root.x + 10 * out * t**0.6 + shell.sway * t**1.4
    y = root.y + n * 0.84 * t
    w = 10.0 - 3.0 * t
    end_x, end_y = float(x[-1]), float(y[-1])
    tuft = [
        (end_x - 5, end_y - 3),
        (end_x - 7, end_y + n * 0.07),
        (end_x - 3 + shell.sway * 0.1, end_y + n * 0.16),
        (end_x + 2 + shell.sway * 0.1, end_y + n * 0.12),
        (end_x + 7, end_y + n * 0.06),
        (end_x + 5, end_y - 3),
    ]
    figure.fill(root.part, smooth(tuft, (0, 2, 5)), shade=(-2, -1), role="tuft")
    for k in range(count, -1, -1):
        s = 1 if k % 2 else -1
        lobe = [
            (x[k] - s * w[k] * 0.85, y[k] - step * 0.55),
            (x[k] + s * w[k] * 0.35, y[k] - step * 0.6),
            (x[k] + s * w[k] * 1.02, y[k] + step * 0.2),
            (x[k] + s * w[k] * 0.3, y[k] + step * 0.95),
            (x[k] - s * w[k] * 0.5, y[k] + step * 0.35),
        ]
        figure.fill(root.part, smooth(lobe, (3,), samples=5), shade=(-2.2, -1.2), width=0.9, role=f"plait{k}")
    knot = ellipse((end_x, end_y), (5.4, 3.2))
    figure.fill(root.part, knot, "line", width=0, role="knot")


def _draw_bun(figure: Figure, shell: Shell, root: Root) -> None:
    """Draw a bun: a ball of wound hair."""
    r = 17.0 if len(_ROOTS[shell.hair.tails]) == 2 else 20.0
    up = 0.66 if root.y < -30 else 0.05
    way = math.copysign(1.0, root.x) if abs(root.x) > 4 else 0.0
    y = root.y - r * up - (6 if shell.hair.tails == "high" else 0)
    x = root.x + way * r * (0.42 if root.y < -30 else 0.25)
    ball = ellipse((x, y), (r, r * 0.93))
    figure.fill(root.part, ball, shade=(-4.5, -3.0), role="bun")
    for k, (a, b) in enumerate(((-0.75, -0.25), (-0.45, 0.35))):
        wound = smooth(
            [
                (x + r * a, y + r * 0.35),
                (x + r * b * 0.3, y - r * (0.62 - 0.4 * k)),
                (x + r * 0.72, y + r * (0.1 + 0.3 * k)),
            ],
            closed=False,
        )
        figure.stroke(root.part, wound, 0.85, clip=(ball,), role=f"wound{k}")


def draw_behind(figure: Figure, shell: Shell) -> None:
    """Draw the hair behind head and body."""
    draw_mane(figure, shell)
    draw_tails(figure, shell, front=False)
    draw_back(figure, shell)


_SHAPES = {"lock": _draw_lock, "curl": _draw_curl, "braid": _draw_braid, "bun": _draw_bun}


def _mane_at(shell: Shell, share: np.ndarray, across: np.ndarray) -> Points:
    """Return (..., 2) points of the mane at shares of its length and places across it, -1..1 on the picture."""
    hair = shell.hair
    a = math.radians(shell.yaw)
    y = 6.0 + (hair.mane - 6.0) * share
    wide = hair.radius * np.interp(y, (0, 40, 90, 160, 260), (1.0, 1.06, 1.06, 1.0, 0.92))
    deep = np.interp(y, (0, 30, 70, 110), (46.0, 38.0, 24.0, 17.0))
    behind = np.interp(y, (0, 30, 70, 110), (0.0, -10.0, -24.0, -25.0))
    half = np.sqrt((wide * math.cos(a)) ** 2 + (deep * math.sin(a)) ** 2)
    x = (behind - 3.0) * math.sin(a) + half * across
    if hair.wave:
        x = x + hair.wave * np.sin(y / 13.0 + across * 1.3) * np.minimum(np.maximum((y - 20) / 50, 0), 1)
    if shell.sway:
        x = x + shell.sway * np.minimum(np.maximum((y - 20) / 110, 0), 2.0) ** 1.3
    return np.stack((x, y), axis=-1)


def draw_mane(figure: Figure, shell: Shell) -> None:
    """Draw the hair that falls down the back: behind the body, or over it when the back is seen."""
    hair = shell.hair
    if not hair.mane:
        return
    away = abs(shell.yaw) > 120
    at, depth, across = _mane_rim(hair.mane_tips)
    rim = _mane_at(shell, depth, across)
    n = len(_SIDE)
    bottom = smooth(rim[n:-n], range(len(at)), closed=False, samples=3)
    outline = np.concatenate((rim[:n], bottom, rim[-n:]))
    figure.fill(
        "hair_back",
        outline,
        shade=(-5, -1) if away else None,
        lines=((0 if not away else 2, len(outline) - (1 if not away else 3)),),
        role="mane",
    )
    if not away:
        # the neck and the head throw their shadow on it
        a = math.radians(shell.yaw)
        low, shift = 0.85 * abs(math.cos(a)), 0.5 * math.sin(a)
        ends = np.repeat((max(-1.0, shift - 0.74), min(1.0, shift + 0.78)), n)
        inner = _mane_at(shell, np.concatenate((_SIDE, _SIDE[::-1])) * low, ends)
        figure.fill("hair_back", inner, "shadow", width=0, clip=(outline,), role="inside")
    between = at[2:-1:2, None]
    starts = (0.62, 0.3, 0.72, 0.48) if away else (0.1,)
    start = np.resize(starts, between.shape)
    for k, strand in enumerate(_mane_at(shell, start + (0.93 - start) * ramp(12), between)):
        figure.stroke("hair_back", strand, 0.85, clip=(outline,), role=f"strand{k}")


_SIDE = np.linspace(0, 0.94, 15)


@cache
def _mane_rim(tips: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return places of the tips and gaps across a mane, then share of its length and place of all its rim.

    The rim runs down the viewer's left, along the tips and up the right.
    """
    at = np.linspace(-1, 1, 2 * tips + 1)
    depth = 1.0 - 0.055 * (np.arange(2 * tips + 1) % 2 == 0) - 0.04 * at**2
    side = np.ones(len(_SIDE))
    return at, np.concatenate((_SIDE, depth, _SIDE[::-1])), np.concatenate((-side, at * 0.97, side))
