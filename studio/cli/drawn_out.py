"""Files that `sakkan inbetween` and `cleanup` write: looked at before the work, there as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from assets.intake.names import EXTENSIONS
from studio.cli.errors import BadInput
from studio.cli.inbetween_keys import is_ours

SIDECAR, SIDECAR_ENDING, SHEET_ENDING = "inbetween.json", ".inbetween.json", ".filled.xdts"
CLEANUP_ENDING = ".cleanup.json"
_OTHER_PICTURES = dict.fromkeys((".gif", ".bmp", ".exr", ".json", ".xdts", ".svg"))


def is_file(out: Path, count: int, endings: tuple[str, ...] = (".png",)) -> bool:
    """Return whether OUT is a file (for one drawing, with one of these endings) and not a folder.

    Raises:
        BadInput: it is meant as a file and cannot be one.
    """
    ending = out.suffix.lower()
    if out.is_dir() or (not out.exists() and ending not in EXTENSIONS | _OTHER_PICTURES) or not ending:
        return False
    if ending not in endings:
        kinds, ways = (" or ".join(each) for each in ([e[1:].upper() for e in endings], endings))
        msg = f"Drawings are written as {kinds}, not as {out.name}. Name a folder, or a file that ends with {ways}."
        raise BadInput(msg)
    if count != 1:
        msg = f"{count} drawings do not go into one file {out}. Name a folder."
        raise BadInput(msg)
    return True


def refuse_unwritable(paths: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise BadInput where a file could not be written, or would take the place of somebody's work."""
    given = {path.resolve() for path in inputs}
    for path in paths:
        if path.resolve() in given:
            msg = f"{path} is one of the files given and stays as it is. Name another place with -o."
            raise BadInput(msg)
        if path.exists() and not _is_replaceable(path):
            msg = f"{path} is there already and no engine made it. Name another place with -o, or other --numbers."
            raise BadInput(msg)
        parent = next(each for each in path.parents if each.exists())
        if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
            msg = f"{path} cannot be written: {parent} is no folder that you may write in. Name another place with -o."
            raise BadInput(msg)


def write(files: Mapping[Path, bytes]) -> None:
    """Write all files, each in place of what was there before; where one cannot be written none is changed.

    Raises:
        BadInput: the disk is full, for example.
    """
    parts: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            with part.open("xb") as stream:
                parts[path] = part
                stream.write(data)
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        msg = f"{error.filename or 'A file'} cannot be written ({error.strerror}). Free space or name another place."
        raise BadInput(msg) from error
    finally:
        for part in parts.values():  # none is left where all went well
            part.unlink(missing_ok=True)


def _is_replaceable(path: Path) -> bool:
    if path.name == SIDECAR or path.name.endswith((SIDECAR_ENDING, SHEET_ENDING, CLEANUP_ENDING)):
        return path.is_file()
    return is_ours(path)
