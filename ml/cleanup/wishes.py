"""What an artist asks of the clean-up: sliders, closures and strokes switched, brush; and its JSON form.

Points are pixels of the rough, pixel centres at integers, x right, y down. Strokes and closures are named by a point
in them, so that a sidecar stays true when the engine numbers them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = "sakkan-cleanup/1"
XY = tuple[float, float]
Use = Literal["apart", "ink", "drop"]  # of a coloured pencil: a layer of its own, drawn as ink, or left out
MOST = 5_000  # entries of one list; more than anybody sets by hand


@dataclass(frozen=True)
class Switch:
    """A stroke or a closure by a point in it, drawn or not."""

    xy: XY
    is_on: bool


@dataclass(frozen=True)
class Dab:
    """A round of the brush "keep this as it is"."""

    xy: XY
    radius_px: float


@dataclass(frozen=True)
class Style:
    """A hand: how lines of approved drawings are weighted and coloured.

    Attributes:
        line_rgb: colour of the line, sRGB.
        weight_px: usual width at `height_px`.
        height_px: height of the figure's drawing that it was learned from; 0 = widths are meant in px as they are.
        profile: 16 multipliers of the width from a stroke's beginning to its end, mean 1.
        spread: standard deviation of the width over strokes as a share of the usual width.
        by_length: multipliers of the width of strokes of the shortest, middle and longest third.
    """

    line_rgb: tuple[int, int, int]
    weight_px: float
    height_px: int
    profile: tuple[float, ...]
    spread: float
    by_length: tuple[float, float, float]


@dataclass(frozen=True)
class Wishes:
    """All that is asked of one drawing. The defaults are the automatic clean-up.

    Attributes:
        strength: 0 to 1, how much is taken for a construction line or dirt and left out; 0.5 = as learned.
        merge_px: strokes side by side within this become one; None = by the width of the pencil.
        gap_px: largest gap that is closed; 0 closes none.
        weight_px: width of the line; None = that of the pencil.
        pressure: 0 = equal width, 1 = the artist's pressure in full.
        taper_px: length over which free ends grow thin.
        jitter: 0 to 1, share of the trembling against the neighbouring drawings that is taken out.
        line_rgb: colour of the ink.
        is_binary: whether the picture has hard edges.
        red, blue, green: what becomes of that pencil.
        style: the hand that it is drawn in; overrules weight, taper and colour.
        strokes, closures: switched one by one.
        kept: where the rough stays as it is.
    """

    strength: float = 0.5
    merge_px: float | None = None
    gap_px: float = 10.0
    weight_px: float | None = None
    pressure: float = 0.0
    taper_px: float = 0.0
    jitter: float = 0.8
    line_rgb: tuple[int, int, int] = (0, 0, 0)
    is_binary: bool = False
    red: Use = "apart"
    blue: Use = "apart"
    green: Use = "apart"
    style: Style | None = None
    strokes: tuple[Switch, ...] = ()
    closures: tuple[Switch, ...] = ()
    kept: tuple[Dab, ...] = ()
