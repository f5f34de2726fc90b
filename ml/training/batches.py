"""Batches of pairs: a wrong drawing and its right twin, each laid over the nearest approved drawings of its design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ml.comparator.network import MEASURES as NET_MEASURES
from ml.comparator.network import UNIT
from ml.comparator.overlay import lay_over
from ml.pixels import U8
from ml.training.augment import applied, world
from ml.training.drawn import REFERENCE, WRONG
from ml.training.shards import Shards
from ml.training.wishes import MEASURES

Rng = np.random.Generator
PLACE_SHARE = 0.10  # of a cell that a drift covers, from which the cell is wrong
_FRAMING_DEG = {"face": 6.0, "figure": 60.0}  # a bust against a full figure counts like a view so far away
_NOISE_DEG = {"face": 5.0, "figure": 6.0}
_ON_TOPIC = 0.88
_FAR_DEG, _FAR_KEPT = 32.0, 0.35
_REFRESH = 200  # batches, after which new shards are looked for


@dataclass
class Batch:
    """n queries with k references each, and their truth; wrong ones at even places, each with its twin after it.

    Attributes:
        queries: (n, h, w, 4) uint8. laid: (n, k, h, w, 4) uint8. flow: (n, k, h, w, 2) float16.
        place: (n, rows, columns) float32, 1 = wrong. dense: (n,) whether it may be learned.
        any_: (n,) and aspects: (n, 5) float32, -1 = not to be learned.
        measure, valid: (n, measures) float32 in units of UNIT; 1 = known.
    """

    queries: Tensor
    laid: Tensor
    flow: Tensor
    place: Tensor
    dense: Tensor
    any_: Tensor
    aspects: Tensor
    measure: Tensor
    valid: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return the batch on a device; from pinned memory without waiting."""
        return Batch(*(v.to(device, non_blocking=True) for v in vars(self).values()))

    def pin_memory(self) -> Batch:
        """Return the batch in pinned memory; the loader calls it."""
        return Batch(*(v.pin_memory() for v in vars(self).values()))


def turned_away(one: np.ndarray, other: float) -> np.ndarray:
    """Return how many degrees views lie apart, 0..180."""
    return np.abs((one - other + 180.0) % 360.0 - 180.0)


def nearest(rows: np.ndarray, at: int, k: int, net: str, rng: Rng | None) -> np.ndarray:
    """Return the rows of the k approved drawings that a query is compared with, best first; with `rng`, about."""
    row = rows[at]
    refs = np.flatnonzero((rows["person"] == row["person"]) & (rows["role"] == REFERENCE))
    away = turned_away(rows["yaw"][refs], float(row["yaw"]))
    away = away + _FRAMING_DEG[net] * (rows["bust"][refs] != row["bust"])
    if rng is not None:
        away = away + rng.normal(0, _NOISE_DEG[net], len(refs))
    order = refs[np.argsort(away, kind="stable")]
    return np.asarray(order[np.arange(k) % len(order)])


@dataclass
class Pairs:
    """One query laid over its references."""

    query: U8
    laid: list[U8]
    flow: list[np.ndarray]


def laid_over(query: U8, refs: list[U8]) -> Pairs:
    """Lay a query over references; all crops of one net."""
    both = [lay_over(query, ref) for ref in refs]
    return Pairs(query, [laid for laid, _ in both], [flow.astype(np.float16) for _, flow in both])


def collated(pairs: list[Pairs], rows: np.ndarray, places: list[U8], net: str) -> Batch:
    """Return pairs and labels as tensors."""
    names = NET_MEASURES[net]
    columns = [MEASURES.index(name) for name in names]
    return Batch(
        torch.from_numpy(np.stack([p.query for p in pairs])),
        torch.from_numpy(np.stack([np.stack(p.laid) for p in pairs])),
        torch.from_numpy(np.stack([np.stack(p.flow) for p in pairs])),
        torch.from_numpy((np.stack(places) > 255 * PLACE_SHARE).astype(np.float32)),
        torch.from_numpy(rows[f"dense_{net}"].astype(np.float32)),
        torch.from_numpy(rows[f"any_{net}"].astype(np.float32)),
        torch.from_numpy(rows[net].astype(np.float32)),
        torch.from_numpy(rows["measure"][:, columns] / UNIT),
        torch.from_numpy(rows["valid"][:, columns].astype(np.float32)),
    )


class PairStream(IterableDataset):  # type: ignore[type-arg]
    """Endless batches of training pairs, the same for the same seed and shards."""

    def __init__(self, shards: Shards, net: str, size: int, seed: int) -> None:
        super().__init__()
        self.shards, self.net, self.size, self.seed = shards, net, size, seed
        self._topics: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def __iter__(self) -> Iterator[Batch]:
        """Yield batches; each worker process has a stream of its own."""
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, 0 if worker is None else worker.id))
        number = 0
        while True:
            number += 1
            if number % _REFRESH == 0:
                self.shards.refresh()
            yield self.batch(rng)

    def batch(self, rng: Rng) -> Batch:
        """Return one batch."""
        k = int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))
        pairs: list[Pairs] = []
        rows, places = [], []
        while len(pairs) < self.size:
            shard, at = self._pick(rng)
            one = self.shards.arrays[shard]
            table = one["rows"]
            twin = int(table["twin"][at])
            refs = nearest(table, at, k, self.net, rng)
            far = turned_away(table["yaw"][refs[:1]], float(table["yaw"][at]))[0] > _FAR_DEG
            if far and rng.random() > _FAR_KEPT:
                continue
            common = world(rng, ink=bool(table["ink"][at]))
            around = [applied(one[self.net][r], common, rng, query=False) for r in refs]
            for row in (at, twin):
                query = applied(one[self.net][row], common, rng, query=True)
                pairs.append(laid_over(query, around))
                rows.append(_lined(table[row]) if common.line else table[row])
                places.append(one[f"{self.net}_place"][row])
        return collated(pairs, np.stack(rows), places, self.net)

    def _pick(self, rng: Rng) -> tuple[int, int]:
        """Return shard and row of a wrong drawing, mostly one that this net can see."""
        shard = int(rng.integers(len(self.shards.arrays)))
        if shard not in self._topics:
            self._topics[shard] = _topics(self.shards.arrays[shard]["rows"], self.net)
        on, all_ = self._topics[shard]
        pool = on if len(on) and rng.random() < _ON_TOPIC else all_
        return shard, int(pool[rng.integers(len(pool))])


def _lined(row: np.ndarray) -> np.ndarray:
    """Return the labels of a drawing seen as lines: wrong paint cannot be seen any more."""
    if row["face"][4] != 1 and row["figure"][4] != 1:
        return row
    out = row.copy()
    for crop in ("face", "figure"):
        out[crop][4] = 0
        if out[crop].max() <= 0:
            out[f"any_{crop}"] = -1
            out[f"dense_{crop}"] = 0
    return out


def _topics(rows: np.ndarray, net: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the wrong rows of a shard that a net can see something in, and all of them."""
    columns = [MEASURES.index(name) for name in NET_MEASURES[net]]
    wrong = (rows["role"] == WRONG) & (rows["twin"] >= 0)
    bent = (rows["measure"][:, columns] != 0).any(axis=1)
    return np.flatnonzero(wrong & ((rows[f"any_{net}"] == 1) | bent)), np.flatnonzero(wrong)
