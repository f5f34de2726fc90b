"""The colours that a design may have: its colour model, completed by what its approved drawings hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ml.consistency.colours import I32, Paints, delta_e, nearest_of
from ml.consistency.names import colour_name
from ml.pixels import F32, U8, to_lab
from ml.types import SwatchSpec

MERGE_EXACT_DE, MERGE_SOFT_DE = 1.2, 5.0
SAME_EXACT_DE, SAME_SOFT_DE = 3.0, 9.0
KEEP_SHARE = 0.0004  # of the painted area of at least one approved drawing
MAX_ENTRIES = 96


@dataclass(frozen=True, eq=False)
class Palette:
    """The legal colours of a design; equal to itself alone, so that what is derived from it can be kept.

    Convention:
        - `rgb` (P, 3) uint8; `tolerance_de` (P,) float32; `named` (P,) True where the colour model has it
    """

    parts: tuple[str, ...]
    tones: tuple[str, ...]
    rgb: U8
    tolerance_de: F32
    named: np.ndarray
    exact: bool

    @cached_property
    def alike(self) -> tuple[tuple[int, ...], ...]:
        """Return for each row the rows that count as the same paint.

        Of a named colour model: all tones of the part, since the shadow moves with the pose. Derived from cels:
        the row itself. Derived from painted art: its neighbours, for a gradient drifts from one into the next.
        Always: rows that no eye could tell apart.
        """
        parts = np.array(self.parts)
        count = len(parts)
        reach = SAME_EXACT_DE if self.exact else SAME_SOFT_DE
        found = []
        for row in range(count):
            near = delta_e(np.repeat(self.rgb[row : row + 1], count, axis=0), self.rgb) < reach
            same = (parts == parts[row]) & bool(self.named[row])
            found.append(tuple(np.flatnonzero(near | same).tolist()))
        return tuple(found)


def build_palette(drawings: Sequence[Paints], swatches: Sequence[SwatchSpec]) -> Palette:
    """Return the colour model plus every colour of the approved drawings that it does not cover."""
    exact = sum(p.exact for p in drawings) * 2 > len(drawings)
    rows = [(s.part, s.tone, s.rgb, s.tolerance_de, True) for s in swatches]
    known = np.array([s.rgb for s in swatches], np.uint8).reshape(-1, 3)
    for index, rgb in enumerate(_uncovered(drawings, known, exact=exact)):
        name = f"{colour_name((int(rgb[0]), int(rgb[1]), int(rgb[2])))} {index + 1}"
        tolerance = 2.0 if exact else MERGE_SOFT_DE
        rows.append((name, "normal", (int(rgb[0]), int(rgb[1]), int(rgb[2])), tolerance, False))
    return Palette(
        tuple(r[0] for r in rows),
        tuple(r[1] for r in rows),
        np.array([r[2] for r in rows], np.uint8).reshape(-1, 3),
        np.array([r[3] for r in rows], np.float32),
        np.array([r[4] for r in rows], np.bool_),
        exact,
    )


def _uncovered(drawings: Sequence[Paints], known: U8, *, exact: bool) -> list[U8]:
    """Colours worth a swatch, largest first, each at least the merge distance from those before it."""
    share: dict[tuple[int, int, int], float] = {}
    for paints in drawings:
        total = max(1, int(paints.area_px.sum()))
        for rgb, area in zip(paints.rgb[:4096].tolist(), paints.area_px[:4096].tolist(), strict=True):
            key = (rgb[0], rgb[1], rgb[2])
            share[key] = max(share.get(key, 0.0), area / total)
    floor = KEEP_SHARE if exact else KEEP_SHARE / 8
    order = sorted((k for k in share if share[k] >= floor), key=lambda k: (-share[k], k))
    colours = np.array(order, np.uint8).reshape(-1, 3)
    lab = to_lab(colours)
    merge = MERGE_EXACT_DE if exact else MERGE_SOFT_DE
    free = np.ones(len(order), np.bool_)
    for row in to_lab(known):
        free &= np.linalg.norm(lab - row, axis=1) >= merge
    found: list[U8] = []
    while free.any() and len(found) + known.shape[0] < MAX_ENTRIES:
        first = int(np.argmax(free))
        found.append(colours[first])
        free &= np.linalg.norm(lab - lab[first], axis=1) >= merge
    return found


@dataclass(frozen=True)
class Reading:
    """One drawing seen through a palette.

    Convention:
        - `entry` (K,) nearest palette row of each paint, `de` (K,) its CIEDE2000, `legal` (K,) within tolerance
        - `labels` (h, w) int16 over the figure's crop: palette row, -1 = edge or outside, -2 = off palette
        - `tone_shares` (P,) float32: legal area of each palette row as a share of the painted area; `shares` the
          same with the rows that count as the same paint
        - `off_share`: off-palette area as a share of the painted area
        - `rgb` (P, 3) uint8: the palette it was seen through
    """

    entry: I32
    de: F32
    legal: np.ndarray
    labels: np.ndarray
    tone_shares: F32
    shares: F32
    off_share: float
    rgb: U8


def read_through(paints: Paints, palette: Palette, slack_de: float = 0.0) -> Reading:
    """Return which palette row each flat area belongs to; `slack_de` widens tolerances for encoded art."""
    entry, distance = nearest_of(paints.rgb, palette.rgb)
    limit = (
        np.where(entry >= 0, palette.tolerance_de[np.maximum(entry, 0)], 0.0) if len(palette.parts) else 0.0
    )
    legal = distance <= limit + slack_de
    table = np.concatenate([np.where(legal, entry, -2), [-1]]).astype(np.int16)
    labels = table[paints.labels]
    total = max(1, int(paints.area_px.sum()))
    own = np.zeros(len(palette.parts), np.float32)
    np.add.at(own, entry[legal], paints.area_px[legal] / total)
    shares = np.array([own[list(rows)].sum() for rows in palette.alike], np.float32)
    off = float(paints.area_px[~legal].sum()) / total
    return Reading(entry, distance, np.asarray(legal), labels, own, shares, off, palette.rgb)
