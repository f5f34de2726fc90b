"""One run of `sakkan inbetween` between two keys: read them, draw, write, and say what was done."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from assets import drawing_numbers, sheet_filling, spacing
from assets.intake.xdts_writing import write_xdts
from assets.sheet_filling import Order
from assets.spacing import Chart
from assets.timing_words import BadTiming
from studio.cli import drawn_out, inbetween_keys, inbetween_sidecar
from studio.cli.errors import FLAGGED, OK, REFUSED, BadInput, CliError
from studio.cli.inbetween_draw import Engine, NeedsBreakdown
from studio.cli.inbetween_keys import Key
from studio.cli.inbetween_sidecar import Sidecar

REPORT = "sakkan-inbetween-report/1"


@dataclass
class Report:
    """What was done, for people and as JSON."""

    facts: dict[str, Any] = field(default_factory=dict)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # of the sheet: what could not be planned
    timesheet: Path | None = None

    @property
    def code(self) -> int:
        """How the process is to end."""
        if any(pair["refused"] for pair in self.pairs):
            return REFUSED
        return FLAGGED if self.problems else OK

    def as_json(self) -> str:
        """Return the report as text."""
        told = {
            "format": REPORT,
            "engine": self.facts.get("engine"),
            "model": self.facts.get("model_id"),
            "pairs": self.pairs,
            "notices": self.notices,
            "problems": self.problems,
            "timesheet": str(self.timesheet) if self.timesheet else None,
        }
        return json.dumps(told, ensure_ascii=False, indent=2)

    def lines(self) -> list[str]:
        """Return the report for people."""
        said = []
        for pair in self.pairs:
            for each in pair["drawings"]:
                weak = f", weak in {len(each['weak'])} places" if each["weak"] else ""
                at = spacing.label_of(each["position"])
                said.append(f"{each['file']}  {at}  confidence {each['confidence']:.2f}{weak}")
        said += [f"! {line}" for line in (*self.problems, *self.notices)]
        said += [f"Timesheet: {self.timesheet}"] if self.timesheet else []
        return said


@dataclass(frozen=True)
class Pair:
    """Two keys and what is to be drawn between them; `numbers` is empty where keys have none."""

    a: Key
    b: Key
    chart: Chart
    numbers: tuple[str, ...]
    paths: tuple[Path, ...]
    sidecar_path: Path
    sidecar: Sidecar | None = None

    @property
    def steering(self) -> Mapping[str, Any]:
        """What the artist asked for; {} = automatic."""
        return self.sidecar.steering if self.sidecar else {}


def run(args: argparse.Namespace) -> int:
    """Do everything that was asked for; return how the process is to end.

    Raises:
        BadInput: something given cannot be used. NeedsBreakdown: see there. Nothing was written then.
    """
    if len(args.keys) == 1 and args.keys[0].is_dir():
        from studio.cli import inbetween_cell  # noqa: PLC0415  (it builds on this module)

        report = inbetween_cell.run(args)
    else:
        report = _run_pair(args)
    if args.json:
        print(report.as_json())
    elif not args.quiet:
        print("\n".join(report.lines()))
    return report.code


def engine_of(args: argparse.Namespace, sidecars: Iterable[Sidecar]) -> Engine:
    """Return the engine; a sidecar of a drawing that was made without weights is drawn without them again."""
    models = {sidecar.model_id for sidecar in sidecars}
    return Engine(weights=not args.no_weights and models != {"none"}, anyway=args.anyway)


def drawn(pair: Pair, engine: Engine, report: Report, bar: tqdm[Any]) -> dict[Path, bytes]:
    """Draw one pair and enter it in the report; return the files to be written.

    Raises:
        NeedsBreakdown: it is in the report all the same.
    """
    if pair.sidecar is not None:
        pair.sidecar.refuse_other_size(pair.a)
        report.notices += pair.sidecar.remarks(pair.a, pair.b, report.facts)
    report.notices += [note for key in (pair.a, pair.b) for note in key.notes if note not in report.notices]
    entry: dict[str, Any] = {
        "keys": [
            {"file": str(k.named.path), "number": k.number, "sha256": k.sha256} for k in (pair.a, pair.b)
        ],
        "chart": pair.chart.text,
        "positions": list(pair.chart.positions),
        "sidecar": str(pair.sidecar_path),
        "refused": False,
        "weak": [],
        "drawings": [],
    }
    report.pairs.append(entry)
    try:
        drawings = engine.draw((pair.a, pair.b), pair.steering, pair.chart.positions, bar.update)
    except NeedsBreakdown as refusal:
        entry |= {"refused": True, "weak": refusal.weak, "sidecar": None}
        raise
    except CliError:
        report.pairs.remove(entry)
        raise
    numbers = pair.numbers or ("",) * len(drawings)
    entry["drawings"] = [
        {
            "file": str(path),
            "number": number,
            "position": each.position,
            "confidence": round(each.confidence, 4),
            "weak": list(each.weak),
        }
        for path, number, each in zip(pair.paths, numbers, drawings, strict=True)
    ]
    files = {path: each.png for path, each in zip(pair.paths, drawings, strict=True)}
    sidecar = inbetween_sidecar.as_json(
        (pair.a, pair.b), pair.chart, pair.numbers, pair.steering, report.facts
    )
    return {**files, pair.sidecar_path: sidecar}


def bar_of(args: argparse.Namespace, total: int) -> tqdm[Any]:
    """Return the bar of progress, drawing by drawing; on standard error, and only where somebody looks."""
    disable = True if args.quiet else None
    return tqdm(total=total, desc="in-betweens", unit="drawing", disable=disable, leave=False)


def _chart_of(text: str) -> Chart:
    """Return a chart as it was given.

    Raises:
        BadInput: names the piece that cannot be read.
    """
    try:
        return spacing.parse(text)
    except BadTiming as problem:
        msg = f"--chart: {problem.message}"
        raise BadInput(msg) from problem


def _run_pair(args: argparse.Namespace) -> Report:
    _refuse_odd_pair(args)
    sidecar = inbetween_sidecar.read(args.sidecar[0]) if args.sidecar else None
    a, b = (inbetween_keys.read_key(path) for path in args.keys)
    inbetween_keys.refuse_unlike(a, b)
    pair = _pair_of(args, a, b, sidecar)
    sheet = _own_sheet(args, pair)
    drawn_out.refuse_unwritable([*pair.paths, pair.sidecar_path, *sheet], args.keys)
    engine = engine_of(args, [sidecar] if sidecar else [])
    report = Report(engine.facts(), timesheet=next(iter(sheet), None))
    if args.on is not None and not sheet:
        report.notices.append("No timesheet was written: the names of the keys end with no numbers.")
    try:
        with bar_of(args, len(pair.chart)) as bar:
            files = drawn(pair, engine, report, bar)
    except NeedsBreakdown:
        if args.json:
            print(report.as_json())
        raise
    drawn_out.write({**files, **sheet})
    return report


def _refuse_odd_pair(args: argparse.Namespace) -> None:
    if len(args.keys) != 2:
        given = (
            f"{len(args.keys)} were given" if len(args.keys) != 1 else f"{args.keys[0]} alone is no folder"
        )
        msg = f"Give key A and key B, or one folder with --timesheet ({given})."
        raise BadInput(msg)
    if args.timesheet is not None or args.cell:
        msg = "--timesheet and --cell go with one folder of keys, not with two files."
        raise BadInput(msg)
    if len(args.chart) > 1 or len(args.sidecar) > 1:
        msg = "Two keys have one chart and one sidecar: give each once, like --chart 1/3,2/3."
        raise BadInput(msg)
    if not args.chart and not args.sidecar:
        msg = "Say where the drawings lie, for example --chart 1/3,2/3 or --chart even:3."
        raise BadInput(msg)


def _pair_of(args: argparse.Namespace, a: Key, b: Key, sidecar: Sidecar | None) -> Pair:
    chart = _chart_of(args.chart[0]) if args.chart else sidecar.chart if sidecar else None
    if chart is None:
        msg = f"{args.sidecar[0]} holds no chart. Give one, for example --chart even:3."
        raise BadInput(msg)
    out = args.output
    one_file = drawn_out.is_file(out, len(chart))
    folder = out.parent if one_file else out
    given = args.numbers
    if given is None and sidecar is not None and len(sidecar.numbers) == len(chart):
        given = ",".join(sidecar.numbers)
    numbers = inbetween_keys.numbers_between(a, b, len(chart), given, folder)
    if one_file:
        paths, beside = (out,), out.with_suffix(drawn_out.SIDECAR_ENDING)
    else:
        names = [inbetween_keys.name_of(a, n) for n in numbers]
        names = names or list(inbetween_keys.names_without_numbers(a, b, len(chart)))
        paths, beside = tuple(folder / name for name in names), folder / drawn_out.SIDECAR
    return Pair(a, b, chart, numbers, paths, beside, sidecar)


def _own_sheet(args: argparse.Namespace, pair: Pair) -> dict[Path, bytes]:
    """Return the timesheet of two keys, where it was asked for by --on and there are numbers to write."""
    if args.on is None or not (pair.numbers and pair.a.number and pair.b.number):
        return {}
    numbers = tuple(drawing_numbers.read(number).plain for number in pair.numbers)
    try:
        filling = sheet_filling.pair_sheet(pair.a.number, pair.b.number, Order(pair.chart, args.on, numbers))
    except BadTiming as problem:
        raise BadInput(problem.message) from problem
    last = filling.exposures[-1].frame_no + args.on - 1
    name = f"{pair.sidecar_path.name.split('.')[0]}{drawn_out.SHEET_ENDING}"
    return {pair.sidecar_path.with_name(name): write_xdts(None, {"A": filling.exposures}, last)}
