"""The equations of the fit with their pattern worked out once: they are filled and solved again at every round."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from ml.inbetween.mesh import Mesh


class Grip:
    """Points held by at most four nodes each.

    Attributes:
        node, share: (m, 4) nodes and how much each holds; where a point has fewer, their share is 0.
    """

    def __init__(self, weights: sp.csr_matrix) -> None:
        weights = weights.tocsr()
        count = np.diff(weights.indptr)
        slot = np.arange(weights.nnz) - np.repeat(weights.indptr[:-1], count)
        row = np.repeat(np.arange(weights.shape[0]), count)
        self.node = np.zeros((weights.shape[0], 4), np.int64)
        self.share = np.zeros((weights.shape[0], 4))
        self.node[row, slot], self.share[row, slot] = weights.indices, weights.data

    @property
    def main(self) -> np.ndarray:
        """The node that holds each point most, (m,)."""
        if not len(self.node):
            return np.zeros(0, np.int64)
        chosen: np.ndarray = self.node[np.arange(len(self.node)), self.share.argmax(axis=1)]
        return chosen

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return (n, k) values of the nodes at the points, (m, k)."""
        held: np.ndarray = np.einsum("ms,msk->mk", self.share, values[self.node])
        return held

    def back(self, values: np.ndarray, count: int) -> np.ndarray:
        """Return (m,) values of the points added up at the nodes, (n,)."""
        return np.bincount(self.node.ravel(), (self.share * values[:, None]).ravel(), count)


class System:
    """Places of nodes that obey pulls on points and resist bending."""

    def __init__(self, mesh: Mesh, grips: list[Grip]) -> None:
        """Work the pattern out.

        Args:
            mesh: whose nodes are placed.
            grips: what is pulled.
        """
        self._mesh, self._grips, n = mesh, grips, mesh.count
        diagonal = np.arange(n)
        rows = [np.repeat(g.node, 4, axis=1).ravel() for g in grips] + [mesh.one, mesh.two, diagonal]
        columns = [np.tile(g.node, (1, 4)).ravel() for g in grips] + [mesh.two, mesh.one, diagonal]
        codes = [c * n + r for r, c in zip(rows, columns, strict=True)]
        pattern, where = np.unique(np.concatenate(codes), return_inverse=True)
        stops = np.cumsum([len(code) for code in codes])[:-1]
        *self._pulled, self._up, self._down, self._diagonal = np.split(where, stops)
        self._size = len(pattern)
        column, row = pattern // n, pattern % n
        self._row_index = np.concatenate((row, row + n, row, row + n))
        order = np.lexsort((self._row_index, np.concatenate((column, column, column + n, column + n))))
        self._order = order
        self._row_index = self._row_index[order]
        per_column = np.bincount(np.concatenate((column, column, column + n, column + n)), minlength=2 * n)
        self._starts = np.concatenate(([0], np.cumsum(per_column)))

    def solved(
        self, pulls: list[np.ndarray], right: np.ndarray, stiff: np.ndarray, still: float
    ) -> np.ndarray:
        """Return the nodes' places, (n, 2).

        Args:
            pulls: per grip (3, m) weights xx, yy and xy.
            right: (2, n) right sides, of the pulls and of the mesh.
            stiff: (e,) weights of the mesh's edges.
            still: weight of every node's own place.
        """
        n = self._mesh.count
        blocks = [np.zeros(self._size) for _ in range(3)]
        for slots, grip, weight in zip(self._pulled, self._grips, pulls, strict=True):
            products = np.repeat(grip.share, 4, axis=1) * np.tile(grip.share, (1, 4))
            for k in range(3):
                blocks[k] += np.bincount(slots, (products * weight[k][:, None]).ravel(), self._size)
        on_diagonal = self._mesh.total(stiff) + still
        for k in (0, 1):
            np.subtract.at(blocks[k], self._up, stiff)
            np.subtract.at(blocks[k], self._down, stiff)
            blocks[k][self._diagonal] += on_diagonal
        data = np.concatenate((blocks[0], blocks[2], blocks[2], blocks[1]))[self._order]
        matrix = sp.csc_matrix((data, self._row_index, self._starts), (2 * n, 2 * n))
        factors = sla.splu(matrix, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
        return factors.solve(right.ravel()).reshape(2, n).T
