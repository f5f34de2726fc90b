"""Which pixels of a cel hold a paint's very value, edges included: the flat areas alone lose whatever is thin.

Looking millions of pixels up in a palette must be quick: colours are hashed into a table that holds each paint
alone, so one multiplication, one look-up and one comparison settle a pixel.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ml.consistency.colours import Paints
from ml.pixels import U8, Figure

_BITS = 16
_TRIES = 64
_OWN, _OWN_PX = 64, 14
I16 = npt.NDArray[np.int16]


@lru_cache(maxsize=64)
def _table(codes: tuple[int, ...]) -> tuple[int, I16]:
    """Return (factor, rows): `rows` (65536,) int16 by hash, -1 = none; with luck no two codes share a place."""
    wanted = np.array(codes, np.uint32)
    best: tuple[int, I16, int] | None = None
    rng = np.random.default_rng(0)
    for factor in (int(f) | 1 for f in rng.integers(2**16, 2**32, _TRIES)):
        at = (wanted * np.uint32(factor)) >> np.uint32(32 - _BITS)
        rows = np.full(1 << _BITS, -1, np.int16)
        rows[at[::-1]] = np.arange(len(codes) - 1, -1, -1, dtype=np.int16)  # of equal codes the first wins
        lost = len(set(codes)) - int(np.count_nonzero(rows >= 0))
        if best is None or lost < best[2]:
            best = factor, rows, lost
        if lost == 0:
            break
    assert best is not None
    return best[0], best[1]


def rows_of(figure: Figure, rgb: U8) -> I16:
    """Return (h, w) int16 over the figure's crop: the row of `rgb` (P, 3) that a pixel equals, -1 = none of them.

    Of equal rows the first is meant. Pixels that are not wholly opaque equal nothing.
    """
    if not len(rgb):
        return np.full(figure.mask.shape, -1, np.int16)
    wide = rgb.astype(np.uint32)
    codes = wide[:, 0] | wide[:, 1] << 8 | wide[:, 2] << 16 | np.uint32(255 << 24)
    factor, table = _table(tuple(int(c) for c in codes))
    seen = np.ascontiguousarray(figure.rgba).view(np.uint32)[..., 0]
    rows = table[(seen * np.uint32(factor)) >> np.uint32(32 - _BITS)]
    wrong = (np.append(codes, np.uint32(0))[rows] != seen) | ~figure.mask
    rows[wrong] = -1
    return np.asarray(rows, np.int16)


def own_rows(figure: Figure, paints: Paints, known: I16) -> float:
    """Return the share of a figure's edge pixels that hold one of its own flat paints, or are `known` already."""
    edge = figure.mask & (paints.labels < 0)
    total = int(np.count_nonzero(edge))
    if total == 0:
        return 1.0
    own = paints.rgb[:_OWN][paints.area_px[:_OWN] >= _OWN_PX]
    held = (rows_of(figure, own) >= 0) | (known >= 0)
    return float(np.count_nonzero(held & edge)) / total
