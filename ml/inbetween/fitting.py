"""How every node of a mesh moves: the best of many proposals, by what it would land on and by its neighbours.

A motion is a displacement and a turn with a size (a complex number) per node. `Fit.choose` is fusion of proposals by
iterated conditional modes with propagation from neighbours (cf. Barnes et al., PatchMatch, 2009; Lempitsky et al.,
Fusion moves, 2010), `refining.refine` then moves nodes continuously.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ml.inbetween.matching import carried, turned
from ml.inbetween.mesh import Mesh
from ml.inbetween.regions import Edges
from ml.inbetween.sides import Side
from ml.inbetween.system import Grip, System
from ml.inbetween.target import Target

Ends = tuple[np.ndarray, np.ndarray]

_PER_NODE = 5  # edge points of a node that are asked while proposals are weighed
_SAMPLES = 4  # pixels of a node that are asked where they land
_MISS = 3.0  # what landing on another label costs, in pixels of distance
_TONE = 1.0  # and on another tone of the same material
_TAKEN = 3.0  # what landing where somebody else lands already costs
_AGAINST = 40.0  # what landing costs where the artist does not want it
_RIGID = 0.5  # what a pixel of parting costs beside a pixel of distance
_BENT = 6.0  # neighbours that part by more are taken for two things


@dataclass(frozen=True)
class Motion:
    """Per node: (n, 2) displacement in pixels and (n, 2) turn and size as a complex number."""

    move: np.ndarray
    spin: np.ndarray

    def where(self, better: np.ndarray, other: Motion) -> Motion:
        """Return this motion, the other one at the nodes named."""
        pick = better[:, None]
        return Motion(np.where(pick, other.move, self.move), np.where(pick, other.spin, self.spin))


@dataclass(frozen=True)
class Wishes:
    """What the artist asked for, by node and region of this key.

    Attributes:
        pin_xy, pin_to: (k, 2) points of this key and of the other.
        pin_region: (k,) region that each pin lies in.
        partner: (regions,) region of the other key that a region has to become; 0 = free, -1 = it has none.
        barred: set of (region, region of the other key).
    """

    pin_xy: np.ndarray
    pin_to: np.ndarray
    pin_region: np.ndarray
    partner: np.ndarray
    barred: frozenset[tuple[int, int]]

    @property
    def any(self) -> bool:
        """Whether anything was asked for."""
        return bool(len(self.pin_xy) or self.barred or self.partner.any())


def no_wishes(side: Side) -> Wishes:
    """Return wishes that ask for nothing."""
    nothing = np.zeros((0, 2))
    free = np.zeros(side.regions.count, np.int64)
    return Wishes(nothing, nothing, np.zeros(0, np.int64), free, frozenset())


class Fit:
    """One key's mesh against the other key."""

    def __init__(
        self,
        mesh: Mesh,
        edges: Edges,
        labels: np.ndarray,
        other: tuple[np.ndarray, np.ndarray],
        target: Target,
        wishes: Wishes,
    ) -> None:
        """Take what is known of a key.

        Args:
            mesh: of this key.
            edges: of this key.
            labels: (h, w) of this key.
            other: (h, w) labels and (h, w) regions of the other key.
            target: edges of the other key.
            wishes: of the artist.
        """
        self.mesh, self.edges, self.target, self.wishes = mesh, edges, target, wishes
        self.grip = Grip(mesh.weights_at(edges.xy, edges.region))
        self.pins = Grip(mesh.weights_at(wishes.pin_xy, wishes.pin_region))
        self.main = self.grip.main
        self._other_labels, self._other_regions = other
        self.labels = labels
        self.label_count = 1 + max(int(labels.max(initial=0)), int(other[0].max(initial=0)))
        self._asked = _few_each(self.main, mesh.count, _PER_NODE)
        sample = _few_each(mesh.of, mesh.count, _SAMPLES)
        self._sample_node, self._sample_xy = mesh.of[sample], mesh.pixels[sample]
        self._sample_label = labels[mesh.ys[sample], mesh.xs[sample]]
        self.stiffness = np.minimum(mesh.contact / 4, 4.0) * np.where(mesh.within, 1.5, 0.6)
        self.claims: np.ndarray | None = None
        self.lost = np.zeros(mesh.count, bool)  # nodes that follow their neighbours, whatever they land on
        self._pin_node = self.pins.main

    def wishing(self, wishes: Wishes) -> Fit:
        """Return the same fit under other wishes; none of them may take a region's partner away."""
        other = copy(self)
        other.__dict__.pop("system", None)
        other.wishes, other.pins = wishes, Grip(self.mesh.weights_at(wishes.pin_xy, wishes.pin_region))
        other._pin_node = other.pins.main
        other.lost = np.zeros(self.mesh.count, bool)
        return other

    @cached_property
    def system(self) -> System:
        """The equations of the continuous fit."""
        return System(self.mesh, [self.grip, self.pins] if len(self._pin_node) else [self.grip])

    @property
    def alone(self) -> np.ndarray:
        """Nodes of regions that have no partner because the artist says so, (n,) bool."""
        return self.wishes.partner[self.mesh.region] < 0

    def at(self, motion: Motion, node: np.ndarray, xy: np.ndarray) -> np.ndarray:
        """Return where points that belong to nodes go, (k, 2)."""
        middle = self.mesh.xy[node]
        return middle + motion.move[node] + turned(motion.spin[node], xy - middle)

    def cost(self, motion: Motion, cap: float = 12.0) -> np.ndarray:
        """Return what each node's motion costs by itself, (n,): distances in pixels, summed over its points."""
        count = self.mesh.count
        edges, node = self.edges.taken(self._asked), self.main[self._asked]
        spin = motion.spin[node]
        facing = turned(spin / np.hypot(spin[:, 0], spin[:, 1])[:, None], edges.normal)
        distance, _ = self.target.nearest(
            self.at(motion, node, edges.xy), facing, edges.own, edges.across, cap
        )
        found: np.ndarray = np.bincount(node, distance, count)
        landing = np.bincount(self._sample_node, self._landing(motion), count)
        asked = np.maximum(np.bincount(self._sample_node, minlength=count), 1)
        found = found + landing / asked * np.minimum(self.mesh.size / 24, 2.0)
        found = np.where(self.lost, 0.0, found)
        if len(self._pin_node):
            off = np.linalg.norm(
                self.at(motion, self._pin_node, self.wishes.pin_xy) - self.wishes.pin_to, axis=1
            )
            found = found + 50 * np.bincount(self._pin_node, np.minimum(off, 200), count)
        return found

    def _landing(self, motion: Motion) -> np.ndarray:
        """Return what it costs that each sample lands on another label, or where others land."""
        h, w = self._other_labels.shape
        x, y = np.rint(self.at(motion, self._sample_node, self._sample_xy)).astype(np.int64).T
        outside = (x < 0) | (y < 0) | (x >= w) | (y >= h)
        x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
        hit = self._other_labels[y, x] == self._sample_label
        family = self.target.family
        tone = family[self._other_labels[y, x]] == family[self._sample_label]
        cost: np.ndarray = np.where(hit | outside, 0.0, np.where(tone, _TONE, _MISS))
        if self.claims is not None:
            cost = cost + np.where(hit & ~outside, _TAKEN * np.clip(self.claims[y, x] - 1, 0, 1), 0)
        region, there = self.mesh.region[self._sample_node], self._other_regions[y, x]
        wanted = self.wishes.partner[region]
        cost = cost + np.where((wanted > 0) & (there != wanted), _AGAINST, 0)
        cost = np.where(wanted < 0, 0.0, cost)
        for mine, theirs in self.wishes.barred:
            cost = cost + np.where((region == mine) & (there == theirs), _AGAINST, 0)
        return cost

    def gaps(self, motion: Motion) -> np.ndarray:
        """Return how far two neighbours part half way between them, (e,) pixels."""
        return _apart(*self._ends(motion))

    def _ends(self, motion: Motion) -> Ends:
        """Return where the middle between two neighbours goes with either of them, (e, 2) and (e, 2)."""
        one, two = self.mesh.one, self.mesh.two
        half = (self.mesh.xy[one] + self.mesh.xy[two]) / 2
        return self.at(motion, one, half), self.at(motion, two, half)

    def _strain(self, proposed: Ends, now: Ends) -> np.ndarray:
        """Return what it costs each node that its neighbours stay where they are `now`, (n,)."""
        limit = np.where(self.mesh.within, 3 * _BENT, _BENT)
        first = self.stiffness * np.minimum(_apart(proposed[0], now[1]), limit)
        second = self.stiffness * np.minimum(_apart(now[0], proposed[1]), limit)
        count = self.mesh.count
        return np.bincount(self.mesh.one, first, count) + np.bincount(self.mesh.two, second, count)

    def choose(self, now: Motion, proposals: list[Motion], rng: np.random.Generator, rounds: int) -> Motion:
        """Return the best mixture of proposals and of what neighbours do.

        Args:
            now: where to begin.
            proposals: motions of all nodes.
            rng: which neighbours are asked.
            rounds: how often all are weighed again.
        """
        cost = self.cost(now)
        ends = self._ends(now)
        ready = [(each, self.cost(each), self._ends(each)) for each in proposals]
        turn = (np.arange(self.mesh.count) * 7919 >> 3) % 2
        strain: np.ndarray | None = None
        for step in range(rounds):
            asked = list(ready)
            if step:
                others = [self._neighbours(now, rng) for _ in range(2)]
                asked += [(each, self.cost(each), self._ends(each)) for each in others]
            for each, price, its_ends in asked:
                for half in (0, 1):
                    if strain is None:
                        strain = self._strain(ends, ends)
                    better = turn == half
                    gain = cost + _RIGID * strain - price - _RIGID * self._strain(its_ends, ends)
                    better &= gain > 1e-6
                    if better.any():
                        now, cost, strain = now.where(better, each), np.where(better, price, cost), None
                        ends = self._ends(now)
        return now

    def energy(self, motion: Motion) -> np.ndarray:
        """Return what each node costs by itself and by its neighbours, (n,)."""
        ends = self._ends(motion)
        return self.cost(motion) + _RIGID * self._strain(ends, ends)

    def whole(self, motion: Motion, cost: np.ndarray) -> float:
        """Return what a motion costs in all, given what each node costs by itself (n,)."""
        ends = self._ends(motion)
        return float(
            (cost + _RIGID / 2 * self._strain(ends, ends)).sum()
        )  # the strain of an edge is at both ends

    def _neighbours(self, now: Motion, rng: np.random.Generator) -> Motion:
        """Return the motion of a neighbour, by chance, as it would carry each node."""
        one, two = self.mesh.one, self.mesh.two
        order = rng.permutation(2 * len(one))
        source = np.arange(self.mesh.count)
        source[np.concatenate((two, one))[order]] = np.concatenate((one, two))[order]
        return Motion(self.at(now, source, self.mesh.xy) - self.mesh.xy, now.spin[source])

    def from_similarities(self, similarity: np.ndarray, region: np.ndarray) -> Motion:
        """Return the motion in which every node follows a region's similarity."""
        mine = similarity[region]
        return Motion(carried(mine, self.mesh.xy) - self.mesh.xy, mine[:, :2].copy())

    def from_flow(self, flow: np.ndarray) -> Motion:
        """Return the motion of a flow field (h, w, 2): its mean over each node."""
        mesh = self.mesh
        there = flow[mesh.ys, mesh.xs]
        move = np.stack([np.bincount(mesh.of, there[:, k], mesh.count) for k in (0, 1)], axis=1)
        still = np.tile((1.0, 0.0), (mesh.count, 1))
        return Motion(move / np.maximum(mesh.size, 1)[:, None], still)

    def dense(self, motion: Motion) -> np.ndarray:
        """Return the displacement of every painted pixel, (h, w, 2) float64; 0 on the ground."""
        mesh = self.mesh
        # A node carries a pixel p by shift + spin p; a pixel that several hold goes by the mean of these.
        shift = mesh.xy + motion.move - turned(motion.spin, mesh.xy)
        held = mesh.spread @ np.column_stack((shift, motion.spin - (1.0, 0.0)))
        field = np.zeros((*mesh.regions.shape, 2))
        field[mesh.ys, mesh.xs] = held[:, :2] + turned(held[:, 2:], mesh.pixels)
        return field


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    off = a - b
    return np.hypot(off[:, 0], off[:, 1])


def _few_each(group: np.ndarray, count: int, most: int) -> np.ndarray:
    """Return indices of at most `most` members of each group, by a fixed shuffle."""
    order = np.random.default_rng(0).permutation(len(group))
    by_group = order[np.argsort(group[order], kind="stable")]
    first = np.searchsorted(group[by_group], np.arange(count))
    rank = np.arange(len(by_group)) - first[group[by_group]]
    return by_group[rank < most]
