"""`python -m ml.embedders convert IN OUT.safetensors`: what an operator does once with a file of weights."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ml.embedders.convert import convert
from ml.embedders.weights import weights_sha256
from ml.errors import MLError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 = done, 1 = refused with one line that says why."""
    parser = argparse.ArgumentParser(prog="python -m ml.embedders", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    turn = commands.add_parser(
        "convert", help="turn a .pth (or transformers' safetensors) into our safetensors"
    )
    turn.add_argument("source", type=Path, metavar="IN")
    turn.add_argument("target", type=Path, metavar="OUT.safetensors")
    options = parser.parse_args(arguments)
    try:
        state = convert(options.source, options.target)
    except MLError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.target}  {len(state)} tensors  sha256 {weights_sha256(options.target)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
