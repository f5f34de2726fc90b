"""An endless stream of training pairs from the files of a split."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ml.training.inbetween_cutouts import flown
from ml.training.inbetween_pairs import Character, Made, filmed

_CUT_OUTS = 0.3  # share of pairs
_FROM_ONE = 4  # pairs from a character while its file is open
_OPEN = 6  # characters at once
_AGAIN, _KEPT = 0.5, 24  # share of pairs that come a second time, the other way round; pairs that wait for it


class PairStream:
    """An endless stream of pairs from the files of a split; files that come later are seen in the next round."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, np.random.default_rng(seed)
        self._open: list[Character] = []
        self._waiting: dict[int, list[Made]] = {}

    def made(self, size: int) -> Made:
        """Return the next pair, n = size; to make one takes a third of the time that it takes to learn from it."""
        waiting, rng = self._waiting.setdefault(size, []), self.rng
        if len(waiting) >= _KEPT or (len(waiting) > _KEPT // 2 and rng.random() < _AGAIN):
            return waiting.pop(int(rng.integers(len(waiting)))).swapped()
        made = self._new(size)
        waiting.append(made)
        return made

    def _new(self, size: int) -> Made:
        rng = self.rng
        if len(self._open) < _OPEN // 2 or rng.random() < 1.0 / _FROM_ONE:
            self._open = [*self._open[1 - _OPEN :], next(self._characters())]
        who = self._open[int(rng.integers(len(self._open)))]
        cut = rng.random() < _CUT_OUTS
        made = flown(rng, self._open, size) if cut else filmed(rng, who, size)
        return made.swapped() if rng.random() < 0.5 else made

    def _characters(self) -> Iterator[Character]:
        while True:
            files = sorted(self.folder.glob("[0-9]*.npz"))
            with np.load(files[int(self.rng.integers(len(files)))], allow_pickle=False) as file:
                yield {name: file[name] for name in file.files}
