"""Where edges of one key may go in the other: the nearest edge of the same kind that faces the same way."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from ml.inbetween.regions import Edges

_KIND = 4096.0  # distance that parts labels from each other in the tree
_ACROSS = 64.0  # and what lies across a border
_LOOSE_PX = 4.0  # what an edge costs that is only of the same family
_TURN_PX = 6.0  # what a normal that is off by one radian costs, as if it were so far away


class Target:
    """Edges of a key to be found by place, direction, own label and the label across.

    What lies across a line changes whenever something moves behind it, so for lines it does not count.
    """

    def __init__(self, edges: Edges, thin: np.ndarray, family: np.ndarray) -> None:
        self.xy, self.normal = edges.xy, edges.normal
        self._thin, self.family = thin, family
        self._strict = cKDTree(self._placed(edges.xy, edges.normal, edges.own, edges.across))
        self._loose = cKDTree(self._placed(edges.xy, edges.normal, family[edges.own]))

    def _placed(
        self, xy: np.ndarray, normal: np.ndarray, own: np.ndarray, across: np.ndarray | None = None
    ) -> np.ndarray:
        columns = (xy, normal * _TURN_PX, own * _KIND)
        if across is None:
            return np.column_stack(columns)
        return np.column_stack((*columns, np.where(self._thin[own], 0, across) * _ACROSS))

    def nearest(
        self, xy: np.ndarray, normal: np.ndarray, own: np.ndarray, across: np.ndarray, cap: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (n,) distance, at most `cap`, and (n,) index of the edge, -1 where there is none so near.

        Where no edge of the same kind is near, one of the same family of tones will do: light moves over a form.
        """
        if not len(self.xy):
            return np.full(len(xy), cap), np.full(len(xy), -1)
        distance, index = self._strict.query(
            self._placed(xy, normal, own, across), distance_upper_bound=cap, workers=1
        )
        far = np.flatnonzero(distance > _LOOSE_PX + 2)
        if len(far):
            asked = self._placed(xy[far], normal[far], self.family[own[far]])
            other, place = self._loose.query(asked, distance_upper_bound=max(1.0, cap - _LOOSE_PX), workers=1)
            other = other + _LOOSE_PX
            better = other < distance[far]
            distance[far[better]], index[far[better]] = other[better], place[better]
        found = distance < cap
        return np.minimum(distance, cap), np.where(found, index, -1)

    def facts(self, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return place and normal of edges, (n, 2) each; zeros for -1."""
        if not len(self.xy):
            return np.zeros((len(index), 2)), np.zeros((len(index), 2))
        there = (index >= 0)[:, None]
        return np.where(there, self.xy[index], 0), np.where(there, self.normal[index], 0)
