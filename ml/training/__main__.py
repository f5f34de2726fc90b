"""`python -m ml.training comparator|inbetween|cleanup --size cpu --out FOLDER [--resume]`: train a network anew."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ml.comparator.inference import WEIGHTS
from ml.errors import MLError
from ml.training import cleanup, comparator, inbetween
from ml.training.export import export


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ml.training", description=__doc__)
    parser.add_argument("what", choices=list(_RECIPES), help="which network")
    parser.add_argument("--size", choices=["cpu", "gpu", "smoke"], default="cpu", help="90, 25 or 1 minutes")
    parser.add_argument("--out", type=Path, required=True, help="folder for shards, checkpoints and curves")
    parser.add_argument("--resume", action="store_true", help="go on with what is in the folder")
    parser.add_argument(
        "--export-only", action="store_true", help="export the best checkpoints of the folder"
    )
    parser.add_argument("--weights", type=Path, help="where the weights go; by default into the folder")
    parser.add_argument("--ship", action="store_true", help="put the weights where Sakkan loads them from")
    asked = parser.parse_args(arguments)
    shipped = WEIGHTS.with_name(f"{asked.what}.safetensors")
    target = shipped if asked.ship else asked.weights or asked.out / shipped.name
    try:
        told = _RECIPES[asked.what](asked, target)
    except MLError as error:
        print(f"{error} (expected {error.expected}, found {error.actual})", file=sys.stderr)
        return 1
    print(f"{target} sha256 {told['sha256']}")
    return 0


def _comparator(asked: argparse.Namespace, target: Path) -> dict[str, Any]:
    """Train or export the comparator; return what its JSON says."""
    of = comparator.recipe(asked.size)
    if asked.export_only:
        return export(asked.out, of.plans, target, size=of.size)
    return comparator.train(of, asked.out, target, resume=asked.resume)


def _inbetween(asked: argparse.Namespace, target: Path) -> dict[str, Any]:
    """Train or export the flow network of the in-betweener; return what its JSON says."""
    of = inbetween.recipe(asked.size)
    if asked.export_only:
        return inbetween.export(asked.out, of.plans, target, size=of.size, judges=of.judges)
    return inbetween.train(of, asked.out, target, resume=asked.resume)


def _cleanup(asked: argparse.Namespace, target: Path) -> dict[str, Any]:
    """Train or export the line network of the clean-up; return what its JSON says."""
    of = cleanup.recipe(asked.size)
    if asked.export_only:
        return cleanup.export(asked.out, of.plans, target, size=of.size)
    return cleanup.train(of, asked.out, target, resume=asked.resume)


_RECIPES = {"comparator": _comparator, "inbetween": _inbetween, "cleanup": _cleanup}


if __name__ == "__main__":
    sys.exit(main())
