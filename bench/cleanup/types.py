"""What the bench asks and what a method answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ml.training.line_art import LineArt
from ml.training.roughen import Rough

LEVEL_NAMES = ("light", "medium", "heavy")
LINE_PX = 2.0  # the width at which truth and answers are drawn


@dataclass(frozen=True, eq=False)
class Question:
    """A rough drawing with its truth.

    Attributes:
        name: unique within the bench.
        group: puppets, sita, or the folder that was given.
        level: one of LEVEL_NAMES.
        art: the clean lines.
        rough: made of them.
    """

    name: str
    group: str
    level: str
    art: LineArt
    rough: Rough


@dataclass(frozen=True, eq=False)
class Answer:
    """What a method made of a rough drawing.

    Attributes:
        mask: (h, w) bool, what is line.
        strokes: number of strokes or paths, None where the method has none.
        closures: of each gap that it says it closed (n, 2) px; None where the method closes none.
        svg_bytes: size of its SVG, None where it writes none.
        points_xy: (n, 2) px along the middle of all lines, finer than pixels; None = read off the mask.
    """

    mask: np.ndarray
    strokes: int | None = None
    closures: tuple[np.ndarray, ...] | None = None
    svg_bytes: int | None = None
    points_xy: np.ndarray | None = None


class Method(Protocol):
    """Something that cleans drawings."""

    name: str

    def clean(self, rgb: np.ndarray) -> Answer:
        """Return the clean lines of (h, w, 3) uint8."""


Figures = dict[str, float]


@dataclass(frozen=True)
class Row:
    """What one method reached on one drawing."""

    question: str
    group: str
    level: str
    method: str
    figures: Figures = field(hash=False)


Make = Callable[[], Question]
