"""The folders of `sakkan compare`: which files are drawings, what their names say, and their pixels.

Files are read by the same code as uploads of the studio, so a drawing means the same in both. A file that cannot be
read is a `Fault`: its name, why, and what to do. It never stops the others.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from assets.intake.formats import Picture, read_picture
from assets.intake.names import EXTENSIONS, is_system_file
from assets.intake.palettes import SwatchRow, read_palette
from assets.intake.problems import Problem, Refused
from assets.intake.safety import Limits
from studio.cli.errors import BadInput

LIMITS = Limits(
    max_pixels=64_000_000
)  # what the engine takes; an upload may be larger and is refused there later
_VIEW_WORDS = (
    ("three_quarter", r"three[ _-]?quarters?|3[ _-]?q|斜め|ななめ"),
    ("front", r"front|正面|前"),
    ("side", r"side|profile|横|側面"),
    ("back", r"back|rear|背面|後ろ?"),
)
_KIND_WORDS = (
    ("expression", r"expressions?|faces?|表情"),
    ("detail", r"details?|close[ _-]?up|アップ|詳細"),
    ("size", r"sizes?|heights?|scale|対比"),
)
_LAYER_WORDS = r"sheets?|turn[ _-]?arounds?|turns?|poses?|三面図|設定|ポーズ"


@dataclass(frozen=True)
class Fault:
    """Something to say about a file. `severity` "refused": it was not read; else it was, and this is a remark."""

    where: str  # sheet, drawings, rivals, colour model
    file: str
    severity: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return it as the report holds it."""
        return {
            "where": self.where,
            "file": self.file,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
        }


class Unread(Exception):
    """A file cannot be read; `fault` says why and what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True)
class Named:
    """A file that is a drawing by its name: `name` is its path from the folder that was given, with slashes."""

    path: Path
    name: str


@dataclass
class Folder:
    """What a folder holds: drawings in the order of their names, and the names of everything else."""

    root: Path
    drawings: list[Named] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Approved:
    """An approved drawing of a sheet; `png` 8 bits as the engine reads it."""

    file: Named
    png: bytes
    kind: str
    view: str
    content_sha256: str


@dataclass
class Sheet:
    """A design as a folder: the engine knows it by `label`."""

    label: str
    folder: Folder
    approved: list[Approved] = field(default_factory=list)
    swatches: list[SwatchRow] = field(default_factory=list)
    colour_model: str = ""  # the file's path as it was given


def look_into(path: Path, *, what: str) -> Folder:
    """Return what a folder (or one file) holds, in natural order: A2 before A10.

    Raises:
        BadInput: there is no such folder, or it may not be read.
    """
    if path.is_file():
        return Folder(path.parent, [Named(path, path.name)])
    if not path.is_dir():
        msg = f"There is no folder {path} ({what}). Look for a spelling mistake."
        raise BadInput(msg)
    if not os.access(path, os.R_OK | os.X_OK):
        msg = f"The folder {path} ({what}) may not be read. Give this user the right to read it."
        raise BadInput(msg)
    folder = Folder(path)
    for name in sorted(_names(path), key=natural):
        if _is_drawing(name):
            folder.drawings.append(Named(path / name, name))
        else:
            folder.others.append(name)
    return folder


def natural(name: str) -> tuple[Any, ...]:
    """Return a key by which A2 stands before A10, whatever the case; equal ones fall back to the bytes."""
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts), name


def repeated(drawings: Sequence[Named]) -> dict[str, str]:
    """Return for each file that has the bytes of an earlier one the name of the first: a held drawing, mostly.

    Only files of one size are read; one that cannot be is left for the comparison to complain about.
    """
    by_size: dict[int, list[Named]] = {}
    for named in drawings:
        try:
            by_size.setdefault(named.path.stat().st_size, []).append(named)
        except OSError:
            continue
    same: dict[str, str] = {}
    for alike in (each for each in by_size.values() if len(each) > 1):
        first: dict[str, str] = {}
        for named in alike:
            digest = _digest(named.path)
            if digest and first.setdefault(digest, named.name) != named.name:
                same[named.name] = first[digest]
    return same


def read_drawing(named: Named, where: str) -> Picture:
    """Return the picture of a file.

    Raises:
        Unread: with the reason and the way out.
    """
    try:
        return read_picture(named.path, named.name, LIMITS)
    except Refused as refusal:
        raise Unread(told(refusal.problem, where)) from refusal
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        message = f"It cannot be opened ({reason}). Put that right and run the command again."
        raise Unread(Fault(where, named.name, "refused", "CANNOT_OPEN", message)) from error


def told(problem: Problem, where: str) -> Fault:
    """Return what intake says about a file."""
    message = problem.message.replace("and upload it again", "and run the command again")
    return Fault(where, problem.path, problem.severity, problem.code, message)


def png_of(picture: Picture, named: Named) -> bytes:
    """Return a picture as the 8-bit PNG that the engine reads."""
    return picture.view_png if picture.view_png is not None else named.path.read_bytes()


def read_sheet(sheet: Sheet, where: str) -> Iterator[Fault]:
    """Read a sheet's drawings into it, yielding what is to be said about each file."""
    for named in sheet.folder.drawings:
        try:
            picture = read_drawing(named, where)
        except Unread as unread:
            yield unread.fault
            continue
        yield from (told(note, where) for note in picture.notes)
        kind, view = kind_and_view(named.name)
        png = png_of(picture, named)
        sheet.approved.append(Approved(named, png, kind, view, picture.content_sha256))


def left_out(folder: Folder, where: str) -> list[Fault]:
    """Return what is to be said about files that are no drawings although somebody may think so: movies."""
    message = "A movie is not compared. Export its frames as pictures into the folder."
    movies = [name for name in folder.others if EXTENSIONS.get(PurePosixPath(name).suffix.lower()) == "movie"]
    return [Fault(where, name, "notice", "MOVIE", message) for name in movies]


def read_colour_model(path: Path) -> tuple[list[SwatchRow], list[Fault]]:
    """Return the swatches of a colour model (CSV, ASE or GPL) and what is to be said about it.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        data = path.read_bytes()
        palette = read_palette(data, path.name)
    except Refused as refusal:
        msg = f"The colour model {path} cannot be read. {refusal.problem.message}"
        raise BadInput(msg) from refusal
    except OSError as error:
        msg = f"The colour model {path} cannot be opened ({error.strerror}). Look for a spelling mistake."
        raise BadInput(msg) from error
    return list(palette.swatches), [told(problem, "colour model") for problem in palette.problems]


def kind_and_view(name: str) -> tuple[str, str]:
    """Return what a sheet's file name says: turnaround, expression, detail or size; and the view, "" if none.

    The file's own name goes before its folders: `expressions/back.png` is an expression seen from behind.
    """
    kind = view = ""
    for part in reversed(PurePosixPath(name).with_suffix("").parts):
        kind = kind or _word_of(part, _KIND_WORDS)
        view = view or _word_of(part, _VIEW_WORDS)
    return kind or "turnaround", view


def unplain_folders(folder: Folder) -> list[str]:
    """Return the folders right below that no word of a sheet names: they may be several designs."""
    below = {PurePosixPath(each.name).parts[0] for each in folder.drawings if "/" in each.name}
    words = "|".join([_LAYER_WORDS, *(found for _, found in (*_KIND_WORDS, *_VIEW_WORDS))])
    odd = [name for name in sorted(below, key=natural) if not _has(name, words)]
    return odd if len(odd) > 1 else []


def labels(paths: Sequence[Path]) -> list[str]:
    """Return a short name for each folder: its own, with the folders above it where two are alike."""
    parts = [path.resolve().parts for path in paths]
    for depth in range(1, max((len(each) for each in parts), default=1) + 1):
        names = ["/".join(each[-depth:]) for each in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{path} ({index})" for index, path in enumerate(paths, start=1)]


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _names(root: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not is_system_file(name)]
        for name in names:
            path = (Path(parent) / name).relative_to(root).as_posix()
            if not is_system_file(path):
                yield path


def _is_drawing(name: str) -> bool:
    return EXTENSIONS.get(PurePosixPath(name).suffix.lower()) in {"picture", "layers"}


def _word_of(part: str, table: Sequence[tuple[str, str]]) -> str:
    return next((word for word, found in table if _has(part, found)), "")


def _has(part: str, words: str) -> bool:
    """Return whether one of the words stands alone in a name: `side` in `girl_side2`, not in `inside`."""
    return re.search(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])", part, re.IGNORECASE) is not None
