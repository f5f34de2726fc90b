"""Files of a training's data, one a character: `SPLIT/NNNNNN.npz`, number = seed; nothing in them is pickled.

A file is written under another name and then renamed, so a file that is there is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ml.errors import ShapeMismatch
from ml.training.folders import rendered

Arrays = dict[str, np.ndarray]


def sha256_of(said: dict[str, Any]) -> str:
    """Return the checksum of what plain JSON says."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def first_of(pool: range, people: int, split: str) -> range:
    """Return the first seeds of a split.

    Raises:
        ShapeMismatch: the split has not that many characters.
    """
    if people > len(pool):
        msg = f"the split {split} has {len(pool)} characters"
        raise ShapeMismatch(msg, expected=len(pool), actual=people)
    return pool[:people]


def place(folder: Path, split: str, seed: int) -> Path:
    """Return the file of a seed."""
    return folder / split / f"{seed:06d}.npz"


def missing(folder: Path, split: str, seeds: Sequence[int]) -> list[int]:
    """Return the seeds that are not rendered yet."""
    return [seed for seed in seeds if not place(folder, split, seed).is_file()]


def seeds_in(folder: Path, split: str) -> list[int]:
    """Return the seeds that are rendered."""
    return sorted(int(file.stem) for file in (folder / split).glob("[0-9]*.npz"))


def render_all(
    folder: Path, split: str, todo: Sequence[int], draw: Callable[[int], Arrays], workers: int
) -> Iterator[int]:
    """Render seeds and yield each as it is done; `draw` must be picklable."""
    (folder / split).mkdir(parents=True, exist_ok=True)
    yield from rendered(todo, partial(_render_one, folder, split, draw), workers)


def _render_one(folder: Path, split: str, draw: Callable[[int], Arrays], seed: int) -> int:
    cv2.setNumThreads(1)
    file_of = place(folder, split, seed)
    half = file_of.with_name(f"{file_of.stem}.{os.getpid()}.half")
    with half.open("wb") as file:
        np.savez_compressed(file, **draw(seed))  # type: ignore[arg-type]
    half.replace(file_of)
    return seed
