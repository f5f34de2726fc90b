"""What Sakkan set out to reach on DriftBench, held against what was measured in the same run.

A target speaks of the worst of its kinds: a group that reaches .97 on average hides the one that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.drift.kinds import SHAMS

Figures = dict[str, Any]
Reading = tuple[float, str]  # value, whose it is
_SHAMS = tuple(name for name in SHAMS if name != "warp_in_place")
_DETAILS = ("detail_missing", "detail_moved", "detail_shape", "detail_mirrored")
_PALETTE = ("palette_de4", "palette_de8", "palette_de16")
_HAIR = ("hair_silhouette_15", "hair_silhouette_30")


@dataclass(frozen=True)
class Target:
    """One aim: what `read` finds in the figures of a tier should be at least (at most) `aim`."""

    text: str
    tier: str
    aim: float
    read: Callable[[Mapping[str, Figures]], Reading | None]
    at_least: bool = True

    def met(self, value: float) -> bool:
        """Say whether a value reaches the aim."""
        return value >= self.aim if self.at_least else value <= self.aim


def _worst(found: Mapping[str, float | None], names: Sequence[str], *, least: bool) -> Reading | None:
    known = [(value, name) for name in names if (value := found.get(name)) is not None]
    if not known:
        return None
    return min(known) if least else max(known)


def _of(*keys: str, kinds: Sequence[str]) -> Callable[[Mapping[str, Figures]], Reading | None]:
    """Return what reads the least of some kinds from a table of the judged method, reached by its keys."""

    def read(figures: Mapping[str, Figures]) -> Reading | None:
        found: Any = next(iter(figures.values()))
        for key in keys:
            found = found.get(key) or {}
        return _worst(found, kinds, least=True)

    return read


def _place(figures: Mapping[str, Figures]) -> Reading | None:
    own = next(iter(figures.values()))
    known = [(own[k], k) for k in ("pixel_auroc", "aupimo") if own.get(k) is not None]
    return max(known, default=None)


def _shams(figures: Mapping[str, Figures]) -> Reading | None:
    return _worst(next(iter(figures.values()))["sham_alarms"], _SHAMS, least=False)


def _unseen(figures: Mapping[str, Figures]) -> Reading | None:
    value = next(iter(figures.values()))["unseen_alarms"]
    return None if value is None else (value, "unseen")


def _all_kinds(figures: Mapping[str, Figures]) -> Reading | None:
    own = next(iter(figures.values()))["auroc"]
    return _worst(own, [k for k in own if k != "all"], least=True)


def _above_baselines(figures: Mapping[str, Figures]) -> Reading | None:
    """Return the least lead over the best baseline of a kind, in AUROC."""
    own, *others = (f["auroc"] for f in figures.values())
    leads = []
    for kind in (k for k in own if k != "all" and own[k] is not None):
        best = max((o[kind] for o in others if o.get(kind) is not None), default=None)
        if best is not None:
            leads.append((round(own[kind] - best, 4), kind))
    return min(leads, default=None)


TARGETS: tuple[Target, ...] = (
    Target("palette ΔE00 ≥ 4, lossless: recall at 1 %", "A", 0.97, _of("recall_at_1", kinds=_PALETTE)),
    Target(
        "missing, moved, wrong-shape detail: recall at 1 %", "A", 0.97, _of("recall_at_1", kinds=_DETAILS)
    ),
    Target(
        "wrong character or costume: recall at 1 %",
        "A",
        0.99,
        _of("recall_at_1", kinds=("character", "costume")),
    ),
    Target("line weight ±30 %: recall at 1 %", "A", 0.95, _of("recall_at_1", kinds=("line_30",))),
    Target("heads tall ±8 %: AUROC", "A", 0.95, _of("auroc", kinds=("heads_tall_8",))),
    Target("heads tall ±8 %: recall at 1 %", "A", 0.60, _of("recall_at_1", kinds=("heads_tall_8",))),
    Target(
        "eye spacing ±10 %, comparable view: AUROC",
        "A",
        0.97,
        _of("comparable", "auroc", kinds=("eye_spacing_10",)),
    ),
    Target("eye size ±25 %: AUROC", "A", 0.88, _of("auroc", kinds=("eye_size_25",))),
    Target("hair silhouette: AUROC", "A", 0.97, _of("auroc", kinds=_HAIR)),
    Target("place of the drift: pixel AUROC or AUPIMO", "A", 0.90, _place),
    Target("shams: alarms at the 5 % limit", "A", 0.05, _shams, at_least=False),
    Target("unseen pose or view: alarms", "A", 0.15, _unseen, at_least=False),
    Target("another eye design: recall at 5 %", "B", 0.75, _of("recall_at_5", kinds=("other_eyes",))),
    Target("erased small detail: recall at 5 %", "B", 0.75, _of("recall_at_5", kinds=("detail_missing",))),
    Target("real drawings, every kind: AUROC", "B", 0.90, _all_kinds),
    Target("real drawings, every kind: lead over the best baseline", "B", 0.0, _above_baselines),
)


def held(tiers: Mapping[str, Mapping[str, Figures]]) -> list[Figures]:
    """Return what became of each target whose tier was asked; `tiers` holds the figures by tier and method."""
    told = []
    for target in TARGETS:
        reading = target.read(tiers[target.tier]) if target.tier in tiers else None
        if reading is None:
            continue
        value, whose = reading
        told.append(
            {
                "target": target.text,
                "tier": target.tier,
                "aim": target.aim,
                "value": value,
                "worst": whose,
                "met": target.met(value),
            }
        )
    return told


def targets_table(told: Sequence[Figures]) -> list[list[str]]:
    """Return a row for each target, with the kind that lies worst."""
    rows = [["target", "tier", "aim", "measured", "worst", "met"]]
    for one in told:
        met = "yes" if one["met"] else "no"
        rows.append([one["target"], one["tier"], f"{one['aim']:g}", f"{one['value']:.3f}", one["worst"], met])
    return rows
