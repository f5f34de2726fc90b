"""One key of a pair as the engine works on it: labels and regions in full, mesh and maps small enough to be quick."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import scipy.sparse as sp

from ml.inbetween.mesh import Mesh, build_mesh
from ml.inbetween.regions import Edges, Regions, find_edges, find_regions

SMALL_PX = 512  # keys are matched at this size of their longer side, and drawn in full
_CELL_PX = 10
_CRUMB_PX = 6
_MOST_EDGES = 4500


@dataclass(frozen=True)
class Side:
    """One key.

    Attributes:
        picture: (h, w, 4) uint8.
        labels: (h, w) int32.
        regions: of the full picture.
        scale: full pixels per small pixel, at least 1.
        small_labels, small_regions: at matching size.
        mesh: at matching size.
        edges: places in small pixels.
        grey: (h, w) uint8 at matching size, over white.
    """

    picture: np.ndarray
    labels: np.ndarray
    regions: Regions
    scale: float
    small_labels: np.ndarray
    mesh: Mesh
    edges: Edges
    grey: np.ndarray

    @property
    def small_regions(self) -> np.ndarray:
        """Regions at matching size, (h, w) int32."""
        return self.mesh.regions

    @cached_property
    def pixels(self) -> np.ndarray:
        """Painted pixels of the full picture, (m, 2) int64 x, y."""
        ys, xs = np.nonzero(self.regions.at)
        return np.stack((xs, ys), axis=1)

    @cached_property
    def spread(self) -> sp.csr_matrix:
        """Weights that carry the mesh's nodes to all painted pixels, (m, n)."""
        x, y = self.pixels.T
        return self.mesh.weights_at(self.to_small(self.pixels), self.regions.at[y, x])

    def to_small(self, xy: np.ndarray) -> np.ndarray:
        """Return full pixels as small ones."""
        return (np.asarray(xy, np.float64) + 0.5) / self.scale - 0.5

    def to_full(self, xy: np.ndarray) -> np.ndarray:
        """Return small pixels as full ones."""
        return (np.asarray(xy, np.float64) + 0.5) * self.scale - 0.5


def make_side(picture: np.ndarray, labels: np.ndarray, thin: np.ndarray) -> Side:
    """Return a key ready to be matched.

    Args:
        picture: (h, w, 4) uint8 RGBA.
        labels: (h, w) int32, see `decode`.
        thin: (n,) bool, labels that are lines.
    """
    scale = max(1.0, max(labels.shape) / SMALL_PX)
    regions = find_regions(labels, len(thin), round(_CRUMB_PX * scale * scale))
    pick = _picked(labels, thin, scale)
    small_labels, small_regions = labels.ravel()[pick], regions.at.ravel()[pick]
    edges = find_edges(labels, regions.at, _MOST_EDGES)
    small = Edges((edges.xy + 0.5) / scale - 0.5, edges.normal, edges.own, edges.across, edges.region)
    mesh = build_mesh(small_regions, _CELL_PX)
    return Side(picture, labels, regions, scale, small_labels, mesh, small, _grey(picture, pick.shape))


def _picked(labels: np.ndarray, thin: np.ndarray, scale: float) -> np.ndarray:
    """Return which full pixel stands for each small one, (h, w) int64: a line's where a line goes through."""
    h, w = labels.shape
    rows, columns = max(1, round(h / scale)), max(1, round(w / scale))
    y = np.minimum(((np.arange(rows) + 0.5) * h / rows).astype(np.int64), h - 1)
    x = np.minimum(((np.arange(columns) + 0.5) * w / columns).astype(np.int64), w - 1)
    pick = y[:, None] * w + x[None]
    if scale > 1:
        ys, xs = np.nonzero(thin[labels])
        pick[np.minimum(ys * rows // h, rows - 1), np.minimum(xs * columns // w, columns - 1)] = ys * w + xs
    return pick


def _grey(picture: np.ndarray, size_hw: tuple[int, int]) -> np.ndarray:
    """Return the picture over white as grey, at a size."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    white = picture[..., :3] * alpha + 255 * (1 - alpha)
    grey = cv2.cvtColor(white.astype(np.uint8), cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, (size_hw[1], size_hw[0]), interpolation=cv2.INTER_AREA)
