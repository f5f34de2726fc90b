"""The weights of a training as Sakkan loads them: float16 safetensors, beside them JSON with checksum and figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from ml.errors import WeightsMissing
from ml.training.shard_files import seeds_in


@dataclass(frozen=True)
class About:
    """What the JSON says of a training: its name and licence, the recipe, and what else must be known of it."""

    name: str
    licence: str
    recipe_sha256: str
    splits: tuple[str, ...]
    size: str
    note: str = ""


def ship(out: Path, target: Path, about: About, figures: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Write `target` and its JSON from the best checkpoint in `out`; return what the JSON says.

    Args:
        out: folder of the training.
        target: safetensors file.
        about: the training.
        figures: asked once the weights are written: the figures are those of the weights as kept.

    Raises:
        WeightsMissing: there is no checkpoint yet.
    """
    best = out / "net" / "best.safetensors"
    if not best.is_file():
        msg = f"{best} is not there: the network has not been trained far enough to be judged"
        raise WeightsMissing(msg, expected=str(best), actual=None)
    tensors = {name: value.half().contiguous() for name, value in sorted(load_file(best).items())}
    state = json.loads((out / "net" / "best.json").read_text())
    drawn = {split: seeds_in(out / "shards", split) for split in about.splits}
    told: dict[str, Any] = {
        "name": about.name,
        "size": about.size,
        "note": about.note,
        "date": datetime.now(tz=UTC).date().isoformat(),
        "licence": about.licence,
        "recipe_sha256": about.recipe_sha256,
        "seeds": {split: [seeds[0], seeds[-1]] for split, seeds in drawn.items()},
        "characters": {split: len(seeds) for split, seeds in drawn.items()},
        "steps": state["step"],
        "seconds": round(state["spent"]),
        "parameters": sum(value.numel() for value in tensors.values()),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        tensors, target, metadata={k: v if isinstance(v, str) else json.dumps(v) for k, v in told.items()}
    )
    target.chmod(0o644)
    told["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()
    told["figures"] = figures()
    target.with_suffix(".json").write_text(json.dumps(told, indent=1) + "\n")
    return told
