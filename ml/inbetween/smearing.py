"""Smears: a region drawn over a stretch of its path, as animators do in the fastest drawing of a move."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ml.inbetween.asking import Smearing
from ml.inbetween.drawing import Drawer

_SAME = 1e-3  # positions nearer than this are one
_COPIES = 24


def smeared(rgba: np.ndarray, smears: Iterable[Smearing], drawer: Drawer, t: float) -> np.ndarray:
    """Return the drawing with its smears.

    Args:
        rgba: (h, w, 4) uint8, the drawing at t.
        smears: of the pair; those of other positions are left out.
        drawer: of the pair.
        t: position from the drawer's first key to its second.
    """
    for smear in smears:
        if abs(smear.at - t) > _SAME or not smear.pixels.any() or not smear.length:
            continue
        half = smear.length / 2
        behind = np.linspace(t - half, t, _COPIES)
        ahead = np.linspace(t + half, t, _COPIES)
        for pair in zip(behind, ahead, strict=True):
            for moment in pair:
                copy = drawer.part(smear.key, smear.pixels, float(np.clip(moment, 0, 1)))
                rgba = np.where(copy[..., 3:] > 0, copy, rgba)
    return rgba
