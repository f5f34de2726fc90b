"""The recipe of the clean-up's network, in three sizes: draw, train, export with figures beside Otsu."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tqdm import tqdm

from ml.cleanup.net import LineNet
from ml.training.cleanup_judge import Figures, as_text, by_network, by_otsu, rows, summary
from ml.training.cleanup_loop import Settings, trainer_of
from ml.training.cleanup_shards import Plan, missing, recipe_sha256, render_all
from ml.training.cleanup_stream import valid_pieces
from ml.training.folders import BadRun, claim
from ml.training.shipping import About, ship
from ml.training.timed import train_all, whole_time

_LICENCE = "Apache-2.0; trained on drawings of ml.puppets and on shapes by chance alone"


@dataclass(frozen=True)
class Recipe:
    """One size of the recipe.

    Attributes:
        size: its name.
        seconds: from the start to the export; training ends with them, whatever drawing took.
        valid, train: what is drawn.
        settings: of the training; its seconds are what drawing leaves.
        judging: seconds kept for the last figures and the export.
    """

    size: str
    seconds: float
    valid: Plan
    train: Plan
    settings: Settings
    judging: float

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """Return everything that is drawn."""
        return self.valid, self.train


def recipe(size: str) -> Recipe:
    """Return the recipe of a size: "cpu" (90 minutes on 2 cores), "gpu" (25 minutes) or "smoke" (a minute).

    Raises:
        BadRun: no such size.
    """
    cores = os.cpu_count() or 1
    valid = Plan("valid", 36, 512, 3)
    if size == "cpu":
        settings = Settings(0.0, processes=min(2, cores))
        return Recipe(size, 5400.0, valid, Plan("train", 320), settings, 90.0)
    if size == "gpu":
        sides = ((256, 24, 0.7), (384, 10, 0.3))
        settings = Settings(0.0, sizes=sides, processes=1, workers=max(1, cores - 2), judge_every=180.0)
        return Recipe(size, 1500.0, valid, Plan("train", 2000), settings, 60.0)
    if size == "smoke":
        settings = Settings(
            0.0, sizes=((64, 2, 1.0),), processes=1, save_every=3.0, judge_every=1e9, judges=1
        )
        return Recipe(size, 45.0, Plan("valid", 1, 128), Plan("train", 2, 128), settings, 20.0)
    msg = f"there is no size {size!r}"
    raise BadRun(msg, expected="cpu, gpu or smoke", actual=size)


def train(of: Recipe, out: Path, target: Path, *, resume: bool) -> dict[str, Any]:
    """Draw what is missing, train and export; return what the export's JSON says.

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
        for _ in tqdm(made, total=todo, desc=f"draw {plan.split}", unit="character"):
            pass
    left = max(2.0, of.seconds - of.judging - (time.monotonic() - started))
    train_all(trainer_of, replace(of.settings, seconds=whole_time(out, left)), out, resume=resume)
    return export(out, of.plans, target, size=of.size)


def export(out: Path, plans: tuple[Plan, ...], target: Path, *, size: str, note: str = "") -> dict[str, Any]:
    """Write `target` and its JSON from the best checkpoint in `out`, with the figures of the validation split.

    Weights are kept as float16; the figures are those of the weights as kept.

    Args:
        out: folder of the training.
        plans: what was drawn.
        target: safetensors file.
        size: of the recipe, a word.
        note: what else must be known of this training.

    Raises:
        WeightsMissing: there is no checkpoint yet.
    """
    about = About("cleanup", _LICENCE, recipe_sha256(plans), tuple(plan.split for plan in plans), size, note)
    return ship(out, target, about, lambda: judged(out, target))


def judged(out: Path, weights: Path) -> dict[str, Figures]:
    """Return F1 at 2 px of the network and of Otsu's threshold on all validation drawings in `out`, by level."""
    network = LineNet()
    network.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    drawings = valid_pieces(out / "shards" / "valid")
    found = {
        "network": summary(rows(by_network(network, torch.device("cpu")), drawings)),
        "otsu": summary(rows(by_otsu, drawings)),
    }
    print(as_text(found))  # noqa: T201 - a recipe speaks to who runs it
    return found
