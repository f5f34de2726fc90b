"""Shards: training drawings as uint8 arrays on disk, rendered once by all cores, resumable, memory-mapped.

A shard is a folder `NNNN` with `face.npy`, `figure.npy`, `face_place.npy`, `figure_place.npy` and `rows.npy` (`ROW`).
It is written under another name and then renamed, so a shard that is there is whole. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from ml.errors import ShapeMismatch
from ml.puppets.splits import TRAIN_SEEDS, VALID_SEEDS
from ml.training.drawn import FAMILY_NAMES, Amount, Sample, draw_judge, draw_person
from ml.training.folders import rendered
from ml.training.wishes import ASPECTS, MEASURES, SIZES

_ARRAYS = ("face", "figure", "face_place", "figure_place")
VERSION = 1  # of what is drawn; another number renders anew


@dataclass(frozen=True)
class Plan:
    """What is rendered: `people` characters of a split, `each` in a shard, so many drawings of each character."""

    split: str
    people: int
    each: int = 6
    amount: Amount = field(default_factory=Amount)

    @property
    def shards(self) -> int:
        """Return the number of shards."""
        return -(-self.people // self.each)

    def seeds(self, number: int) -> range:
        """Return the seeds of a shard.

        Raises:
            ShapeMismatch: the split has not that many characters.
        """
        pool = {"train": TRAIN_SEEDS, "valid": VALID_SEEDS}[self.split]
        if self.people > len(pool):
            msg = f"the split {self.split} has {len(pool)} characters"
            raise ShapeMismatch(msg, expected=len(pool), actual=self.people)
        return pool[number * self.each : min((number + 1) * self.each, self.people)]


def recipe_sha256(plans: Sequence[Plan]) -> str:
    """Return the checksum of the data recipe: the same plans and labels, the same drawings."""
    said = {"version": VERSION, "plans": [asdict(p) for p in plans], "sizes": SIZES, "families": FAMILY_NAMES,
            "aspects": ASPECTS, "measures": MEASURES}  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def missing(folder: Path, plan: Plan) -> list[int]:
    """Return the numbers of the shards that are not there yet."""
    return [n for n in range(plan.shards) if not (_place(folder, plan, n) / "rows.npy").is_file()]


def _place(folder: Path, plan: Plan, number: int) -> Path:
    return folder / plan.split / f"{number:04d}"


def render_all(folder: Path, plan: Plan, workers: int) -> Iterator[int]:
    """Render all missing shards and yield the number of each as it is done; killed and called again, it goes on."""
    todo = missing(folder, plan)
    (folder / plan.split).mkdir(parents=True, exist_ok=True)
    yield from rendered(todo, partial(render_one, folder, plan), workers)


def render_one(folder: Path, plan: Plan, number: int) -> int:
    """Render one shard and return its number."""
    cv2.setNumThreads(1)
    samples: list[Sample] = []
    for seed in plan.seeds(number):
        first = len(samples)
        drawn = draw_judge(seed) if plan.split == "valid" else draw_person(seed, plan.amount)
        for sample in drawn:
            if sample.row["twin"] >= 0:
                sample.row["twin"] += first  # twins are rows of the shard
        samples += drawn
    place = _place(folder, plan, number)
    half = place.with_name(f"{place.name}.{os.getpid()}.half")
    half.mkdir(parents=True, exist_ok=True)
    for name in _ARRAYS:
        np.save(half / f"{name}.npy", np.stack([getattr(s, name) for s in samples]), allow_pickle=False)
    np.save(half / "rows.npy", np.stack([s.row for s in samples]), allow_pickle=False)
    half.rename(place)
    return number


class Shards:
    """All shards of a split that are there, memory-mapped; `refresh` sees new ones."""

    def __init__(self, folder: Path, split: str) -> None:
        self.folder = folder / split
        self.arrays: list[dict[str, np.ndarray]] = []
        self._seen: set[str] = set()
        self.refresh()

    def refresh(self) -> int:
        """Map shards that have come since, and return how many there are."""
        for place in sorted(self.folder.glob("[0-9][0-9][0-9][0-9]")):
            if place.name in self._seen or not (place / "rows.npy").is_file():
                continue
            self._seen.add(place.name)
            one = {n: np.load(place / f"{n}.npy", mmap_mode="r", allow_pickle=False) for n in _ARRAYS}
            one["rows"] = np.load(place / "rows.npy", allow_pickle=False)
            self.arrays.append(one)
        return len(self.arrays)

    def people(self) -> list[tuple[int, int]]:
        """Return (shard, person) of all characters."""
        return [
            (i, int(seed)) for i, one in enumerate(self.arrays) for seed in np.unique(one["rows"]["person"])
        ]
