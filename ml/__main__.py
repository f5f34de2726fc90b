"""`python -m ml`: what an operator or a developer does by hand. Prints and exits; never called by the studio."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ml.errors import MLError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    plan = commands.add_parser("art-plan", help="make a production plan from a folder of real art")
    plan.add_argument("folder", type=Path)
    plan.add_argument("--out", type=Path, required=True)
    fetch = commands.add_parser(
        "fetch-openclip", help="download open_clip weights and keep them as safetensors"
    )
    fetch.add_argument("model")
    fetch.add_argument("pretrained")
    fetch.add_argument("--out", type=Path, required=True)
    show = commands.add_parser("describe", help="say which embedder runs here")
    show.add_argument("--embedder", default="hand")
    show.add_argument("--weights", type=Path)
    show.add_argument("--device", default="auto")
    return parser


def _art_plan(options: argparse.Namespace) -> str:
    plan = importlib.import_module("ml.artplan").write_plan(options.folder, options.out)
    wrong = sum(len(cut["truth"]) for cut in plan["cuts"])
    drawings = sum(len(cut["drawings"]) for cut in plan["cuts"])
    return (
        f"{options.out / 'plan.json'}: {len(plan['characters'])} characters, {len(plan['cuts'])} cuts, "
        f"{drawings} drawings, {wrong} of them wrong on purpose"
    )


def _fetch(options: argparse.Namespace) -> str:
    module = importlib.import_module("ml.embedders.openclip")
    path: Path = module.fetch(options.model, options.pretrained, options.out)
    return f"{path}  sha256 {module.weights_sha256(path)}"


def _describe(options: argparse.Namespace) -> str:
    runtime = importlib.import_module("ml.runtime").Runtime(options.embedder, options.weights, options.device)
    return json.dumps(runtime.describe())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 = done, 1 = refused with one line that says why."""
    options = _parser().parse_args(arguments)
    run = {"art-plan": _art_plan, "fetch-openclip": _fetch, "describe": _describe}[options.command]
    try:
        print(run(options))
    except MLError as error:
        print(f"{error} ({error.actual})" if error.actual is not None else str(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
