"""Line art against a sheet in paint: the same report from lines, and what lines cannot tell left unchecked.

The approved drawings are kept as pictures of their lines beside their paint (`LineGauge.learn`). An ink drawing is
laid over those; all that follows is as for paint, with the aspects that need paint left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.consistency.gauge_line import LINE, LINE_ZONES
from ml.consistency.gauges import learned
from ml.consistency.lines import Strokes, strokes_of
from ml.consistency.lines_ink import as_lines
from ml.consistency.matching import Match, match
from ml.consistency.names import is_acting
from ml.consistency.pack import Compiled
from ml.consistency.views import View, prepare
from ml.consistency.zones import Zone
from ml.pixels import F32, U8, Figure
from ml.types import Aspect

INK_UNCHECKED: tuple[Aspect, ...] = ("COLOUR", "DETAIL", "FACE", "SHAPE", "WRONG_DESIGN")
LINE_UNCHECKED: tuple[Aspect, ...] = ("COLOUR", "DETAIL", "FACE", "WRONG_DESIGN")  # of paint at a line stage
INK = np.zeros((1, 3), np.uint8)  # `ink_figure` draws full ink black
_TRIED = 8
_SMALL = 24


@dataclass(frozen=True)
class LineView:
    """An ink drawing made ready: its view as lines, its strokes, and the approved drawings laid over it."""

    view: View
    strokes: Strokes
    design: Compiled
    matches: list[Match]

    @property
    def likeness(self) -> float:
        """Return how well the best approved head fits, -1 = none does."""
        return max((m.correlation("head") for m in self.matches), default=-1.0)


def look_at(figure: Figure, design: Compiled) -> LineView | None:
    """Lay the approved drawings of a design over an ink drawing; None where the sheet shows no lines.

    `figure` is of `lines_ink.ink_figure`.
    """
    kept = learned(design, LINE)
    if not kept or not kept["sigma"][0]:
        return None
    strokes = strokes_of(figure.rgba, figure.mask, INK, float(kept["sigma"][0]))
    view = as_lines(prepare(figure, design.palette), strokes)
    lines = design_as_lines(design, kept)
    return LineView(view, strokes, lines, match(view, lines, order_of(view, lines), _TRIED))


def design_as_lines(design: Compiled, kept: dict[str, np.ndarray]) -> Compiled:
    """Return the design with the pictures of its zones as lines; of paint only what acts stays marked."""
    acting = [row for row, part in enumerate(design.palette.parts) if is_acting(part)]
    zones = {
        kind: tuple(
            None if zone is None else _lined(zone, kept[f"{kind}s"][row], acting)
            for row, zone in enumerate(design.zones[kind])
        )
        for kind in LINE_ZONES
    }
    return replace(design, zones=zones)


def _lined(zone: Zone, picture: U8, acting: list[int]) -> Zone:
    labels = np.where(np.isin(zone.labels, acting), zone.labels, np.int16(-1))
    return replace(zone, rgb=np.dstack([picture] * 3), labels=labels)


def order_of(view: View, lines: Compiled) -> list[int]:
    """Return the approved drawings, most alike first: by a small picture of the head against the figure's top."""
    high, wide = view.size_hw
    small = cv2.resize(view.gray, (max(_SMALL, wide // 4), high // 4), interpolation=cv2.INTER_AREA)
    own = np.asarray(small, np.uint8)
    scores: list[float] = []
    for zone in lines.zones["head"]:
        scores.append(-1.0 if zone is None else _likeness(own, zone, high))
    return sorted(range(len(scores)), key=lambda i: (-round(scores[i], 6), i))


def _likeness(own: U8, zone: Zone, high: int) -> float:
    """Return the best correlation of a head with a small picture, at its approved size and a little beside it."""
    best = -1.0
    for factor in (0.85, 1.0, 1.18):
        side = round(zone.side_px * factor / 4)
        board = cv2.copyMakeBorder(own, side, side, side, side, cv2.BORDER_CONSTANT, value=128.0)
        if not 6 <= side < high:
            continue
        probe = cv2.resize(zone.rgb[..., 0], (side, side), interpolation=cv2.INTER_AREA)
        field = cv2.matchTemplate(board, probe, cv2.TM_CCOEFF_NORMED)
        best = max(best, float(np.nan_to_num(field, nan=-1.0).max()))
    return best


def best_of(views: Sequence[LineView]) -> int:
    """Return which of several cast designs an ink drawing shows best: identity by retrieval; the first on a tie."""
    return max(range(len(views)), key=lambda i: (round(views[i].likeness, 6), -i))


def likenesses(one: LineView) -> F32:
    """Return (N,) float32 how well each approved drawing fits, -1..1; what was not laid over has -1."""
    found = np.full(len(one.design.keys), -1.0, np.float32)
    for each in one.matches:
        found[each.index] = each.correlation("head")
    return found
