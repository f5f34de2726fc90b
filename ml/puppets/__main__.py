"""Draw puppets: characters made of numbers, with everything known about them.

  python -m ml.puppets --seed 1 --out FOLDER            one character: sheets, colour model, sequence, masks, truth
  python -m ml.puppets styles                           list the drawing styles
  python -m ml.puppets drift --seed 1 --out FOLDER      every kind of drift beside the right drawing
  python -m ml.puppets contact --out FOLDER             contact sheets of people, layers and drifts
  python -m ml.puppets demo --out FOLDER                the demo production with its plan.json

`python -m ml.puppets character --help` lists the options of the first.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from ml.errors import MLError
from ml.puppets.contact import people_sheet, small_png
from ml.puppets.contact_drift import drift_sheet
from ml.puppets.contact_layers import layer_sheet
from ml.puppets.export import LINE, write_character
from ml.puppets.export_options import MAX_FRAMES, Export
from ml.puppets.finish import Finish
from ml.puppets.finish_light import LIGHTS
from ml.puppets.paper import PAPERS
from ml.puppets.plan import write_demo
from ml.puppets.random_design import random_design
from ml.puppets.sequence import ACTINGS
from ml.puppets.style import HOUSE, STYLES, TEST_STYLES


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.puppets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _character_options(commands.add_parser("character", help="write one character (the default)"))
    commands.add_parser("styles", help="list the drawing styles")
    drift = commands.add_parser("drift", help="draw every kind of drift beside the right drawing")
    drift.add_argument("--seed", type=int, default=1, help="seed of the character (default 1)")
    drift.add_argument("--style", choices=STYLES, default=HOUSE.name, help="drawing style (default house)")
    contact = commands.add_parser("contact", help="draw contact sheets: people, layers, drifts")
    demo = commands.add_parser("demo", help="write the demo production with its plan.json")
    for command in (drift, contact, demo):
        command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder to write")
    return parser


def _character_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1, help="seed of the character (default 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder to write")
    parser.add_argument("--style", choices=STYLES, default=HOUSE.name, help="drawing style (default house)")
    parser.add_argument(
        "--size", type=int, default=1080, metavar="PX", help="height of the pictures (default 1080)"
    )
    parser.add_argument("--play", choices=ACTINGS, default="wave", help="the sequence (default wave)")
    parser.add_argument(
        "--frames", type=int, default=0, metavar="N",
        help=f"drawings of the sequence, up to {MAX_FRAMES} (default: as many as it has)",
    )  # fmt: skip
    parser.add_argument(
        "--line", action="store_true", help="ink and colour-trace lines instead of painted cels"
    )
    parser.add_argument(
        "--binarised", action="store_true", help="no anti-aliasing: exact paints in every pixel"
    )
    parser.add_argument("--paper", choices=PAPERS, default="", help="draw on paper instead of on nothing")
    parser.add_argument("--scanned", action="store_true", help="as a scanner sees it (with --paper)")
    parser.add_argument(
        "--variant", choices=LIGHTS, default="normal", help="light of the scene (default normal)"
    )


def _character(args: argparse.Namespace) -> str:
    layers = LINE if args.line else Finish()
    finish = Finish(layers.layers, layers.trace, args.binarised, args.paper, args.scanned, args.variant)
    export = Export(args.seed, args.style, args.size, finish, args.frames, args.play)
    truth = write_character(args.out, export, _say)
    return f"{truth['name']} written to {args.out}: start with README.txt"


def _drift(args: argparse.Namespace) -> str:
    sheet = drift_sheet(random_design(args.seed, STYLES[args.style]), args.seed)
    (args.out / "puppets-drift.png").write_bytes(small_png(sheet))
    return f"puppets-drift.png written to {args.out}"


def _contact(args: argparse.Namespace) -> str:
    sheets = {"puppets": people_sheet, "puppets-layers": layer_sheet, "puppets-drift": drift_sheet}
    for name, draw in sheets.items():
        _say(name)
        (args.out / f"{name}.png").write_bytes(small_png(draw()))
    return f"{len(sheets)} contact sheets written to {args.out}"


def _demo(args: argparse.Namespace) -> str:
    return f"{write_demo(args.out)} cuts written to {args.out}"


def _styles() -> None:
    for name, style in STYLES.items():
        use = "test" if name in TEST_STYLES else "train"
        print(
            f"{name:<12} {use:<6} line {style.line:g}, eyes {style.eyes}, {style.tones} tones beside the paint"
        )


def _say(words: str) -> None:
    """Show progress in one line that is written over."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    """Read the command line and write the folder; return the exit status."""
    words = sys.argv[1:] if argv is None else argv
    if words and words[0].startswith("-") and words[0] not in ("-h", "--help"):
        words = ["character", *words]
    args = _parser().parse_args(words)
    if args.command == "styles":
        _styles()
        return 0
    start = time.perf_counter()
    work = {"character": _character, "drift": _drift, "contact": _contact, "demo": _demo}[args.command]
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        told = work(args)
    except (MLError, OSError) as error:
        _say("")
        print(f"python -m ml.puppets: {error}", file=sys.stderr)
        return 2
    _say("")
    print(told)
    print(f"{time.perf_counter() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
