"""The timesheet of `sakkan inbetween FOLDER`: which cells have drawings, and which chart is for which gap."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets import drawing_numbers, sheet_filling, spacing
from assets.intake import names
from assets.intake.problems import Refused
from assets.intake.timesheets import Timesheet, read_xdts
from assets.sheet_filling import CellSheet, Gap, Order
from assets.spacing import Chart
from assets.timing_words import BadTiming
from studio.cli import compare_files
from studio.cli.errors import BadInput

Orders = dict[tuple[str, str], Order]
Charts = dict[tuple[str, str], Chart]
_USUAL_EXPOSURE = 2
_ONE_GAP = re.compile(r"\s*(?P<a>\d+[a-z]?)\s*(?:-|→|>|〜)\s*(?P<b>\d+[a-z]?)\s*=(?P<chart>.+)", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A cell of the sheet with its files by number ("3", "3a")."""

    name: str
    files: Mapping[str, Path]
    sheet: CellSheet


def read_sheet(path: Path) -> tuple[bytes, Timesheet]:
    """Return a timesheet as bytes and as it reads.

    Raises:
        BadInput: it cannot be opened or is none.
    """
    try:
        raw = path.read_bytes()
        return raw, read_xdts(raw, path.name)
    except OSError as error:
        msg = f"The timesheet {path} cannot be opened ({error.strerror}). Look for a spelling mistake."
        raise BadInput(msg) from error
    except Refused as refusal:
        msg = f"The timesheet {path} was not read. {refusal.problem.message}"
        raise BadInput(msg) from refusal


def cells_of(folder: Path, sheet: Timesheet, wanted: Sequence[str]) -> tuple[list[Cell], list[str]]:
    """Return the cells of a sheet that have drawings in a folder, and what is to be said about other files.

    Raises:
        BadInput: a wanted cell is not in both, or no cell is.
    """
    files, said = _files(folder)
    found = [name for name in sheet.exposures if name.upper() in files]
    asked = [name.upper() for name in wanted]
    missing = [name for name in wanted if name.upper() not in {each.upper() for each in found}]
    if missing or not found:
        on_sheet, in_folder = (", ".join(each) or "none" for each in (sheet.exposures, files))
        cell = f"Cell {missing[0]} is not in both" if missing else "No cell is in both"
        msg = (
            f"{cell}: the sheet has the cells {on_sheet}, the names in {folder} say {in_folder}. "
            "Name the drawings like A0001.png, or take the folder of this cut."
        )
        raise BadInput(msg)
    cells = [
        Cell(
            name,
            files[name.upper()],
            CellSheet(
                sheet.exposures[name],
                sheet.duration_frames,
                frozenset(files[name.upper()]),
                sheet.marks.get(name, ()),
            ),
        )
        for name in found
        if not asked or name.upper() in asked
    ]
    return cells, said


def charts_of(given: Sequence[str]) -> tuple[Chart | None, Charts]:
    """Return the chart for all gaps and those for one gap alone ("1-5=1/3,2/3").

    Raises:
        BadInput: names the piece that cannot be read, or two charts for one gap.
    """
    general: list[Chart] = []
    by_gap: Charts = {}
    for text in given:
        one = _ONE_GAP.fullmatch(text)
        try:
            chart = spacing.parse(one["chart"] if one else text)
        except BadTiming as problem:
            msg = f"--chart {text}: {problem.message}"
            raise BadInput(msg) from problem
        if one is None:
            general.append(chart)
        elif by_gap.setdefault((one["a"], one["b"]), chart) is not chart:
            msg = f"Two charts are for the gap {one['a']}-{one['b']}. Give one."
            raise BadInput(msg)
    if len(general) > 1:
        msg = "Two charts are for all gaps. Give one, and others like --chart 1-5=1/3,2/3 for one gap."
        raise BadInput(msg)
    return (general[0] if general else None), by_gap


def orders_of(cell: Cell, general: Chart | None, by_gap: Charts, on: int | None) -> Orders:
    """Return what is to come into each gap of a cell.

    The chart for all gaps is for those that the sheet leaves open and those where it names as many drawings. Where no
    chart is given but an exposure is, open gaps are filled with as many drawings as fit, in even steps.
    """
    orders: Orders = {}
    for gap in sheet_filling.gaps_of(cell.sheet)[0]:
        chart = by_gap.get((_plain(gap.a), _plain(gap.b))) or _general(gap, general, on)
        if chart is not None:
            orders[gap.a, gap.b] = Order(chart, on or _USUAL_EXPOSURE)
    return orders


def refuse_nowhere(by_gap: Charts, cells: Sequence[Cell]) -> None:
    """Raise BadInput for a chart of a gap that no cell has."""
    gaps = [gap for cell in cells for gap in sheet_filling.gaps_of(cell.sheet)[0]]
    known = [(_plain(gap.a), _plain(gap.b)) for gap in gaps]
    for a, b in by_gap:
        if (a, b) not in known:
            keys = ", ".join(f"{one}-{other}" for one, other in dict.fromkeys(known)) or "none"
            msg = f"--chart {a}-{b}: the sheet never goes from {a} to {b}. Its gaps are {keys}."
            raise BadInput(msg)


def _general(gap: Gap, general: Chart | None, on: int | None) -> Chart | None:
    if general is not None:
        named = len(dict.fromkeys(each.number or str(each.frame_no) for each in gap.between))
        return general if gap.is_open or named == len(general) else None
    steps = gap.frames // on - 1 if gap.is_open and on else 0
    return spacing.parse(f"even:{steps}") if 0 < steps <= spacing.MOST else None


def _files(folder: Path) -> tuple[dict[str, dict[str, Path]], list[str]]:
    """Return the drawings of a folder as {cell: {number: file}}, and why others were left out."""
    listed = compare_files.look_into(folder, what="KEY")
    paths = {named.name: named.path for named in listed.drawings}
    files: dict[str, dict[str, Path]] = {}
    said: list[str] = []
    for row in names.understand(paths).rows if paths else ():
        if row.problem is not None and row.problem.severity == "refused":
            said.append(f"{row.path} was left out. {row.problem.message}")
        elif row.number is None or row.kind != "picture":
            said.append(
                f"{row.path} was left out. Its layers are no numbered drawings; export them one by one."
            )
        else:
            files.setdefault((row.cell or "A").upper(), {})[row.number_text] = paths[row.path]
    return files, said


def _plain(number: str) -> str:
    return drawing_numbers.read(number).plain
