"""From two keys to how each goes over into the other: motions of both meshes that agree, and what is seen in both."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from scipy.spatial import cKDTree

from ml.inbetween.decode import Decoded
from ml.inbetween.fitting import Fit, Motion, Wishes, no_wishes
from ml.inbetween.guessing import Flows
from ml.inbetween.matching import fit_similarities, match_regions, similarity_about, turned
from ml.inbetween.mesh import Mesh
from ml.inbetween.pinning import by_pins, fused
from ml.inbetween.refining import refine
from ml.inbetween.regions import Edges, Regions
from ml.inbetween.sides import Side
from ml.inbetween.strays import strays_laid
from ml.inbetween.target import Target

_T = TypeVar("_T")
_REACH = 0.06  # of the picture's longer side: a surprise of this length costs as much as a poor likeness
_NEAR_PX = 1.5  # there and back within this is the same place
_NEAR_SHARE = 0.03
_FEW_EDGES = 1800  # that similarities are fitted to
_LOST = 0.15  # share of a node that is seen in both; under it the node follows its neighbours


@dataclass(frozen=True)
class Matched:
    """How a key goes over into the other one.

    Attributes:
        side: the key.
        fit: its mesh against the other key.
        motion: of its nodes, small pixels.
        left: (n,) px, distance that is left at each node's edges.
        seen: (n,) share of each node that is seen in the other key too.
    """

    side: Side
    fit: Fit
    motion: Motion
    left: np.ndarray
    seen: np.ndarray


def match(sides: tuple[Side, Side], decoded: Decoded, guesses: list[Flows]) -> tuple[Matched, Matched]:
    """Return both keys matched with each other, nobody having steered.

    Args:
        sides: the keys.
        decoded: what labels are lines, and which are tones of one material.
        guesses: flows both ways to choose from, at matching size.
    """
    fits = _fits(sides, decoded, (no_wishes(sides[0]), no_wishes(sides[1])))
    motions = _both(lambda k: _first(fits[k], sides[k], sides[1 - k], [g[k] for g in guesses]))
    seen = _claimed(fits, motions, sides)
    laid = _both(lambda k: strays_laid((fits[k], fits[1 - k]), motions[k], (seen[k], seen[1 - k])))
    again = _exchanged(fits, laid, [[], []], 4)
    _claimed(fits, again, sides)
    return _settled(fits, _exchanged(fits, again, [[], []], 4), sides)


def adjust(
    base: tuple[Matched, Matched], decoded: Decoded, wishes: tuple[Wishes, Wishes], guesses: list[Flows]
) -> tuple[Matched, Matched]:
    """Return the match as the artist wants it: the same keys and wishes give the same match, whatever came between.

    Args:
        base: the match that nobody steered.
        decoded: as for `match`.
        wishes: of the artist, for each key, in small pixels.
        guesses: as for `match`.
    """
    if not any(wish.any for wish in wishes):
        return base
    sides = (base[0].side, base[1].side)
    if any((wish.partner < 0).any() for wish in wishes):
        fits = _fits(sides, decoded, wishes)
    else:
        fits = [base[k].fit.wishing(wishes[k]) for k in (0, 1)]
    motions = [base[k].motion for k in (0, 1)]
    _claimed(fits, motions, sides)
    wanted = _both(lambda k: _wanted(fits[k], motions[k], sides[k], sides[1 - k], [g[k] for g in guesses]))
    motions = [_told(fits[k], motions[k], wanted[k], decoded.thin[sides[k].regions.label]) for k in (0, 1)]
    motions = _both(lambda k: _following_pins(fits[k], motions[k]))
    return _settled(fits, _exchanged(fits, motions, wanted, 3), sides)


def _fits(sides: tuple[Side, Side], decoded: Decoded, wishes: tuple[Wishes, Wishes]) -> list[Fit]:
    edges = [_with_partner(side.edges, wish) for side, wish in zip(sides, wishes, strict=True)]
    targets = [Target(each, decoded.thin, decoded.family) for each in edges]

    def fit(k: int) -> Fit:
        there = (sides[1 - k].small_labels, sides[1 - k].small_regions)
        return Fit(sides[k].mesh, edges[k], sides[k].small_labels, there, targets[1 - k], wishes[k])

    return _both(fit)


def _both(work: Callable[[int], _T]) -> list[_T]:
    """Return what the work gives for both keys, worked out side by side."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, (0, 1)))


def _claimed(fits: list[Fit], motions: list[Motion], sides: tuple[Side, Side]) -> list[np.ndarray]:
    """Tell the fits what is landed on already, and return the share of each node that is seen in both keys."""
    fields = [fits[k].dense(motions[k]) for k in (0, 1)]
    for k in (0, 1):
        fits[k].claims = _claims(fits[k], fields[k], sides[1 - k].small_labels.shape)
    return [_seen(fits[k], fields[k], fields[1 - k]) for k in (0, 1)]


def _exchanged(fits: list[Fit], motions: list[Motion], more: list[list[Motion]], rounds: int) -> list[Motion]:
    """Return motions in which each key has weighed what the other one says, and was refined."""

    def work(k: int) -> Motion:
        proposals = [_returned(fits[k], motions[k], fits[1 - k], motions[1 - k]), *more[k]]
        chosen = fits[k].choose(motions[k], proposals, np.random.default_rng(rounds), 2)
        return refine(fits[k], chosen, rounds, 4.0)[0]

    return _both(work)


def _wanted(fit: Fit, now: Motion, mine: Side, other: Side, flows: list[np.ndarray]) -> list[Motion]:
    """Return proposals for what the artist asked for."""
    found = [_pinned(fit, now)] if len(fit.wishes.pin_xy) else []
    if fit.wishes.barred or (fit.wishes.partner > 0).any():
        similarities = _similarities(fit, mine, other, flows)
        found.append(fit.from_similarities(similarities, fit.mesh.region))
    return found


def _following_pins(fit: Fit, now: Motion) -> Motion:
    """Return the motion that goes over to what the pins say where that is the better match."""
    if not len(fit.wishes.pin_xy):
        return now
    return fused(fit, now, refine(fit, by_pins(fit, now), 2, 4.0)[0])


def _settled(fits: list[Fit], motions: list[Motion], sides: tuple[Side, Side]) -> tuple[Matched, Matched]:
    """Return the match in which what has no place in the other key follows its neighbours."""
    fields = [fits[k].dense(motions[k]) for k in (0, 1)]

    def work(k: int) -> tuple[Motion, np.ndarray]:
        fit = fits[k]
        fit.lost = _seen(fit, fields[k], fields[1 - k]) < _LOST
        return refine(fit, fit.choose(motions[k], [], np.random.default_rng(9), 3), 2, 2.0)

    found = _both(work)
    fields = [fits[k].dense(found[k][0]) for k in (0, 1)]
    first, second = (
        Matched(sides[k], fits[k], *found[k], _seen(fits[k], fields[k], fields[1 - k]) * ~fits[k].alone)
        for k in (0, 1)
    )
    return first, second


def _with_partner(edges: Edges, wishes: Wishes) -> Edges:
    """Return the edges of regions that may have a partner."""
    return edges.taken(np.flatnonzero(wishes.partner[edges.region] >= 0))


def _first(fit: Fit, mine: Side, other: Side, flows: list[np.ndarray]) -> Motion:
    """Return a first motion: similarities of matched regions, flows, and what neighbours do, fused and refined."""
    rng = np.random.default_rng(0)
    similarities = _similarities(fit, mine, other, flows)
    own = fit.from_similarities(similarities, fit.mesh.region)
    proposals = [own, *(fit.from_flow(flow) for flow in flows)]
    crossing = np.flatnonzero(~fit.mesh.within)
    for _ in range(2):
        borrowed = np.arange(fit.mesh.count)
        order = rng.permutation(2 * len(crossing))
        borrowed[np.concatenate((fit.mesh.two[crossing], fit.mesh.one[crossing]))[order]] = np.concatenate(
            (fit.mesh.one[crossing], fit.mesh.two[crossing])
        )[order]
        proposals.append(fit.from_similarities(similarities, fit.mesh.region[borrowed]))
    chosen = fit.choose(own, proposals, rng, 3)
    return refine(fit, chosen, 5)[0]


def _told(fit: Fit, now: Motion, wanted: list[Motion], thin: np.ndarray) -> Motion:
    """Return the motion in which regions that the artist spoke of, and the lines about them, go where they should."""
    mesh, wishes = fit.mesh, fit.wishes
    regions = np.union1d(np.flatnonzero(wishes.partner > 0), [mine for mine, _ in wishes.barred]).astype(
        np.int64
    )
    if not len(regions):
        return now
    there = np.isin(mesh.region, regions)
    beside = mesh.total(np.where(there[mesh.one] | there[mesh.two], mesh.contact, 0.0)) > 0
    return now.where(there | (beside & thin[mesh.region]), _following(wanted[-1], mesh, there))


def _following(motion: Motion, mesh: Mesh, there: np.ndarray) -> Motion:
    """Return the motion with every other node carried by the nearest of some nodes."""
    _, nearest = cKDTree(mesh.xy[there]).query(mesh.xy)
    source = np.where(there, np.arange(mesh.count), np.flatnonzero(there)[nearest])
    spin, middle = motion.spin[source], mesh.xy[source]
    return Motion(middle + motion.move[source] + turned(spin, mesh.xy - middle) - mesh.xy, spin)


def _similarities(fit: Fit, mine: Side, other: Side, flows: list[np.ndarray]) -> np.ndarray:
    """Return a similarity for every region, in small pixels."""
    a, b = _small(mine), _small(other)
    wishes = fit.wishes
    forced = np.array([(r, max(p, 0)) for r, p in enumerate(wishes.partner) if p != 0], np.int64).reshape(
        -1, 2
    )
    barred = np.array(sorted(wishes.barred), np.int64).reshape(-1, 2)
    partner, cost, expected = match_regions(a, b, forced, barred, _REACH * max(mine.small_labels.shape))
    sure = cost < 900
    move = np.where(sure[:, None], b.centre_xy[partner] - a.centre_xy, expected)
    swing = (b.angle[partner] - a.angle + np.pi / 2) % np.pi - np.pi / 2
    swing = np.where(sure & (a.long_px > 1.5 * a.short_px), swing, 0)
    still = np.zeros(a.count)
    starts = [similarity_about(a.centre_xy, move, swing), similarity_about(a.centre_xy, expected, still)]
    for flow in flows:
        starts.append(similarity_about(a.centre_xy, _mean_by_region(mine, flow), still))
    edges = fit.edges.taken(np.random.default_rng(0).permutation(len(fit.edges.xy))[:_FEW_EDGES])
    best, left = fit_similarities(starts[0], edges, fit.target, 6, 10.0)
    told = np.zeros(a.count, bool)
    told[forced[:, 0]], told[barred[:, 0]] = True, True
    best, left = np.where(told[:, None], starts[0], best), np.where(told, -np.inf, left)
    for start in starts[1:]:
        best, left = _better(best, left, *fit_similarities(start, edges, fit.target, 6, 10.0), margin=0.0)
    for _ in range(2):
        lent = _lent(a.touch, left, best, np.bincount(edges.region, minlength=a.count))
        best, left = _better(best, left, *fit_similarities(lent, edges, fit.target, 4, 6.0), margin=0.1)
    return best


def _small(side: Side) -> Regions:
    """Return the regions with places and sizes in small pixels."""
    regions = side.regions
    return replace(
        regions,
        area=regions.area / side.scale**2,
        centre_xy=side.to_small(regions.centre_xy),
        long_px=regions.long_px / side.scale,
        short_px=regions.short_px / side.scale,
    )


def _mean_by_region(side: Side, flow: np.ndarray) -> np.ndarray:
    at, count = side.small_regions.ravel(), side.regions.count
    pixels = np.maximum(np.bincount(at, minlength=count), 1)
    return np.stack([np.bincount(at, flow[..., k].ravel(), count) for k in (0, 1)], axis=1) / pixels[:, None]


def _better(
    best: np.ndarray, left: np.ndarray, other: np.ndarray, other_left: np.ndarray, *, margin: float
) -> tuple[np.ndarray, np.ndarray]:
    won = other_left < left - margin
    return np.where(won[:, None], other, best), np.where(won, other_left, left)


def _lent(touch: np.ndarray, left: np.ndarray, best: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return each region's similarity replaced by that of its best neighbour."""
    source = np.concatenate((touch[:, 0], touch[:, 1]))
    goal = np.concatenate((touch[:, 1], touch[:, 0]))
    order = np.argsort(left[source] + 100 * (points[source] < 6), kind="stable")
    goals, first = np.unique(goal[order], return_index=True)
    lent = best.copy()
    lent[goals] = best[source[order][first]]
    return lent


def _pinned(fit: Fit, own: Motion) -> Motion:
    """Return the motion in which every node follows the nearest pin, of its own region where there is one."""
    wishes, mesh = fit.wishes, fit.mesh
    far = np.linalg.norm(mesh.xy[:, None] - wishes.pin_xy[None], axis=2)
    far = far + 200.0 * (mesh.region[:, None] != wishes.pin_region[None])
    nearest = far.argmin(axis=1)
    pin, to = wishes.pin_xy[nearest], wishes.pin_to[nearest]
    return Motion(to + turned(own.spin, mesh.xy - pin) - mesh.xy, own.spin)


def _claims(fit: Fit, field: np.ndarray, size_hw: tuple[int, int]) -> np.ndarray:
    """Return how many pixels land about each pixel of the other key, (h, w), 1 = just the one that should."""
    mesh = fit.mesh
    spread = mesh.pixels + field[mesh.ys, mesh.xs]
    x, y = np.rint(spread).astype(np.int64).T
    inside = (x >= 0) & (y >= 0) & (x < size_hw[1]) & (y < size_hw[0])
    count = np.bincount(y[inside] * size_hw[1] + x[inside], minlength=size_hw[0] * size_hw[1])
    return cv2.boxFilter(count.reshape(size_hw).astype(np.float32), -1, (5, 5))


def _returned(fit: Fit, now: Motion, other: Fit, others: Motion) -> Motion:
    """Return what the other key's motion, turned round, says of this key's nodes; as it is where it says nothing."""
    mesh, theirs = fit.mesh, other.mesh
    step = other.dense(others)[theirs.ys, theirs.xs]
    end = theirs.pixels + step
    x, y = np.rint(end).astype(np.int64).T
    h, w = mesh.at.shape
    inside = (x >= 0) & (y >= 0) & (x < w) & (y < h)
    node = np.where(inside, mesh.at[np.clip(y, 0, h - 1), np.clip(x, 0, w - 1)], -1)
    found = np.flatnonzero(node >= 0)
    order = found[np.argsort(-np.linalg.norm(end[found] - mesh.xy[node[found]], axis=1), kind="stable")]
    pick = np.full(mesh.count, -1)
    pick[node[order]] = order
    has = np.flatnonzero(pick >= 0)
    pixel = pick[has]
    spin = others.spin[theirs.of[pixel]]
    back = np.stack((spin[:, 0], -spin[:, 1]), axis=1) / (spin**2).sum(axis=1, keepdims=True)
    move, spins = now.move.copy(), now.spin.copy()
    move[has] = theirs.pixels[pixel] + turned(back, mesh.xy[has] - end[pixel]) - mesh.xy[has]
    spins[has] = back
    return Motion(move, spins)


def _seen(fit: Fit, mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Return the share of each node whose pixels come back to where they began, (n,)."""
    mesh = fit.mesh
    there = seen_pixels(mesh.pixels, mine[mesh.ys, mesh.xs], theirs, 1.0)
    return np.bincount(mesh.of, there, mesh.count) / np.maximum(mesh.size, 1)


def seen_pixels(xy: np.ndarray, step: np.ndarray, back: np.ndarray, scale: float) -> np.ndarray:
    """Return whether a step and the step back from where it ends come to the same place, (m,) bool.

    Args:
        xy: (m, 2) pixels.
        step: (m, 2) their displacement.
        back: (h, w, 2) displacement of the other key's pixels, 0 on the ground.
        scale: pixels per small pixel.
    """
    h, w = back.shape[:2]
    x, y = np.rint(xy + step).astype(np.int64).T
    inside = (x >= 0) & (y >= 0) & (x < w) & (y < h)
    home = back[np.clip(y, 0, h - 1), np.clip(x, 0, w - 1)]
    painted = home.any(axis=1) | ~step.any(axis=1)
    error = np.linalg.norm(step + home, axis=1)
    return inside & painted & (error < _NEAR_PX * scale + _NEAR_SHARE * np.linalg.norm(step, axis=1))
