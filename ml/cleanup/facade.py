"""The clean-up as the studio and the command line ask it: PNG bytes in, marked PNG and SVG bytes out.

Deterministic: the same roughs, wishes and model give the same bytes. Holds no state but the last sketches, so that
other wishes for the same rough do not begin anew. The roughs are never written to.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ml import mark
from ml.cleanup import styles
from ml.cleanup.engine import ENGINE, Before, Sketch, prepare
from ml.cleanup.records import LAYERS, Clean
from ml.cleanup.ridges import pencil_of
from ml.cleanup.scan import read_scan
from ml.cleanup.wishes import FORMAT, Wishes, from_sidecar, sidecar, style_as_json
from ml.errors import BadWishes, WeightsMissing
from ml.pixels import decode, encode_png
from ml.types import Cleaned

TOOL = "Sakkan clean-up"
NO_MODEL = "none"
_SKETCHES_KEPT = 3
_LOOKED_AT = 9  # drawings of a cut whose pencil is measured to draw all at one weight


class Cleanups:
    """The engine with its network, loaded when it is first needed. Threads take turns."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._sketches: OrderedDict[tuple[str, bool], Sketch] = OrderedDict()
        self._net: Any = None
        self._net_sought = False

    def describe(self, *, weights: bool = True) -> dict[str, Any]:
        """Return engine, model_id ("none" where no weights are used or at hand) and the sidecar's format."""
        return {"engine": ENGINE, "model_id": self._model_id(weights=weights), "format": FORMAT}

    def clean(
        self, roughs: Sequence[bytes], wishes: Sequence[Mapping[str, Any]], *, weights: bool = True
    ) -> Iterator[Cleaned]:
        """Return the cleaned drawings, one at a time and in their order.

        Several roughs are drawings of one cell in order of exposure: each is calmed against the one before, and all
        are drawn at one weight. What is wrong is raised at once, not at the first drawing.

        Args:
            roughs: PNG each.
            wishes: for each rough the part "wishes" of a sidecar; one alone serves all.
            weights: False = without the network.

        Raises:
            BadImage: bytes that are no 8-bit PNG.
            BadWishes: an entry that is not of its form, or another number of wishes than of roughs.
        """
        asked = [Wishes.from_json(each) for each in wishes]
        if len(asked) == 1:
            asked *= len(roughs)
        if len(asked) != len(roughs):
            msg = "there are not as many wishes as roughs"
            raise BadWishes(msg, expected=len(roughs), actual=len(asked))
        with self._lock:
            pencil = _common_pencil(roughs) if len(roughs) > 1 else None
            if len(roughs) == 1:
                self._sketch(roughs[0], weights=weights)
        return self._cleaned(list(roughs), asked, pencil, weights=weights)

    def _cleaned(
        self, roughs: list[bytes], asked: list[Wishes], pencil: float | None, *, weights: bool
    ) -> Iterator[Cleaned]:
        before: Before | None = None
        for rough, wishes in zip(roughs, asked, strict=True):
            with self._lock:
                sketch = self._sketch(rough, weights=weights)
                if before is not None and before.sketch.size_hw != sketch.size_hw:
                    before = None
                clean = sketch.clean(wishes, before, pencil_px=pencil)
                before = Before(clean, sketch)
                made = delivered(sketch, clean, wishes, self._model_id(weights=weights))
            yield made

    def learn_style(self, pngs: Sequence[bytes]) -> dict[str, Any]:
        """Return the style of approved drawings in its JSON form.

        Raises:
            BadImage: bytes that are no 8-bit PNG, or drawings without a line.
        """
        return style_as_json(styles.learn([decode(png) for png in pngs]))

    def _sketch(self, rough: bytes, *, weights: bool) -> Sketch:
        net = self._network() if weights else None
        key = (hashlib.sha256(rough).hexdigest(), net is not None)
        sketch = self._sketches.pop(key, None) or prepare(decode(rough), net)
        self._sketches[key] = sketch
        while len(self._sketches) > _SKETCHES_KEPT:
            self._sketches.popitem(last=False)
        return sketch

    def _model_id(self, *, weights: bool) -> str:
        net = self._network() if weights else None
        return NO_MODEL if net is None else str(net.model_id)

    def _network(self) -> Any:
        """Return the shipped network, None where this installation has none: the engine draws without it."""
        if not self._net_sought:
            self._net = shipped()
            self._net_sought = True
        return self._net


def _common_pencil(roughs: Sequence[bytes]) -> float:
    """Return the middle of the widths of the pencil over a cut, looked at in a few of its drawings."""
    few = sorted({round(k) for k in np.linspace(0, len(roughs) - 1, _LOOKED_AT)})
    return float(np.median([_pencil(roughs[k]) for k in few]))


def _pencil(rough: bytes) -> float:
    layers = read_scan(decode(rough)).layers
    ink = layers["ink"]
    for name in LAYERS[1:]:
        ink = np.maximum(ink, layers[name]) if name in layers else ink
    return pencil_of(ink)


def delivered(sketch: Sketch, clean: Clean, wishes: Wishes, model_id: str) -> Cleaned:
    """Return a cleaned drawing as bytes and plain forms, marked as made by a machine."""

    def png(picture: np.ndarray) -> bytes:
        return mark.marked(encode_png(picture), ENGINE, model_id, tool=TOOL)

    apart = [name for name in clean.paper.hues if getattr(wishes, name) == "apart"]
    kept = sketch.kept(wishes)
    sure = [s.confidence for s in clean.strokes if s.is_on and s.layer == "ink"]
    return Cleaned(
        png=png(sketch.draw(clean, wishes)),
        svg=sketch.svg(
            clean, wishes, mark.xmp(TOOL, ENGINE, model_id), b"" if kept is None else encode_png(kept)
        ),
        layers={name: png(sketch.draw(clean, wishes, name)) for name in apart},
        strokes=tuple(stroke.as_json() for stroke in clean.strokes),
        closures=tuple(closure.as_json() for closure in clean.closures),
        regions=clean.regions,
        stray_ends=clean.stray_ends,
        confidence=round(float(np.percentile(sure, 10)), 3) if sure else 1.0,
        notes=clean.notes,
    )


def shipped() -> Any:
    """Return the network that is shipped, None where there is none."""
    try:
        return importlib.import_module("ml.cleanup.network").CleanNet.load()
    except (ModuleNotFoundError, WeightsMissing):
        return None


__all__ = ["TOOL", "Cleanups", "delivered", "from_sidecar", "shipped", "sidecar"]
