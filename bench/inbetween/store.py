"""What is kept on disk between runs: triplets that were drawn, and drawings of methods that never change.

Everything is found by what it was made from, so that a change of the puppets or of the art makes it anew.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.inbetween.types import Draw, Method, Triplet

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = Path(tempfile.gettempdir()) / "ib-triplets"
_PICTURES = ("a", "truth", "b", "quarter", "three")


def digest(files: Iterable[Path]) -> str:
    """Return a short hash of the contents of files."""
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()[:12]


def puppets_digest() -> str:
    """Return the hash of all that decides what a puppet triplet looks like."""
    own = [ROOT / "bench/inbetween" / name for name in ("puppets.py", "pins.py")]
    return digest([*(ROOT / "ml/puppets").glob("*.py"), *own])


def kept(folder: Path, name: str, make: Callable[[], Triplet]) -> Triplet:
    """Return the triplet of a name from the folder, made and written if it is not there."""
    found = stored(folder, name)
    if found is None:
        found = make()
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{name}.npz", found)
    return found


def stored(folder: Path, name: str) -> Triplet | None:
    """Return the triplet of a name from the folder, None if it is not there."""
    file = folder / f"{name}.npz"
    return _read(file) if file.exists() else None


def _write(file: Path, triplet: Triplet) -> None:
    quarters = triplet.quarters or (None, None)
    pictures = (triplet.a, triplet.truth, triplet.b, *quarters)
    arrays = {n: png(p) for n, p in zip(_PICTURES, pictures, strict=True) if p is not None}
    told = {
        n: getattr(triplet, n)
        for n in ("name", "group", "ink", "binarised", "pins", "between", "moved_px", "note")
    }
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".npz", delete=False) as out:
        np.savez(out, told=np.frombuffer(json.dumps(told).encode(), np.uint8), **arrays)
    Path(out.name).replace(file)


def _read(file: Path) -> Triplet:
    with np.load(file) as data:
        told: dict[str, Any] = json.loads(data["told"].tobytes())
        pictures = {n: unpng(data[n]) for n in _PICTURES if n in data}
    told["ink"] = None if told["ink"] is None else tuple(tuple(c) for c in told["ink"])
    told["pins"] = tuple((tuple(p), tuple(q)) for p, q in told["pins"])
    three = pictures.pop("three", None)
    quarter = pictures.pop("quarter", None)
    triplet = Triplet(**pictures, **told)
    return triplet if quarter is None or three is None else replace(triplet, quarters=(quarter, three))


def png(picture: np.ndarray) -> np.ndarray:
    """Return RGB or RGBA as PNG bytes, (n,) uint8."""
    order = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.imencode(".png", cv2.cvtColor(picture, order))[1]).ravel()


def unpng(data: np.ndarray) -> np.ndarray:
    """Return the RGB or RGBA picture of PNG bytes."""
    picture = cv2.imdecode(np.ascontiguousarray(data), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    if picture.ndim == 2:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB))
    order = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(picture, order))


class Kept:
    """A method whose drawings are kept: one that draws the same for the same keys on every run."""

    def __init__(self, method: Method, folder: Path, version: str) -> None:
        self.name = method.name
        self._method = method
        self._folder = folder / "drawings" / f"{method.name}-{version}"
        self.taken = self.made = 0

    def prepare(self, triplet: Triplet) -> Draw:
        """Return what reads or draws."""
        keys = hashlib.sha256(triplet.a.tobytes() + triplet.b.tobytes()).hexdigest()[:24]
        ready: list[Draw] = []

        def draw(t: float) -> np.ndarray:
            file = self._folder / f"{keys}-{t:g}.png"
            if file.exists():
                self.taken += 1
                return unpng(np.frombuffer(file.read_bytes(), np.uint8))
            if not ready:
                ready.append(self._method.prepare(triplet))
            picture = ready[0](t)
            self.made += 1
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as out:
                out.write(png(picture).tobytes())
            Path(out.name).replace(file)
            return picture

        return draw
