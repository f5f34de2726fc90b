"""From two trained networks to the weights that Sakkan ships: one safetensors file, and its checksum beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor

from ml.comparator.network import NETS
from ml.errors import WeightsMissing
from ml.training.evaluate import by_kind, scored, summary
from ml.training.shards import Plan, Shards, recipe_sha256

Figures = dict[str, dict[str, float]]
_WEIGHTS_LICENCE = "Apache-2.0; trained on drawings of ml.puppets alone"


def export(out: Path, plans: Sequence[Plan], target: Path, *, size: str, note: str = "") -> dict[str, Any]:
    """Write `target` and its JSON from the best checkpoints in `out`, with the figures of the validation split.

    Args:
        out: folder of the training.
        plans: what was rendered.
        target: safetensors file.
        size: of the recipe, a word.
        note: what else must be known of this training.

    Returns:
        What the JSON says.

    Raises:
        WeightsMissing: a network has no checkpoint yet.
    """
    tensors: dict[str, Tensor] = {}
    steps: dict[str, int] = {}
    for net in NETS:
        best = out / net / "best.safetensors"
        if not best.is_file():
            msg = f"{best} is not there: the {net} has not been trained far enough to be judged"
            raise WeightsMissing(msg, expected=str(best), actual=None)
        tensors |= {f"{net}.{name}": value for name, value in load_file(best).items()}
        steps[net] = json.loads((out / net / "best.json").read_text())["step"]
    splits = [plan.split for plan in plans]
    drawn = {s: sorted(seed for _, seed in Shards(out / "shards", s).people()) for s in splits}
    told: dict[str, Any] = {
        "name": "comparator",
        "size": size,
        "note": note,
        "date": datetime.now(tz=UTC).date().isoformat(),
        "licence": _WEIGHTS_LICENCE,
        "recipe_sha256": recipe_sha256(plans),
        "seeds": {split: [seeds[0], seeds[-1]] for split, seeds in drawn.items()},
        "characters": {split: len(seeds) for split, seeds in drawn.items()},
        "steps": steps,
        "parameters": {net: sum(v.numel() for k, v in tensors.items() if k.startswith(net)) for net in NETS},
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    metadata = {k: v if isinstance(v, str) else json.dumps(v) for k, v in told.items()}
    save_file({k: v.contiguous() for k, v in sorted(tensors.items())}, target, metadata=metadata)
    target.chmod(0o644)
    told["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()
    told["figures"] = {net: judged(out, net) for net in NETS}
    target.with_suffix(".json").write_text(json.dumps(told, indent=1) + "\n")
    return told


def judged(out: Path, net: str) -> dict[str, Figures | float]:
    """Return the figures of a network's best checkpoint by kind, of painted drawings and of the same as lines."""
    model = NETS[net]()
    model.load_state_dict(load_file(out / net / "best.safetensors"))
    shards = Shards(out / "shards", "valid")
    found: dict[str, Figures | float] = {}
    for name, line in (("painted", False), ("line", True)):
        kinds = by_kind(scored(model, shards, net, line=line), net)
        found[name] = {kind: {k: round(v, 4) for k, v in one.items()} for kind, one in kinds.items()}
        found[f"{name}_mean"] = round(summary(kinds), 4)
    return found
