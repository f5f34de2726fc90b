"""What a camera, a codec and a resampling do to a correct drawing: the sheet is tried with it when it is compiled.

A check that hears the resampling seems to hear a fault. So the limits for encoded drawings stand above what the
approved drawings themselves measure after such a treatment.
"""

from __future__ import annotations

import numpy as np

from ml.edits import half_pixel, reencode
from ml.pixels import Figure, cut_figure

_QUALITY = 90


def degraded(figure: Figure) -> Figure:
    """Return the figure moved by half a pixel and sent through JPEG; itself where nothing is left of it."""
    rgba = figure.rgba.copy()
    rgba[..., 3] = np.where(figure.mask, np.maximum(rgba[..., 3], 128), 0)
    found = cut_figure(reencode(half_pixel(rgba).rgba, _QUALITY).rgba)
    return figure if found is None else found
