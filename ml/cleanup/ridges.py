"""What can be known of lines without any weights: a ridge filter at the widths of a pencil, and its skeleton.

Source: the second derivative across a line, normalised by scale (Lindeberg, Edge detection and ridge detection with
automatic scale selection, 1998), with hysteresis as in Canny (1986). It differs in that the coarsest scale stays near
the pencil's own width: a wider one would fill eyes and mouths of 8 to 14 px. Strokes that lie farther apart are merged
later, where it is known which way they run (`merging`).
"""

from __future__ import annotations

import cv2
import numpy as np
from skimage.morphology import skeletonize

from ml.cleanup.records import Evidence

REACH_PX = 6.0  # beyond which distances are not told
_SCALES = (0.5, 0.85)  # of the pencil's width
_SCALE_PX = (0.75, 3.2)
_HALF = 0.24  # ridge, of a full line's, that is a line as likely as not
_NOISE_RIDGES = 3.0  # ridges of pure grain, in standard deviations of the grain, that are none
BY_RIDGES, BY_NETWORK = (0.5, 0.85), (0.25, 0.42)  # of `Evidence.line`: hysteresis
_SOLID = 0.6
_SLOPE = 0.6  # of the likeliest pixel around, below which a pixel is slope
_PENCIL_PX = (1.2, 12.0)
_DRAWN = 0.4
_BOX_PX = 9
_THIN_SHARE = 30
_SOFT = 0.8  # what a soft scan adds to the width


def pencil_of(ink: np.ndarray) -> float:
    """Return the usual width in px of the lines of a darkness map, 1.2 to 12; 2 where there is no line.

    The darkness over a line's cross-section is its width times its depth, also where the scan is soft. Of that over
    all lines a lower quantile is taken: strokes on top of each other look like one wide stroke.

    Args:
        ink: (H, W) float32, 0 to 1.
    """
    mask = ink > _DRAWN
    if mask.sum() < 20:
        return 2.0
    skeleton = skeletonize(mask)
    near = np.ones((3, 3), np.uint8)
    box = (_BOX_PX, _BOX_PX)
    mass = cv2.blur(np.where(cv2.dilate(mask.astype(np.uint8), near) > 0, ink, 0).astype(np.float32), box)
    # A skeleton goes 1.13 px a pixel on average over all directions.
    length = cv2.blur(1.13 * skeleton.astype(np.float32), box)
    depth = np.maximum(cv2.dilate(ink, near), 0.2)
    wide = mass[skeleton] / length[skeleton] / depth[skeleton]
    return float(np.clip(_SOFT * np.percentile(wide, _THIN_SHARE), *_PENCIL_PX))


def ridge_evidence(ink: np.ndarray, pencil_px: float, noise: float = 0.0) -> Evidence:
    """Return the evidence of one layer.

    Args:
        ink: (H, W) float32, darkness 0 to 1.
        pencil_px: usual width of a line.
        noise: standard deviation of the paper's darkness.
    """
    ridge, direction = _ridges(ink, pencil_px)
    half = max(_HALF, _NOISE_RIDGES * noise)
    line = np.clip(0.5 * ridge / half, 0, 1)
    line = np.maximum(line, _solid(ink, pencil_px)).astype(np.float32)
    mask = hysteresis(line)
    line[~mask] = np.minimum(line[~mask], 0.45)
    direction = np.where(mask[..., None], direction, 0).astype(np.float32)
    skeleton = skeletonize(mask) if mask.any() else mask
    tips, crossings = _ends_of(skeleton)
    return Evidence(line, _distance(skeleton), direction, tips, crossings, _widths(mask))


def _ridges(ink: np.ndarray, pencil_px: float) -> tuple[np.ndarray, np.ndarray]:
    """Return (H, W) strength of the ridge, 1 = a full line of the pencil's width, and (H, W, 2) its double angle."""
    best = np.zeros(ink.shape, np.float32)
    direction = np.zeros((*ink.shape, 2), np.float32)
    for share in _SCALES:
        scale = float(np.clip(share * pencil_px, *_SCALE_PX))
        smooth = cv2.GaussianBlur(ink, (0, 0), scale)
        xx = cv2.Sobel(smooth, cv2.CV_32F, 2, 0, ksize=3) / 4
        yy = cv2.Sobel(smooth, cv2.CV_32F, 0, 2, ksize=3) / 4
        xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1, ksize=3) / 4
        spread = cv2.magnitude(xx - yy, 2 * xy)
        strength = (spread - xx - yy) / 2 * (scale**2 / _of_a_bar(pencil_px, scale))
        better = strength > best
        best = np.where(better, strength, best)
        angle = np.dstack((xx - yy, 2 * xy)) / np.maximum(spread, 1e-6)[..., None]
        direction[better] = angle[better]
    return best, direction


def _of_a_bar(width_px: float, scale_px: float) -> float:
    """Return the filter's answer, times scale squared, in the middle of a line of darkness 1."""
    half = width_px / 2 / scale_px
    return float(2 * half * np.exp(-(half**2) / 2) / np.sqrt(2 * np.pi))


def _solid(ink: np.ndarray, pencil_px: float) -> np.ndarray:
    """Return 1 inside areas that are blacked in, where no ridge is."""
    dark = (ink > _SOLID).astype(np.uint8)
    size = max(3, round(1.4 * pencil_px)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel).astype(np.float32)


def hysteresis(line: np.ndarray, limits: tuple[float, float] = BY_RIDGES) -> np.ndarray:
    """Return (H, W) bool: what is at least as likely as the first limit and joined to what reaches the second."""
    low = (line >= limits[0]).astype(np.uint8)
    count, labels = cv2.connectedComponents(low, connectivity=8)
    sure = np.zeros(count, bool)
    sure[np.unique(labels[line >= limits[1]])] = True
    sure[0] = False
    return np.asarray(sure[labels])


def crest(mask: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return the mask without the slopes of its lines, so that two lines side by side stay two.

    Args:
        mask: (H, W) bool.
        line: (H, W) float32, `Evidence.line` of a network, which falls off to both sides.
    """
    return mask & (line >= _SLOPE * cv2.dilate(line, np.ones((5, 5), np.uint8)))


def loose_ends(evidence: Evidence) -> tuple[float, float]:
    """Return how many ends the lines of the classical evidence have, and their length in px."""
    tips = cv2.connectedComponents((evidence.tips > 0).astype(np.uint8), connectivity=8)[0] - 1
    return float(tips), float((evidence.distance_px == 0).sum())


def _ends_of(skeleton: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    thin = skeleton.astype(np.uint8)
    count = cv2.filter2D(thin, cv2.CV_16S, np.ones((3, 3), np.float32), borderType=cv2.BORDER_CONSTANT) - 1
    tips, forks = (((thin > 0) & where).astype(np.uint8) for where in (count == 1, count >= 3))
    around = np.ones((3, 3), np.uint8)
    return cv2.dilate(tips, around).astype(np.float32), cv2.dilate(forks, around).astype(np.float32)


def _distance(skeleton: np.ndarray) -> np.ndarray:
    if not skeleton.any():
        return np.full(skeleton.shape, REACH_PX, np.float32)
    distance = cv2.distanceTransform((~skeleton).astype(np.uint8), cv2.DIST_L2, 5)
    return np.minimum(distance, REACH_PX).astype(np.float32)


def _widths(mask: np.ndarray) -> np.ndarray:
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    return np.where(mask, 2 * cv2.dilate(depth, np.ones((3, 3), np.uint8)) - 1, 0).astype(np.float32)
