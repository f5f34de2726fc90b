"""Files of an index that a killed writer cannot harm.

A folder holds immutable files whose names carry their own checksum, and one manifest that names the files that count.
A writer adds files (temporary file, fsync, rename, fsync of the folder), then swaps the manifest in the same way. So
whoever reads sees the state of before or after, whenever the writer dies; files that no manifest names are swept away
by the next writer. A file whose bytes are not what the manifest says is refused: the caller builds it anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ml.errors import WeightsCorrupt

MANIFEST, _LOCK, _TEMPORARY = "manifest.json", ".lock", ".tmp"
_known: dict[tuple[str, int, int, int], str] = {}


def write(folder: Path, stem: str, suffix: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    """Write the chunks as one new file of `folder` and return its entry: name, bytes and sha256.

    Its name is `stem`, the head of the checksum, and `suffix`.
    """
    beside = folder / f"{stem}.{os.getpid()}{_TEMPORARY}"
    digest, size = hashlib.sha256(), 0
    with beside.open("wb") as stream:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    name = f"{stem}-{digest.hexdigest()[:16]}{suffix}"
    beside.replace(folder / name)
    sync_folder(folder)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}


def swap_manifest(folder: Path, body: dict[str, Any]) -> None:
    """Let `body` (JSON) be what counts from now on."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    outer = json.dumps({"sha256": _sha256(text), "body": body}, ensure_ascii=False, sort_keys=True)
    beside = folder / f"{MANIFEST}.{os.getpid()}{_TEMPORARY}"
    with beside.open("wb") as stream:
        stream.write(outer.encode())
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(folder / MANIFEST)
    sync_folder(folder)


def read_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return what `swap_manifest` wrote.

    Raises:
        WeightsCorrupt: there is none, it is damaged, or its "format" is not `kind`.
    """
    try:
        outer = json.loads((folder / MANIFEST).read_text())
        body = outer["body"]
        stated = (outer["sha256"], body["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = "this index cannot be read; build it anew"
        raise WeightsCorrupt(msg, actual=str(error)) from error
    actual = (_sha256(json.dumps(body, ensure_ascii=False, sort_keys=True)), kind)
    if stated != actual:
        msg = "the manifest of this index is damaged or of another version; build it anew"
        raise WeightsCorrupt(msg, expected=stated, actual=actual)
    return dict(body)


def verified(folder: Path, entry: dict[str, Any]) -> Path:
    """Return the path of a file whose bytes are those of its entry. Each file is read through once in a process.

    Raises:
        WeightsCorrupt: it is not there, was truncated or changed.
    """
    try:
        path, stated = folder / str(entry["name"]), str(entry["sha256"])
        found = path.stat()
        key = (str(path), found.st_ino, found.st_size, found.st_mtime_ns)
        if key not in _known:
            with path.open("rb") as stream:
                _known[key] = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, KeyError, TypeError) as error:
        msg = "a file of this index cannot be read; build it anew"
        raise WeightsCorrupt(msg, actual=str(error)) from error
    if _known[key] != stated:
        msg = "a file of this index is not what its manifest says; build it anew"
        raise WeightsCorrupt(msg, expected=stated, actual=_known[key])
    return path


def sweep(folder: Path, entries: Iterable[dict[str, Any]]) -> None:
    """Remove the files that count no longer. A reader that has one of them open keeps it until it lets go."""
    counted = {str(entry["name"]) for entry in entries} | {MANIFEST, _LOCK}
    for path in folder.iterdir():
        if path.name not in counted and path.is_file():
            path.unlink(missing_ok=True)


@contextmanager
def writing(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the folder's one writer's place; yields False when another has it and `wait` is False.

    The lock is the kernel's: it ends with its process, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("wb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def sync_folder(folder: Path) -> None:
    """Bring the folder's own list of names to the disk: a rename is not safe before that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
