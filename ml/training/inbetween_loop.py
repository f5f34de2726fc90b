"""The training of the flow network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed

from ml.inbetween.flow_network import FlowNetwork
from ml.training.inbetween_judge import by_network, rows, summary, valid_pairs
from ml.training.inbetween_losses import Batch, collated, losses, total
from ml.training.inbetween_stream import PairStream
from ml.training.timed import Judged, Timed, TimedTrainer, shared_rows


@dataclass(frozen=True)
class Settings(Timed):
    """How the network is trained.

    Attributes:
        sizes: (side of the keys, pairs a process and step, chance).
        halve: every second step stops at 1/8: twice as many lessons in matching for the time.
    """

    sizes: tuple[tuple[int, int, float], ...] = ((192, 2, 0.72), (256, 1, 0.18), (384, 1, 0.10))
    halve: bool = True


class Trainer(TimedTrainer[Settings, Batch]):
    """Trains in a folder: `last/` is where it goes on, `best.safetensors` what it exports."""

    name = "inbetween"

    def __init__(self, settings: Settings, shards: Path, folder: Path, rank: int = 0) -> None:
        super().__init__(FlowNetwork, settings, folder, rank)
        self.shards = shards
        self.pairs = valid_pairs(shards / "valid", settings.judges)

    def begin(self, seed: int, worker: int) -> Iterator[Batch]:
        """Return endless batches; all processes make the same sizes at the same steps, of other pairs."""
        stream = PairStream(self.shards / "train", seed + 7 * self.rank + 31 * worker + 1)
        chance = np.random.default_rng(seed + 31 * worker)
        sizes = self.settings.sizes
        while True:
            side, count, _ = sizes[int(chance.choice(len(sizes), p=[one[2] for one in sizes]))]
            yield collated([stream.made(side) for _ in range(count)])

    def losses_of(self, batch: Batch) -> dict[str, Tensor]:
        """Return the parts of the loss of the model."""
        with torch.autocast(self.device.type, torch.bfloat16):
            found = self.model(batch.keys, coarse=bool(self.step % 2) and self.settings.halve)
        return losses(found, batch)

    def total(self, parts: dict[str, Tensor]) -> Tensor:
        """Return the loss."""
        return total(parts)

    def judged(self) -> Judged:
        """Return the mean error of the flow on the validation pairs, px."""
        world = distributed.get_world_size() if distributed.is_initialized() else 1
        assert isinstance(self.average, FlowNetwork)
        mine = rows(by_network(self.average, self.device), self.pairs[self.rank :: world])
        figures = summary(np.array(shared_rows(list(mine))))
        error = figures["all"]["epe"]
        curves = {f"epe/{name}": one["epe"] for name, one in figures.items() if "epe" in one}
        return Judged(error, {"epe": error, "figures": figures}, curves)


def trainer_of(rank: int, settings: Settings, out: Path) -> Trainer:
    """Return the trainer of one process."""
    return Trainer(settings, out / "shards", out / "net", rank)
