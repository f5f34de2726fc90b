"""The archive: full answers under any filter, add and remove, one model, and a folder that nothing can spoil."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from ml import archive_segment, durable
from ml.archive import Archive
from ml.embedders.base import unit_rows
from ml.errors import ModelMismatch, ShapeMismatch
from ml.scan import NumpyScan, TorchScan
from ml.types import ArchiveRows, Embeddings

MODEL, NONE = "m@1/1", np.zeros(0, np.int64)


def vectors(count: int, dim: int = 16, seed: int = 1) -> np.ndarray:
    return unit_rows(np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32))


def clustered(count: int, dim: int = 32, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(60, dim))
    return unit_rows(
        (centres[rng.integers(60, size=count)] + 0.5 * rng.normal(size=(count, dim))).astype(np.float32)
    )


def rows(count: int, groups: int = 4, start: int = 0, **options: int) -> ArchiveRows:
    ids = np.arange(start, start + count, dtype=np.int64)
    return ArchiveRows(ids % groups, ids, vectors(count, **{"seed": start + 1, **options}))


def asked(query: np.ndarray) -> Embeddings:
    return Embeddings(MODEL, np.atleast_2d(query))


def everything(groups: int = 4) -> dict[int, None]:
    return dict.fromkeys(range(groups))


def exact(made: ArchiveRows, query: np.ndarray, allowed: np.ndarray, k: int) -> list[int]:
    similarity = made.vectors @ query
    similarity[~allowed] = -9
    return made.ids[np.argsort(-similarity, kind="stable")[: min(k, int(allowed.sum()))]].tolist()


def ids(hits) -> list[int]:
    return [hit.id for hit in hits]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", MODEL, NumpyScan())


def test_the_nearest_of_a_drawing_is_itself_and_the_rest_agree_with_brute_force(archive):
    made = rows(300)
    archive.change(made)
    for query in made.vectors[:5]:
        found = archive.search(asked(query), everything(), NONE, 7)[0]
        assert ids(found) == exact(made, query, np.ones(300, bool), 7)
        assert found[0].similarity == pytest.approx(1.0, abs=1e-5)


def test_an_empty_archive_finds_nothing(archive):
    assert archive.search(asked(vectors(2)), everything(), NONE, 3) == [(), ()]
    assert archive.facts()["rows"] == 0


def test_several_productions_are_merged_and_others_are_not_looked_into(archive):
    made = rows(200)
    archive.change(made)
    query = vectors(1, seed=99)[0]
    found = archive.search(asked(query), {1: None, 3: None}, NONE, 9)[0]
    assert ids(found) == exact(made, query, np.isin(made.groups, [1, 3]), 9)


def test_a_filter_of_a_few_ids_gives_all_of_them(archive):
    made = rows(400)
    archive.change(made)
    few = np.array([5, 9, 13, 17], np.int64)  # all of group 1
    found = archive.search(asked(vectors(1, seed=7)), {1: few}, NONE, 10)[0]
    assert sorted(ids(found)) == few.tolist()


def test_what_is_not_wanted_is_left_out_before_the_search_so_the_answer_is_full(archive):
    made = rows(100)
    archive.change(made)
    query = made.vectors[0]
    best = ids(archive.search(asked(query), everything(), NONE, 10)[0])
    after = archive.search(asked(query), everything(), np.array(sorted(best), np.int64), 10)[0]
    assert len(after) == 10
    assert not set(ids(after)) & set(best)


def test_one_picture_in_many_productions_is_one_result(archive):
    same = np.repeat(vectors(1), 40, axis=0)
    archive.change(ArchiveRows(np.arange(40), np.zeros(40, np.int64), same))
    archive.change(ArchiveRows(np.arange(5), np.arange(1, 6), vectors(5, seed=5)))
    found = archive.search(asked(same[0]), everything(40), NONE, 4)[0]
    assert len(found) == 4
    assert len(set(ids(found))) == 4


def test_removed_rows_vanish_and_added_ones_appear(archive):
    made = rows(60)
    archive.change(made)
    archive.change(removed={2: np.array([2, 6], np.int64), 3: None})
    assert archive.ids_of(2).tolist() == [i for i in range(60) if i % 4 == 2 and i not in {2, 6}]
    assert archive.ids_of(3).tolist() == []
    found = archive.search(asked(made.vectors[2]), everything(), NONE, 60)[0]
    assert not set(ids(found)) & {2, 6, *range(3, 60, 4)}
    archive.change(rows(1, start=2, groups=4))
    assert 2 in archive.ids_of(2)


def test_a_row_that_is_added_again_takes_the_place_of_the_old_one(archive):
    archive.change(rows(8))
    other = vectors(1, seed=50)
    archive.change(ArchiveRows(np.array([1]), np.array([5]), other))
    assert archive.facts()["rows"] == 8
    assert archive.search(asked(other), everything(), NONE, 1)[0][0].similarity == pytest.approx(
        1.0, abs=1e-5
    )


def test_an_empty_drawing_is_there_but_never_found(archive):
    archive.change(
        ArchiveRows(
            np.array([0, 0]), np.array([1, 2]), np.stack([np.zeros(4), [1, 0, 0, 0]]).astype(np.float32)
        )
    )
    assert archive.ids_of(0).tolist() == [1, 2]
    assert ids(archive.search(asked(np.array([1, 0, 0, 0], np.float32)), {0: None}, NONE, 5)[0]) == [2]


def test_many_small_segments_become_few_and_answer_the_same(archive):
    parts = [rows(20, start=20 * i) for i in range(12)]
    for part in parts:
        archive.change(part)
    archive.change(removed={0: np.array([0, 4], np.int64)}, note={"mark": 7})
    query = vectors(1, seed=33)
    before = archive.search(asked(query), everything(), NONE, 30)
    archive.tidy(lambda: None)
    facts = archive.facts()
    assert facts["segments"] <= 8
    assert (facts["rows"], facts["note"]) == (238, {"mark": 7})
    after = archive.search(asked(query), everything(), NONE, 30)
    assert [ids(one) for one in after] == [ids(one) for one in before]


def test_many_dead_rows_are_cleared_away(archive):
    archive.change(rows(40))
    archive.change(removed={0: None})
    archive.tidy(lambda: None)
    assert archive.facts()["dead"] == 0
    archive.change(removed=everything())
    archive.tidy(lambda: None)
    assert (archive.facts()["segments"], archive.facts()["rows"]) == (0, 0)


def test_two_models_never_meet(archive, tmp_path):
    archive.change(rows(5))
    with pytest.raises(ModelMismatch):
        archive.search(Embeddings("other@2/1", vectors(1)), everything(), NONE, 1)
    other = Archive(tmp_path / "archive", "other@2/1", NumpyScan())
    assert other.facts()["rows"] == 0, "a folder of another model counts as empty"


def test_another_length_is_refused(archive):
    archive.change(rows(5))
    with pytest.raises(ShapeMismatch):
        archive.search(asked(vectors(1, dim=3)), everything(), NONE, 1)
    with pytest.raises(ShapeMismatch):
        archive.change(rows(5, start=50, dim=3))


@pytest.fixture
def large(archive, monkeypatch) -> tuple[Archive, ArchiveRows]:
    """A segment with a coarse index, at a size that a test can build."""
    monkeypatch.setattr(archive_segment, "COARSE_FROM", 8_000)
    monkeypatch.setattr(archive_segment, "EXACT_UP_TO", 500)
    numbers = np.arange(12_000, dtype=np.int64)
    made = ArchiveRows(numbers % 10, numbers, clustered(12_000))
    archive.change(made)
    assert archive.facts()["coarse_rows"] == 12_000
    return archive, made


@pytest.mark.parametrize("share", [1, 10, 50, 300])  # 300: exact; 50 and 10: coarse, filtered; 1: coarse
def test_a_large_archive_finds_what_brute_force_finds_under_every_filter(large, share):
    archive, made = large
    allowed = made.ids % share == 0
    scope = {g: made.ids[allowed & (made.groups == g)] for g in range(10)} if share > 1 else everything(10)
    queries = clustered(20, seed=2)
    found = archive.search(asked(queries), scope, NONE, 10)
    assert all(len(one) == 10 for one in found)
    right = [
        len(set(ids(one)) & set(exact(made, q, allowed, 10))) for one, q in zip(found, queries, strict=True)
    ]
    assert sum(right) / (10 * len(queries)) >= 0.95


def test_dead_rows_of_a_large_segment_are_not_found(large):
    archive, made = large
    query = made.vectors[77]
    archive.change(removed={7: np.array([77], np.int64)})
    assert 77 not in ids(archive.search(asked(query), everything(10), NONE, 10)[0])


def test_torch_and_numpy_find_the_same(tmp_path):
    made = rows(500)
    folder = tmp_path / "a"
    Archive(folder, MODEL, NumpyScan()).change(made)
    query = asked(vectors(6, seed=70))
    scope = {0: None, 1: made.ids[made.ids % 8 == 1], 2: None}
    answers = [
        Archive(folder, MODEL, scan).search(query, scope, np.array([4, 8], np.int64), 12)
        for scan in (NumpyScan(), TorchScan("cpu", room_bytes=0), TorchScan("cpu", room_bytes=2**24))
    ]
    for other in answers[1:]:
        assert [ids(one) for one in other] == [ids(one) for one in answers[0]]
        near = [[hit.similarity for hit in one] for one in other]
        assert np.allclose(near, [[hit.similarity for hit in one] for one in answers[0]], atol=1e-5)


def test_a_device_with_room_answers_exactly_without_the_coarse_index(large):
    archive, made = large
    device = Archive(archive._folder, MODEL, TorchScan("cpu", room_bytes=2**26))
    query = clustered(3, seed=9)
    found = device.search(asked(query), everything(10), NONE, 10)
    assert [ids(one) for one in found] == [exact(made, q, np.ones(12_000, bool), 10) for q in query]


@pytest.mark.parametrize("damage", ["truncate", "flip", "missing", "manifest", "keys"])
def test_a_damaged_folder_counts_as_empty_and_is_written_anew(archive, tmp_path, damage):
    archive.change(rows(30), note={"mark": 1})
    folder = tmp_path / "archive"
    if damage == "manifest":
        text = (folder / "manifest.json").read_text()
        (folder / "manifest.json").write_text(text.replace('"mark": 1', '"mark": 2'))
    else:
        file = next(folder.glob("keys-*" if damage == "keys" else "vectors-*"))
        data = file.read_bytes()
        file.unlink()  # a new inode: the old bytes may be memory-mapped
        if damage != "missing":
            file.write_bytes(data[:-9] if damage == "truncate" else bytes([data[0] ^ 1]) + data[1:])
    again = Archive(folder, MODEL, NumpyScan())
    assert again.facts()["rows"] == 0
    assert again.facts()["note"] == {}
    again.change(rows(30), note={"mark": 1})
    assert Archive(folder, MODEL, NumpyScan()).facts()["rows"] == 30


def test_a_reader_sees_what_another_process_wrote(archive, tmp_path):
    reader = Archive(tmp_path / "archive", MODEL, NumpyScan())
    assert reader.facts()["rows"] == 0
    archive.change(rows(10))
    assert reader.facts()["rows"] == 10
    archive.clear()
    assert reader.facts()["rows"] == 0


_WRITER = """
    import os, signal, sys
    from pathlib import Path
    from ml import durable
    from tests.ml.test_archive import MODEL, NumpyScan, Archive, rows
    step, at = sys.argv[2], int(sys.argv[3])
    calls = []
    def killing(real):
        def call(*args, **options):
            calls.append(1)
            if len(calls) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)
        return call
    owner = os if step == "fsync" else Path if step in {"replace", "unlink"} else durable
    setattr(owner, step, killing(getattr(owner, step)))
    archive = Archive(Path(sys.argv[1]), MODEL, NumpyScan())
    archive.change(rows(20, start=100), {0: None}, {"mark": 2})
    archive.tidy(lambda: None)
    print("done", len(calls))
"""


def _killed(folder: Path, step: str, at: int) -> bool:
    """Run a writer in a process of its own that kills itself at the n-th call of `step`; whether it came so far."""
    code = textwrap.dedent(_WRITER)
    ended = subprocess.run(
        [sys.executable, "-c", code, str(folder), step, str(at)], check=False, cwd=Path.cwd()
    )
    assert ended.returncode in {0, -signal.SIGKILL}
    return ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("step", "points"), [("fsync", 9), ("replace", 5), ("swap_manifest", 2), ("unlink", 2)]
)
def test_a_writer_killed_anywhere_leaves_the_old_state_or_the_new_one(tmp_path, step, points):
    before, after = ({"mark": 1}, 20), ({"mark": 2}, 35)
    seen = []
    for at in range(1, points + 1):
        folder = tmp_path / f"{step}{at}"
        Archive(folder, MODEL, NumpyScan()).change(rows(20), note={"mark": 1})
        assert _killed(folder, step, at)
        again = Archive(folder, MODEL, NumpyScan())
        facts = again.facts()
        seen.append((facts["note"], facts["rows"]))
        again.change(rows(20, start=100), {0: None}, {"mark": 2})
        assert again.facts()["rows"] == 35
        left = {path.name for path in folder.iterdir()} - {".lock", "manifest.json"}
        counted = {file["name"] for one in again._now().segments for file in archive_segment_files(one)}
        assert left == counted, "the next writer clears away what the dead one left"
    assert all(one in (before, after) for one in seen)
    assert before in seen or step == "unlink"


def archive_segment_files(segment) -> list[dict]:
    return [segment.entry[name] for name in ("vectors", "keys", "dead", "coarse") if segment.entry[name]]


def test_one_writer_at_a_time(tmp_path):
    with durable.writing(tmp_path) as mine, durable.writing(tmp_path, wait=False) as other:
        assert (mine, other) == (True, False)
