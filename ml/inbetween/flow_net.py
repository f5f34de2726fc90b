"""The flow network at run time: two keys in, where each pixel of one lies in the other out.

What the network finds is finished by `flow_polish`.

Beside `flow_network` this is the only module of the in-betweener that imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors

from ml.device import choose
from ml.errors import ShapeMismatch, WeightsCorrupt
from ml.inbetween.flow_input import channels
from ml.inbetween.flow_network import MULTIPLE, FlowNetwork
from ml.inbetween.flow_polish import believed, fused
from ml.pixels import F32, U8
from ml.weights import checked

WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / "inbetween.safetensors"
MOST_PX = 512  # of the longer side: larger keys are made smaller
_SEEN_PX = 384  # so small the network sees them: as exact after DIS as at 512, and in half the time


@dataclass(frozen=True)
class Flows:
    """Where each pixel of one key lies in the other.

    Convention:
        - pixels of the keys as given, centres at integers, x right, y down
        - a pixel (x, y) of a lies at (x, y) + ab[y, x] in b, be it seen there or not; where nothing is drawn the
          flow means nothing

    Attributes:
        ab, ba: (h, w, 2) float32 x, y.
        seen_ab: (h, w) float32 in 0..1, how likely each pixel of a is to be seen in b.
        seen_ba: the same of b in a.
    """

    ab: F32
    ba: F32
    seen_ab: F32
    seen_ba: F32

    def swapped(self) -> Flows:
        """Return the flows of the keys the other way round."""
        return Flows(self.ba, self.ab, self.seen_ba, self.seen_ab)


class FlowNet:
    """The network with its weights; stateless after loading, one instance serves all keys."""

    def __init__(self, network: FlowNetwork, sha256: str, device: str = "auto") -> None:
        self._device = torch.device(choose(device))
        self._network = network.eval().to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.model_id = f"inbetween-net@{sha256[:12]}"

    def flows(self, a_rgba: U8, b_rgba: U8) -> Flows:
        """Work out the motion between two keys, both ways.

        The same keys give the same flows; swapped keys give swapped flows, to the bit; equal keys stand still. Keys
        of more than 512 px on the longer side are worked out at 512 px and the flows enlarged; the network itself sees
        384 px.

        Args:
            a_rgba: (h, w, 4) uint8, straight alpha, or (h, w, 3) RGB.
            b_rgba: the same shape.

        Raises:
            ShapeMismatch: keys of two shapes, or no pictures.
        """
        _checked(a_rgba, b_rgba)
        first, second = np.ascontiguousarray(a_rgba).tobytes(), np.ascontiguousarray(b_rgba).tobytes()
        if first == second:
            size = a_rgba.shape[:2]
            still, seen = np.zeros((*size, 2), np.float32), np.ones(size, np.float32)
            return Flows(still, still.copy(), seen, seen.copy())
        if first > second:  # the order of a batch may show in the last bit
            return self._worked_out(b_rgba, a_rgba).swapped()
        return self._worked_out(a_rgba, b_rgba)

    def _worked_out(self, a: U8, b: U8) -> Flows:
        size = a.shape[:2]
        small = [_fitted(key, MOST_PX) for key in (a, b)]
        h, w = small[0].shape[:2]
        flows, seen = self._looked([_fitted(key, _SEEN_PX) for key in (a, b)], (h, w))
        opaque = [_over_white(key) for key in small]
        ab, ba = fused(opaque[0], opaque[1], flows[0], flows[1])
        sure = (
            believed(opaque[0], opaque[1], (ab, ba), seen[0]),
            believed(opaque[1], opaque[0], (ba, ab), seen[1]),
        )
        share = np.array([size[1] / w, size[0] / h], np.float32)
        ab, ba = (_enlarged(one, size) * share for one in (ab, ba))
        seen_ab, seen_ba = (_enlarged(one, size) for one in sure)
        return Flows(ab, ba, seen_ab, seen_ba)

    def _looked(self, keys: list[U8], size: tuple[int, int]) -> tuple[list[F32], list[F32]]:
        """Return what the network says of small keys, at another size: flows in its pixels, and visibility."""
        h, w = keys[0].shape[:2]
        batch = torch.from_numpy(np.stack([channels(_padded(key)) for key in keys])).to(self._device)
        with (
            torch.inference_mode(),
            torch.autocast("cuda", torch.float16, enabled=self._device.type == "cuda"),
        ):
            found = self._network(batch)
        flows = found.flows[-1].float()[..., :h, :w].permute(0, 2, 3, 1).cpu().numpy()
        seen = torch.sigmoid(found.seen[:, 0].float())[..., :h, :w].cpu().numpy()
        share = np.array([size[1] / w, size[0] / h], np.float32)
        return [_enlarged(one, size) * share for one in flows], [_enlarged(one, size) for one in seen]


def _checked(a: U8, b: U8) -> None:
    if a.shape != b.shape or a.ndim != 3 or a.shape[2] not in (3, 4) or a.dtype != np.uint8 or not a.size:
        msg = "flows need two pictures of one size, (h, w, 3 or 4) uint8"
        raise ShapeMismatch(msg, expected=a.shape, actual=(b.shape, str(a.dtype)))


def _fitted(key: U8, most_px: int) -> U8:
    """Return a key whose longer side is at most so long, colours weighted by their cover."""
    h, w = key.shape[:2]
    share = most_px / max(h, w)
    if share >= 1.0:
        return key
    to = (max(1, round(w * share)), max(1, round(h * share)))
    if key.shape[2] == 3:
        return np.asarray(cv2.resize(key, to, interpolation=cv2.INTER_AREA), np.uint8)
    alpha = key[..., 3:].astype(np.float32)
    solid = np.dstack((key[..., :3] * (alpha / 255.0), alpha))
    small = np.asarray(cv2.resize(solid, to, interpolation=cv2.INTER_AREA), np.float32)
    small[..., :3] *= 255.0 / np.maximum(small[..., 3:], 1e-3)
    return np.rint(small.clip(0, 255)).astype(np.uint8)


def _over_white(key: U8) -> U8:
    """Return a key on white paper, (h, w, 3)."""
    if key.shape[2] == 3:
        return key
    share = key[..., 3:].astype(np.float32) / 255.0
    return np.rint(key[..., :3] * share + 255.0 * (1.0 - share)).astype(np.uint8)


def _padded(key: U8) -> U8:
    """Return a key whose sides the network can take, more of the same at the right and below."""
    h, w = key.shape[:2]
    more = (-h % MULTIPLE, -w % MULTIPLE)
    return np.asarray(cv2.copyMakeBorder(key, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE), np.uint8)


def _enlarged(values: F32, size_hw: tuple[int, ...]) -> F32:
    if values.shape[:2] == tuple(size_hw):
        return np.ascontiguousarray(values)
    return np.asarray(
        cv2.resize(values, (size_hw[1], size_hw[0]), interpolation=cv2.INTER_LINEAR), np.float32
    )


def load_shipped(path: Path | None = None, device: str = "auto") -> FlowNet:
    """Return the network of a weights file, by default the one that Sakkan ships; loaded once for file and device.

    Raises:
        WeightsMissing: no such file, or no JSON with its checksum beside it.
        WeightsCorrupt: the file is not the one that its checksum was taken of, or fits no such network.
    """
    return _loaded(path or WEIGHTS, device)


@lru_cache(maxsize=4)
def _loaded(path: Path, device: str) -> FlowNet:
    data, sha256 = checked.read(path, "python -m ml.training inbetween")
    network = FlowNetwork()
    try:
        network.load_state_dict({name: value.float() for name, value in load_tensors(data).items()})
    except (SafetensorError, RuntimeError) as error:
        msg = f"{path.name} holds no weights of this network: {str(error)[:200]}"
        raise WeightsCorrupt(msg, expected="FlowNetwork", actual=path.name) from error
    return FlowNet(network, sha256, device)
