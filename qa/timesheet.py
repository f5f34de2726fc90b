"""A timesheet as paper has it: cells as columns, numbers where they change, holds as lines, what is missing or flagged.

Plain functions over rows that are already there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assets.exposures import spans_of
from assets.lengths import frames_in_second
from assets.models import Cell, Drawing, Take, Timesheet
from assets.models.cut import LETTER_STEP
from qa.models import Flag

FRAMES_MAX = 1440  # a minute at 24; a longer cut says that its sheet goes on
_SECONDS_A_COLUMN = 3  # as on paper


@dataclass(frozen=True)
class Mark:
    """One exposure on the sheet: a drawing held for some frames, or an empty cell (×)."""

    frame_no: int
    frames: int
    text: str
    drawing: Drawing | None
    flag: Flag | None
    n_flags: int
    is_missing: bool
    is_first: bool  # of this drawing, so that its number is written; else the hold goes on from above


@dataclass(frozen=True)
class Column:
    """One cell on the sheet."""

    name: str
    marks: list[Mark]


@dataclass(frozen=True)
class Group:
    """The cells of one take: ACTION for keys, CELL for in-betweens; without a title where there is only one."""

    title: str
    take: Take
    columns: list[Column]


@dataclass(frozen=True)
class Line:
    """One frame of the sheet that runs downwards."""

    frame_no: int
    is_second: bool
    marks: list[Mark | None]  # None where a hold from above covers the frame


@dataclass(frozen=True)
class Sheet:
    """The whole sheet."""

    duration: int
    shown: int
    second: int
    groups: list[Group]

    @property
    def frames(self) -> list[tuple[int, bool, bool]]:
        """Each frame with whether a second begins there, and whether its number is written."""
        step = max(1, self.second // 4)
        return [
            (no, (no - 1) % self.second == 0, no == 1 or no % step == 0) for no in range(1, self.shown + 1)
        ]

    @property
    def blocks(self) -> list[list[Line]]:
        """The sheet downwards, three seconds a block, as paper has it."""
        length = self.second * _SECONDS_A_COLUMN
        starts = range(1, self.shown + 1, length)
        return [self._block(start, min(start + length, self.shown + 1)) for start in starts]

    def _block(self, start: int, end: int) -> list[Line]:
        columns = [column for group in self.groups for column in group.columns]
        cut = [{mark.frame_no: mark for mark in _within(column.marks, start, end)} for column in columns]
        return [
            Line(no, (no - 1) % self.second == 0, [by_frame.get(no) for by_frame in cut])
            for no in range(start, end)
        ]


def sheet_of(
    takes: Sequence[tuple[str, Take]], flags: Mapping[int, Sequence[Flag]], fps: Decimal, duration_frames: int
) -> Sheet | None:
    """Return the sheet of one take, or of two side by side; None where no cell shows anything.

    Args:
        takes: (title, take) with cells, drawings and timesheet loaded.
        flags: the flags that count, by drawing id, the worst first.
        fps: of the production.
        duration_frames: of the cut.
    """
    sheets = [timesheet for _title, take in takes if (timesheet := _timesheet(take))]
    lengths = [sheet.duration_frames for sheet in sheets]
    duration = max([*lengths, duration_frames if not any(lengths) else 0], default=0)
    shown = min(duration, FRAMES_MAX)
    groups = [Group(title, take, _columns(take, flags, shown)) for title, take in takes]
    groups = [group for group in groups if group.columns]
    return Sheet(duration, shown, frames_in_second(fps), groups) if groups and shown else None


def _timesheet(take: Take) -> Timesheet | None:
    return getattr(take, "timesheet", None)


def _columns(take: Take, flags: Mapping[int, Sequence[Flag]], shown: int) -> list[Column]:
    timesheet = _timesheet(take)
    if timesheet is None:
        return []
    cells = {cell.name: cell for cell in take.cells.all()}
    names = [*cells, *(name for name in timesheet.exposures if name not in cells)]
    return [
        Column(
            name,
            list(_marks(timesheet.exposures[name], cells.get(name), flags, timesheet.duration_frames, shown)),
        )
        for name in names
        if timesheet.exposures.get(name)
    ]


def _marks(
    changes: list[list[int | None]],
    cell: Cell | None,
    flags: Mapping[int, Sequence[Flag]],
    duration: int,
    shown: int,
) -> Iterable[Mark]:
    drawings = {
        number: drawing
        for drawing in (cell.drawings.all() if cell else ())
        for number in {*drawing.numbers, drawing.number}
    }
    end = min(shown, duration or shown)
    for span in spans_of(changes, end):
        drawing = drawings.get(span.number) if span.number is not None else None
        found = flags.get(drawing.pk, ()) if drawing else ()
        yield Mark(
            frame_no=span.frame_no,
            frames=span.frames,
            text="×" if span.number is None else number_text(span.number),
            drawing=drawing,
            flag=found[0] if found else None,
            n_flags=len(found),
            is_missing=span.number is not None and drawing is None,
            is_first=True,
        )
    if end < shown:  # the other take's sheet is longer
        yield Mark(end + 1, shown - end, "", None, None, 0, is_missing=False, is_first=True)


def number_text(number: int) -> str:
    """Return a kept number as the artist wrote it: 3, 3a."""
    letter, plain = divmod(number, LETTER_STEP)
    return f"{plain}{chr(ord('a') + letter - 1)}" if letter else str(plain)


def _within(marks: list[Mark], start: int, end: int) -> Iterable[Mark]:
    """Return the parts of marks that lie in [start, end); what began before goes on as a line."""
    for mark in marks:
        first, behind = max(mark.frame_no, start), min(mark.frame_no + mark.frames, end)
        if first < behind:
            yield Mark(
                frame_no=first,
                frames=behind - first,
                text=mark.text,
                drawing=mark.drawing,
                flag=mark.flag,
                n_flags=mark.n_flags,
                is_missing=mark.is_missing,
                is_first=first == mark.frame_no,
            )
