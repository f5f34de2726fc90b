"""What found no place at first: pieces of one key laid on pieces of the other that nothing landed on.

A limb that swings far is one colour with the trunk, so no region tells where it went. But what is left over in key A
is the limb, and what is left over in key B is the same limb elsewhere: their axes are laid on each other, both ways
round, and fitted.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.inbetween.fitting import Fit, Motion
from ml.inbetween.matching import fit_similarities, similarity_about
from ml.inbetween.mesh import Mesh
from ml.inbetween.regions import Edges

_LEFT_OVER = 0.5  # share of a node that is seen in both keys, under which it is left over
_LEAST_PX = 40  # area of a piece
_MOST = 12  # pieces of a key
_ALIKE = 0.45  # share of colours that two pieces must have in common
_SIZES = (0.4, 2.5)
_WORSE = 1.1  # a piece laid stiffly may cost more by this, as it will bend into place
_JOINT = 0.5  # what a pixel of parting at the joint costs each node of a piece
_TORN_OFF_PX = 60.0
_TRIED = 4  # ways to lay a piece that are weighed with its neighbours


@dataclass(frozen=True)
class _Piece:
    nodes: np.ndarray
    pixels: np.ndarray
    centre: np.ndarray
    angle: float
    colours: np.ndarray


def strays_laid(fits: tuple[Fit, Fit], now: Motion, seen: tuple[np.ndarray, np.ndarray]) -> Motion:
    """Return the motion with left-over pieces of a key laid on left-over pieces of the other one, where that is better.

    A piece moves as a whole: node by node it would never leave the scattered places that it found.

    Args:
        fits: of this key and of the other.
        now: motion of this key; what is not left over keeps it.
        seen: (n,) share of each node that is seen in both keys, for both.
    """
    mine, other = (_pieces(fit, share) for fit, share in zip(fits, seen, strict=True))
    pairs = [(i, j) for i, a in enumerate(mine) for j, b in enumerate(other) if _alike(a, b)]
    if not pairs:
        return now
    fit = fits[0]
    piece_of = np.full(fit.mesh.count, -1)
    for i, piece in enumerate(mine):
        piece_of[piece.nodes] = i
    rows = [(i, j, flip) for i, j in pairs for flip in (0.0, np.pi)]
    starts = np.concatenate([_laid(mine[i], other[j], flip) for i, j, flip in rows])
    edges = _edges_of(fit.edges, piece_of[fit.main], [i for i, _, _ in rows])
    if not len(edges.xy):
        return now
    fitted, left = fit_similarities(starts, edges, fit.target, 10, 14.0)
    for i in sorted({i for i, _, _ in rows}):
        here = piece_of == i
        ways = sorted((float(left[row]), row) for row in range(len(rows)) if rows[row][0] == i)[:_TRIED]
        laid = [now.where(here, fit.from_similarities(fitted, np.full(len(here), row))) for _, row in ways]
        price = [_price(fit, each, here) for each in laid]
        best = int(np.argmin(price))
        if price[best] < _WORSE * _price(fit, now, here):
            now = laid[best]
    return now


def _price(fit: Fit, motion: Motion, here: np.ndarray) -> float:
    """Return what a piece costs with its own nodes, its neighbours, and how far it parts from what it hangs on."""
    mesh = fit.mesh
    joint = (here[mesh.one] != here[mesh.two]) & mesh.within
    price = float(fit.energy(motion)[here].sum())
    if joint.any():
        gap = np.minimum(fit.gaps(motion)[joint], _TORN_OFF_PX)
        price += _JOINT * float(np.average(gap, weights=mesh.contact[joint])) * int(here.sum())
    return price


def _pieces(fit: Fit, seen: np.ndarray) -> list[_Piece]:
    """Return the connected pieces that are left over, largest first."""
    mesh = fit.mesh
    over = np.zeros(mesh.regions.shape, np.uint8)
    over[mesh.ys, mesh.xs] = (seen < _LEFT_OVER)[mesh.of]
    count, parts = cv2.connectedComponents(over, connectivity=8)
    part = parts[mesh.ys, mesh.xs]
    area = np.bincount(part, minlength=count)
    area[0] = 0
    order = [int(p) for p in np.argsort(-area, kind="stable")[:_MOST] if area[p] >= _LEAST_PX]
    return [_piece(fit, mesh, part == p) for p in order]


def _piece(fit: Fit, mesh: Mesh, here: np.ndarray) -> _Piece:
    pixels = mesh.pixels[here]
    centre = pixels.mean(axis=0)
    (xx, xy), (_, yy) = np.cov((pixels - centre).T) + 1e-6 * np.eye(2)
    labels = fit.labels[mesh.ys[here], mesh.xs[here]]
    colours = np.bincount(labels, minlength=fit.label_count) / len(pixels)
    return _Piece(np.unique(mesh.of[here]), pixels, centre, 0.5 * np.arctan2(2 * xy, xx - yy), colours)


def _alike(a: _Piece, b: _Piece) -> bool:
    share = float(np.minimum(a.colours, b.colours).sum())
    return share > _ALIKE and _SIZES[0] < len(b.pixels) / len(a.pixels) < _SIZES[1]


def _laid(a: _Piece, b: _Piece, flip: float) -> np.ndarray:
    return similarity_about(a.centre[None], (b.centre - a.centre)[None], np.array([b.angle - a.angle + flip]))


def _edges_of(edges: Edges, piece: np.ndarray, wanted: list[int]) -> Edges:
    """Return the edges of each wanted piece, with its place in the list as their region; a piece may come twice."""
    where = [np.flatnonzero(piece == i) for i in wanted]
    taken = edges.taken(np.concatenate(where))
    row = np.repeat(np.arange(len(wanted)), [len(w) for w in where])
    return Edges(taken.xy, taken.normal, taken.own, taken.across, row)
