"""Between timesheet and proposal: which gaps a cell has, which numbers in-betweens get, what the sheet says afterwards.

`assets.sheet_filling` knows how a column is filled; here stand the columns of takes, by the whole numbers of drawings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from assets import drawing_numbers, sheet_filling, spacing
from assets.intake.problems import Refused
from assets.intake.timesheets import Exposure, read_xdts
from assets.intake.xdts_writing import write_xdts
from assets.models import Drawing, Take, Timesheet
from assets.models.cut import text_of_number
from assets.services.reading import number_of_text
from assets.sheet_filling import CellSheet, GapPlan, Order
from assets.spacing import Chart
from assets.timing_words import TEMPLATES, BadTiming
from studio.core.errors import InvalidInput, phrase
from studio.core.storage import blobs

Changes = list[list[int | None]]
_MOST = 60


@dataclass(frozen=True)
class Chain:
    """What comes between two keys of a sheet, in order: in-betweens, and corrected drawings that became keys."""

    a: int
    b: int
    numbers: tuple[int, ...]


def refusal(problem: BadTiming, field: str = "") -> InvalidInput:
    """Return what a chart or sheet cannot do as an error of ours."""
    return InvalidInput(field=field or _("chart"), reason=phrase(TEMPLATES[problem.code], **problem.data))


def column_of(take: Take | None, cell: str) -> CellSheet:
    """Return a cell's column of a take's timesheet, with the marks of its XDTS; an empty one where there is none."""
    sheet: Timesheet | None = getattr(take, "timesheet", None) if take else None
    drawings = Drawing.objects.filter(cell__take=take, cell__name=cell) if take else []
    drawn = frozenset(text_of_number(number) for each in drawings for number in (each.number, *each.numbers))
    if sheet is None:
        return CellSheet((), 0, drawn)
    exposures = tuple(
        Exposure(int(frame or 1), None if number is None else text_of_number(number))
        for frame, number in sheet.exposures.get(cell, [])
    )
    return CellSheet(exposures, sheet.duration_frames, drawn, _marks(sheet, cell))


def positions_of(chart: str) -> tuple[float, ...]:
    """Return the positions of a spacing chart.

    Raises:
        InvalidInput: it cannot be read.
    """
    return _parsed(chart).positions


def numbers_for(
    column: CellSheet, keys: tuple[int, int], positions: Sequence[float], taken: Collection[int] = ()
) -> tuple[int, ...]:
    """Return the numbers of drawings between two keys: those that the sheet names there, else free ones.

    Of more than are asked for the ones that lie nearest in time are taken.

    Raises:
        InvalidInput: the sheet names fewer, or no numbers are free.
    """
    a, b = (text_of_number(number) for number in keys)
    plans = sheet_filling.fill(column).gaps if column.exposures else ()
    named = next((plan for plan in plans if (plan.a, plan.b) == (a, b)), None)
    try:
        if named is None:
            used = [*column.drawn, *(each.number or "" for each in column.exposures)]
            used += [text_of_number(number) for number in taken]
            return whole(drawing_numbers.between(a, b, len(positions), used))
        return whole(_nearest(named, positions))
    except BadTiming as problem:
        raise refusal(problem) from problem


def plans_of(
    column: CellSheet, chart: str, on_frames: int
) -> tuple[tuple[GapPlan, ...], tuple[BadTiming, ...]]:
    """Return what fills the gaps of a column, and what cannot be filled and why.

    What the sheet names is spread by its time, or by the chart where that has as many; where it names nothing, the
    chart says what comes, or `on_frames` alone, then in even steps.
    """
    if not column.exposures:
        return (), ()
    wished = _parsed(chart) if chart else None
    orders: dict[tuple[str, str], Order] = {}
    for gap in sheet_filling.gaps_of(column)[0]:
        order = _order_of(gap, wished, on_frames)
        if order is not None:
            orders[gap.a, gap.b] = order
    filling = sheet_filling.fill(column, orders)
    return filling.gaps, filling.problems


def filled(column: CellSheet, chains: Iterable[Chain], on_frames: int) -> Changes:
    """Return the cell's changes with what comes between its keys; what the sheet names there already stays.

    Where the sheet never goes from one key to the other, the frames of the first one are shared out.
    """
    for chain in chains:
        column = replace(column, exposures=_with(column, chain, on_frames))
    return [
        [each.frame_no, None if each.number is None else number_of_text(each.number)]
        for each in column.exposures
    ]


def guessed(numbers: Iterable[int], duration_frames: int, on_frames: int) -> Changes:
    """Return what a cell shows of which no sheet says anything: one drawing after the other, the last one held."""
    shown = list(dict.fromkeys(numbers))
    hold = on_frames or max(duration_frames // max(len(shown), 1), 1)
    return [[1 + index * hold, number] for index, number in enumerate(shown)]


def only_changes(shown: Mapping[int, int | None]) -> Changes:
    """Return [frame_no, number] only where the number changes, of {frame_no: number}."""
    changes: Changes = []
    for frame_no in sorted(shown):
        if not changes or changes[-1][1] != shown[frame_no]:
            changes.append([frame_no, shown[frame_no]])
    return changes


def xdts_of(raw_blob: str, exposures: Mapping[str, Changes], duration_frames: int) -> bytes | None:
    """Return the timesheet that came, with these cells; None where none came or it cannot be written."""
    if not raw_blob:
        return None
    told = {
        cell: [Exposure(int(f or 1), None if n is None else text_of_number(n)) for f, n in changes]
        for cell, changes in exposures.items()
        if changes
    }
    try:
        return write_xdts(blobs().read(raw_blob), told, duration_frames)
    except Refused:
        return None


def _parsed(chart: str) -> Chart:
    try:
        return spacing.parse(chart)
    except BadTiming as problem:
        raise refusal(problem) from problem


def _order_of(gap: sheet_filling.Gap, wished: Chart | None, on_frames: int) -> Order | None:
    named = len(dict.fromkeys(each.number or str(each.frame_no) for each in gap.between))
    if wished is not None:
        return Order(wished, on_frames or None) if gap.is_open or named == len(wished) else None
    steps = gap.frames // on_frames - 1 if gap.is_open and on_frames else 0
    return Order(spacing.parse(f"even:{steps}"), on_frames) if 0 < steps <= _MOST else None


def _nearest(named: GapPlan, positions: Sequence[float]) -> tuple[str, ...]:
    """Return as many of a gap's numbers as there are positions, each the nearest that keeps the order."""
    drawings = list(named.drawings)
    if len(positions) > len(drawings):
        raise BadTiming(
            "CHART_DIFFERS",
            a=named.a,
            b=named.b,
            named=len(drawings),
            numbers=", ".join(each.number for each in drawings),
            count=len(positions),
        )
    chosen: list[str] = []
    start = 0
    for index, position in enumerate(positions):
        last = len(drawings) - (len(positions) - index - 1)
        best = min(range(start, last), key=lambda at: abs(drawings[at].position - position))
        chosen.append(drawings[best].number)
        start = best + 1
    return tuple(chosen)


def _with(column: CellSheet, chain: Chain, on_frames: int) -> tuple[Exposure, ...]:
    """Return the column's exposures with one chain in them."""
    named = {number_of_text(each.number) for each in column.exposures if each.number is not None}
    if not chain.numbers or set(chain.numbers) <= named:
        return column.exposures
    a, b = text_of_number(chain.a), text_of_number(chain.b)
    frames = [
        range(gap.a_frame_no, gap.b_frame_no)
        for gap in sheet_filling.gaps_of(column)[0]
        if (gap.a, gap.b) == (a, b)
    ]
    marks = tuple(each for each in column.marks if any(each.frame_no in span for span in frames))
    numbers = tuple(text_of_number(number) for number in chain.numbers)
    count = len(numbers)
    chart = Chart("", tuple((index + 1) / (count + 1) for index in range(count)))
    for on in dict.fromkeys([on_frames or None, None]):
        order = Order(chart, on, numbers)
        filling = sheet_filling.fill(replace(column, marks=marks), {(a, b): order})
        if set(numbers) <= {each.number for each in filling.exposures}:
            return filling.exposures
    return _shared_out(column, a, b, numbers)


def _shared_out(column: CellSheet, a: str, b: str, numbers: tuple[str, ...]) -> tuple[Exposure, ...]:
    """Return the exposures with drawings in the frames of the last time that key A shows."""
    starts = [index for index, each in enumerate(column.exposures) if each.number == a]
    if not starts:
        return column.exposures
    at = starts[-1]
    rest = column.exposures[at + 1 :]
    first = column.exposures[at].frame_no
    end = rest[0].frame_no if rest else column.duration_frames + 1
    if all(each.number != b for each in column.exposures):
        numbers = (*numbers, b)
    frames = [first + (index + 1) * (end - first) // (len(numbers) + 1) for index in range(len(numbers))]
    new = {frame: number for frame, number in zip(frames, numbers, strict=True) if first < frame < end}
    return (
        *column.exposures[: at + 1],
        *(Exposure(frame, new[frame]) for frame in sorted(new)),
        *rest,
    )


def _marks(sheet: Timesheet, cell: str) -> tuple[Exposure, ...]:
    """Return the marks ○ ● of a cell, which stand in the XDTS alone."""
    if not sheet.raw_blob:
        return ()
    try:
        marks = read_xdts(blobs().read(sheet.raw_blob), "XDTS").marks
    except Refused:
        return ()
    return next((found for name, found in marks.items() if name.upper() == cell.upper()), ())


def whole(numbers: Iterable[str]) -> tuple[int, ...]:
    """Return numbers as a sheet writes them as the whole numbers of drawings."""
    found = tuple(number_of_text(number) for number in numbers)
    assert all(number is not None for number in found), "numbers of our own can be read"
    return tuple(number for number in found if number is not None)
