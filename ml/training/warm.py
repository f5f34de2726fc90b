"""What needs no gradient descent through pictures: the start of the linear readers, and the last word of the logits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ml.comparator.network import CompareNet
from ml.comparator.overlay import as_pairs
from ml.training.batches import Batch

RIDGE = 150.0
_BENT_WEIGHT = 4.0  # of a measure that departs against one that does not
_LOGIT = 1.5  # what a wrong drawing's logit is asked to be
_CALIBRATION_STEPS = 300


@dataclass
class Summaries:
    """Plain features (n, f) of drawings, and the truth of a `Batch` for each, all on the CPU."""

    features: Tensor
    any_: Tensor
    aspects: Tensor
    measure: Tensor
    valid: Tensor


@torch.no_grad()
def summaries(model: CompareNet, batches: Iterator[Batch], count: int) -> Summaries:
    """Return the plain features and the truth of `count` batches."""
    features: list[Tensor] = []
    truths: list[tuple[Tensor, ...]] = []
    for _ in range(count):
        batch = next(batches)
        pairs = as_pairs(batch.queries[:, None].expand_as(batch.laid), batch.laid, batch.flow)
        features.append(model.laid_out(pairs).half().cpu())
        truths.append(tuple(v.cpu() for v in (batch.any_, batch.aspects, batch.measure, batch.valid)))
    return Summaries(torch.cat(features), *(torch.cat(v) for v in zip(*truths, strict=True)))


@torch.no_grad()
def fit(model: CompareNet, known: Summaries) -> None:
    """Set the linear reader of a network by ridge regression of all outputs on the summaries."""
    x = known.features.double()
    middle = x.mean(0)
    said, weights = _targets(known)
    solved = [_solved(x - middle, said[:, i], weights[:, i]) for i in range(said.shape[1])]
    weight = torch.stack([one for one, _ in solved])
    model.direct.weight.copy_(weight)
    model.direct.bias.copy_(torch.stack([one for _, one in solved]) - weight @ middle)


def _targets(known: Summaries) -> tuple[Tensor, Tensor]:
    """Return what each output should say, and how much that counts, both (n, outputs)."""
    labels = torch.cat([known.any_[:, None], known.aspects], 1)
    said = torch.cat([(2.0 * labels.clamp(min=0) - 1.0) * _LOGIT, known.measure], 1)
    bent = known.valid * (1.0 + (_BENT_WEIGHT - 1.0) * (known.measure != 0))
    return said.double(), torch.cat([(labels >= 0).float(), bent], 1).double()


def _solved(x: Tensor, y: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
    """Return weights and bias of one weighted ridge regression on centred features."""
    middle = (w * y).sum() / w.sum().clamp(min=1.0)
    scaled = x * w[:, None]
    ridge = RIDGE * torch.eye(x.shape[1], dtype=x.dtype)
    return torch.linalg.solve(scaled.T @ x + ridge, scaled.T @ (y - middle)), middle


def calibrate(model: CompareNet, batches: Iterator[Batch], count: int) -> None:
    """Let the logits hear the measures: refit `louder` by logistic regression on what a trained network says.

    A face whose eyes are measured 10 % too wide is wrong whatever the convolutions see; they alone learn that slowly.
    """
    sizes, others, labels = [], [], []
    model.eval()
    with torch.no_grad():
        for _ in range(count):
            batch = next(batches)
            said = model(as_pairs(batch.queries[:, None].expand_as(batch.laid), batch.laid, batch.flow))
            size = said.mean.abs().float()
            logits = torch.cat([said.any_[:, None], said.aspects], 1)
            sizes.append(size)
            others.append(logits - model.louder(size))
            labels.append(torch.cat([batch.any_[:, None], batch.aspects], 1))
    size, other, label = (torch.cat(v) for v in (sizes, others, labels))
    known, wanted = (label >= 0).float(), label.clamp(min=0)
    weight = torch.zeros_like(model.louder.weight, requires_grad=True)
    shift = torch.zeros(other.shape[1], device=other.device, requires_grad=True)
    share = torch.ones(other.shape[1], device=other.device, requires_grad=True)
    optimizer = torch.optim.Adam([weight, shift, share], 0.03)
    for _ in range(_CALIBRATION_STEPS):
        told = other * share + shift + size @ weight.clamp(min=0.0).T
        loss = nn.functional.binary_cross_entropy_with_logits(told, wanted, reduction="none")
        mean = (loss * known).sum() / known.sum() + 1e-3 * weight.square().sum()
        optimizer.zero_grad()
        mean.backward()
        optimizer.step()
    _settle(model, weight.detach().clamp(min=0.0), shift.detach(), share.detach())


@torch.no_grad()
def _settle(model: CompareNet, weight: Tensor, shift: Tensor, share: Tensor) -> None:
    """Write what calibration found into the layers that make the logits."""
    named = len(shift)
    model.louder.weight.copy_(weight)
    for layer in (model.out, model.direct):
        layer.weight[:named] *= share[:, None]
        layer.bias[:named] *= share
    model.out.bias[:named] += shift
