"""Drawings of a matched pair at any time between."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.inbetween.arcs import Arcs
from ml.inbetween.decode import Decoded
from ml.inbetween.matching import turned
from ml.inbetween.pairing import Matched, seen_pixels
from ml.inbetween.render import (
    Layer,
    Sent,
    compose,
    fill_seams,
    looked_up,
    send,
    smallest_piece_px,
    without_specks,
)

_SPECK_PX = 40.0  # pieces of a result that hang on nothing and are smaller are crumbs, unless a key has such
_AT_KEY = 0.02  # so near a key nothing of the other key is needed
_SEEN, _PAINTED, _STEP = 2.0, 1.0, 10.0  # what puts a pixel in front of another


@dataclass(frozen=True)
class Sheet:
    """A key ready to be sent along: its layer, the straight step of its pixels, and what carries arcs to them."""

    layer: Layer
    matched: Matched
    step: np.ndarray
    beside: np.ndarray

    def steps_at(self, share: float, off: np.ndarray) -> np.ndarray:
        """Return the displacement of the layer's pixels, (m, 2): a share of the way and off it by `off` per node."""
        painted = self.step * share + (self.matched.side.spread @ off) * self.matched.side.scale
        return np.concatenate((painted, painted[self.beside])).astype(np.float32)


class Drawer:
    """Draws a matched pair."""

    def __init__(
        self,
        decoded: Decoded,
        matched: tuple[Matched, Matched],
        depth: tuple[np.ndarray, np.ndarray],
        bends: tuple[np.ndarray, np.ndarray],
        alone: tuple[np.ndarray, np.ndarray],
    ) -> None:
        """Work out all that does not depend on the time.

        Args:
            decoded: the keys as labels.
            matched: the keys matched with each other.
            depth: per key (regions,) steps that the artist brought each region forward by.
            bends: per key (nodes,), see `Arcs`.
            alone: per key (regions,) bool, regions that the artist gave no partner.
        """
        self._decoded, self._matched = decoded, matched
        self._arcs = Arcs(*matched, bends)
        steps = [_straight(m) for m in matched]
        fields = [_field(m, s) for m, s in zip(matched, steps, strict=True)]
        self._sheets = tuple(
            _sheet(matched[k], matched[1 - k], steps[k], fields[1 - k], (depth[k], alone[k])) for k in (0, 1)
        )

        pieces = [smallest_piece_px(m.side.labels > 0) for m in matched]
        self._speck_px = min(_SPECK_PX * matched[0].side.scale ** 2, min(pieces) / 2)

    def draw(self, t: float) -> np.ndarray:
        """Return the drawing at t in (0, 1), (h, w, 4) uint8."""
        off = self._arcs.off_straight(t)
        sent = [
            send(self._sheets[k].layer, self._sheets[k].steps_at(share, off[k]))
            for k, share in ((0, t), (1, 1 - t))
        ]
        near = 0 if t <= 0.5 else 1
        first, second = sent[near], sent[1 - near]
        scale = self._matched[0].side.scale
        if min(t, 1 - t) < _AT_KEY:
            picked = (first.label > 0).astype(np.uint8)
        else:
            picked = compose(first, second, self._sheets[1 - near].layer, scale, late=t == 0.5)
        picked = without_specks(picked, self._speck_px)
        if self._decoded.exact:
            return self._from_labels(picked, first, second)
        return self._from_pictures(picked, first, second, near)

    def part(self, key: int, wanted: np.ndarray, t: float) -> np.ndarray:
        """Return some pixels of one key at t on nothing, (h, w, 4) uint8.

        Args:
            key: 0 or 1.
            wanted: (h, w) bool, pixels of that key.
            t: from key 0 to key 1.
        """
        sheet, share = self._sheets[key], 1 - t if key else t
        steps = sheet.steps_at(share, self._arcs.off_straight(t)[key])
        layer = sheet.layer
        some = wanted[layer.ys, layer.xs]
        few = replace(
            layer,
            labels=np.where(wanted, layer.labels, 0),
            xs=layer.xs[some],
            ys=layer.ys[some],
            front=layer.front[some],
        )
        sent = send(few, steps[some])
        return self._decoded.palette[np.maximum(sent.label, 0)] * (sent.label > 0)[..., None].astype(np.uint8)

    def _from_labels(self, picked: np.ndarray, first: Sent, second: Sent) -> np.ndarray:
        labels = np.where(picked == 1, first.label, np.where(picked == 2, second.label, 0))
        silent = (first.label < 0) & (second.label != 0)
        return self._decoded.palette[fill_seams(labels, silent)]

    def _from_pictures(self, picked: np.ndarray, first: Sent, second: Sent, near: int) -> np.ndarray:
        pictures = [m.side.picture for m in self._matched]
        ground = np.zeros((*picked.shape, 4), np.float32)
        ground[:] = self._decoded.palette[0]
        ground[..., :3] *= ground[..., 3:] / 255
        one, two = looked_up(pictures[near], first), looked_up(pictures[1 - near], second)
        edge = (picked == 0) & (first.label == 0)
        under = np.where((picked == 2)[..., None], two, ground)
        over = np.where(((picked == 1) | edge)[..., None], one, 0)
        behind = np.where(((picked == 1) & (second.label > 0))[..., None], two, under)
        flat = over + behind * (1 - over[..., 3:] / 255)
        alpha = flat[..., 3:]
        colour = np.where(alpha > 0, flat[..., :3] * 255 / np.maximum(alpha, 1e-3), 0)
        return np.rint(np.clip(np.concatenate((colour, alpha), axis=2), 0, 255)).astype(np.uint8)


def _straight(matched: Matched) -> np.ndarray:
    """Return the displacement of every painted pixel from its key to the other, (m, 2) full pixels."""
    side, mesh, motion = matched.side, matched.fit.mesh, matched.motion
    spread = side.spread.tocoo()
    pixel = side.to_small(side.pixels)[spread.row]
    middle = mesh.xy[spread.col]
    step = middle + motion.move[spread.col] + turned(motion.spin[spread.col], pixel - middle) - pixel
    count = len(side.pixels)
    return side.scale * np.stack(
        [np.bincount(spread.row, spread.data * step[:, k], count) for k in (0, 1)], axis=1
    ).reshape(-1, 2)


def _field(matched: Matched, step: np.ndarray) -> np.ndarray:
    field = np.zeros((*matched.side.labels.shape, 2), np.float32)
    x, y = matched.side.pixels.T
    field[y, x] = step
    return field


def _sheet(
    matched: Matched,
    other: Matched,
    step: np.ndarray,
    back: np.ndarray,
    asked: tuple[np.ndarray, np.ndarray],
) -> Sheet:
    side = matched.side
    h, w = side.labels.shape
    x, y = side.pixels.T
    depth, alone = asked
    region = side.regions.at[y, x]
    seen = seen_pixels(side.pixels, step, back, side.scale) & ~alone[region]
    count = side.regions.count
    share = np.bincount(region, seen, count) / np.maximum(np.bincount(region, minlength=count), 1)
    front = _PAINTED + _SEEN * seen + share[region] + _STEP * depth[region]
    ring_x, ring_y, beside = _ring(side.regions.at > 0, side.pixels)
    only = np.zeros((h, w), bool)
    only[y, x] = ~seen
    open_there = np.zeros((h, w), bool)
    open_there[y, x] = ~seen & (alone[region] | ~_covered(other.side.labels, side.pixels + step))
    layer = Layer(
        side.labels,
        np.concatenate((x, ring_x)),
        np.concatenate((y, ring_y)),
        np.concatenate((front, np.zeros(len(ring_x)))).astype(np.float32),
        only,
        open_there,
    )
    return Sheet(layer, matched, step, beside)


def _covered(labels: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Return whether something is painted at each place, (m,) bool."""
    h, w = labels.shape
    x, y = np.rint(xy).astype(np.int64).T
    inside = (x >= 0) & (y >= 0) & (x < w) & (y < h)
    return inside & (labels[np.clip(y, 0, h - 1), np.clip(x, 0, w - 1)] > 0)


def _ring(painted: np.ndarray, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x and y of the ground beside the drawing, and which painted pixel lies nearest to each."""
    grown = cv2.dilate(painted.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ys, xs = np.nonzero(grown & ~painted)
    if not len(ys):
        return xs, ys, np.zeros(0, np.int64)
    _, nearest = cv2.distanceTransformWithLabels(
        (~painted).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    x, y = pixels.T
    table = np.zeros(int(nearest.max()) + 1, np.int64)
    table[nearest[y, x]] = np.arange(len(pixels))
    return xs, ys, table[nearest[ys, xs]]
