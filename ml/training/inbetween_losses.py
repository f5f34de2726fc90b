"""What the flow network learns from: where cells match, how far the flow is off at every stage, and what is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from ml.inbetween.flow_network import Found
from ml.training.inbetween_pairs import Made

CELL_PX = 8
_SOFT_PX = 8.0  # beyond it an error counts by its logarithm
# of the flow: first match, propagated, two looks at 1/8, two at 1/4, full size
_STAGES = (0.05, 0.15, 0.25, 0.3, 0.4, 0.5, 1.0)
_MATCH, _SEEN, _HIDDEN = 1.0, 1.0, 2.0


@dataclass(frozen=True)
class Batch:
    """n pairs as [a; b].

    Attributes:
        keys: (2n, 7, h, w) of `flow_input.channels`.
        motion: (2n, 2, h, w) pixels, a to b and then b to a.
        weight: (2n, h, w), 0 where the motion is not known.
        visible: (2n, h, w), 1 = seen in the other key.
    """

    keys: Tensor
    motion: Tensor
    weight: Tensor
    visible: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return the batch on a device."""
        parts = (self.keys, self.motion, self.weight, self.visible)
        return Batch(*(part.to(device, non_blocking=True) for part in parts))


def collated(pairs: list[Made]) -> Batch:
    """Return the batch of some pairs of one size."""

    def both(rows: list[np.ndarray]) -> Tensor:
        stacked = np.stack(rows, axis=1)  # (2, n, ...)
        return torch.from_numpy(np.ascontiguousarray(stacked.reshape(-1, *stacked.shape[2:])))

    return Batch(
        both([one.inputs() for one in pairs]), both([one.motion for one in pairs]),
        both([one.weight() for one in pairs]), both([one.visible.astype(np.float32) for one in pairs]),
    )  # fmt: skip


def losses(found: Found, batch: Batch) -> dict[str, Tensor]:
    """Return the parts of the loss: "match", "flow" (all stages there are), "last" (the last of them) and "seen"."""
    total = batch.motion.new_zeros(())
    error = total
    for share, flow in zip(_STAGES, found.flows, strict=False):
        error = _flow_loss(flow, batch)
        total = total + share * error
    return {"match": _match_loss(found.log_match, batch), "flow": total, "last": error.detach(),
            "seen": _seen_loss(found.seen[:, 0], batch)}  # fmt: skip


def total(parts: dict[str, Tensor]) -> Tensor:
    """Return the loss."""
    return _MATCH * parts["match"] + 0.25 * parts["flow"] + _SEEN * parts["seen"]


def _flow_loss(flow: Tensor, batch: Batch) -> Tensor:
    """Return the mean error of a flow of any size against the motion at the middles of its cells."""
    step = batch.motion.shape[-1] // flow.shape[-1]
    here = slice(step // 2, None, step)
    off = flow - batch.motion[..., here, here]
    size = (off.square().sum(1) + 1e-4).sqrt()
    weight = batch.weight[..., here, here]
    return (_SOFT_PX * torch.log1p(size / _SOFT_PX) * weight).sum() / weight.sum().clamp(min=1.0)


def _match_loss(similar: Tensor, batch: Batch) -> Tensor:
    """Return the cross-entropy of the cells that visible cells lie in, shared among the four about the point."""
    here = slice(CELL_PX // 2, None, CELL_PX)
    motion, visible = batch.motion[..., here, here], batch.visible[..., here, here].flatten(1)
    h, w = motion.shape[2:]
    ys = torch.arange(h, device=motion.device, dtype=motion.dtype)[:, None]
    xs = torch.arange(w, device=motion.device, dtype=motion.dtype)
    x = (xs + motion[:, 0] / CELL_PX).flatten(1).clamp(0, w - 1.001)
    y = (ys + motion[:, 1] / CELL_PX).flatten(1).clamp(0, h - 1.001)
    told = fn.log_softmax(similar, 2)
    x0, y0 = x.floor(), y.floor()
    likely = torch.zeros_like(x)
    for dy in (0, 1):
        for dx in (0, 1):
            share = (1 - (x - x0 - dx).abs()) * (1 - (y - y0 - dy).abs())
            at = ((y0 + dy) * w + x0 + dx).long()[..., None]
            likely = likely + share * told.gather(2, at)[..., 0]
    return -(likely * visible).sum() / visible.sum().clamp(min=1.0)


def _seen_loss(logits: Tensor, batch: Batch) -> Tensor:
    """Return the cross-entropy of visibility where the motion is known; what is hidden counts more."""
    known = (batch.weight > 0).float() * torch.where(batch.visible > 0, 1.0, _HIDDEN)
    loss = fn.binary_cross_entropy_with_logits(logits, batch.visible, reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1.0)
