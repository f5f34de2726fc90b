"""What every edit is made of: the record, the drawing with what was found in it, and exact local resampling.

Convention: pictures are rgba uint8 (h, w, 4), straight alpha; masks bool (h, w); points (x, y) in pixels of the
drawing, origin top left; inputs untouched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ml.consistency.colours import Paints, paints_of
from ml.edits.eyes import EyePair, find_eyes
from ml.edits.heads import Head, find_head
from ml.pixels import F32, U8, Figure, Mask, cut_figure
from ml.types import Box


@dataclass(frozen=True)
class Edit:
    """An edited drawing, what was done in words, and where.

    Attributes:
        rgba: the edited drawing; it may be larger than the original where the figure grew.
        what: in words.
        box_xyxy: box of `place`; None for shams and whole figures.
        mask: (h, w) bool, pixels that differ from the original; None where the drawings cannot be laid over
            each other (scaled, another drawing).
        place: (h, w) bool, what a checker should point at; None for shams and whole figures.
        magnitude: signed, in per cent or ΔE00; 0 where there is none.
    """

    rgba: U8
    what: str
    box_xyxy: Box | None
    mask: Mask | None = None
    place: Mask | None = None
    magnitude: float = 0.0


class Subject:
    """A drawing and what was found in it; each is looked for once, when it is first asked for."""

    def __init__(self, rgba: U8) -> None:
        self.rgba = rgba

    @cached_property
    def figure(self) -> Figure | None:
        """The figure, or None on empty paper."""
        return cut_figure(self.rgba)

    @cached_property
    def cover(self) -> Mask:
        """(h, w) bool: the figure on the whole paper."""
        out = np.zeros(self.rgba.shape[:2], np.bool_)
        if self.figure is not None:
            left, top, right, bottom = self.figure.box_xyxy
            out[top:bottom, left:right] = self.figure.mask
        return out

    @cached_property
    def paints(self) -> Paints | None:
        """The flat colours of the figure's crop."""
        return None if self.figure is None else paints_of(self.figure)

    @cached_property
    def head(self) -> Head | None:
        """The head where it is told apart from the body with confidence."""
        return None if self.figure is None else find_head(self.figure)

    @cached_property
    def eyes(self) -> EyePair | None:
        """Both eyes where they are found with confidence."""
        return None if self.figure is None else find_eyes(self.figure)


def finish(
    before: U8, after: U8, what: str, *, place: Mask | None = None, magnitude: float = 0.0
) -> Edit | None:
    """Return the edit of two pictures of one size, or None where nothing visible changed.

    `place` stands for the changed pixels where it is not given.
    """
    shown = (before[..., 3] > 0) | (after[..., 3] > 0)
    changed = np.asarray((before != after).any(axis=2) & shown)
    if not changed.any():
        return None
    where = changed if place is None else place
    return Edit(after, what, box_of(where), changed, where, magnitude)


def bleed(rgba: U8) -> U8:
    """Give clear pixels the colour beside them, so that resampling mixes no black into the rim."""
    clear = (rgba[..., 3] == 0).astype(np.uint8)
    if not clear.any() or clear.all():
        return rgba
    out = rgba.copy()
    rgb = np.ascontiguousarray(rgba[..., :3])
    _, nearest = cv2.distanceTransformWithLabels(clear, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    table[nearest[clear == 0]] = rgb[clear == 0]
    out[..., :3] = table[nearest]
    return out


def remap(rgba: U8, map_x: F32, map_y: F32) -> U8:
    """Return the picture drawn from (map_x, map_y); a pixel that stays where it is keeps its exact value."""
    edge = tuple(float(v) for v in paper_of(rgba))
    out = cv2.remap(
        bleed(rgba),
        map_x.astype(np.float32),
        map_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=edge,
    )
    shown = np.asarray(out, np.uint8)
    xs, ys = grid((rgba.shape[0], rgba.shape[1]))
    still = (np.abs(map_x - xs) < 1e-3) & (np.abs(map_y - ys) < 1e-3)
    shown[still] = rgba[still]
    return shown


def paper_of(rgba: U8) -> U8:
    """Return (4,) what lies beyond the drawing: clear, or the flat colour of its border."""
    if int(rgba[..., 3].min()) < 250:
        return np.zeros(4, np.uint8)
    rim = np.concatenate([rgba[0], rgba[-1], rgba[:, 0], rgba[:, -1]])
    return np.asarray(np.median(rim, axis=0), np.uint8)


def grid(size_hw: tuple[int, int]) -> tuple[F32, F32]:
    """Return (xs, ys), each (h, w) float32."""
    ys, xs = np.mgrid[0 : size_hw[0], 0 : size_hw[1]].astype(np.float32)
    return xs, ys


def pad(rgba: U8, by: int) -> U8:
    """Return the drawing with `by` pixels of its paper on every side."""
    edge = tuple(float(v) for v in paper_of(rgba))
    return np.asarray(cv2.copyMakeBorder(rgba, by, by, by, by, cv2.BORDER_CONSTANT, value=edge), np.uint8)


def smooth(t: F32) -> F32:
    """Return the smooth step of t clipped to 0..1."""
    t = np.clip(t, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def ellipse(size_hw: tuple[int, int], centre_xy: tuple[float, float], radii_xy: tuple[float, float]) -> F32:
    """Return (h, w) float32: distance from the centre, 1 on the ellipse."""
    xs, ys = grid(size_hw)
    return np.asarray(
        np.hypot((xs - centre_xy[0]) / radii_xy[0], (ys - centre_xy[1]) / radii_xy[1]), np.float32
    )


def disc(radius_px: int) -> U8:
    """Return a round kernel of that radius."""
    return np.asarray(
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1)), np.uint8
    )


def grow(mask: Mask, radius_px: int) -> Mask:
    """Return the mask dilated by a disc."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc(radius_px)) > 0)


def box_of(mask: Mask | None) -> Box | None:
    """Return the box of a mask, None if it is empty."""
    if mask is None:
        return None
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not ys.size:
        return None
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def hex_of(rgb: U8) -> str:
    """Return "#rrggbb"."""
    return "#" + "".join(f"{int(v):02x}" for v in rgb)
