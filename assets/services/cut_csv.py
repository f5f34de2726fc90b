"""The table of cuts as a CSV that Excel opens and saves: written, changed by hand, read back, all or nothing.

Excel drops leading zeros and runs cells that begin like a formula, so cuts are found by their number whatever its
zeros, and such cells carry a guard that is taken off on reading. A column that is not there changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assets import access
from assets.choices import Stage
from assets.csv_guard import guard, unguard
from assets.intake.names import code_key
from assets.lengths import format_length, parse_length
from assets.models import Cut, Design, Episode, Membership, Production, StageState
from assets.services import cuts, news, productions
from assets.services.csv_cells import BadCell, columns_of, date_of, lines_of, state_of, yes_of
from studio.core import audit
from studio.core.errors import StudioError
from studio.core.models import User
from studio.core.roles import Action

COLUMNS = ("episode", "cut", "length", "due", "note", "cast", "omitted")


@dataclass
class CsvReport:
    """What a table changed: counts of cuts, and per line what is wrong. With problems nothing was changed."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


def write(*, actor: User, production: Production) -> bytes:
    """Return the production's cuts as CSV (UTF-8 with BOM, CRLF), as far as the actor sees them."""
    access.require(actor, Action.VIEW, production)
    found = list(
        access.visible_cuts(actor)
        .filter(episode__production=production)
        .select_related("episode")
        .prefetch_related("castings__design__character", "stages__assignee")
        .order_by("episode__code", "number")
    )
    used = {row.stage for cut in found for row in cut.stages.all()}
    stages = [stage for stage in Stage.values if stage in used]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(f"{stage} {name}" for stage in stages for name in ("state", "assignee"))])
    for cut in found:
        writer.writerow([guard(cell) for cell in (*_cut_cells(cut, production), *_stage_cells(cut, stages))])
    return buffer.getvalue().encode("utf-8-sig")


def read(*, actor: User, production: Production, data: bytes) -> CsvReport:
    """Create and change cuts by a table; with one bad line nothing is changed and every bad line is told.

    Rows of the same person's export change nothing. Episodes that are not there are opened when the actor may.

    Raises:
        InvalidInput: no table at all, or no columns of episode and cut (code "bad_csv", data line and reason).
    """
    access.require(actor, Action.EDIT_CUTS, production)
    lines = lines_of(data)
    columns = columns_of(lines[0][1])
    with transaction.atomic():
        reader = _Reader(actor, production, columns)
        for line_no, cells in lines[1:]:
            reader.take(line_no, cells)
        _record(actor, production, reader.report)
        if reader.report.problems:
            transaction.set_rollback(True)
            return CsvReport(problems=reader.report.problems)
        news.work_given(actor, reader.given)
    return reader.report


class _Reader:
    """One reading of a table: what is there, looked up once, and what has been done so far."""

    def __init__(self, actor: User, production: Production, columns: Mapping[int, str]) -> None:
        self.report = CsvReport()
        self._actor = actor
        self._production = production
        self._columns = columns
        self._episodes = {code_key(row.code): row for row in production.episodes.all()}
        self._cuts = {
            (cut.episode_id, code_key(cut.number)): cut
            for cut in Cut.objects.filter(episode__production=production)
            .select_related("episode__production")
            .prefetch_related("castings__design__character", "stages__assignee")
        }
        designs = Design.objects.filter(character__production=production).select_related("character")
        self._designs = {cuts.cast_code(design).lower(): design for design in designs}
        members = Membership.objects.filter(production=production, user__is_active=True)
        self._people = {row.user.username: row.user for row in members.select_related("user")}
        self._seen: dict[int, int] = {}
        self.given: list[StageState] = []  # stages that went to somebody else

    def take(self, line_no: int, cells: Sequence[str]) -> None:
        """Do what one line says; what cannot be done becomes a problem of the line."""
        row = {name: unguard(cells[i]).strip() for i, name in self._columns.items() if i < len(cells)}
        try:
            self._apply(line_no, row)
        except BadCell as problem:
            self.report.problems.append((line_no, str(problem)))
        except StudioError as error:
            self.report.problems.append((line_no, error.message))

    def _apply(self, line_no: int, row: dict[str, str]) -> None:
        fields, cast, stages = self._fields(row), self._cast(row), self._stages(row)
        episode = self._episode(row.get("episode", ""))
        number = row.get("cut", "")
        if not number:
            raise BadCell(_("the cut has no number"))
        key = (episode.pk, code_key(number))
        cut = self._cuts.get(key)
        is_new = cut is None
        if cut is None:
            cut = cuts.create(actor=self._actor, episode=episode, number=number)
            self._cuts[key] = cut
        self._refuse_twice(cut, line_no)
        changed = self._change(cut, fields, cast, stages)
        if is_new:
            self.report.created += 1
        elif changed:
            self.report.changed += 1
        else:
            self.report.unchanged += 1

    def _change(
        self,
        cut: Cut,
        fields: dict[str, Any],
        cast: list[Design] | None,
        stages: dict[str, dict[str, Any]],
    ) -> bool:
        there = {name: getattr(cut, name) for name in fields} | {"note": _one_kind_of_break(cut.note).strip()}
        wanted = {name: value for name, value in fields.items() if there[name] != value}
        reopened = wanted.pop("omitted", None) if wanted.get("omitted") is True else None
        if wanted:
            cuts.update(actor=self._actor, cut=cut, **wanted)
        changed = bool(wanted) or reopened is not None
        if cast is not None and {row.design_id for row in cut.castings.all()} != {d.pk for d in cast}:
            cuts.set_cast(actor=self._actor, cut=cut, designs=cast)
            changed = True
        for stage, values in stages.items():
            changed |= self._set_stage(cut, stage, values)
        if reopened is not None:  # dropped last: a dropped cut takes no more changes of its stages
            cuts.update(actor=self._actor, cut=cut, omitted=True)
        return changed

    def _set_stage(self, cut: Cut, stage: str, values: dict[str, Any]) -> bool:
        row: StageState | None = next((s for s in cut.stages.all() if s.stage == stage), None)
        there: dict[str, Any] = {
            "state": row.state if row else None,
            "assignee": row.assignee if row else None,
        }
        wanted = {name: value for name, value in values.items() if there[name] != value}
        if not wanted:
            return False
        given = cuts.set_stage(actor=self._actor, cut=cut, stage=stage, is_told=False, **wanted)
        if "assignee" in wanted:
            self.given.append(given)
        return True

    def _episode(self, code: str) -> Episode:
        if not code:
            raise BadCell(_("the episode is missing"))
        key = code_key(code)
        if key not in self._episodes:
            if not access.allowed(self._actor, Action.MANAGE_PRODUCTION, self._production):
                raise BadCell(_("there is no episode {code}").format(code=code))
            self._episodes[key] = productions.create_episode(
                actor=self._actor, production=self._production, code=code
            )
        return self._episodes[key]

    def _fields(self, row: dict[str, str]) -> dict[str, Any]:
        readers: dict[str, tuple[str, Callable[[str], Any]]] = {
            "length": ("duration_frames", self._length),
            "due": ("due_on", date_of),
            "note": ("note", _one_kind_of_break),
            "omitted": ("omitted", yes_of),
        }
        return {name: reader(row[column]) for column, (name, reader) in readers.items() if column in row}

    def _length(self, text: str) -> int:
        try:
            return parse_length(text, self._production.fps)
        except ValueError as error:
            raise BadCell(str(error)) from error

    def _cast(self, row: dict[str, str]) -> list[Design] | None:
        if "cast" not in row:
            return None
        names = [name.strip() for name in row["cast"].replace("；", ";").replace("、", ";").split(";")]
        missing = [name for name in names if name and name.lower() not in self._designs]
        if missing:
            raise BadCell(
                _("there is no design {name}; write character/design like aki/school").format(name=missing[0])
            )
        return [self._designs[name.lower()] for name in names if name]

    def _stages(self, row: dict[str, str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for column, text in row.items():
            stage, _space, name = column.partition(" ")
            if name == "state" and text:
                found.setdefault(stage, {})["state"] = state_of(text)
            elif name == "assignee":
                found.setdefault(stage, {})["assignee"] = self._person(text)
        return found

    def _person(self, username: str) -> User | None:
        if username and username not in self._people:
            raise BadCell(
                _("{person} is no member of {production}").format(
                    person=username, production=self._production.code
                )
            )
        return self._people.get(username)

    def _refuse_twice(self, cut: Cut, line_no: int) -> None:
        first = self._seen.setdefault(cut.pk, line_no)
        if first != line_no:
            raise BadCell(_("cut {cut} is on line {line} already").format(cut=cut, line=first))


def _one_kind_of_break(text: str) -> str:
    return text.replace("\r\n", "\n")


def _cut_cells(cut: Cut, production: Production) -> list[str]:
    cast = "; ".join(cuts.cast_code(row.design) for row in cut.castings.all())
    return [
        cut.episode.code,
        cut.number,
        format_length(cut.duration_frames, production.fps) if cut.duration_frames else "",
        cut.due_on.isoformat() if cut.due_on else "",
        cut.note,
        cast,
        "yes" if cut.omitted else "",
    ]


def _stage_cells(cut: Cut, stages: Iterable[str]) -> list[str]:
    rows = {row.stage: row for row in cut.stages.all()}
    cells: list[str] = []
    for stage in stages:
        row = rows.get(stage)
        assignee = row.assignee.username if row and row.assignee else ""
        cells += [str(row.state) if row else "", assignee]
    return cells


def _record(actor: User, production: Production, report: CsvReport) -> None:
    if report.created or report.changed:
        audit.record(
            actor=actor,
            verb="cuts.import",
            target=production,
            production_id=production.pk,
            after={"created": report.created, "changed": report.changed},
        )
