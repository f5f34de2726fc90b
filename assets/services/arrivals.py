"""Bytes of an upload on their way in: kept in a folder of their own until they are a take.

The row's offset is the truth; the file is cut to it before anything is added, so a crash in the middle costs only
what was not yet counted. One writer per file, by a lock that ends with its process.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings

from assets.models import Upload, UploadFile
from studio.core.errors import BadUpload, NotFound, StaleInput, StorageFull

_CHUNK_BYTES = 256 * 1024
_COUNT_EVERY_BYTES = 8 * 1024 * 1024  # what a killed process may cost


class ByteSource(Protocol):
    """Where bytes come from: a request, a file."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


def folder_of(upload: Upload) -> Path:
    """Return the folder of an upload's bytes."""
    return Path(settings.UPLOAD_DIR) / str(upload.pk)


def path_of(file: UploadFile) -> Path:
    """Return where a file's bytes lie."""
    return Path(settings.UPLOAD_DIR) / str(file.upload_id) / str(file.pk)


def forget(upload: Upload) -> None:
    """Remove an upload's bytes; call it only after the commit that made them needless."""
    shutil.rmtree(folder_of(upload), ignore_errors=True)


def append(file: UploadFile, offset_bytes: int, stream: ByteSource) -> UploadFile:
    """Add the rest of `stream` at `offset_bytes`; what arrived before a break is kept.

    Raises:
        StaleInput: another offset is right (code "upload_offset", data offset), or somebody is writing.
        BadUpload: the stream broke, or holds more than was announced.
        StorageFull: no room; what was counted is kept.
    """
    with _opened(file) as target:
        file.refresh_from_db()
        _check_offset(file, offset_bytes, target)
        target.truncate(file.offset_bytes)
        target.seek(file.offset_bytes)
        try:
            _copy(file, stream, target)
        finally:
            _count(file, target)
    return file


@contextmanager
def _opened(file: UploadFile) -> Iterator[IO[bytes]]:
    path = path_of(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageFull(need_mb=_mb(file.size_bytes)) from error
    with os.fdopen(descriptor, "r+b", buffering=0) as target:
        try:
            fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StaleInput("upload_busy", name=file.path) from error
        yield target


def _check_offset(file: UploadFile, offset_bytes: int, target: IO[bytes]) -> None:
    on_disk = os.fstat(target.fileno()).st_size
    if on_disk < file.offset_bytes:  # the disk lost what was counted: believe the disk
        UploadFile.objects.filter(pk=file.pk).update(offset_bytes=on_disk)
        file.offset_bytes = on_disk
    if offset_bytes != file.offset_bytes:
        raise StaleInput("upload_offset", name=file.path, offset=file.offset_bytes)


def _copy(file: UploadFile, stream: ByteSource, target: IO[bytes]) -> None:
    counted, start = target.tell(), target.tell()
    while chunk := _read(file, stream):
        if target.tell() + len(chunk) > file.size_bytes:
            target.seek(start)
            target.truncate(start)
            raise BadUpload("upload_too_long", name=file.path, size_bytes=file.size_bytes)
        _write(file, target, chunk)
        if target.tell() - counted >= _COUNT_EVERY_BYTES:
            _count(file, target)
            counted = target.tell()


def _read(file: UploadFile, stream: ByteSource) -> bytes:
    try:
        return stream.read(_CHUNK_BYTES)
    except OSError as error:  # Django's UnreadablePostError is one: the connection broke
        raise BadUpload("upload_interrupted", name=file.path) from error


def _write(file: UploadFile, target: IO[bytes], chunk: bytes) -> None:
    view: memoryview = memoryview(chunk)
    try:
        while view:
            view = view[target.write(view) :]
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageFull(need_mb=_mb(file.size_bytes - target.tell())) from error
        raise


def _count(file: UploadFile, target: IO[bytes]) -> None:
    """Write the offset that the file has reached into its row."""
    file.offset_bytes = target.tell()
    if not UploadFile.objects.filter(pk=file.pk).update(offset_bytes=file.offset_bytes):
        path_of(file).unlink(missing_ok=True)
        raise NotFound(what="upload")


def _mb(size_bytes: int) -> int:
    return max(1, size_bytes // 2**20 + 1)
