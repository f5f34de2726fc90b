"""Cape, apron and the patterns of a top."""

from __future__ import annotations

import numpy as np

from ml.puppets.clothes import drape_of, top_outline
from ml.puppets.curves import Points, ellipse, ramp, smooth
from ml.puppets.feet import sink
from ml.puppets.skeleton import Skeleton
from ml.puppets.wear import Drape, Wear

_SEVEN = np.array([(-9, -13), (9, -13), (9, -9), (1, 13), (-5, 13), (3, -7), (-9, -7)], dtype=np.float64)
_SHIELD = smooth([(-7, -7), (7, -7), (6.5, 2), (0, 9), (-6.5, 2)], (0, 1, 3), samples=4)
_BOW = smooth([(0, 0), (-13, -9), (-22, -5), (-19, 7), (0, 2), (19, 7), (22, -5), (13, -9)], (0, 4))


def _cape_sides(skeleton: Skeleton) -> tuple[Points, Points]:
    """Return both sides of a cape from the neck to the calves, (20, 2) each."""
    t, sk = ramp(20), skeleton
    y = sk.y(0.962) + (sk.y(0.16) - sk.y(0.962)) * t
    spread = sk.build.shoulder * (0.45 + 0.72 * np.clip(t / 0.12, 0, 1) ** 0.5) + 16 * t
    half = np.hypot(spread * sk.cosine, (14 + 14 * t) * sk.sine)
    back = -(14.0 + 16.0 * t) * sk.sine
    sides = np.concatenate([np.stack([back - half, y], 1), np.stack([back + half, y], 1)])
    leant = sk.upper(sides)
    # the cape hangs straight down from leant shoulders
    hang = np.concatenate([t, t])[:, None] ** 0.7
    root = leant[[0, 20]].mean(axis=0) - sides[[0, 20]].mean(axis=0)
    placed = leant * (1 - hang) + (sides + root) * hang
    # a cape that is longer than the figure is high lies on the ground
    placed[:, 1] = np.minimum(placed[:, 1], -sink(sk) - 6.0)
    placed[:, 0] += sk.pose.sway * 1.6 * np.concatenate([t, t]) ** 1.5
    return placed[:20], placed[20:]


def draw_cape(wear: Wear) -> None:
    """Draw the cape's back: behind the body in a front view, over it from behind."""
    left, right = _cape_sides(wear.skeleton)
    t = np.linspace(0, 1, 25)[1:-1, None]
    hem = left[-1] * (1 - t) + right[-1] * t
    hem[:, 1] += 5 * np.sin(t[:, 0] * np.pi) + 3.0 * np.cos(t[:, 0] * 6 * np.pi)
    wear.figure.fill("cape", np.concatenate([left, hem, right[::-1]]), shade=(-6, 0), role="cape")
    for share in (0.2, 0.4, 0.6, 0.8)[: wear.folds(4)]:
        wear.figure.stroke("cape", left[5:] * (1 - share) + right[5:] * share, 0.9, role="fold")


def draw_cape_collar(wear: Wear) -> None:
    """Draw what of a cape lies over the shoulders."""
    for s in (-1, 1):
        spots = [(4, 0.935), (30, 0.97), (86, 0.965), (88, 0.915), (60, 0.905), (24, 0.915)]
        wear.patch("cape", [(t * s, y) for t, y in spots], 6.5, shade=(-3, -1), role=f"collar{s}")


def draw_apron(wear: Wear) -> None:
    """Draw an apron: bib, skirt, strings round the waist and a bow at the back."""
    sk, grow = wear.skeleton, wear.cut.grow
    wear.patch(
        "apron", [(-30, 0.895), (30, 0.895), (38, 0.77), (-38, 0.77)], grow + 1.2, shade=(-3, -1), role="bib"
    )
    for s in (-1, 1):
        strap = [(22, 0.893), (32, 0.893), (40, 0.935), (44, 0.966), (36, 0.966), (30, 0.935)]
        wear.patch("apron", [(t * s, y) for t, y in strap], grow + 1.4, width=0.8, role=f"strap{s}")
    angles = np.clip(np.linspace(-52, 52, 9) + sk.yaw, -90, 90)
    if sk.cosine > -0.3 and np.ptp(angles) > 12:
        flare = max(14.0, wear.cut.flare + 2)
        drape = Drape(sk, 0.30, flare, grow + 2.0)
        a, b = float(angles[0]), float(angles[-1])
        outline = np.concatenate([drape.at(angles, np.full(9, 0.02)), drape.edge(b, 0.1, 0.9, 8),
                             drape.at(angles[::-1], np.full(9, 0.98)), drape.edge(a, 0.9, 0.1, 8)])  # fmt: skip
        wear.figure.fill("apron", outline, shade=(-4, -1), role="skirt")
    wear.patch("apron", wear.ring(0.778, 0.762), grow + 1.6, width=0.8, role="string")
    wear.badge("apron", _BOW, 0.77, 180.0, grow=6.0, width=0.9, shade=(-2, -1), role="bow")


def draw_pattern(wear: Wear) -> None:
    """Draw the pattern of the top in its own paint, within the top's outline."""
    kind, grow = wear.costume.pattern, wear.cut.grow
    if kind == "number":
        wear.badge("pattern", _SEVEN, 0.84, 0.0, grow=grow, width=0.7, role="number")
        wear.badge("pattern", _SEVEN * 1.35, 0.84, 180.0, grow=grow, width=0.7, role="number_back")
    elif kind == "emblem":
        wear.badge("pattern", _SHIELD, 0.865, 34.0, grow=grow, width=0.7, role="emblem")
    elif kind == "dots":
        _dots(wear)
    elif kind == "chest_stripe":
        _stripes(wear, (0.865,), 0.034)
    else:
        _stripes(wear, tuple(np.arange(0.915, max(wear.cut.hem, 0.68) + 0.012, -0.042).tolist()), 0.018)


def _stripes(wear: Wear, tops: tuple[float, ...], height: float) -> None:
    """Draw bands round the trunk."""
    outline = top_outline(wear, drape_of(wear))
    sk = wear.skeleton
    for k, top in enumerate(tops):
        spots = [(t, sk.y(s)) for t, s in wear.ring(top, top - height)]
        wear.figure.fill(
            "pattern", sk.wrap(spots, wear.cut.grow + 1.0), width=0, clip=(outline,), role=f"stripe{k}"
        )


def _dots(wear: Wear) -> None:
    """Scatter dots over the trunk in a fixed lattice, those that can be seen."""
    outline = top_outline(wear, drape_of(wear))
    sk, dot = wear.skeleton, ellipse((0, 0), (3.0, 3.0))[::4]
    for row, share in enumerate(np.arange(0.915, max(wear.cut.hem, 0.68) + 0.015, -0.045).tolist()):
        for column in range(9):
            across = column * 40.0 + 20.0 * (row % 2)
            x, y, depth = sk.on_front(across, sk.y(share), wear.cut.grow)
            if depth > 4:
                squeeze = max(0.4, abs(float(np.cos(np.deg2rad(sk.yaw + across)))))
                spot = sk.upper(dot * (squeeze, 1) + (x, y))
                wear.figure.fill("pattern", spot, width=0, clip=(outline,), role=f"dot{row}_{column}")
