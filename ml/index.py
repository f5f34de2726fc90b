"""An exact FAISS shard over the approved drawings of a set of designs. It is a cache: the rows are the truth.

Sheets are small (hundreds to thousands of drawings), so a flat index is exact and answers in microseconds.
A shard is immutable: it is built anew, written beside the old one and swapped in. Whatever does not match
its manifest is refused, and the caller rebuilds.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ml.errors import ModelMismatch, ShapeMismatch, WeightsCorrupt
from ml.pixels import F32
from ml.types import Embeddings, Nearest

_FORMAT = "sakkan-shard/1"
_INDEX, _MANIFEST = "index.faiss", "manifest.json"


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


def save(shard: Shard, folder: Path) -> None:
    """Write a shard so that a reader sees the old one or the new one, never half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    data = bytes(faiss.serialize_index(shard.index).tobytes())
    manifest = {
        "format": _FORMAT,
        "model_id": shard.model_id,
        "dim": int(shard.index.d),
        "count": len(shard.keys),
        "sha256": hashlib.sha256(data).hexdigest(),
        "keys": [list(key) for key in shard.keys],
    }
    _replace(folder / _INDEX, data)
    _replace(folder / _MANIFEST, json.dumps(manifest, ensure_ascii=False).encode())


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with beside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def load(folder: Path, model_id: str) -> Shard:
    """Return the shard that `save` wrote.

    Raises:
        WeightsCorrupt: missing, truncated or changed files; build it anew.
        ModelMismatch: a shard of another embedder.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
        data = (folder / _INDEX).read_bytes()
        keys = tuple((str(a), str(b)) for a, b in manifest["keys"])
        stated = (manifest["format"], manifest["sha256"], manifest["count"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = "this index cannot be read; build it anew"
        raise WeightsCorrupt(msg, actual=str(error)) from error
    if stated != (_FORMAT, hashlib.sha256(data).hexdigest(), len(keys)):
        msg = "this index is not what its manifest says; build it anew"
        raise WeightsCorrupt(msg, expected=stated, actual=len(data))
    if manifest["model_id"] != model_id:
        msg = "this index was made by another model"
        raise ModelMismatch(msg, expected=model_id, actual=manifest["model_id"])
    return _open(model_id, keys, data, int(manifest["dim"]))


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
