"""Tables of the bench: median, mean and worst tenth with intervals, and each method beside RIFE on the same pairs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from bench.inbetween.run import Row

RESAMPLES, SEED = 1000, 0
BETTER_HIGH = {"psnr", "ssim", "f1", "psnr_whole"}
AROUND_ONE = {"line_width", "ink"}
SHOWN = ("chamfer_px", "psnr", "ssim", "off_palette", "ghost", "line_width", "ink", "regions", "f1",
         "psnr_whole", "boil", "seconds")  # fmt: skip
TOLD = ("psnr", "ssim", "chamfer_px", "off_palette", "line_width", "ink")
REAL_TOLD = (*TOLD, "ghost")
_DIGITS = {"psnr": 1, "psnr_whole": 1, "regions": 1, "off_palette": 2, "ghost": 2, "line_width": 2, "ink": 2}


def values(rows: Iterable[Row], method: str, metric: str) -> np.ndarray:
    """Return the figures of a method that are known, in the order of the rows."""
    found = [r.figures.get(metric, math.nan) for r in rows if r.method == method]
    return np.array([v for v in found if not math.isnan(v)])


def median(found: np.ndarray) -> float:
    """Return the median, nan of nothing."""
    return float(np.median(found)) if len(found) else math.nan


def worst_tenth(found: np.ndarray, metric: str) -> float:
    """Return the value that the worst tenth is at or beyond, nan of nothing."""
    if not len(found):
        return math.nan
    if metric in AROUND_ONE:
        return float(found[np.argsort(np.abs(found - 1))[math.ceil(0.9 * (len(found) - 1))]])
    return float(np.quantile(found, 0.1 if metric in BETTER_HIGH else 0.9))


def interval(found: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the median."""
    if not len(found):
        return math.nan, math.nan
    rng = np.random.default_rng(SEED)
    medians = np.median(found[rng.integers(len(found), size=(RESAMPLES, len(found)))], axis=1)
    low, high = np.quantile(medians, (0.025, 0.975))
    return float(low), float(high)


def table(title: str, rows: Sequence[Row], methods: Sequence[str]) -> str:
    """Return the figures of one group, a method a line: medians, then the main ones with interval, mean and worst."""
    number = len({row.triplet for row in rows})
    shown = [m for m in SHOWN if any(len(values(rows, name, m)) for name in methods)]
    lines = [f"{title}: {number} triplets; medians"]
    lines.append(" " * 18 + "".join(f"{m:>12}" for m in shown))
    for name in methods:
        cells = [f"{_text(median(values(rows, name, m)), m):>12}" for m in shown]
        if any(len(values(rows, name, m)) for m in shown):
            lines.append(f"{name:18}" + "".join(cells))
    lines.append(f"{'':18}{'chamfer_px':^46}{'psnr':^46}")
    lines.append(f"{'':18}" + 2 * f"{'95 % of the median':>24}{'mean':>9}{'worst 10th':>13}")
    for name in methods:
        if len(values(rows, name, "psnr")):
            cells = [_spread(values(rows, name, m), m) for m in ("chamfer_px", "psnr")]
            lines.append(f"{name:18}" + "".join(cells))
    return "\n".join(lines)


def _spread(found: np.ndarray, metric: str) -> str:
    low, high = interval(found)
    between = f"[{_text(low, metric)}, {_text(high, metric)}]"
    return f"{between:>24}{_text(_mean(found), metric):>9}{_text(worst_tenth(found, metric), metric):>13}"


def mix(rows: Sequence[Row]) -> str:
    """Return how many triplets of each group there are."""
    groups = dict.fromkeys(row.group for row in rows)
    return ", ".join(f"{len({r.triplet for r in rows if r.group == g})} {g}" for g in groups)


def beside(rows: Sequence[Row], methods: Sequence[str], other: str = "rife") -> str:
    """Return the median differences to another method on the same triplets, with intervals."""
    lines = []
    for name in methods:
        if name == other:
            continue
        cells = []
        for metric in ("chamfer_px", "psnr", "ssim"):
            found = differences(rows, name, other, metric)
            if len(found):
                low, high = interval(found)
                cells.append(f"{metric} {median(found):+.3f} [{low:+.3f}, {high:+.3f}]")
        if cells:
            lines.append(f"  {name} - {other}: " + "; ".join(cells))
    return "\n".join(lines)


def differences(rows: Sequence[Row], method: str, other: str, metric: str) -> np.ndarray:
    """Return method - other by triplet, where both are known."""
    mine, theirs = (
        {r.triplet: r.figures.get(metric, math.nan) for r in rows if r.method == n} for n in (method, other)
    )
    found = np.array([mine[t] - theirs[t] for t in mine if t in theirs])
    return found[~np.isnan(found)]


def told(rows: Sequence[Row], method: str, names: Sequence[str] = TOLD) -> dict[str, float | None]:
    """Return metric -> median of a method for the last line; null where it says nothing."""
    return {m: _number(median(values(rows, method, m))) for m in names}


def _mean(found: np.ndarray) -> float:
    return float(found.mean()) if len(found) else math.nan


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _text(value: float, metric: str) -> str:
    return "-" if math.isnan(value) else f"{value:.{_DIGITS.get(metric, 3)}f}"
