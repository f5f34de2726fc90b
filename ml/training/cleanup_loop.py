"""The training of the clean-up's network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed

from ml.cleanup.net import LineNet
from ml.training.cleanup_judge import by_network, rows, summary
from ml.training.cleanup_losses import Batch, collated, losses, total
from ml.training.cleanup_stream import PieceStream, valid_pieces
from ml.training.timed import Judged, Timed, TimedTrainer, shared_rows


@dataclass(frozen=True)
class Settings(Timed):
    """How the network is trained; sizes are (side of the pieces, pieces a process and step, chance)."""

    rate: float = 2e-3
    judge_every: float = 420.0
    judges: int = 2
    sizes: tuple[tuple[int, int, float], ...] = ((192, 4, 0.75), (288, 2, 0.25))


class Trainer(TimedTrainer[Settings, Batch]):
    """Trains in a folder: `last/` is where it goes on, `best.safetensors` what it exports."""

    name = "cleanup"

    def __init__(self, settings: Settings, shards: Path, folder: Path, rank: int = 0) -> None:
        super().__init__(LineNet, settings, folder, rank)
        self.shards = shards
        self.drawings = valid_pieces(shards / "valid", settings.judges)

    def begin(self, seed: int, worker: int) -> Iterator[Batch]:
        """Return endless batches; all processes make the same sizes at the same steps, of other pieces."""
        stream = PieceStream(self.shards / "train", seed + 7 * self.rank + 31 * worker + 1)
        chance = np.random.default_rng(seed + 31 * worker)
        sizes = self.settings.sizes
        while True:
            side, count, _ = sizes[int(chance.choice(len(sizes), p=[one[2] for one in sizes]))]
            yield collated([stream.made(side) for _ in range(count)])

    def losses_of(self, batch: Batch) -> dict[str, Tensor]:
        """Return the parts of the loss of the model."""
        with torch.autocast(self.device.type, torch.bfloat16):
            found = self.model(batch.darkness)
        return losses(found, batch)

    def total(self, parts: dict[str, Tensor]) -> Tensor:
        """Return the loss."""
        return total(parts)

    def judged(self) -> Judged:
        """Return 1 - F1 at 2 px, mean of the three levels, on the validation drawings."""
        world = distributed.get_world_size() if distributed.is_initialized() else 1
        assert isinstance(self.average, LineNet)
        mine = rows(by_network(self.average, self.device), self.drawings[self.rank :: world])
        figures = summary(shared_rows(mine))
        levels = {name: one["f1"] for name, one in figures.items() if name != "all"}
        error = 1.0 - float(np.mean(list(levels.values())))
        return Judged(error, {"figures": figures}, {f"f1/{name}": value for name, value in levels.items()})


def trainer_of(rank: int, settings: Settings, out: Path) -> Trainer:
    """Return the trainer of one process."""
    return Trainer(settings, out / "shards", out / "net", rank)
