"""Checkpoints without pickles: weights and the optimizer's state as safetensors, the rest as JSON, written whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ml.errors import WeightsCorrupt


def save(
    folder: Path, models: dict[str, nn.Module], optimizer: torch.optim.Optimizer, state: dict[str, Any]
) -> None:
    """Write a checkpoint beside the last one and then put it in its place; a killed run leaves a whole one.

    Args:
        folder: of the checkpoint; replaced.
        models: by name; their tensors are saved as `name.safetensors`.
        optimizer: its tensors are saved, its groups not: the recipe sets them.
        state: plain JSON.
    """
    half = folder.with_name(folder.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    for name, model in models.items():
        save_file(
            {k: v.detach().cpu().contiguous() for k, v in model.state_dict().items()},
            half / f"{name}.safetensors",
        )
    kept: dict[str, Tensor] = {}
    for number, slots in optimizer.state_dict()["state"].items():
        kept |= {
            f"{number}.{slot}": torch.as_tensor(v).detach().cpu().contiguous() for slot, v in slots.items()
        }
    save_file(kept, half / "optimizer.safetensors")
    (half / "state.json").write_text(json.dumps(state, indent=1))
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    half.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def restore(
    folder: Path, models: dict[str, nn.Module], optimizer: torch.optim.Optimizer
) -> dict[str, Any] | None:
    """Load a checkpoint and return its state, or None if there is none.

    Raises:
        WeightsCorrupt: the files are not those of these models.
    """
    found = next(
        (f for f in (folder, folder.with_name(folder.name + ".old")) if (f / "state.json").is_file()), None
    )
    if found is None:
        return None
    try:
        for name, model in models.items():
            model.load_state_dict(load_file(found / f"{name}.safetensors"))
        slots: dict[int, dict[str, Tensor]] = {}
        for key, value in load_file(found / "optimizer.safetensors").items():
            number, slot = key.split(".", 1)
            slots.setdefault(int(number), {})[slot] = value
        optimizer.load_state_dict({"state": slots, "param_groups": optimizer.state_dict()["param_groups"]})
        state: dict[str, Any] = json.loads((found / "state.json").read_text())
    except (OSError, RuntimeError, ValueError, KeyError, SafetensorError) as error:
        msg = f"the checkpoint in {found} does not fit this recipe ({error}); train anew without --resume"
        raise WeightsCorrupt(msg, expected="a checkpoint of this recipe", actual=str(found)) from error
    return state
