"""One immutable part of the archive: vectors in a memory-mapped file, their keys, and, when large, an IVF-PQ over them.

A row is known by (group, id): the production and the vector's number. Rows lie in the order of their keys, so a
production is one stretch of the file and its exact search reads only that.

Filters come before the search: they become a mask over rows. Few rows are searched exactly, whatever the size of the
segment; many by the coarse index with the mask given to FAISS itself, more lists being probed the fewer rows are
allowed, so that the wanted number is found; the candidates are ranked again by their exact vectors.

IVF-PQ: Jégou et al., Product Quantization for Nearest Neighbor Search (TPAMI 2011). Its ids are plain row numbers and
nothing is ever removed from it (removal shifts or asserts in some of FAISS's wrappers): dead rows are masked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ml import durable
from ml.pixels import F32
from ml.scan import I64, Found, Mask, Scan, merge
from ml.types import ArchiveRows

Scope = Mapping[int, I64 | None]
COARSE_FROM = 200_000  # rows; below, an exact scan is fast enough
EXACT_UP_TO = 20_000  # allowed rows that are searched exactly even where a coarse index is
_LISTS = (256, 2048)
_TRAINED_BY = 40  # rows for each list
_PROBED_ROWS = 40_000  # allowed rows that the probed lists should hold together
_LEAST_PROBES = 32
_RANKED_AGAIN = (40, 400, 4_000)  # candidates: times k, at least, and at most but for k itself
_CHUNK = 16_384
_KEY = np.dtype("<i8")
_VECTOR = np.dtype("<f4")
Beat = Callable[[], None]


@dataclass(frozen=True)
class Segment:
    """An open segment; see the module. `dead` are rows that are removed, `blank` rows without a direction."""

    entry: dict[str, Any]
    keys: I64  # (N, 2) group, id; sorted
    vectors: F32  # (N, C), memory-mapped
    coarse: Any | None
    dead: I64
    blank: I64
    bounds: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return how many rows it has, dead ones too."""
        return len(self.keys)

    def rows_of(self, group: int, ids: I64) -> I64:
        """Return the rows of those ids of a group that are here."""
        low, high = self.bounds.get(group, (0, 0))
        there = self.keys[low:high, 1]
        at = np.searchsorted(there, ids)
        inside = at < len(there)
        at, ids = at[inside], ids[inside]
        return np.asarray(at[there[at] == ids] + low, np.int64)

    def live(self) -> Mask:
        """Return (N,) which rows are not removed."""
        mask = np.ones(self.count, bool)
        mask[self.dead] = False
        return mask

    def mask_of(self, scope: Scope, without: I64) -> Mask:
        """Return (N,) which rows a search may find."""
        mask = np.zeros(self.count, bool)
        for group, ids in scope.items():
            low, high = self.bounds.get(group, (0, 0))
            if ids is None:
                mask[low:high] = True
            else:
                mask[self.rows_of(group, ids)] = True
            if len(without):
                mask[self.rows_of(group, without)] = False
        mask[self.dead] = False
        mask[self.blank] = False
        return mask

    def search(self, query: F32, k: int, mask: Mask, scan: Scan) -> Found:
        """Return (Q, k) similarities and rows of the best allowed rows."""
        allowed = int(mask.sum())
        is_exact = self.coarse is None or allowed <= EXACT_UP_TO or scan.holds(self.vectors.nbytes)
        return self._exact(query, k, mask, scan) if is_exact else self._coarse(query, k, mask, allowed)

    def _exact(self, query: F32, k: int, mask: Mask, scan: Scan) -> Found:
        best: Found = (np.zeros((len(query), 0), np.float32), np.zeros((len(query), 0), np.int64))
        name = str(self.entry["vectors"]["name"])
        for start in range(0, self.count, _CHUNK):
            part = mask[start : start + _CHUNK]
            if part.any():
                block = self.vectors[start : start + _CHUNK]
                similarity, rows = scan.top(query, block, None if part.all() else part, k, f"{name}:{start}")
                best = merge([best, (similarity, np.where(rows < 0, -1, rows + start))], k)
        return best

    def _coarse(self, query: F32, k: int, mask: Mask, allowed: int) -> Found:
        index: Any = self.coarse
        probes = max(_LEAST_PROBES, -(-index.nlist * _PROBED_ROWS // allowed))
        options = {"nprobe": min(index.nlist, probes)}
        if allowed < self.count:
            bits = np.packbits(mask, bitorder="little")  # held until the search is done
            options["sel"] = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        times, least, most = _RANKED_AGAIN
        wanted = min(allowed, max(min(times * k, most), least, k))
        params = faiss.SearchParametersIVF(**options)
        _rough, rows = index.search(np.ascontiguousarray(query), wanted, params=params)
        return self._ranked(query, k, rows)

    def _ranked(self, query: F32, k: int, rows: I64) -> Found:
        similarity = np.full(rows.shape, -np.inf, np.float32)
        for i, found in enumerate(rows):
            there = found >= 0
            similarity[i, there] = np.asarray(self.vectors[found[there]], np.float32) @ query[i]
        return merge([(similarity, rows)], k)


def create(folder: Path, rows: ArchiveRows, beat: Beat) -> dict[str, Any]:
    """Write a segment of these rows and return its entry; `beat` is called between pieces of the work."""
    order = np.lexsort((rows.ids, rows.groups))
    keys = np.stack([rows.groups[order], rows.ids[order]], axis=1).astype(_KEY)
    return _write(folder, keys, lambda part: np.asarray(rows.vectors[order[part]], _VECTOR), beat)


def merged(folder: Path, parts: list[Segment], beat: Beat) -> dict[str, Any]:
    """Write one segment of the live rows of several and return its entry. Of two rows of one key the later counts."""
    keys = np.concatenate([part.keys for part in parts])
    source = np.concatenate([np.full(part.count, i) for i, part in enumerate(parts)])
    row = np.concatenate([np.arange(part.count) for part in parts])
    live = np.flatnonzero(np.concatenate([part.live() for part in parts]))
    order = live[np.lexsort((source[live], keys[live, 1], keys[live, 0]))]
    later = np.ones(len(order), bool)
    later[:-1] = (keys[order[1:]] != keys[order[:-1]]).any(axis=1)
    order = order[later]

    def take(part: slice) -> F32:
        chosen = order[part]
        block = np.empty((len(chosen), parts[0].vectors.shape[1]), _VECTOR)
        for i, one in enumerate(parts):
            here = source[chosen] == i
            block[here] = one.vectors[row[chosen[here]]]
        return block

    return _write(folder, keys[order].astype(_KEY), take, beat)


def _write(folder: Path, keys: I64, take: Callable[[slice], F32], beat: Beat) -> dict[str, Any]:
    blank: list[int] = []

    def chunks() -> Any:
        for start in range(0, len(keys), _CHUNK):
            beat()
            block = take(slice(start, start + _CHUNK))
            blank.extend((np.flatnonzero(~block.any(axis=1)) + start).tolist())
            yield block.tobytes()

    entry: dict[str, Any] = {
        "count": len(keys),
        "vectors": durable.write(folder, "vectors", ".f32", chunks()),
        "keys": durable.write(folder, "keys", ".i64", [keys.tobytes()]),
        "dead": None,
        "coarse": None,
        "blank": blank,
    }
    if len(keys) >= COARSE_FROM:
        path = folder / entry["vectors"]["name"]
        vectors = np.memmap(path, _VECTOR, "r").reshape(len(keys), -1)
        data = faiss.serialize_index(train(vectors, beat))
        entry["coarse"] = durable.write(folder, "coarse", ".faiss", [data.tobytes()])
    return entry


def train(vectors: F32, beat: Beat) -> Any:
    """Return an IVF-PQ over rows 0..N-1 of `vectors` (N, C), trained on an even sample of them. Deterministic."""
    count, dim = vectors.shape
    lists = int(np.clip(np.sqrt(count), *_LISTS))
    quantizer = faiss.IndexFlatIP(dim)
    index = faiss.IndexIVFPQ(quantizer, dim, lists, _code_bytes(dim), 8, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.pq.cp.niter = 8, 10
    beat()
    index.train(np.array(vectors[:: max(1, count // (lists * _TRAINED_BY))], np.float32))
    for start in range(0, count, _CHUNK):
        beat()
        index.add(np.array(vectors[start : start + _CHUNK], np.float32))
    return index


def _code_bytes(dim: int) -> int:
    """Return how many bytes a vector is coded in: one for about eight of its numbers, and a divisor of `dim`."""
    return max((m for m in range(1, dim // 8 + 1) if dim % m == 0), default=1)


def open_segment(folder: Path, entry: dict[str, Any], dim: int) -> Segment:
    """Return the segment of an entry, every file checked.

    Raises:
        WeightsCorrupt: a file is missing or damaged.
    """
    keys = np.fromfile(durable.verified(folder, entry["keys"]), _KEY).reshape(-1, 2)
    path = durable.verified(folder, entry["vectors"])
    dead = (
        np.fromfile(durable.verified(folder, entry["dead"]), _KEY) if entry["dead"] else np.zeros(0, np.int64)
    )
    coarse = None
    if entry["coarse"]:
        coarse = faiss.read_index(str(durable.verified(folder, entry["coarse"])))
    groups, first = np.unique(keys[:, 0], return_index=True)
    ends = [*first[1:].tolist(), len(keys)]
    return Segment(
        entry=entry,
        keys=keys,
        vectors=np.memmap(path, _VECTOR, "r").reshape(len(keys), dim),
        coarse=coarse,
        dead=dead.astype(np.int64),
        blank=np.asarray(entry["blank"], np.int64),
        bounds={int(group): (int(a), b) for group, a, b in zip(groups, first.tolist(), ends, strict=True)},
    )
