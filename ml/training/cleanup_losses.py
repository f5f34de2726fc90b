"""What the network of the clean-up learns from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from ml.cleanup.net import Read
from ml.training.cleanup_stream import Piece

_WEIGHTS = {"line": 1.0, "dice": 0.6, "distance": 0.25, "direction": 0.3, "spots": 0.5, "width": 0.1}
_NEAR_PX, _ALONG_PX = 4.0, 2.5
_RARE = 12.0  # a pixel of an end or a crossing counts so much more


@dataclass(frozen=True)
class Batch:
    """n pieces: darkness (n, 1, h, w), line (n, h, w) 0 or 1, and the other maps of `LineTruth`, channels first."""

    darkness: Tensor
    line: Tensor
    distance_px: Tensor
    direction: Tensor
    tips: Tensor
    crossings: Tensor
    width_px: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return the batch on a device."""
        return Batch(
            *(getattr(self, name).to(device, non_blocking=True) for name in self.__dataclass_fields__)
        )


def collated(pieces: list[Piece]) -> Batch:
    """Return the batch of some pieces of one size."""

    def stack(rows: list[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.stack(rows).astype(np.float32))

    truths = [piece.truth for piece in pieces]
    return Batch(
        stack([piece.darkness[None] for piece in pieces]), stack([t.line for t in truths]),
        stack([t.distance_px for t in truths]), stack([t.direction.transpose(2, 0, 1) for t in truths]),
        stack([t.tips for t in truths]), stack([t.crossings for t in truths]), stack([t.width_px for t in truths]),
    )  # fmt: skip


def losses(found: Read, batch: Batch) -> dict[str, Tensor]:
    """Return the parts of the loss, each a mean over pixels that matter to it."""
    line = fn.binary_cross_entropy_with_logits(found.line, batch.line, reduction="none")
    share = torch.sigmoid(found.line)
    both = (share * batch.line).sum((1, 2))
    dice = 1.0 - (2.0 * both + 1.0) / (share.sum((1, 2)) + batch.line.sum((1, 2)) + 1.0)
    near = (batch.distance_px < _NEAR_PX).float()
    off = fn.smooth_l1_loss(found.distance_px, batch.distance_px, reduction="none")
    along = (batch.distance_px < _ALONG_PX).float()
    turned = ((found.direction - batch.direction) ** 2).sum(1)
    wide = (found.width_px - batch.width_px).abs()
    return {
        "line": 4.0 * line.mean(),
        "dice": dice.mean(),
        "distance": (off * (0.3 + 3.0 * near)).mean(),
        "direction": _over(turned, along),
        "spots": _spots(found.tips, batch.tips) + _spots(found.crossings, batch.crossings),
        "width": _over(wide, batch.line),
    }


def _over(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / weight.sum().clamp(min=1.0)


def _spots(logits: Tensor, wanted: Tensor) -> Tensor:
    error = fn.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return (error * (1.0 + _RARE * wanted)).mean() * 4.0


def total(parts: dict[str, Tensor]) -> Tensor:
    """Return the loss."""
    return torch.stack([weight * parts[name] for name, weight in _WEIGHTS.items()]).sum()
