"""The door to stored bytes: content-addressed blobs, written once, never changed.

A blob's name is the sha256 of its bytes, so the same picture uploaded twice costs its room once and a damaged
file is noticed when it is read.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage

from studio.core.errors import NotFound, StorageFull

_CHUNK_BYTES = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Blob:
    """A stored file: the sha256 of its bytes, in hex, and how many they are."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """Where bytes live."""

    def put(self, stream: IO[bytes]) -> Blob:
        """Store the rest of `stream`; storing the same bytes again changes nothing."""

    def open(self, sha256: str) -> IO[bytes]:
        """Open a blob for reading. Raises NotFound(code="blob_missing")."""

    def read(self, sha256: str) -> bytes:
        """Return the bytes of a blob. Raises NotFound (code "blob_missing", or "blob_damaged")."""

    def exists(self, sha256: str) -> bool:
        """Return whether the blob is there."""


def _key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _verified(data: bytes, sha256: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise NotFound("blob_damaged", sha256=sha256)
    return data


def _copy(stream: IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    """Copy `stream` to `target`; return the sha256 in hex and how many bytes there were."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


class LocalBlobs:
    """Blobs in a folder: written to a temporary file, synced, then renamed, so no half file ever has a name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, stream: IO[bytes]) -> Blob:
        """Store the rest of `stream`. Raises StorageFull; whatever goes wrong, nothing half is left behind."""
        incoming = self._root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(descriptor, "wb") as target:
                digest, size = _copy(stream, target)
                target.flush()
                os.fsync(target.fileno())
            final = self._root / _key(digest)
            final.parent.mkdir(parents=True, exist_ok=True)
            Path(name).replace(final)
        except BaseException as error:
            written = Path(name).stat().st_size
            Path(name).unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in _FULL:
                raise StorageFull(need_mb=written // 2**20 + 1) from error
            raise
        return Blob(digest, size)

    def open(self, sha256: str) -> IO[bytes]:
        """Open a blob for reading."""
        try:
            return (self._root / _key(sha256)).open("rb")
        except FileNotFoundError as error:
            raise NotFound("blob_missing", sha256=sha256) from error

    def read(self, sha256: str) -> bytes:
        """Return the bytes of a blob."""
        with self.open(sha256) as file:
            return _verified(file.read(), sha256)

    def exists(self, sha256: str) -> bool:
        """Return whether the blob is there."""
        return (self._root / _key(sha256)).exists()


class RemoteBlobs:
    """Blobs in any Django storage, S3 in production. A key is its content, so writing twice is harmless."""

    def __init__(self, backend: Storage) -> None:
        self._backend = backend

    def put(self, stream: IO[bytes]) -> Blob:
        """Store the rest of `stream`, by way of a temporary file: the name is known only at the end."""
        with tempfile.TemporaryFile() as spool:
            shutil.copyfileobj(stream, spool, _CHUNK_BYTES)
            size = spool.tell()
            spool.seek(0)
            sha256 = hashlib.file_digest(spool, "sha256").hexdigest()
            spool.seek(0)
            if not self.exists(sha256):
                self._backend.save(_key(sha256), File(spool))
        return Blob(sha256, size)

    def open(self, sha256: str) -> IO[bytes]:
        """Open a blob for reading."""
        try:
            return self._backend.open(_key(sha256), "rb")
        except FileNotFoundError as error:
            raise NotFound("blob_missing", sha256=sha256) from error

    def read(self, sha256: str) -> bytes:
        """Return the bytes of a blob."""
        with self.open(sha256) as file:
            return _verified(file.read(), sha256)

    def exists(self, sha256: str) -> bool:
        """Return whether the blob is there."""
        return self._backend.exists(_key(sha256))


@cache
def _make(url: str, endpoint: str) -> BlobStore:
    if not url.startswith("s3://"):
        return LocalBlobs(Path(url))
    from storages.backends.s3 import S3Storage  # noqa: PLC0415  (boto3 takes a second; only where it is used)

    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return RemoteBlobs(S3Storage(bucket_name=bucket, location=prefix, endpoint_url=endpoint or None))


def blobs() -> BlobStore:
    """Return the store of this installation."""
    return _make(str(settings.BLOBS), settings.BLOBS_S3_ENDPOINT)
