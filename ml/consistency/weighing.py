"""Weighs all numbers of one drawing together: what the gauges, the comparator and the fit of the sheet say as a whole.

Each gauge has a limit of its own, and the farthest out speaks. But a hair's breadth in five of them is more than a
breadth in one, a face that was laid on askew explains what all of them say, and what one gauge takes for drift another
knows to be a turn. A small network learned from puppets how likely each aspect is drift, given everything that was
told. It moves the limits of an aspect, never what was measured: a number that lies nowhere near its limit raises no
alarm. Designs without names for their paints, and drawings without paint, are left as they are: it was not taught them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from ml.consistency.foreign import is_lossless
from ml.consistency.gauging import GAUGES
from ml.consistency.wording import SWATCH, Numbered
from ml.errors import WeightsCorrupt, WeightsMissing
from ml.pixels import F32
from ml.types import Aspect

if TYPE_CHECKING:
    from ml.comparator.inference import Compared
    from ml.consistency.matching import Look
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / "weigher.safetensors"
FORMAT = "1"  # of the features
ASPECTS: tuple[Aspect, ...] = (
    "PROPORTION",
    "FACE",
    "SHAPE",
    "DETAIL",
    "LINE_WEIGHT",
    "COLOUR",
    "WRONG_DESIGN",
)
WEIGHED = frozenset(ASPECTS[:5])  # the others are facts: paint of no swatch, another design
FACTS = frozenset({"DETAIL.small", "DETAIL.part", "DETAIL.head", SWATCH})  # a named part that is not there
ALONE = frozenset({"LINE_WEIGHT"})  # one gauge alone sees it, in pixels: nothing else knows better
MOST_RAISED, MOST_CALMED, SOFTNESS = 4.0, 6.0, 3.0
RAISED_TO = 4.0  # times the limit: what is farther out by itself is raised no more
_MOST = 6.0  # of a number that a feature tells
_LOGIT, _LOG, _HEAD_PX, _FIGURE_PX, _MATCHES = 4.0, 0.15, 300.0, 300.0, 6.0
_NUMBERS = tuple(
    sorted({name for gauge in GAUGES for name in gauge.bounds} | {"PROPORTION", "FACE", "DETAIL", SWATCH})
)
_LOGITS = tuple(
    f"{net}.{what}"
    for net, kinds in (
        ("face", ("any", "FACE", "DETAIL", "SHAPE", "COLOUR")),
        ("figure", ("any", "DETAIL", "SHAPE", "PROPORTION", "COLOUR")),
    )
    for what in kinds
)
_SIZES = (
    *("eye_spacing", "eye_size", "eye_height", "face_width", "fringe", "hair_length", "hair_volume"),
    *("heads_tall", "head_size"),
)
_VIEWS = ("front", "three_quarter", "side", "back")


@dataclass(frozen=True)
class Told:
    """All that was told of a drawing.

    Attributes:
        numbers: of gauges and measures.
        colour, design: drift of its colours, and of being another design.
        heard: what the comparator said, if it was asked.
        look: the approved drawings that were laid over it.
    """

    numbers: Sequence[Numbered]
    colour: float
    design: float
    heard: Sequence[Compared]
    look: Look


def names() -> tuple[str, ...]:
    """Return what each feature is, in order."""
    told = [f"{name}{what}" for name in _NUMBERS for what in ("", " told")]
    said = [*_LOGITS, *(f"{name}{what}" for name in _SIZES for what in (" log", " abs"))]
    context = [
        "colour",
        "design",
        "face asked",
        "figure asked",
        "matches",
        "head fit",
        "torso fit",
        "head scale",
    ]
    context += ["head px", "figure px", "cropped", "by face", "face fit", "lossless", *_VIEWS]
    return (*told, *said, *context)


def features(told: Told, view: View, design: Compiled) -> F32:
    """Return what the network sees of a drawing, (len(names()),) float32; 0 where something was not told."""
    return np.array([*_of_numbers(told), *_of_comparator(told), *_of_context(told, view, design)], np.float32)


def _of_numbers(told: Told) -> list[float]:
    ratios: dict[str, float] = {}
    for number in told.numbers:
        ratios[number.name] = max(ratios.get(number.name, 0.0), number.ratio)
    return [v for name in _NUMBERS for v in (_compressed(ratios.get(name, 0.0)), float(name in ratios))]


def _compressed(ratio: float) -> float:
    return min(_MOST, ratio if ratio <= 1.0 else 1.0 + math.log2(ratio))


def _of_comparator(told: Told) -> list[float]:
    said = told.heard[-1] if told.heard else None
    logits = said.logits if said is not None else {}
    sizes = said.measures if said is not None else {}
    logs = [math.tanh(sizes[name][0] / _LOG) if name in sizes else 0.0 for name in _SIZES]
    return [
        *(float(np.clip(logits.get(name, 0.0) / _LOGIT, -_MOST, _MOST)) for name in _LOGITS),
        *(v for log in logs for v in (log, abs(log))),
    ]


def _of_context(told: Told, view: View, design: Compiled) -> list[float]:
    look = told.look
    laid = look.matches or look.faces
    best = max(laid, key=lambda m: m.correlation("head"), default=None)
    logits = told.heard[-1].logits if told.heard else {}
    scale = best.fits["head"].scale if best is not None else 0.0
    zone = design.zones["head"][best.index] if best is not None else None
    head_px = scale * zone.side_px / view.scale_xy[1] if zone is not None else 0.0
    return [
        _compressed(told.colour),
        _compressed(told.design),
        float("face.any" in logits),
        float("figure.any" in logits),
        len(look.matches) / _MATCHES,
        best.correlation("head") if best is not None else 0.0,
        max((m.correlation("torso") for m in laid), default=-1.0),
        min(scale, _MOST),
        head_px / _HEAD_PX,
        view.figure.mask.shape[0] / _FIGURE_PX,
        float(view.cropped),
        float(bool(look.faces) and not look.matches),
        best.correlation("head") if look.faces and best is not None else 0.0,
        float(is_lossless(view, design)),
        *(float(best is not None and best.view == name) for name in _VIEWS),
    ]


_noted: ContextVar[list[F32] | None] = ContextVar("noted", default=None)


@contextmanager
def noting() -> Iterator[list[F32]]:
    """Collect the features of the drawings that are measured inside, each left as its gauges have it: to learn from."""
    found: list[F32] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


def weights_for(told: Told, view: View, design: Compiled) -> dict[Aspect, float]:
    """Return by aspect the factor on how far out its numbers are; none where the weigher was not taught.

    Raises:
        WeightsMissing, WeightsCorrupt: see `Weigher.load`.
    """
    if not design.palette.named.any() or view.figure.hidden is not None:
        return {}
    seen, noted = features(told, view, design), _noted.get()
    if noted is not None:
        noted.append(seen)
        return {}
    return Weigher.load().weights(seen, told.numbers, raised=not _is_fact_out(told))


def _is_fact_out(told: Told) -> bool:
    """Say whether a fact is drift already: what it does to everything else is no second drift."""
    facts = (n.ratio for n in told.numbers if n.name in FACTS or n.one.aspect not in WEIGHED)
    return max(told.colour, *facts, 0.0) > 1.0


@dataclass(frozen=True)
class Weigher:
    """The network: an ensemble of perceptrons with two hidden layers, see `ml.training.weigher`.

    Attributes:
        layers: for each member (weight, bias) of its layers; weights are (out, in).
        mean, spread: (n,) of the features.
        limits: by aspect the log odds that lie at the limit.
        model_id: with the sum of the weights.
    """

    layers: tuple[tuple[tuple[F32, F32], ...], ...]
    mean: F32
    spread: F32
    limits: Mapping[str, float]
    model_id: str = field(default="")

    @classmethod
    def load(cls) -> Weigher:
        """Return the weigher that Sakkan ships.

        Raises:
            WeightsMissing: no such file, or no JSON with its checksum beside it.
            WeightsCorrupt: the file is not the one that its checksum was taken of, or of another version.
        """
        return _loaded(WEIGHTS)

    def log_odds(self, seen: F32) -> np.ndarray:
        """Return the log odds of drift against a right drawing, (..., len(ASPECTS)); `seen` (..., n) of `features`."""
        flat = (seen - self.mean) / self.spread
        out = np.stack([_through(member, flat) for member in self.layers]).mean(axis=0, dtype=np.float64)
        return np.asarray(out[..., 1:] - out[..., :1])

    def weights(self, seen: F32, numbers: Sequence[Numbered], *, raised: bool = True) -> dict[Aspect, float]:
        """Return by aspect the factor on how far out its numbers are; an aspect that is left out stays as it is.

        `raised` False: none is over 1.
        """
        odds = dict(zip(ASPECTS, self.log_odds(seen).tolist(), strict=True))
        found: dict[Aspect, float] = {}
        for aspect in WEIGHED:
            top = max(
                (n.ratio for n in numbers if n.one.aspect == aspect and n.name not in FACTS), default=0.0
            )
            if top <= 0.0:
                continue
            evidence = math.exp(float(np.clip((odds[aspect] - self.limits[aspect]) / SOFTNESS, -10.0, 10.0)))
            most = min(MOST_RAISED, max(1.0, RAISED_TO / top)) if raised else 1.0
            least = 1.0 if aspect in ALONE else 1.0 / MOST_CALMED
            found[aspect] = float(np.clip(evidence / top, least, most))
        return found


def weight_of(number: Numbered, weights: Mapping[Aspect, float]) -> float:
    """Return the factor for one number: what is a fact is not weighed."""
    return 1.0 if number.name in FACTS else weights.get(number.one.aspect, 1.0)


def _through(member: Sequence[tuple[F32, F32]], flat: F32) -> F32:
    *hidden, last = member
    for weight, bias in hidden:
        flat = np.maximum(flat @ weight.T + bias, 0.0)
    return np.asarray(flat @ last[0].T + last[1], np.float32)


def built(tensors: Mapping[str, np.ndarray], limits: Mapping[str, float], model_id: str = "") -> Weigher:
    """Return the weigher of tensors as `ml.training.weigher.fit` names them: "mean", "spread", "0.1.weight".

    Raises:
        KeyError: a layer lacks its bias, or mean or spread is not there.
    """
    numbers = sorted(name.split(".")[:2] for name in tensors if name.endswith(".weight"))
    layers: dict[str, list[tuple[F32, F32]]] = {}
    for member, layer in numbers:
        pair = tensors[f"{member}.{layer}.weight"], tensors[f"{member}.{layer}.bias"]
        layers.setdefault(member, []).append(pair)
    return Weigher(tuple(map(tuple, layers.values())), tensors["mean"], tensors["spread"], limits, model_id)


@cache
def _loaded(path: Path) -> Weigher:
    told_by = path.with_suffix(".json")
    if not path.is_file() or not told_by.is_file():
        msg = f"{path.name} or {told_by.name} is missing; install Sakkan again"
        raise WeightsMissing(msg)
    data, told = path.read_bytes(), json.loads(told_by.read_text(encoding="utf-8"))
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != told["sha256"] or told["features"] != list(names()):
        msg = f"{path.name} is not the file that its checksum was taken of, or was taught other features"
        raise WeightsCorrupt(msg, expected=told["sha256"], actual=sha256)
    try:
        return built(load(data), dict(told["limits"]), f"weigher@{sha256[:12]}/{FORMAT}")
    except (SafetensorError, KeyError) as error:
        msg = f"{path.name} holds no weights of this weigher: {str(error)[:200]}"
        raise WeightsCorrupt(msg, expected=told["sha256"], actual=sha256) from error
