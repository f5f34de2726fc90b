"""Pins that an artist might set between two drawings of a puppet, from what is known of its motion."""

from __future__ import annotations

import numpy as np

from bench.inbetween.types import XY
from ml.puppets.correspond import Scene, points
from ml.puppets.render import frame_of

MOST = 24
_MARKS = 12  # at most half of the pins are named places: joints, chin, eyes


def pins_of(a: Scene, b: Scene, most: int = MOST) -> tuple[tuple[XY, XY], ...]:
    """Return at most `most` pairs of points, visible in both drawings: landmarks, then lines far from them."""
    one, other = a.drawn(), b.drawn()
    near, far = _landmarks(one.laid, other.laid)
    order = farthest(near, min(_MARKS, most), np.zeros((0, 2)))
    near, far = near[order], far[order]
    on_a, on_b = _outlines(one, other)
    rest = farthest(on_a, most - len(near), near)
    near, far = np.vstack((near, on_a[rest])), np.vstack((far, on_b[rest]))
    return tuple((_xy(p), _xy(q)) for p, q in zip(near, far, strict=True))


def _xy(point: np.ndarray) -> XY:
    return round(float(point[0]), 1), round(float(point[1]), 1)


def _landmarks(one: object, other: object) -> tuple[np.ndarray, np.ndarray]:
    a, b = frame_of(one), frame_of(other)  # type: ignore[arg-type]
    names = sorted(a.visible & b.visible)
    return (
        np.array([a.landmarks[n] for n in names]).reshape(-1, 2),
        np.array([b.landmarks[n] for n in names]).reshape(-1, 2),
    )


def _outlines(one: object, other: object) -> tuple[np.ndarray, np.ndarray]:
    """Return outline points that are seen in both drawings and lie inside them."""
    near, far = [np.zeros((0, 2))], [np.zeros((0, 2))]
    for pairs in points(one, other).values():  # type: ignore[arg-type]
        seen = pairs.visible_in_a & pairs.visible_in_b
        near.append(pairs.a_px[seen])
        far.append(pairs.b_px[seen])
    a, b = np.vstack(near), np.vstack(far)
    high, wide = one.laid.framing.size_hw  # type: ignore[attr-defined]
    limit = np.array((wide - 1, high - 1))
    inside = ((a >= 0) & (a <= limit) & (b >= 0) & (b <= limit)).all(axis=1)
    return a[inside], b[inside]


def farthest(candidates: np.ndarray, number: int, taken: np.ndarray) -> list[int]:
    """Return indices of at most `number` candidates (N, 2), each the farthest from all taken before it."""
    if not len(candidates) or number <= 0:
        return []
    if len(taken):
        away = np.hypot(*(candidates[:, None] - taken[None]).transpose(2, 0, 1)).min(axis=1)
    else:
        away = np.hypot(*(candidates - candidates.mean(axis=0)).T)
    chosen: list[int] = []
    while len(chosen) < min(number, len(candidates)):
        at = int(away.argmax())
        if away[at] <= 1.0 and chosen:
            break
        chosen.append(at)
        away = np.minimum(away, np.hypot(*(candidates - candidates[at]).T))
    return chosen
