"""Fits the weigher (`ml.consistency.weighing`) on what the engine noted of drawings known to be right or wrong.

A handful of small perceptrons, each from its own seed, learn by cross entropy whether a drawing is right or which
aspect of it is not; the mean of their outputs counts. Right drawings weigh more than each wrong one: an alarm about
nothing costs more than a drift that is seen a day later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save
from torch import nn
from torch.nn import functional as fn

from ml.consistency.weighing import ASPECTS, FORMAT, names
from ml.pixels import F32

MEMBERS, HIDDEN, EPOCHS, BATCH = 4, (96, 48), 60, 128
_RATE, _DECAY, _DROPOUT, _RIGHT_WEIGHT, _LEAST_SPREAD = 3e-3, 1e-2, 0.3, 3.0, 0.05
AT_LIMIT = 0.007  # share of right VALID drawings that lie beyond the limit of one aspect
Tensors = dict[str, np.ndarray]


def fit(seen: F32, classes: np.ndarray, members: int = MEMBERS, epochs: int = EPOCHS) -> Tensors:
    """Return the tensors of the ensemble.

    Args:
        seen: (n, features) float32, see `ml.consistency.weighing.features`.
        classes: (n,) 0 = right, 1.. = the aspect that is wrong, in the order of ASPECTS.
        members: of the ensemble.
        epochs: through all drawings, for each member.
    """
    mean = seen.mean(axis=0).astype(np.float32)
    spread = (seen.std(axis=0) + _LEAST_SPREAD).astype(np.float32)
    flat = torch.from_numpy(((seen - mean) / spread).astype(np.float32))
    wanted = torch.from_numpy(classes.astype(np.int64))
    found: Tensors = {"mean": mean, "spread": spread}
    for member in range(members):
        net = _fit_one(flat, wanted, member, epochs)
        linear = [layer for layer in net if isinstance(layer, nn.Linear)]
        for number, layer in enumerate(linear):
            found[f"{member}.{number}.weight"] = layer.weight.detach().numpy().copy()
            found[f"{member}.{number}.bias"] = layer.bias.detach().numpy().copy()
    return found


def _fit_one(flat: torch.Tensor, wanted: torch.Tensor, seed: int, epochs: int) -> nn.Sequential:
    torch.manual_seed(seed)
    first, second = HIDDEN
    net = nn.Sequential(
        nn.Linear(flat.shape[1], first), nn.ReLU(), nn.Dropout(_DROPOUT),
        nn.Linear(first, second), nn.ReLU(), nn.Dropout(_DROPOUT),
        nn.Linear(second, 1 + len(ASPECTS)),
    )  # fmt: skip
    weight = torch.ones(1 + len(ASPECTS))
    weight[0] = _RIGHT_WEIGHT
    optimiser = torch.optim.AdamW(net.parameters(), _RATE, weight_decay=_DECAY)
    batches = max(1, len(flat) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=epochs * batches)
    for _ in range(epochs):
        order = torch.randperm(len(flat))
        for number in range(batches):
            rows = order[number * BATCH : (number + 1) * BATCH]
            loss = fn.cross_entropy(net(flat[rows]), wanted[rows], weight=weight)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return net.eval()


def limits(right: np.ndarray, beyond: float = AT_LIMIT) -> dict[str, float]:
    """Return for each aspect the log odds that the share `beyond` of right drawings exceed; `right` (n, aspects)."""
    return {a: round(float(np.quantile(right[:, i], 1.0 - beyond)), 4) for i, a in enumerate(ASPECTS)}


def write(tensors: Tensors, at: Mapping[str, float], path: Path, told: Mapping[str, Any]) -> str:
    """Write weights and the JSON beside them, and return the checksum; `told` is kept in the JSON as it is."""
    data = save(tensors)
    sha256 = hashlib.sha256(data).hexdigest()
    card = {"format": FORMAT, "sha256": sha256, "limits": dict(at), "features": list(names()), **told}
    path.write_bytes(data)
    path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return sha256
