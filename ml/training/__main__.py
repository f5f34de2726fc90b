"""`python -m ml.training comparator --size cpu --out FOLDER [--resume]`: train Sakkan's comparator anew."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ml.comparator.inference import WEIGHTS
from ml.errors import MLError
from ml.training.comparator import recipe, train
from ml.training.export import export


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ml.training", description=__doc__)
    parser.add_argument("what", choices=["comparator"], help="which network")
    parser.add_argument("--size", choices=["cpu", "gpu", "smoke"], default="cpu", help="90, 25 or 1 minutes")
    parser.add_argument("--out", type=Path, required=True, help="folder for shards, checkpoints and curves")
    parser.add_argument("--resume", action="store_true", help="go on with what is in the folder")
    parser.add_argument(
        "--export-only", action="store_true", help="export the best checkpoints of the folder"
    )
    parser.add_argument("--weights", type=Path, help="where the weights go; by default into the folder")
    parser.add_argument("--ship", action="store_true", help="put the weights where Sakkan loads them from")
    asked = parser.parse_args(arguments)
    target = WEIGHTS if asked.ship else asked.weights or asked.out / "comparator.safetensors"
    try:
        of = recipe(asked.size)
        if asked.export_only:
            told = export(asked.out, of.plans, target, size=of.size)
        else:
            told = train(of, asked.out, target, resume=asked.resume)
    except MLError as error:
        print(f"{error} (expected {error.expected}, found {error.actual})", file=sys.stderr)
        return 1
    print(f"{target} sha256 {told['sha256']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
