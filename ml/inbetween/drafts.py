"""The in-betweener as the studio and the command line ask it: PNG bytes in, marked PNG bytes out.

`studio.core.drafts` alone calls it. Deterministic: the same keys, steering, positions and model give the same bytes.
Holds no state but the last pairs, so that other steering of the same keys does not begin anew.
"""

from __future__ import annotations

import hashlib
import importlib
import math
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ml.errors import BadSteering, WeightsMissing
from ml.inbetween import ENGINE, FORMAT, Pair, Steering, prepare
from ml.inbetween.mark import marked
from ml.pixels import decode, encode_png
from ml.types import Drafted, Studied

_PAIRS_KEPT = 2
_ALPHA_KINDS = frozenset({4, 6})  # PNG's colour types with an alpha channel
NO_MODEL = "none"


class Drafts:
    """The engine with its network, loaded when it is first needed. Threads take turns."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._pairs: OrderedDict[tuple[str, str, bool], Pair] = OrderedDict()
        self._net: Any = None
        self._net_sought = False

    def describe(self, *, weights: bool = True) -> dict[str, Any]:
        """Return engine, model_id ("none" where no weights are used or at hand) and the sidecar's format."""
        return {"engine": ENGINE, "model_id": self._model_id(weights=weights), "format": FORMAT}

    def study(
        self, a_png: bytes, b_png: bytes, steering: Mapping[str, Any], *, weights: bool = True
    ) -> Studied:
        """Return the regions of both keys and where a breakdown drawing is needed.

        Raises:
            BadImage, ShapeMismatch: keys that are no 8-bit PNG, or of two sizes.
            BadSteering: an entry that is not of its form; the message names it.
        """
        with self._lock:
            pair = self._pair(a_png, b_png, steering, weights=weights)
            return Studied(
                tuple(region.as_json() for region in pair.regions),
                tuple(weak.as_json() for weak in pair.needs_breakdown),
            )

    def draw(
        self,
        a_png: bytes,
        b_png: bytes,
        steering: Mapping[str, Any],
        positions: Sequence[float],
        *,
        weights: bool = True,
    ) -> Iterator[Drafted]:
        """Return the drawings at the positions (0 = key A, 1 = key B), one at a time and in their order.

        RGBA where either key has an alpha channel, else RGB. What is wrong is raised at once, not at the first drawing.

        Raises:
            BadImage, ShapeMismatch, BadSteering: see `study`; a position that is none is BadSteering, too.
        """
        for at in positions:
            if not (math.isfinite(at) and 0.0 <= at <= 1.0):
                msg = f"the position {at} is not between 0 and 1"
                raise BadSteering(msg, expected="0 to 1", actual=at)
        with self._lock:
            pair = self._pair(a_png, b_png, steering, weights=weights)
            model_id = self._model_id(weights=weights)
        channels = 4 if has_alpha(a_png) or has_alpha(b_png) else 3
        return (self._drafted(pair, at, channels, model_id) for at in positions)

    def _drafted(self, pair: Pair, at: float, channels: int, model_id: str) -> Drafted:
        with self._lock:
            drawn = pair.draw(at)
        png = marked(encode_png(drawn.rgba[..., :channels]), ENGINE, model_id)
        return Drafted(at, png, drawn.confidence, tuple(weak.as_json() for weak in drawn.weak))

    def _pair(self, a_png: bytes, b_png: bytes, steering: Mapping[str, Any], *, weights: bool) -> Pair:
        wanted = Steering.from_json(steering)
        net = self._network() if weights else None
        key = (hashlib.sha256(a_png).hexdigest(), hashlib.sha256(b_png).hexdigest(), net is not None)
        known = self._pairs.pop(key, None)
        if known is not None:
            pair = known if known.steering == wanted else known.steered(wanted)
        else:
            pair = prepare(decode(a_png), decode(b_png), wanted, flow_net=net)
        self._pairs[key] = pair
        while len(self._pairs) > _PAIRS_KEPT:
            self._pairs.popitem(last=False)
        return pair

    def _model_id(self, *, weights: bool) -> str:
        net = self._network() if weights else None
        return NO_MODEL if net is None else str(net.model_id)

    def _network(self) -> Any:
        """Return the shipped network, None where this installation has none: the engine draws without it."""
        if not self._net_sought:
            self._net = _shipped()
            self._net_sought = True
        return self._net


def has_alpha(png: bytes) -> bool:
    """Return whether a PNG has an alpha channel or transparent entries (tRNS), used or not."""
    return png[25] in _ALPHA_KINDS or b"tRNS" in png[: max(png.find(b"IDAT"), 0)]


def _shipped() -> Any:
    try:
        return importlib.import_module("ml.inbetween.flow_net").load_shipped()
    except (ModuleNotFoundError, WeightsMissing):
        return None
