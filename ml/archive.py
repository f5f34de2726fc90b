"""The archive: every drawing of the studio in one searchable folder. A cache: the database's rows are the truth.

It is a list of immutable segments (`ml.archive_segment`) and a manifest that names them (`ml.durable`). New rows make a
new segment, removed rows are written down as dead, and from time to time segments are merged, the small ones first.
Nothing is ever changed in place, so readers need no lock, and a writer that is killed leaves what was there before. A
folder that is damaged, or of another model, counts as empty: whoever owns the rows writes them anew.

Ways that were not taken: HNSW cannot remove, an IDMap2 over IVFPQ asserts or shifts ids after a removal, and a filter
after the search returns too few rows.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ml import durable
from ml.archive_segment import Beat, Scope, Segment, create, merged, open_segment
from ml.errors import MLError, ModelMismatch, ShapeMismatch, WeightsCorrupt
from ml.scan import I64, Found, Scan, for_device, merge
from ml.types import ArchiveRows, Embeddings, Hit

log = logging.getLogger(__name__)
_FORMAT = "sakkan-archive/1"
_MOST_SEGMENTS = 8
_TIER = 4  # a segment is merged with smaller ones that together have a fourth of its rows
_DEAD_SHARE = 0.1
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class _State:
    """What a manifest says, with its segments open."""

    dim: int
    note: dict[str, Any]
    segments: tuple[Segment, ...]


_EMPTY = _State(0, {}, ())


class Archive:
    """The folder of one model's vectors. Safe to share between threads; of several writers one writes at a time.

    Args:
        folder: its own folder; made when something is written.
        model_id: whose vectors these are. Others are refused.
        scan: how exact parts are searched.
    """

    def __init__(self, folder: Path, model_id: str, scan: Scan) -> None:
        self._folder, self._model_id, self._scan = folder, model_id, scan
        self._state, self._seen = _EMPTY, (0, 0)
        self._lock = threading.Lock()

    def facts(self) -> dict[str, Any]:
        """Return rows, removed rows, segments, bytes, how many rows have a coarse index, and the writer's note."""
        state = self._now()
        files = [file for segment in state.segments for file in _files(segment.entry)]
        return {
            "rows": sum(segment.count - len(segment.dead) for segment in state.segments),
            "dead": sum(len(segment.dead) for segment in state.segments),
            "segments": len(state.segments),
            "coarse_rows": sum(segment.count for segment in state.segments if segment.coarse is not None),
            "bytes": sum(int(file["bytes"]) for file in files),
            "groups": sorted({group for segment in state.segments for group in segment.bounds}),
            "note": state.note,
        }

    def ids_of(self, group: int) -> I64:
        """Return the ids of a group that are there, sorted."""
        found = [_NONE]
        for segment in self._now().segments:
            low, high = segment.bounds.get(group, (0, 0))
            found.append(segment.keys[low:high, 1][segment.live()[low:high]])
        return np.unique(np.concatenate(found))

    def change(
        self,
        added: ArchiveRows | None = None,
        removed: Scope | None = None,
        note: dict[str, Any] | None = None,
    ) -> None:
        """Add rows, remove ids by group (None = the whole group), and keep a note (JSON): all of it or nothing.

        A row that is added under a key that is there already takes its place.

        Raises:
            ShapeMismatch: not one vector of the archive's length for each key.
        """
        with durable.writing(self._folder):
            state = self._now()
            gone: list[Scope] = [removed] if removed else []
            entries = []
            if added is not None and len(added.ids):
                state = replace(state, dim=_dim(added, state))
                gone.append({int(g): np.sort(added.ids[added.groups == g]) for g in np.unique(added.groups)})
                entries = [create(self._folder, added, _no_beat)]
            old = [self._buried(segment, gone) for segment in state.segments]
            self._write(state.dim, state.note if note is None else note, [*old, *entries])

    def tidy(self, beat: Beat) -> None:
        """Merge segments where there are many, or many dead rows; `beat` is called between pieces of the work."""
        with durable.writing(self._folder):
            state = self._now()
            parts = _to_merge(state.segments)
            if not parts:
                return
            kept = [segment.entry for segment in state.segments if segment not in parts]
            is_there = any(segment.live().any() for segment in parts)
            made = [merged(self._folder, parts, beat)] if is_there else []
            self._write(state.dim, state.note, [*kept, *made])

    def clear(self) -> None:
        """Forget everything, so that it is built anew."""
        with durable.writing(self._folder):
            self._write(0, {}, [])

    def search(self, query: Embeddings, scope: Scope, without: I64, k: int) -> list[tuple[Hit, ...]]:
        """Return up to k vectors for each query, nearest first; ties in the order of ids.

        Only what `scope` allows is searched: by group all (None) or these ids (sorted). `without` are ids (sorted)
        that are not wanted. One id that lies in several groups is one result, so all k are found where there are k.

        Raises:
            ModelMismatch: the query was made by another embedder. ShapeMismatch: another vector length.
        """
        if query.model_id != self._model_id:
            msg = "vectors of two models cannot be compared"
            raise ModelMismatch(msg, expected=self._model_id, actual=query.model_id)
        state = self._now()
        if not state.segments:
            return [()] * len(query.vectors)
        if query.vectors.ndim != 2 or query.vectors.shape[1] != state.dim:
            msg = "these vectors have another length than the archive"
            raise ShapeMismatch(msg, expected=state.dim, actual=query.vectors.shape)
        masks = [segment.mask_of(scope, without) for segment in state.segments]
        there, asked = sum(int(mask.sum()) for mask in masks), 2 * k
        while True:
            found = self._best(state, query, masks, asked)
            is_all = asked >= there or not len(query.vectors) or bool((found[1][:, -1:] < 0).all())
            hits = [_distinct(found, row, k) for row in range(len(query.vectors))]
            if is_all or all(len(one) == k for one in hits):
                return hits
            asked = min(there, 4 * asked)

    def _best(self, state: _State, query: Embeddings, masks: list[Any], k: int) -> Found:
        vectors = np.ascontiguousarray(query.vectors, np.float32)
        parts: list[Found] = [
            (np.zeros((len(vectors), 0), np.float32), np.zeros((len(vectors), 0), np.int64))
        ]
        for segment, mask in zip(state.segments, masks, strict=True):
            if mask.any():
                similarity, rows = segment.search(vectors, k, mask, self._scan)
                parts.append((similarity, np.where(rows < 0, -1, segment.keys[rows, 1])))
        return merge(parts, k)

    def _now(self) -> _State:
        """Return the present state; read anew when somebody wrote. A damaged folder is an empty one."""
        with self._lock:
            stamp = self._stamp()
            if stamp == self._seen:
                return self._state
            for attempt in range(3):
                stamp = self._stamp()
                try:
                    self._state, self._seen = self._read(), stamp
                    break
                except MLError as error:
                    if self._stamp() != stamp and attempt < 2:
                        continue  # it was swapped under our hands
                    if stamp != (0, 0):
                        log.warning(
                            "the archive in %s is not used and has to be built anew: %s", self._folder, error
                        )
                    self._state, self._seen = _EMPTY, stamp
            return self._state

    def _stamp(self) -> tuple[int, int]:
        try:
            found = (self._folder / durable.MANIFEST).stat()
        except OSError:
            return (0, 0)
        return found.st_ino, found.st_mtime_ns

    def _read(self) -> _State:
        body = durable.read_manifest(self._folder, _FORMAT)
        if body["model_id"] != self._model_id:
            msg = "this archive was made by another model"
            raise ModelMismatch(msg, expected=self._model_id, actual=body["model_id"])
        dim = int(body["dim"])
        try:
            segments = tuple(open_segment(self._folder, entry, dim) for entry in body["segments"])
        except (RuntimeError, ValueError, KeyError) as error:
            msg = "this archive cannot be read; build it anew"
            raise WeightsCorrupt(msg, actual=str(error)) from error
        return _State(dim, dict(body["note"]), segments)

    def _buried(self, segment: Segment, gone: Sequence[Scope]) -> dict[str, Any]:
        """Return the entry of a segment whose rows of these keys are dead."""
        mask = ~segment.live()
        for scope in gone:
            for group, ids in scope.items():
                low, high = segment.bounds.get(group, (0, 0))
                mask[slice(low, high) if ids is None else segment.rows_of(group, ids)] = True
        rows = np.flatnonzero(mask).astype("<i8")
        if len(rows) == len(segment.dead):
            return segment.entry
        return {**segment.entry, "dead": durable.write(self._folder, "dead", ".i64", [rows.tobytes()])}

    def _write(self, dim: int, note: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        body = {
            "format": _FORMAT,
            "model_id": self._model_id,
            "dim": dim if entries else 0,
            "note": note,
            "segments": entries,
        }
        durable.swap_manifest(self._folder, body)
        durable.sweep(self._folder, [file for entry in entries for file in _files(entry)])


def open_archive(folder: Path, model_id: str, device: str = "auto") -> Archive:
    """Return the archive of a model below `folder`; every model has a folder of its own. `device` as in `Runtime`."""
    own = folder / hashlib.sha256(model_id.encode()).hexdigest()[:16]
    return Archive(own, model_id, for_device(device))


def _dim(added: ArchiveRows, state: _State) -> int:
    dim = int(added.vectors.shape[1]) if added.vectors.ndim == 2 else 0
    lengths = {len(added.ids), len(added.groups), len(added.vectors)}
    if not dim or len(lengths) > 1 or state.dim not in {0, dim}:
        msg = "one vector of the archive's length for each key is needed"
        raise ShapeMismatch(msg, expected=(len(added.ids), state.dim), actual=added.vectors.shape)
    return dim


def _distinct(found: Found, row: int, k: int) -> tuple[Hit, ...]:
    hits: dict[int, Hit] = {}
    for similarity, key in zip(found[0][row].tolist(), found[1][row].tolist(), strict=True):
        if key >= 0 and key not in hits and len(hits) < k:
            hits[key] = Hit(key, similarity)
    return tuple(hits.values())


def _to_merge(segments: Sequence[Segment]) -> list[Segment]:
    """Return which segments should become one: those with many dead rows, or the small ones of too many."""
    worn = [one for one in segments if len(one.dead) > _DEAD_SHARE * one.count]
    if len(segments) <= _MOST_SEGMENTS:
        return worn
    by_size = sorted(segments, key=lambda one: one.count)
    chosen, total = by_size[:2], sum(one.count for one in by_size[:2])
    for one in by_size[2:]:
        if one.count > _TIER * total and len(segments) - len(chosen) < _MOST_SEGMENTS:
            break
        chosen.append(one)
        total += one.count
    picked = {id(one) for one in [*chosen, *worn]}
    return [one for one in segments if id(one) in picked]


def _files(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry[name] for name in ("vectors", "keys", "dead", "coarse") if entry[name]]


def _no_beat() -> None:
    """Nobody waits for a sign of life."""
