"""Between a rough as it is and the small copy that a preview is drawn at: pictures, wishes, strokes.

Points on the outside are pixels of the rough as given; what the engine sees are pixels of the copy. Pixel centres are
at integers on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ml.cleanup.records import Closure, Stroke
from ml.cleanup.wishes import XY, Dab, Style, Switch, Wishes

_SHORTEST_PX = 0.5


@dataclass(frozen=True)
class Scale:
    """How much smaller the copy is: copy px per px of the rough along x and y, at most 1."""

    x: float
    y: float

    @property
    def mean(self) -> float:
        """For lengths in any direction."""
        return (self.x + self.y) / 2

    def inward(self, xy: XY) -> XY:
        """Return a point of the rough in pixels of the copy."""
        return ((xy[0] + 0.5) * self.x - 0.5, (xy[1] + 0.5) * self.y - 0.5)

    def outward(self, points: np.ndarray) -> np.ndarray:
        """Return (n, 2) points of the copy in pixels of the rough."""
        return np.asarray((points + 0.5) / (self.x, self.y) - 0.5, np.float32)


def shrunk(rgba: np.ndarray, max_px: int) -> tuple[np.ndarray, Scale]:
    """Return the copy, (h, w, 4) uint8, and its scale; the very pixels where nothing shrinks.

    Colours are averaged by area with their alpha, so that no ground bleeds into a line.
    """
    h, w = rgba.shape[:2]
    share = min(1.0, max_px / max(h, w))
    if share == 1.0:
        return rgba, Scale(1.0, 1.0)
    size = max(1, round(w * share)), max(1, round(h * share))
    alpha = rgba[..., 3:].astype(np.float32) / 255
    flat = np.dstack((rgba[..., :3].astype(np.float32) * alpha, alpha))
    small = cv2.resize(flat, size, interpolation=cv2.INTER_AREA)
    colour = np.where(small[..., 3:] > 0, small[..., :3] / np.maximum(small[..., 3:], 1e-6), 0)
    copy = np.dstack((np.clip(colour + 0.5, 0, 255), small[..., 3] * 255 + 0.5)).astype(np.uint8)
    return copy, Scale(size[0] / w, size[1] / h)


def wishes_inward(wishes: Wishes, scale: Scale) -> Wishes:
    """Return what an artist asks for in pixels of the copy."""
    by = scale.mean

    def px(value: float | None) -> float | None:
        return None if value is None else value * by

    weight = px(wishes.weight_px)
    return replace(
        wishes,
        merge_px=px(wishes.merge_px),
        gap_px=wishes.gap_px * by,
        weight_px=None if weight is None else max(_SHORTEST_PX, weight),
        taper_px=wishes.taper_px * by,
        style=None if wishes.style is None else _style_inward(wishes.style, by),
        strokes=tuple(Switch(scale.inward(each.xy), each.is_on) for each in wishes.strokes),
        closures=tuple(Switch(scale.inward(each.xy), each.is_on) for each in wishes.closures),
        kept=tuple(Dab(scale.inward(each.xy), each.radius_px * by) for each in wishes.kept),
    )


def _style_inward(style: Style, by: float) -> Style:
    height = max(1, round(style.height_px * by)) if style.height_px else 0
    return replace(style, weight_px=style.weight_px * by, height_px=height)


def stroke_outward(stroke: Stroke, scale: Scale) -> dict[str, Any]:
    """Return the plain form of a stroke in pixels of the rough."""
    return replace(stroke, points_xy=scale.outward(stroke.points_xy)).as_json()


def closure_outward(closure: Closure, scale: Scale) -> dict[str, Any]:
    """Return the plain form of a closure in pixels of the rough."""
    return replace(
        closure,
        points_xy=scale.outward(closure.points_xy),
        length_px=closure.length_px / scale.mean,
        region_px=round(closure.region_px / (scale.x * scale.y)),
    ).as_json()
