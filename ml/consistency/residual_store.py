"""What the residual gauge learns, as plain arrays: pictures as PNG bytes, features, and slack at one size.

Pictures of a sheet differ in size, arrays of a pack do not: bytes lie one after the other, maps are padded.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from ml.consistency.residual import Known, Slack
from ml.consistency.residual_picture import Picture, Words
from ml.pixels import U8, decode, encode_png

Arrays = dict[str, np.ndarray]
Slacks = tuple[Slack | None, Slack | None]
_NAMES = ("strays", "colours")


def mark_of(picture: Picture) -> int:
    """Return a number that tells pictures apart."""
    return zlib.crc32(picture.rgb.tobytes())


def stored(pictures: Sequence[Picture], slacks: Sequence[Slacks], marks: np.ndarray) -> Arrays:
    """Return what `Shelf` reads; `marks` (N, M) int64, the marks by which row i is known again."""
    coded = [np.frombuffer(encode_png(_rgba(p)), np.uint8) for p in pictures]
    ends = np.cumsum([len(c) for c in coded]).astype(np.int64)
    words = [p.words for p in pictures]
    arrays: Arrays = {
        "pictures": np.concatenate(coded),
        "ends": ends,
        "scales": np.array([p.scale for p in pictures], np.float32),
        "marks": marks.astype(np.int64),
        "points": np.concatenate([w.points for w in words]),
        "codes": np.concatenate([w.codes for w in words]),
        "words": np.array([len(w.codes) for w in words], np.int64),
    }
    for place, name in enumerate(_NAMES):
        arrays |= {f"{name}_{k}": rows for k, rows in _stacked([s[place] for s in slacks]).items()}
    return arrays


def _rgba(picture: Picture) -> U8:
    return np.dstack([picture.rgb, picture.cover.astype(np.uint8) * 255])


def _stacked(slacks: Sequence[Slack | None]) -> Arrays:
    shapes = np.array([(0, 0) if s is None else s.most.shape for s in slacks], np.int64).reshape(-1, 2)
    high, wide = (int(v) for v in shapes.max(axis=0, initial=0))
    most = np.zeros((len(slacks), 2, high, wide), np.float16)
    by = np.full((len(slacks), high, wide), -1, np.int16)
    for row, slack in enumerate(slacks):
        if slack is not None:
            h, w = slack.most.shape
            most[row, 0, :h, :w], most[row, 1, :h, :w], by[row, :h, :w] = slack.most, slack.next, slack.by
    return {"slack": most, "by": by, "shape": shapes}


class Shelf:
    """The approved drawings of a design as the gauge learned them; a picture is decoded when it is asked for."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def __len__(self) -> int:
        return len(self._arrays["ends"])

    @cached_property
    def words(self) -> list[Words]:
        """The features of each approved drawing."""
        ends = np.cumsum(self._arrays["words"])[:-1]
        points, codes = (np.split(self._arrays[k], ends) for k in ("points", "codes"))
        return [Words(p, np.ascontiguousarray(c)) for p, c in zip(points, codes, strict=True)]

    def own(self, picture: Picture) -> int:
        """Return the row that a picture is the very drawing of, -1 if it is none of the sheet."""
        rows = np.flatnonzero((self._arrays["marks"] == mark_of(picture)).any(axis=1))
        return int(rows[0]) if rows.size else -1

    def known(self, row: int) -> Known:
        """Return an approved drawing with its slack."""
        start = 0 if row == 0 else int(self._arrays["ends"][row - 1])
        code = self._arrays["pictures"][start : int(self._arrays["ends"][row])]
        rgba = decode(code.tobytes())
        rgb, cover = np.ascontiguousarray(rgba[..., :3]), np.asarray(rgba[..., 3] > 0)
        picture = Picture(rgb, cover, float(self._arrays["scales"][row]))
        strays, colours = (self._slack(name, row) for name in _NAMES)
        return Known(picture, strays, colours)

    def _slack(self, name: str, row: int) -> Slack | None:
        high, wide = (int(v) for v in self._arrays[f"{name}_shape"][row])
        if not high:
            return None
        most = self._arrays[f"{name}_slack"][row, :, :high, :wide].astype(np.float32)
        by = self._arrays[f"{name}_by"][row, :high, :wide]
        return Slack(np.ascontiguousarray(most[0]), np.ascontiguousarray(most[1]), by)
