"""Both eyes of a drawn face, found where one can be sure: two alike, mirrored, level marks in one smooth paint.

Precision comes before recall: a warp of something that is no eye would teach a benchmark nonsense. Nothing here is
learned; an eye is what stands out from the paint around it, has a mirrored twin at its side, and shares its cheek.

Convention: points (x, y) and boxes in pixels of the drawing, float.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from ml.pixels import F32, Figure, Mask, over, resize, to_lab

_WORK_PX = 420  # height (or width, whichever is more) at which the figure is searched
_SIZES = (0.028, 0.04, 0.058, 0.082, 0.115)  # width of an eye by that side
_STANDS_OUT = 14.0
_LEAST_EYE_PX = 5.0
_LEAST_LIKENESS = 0.62
_SKIN_ALIKE = 13.0
_MOST_BLOBS = 60
_PATCH = 24


@dataclass(frozen=True)
class Eye:
    """One eye: centre and size of its box."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class EyePair:
    """Both eyes, the one at the picture's left first; `likeness` is that of one to the other mirrored, up to 1."""

    left: Eye
    right: Eye
    likeness: float

    @property
    def centre_xy(self) -> tuple[float, float]:
        """The point between them."""
        return (self.left.x + self.right.x) / 2.0, (self.left.y + self.right.y) / 2.0

    @property
    def distance(self) -> float:
        """From centre to centre in pixels."""
        return float(np.hypot(self.right.x - self.left.x, self.right.y - self.left.y))


@dataclass(frozen=True)
class _Search:
    """The figure at working size: `lab` (h, w, 3), `inside` (h, w) well within the figure, `side` in pixels."""

    lab: F32
    inside: Mask
    side: int


def find_eyes(figure: Figure) -> EyePair | None:
    """Return both eyes of a figure, or None where one cannot be sure."""
    k = _WORK_PX / max(figure.mask.shape)
    size_hw = (max(8, round(figure.mask.shape[0] * k)), max(8, round(figure.mask.shape[1] * k)))
    lab = to_lab(resize(over(figure.rgba, figure.mask, (128, 128, 128)), size_hw))
    mask = resize(figure.mask.astype(np.uint8), size_hw, smooth=False)
    search = _Search(lab, np.asarray(cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0), _WORK_PX)
    found = sorted(
        (pair for share in _SIZES for pair in _pairs_of(search, share * _WORK_PX)),
        key=lambda p: -p.likeness * np.sqrt(p.left.w),
    )
    if not found or _contested(found):
        return None
    return _placed(found[0], k, figure.box_xyxy[0], figure.box_xyxy[1])


def _contested(found: list[EyePair]) -> bool:
    """Say whether another place fits nearly as well: then neither can be trusted."""
    best = found[0]
    for other in found[1:]:
        apart = np.hypot(*(np.subtract(other.centre_xy, best.centre_xy)))
        if apart > 0.6 * best.distance and other.likeness > 0.93 * best.likeness:
            return True
    return False


def _placed(pair: EyePair, k: float, left: int, top: int) -> EyePair | None:
    def moved(eye: Eye) -> Eye:
        return Eye(eye.x / k + left, eye.y / k + top, eye.w / k, eye.h / k)

    out = EyePair(moved(pair.left), moved(pair.right), pair.likeness)
    return out if min(out.left.w, out.right.w) >= _LEAST_EYE_PX else None


def _pairs_of(search: _Search, size: float) -> Iterator[EyePair]:
    blobs = _blobs(search, size)
    for first, second in combinations(blobs, 2):
        one, two = sorted((first, second), key=lambda e: e.x)
        if not _fit(one, two, search):
            continue
        likeness = _likeness(search.lab, one, two)
        if likeness >= _LEAST_LIKENESS and _one_face(search, one, two):
            yield EyePair(one, two, likeness)


def _blobs(search: _Search, size: float) -> list[Eye]:
    """Return what stands out from the paint around it and is about `size` wide."""
    around = min(255, int(size * 2.6) | 1)
    scaled = (
        search.lab * np.array([2.0, 1.0, 1.0], np.float32) + np.array([0.0, 128.0, 128.0], np.float32)
    ).clip(0, 255)
    ground = cv2.medianBlur(scaled.astype(np.uint8), around).astype(np.float32) - np.array(
        [0, 128, 128], np.float32
    )
    ground *= np.array([0.5, 1.0, 1.0], np.float32)
    stands = np.linalg.norm(search.lab - ground, axis=2) > _STANDS_OUT
    close = max(1, round(size * 0.06))
    marks = cv2.morphologyEx(
        (stands & search.inside).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((2 * close + 1,) * 2, np.uint8)
    )
    count, _, stats, centres = cv2.connectedComponentsWithStats(marks)
    found = []
    for i in range(1, count):
        w, h = float(stats[i, cv2.CC_STAT_WIDTH]), float(stats[i, cv2.CC_STAT_HEIGHT])
        dense = float(stats[i, cv2.CC_STAT_AREA]) / (w * h)
        if 0.55 * size <= w <= 1.8 * size and 0.3 * w <= h <= 1.9 * w and dense > 0.33:
            x = float(stats[i, cv2.CC_STAT_LEFT]) + w / 2.0
            y = float(stats[i, cv2.CC_STAT_TOP]) + h / 2.0
            found.append((abs(centres[i][0] - x), Eye(x, y, w, h)))
    return [eye for _, eye in found[:_MOST_BLOBS]]


def _fit(one: Eye, two: Eye, search: _Search) -> bool:
    """Say whether two marks lie as eyes do: alike in size, level, apart by one to three and a half widths."""
    w, h = max(one.w, two.w), max(one.h, two.h)
    alike = min(one.w, two.w) > 0.55 * w and min(one.h, two.h) > 0.62 * h
    gap = two.x - one.x
    level = abs(two.y - one.y) < min(0.3 * gap, 0.9 * h)
    return alike and level and 1.15 * w < gap < 3.4 * w and (one.y + two.y) / 2.0 < 0.72 * search.lab.shape[0]


def _patch(lab: F32, eye: Eye, w: float, h: float) -> F32:
    """Return (24, 24, 3) around an eye; what hangs over the picture's edge is its edge."""
    a = np.array([[w / _PATCH, 0.0, eye.x - w / 2.0], [0.0, h / _PATCH, eye.y - h / 2.0]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(lab, a, (_PATCH, _PATCH), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _likeness(lab: F32, one: Eye, two: Eye) -> float:
    """Return the correlation of one eye with the other mirrored, each fitted to its own box, -1..1."""
    a = _patch(lab, one, one.w * 1.3, one.h * 1.3)
    b = _patch(lab, two, two.w * 1.3, two.h * 1.3)
    if min(float(a[..., 0].max() - a[..., 0].min()), float(b[..., 0].max() - b[..., 0].min())) < 30.0:
        return -1.0
    mirrored, plain = _correlation(a, b[:, ::-1]), _correlation(a, b)
    return max(mirrored, plain - 0.05)  # irises that look aside are not mirrored


def _correlation(a: F32, b: F32) -> float:
    first = np.asarray(cv2.GaussianBlur(a, (0, 0), 1.0), np.float32)
    second = np.asarray(cv2.GaussianBlur(np.ascontiguousarray(b), (0, 0), 1.0), np.float32)
    a, b = first - first.mean(axis=(0, 1)), second - second.mean(axis=(0, 1))
    return float((a * b).sum() / max(1e-6, float(np.sqrt((a * a).sum() * (b * b).sum()))))


def _one_face(search: _Search, one: Eye, two: Eye) -> bool:
    """Say whether the paint between the eyes and below both is the same, and the figure goes on around them."""
    w, h = max(one.w, two.w), max(one.h, two.h)
    y = (one.y + two.y) / 2.0
    spots = [
        ((one.x + two.x) / 2.0, y + 0.25 * h),
        (one.x, one.y + 0.5 * one.h + 0.4 * w),
        (two.x, two.y + 0.5 * two.h + 0.4 * w),
    ]
    paints = [_median_at(search, x, y, max(1.5, 0.14 * w)) for x, y in spots]
    if any(p is None for p in paints):
        return False
    rows = np.stack([p for p in paints if p is not None])
    spread = max(float(np.linalg.norm(a - b)) for a, b in combinations(rows, 2))
    return spread < _SKIN_ALIKE and float(rows[:, 0].mean()) > 25.0


def _median_at(search: _Search, x: float, y: float, reach: float) -> F32 | None:
    high, wide = search.inside.shape
    x0, x1 = max(0, int(x - reach)), min(wide, int(x + reach) + 1)
    y0, y1 = max(0, int(y - reach)), min(high, int(y + reach) + 1)
    if x0 >= x1 or y0 >= y1 or not search.inside[y0:y1, x0:x1].all():
        return None
    return np.asarray(np.median(search.lab[y0:y1, x0:x1].reshape(-1, 3), axis=0), np.float32)
