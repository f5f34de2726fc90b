"""Sidecars of `sakkan cleanup`: JSON by which the same rough gives the same drawing again. See docs/cleanup.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.cli.drawn_out import CLEANUP_ENDING
from studio.cli.errors import BadInput
from studio.cli.inbetween_keys import Key

FORMAT = "sakkan-cleanup/1"
_MOST_BYTES = 1024 * 1024


def wishes_for(given: Path | None, key: Key) -> dict[str, Any]:
    """Return what a sidecar wishes for a rough; of a folder of sidecars the one that is named like the rough.

    Raises:
        BadInput: it cannot be read, or is of a drawing of another size.
    """
    if given is None:
        return {}
    if given.is_dir():
        path = given / f"{Path(key.named.name).with_suffix('')}{CLEANUP_ENDING}"
        return _read(path, key) if path.is_file() else {}
    return _read(given, key)


def as_json(key: Key, wishes: Mapping[str, Any]) -> bytes:
    """Return the sidecar of a rough. It holds no time, so that doing a thing twice changes nothing."""
    told = {"format": FORMAT, "size_hw": list(key.size_hw), "wishes": dict(wishes)}
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _read(path: Path, key: Key) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b"")
    except OSError as error:
        msg = f"The sidecar {path} cannot be opened ({error.strerror}). Look for a spelling mistake."
        raise BadInput(msg) from error
    except (ValueError, RecursionError) as error:
        raise _no_sidecar(path, "it is no JSON that can be read") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _no_sidecar(path, f"its format is not {FORMAT}")
    wishes = told.get("wishes", {})
    if not isinstance(wishes, dict):
        raise _no_sidecar(path, "wishes is no object")
    if told.get("size_hw") not in (None, list(key.size_hw)):
        msg = (
            f"{path} is for a rough of {told['size_hw']} (height, width), {key.named.name} has {list(key.size_hw)}, so "
            "its points would miss. Take the rough that it was made for, or leave it out."
        )
        raise BadInput(msg)
    return wishes


def _no_sidecar(path: Path, reason: str) -> BadInput:
    return BadInput(
        f"{path} is no sidecar of clean-up: {reason}. Give the file that lies beside the drawing."
    )
