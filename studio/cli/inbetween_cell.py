"""One run of `sakkan inbetween` over a folder: its cells filled by their timesheet, gap by gap."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from assets import drawing_numbers, sheet_filling
from assets.intake.names import EXTENSIONS
from assets.intake.timesheets import Exposure
from assets.intake.xdts_writing import write_xdts
from assets.sheet_filling import Filling, GapPlan
from studio.cli import drawn_out, inbetween_keys, inbetween_sidecar
from studio.cli.errors import BadInput
from studio.cli.inbetween_draw import NeedsBreakdown, Stopped
from studio.cli.inbetween_keys import Key
from studio.cli.inbetween_run import Pair, Report, bar_of, drawn, engine_of
from studio.cli.inbetween_sheet import (
    Cell,
    Orders,
    cells_of,
    charts_of,
    orders_of,
    read_sheet,
    refuse_nowhere,
)
from studio.cli.inbetween_sidecar import Sidecar


@dataclass(frozen=True)
class _Work:
    """A cell with what is asked for and how it is filled."""

    cell: Cell
    orders: Orders
    filling: Filling


def run(args: argparse.Namespace) -> Report:
    """Fill what the sheet and the charts ask for; a gap that needs a breakdown is told and left open.

    Raises:
        BadInput: something given cannot be used. What was drawn before stays written.
    """
    _refuse_odd(args)
    raw, sheet = read_sheet(args.timesheet)
    report = Report(notices=[problem.message for problem in sheet.problems])
    cells, left_out = cells_of(args.keys[0], sheet, args.cell)
    report.notices += left_out
    general, by_gap = charts_of(args.chart)
    refuse_nowhere(by_gap, cells)
    works = []
    for cell in cells:
        orders = orders_of(cell, general, by_gap, args.on)
        works.append(_Work(cell, orders, sheet_filling.fill(cell.sheet, orders)))
        report.problems += [f"Cell {cell.name}: {each.message}" for each in works[-1].filling.problems]
    drawn_out.refuse_unwritable(_outputs(args, works), _inputs(args, cells))
    sidecars = [inbetween_sidecar.read(path) for path in args.sidecar]
    engine = engine_of(args, sidecars)
    report.facts = engine.facts()
    shown: dict[str, tuple[Exposure, ...]] = {}
    total = sum(len(plan.drawings) for work in works for plan in work.filling.gaps)
    with bar_of(args, total) as bar:
        for work in works:
            refused: list[GapPlan] = []
            for plan in work.filling.gaps:
                try:
                    drawn_out.write(drawn(_pair(args, work, plan, sidecars), engine, report, bar))
                except (NeedsBreakdown, Stopped) as refusal:
                    bar.write(f"sakkan: {refusal}", file=sys.stderr)
                    report.problems += [str(refusal)] if isinstance(refusal, Stopped) else []
                    refused.append(plan)
            shown[work.cell.name] = _filled(work, refused)
    _write_sheet(args, raw, shown, report)
    return report


def _refuse_odd(args: argparse.Namespace) -> None:
    if args.timesheet is None:
        msg = f"{args.keys[0]} is a folder: say what to fill with --timesheet SHEET.xdts, or give two keys."
        raise BadInput(msg)
    if args.numbers is not None:
        msg = "--numbers goes with two keys. In a folder the sheet names the drawings."
        raise BadInput(msg)
    if args.output.suffix.lower() in EXTENSIONS.keys() - {""} and not args.output.is_dir():
        msg = f"Several drawings do not go into one file {args.output}. Name a folder."
        raise BadInput(msg)


def _outputs(args: argparse.Namespace, works: Iterable[_Work]) -> Iterator[Path]:
    for work in works:
        for plan in work.filling.gaps:
            yield from _paths(args, work.cell, plan)
            yield _sidecar_path(args, work.cell, plan)
    yield _sheet_path(args)


def _inputs(args: argparse.Namespace, cells: Iterable[Cell]) -> list[Path]:
    return [args.timesheet, *args.sidecar, *(path for cell in cells for path in cell.files.values())]


def _paths(args: argparse.Namespace, cell: Cell, plan: GapPlan) -> tuple[Path, ...]:
    key = _file(cell, plan.a)
    folder = args.output / key.parent.relative_to(args.keys[0])
    return tuple(folder / inbetween_keys.name_of(key, drawing.number) for drawing in plan.drawings)


def _sidecar_path(args: argparse.Namespace, cell: Cell, plan: GapPlan) -> Path:
    a, b = (drawing_numbers.read(number).plain for number in (plan.a, plan.b))
    return args.output / f"{_as_name(cell.name)}_{a}-{b}{drawn_out.SIDECAR_ENDING}"


def _sheet_path(args: argparse.Namespace) -> Path:
    return args.output / f"{args.timesheet.stem}{drawn_out.SHEET_ENDING}"


def _file(cell: Cell, number: str) -> Path:
    return cell.files[drawing_numbers.read(number).plain]


def _pair(args: argparse.Namespace, work: _Work, plan: GapPlan, sidecars: Sequence[Sidecar]) -> Pair:
    a, b = (_key(_file(work.cell, number), args.keys[0]) for number in (plan.a, plan.b))
    inbetween_keys.refuse_unlike(a, b)
    sidecar = next((each for each in sidecars if each.is_of(a, b)), None)
    chart = plan.chart
    if sidecar and sidecar.chart and (plan.a, plan.b) not in work.orders and len(sidecar.chart) == len(chart):
        chart = sidecar.chart
    return Pair(
        a,
        b,
        chart,
        tuple(drawing.number for drawing in plan.drawings),
        _paths(args, work.cell, plan),
        _sidecar_path(args, work.cell, plan),
        sidecar,
    )


@lru_cache(maxsize=4)
def _key(path: Path, folder: Path) -> Key:
    return inbetween_keys.read_key(path, path.relative_to(folder).as_posix())


def _filled(work: _Work, refused: Sequence[GapPlan]) -> tuple[Exposure, ...]:
    """Return the column without what could not be drawn: no sheet names a drawing that nobody has asked for."""
    if not refused:
        return work.filling.exposures
    pairs = {(plan.a, plan.b) for plan in refused}
    orders = {pair: order for pair, order in work.orders.items() if pair not in pairs}
    spans = [
        range(gap.a_frame_no, gap.b_frame_no)
        for gap in sheet_filling.gaps_of(work.cell.sheet)[0]
        if (gap.a, gap.b) in pairs
    ]
    marks = tuple(m for m in work.cell.sheet.marks if not any(m.frame_no in span for span in spans))
    return sheet_filling.fill(replace(work.cell.sheet, marks=marks), orders).exposures


def _write_sheet(
    args: argparse.Namespace, raw: bytes, shown: Mapping[str, tuple[Exposure, ...]], report: Report
) -> None:
    """Write the filled sheet where it says more than the one that was given."""
    data = write_xdts(raw, shown)
    if data != raw:
        report.timesheet = _sheet_path(args)
        drawn_out.write({report.timesheet: data})


def _as_name(cell: str) -> str:
    """Return a cell's name as a part of a file name: 顔/目 → 顔_目."""
    return "".join("_" if each in '/\\:*?"<>| ' or not each.isprintable() else each for each in cell)
