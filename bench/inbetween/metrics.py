"""The figures of one in-between: how near it is to the truth, and whether it looks drawn.

    psnr, ssim      dB and 0..1 over white, inside the union of the alpha of both keys and the truth (SSIM: 7 px
                    window); without alpha, of what is not paper
    psnr_whole      dB over the whole picture, as papers give it
    chamfer_px      mean way from each line pixel to the nearest of the other drawing, capped at 32 px, of both ways
    f1              of line pixels with a partner within 2 px
    off_palette     % of the union's pixels more than 10 of 255 off every colour of the keys (binarised drawings)
    ghost           % of the union's pixels that are flat and more than 10 off every flat colour of the keys
    line_width      width of the lines / width in the truth; the width of a drawing is the mean of the middle half of
                    twice the distance to the border along the ridge of its lines, at half a pixel
    ink             number of line pixels / in the truth
    regions         % by which the number of areas that lines close differs from the truth (4-connected, 16 px or more)

Which pixels are line says `lines.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from skimage.morphology import skeletonize

from bench.inbetween.lines import (
    NEAR,
    Ink,
    colours_of,
    flat,
    ink_of,
    line_mask,
    nearest,
    over_white,
    packed,
)
from bench.inbetween.types import Triplet

CAP_PX = 32.0
NAMES = (
    "psnr", "ssim", "chamfer_px", "off_palette", "line_width", "ink", "ghost", "regions", "f1", "psnr_whole"
)  # fmt: skip
_F1_PX = 2.0
_FINE = 2
_LEAST_REGION_PX = 16
_BEST_PSNR = 60.0  # of two equal pictures, so that means stay finite
_BOIL_CAP_PX = 8.0
_WHITE = np.full((1, 3), 255, np.uint8)
Figures = dict[str, float]


@dataclass(frozen=True)
class Truth:
    """What is known of a triplet's middle, worked out once for all methods."""

    triplet: Triplet

    @cached_property
    def rgb(self) -> np.ndarray:
        """The middle over white."""
        return over_white(self.triplet.truth)

    @cached_property
    def keys(self) -> tuple[np.ndarray, np.ndarray]:
        """Both keys over white."""
        return over_white(self.triplet.a), over_white(self.triplet.b)

    @cached_property
    def inside(self) -> np.ndarray:
        """Where anything is painted in either key or the middle; without alpha: what is not the paper's colour."""
        three = (self.triplet.a, self.triplet.truth, self.triplet.b)
        if self.triplet.a.shape[2] == 4:
            painted = np.logical_or.reduce([p[..., 3] > 0 for p in three])
        else:
            paper = _paper(self.triplet.a)
            painted = np.logical_or.reduce([nearest(p, paper) > NEAR for p in three])
        return painted if painted.any() else np.ones_like(painted)

    @cached_property
    def ink(self) -> Ink:
        """What lines are drawn with in the keys."""
        return ink_of(self.triplet)

    @cached_property
    def line(self) -> np.ndarray:
        """Line pixels of the middle."""
        return line_mask(self.rgb, self.ink)

    @cached_property
    def palette(self) -> np.ndarray:
        """All colours of both keys over white, and white."""
        return colours_of(np.vstack([*(key.reshape(-1, 3) for key in self.keys), _WHITE]))

    @cached_property
    def flat_palette(self) -> np.ndarray:
        """Every colour of a flat pixel of either key over white, and white: a hold has no ghosts."""
        return colours_of(np.vstack([*(key[flat(key)] for key in self.keys), _WHITE]))

    @cached_property
    def width(self) -> float:
        """Width of the middle's lines, px."""
        return line_width(self.line)

    @cached_property
    def regions(self) -> int:
        """Number of areas that the middle's lines close."""
        return regions(self.line)


def figures(drawn: np.ndarray, truth: Truth) -> Figures:
    """Return the figures of one drawing (uint8 RGBA or RGB of the keys' size); nan where one says nothing."""
    rgb, inside = over_white(drawn), truth.inside
    line = line_mask(rgb, truth.ink)
    found = {
        "psnr": psnr(rgb, truth.rgb, inside),
        "ssim": ssim(rgb, truth.rgb, inside),
        "chamfer_px": chamfer(line, truth.line),
        "f1": f1(line, truth.line),
        "psnr_whole": psnr(rgb, truth.rgb, np.ones_like(inside)),
        "ink": float(line.sum() / max(truth.line.sum(), 1)),
        "line_width": line_width(line) / truth.width if truth.width else math.nan,
        "regions": 100 * abs(regions(line) - truth.regions) / max(truth.regions, 1),
        "off_palette": math.nan,
        "ghost": 100 * float(ghosts(rgb, truth.flat_palette)[inside].mean()),
    }
    if truth.triplet.binarised:
        found["off_palette"] = 100 * float((nearest(rgb, truth.palette)[inside] > NEAR).mean())
    return found


def _paper(rgb: np.ndarray) -> np.ndarray:
    """Return the (1, 3) colour of the paper, the commonest of the border, if it covers a third of it; else (0, 3)."""
    border = np.vstack((rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]))
    colour = colours_of(border)[:1]
    return colour if (nearest(border[None], colour) <= NEAR).mean() > 1 / 3 else np.zeros((0, 3), np.uint8)


def psnr(a: np.ndarray, b: np.ndarray, inside: np.ndarray) -> float:
    """Return the PSNR in dB of two uint8 pictures inside a mask, at most 60."""
    error = np.square(a[inside].astype(np.float32) - b[inside]).mean()
    return min(_BEST_PSNR, 10 * math.log10(255**2 / max(float(error), 1e-9)))


def ssim(a: np.ndarray, b: np.ndarray, inside: np.ndarray) -> float:
    """Return the mean SSIM of the channels inside a mask: 7 px box window, sample covariance, as in scikit-image."""
    n = 49.0

    def mean(x: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.blur(x, (7, 7), borderType=cv2.BORDER_REFLECT))

    x, y = a.astype(np.float32), b.astype(np.float32)
    mx, my = mean(x), mean(y)
    share = n / (n - 1)
    vx, vy, both = (
        share * (mean(p * q) - m) for p, q, m in ((x, x, mx * mx), (y, y, my * my), (x, y, mx * my))
    )
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    full = ((2 * mx * my + c1) * (2 * both + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return float(full.mean(axis=2)[inside].mean())


def _way(line: np.ndarray) -> np.ndarray:
    """Return how far each pixel is from the nearest line pixel, px, capped."""
    if not line.any():
        return np.full(line.shape, CAP_PX, np.float32)
    way = cv2.distanceTransform((~line).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.minimum(way, CAP_PX)


def chamfer(line: np.ndarray, truth: np.ndarray) -> float:
    """Return the symmetric mean way between two sets of line pixels; 0 if both are empty, 32 if one is."""
    if not line.any() or not truth.any():
        return 0.0 if not line.any() and not truth.any() else CAP_PX
    return float(_way(truth)[line].mean() + _way(line)[truth].mean()) / 2


def f1(line: np.ndarray, truth: np.ndarray) -> float:
    """Return the F1 of line pixels that have a partner within 2 px."""
    if not line.any() or not truth.any():
        return float(not line.any() and not truth.any())
    right = float((_way(truth)[line] <= _F1_PX).mean())
    found = float((_way(line)[truth] <= _F1_PX).mean())
    return 2 * right * found / max(right + found, 1e-9)


def line_width(line: np.ndarray) -> float:
    """Return the width of lines in px, 0 without any; see the module."""
    ys, xs = np.nonzero(line)
    if not len(ys):
        return 0.0
    part = line[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1].astype(np.uint8)
    fine = np.kron(np.pad(part, 1), np.ones((_FINE, _FINE), np.uint8))
    way = cv2.distanceTransform(fine, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ridge = way[(fine > 0) & (way >= cv2.dilate(way, np.ones((3, 3), np.uint8)) - 1e-4)]
    widths = np.sort(2 * ridge) / _FINE
    quarter = len(widths) // 4
    return float(widths[quarter : len(widths) - quarter].mean())


def regions(line: np.ndarray) -> int:
    """Return the number of areas that lines close, the outside counted too."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((~line).astype(np.uint8), connectivity=4)
    return int((stats[1:, cv2.CC_STAT_AREA] >= _LEAST_REGION_PX).sum())


def ghosts(rgb: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Return which pixels, (h, w) bool, are flat and of no flat colour of the keys."""
    found = flat(rgb)
    if not found.any():
        return found
    codes, which = np.unique(packed(rgb[found]), return_inverse=True)
    colours = np.stack((codes >> 16, (codes >> 8) & 255, codes & 255), axis=1)
    known = palette.astype(np.int32)
    strange = np.array([np.abs(known - colour).max(axis=1).min() > NEAR for colour in colours])
    found[found] = strange[which]
    return found


def boil(quarter: np.ndarray, middle: np.ndarray, three: np.ndarray) -> float:
    """Return the mean second difference of centre-lines at t = 1/4, 1/2, 3/4 (line masks), px, capped at 8.

    From each centre-line pixel of the middle one goes to the nearest of the drawing before and of the one after;
    where a line moves evenly the two ways cancel. Even a true swing has some, so read it beside the truth's.
    """
    centre = [skeletonize(mask) for mask in (quarter, middle, three)]
    if not all(mask.any() for mask in centre):
        return math.nan
    at = np.argwhere(centre[1])
    total = sum(_to_nearest(mask, at) for mask in (centre[0], centre[2]))
    return float(np.minimum(np.hypot(*np.asarray(total).T), _BOIL_CAP_PX).mean())


def _to_nearest(mask: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the (N, 2) vectors from pixels to the nearest pixel of a mask."""
    _, label = cv2.distanceTransformWithLabels(
        (~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    where = np.zeros((int(label.max()) + 1, 2), np.float64)
    where[label[mask]] = np.argwhere(mask)
    return np.asarray(where[label[tuple(at.T)]] - at)
