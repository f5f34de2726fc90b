"""Tables of the bench: median and worst tenth by level, with intervals; closures and small shapes counted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from bench.cleanup.types import LEVEL_NAMES, Row
from bench.inbetween.report import interval, median

BETTER_HIGH = {"f1", "precision", "recall", "closed", "small"}
SHOWN = ("f1", "precision", "recall", "chamfer_px", "stray_ends", "lone_ends", "region_error", "width_cv", "strokes",
         "svg_kib", "seconds")  # fmt: skip
SPREAD = ("f1", "chamfer_px", "stray_ends", "region_error")
_DIGITS = {
    "stray_ends": 1,
    "lone_ends": 1,
    "region_error": 1,
    "svg_kib": 1,
    "strokes": 2,
    "chamfer_px": 2,
    "width_cv": 2,
}


def values(rows: Iterable[Row], method: str, level: str, metric: str) -> np.ndarray:
    """Return the figures of a method at a level that are known, in the order of the rows."""
    found = [r.figures.get(metric, math.nan) for r in rows if r.method == method and r.level == level]
    return np.array([v for v in found if not math.isnan(v)])


def worst_tenth(found: np.ndarray, metric: str) -> float:
    """Return the value that the worst tenth is at or beyond, nan of nothing."""
    return float(np.quantile(found, 0.1 if metric in BETTER_HIGH else 0.9)) if len(found) else math.nan


def share(rows: Sequence[Row], method: str, level: str | None, part: str, whole: str) -> float:
    """Return the sum of one figure over the sum of another, of all drawings; nan where there is none."""
    own = [r.figures for r in rows if r.method == method and level in (None, r.level)]
    own = [f for f in own if not math.isnan(f[part]) and not math.isnan(f[whole])]
    total = sum(f[whole] for f in own)
    return sum(f[part] for f in own) / total if total else math.nan


def table(title: str, rows: Sequence[Row], names: Sequence[str]) -> str:
    """Return the figures of a group of drawings, a table for each level."""
    lines = []
    for level in LEVEL_NAMES:
        own = [row for row in rows if row.level == level]
        if not own:
            continue
        lines.append(f"\n{title}, {level}: {len({r.question for r in own})} drawings; medians")
        lines.append(" " * 18 + "".join(f"{m:>13}" for m in SHOWN))
        for name in names:
            cells = [_text(median(values(own, name, level, m)), m) for m in SHOWN]
            lines.append(f"{name:18}" + "".join(f"{cell:>13}" for cell in cells))
        lines.append(" " * 18 + "".join(f"{m + ' [95 %] worst 10th':>36}" for m in SPREAD))
        for name in names:
            cells = [_spread(values(own, name, level, m), m) for m in SPREAD]
            lines.append(f"{name:18}" + "".join(f"{cell:>36}" for cell in cells))
    return "\n".join(lines)


def _spread(found: np.ndarray, metric: str) -> str:
    low, high = interval(found)
    return f"[{_text(low, metric)}, {_text(high, metric)}] {_text(worst_tenth(found, metric), metric)}"


def counted(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Return gaps, closures and small closed shapes, counted over all drawings of a level."""
    lines = [f"\n{'':18}" + "".join(f"{level:>36}" for level in LEVEL_NAMES)]
    lines.append(f"{'':18}" + 3 * f"{'gaps closed':>12}{'right':>12}{'small kept':>12}")
    for name in names:
        cells = []
        for level in LEVEL_NAMES:
            cells.append(_text(share(rows, name, level, "gaps_closed", "gaps"), "closed"))
            cells.append(_text(share(rows, name, level, "closures_right", "closures"), "closed"))
            cells.append(_text(share(rows, name, level, "small_kept", "small_there"), "small"))
        lines.append(f"{name:18}" + "".join(f"{cell:>12}" for cell in cells))
    gaps = sum(r.figures["gaps"] for r in rows if r.method == (names[0] if names else ""))
    small = sum(r.figures["small_there"] for r in rows if r.method == (names[0] if names else ""))
    lines.append(
        f"{gaps:.0f} gaps and {small:.0f} closed shapes of 16 to 400 px in all; right = share of its closures"
    )
    return "\n".join(lines)


def told(rows: Sequence[Row], names: Sequence[str], metric: str) -> dict[str, list[float | None]]:
    """Return method -> median at the three levels, for the last line; null where it was not asked."""
    return {
        name: [_number(median(values(rows, name, level, metric))) for level in LEVEL_NAMES] for name in names
    }


def closure(rows: Sequence[Row], name: str) -> dict[str, float | None]:
    """Return precision of the closures and recall of the gaps over all levels, for the last line."""
    return {
        "precision": _number(share(rows, name, None, "closures_right", "closures")),
        "recall": _number(share(rows, name, None, "gaps_closed", "gaps")),
    }


def line(
    rows: Sequence[Row], names: Sequence[str], all_names: Sequence[str], seconds: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return the last line of the bench; a method that was not here has nulls."""
    first = "sakkan" if "sakkan" in names else "sakkan_no_weights"
    parts = {metric: told(rows, all_names, metric) for metric in ("f1", "stray_ends", "region_error")}
    nothing = {"512": None, "1080p": None}
    return {
        "bench": "cleanup",
        **parts,
        "closure": closure(rows, first),
        "seconds": {name: seconds.get(name, nothing) for name in all_names},
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _text(value: float, metric: str) -> str:
    return "-" if math.isnan(value) else f"{value:.{_DIGITS.get(metric, 3)}f}"
