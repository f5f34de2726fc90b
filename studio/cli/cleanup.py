"""`sakkan cleanup`: rough drawings become line art, as PNG or as SVG with named strokes.

No database, no server, nothing is sent; the roughs stay as they are. Ends with 0 when all is clean, 1 when some of
several files could not be read, 2 when something given could not be used.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from pathlib import Path

_USES = ("apart", "ink", "drop")
EXAMPLES = """\
examples:
  sakkan cleanup A0001.png -o A0001.svg
  sakkan cleanup A0001.png -o clean.png --weight 2.5 --gap 14
  sakkan cleanup ROUGHS -o OUT --format both --layers
  sakkan cleanup A0001.png A0002.png A0003.png -o OUT --sequence --jitter 0.9
  sakkan cleanup A0001.png -o AGAIN --sidecar OUT/A0001.cleanup.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be given. The engine is loaded when the command runs, not before."""
    parser.set_defaults(run=run)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "roughs", nargs="+", type=Path, metavar="ROUGH", help="rough drawings, or folders of them"
    )
    _add_line(parser.add_argument_group("the line"))
    _add_work(parser.add_argument_group("how it is cleaned"))
    _add_outputs(parser.add_argument_group("what comes out"))


def _add_line(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--weight", type=_within(0.5, 40), metavar="PX", help="width (default: the pencil's)")
    group.add_argument(
        "--pressure", type=_within(0, 1), metavar="0-1", help="how far the hand's pressure stays (default 0)"
    )
    group.add_argument(
        "--taper", type=_within(0, 500), metavar="PX", help="free ends grow thin over this length"
    )
    group.add_argument("--colour", type=_colour, metavar="#RRGGBB", help="colour of the line (default black)")
    group.add_argument("--binary", action="store_true", help="hard edges, without anti-aliasing")


def _add_work(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--strength", type=_within(0, 1), metavar="0-1",
        help="how much is taken for construction lines and dirt (default 0.5)",
    )  # fmt: skip
    group.add_argument(
        "--merge", type=_within(0, 60), metavar="PX",
        help="lines side by side within this become one (default: by the width of the pencil)",
    )  # fmt: skip
    group.add_argument(
        "--gap", type=_within(0, 64), metavar="PX", help="largest gap that is closed (default 10; 0: none)"
    )
    for pencil in ("red", "blue", "green"):
        group.add_argument(
            f"--{pencil}",
            choices=_USES,
            help=f"the {pencil} pencil: a layer apart (default), line, or left out",
        )
    group.add_argument(
        "--sequence", action="store_true",
        help="the drawings follow each other in one cell: trembling between them is taken out, one weight for all",
    )  # fmt: skip
    group.add_argument(
        "--jitter",
        type=_within(0, 1),
        metavar="0-1",
        help="how much of the trembling (default 0.8; with --sequence)",
    )
    group.add_argument(
        "--sidecar", type=Path, metavar="FILE",
        help="clean by a sidecar, or by a folder of them (NAME.cleanup.json); options given besides go before",
    )  # fmt: skip
    group.add_argument("--no-weights", action="store_true", help="clean without the network")


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT",
        help="a folder; or for one drawing a file that ends with .png or .svg",
    )  # fmt: skip
    group.add_argument(
        "--format", choices=("png", "svg", "both"), help="of the files in a folder (default png)"
    )
    group.add_argument(
        "--layers", action="store_true", help="write coloured pencils that are kept apart, too (NAME.red.png)"
    )
    group.add_argument("--json", action="store_true", help="print what was done as JSON")
    group.add_argument("-q", "--quiet", action="store_true", help="say nothing but what goes wrong")


def run(args: argparse.Namespace) -> int:
    """Clean up what was asked for and return how the process is to end."""
    from studio.cli import cleanup_run  # noqa: PLC0415  (`push` has no use for pictures)

    return cleanup_run.run(args)


def _within(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            msg = f"{text} is no number from {low:g} to {high:g}"
            raise argparse.ArgumentTypeError(msg)
        return value

    return read


def _colour(text: str) -> list[int]:
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})", text)
    if not found:
        msg = f"{text} is no colour like #1a1a1a"
        raise argparse.ArgumentTypeError(msg)
    return list(bytes.fromhex(found[1]))
