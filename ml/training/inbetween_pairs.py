"""Pairs of keys with known motion, made anew for every batch: puppets under a camera, and cut-outs that fly far.

Convention:
    - points are (x, y) pixels of the key, centres at integers; a (3, 3) matrix takes points of a key to points of what
      is sampled for it
    - motion is (2, 2, n, n) float32: from a to b and from b to a, x and y
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.inbetween.flow_input import channels
from ml.pixels import F32, U8
from ml.training.inbetween_paint import IS_INK, Paint, Rng, painted, random_paint
from ml.training.inbetween_shards import FINE, KNOWN, STEP, VISIBLE

HIDDEN_WEIGHT, INK_WEIGHT = 0.3, 3.0
_LEAST_SEEN = 0.6  # of what is painted


@dataclass(frozen=True)
class Made:
    """A pair of keys.

    Attributes:
        keys: two (n, n, 4) uint8.
        motion: (2, 2, n, n) float32 pixels.
        known, visible, ink: (2, n, n) bool: the motion is known; and what moves can be seen in the other key; line.
    """

    keys: tuple[U8, U8]
    motion: F32
    known: np.ndarray
    visible: np.ndarray
    ink: np.ndarray

    def inputs(self) -> F32:
        """Return what the network sees, (2, 7, n, n)."""
        return np.stack([channels(key) for key in self.keys])

    def weight(self) -> F32:
        """Return how much each pixel's motion counts, (2, n, n)."""
        base = np.where(self.visible, 1.0, HIDDEN_WEIGHT) * self.known
        return (base * np.where(self.ink, INK_WEIGHT, 1.0)).astype(np.float32)

    def swapped(self) -> Made:
        """Return the same pair the other way round."""
        return Made(self.keys[::-1], self.motion[::-1], self.known[::-1], self.visible[::-1], self.ink[::-1])


Character = dict[str, np.ndarray]


def filmed(rng: Rng, who: Character, size: int) -> Made:
    """Return a pair of drawings of a character, seen by a camera near or far that may move, too."""
    number = _pair(rng, who)
    row = who["pairs"][number]
    flags = who["flags"][number]
    views = _cameras(rng, (flags[0] & KNOWN) > 0, size)
    paint = random_paint(rng, who["paints"], size)
    keys, known, visible, ink, motion = [], [], [], [], []
    for this, other in ((0, 1), (1, 0)):
        fine = who["fine"][row[this]]
        labels = sampled_labels(fine, views[this], size)
        keys.append(painted(rng, labels, paint))
        ink.append(IS_INK[labels[::2, ::2]])
        flag = _sampled(flags[this], views[this], size)
        vectors = _sampled(who["vectors"][number, this], views[this], size).astype(np.float32) / STEP
        at = grid(size)
        to = applied(np.linalg.inv(views[other]), applied(views[this], at) + vectors)
        within = ((to > -0.5) & (to < size - 0.5)).all(axis=2)
        known.append((flag & KNOWN) > 0)
        visible.append(((flag & VISIBLE) > 0) & within)
        motion.append(np.where(known[-1][..., None], to - at, 0.0).transpose(2, 0, 1))
    return Made((keys[0], keys[1]), np.stack(motion).astype(np.float32), np.stack(known), np.stack(visible),
                np.stack(ink) & np.stack(known))  # fmt: skip


def _pair(rng: Rng, who: Character) -> int:
    """Return a pair most of which is seen in both drawings: a front and a back are no two keys of one motion."""
    known, visible = ((who["flags"] & bit > 0).sum(axis=(2, 3)) for bit in (KNOWN, VISIBLE))
    share = (visible / np.maximum(known, 1)).min(axis=1)
    good = np.flatnonzero(share >= min(_LEAST_SEEN, float(share.max())))
    return int(good[int(rng.integers(len(good)))])


def whole(who: Character, number: int) -> Made:
    """Return a pair of a validation character as it was drawn: own paints, anti-aliased, no camera."""
    size = who["flags"].shape[-1]
    paint = Paint(who["paints"], trace=False, ground=None, smooth=True, quality=0)
    view = np.eye(3)
    flags, rows = who["flags"][number], who["pairs"][number]
    labels = [sampled_labels(who["fine"][row], view, size) for row in rows]
    rng = np.random.default_rng(0)
    known = (flags & KNOWN) > 0
    ink = np.stack([IS_INK[one[::2, ::2]] for one in labels])
    motion = who["vectors"][number].astype(np.float32).transpose(0, 3, 1, 2) / STEP
    keys = tuple(painted(rng, one, paint) for one in labels)
    return Made((keys[0], keys[1]), motion, known, (flags & VISIBLE) > 0, ink & known)


def grid(size: int) -> F32:
    """Return the pixel centres of a key, (n, n, 2) float32 x, y."""
    xs, ys = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32))
    return np.stack((xs, ys), axis=2)


def applied(matrix: np.ndarray, points: np.ndarray) -> F32:
    """Return (..., 2) points taken through a (3, 3) matrix."""
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2], np.float32)


def similarity(
    centre: np.ndarray, turn: float, zoom: float, at: np.ndarray, *, flip: bool = False
) -> np.ndarray:
    """Return the matrix that takes `at` of a key to `centre`, turned (radians) and `zoom` times nearer."""
    c, s = np.cos(turn) / zoom, np.sin(turn) / zoom
    matrix = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    if flip:
        matrix[:, 0] *= -1.0
    matrix[:2, 2] = centre - matrix[:2, :2] @ at
    return matrix


def sampled_labels(fine: U8, view: np.ndarray, size: int) -> U8:
    """Return labels at twice the size of the key, (2n, 2n); nothing beyond the drawing."""
    half = np.array([[0.5, 0.0, -0.25], [0.0, 0.5, -0.25], [0.0, 0.0, 1.0]])
    middle = (FINE - 1) / 2
    up = np.array([[FINE, 0.0, middle], [0.0, FINE, middle], [0.0, 0.0, 1.0]])
    matrix = up @ view @ half
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(fine, matrix[:2], (2 * size, 2 * size), flags=flags), np.uint8)


def _sampled(values: np.ndarray, view: np.ndarray, size: int) -> np.ndarray:
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(np.ascontiguousarray(values), view[:2], (size, size), flags=flags))


def _cameras(rng: Rng, painted_in_a: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the matrices of both keys: near or far, turned, mirrored; half of them with a move of the camera."""
    ys, xs = np.nonzero(painted_in_a)
    if not len(xs):
        xs = ys = np.array([0, painted_in_a.shape[0] - 1])
    low, high = np.array([xs.min(), ys.min()]), np.array([xs.max(), ys.max()])
    fits = size / max(float((high - low).max()), 24.0)
    zoom = float(np.clip(fits * np.exp(rng.uniform(-0.15, np.log(2.4))), 0.5, 2.2))
    spot = int(rng.integers(len(xs)))
    share = float(rng.uniform(0.3, 1.0)) * float(np.clip(zoom / fits - 0.8, 0.0, 1.0))
    centre = (low + high) / 2.0 * (1.0 - share) + np.array([xs[spot], ys[spot]]) * share
    turn, flip, at = float(rng.normal(0, 0.12)), bool(rng.random() < 0.5), np.full(2, (size - 1) / 2.0)
    first = similarity(centre, turn, zoom, at, flip=flip)
    if rng.random() < 0.5:
        return first, first
    moved = at + rng.normal(0, 0.09 * size, 2)
    near = zoom * float(np.exp(rng.normal(0, 0.10)))
    return first, similarity(centre, turn + float(rng.normal(0, 0.2)), near, moved, flip=flip)
