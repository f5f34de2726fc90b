"""Drawings that depart from the design on purpose, each with words, a magnitude and the place of what was changed.

A drift changes the design (or the weight of the line) before it is drawn, never the pixels after, so the drifted
drawing is as clean as the right one. Every family is a function from a `Wish` to an `Altered` design; the kinds
of the bench (`KINDS`) are families with a magnitude. Outside the mask both drawings are identical.
"""

from ml.puppets.drift.kinds import (
    KINDS,
    MAGNITUDES,
    SHAM_KINDS,
    Altered,
    Drifted,
    Kind,
    UnknownDrift,
    Wish,
    kind_of,
)
from ml.puppets.drift.make import FAMILIES, altered, drifted, make, possible
from ml.puppets.drift.place import box_of
from ml.puppets.drift.shams import SHAMS, Sham, sham, unseen

__all__ = [
    "FAMILIES",
    "KINDS",
    "MAGNITUDES",
    "SHAMS",
    "SHAM_KINDS",
    "Altered",
    "Drifted",
    "Kind",
    "Sham",
    "UnknownDrift",
    "Wish",
    "altered",
    "box_of",
    "drifted",
    "kind_of",
    "make",
    "possible",
    "sham",
    "unseen",
]
