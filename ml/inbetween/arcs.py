"""Where the nodes of both keys are at a time between: along arcs, joined as they touch, the same for both keys.

Every edge of a mesh turns by its nodes' angle and grows evenly (Alexa et al., As-rigid-as-possible shape
interpolation, 2000), and the places that fit all edges best are solved for at once. So a forearm turns about its
elbow and keeps its length. What hardly turns is held to a straight path, what stands still most of all; what both
keys show is held together. At t = 0 and 1 the places are those of the keys.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from ml.inbetween.matching import turned
from ml.inbetween.mesh import difference_matrix
from ml.inbetween.pairing import Matched
from ml.inbetween.refining import held

_HOLD = 3e-3  # weight of the straight path, per pixel of a node
_STRAIGHT_RAD = 0.15  # turns above this leave the straight path to their neighbours
_LEAST_SEEN = 0.5


class Arcs:
    """Paths of all nodes of both keys."""

    def __init__(self, first: Matched, second: Matched, bends: tuple[np.ndarray, np.ndarray]) -> None:
        """Set the system up.

        Args:
            first: key A matched with key B.
            second: key B matched with key A.
            bends: per key (nodes,) share of the chord by which the artist bends a node's path to the left as it
                leaves its own key, 0 = as it is.
        """
        self._keys = (first, second)
        self._bends = bends
        meshes = [m.fit.mesh for m in self._keys]
        counts = [mesh.count for mesh in meshes]
        one_a, one_b, times = _links(first, second)
        one = np.concatenate((meshes[0].one, meshes[1].one + counts[0], one_a))
        two = np.concatenate((meshes[0].two, meshes[1].two + counts[0], one_b + counts[0]))
        self._linked = len(times)
        self._firm = np.concatenate([held(m.fit, m.motion) for m in self._keys] + [times.astype(float)])
        self._steps = difference_matrix(one, two, sum(counts))
        self._angles = [np.arctan2(m.motion.spin[:, 1], m.motion.spin[:, 0]) for m in self._keys]
        self._anchor = np.concatenate([self._anchors(k) for k in (0, 1)])
        sizes = np.concatenate([mesh.size for mesh in meshes])
        self._pull = np.where(np.concatenate(bends) != 0, sizes, 0.0)
        laplace = self._steps.T @ sp.diags(self._firm) @ self._steps + sp.diags(self._anchor + self._pull)
        self._solve = sla.splu(laplace.tocsc()).solve

    def _anchors(self, k: int) -> np.ndarray:
        matched = self._keys[k]
        speed = np.linalg.norm(matched.motion.move, axis=1)
        straight = np.exp(-((self._angles[k] / _STRAIGHT_RAD) ** 2)) + 1e-3
        return _HOLD * matched.fit.mesh.size * straight * (1 + 4 * np.exp(-(speed**2)))

    def off_straight(self, t: float) -> tuple[np.ndarray, np.ndarray]:
        """Return how far the nodes of A and of B are off the straight line at t, (n, 2) small pixels each."""
        wanted = np.concatenate([self._wanted(0, t), self._wanted(1, 1 - t), np.zeros((self._linked, 2))])
        right = self._steps.T @ (self._firm[:, None] * wanted)
        count = self._keys[0].fit.mesh.count
        if self._pull.any():
            move = np.concatenate([m.motion.move for m in self._keys])
            left = np.stack((move[:, 1], -move[:, 0]), axis=1)
            right += (self._pull * 4 * t * (1 - t) * np.concatenate(self._bends))[:, None] * left
        off = self._solve(right)
        return off[:count], off[count:]

    def _wanted(self, k: int, t: float) -> np.ndarray:
        """Return by how much each edge of a mesh differs at t from its straight interpolation, (e, 2)."""
        matched = self._keys[k]
        mesh, move = matched.fit.mesh, matched.motion.move
        begin = mesh.xy[mesh.two] - mesh.xy[mesh.one]
        end = begin + move[mesh.two] - move[mesh.one]
        spin = np.exp(1j * self._angles[k])
        angle = np.angle(spin[mesh.one] + spin[mesh.two])
        upright = turned(np.stack((np.cos(angle), -np.sin(angle)), axis=1), end)
        mixed = (1 - t) * begin + t * upright
        bowed = turned(np.stack((np.cos(t * angle), np.sin(t * angle)), axis=1), mixed)
        return bowed - ((1 - t) * begin + t * end)


def _links(first: Matched, second: Matched) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return nodes of A and of B that show the same, and along how many pixels."""
    mesh, theirs = second.fit.mesh, first.fit.mesh
    end = mesh.pixels + second.fit.dense(second.motion)[mesh.ys, mesh.xs]
    x, y = np.rint(end).astype(np.int64).T
    h, w = theirs.at.shape
    inside = (x >= 0) & (y >= 0) & (x < w) & (y < h) & (second.seen[mesh.of] > _LEAST_SEEN)
    node = np.where(inside, theirs.at[np.clip(y, 0, h - 1), np.clip(x, 0, w - 1)], -1)
    good = node >= 0
    code, times = np.unique(node[good] * mesh.count + mesh.of[good], return_counts=True)
    return code // mesh.count, code % mesh.count, times
