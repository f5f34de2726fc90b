"""The door of the in-betweener: prepare a pair of keys, steer it, draw at any position.

Keys are worked on in an order of their own bytes, so that (A, t, B) and (B, 1 - t, A) are one calculation.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ml.errors import BadImage, MLError, ShapeMismatch
from ml.inbetween.asking import Asked, asked
from ml.inbetween.decode import Decoded, decode
from ml.inbetween.drawing import Drawer
from ml.inbetween.guessing import Flows, flow_between, learned_flow
from ml.inbetween.pairing import Matched, adjust, match
from ml.inbetween.records import InBetween, Region, Weak
from ml.inbetween.reporting import confidence_of, regions_of, weak_places
from ml.inbetween.sides import Side, make_side
from ml.inbetween.smearing import smeared
from ml.inbetween.steering import Steering, mirrored

if TYPE_CHECKING:
    from ml.inbetween.flow_net import FlowNet

ENGINE = "cel-graph-1"
_SURE = 0.6  # confidence from which the network is not asked


def prepare(
    a: np.ndarray, b: np.ndarray, steering: Steering | None = None, *, flow_net: FlowNet | None = None
) -> Pair:
    """Work out how one key becomes the other.

    Args:
        a: (h, w, 4) uint8 RGBA, not premultiplied, or (h, w, 3) RGB.
        b: the same size.
        steering: what the artist asked for.
        flow_net: a `FlowNet`; None = without weights.

    Raises:
        BadImage: an array that is no picture.
        ShapeMismatch: keys of two sizes.
    """
    a, b = _rgba(a), _rgba(b)
    if a.shape != b.shape:
        raise ShapeMismatch("The keys differ in size.", expected=a.shape[:2], actual=b.shape[:2])
    turned = b.tobytes() < a.tobytes()
    keys = Keys((b, a) if turned else (a, b), flow_net)
    return Pair(keys, steering or Steering(), turned=turned)


def _rgba(picture: np.ndarray) -> np.ndarray:
    if picture.ndim != 3 or picture.shape[2] not in (3, 4) or picture.dtype != np.uint8 or not picture.size:
        raise BadImage("A key is no RGB or RGBA picture.", actual=(picture.shape, str(picture.dtype)))
    if picture.shape[2] == 3:
        picture = np.dstack((picture, np.full(picture.shape[:2], 255, np.uint8)))
    return np.ascontiguousarray(picture)


class Keys:
    """Two keys and what of them no steering changes."""

    def __init__(self, pictures: tuple[np.ndarray, np.ndarray], flow_net: FlowNet | None) -> None:
        self.pictures, self.flow_net = pictures, flow_net

    @cached_property
    def decoded(self) -> Decoded:
        """Labels of both keys."""
        return decode(*self.pictures)

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """Regions and meshes of both keys."""
        known = self.decoded
        first, second = (
            make_side(picture, labels, known.thin)
            for picture, labels in zip(self.pictures, known.labels, strict=True)
        )
        return first, second

    @cached_property
    def base(self) -> tuple[Matched, Matched]:
        """The keys matched with each other, nobody having steered.

        The network is asked where the match without it is unsure, and believed where the match with it is surer.
        """
        plain = match(self.sides, self.decoded, self.guesses)
        if self.flow_net is None or confidence_of(plain) >= _SURE:
            return plain
        more = [*self.guesses, learned_flow(self.flow_net, *self.sides)]
        learned = match(self.sides, self.decoded, more)
        if confidence_of(learned) <= confidence_of(plain):
            return plain
        self.guesses = more
        return learned

    @cached_property
    def guesses(self) -> list[Flows]:
        """Flows both ways to choose from, at matching size."""
        return [flow_between(*self.sides)]

    @property
    def empty(self) -> bool:
        """Whether a key has nothing drawn on it."""
        return any(not side.mesh.count for side in self.sides)


class Pair:
    """Two keys, and how one becomes the other under a steering; made by `prepare`."""

    def __init__(self, keys: Keys, steering: Steering, *, turned: bool) -> None:
        self._keys, self._turned, self.steering = keys, turned, steering

    def steered(self, steering: Steering) -> Pair:
        """Return the same keys under other steering."""
        return Pair(self._keys, steering, turned=self._turned)

    @cached_property
    def _asked(self) -> Asked:
        steering = mirrored(self.steering) if self._turned else self.steering
        return asked(steering, self._keys.sides, turned=self._turned)

    @cached_property
    def _matched(self) -> tuple[Matched, Matched]:
        keys = self._keys
        base = keys.base  # first, as it may add to the guesses
        found = adjust(base, keys.decoded, self._asked.wishes, keys.guesses)
        return self._asked.protect(found)

    @cached_property
    def _drawer(self) -> Drawer:
        asked_for = self._asked
        return Drawer(self._keys.decoded, self._matched, asked_for.depth, asked_for.bends, asked_for.alone)

    @cached_property
    def regions(self) -> list[Region]:
        """The regions of both keys, larger first within a key."""
        if self._keys.empty:
            return []
        return regions_of(self._matched, self._keys.decoded, self._asked.depth, turned=self._turned)

    @cached_property
    def needs_breakdown(self) -> list[Weak]:
        """Where a breakdown drawing is needed; empty = nowhere."""
        return [] if self._keys.empty else weak_places(self._matched)

    def draw(self, t: float) -> InBetween:
        """Return the drawing at a position.

        Args:
            t: 0 = key A to 1 = key B; at 0 and 1 the keys come back byte for byte.

        Raises:
            MLError: a position outside of 0 to 1.
        """
        if not 0 <= t <= 1:
            raise MLError("A position lies between 0 and 1.", expected="0 to 1", actual=t)
        t = 1 - t if self._turned else t
        first, second = self._keys.pictures
        if t in (0, 1) or np.array_equal(first, second):
            return InBetween((second if t == 1 else first).copy(), 1.0)
        if self._keys.empty:
            return InBetween((second if t > 0.5 else first).copy(), 0.0)
        rgba = self._drawer.draw(t)
        rgba = smeared(rgba, self._asked.smears, self._drawer, t)
        return InBetween(rgba, confidence_of(self._matched), tuple(self.needs_breakdown))
