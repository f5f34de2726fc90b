"""`sakkan inbetween`: drawings between two keys, or between all keys of a cell by its timesheet.

No database, no server, nothing is sent. Ends with 0 when all is drawn, 1 when something on the sheet could not be
planned, 2 when something given could not be used, 3 when a breakdown drawing is needed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

_MOST_FRAMES = 48

CHARTS = """\
spacing charts, mixed at will:
  1/3, 2/3   0.25   50%          positions from key A (0) to key B (1)
  half  thirds  quarters         even steps
  even:3                         three in even steps (均等 3, 中3枚)
  halves:3  halves-a:3           halving what is left to B, or to A (後ヅメ 3, 前ヅメ 3)
  ease-in:4  ease-out:4  ease:3  slow into B, slow out of A, both
  favour-a:1  favour-b:1         nearer to A (1/3), nearer to B (2/3)

examples:
  sakkan inbetween A0001.png A0005.png --chart even:3 -o OUT
  sakkan inbetween A1.psd A2.psd --chart 1/3 -o A1a.png
  sakkan inbetween A0001.png A0005.png --sidecar OUT/inbetween.json -o AGAIN
  sakkan inbetween CUT012 --timesheet C012.xdts --chart half --chart 5-9=halves:3 -o OUT
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be given. The engine is loaded when the command runs, not before."""
    parser.set_defaults(run=run)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = CHARTS
    parser.add_argument(
        "keys", nargs="+", type=Path, metavar="KEY", help="key A and key B, or one folder of keys"
    )
    _add_spacing(parser.add_argument_group("where and when the drawings lie"))
    _add_outputs(parser.add_argument_group("what comes out"))
    work = parser.add_argument_group("how it is drawn")
    work.add_argument(
        "--sidecar", action="append", type=Path, default=[], metavar="FILE",
        help="draw by a sidecar: pins, arcs, depth and the rest, and its chart unless --chart is given",
    )  # fmt: skip
    work.add_argument("--no-weights", action="store_true", help="draw without the network")
    work.add_argument(
        "--anyway",
        action="store_true",
        help="draw also where a breakdown drawing is needed, as well as it goes",
    )


def _add_spacing(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--chart", action="append", default=[], metavar="CHART",
        help="a spacing chart; with a folder also 1-5=CHART for the gap between drawings 1 and 5",
    )  # fmt: skip
    group.add_argument(
        "--on", type=_frames, metavar="N",
        help="expose each drawing for N frames (default 2); two keys get a timesheet of their own then",
    )  # fmt: skip
    group.add_argument(
        "--numbers",
        metavar="N,N",
        help="the numbers of the drawings (default: what is free between the keys)",
    )
    group.add_argument(
        "--timesheet", type=Path, metavar="FILE", help="fill the cells of a folder by this XDTS"
    )
    group.add_argument(
        "--cell", action="append", default=[], metavar="NAME", help="only this cell of the sheet"
    )


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="a folder; or for one drawing a PNG file",
    )
    group.add_argument("--json", action="store_true", help="print what was done as JSON")
    group.add_argument("-q", "--quiet", action="store_true", help="say nothing but what goes wrong")


def run(args: argparse.Namespace) -> int:
    """Draw what was asked for and return how the process is to end."""
    from studio.cli import inbetween_run  # noqa: PLC0415  (`push` has no use for pictures)

    return inbetween_run.run(args)


def _frames(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_FRAMES:
        msg = f"{text} is no number of frames: give 1, 2 or 3 (at most {_MOST_FRAMES})"
        raise argparse.ArgumentTypeError(msg)
    return int(text)
