"""Treatments that leave a drawing on-model: what a camera, a codec and a resampling do."""

from __future__ import annotations

import cv2
import numpy as np

from ml.edits.base import Edit, Subject, bleed, grid, pad, remap
from ml.edits.colours import palette
from ml.edits.warps import ripple
from ml.pixels import U8


def half_pixel(rgba: U8) -> Edit:
    """Move everything by half a pixel."""
    wide = pad(rgba, 2)
    xs, ys = grid((wide.shape[0], wide.shape[1]))
    return Edit(remap(wide, xs + np.float32(0.5), ys + np.float32(0.5)), "moved by half a pixel", None)


def rescale(rgba: U8, factor: float = 1.1) -> Edit:
    """Scale everything: the cut's camera is nearer."""
    out = cv2.resize(bleed(rgba), None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    return Edit(np.asarray(out, np.uint8), f"scaled by {factor:.2f}", None)


def warp_sham(rgba: U8) -> Edit:
    """Resample the whole drawing as the geometric edits do, without moving anything."""
    return Edit(ripple(rgba, by_px=4), "resampled", None)


def reencode(rgba: U8, quality: int = 92) -> Edit:
    """Send the picture through JPEG over its own bleed, alpha kept."""
    bgr = cv2.cvtColor(bleed(rgba)[..., :3], cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    return Edit(np.ascontiguousarray(np.dstack([back, rgba[..., 3]])), f"encoded as JPEG {quality}", None)


def palette_de1(rgba: U8, seed: int = 0) -> Edit | None:
    """Paint one colour ΔE00 1 off, which nobody sees; None if the drawing has no fit colour."""
    edit = palette(Subject(rgba), 1.0, seed)
    return None if edit is None else Edit(edit.rgba, edit.what, None)


SHAMS = {"half_pixel": half_pixel, "rescale": rescale, "warp": warp_sham, "reencode": reencode}
