"""An exact FAISS shard over the approved drawings of a set of designs. It is a cache: the rows are the truth.

Sheets are small (hundreds to thousands of drawings), so a flat index is exact and answers in microseconds.
A shard is immutable: it is built anew, written beside the old one and swapped in (`ml.durable`). Whatever does not
match its manifest, or was built from other rows, is refused and built anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ml import durable
from ml.errors import ModelMismatch, ShapeMismatch, WeightsCorrupt
from ml.pixels import F32
from ml.types import Embeddings, Nearest

_FORMAT = "sakkan-shard/2"


@dataclass(frozen=True)
class Shard:
    """A searchable set of approved drawings of one embedder; `keys` = (design, drawing) by row."""

    model_id: str
    keys: tuple[tuple[str, str], ...]
    index: Any

    def search(self, query: Embeddings, k: int) -> list[tuple[Nearest, ...]]:
        """Return up to k nearest drawings for each query row, nearest first; ties keep the shard's order.

        Raises:
            ModelMismatch: the query was made by another embedder.
            ShapeMismatch: another vector length.
        """
        if query.model_id != self.model_id:
            msg = "vectors of two models cannot be compared"
            raise ModelMismatch(msg, expected=self.model_id, actual=query.model_id)
        if query.vectors.ndim != 2 or (self.keys and query.vectors.shape[1] != self.index.d):
            msg = "these vectors have another length than the index"
            raise ShapeMismatch(msg, expected=self.index.d, actual=query.vectors.shape)
        if not self.keys or not len(query.vectors):
            return [()] * len(query.vectors)
        found, rows = self.index.search(np.ascontiguousarray(query.vectors), min(k, len(self.keys)))
        return [self._hits(found[i], rows[i]) for i in range(len(query.vectors))]

    def _hits(self, found: F32, rows: Any) -> tuple[Nearest, ...]:
        order = sorted(range(len(rows)), key=lambda i: (-round(float(found[i]), 6), int(rows[i])))
        return tuple(Nearest(*self.keys[int(rows[i])], float(found[i])) for i in order)


def build(vectors: Embeddings, keys: Sequence[tuple[str, str]]) -> Shard:
    """Return a shard over `vectors`, row i named keys[i]."""
    if vectors.vectors.ndim != 2 or len(vectors.vectors) != len(keys):
        msg = "one key for each vector is needed"
        raise ShapeMismatch(msg, expected=len(keys), actual=vectors.vectors.shape)
    index = faiss.IndexFlatIP(max(1, vectors.vectors.shape[1]))
    index.add(np.ascontiguousarray(vectors.vectors, np.float32))
    return Shard(vectors.model_id, tuple(keys), index)


def save(shard: Shard, folder: Path, source: str = "") -> None:
    """Write a shard so that a reader sees the old one or the new one, never half of one, whenever the writer dies.

    `source` says what it was built from (any digest of the rows); `load` refuses it when that has changed.
    """
    data = bytes(faiss.serialize_index(shard.index).tobytes())
    with durable.writing(folder):
        entry = durable.write(folder, "index", ".faiss", [data])
        manifest = {
            "format": _FORMAT,
            "model_id": shard.model_id,
            "source": source,
            "dim": int(shard.index.d),
            "count": len(shard.keys),
            "file": entry,
            "keys": [list(key) for key in shard.keys],
        }
        durable.swap_manifest(folder, manifest)
        durable.sweep(folder, [entry])


def load(folder: Path, model_id: str, source: str = "") -> Shard:
    """Return the shard that `save` wrote.

    Raises:
        WeightsCorrupt: missing, truncated, changed or outdated files; build it anew.
        ModelMismatch: a shard of another embedder.
    """
    manifest = durable.read_manifest(folder, _FORMAT)
    try:
        keys = tuple((str(a), str(b)) for a, b in manifest["keys"])
        made_by, made_from, dim = str(manifest["model_id"]), str(manifest["source"]), int(manifest["dim"])
        path = durable.verified(folder, manifest["file"])
    except (ValueError, KeyError, TypeError) as error:
        msg = "this index cannot be read; build it anew"
        raise WeightsCorrupt(msg, actual=str(error)) from error
    if made_by != model_id:
        msg = "this index was made by another model"
        raise ModelMismatch(msg, expected=model_id, actual=made_by)
    if made_from != source:
        msg = "this index was built from other rows; build it anew"
        raise WeightsCorrupt(msg, expected=source, actual=made_from)
    return _open(model_id, keys, path.read_bytes(), dim)


def kept(folder: Path, model_id: str, source: str, make: Callable[[], Shard]) -> Shard:
    """Return the shard of `folder` if it is whole and of these rows; else the one that `make` builds, kept there.

    A folder that cannot be written to costs the keeping, not the answer.
    """
    try:
        return load(folder, model_id, source)
    except (WeightsCorrupt, ModelMismatch):
        made = make()
    with contextlib.suppress(OSError):
        save(made, folder, source)
    return made


def _open(model_id: str, keys: tuple[tuple[str, str], ...], data: bytes, dim: int) -> Shard:
    try:
        index = faiss.deserialize_index(np.frombuffer(data, np.uint8))
    except RuntimeError as error:
        msg = "FAISS cannot read this index; build it anew"
        raise WeightsCorrupt(msg, actual=str(error)) from error
    if (index.ntotal, index.d) != (len(keys), dim):
        msg = "this index holds another number of vectors than its manifest says"
        raise WeightsCorrupt(msg, expected=(len(keys), dim), actual=(index.ntotal, index.d))
    return Shard(model_id, keys, index)
