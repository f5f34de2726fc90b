"""The chart of one character and aspect over a season, as an SVG drawn on the server: points, bands, one line.

x = cuts in their order, each as wide as the next; y = score, 0 below, the sheet's limit a line at 1. A band holds the
middle half of an episode's cuts, with its median; the slide, where there is one, is a straight line of its steepness
through the median of its cuts. A score beyond the scale stands at its edge, and its title says the number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from qa.checks.slide import spread_of
from qa.season import Line, Scored

WIDTH, HEIGHT = 960, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 12.0, 14.0, 28.0
_LEAST_TOP, _MOST_TOP = 1.5, 4.0  # of the scale
MOST_POINTS = 480  # the newest; more would be no points any more


@dataclass(frozen=True)
class Point:
    """One cut: its place and what it is."""

    x: float
    y: float
    cut: int
    take: int
    score: float
    is_over: bool
    is_sliding: bool


@dataclass(frozen=True)
class Band:
    """The cuts of one episode: from `x` on, `width` wide; the middle half between `top` and `bottom`."""

    episode: str
    x: float
    width: float
    top: float
    height: float
    middle: float

    @property
    def label_x(self) -> float:
        """Where the episode's name stands."""
        return round(self.x + self.width / 2.0, 1)

    @property
    def right(self) -> float:
        """Where the band ends."""
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Chart:
    """Everything in units of an SVG view box `WIDTH` × `HEIGHT`."""

    points: list[Point]
    bands: list[Band]
    ticks: list[tuple[float, float]]  # score, y
    limit_y: float
    slide: tuple[float, float, float, float] | None
    left_out: int
    width: int = WIDTH
    height: int = HEIGHT
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    base: float = HEIGHT - _BOTTOM


def chart_of(line: Line) -> Chart:
    """Return the chart of a line, of its newest cuts where there are very many."""
    shown = line.cuts[-MOST_POINTS:]
    skipped = len(line.cuts) - len(shown)
    top = min(_MOST_TOP, max(_LEAST_TOP, 1.05 * max(cut.score for cut in shown)))
    step = (WIDTH - _LEFT - _RIGHT) / len(shown)
    start = line.slide.start - skipped if line.slide else len(shown)

    def y_of(score: float) -> float:
        share = min(max(score, 0.0), top) / top
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _BOTTOM - _TOP), 1)

    def x_of(place: float) -> float:
        return round(_LEFT + (place + 0.5) * step, 1)

    points = [
        Point(x_of(i), y_of(cut.score), cut.cut, cut.take, round(cut.score, 2), cut.score > 1.0, i >= start)
        for i, cut in enumerate(shown)
    ]
    ticks = [(tick, y_of(tick)) for tick in (0.0, 0.5, 1.0, 2.0, 3.0, 4.0) if tick <= top]
    return Chart(
        points, _bands(shown, step, y_of), ticks, y_of(1.0), _slide(line, shown, start, x_of, y_of), skipped
    )


def _bands(shown: list[Scored], step: float, y_of: Callable[[float], float]) -> list[Band]:
    bands, at = [], 0
    for episode, group in groupby(shown, key=lambda cut: cut.episode):
        values = [cut.score for cut in group]
        spread = spread_of(values)
        if spread is not None:
            high, low = y_of(spread.high), y_of(spread.low)
            place = _LEFT + at * step
            bands.append(
                Band(
                    episode, round(place, 1), round(len(values) * step, 1), high,
                    round(max(1.0, low - high), 1), y_of(spread.middle),
                )
            )  # fmt: skip
        at += len(values)
    return bands


def _slide(
    line: Line,
    shown: list[Scored],
    start: int,
    x_of: Callable[[float], float],
    y_of: Callable[[float], float],
) -> tuple[float, float, float, float] | None:
    if line.slide is None or start < 0:
        return None
    run = [cut.score for cut in shown[start:]]
    at = median(run) - line.slide.per_cut * (len(run) - 1) / 2.0
    return x_of(start), y_of(at), x_of(len(shown) - 1), y_of(at + line.slide.per_cut * (len(run) - 1))
