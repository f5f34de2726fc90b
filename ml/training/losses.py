"""What the comparator is trained by: is it wrong, in what, where, and by how much."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as fn

from ml.comparator.network import Judged
from ml.training.batches import Batch

WEIGHTS = {"any": 1.0, "aspects": 1.0, "dense": 1.0, "measure": 1.0, "twin": 0.5}
_PLACE_WEIGHT = 3.0  # of a wrong patch against a right one
_BENT_WEIGHT = 4.0  # of a measure that departs against one that does not
_STEEP = 3.0  # units, from which an error counts linearly


def losses(said: Judged, truth: Batch) -> dict[str, Tensor]:
    """Return the parts of the loss, each a scalar; labels of -1 do not count."""
    return {
        "any": _yes_or_no(said.any_, truth.any_),
        "aspects": _yes_or_no(said.aspects, truth.aspects),
        "dense": _dense(said.dense, truth),
        "measure": _measures(said, truth),
        "twin": _twins(said.any_, truth.any_),
    }


def _yes_or_no(logits: Tensor, truth: Tensor) -> Tensor:
    loss = fn.binary_cross_entropy_with_logits(logits, truth.clamp(min=0), reduction="none")
    return _known(loss, truth >= 0)


def total(parts: dict[str, Tensor]) -> Tensor:
    """Return the weighted sum."""
    return torch.stack([WEIGHTS[name] * part for name, part in parts.items()]).sum()


def _known(loss: Tensor, known: Tensor) -> Tensor:
    return (loss * known).sum() / known.sum().clamp(min=1)


def _dense(dense: Tensor, truth: Batch) -> Tensor:
    place = truth.place
    weight = 1.0 + (_PLACE_WEIGHT - 1.0) * place
    loss = fn.binary_cross_entropy_with_logits(dense, place, weight=weight, reduction="none").mean((1, 2))
    return _known(loss, truth.dense)


def _measures(said: Judged, truth: Batch) -> Tensor:
    """Return how far measures are off, and how badly they know it (Laplace).

    The mean is not learned by the likelihood: most drawings depart in none of the measures, the median of a doubtful
    one is nought, and nothing would ever be learned from nought.
    """
    off = fn.huber_loss(said.mean, truth.measure, reduction="none", delta=_STEEP)
    weight = truth.valid * (1.0 + (_BENT_WEIGHT - 1.0) * (truth.measure != 0))
    away = (said.mean.detach() - truth.measure).abs()
    doubt = away * torch.exp(-said.log_scale) + said.log_scale
    return (off * weight).sum() / weight.sum().clamp(min=1) + 0.3 * _known(doubt, truth.valid)


def _twins(any_: Tensor, truth: Tensor) -> Tensor:
    """Return how far wrong drawings fail to be louder than their right twins, which follow them."""
    wrong, right = any_[0::2], any_[1::2]
    both = (truth[0::2] == 1) & (truth[1::2] == 0)
    return _known(fn.softplus(right - wrong), both)
