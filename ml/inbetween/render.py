"""From moved pixels to a drawing: every pixel is looked up in a key, so colours and line weights are the keys' own.

The key that is nearer in time is drawn first: its pixels are sent along their paths, the one in front stays, and each
pixel of the result is looked up where it came from. The other key gives what the first one hid. Nothing is blended.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_TORN_PX = 1.2  # a neighbour that moves otherwise by more is another thing
_AROUND = ((0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass(frozen=True)
class Layer:
    """A key as it is sent along.

    Attributes:
        labels: (h, w) int32, 0 = ground.
        xs, ys: (m,) painted pixels and the ground beside them.
        front: (m,) which pixel stays where two land on one: the higher.
        only_here: (h, w) bool, not seen in the other key.
        comes_late: (h, w) bool, only here, and nothing hides it in the other key: drawn from the middle on.
    """

    labels: np.ndarray
    xs: np.ndarray
    ys: np.ndarray
    front: np.ndarray
    only_here: np.ndarray
    comes_late: np.ndarray


@dataclass(frozen=True)
class Sent:
    """A key sent to a time between: where each pixel of the result came from.

    Attributes:
        x, y: (h, w) float32 place in the key, meaningless where `label` is -1.
        label: (h, w) int32; 0 = the key shows ground there, -1 = the key says nothing.
        source: (h, w) int64 index of the key's nearest pixel, -1 with the label.
    """

    x: np.ndarray
    y: np.ndarray
    label: np.ndarray
    source: np.ndarray


def send(layer: Layer, step: np.ndarray) -> Sent:
    """Send a key along.

    Args:
        layer: the key.
        step: (m, 2) displacement of its pixels.
    """
    h, w = layer.labels.shape
    pixel = layer.ys * w + layer.xs
    source, rank = _splat(layer, step, pixel)
    _close_cracks(source, rank)
    ys, xs = np.nonzero(source >= 0)
    mine = source[ys, xs]
    table = np.zeros((h * w, 2), np.float32)
    known = np.zeros(h * w, bool)
    table[pixel], known[pixel] = step, True
    x, y = xs - table[mine, 0], ys - table[mine, 1]
    near = np.clip(np.rint(y), 0, h - 1).astype(np.int64) * w + np.clip(np.rint(x), 0, w - 1).astype(np.int64)
    whole = known[near] & (np.abs(table[near] - table[mine]).max(axis=1) <= _TORN_PX)
    sent = Sent(
        np.zeros((h, w), np.float32),
        np.zeros((h, w), np.float32),
        np.full((h, w), -1, np.int32),
        np.full((h, w), -1, np.int64),
    )
    ys, xs, x, y = ys[whole], xs[whole], x[whole], y[whole]
    sent.x[ys, xs], sent.y[ys, xs] = x, y
    sent.label[ys, xs] = elected(layer.labels, x, y)
    sent.source[ys, xs] = near[whole]
    return sent


def _splat(layer: Layer, step: np.ndarray, pixel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (h, w) which pixel lands where, and its rank; -1 where none does."""
    h, w = layer.labels.shape
    order = np.argsort(layer.front, kind="stable")
    x = np.rint(layer.xs + step[:, 0]).astype(np.int64)[order]
    y = np.rint(layer.ys + step[:, 1]).astype(np.int64)[order]
    inside = (x >= 0) & (y >= 0) & (x < w) & (y < h)
    source, rank = np.full((h, w), -1, np.int64), np.full((h, w), -np.inf, np.float32)
    place = y[inside] * w + x[inside]
    source.ravel()[place] = pixel[order][inside]
    rank.ravel()[place] = layer.front[order][inside]
    return source, rank


def _close_cracks(source: np.ndarray, rank: np.ndarray) -> None:
    """Fill pixels between others that moved apart with the neighbour in front, in place, two pixels deep."""
    for _ in range(2):
        best, found = rank.copy(), source.copy()
        for dy, dx in _AROUND:
            near = np.roll(rank, (dy, dx), (0, 1))
            better = (source < 0) & (near > best)
            best[better] = near[better]
            found[better] = np.roll(source, (dy, dx), (0, 1))[better]
        source[:], rank[:] = found, best


def elected(labels: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the label that weighs most among the four pixels about each place, (k,) int32, bilinear weights."""
    h, w = labels.shape
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    fx, fy = x - left, y - top
    found, weight = [], []
    for down in (0, 1):
        for right in (0, 1):
            there = labels[np.clip(top + down, 0, h - 1), np.clip(left + right, 0, w - 1)]
            found.append(there)
            weight.append((fx if right else 1 - fx) * (fy if down else 1 - fy))
    label, mass = np.stack(found), np.stack(weight)
    total = np.stack([(mass * (label == label[k])).sum(axis=0) for k in range(4)])
    chosen: np.ndarray = label[total.argmax(axis=0), np.arange(len(x))]
    return chosen


def compose(first: Sent, second: Sent, layer: Layer, scale: float, *, late: bool) -> np.ndarray:
    """Return which key each pixel of the result is looked up in, (h, w) uint8: 0 = ground, 1 = first, 2 = second.

    Args:
        first: the key nearer in time.
        second: the other key.
        layer: the other key's layer.
        scale: full pixels per small pixel.
        late: whether things that nothing hides in the first key are drawn.
    """
    picked = np.where(first.label > 0, 1, 0).astype(np.uint8)
    source = np.maximum(second.source, 0)
    wanted = layer.only_here.ravel()[source]
    if not late:
        wanted &= ~layer.comes_late.ravel()[source]
    extra = (second.label > 0) & wanted & (picked == 0)
    extra &= cv2.morphologyEx(extra.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0
    picked[extra] = 2
    size = 2 * round(1.5 * scale) + 1
    closed = cv2.morphologyEx(
        np.pad((picked > 0).astype(np.uint8), size), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)
    )[size:-size, size:-size]
    seam = (closed > 0) & (picked == 0) & (second.label > 0)
    picked[seam] = 2
    return picked


def without_specks(picked: np.ndarray, least_px: float) -> np.ndarray:
    """Return what is picked without pieces that hang on nothing and are smaller than `least_px`."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats((picked > 0).astype(np.uint8), connectivity=8)
    speck = stats[:, cv2.CC_STAT_AREA] < least_px
    speck[0] = False
    return np.where(speck[parts], 0, picked).astype(np.uint8) if count > 1 else picked


def smallest_piece_px(painted: np.ndarray) -> float:
    """Return the area of the smallest piece of a drawing that hangs on nothing, infinite where there is none."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(painted.astype(np.uint8), connectivity=8)
    return float(stats[1:, cv2.CC_STAT_AREA].astype(float).min(initial=np.inf))


def fill_seams(labels: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """Return the labels with pixels that no key speaks for, and that lie within the drawing, taken from beside them."""
    painted = labels > 0
    closed = cv2.morphologyEx(np.pad(painted.astype(np.uint8), 2), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    seam = (closed[2:-2, 2:-2] > 0) & ~painted & silent
    if not seam.any():
        return labels
    _, nearest = cv2.distanceTransformWithLabels(
        (~painted).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, labels.dtype)
    table[nearest[painted]] = labels[painted]
    return np.where(seam, table[nearest], labels)


def looked_up(picture: np.ndarray, sent: Sent) -> np.ndarray:
    """Return premultiplied RGBA of a key at the places sent, (h, w, 4) float32, 0 to 255, never beyond its neighbours.

    Bicubic, held between the least and the most of the pixels about: edges stay crisp and no colour is invented.
    """
    alpha = picture[..., 3:].astype(np.float32) / 255
    flat = np.concatenate((picture[..., :3] * alpha, picture[..., 3:]), axis=2).astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    drawn = cv2.remap(flat, sent.x, sent.y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    low = cv2.remap(cv2.erode(flat, kernel), sent.x, sent.y, cv2.INTER_NEAREST)
    high = cv2.remap(cv2.dilate(flat, kernel), sent.x, sent.y, cv2.INTER_NEAREST)
    return np.clip(drawn, low, high)
