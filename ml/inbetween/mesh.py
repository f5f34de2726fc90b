"""The mesh that carries a key: a node for every piece of a region in a square cell, and who touches whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree


@dataclass(frozen=True)
class Mesh:
    """Nodes of a key. Made by `build_mesh`.

    Attributes:
        regions: (h, w) int32 region at each pixel, 0 = ground.
        cell_px: side of a cell.
        xs, ys: painted pixels, (m,) each.
        of: (m,) node of each painted pixel.
        codes: (n,) sorted code of each node: region, row, column.
        xy: (n, 2) middle of each node's pixels.
        size: (n,) pixels of each node.
        region: (n,) region of each node.
        one, two: (e,) nodes that touch.
        contact: (e,) pixels along which they do.
        within: (e,) bool, both of one region.
        at: (h, w) node at each pixel, -1 = ground.
    """

    regions: np.ndarray
    cell_px: int
    xs: np.ndarray
    ys: np.ndarray
    of: np.ndarray
    codes: np.ndarray
    xy: np.ndarray
    size: np.ndarray
    region: np.ndarray
    one: np.ndarray
    two: np.ndarray
    contact: np.ndarray
    within: np.ndarray
    at: np.ndarray

    @property
    def count(self) -> int:
        """Number of nodes."""
        return len(self.codes)

    @cached_property
    def pixels(self) -> np.ndarray:
        """Painted pixels, (m, 2) float64 x, y."""
        return np.stack((self.xs, self.ys), axis=1).astype(np.float64)

    @cached_property
    def spread(self) -> sp.csr_matrix:
        """Weights that carry nodes to painted pixels, (m, n)."""
        return self.weights_at(self.pixels, self.regions[self.ys, self.xs])

    @cached_property
    def steps(self) -> sp.csr_matrix:
        """Differences along the edges of the mesh, (e, n)."""
        return difference_matrix(self.one, self.two, self.count)

    def weights_at(self, xy: np.ndarray, region: np.ndarray) -> sp.csr_matrix:
        """Return bilinear weights of the region's nodes about each point, (k, n), rows add up to 1."""
        if not len(xy):
            return sp.csr_matrix((0, self.count))
        side = self.cell_px
        h, w = ((n + side - 1) // side for n in self.regions.shape)
        grid = (xy + 0.5) / side - 0.5
        corner = np.floor(grid).astype(np.int64)
        part = grid - corner
        rows, columns, values = [], [], []
        held = np.zeros(len(xy), bool)
        for down in (0, 1):
            for right in (0, 1):
                x, y = corner[:, 0] + right, corner[:, 1] + down
                code = (region.astype(np.int64) * h + y) * w + x
                place = np.minimum(np.searchsorted(self.codes, code), self.count - 1)
                there = (x >= 0) & (y >= 0) & (x < w) & (y < h) & (self.codes[place] == code)
                share = np.where(right, part[:, 0], 1 - part[:, 0]) * np.where(
                    down, part[:, 1], 1 - part[:, 1]
                )
                held |= there
                rows.append(np.flatnonzero(there))
                columns.append(place[there])
                values.append(share[there] + 1e-6)
        lost = np.flatnonzero(~held)
        if len(lost):
            rows.append(lost)
            columns.append(self._nearest(xy[lost], region[lost]))
            values.append(np.ones(len(lost)))
        matrix = sp.csr_matrix(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), (len(xy), self.count)
        )
        whole = np.asarray(matrix.sum(axis=1)).ravel()
        return sp.csr_matrix(sp.diags(1 / np.maximum(whole, 1e-12)) @ matrix)

    def _nearest(self, xy: np.ndarray, region: np.ndarray) -> np.ndarray:
        """Return the nearest node, of the same region where it has one."""
        far = 1e4
        _, node = cKDTree(np.column_stack((self.xy, self.region * far))).query(
            np.column_stack((xy, region * far))
        )
        return node

    def total(self, values: np.ndarray) -> np.ndarray:
        """Return the sum over each node's edges of (e,) values, (n,)."""
        return np.bincount(self.one, values, self.count) + np.bincount(self.two, values, self.count)


def difference_matrix(one: np.ndarray, two: np.ndarray, count: int) -> sp.csr_matrix:
    """Return (e, count): value at `two` less value at `one`."""
    edges = np.arange(len(one))
    return sp.csr_matrix(
        (
            np.concatenate((-np.ones(len(one)), np.ones(len(one)))),
            (np.concatenate((edges, edges)), np.concatenate((one, two))),
        ),
        (len(one), count),
    )


def build_mesh(regions: np.ndarray, cell_px: int) -> Mesh:
    """Return the mesh of a region map.

    Args:
        regions: (h, w) int32, 0 = ground.
        cell_px: side of the cells.
    """
    h, w = regions.shape
    rows, columns = ((n + cell_px - 1) // cell_px for n in (h, w))
    ys, xs = np.nonzero(regions)
    which = regions[ys, xs].astype(np.int64)
    codes, of = np.unique((which * rows + ys // cell_px) * columns + xs // cell_px, return_inverse=True)
    size = np.bincount(of, minlength=len(codes))
    xy = np.stack([np.bincount(of, v, len(codes)) for v in (xs, ys)], axis=1) / np.maximum(size, 1)[:, None]
    region = np.zeros(len(codes), np.int64)
    region[of] = which
    at = np.full((h, w), -1, np.int64)
    at[ys, xs] = of
    one, two, contact = _contacts(at, len(codes))
    return Mesh(
        regions, cell_px, xs, ys, of, codes, xy.reshape(-1, 2), size, region, one, two, contact,
        region[one] == region[two], at,
    )  # fmt: skip


def _contacts(at: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    h, w = at.shape
    pairs = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = at[: h - dy, max(0, -dx) : w - max(0, dx)]
        b = at[dy:, max(0, dx) : w + min(0, dx)]
        meet = (a != b) & (a >= 0) & (b >= 0)
        pairs.append(np.minimum(a[meet], b[meet]) * count + np.maximum(a[meet], b[meet]))
    code, contact = np.unique(np.concatenate(pairs), return_counts=True)
    return code // max(count, 1), code % max(count, 1), contact.astype(float)
