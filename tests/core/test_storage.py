"""Blobs: stored under their content, whole or not at all, noticed when damaged."""

from __future__ import annotations

import errno
import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from studio.core.errors import NotFound, StorageFull
from studio.core.storage import BlobStore, LocalBlobs, RemoteBlobs


@pytest.fixture(params=["local", "remote"])
def store(request, tmp_path: Path) -> BlobStore:
    return LocalBlobs(tmp_path) if request.param == "local" else RemoteBlobs(FileSystemStorage(tmp_path))


def _file_of(root: Path, sha256: str) -> Path:
    return next(path for path in root.rglob(sha256) if path.is_file())


def test_what_was_put_is_read_back_under_its_sha256(store: BlobStore):
    data = b"drawing" * 300_000
    blob = store.put(io.BytesIO(data))
    assert (blob.sha256, blob.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert store.read(blob.sha256) == data
    assert store.exists(blob.sha256)


def test_the_same_bytes_twice_cost_their_room_once(store: BlobStore, tmp_path: Path):
    first, second = store.put(io.BytesIO(b"same")), store.put(io.BytesIO(b"same"))
    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_missing_blob_is_said_to_be_missing(store: BlobStore):
    with pytest.raises(NotFound) as caught:
        store.read("0" * 64)
    assert caught.value.code == "blob_missing"
    assert not store.exists("0" * 64)


def test_a_damaged_blob_is_refused_when_read(store: BlobStore, tmp_path: Path):
    blob = store.put(io.BytesIO(b"approved drawing"))
    _file_of(tmp_path, blob.sha256).write_bytes(b"approved drawinG")
    with pytest.raises(NotFound) as caught:
        store.read(blob.sha256)
    assert caught.value.code == "blob_damaged"


def test_putting_the_same_bytes_again_heals_a_damaged_local_blob(tmp_path: Path):
    store = LocalBlobs(tmp_path)
    blob = store.put(io.BytesIO(b"approved drawing"))
    _file_of(tmp_path, blob.sha256).write_bytes(b"half")
    store.put(io.BytesIO(b"approved drawing"))
    assert store.read(blob.sha256) == b"approved drawing"


def test_a_full_disk_says_so_and_leaves_nothing_behind(tmp_path: Path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("studio.core.storage.os.fsync", full)
    with pytest.raises(StorageFull) as caught:
        LocalBlobs(tmp_path).put(io.BytesIO(b"x" * 3 * 2**20))
    assert caught.value.data == {"need_mb": 4}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stream_that_breaks_leaves_nothing_behind_and_keeps_its_error(tmp_path: Path):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        LocalBlobs(tmp_path).put(Broken())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
