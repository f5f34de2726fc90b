"""The recipe of the in-betweener's flow network, in three sizes: render, train, export with figures beside DIS."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from tqdm import tqdm

from ml.inbetween.flow_net import FlowNet
from ml.inbetween.flow_network import FlowNetwork
from ml.training.folders import BadRun, claim
from ml.training.inbetween_judge import Figures, as_text, by_dis, by_shipped, rows, summary, valid_pairs
from ml.training.inbetween_loop import Settings, trainer_of
from ml.training.inbetween_shards import Plan, missing, recipe_sha256, render_all
from ml.training.shipping import About, ship
from ml.training.timed import train_all, whole_time

_LICENCE = "Apache-2.0; trained on drawings of ml.puppets alone"


@dataclass(frozen=True)
class Recipe:
    """One size of the recipe.

    Attributes:
        size: its name.
        seconds: from the start to the export; training ends with them, whatever rendering took.
        valid, train: what is rendered.
        settings: of the training; its seconds are what rendering leaves.
        judging: seconds kept for the last figures and the export.
        judges: every n-th validation pair is in the figures.
    """

    size: str
    seconds: float
    valid: Plan
    train: Plan
    settings: Settings
    judging: float
    judges: int = 1

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """Return everything that is rendered."""
        return self.valid, self.train


def recipe(size: str) -> Recipe:
    """Return the recipe of a size: "cpu" (90 minutes on 2 cores), "gpu" (25 minutes) or "smoke" (a minute).

    Raises:
        BadRun: no such size.
    """
    cores = os.cpu_count() or 1
    valid = Plan("valid", 30, 512, 4, 3)
    if size == "cpu":
        return Recipe(size, 5400.0, valid, Plan("train", 640), Settings(0.0, processes=min(2, cores)), 240.0)
    if size == "gpu":
        sides = ((256, 24, 0.6), (384, 12, 0.25), (512, 6, 0.15))
        settings = Settings(
            0.0, sizes=sides, processes=1, workers=max(1, cores - 2), judge_every=180.0, judges=2
        )
        return Recipe(size, 1500.0, valid, Plan("train", 1600), settings, 60.0)
    if size == "smoke":
        settings = Settings(0.0, sizes=((64, 1, 1.0),), processes=1, save_every=3.0, judge_every=1e9)
        return Recipe(size, 45.0, Plan("valid", 1, 128, 2, 1), Plan("train", 2, 96, 2, 1), settings, 20.0)
    msg = f"there is no size {size!r}"
    raise BadRun(msg, expected="cpu, gpu or smoke", actual=size)


def train(of: Recipe, out: Path, target: Path, *, resume: bool) -> dict[str, Any]:
    """Render what is missing, train and export; return what the export's JSON says.

    Args:
        of: the recipe.
        out: folder for shards, checkpoints and curves.
        target: safetensors file for the weights.
        resume: go on with what is in `out`.

    Raises:
        BadRun: `out` holds another recipe, or a run and `resume` is not asked for; or the training failed.
    """
    started = time.monotonic()
    claim(out, of.size, recipe_sha256(of.plans), resume=resume)
    for plan in of.plans:
        todo = len(missing(out / "shards", plan))
        made = render_all(out / "shards", plan, os.cpu_count() or 1)
        for _ in tqdm(made, total=todo, desc=f"render {plan.split}", unit="character"):
            pass
    left = max(2.0, of.seconds - of.judging - (time.monotonic() - started))
    train_all(trainer_of, replace(of.settings, seconds=whole_time(out, left)), out, resume=resume)
    return export(out, of.plans, target, size=of.size, judges=of.judges)


def export(
    out: Path, plans: tuple[Plan, ...], target: Path, *, size: str, judges: int = 1, note: str = ""
) -> dict[str, Any]:
    """Write `target` and its JSON from the best checkpoint in `out`, with the figures of the validation split.

    Weights are kept as float16; the figures are those of the weights as kept.

    Args:
        out: folder of the training.
        plans: what was rendered.
        target: safetensors file.
        size: of the recipe, a word.
        judges: every n-th validation pair is in the figures.
        note: what else must be known of this training.

    Raises:
        WeightsMissing: there is no checkpoint yet.
    """
    about = About(
        "inbetween", _LICENCE, recipe_sha256(plans), tuple(plan.split for plan in plans), size, note
    )
    return ship(out, target, about, lambda: judged(out, target, judges))


def judged(out: Path, weights: Path, judges: int = 1) -> dict[str, Figures]:
    """Return figures on the validation pairs in `out` by size of motion.

    "shipped" is `FlowNet.flows`, the network finished by DIS; "dis" is DIS alone; "network" is the network alone, on
    the pairs that chose the checkpoint.
    """
    network = FlowNetwork()
    network.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    pairs = valid_pairs(out / "shards" / "valid", judges)
    found = {
        "shipped": summary(rows(by_shipped(FlowNet(network, "0" * 64)), pairs)),
        "dis": summary(rows(by_dis, pairs)),
        "network": json.loads((out / "net" / "best.json").read_text())["figures"],
    }
    print(as_text(found))  # noqa: T201 - a recipe speaks to who runs it
    return found
