"""A backup that can be trusted: the database as it was at one moment, and every blob, each checked by its sha256.

A backup is a folder. Blobs are kept once for all backups in it (they never change their bytes), so the second backup
costs what is new. The database is copied before the blobs: rows never point to bytes that came later.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from studio.core.errors import InvalidInput

MANIFEST = "manifest.json"
_CHUNK_BYTES = 1024 * 1024
_POSTGRES_FORMAT = "pg_dump custom format"


@dataclass(frozen=True)
class Backup:
    """One backup: its folder, when it was made, what its database file is called, and how much it holds."""

    folder: Path
    at: str
    database: str
    database_sha256: str
    blobs: list[str]
    size_bytes: int


def make(target: Path) -> Backup:
    """Write a backup below `target` and return it. A backup that was cut off has no manifest and is no backup.

    Raises:
        InvalidInput: blobs are in a bucket (its provider keeps versions), or pg_dump is not there.
    """
    root = _local_blobs()
    at = timezone.now().strftime("%Y-%m-%dT%H%M%SZ")
    folder = target / at
    folder.mkdir(parents=True)
    database = _dump(folder)
    names, size = [], database.stat().st_size
    for blob in _blobs_in(root):
        size += _keep_blob(blob, target)
        names.append(blob.name)
    backup = Backup(folder, at, database.name, _sha256(database), sorted(names), size)
    _write_manifest(backup)
    return backup


def find(folder: Path) -> Backup:
    """Return the backup in `folder`; in a folder of backups the newest one that is whole.

    Raises:
        InvalidInput: there is none.
    """
    whole = (
        [folder]
        if (folder / MANIFEST).exists()
        else sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    )
    if not whole:
        raise InvalidInput(field="folder", reason=f"there is no whole backup in {folder}")
    data = json.loads((whole[-1] / MANIFEST).read_text())
    return Backup(folder=whole[-1], **data)


def problems_of(backup: Backup) -> list[str]:
    """Return what is missing from a backup or damaged in it; nothing when it can be restored."""
    found = []
    database = backup.folder / backup.database
    if not database.exists() or _sha256(database) != backup.database_sha256:
        found.append(f"{database} is missing or damaged")
    for name in backup.blobs:
        blob = _place(backup.folder.parent, name)
        if not blob.exists() or _sha256(blob) != name:
            found.append(f"{blob} is missing or damaged")
    return found


def restore(backup: Backup) -> None:
    """Put a whole backup in place of what is there. The web server and the workers must be stopped.

    Raises:
        InvalidInput: the backup is not whole, or was made of another kind of database.
    """
    if problems := problems_of(backup):
        raise InvalidInput(field="backup", reason="; ".join(problems[:3]))
    root = _local_blobs()
    for name in backup.blobs:
        kept = root / "sha256" / name[:2] / name[2:4] / name
        if not kept.exists():
            _copy_whole(_place(backup.folder.parent, name), kept)
    _load(backup)


def _local_blobs() -> Path:
    if str(settings.BLOBS).startswith("s3://"):
        raise InvalidInput(
            field="blobs",
            reason="drawings are in a bucket: turn its versioning on and dump the database by itself",
        )
    return Path(settings.BLOBS)


def _blobs_in(root: Path) -> Iterator[Path]:
    return (path for path in (root / "sha256").rglob("*") if path.is_file())


def _place(target: Path, name: str) -> Path:
    return target / "blobs" / name[:2] / name[2:4] / name


def _keep_blob(blob: Path, target: Path) -> int:
    kept = _place(target, blob.name)
    if not kept.exists():
        _copy_whole(blob, kept)
    return kept.stat().st_size


def _copy_whole(source: Path, target: Path) -> None:
    """Copy by way of a temporary name: a file that has its name is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as spool, source.open("rb") as stream:
        shutil.copyfileobj(stream, spool, _CHUNK_BYTES)
    Path(spool.name).replace(target)


def _dump(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        path = folder / "sakkan.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)  # SQLite's own way: whole, while others write
        return path
    path = folder / "sakkan.pgdump"
    _postgres("pg_dump", "--format=custom", f"--file={path}")
    return path


def _load(backup: Backup) -> None:
    source = backup.folder / backup.database
    is_sqlite = source.suffix == ".sqlite3"
    if is_sqlite != (connection.vendor == "sqlite"):
        raise InvalidInput(field="backup", reason=f"{source.name} is of another kind of database")
    if is_sqlite:
        connection.ensure_connection()
        with closing(sqlite3.connect(source)) as copy:
            copy.backup(connection.connection)
        return
    _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--dbname", _postgres_name(), str(source))


def _postgres_name() -> str:
    return str(connection.settings_dict["NAME"])


def _postgres(command: str, *arguments: str) -> None:
    if shutil.which(command) is None:
        raise InvalidInput(
            field="database", reason=f"{command} is not there: install PostgreSQL's client programs"
        )
    known = connection.settings_dict
    where = {"--host": known["HOST"], "--port": known["PORT"], "--username": known["USER"]}
    options = [f"{name}={value}" for name, value in where.items() if value]
    database = [_postgres_name()] if command == "pg_dump" else []
    done = subprocess.run(
        [command, *options, *arguments, *database],
        env={"PGPASSWORD": str(known["PASSWORD"]), "PATH": _path_of(command)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise InvalidInput(field="database", reason=done.stderr.strip()[-300:])


def _path_of(command: str) -> str:
    return str(Path(str(shutil.which(command))).parent)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_manifest(backup: Backup) -> None:
    data: dict[str, Any] = {
        "at": backup.at,
        "database": backup.database,
        "database_sha256": backup.database_sha256,
        "blobs": backup.blobs,
        "size_bytes": backup.size_bytes,
    }
    path = backup.folder / MANIFEST
    with tempfile.NamedTemporaryFile("w", dir=backup.folder, delete=False) as spool:
        json.dump(data, spool)
    Path(spool.name).replace(path)
