"""Which paints a drawing holds: locally flat areas, their exact colours, and how far colours lie apart.

Anti-aliased edges are mixtures of two paints and belong to no swatch; judging them raised alarms on every
half-pixel shift. So only pixels whose 3 x 3 neighbourhood is of one colour count as paint. A drawing that was
encoded or painted with gradients has few of those; then a small spread is allowed and colours are averaged.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from skimage.color import deltaE_ciede2000

from ml.pixels import F32, U8, Figure, Mask, to_lab

EXACT_SHARE = 0.35  # of the figure: below this the drawing has no exact flat paint
SOFT_RANGE = 9
_ONES = np.ones((3, 3), np.uint8)
I32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Paints:
    """The flat colours of one drawing.

    Convention:
        - `rgb` (K, 3) uint8, `area_px` (K,) int, sorted by area, largest first
        - `labels` (h, w) int32 over the figure's crop: row of `rgb`, -1 = edge or outside
        - `exact` says that colours are the drawing's own values; otherwise they are local means
    """

    rgb: U8
    area_px: I32
    labels: I32
    exact: bool


def flat_mask(rgb: U8, mask: Mask, spread: int) -> Mask:
    """Return the pixels whose 3 x 3 neighbourhood spans at most `spread` in every channel."""
    if spread == 0:
        code = pack_rgb(rgb).astype(np.float32)  # 24 bits are exact in float32
        span = np.asarray(cv2.dilate(code, _ONES) == cv2.erode(code, _ONES))
    else:
        span = np.asarray((cv2.dilate(rgb, _ONES) - cv2.erode(rgb, _ONES)).max(axis=2) <= spread)
    inside = cv2.erode(mask.astype(np.uint8), _ONES, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(span & (inside > 0))


def pack_rgb(rgb: U8) -> I32:
    """Return one int32 for each colour (..., 3), so that colours can be sorted and compared."""
    wide = rgb.astype(np.int32)
    return np.asarray((wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2], np.int32)


def unpack_rgb(code: I32) -> U8:
    """Return (..., 3) uint8 of what `pack_rgb` made."""
    return np.stack([code >> 16 & 255, code >> 8 & 255, code & 255], axis=-1).astype(np.uint8)


def paints_of(figure: Figure) -> Paints:
    """Return the flat colours of a figure; deterministic, independent of where it stands on the paper."""
    rgb = np.ascontiguousarray(figure.rgba[..., :3])
    flat = flat_mask(rgb, figure.mask, 0)
    exact = int(np.count_nonzero(flat)) >= EXACT_SHARE * max(1, int(np.count_nonzero(figure.mask)))
    if not exact:
        flat = flat_mask(rgb, figure.mask, SOFT_RANGE)
        rgb = np.asarray(cv2.blur(rgb, (3, 3)), np.uint8) & np.uint8(0xFC) | np.uint8(2)
    return _count(pack_rgb(np.asarray(rgb, np.uint8)), flat, exact=exact)


def _count(code: I32, flat: Mask, *, exact: bool) -> Paints:
    values, inverse, counts = np.unique(code[flat], return_inverse=True, return_counts=True)
    order = np.lexsort((values, -counts))
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    labels = np.full(code.shape, -1, np.int32)
    labels[flat] = rank[inverse]
    return Paints(unpack_rgb(values[order].astype(np.int32)), counts[order].astype(np.int32), labels, exact)


def delta_e(first: U8, second: U8) -> F32:
    """Return CIEDE2000 row by row of two (K, 3) uint8 sRGB arrays."""
    return np.asarray(deltaE_ciede2000(to_lab(first), to_lab(second)), np.float32)


def nearest_of(rgb: U8, palette_rgb: U8) -> tuple[I32, F32]:
    """Return for each colour the nearest palette row and its CIEDE2000.

    The three nearest by plain Lab distance are looked at exactly: CIEDE2000 against a whole palette would
    take longer than everything else in a check.
    """
    if rgb.shape[0] == 0 or palette_rgb.shape[0] == 0:
        return np.full(rgb.shape[0], -1, np.int32), np.full(rgb.shape[0], 100.0, np.float32)
    lab, base = to_lab(rgb), to_lab(palette_rgb)
    plain = np.linalg.norm(lab[:, None, :] - base[None, :, :], axis=2)
    few = min(3, base.shape[0])
    rows = np.sort(np.argpartition(plain, few - 1, axis=1)[:, :few], axis=1)
    exact = np.asarray(deltaE_ciede2000(lab[:, None, :], base[rows]), np.float32)
    best = np.argmin(exact, axis=1)
    each = np.arange(rgb.shape[0])
    return rows[each, best].astype(np.int32), exact[each, best]
