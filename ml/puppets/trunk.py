"""Cross-sections of the trunk: half width, and how far it stands out to the front and to the back."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ml.puppets.curves import smooth
from ml.puppets.design import Build

ROWS = 128


@lru_cache(maxsize=64)
def sections(build: Build) -> np.ndarray:
    """Return (ROWS, 4) rows from the neck down: share of the chin's height, half width, front and back, units."""
    b = build
    deep = 0.35 + 0.65 * b.bust / 35
    chest, belly, brawn = 9.0 * b.bust_depth, 22.0 * b.belly, 3.5 * b.muscle
    rows = [
        (0.974, b.neck * 1.12, 8, 12),
        (0.958, b.shoulder * 0.46 + brawn, 11, 15),
        (0.941, b.shoulder * 0.82 + brawn * 0.6, 14, 18.5),
        (0.918, b.shoulder * 0.965, 17, 20.5 + brawn),
        (0.890, max(b.shoulder * 0.9, b.bust * 1.03), 20 + 0.5 * chest + brawn, 21 + brawn),
        (0.860, b.bust * 1.02, 20 + chest + brawn, 20.5),
        (0.835, b.bust * 0.985, 19 + 0.9 * chest, 18.5),
        (0.805, b.bust * 0.62 + b.waist * 0.34, 18 + 0.35 * chest + 0.4 * belly, 16.5),
        (0.765, b.waist, 17 + 0.9 * belly, 14.5),
        (0.730, b.waist * 0.62 + b.hip * 0.40, 18 + belly, 16.5),
        (0.695, b.waist * 0.25 + b.hip * 0.73, 18 + 0.7 * belly, 21),
        (0.660, b.hip, 17 + 0.3 * belly, 25),
        (0.625, b.hip * 0.99, 16, 25.5),
        (0.595, b.hip * 0.95, 16, 23),
    ]
    table = np.array(rows)
    table[:, 2:] *= deep
    curve = smooth(table, closed=False, samples=4)
    shares = np.linspace(curve[0, 0], curve[-1, 0], ROWS)
    fine = np.stack([np.interp(-shares, -curve[:, 0], column) for column in curve.T], axis=1)
    fine.flags.writeable = False
    return fine


@lru_cache(maxsize=64)
def section_rows(build: Build) -> list[list[float]]:
    """Return half width, front and back of `sections` as lists, which single points are read from faster."""
    rows: list[list[float]] = sections(build)[:, 1:].tolist()
    return rows
