"""Any open_clip image encoder, from a local safetensors file.

Never downloads: a missing file is an error that names the operator's command. The file's sha256 is part of the
model id, so vectors of two sets of weights never meet.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError

from ml.compat import import_torchvision
from ml.device import choose
from ml.embedders.base import unit_rows
from ml.errors import OutOfDeviceMemory, WeightsCorrupt, WeightsMissing
from ml.pixels import F32, Figure, over

_PREPROCESSING = "1"
_BATCH = 16
_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
_STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
_PAPER = (255, 255, 255)


def open_clip_module() -> Any:
    """Return open_clip, with torchvision made importable first."""
    import_torchvision()
    return importlib.import_module("open_clip")


def weights_sha256(path: Path) -> str:
    """Return the checksum of a weights file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


class OpenClipEmbedder:
    """An open_clip image tower.

    Args:
        name: open_clip's name of the architecture, for example "ViT-B-32".
        weights: local safetensors file with the whole model's state.
        device: "auto", "cpu" or "cuda".

    Raises:
        WeightsMissing: no file is given, or it is not there.
        WeightsCorrupt: the file does not fit this architecture.
    """

    def __init__(self, name: str, weights: Path | None, device: str = "auto") -> None:
        if weights is None or not weights.is_file():
            msg = (
                f"no weights for {name} on this machine; an operator fetches them with "
                f"`python -m ml fetch-openclip {name} PRETRAINED --out DIR` and names the file in the settings"
            )
            raise WeightsMissing(msg, expected=name, actual=None if weights is None else str(weights))
        self.device = choose(device)
        self._torch = importlib.import_module("torch")
        self._model = self._load(name, weights)
        self._side = _side_of(self._model)
        self.model_id = f"openclip:{name}@{weights_sha256(weights)[:12]}/{_PREPROCESSING}"
        self.dim = int(self.embed_arrays(np.zeros((1, 3, self._side, self._side), np.float32)).shape[1])

    def _load(self, name: str, weights: Path) -> Any:
        load_file = importlib.import_module("safetensors.torch").load_file
        model = open_clip_module().create_model(name, pretrained=None, device="cpu")
        try:
            model.load_state_dict(load_file(str(weights)))
        except (RuntimeError, KeyError, ValueError, SafetensorError) as error:
            msg = f"this file holds no weights of {name}"
            raise WeightsCorrupt(msg, expected=name, actual=str(error)[:200]) from error
        return model.eval().to(self.device)

    def embed(self, figures: Sequence[Figure | None]) -> npt.NDArray[np.float32]:
        """Return (N, dim) float32 unit rows; an empty drawing is a zero row."""
        rows = np.zeros((len(figures), self.dim), np.float32)
        there = [i for i, figure in enumerate(figures) if figure is not None]
        for start in range(0, len(there), _BATCH):
            part = there[start : start + _BATCH]
            batch = np.stack([self._pixels(f) for i in part if (f := figures[i]) is not None])
            rows[part] = self.embed_arrays(batch)
        return rows

    def embed_arrays(self, batch: F32) -> F32:
        """Return unit rows of a normalised (N, 3, side, side) float32 batch."""
        torch = self._torch
        try:
            with torch.inference_mode():
                out = self._model.encode_image(torch.from_numpy(batch).to(self.device))
        except torch.cuda.OutOfMemoryError as error:
            msg = "the device has no memory left for this batch"
            raise OutOfDeviceMemory(msg, actual=batch.shape) from error
        return unit_rows(np.asarray(out.float().cpu().numpy(), np.float32))

    def _pixels(self, figure: Figure) -> F32:
        rgb = over(figure.rgba, figure.mask, _PAPER)
        high, wide = rgb.shape[:2]
        side = max(high, wide)
        top, left = (side - high) // 2, (side - wide) // 2
        square = cv2.copyMakeBorder(
            rgb, top, side - high - top, left, side - wide - left, cv2.BORDER_CONSTANT, value=_PAPER
        )
        kind = cv2.INTER_AREA if side > self._side else cv2.INTER_CUBIC
        small = cv2.resize(square, (self._side, self._side), interpolation=kind).astype(np.float32) / 255.0
        return np.ascontiguousarray(((small - _MEAN) / _STD).transpose(2, 0, 1), np.float32)


def _side_of(model: Any) -> int:
    size = model.visual.image_size
    return int(size[0] if isinstance(size, (tuple, list)) else size)


def fetch(name: str, pretrained: str, folder: Path) -> Path:
    """Download an open_clip model and keep it as safetensors; the one thing here that uses the network."""
    model = open_clip_module().create_model(name, pretrained=pretrained, device="cpu")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{pretrained}.safetensors".replace("/", "-")
    save_weights(model, path)
    return path


def save_weights(model: Any, path: Path) -> None:
    """Write a model's state as safetensors."""
    state = {key: value.detach().cpu().contiguous().clone() for key, value in model.state_dict().items()}
    importlib.import_module("safetensors.torch").save_file(state, str(path))
