"""Controlled edits of finished drawings: what a wrong hand would do, and shams that change nothing.

Used to build demo cuts from real art and to measure the check itself. Every geometric edit has a sham with the
same resampling, because a check that hears the resampling seems to hear the edit.

Convention: pictures are rgba uint8 (h, w, 4), straight alpha; inputs untouched; the same seed gives the same edit.
"""

from __future__ import annotations

from ml.edits.base import Edit, Subject, bleed
from ml.edits.bodies import scale_head
from ml.edits.catalogue import EDITS, fault_of, is_geometric, make
from ml.edits.colours import palette
from ml.edits.details import detail_missing
from ml.edits.heads import Head, find_head, guess_head
from ml.edits.shams import SHAMS, half_pixel, palette_de1, reencode, rescale, warp_sham
from ml.edits.warps import sham_of
from ml.pixels import U8

__all__ = [
    "EDITS", "SHAMS", "Edit", "Head", "Subject", "bleed", "enlarge_head", "erase_detail", "fault_of",
    "find_head", "half_pixel", "is_geometric", "make", "palette_de1", "recolour", "reencode", "rescale", "sham_of",
    "warp_sham",
]  # fmt: skip


def recolour(rgba: U8, wanted_de: float, seed: int = 0) -> Edit | None:
    """Paint one of the larger colours `wanted_de` off; None if the drawing has no fit colour."""
    return palette(Subject(rgba), wanted_de, seed)


def enlarge_head(rgba: U8, factor: float = 1.10) -> Edit | None:
    """Enlarge the head about the neck; where no neck is seen, the usual share of a figure is taken for the head."""
    subject = Subject(rgba)
    if subject.figure is None:
        return None
    return scale_head(rgba, subject.head or guess_head(subject.figure), 100.0 * (factor - 1.0))


def erase_detail(rgba: U8, seed: int = 0) -> Edit | None:
    """Fill one small painted detail with what surrounds it; None if the drawing has no such detail."""
    return detail_missing(Subject(rgba), seed)
