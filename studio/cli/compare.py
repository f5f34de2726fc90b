"""`sakkan compare`: a folder of drawings against a folder of approved ones. No database, no server, nothing is sent.

Ends with 0 when nothing is beyond the limit, 1 when something is, 2 when something given could not be used or read.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.cli.compare_bench import Model

STAGES = ("LO", "GEN", "KD+", "2G", "AD", "AD+", "PT", "PT+", "BG", "COMP")
_MOST_WORKERS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be given. The engine is loaded when the command runs, not before."""
    parser.set_defaults(run=run)
    give = parser.add_argument_group("what is compared")
    give.add_argument(
        "--sheet", required=True, action="append", type=Path, metavar="FOLDER",
        help="approved drawings of a design; several times for several designs that may be in the drawings",
    )  # fmt: skip
    give.add_argument("--drawings", required=True, type=Path, metavar="FOLDER", help="the drawings to check")
    give.add_argument(
        "--rivals", type=Path, metavar="FOLDER",
        help="a folder for each other design, to find wrong characters and costumes",
    )  # fmt: skip
    give.add_argument(
        "--colour-model", action="append", type=Path, metavar="FILE",
        help="swatches as CSV, ASE or GPL, one for each --sheet in their order; taken from the sheet otherwise",
    )  # fmt: skip
    give.add_argument(
        "--stage", choices=STAGES, default="PT", help="line stages are judged by their lines (default PT)"
    )
    out = parser.add_argument_group("what comes out")
    out.add_argument("-o", "--output", metavar="FILE", help="write the report as JSON; - is standard output")
    out.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page to look at")
    out.add_argument("-q", "--quiet", action="store_true", help="say nothing but what goes wrong")
    judge = parser.add_argument_group("when it fails")
    judge.add_argument(
        "--limit", type=_limit, default=1.0, metavar="X",
        help="flag what drifts beyond X; 1 (the default) is the design's own limit",
    )  # fmt: skip
    judge.add_argument(
        "--fail-on", choices=("flagged", "not-compared", "never"), default="flagged",
        help="end with 1 when a drawing is flagged; or also when one could not be compared; or never",
    )  # fmt: skip
    work = parser.add_argument_group("how it works")
    work.add_argument(
        "--workers",
        type=_workers,
        default=None,
        metavar="N",
        help="processes (default: one for each core, up to 4)",
    )
    work.add_argument(
        "--embedder", default="hand", metavar="NAME", help="the model that embeds (default hand)"
    )
    work.add_argument("--weights", type=Path, metavar="FILE", help="the embedder's safetensors file")
    work.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")


def run(args: argparse.Namespace) -> int:
    """Compare, write what was asked for, and return how the process is to end."""
    from studio.cli.compare_bench import set_up  # noqa: PLC0415  (`push` has no use for pictures and checks)

    set_up(model_of(args))
    from studio.cli import compare_run  # noqa: PLC0415  (its sentences ask Django for a language)

    with _stoppable():
        return compare_run.run(args)


def model_of(args: argparse.Namespace) -> Model:
    """Return which embedder is asked for."""
    from studio.cli.compare_bench import Model  # noqa: PLC0415  (see `run`)

    return Model(args.embedder, str(args.weights or ""), args.device)


def default_workers() -> int:
    """Return how many processes are started when nobody says: one for each core that we may use, up to 4."""
    return max(
        1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    )


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let a polite kill end the command as Ctrl-C does: workers are told, half a file is never left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        print("\nsakkan: stopped. Nothing was written.", file=sys.stderr)
        raise SystemExit(130) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _limit(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1.0 <= value < float("inf"):
        msg = f"{text} is no limit: give 1 (the design's own) or more"
        raise argparse.ArgumentTypeError(msg)
    return value


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_WORKERS:
        msg = f"{text} is no number of processes: give 1 to {_MOST_WORKERS}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)
