"""Limits of an upload and the reading of zips: nothing leaves its folder, nothing grows without bound.

Sizes written in an archive are never believed: bytes are counted while they come out.
"""

import errno
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from assets.intake.names import is_system_file
from assets.intake.problems import Problem, Refused, notice, refused

_MIB = 1024 * 1024
_CHUNK_BYTES = _MIB
_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".lzh", ".lha", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
_MAX_COMPONENT_BYTES = 200
_MAX_PATH_BYTES = 1000
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1


@dataclass(frozen=True)
class Limits:
    """What one upload may ask for."""

    max_file_bytes: int = 512 * _MIB
    max_pixels: int = 100_000_000
    max_side: int = 20_000
    max_files: int = 5_000
    max_total_bytes: int = 20 * 1024 * _MIB
    max_zip_ratio: int = 200
    # An unpacked TGA of one flat colour packs a thousandfold, so the ratio counts only above one 4K picture.
    ratio_free_bytes: int = 64 * _MIB
    max_frames: int = 5_000
    # Left free on the disk for the database and logs.
    reserve_bytes: int = 256 * _MIB


@dataclass(frozen=True)
class ExtractedFile:
    """One file out of a zip: ``path`` as the artist named it, ``file`` where it lies now."""

    path: str
    file: Path
    size_bytes: int


@dataclass(frozen=True)
class ZipReport:
    """What came out of a zip and what did not."""

    files: tuple[ExtractedFile, ...]
    problems: tuple[Problem, ...]


@dataclass
class _Progress:
    """What one extraction has done so far."""

    files: list[ExtractedFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    ignored: list[str] = field(default_factory=list)
    total_bytes: int = 0


class _Stop(Exception):
    """The whole extraction ends here; what came out so far is kept."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def check_upload(files: Iterable[tuple[str, int]], limits: Limits) -> tuple[Problem, ...]:
    """Return what is wrong with an upload of (path, size in bytes) before any byte of it is read."""
    listed = [(path, size) for path, size in files if not is_system_file(path)]
    if not listed:
        return (refused("EMPTY_FOLDER", ""),)
    problems = []
    if len(listed) > limits.max_files:
        problems.append(refused("TOO_MANY_FILES", "", count=len(listed), limit=limits.max_files))
    if sum(size for _path, size in listed) > limits.max_total_bytes:
        problems.append(refused("UPLOAD_TOO_LARGE", "", limit_bytes=limits.max_total_bytes))
    for path, size in listed:
        if size == 0:
            problems.append(refused("EMPTY_FILE", path))
        elif size > limits.max_file_bytes:
            problems.append(
                refused("FILE_TOO_LARGE", path, size_bytes=size, limit_bytes=limits.max_file_bytes)
            )
    return tuple(problems)


def check_disk(folder: Path, needed_bytes: int, limits: Limits) -> Problem | None:
    """Return the problem if ``folder``'s disk cannot take ``needed_bytes`` more and keep its reserve."""
    free = shutil.disk_usage(folder).free
    if free - limits.reserve_bytes >= needed_bytes:
        return None
    return refused("DISK_FULL", "", free_bytes=free, needed_bytes=needed_bytes + limits.reserve_bytes)


def safe_relative_path(name: str) -> str:
    """Return ``name`` as a path that stays inside any folder it is joined to.

    Convention:
        composed Unicode, ``/`` between folders, no empty, ``.`` or ``..`` part, no drive, no control character.

    Raises:
        Refused: PATH_UNSAFE where that would need guessing, NAME_TOO_LONG.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = [part for part in text.split("/") if part not in {"", "."}]
    has_drive = bool(parts) and len(parts[0]) == 2 and parts[0][1] == ":"
    has_control = any(ord(character) < 0x20 or ord(character) == 0x7F for character in text)
    has_surrogate = any(0xD800 <= ord(character) <= 0xDFFF for character in text)
    if not parts or text.startswith("/") or ".." in parts or has_drive or has_control or has_surrogate:
        raise Refused(refused("PATH_UNSAFE", _printable(name), name=_printable(name)))
    path = "/".join(parts)
    longest = max(len(part.encode()) for part in parts)
    if longest > _MAX_COMPONENT_BYTES or len(path.encode()) > _MAX_PATH_BYTES:
        limit = _MAX_COMPONENT_BYTES if longest > _MAX_COMPONENT_BYTES else _MAX_PATH_BYTES
        raise Refused(refused("NAME_TOO_LONG", path, length=max(longest, len(path)), limit=limit))
    return path


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name, decoded as its packer meant it.

    Zips without the UTF-8 flag should hold CP437; Japanese Windows writes CP932 and macOS writes UTF-8 there.
    """
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def extract_zip(path: Path, into: Path, limits: Limits) -> ZipReport:
    """Unpack the good files of a zip into ``into`` (an empty folder of the caller's) and report on the others."""
    progress = _Progress()
    try:
        with zipfile.ZipFile(path) as archive:
            for info in _entries(archive, limits):
                _extract_entry(archive, info, into, limits, progress)
    except _Stop as stop:
        progress.problems.append(stop.problem)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        progress.problems.append(refused("ZIP_DAMAGED", "", reason=str(error)))
    return _report(progress)


def _entries(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    entries = [info for info in archive.infolist() if not info.orig_filename.endswith("/")]
    if len(entries) > limits.max_files:
        raise _Stop(refused("TOO_MANY_FILES", "", count=len(entries), limit=limits.max_files))
    return entries


def _report(progress: _Progress) -> ZipReport:
    problems = list(progress.problems)
    if progress.ignored:
        examples = ", ".join(progress.ignored[:3])
        problems.append(notice("SYSTEM_FILES_IGNORED", "", count=len(progress.ignored), examples=examples))
    if not progress.files and not progress.problems:
        problems.append(refused("EMPTY_FOLDER", ""))
    return ZipReport(tuple(progress.files), tuple(problems))


def _extract_entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, into: Path, limits: Limits, progress: _Progress
) -> None:
    try:
        name = safe_relative_path(entry_name(info))
        if is_system_file(name):
            progress.ignored.append(name)
            return
        _check_entry(info, name, limits, progress)
    except Refused as refusal:
        progress.problems.append(refusal.problem)
        return
    target = _target(into, name)
    try:
        size = _write_entry(archive, info, target, name, limits, progress)
    except Refused as refusal:
        progress.problems.append(refusal.problem)
    else:
        progress.seen.add(name.casefold())
        progress.files.append(ExtractedFile(name, target, size))


def _target(into: Path, name: str) -> Path:
    target = into / name
    # safe_relative_path promises this; the disk is worth a second look.
    if not target.resolve().is_relative_to(into.resolve()):
        raise _Stop(refused("PATH_UNSAFE", name, name=name))
    return target


def _check_entry(info: zipfile.ZipInfo, name: str, limits: Limits, progress: _Progress) -> None:
    """Refuse an entry for what its record in the archive already says."""
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode not in {0, stat.S_IFREG}:
        raise Refused(refused("ZIP_LINK", name))
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise Refused(refused("ZIP_ENCRYPTED", name))
    if PurePosixPath(name).suffix.lower() in _ARCHIVES:
        raise Refused(refused("ZIP_NESTED", name))
    if name.casefold() in progress.seen:
        raise Refused(refused("ZIP_DUPLICATE", name))
    _check_size(info.file_size, info, name, limits)


def _check_size(size: int, info: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    """Refuse ``size`` unpacked bytes, be they promised or counted."""
    packed = max(info.compress_size, 1)
    if size > limits.ratio_free_bytes and size > packed * limits.max_zip_ratio:
        raise Refused(refused("ZIP_BOMB", name, size_bytes=size, packed_bytes=packed))
    if size > limits.max_file_bytes:
        raise Refused(refused("FILE_TOO_LARGE", name, size_bytes=size, limit_bytes=limits.max_file_bytes))


def _write_entry(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    target: Path,
    name: str,
    limits: Limits,
    progress: _Progress,
) -> int:
    """Write one entry to ``target`` and return its size in bytes; where that fails nothing is left of it."""
    full = check_disk(_existing(target), info.file_size, limits)
    if full:
        raise _Stop(full)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as sink:
            try:
                return _stream_entry(archive, info, sink, name, limits, progress)
            except (Refused, _Stop, OSError):
                target.unlink(missing_ok=True)
                raise
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            free = shutil.disk_usage(_existing(target)).free
            raise _Stop(refused("DISK_FULL", name, free_bytes=free, needed_bytes=info.file_size)) from error
        raise Refused(refused("ZIP_ENTRY_DAMAGED", name, reason=error.strerror or str(error))) from error


def _stream_entry(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    sink: IO[bytes],
    name: str,
    limits: Limits,
    progress: _Progress,
) -> int:
    try:
        with archive.open(info) as source:
            return _copy(source, sink, info, name, limits, progress)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        reason = str(error) or type(error).__name__
        raise Refused(refused("ZIP_ENTRY_DAMAGED", name, reason=reason)) from error


def _existing(path: Path) -> Path:
    return next(parent for parent in path.absolute().parents if parent.exists())


def _copy(
    source: IO[bytes],
    sink: IO[bytes],
    info: zipfile.ZipInfo,
    name: str,
    limits: Limits,
    progress: _Progress,
) -> int:
    size = 0
    while chunk := source.read(_CHUNK_BYTES):
        if size == 0 and chunk.startswith((b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")):
            raise Refused(refused("ZIP_NESTED", name))
        size += len(chunk)
        progress.total_bytes += len(chunk)
        _check_size(size, info, name, limits)
        if progress.total_bytes > limits.max_total_bytes:
            raise _Stop(refused("UPLOAD_TOO_LARGE", "", limit_bytes=limits.max_total_bytes))
        sink.write(chunk)
    if size == 0:
        raise Refused(refused("EMPTY_FILE", name))
    return size


def _printable(name: str) -> str:
    return name.encode("unicode_escape").decode("ascii") if not name.isprintable() else name
