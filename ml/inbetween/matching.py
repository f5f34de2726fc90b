"""Which region becomes which, and a similarity (place, turn, size) that carries each region over.

Regions are compared by label, size, shape and by what lies beside them; what neighbours agree on comes back as an
expectation (cf. Miyauchi et al., Stroke correspondence by labeling closed areas, 2021). The similarity is an iterated
closest point fit (Besl & McKay 1992), trimmed by robust weights, of all regions at once.
"""

from __future__ import annotations

import numpy as np

from ml.inbetween.regions import Edges, Regions
from ml.inbetween.target import Target

_NEVER = 1e3  # cost of what cannot be
_SIZES = (0.7, 1.4)  # a region may shrink and grow so far


def turned(complex_xy: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Return (n, 2) vectors turned and scaled by (n, 2) complex numbers (real, imaginary)."""
    re, im = complex_xy[:, 0], complex_xy[:, 1]
    x, y = xy[:, 0], xy[:, 1]
    found = np.empty(
        (len(re), 2), np.result_type(complex_xy, xy)
    )  # quicker than stacking, and this is asked often
    found[:, 0] = re * x - im * y
    found[:, 1] = im * x + re * y
    return found


def carried(similarity: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Return (n, 2) points carried by (n, 4) similarities (real, imaginary, x, y)."""
    return turned(similarity[:, :2], xy) + similarity[:, 2:]


def similarity_about(centre_xy: np.ndarray, move_xy: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return (n, 4) similarities that turn about a centre, then move."""
    spin = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    return np.column_stack((spin, centre_xy - turned(spin, centre_xy) + move_xy))


def match_regions(
    a: Regions, b: Regions, forced: np.ndarray, barred: np.ndarray, reach_px: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, per region of a, the likeliest region of b, what that costs, and where neighbours expect it to go.

    Args:
        a: regions of one key.
        b: regions of the other.
        forced: (k, 2) pairs that the artist made; 0 in the second column = has no partner.
        barred: (k, 2) pairs that the artist forbade.
        reach_px: a surprise of this length costs 1.

    Returns:
        (n,) partner, (n,) cost, above 900 where there is none; (n, 2) expected move in pixels.
    """
    like = _likeness(a, b, forced, barred)
    moves = b.centre_xy[None] - a.centre_xy[:, None]
    expected, trust = np.zeros((a.count, 2)), 0.3
    rows = np.arange(a.count)
    partner, cost = rows * 0, np.full(a.count, _NEVER)
    for _ in range(4):
        surprise = np.minimum(np.linalg.norm(moves - expected[:, None], axis=2) / reach_px, 3)
        total = like + trust * surprise
        partner = total.argmin(axis=1)
        cost = total[rows, partner]
        mutual = total.argmin(axis=0)[partner] == rows
        weight = np.where(cost < 900, np.exp(-cost) * np.sqrt(a.area) * np.where(mutual, 1, 0.3), 0)
        expected = _agreed(a, moves[rows, partner], weight, expected)
        trust = 1.0
    return partner, cost, expected


def _likeness(a: Regions, b: Regions, forced: np.ndarray, barred: np.ndarray) -> np.ndarray:
    def ratio(x: np.ndarray, y: np.ndarray, weight: float) -> np.ndarray:
        return weight * np.abs(np.log(np.maximum(x, 1e-3))[:, None] - np.log(np.maximum(y, 1e-3))[None])

    cost = ratio(a.area, b.area, 0.7) + ratio(a.long_px, b.long_px, 0.7) + ratio(a.short_px, b.short_px, 0.5)
    cost += 1.2 * np.abs(a.beside[:, None] - b.beside[None]).sum(axis=2)
    cost[a.label[:, None] != b.label[None]] = _NEVER
    for one, other in forced:
        kept = cost[one, other] if other else _NEVER
        if one:
            cost[one] = _NEVER
        cost[:, other] = _NEVER
        cost[one, other] = min(kept, 0.0) if other else _NEVER
    for one, other in barred:
        cost[one, other] = _NEVER
    cost[0], cost[:, 0] = _NEVER, _NEVER
    return cost


def _agreed(a: Regions, move: np.ndarray, weight: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return what a region and its neighbours, near and next but one, move by on average."""
    one, two = a.touch[:, 0], a.touch[:, 1]
    share = 0.5 * np.minimum(a.touch[:, 2] / 20, 1)
    total, mass = move * weight[:, None], weight.copy()
    for _ in range(2):
        next_total, next_mass = total.copy(), mass.copy()
        for here, there in ((one, two), (two, one)):
            np.add.at(next_total, here, share[:, None] * total[there])
            np.add.at(next_mass, here, share * mass[there])
        total, mass = next_total, next_mass
    return np.where((mass > 1e-6)[:, None], total / np.maximum(mass, 1e-9)[:, None], before)


def fit_similarities(
    start: np.ndarray, edges: Edges, target: Target, rounds: int, reach_px: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return similarities that lay each region's edges on the target's, and what is left, in pixels.

    Args:
        start: (n, 4) one similarity a region.
        edges: of the key that moves.
        target: of the key that it moves to.
        rounds: of the iteration.
        reach_px: how far the first round looks; the last looks 2 px.

    Returns:
        (n, 4) similarities and (n,) mean distance, capped at 8 px.
    """
    found, count, group = start.copy(), len(start), edges.region
    for step in range(rounds):
        sigma = reach_px * (2.0 / reach_px) ** (step / max(1, rounds - 1))
        at, facing = _moved(found, edges)
        distance, index = target.nearest(at, facing, edges.own, edges.across, 24.0)
        weight = np.where(index >= 0, 1 / (1 + (distance / sigma) ** 2) ** 2, 0.0)
        goal, normal = target.facts(index)
        on_line = at + ((goal - at) * normal).sum(axis=1, keepdims=True) * normal
        found = _fitted(found, group, edges.xy, 0.5 * goal + 0.5 * on_line, weight)
    at, facing = _moved(found, edges)
    distance, _ = target.nearest(at, facing, edges.own, edges.across, 8.0)
    points = np.bincount(group, minlength=count)
    left = np.bincount(group, distance, count) / np.maximum(points, 1)
    return found, np.where(points > 0, left, 8.0)


def _moved(similarity: np.ndarray, edges: Edges) -> tuple[np.ndarray, np.ndarray]:
    mine = similarity[edges.region]
    size = np.hypot(mine[:, 0], mine[:, 1])[:, None]
    return carried(mine, edges.xy), turned(mine[:, :2] / size, edges.normal)


def _fitted(
    before: np.ndarray, group: np.ndarray, xy: np.ndarray, goal: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Return the weighted least squares similarity of each group, held a little to the one before."""
    count = len(before)
    mass = np.bincount(group, weight, count) + 1e-9

    def mean(values: np.ndarray) -> np.ndarray:
        return (
            np.stack([np.bincount(group, weight * values[:, k], count) for k in (0, 1)], axis=1)
            / mass[:, None]
        )

    middle, aim = mean(xy), mean(goal)
    p, q = xy - middle[group], goal - aim[group]
    along = np.bincount(group, weight * (p * q).sum(axis=1), count)
    turn = np.bincount(group, weight * (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]), count)
    square = np.bincount(group, weight * (p * p).sum(axis=1), count)
    hold = 4.0 * mass + 1e-6
    spin = (
        np.stack((along + hold * before[:, 0], turn + hold * before[:, 1]), axis=1) / (square + hold)[:, None]
    )
    size = np.hypot(spin[:, 0], spin[:, 1])
    spin *= (np.clip(size, *_SIZES) / np.maximum(size, 1e-6))[:, None]
    fitted = np.column_stack((spin, aim - turned(spin, middle)))
    return np.where((mass > 1e-3)[:, None], fitted, before)
