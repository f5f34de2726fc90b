"""Which works look alike: a short fingerprint of what a picture shows, which survives another file of the same drawing.

A perceptual hash (C. Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010): the signs of
the low waves of the drawing's cosine transform against their median. Paper and empty cel around the drawing are cut off
first, so that another frame changes nothing. It tells a re-saved, scaled or re-scanned copy;
it does not tell another drawing of the same character, which is what the search of the archive is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

SIDE = 16
BITS = SIDE * SIDE
# Copies of a drawing lie within, other drawings without: `python -m bench.alike` prints both tails.
MOST_BITS_APART = 30
_INK, _LEAST_PX = 24, 4
_STRAY = 0.01
_GRID = 64
_STEPS = (2 * np.arange(_GRID) + 1) * np.pi / (2 * _GRID)
_WAVES: np.ndarray = np.cos(np.arange(SIDE + 1)[:, None] * _STEPS[None, :])


def look_of(rgba: np.ndarray) -> str:
    """Return the fingerprint of a picture as 64 hexadecimal digits, empty where it shows nothing.

    Args:
        rgba: (h, w, 4) uint8, sRGB, straight alpha.
    """
    alpha = rgba[..., 3:].astype(np.float32) / 255
    grey = (rgba[..., :3].astype(np.float32) * alpha + 255 * (1 - alpha)).mean(axis=2)
    marked = np.abs(grey - _paper(grey)) > _INK
    # A few stray pixels (ringing of a codec, dust) do not move the cut.
    rows = np.flatnonzero(marked.sum(axis=1) > _STRAY * marked.shape[1])
    columns = np.flatnonzero(marked.sum(axis=0) > _STRAY * marked.shape[0])
    if rows.size < _LEAST_PX or columns.size < _LEAST_PX:
        return ""
    cut = grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    small = Image.fromarray(cut.astype(np.uint8)).resize((_GRID, _GRID), Image.Resampling.BOX)
    waves = _WAVES @ np.asarray(small, np.float64) @ _WAVES.T
    low = waves[1:, 1:]  # without the mean and the two edges, which follow the light of a scan
    return np.packbits(low > np.median(low)).tobytes().hex()


def _paper(grey: np.ndarray) -> float:
    """Return the grey of what lies around the drawing: the median of the rim."""
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return float(np.median(rim))


def nearest(
    look: str, among: Sequence[tuple[int, str]], most: int = MOST_BITS_APART
) -> list[tuple[int, int]]:
    """Return (key, bits apart) of the fingerprints within `most` bits of `look`, the nearest first.

    Args:
        look: 64 hexadecimal digits; an empty one is like nothing.
        among: (key, fingerprint), none of them empty.
        most: of the 256 bits, how many may differ.
    """
    if not look or not among:
        return []
    wanted = np.frombuffer(bytes.fromhex(look), np.uint8)
    held = np.frombuffer(bytes.fromhex("".join(each for _key, each in among)), np.uint8)
    apart = _ONES[held.reshape(len(among), -1) ^ wanted].sum(axis=1)
    near = np.flatnonzero(apart <= most)
    return sorted(((among[int(i)][0], int(apart[i])) for i in near), key=lambda pair: (pair[1], pair[0]))


_ONES: np.ndarray = (
    np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).sum(axis=1).astype(np.int32)
)


def apart(one: str, other: str) -> int:
    """Return by how many of 256 bits two fingerprints differ."""
    found: Iterable[tuple[int, int]] = nearest(one, [(0, other)], most=BITS)
    return next(iter(found))[1]
