"""`python -m bench.inbetween`: run the bench, or a part of it while an engine is tuned."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.inbetween import questions, speed, steer, store
from bench.inbetween.puppets import SPLITS, VARIANTS
from bench.inbetween.report import REAL_TOLD, beside, mix, table, told
from bench.inbetween.run import METHODS, TRUTH, Row, Setup, Task, methods, run
from bench.inbetween.sheet import Sheets
from bench.inbetween.types import BINS, NotHere

PARTS = ("puppets", "sita", "real", "speed")
ART = Path(__file__).resolve().parents[3] / "shared/data/dev"


@dataclass(frozen=True)
class Size:
    """How much is asked: puppets and Sita a bin, puppets of each other variant a bin, real ones a set, boil a bin."""

    puppets: int
    variants: int
    sita: int
    real: int
    boil: int


FULL, QUICK = Size(12, 3, 4, 60, 3), Size(2, 1, 1, 6, 1)


def main(argv: Sequence[str] | None = None) -> int:
    """Return 0 if all went well, 2 if something that was given cannot be used."""
    options = _parser().parse_args(argv)
    names = tuple(n for n in options.methods.split(",") if n) or METHODS
    parts = tuple(n for n in options.only.split(",") if n) or PARTS
    for given, known in ((names, METHODS), (parts, PARTS), (options.bins.split(","), BINS)):
        unknown = sorted(set(given) - set(known))
        if unknown:
            print(f"There is no {unknown[0]!r}; choose from {', '.join(known)}.", file=sys.stderr)
            return 2
    started = perf_counter()
    Bench(options, names).run(parts)
    print(f"{perf_counter() - started:.0f} s", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.inbetween", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small sample, two minutes")
    parser.add_argument("--art", type=Path, default=ART, help="folder of art with a MANIFEST.json")
    parser.add_argument("--only", default="", help=f"{', '.join(PARTS)}; with commas (default all)")
    parser.add_argument("--methods", default="", help=f"with commas (default {','.join(METHODS)})")
    parser.add_argument("--split", choices=tuple(SPLITS), default="test", help="tune on valid alone")
    parser.add_argument("--n", type=int, help=f"puppet triplets of each bin (default {FULL.puppets})")
    parser.add_argument("--seed", type=int, default=0, help="of the motions")
    parser.add_argument("--bins", default=",".join(BINS), help="bins of motion, with commas")
    parser.add_argument("--variant", choices=VARIANTS, help="this kind of puppet drawing alone")
    parser.add_argument("--sheet", type=Path, help="folder for strips of the worst, median and best triplets")
    parser.add_argument("--cache", type=Path, default=store.DEFAULT, help="folder of what is kept")
    parser.add_argument(
        "--fresh", action="store_true", help="draw everything anew, keep no method's drawings"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes, one thread each")
    return parser


class Bench:
    """One run of the bench."""

    def __init__(self, options: argparse.Namespace, names: tuple[str, ...]) -> None:
        self._options = options
        self._size = QUICK if options.quick else FULL
        self._ask = questions.Asking(
            options.split, options.seed, tuple(options.bins.split(",")), options.cache
        )
        setup = Setup(names, None if options.fresh else options.cache, pictures=options.sheet is not None)
        made, said = methods(setup)
        self._names = tuple(method.name for method in made)
        self._setup = Setup(self._names, setup.cache, setup.pictures)
        for words in said:
            print(words)

    def run(self, parts: Sequence[str]) -> None:
        """Ask, print the tables, and the last line."""
        doing: dict[str, Callable[[], Any]] = {
            "puppets": self._puppets, "sita": self._sita, "real": self._real, "speed": self._speed
        }  # fmt: skip
        line: dict[str, Any] = {"bench": "inbetween"}
        for part in PARTS:
            key = "seconds" if part == "speed" else part
            try:
                line[key] = doing[part]() if part in parts else {"skipped": "not asked for"}
            except NotHere as error:
                print(f"\n{error}")
                line[key] = {"skipped": str(error)}
        print(json.dumps(line))

    def _puppets(self) -> dict[str, Any]:
        only, number = self._options.variant, self._options.n or self._size.puppets
        line: dict[str, Any] = {}
        for variant in VARIANTS:
            if only not in (None, variant):
                continue
            main_one = variant == "cel" or only is not None
            tasks = self._ask.puppets(
                variant, number if main_one else self._size.variants, self._size.boil if main_one else 0
            )
            rows = self._rows(f"puppets {variant}", tasks)
            print(f"\nMotions of puppets, {variant}: {mix(rows)}")
            found = self._by_bin(f"puppets, {variant}", rows)
            line = line or found
        return line

    def _sita(self) -> dict[str, Any]:
        tasks = self._ask.sita(self._options.art, self._size.sita, self._size.boil)
        return self._by_bin("sita", self._rows("sita", tasks))

    def _real(self) -> dict[str, Any]:
        tasks, said = self._ask.real(self._options.art, self._size.real)
        print(f"\nreal sequences of {self._options.art}: {said}; nothing is known that could be pinned")
        rows = self._rows("real", tasks)
        names = [name for name in self._names if name != "sakkan_pins"]
        between = [row for row in rows if row.between]
        for group in dict.fromkeys(row.group for row in rows):
            self._print(f"real, {group}, middle between", [r for r in between if r.group == group], names)
        self._print("real, all triplets", rows, names)
        self._print("real, middle between", between, names)
        return {
            name: {"all": told(rows, name, REAL_TOLD), "between": told(between, name, REAL_TOLD)}
            for name in names
        }

    def _speed(self) -> dict[str, Any]:
        split, pairs = self._options.split, 1 if self._options.quick else 3
        found, said = speed.measure(self._names, split, pairs)
        print(speed.text(found))
        if "sakkan" in found:
            print(steer.text(steer.measure(split, pairs)))
        for words in said:
            print(words)
        return dict(speed.told(found))

    def _rows(self, title: str, tasks: Sequence[Task]) -> list[Row]:
        """Ask the tasks; write strips where they are wanted."""
        sheets = Sheets(self._options.sheet, self._names[0]) if self._setup.pictures else None
        rows: list[Row] = []
        for asked in run(tasks, self._setup, self._options.workers):
            rows += asked.rows
            if sheets is not None and asked.triplet is not None:
                sheets.look(asked.triplet, asked.drawings, {r.method: r.figures for r in asked.rows})
        if sheets is not None:
            print(f"{len(sheets.write(title.replace(' ', '-')))} strips in {self._options.sheet}")
        return rows

    def _by_bin(self, title: str, rows: Sequence[Row]) -> dict[str, Any]:
        """Print a table for each bin and return method -> bin -> figures."""
        line: dict[str, Any] = {name: {} for name in self._names}
        for bin_ in [b for b in BINS if any(row.group == b for row in rows)]:
            part = [row for row in rows if row.group == bin_]
            self._print(f"{title}, {bin_}", part, self._names)
            for name in self._names:
                line[name][bin_] = told(part, name)
        return line

    def _print(self, title: str, rows: Sequence[Row], names: Sequence[str]) -> None:
        if rows:
            print("\n" + table(title, rows, [*names, TRUTH]))
            print(beside(rows, names))
