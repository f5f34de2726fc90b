"""What an in-between and its regions are, to those who ask the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Reason = Literal["no_partner", "too_far", "folded"]


@dataclass(frozen=True)
class Weak:
    """Where the engine does not know: box in pixels (right and bottom exclusive), why, and how sure it is, 0 to 1."""

    box_xyxy: tuple[int, int, int, int]
    reason: Reason
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """Return the plain form."""
        return {
            "box_xyxy": list(self.box_xyxy),
            "reason": self.reason,
            "confidence": round(self.confidence, 3),
        }


@dataclass(frozen=True)
class Region:
    """A connected area of one colour in one key, as the page shows it.

    Attributes:
        id: "a12" or "b7".
        key: which key it lies in.
        rgb: its colour, sRGB.
        area_px: number of pixels.
        centre_xy: a point inside, pixels.
        box_xyxy: right and bottom exclusive.
        outline: (N, 2) float32 points x, y of its outer border.
        partner: id of the region of the other key that it becomes, None where it vanishes or appears.
        confidence: 0 to 1, how sure the engine is of the partner and the motion.
        depth: steps that it was brought forward by.
        ink: whether it is drawn line.
    """

    id: str
    key: Literal["a", "b"]
    rgb: tuple[int, int, int]
    area_px: int
    centre_xy: tuple[float, float]
    box_xyxy: tuple[int, int, int, int]
    outline: np.ndarray
    partner: str | None
    confidence: float
    depth: int
    ink: bool

    def as_json(self) -> dict[str, Any]:
        """Return the plain form, coordinates to a tenth of a pixel."""
        return {
            "id": self.id,
            "key": self.key,
            "colour": "#{:02x}{:02x}{:02x}".format(*self.rgb),
            "area_px": self.area_px,
            "centre_xy": [round(v, 1) for v in self.centre_xy],
            "box_xyxy": list(self.box_xyxy),
            "outline": np.round(self.outline, 1).tolist(),
            "partner": self.partner,
            "confidence": round(self.confidence, 3),
            "depth": self.depth,
            "ink": self.ink,
        }


@dataclass(frozen=True)
class InBetween:
    """A drawing between two keys.

    Attributes:
        rgba: (h, w, 4) uint8, not premultiplied.
        confidence: 0 to 1.
        weak: where a breakdown drawing is needed; empty = nowhere.
    """

    rgba: np.ndarray
    confidence: float
    weak: tuple[Weak, ...] = field(default=())
