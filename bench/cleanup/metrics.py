"""What is measured of a cleaned drawing against the curves that the rough one was made from.

One instrument for the truth and for every method: the truth is drawn at 2 px and read as a mask, as an answer is.
F1 and Chamfer follow Yan, Vanderhaeghe and Gingold, A Benchmark for Rough Sketch Cleanup (2020), with tolerances in px.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from skimage.morphology import skeletonize

from bench.cleanup.types import LINE_PX, Answer, Figures, Question
from ml.training.cleanup_judge import f1
from ml.training.line_art import LineArt, drawn
from ml.training.roughen_pencil import Gap

CAP_PX = 32.0  # a distance counts at most so much
LEAST_REGION_PX = 16  # a smaller closed area is none
SMALL_PX = (16, 400)  # areas that count as small closed shapes: eyes, mouths, buttons
_SAME_SHAPE = 0.4  # intersection over union from which a small shape survives
_END_PX = 6.0  # a found end so near a true one is that one
_RIM_PX = 4  # ends at the picture's rim are no ends
_GAP_MARGIN_PX, _SIDE_PX, _TOUCH_PX = 8, 3.0, 4.0
_CLOSURE_PX, _CLOSURE_SHARE = 4.0, 0.7
_OPEN_INK = 0.25  # graphite from which a gap is none
_NEIGHBOURS = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)


def truth_mask(art: LineArt) -> np.ndarray:
    """Return the truth as a mask, (h, w) bool, every line 2 px wide."""
    return drawn(art, LINE_PX) > 0.5


def skeleton(mask: np.ndarray) -> np.ndarray:
    """Return the middle of a mask, (h, w) bool."""
    return np.asarray(skeletonize(mask), bool)


def ends(thin: np.ndarray) -> np.ndarray:
    """Return where a skeleton ends, (n, 2) float32 x, y; not at the rim of the picture."""
    count = cv2.filter2D(thin.astype(np.float32), -1, _NEIGHBOURS, borderType=cv2.BORDER_CONSTANT)
    found = thin & (count <= 1)
    found[:_RIM_PX] = found[-_RIM_PX:] = False
    found[:, :_RIM_PX] = found[:, -_RIM_PX:] = False
    ys, xs = np.nonzero(found)
    return np.stack((xs, ys), axis=1).astype(np.float32)


def away(mask: np.ndarray) -> np.ndarray:
    """Return how far every pixel is from a mask, (h, w) float32 px, at most CAP_PX."""
    if not mask.any():
        return np.full(mask.shape, CAP_PX, np.float32)
    found = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.minimum(found, CAP_PX)


def regions(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return labels of the areas between lines, (h, w) int32, and the numbers of those that are closed.

    The largest area is the ground and does not count; nor do areas under 16 px.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    if count < 2:
        return labels, np.zeros(0, np.int64)
    ground = int(areas.argmax())
    kept = [k for k in range(1, count) if k != ground and areas[k] >= LEAST_REGION_PX]
    return labels, np.array(kept, np.int64)


def width_cv(mask: np.ndarray, thin: np.ndarray) -> float:
    """Return the standard deviation of line widths as a share of their mean."""
    if not thin.any():
        return math.nan
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[thin]
    return float(inside.std() / max(float(inside.mean()), 1e-6))


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known of a question, worked out once."""

    question: Question

    @cached_property
    def mask(self) -> np.ndarray:
        """The lines at 2 px."""
        return truth_mask(self.question.art)

    @cached_property
    def away(self) -> np.ndarray:
        """Distance to the lines."""
        return away(self.mask)

    @cached_property
    def thin(self) -> np.ndarray:
        """Their middle."""
        return skeleton(self.mask)

    @cached_property
    def ends(self) -> np.ndarray:
        """Where they end."""
        return ends(self.thin)

    @cached_property
    def regions(self) -> tuple[np.ndarray, np.ndarray]:
        """The closed areas."""
        return regions(self.mask)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps that the pencil truly left: no graphite leads across them."""
        ink = self.question.rough.ink > _OPEN_INK
        return tuple(gap for gap in self.question.rough.gaps if not bridged(ink, gap))


def figures(answer: Answer, truth: Truth) -> Figures:
    """Return everything that is measured of an answer; nan where it has no such thing."""
    mask = answer.mask
    score, precision, recall = f1(mask, truth.mask)
    thin = skeleton(mask)
    found_ends = ends(thin)
    count = len(regions(mask)[1])
    there, survived = small_shapes(mask, truth)
    strokes = math.nan if answer.strokes is None else answer.strokes / max(1, len(truth.question.art.lines))
    return {
        "f1": score,
        "precision": precision,
        "recall": recall,
        "chamfer_px": chamfer(mask, truth),
        "stray_ends": float(max(0, len(found_ends) - len(truth.ends))),
        "lone_ends": float(lone_ends(found_ends, truth.ends)),
        "region_error": float(abs(count - len(truth.regions[1]))),
        "width_cv": width_cv(mask, thin),
        "strokes": strokes,
        "small_there": float(there),
        "small_kept": float(survived),
        "gaps": float(len(truth.gaps)),
        "gaps_closed": float(sum(bridged(mask, gap) for gap in truth.gaps)),
        "closures": math.nan if answer.closures is None else float(len(answer.closures)),
        "closures_right": math.nan
        if answer.closures is None
        else float(sum(along_truth(points, truth) for points in answer.closures)),
        "svg_kib": math.nan if answer.svg_bytes is None else answer.svg_bytes / 1024,
    }


def chamfer(mask: np.ndarray, truth: Truth) -> float:
    """Return the mean of the mean distances from answer to truth and back, px, each capped at 32."""
    there = float(truth.away[mask].mean()) if mask.any() else CAP_PX
    back = float(away(mask)[truth.mask].mean()) if truth.mask.any() else 0.0
    return (there + back) / 2


def lone_ends(found: np.ndarray, wanted: np.ndarray, within_px: float = _END_PX) -> int:
    """Return how many found ends are near no true one."""
    if not len(found):
        return 0
    if not len(wanted):
        return len(found)
    apart = np.hypot(*(found[:, None] - wanted[None]).transpose(2, 0, 1))
    return int((apart.min(axis=1) > within_px).sum())


def small_shapes(mask: np.ndarray, truth: Truth) -> tuple[int, int]:
    """Return how many small closed shapes the truth has, and how many of them survive."""
    labels, kept = truth.regions
    found, _ = regions(mask)
    there = survived = 0
    for number in kept.tolist():
        shape = labels == number
        area = int(shape.sum())
        if not SMALL_PX[0] <= area <= SMALL_PX[1]:
            continue
        there += 1
        inside = found[shape]
        inside = inside[inside > 0]
        if len(inside):
            best = int(np.bincount(inside).argmax())
            other = found == best
            survived += int((shape & other).sum() >= _SAME_SHAPE * (shape | other).sum())
    return there, survived


def bridged(mask: np.ndarray, gap: Gap) -> bool:
    """Return whether one piece of line near a gap touches the line on both of its sides."""
    a, b = gap.ends_xy.astype(np.float64)
    h, w = mask.shape
    low = np.floor(np.minimum(a, b) - _GAP_MARGIN_PX).astype(int).clip(0)
    high = np.ceil(np.maximum(a, b) + _GAP_MARGIN_PX + 1).astype(int)
    x0, y0, x1, y1 = low[0], low[1], min(w, high[0]), min(h, high[1])
    if x1 - x0 < 2 or y1 - y0 < 2:
        return False
    _, labels = cv2.connectedComponents(mask[y0:y1, x0:x1].astype(np.uint8), connectivity=8)
    way = (b - a) / max(float(np.hypot(*(b - a))), 1e-6)
    sides = [_touching(labels, place - (x0, y0)) for place in (a - way * _SIDE_PX, b + way * _SIDE_PX)]
    return bool(sides[0] & sides[1])


def _touching(labels: np.ndarray, place: np.ndarray) -> set[int]:
    y, x = np.ogrid[: labels.shape[0], : labels.shape[1]]
    near = (x - place[0]) ** 2 + (y - place[1]) ** 2 <= _TOUCH_PX**2
    return set(np.unique(labels[near]).tolist()) - {0}


def along_truth(points: np.ndarray, truth: Truth) -> bool:
    """Return whether a closure lies where a true line runs."""
    h, w = truth.mask.shape
    cells = np.rint(points).astype(int)
    x, y = cells[:, 0].clip(0, w - 1), cells[:, 1].clip(0, h - 1)
    return bool((truth.away[y, x] <= _CLOSURE_PX).mean() >= _CLOSURE_SHARE)
