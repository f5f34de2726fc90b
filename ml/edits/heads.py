"""The head of a figure where the silhouette tells it: a bulge above a neck above a body."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.zones import silhouette_head
from ml.pixels import Figure

_ROWS = 200
_LEAST_HEAD, _MOST_HEAD = 0.09, 0.62
_NECK_TO_HEAD, _NECK_TO_BODY = 0.78, 0.82
_LEAST_IN_ONE_RUN, _LEAST_FULL = 0.93, 0.84
_LEAST_HEIGHT_PX = 24.0


@dataclass(frozen=True)
class Head:
    """A head in pixels of the drawing: from its top to the neck, its middle and half its width.

    `cut` says that the figure goes on beyond the lower edge of the paper.
    """

    top: float
    bottom: float
    x: float
    half_width: float
    feet: float
    cut: bool

    @property
    def height(self) -> float:
        """From the top to the neck."""
        return self.bottom - self.top


def find_head(figure: Figure) -> Head | None:
    """Return the head, or None where no neck parts it from a body that is at least half as high."""
    high, wide = figure.mask.shape
    k = high / _ROWS
    cover = figure.mask.astype(np.uint8) * 255
    small = cv2.resize(cover, (max(8, round(wide / k)), _ROWS), interpolation=cv2.INTER_AREA) > 127
    profile = np.convolve(_run_widths(small), np.ones(5) / 5.0, mode="same")
    row = _neck_row(profile)
    if row is None:
        return None
    above = small[: row + 1]
    if not _is_one_lump(above, profile[: row + 1]):
        return None
    xs = np.nonzero(above)[1]
    left, top, _, bottom = figure.box_xyxy
    half = float(np.percentile(xs, 98) - np.percentile(xs, 2)) / 2.0 * k
    cut = bottom >= figure.size_hw[0] - 1
    head = Head(float(top), top + row * k, float(np.median(xs)) * k + left, half, float(bottom), cut)
    return head if _is_likely(head) else None


def _is_likely(head: Head) -> bool:
    shape = 2.0 * head.half_width / max(1.0, head.height)
    return head.height >= _LEAST_HEIGHT_PX and 0.55 < shape < 1.4 and head.feet - head.bottom > head.height


def _is_one_lump(above: np.ndarray, profile: np.ndarray) -> bool:
    """Say whether what lies above the neck is one full round thing: no raised arms, wings or weapons beside it."""
    area = float(np.count_nonzero(above))
    if area < 1 or float(profile.sum()) < _LEAST_IN_ONE_RUN * area:
        return False
    outline, _ = cv2.findContours(above.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(outline, key=len))
    return area >= _LEAST_FULL * float(cv2.contourArea(hull))


def _main_run(small: np.ndarray, row: int) -> tuple[int, int] | None:
    """Return (first, last + 1) of the longest run of the figure in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], small[row].astype(np.int8), [0]])))
    if not edges.size:
        return None
    runs = edges.reshape(-1, 2)
    first, last = runs[int(np.argmax(runs[:, 1] - runs[:, 0]))]
    return int(first), int(last)


def _run_widths(small: np.ndarray) -> np.ndarray:
    runs = [_main_run(small, row) for row in range(small.shape[0])]
    return np.array([0.0 if run is None else float(run[1] - run[0]) for run in runs])


def _neck_row(profile: np.ndarray) -> int | None:
    """Return the narrowest row of the upper part that is clearly narrower than head and body, or None."""
    best: tuple[float, int] | None = None
    for row in range(int(_LEAST_HEAD * _ROWS), int(_MOST_HEAD * _ROWS)):
        here, above = profile[row], float(profile[:row].max())
        below = float(profile[row : row + max(10, row)].max())
        if here <= 0 or here > _NECK_TO_HEAD * above or here > _NECK_TO_BODY * below:
            continue
        if here <= profile[max(0, row - 6) : row + 7].min():
            ratio = here / min(above, below)
            if best is None or ratio < best[0] - 0.04:
                best = (ratio, row)
    return None if best is None else best[1]


def guess_head(figure: Figure) -> Head:
    """Return where a head usually is, for a figure that shows no neck."""
    left, top, right, bottom = figure.box_xyxy
    _, reach, x = silhouette_head(figure.mask)
    cut = bottom >= figure.size_hw[0] - 1
    return Head(float(top), top + reach, left + x, min((right - left) / 2.0, reach / 2.0), float(bottom), cut)
