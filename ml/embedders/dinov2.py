"""DINOv2 encoders from a local safetensors file, with the layout that their publishers gave the state dict.

Never downloads. The file's sha256 is part of the model id, so vectors of two sets of weights never meet. A vector is
the class token beside the mean of the patches that show the figure, each of unit length.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ml.device import choose
from ml.embedders.base import unit_rows
from ml.embedders.dinov2_network import Architecture, DinoV2
from ml.embedders.picture import cover, square
from ml.embedders.weights import fill, present, read_state, weights_sha256
from ml.errors import OutOfDeviceMemory, WeightsMissing
from ml.pixels import F32, Figure

T = TypeVar("T")
_SIZES = {"ViT-S-14": (384, 12, 6), "ViT-B-14": (768, 12, 12), "ViT-L-14": (1024, 24, 16)}
ARCHITECTURES = {
    name + tail: Architecture(*size, registers=registers)
    for name, size in _SIZES.items()
    for tail, registers in (("", 0), ("-reg", 4))
}
_PREPROCESSING = "1"
_SIDE_PX = 224
_BATCH_GPU = 32
_LEAST_COVER = 0.25
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)
_UNUSED = "mask_token"  # published with the rest, only training reads it
_WAY_OUT = (
    "take the published .pth, convert it once with `python -m ml.embedders convert IN.pth OUT.safetensors` and name "
    "the file in the settings"
)


class DinoV2Embedder:
    """A DINOv2 encoder.

    Args:
        name: one of ARCHITECTURES, for example "ViT-S-14" or "ViT-B-14-reg" (with registers).
        weights: local safetensors file in the published layout.
        device: "auto", "cpu" or "cuda".

    Raises:
        WeightsMissing: an unknown name, no file is given, or it is not there.
        WeightsCorrupt: the file does not fit this architecture.
    """

    def __init__(self, name: str, weights: Path | None, device: str = "auto") -> None:
        if name not in ARCHITECTURES:
            msg = f"there is no DINOv2 model {name}; it is one of {', '.join(sorted(ARCHITECTURES))}"
            raise WeightsMissing(msg, expected=sorted(ARCHITECTURES), actual=name)
        path = present(weights, f"DINOv2 {name}", _WAY_OUT)
        self.device = choose(device)
        self._torch = importlib.import_module("torch")
        state = read_state(path, f"DINOv2 {name}")
        state.pop(_UNUSED, None)
        network = DinoV2(ARCHITECTURES[name])
        self._model = fill(network, state, path=path, name=f"DINOv2 {name}").to(self.device)
        self.model_id = f"dinov2:{name}@{weights_sha256(path)[:12]}/{_PREPROCESSING}"
        self.dim = 2 * ARCHITECTURES[name].dim
        self._cells = _SIDE_PX // ARCHITECTURES[name].patch_px

    def embed(self, figures: Sequence[Figure | None]) -> npt.NDArray[np.float32]:
        """Return (N, dim) float32 unit rows; an empty drawing is a zero row."""
        rows = np.zeros((len(figures), self.dim), np.float32)
        there = [(i, figure) for i, figure in enumerate(figures) if figure is not None]
        for part in _parts(there, self._batch):
            whole, grid = self._look([figure for _i, figure in part])
            for (row, figure), one, cells in zip(part, whole, grid, strict=True):
                rows[row] = _joined(one, cells, cover(figure, self._cells))
        return rows

    def patches(self, figures: Sequence[Figure]) -> npt.NDArray[np.float32]:
        """Return (N, h, w, C) float32: what the last layer says of each patch of the figure's white square.

        h = w = 16 for an input of 224 pixels. Not of unit length; row 0 is the top.
        """
        grids = [self._look(part)[1] for part in _parts(list(figures), self._batch)]
        shape = (0, self._cells, self._cells, self.dim // 2)
        return np.concatenate(grids) if grids else np.zeros(shape, np.float32)

    @property
    def _batch(self) -> int:
        # on a CPU a batch is no faster, and one by one a vector never depends on its neighbours' number
        return 1 if self.device == "cpu" else _BATCH_GPU

    def _look(self, figures: Sequence[Figure]) -> tuple[F32, F32]:
        batch = np.stack([square(figure, _SIDE_PX, _MEAN, _STD) for figure in figures])
        return self.forward(batch)

    def forward(self, batch: F32) -> tuple[F32, F32]:
        """Return class tokens (N, C) and patches (N, h, w, C) of a normalised (N, 3, H, W) float32 batch.

        Raises:
            OutOfDeviceMemory: a smaller batch may pass.
        """
        torch = self._torch
        try:
            with torch.inference_mode():
                whole, grid = self._model(torch.from_numpy(batch).to(self.device))
        except torch.cuda.OutOfMemoryError as error:
            msg = "the device has no memory left for this batch"
            raise OutOfDeviceMemory(msg, actual=batch.shape) from error
        return _array(whole), _array(grid)


def _array(tensor: Any) -> F32:
    return np.asarray(tensor.float().cpu().numpy(), np.float32)


def _parts(items: Sequence[T], most: int) -> list[Sequence[T]]:
    return [items[start : start + most] for start in range(0, len(items), most)]


def _joined(whole: F32, cells: F32, share: F32) -> F32:
    """Return the class token beside the mean of the figure's patches, both of unit length, together too."""
    shown = share >= min(_LEAST_COVER, float(share.max()))
    halves = unit_rows(np.stack([whole, cells[shown].mean(axis=0)]))
    return unit_rows(halves.reshape(1, -1))[0]
