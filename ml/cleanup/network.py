"""The line network at run time: darkness of one layer in, evidence of its lines out.

Beside `net` this is the only module of the clean-up that imports torch.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors

from ml.cleanup.net import FAR_PX, MULTIPLE, LineNet, Read
from ml.cleanup.records import Evidence
from ml.device import choose
from ml.errors import ShapeMismatch, WeightsCorrupt
from ml.weights import checked

WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / "cleanup.safetensors"
TILE_PX, OVERLAP_PX = 2048, 256  # memory stays bounded; the network looks about 110 px around
_RIDGE_PX, _AROUND_PX = 7, 9  # windows
_SURE_PX = 5.0  # of line, by belief, in a window of _AROUND_PX: there a line runs; a sure one fills 18
_ON_LINE_PX = 2.5  # widths and directions mean something this near a line


class CleanNet:
    """The network with its weights; stateless after loading, one instance serves all drawings.

    Attributes:
        model_id: "cleanup@" and the first twelve digits of the weights' sha256.
    """

    def __init__(self, network: LineNet, sha256: str, device: str = "auto") -> None:
        self._device = torch.device(choose(device))
        self._network = network.eval().to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.model_id = f"cleanup@{sha256[:12]}"

    @classmethod
    def load(cls, path: Path = WEIGHTS, device: str = "auto") -> CleanNet:
        """Return the network of a weights file, by default the one that Sakkan ships; loaded once for file and device.

        Raises:
            WeightsMissing: no such file, or no JSON with its checksum beside it.
            WeightsCorrupt: the file is not the one that its checksum was taken of, or fits no such network.
        """
        return _loaded(path, device)

    def evidence(self, ink: np.ndarray) -> Evidence:
        """Return what is known of the lines of one layer.

        The same ink gives the same evidence. Pictures larger than 2048 px are read in tiles that overlap by 256 px;
        seen from inside, the seams do not show.

        Args:
            ink: (H, W) float32, 0 = paper, 1 = a full line.

        Raises:
            ShapeMismatch: no such array.
        """
        if ink.ndim != 2 or ink.dtype != np.float32 or not ink.size:
            msg = "ink is (H, W) float32"
            raise ShapeMismatch(msg, expected="(H, W) float32", actual=(ink.shape, str(ink.dtype)))
        h, w = ink.shape
        found = np.empty((7, h, w), np.float32)
        for (y0, y1), (top, bottom) in _tiles(h):
            for (x0, x1), (left, right) in _tiles(w):
                tile = self._looked(ink[y0:y1, x0:x1])
                found[:, top:bottom, left:right] = tile[:, top - y0 : bottom - y0, left - x0 : right - x0]
        return _evidence(found)

    def _looked(self, tile: np.ndarray) -> np.ndarray:
        """Return the seven maps of a tile, (7, h, w) float32."""
        h, w = tile.shape
        padded = np.pad(tile, ((0, -h % MULTIPLE), (0, -w % MULTIPLE)))
        batch = torch.from_numpy(np.ascontiguousarray(padded))[None, None].to(self._device)
        with torch.inference_mode(), torch.autocast("cuda", torch.float16, enabled=batch.is_cuda):
            maps = _stacked(self._network(batch))
        return np.asarray(maps[:, :h, :w].float().cpu().numpy())


def _stacked(read: Read) -> torch.Tensor:
    """Return the maps of one drawing, (7, h, w): line, distance, cos, sin, tips, crossings, width."""
    logits = torch.sigmoid(torch.stack((read.line[0], read.tips[0], read.crossings[0])))
    return torch.stack(
        (logits[0], read.distance_px[0], *read.direction[0], logits[1], logits[2], read.width_px[0])
    )


def sharpened(line: np.ndarray) -> np.ndarray:
    """Return where lines run, given how likely each pixel is to be line.

    Where a rough line trembles, belief spreads over its width and reaches a half nowhere; where lines lie close, a low
    threshold melts them together. So a pixel is measured by the highest belief near it, and a place by how much line
    there is in all.

    Args:
        line: (H, W) float32 0 to 1.

    Returns:
        (H, W) float32 0 to 1; 1 on the ridge of a line that is there.
    """
    ridge = cv2.dilate(line, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_RIDGE_PX, _RIDGE_PX)))
    mass = cv2.boxFilter(line, -1, (_AROUND_PX, _AROUND_PX), normalize=False)
    return np.asarray(np.clip(mass / _SURE_PX, 0.0, 1.0) * line / np.maximum(ridge, 1e-3), np.float32)


def _evidence(found: np.ndarray) -> Evidence:
    line, distance, cos, sin, tips, crossings, width = found
    near = distance < FAR_PX - 0.5
    on = distance < _ON_LINE_PX
    return Evidence(
        line=sharpened(line),
        distance_px=np.clip(distance, 0.0, FAR_PX),
        direction=np.where(near[..., None], np.stack((cos, sin), axis=-1), np.float32(0.0)),
        tips=tips,
        crossings=crossings,
        width_px=np.where(on, width, np.float32(0.0)),
    )


Span = tuple[int, int]


def _tiles(length: int) -> list[tuple[Span, Span]]:
    """Return (what a tile sees, what of it is kept), the kept parts side by side; tiles begin at multiples of 16."""
    if length <= TILE_PX:
        return [((0, length), (0, length))]
    step = TILE_PX - OVERLAP_PX
    starts = [*range(0, length - TILE_PX, step), -(-(length - TILE_PX) // MULTIPLE) * MULTIPLE]
    ends = [min(start + TILE_PX, length) for start in starts]
    cuts = [0, *((a + b) // 2 for a, b in zip(starts[1:], ends, strict=False)), length]
    return [
        ((start, end), (cuts[k], cuts[k + 1]))
        for k, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


@lru_cache(maxsize=4)
def _loaded(path: Path, device: str) -> CleanNet:
    data, sha256 = checked.read(path, "python -m ml.training cleanup")
    network = LineNet()
    try:
        network.load_state_dict({name: value.float() for name, value in load_tensors(data).items()})
    except (SafetensorError, RuntimeError) as error:
        msg = f"{path.name} holds no weights of this network: {str(error)[:200]}"
        raise WeightsCorrupt(msg, expected="LineNet", actual=path.name) from error
    return CleanNet(network, sha256, device)
