"""What the check and people's decisions add to the tables of a production: flags, verdicts, retakes, comments, numbers.

The same rules hold as in `assets.services.exports`: stable heads, codes, nothing that the reader may not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets import access
from assets.csv_stream import Cells
from assets.models import Drawing, Production, StageState, Take
from assets.services import exports
from assets.services.exports import Table, in_sight
from qa import danger, figures, outlook, sentences
from qa.models import Comment, Flag, FlagAssignment, RetakeItem, Verdict
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.roles import Action

_WIDE = ("measures", "colours", "box_xyxy")


@dataclass(frozen=True)
class Offer:
    """A table that the reader may have, and how many rows it holds for them (None where it is not one of rows)."""

    table: Table
    count: int | None


@dataclass(frozen=True)
class Numbers(Table):
    """The overview's numbers in long form: a table without rows of its own."""

    def lines(self, user: User, production: Production) -> Iterator[Cells]:
        """Yield figure, episode, stage, state and value."""
        return _numbers(production)


def offers(user: User, production: Production) -> list[Offer]:
    """Return every table that the reader may have, with its row count."""
    mine = [table for table in TABLES if access.allowed(user, table.needs, production)]
    return [
        Offer(table, None if isinstance(table, Numbers) else table.rows(user, production).count())
        for table in mine
    ]


def table_for(user: User, production: Production, name: str) -> Table:
    """Return a table by its name.

    Raises:
        NotFound: there is no such table, or not for the reader.
        NotAllowed: their roles do not allow it.
    """
    table = next((each for each in TABLES if each.name == name), None)
    if table is None:
        raise NotFound(what="table")
    access.require(user, table.needs, production)
    return table


def _flags(user: User, production: Production) -> QuerySet[Flag]:
    rows = Flag.objects.filter(in_sight(user, production, "run__take__cut"))
    return (
        rows.select_related("run__take__cut__episode", "drawing__cell", "design__character")
        .defer(*_WIDE, "run__drifts", "run__limits", "run__summary")
        .order_by("pk")
    )


def _flag_line(flag: Flag) -> Cells:
    return (
        flag.pk,
        *_place(flag.run.take, flag.drawing),
        str(flag.design.character),
        flag.design.name,
        flag.fault,
        flag.part,
        round(flag.drift, 4),
        round(flag.confidence, 4),
        flag.one_in,
        sentences.of_flag(flag),
        flag.created_at,
        "" if flag.is_open else flag.decision,
        None if flag.is_open else flag.decided_at,
        flag.run.state,
    )


def _verdicts(user: User, production: Production) -> QuerySet[Verdict]:
    rows = Verdict.objects.filter(in_sight(user, production, "flag__run__take__cut"))
    return (
        rows.select_related("flag__run__take__cut__episode", "flag__drawing__cell", "by")
        .defer(*(f"flag__{name}" for name in _WIDE), "flag__run__drifts", "flag__run__limits")
        .order_by("pk")
    )


def _retakes(user: User, production: Production) -> QuerySet[RetakeItem]:
    rows = RetakeItem.objects.filter(in_sight(user, production, "retake__cut"))
    return rows.select_related(
        "retake__take__cut__episode",
        "retake__ordered_by",
        "retake__answered_by_take",
        "drawing__cell",
        "verdict",
        "by",
    ).order_by("pk")


def _retake_line(item: RetakeItem) -> Cells:
    order = item.retake
    return (
        order.pk,
        item.pk,
        *_place(order.take, item.drawing),
        order.state,
        order.ordered_by.username,
        order.created_at,
        order.due_on,
        order.answered_by_take and order.answered_by_take.number,
        item.verdict and item.verdict.flag_id,
        item.reason,
        item.note,
        item.by and item.by.username,
        item.at,
        item.withdrawn,
    )


def _comments(user: User, production: Production) -> QuerySet[Comment]:
    rows = Comment.objects.filter(in_sight(user, production, "take__cut"))
    return rows.select_related("take__cut__episode", "drawing__cell", "by", "resolved_by").order_by("pk")


def _comment_line(comment: Comment) -> Cells:
    return (
        comment.pk,
        *_place(comment.take, comment.drawing),
        comment.frame_from,
        comment.frame_to,
        comment.parent_id,
        "" if comment.withdrawn_at else comment.text,
        comment.by.username,
        comment.at,
        comment.resolved_by and comment.resolved_by.username,
        comment.resolved_at,
        comment.withdrawn_at,
    )


def _assignments(user: User, production: Production) -> QuerySet[FlagAssignment]:
    rows = FlagAssignment.objects.filter(in_sight(user, production, "flag__run__take__cut"))
    return rows.select_related("flag__run__take__cut__episode", "flag__drawing__cell", "user", "by").order_by(
        "pk"
    )


def _nothing(user: User, production: Production) -> QuerySet[Any]:
    return Flag.objects.none()


def _numbers(production: Production) -> Iterator[Cells]:
    """Yield the numbers of the overview; what has no episode, stage or state leaves its cell empty."""
    counts = outlook.stage_counts(StageState.objects.filter(cut__episode__production=production))
    flags = outlook.flag_counts(production)
    week = outlook.week_of(production, counts, flags)
    judged = danger.judge(week)
    yield ("week", "", "", "", judged.level)
    for reason in judged.reasons:
        yield (f"reason_{reason.code}", reason.episode, reason.stage, reason.level, reason.count)
    for row in counts:
        yield ("cuts", row.episode, row.stage, row.state, row.cuts)
        yield ("late", row.episode, row.stage, row.state, row.late)
    for code, (n_open, n_due) in sorted(flags.items()):
        yield ("flags_open", code, "", "", n_open)
        yield ("flags_open_due", code, "", "", n_due)
    by_episode, by_stage = figures.retake_rates(production)
    for code, rate in sorted(by_episode.items()):
        yield from _rate(rate, code, "")
    for stage, rate in sorted(by_stage.items()):
        yield from _rate(rate, "", stage)
    for fault, cells in figures.verdict_table(production):
        for decision, n in zip(figures.DECIDED, cells, strict=True):
            yield (f"verdicts_{decision.value}", "", "", fault, n)
    for day, (found, decided) in figures.flag_days(production).rows:
        yield ("flags_found", "", "", day, int(found or 0))
        yield ("flags_decided", "", "", day, int(decided or 0))


def _rate(rate: figures.RetakeRate, episode: str, stage: str) -> Iterator[Cells]:
    yield ("takes", episode, stage, "", rate.takes)
    yield ("retakes", episode, stage, "", rate.orders)
    yield ("retakes_open", episode, stage, "", rate.open)


def _place(take: Take, drawing: Drawing | None) -> Cells:
    """Return where something is: cut, stage, take, cell and drawing."""
    where = (take.cut_id, take.cut.episode.code, take.cut.number, take.stage, take.number)
    return (*where, drawing.cell.name, drawing.number_text) if drawing else (*where, None, None)


_PLACE = ("cut_id", "episode", "cut", "stage", "take", "cell", "drawing")

TABLES: tuple[Table, ...] = (
    *exports.TABLES,
    Table(
        "flags",
        _("Flags"),
        _("One line a claim of the machine: where, what, how far out, and what was decided."),
        Action.VIEW_FLAGS,
        (
            *("flag_id", *_PLACE, "character", "design", "fault", "part", "drift", "confidence", "one_in"),
            *("sentence", "found_at", "decision", "decided_at", "run_state"),
        ),
        _flags,
        _flag_line,
    ),
    Table(
        "verdicts",
        _("Verdicts"),
        _("Every word that people gave about a flag, in order, those taken back included."),
        Action.VIEW_FLAGS,
        ("verdict_id", "flag_id", *_PLACE, "fault", "decision", "reason", "note", "by", "at"),
        _verdicts,
        lambda row: (
            row.pk,
            row.flag_id,
            *_place(row.flag.run.take, row.flag.drawing),
            row.flag.fault,
            row.decision,
            row.reason,
            row.note,
            row.by.username,
            row.at,
        ),
    ),
    Table(
        "flag_assignments",
        _("Flags given to somebody"),
        _("Who is to decide about which flag."),
        Action.VIEW_FLAGS,
        ("flag_id", *_PLACE, "user", "by", "at"),
        _assignments,
        lambda row: (
            row.flag_id,
            *_place(row.flag.run.take, row.flag.drawing),
            row.user.username,
            row.by.username,
            row.at,
        ),
    ),
    Table(
        "retakes",
        _("Retakes"),
        _("One line a reason: the order it belongs to, the drawing, by whom, and where the order stands."),
        Action.VIEW_RETAKES,
        (
            *("retake_id", "item_id", *_PLACE, "state", "ordered_by", "ordered_at", "due_on"),
            *("answered_by_take", "flag_id", "reason", "note", "by", "at", "withdrawn"),
        ),
        _retakes,
        _retake_line,
    ),
    Table(
        "comments",
        _("Comments"),
        _("What was said about takes and drawings, and what is settled."),
        Action.VIEW,
        (
            *("comment_id", *_PLACE, "frame_from", "frame_to", "answers", "text", "by", "at"),
            *("resolved_by", "resolved_at", "withdrawn_at"),
        ),
        _comments,
        _comment_line,
    ),
    Numbers(
        "overview",
        _("Numbers of the overview"),
        _(
            "The verdict on the week with its reasons, cuts by stage, flags, retakes and verdicts, one number a line."
        ),
        Action.VIEW_ALL_CUTS,
        ("figure", "episode", "stage", "of", "value"),
        _nothing,
        lambda row: row,
    ),
)
