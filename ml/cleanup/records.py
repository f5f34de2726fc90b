"""What a cleaned drawing is to those who ask the engine: strokes, closures, and what was found on the paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Layer = Literal["ink", "red", "blue", "green"]  # ink: pencil or black; the others by the hue of the pencil
LAYERS: tuple[Layer, ...] = ("ink", "red", "blue", "green")


@dataclass(frozen=True)
class Evidence:
    """What is known of the lines of one layer before any stroke is traced; from the network or the classical path.

    Attributes:
        line: (H, W) float32, 0 to 1: that a line of the cleaned drawing covers the pixel.
        distance_px: (H, W) float32, distance to the nearest centre-line, clipped at 6.
        direction: (H, W, 2) float32, cos 2a and sin 2a of the line's angle a; zero where nothing is known.
        tips: (H, W) float32, 0 to 1: that a line ends there.
        crossings: (H, W) float32, 0 to 1: that lines meet there.
        width_px: (H, W) float32, width of the line there, 0 off the lines.
    """

    line: np.ndarray
    distance_px: np.ndarray
    direction: np.ndarray
    tips: np.ndarray
    crossings: np.ndarray
    width_px: np.ndarray


@dataclass(frozen=True)
class Stroke:
    """One line of the cleaned drawing.

    Attributes:
        name: "s12" of ink, "r3", "b4", "g5" of the other layers; counted from the longest.
        layer: which pencil drew it.
        points_xy: (n, 2) float32 px along the centre-line, at most 1.5 px apart, pixel centres at integers.
        width_px: (n,) float32, width to be drawn at each point.
        pressure: (n,) float32, 0 to 1, how dark the artist drew it there.
        beziers: (m, 4, 2) float32 cubic segments through the same line, for the vector output.
        is_closed: whether it ends where it begins.
        confidence: 0 to 1.
        is_kept: whether the artist asked to keep it as it is: drawn as in the rough.
        is_on: whether it is drawn.
        is_filled: whether it is the outline of a black area, which is filled and has no line around it.
    """

    name: str
    layer: Layer
    points_xy: np.ndarray
    width_px: np.ndarray
    pressure: np.ndarray
    beziers: np.ndarray
    is_closed: bool
    confidence: float
    is_kept: bool = False
    is_on: bool = True
    is_filled: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the plain form, coordinates to a tenth of a pixel."""
        return {
            "name": self.name,
            "layer": self.layer,
            "points_xy": np.round(self.points_xy, 1).tolist(),
            "is_closed": self.is_closed,
            "confidence": round(self.confidence, 3),
            "is_kept": self.is_kept,
            "is_on": self.is_on,
            "is_filled": self.is_filled,
        }


@dataclass(frozen=True)
class Closure:
    """A gap that was, or could be, closed.

    Attributes:
        name: "c1", counted from the surest.
        points_xy: (n, 2) float32 px from one line to the other.
        length_px: of the gap.
        width_px: width at which it is drawn.
        confidence: 0 to 1.
        region_px: area of the smaller region that it closes, 0 where it closes none.
        is_on: whether it is drawn.
    """

    name: str
    points_xy: np.ndarray
    length_px: float
    width_px: float
    confidence: float
    region_px: int
    is_on: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the plain form, coordinates to a tenth of a pixel."""
        return {
            "name": self.name,
            "points_xy": np.round(self.points_xy, 1).tolist(),
            "length_px": round(self.length_px, 1),
            "confidence": round(self.confidence, 3),
            "region_px": self.region_px,
            "is_on": self.is_on,
        }


@dataclass(frozen=True)
class Paper:
    """What was found of the scan.

    Attributes:
        paper_rgb: tone of the paper, sRGB.
        is_transparent: whether the rough came on a transparent ground.
        pegs_xy: centres of peg holes, px; empty where none were found.
        tilt_deg: by which the pegs stand askew, clockwise; 0 where there are none.
        pencil_px: width of a usual pencil line.
        hues: which coloured pencils were found.
    """

    paper_rgb: tuple[int, int, int]
    is_transparent: bool
    pegs_xy: tuple[tuple[float, float], ...]
    tilt_deg: float
    pencil_px: float
    hues: tuple[Layer, ...]


@dataclass(frozen=True)
class Clean:
    """A cleaned drawing.

    Attributes:
        size_hw: of the rough, and of what is drawn from this.
        strokes: of all layers, those that are off among them.
        closures: those that are off among them.
        regions: number of closed areas that the drawn ink encloses (the outside is none).
        stray_ends: number of drawn ink ends that touch nothing.
        paper: what was found of the scan.
        notes: said to the artist in plain words, for example that the paper's edge was cut away.
    """

    size_hw: tuple[int, int]
    strokes: tuple[Stroke, ...]
    closures: tuple[Closure, ...]
    regions: int
    stray_ends: int
    paper: Paper
    notes: tuple[str, ...] = field(default=())
