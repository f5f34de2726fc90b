"""Filled SVG paths as pixels: as much of SVG as potrace and vtracer write, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import cv2
import numpy as np
from defusedxml.ElementTree import fromstring

_FINE, _SHIFT = 4, 4
_TOKEN = re.compile(r"([MmLlCcZzHhVv])|(-?(?:\d+\.?\d*|\.\d+)(?:[eE]-?\d+)?)")
_TRANSFORM = re.compile(r"(translate|scale)\(([^)]*)\)")
_WANTS = {"M": 2, "L": 2, "C": 6, "H": 1, "V": 1}


def painted(svg: str, size_hw: tuple[int, int]) -> tuple[np.ndarray, int]:
    """Return where an SVG is darker than half, (h, w) bool, and the number of its dark paths.

    Args:
        svg: paths with `fill`, in px; white ones erase.
        size_hw: of the picture.

    Raises:
        ValueError: a path with something else than M, L, H, V, C and Z in it.
    """
    h, w = size_hw
    canvas = np.zeros((h * _FINE, w * _FINE), np.uint8)
    count = 0
    for data, moves, fill in _paths(fromstring(svg), [], "#000000"):
        dark = _luma(fill) < 128
        count += dark
        rings = [moved(ring, moves) for ring in subpaths(data)]
        fixed = [
            np.rint((ring * _FINE - 0.5) * (1 << _SHIFT)).astype(np.int32) for ring in rings if len(ring) > 2
        ]
        if fixed:
            cv2.fillPoly(canvas, fixed, 255 if dark else 0, cv2.LINE_8, _SHIFT)
    return cv2.resize(canvas, (w, h), interpolation=cv2.INTER_AREA) > 127, count


Moves = list[tuple[str, tuple[float, ...]]]


def _paths(node: object, moves: Moves, fill: str) -> Iterator[tuple[str, Moves, str]]:
    get = node.get  # type: ignore[attr-defined]
    own = [
        (name, tuple(map(float, re.split(r"[ ,]+", said.strip()))))
        for name, said in _TRANSFORM.findall(get("transform", ""))
    ]
    moves, fill = moves + own, get("fill", fill)
    if str(node.tag).endswith("path"):  # type: ignore[attr-defined]
        yield get("d", ""), moves, fill
    for child in node:  # type: ignore[attr-defined]
        yield from _paths(child, moves, fill)


def _luma(fill: str) -> float:
    digits = fill.lstrip("#")
    if len(digits) != 6:
        return 0.0
    r, g, b = (int(digits[k : k + 2], 16) for k in (0, 2, 4))
    return 0.299 * r + 0.587 * g + 0.114 * b


def moved(points: np.ndarray, moves: Moves) -> np.ndarray:
    """Return (n, 2) points in px of the picture: the innermost transform first."""
    for name, numbers in reversed(moves):
        by = np.array(numbers if len(numbers) == 2 else (numbers[0], numbers[0] if name == "scale" else 0.0))
        points = points * by if name == "scale" else points + by
    return points


def subpaths(data: str) -> list[np.ndarray]:
    """Return the rings of a path's `d`, (n, 2) float64 each, curves as twelve straight pieces."""
    rings: list[np.ndarray] = []
    ring: list[np.ndarray] = []
    at = np.zeros(2)
    for letter, numbers in _commands(data):
        if letter in "Zz":
            at = ring[0] if ring else at
            continue
        points = _points(letter, numbers, at)
        if letter in "Mm":
            if ring:
                rings.append(np.array(ring))
            ring = [points[0]]
        elif letter in "Cc":
            ring += list(_bent(at, points))
        else:
            ring.append(points[0])
        at = points[-1]
    return [*rings, np.array(ring)] if ring else rings


def _points(letter: str, numbers: list[float], at: np.ndarray) -> np.ndarray:
    base = at if letter.islower() else np.zeros(2)
    if letter in "Hh":
        return np.array([[base[0] + numbers[0], at[1]]])
    if letter in "Vv":
        return np.array([[at[0], base[1] + numbers[0]]])
    return np.array(numbers).reshape(-1, 2) + base


def _bent(start: np.ndarray, control: np.ndarray) -> np.ndarray:
    t = np.linspace(0, 1, 13)[1:, None]
    a, b, c = control
    return (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * c


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    letter, held = "", []
    if re.search(r"[AaQqSsTt]", data):
        msg = "a path with arcs or quadratic curves"
        raise ValueError(msg)
    for name, number in _TOKEN.findall(data):
        if name:
            letter, held = name, []
            if name in "Zz":
                yield name, []
            continue
        held.append(float(number))
        if len(held) == _WANTS[letter.upper()]:
            yield letter, held
            held = []
            letter = {"M": "L", "m": "l"}.get(letter, letter)
