"""Triplets of real sequences: a drawing between two others is left out and asked for.

A folder of art names its sequences in MANIFEST.json (`role.sequence`, `role.frame`). Of drawings that are held only
the first counts. Asked are neighbours (k - 1, k, k + 1) and, for larger motion, every second and every third drawing.
Pictures stay as large as they are.

In real animation the middle is often eased towards a key, or a key itself. It lies between if the lines of both
halves are nearer to each other than the lines of the keys, and one half is at most twice the other (line Chamfer).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from bench.inbetween.lines import colours_of, ink_of, line_mask, over_white
from bench.inbetween.metrics import chamfer
from bench.inbetween.types import NotHere, Triplet

STRIDES = (1, 2, 3)
_MOST, _LEAST, _MPX = 90, 12, 24.0  # triplets of one set, fewer where pictures are large
_FEW_COLOURS = 128
_HELD = 0.05  # of 255, mean over the picture: the same drawing


@dataclass(frozen=True)
class Place:
    """Where a triplet comes from: files of key, middle and key."""

    set: str
    name: str
    files: tuple[Path, Path, Path]


def places(art: Path, most: int = _MOST, seed: int = 0) -> list[Place]:
    """Return the triplets asked, a chance sample of each set's where there are many.

    Raises:
        NotHere: no MANIFEST.json, or no sequence in it.
    """
    found: dict[str, list[Place]] = defaultdict(list)
    largest: dict[str, int] = defaultdict(int)
    for set_, sequences in _sequences(art).items():
        for name, files in sequences.items():
            kept = _without_holds(files)
            largest[set_] = max([largest[set_], *(width * high for _, (width, high) in kept)])
            found[set_] += _triplets(set_, name, [file for file, _ in kept])
    if not any(found.values()):
        msg = f"real is left out: {art} holds no sequence of three different drawings"
        raise NotHere(msg)
    chosen: list[Place] = []
    for set_, all_ in sorted(found.items()):
        number = min(most, max(_LEAST, int(_MPX * 1e6 / max(largest[set_], 1))))
        order = np.random.default_rng(seed).permutation(len(all_))[:number]
        chosen += [all_[k] for k in sorted(order.tolist())]
    return chosen


def _sequences(art: Path) -> dict[str, dict[str, list[Path]]]:
    try:
        files = json.loads((art / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        msg = f"real is left out: {art} has no MANIFEST.json that can be read"
        raise NotHere(msg) from error
    found: dict[str, dict[str, list[tuple[int, Path]]]] = defaultdict(lambda: defaultdict(list))
    for file in files:
        role = file.get("role", {})
        path = art / file["file"]
        if role.get("sequence") and path.exists():
            found[str(file.get("set", "real"))][str(role["sequence"])].append((int(role["frame"]), path))
    return {
        set_: {name: [path for _, path in sorted(drawings)] for name, drawings in sequences.items()}
        for set_, sequences in found.items()
    }


def _without_holds(files: Sequence[Path]) -> list[tuple[Path, tuple[int, int]]]:
    """Return the drawings that differ from the one before, of the size of the first, with their sizes."""
    kept: list[tuple[Path, tuple[int, int]]] = []
    last: np.ndarray | None = None
    for file in files:
        picture = over_white(read(file))
        if last is not None and picture.shape != last.shape:
            continue
        if last is None or np.abs(picture.astype(np.int16) - last).mean() > _HELD:
            kept.append((file, picture.shape[:2]))
            last = picture
    return kept


def _triplets(set_: str, sequence: str, files: Sequence[Path]) -> list[Place]:
    return [
        Place(set_, f"{sequence}-{stride}-{k:04d}", (files[k - stride], files[k], files[k + stride]))
        for stride in STRIDES
        for k in range(stride, len(files) - stride)
    ]


def read(file: Path) -> np.ndarray:
    """Return a picture: (h, w, 4) uint8 RGBA if it has alpha, else (h, w, 3) RGB."""
    with Image.open(file) as image:
        alpha = "A" in image.getbands() or "transparency" in image.info
        return np.asarray(image.convert("RGBA" if alpha else "RGB"))


def triplet(place: Place) -> Triplet:
    """Read a triplet and see whether its middle lies between."""
    a, truth, b = (read(file) for file in place.files)
    if len({p.shape[2] for p in (a, truth, b)}) > 1:
        a, truth, b = (_opaque(p) for p in (a, truth, b))
    hard = all(p.shape[2] == 3 or bool(np.isin(p[..., 3], (0, 255)).all()) for p in (a, b))
    few = len(colours_of(np.vstack([over_white(p).reshape(-1, 3) for p in (a, b)]))) <= _FEW_COLOURS
    found = Triplet(place.name, place.set, a, truth, b, binarised=hard and few, note=place.set)
    return replace(found, between=lies_between(found))


def _opaque(picture: np.ndarray) -> np.ndarray:
    if picture.shape[2] == 4:
        return picture
    return np.dstack((picture, np.full(picture.shape[:2], 255, np.uint8)))


def lies_between(found: Triplet) -> bool:
    """Return whether the middle truly lies between the keys; see the module."""
    ink = ink_of(found)
    a, m, b = (line_mask(over_white(p), ink) for p in (found.a, found.truth, found.b))
    whole, first, second = chamfer(a, b), chamfer(a, m), chamfer(m, b)
    return 0 < max(first, second) <= whole and min(first, second) * 2 >= max(first, second)
