"""Reading the names of an upload: which cell and drawing each file is, what is missing or double.

Nothing here is believed yet: the result is a table that a person sees and confirms.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from assets.intake.naming_rules import (
    CONTAINER_RULES,
    DEFAULT_RULES,
    MAX_PATH_LENGTH,
    NamingRule,
    match_rule,
    plain_path,
)
from assets.intake.problems import Problem, notice, refused

Kind = Literal["picture", "layers", "movie", "timesheet"]

EXTENSIONS: dict[str, Kind] = {
    **dict.fromkeys((".png", ".tga", ".tif", ".tiff", ".jpg", ".jpeg", ".jpe", ".webp", ""), "picture"),
    **dict.fromkeys((".psd", ".psb"), "layers"),
    **dict.fromkeys((".mp4", ".mov", ".m4v"), "movie"),
    ".xdts": "timesheet",
}
_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"})
_STAGE_LETTERS = {"S": "KD+", "KD": "KD+"}
_KNOWN_STAGES = frozenset({"LO", "GEN", "KD+", "2G", "AD", "AD+", "PT", "PT+", "BG", "COMP"})
_MAX_RANGES = 8
# A folder that names a cut beyond doubt ("EP01_C099", "C099", "Cut-5"); "C1" may well be a cell.
_CUT_FOLDER = re.compile(
    r"(?:(?P<episode>[A-Z]+\d+)[_-]C(?P<a>\d+[A-Z]?)|C(?P<b>\d{3,}[A-Z]?)|CUT[-_ ]?(?P<c>\d+[A-Z]?))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Expected:
    """What the take is meant to be; parts that are None are not compared."""

    episode: str | None = None
    cut: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Row:
    """One file as its name reads: ``number`` is None where a layered file or movie holds many drawings."""

    path: str
    kind: Kind
    episode: str | None = None
    cut: str | None = None
    stage: str | None = None
    cell: str | None = None
    number: int | None = None
    suffix: str = ""
    take: str | None = None
    rule_id: str | None = None
    problem: Problem | None = None
    read_as: str | None = None  # the cell that the name says, where the person means another

    @property
    def number_text(self) -> str:
        """The drawing's number as people write it: ``3`` or ``3a``."""
        return "" if self.number is None else f"{self.number}{self.suffix}"


@dataclass(frozen=True)
class Understanding:
    """All files of an upload as read by ``rule_id`` (and by other rules where that one does not fit)."""

    rule_id: str | None
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def readable(self) -> tuple[Row, ...]:
        """The rows that can be taken."""
        return tuple(row for row in self.rows if row.problem is None or row.problem.severity != "refused")


def understand(
    paths: Iterable[str],
    rules: Sequence[NamingRule] = DEFAULT_RULES,
    expected: Expected | None = None,
    cells: Mapping[str, str] | None = None,
) -> Understanding:
    """Read the names of an upload.

    The one rule that reads most files, and most from them, is chosen for the whole upload; other rules are
    only asked for files that it does not read. Rows keep the order of ``paths``. ``cells`` = {cell as its name
    reads: cell as the person means it}; doubles and gaps are judged by what is meant.
    """
    ignored: list[str] = []
    kept: list[str] = []
    for path in paths:
        (ignored if is_system_file(path) else kept).append(path)
    if not kept:
        return Understanding(None, (), (refused("EMPTY_FOLDER", ""), *_ignored_notice(ignored)))
    chosen = _best_rule([_stem(path) for path in kept if _kind(path) == "picture"], rules)
    ordered = [chosen, *(rule for rule in rules if rule is not chosen)] if chosen else list(rules)
    rows = [_read(path, ordered, expected or Expected()) for path in kept]
    rows = _mark_duplicates([_meant(row, cells or {}) for row in rows])
    problems = [*_ignored_notice(ignored), *_gaps(rows), *_case_differences(rows, ordered)]
    return Understanding(chosen.id if chosen else None, tuple(rows), tuple(problems))


def is_system_file(path: str) -> bool:
    """Say whether the computer made this file by itself (``.DS_Store``, ``Thumbs.db``, ``__MACOSX``)."""
    parts = plain_path(path).split("/")
    if "__MACOSX" in parts[:-1]:
        return True
    return parts[-1].startswith(".") or parts[-1].lower() in _SYSTEM_NAMES


def code_key(code: str) -> str:
    """Return a key under which equal codes of cuts or episodes meet: ``C012``, ``cut 12``, ``12``."""
    text = re.sub(r"[\s_-]", "", plain_path(code)).upper()
    text = re.sub(r"^(?:CUT|カット|EP|C|E|#|第)(?=\d)", "", text)
    return text.removesuffix("話").lstrip("0") or "0"


def _kind(path: str) -> Kind | None:
    return EXTENSIONS.get(PurePosixPath(plain_path(path)).suffix.lower())


def _stem(path: str) -> str:
    plain = plain_path(path)
    extension = PurePosixPath(plain).suffix
    return plain.removesuffix(extension) if extension.lower() in EXTENSIONS else plain


def _best_rule(stems: Sequence[str], rules: Sequence[NamingRule]) -> NamingRule | None:
    best: NamingRule | None = None
    most = 0
    for rule in rules:
        worth = sum(_worth(match_rule(rule, stem)) for stem in stems)
        if worth > most:
            best, most = rule, worth
    return best


def _worth(groups: dict[str, str] | None) -> int:
    # A rule that also reads the cut is worth more than one that passes over it, or a stray file would decide.
    if groups is None:
        return 0
    return 4 + sum(name in groups for name in ("episode", "cut", "cell"))


def _read(path: str, rules: Sequence[NamingRule], expected: Expected) -> Row:
    kind = _kind(path)
    if kind is None:
        extension = PurePosixPath(plain_path(path)).suffix or "?"
        return Row(path, "picture", problem=refused("EXTENSION_NOT_TAKEN", path, extension=extension))
    stem = _stem(path)
    if len(stem) > MAX_PATH_LENGTH:
        problem = refused("NAME_TOO_LONG", path, length=len(stem), limit=MAX_PATH_LENGTH)
        return Row(path, kind, problem=problem)
    if kind != "picture":
        return _compare(_container_row(path, kind, stem), expected)
    for rule in rules:
        groups = match_rule(rule, stem)
        if groups and groups.get("number"):
            return _compare(_row(path, kind, rule.id, groups), expected)
    return Row(path, kind, problem=refused("NAME_FITS_NO_RULE", path, example=_example(rules)))


def _example(rules: Sequence[NamingRule]) -> str:
    return next((rule.example for rule in rules), "A0001.png")


def _container_row(path: str, kind: Kind, stem: str) -> Row:
    for rule in CONTAINER_RULES:
        groups = match_rule(rule, stem)
        if groups:
            return _row(path, kind, rule.id, groups)
    return Row(path, kind)


def _row(path: str, kind: Kind, rule_id: str, groups: dict[str, str]) -> Row:
    number, suffix = _number(groups.get("number", ""))
    stage = groups.get("stage", "").upper()
    default_cell = "A" if kind == "picture" else None
    return Row(
        path,
        kind,
        episode=groups.get("episode", "").upper() or None,
        cut=groups.get("cut", "").upper() or None,
        stage=_STAGE_LETTERS.get(stage, stage) or None,
        cell=groups.get("cell", "").upper() or default_cell,
        number=number,
        suffix=suffix,
        take=groups.get("take", "").upper() or None,
        rule_id=rule_id,
    )


def _number(text: str) -> tuple[int | None, str]:
    match = re.fullmatch(r"\D*(\d{1,9})([a-zA-Z]?)\D*", text)
    return (int(match[1]), match[2].lower()) if match else (None, "")


def _compare(row: Row, expected: Expected) -> Row:
    if row.kind == "picture" and row.number is None:
        return replace(row, problem=refused("NAME_FITS_NO_RULE", row.path, example="A0001.png"))
    row = _with_folder(row)
    if _differs(row.cut, expected.cut):
        problem = refused("OTHER_CUT", row.path, found=row.cut, expected=expected.cut)
    elif _differs(row.episode, expected.episode):
        problem = refused("OTHER_EPISODE", row.path, found=row.episode, expected=expected.episode)
    elif row.stage in _KNOWN_STAGES and expected.stage and row.stage != expected.stage.upper():
        problem = notice("OTHER_STAGE", row.path, found=row.stage, expected=expected.stage)
    else:
        return row
    return replace(row, problem=problem)


def _with_folder(row: Row) -> Row:
    """Take the cut from a folder's name where the file's own name does not say it."""
    if row.cut is not None:
        return row
    for part in reversed(PurePosixPath(plain_path(row.path)).parts[:-1]):
        named = _CUT_FOLDER.fullmatch(part)
        if named:
            cut = named["a"] or named["b"] or named["c"]
            return replace(
                row, cut=cut.upper(), episode=row.episode or (named["episode"] or "").upper() or None
            )
    return row


def _meant(row: Row, cells: Mapping[str, str]) -> Row:
    cell = cells.get(row.cell or "")
    return replace(row, cell=cell, read_as=row.cell) if cell and row.cell else row


def _differs(found: str | None, expected: str | None) -> bool:
    return found is not None and expected is not None and code_key(found) != code_key(expected)


def _place(row: Row) -> tuple[str, str, str]:
    return code_key(row.episode or ""), code_key(row.cut or ""), row.cell or ""


def _is_taken(row: Row) -> bool:
    return row.number is not None and (row.problem is None or row.problem.severity != "refused")


def _mark_duplicates(rows: Sequence[Row]) -> list[Row]:
    first: dict[tuple[object, ...], str] = {}
    marked = []
    for row in rows:
        key = (*_place(row), row.number, row.suffix, row.take, row.stage)
        if _is_taken(row) and key in first:
            problem = refused(
                "DUPLICATE_NUMBER", row.path, cell=row.cell, number=row.number_text, first=first[key]
            )
            marked.append(replace(row, problem=problem))
            continue
        if _is_taken(row):
            first[key] = row.path
        marked.append(row)
    return marked


def _gaps(rows: Sequence[Row]) -> list[Problem]:
    numbers: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for row in rows:
        if _is_taken(row) and row.number is not None:
            numbers[_place(row)].add(row.number)
    problems = []
    for (_episode, _cut, cell), present in sorted(numbers.items()):
        missing = missing_ranges(present)
        if missing:
            problems.append(
                notice("NUMBERING_GAP", "", cell=cell, missing=missing, count=len(present), last=max(present))
            )
    return problems


def missing_ranges(present: Iterable[int]) -> str:
    """Return which numbers from 1 on are missing, as people write it: ``2, 5-7``; empty where none is."""
    previous = 0
    ranges = []
    for number in sorted(set(present)):
        if number - previous == 2:
            ranges.append(str(number - 1))
        elif number - previous > 2:
            ranges.append(f"{previous + 1}-{number - 1}")
        previous = number
    more = ["…"] if len(ranges) > _MAX_RANGES else []
    return ", ".join(ranges[:_MAX_RANGES] + more)


def _case_differences(rows: Sequence[Row], rules: Sequence[NamingRule]) -> list[Problem]:
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    by_id = {rule.id: rule for rule in rules}
    for row in rows:
        rule = by_id.get(row.rule_id or "")
        groups = match_rule(rule, _stem(row.path)) if rule else None
        if groups and groups.get("cell"):
            spellings[groups["cell"].upper()][groups["cell"]] += 1
    return [
        notice("CASE_DIFFERS", "", cell=cell, spellings=", ".join(sorted(found)))
        for cell, found in sorted(spellings.items())
        if len(found) > 1
    ]


def _ignored_notice(ignored: Sequence[str]) -> list[Problem]:
    if not ignored:
        return []
    return [notice("SYSTEM_FILES_IGNORED", "", count=len(ignored), examples=", ".join(ignored[:3]))]
