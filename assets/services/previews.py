"""What a delivery would be, before anything is sent: against its timesheet, against the take before, file by file.

Reads only. The names are judged as `uploads.understand` judges them; here is added what the bytes and the rows say.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assets import exposures
from assets.intake import names, timesheets
from assets.intake.problems import Problem, Refused
from assets.models import Cut, Drawing, Take, Timesheet
from assets.models.cut import LETTER_STEP
from assets.services import reading, uploads
from studio.core.models import User

SHEET_MAX_CHARS = 2_000_000
_NAMED_MAX = 12
_ZIP_ENTRY = re.compile(r"\.zip/", re.IGNORECASE)


@dataclass(frozen=True)
class GivenFile:
    """One file as the page knows it: the digest is empty where the page could not, or need not, make one."""

    path: str
    size_bytes: int | None = None
    sha256: str = ""

    @property
    def is_entry(self) -> bool:
        """Whether the file lies in a zip, which is what will be sent."""
        return _ZIP_ENTRY.search(self.path) is not None


@dataclass(frozen=True)
class PreviewRow:
    """One file as it is understood.

    `against` = "new", "same", "changed", or "there" for a number that is known while the bytes were not compared.
    """

    row: names.Row
    file: GivenFile
    frames: int = 0
    against: str = ""
    same_as: str = ""  # an earlier file of this delivery with the same bytes


@dataclass(frozen=True)
class CellPreview:
    """One cell in all. Lists of drawings are words ("2, 5-7"), empty where there is none."""

    name: str
    read_as: str  # as the names say it; the same as `name` where nobody changed it
    drawings: int
    new: int
    changed: int
    same: int
    gone: str  # in the take before, not here
    missing: str  # named by the timesheet, not here
    unnamed: str  # here, not named by the timesheet


@dataclass(frozen=True)
class Preview:
    """A delivery before it is sent. `sheet` = "given" with the files, "stored" with an older take, or empty."""

    rule_id: str | None
    rows: tuple[PreviewRow, ...]
    cells: tuple[CellPreview, ...]
    problems: tuple[Problem, ...]
    before: Take | None
    sheet: str
    other_stage: str  # the stage that every name says, where it is not the chosen one

    @property
    def readable(self) -> list[PreviewRow]:
        """The files that can be taken."""
        return [
            each for each in self.rows if each.row.problem is None or each.row.problem.severity != "refused"
        ]


def preview(
    *,
    actor: User,
    cut: Cut,
    stage: str,
    files: Sequence[GivenFile],
    rule_id: str = "",
    cells: Mapping[str, str] | None = None,
    sheet_text: str = "",
) -> Preview:
    """Return what these files would become as a take of `cut` at `stage`.

    Raises:
        NotFound, NotAllowed: the person may not deliver here.
        InvalidInput: an unknown stage or rule, or more files than are taken.
    """
    by_name = {_ZIP_ENTRY.sub("/", each.path): each for each in files}
    found = uploads.understand(
        actor=actor, cut=cut, stage=stage, paths=list(by_name), rule_id=rule_id, cells=cells
    )
    sheet, origin, wrong = _sheet(cut, sheet_text[:SHEET_MAX_CHARS])
    before = cut.takes.filter(stage=stage).order_by("-number").first()
    known = _known(before)
    rows = _compared(found.rows, by_name, known)
    held = _held(rows, sheet, cut.duration_frames)
    rows = tuple(replace(each, frames=held.get((each.row.cell or "", whole(each.row)), 0)) for each in rows)
    return Preview(
        rule_id=found.rule_id,
        rows=rows,
        cells=_cells(rows, known, sheet),
        problems=(*found.problems, *wrong),
        before=before,
        sheet=origin,
        other_stage=_other_stage(found.rows, stage),
    )


def whole(row: names.Row) -> int:
    """Return the whole number under which the drawing of a row would be kept; 0 where it has none."""
    return reading.whole_number(row.number or 0, row.suffix)


def number_words(numbers: set[int]) -> str:
    """Return drawing numbers as people write them, the first dozen: ``2, 5-7, 9a``."""
    plain = sorted(number for number in numbers if number < LETTER_STEP)
    runs: list[list[int]] = []
    for number in plain:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    lettered = sorted(number for number in numbers if number >= LETTER_STEP)
    words += [f"{number % LETTER_STEP}{chr(ord('a') + number // LETTER_STEP - 1)}" for number in lettered]
    return ", ".join([*words[:_NAMED_MAX], *(["…"] if len(words) > _NAMED_MAX else [])])


_Known = dict[str, dict[int, Drawing]]  # cell → number → drawing, every number under which it came
_Sheet = Mapping[str, exposures.Changes]


def _sheet(cut: Cut, text: str) -> tuple[tuple[_Sheet, int] | None, str, list[Problem]]:
    """Return the timesheet to hold the delivery against: the one that lies beside it, else the newest that came."""
    if text:
        try:
            return _written(timesheets.read_xdts(text.encode(), "XDTS")), "given", []
        except Refused as refusal:
            return None, "", [refusal.problem]
    stored = (
        Timesheet.objects.filter(take__cut=cut).exclude(raw_blob="").order_by("-take__submitted_at", "-pk")
    )
    newest = stored.first()
    return ((newest.exposures, newest.duration_frames), "stored", []) if newest else (None, "", [])


def _written(sheet: timesheets.Timesheet) -> tuple[_Sheet, int]:
    shown: dict[str, list[list[int | None]]] = {}
    for cell, changes in sheet.exposures.items():
        numbers = [
            (each.frame_no, each.number, reading.number_of_text(each.number or "")) for each in changes
        ]
        # A name such as BOOK shows no drawing; what showed before stays.
        shown[cell.upper()] = [[frame, number] for frame, said, number in numbers if said is None or number]
    return shown, sheet.duration_frames


def _known(before: Take | None) -> _Known:
    known: _Known = defaultdict(dict)
    drawings = Drawing.objects.filter(cell__take=before).select_related("cell") if before else ()
    for drawing in drawings:
        for number in {*drawing.numbers, drawing.number}:
            known[drawing.cell.name][number] = drawing
    return known


def _compared(
    rows: Sequence[names.Row], by_name: Mapping[str, GivenFile], known: _Known
) -> tuple[PreviewRow, ...]:
    first: dict[tuple[str | None, str], str] = {}
    for row in sorted(
        rows, key=lambda each: each.number or 0
    ):  # a file may come before the one that it repeats
        first.setdefault((row.cell, by_name[row.path].sha256), row.number_text)
    compared = []
    for row in rows:
        file = by_name[row.path]
        same_as = ""
        if row.kind == "picture" and file.sha256:
            name = first[row.cell, file.sha256]
            same_as = "" if name == row.number_text else name
        compared.append(PreviewRow(row, file, against=_against(row, file, known), same_as=same_as))
    return tuple(compared)


def _against(row: names.Row, file: GivenFile, known: _Known) -> str:
    """Return how a file stands to the take before; empty where there is none or the file is no single drawing."""
    if not known or row.kind != "picture" or row.number is None:
        return ""
    drawing = known.get(row.cell or "", {}).get(whole(row))
    if drawing is None:
        return "new"
    if not file.sha256:
        return "there"
    if file.sha256 == drawing.blob:
        return "same"
    # Of a held drawing only the first file was kept, so the bytes of another say nothing.
    return "changed" if drawing.number == whole(row) else "there"


def _held(
    rows: Sequence[PreviewRow], sheet: tuple[_Sheet, int] | None, duration_frames: int
) -> dict[tuple[str, int], int]:
    """Return for how many frames each drawing would show: by the timesheet, else spread over the cut."""
    held: dict[tuple[str, int], int] = {}
    for cell, numbers in _numbers(rows).items():
        written = sheet[0].get(cell) if sheet else None
        if sheet and written is not None:
            frames = exposures.held_frames(written, sheet[1] or duration_frames)
        else:
            ordered = sorted(numbers, key=lambda number: (number % LETTER_STEP, number))
            spread = timesheets.exposures_from_numbers(ordered, duration_frames)
            changes = [[each.frame_no, int(each.number or 0)] for each in spread]
            frames = exposures.held_frames(changes, max(duration_frames, len(ordered)))
        held |= {(cell, number): count for number, count in frames.items()}
    return held


def _cells(
    rows: Sequence[PreviewRow], known: _Known, sheet: tuple[_Sheet, int] | None
) -> tuple[CellPreview, ...]:
    numbers = _numbers(rows)
    read_as = {each.row.cell or "": each.row.read_as or each.row.cell or "" for each in rows}
    counts = {
        cell: Counter(e.against for e in rows if (e.row.cell or "") == cell and _taken(e)) for cell in numbers
    }
    written = sheet[0] if sheet else {}
    # Nobody knows yet what a film, a layered file or an unread zip holds: then nothing is called missing.
    is_open = any(each.row.kind in {"layers", "movie"} and not _is_listed(each, rows) for each in rows)
    listed = []
    for cell in sorted({*numbers, *known, *written}, key=lambda name: (len(name), name)):
        here = numbers.get(cell, set())
        named = {n for _frame, n in written.get(cell, ()) if n is not None}
        count = counts.get(cell, Counter())
        listed.append(
            CellPreview(
                name=cell,
                read_as=read_as.get(cell, cell),
                drawings=len(here),
                new=count["new"],
                changed=count["changed"],
                same=count["same"],
                gone="" if is_open else number_words(set(known.get(cell, {})) - here),
                missing="" if is_open else number_words(named - here),
                unnamed=number_words(here - named) if written else "",
            )
        )
    return tuple(listed)


def _is_listed(each: PreviewRow, rows: Sequence[PreviewRow]) -> bool:
    """Return whether a row is a zip whose entries are listed beside it."""
    return any(other.file.path.startswith(f"{each.file.path}/") for other in rows)


def _numbers(rows: Sequence[PreviewRow]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for each in rows:
        if _taken(each):
            found[each.row.cell or ""].add(whole(each.row))
    return found


def _taken(each: PreviewRow) -> bool:
    row = each.row
    refused = row.problem is not None and row.problem.severity == "refused"
    return row.kind == "picture" and row.number is not None and not refused


def _other_stage(rows: Sequence[names.Row], stage: str) -> str:
    said = {row.stage for row in rows if row.problem is not None and row.problem.code == "OTHER_STAGE"}
    silent = any(row.problem is None and row.stage == stage for row in rows)
    return said.pop() or "" if len(said) == 1 and not silent else ""
