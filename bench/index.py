"""The indexes behind the check and behind "find drawings like this": how fast, how right, how large.

    make bench-index [QUICK=1]        python -m bench.index [--quick] [--huge] [--device cuda]

Vectors are synthetic and clustered as drawings are (characters, in each of them poses, around each of those drawings),
of the real length of the default embedder. Measured: an exact shard of 500 approved drawings; archives of 100,000 and
1,000,000 drawings in a hundred productions: build, add and remove 1,000, search everything, one production, and ids
scattered over all productions (a filter of 1 %). Recall@10 is counted against an exact search of the same rows in the
same run, which is the flat baseline too; the other baseline filters the ten nearest afterwards.

--huge adds 10,000,000 rows by simulation: the files of the archive of 1,000,000 are named ten times in one manifest,
under other keys. So ten coarse indexes are loaded and ten memory-mapped files of 3.2 GB are searched, as they would be,
but the disk holds one of them and the file cache is warmer than it would be; the recall is that of the distinct rows.

--quick: 2,000 and 10,000 drawings, the coarse index from 8,000 on: it shows that all works, its figures say little.
Times are those of the clock; beside them stand the seconds of the processor (all threads together), which other work on
the machine disturbs little. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml import archive_segment, durable, index
from ml.archive import Archive
from ml.embedders.base import unit_rows
from ml.embedders.hand import HandEmbedder
from ml.pixels import F32
from ml.scan import I64, NumpyScan, for_device, merge
from ml.types import ArchiveRows, Embeddings

MODEL, DIM = "bench@0/1", HandEmbedder().dim
GROUPS, K, CHANGED, AT_ONCE = 100, 10, 1_000, 20_000
NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class World:
    """Where drawings lie: characters, and around each of them poses."""

    poses: F32  # (P, C)

    @staticmethod
    def of(count: int) -> World:
        """Return a world for that many drawings: about two hundred to a pose, twenty poses to a character."""
        rng = np.random.default_rng(7)
        people = max(4, count // 4_000)
        centres = rng.normal(size=(people, DIM)).astype(np.float32)
        poses = np.repeat(centres, 20, axis=0) + 0.5 * rng.normal(size=(20 * people, DIM)).astype(np.float32)
        return World(poses)

    def drawings(self, first: int, count: int) -> F32:
        """Return drawings number `first` and on; the same number is always the same drawing."""
        rng = np.random.default_rng([11, first])
        near = self.poses[rng.integers(len(self.poses), size=count)]
        return unit_rows(near + 0.35 * rng.standard_normal((count, DIM), np.float32))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--quick", action="store_true", help="small archives")
    options.add_argument("--huge", action="store_true", help="also ten million rows, simulated (see above)")
    options.add_argument("--device", default="cpu", help="cpu, cuda or auto: where exact parts are searched")
    chosen = options.parse_args()
    sizes = (2_000, 10_000) if chosen.quick else (100_000, 1_000_000)
    if chosen.quick:
        archive_segment.COARSE_FROM, archive_segment.EXACT_UP_TO = 8_000, 500
    queries = 10 if chosen.quick else 100
    result: dict[str, Any] = {"bench": "index", "dim": DIM, "quick": chosen.quick, "shard": _shard()}
    with tempfile.TemporaryDirectory(prefix="sakkan-bench-index") as folder:
        for size in sizes:
            bench = Bench(Path(folder) / str(size), size, chosen.device, queries)
            result[f"archive_{size}"] = bench.run()
        if chosen.huge:
            result["simulated_huge"] = bench.huge()
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(result))


def _shard() -> dict[str, float]:
    """An exact shard: build, keep, load and search."""
    made = World.of(500).drawings(0, 500)
    keys = [(str(i % 5), str(i)) for i in range(500)]
    with tempfile.TemporaryDirectory() as folder:
        shard, build = _timed(lambda: index.build(Embeddings(MODEL, made), keys))
        _, save = _timed(lambda: index.save(shard, Path(folder)))
        _, load = _timed(lambda: index.load(Path(folder), MODEL))
    search = _p95([lambda row=row: shard.search(Embeddings(MODEL, row[np.newaxis]), K) for row in made[:100]])
    print(
        f"exact shard of 500: build {1000 * build:.1f} ms, kept {1000 * save:.1f}, read {1000 * load:.1f}, "
        f"p95 {search} ms"
    )
    return {"build_ms": round(1000 * build, 2), "save_ms": round(1000 * save, 2), "p95_ms": search}


class Bench:
    """One archive."""

    def __init__(self, folder: Path, size: int, device: str, queries: int) -> None:
        self.folder, self.size, self.world = folder, size, World.of(size)
        self.archive = Archive(folder, MODEL, for_device(device))
        self.queries = self.world.drawings(10**9, queries)

    def rows(self, first: int, count: int) -> ArchiveRows:
        """Return rows of the world; production by number, so that each has a hundredth."""
        ids = np.arange(first, first + count, dtype=np.int64)
        return ArchiveRows(ids % GROUPS, ids, self.world.drawings(first, count))

    def run(self) -> dict[str, Any]:
        """Build, change, search."""
        before = time.process_time()
        _, build = _timed(self._build)
        build_cpu = time.process_time() - before
        _, add = _timed(lambda: self.archive.change(self.rows(self.size, CHANGED)))
        gone = np.arange(self.size, self.size + CHANGED, dtype=np.int64)
        scope = {group: gone[gone % GROUPS == group] for group in range(GROUPS)}
        _, remove = _timed(lambda: self.archive.change(removed=scope))
        facts = self.archive.facts()
        assert facts["rows"] == self.size, facts
        found: dict[str, Any] = {
            "build_s": round(build, 1),
            "build_cpu_s": round(build_cpu, 1),
            "add_1000_s": round(add, 2),
            "remove_1000_s": round(remove, 2),
            "coarse_rows": facts["coarse_rows"],
            "disk_mb": round(facts["bytes"] / 1e6),
        }
        truth = np.sort(np.random.default_rng(3).choice(self.size, self.size // 100, replace=False)).astype(
            np.int64
        )
        one_percent = {group: truth[truth % GROUPS == group] for group in range(GROUPS)}
        found["everything"] = self._search(dict.fromkeys(range(GROUPS)), np.ones(self.size, bool))
        found["one_production"] = self._search({7: None}, np.arange(self.size) % GROUPS == 7)
        found["filter_1_percent"] = self._search(one_percent, np.isin(np.arange(self.size), truth))
        found["rss_mb"] = _rss_mb()
        print(f"archive of {self.size:,}: " + json.dumps(found, indent=1))
        return found

    def huge(self) -> dict[str, Any]:
        """Name this archive's files ten times under other keys, and search them all."""
        body = durable.read_manifest(self.folder, "sakkan-archive/1")
        entries = []
        for copy in range(10):
            for entry in body["segments"]:
                name = self.folder / entry["keys"]["name"]
                keys = np.fromfile(name, "<i8").reshape(-1, 2) + np.array([copy * GROUPS, copy * self.size])
                entries.append(
                    {
                        **entry,
                        "keys": durable.write(self.folder, "keys", ".i64", [keys.astype("<i8").tobytes()]),
                    }
                )
        durable.swap_manifest(self.folder, {**body, "segments": entries})
        scope = dict.fromkeys(range(10 * GROUPS))
        self._ask(self.queries[0], scope, 10 * K)
        p95 = _p95([lambda row=row: self._ask(row, scope, 10 * K) for row in self.queries])
        right = []
        truth = self._exact(self.queries[:20], np.ones(self.size, bool))
        for query, want in zip(self.queries[:20], truth, strict=True):
            near = {hit.id % self.size for hit in self._ask(query, scope, 10 * K)}
            right.append(len(near & set(want.tolist())) / K)
        found = {"rows": 10 * self.size, "p95_ms": p95, "recall_at_10": round(float(np.mean(right)), 3)}
        print(f"simulated: {found}")
        return {**found, "rss_mb": _rss_mb()}

    def _build(self) -> None:
        for first in range(0, self.size, AT_ONCE):
            self.archive.change(self.rows(first, min(AT_ONCE, self.size - first)))
        self.archive.tidy(lambda: None)

    def _search(self, scope: archive_segment.Scope, allowed: Any) -> dict[str, float]:
        """Return recall and times of the archive, of the exact scan, and of a filter after the search."""
        self._ask(self.queries[0], scope, K)  # warm
        asked = [lambda row=row: self._ask(row, scope, K) for row in self.queries]
        flat = [lambda row=row: self._exact(row[np.newaxis], allowed) for row in self.queries[:10]]
        right, rows, after = [], [], []
        for query, near in zip(self.queries, self._exact(self.queries, allowed), strict=True):
            want = set(near.tolist())
            hits = [hit.id for hit in self._ask(query, scope, K)]
            right.append(len(want & set(hits)) / len(want))
            rows.append(len(hits))
            unfiltered = self._ask(query, dict.fromkeys(range(GROUPS)), K)
            after.append(sum(bool(allowed[hit.id]) for hit in unfiltered))
        return {
            "recall_at_10": round(float(np.mean(right)), 4),
            "rows_found": round(float(np.mean(rows)), 2),
            "rows_if_filtered_afterwards": round(float(np.mean(after)), 2),
            "p95_ms": _p95(asked),
            "p95_cpu_ms": _p95(asked, time.process_time),
            "flat_p95_ms": _p95(flat),
            "flat_p95_cpu_ms": _p95(flat, time.process_time),
        }

    def _ask(self, query: F32, scope: archive_segment.Scope, k: int) -> Any:
        return self.archive.search(Embeddings(MODEL, query[np.newaxis]), scope, NONE, k)[0]

    def _exact(self, queries: F32, allowed: Any) -> I64:
        """Return (Q, K) ids of the nearest by an exact scan of every segment, coarse index or not."""
        parts = []
        for segment in self.archive._now().segments:
            mask = segment.live() & _allowed_rows(segment.keys[:, 1], allowed)
            similarity, rows = segment._exact(queries, K, mask, NumpyScan())
            parts.append((similarity, np.where(rows < 0, -1, segment.keys[rows, 1])))
        return merge(parts, K)[1]


def _allowed_rows(ids: I64, allowed: Any) -> Any:
    known = ids < len(allowed)
    return known & allowed[np.where(known, ids, 0)]


def _timed(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> tuple[Any, float]:
    start = clock()
    made = work()
    return made, clock() - start


def _p95(works: list[Callable[[], Any]], clock: Callable[[], float] = time.perf_counter) -> float:
    return round(float(np.percentile([1000 * _timed(work, clock)[1] for work in works], 95)), 2)


def _rss_mb() -> int:
    """Return this process's present memory in MB, file pages that are mapped included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20


if __name__ == "__main__":
    main()
