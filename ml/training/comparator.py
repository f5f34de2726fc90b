"""The recipe of the comparator, in three sizes: render, train both networks at once, export the better weights."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from ml.comparator.network import NETS
from ml.training.drawn import Amount
from ml.training.export import export
from ml.training.folders import BadRun, claim
from ml.training.loop import Settings, Trainer
from ml.training.shards import Plan, missing, recipe_sha256, render_all


@dataclass(frozen=True)
class Recipe:
    """One size of the recipe.

    Attributes:
        size: its name.
        seconds: from the start to the export; training ends with them, whatever rendering took.
        train, valid: what is rendered.
        settings: of the training of each network; its seconds are what rendering leaves.
        judging: seconds kept for the last evaluation and the export.
    """

    size: str
    seconds: float
    train: Plan
    valid: Plan
    settings: Settings
    judging: float

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """Return everything that is rendered."""
        return self.valid, self.train


def recipe(size: str) -> Recipe:
    """Return the recipe of a size: "cpu" (90 minutes on 2 cores), "gpu" (25 minutes) or "smoke" (one minute).

    Raises:
        BadRun: no such size.
    """
    cores = os.cpu_count() or 1
    if size == "cpu":
        return Recipe(size, 5400.0, Plan("train", 600), Plan("valid", 30), Settings(0.0), 300.0)
    if size == "gpu":
        workers = max(1, cores // 2 - 1)
        settings = Settings(0.0, 128, 3e-3, workers=workers, judge_every=240.0, judges=2, warm=300)
        return Recipe(size, 1500.0, Plan("train", 1500), Plan("valid", 30), settings, 90.0)
    if size == "smoke":
        small = Amount(busts=2, fulls=1, twins=2)
        settings = Settings(0.0, batch=8, save_every=3.0, judge_every=1e9, warm=4)
        return Recipe(size, 60.0, Plan("train", 4, 2, small), Plan("valid", 1, 1), settings, 25.0)
    msg = f"there is no size {size!r}"
    raise BadRun(msg, expected="cpu, gpu or smoke", actual=size)


def train(of: Recipe, out: Path, target: Path, *, resume: bool) -> dict[str, object]:
    """Render what is missing, train both networks and export them; return what the export's JSON says.

    Args:
        of: the recipe.
        out: folder for shards, checkpoints and curves.
        target: safetensors file for the weights.
        resume: go on with what is in `out`.

    Raises:
        BadRun: `out` holds another recipe, or a run and `resume` is not asked for; or a network's training failed.
    """
    started = time.monotonic()
    claim(out, of.size, recipe_sha256(of.plans), resume=resume)
    workers = os.cpu_count() or 1
    for plan in of.plans:
        todo = len(missing(out / "shards", plan))
        for _ in tqdm(
            render_all(out / "shards", plan, workers), total=todo, desc=f"render {plan.split}", unit="shard"
        ):
            pass
    left = max(5.0, of.seconds - of.judging - (time.monotonic() - started))
    _train_nets(replace(of.settings, seconds=left), out, resume=resume)
    return export(out, of.plans, target, size=of.size)


def _train_nets(settings: Settings, out: Path, *, resume: bool) -> None:
    """Train both networks side by side, each in a process of its own."""
    spawn = get_context("spawn")
    jobs = {net: spawn.Process(target=train_net, args=(net, settings, out, resume), name=net) for net in NETS}
    for job in jobs.values():
        job.start()
    for job in jobs.values():
        job.join()
    failed = [net for net, job in jobs.items() if job.exitcode != 0]
    if failed:
        msg = f"the training of {' and '.join(failed)} failed; what is saved can be resumed"
        raise BadRun(msg, expected=0, actual=[jobs[net].exitcode for net in failed])


def train_net(net: str, settings: Settings, out: Path, resume: bool) -> None:  # noqa: FBT001 - a process's own
    """Train one network by the clock."""
    trainer = Trainer(net, settings, out / "shards", out / net)
    if resume:
        trainer.resume()
    trainer.run()
