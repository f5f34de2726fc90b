"""What the bench asks and what a method is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

Rgb = tuple[int, int, int]
XY = tuple[float, float]
Draw = Callable[[float], np.ndarray]
BINS = ("small", "medium", "large")


@dataclass(frozen=True)
class Triplet:
    """Two keys and the drawing that lies between them.

    Attributes:
        name: unique within the bench.
        group: what the figures are put together by: a bin of BINS, or the set of a real sequence.
        a, truth, b: (h, w, 4) uint8 RGBA, not premultiplied.
        quarters: the drawings at t = 1/4 and 3/4 where they are known.
        ink: colours of the drawn lines; None = not known, found in the keys (`lines.ink_of`).
        binarised: no anti-aliasing: every pixel has one paint.
        pins: (point of A, point of B) pairs that an artist might set, pixel centres at integers.
        between: the truth lies between the keys (see `real.lies_between`); always True where it was drawn so.
        moved_px: mean way of the painted pixels from A to B, nan where not known.
        note: what moves, for the contact sheet.
    """

    name: str
    group: str
    a: np.ndarray
    truth: np.ndarray
    b: np.ndarray
    quarters: tuple[np.ndarray, np.ndarray] | None = None
    ink: tuple[Rgb, ...] | None = None
    binarised: bool = False
    pins: tuple[tuple[XY, XY], ...] = ()
    between: bool = True
    moved_px: float = float("nan")
    note: str = ""


class Method(Protocol):
    """Something that draws in-betweens."""

    name: str

    def prepare(self, triplet: Triplet) -> Draw:
        """Do all that is done once for two keys (the truth is not to be looked at); return what draws at t."""
        ...


class NotHere(Exception):
    """Something the bench uses is not on this machine; the sentence says what and how to get it."""
