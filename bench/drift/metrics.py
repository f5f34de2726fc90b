"""The figures of DriftBench as pure functions of numbers; docs/driftbench.md defines each.

Convention:
    - `wrong` (P,) and `right` (N,) hold drifts, higher = worse; -inf stands for an abstention
    - weights are (R, P) and (R, N): one row for each resample of the bootstrap, how often each drawing was drawn;
      a plain figure is the resample in which each drawing was drawn once
    - a figure that cannot be computed (nothing to compute it from) is nan
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

F64 = np.ndarray
_EPS = 1e-9


def weighted_auroc(wrong: F64, right: F64, w_wrong: F64, w_right: F64) -> F64:
    """Return for each resample the share of pairs in which the wrong drawing drifts more; ties count half. (R,)."""
    order = np.argsort(right, kind="stable")
    ranked = right[order]
    below = np.concatenate([np.zeros((len(w_right), 1)), np.cumsum(w_right[:, order], axis=1)], axis=1)
    less, up_to = np.searchsorted(ranked, wrong, "left"), np.searchsorted(ranked, wrong, "right")
    won = 0.5 * (below[:, less] + below[:, up_to])
    pairs = w_wrong.sum(axis=1) * below[:, -1]
    return np.divide((won * w_wrong).sum(axis=1), pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def weighted_limit(right: F64, alarms: float, w_right: F64) -> F64:
    """Return for each resample the least drift that at most the share `alarms` of the right ones exceed. (R,)."""
    order = np.argsort(-right, kind="stable")
    above = np.cumsum(w_right[:, order], axis=1)
    total = above[:, -1:]
    first = np.argmax(above > alarms * total + _EPS, axis=1)
    return np.where(total[:, 0] > 0, right[order][first], np.nan)


def weighted_recall(wrong: F64, limit: F64, w_wrong: F64) -> F64:
    """Return for each resample the share of wrong drawings beyond its limit. (R,)."""
    total = w_wrong.sum(axis=1)
    found = ((wrong[None, :] > limit[:, None]) * w_wrong).sum(axis=1)
    share = np.divide(found, total, out=np.full(len(total), np.nan), where=total > 0)
    return np.where(np.isnan(limit), np.nan, share)


def _once(values: F64) -> F64:
    return np.ones((1, len(values)))


def auroc(wrong: Sequence[float] | F64, right: Sequence[float] | F64) -> float:
    """Return the share of pairs in which the wrong drawing drifts more; ties count half."""
    a, b = np.asarray(wrong, float), np.asarray(right, float)
    if not len(a) or not len(b):
        return float("nan")
    return float(weighted_auroc(a, b, _once(a), _once(b))[0])


def limit_at(right: Sequence[float] | F64, alarms: float) -> float:
    """Return the least drift that at most the share `alarms` of the right drawings exceed."""
    b = np.asarray(right, float)
    return float(weighted_limit(b, alarms, _once(b))[0]) if len(b) else float("nan")


def share_above(values: Sequence[float] | F64, limit: float) -> float:
    """Return the share of drifts beyond a limit."""
    a = np.asarray(values, float)
    return float((a > limit).mean()) if len(a) and not np.isnan(limit) else float("nan")


def resamples(characters: int, times: int, seed: int) -> F64:
    """Return how often each character is drawn in each resample: (times, characters), each row sums to characters."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(characters, np.full(characters, 1.0 / characters), size=times).astype(float)


def interval(values: F64) -> tuple[float, float]:
    """Return the 2.5th and the 97.5th percentile of what the resamples gave, nan left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def conformal_rates(
    drifts: Sequence[float], groups: Sequence[str], promised: Sequence[float], folds: int = 5, seed: int = 0
) -> dict[float, float]:
    """Return for each promised alarm rate the realised one, over cuts judged by the cuts of other characters.

    p = (1 + number of calibration cuts that drift at least as far) / (n + 1); an alarm is p <= promised
    (Bates et al. 2104.08279). A rate below 1 / (n + 1) cannot be promised and is left out.

    Args:
        drifts: the largest drift of each clean cut.
        groups: its character; a character's cuts stay on one side.
        promised: alarm rates.
        folds: number of parts that the characters are dealt into.
        seed: of the deal.
    """
    values, owners = np.asarray(drifts, float), np.asarray(groups)
    names = np.unique(owners)
    fold_of = dict(zip(names, np.random.default_rng(seed).permutation(len(names)) % folds, strict=True))
    fold = np.array([fold_of[name] for name in owners])
    p, least = np.ones(len(values)), 0.0
    for part in range(min(folds, len(names))):
        known, asked = np.sort(values[fold != part]), fold == part
        if not len(known):
            return {}
        as_far = len(known) - np.searchsorted(known, values[asked], "left")
        p[asked] = (1 + as_far) / (len(known) + 1)
        least = max(least, 1 / (len(known) + 1))
    return {rate: float((p <= rate + _EPS).mean()) for rate in promised if rate >= least and len(p)}


def aupimo(tops: F64, insides: F64, levels: F64, fpr_range: tuple[float, float]) -> F64:
    """Return for each drifted drawing its recall of pixels, averaged over the log of the false alarms of pixels.

    Source: Bertoldo et al. 2024 (arXiv 2401.01984). As there, false alarms are the mean over normal pictures only
    of each picture's share, so the anomalous ones cannot move the threshold. Differs: only pixels of the figure
    count, and a picture's heat is kept as its values at `levels`.

    Args:
        tops: (N, L) heat of normal drawings that at most the share `levels` of their pixels exceed.
        insides: (M, Q) quantiles of the heat where the drift is.
        levels: (L,) ascending shares.
        fpr_range: lowest and highest share of false alarms.

    Returns:
        (M,) in 0..1.
    """
    wanted = np.logspace(np.log10(fpr_range[0]), np.log10(fpr_range[1]), 9)
    limits = np.array([_heat_limit(tops, levels, share) for share in wanted])
    recall = (insides[:, None, :] > limits[None, :, None]).mean(axis=2)
    return np.asarray((recall[:, :-1] + recall[:, 1:]).mean(axis=1) / 2.0)


def _heat_limit(tops: F64, levels: F64, share: float) -> float:
    """Return the least heat known that on average at most `share` of the pixels of normal drawings exceed."""
    known = np.unique(tops)
    low, high = 0, len(known) - 1  # the hottest of all is exceeded nowhere
    while low < high:
        middle = (low + high) // 2
        if _exceeded(tops, levels, float(known[middle])) <= share:
            high = middle
        else:
            low = middle + 1
    return float(known[low])


def _exceeded(tops: F64, levels: F64, heat: float) -> float:
    beyond = (tops > heat).sum(axis=1)  # tops fall as levels rise: how many levels are still hotter
    return float(np.where(beyond == 0, 0.0, levels[np.minimum(beyond, len(levels) - 1)]).mean())
