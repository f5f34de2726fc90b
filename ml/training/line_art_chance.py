"""Clean line art by chance: blobs, ovals, boxes and strokes over each other, so that not only puppets are learned."""

from __future__ import annotations

import cv2
import numpy as np

from ml.puppets.curves import smooth
from ml.training.line_art import STEP_PX, Line, LineArt, resampled, runs, with_ends

Rng = np.random.Generator


def chance_art(side_px: int, seed: int) -> LineArt:
    """Return a square drawing of shapes that cover each other; the same seed gives the same.

    Args:
        side_px: of the picture.
        seed: of every choice.
    """
    rng = np.random.default_rng((seed, 19))
    shapes = [_shape(side_px, rng) for _ in range(int(rng.integers(5, 18)))]
    width = float(rng.uniform(1.4, 3.0))
    lines: list[Line] = []
    for number, (points, closed) in enumerate(shapes):
        shown = np.ones(len(points), bool)
        for cover, solid in shapes[number + 1 :]:
            if solid:
                shown &= _outside(points, cover)
        for a, b in runs(shown, joined=6):
            if (b - a) * STEP_PX >= 8.0:
                part = points[max(0, a - 1) : b + 1].astype(np.float32)
                lines.append(Line(part, width, closed and b - a == len(points)))
    return with_ends(LineArt((side_px, side_px), tuple(lines)))


def _outside(points: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """Return which points do not lie in a closed shape, (n,) bool."""
    low, high = cover.min(axis=0), cover.max(axis=0)
    out = ((points < low) | (points > high)).any(axis=1)
    contour = cover[::3].astype(np.float32)
    for k in np.flatnonzero(~out).tolist():
        x, y = points[k].tolist()
        out[k] = cv2.pointPolygonTest(contour, (x, y), measureDist=False) < 0
    return out


def _shape(side: int, rng: Rng) -> tuple[np.ndarray, bool]:
    """Return (n, 2) points and whether they are closed."""
    centre = rng.uniform(0.1, 0.9, 2) * side
    size = side * float(np.exp(rng.uniform(np.log(0.02), np.log(0.4))))
    kind = rng.random()
    if kind < 0.3:
        turns = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 10))))
        ring = (
            np.stack((np.cos(turns), np.sin(turns)), axis=1) * rng.uniform(0.5, 1.0, (len(turns), 1)) * size
        )
        points = smooth(ring + centre, closed=True)
    elif kind < 0.5:
        t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        points = np.stack((np.cos(t), np.sin(t) * rng.uniform(0.4, 1.0)), axis=1) * size + centre
    elif kind < 0.65:
        corners = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * rng.uniform(0.3, 1.0, 2) * size
        a = float(rng.uniform(0, np.pi))
        points = corners @ np.array(((np.cos(a), np.sin(a)), (-np.sin(a), np.cos(a)))) + centre
    else:
        control = centre + np.cumsum(rng.normal(0, 0.45 * size + 6, (int(rng.integers(3, 6)), 2)), axis=0)
        return resampled(smooth(control, closed=False)), False
    return resampled(np.concatenate((points, points[:1]))), True
