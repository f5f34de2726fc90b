"""Reads what has arrived: zips opened, layers and frames taken apart, every picture stored, one line per file.

One picture is in memory at a time, whatever the upload holds. Nothing here writes a row: a worker that is killed in
the middle leaves stored bytes behind and nothing else, and the next one begins anew.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from assets.intake import names, safety, timesheets
from assets.intake.formats import Picture, picture_from_rgba, read_picture
from assets.intake.naming_rules import NamingRule, match_rule, plain_path
from assets.intake.problems import Problem, Refused, notice, refused
from assets.intake.sequences import LayerStack, Movie, cell_name
from assets.models import Upload
from assets.models.cut import LETTER_STEP
from assets.services import arrivals, pictures, reports
from assets.services.pictures import StoredPicture
from studio.core.errors import StorageFull
from studio.core.jobs import Lease
from studio.core.storage import blobs


@dataclass(frozen=True)
class Source:
    """One file to read: its path as the artist named it, and where its bytes lie."""

    path: str
    file: Path


@dataclass(frozen=True)
class ReadDrawing:
    """One drawing that can be taken. `order` sorts the drawings of a cell; `number` is its whole number."""

    cell: str
    number: int
    order: tuple[int, str]
    path: str
    picture: StoredPicture
    is_layer: bool = False


@dataclass
class Delivery:
    """What an upload holds: drawings, the report, timesheets as written, and the frames of movies.

    `frames` = {cell: [(frame_no, number), …]} of movies; they know better than any guess what is held.
    """

    drawings: list[ReadDrawing] = field(default_factory=list)
    report: list[reports.Line] = field(default_factory=list)
    timesheet: timesheets.Timesheet | None = None
    timesheet_blob: str = ""
    frames: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


def read(lease: Lease, upload: Upload, rules: Sequence[NamingRule], expected: names.Expected) -> Delivery:
    """Read every file of an upload; refusals are lines of the report, never exceptions.

    Raises:
        StorageFull: no room for the bytes. StaleInput, Cancelled: from the lease, between two files.
    """
    delivery = Delivery(report=reports.early_lines(upload))
    folder = arrivals.folder_of(upload)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="unpacked-") as unpacked:
        sources = list(_sources(upload, Path(unpacked), delivery))
        files = {source.path: source.file for source in sources}
        _Reading(lease, delivery, files, upload.cells).read_all(rules, expected)
    return delivery


def is_archive(path: str) -> bool:
    """Return whether a file is a zip by its name."""
    return PurePosixPath(path).suffix.lower() == ".zip"


def whole_number(number: int, suffix: str) -> int:
    """Return the whole number under which a drawing with a letter ("3a") is kept."""
    return number + LETTER_STEP * (ord(suffix) - ord("a") + 1) if suffix else number


def number_of_text(text: str) -> int | None:
    """Return the whole number of a drawing as a timesheet writes it, None for a mark or a name."""
    match = re.fullmatch(r"\s*[A-Za-z]{0,3}?0*(\d{1,6})([a-z]?)\s*", text)
    return whole_number(int(match[1]), match[2]) if match else None


def _sources(upload: Upload, unpacked: Path, delivery: Delivery) -> Iterator[Source]:
    for file in upload.files.all():
        if not is_archive(file.path) or names.is_system_file(file.path):
            yield Source(file.path, arrivals.path_of(file))
            continue
        into = unpacked / str(file.pk)
        into.mkdir()
        found = safety.extract_zip(arrivals.path_of(file), into, pictures.limits())
        for problem in found.problems:
            if problem.code == "DISK_FULL":
                raise StorageFull(need_mb=int(problem.data.get("needed_bytes", 0)) // 2**20 + 1)
            delivery.report.append(_zip_line(file.path, problem))
        for extracted in found.files:
            yield Source(f"{file.path}/{extracted.path}", extracted.file)


def _zip_line(zip_path: str, problem: Problem) -> reports.Line:
    path = f"{zip_path}/{problem.path}" if problem.path else zip_path
    return reports.line(path, [problem], status="" if problem.severity == "refused" else "ignored")


def _name(path: str) -> str:
    """Return a path as naming rules should see it: a zip counts as the folder that was packed."""
    return re.sub(r"\.zip/", "/", path, flags=re.IGNORECASE)


class _Reading:
    """One reading of an upload: what each file is, and where its drawings go."""

    def __init__(
        self, lease: Lease, delivery: Delivery, files: dict[str, Path], cells: Mapping[str, str]
    ) -> None:
        self._lease = lease
        self._delivery = delivery
        self._files = files
        self._cells = cells
        self._limits = pictures.limits()
        self._contents: dict[tuple[str, str], int] = {}
        self._numbers: set[tuple[str, int]] = set()
        self._paths: dict[str, str] = {}
        for path in files:  # a folder may be named like a zip beside it
            name = _name(path)
            while name in self._paths:
                name = f"_/{name}"
            self._paths[name] = path
        self._done = self._total = 0

    def read_all(self, rules: Sequence[NamingRule], expected: names.Expected) -> None:
        """Read every file in the order of cells and numbers, then say what concerns the whole."""
        understood = names.understand(list(self._paths), rules, expected, self._cells)
        for path, real in self._paths.items():
            if names.is_system_file(path):
                self._report(reports.line(real, status="ignored"))
        rows = _single_drawings(understood.rows, rules, expected, self._cells)
        ordered = sorted(rows, key=_shown_order)
        self._total = len(ordered)
        for row in ordered:
            self._lease.progress(self._done, self._total, row.path)
            self._read_one(row, is_only=self._total == 1)
            self._done += 1
        for problem in understood.problems:
            if problem.code != "SYSTEM_FILES_IGNORED":
                self._report(reports.whole(problem))
        self._lease.progress(self._total, self._total)

    def _read_one(self, row: names.Row, *, is_only: bool) -> None:
        path = self._paths[row.path]
        if row.problem is not None and row.problem.severity == "refused":
            self._report(reports.line(path, [row.problem], cell=row.cell or "", number=row.number_text))
            return
        noted = [row.problem] if row.problem is not None else []
        readers: dict[str, Callable[[], None]] = {
            "picture": lambda: self._picture(row, path, noted),
            "layers": lambda: self._layers(row, path, noted),
            "movie": lambda: self._movie(row, path, noted, is_only=is_only),
            "timesheet": lambda: self._timesheet(path, noted),
        }
        try:
            readers[row.kind]()
        except Refused as refusal:
            self._report(
                reports.line(path, [*noted, refusal.problem], cell=row.cell or "", number=row.number_text)
            )

    def _picture(self, row: names.Row, path: str, noted: list[Problem]) -> None:
        picture = read_picture(self._files[path], path, self._limits)
        cell, number = row.cell or "A", whole_number(row.number or 0, row.suffix)
        if (cell, number) in self._numbers:
            raise Refused(_duplicate(path, cell, row.number_text))
        first = self._first(cell, number, picture)
        problems = [*noted, *picture.notes]
        stored = pictures.store(picture, self._files[path])
        self._take(ReadDrawing(cell, number, (row.number or 0, row.suffix), path, stored))
        if first is not None:
            self._report(reports.held(path, cell, row.number_text, str(first), problems))
        else:
            self._report(reports.line(path, problems, cell=cell, number=row.number_text))

    def _layers(self, row: names.Row, path: str, noted: list[Problem]) -> None:
        stack = LayerStack(self._files[path], path, self._limits)
        found: list[ReadDrawing] = []
        for layer in stack:
            self._lease.progress(self._done, self._total, f"{row.path} {layer.cell}")
            if (layer.cell, layer.number) in self._numbers:
                raise Refused(_duplicate(path, layer.cell, str(layer.number)))
            stored = pictures.store(layer.picture, None)
            found.append(
                ReadDrawing(layer.cell, layer.number, (layer.number, ""), path, stored, is_layer=True)
            )
        self._take(*found)
        cells = ", ".join(dict.fromkeys(drawing.cell for drawing in found))
        self._report(reports.line(path, [*noted, *stack.problems], cell=cells, number=str(len(found))))

    def _movie(self, row: names.Row, path: str, noted: list[Problem], *, is_only: bool) -> None:
        movie = Movie(self._files[path], path, self._limits)
        cell = row.cell or ("A" if is_only else cell_name(PurePosixPath(row.path).stem))
        if any(taken == cell for taken, _number in self._numbers):
            raise Refused(_duplicate(path, cell, "1"))
        found: list[ReadDrawing] = []
        frames: list[tuple[int, int]] = []
        for frame in movie:
            if frames and frames[-1][1] == frame.drawing_no:
                continue
            self._lease.progress(self._done, self._total, f"{row.path} {frame.frame_no}")
            stored = pictures.store(picture_from_rgba(frame.rgba), None)
            found.append(ReadDrawing(cell, frame.drawing_no, (frame.drawing_no, ""), path, stored))
            frames.append((frame.frame_no, frame.drawing_no))
        self._take(*found)
        self._delivery.frames[cell] = frames
        self._report(reports.line(path, [*noted, *movie.problems], cell=cell, number=str(len(found))))

    def _timesheet(self, path: str, noted: list[Problem]) -> None:
        data = self._files[path].read_bytes()
        if len(data) > self._limits.max_file_bytes:
            raise Refused(
                refused("FILE_TOO_LARGE", path, size_bytes=len(data), limit_bytes=self._limits.max_file_bytes)
            )
        sheet = timesheets.read_xdts(data, path)
        problems = [*noted, *sheet.problems]
        if self._delivery.timesheet is None:
            with self._files[path].open("rb") as stream:
                self._delivery.timesheet_blob = blobs().put(stream).sha256
            self._delivery.timesheet = sheet
        else:
            problems.append(notice("XDTS_SEVERAL_SHEETS", path, count=2))
        self._report(reports.line(path, problems))

    def _first(self, cell: str, number: int, picture: Picture) -> int | None:
        """Return the number under which the same pixels came before in this cell."""
        first = self._contents.setdefault((cell, picture.content_sha256), number)
        return None if first == number else first

    def _take(self, *drawings: ReadDrawing) -> None:
        self._delivery.drawings.extend(drawings)
        self._numbers.update((drawing.cell, drawing.number) for drawing in drawings)

    def _report(self, line: reports.Line) -> None:
        self._delivery.report.append(line)


def _shown_order(row: names.Row) -> tuple[int, str, int, str, str]:
    # Pictures first: a movie or layered file beside them gets what they leave.
    return int(row.kind != "picture"), row.cell or "", row.number or 0, row.suffix, row.path


def _duplicate(path: str, cell: str, number: str) -> Problem:
    return refused("DUPLICATE_NUMBER", path, cell=cell, number=number, first="another file")


def _single_drawings(
    rows: Iterable[names.Row],
    rules: Sequence[NamingRule],
    expected: names.Expected,
    cells: Mapping[str, str],
) -> list[names.Row]:
    """Read layered files as one drawing each where several of them are numbered like drawings (A0001.psd, …)."""
    listed = list(rows)
    numbered = {row.path for row in listed if row.kind == "layers" and _is_numbered(row, rules)}
    if len(numbered) < 2:
        return listed
    as_pictures = {str(PurePosixPath(path).with_suffix(".png")): path for path in numbered}
    read_again = names.understand(list(as_pictures), rules, expected, cells)
    again = {as_pictures[row.path]: row for row in read_again.rows}
    return [_renamed(again[row.path], row.path) if row.path in again else row for row in listed]


def _renamed(row: names.Row, path: str) -> names.Row:
    return replace(row, path=path, problem=row.problem and replace(row.problem, path=path))


def _is_numbered(row: names.Row, rules: Sequence[NamingRule]) -> bool:
    """Return whether a layered file's name reads as a drawing and not as a cut."""
    if row.rule_id is not None:
        return False
    stem = str(PurePosixPath(plain_path(row.path)).with_suffix(""))
    return any((match_rule(rule, stem) or {}).get("number") for rule in rules)
