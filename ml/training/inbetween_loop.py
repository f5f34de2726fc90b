"""The training of the flow network by the clock; on a CPU in processes of one thread each that share their gradients.

Threads of one process wait for each other at every layer, and on a busy machine they wait long; processes wait once a
step. All take the same steps: gradients and the clock are averaged, so rate, checkpoints and figures agree.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, distributed, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from tqdm import tqdm

from ml.inbetween.flow_network import FlowNetwork
from ml.training import checkpoints
from ml.training.inbetween_judge import by_network, rows, summary, valid_pairs
from ml.training.inbetween_losses import Batch, collated, losses, total
from ml.training.inbetween_stream import PairStream
from ml.training.loop import open_board, rate_at

_AVERAGE, _CLIP, _SAID_EVERY = 0.998, 1.0, 25


@dataclass(frozen=True)
class Settings:
    """How the network is trained.

    Attributes:
        seconds: of training, evaluation included; the learning rate ends with them.
        rate: highest learning rate.
        sizes: (side of the keys, pairs a process and step, chance).
        processes: that share the work on a CPU.
        workers: processes that make batches; 0 = the training one.
        save_every, judge_every: seconds.
        halve: every second step stops at 1/8: twice as many lessons in matching for the time.
        judges: every n-th validation pair judges on the way, and chooses the checkpoint.
        seed: of weights and batches.
    """

    seconds: float
    rate: float = 7e-4
    decay: float = 1e-4
    sizes: tuple[tuple[int, int, float], ...] = ((192, 2, 0.72), (256, 1, 0.18), (384, 1, 0.10))
    processes: int = 2
    workers: int = 0
    save_every: float = 120.0
    judge_every: float = 780.0
    judges: int = 8
    halve: bool = True
    seed: int = 11


class _Batches(IterableDataset[Batch]):
    """Endless batches; all processes make the same sizes at the same steps, of other pairs."""

    def __init__(self, folder: Path, settings: Settings, step: int, rank: int) -> None:
        self.folder, self.settings, self.step, self.rank = folder, settings, step, rank

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        number = worker.id if worker else 0
        seed = self.settings.seed + 1000 * self.step
        stream = PairStream(self.folder, seed + 7 * self.rank + 31 * number + 1)
        chance = np.random.default_rng(seed + 31 * number)
        sizes = self.settings.sizes
        while True:
            side, count, _ = sizes[int(chance.choice(len(sizes), p=[one[2] for one in sizes]))]
            yield collated([stream.made(side) for _ in range(count)])


class Trainer:
    """Trains in a folder: `last/` is where it goes on, `best.safetensors` what it exports."""

    def __init__(self, settings: Settings, shards: Path, folder: Path, rank: int = 0) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.shards, self.folder, self.rank = settings, shards, folder, rank
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model, self.average = (
            FlowNetwork().to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            for _ in range(2)
        )
        self.average.load_state_dict(self.model.state_dict())
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), settings.rate, weight_decay=settings.decay
        )
        self.step, self.spent, self.best = 0, 0.0, float("inf")
        self.judged = valid_pairs(shards / "valid", settings.judges)
        folder.mkdir(parents=True, exist_ok=True)
        self.board = open_board(folder / "tensorboard") if rank == 0 else None
        torch.manual_seed(settings.seed + rank)

    def resume(self) -> bool:
        """Go on where the last checkpoint was written; say whether there was one."""
        state = checkpoints.restore(self.folder / "last", self._models(), self.optimizer)
        if state is not None:
            self.step, self.spent, self.best = int(state["step"]), float(state["spent"]), float(state["best"])
        return state is not None

    def _models(self) -> dict[str, nn.Module]:
        return {"model": self.model, "average": self.average}

    def save(self) -> None:
        """Write the checkpoint to go on from."""
        if self.rank == 0:
            state = {
                "step": self.step,
                "spent": self.spent,
                "best": self.best,
                "settings": asdict(self.settings),
            }
            checkpoints.save(self.folder / "last", self._models(), self.optimizer, state)

    @property
    def rate(self) -> float:
        """Return the learning rate of the next step."""
        return rate_at(self.spent / self.settings.seconds, self.settings.rate)

    def batches(self) -> Iterator[Batch]:
        """Yield batches on the device; a resumed run gets others than it has seen."""
        made = _Batches(self.shards / "train", self.settings, self.step, self.rank)
        workers = self.settings.workers
        loader = DataLoader(
            made, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None
        )
        for batch in loader:
            yield batch.to(self.device)

    def learn(self, batch: Batch) -> dict[str, float]:
        """Take one step and return the parts of the loss."""
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate
        with torch.autocast(self.device.type, torch.bfloat16):
            found = self.model(batch.keys, coarse=bool(self.step % 2) and self.settings.halve)
        parts = losses(found, batch)
        self.optimizer.zero_grad(set_to_none=True)
        total(parts).backward()
        self._share_gradients()
        nn.utils.clip_grad_norm_(self.model.parameters(), _CLIP)
        self.optimizer.step()
        self.step += 1
        _follow(self.average, self.model, min(_AVERAGE, (1 + self.step) / (10 + self.step)))
        return (
            {name: float(part.detach()) for name, part in parts.items()}
            if self.step % _SAID_EVERY == 0
            else {}
        )

    def _share_gradients(self) -> None:
        """Average gradients and the clock over all processes."""
        if not distributed.is_initialized():
            return
        kept = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in kept] + [torch.tensor([self.spent])])
        distributed.all_reduce(flat)
        flat /= distributed.get_world_size()
        self.spent = float(flat[-1])
        for grad, part in zip(kept, flat[:-1].split([g.numel() for g in kept]), strict=True):
            grad.copy_(part.view_as(grad))

    def judge(self) -> float:
        """Evaluate the averaged weights, keep them if they are the best, and return the error."""
        world = distributed.get_world_size() if distributed.is_initialized() else 1
        mine = self.judged[self.rank :: world]
        table = rows(by_network(self.average, self.device), mine)
        if world > 1:
            gathered: list[np.ndarray] = [table] * world
            distributed.all_gather_object(gathered, table)
            table = np.concatenate(gathered)
        figures = summary(table)
        error = figures["all"]["epe"]
        if self.rank == 0:
            told = {"step": self.step, "spent": self.spent, "epe": error, "figures": figures}
            with (self.folder / "figures.jsonl").open("a") as file:
                file.write(json.dumps(told) + "\n")
            self._write({f"epe/{name}": one["epe"] for name, one in figures.items() if "epe" in one})
            if error < self.best:
                self._keep(told)
        self.best = min(self.best, error)
        return error

    def _keep(self, told: dict[str, object]) -> None:
        half = self.folder / "best.half"
        save_file({k: v.detach().cpu().contiguous() for k, v in self.average.state_dict().items()}, half)
        half.replace(self.folder / "best.safetensors")
        (self.folder / "best.json").write_text(json.dumps(told, indent=1))

    def _write(self, scalars: dict[str, float]) -> None:
        if self.board is not None:
            for name, value in scalars.items():
                self.board.add_scalar(name, value, self.step)

    def run(self) -> None:
        """Train until the time is spent; checkpoints and figures come as they fall due."""
        settings = self.settings
        bar = tqdm(total=round(settings.seconds), desc="inbetween", unit="s", initial=round(self.spent),
                   mininterval=5.0, disable=self.rank > 0)  # fmt: skip
        saved = judged = before = self.spent
        last = time.monotonic()
        for batch in self.batches():
            now = time.monotonic()
            self.spent, last = self.spent + now - last, now
            parts = self.learn(batch)
            if parts:
                self._write({f"loss/{k}": v for k, v in parts.items()} | {"rate": self.rate})
                told = " ".join(f"{k} {v:.3f}" for k, v in parts.items())
                bar.set_postfix_str(f"step {self.step} {told} best {self.best:.2f}")
            bar.update(round(self.spent - before) + round(before) - bar.n)
            if self.spent >= settings.seconds:
                break
            if self.spent - judged >= settings.judge_every:
                self.judge()
                judged = self.spent
            if self.spent - saved >= settings.save_every:
                self.save()
                saved = self.spent
        bar.close()
        self.judge()
        self.save()


def _follow(average: nn.Module, model: nn.Module, keep: float) -> None:
    """Move the averaged weights a little towards the model's."""
    with torch.no_grad():
        mine: list[Tensor] = list(average.parameters())
        torch._foreach_lerp_(mine, list(model.parameters()), 1.0 - keep)


def train_rank(rank: int, settings: Settings, out: Path, resume: bool) -> None:  # noqa: FBT001 - a process's own
    """Train as one of `settings.processes`."""
    if settings.processes > 1:
        torch.set_num_threads(1)
        meeting = (out / "meeting").resolve().as_uri()
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=settings.processes)
    trainer = Trainer(settings, out / "shards", out / "net", rank)
    if resume:
        trainer.resume()
    trainer.run()
    if distributed.is_initialized():
        distributed.destroy_process_group()
