"""From the rows of one method on one tier to its figures: a plain dictionary that prints as JSON.

Headline figures are about lossless drawings; encoded ones have a small table of their own (`encoded`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from bench.drift import metrics
from bench.drift.kinds import FAMILIES, KINDS, MATCHED, RIGHT, SHAMS, Kind, kind_named
from bench.drift.rows import LEVELS, Row
from bench.drift.types import CLEAN

Figures = dict[str, Any]
ScoreOf = Callable[[Row], float]
RESAMPLES, SEED = 200, 0
PROMISES = (0.01, 0.02, 0.05, 0.10)
FOUND_RECALL = 0.8
_PIMO_RANGES = ((1e-5, 1e-4), (1e-4, 1e-3), (1e-3, 1e-2))
_PIMO_LEAST_PX = 100


def evaluate(rows: Sequence[Row], promise: float | None = None) -> Figures:
    """Return every figure of one method on one tier; see docs/driftbench.md for what each means.

    Args:
        rows: its answers, in any order.
        promise: alarms per clean cut that the method itself promises, None if it promises nothing.
    """
    plain = [row for row in rows if not row.encoded]
    right = [row for row in plain if row.right]
    figures: Figures = _kinds(plain, lambda row: row.drift)
    matched = _drifts(row for row in right if row.label in MATCHED)
    figures["auroc"]["all"] = _round(metrics.auroc([r.drift for r in plain if not r.right], matched))
    figures["min_magnitude"] = least_magnitudes(figures["recall_at_1"])
    figures["sham_alarms"], figures["unseen_alarms"] = _false_alarms(right)
    figures["abstained"] = _abstained(plain)
    figures["flagged"] = _flagged(plain)
    figures["confusion"] = _confusion(plain)
    figures |= _alarm_rates(plain, promise) | place_figures(plain)
    comparable = _kinds([row for row in plain if not row.unseen], lambda row: row.drift)
    figures["comparable"] = {name: comparable[name] for name in ("auroc", "recall_at_1", "recall_at_5")}
    if any(row.aspects for row in plain):
        by_aspect = _kinds(plain, None)
        figures["aspect"] = {name: by_aspect[name] for name in ("auroc", "recall_at_1", "recall_at_5")}
    encoded = [row for row in rows if row.encoded]
    if encoded:
        figures["encoded"] = _encoded(encoded)
    figures["ms"] = _round(float(np.mean([row.ms for row in rows]))) if rows else None
    figures["counts"] = {
        **dict(sorted(Counter(row.label for row in plain).items())),
        "unseen": sum(row.unseen and row.label == CLEAN for row in plain),
        "encoded": len(encoded),
        "characters": len({row.character for row in rows}),
        "clean_cuts": len({row.cut for row in plain if row.label == CLEAN}),
    }
    return figures


def _round(value: float | np.floating[Any]) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def _drifts(rows: Iterable[Row]) -> np.ndarray:
    return np.array([row.drift for row in rows], float)


def kinds_in(rows: Iterable[Row]) -> dict[str, Kind]:
    """Return the kinds that were asked, those of the bench first and in its order."""
    found = {row.label: kind_named(row.label, row.aspect) for row in rows if not row.right}
    order = [*(name for name in KINDS if name in found), *sorted(found.keys() - KINDS.keys())]
    return {name: found[name] for name in order}


def aspect_score(kind: Kind) -> ScoreOf:
    """Return what reads the drift of the aspect that should name a kind; an abstention stays an abstention."""
    return lambda row: -np.inf if row.abstained else row.aspects.get(kind.aspect, 0.0)


def _kinds(rows: Sequence[Row], score: ScoreOf | None) -> Figures:
    """Return AUROC, recalls and intervals by kind; without a score, each kind by its own aspect.

    A kind is held against drawings of the shot sizes that it was asked in: how far clean drawings drift depends on it.
    """
    by_label: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_label[row.label].append(row)
    people = sorted({row.character for row in rows})
    drawn = metrics.resamples(len(people), RESAMPLES, SEED) if people else np.ones((1, 0))
    weights = np.vstack([np.ones((1, len(people))), drawn])
    figures: Figures = {name: {} for name in ("auroc", "recall_at_1", "recall_at_5", "judged_recall_at_1")}
    figures["ci"] = {"auroc": {}, "recall_at_1": {}}
    for name, kind in kinds_in(rows).items():
        shots = {row.shot for row in by_label[name]}
        right = [row for label in kind.right for row in by_label.get(label, []) if row.shot in shots]
        if right:
            _one_kind(figures, kind, (by_label[name], right), score or aspect_score(kind), (people, weights))
    return figures


def _one_kind(
    figures: Figures,
    kind: Kind,
    rows: tuple[list[Row], list[Row]],
    score: ScoreOf,
    people: tuple[list[str], np.ndarray],
) -> None:
    """Write the figures of one kind; the first row of the weights is the plain figure, the rest its resamples."""
    number = {name: i for i, name in enumerate(people[0])}
    wrong, right = (np.array([score(row) for row in side], float) for side in rows)
    w_wrong, w_right = (people[1][:, [number[row.character] for row in side]] for side in rows)
    area = metrics.weighted_auroc(wrong, right, w_wrong, w_right)
    limit = metrics.weighted_limit(right, 0.01, w_right)
    recall = metrics.weighted_recall(wrong, limit, w_wrong)
    figures["auroc"][kind.name] = _round(area[0])
    figures["recall_at_1"][kind.name] = _round(recall[0])
    figures["recall_at_5"][kind.name] = _round(metrics.share_above(wrong, metrics.limit_at(right, 0.05)))
    judged = wrong[[not row.abstained for row in rows[0]]]
    figures["judged_recall_at_1"][kind.name] = _round(metrics.share_above(judged, float(limit[0])))
    figures["ci"]["auroc"][kind.name] = [_round(v) for v in metrics.interval(area[1:])]
    figures["ci"]["recall_at_1"][kind.name] = [_round(v) for v in metrics.interval(recall[1:])]


def least_magnitudes(recall: dict[str, float]) -> dict[str, int | None]:
    """Return by family the least magnitude from which on recall at 1 % false alarms stays at 0.8 or above."""
    found: dict[str, int | None] = {}
    for family in FAMILIES:
        sizes = {
            k.magnitude: recall[k.name] for k in KINDS.values() if k.family == family and k.name in recall
        }
        if None in sizes or not sizes:
            continue
        least = None
        for magnitude in sorted((m for m in sizes if m is not None), reverse=True):
            if (sizes[magnitude] or 0.0) < FOUND_RECALL:
                break
            least = magnitude
        found[family] = least
    return found


def _false_alarms(right: Sequence[Row]) -> tuple[dict[str, float | None], float | None]:
    """Return the share of alarms of each sham and of unseen poses, at the limit of 5 % of clean seen drawings."""
    limit = metrics.limit_at([r.drift for r in right if r.label == CLEAN and not r.unseen], 0.05)
    shams = {s: _drifts(r for r in right if r.label == s) for s in SHAMS}
    unseen = _drifts(r for r in right if r.label == CLEAN and r.unseen)
    alarms = {s: _round(metrics.share_above(drifts, limit)) for s, drifts in shams.items() if len(drifts)}
    return alarms, _round(metrics.share_above(unseen, limit))


def _abstained(rows: Sequence[Row]) -> dict[str, float | None]:
    groups = {
        "clean": [r for r in rows if r.label == CLEAN and not r.unseen],
        "unseen": [r for r in rows if r.label == CLEAN and r.unseen],
        "shams": [r for r in rows if r.right and r.label != CLEAN],
        "drift": [r for r in rows if not r.right],
    }
    return {name: _round(float(np.mean([r.abstained for r in g]))) for name, g in groups.items() if g}


def _flagged(rows: Sequence[Row]) -> dict[str, float | None]:
    """Return the share of drawings flagged at the method's own limits by label; empty for a method without any."""
    by_label: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row.flagged is not None:
            by_label[row.label].append(row.flagged)
    return {
        label: _round(np.mean(by_label[label])) for label in (*RIGHT, *kinds_in(rows)) if label in by_label
    }


def _confusion(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Return true aspect -> named aspect -> drawings that were flagged, or judged where there are no flags."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if not row.right and not row.abstained and row.flagged is not False and row.named:
            table[row.aspect][row.named] += 1
    return {true: dict(named.most_common()) for true, named in sorted(table.items())}


def _alarm_rates(rows: Sequence[Row], promise: float | None) -> Figures:
    """Return realised alarm rates per clean cut: by the method's own limits, and by conformal limits."""
    cuts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.label == CLEAN:
            cuts[row.cut].append(row)
    flags = [
        any(row.flagged for row in cut) for cut in cuts.values() if any(r.flagged is not None for r in cut)
    ]
    worst = [max(row.drift for row in cut) for cut in cuts.values()]
    rates = metrics.conformal_rates(worst, [cut[0].character for cut in cuts.values()], PROMISES)
    return {
        "alarm_rate": _round(float(np.mean(flags))) if flags else None,
        "alarm_rate_promised": promise,
        "alarm_rate_conformal": {f"{rate:g}": _round(real) for rate, real in rates.items()},
    }


def place_figures(rows: Sequence[Row]) -> Figures:
    """Return how well the heat points: pixel AUROC and AUPIMO over judged drawings whose drift has a place.

    A judged drawing without a heat map points nowhere: AUROC 0.5, AUPIMO 0. A method without any is left out.
    """
    clean = [place for r in rows if r.label == CLEAN and (place := r.place) is not None]
    wrong = [r for r in rows if r.pointed and not r.abstained]
    known = {r.id: place for r in wrong if (place := r.place) is not None}
    if not known or not clean:
        return {"pixel_auroc": None, "aupimo": None}
    span = _pimo_range(sum(place.pixels for place in clean))
    tops, insides = np.stack([p.top for p in clean]), np.stack([p.inside for p in known.values()])
    overlap = dict(zip(known, metrics.aupimo(tops, insides, LEVELS, span), strict=True))
    area = {id_: place.auroc for id_, place in known.items()}
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in wrong:
        by_kind[row.label].append(row)
    order = kinds_in(wrong)
    return {
        "pixel_auroc": _round(float(np.mean([area.get(r.id, 0.5) for r in wrong]))),
        "aupimo": _round(float(np.mean([overlap.get(r.id, 0.0) for r in wrong]))),
        "aupimo_range": list(span),
        "pixel_auroc_by_kind": {n: _round(np.mean([area.get(r.id, 0.5) for r in by_kind[n]])) for n in order},
        "aupimo_by_kind": {n: _round(np.mean([overlap.get(r.id, 0.0) for r in by_kind[n]])) for n in order},
    }


def _pimo_range(pixels: int) -> tuple[float, float]:
    """Return the strictest range whose lower end is still at least 100 pixels of clean figures."""
    return next((span for span in _PIMO_RANGES if pixels * span[0] >= _PIMO_LEAST_PX), _PIMO_RANGES[-1])


def _encoded(rows: Sequence[Row]) -> Figures:
    """Return AUROC and recalls of encoded drawings, each kind against the encoded clean ones."""
    right = _drifts(r for r in rows if r.right)
    found: Figures = {"auroc": {}, "recall_at_1": {}, "recall_at_5": {}, "clean": len(right)}
    for name in kinds_in(rows):
        wrong = _drifts(r for r in rows if r.label == name)
        found["auroc"][name] = _round(metrics.auroc(wrong, right))
        for label, alarms in (("recall_at_1", 0.01), ("recall_at_5", 0.05)):
            found[label][name] = _round(metrics.share_above(wrong, metrics.limit_at(right, alarms)))
    return found
