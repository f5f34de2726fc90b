"""One line of the bench: what was asked, what was answered, and how well the answer pointed at the place.

Heat maps are judged here, where the drawing is at hand, and leave as a few hundred numbers.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import cv2
import numpy as np

from bench.drift.kinds import RIGHT, aspect_of_fault
from bench.drift.metrics import auroc
from bench.drift.types import CLEAN, Answer, Question, Truth
from ml.pixels import decode, figure_mask
from ml.types import Box

LEVELS = np.logspace(-5, 0, 121)  # 24 steps a decade
_QUANTILES = np.linspace(0.0, 1.0, 101)
_NONE = np.zeros(0, np.float32)


@dataclass(frozen=True)
class Place:
    """How the heat of one drawing lies.

    Attributes:
        pixels: number of pixels of the figure.
        top: clean drawings: (len(LEVELS),) float32, the heat that at most that share of the figure's pixels exceed.
        inside: drifted drawings: (101,) float32, quantiles of the heat where the drift is.
        auroc: drifted drawings: pixels of the drift against the rest of the figure.
    """

    pixels: int
    top: np.ndarray = field(default_factory=lambda: _NONE)
    inside: np.ndarray = field(default_factory=lambda: _NONE)
    auroc: float = 0.5


@dataclass(frozen=True)
class Row:
    """A question, its truth and a method's answer; `ms` is the time of the answer.

    `drift` is -inf where the method abstained: no alarm, and the least of all drifts. `named` and `aspect` are
    values of `ml.types.Aspect`, "" for none. `pointed` says that there was a place to find.
    """

    id: str
    cut: str
    label: str
    character: str
    aspect: str
    unseen: bool
    encoded: bool
    drift: float
    aspects: dict[str, float]
    named: str
    abstained: bool
    flagged: bool | None
    ms: float
    place: Place | None = None
    pointed: bool = False
    shot: str = ""

    @property
    def right(self) -> bool:
        """Return whether the drawing is on-model: clean or a sham."""
        return self.label in RIGHT


def row_of(question: Question, truth: Truth, answer: Answer, ms: float) -> Row:
    """Return the row of an answer; see `Row`."""
    needed = answer.heat is not None and has_place(truth)
    return row_from(question.id, question.cut, truth, answer, ms, figure_of(question.png) if needed else None)


def has_place(truth: Truth) -> bool:
    """Return whether heat is judged on such a drawing: it is clean, or there is a place to find."""
    return truth.label == CLEAN or (truth.place is not None and bool(truth.place.any()))


def figure_of(png: bytes) -> np.ndarray:
    """Return where the figure is, (h, w) bool."""
    return figure_mask(decode(png))


def row_from(
    id_: str, cut: str, truth: Truth, answer: Answer, ms: float, figure: np.ndarray | None
) -> Row:  # fmt: skip
    """Return the row of an answer whose drawing is known by its figure's mask alone, None = heat is not judged."""
    return Row(
        id=id_,
        cut=cut,
        label=truth.label,
        character=truth.character,
        aspect=aspect_of_fault(truth.fault),
        unseen=truth.unseen,
        encoded=truth.encoded,
        drift=-np.inf if answer.abstained else float(answer.drift),
        aspects=dict(answer.aspects),
        named=aspect_of_fault(answer.fault),
        abstained=answer.abstained,
        flagged=answer.flagged,
        ms=ms,
        place=None if figure is None else _place(figure, truth, answer),
        pointed=truth.place is not None and bool(truth.place.any()),
        shot=truth.shot,
    )


def _place(figure: np.ndarray, truth: Truth, answer: Answer) -> Place | None:
    if truth.place is not None:
        figure = figure | truth.place
    pixels = int(np.count_nonzero(figure))
    if answer.heat is None or pixels == 0:
        return None
    heat = spread(answer.heat, answer.heat_box_xyxy, (figure.shape[0], figure.shape[1]))
    if truth.place is None:
        ranked = np.sort(heat[figure])[::-1]
        top = ranked[np.minimum((LEVELS * pixels).astype(int), pixels - 1)]
        return Place(pixels, top=top.astype(np.float32))
    wrong, rest = heat[truth.place], heat[figure & ~truth.place]
    if not wrong.size or not rest.size:
        return None
    inside = np.quantile(wrong, _QUANTILES).astype(np.float32)
    return Place(pixels, inside=inside, auroc=auroc(wrong, rest))


def spread(heat: np.ndarray, box_xyxy: Box | None, size_hw: tuple[int, int]) -> np.ndarray:
    """Return the heat over the whole drawing, (h, w) float32; outside its box it is the least of all."""
    heat = np.asarray(heat, np.float32)
    h, w = size_hw
    x0, y0, x1, y1 = box_xyxy or (0, 0, w, h)
    laid = cv2.resize(heat, (max(1, x1 - x0), max(1, y1 - y0)), interpolation=cv2.INTER_LINEAR)
    out = np.full(size_hw, min(0.0, float(heat.min())), np.float32)
    left, above = max(0, x0), max(0, y0)
    right, below = min(w, x1), min(h, y1)
    out[above:below, left:right] = laid[above - y0 : below - y0, left - x0 : right - x0]
    return out


def peak_mb() -> float:
    """Return the largest resident memory that this process has had, in MB."""
    import resource  # noqa: PLC0415 - not on every system

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
