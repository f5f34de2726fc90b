"""`python -m bench.drift`: run the bench, write its questions into a folder, or score the answers of an outsider."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bench.drift import tier_a, tier_b
from bench.drift.answers import FolderError
from bench.drift.baselines import baselines
from bench.drift.folder import export, score
from bench.drift.report import (
    Figures,
    figures_of,
    last_line,
    printed,
    speed_json,
    targets_text,
    tier_json,
    tier_text,
)
from bench.drift.run import Builder, Result, UnknownMethod, run
from bench.drift.sakkan_method import Sakkan
from bench.drift.targets import held
from ml.errors import BadImage

ART = Path(__file__).resolve().parents[3] / "shared/data/dev"
TITLES = {"A": "Tier A, puppets", "B": "Tier B, real drawings"}
_COMMANDS = ("run", "export", "score")


def main(argv: Sequence[str] | None = None) -> int:
    """Return 0 if all went well, 2 if something that was given cannot be used."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given or (given[0] not in _COMMANDS and given[0] not in {"-h", "--help"}):
        given.insert(0, "run")
    options = _parser().parse_args(given)
    doing: Callable[[argparse.Namespace], None] = options.doing
    try:
        doing(options)
    except (FolderError, UnknownMethod) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.drift", description=__doc__)
    commands = parser.add_subparsers(required=True)
    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument("--quick", action="store_true", help="a small sample, two minutes")
    asking.add_argument(
        "--art", type=Path, default=ART, help="folder of real art with a MANIFEST.json (tier B)"
    )
    asking.add_argument("--tier", choices=("A", "B"), help="one tier alone")
    asking.add_argument(
        "--split", choices=tuple(tier_a.SPLITS), default="test", help="of tier A: tune on valid alone"
    )
    asking.add_argument("--worlds", type=int, help="of tier A: fewer worlds, while developing")
    asking.add_argument(
        "--skip", type=int, default=0, help="of tier A: leave out so many of the first worlds"
    )
    running = commands.add_parser("run", parents=[asking], help="ask every method every question (default)")
    running.add_argument("--methods", default="", help="names with commas; default: all that can run here")
    running.add_argument("--workers", type=int, default=2)
    running.add_argument("--markdown", action="store_true", help="print tables for docs/benchmarks.md")
    running.set_defaults(doing=_run)
    writing = commands.add_parser("export", parents=[asking], help="write the questions for other methods")
    writing.add_argument("--out", type=Path, required=True)
    writing.set_defaults(doing=_export)
    scoring = commands.add_parser("score", help="score the answers of another method")
    scoring.add_argument("--answers", type=Path, required=True)
    scoring.add_argument("--truth", type=Path, required=True, help="the truth folder of the export")
    scoring.add_argument("--markdown", action="store_true")
    scoring.set_defaults(doing=_score)
    return parser


def _worlds(options: argparse.Namespace) -> tuple[list[Builder], dict[str, Figures]]:
    """Return what builds the worlds, and what was skipped and why."""
    built: list[Builder] = []
    skipped: dict[str, Figures] = {}
    if options.tier != "B":
        size = tier_a.QUICK if options.quick else tier_a.FULL
        size = replace(size, worlds=options.worlds or size.worlds)
        built += tier_a.worlds(size, options.split)[options.skip :]
    if options.tier == "A":
        return built, {"tier_b": {"skipped": "only tier A was asked for"}}
    if options.tier == "B":
        skipped["tier_a"] = {"skipped": "only tier B was asked for"}
    try:
        real = tier_b.worlds(options.art, quick=options.quick)
    except BadImage as error:
        real, why = [], str(error)
    else:
        why = "no design of this folder has enough drawings"
    if not real:
        print(f"SKIPPED tier B: {why} ({options.art}). Give ART=FOLDER with a MANIFEST.json.")
        skipped["tier_b"] = {"skipped": why}
    return built + real, skipped


def _run(options: argparse.Namespace) -> None:
    started = perf_counter()
    builders, skipped = _worlds(options)
    wanted = tuple(name for name in options.methods.split(",") if name)
    others = [] if wanted and set(wanted) <= {Sakkan.name} else baselines()
    results = run(builders, [Sakkan, *others], wanted, options.workers)
    speed = speed_json(results, options.workers)
    print(f"\n{perf_counter() - started:.0f} s with {options.workers} workers; the first method: {speed}")
    _report(results, skipped, speed, markdown=options.markdown)


def _report(
    results: dict[str, Result], skipped: dict[str, Figures], speed: Figures, *, markdown: bool
) -> None:
    figures = {tier: figures_of(results[tier]) for tier in sorted(results)}
    printed([tier_text(TITLES[tier], by, markdown=markdown) for tier, by in figures.items()])
    targets = held(figures)
    if targets:
        print("\n" + targets_text(targets, markdown=markdown) + "\n")
    told = {f"tier_{tier.lower()}": tier_json(by) for tier, by in figures.items()} | skipped
    print(last_line(dict(sorted(told.items())), speed, targets))


def _export(options: argparse.Namespace) -> None:
    builders, _ = _worlds(options)
    number = export(builders, options.out)
    print(f"{number} questions in {options.out}/questions; keep {options.out}/truth away from the method")


def _score(options: argparse.Namespace) -> None:
    results = score(options.answers, options.truth)
    missing = {
        f"tier_{t}": {"skipped": "no questions of this tier"} for t in "ab" if t.upper() not in results
    }
    _report(results, missing, speed_json(results, 1), markdown=options.markdown)
