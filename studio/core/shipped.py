"""The weights that come with Sakkan, read from their files alone: no picture engine is loaded for it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# What each was made by, and from whose answers it learned; the model cards in docs/models say the rest.
_MADE_BY = {
    "cleanup": ("python -m ml.training cleanup", ()),
    "comparator": ("python -m ml.training comparator", ()),
    "inbetween": ("python -m ml.training inbetween", ()),
    "weigher": ("python -m bench.weigher", ("comparator",)),
}


@dataclass(frozen=True)
class ShippedModel:
    """A file of weights: its hash as it lies here, the recipe and the recipe's hash, and what its card says."""

    name: str
    sha256: str
    recipe: str
    recipe_sha256: str
    parents: tuple[str, ...]
    card: dict[str, Any]


def shipped_models() -> list[ShippedModel]:
    """Return what lies in `ml/weights`, those that others learned from first.

    Raises:
        KeyError: weights without a recipe here; they may not be shipped.
    """
    spec = find_spec("ml.weights")
    assert spec is not None, "ml.weights is part of Sakkan"
    assert spec.submodule_search_locations, "ml.weights is a package"
    folder = Path(next(iter(spec.submodule_search_locations)))
    found = [_read(file) for file in folder.glob("*.safetensors")]
    return sorted(found, key=lambda each: (len(each.parents), each.name))


def _read(file: Path) -> ShippedModel:
    card = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    recipe, parents = _MADE_BY[file.stem]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    # A card without the hash of a data recipe still names one set of seeds: its own text stands for it.
    stated = (
        card.get("recipe_sha256") or hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()
    )
    return ShippedModel(file.stem, digest, recipe, stated, parents, card)
