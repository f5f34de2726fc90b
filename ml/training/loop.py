"""The training of one network by the clock: warm-up, cosine, average of weights, checkpoints, figures on the way."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm

from ml.comparator.network import NETS, CompareNet
from ml.comparator.overlay import as_pairs
from ml.training import checkpoints
from ml.training.batches import Batch, PairStream
from ml.training.evaluate import as_table, by_kind, scored, summary
from ml.training.losses import losses, total
from ml.training.shards import Shards
from ml.training.warm import calibrate, fit, summaries

_AVERAGE = 0.998
_WARM_UP, _CLIP = 0.04, 2.0
_SAID_EVERY = 20
_DIRECT_SHARE = 0.05  # of the rate, for the linear reader: it is fitted already


@dataclass(frozen=True)
class Settings:
    """How one network is trained.

    Attributes:
        seconds: of training, evaluation included; the learning rate ends with them.
        batch: queries a step, wrong and right ones together.
        rate: highest learning rate.
        workers: processes that make batches; 0 = this one.
        threads: of torch on the CPU.
        save_every, judge_every: seconds.
        judges: every n-th validation character judges on the way; all of them at the end.
        warm: batches that the linear reader is fitted to before all else.
        seed: of weights and batches.
    """

    seconds: float
    batch: int = 32
    rate: float = 2e-3
    decay: float = 0.02
    workers: int = 0
    threads: int = 1
    save_every: float = 120.0
    judge_every: float = 600.0
    judges: int = 2
    warm: int = 500
    seed: int = 5


def rate_at(share: float, highest: float) -> float:
    """Return the learning rate at a share 0..1 of the time: a linear warm-up, then half a cosine to nought."""
    if share < _WARM_UP:
        return highest * max(share, 1e-3) / _WARM_UP
    return highest * 0.5 * (1.0 + math.cos(math.pi * min(1.0, (share - _WARM_UP) / (1.0 - _WARM_UP))))


class Trainer:
    """Trains one network in a folder: `last/` is where it goes on, `best.safetensors` what it exports."""

    def __init__(self, net: str, settings: Settings, shards: Path, folder: Path) -> None:
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        self.net, self.settings, self.folder = net, settings, folder
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.train_shards, self.valid_shards = Shards(shards, "train"), Shards(shards, "valid")
        self.model = NETS[net]().to(self.device)
        self.average = NETS[net]().to(self.device)
        self.average.load_state_dict(self.model.state_dict())
        slow = [p for name, p in self.model.named_parameters() if name.startswith("direct")]
        fast = [p for name, p in self.model.named_parameters() if not name.startswith("direct")]
        groups = [{"params": fast, "share": 1.0}, {"params": slow, "share": _DIRECT_SHARE}]
        self.optimizer = torch.optim.AdamW(groups, settings.rate, weight_decay=settings.decay)
        self.step, self.spent, self.best = 0, 0.0, -1.0
        self.figures: dict[str, dict[str, float]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.board = open_board(folder / "tensorboard")

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
        state = {"step": self.step, "spent": self.spent, "best": self.best, "settings": asdict(self.settings)}
        checkpoints.save(self.folder / "last", self._models(), self.optimizer, state)

    @property
    def rate(self) -> float:
        """Return the learning rate of the next step."""
        return rate_at(self.spent / self.settings.seconds, self.settings.rate)

    def batches(self) -> Iterator[Batch]:
        """Yield batches on the device; a resumed run gets others than it has seen."""
        stream = PairStream(
            self.train_shards, self.net, self.settings.batch, self.settings.seed + 1000 * self.step
        )
        pinned = self.device.type == "cuda"
        loader = DataLoader(
            stream, batch_size=None, num_workers=self.settings.workers, pin_memory=pinned,
            prefetch_factor=4 if self.settings.workers else None,
        )  # fmt: skip
        for batch in loader:
            yield batch.to(self.device)

    def learn(self, batch: Batch) -> dict[str, float]:
        """Take one step and return the parts of the loss."""
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * group["share"]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            said = self.model(as_pairs(batch.queries[:, None].expand_as(batch.laid), batch.laid, batch.flow))
        parts = losses(said, batch)
        self.optimizer.zero_grad(set_to_none=True)
        total(parts).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), _CLIP)
        self.optimizer.step()
        self.step += 1
        _follow(self.average, self.model, min(_AVERAGE, (1 + self.step) / (10 + self.step)))
        return (
            {name: float(part.detach()) for name, part in parts.items()}
            if self.step % _SAID_EVERY == 0
            else {}
        )

    def judge(self, *, least: int) -> float:
        """Evaluate the averaged weights, keep them if they are the best, and return the mean AUROC."""
        answers = scored(self.average, self.valid_shards, self.net, least=least)
        self.figures = by_kind(answers, self.net)
        mean = summary(self.figures)
        (self.folder / "figures.txt").write_text(
            f"step {self.step}, mean AUROC {mean:.4f}\n{as_table(self.figures)}\n"
        )
        self._write({"auroc/mean": mean, **{f"auroc/{k}": v["auroc"] for k, v in self.figures.items()}})
        if not mean <= self.best:  # also when too few drawings were judged for a figure
            self.best = mean
            self._keep()
        return mean

    def _keep(self) -> None:

        half = self.folder / "best.half"
        save_file({k: v.detach().cpu().contiguous() for k, v in self.average.state_dict().items()}, half)
        half.replace(self.folder / "best.safetensors")
        told = {"step": self.step, "auroc": self.best, "figures": self.figures}
        (self.folder / "best.json").write_text(json.dumps(told, indent=1))

    def _write(self, scalars: dict[str, float]) -> None:
        if self.board is not None:
            for name, value in scalars.items():
                self.board.add_scalar(name, value, self.step)

    def run(self) -> None:
        """Train until the time is spent; checkpoints and figures come as they fall due."""
        settings = self.settings
        bar = tqdm(
            total=round(settings.seconds), desc=self.net, unit="s", initial=round(self.spent), mininterval=5.0
        )
        started, before = time.monotonic(), self.spent
        saved = judged = self.spent
        batches = self.batches()
        if self.step == 0 and settings.warm:
            fit(self.model, summaries(self.model, batches, settings.warm))
            self.average.load_state_dict(self.model.state_dict())
        for batch in batches:
            parts = self.learn(batch)
            self.spent = before + time.monotonic() - started
            if parts:
                self._write({f"loss/{k}": v for k, v in parts.items()} | {"rate": self.rate})
                bar.set_postfix_str(
                    f"step {self.step} any {parts['any']:.3f} size {parts['measure']:.3f} best {self.best:.3f}"
                )
            bar.update(round(self.spent) - bar.n)
            if self.spent - judged >= settings.judge_every:
                self.judge(least=settings.judges)
                judged = self.spent
            if self.spent - saved >= settings.save_every:
                self.save()
                saved = self.spent
            if self.spent >= settings.seconds:
                break
        bar.close()
        if settings.warm:
            calibrate(self.average, batches, max(1, settings.warm // 8))
        self.judge(least=0)
        self.save()


def _follow(average: CompareNet, model: CompareNet, keep: float) -> None:
    """Move the averaged weights a little towards the model's; statistics of the layers with them."""
    with torch.no_grad():
        now = model.state_dict()
        for name, value in average.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(now[name], 1.0 - keep)
            else:
                value.copy_(now[name])


def open_board(folder: Path) -> Any:
    """Return a TensorBoard writer, or None where it is not installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415
    except ImportError:
        tqdm.write("TensorBoard is not installed (pip install tensorboard): no curves are written.")
        return None
    return SummaryWriter(str(folder))
