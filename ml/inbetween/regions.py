"""Regions of a key and its edges: connected areas of one label, and points on their borders with their normals."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_SMOOTH = 2.0  # of border points, in half pixels
_STEP = 3  # every third half pixel of a border becomes an edge point


@dataclass(frozen=True)
class Edges:
    """Points on the borders of a key's labels.

    Attributes:
        xy: (n, 2) float64 pixels.
        normal: (n, 2) float64 unit vectors, out of the label.
        own: (n,) label whose border it is.
        across: (n,) label on the other side.
        region: (n,) region that owns it, 0 = none.
    """

    xy: np.ndarray
    normal: np.ndarray
    own: np.ndarray
    across: np.ndarray
    region: np.ndarray

    def taken(self, which: np.ndarray) -> Edges:
        """Return some of the points."""
        return Edges(
            self.xy[which], self.normal[which], self.own[which], self.across[which], self.region[which]
        )


@dataclass(frozen=True)
class Regions:
    """Connected areas of one label.

    Attributes:
        at: (h, w) int32, 0 = ground, else 1..n.
        label, area, centre_xy, angle, long_px, short_px: per region, entry 0 unused; angle of the long axis.
        touch: (m, 3) int64: two regions that touch or lie a line apart, and how many pixels they do.
        beside: (n + 1, labels) share of each label along the border.
    """

    at: np.ndarray
    label: np.ndarray
    area: np.ndarray
    centre_xy: np.ndarray
    angle: np.ndarray
    long_px: np.ndarray
    short_px: np.ndarray
    touch: np.ndarray
    beside: np.ndarray

    @property
    def count(self) -> int:
        """Number of regions, entry 0 included."""
        return len(self.area)


def find_regions(labels: np.ndarray, count: int, smallest_px: int) -> Regions:
    """Return the regions of a label map; those under `smallest_px` join the region beside them.

    Args:
        labels: (h, w) int32, 0 = ground.
        count: number of labels.
        smallest_px: areas below it are no regions of their own.
    """
    at, number = _connected(labels)
    at = _without_crumbs(at, number, smallest_px)
    there = np.bincount(at.ravel(), minlength=number + 1) > 0
    there[0] = False  # the ground stays 0
    at = np.where(there, np.cumsum(there), 0).astype(np.int32)[at]
    number = int(there.sum())
    ys, xs = np.nonzero(at)
    which = at[ys, xs]
    area = np.bincount(which, minlength=number + 1).astype(float)
    whole = np.maximum(area, 1)
    centre = (
        np.stack([np.bincount(which, v, number + 1) for v in (xs, ys)], axis=1).reshape(-1, 2)
        / whole[:, None]
    )
    dx, dy = xs - centre[which, 0], ys - centre[which, 1]
    xx, yy, xy = (np.bincount(which, v, number + 1) / whole for v in (dx * dx, dy * dy, dx * dy))
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    touch, beside = _touching(at, labels, number, count)
    return Regions(
        at,
        _commonest(which, labels[ys, xs], number, count),
        area,
        centre,
        0.5 * np.arctan2(2 * xy, xx - yy),
        np.sqrt((xx + yy + spread) / 2 + 0.1),
        np.sqrt(np.maximum((xx + yy - spread) / 2, 0) + 0.1),
        touch,
        beside,
    )


def _commonest(which: np.ndarray, labels: np.ndarray, number: int, count: int) -> np.ndarray:
    key, times = np.unique(which.astype(np.int64) * count + labels, return_counts=True)
    order = np.argsort(times, kind="stable")
    found = np.zeros(number + 1, np.int64)
    found[key[order] // count] = key[order] % count
    return found


def _connected(labels: np.ndarray) -> tuple[np.ndarray, int]:
    """Return (h, w) int32 components of equal labels and their number."""
    at, number = np.zeros(labels.shape, np.int32), 0
    for label, (ys, xs) in boxes(labels).items():
        n, parts = cv2.connectedComponents((labels[ys, xs] == label).astype(np.uint8), connectivity=8)
        inside = parts > 0
        at[ys, xs][inside] = parts[inside] + number
        number += n - 1
    return at, number


def boxes(labels: np.ndarray) -> dict[int, tuple[slice, slice]]:
    """Return the rows and columns that each label but 0 lies in."""
    ys, xs = np.nonzero(labels)
    which = labels[ys, xs]
    if not len(which):
        return {}
    order = np.argsort(which, kind="stable")
    starts = np.flatnonzero(np.diff(which[order], prepend=-1))
    top, left = np.minimum.reduceat(ys[order], starts), np.minimum.reduceat(xs[order], starts)
    bottom, right = np.maximum.reduceat(ys[order], starts), np.maximum.reduceat(xs[order], starts)
    return {
        int(which[order[s]]): (slice(top[i], bottom[i] + 1), slice(left[i], right[i] + 1))
        for i, s in enumerate(starts)
    }


def _without_crumbs(at: np.ndarray, number: int, smallest_px: int) -> np.ndarray:
    """Join areas that are too small to the nearest region."""
    area = np.bincount(at.ravel(), minlength=number + 1)
    crumb = area < smallest_px
    crumb[0] = False
    small = crumb[at]
    if not small.any() or not (~crumb[1:]).any():
        return at
    solid = (at > 0) & ~small
    _, nearest = cv2.distanceTransformWithLabels(
        (~solid).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[solid]] = at[solid]
    return np.where(small, table[nearest], at)


def _touching(at: np.ndarray, labels: np.ndarray, number: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    beside = np.zeros((number + 1) * count)
    pairs = []
    h, w = at.shape
    for dy, dx in ((0, 1), (1, 0), (0, 3), (3, 0)):
        a, b = at[: h - dy, : w - dx], at[dy:, dx:]
        la, lb = labels[: h - dy, : w - dx], labels[dy:, dx:]
        apart = np.nonzero(a != b)
        one, two = a[apart].astype(np.int64), b[apart].astype(np.int64)
        beside += np.bincount(one * count + lb[apart], minlength=beside.size)
        beside += np.bincount(two * count + la[apart], minlength=beside.size)
        both = (one > 0) & (two > 0)
        pairs.append(np.minimum(one[both], two[both]) * (number + 1) + np.maximum(one[both], two[both]))
    key, times = np.unique(np.concatenate(pairs), return_counts=True)
    shares = beside.reshape(number + 1, count)
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return np.stack((key // (number + 1), key % (number + 1), times), axis=1), shares


def find_edges(labels: np.ndarray, regions: np.ndarray, most: int) -> Edges:
    """Return points along the borders of all labels, at most about `most`, evenly spread.

    Args:
        labels: (h, w) int32.
        regions: (h, w) int32, the regions that own the points.
        most: how many points to keep.
    """
    xy, normal, own = [], [], []
    for label, (ys, xs) in boxes(labels).items():
        points, out = _borders((labels[ys, xs] == label).astype(np.uint8))
        xy.append(points + np.array((xs.start, ys.start)))
        normal.append(out)
        own.append(np.full(len(points), label))
    if not xy:
        nothing = np.zeros((0, 2))
        return Edges(nothing, nothing, *(np.zeros(0, np.int64) for _ in range(3)))
    points, out, label_of = np.concatenate(xy), np.concatenate(normal), np.concatenate(own)
    keep = slice(None, None, max(1, round(len(points) / most)))
    points, out, label_of = points[keep], out[keep], label_of[keep]
    across = _at(labels, points + out * 1.3)
    region = _at(regions, points - out * 0.7)
    wrong = _at(labels, points - out * 0.7) != label_of
    region = np.where(wrong, _at(regions, points - out * 0.2), region)
    edges = Edges(points, out, label_of, across, region)
    return edges.taken(np.flatnonzero(region > 0))


def _at(field: np.ndarray, xy: np.ndarray) -> np.ndarray:
    h, w = field.shape
    x, y = np.rint(xy).astype(np.int64).T
    return field[np.clip(y, 0, h - 1), np.clip(x, 0, w - 1)]


def _borders(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return smoothed border points (x, y) of a mask and their outward normals."""
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    twice = cv2.resize(padded, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    chains, _ = cv2.findContours(twice, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    reach = 4
    kernel = cv2.getGaussianKernel(2 * reach + 1, _SMOOTH)[:, 0]
    points, normals = [], []
    for chain in chains:
        line = chain[:, 0, :].astype(np.float64)
        if len(line) < 2 * reach:
            continue
        ring = np.concatenate((line[-reach:], line, line[:reach]))
        smooth = np.stack([np.convolve(ring[:, k], kernel, "valid") for k in (0, 1)], axis=1)
        along = (np.roll(smooth, -2, axis=0) - np.roll(smooth, 2, axis=0))[::_STEP]
        length = np.hypot(along[:, 0], along[:, 1])
        good = length > 1e-6
        points.append(((smooth[::_STEP] - 0.5) / 2 - 1)[good])
        normals.append(np.stack((-along[:, 1], along[:, 0]), axis=1)[good] / length[good, None])
    if not points:
        return np.zeros((0, 2)), np.zeros((0, 2))
    return np.concatenate(points), np.concatenate(normals)
