"""What a zone holds: its painted pieces, and which of them another drawing of the same zone lacks.

A piece is a connected area of one legal colour. It counts as present if the other zone has that colour, or paint
of no legal colour (which is another fault), close by: acting that moves a fringe by a little is no fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from ml.consistency.palette import Palette
from ml.consistency.zones import Zone
from ml.pixels import U8, Mask

MIN_PIECE_PX = 10  # of the 96 x 96 of a zone
PRESENT = 0.3
_REACH_PX = 5
UNKNOWN, OFF = -1, -2
Boxf = tuple[float, float, float, float]


@dataclass(frozen=True)
class Piece:
    """One painted piece of a zone.

    Convention:
        - `row` is its palette row, `area_px` and `box` (left, top, right, bottom) are in zone pixels
        - `found` is the share of its pixels that have the same colour close by in the other zone
    """

    row: int
    area_px: int
    box: Boxf
    found: float
    ident: int


@dataclass(frozen=True)
class Pieces:
    """All pieces of a zone: `ids` (96, 96) int32, 0 = none; `rows` (n,) palette row of piece i + 1."""

    ids: npt.NDArray[np.int32]
    rows: tuple[int, ...]
    areas: tuple[int, ...]
    boxes: tuple[Boxf, ...]


def pieces_of(labels: np.ndarray) -> Pieces:
    """Return the pieces of a label map (see `Reading`), in order of palette row, then from the top."""
    ids = np.zeros(labels.shape, np.int32)
    rows: list[int] = []
    areas: list[int] = []
    boxes: list[Boxf] = []
    present, counts = np.unique(labels, return_counts=True)
    for row in present[(counts >= MIN_PIECE_PX) & (present >= 0)].tolist():
        number, parts, stats, _ = cv2.connectedComponentsWithStats((labels == row).astype(np.uint8))
        for index in range(1, number):
            left, top, wide, high, area = (int(v) for v in stats[index])
            if area < MIN_PIECE_PX:
                continue
            rows.append(int(row))
            areas.append(area)
            boxes.append((left, top, left + wide, top + high))
            ids[parts == index] = len(rows)
    return Pieces(ids, tuple(rows), tuple(areas), tuple(boxes))


@lru_cache(maxsize=1)
def _reach() -> U8:
    side = 2 * _REACH_PX + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def compare(pieces: Pieces, other: Zone | list[Zone], palette: Palette) -> list[Piece]:
    """Return each piece with the share of it that the other zone (or any of several) has close by."""
    zones = other if isinstance(other, list) else [other]
    hit = np.zeros(pieces.ids.shape, np.bool_)
    for row in sorted(set(pieces.rows)):
        near = np.zeros(hit.shape, np.bool_)
        for zone in zones:
            near |= _close_to(np.isin(zone.labels, (*palette.alike[row], OFF)))
        wanted = [i + 1 for i, r in enumerate(pieces.rows) if r == row]
        hit |= near & np.isin(pieces.ids, wanted)
    if not palette.exact:  # painted art: a place without flat paint says neither yes nor no
        for zone in zones:
            hit |= (zone.labels == UNKNOWN) & zone.cover & (pieces.ids > 0)
    counts = np.bincount(pieces.ids[hit], minlength=len(pieces.rows) + 1)
    return [
        Piece(row, area, box, float(counts[i + 1]) / area, i + 1)
        for i, (row, area, box) in enumerate(zip(pieces.rows, pieces.areas, pieces.boxes, strict=True))
    ]


def _close_to(mask: Mask) -> Mask:
    if not mask.any():
        return mask
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _reach()) > 0)


def lacking(compared: list[Piece], ignore: frozenset[int], unstable: frozenset[int]) -> list[Piece]:
    """Return the pieces that are not there: neither ignored colours nor pieces that acting hides."""
    return [p for p in compared if p.found < PRESENT and p.row not in ignore and p.ident not in unstable]
