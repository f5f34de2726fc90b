"""Any open_clip image encoder, from a local safetensors file.

Never downloads: a missing file is an error that names the operator's command. The file's sha256 is part of the
model id, so vectors of two sets of weights never meet.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.compat import import_torchvision
from ml.device import choose
from ml.embedders.base import unit_rows
from ml.embedders.picture import square
from ml.embedders.weights import fill, present, read_state, save_state, weights_sha256
from ml.errors import OutOfDeviceMemory, WeightsMissing
from ml.pixels import F32, Figure

_PREPROCESSING = "1"
_BATCH_GPU = 16
_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
_STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


def open_clip_module() -> Any:
    """Return open_clip, with torchvision made importable first."""
    import_torchvision()
    return importlib.import_module("open_clip")


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
        way_out = (
            f"an operator fetches them with `python -m ml fetch-openclip {name} PRETRAINED --out DIR` and names the "
            "file in the settings"
        )
        path = present(weights, name, way_out)
        self.device = choose(device)
        self._torch = importlib.import_module("torch")
        self._model = self._load(name, path)
        self._side = _side_of(self._model)
        self._tokenizer = _tokenizer_of(name)
        self.model_id = f"openclip:{name}@{weights_sha256(path)[:12]}/{_PREPROCESSING}"
        self.dim = int(self.embed_arrays(np.zeros((1, 3, self._side, self._side), np.float32)).shape[1])

    def _load(self, name: str, path: Path) -> Any:
        module = open_clip_module()
        if name not in module.list_models():
            msg = f"open_clip knows no model {name}; `python -c 'import open_clip; print(open_clip.list_models())'`"
            raise WeightsMissing(msg, expected="a model of open_clip", actual=name)
        model = module.create_model(name, pretrained=None, device="cpu")
        return fill(model, read_state(path, name), path=path, name=name).to(self.device)

    def embed(self, figures: Sequence[Figure | None]) -> npt.NDArray[np.float32]:
        """Return (N, dim) float32 unit rows; an empty drawing is a zero row."""
        rows = np.zeros((len(figures), self.dim), np.float32)
        there = [i for i, figure in enumerate(figures) if figure is not None]
        # on a CPU a batch is no faster, and one by one a vector never depends on its neighbours' number
        most = 1 if self.device == "cpu" else _BATCH_GPU
        for start in range(0, len(there), most):
            part = there[start : start + most]
            chosen = [figure for i in part if (figure := figures[i]) is not None]
            batch = np.stack([square(figure, self._side, _MEAN, _STD) for figure in chosen])
            rows[part] = self.embed_arrays(batch)
        return rows

    @property
    def reads_text(self) -> bool:
        """Return whether words can be embedded: the model's tokenizer comes with open_clip and needs no download."""
        return self._tokenizer is not None

    def embed_texts(self, texts: Sequence[str]) -> F32:
        """Return (N, dim) float32 unit rows of words, in the space of the pictures; longer texts are cut off.

        Raises:
            WeightsMissing: the tokenizer of this model would have to be downloaded.
        """
        if self._tokenizer is None:
            msg = "the words of this model need a tokenizer that open_clip does not bring with it"
            raise WeightsMissing(msg, expected="a model with CLIP's own tokenizer", actual=self.model_id)
        torch = self._torch
        with torch.inference_mode():
            rows = [self._model.encode_text(self._tokenizer([text]).to(self.device))[0] for text in texts]
        stacked = [np.asarray(row.float().cpu().numpy(), np.float32) for row in rows]
        return unit_rows(np.stack(stacked) if stacked else np.zeros((0, self.dim), np.float32))

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


def _tokenizer_of(name: str) -> Any | None:
    """Return the tokenizer of an architecture, None where open_clip would fetch one from the network."""
    module = open_clip_module()
    text: dict[str, Any] = (module.get_model_config(name) or {}).get("text_cfg", {})
    needs_network = bool(text.get("hf_tokenizer_name") or text.get("hf_model_name"))
    return None if needs_network or "siglip" in name.lower() else module.get_tokenizer(name)


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
    save_state(model.state_dict(), path)
