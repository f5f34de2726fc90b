"""`python -m bench.cleanup`: run the bench, or a part of it while the engine is tuned (on `--split valid`)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.cleanup import holds, look, questions, speed
from bench.cleanup.methods import METHODS, methods
from bench.cleanup.report import counted, line, table
from bench.cleanup.run import Asked, run
from bench.cleanup.sheet import write
from bench.cleanup.types import Make, Row
from bench.inbetween.types import NotHere

PARTS = ("puppets", "sita", "holds", "speed", "look")
ART = Path(__file__).resolve().parents[3] / "shared/data/dev"


@dataclass(frozen=True)
class Size:
    """How much is asked: puppets a level, drawings of Sita a level, held drawings, timed calls."""

    puppets: int
    sita: int
    holds: int
    times: int


FULL, QUICK = Size(100, 12, 12, 5), Size(4, 1, 1, 1)


def main(argv: Sequence[str] | None = None) -> int:
    """Return 0 if all went well, 2 if something that was given cannot be used."""
    options = _parser().parse_args(argv)
    names = tuple(n for n in options.methods.split(",") if n) or METHODS
    parts = tuple(n for n in options.only.split(",") if n) or PARTS
    for given, known in ((names, METHODS), (parts, PARTS)):
        unknown = sorted(set(given) - set(known))
        if unknown:
            print(f"There is no {unknown[0]!r}; choose from {', '.join(known)}.", file=sys.stderr)
            return 2
    started = perf_counter()
    Bench(options, names, parts).run()
    print(f"{perf_counter() - started:.0f} s", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.cleanup", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few drawings of everything")
    parser.add_argument("--n", type=int, help="puppets a level")
    parser.add_argument("--split", choices=["valid", "test"], default="test", help="whose puppets")
    parser.add_argument("--art", type=Path, default=ART, help="other art: Sita's rig, or clean line art")
    parser.add_argument("--sheet", type=Path, help="folder for sheets to look at")
    parser.add_argument("--methods", default="", help=f"of {', '.join(METHODS)}")
    parser.add_argument("--only", default="", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    return parser


class Bench:
    """One run of the bench."""

    def __init__(self, options: argparse.Namespace, names: Sequence[str], parts: Sequence[str]) -> None:
        self._options, self._asked, self._parts = options, tuple(names), tuple(parts)
        self._size = QUICK if options.quick else FULL
        self._made, said = methods(names)
        for words in said:
            print(words)
        self._names = [method.name for method in self._made]

    def run(self) -> None:
        """Run the parts and print the tables and the last line."""
        rows: list[Row] = []
        seconds: dict[str, dict[str, Any]] = {}
        if "puppets" in self._parts:
            number = self._options.n or self._size.puppets
            rows = self._table(
                f"puppets of {self._options.split}", questions.puppets(self._options.split, number)
            )
        if "sita" in self._parts:
            self._other()
        if "holds" in self._parts:
            print(holds.text(holds.measure(self._made, self._options.split, self._size.holds)))
        if "speed" in self._parts:
            seconds = speed.measure(self._made, self._options.split, self._size.times)
            print(speed.text(seconds))
        if "look" in self._parts:
            print(look.write(self._made, self._options.art, self._options.sheet))
        print(json.dumps(line(rows, self._names, METHODS, seconds)))

    def _other(self) -> None:
        """Ask Sita if her rig is in the art, else all clean line art there is in it."""
        art = self._options.art
        try:
            if questions.has_rig(art):
                self._table("Sita, a style no training saw", questions.sita(art, self._size.sita))
            else:
                self._table(f"line art of {art}", questions.folder(art, 40))
        except NotHere as error:
            print(error)

    def _table(self, title: str, makes: Sequence[Make]) -> list[Row]:
        rows: list[Row] = []
        kept: list[Asked] = []
        for one in run(makes, self._names, self._options.workers, pictures=self._options.sheet is not None):
            rows += one.rows
            kept += [one] if self._options.sheet is not None else []
        print(table(title, rows, self._names))
        print(counted(rows, self._names))
        if kept:
            files = write(kept, self._names[0], self._options.sheet)
            print(f"{len(files)} sheets in {self._options.sheet}")
        return rows
