"""What pins say of the whole drawing, and where the match follows them rather than itself.

A pin moves a node and what is held by it; when an artist pins a hand that the match lost, a whole arm has to change at
once. So the pins' own motion of all nodes is worked out, and taken over group by group where that is the better match.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from ml.inbetween.fitting import Fit, Motion
from ml.inbetween.mesh import Mesh
from ml.inbetween.refining import SIZES

_NEAREST = 6  # pins that a node listens to
_OTHER_REGION = 0.05  # how little it listens to those of other regions
_AT_PIN_PX2 = 4.0  # keeps the weight of a pin that lies on a node finite
_OWN_TURN_PX2 = 30.0  # how far apart pins must lie to say more of a node's turn than the match knows
_APART_PX = 3.0  # motions that differ by less are the same
_GROUPS, _ROUNDS = 40, 3  # most groups that are weighed, larger first, and how often


def by_pins(fit: Fit, own: Motion) -> Motion:
    """Return the motion in which every node follows the pins about it, turned and sized as they say.

    Source: Schaefer, McPhail, Warren, "Image deformation using moving least squares", 2006 (similarities).

    Args:
        fit: with at least one pin.
        own: the match so far, whose turns hold where the pins say nothing of them.
    """
    wishes, mesh = fit.wishes, fit.mesh
    away = ((mesh.xy[:, None] - wishes.pin_xy[None]) ** 2).sum(axis=2)
    weight = 1 / (away + _AT_PIN_PX2)
    weight *= np.where(mesh.region[:, None] == wishes.pin_region[None], 1.0, _OTHER_REGION)
    listened = min(_NEAREST, weight.shape[1])
    least = np.partition(weight, -listened, axis=1)[:, -listened]
    weight = np.where(weight >= least[:, None], weight, 0)
    weight /= weight.sum(axis=1, keepdims=True)
    pin, to, node, turn = (_complex(xy) for xy in (wishes.pin_xy, wishes.pin_to, mesh.xy, own.spin))
    middle, goal = weight @ pin, weight @ to
    arm = pin[None] - middle[:, None]
    swung = (weight * arm.conj() * (to[None] - goal[:, None])).sum(axis=1)
    spin = (swung + _OWN_TURN_PX2 * turn) / ((weight * abs(arm) ** 2).sum(axis=1) + _OWN_TURN_PX2)
    spin *= np.clip(abs(spin), *SIZES) / np.maximum(abs(spin), 1e-9)
    return Motion(_real(goal + spin * (node - middle) - node), _real(spin))


def fused(fit: Fit, a: Motion, b: Motion) -> Motion:
    """Return motion `a` with `b` wherever a group of nodes that lie together, or a region, is better off with it."""
    mesh, costs = fit.mesh, (fit.cost(a), fit.cost(b))
    apart = np.hypot(*(a.move - b.move).T) > _APART_PX
    groups = _groups(mesh, apart)
    taken = np.zeros(mesh.count, bool)
    now = fit.whole(a, costs[0])
    for _ in range(_ROUNDS):
        before = now
        for group in groups:
            tried = taken.copy()
            tried[group] = ~taken[group].all()
            energy = fit.whole(a.where(tried, b), np.where(tried, costs[1], costs[0]))
            if energy < now - 1e-6:
                taken, now = tried, energy
        if now == before:
            break
    return a.where(taken, b)


def _groups(mesh: Mesh, apart: np.ndarray) -> list[np.ndarray]:
    """Return the nodes that lie together and those of one region, of nodes that are apart; larger groups first."""
    link = apart[mesh.one] & apart[mesh.two]
    graph = sp.coo_matrix((np.ones(link.sum()), (mesh.one[link], mesh.two[link])), (mesh.count, mesh.count))
    together = connected_components(graph, directed=False)[1]
    nodes = np.flatnonzero(apart)
    groups = [nodes[of[nodes] == k] for of in (together, mesh.region) for k in np.unique(of[nodes])]
    return sorted(groups, key=len, reverse=True)[:_GROUPS]


def _complex(xy: np.ndarray) -> np.ndarray:
    return xy[:, 0] + 1j * xy[:, 1]


def _real(number: np.ndarray) -> np.ndarray:
    return np.stack((number.real, number.imag), axis=1)
