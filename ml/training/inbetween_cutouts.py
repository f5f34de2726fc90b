"""Cut-outs that fly far: pieces of training drawings in layers, each turned, scaled and bent in its own way.

Puppets seldom move by half a picture and never turn a limb into another one's place. Here everything moves so, with
motion and covering known exactly; it teaches to find things again wherever they are (compare FlyingChairs,
Dosovitskiy et al. 2015).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.pixels import F32, U8
from ml.training.inbetween_paint import IS_INK, Paint, Rng, finished, random_paint
from ml.training.inbetween_pairs import Character, Made, applied, grid, sampled_labels, similarity
from ml.training.inbetween_shards import FINE

_ROUNDS = 5  # of the fixed point that undoes a bend
_SHORTEST, _LONGEST = 0.5, 1.5  # waves of a bend, in sides of the key


@dataclass(frozen=True)
class _Bend:
    """A smooth displacement of points of a key, a sum of waves; it never folds."""

    waves: F32  # (k, 2) radians per pixel
    sizes: F32  # (k, 2) pixels of what is sampled
    phases: F32  # (k,)

    def of(self, points: F32) -> F32:
        """Return (n, 2) displacements."""
        return np.asarray(np.sin(points @ self.waves.T + self.phases) @ self.sizes, np.float32)


@dataclass(frozen=True)
class _Layer:
    """A piece of a drawing and where it lies in both keys."""

    fine: U8
    table: U8
    in_a: np.ndarray
    in_b: np.ndarray
    bend: _Bend

    def source_a(self, points: F32) -> F32:
        """Return where points of a lie in the drawing, pixels."""
        return applied(self.in_a, points)

    def source_b(self, points: F32) -> F32:
        """Return where points of b lie in the drawing, pixels."""
        return applied(self.in_b, points) + self.bend.of(points)

    def to_b(self, source: F32) -> F32:
        """Return where points of the drawing lie in b."""
        back = np.linalg.inv(self.in_b)
        points = applied(back, source)
        for _ in range(_ROUNDS):
            points = applied(back, source - self.bend.of(points))
        return points

    def labels_in_a(self, size: int) -> U8:
        """Return the labels as they lie in a, (2n, 2n), 0 beyond the drawing."""
        return sampled_labels(self.fine, self.in_a, size)

    def labels_in_b(self, size: int) -> U8:
        """Return the labels as they lie in b, (2n, 2n)."""
        coarse = (grid(size // 4) + 0.5) * 4.0 - 0.5
        bent = cv2.resize(self.bend.of(coarse), (2 * size, 2 * size), interpolation=cv2.INTER_LINEAR)
        source = applied(self.in_b, (grid(2 * size) - 0.5) / 2.0) + bent
        at = source * np.float32(FINE) + np.float32((FINE - 1) / 2)
        return np.asarray(cv2.remap(self.fine, at[..., 0], at[..., 1], cv2.INTER_NEAREST), np.uint8)


def flown(rng: Rng, cast: list[Character], size: int) -> Made:
    """Return a pair of two to five cut-outs from the drawings of some characters.

    Args:
        rng: source of all choices.
        cast: whom to cut from.
        size: side of the keys.
    """
    layers = [_layer(rng, cast[int(rng.integers(len(cast)))], size) for _ in range(int(rng.integers(2, 6)))]
    paint = random_paint(rng, layers[0].table, size)
    if not paint.trace and (paint.table[1:, 3] > 0).any():
        layers = [replace(one, table=random_paint(rng, one.table, size).table) for one in layers]
    points = grid(size)
    labels = [[one.labels_in_a(size) for one in layers], [one.labels_in_b(size) for one in layers]]
    keys = tuple(_stacked(layers, side, paint) for side in labels)
    tops = [_tops(side) for side in labels]
    ink = np.stack([_inked(side, top) for side, top in zip(labels, tops, strict=True)])
    motion, visible = np.zeros((2, size, size, 2), np.float32), np.zeros((2, size, size), bool)
    for number, one in enumerate(layers):
        for this, other in ((0, 1), (1, 0)):
            mine = tops[this] == number
            here = points[mine]
            to = (
                one.to_b(one.source_a(here))
                if this == 0
                else applied(np.linalg.inv(one.in_a), one.source_b(here))
            )
            motion[this][mine] = to - here
            visible[this][mine] = _on_top(to, tops[other], number)
    known = np.stack(tops) >= 0
    return Made((keys[0], keys[1]), motion.transpose(0, 3, 1, 2).copy(), known, visible, ink)


def _on_top(to: F32, top: np.ndarray, number: int) -> np.ndarray:
    """Return whether a layer is topmost at points, (n,) bool."""
    size = top.shape[0]
    x, y = np.rint(to).astype(np.int64).T
    within = (x >= 0) & (y >= 0) & (x < size) & (y < size)
    return within & (top[y.clip(0, size - 1), x.clip(0, size - 1)] == number)


def _tops(labels: list[U8]) -> np.ndarray:
    """Return which layer is topmost at each pixel, (n, n) int8, -1 = none."""
    top = np.full([n // 2 for n in labels[0].shape], -1, np.int8)
    for number, one in enumerate(labels):
        top[one[::2, ::2] > 0] = number
    return top


def _inked(labels: list[U8], top: np.ndarray) -> np.ndarray:
    ink = np.zeros(top.shape, bool)
    for number, one in enumerate(labels):
        ink |= IS_INK[one[::2, ::2]] & (top == number)
    return ink


def _stacked(layers: list[_Layer], labels: list[U8], paint: Paint) -> U8:
    """Return a key: all layers painted over each other, back to front."""
    picture = np.zeros((*labels[0].shape, 4), np.uint8)
    for one, drawn in zip(layers, labels, strict=True):
        cv2.copyTo(one.table[drawn], (drawn > 0).view(np.uint8), picture)
    return finished(picture, paint)


def _layer(rng: Rng, who: Character, size: int) -> _Layer:
    """Return a piece of a drawing with its two places."""
    fine = _cut(rng, who["fine"][int(rng.integers(len(who["fine"])))])
    ys, xs = np.nonzero(fine[::FINE, ::FINE])
    if not len(xs):
        xs = ys = np.array([0, 1])
    low, high = np.array([xs.min(), ys.min()]), np.array([xs.max(), ys.max()])
    centre = (low + high) / 2.0
    span = max(float((high - low).max()), 12.0)
    zoom = size * float(rng.uniform(0.25, 1.0)) / span
    at = rng.uniform(0.15, 0.85, 2) * size
    far = float(rng.choice([0.03, 0.12, 0.3])) * size
    turn, more = float(rng.uniform(-0.4, 0.4)), float(rng.normal(0, 0.1 + far / size))
    stretch = float(np.exp(rng.normal(0, 0.12)))
    in_a = similarity(centre, turn, zoom, at)
    in_b = similarity(centre, turn + more, zoom * stretch, at + rng.normal(0, 1, 2) * far)
    return _Layer(fine, who["paints"], in_a, in_b, _bend(rng, size, zoom * stretch))


def _bend(rng: Rng, size: int, zoom: float) -> _Bend:
    """Return a bend whose slope stays under a third, so that it can be undone."""
    count = 2
    turns = rng.uniform(0, 2 * np.pi, count)
    long = 2 * np.pi / (rng.uniform(_SHORTEST, _LONGEST, count) * size)
    waves = np.stack((np.cos(turns), np.sin(turns)), 1) * long[:, None]
    most = 0.16 / (zoom * long) * rng.uniform(0.0, 1.0, count)
    ways = rng.uniform(0, 2 * np.pi, count)
    sizes = np.stack((np.cos(ways), np.sin(ways)), 1) * most[:, None]
    return _Bend(
        waves.astype(np.float32), sizes.astype(np.float32), rng.uniform(0, 6.3, count).astype(np.float32)
    )


def _cut(rng: Rng, fine: U8) -> U8:
    """Return a whole drawing or a round piece of it with a line about it."""
    if rng.random() < 0.4:
        return fine
    ys, xs = np.nonzero(fine[::4, ::4])
    if not len(xs):
        return fine
    spot = int(rng.integers(len(xs)))
    centre = (int(xs[spot]) * 4, int(ys[spot]) * 4)
    axes = (int(rng.uniform(0.06, 0.25) * fine.shape[0]), int(rng.uniform(0.06, 0.25) * fine.shape[0]))
    disc = np.zeros_like(fine)
    cv2.ellipse(disc, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    piece = fine * disc
    if rng.random() < 0.7:
        width = int(rng.integers(3, 9))
        inner = cv2.erode((piece > 0).astype(np.uint8), np.ones((width, width), np.uint8))
        rim = (piece > 0) & (inner == 0)
        piece[rim] = (piece[rim] - 1) // 4 * 4 + 4  # the line of the same part
    return piece
