"""The training of a network by the clock, on a CPU in processes of one thread each that share their gradients.

Threads of one process wait for each other at every layer, and on a busy machine they wait long; processes wait once a
step. All take the same steps: gradients and the clock are averaged, so rate, checkpoints and figures agree.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

import cv2
import torch
from safetensors.torch import save_file
from torch import Tensor, distributed, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from tqdm import tqdm

from ml.training import checkpoints
from ml.training.folders import BadRun
from ml.training.loop import open_board, rate_at

_AVERAGE, _CLIP, _SAID_EVERY = 0.998, 1.0, 25


@dataclass(frozen=True)
class Timed:
    """How a network is trained.

    Attributes:
        seconds: of training, evaluation included; the learning rate ends with them.
        rate: highest learning rate.
        processes: that share the work on a CPU.
        workers: processes that make batches; 0 = the training one.
        save_every, judge_every: seconds.
        judges: every n-th thing of the validation split judges on the way, and chooses the checkpoint.
        seed: of weights and batches.
    """

    seconds: float
    rate: float = 7e-4
    decay: float = 1e-4
    processes: int = 2
    workers: int = 0
    save_every: float = 120.0
    judge_every: float = 780.0
    judges: int = 8
    seed: int = 11


B = TypeVar("B")
S = TypeVar("S", bound=Timed)


class Endless(IterableDataset[B]):
    """Endless batches of a function that is told (seed, number of the worker)."""

    def __init__(self, begin: Callable[[int, int], Iterator[B]], seed: int) -> None:
        self.begin, self.seed = begin, seed

    def __iter__(self) -> Iterator[B]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        return self.begin(self.seed, worker.id if worker else 0)


@dataclass(frozen=True)
class Judged:
    """What a validation said.

    Attributes:
        error: smaller is better; the checkpoint with the smallest is kept.
        told: plain JSON beside the checkpoint.
        curves: name -> value for the curves.
    """

    error: float
    told: dict[str, Any]
    curves: dict[str, float]


class TimedTrainer(ABC, Generic[S, B]):
    """Trains in a folder: `last/` is where it goes on, `best.safetensors` what it exports."""

    name = "training"

    def __init__(self, make: Callable[[], nn.Module], settings: S, folder: Path, rank: int = 0) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.folder, self.rank = settings, folder, rank
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model, self.average = (
            make().to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            for _ in range(2)
        )
        self.average.load_state_dict(self.model.state_dict())
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), settings.rate, weight_decay=settings.decay
        )
        self.step, self.spent, self.best = 0, 0.0, float("inf")
        folder.mkdir(parents=True, exist_ok=True)
        self.board = open_board(folder / "tensorboard") if rank == 0 else None
        torch.manual_seed(settings.seed + rank)

    @abstractmethod
    def begin(self, seed: int, worker: int) -> Iterator[B]:
        """Return endless batches; the same seeds give the same."""

    @abstractmethod
    def losses_of(self, batch: B) -> dict[str, Tensor]:
        """Return the parts of the loss of the model."""

    @abstractmethod
    def total(self, parts: dict[str, Tensor]) -> Tensor:
        """Return the loss."""

    @abstractmethod
    def judged(self) -> Judged:
        """Return how good the averaged weights are; called in every process."""

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

    def batches(self) -> Iterator[B]:
        """Yield batches on the device; a resumed run gets others than it has seen."""
        made = Endless(self.begin, self.settings.seed + 1000 * self.step)
        workers = self.settings.workers
        loader = DataLoader(
            made, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None
        )
        for batch in loader:
            yield batch.to(self.device)

    def learn(self, batch: B) -> dict[str, float]:
        """Take one step and return the parts of the loss."""
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate
        parts = self.losses_of(batch)
        self.optimizer.zero_grad(set_to_none=True)
        self.total(parts).backward()
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
        found = self.judged()
        if self.rank == 0:
            told = {"step": self.step, "spent": self.spent, **found.told}
            with (self.folder / "figures.jsonl").open("a") as file:
                file.write(json.dumps(told) + "\n")
            self._write(found.curves)
            if found.error < self.best:
                self._keep(told)
        self.best = min(self.best, found.error)
        return found.error

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
        bar = tqdm(total=round(settings.seconds), desc=self.name, unit="s", initial=round(self.spent),
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
                bar.set_postfix_str(f"step {self.step} {told} best {self.best:.4g}")
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


def shared_rows(mine: list[Any]) -> list[Any]:
    """Return the rows of all processes, where there are several."""
    if not distributed.is_initialized():
        return mine
    gathered: list[list[Any]] = [[]] * distributed.get_world_size()
    distributed.all_gather_object(gathered, mine)
    return [row for rows in gathered for row in rows]


Make = Callable[[int, Any, Path], "TimedTrainer[Any, Any]"]


def train_rank(rank: int, make: Make, settings: Timed, out: Path, resume: bool) -> None:  # noqa: FBT001 - a process's own
    """Train as one of `settings.processes`; `make(rank, settings, out)` gives the trainer and can be pickled."""
    if settings.processes > 1:
        torch.set_num_threads(1)
        meeting = (out / "meeting").resolve().as_uri()
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=settings.processes)
    trainer = make(rank, settings, out)
    if resume:
        trainer.resume()
    trainer.run()
    if distributed.is_initialized():
        distributed.destroy_process_group()


def train_all(make: Make, settings: Timed, out: Path, *, resume: bool) -> None:
    """Train in one process or several.

    Raises:
        BadRun: a process failed.
    """
    if torch.cuda.is_available():
        settings = replace(settings, processes=1)
    if settings.processes == 1:
        train_rank(0, make, settings, out, resume)
        return
    (out / "meeting").unlink(missing_ok=True)
    spawn = get_context("spawn")
    jobs = [
        spawn.Process(target=train_rank, args=(rank, make, settings, out, resume))
        for rank in range(settings.processes)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    if any(job.exitcode != 0 for job in jobs):
        msg = "the training failed; what is saved can be resumed"
        raise BadRun(msg, expected=0, actual=[job.exitcode for job in jobs])


def whole_time(out: Path, left: float) -> float:
    """Return the seconds of training with what was spent before: a resumed run keeps its place on the cosine."""
    state = out / "net" / "last" / "state.json"
    return left + (float(json.loads(state.read_text())["spent"]) if state.is_file() else 0.0)
