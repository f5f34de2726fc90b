"""The FAISS shard: exact, immutable, and refused when it is not what its manifest says."""

import json
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from ml import index
from ml.embedders.base import unit_rows
from ml.errors import ModelMismatch, ShapeMismatch, WeightsCorrupt
from ml.types import Embeddings


@pytest.fixture
def vectors() -> Embeddings:
    return Embeddings("m@1/1", unit_rows(np.random.default_rng(3).normal(size=(50, 16)).astype(np.float32)))


@pytest.fixture
def shard(vectors) -> index.Shard:
    return index.build(vectors, [(f"d{i % 5}", f"k{i}") for i in range(50)])


def test_the_nearest_drawing_of_a_drawing_is_itself(shard, vectors):
    hits = shard.search(vectors, 3)
    assert [h[0].drawing_key for h in hits] == [f"k{i}" for i in range(50)]
    assert all(h[0].similarity == pytest.approx(1.0, abs=1e-5) for h in hits)


def test_search_agrees_with_brute_force_and_is_sorted(shard, vectors):
    query = Embeddings("m@1/1", unit_rows(np.random.default_rng(4).normal(size=(7, 16)).astype(np.float32)))
    want = np.argsort(-(query.vectors @ vectors.vectors.T), axis=1)[:, :4]
    assert [[int(n.drawing_key[1:]) for n in row] for row in shard.search(query, 4)] == want.tolist()


def test_k_beyond_the_shard_gives_all_of_it(shard, vectors):
    assert len(shard.search(Embeddings("m@1/1", vectors.vectors[:1]), 500)[0]) == 50


def test_an_empty_shard_finds_nothing():
    empty = index.build(Embeddings("m", np.zeros((0, 4), np.float32)), [])
    assert empty.search(Embeddings("m", np.zeros((2, 4), np.float32)), 3) == [(), ()]


def test_two_models_never_meet(shard, vectors):
    with pytest.raises(ModelMismatch):
        shard.search(Embeddings("other@2/1", vectors.vectors), 1)


def test_another_length_is_refused(shard):
    with pytest.raises(ShapeMismatch):
        shard.search(Embeddings("m@1/1", np.zeros((1, 5), np.float32)), 1)


def test_one_key_for_each_vector(vectors):
    with pytest.raises(ShapeMismatch):
        index.build(vectors, [("d", "k")])


def test_a_saved_shard_answers_the_same(shard, vectors, tmp_path):
    index.save(shard, tmp_path)
    back = index.load(tmp_path, "m@1/1")
    assert back.search(vectors, 2) == shard.search(vectors, 2)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names[0] == ".lock"
    assert names[1].startswith("index-")
    assert names[2:] == ["manifest.json"]


def test_saving_again_replaces_the_old_shard(shard, vectors, tmp_path):
    index.save(shard, tmp_path)
    index.save(
        index.build(Embeddings("m@1/1", vectors.vectors[:3]), [("d", str(i)) for i in range(3)]), tmp_path
    )
    assert len(index.load(tmp_path, "m@1/1").keys) == 3


@pytest.mark.parametrize("damage", ["truncate", "flip", "missing", "manifest", "count"])
def test_a_damaged_shard_is_refused_and_built_anew(shard, vectors, tmp_path, damage):
    index.save(shard, tmp_path)
    file, manifest = next(tmp_path.glob("index-*")), tmp_path / "manifest.json"
    data, stated = file.read_bytes(), json.loads(manifest.read_text())
    if damage == "missing":
        file.unlink()
    elif damage == "manifest":
        manifest.write_text("{")
    elif damage == "count":
        manifest.write_text(json.dumps({**stated, "body": {**stated["body"], "count": 3}}))
    else:
        file.write_bytes(data[:-9] if damage == "truncate" else data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(WeightsCorrupt):
        index.load(tmp_path, "m@1/1")
    assert index.kept(tmp_path, "m@1/1", "", lambda: shard).search(vectors, 1) == shard.search(vectors, 1)
    assert len(index.load(tmp_path, "m@1/1").keys) == 50


def test_an_outdated_shard_is_built_anew(shard, vectors, tmp_path):
    few = index.build(Embeddings("m@1/1", vectors.vectors[:3]), [("d", str(i)) for i in range(3)])
    assert len(index.kept(tmp_path, "m@1/1", "rows of May", lambda: shard).keys) == 50
    assert len(index.kept(tmp_path, "m@1/1", "rows of May", lambda: few).keys) == 50
    assert len(index.kept(tmp_path, "m@1/1", "rows of June", lambda: few).keys) == 3
    with pytest.raises(WeightsCorrupt):
        index.load(tmp_path, "m@1/1", "rows of May")


_WRITER = """
    import os, signal, sys
    from pathlib import Path
    import numpy as np
    from ml import durable, index
    from ml.types import Embeddings
    step, at, calls = sys.argv[2], int(sys.argv[3]), []
    def killing(real):
        def call(*args):
            calls.append(1)
            if len(calls) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args)
        return call
    owner = {"fsync": os, "replace": Path, "swap_manifest": durable, "sweep": durable}[step]
    setattr(owner, step, killing(getattr(owner, step)))
    made = index.build(Embeddings("m@1/1", np.eye(4, dtype=np.float32)), [("d", str(i)) for i in range(4)])
    index.save(made, Path(sys.argv[1]), "new")
"""


@pytest.mark.parametrize(
    ("step", "at"),
    [("fsync", 1), ("replace", 1), ("swap_manifest", 1), ("fsync", 3), ("replace", 2), ("sweep", 1)],
)
def test_a_killed_writer_leaves_the_old_shard_or_the_new_one(shard, tmp_path, step, at):
    index.save(shard, tmp_path, "old")
    code = textwrap.dedent(_WRITER)
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path), step, str(at)], check=False)
    assert ended.returncode == -signal.SIGKILL
    is_new = step == "sweep"
    assert len(index.load(tmp_path, "m@1/1", "new" if is_new else "old").keys) == (4 if is_new else 50)
    index.save(shard, tmp_path, "old")
    assert len(list(tmp_path.iterdir())) == 3, "what the dead writer left is cleared away"


def test_a_shard_of_another_model_is_refused(shard, tmp_path):
    index.save(shard, tmp_path)
    with pytest.raises(ModelMismatch):
        index.load(tmp_path, "m@2/1")
