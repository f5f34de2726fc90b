"""Sidecars of `sakkan inbetween`: JSON by which the same keys give the same drawings again. See docs/inbetween.md."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from assets.drawing_numbers import is_one
from assets.spacing import MOST, Chart
from studio.cli.errors import BadInput
from studio.cli.inbetween_keys import Key

FORMAT = "sakkan-inbetween/1"
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Sidecar:
    """A sidecar as it was read; `steering` is for the engine to judge."""

    path: Path
    steering: dict[str, Any]
    chart: Chart | None
    keys_sha256: tuple[str, ...]
    size_hw: tuple[int, int] | None
    engine: str
    model_id: str
    numbers: tuple[str, ...] = ()

    def is_of(self, a: Key, b: Key) -> bool:
        """Return whether it was made for these keys."""
        return self.keys_sha256 == (a.sha256, b.sha256)

    def refuse_other_size(self, key: Key) -> None:
        """Raise BadInput where its points are of drawings of another size."""
        if self.size_hw is not None and self.size_hw != key.size_hw:
            (h, w), (key_h, key_w) = self.size_hw, key.size_hw
            msg = (
                f"{self.path} is for keys of {w}x{h} pixels, {key.named.name} has {key_w}x{key_h}, so its points "
                "would miss. Take the keys that it was made for, or leave it out."
            )
            raise BadInput(msg)

    def remarks(self, a: Key, b: Key, facts: Mapping[str, Any]) -> list[str]:
        """Return why the drawings may differ from those that it was made with."""
        said = []
        if self.keys_sha256 and not self.is_of(a, b):
            said.append(f"{self.path} was made for other keys; look whether its points still fit.")
        made = {"engine": self.engine, "model_id": self.model_id}
        for name, value in made.items():
            if value and value != facts[name]:
                said.append(
                    f"{self.path} was made with {value}; this is {facts[name]}, so drawings may differ."
                )
        return said


def read(path: Path) -> Sidecar:
    """Return a sidecar.

    Raises:
        BadInput: with the file, the place in it and the way out.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
        told = json.loads(data)
    except OSError as error:
        msg = f"The sidecar {path} cannot be opened ({error.strerror}). Look for a spelling mistake."
        raise BadInput(msg) from error
    except (ValueError, RecursionError) as error:
        raise _no_sidecar(path, "it is no JSON that can be read") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _no_sidecar(path, f"its format is not {FORMAT}")
    if not isinstance(told.get("steering", {}), dict):
        raise _no_sidecar(path, "steering is no object")
    if not isinstance(told.get("keys", []), list):
        raise _no_sidecar(path, "keys is no list")
    keys = told.get("keys")
    return Sidecar(
        path,
        dict(told.get("steering", {})),
        _chart(path, told),
        tuple(str(key.get("sha256", "")) for key in keys or () if isinstance(key, dict)),
        _size(path, told.get("size_hw")),
        str(told.get("engine") or ""),
        str(told.get("model") or ""),
        _numbers(told.get("numbers")),
    )


def as_json(
    keys: tuple[Key, Key],
    chart: Chart,
    numbers: Sequence[str],
    steering: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> bytes:
    """Return the sidecar of one pair of keys. It holds no time, so that doing a thing twice changes nothing."""
    told = {
        "format": FORMAT,
        "engine": facts["engine"],
        "model": facts["model_id"],
        "size_hw": list(keys[0].size_hw),
        "keys": [{"sha256": key.sha256, "number": key.number} for key in keys],
        "chart": chart.text,
        "positions": list(chart.positions),
        "numbers": list(numbers),
        "steering": dict(steering),
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _chart(path: Path, told: Mapping[str, Any]) -> Chart | None:
    positions = told.get("positions")
    if positions in (None, []):
        return None
    if not (isinstance(positions, list) and len(positions) <= MOST and _ascends(positions)):
        raise _no_sidecar(path, "positions are no ascending numbers between 0 and 1")
    return Chart(str(told.get("chart") or ""), tuple(float(at) for at in positions))


def _ascends(positions: Sequence[Any]) -> bool:
    if not all(isinstance(at, int | float) and math.isfinite(at) for at in positions):
        return False
    chain = [0, *positions, 1]
    return all(before < after for before, after in pairwise(chain))


def _numbers(told: Any) -> tuple[str, ...]:
    """Return the numbers that the drawings had, so that they get the same names again; none where they do not fit."""
    if isinstance(told, list) and all(isinstance(each, str) and is_one(each) for each in told):
        return tuple(told)
    return ()


def _size(path: Path, told: Any) -> tuple[int, int] | None:
    if told is None:
        return None
    if isinstance(told, list) and len(told) == 2 and all(isinstance(each, int) for each in told):
        return told[0], told[1]
    raise _no_sidecar(path, "size_hw is no [height, width]")


def _no_sidecar(path: Path, reason: str) -> BadInput:
    return BadInput(
        f"{path} is no sidecar of in-betweens: {reason}. Give the file that lies beside the drawings."
    )
