"""Exact search over a block of vectors: NumPy on a CPU, torch on a GPU, behind one small interface.

Both give the same rows; a test runs them side by side. torch keeps blocks that it has seen on its device as long as
they fit, so that a GPU answers exactly where a CPU would need an approximate index.
"""

from __future__ import annotations

import importlib
from collections import OrderedDict
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ml.device import choose
from ml.pixels import F32

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Found = tuple[F32, I64]  # (Q, K) similarities and rows, best first; a row of -1 is none
_SHARE = 0.6  # of the device's memory that blocks may take


class Scan(Protocol):
    """Finds the rows with the greatest inner product."""

    def top(self, query: F32, block: F32, mask: Mask | None, k: int, key: str) -> Found:
        """Return the k best of the rows of `block` (N, C) that `mask` (N,) allows, for each row of `query` (Q, C).

        `key` names the block: the same key always means the same bytes.
        """

    def holds(self, size_bytes: int) -> bool:
        """Return whether this much is kept on a device that scans it faster than an approximate index answers."""


class NumpyScan:
    """Blocks through the CPU's matrix product; only the rows that are allowed are read."""

    def top(self, query: F32, block: F32, mask: Mask | None, k: int, key: str) -> Found:
        """See Scan."""
        del key
        rows = None if mask is None or mask.all() else np.flatnonzero(mask)
        part = np.asarray(block if rows is None else block[rows], np.float32)
        similarity = np.asarray(query @ part.T, np.float32)
        if similarity.shape[1] > k:
            picked = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
            similarity = np.take_along_axis(similarity, picked, axis=1)
        else:
            picked = np.broadcast_to(np.arange(similarity.shape[1]), similarity.shape)
        return similarity, np.asarray(picked if rows is None else rows[picked], np.int64)

    def holds(self, size_bytes: int) -> bool:
        """See Scan."""
        return False


class TorchScan:
    """Blocks through torch's matrix product. `room_bytes` None = the share of the device's free memory."""

    def __init__(self, device: str, room_bytes: int | None = None) -> None:
        self._torch = importlib.import_module("torch")
        self._device = device
        if room_bytes is None:
            on_gpu = device.startswith("cuda")
            room_bytes = int(self._torch.cuda.mem_get_info()[0] * _SHARE) if on_gpu else 0
        self._room = room_bytes
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._used = 0

    def top(self, query: F32, block: F32, mask: Mask | None, k: int, key: str) -> Found:
        """See Scan."""
        torch = self._torch
        with torch.inference_mode():
            there = self._resident(key, block)
            similarity = torch.from_numpy(np.ascontiguousarray(query)).to(self._device) @ there.T
            if mask is not None:
                barred = torch.from_numpy(~mask).to(self._device)
                similarity.masked_fill_(barred, -torch.inf)
            best = torch.topk(similarity, min(k, similarity.shape[1]), dim=1)
            values, rows = best.values.cpu().numpy(), best.indices.cpu().numpy()
        return values.astype(np.float32), np.where(np.isneginf(values), -1, rows).astype(np.int64)

    def holds(self, size_bytes: int) -> bool:
        """See Scan."""
        return size_bytes <= self._room

    def _resident(self, key: str, block: F32) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = self._torch.from_numpy(np.array(block, np.float32)).to(self._device)
        if block.nbytes <= self._room:
            self._kept[key] = made
            self._used += block.nbytes
            while self._used > self._room:
                _key, old = self._kept.popitem(last=False)
                self._used -= old.numel() * old.element_size()
        return made


def for_device(wanted: str = "auto") -> Scan:
    """Return the scan of the device: torch where it sees a GPU, NumPy elsewhere."""
    return TorchScan("cuda") if choose(wanted) == "cuda" else NumpyScan()


def merge(found: list[Found], k: int) -> Found:
    """Return the k best of several answers over different rows, best first; ties in the order of rows.

    Rows that are -1 and similarities that are not finite fall out; what is missing at the end is -1.
    """
    similarity = np.concatenate([one[0] for one in found], axis=1)
    rows = np.concatenate([one[1] for one in found], axis=1)
    similarity = np.where((rows < 0) | ~np.isfinite(similarity), -np.inf, similarity)
    order = np.lexsort((rows, -np.round(similarity, 6)), axis=1)[:, :k]
    similarity = np.take_along_axis(similarity, order, axis=1)
    rows = np.where(np.isneginf(similarity), -1, np.take_along_axis(rows, order, axis=1))
    return np.asarray(similarity, np.float32), np.asarray(rows, np.int64)
