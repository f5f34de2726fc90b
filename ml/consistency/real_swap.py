"""A paint that every approved drawing has and this one lacks, while it has as much of a paint that none of them has.

For drawings of few exact colours (pixel art, flat vectors) whose sheet names no paints. A new colour alone may be a
prop or a flash, a lost one may be hidden: both at once, as much of the one as of the other, is a repaint. No drawing
need be laid over another for that, so it holds for every pose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from skimage.color import deltaE_ciede2000

from ml.consistency.colours import nearest_of, pack_rgb, unpack_rgb
from ml.pixels import F32, U8, Figure, to_lab

MOST = 64
_LEAST_FLAT = 0.6  # of the figure in those colours: else it is no drawing of few colours
_SHOWN, _LEAST = 0.002, 0.006
_USUAL = 0.6  # of the approved drawings show it
_SAME_DE = 0.7
_SAME_LAB, _SHADES_LAB = 1.0, 9.0
_LOST = 0.15
_ALONE = 2.0  # times as much may be lost or new in all: resampled pixels change all colours at once
_AS_MUCH = 3.5
_MOST_DE = 25.0  # a paint farther off is another thing


@dataclass(frozen=True)
class Colours:
    """The most frequent exact colours of a figure: `rgb` (K, 3) uint8, `shares` (K,) float32 of the figure, K <= 64."""

    rgb: U8
    shares: F32

    @property
    def few(self) -> bool:
        """Say whether they are most of the figure."""
        return float(self.shares.sum()) >= _LEAST_FLAT


def colours_of(figure: Figure) -> Colours:
    """Return the most frequent exact colours of a figure, largest share first."""
    codes, counts = np.unique(pack_rgb(figure.rgba[..., :3][figure.mask]), return_counts=True)
    order = np.lexsort((codes, -counts))[:MOST]
    shares = (counts[order] / max(1, int(counts.sum()))).astype(np.float32)
    return Colours(unpack_rgb(codes[order].astype(np.int32)), shares)


def swapped(own: Colours, approved: list[Colours]) -> tuple[float, U8, U8] | None:
    """Return (step, approved colour, colour instead) of the clearest repaint; None where there is none.

    `step` is the ΔE00 of the colour instead to the nearest of any approved drawing.
    """
    flat = [one for one in approved if one.few]
    if not own.few or len(flat) < 2:
        return None
    usual, share = _usual(flat)
    lost = _lost(own, usual, share)
    new = np.flatnonzero(own.shares >= _LEAST)
    if not lost.size or not new.size:
        return None
    codes = np.concatenate([pack_rgb(one.rgb[one.shares >= _SHOWN / 4]) for one in approved])
    _, away = nearest_of(own.rgb[new], unpack_rgb(np.unique(codes)))
    between = _apart(own.rgb[new], usual[lost])
    ratio = np.abs(np.log(own.shares[new][:, None] / share[lost][None, :]))
    fits = (between < _MOST_DE) & (ratio < np.log(_AS_MUCH)) & (away > _SAME_DE)[:, None]
    far = away > _SAME_DE
    fits &= _alone(usual[lost], share[lost], share[lost])[None, :]
    fits &= _alone(own.rgb[new], own.shares[new], np.where(far, own.shares[new], 0.0))[:, None]
    if not fits.any():
        return None
    row, column = np.unravel_index(
        int(np.argmax(np.where(fits, away[:, None] - 1e-3 * ratio, -1.0))), fits.shape
    )
    return float(away[row]), usual[lost[column]], own.rgb[new[row]]


def _alone(rgb: U8, shares: F32, counted: F32) -> np.ndarray:
    """Return (K,) bool: each colour with its own shades is most of what is counted."""
    lab = to_lab(rgb)
    kin = np.linalg.norm(lab[:, None] - lab[None], axis=2) < _SHADES_LAB
    return np.asarray(float(counted.sum()) <= (kin * counted[None, :]).sum(axis=1) + (_ALONE - 1.0) * shares)


def _usual(flat: list[Colours]) -> tuple[U8, F32]:
    """Return the colours that most approved drawings show, and the median of their shares where they do."""
    codes = [pack_rgb(one.rgb[one.shares >= _SHOWN]) for one in flat]
    names, counts = np.unique(np.concatenate(codes), return_counts=True)
    names = names[counts >= _USUAL * len(flat)]
    shares = [
        float(
            np.median(
                [one.shares[at[0]] for one in flat if (at := np.flatnonzero(pack_rgb(one.rgb) == n)).size]
            )
        )
        for n in names
    ]
    return unpack_rgb(names.astype(np.int32)), np.array(shares, np.float32)


def _lost(own: Colours, usual: U8, share: F32) -> np.ndarray:
    """Return the rows of the usual colours that a drawing does not show any more."""
    if not len(usual):
        return np.zeros(0, np.intp)
    near = np.linalg.norm(to_lab(usual)[:, None] - to_lab(own.rgb)[None], axis=2) < _SAME_LAB
    left = (near * own.shares[None, :]).sum(axis=1)
    return np.flatnonzero((share >= _LEAST) & (left < _LOST * share))


def _apart(first: U8, second: U8) -> F32:
    """Return (K, M) CIEDE2000."""
    return np.asarray(deltaE_ciede2000(to_lab(first)[:, None], to_lab(second)[None]), np.float32)
