"""A drawing as the residual gauge sees it, and how it finds the same lines again in an approved drawing.

The whole figure is taken at about `AREA_PX`, whatever its own size, and described by ORB features (Rublee et al., 2011,
OpenCV's). Features that agree on one similarity say where an approved drawing lies in the one under check: hands that
wave, hearts and sweat drops have no say, because they agree with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import cv2
import numpy as np

from ml.pixels import F32, U8, Figure, Mask

AREA_PX = 80_000
LEAST_ALIKE = 14  # features that agree on one similarity; chance alone gives up to eight
_LARGER = 2.0  # a small sprite is enlarged at most so much
_PAPER = (128, 128, 128)
_FEATURES = 320
_FEATURE_PX = 256.0  # the height at which features are looked for
_RIM_PX = 16
_OFF_PX = 3.0
_SCALES = (0.4, 2.5)
_TRIES = 300


@dataclass(frozen=True)
class Words:
    """Features of a picture: `points` (K, 2) float32 in its pixels, `codes` (K, 32) uint8."""

    points: F32
    codes: U8


class Picture:
    """A figure over grey paper at about `AREA_PX`.

    Attributes:
        rgb: (h, w, 3) uint8.
        cover: (h, w) bool, the figure.
        scale: pixels of it for one pixel of the drawing.
    """

    def __init__(self, rgb: U8, cover: Mask, scale: float) -> None:
        self.rgb, self.cover, self.scale = rgb, cover, scale

    @cached_property
    def luma(self) -> U8:
        """(h, w) uint8."""
        return np.asarray(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def lab(self) -> U8:
        """(h, w, 3) uint8 CIE Lab in OpenCV's 8-bit form, a little softened."""
        return soft_lab(self.rgb)

    @cached_property
    def words(self) -> Words:
        """The features."""
        return _words(self.luma)


def soft_lab(rgb: U8) -> U8:
    """Return CIE Lab as OpenCV's 8 bits, softened so that a resampled line and a sharp one differ less."""
    return np.asarray(cv2.cvtColor(cv2.GaussianBlur(rgb, (3, 3), 0.7), cv2.COLOR_RGB2LAB), np.uint8)


def picture_of(figure: Figure) -> Picture:
    """Return the picture of a figure."""
    high, wide = figure.mask.shape
    k = min(_LARGER, float(np.sqrt(AREA_PX / (high * wide))))
    size = (max(16, round(wide * k)), max(16, round(high * k)))
    kind = cv2.INTER_AREA if k < 1.0 else cv2.INTER_LINEAR
    mask = figure.mask.astype(np.uint8) * 255
    paper = np.full((high, wide, 3), _PAPER[0], np.uint8)
    rgb = cv2.copyTo(cv2.cvtColor(figure.rgba, cv2.COLOR_RGBA2RGB), mask, paper)
    rgb, cover = (cv2.resize(picture, size, interpolation=kind) for picture in (rgb, mask))
    return Picture(np.asarray(rgb, np.uint8), np.asarray(cover > 127), k)


@cache
def _finder() -> cv2.ORB:
    return cv2.ORB.create(_FEATURES, 1.25, 4, edgeThreshold=12, patchSize=24, fastThreshold=8)


@cache
def _pairer() -> cv2.BFMatcher:
    return cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)


def _words(luma: U8) -> Words:
    k = min(1.0, _FEATURE_PX / luma.shape[0])
    small = cv2.resize(luma, None, fx=k, fy=k, interpolation=cv2.INTER_AREA) if k < 1.0 else luma
    rim = (_RIM_PX,) * 4
    framed = cv2.copyMakeBorder(small, *rim, borderType=cv2.BORDER_CONSTANT, value=(_PAPER[0],))
    found, codes = _finder().detectAndCompute(framed, None)
    if codes is None:
        return Words(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8))
    points = (np.array(cv2.KeyPoint.convert(found)).reshape(-1, 2) - _RIM_PX + 0.5) / k - 0.5
    return Words(np.asarray(points, np.float32), np.asarray(codes, np.uint8))


def laid_on(approved: Words, drawing: Words) -> tuple[F32 | None, int]:
    """Return the similarity (2, 3) that maps an approved drawing's pixels to the drawing's, and how many agree on it.

    None where fewer than `LEAST_ALIKE` features agree: then nothing says that both show the same.
    """
    if len(approved.codes) < LEAST_ALIKE or len(drawing.codes) < LEAST_ALIKE:
        return None, 0
    pairs = _pairer().match(approved.codes, drawing.codes)
    if len(pairs) < LEAST_ALIKE:
        return None, 0
    own = approved.points[[p.queryIdx for p in pairs]]
    there = drawing.points[[p.trainIdx for p in pairs]]
    found, agreed = cv2.estimateAffinePartial2D(own, there, ransacReprojThreshold=_OFF_PX, maxIters=_TRIES)
    if found is None:
        return None, 0
    alike = int(np.count_nonzero(agreed))
    scale = float(np.hypot(found[0, 0], found[1, 0]))
    if alike < LEAST_ALIKE or not _SCALES[0] < scale < _SCALES[1]:
        return None, alike
    return np.asarray(found, np.float32), alike
