"""Lines become the strokes of a drawing: how sure each is, which are drawn, how wide, and which gaps are closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.cleanup import fitting, raster
from ml.cleanup.closing import Gap, find_gaps, tied, with_regions
from ml.cleanup.curves import even
from ml.cleanup.records import Clean, Closure, Layer, Paper, Stroke
from ml.cleanup.restroke import Pressed, base_width, widths
from ml.cleanup.tracing import Line, sampled
from ml.cleanup.wishes import Switch, Wishes

_FITS_KEPT = 6_000
_FAINT = 0.72  # of strength: confidence below which a line is left out
_DARK = 0.6  # pressure of a line that nobody takes for construction
_LIKELY = 0.5  # what a network says of a line that it is sure of, on average along it
_SHORT_WIDTHS = 3.0
_TOUCH_PX = 14.0  # a switch works on what lies so near
_REGION_PX = 16
_NO_PAPER = Paper((255, 255, 255), is_transparent=False, pegs_xy=(), tilt_deg=0.0, pencil_px=2.0, hues=())
_LETTERS = {"ink": "s", "red": "r", "blue": "b", "green": "g"}


@dataclass(frozen=True, eq=False)
class Source:
    """Lines of one layer, and what they were traced from.

    Attributes:
        layer: its name.
        lines: the longest first.
        ink: (H, W) float32 darkness.
        line: (H, W) float32, `Evidence.line`.
        by_network: whether a network said so, that knows construction lines; else the darkness tells them.
    """

    layer: Layer
    lines: Sequence[Line]
    ink: np.ndarray
    line: np.ndarray
    by_network: bool


@dataclass(frozen=True, eq=False)
class Drawing:
    """What all layers share.

    Attributes:
        size_hw: of the rough.
        pencil_px: width of its lines.
        weight_px: width to draw at where nobody asks for one.
        fits: curves by the bytes of their points, kept from one slider's move to the next.
    """

    size_hw: tuple[int, int]
    pencil_px: float
    weight_px: float
    fits: dict[bytes, np.ndarray]


def assembled(sources: Sequence[Source], drawing: Drawing, wishes: Wishes, kept: np.ndarray) -> Clean:
    """Return the drawing.

    Args:
        sources: the ink first.
        drawing: see there.
        wishes: what the artist asks.
        kept: (H, W) bool, where the rough stays as it is.
    """
    strokes: list[Stroke] = []
    closures: list[Closure] = []
    stray = 0
    for source in sources:
        made, gaps = _layer(source, drawing, wishes, kept)
        strokes += made.strokes
        if source.layer == "ink":
            closures, stray = _closures(gaps, made, drawing, wishes)
    regions = _regions(strokes, closures, drawing.size_hw)
    notes = () if strokes else ("There is nothing drawn on this paper.",)
    return Clean(drawing.size_hw, tuple(strokes), tuple(closures), regions, stray, _NO_PAPER, notes)


@dataclass(frozen=True, eq=False)
class _Made:
    strokes: list[Stroke]
    base_px: float
    free_ends: int


def _layer(source: Source, drawing: Drawing, wishes: Wishes, kept: np.ndarray) -> tuple[_Made, list[Gap]]:
    dark = cv2.dilate(source.ink, np.ones((3, 3), np.uint8)) if source.lines else source.ink
    sure = [_confidence(line, source, dark, drawing.pencil_px) for line in source.lines]
    is_on = [value >= _FAINT * wishes.strength for value in sure]
    is_on = switched([line.points_xy for line in source.lines], is_on, wishes.strokes)
    chosen = [line for line, on in zip(source.lines, is_on, strict=True) if on]
    reach = max(1.5, 0.6 * drawing.pencil_px + 1)
    drawn = iter(tied(chosen, reach))
    lines = [next(drawn) if on else line for line, on in zip(source.lines, is_on, strict=True)]
    gaps = find_gaps(
        [line for line, on in zip(lines, is_on, strict=True) if on], wishes.gap_px, drawing.pencil_px
    )
    fits = [_fit(line, drawing.fits) for line in lines]
    points = [fitting.sample(fit) for fit in fits]
    pressed = [
        Pressed(p, np.clip(sampled(dark, p), 0, 1), _free(line))
        for p, line in zip(points, lines, strict=True)
    ]
    base = base_width(
        wishes, drawing.weight_px, _height([p for p, on in zip(points, is_on, strict=True) if on])
    )
    wide = widths(pressed, base, wishes)
    letter = _LETTERS[source.layer]
    strokes = [
        Stroke(
            f"{letter}{number + 1}", source.layer, one.points_xy, wide[number], one.pressure, fits[number],
            lines[number].is_closed, round(sure[number], 4), _is_kept(one.points_xy, kept), is_on[number],
            lines[number].is_filled,
        )
        for number, one in enumerate(pressed)
    ]  # fmt: skip
    free = sum(sum(_free(line)) for line, on in zip(lines, is_on, strict=True) if on)
    return _Made(strokes, base, free), gaps


def _free(line: Line) -> tuple[bool, bool]:
    return (not line.is_closed and not line.touches[0], not line.is_closed and not line.touches[1])


def _confidence(line: Line, source: Source, dark: np.ndarray, pencil_px: float) -> float:
    """Return 0 to 1: how likely the line is, how dark, and that it is no speck."""
    seen = line.points_xy if line.seen_xy is None else line.seen_xy
    likely = 1.0 if line.is_filled else float(sampled(source.line, seen).mean())
    if source.by_network and not line.is_filled:
        likely = min(1.0, likely / _LIKELY)
    else:
        likely *= min(1.0, float(sampled(dark, seen).mean()) / _DARK)
    length = line.length_px / (_SHORT_WIDTHS * pencil_px)
    return float(np.clip(likely * (1 - np.exp(-1.5 * length)), 0, 1))


def switched(paths: Sequence[np.ndarray], is_on: list[bool], switches: Sequence[Switch]) -> list[bool]:
    """Return what is on once the artist's switches are set: each works on the path nearest to its point."""
    if not switches or not paths:
        return is_on
    out = list(is_on)
    points = np.concatenate(paths)
    owner = np.concatenate([np.full(len(path), number) for number, path in enumerate(paths)])
    for switch in switches:
        far = np.hypot(points[:, 0] - switch.xy[0], points[:, 1] - switch.xy[1])
        nearest = int(far.argmin())
        if far[nearest] <= _TOUCH_PX:
            out[int(owner[nearest])] = switch.is_on
    return out


def _fit(line: Line, fits: dict[bytes, np.ndarray]) -> np.ndarray:
    if line.beziers is not None:
        return line.beziers
    key = line.points_xy.tobytes() + bytes([line.is_closed])
    if key not in fits:
        if len(fits) >= _FITS_KEPT:
            fits.clear()
        fits[key] = fitting.fit(even(line.points_xy), is_closed=line.is_closed)
    return fits[key]


def _height(paths: Sequence[np.ndarray]) -> int:
    if not paths:
        return 0
    return round(max(float(p[:, 1].max()) for p in paths) - min(float(p[:, 1].min()) for p in paths))


def _is_kept(points: np.ndarray, kept: np.ndarray) -> bool:
    """Return whether at least half of a line lies where the rough is kept."""
    h, w = kept.shape
    x = np.clip(np.round(points[:, 0]).astype(int), 0, w - 1)
    y = np.clip(np.round(points[:, 1]).astype(int), 0, h - 1)
    return bool(kept[y, x].mean() >= 0.5)


def _closures(gaps: list[Gap], made: _Made, drawing: Drawing, wishes: Wishes) -> tuple[list[Closure], int]:
    """Return the closures and how many ends are left that touch nothing."""
    is_on = switched([gap.points_xy for gap in gaps], [gap.is_sure for gap in gaps], wishes.closures)
    if gaps:
        paths = [s.points_xy for s in made.strokes if s.is_on]
        paths += [gap.points_xy for gap, on in zip(gaps, is_on, strict=True) if on]
        gaps = with_regions(gaps, raster.thin(paths, drawing.size_hw, _areas(made.strokes)), is_on)
    closures = [
        Closure(f"c{n + 1}", gap.points_xy, gap.length_px, made.base_px, gap.confidence, gap.region_px, on)
        for n, (gap, on) in enumerate(zip(gaps, is_on, strict=True))
    ]
    closed = sum(len(gap.ends) for gap, on in zip(gaps, is_on, strict=True) if on)
    return closures, made.free_ends - closed


def _areas(strokes: Iterable[Stroke]) -> list[np.ndarray]:
    return [s.points_xy for s in strokes if s.is_on and s.is_filled]


def _regions(strokes: Sequence[Stroke], closures: Sequence[Closure], size_hw: tuple[int, int]) -> int:
    """Return how many areas the drawn ink closes; what reaches the picture's edge is outside."""
    paths = [s.points_xy for s in strokes if s.is_on and s.layer == "ink"]
    paths += [c.points_xy for c in closures if c.is_on]
    if not paths:
        return 0
    drawn = raster.thin(paths, size_hw, _areas(s for s in strokes if s.layer == "ink"))
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~drawn).astype(np.uint8), connectivity=4)
    rims = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    inside = stats[:, 4] >= _REGION_PX
    inside[0] = False
    inside[rims] = False
    return int(inside.sum())
