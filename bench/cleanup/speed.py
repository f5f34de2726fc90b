"""Seconds of each method, alone on the machine: one drawing of 512 px and one of 1920 x 1080, median of a few."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from bench.cleanup.questions import puppets
from bench.cleanup.types import Method
from ml.training.line_art import Line, LineArt, with_ends
from ml.training.roughen import roughen

_LEVEL = 1.0


def full_hd(split: str) -> np.ndarray:
    """Return a medium rough of 1920 x 1080: five characters side by side, (1080, 1920, 3) uint8."""
    lines: list[Line] = []
    for k, make in enumerate(puppets(split, 2)[:5]):
        scale = 1080 / 512 * 0.8
        for one in make().art.lines:
            points = (one.points_xy * scale + (k * 330 - 120, 120)).astype(np.float32)
            kept = (points > 4).all(axis=1) & (points < (1916, 1076)).all(axis=1)
            if kept.all():
                lines.append(Line(points, one.width_px * 2, one.is_closed))
    art = with_ends(LineArt((1080, 1920), tuple(lines)))
    return roughen(art, _LEVEL, 5).rgb


def measure(made: Sequence[Method], split: str, times: int) -> dict[str, dict[str, float]]:
    """Return method -> "512" and "1080p" -> seconds; the first call of each is not counted."""
    pictures = {"512": puppets(split, 1)[1]().rough.rgb, "1080p": full_hd(split)}
    found: dict[str, dict[str, float]] = {}
    for method in made:
        found[method.name] = {size: _seconds(method, rgb, times) for size, rgb in pictures.items()}
    return found


def _seconds(method: Method, rgb: np.ndarray, times: int) -> float:
    method.clean(rgb)
    spent = []
    for _ in range(times):
        start = perf_counter()
        method.clean(rgb)
        spent.append(perf_counter() - start)
    return round(float(np.median(spent)), 3)


def text(found: dict[str, dict[str, float]]) -> str:
    """Return the table."""
    rows = [f"{name:18}{row['512']:>10.3f}{row['1080p']:>10.3f}" for name, row in found.items()]
    return "\n".join([f"\n{'seconds':18}{'512 px':>10}{'1080p':>10}", *rows])
