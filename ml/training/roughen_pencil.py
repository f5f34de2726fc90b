"""The hand that draws a rough line: strokes side by side that tremble, run over, stop short, fade and leave gaps.

Convention: px of the picture, pixel centres at integers; a level of 0.5 is a light rough, 1 a medium, 1.8 a heavy one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from ml.training.line_art import STEP_PX, Line, LineArt, runs

Rng = np.random.Generator

FINE = 2  # strokes are drawn on a grid so much finer
_SHEETS = 3  # strokes that cross darken each other where they lie on different sheets
_PIECE = 16  # samples drawn with one pressure
_CORNER_DEG = 50.0
_SHIFT = 4


@dataclass(frozen=True)
class Hand:
    """How one drawing is drawn; `hand_of` gives that of a level.

    Attributes:
        tremble_px: standard deviation of a stroke about the line, slow waves.
        apart_px: standard deviation of where strokes side by side lie.
        strokes: chances of 1, 2, 3, 4 strokes side by side.
        stroke_px: a line is drawn in strokes of about this length; inf = in one.
        over_px: standard deviation of how far strokes run over or stop short of corners and ends.
        gaps: of every 100 px of line.
        gap_px: shortest and longest.
        short: chance that a line stops short of the line that it should touch.
        pencil_px: width of the point.
        pressure: mean, 0 to 1.
        uneven: standard deviation of the pressure along a stroke.
    """

    tremble_px: float
    apart_px: float
    strokes: tuple[float, float, float, float]
    stroke_px: float
    over_px: float
    gaps: float
    gap_px: tuple[float, float]
    short: float
    pencil_px: float
    pressure: float
    uneven: float


def hand_of(level: float, rng: Rng) -> Hand:
    """Return a hand by chance that draws as roughly as the level says, 0 to 2."""
    near = float(rng.uniform(0.85, 1.15)) * level
    more = np.array([max(0.04, 1.1 - 0.65 * near), 0.2 + 0.25 * near, 0.3 * near**1.5, 0.12 * near**2])
    chances = more / more.sum()
    return Hand(
        tremble_px=0.6 * near,
        apart_px=1.75 * near**1.15,
        strokes=(float(chances[0]), float(chances[1]), float(chances[2]), float(chances[3])),
        stroke_px=float(rng.uniform(90, 260)) / max(0.3, near),
        over_px=3.2 * near,
        gaps=0.22 * near,
        gap_px=(2.5, min(10.0, 3.5 + 3.5 * near)),
        short=min(0.3, 0.10 * near),
        pencil_px=float(rng.uniform(1.2, 2.3)),
        pressure=float(rng.uniform(0.62, 0.92)) - 0.08 * near,
        uneven=0.06 + 0.07 * near,
    )


@dataclass(frozen=True, eq=False)
class Gap:
    """A piece of a line that no stroke covers: (2, 2) float32 px where it begins and ends, and its length."""

    ends_xy: np.ndarray
    length_px: float


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the pencil left: (h, w) float32 graphite 0 to 1, gaps, and the width drawn along each line of the art."""

    graphite: np.ndarray
    gaps: tuple[Gap, ...]
    widths_px: tuple[np.ndarray, ...]


def draw(art: LineArt, hand: Hand, rng: Rng) -> Drawn:
    """Draw every line of the art with a hand."""
    strokes: list[_Stroke] = []
    gaps: list[Gap] = []
    widths = []
    usual = float(np.median([line.width_px for line in art.lines])) if art.lines else 1.0
    for line in art.lines:
        weight = hand.pencil_px * float(np.clip(line.width_px / max(usual, 1e-3), 0.7, 1.8))
        made, found, width = _line(line, weight, hand, rng)
        strokes += made
        gaps += found
        widths.append(width)
    return Drawn(laid_down(strokes, art.size_hw), tuple(gaps), tuple(widths))


@dataclass(frozen=True, eq=False)
class _Stroke:
    """One stroke: points (n, 2) px, pressure (n,) 0 to 1, width (n,) px."""

    points: np.ndarray
    pressure: np.ndarray
    width: np.ndarray


def stroke(points: np.ndarray, pressure: float, width_px: float) -> _Stroke:
    """Return an even stroke, for what is drawn beside the lines."""
    return _Stroke(points, np.full(len(points), pressure), np.full(len(points), width_px))


def waves(count: int, step_px: float, wave_px: float, rng: Rng) -> np.ndarray:
    """Return (count,) slow noise of mean 0 and standard deviation about 1 along a line."""
    knots = max(4, int(np.ceil(count * step_px / wave_px)) + 3)
    values = rng.standard_normal(knots) * 1.25
    at = float(rng.uniform(0, 1)) + np.arange(count) * step_px / wave_px
    at = np.minimum(at, knots - 1.001)
    low = at.astype(np.int64)
    t = at - low
    t = t * t * (3 - 2 * t)
    return values[low] * (1 - t) + values[np.minimum(low + 1, knots - 1)] * t


def _line(line: Line, weight: float, hand: Hand, rng: Rng) -> tuple[list[_Stroke], list[Gap], np.ndarray]:
    points = line.points_xy.astype(np.float64)
    count = len(points)
    bare, gaps = _bared(line, hand, rng)
    pressed = np.clip(hand.pressure + hand.uneven * waves(count, STEP_PX, 70.0, rng), 0.25, 1.0)
    width = weight * (0.75 + 0.35 * pressed)
    common = hand.tremble_px * 0.6 * _across(points, waves(count, STEP_PX, 45.0, rng))
    strokes: list[_Stroke] = []
    for a, b in _spans(points, line, hand, rng):
        number = int(rng.choice(4, p=hand.strokes)) + 1
        for k in range(number):
            strokes += _pass(points + common, (a, b), (pressed, width), bare, hand, rng, main=k == 0)
    return strokes, gaps, width


def _across(points: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return (n, 2) moves across a line."""
    way = np.gradient(points, axis=0)
    size = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)
    return np.stack((-way[:, 1], way[:, 0]), axis=1) * (by / size)[:, None]


def _bared(line: Line, hand: Hand, rng: Rng) -> tuple[np.ndarray, list[Gap]]:
    """Return where no stroke goes, (n,) bool, and the gaps."""
    count = len(line.points_xy)
    length = count * STEP_PX
    bare = np.zeros(count, bool)
    spans = []
    for _ in range(rng.poisson(hand.gaps * length / 100.0) if length > 24 else 0):
        long = float(rng.uniform(*hand.gap_px))
        at = float(rng.uniform(9.0, max(9.1, length - 9.0 - long)))
        spans.append((at, at + long))
    for end in (0, 1):
        if length > 16 and not line.is_closed and not line.is_free[end] and rng.random() < hand.short:
            long = float(rng.uniform(2.5, max(3.0, hand.gap_px[1] * 0.8)))
            spans.append((0.0, long) if end == 0 else (length - long, length))
    for start, stop in spans:
        a, b = round(start / STEP_PX), round(stop / STEP_PX)
        if not bare[max(0, a - 12) : b + 12].any() and b <= count:
            bare[a:b] = True
    gaps = []
    for a, b in runs(bare):
        ends = line.points_xy[[a, min(b, count - 1)]]
        gaps.append(Gap(ends.astype(np.float32), (b - a) * STEP_PX))
    return bare, gaps


def _spans(points: np.ndarray, line: Line, hand: Hand, rng: Rng) -> Iterator[tuple[int, int]]:
    """Yield [start, stop) of the stretches that are drawn in one go: from corner to corner, in strokes."""
    count = len(points)
    cuts = [0, *corners(points), count]
    for a, b in pairwise(cuts):
        start = a
        while start < b:
            long = float(rng.uniform(0.6, 1.5)) * hand.stroke_px / STEP_PX
            stop = b if start + long > b - 30 else int(start + long)
            yield max(a, start - int(rng.integers(4, 22))) if start > a else start, stop
            start = stop


def corners(points: np.ndarray, reach: int = 5) -> list[int]:
    """Return where a line turns sharply, indices into its (n, 2) points."""
    if len(points) < 4 * reach:
        return []
    before, after = points[reach:-reach] - points[: -2 * reach], points[2 * reach :] - points[reach:-reach]
    turn = np.abs(np.angle(np.exp(1j * (np.arctan2(*after.T[::-1]) - np.arctan2(*before.T[::-1])))))
    found = []
    for a, b in runs(turn > np.radians(_CORNER_DEG)):
        found.append(a + int(turn[a:b].argmax()) + reach)
    return found


def _pass(
    points: np.ndarray, span: tuple[int, int], pressed: tuple[np.ndarray, np.ndarray], bare: np.ndarray,
    hand: Hand, rng: Rng, *, main: bool,
) -> Iterator[_Stroke]:  # fmt: skip
    """Yield one stroke over a stretch, cut where the line is bare."""
    a, b = span
    if not main:  # a second stroke goes over part of the way
        long = b - a
        a, b = a + int(rng.uniform(0, 0.25) * long), b - int(rng.uniform(0, 0.25) * long)
    if b - a < 5:
        return
    count = b - a
    off = hand.tremble_px * 0.8 * waves(count, STEP_PX, 35.0, rng)
    off += hand.apart_px * (
        float(rng.normal()) * (0.7 if main else 1.0) + 0.5 * waves(count, STEP_PX, 90.0, rng)
    )
    way = points[a:b] + _across(points[a:b], off)
    force = pressed[0][a:b] * (1.0 if main else float(rng.uniform(0.55, 1.0)))
    width = pressed[1][a:b] * float(rng.uniform(0.85, 1.1))
    force = np.clip(force + 0.5 * hand.uneven * waves(count, STEP_PX, 20.0, rng), 0.15, 1.0)
    cut = np.roll(bare, int(rng.integers(-3, 4)))[a:b]
    ends = bool(cut[:3].any() or (a == 0 and bare[0])), bool(cut[-3:].any())
    way, force, width, cut = _overrun((way, force, width, cut), ends, hand, rng)
    for start, stop in runs(~cut):
        if stop - start >= 4:
            fade = np.clip(
                np.minimum(np.arange(stop - start) + 3, stop - start - np.arange(stop - start) + 2) / 10, 0, 1
            )
            yield _Stroke(way[start:stop], force[start:stop] * (0.45 + 0.55 * fade), width[start:stop])


_Way = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _overrun(way: _Way, bare_ends: tuple[bool, bool], hand: Hand, rng: Rng) -> _Way:
    """Return a stroke led on straight past its ends, or cut short of them; a gap at an end stays."""
    points, force, width, cut = way
    for end in (1, 0):
        if bare_ends[end]:
            continue
        by = round(float(rng.normal(0.3, 1.0)) * hand.over_px / STEP_PX)
        if by > 0:
            tail = points[-min(8, len(points)) :] if end else points[: min(8, len(points))][::-1]
            step = (tail[-1] - tail[0]) / max(len(tail) - 1, 1)
            more = tail[-1] + step * np.arange(1, by + 1)[:, None]
            order = slice(None) if end else slice(None, None, -1)
            pad = (0, by) if end else (by, 0)
            points = np.concatenate((points, more) if end else (more[order], points))
            force, width = np.pad(force, pad, mode="edge"), np.pad(width, pad, mode="edge")
            cut = np.pad(cut, pad)
        elif by < 0:
            keep = (
                slice(0, max(5, len(points) + max(by, -4)))
                if end
                else slice(min(-by, 4, len(points) - 5), None)
            )
            points, force, width, cut = points[keep], force[keep], width[keep], cut[keep]
    return points, force, width, cut


def laid_down(strokes: list[_Stroke], size_hw: tuple[int, int]) -> np.ndarray:
    """Return the graphite of strokes, (h, w) float32 0 to 1; where they cross it is darker."""
    h, w = size_hw
    sheets = [np.zeros((h * FINE, w * FINE), np.uint8) for _ in range(_SHEETS)]
    pieces: list[list[tuple[int, int, np.ndarray]]] = [[] for _ in sheets]
    for number, one in enumerate(strokes):
        fixed = np.rint((one.points * FINE + (FINE - 1) / 2) * (1 << _SHIFT)).astype(np.int32)
        for start in range(0, max(1, len(fixed) - 1), _PIECE):
            stop = start + _PIECE
            shade = int(np.clip(255 * one.pressure[start:stop].mean(), 1, 255))
            thick = max(1, round(FINE * float(one.width[start:stop].mean())))
            pieces[number % _SHEETS].append((shade, thick, fixed[start : stop + 1]))
    clear = np.ones((h, w), np.float32)
    for sheet, parts in zip(sheets, pieces, strict=True):
        for shade, thick, points in sorted(parts, key=lambda part: part[0]):
            cv2.polylines(
                sheet,
                [points],
                isClosed=False,
                color=shade,
                thickness=thick,
                lineType=cv2.LINE_AA,
                shift=_SHIFT,
            )
        clear *= 1.0 - cv2.resize(sheet, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    return 1.0 - clear
