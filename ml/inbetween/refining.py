"""Moving nodes continuously until the edges of one key lie on those of the other, as rigidly as they can.

Point to line fit of all edges under a mesh that resists bending (Sorkine & Alexa, As-rigid-as-possible surface
modeling, 2007); neighbours that part too far are let go by robust weights, so that an arm leaves a trunk.
"""

from __future__ import annotations

import numpy as np

from ml.inbetween.fitting import Fit, Motion
from ml.inbetween.matching import turned
from ml.inbetween.mesh import Mesh
from ml.inbetween.system import Grip

_SIDEWAYS = 0.15  # share of the pull that acts along an edge
_LET_GO = (2.5, 6.0)  # px by which neighbours of two regions, or of one, may part before they are let go
_TURN_HOLD = 2.0  # weight of a node's turn so far, in median edges
SIZES = (0.75, 1.33)  # a node may shrink and grow so far
_PIN = 100.0  # weight of a pin, in edges
_STILL = 1e-3  # weight that keeps a node where it is


def refine(fit: Fit, motion: Motion, rounds: int, reach_px: float = 6.0) -> tuple[Motion, np.ndarray]:
    """Return the motion after the fit, and what is left at each node's edges, (n,) px.

    Args:
        fit: the mesh and what it goes to.
        motion: where to begin.
        rounds: of the iteration.
        reach_px: how far the first round looks; the last looks 1.2 px.
    """
    mesh = fit.mesh
    place, spin = mesh.xy + motion.move, motion.spin
    left = np.zeros(len(fit.edges.xy))
    hold = held(fit, motion)
    for step in range(rounds):
        done = step / max(1, rounds - 1)
        sigma, stiff = reach_px * (1.2 / reach_px) ** done, 3.0 * (0.35 / 3.0) ** done
        hold = held(fit, Motion(place - mesh.xy, spin))
        spin = spins(mesh, place, hold, spin)
        pulls, goal, left = _pulls(fit, place, spin, sigma)
        old = mesh.xy[mesh.two] - mesh.xy[mesh.one]
        wanted = turned((spin[mesh.one] + spin[mesh.two]) / 2, old) * (stiff * hold)[:, None]
        bent = [
            np.bincount(mesh.two, wanted[:, k], mesh.count) - np.bincount(mesh.one, wanted[:, k], mesh.count)
            for k in (0, 1)
        ]
        place = fit.system.solved(pulls, goal + np.stack(bent) + _STILL * place.T, stiff * hold, _STILL)
    now = Motion(place - mesh.xy, spins(mesh, place, hold, spin))
    points = np.maximum(np.bincount(fit.main, minlength=mesh.count), 1)
    return now, np.bincount(fit.main, left, mesh.count) / points


def held(fit: Fit, motion: Motion) -> np.ndarray:
    """Return how firmly neighbours hold each other, (e,): little where they part."""
    gap = fit.gaps(motion)
    limit = np.where(fit.mesh.within, _LET_GO[1], _LET_GO[0])
    return fit.stiffness / (1 + (gap / limit) ** 2) ** 2


def spins(mesh: Mesh, place: np.ndarray, hold: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the turn and size about each node that its neighbours show, (n, 2), smoothed over the mesh."""
    one, two = mesh.one, mesh.two
    old, new = mesh.xy[two] - mesh.xy[one], place[two] - place[one]
    sums = [
        mesh.total(hold * (old * new).sum(axis=1)),
        mesh.total(hold * (old[:, 0] * new[:, 1] - old[:, 1] * new[:, 0])),
        mesh.total(hold * (old * old).sum(axis=1)),
    ]
    positive = sums[2][sums[2] > 0]
    keep = _TURN_HOLD * (float(np.median(positive)) if len(positive) else 1.0)
    share = 0.5 * hold / max(float(hold.max(initial=0)), 1e-9)
    for _ in range(2):
        sums = [
            each
            + np.bincount(one, share * each[two], mesh.count)
            + np.bincount(two, share * each[one], mesh.count)
            for each in sums
        ]
    along, across, square = sums
    spin = (
        np.stack((along + keep * before[:, 0], across + keep * before[:, 1]), axis=1)
        / (square + keep)[:, None]
    )
    size = np.hypot(spin[:, 0], spin[:, 1])
    return spin * (np.clip(size, *SIZES) / np.maximum(size, 1e-9))[:, None]


def _pulls(
    fit: Fit, place: np.ndarray, spin: np.ndarray, sigma: float
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return weights (3, m) xx, yy, xy of edges and pins, right sides (2, n), and the edges' distances."""
    edges, grip, count = fit.edges, fit.grip, fit.mesh.count
    offset = _swung(grip, spin, edges.xy, fit.mesh.xy)
    at = grip.of(place) + offset
    facing = turned(grip.of(spin), edges.normal)
    facing /= np.maximum(np.hypot(facing[:, 0], facing[:, 1]), 1e-9)[:, None]
    reach = min(24.0, 4 * sigma + 3)
    distance, index = fit.target.nearest(at, facing, edges.own, edges.across, reach)
    found = index >= 0
    pull = np.where(found & ~fit.lost[fit.main], 1 / (1 + (distance / sigma) ** 2) ** 2, 0.0)
    there, normal = fit.target.facts(index)
    want = np.where(found[:, None], there, at) - offset
    strict = 1 - _SIDEWAYS
    weights = np.stack(
        (
            pull * (strict * normal[:, 0] ** 2 + _SIDEWAYS),
            pull * (strict * normal[:, 1] ** 2 + _SIDEWAYS),
            pull * strict * normal[:, 0] * normal[:, 1],
        )
    )
    goal = np.stack(_right(grip, weights, want, count))
    pulls = [weights]
    wishes = fit.wishes
    if len(wishes.pin_xy):
        firm = np.full(len(wishes.pin_xy), _PIN)
        pulls.append(np.stack((firm, firm, 0 * firm)))
        to = wishes.pin_to - _swung(fit.pins, spin, wishes.pin_xy, fit.mesh.xy)
        goal += np.stack(_right(fit.pins, pulls[1], to, count))
    return pulls, goal, np.where(found, distance, reach)


def _swung(grip: Grip, spin: np.ndarray, xy: np.ndarray, node_xy: np.ndarray) -> np.ndarray:
    """Return the arm from its nodes to each point, turned with them, (m, 2)."""
    total = np.zeros_like(xy)
    for slot in range(4):
        node = grip.node[:, slot]
        total += grip.share[:, slot, None] * turned(spin[node], xy - node_xy[node])
    return total


def _right(grip: Grip, weights: np.ndarray, want: np.ndarray, count: int) -> list[np.ndarray]:
    xx, yy, xy = weights
    return [
        grip.back(xx * want[:, 0] + xy * want[:, 1], count),
        grip.back(xy * want[:, 0] + yy * want[:, 1], count),
    ]
