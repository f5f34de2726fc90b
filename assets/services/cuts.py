"""Cuts: their length and dates, who is in them, which share drawings, and where each stage stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import transaction

from assets import access, authority
from assets.choices import Stage, StageStatus
from assets.intake.names import code_key
from assets.lengths import MAX_FRAMES
from assets.models import Casting, Cut, Design, Episode, Membership, Production, StageState, Take
from assets.services import news, rows
from studio.core import audit, jobs
from studio.core.errors import DuplicateContent, InvalidInput, InvalidTransition, phrase
from studio.core.models import User
from studio.core.roles import Action


class Unchanged:
    """Says that a value is left as it is, where None means "nobody" or "no date"."""


UNCHANGED: Final = Unchanged()
_JUDGED = (StageStatus.APPROVED, StageStatus.RETAKE)
_FIELDS = ("number", "duration_frames", "due_on", "note", "omitted")


def create(
    *,
    actor: User,
    episode: Episode,
    number: str,
    duration_frames: int = 0,
    due_on: date | None = None,
    note: str = "",
) -> Cut:
    """Add a cut to an episode.

    Locks: the episode.

    Raises:
        DuplicateContent: a cut of this number is there ("12" and "012" are one number).
    """
    access.require(actor, Action.EDIT_CUTS, episode.production)
    with transaction.atomic():
        episode = rows.locked(episode, "production")
        _check_number(episode, number)
        cut = Cut(episode=episode, number=number, duration_frames=duration_frames, due_on=due_on, note=note)
        _check_length(cut.duration_frames)
        rows.create(cut, actor=actor, verb="cut.create", production_id=episode.production_id, names=_FIELDS)
    return cut


def update(*, actor: User, cut: Cut, **fields: Any) -> Cut:
    """Change number, length, due date, note, or drop (欠番) and reopen the cut.

    Locks: the cut.
    """
    production = _production(cut)
    access.require(actor, Action.EDIT_CUTS, production, cut)
    with transaction.atomic():
        cut = rows.locked(cut, "episode__production")
        if "number" in fields:
            _check_number(cut.episode, fields["number"], but=cut)
        if "duration_frames" in fields:
            _check_length(fields["duration_frames"])
        return rows.change(
            cut, fields, actor=actor, verb="cut.update", production_id=production.pk, allowed=_FIELDS
        )


def set_cast(*, actor: User, cut: Cut, designs: Iterable[Design]) -> Cut:
    """Write the cut's line of the costume table (香盤表).

    Locks: the cut. After commit: the newest takes are checked again, now against this cast.

    Raises:
        InvalidInput: a design of another production.
    """
    production = _production(cut)
    access.require(actor, Action.EDIT_CUTS, production, cut)
    wanted = list(dict.fromkeys(designs))
    for design in wanted:
        if design.character.production_id != production.pk:
            raise InvalidInput(
                field="cast", reason=phrase("{name} belongs to another production", name=str(design))
            )
    with transaction.atomic():
        cut = rows.locked(cut, "episode")
        before = list(cut.castings.select_related("design__character").order_by("id"))
        if {row.design_id for row in before} == {design.pk for design in wanted}:
            return cut
        cut.castings.exclude(design__in=wanted).delete()
        Casting.objects.bulk_create(
            [Casting(cut=cut, design=design) for design in wanted], ignore_conflicts=True
        )
        audit.record(
            actor=actor,
            verb="cut.cast",
            target=cut,
            production_id=production.pk,
            before={"cast": sorted(cast_code(row.design) for row in before)},
            after={"cast": sorted(cast_code(design) for design in wanted)},
        )
        _check_again(actor, cut, production)
    return cut


def share(*, actor: User, cut: Cut, cuts: Iterable[Cut]) -> Cut:
    """Say which cuts share drawings with this one (兼用).

    Raises:
        InvalidInput: the cut itself, or a cut of another production.
    """
    production = _production(cut)
    access.require(actor, Action.EDIT_CUTS, production, cut)
    wanted = list(cuts)
    if any(other.pk == cut.pk or other.episode.production_id != production.pk for other in wanted):
        raise InvalidInput(field="shared_with", reason="only other cuts of the same production")
    with transaction.atomic():
        cut = rows.locked(cut, "episode")
        before = sorted(str(other) for other in cut.shared_with.select_related("episode"))
        after = sorted({str(other) for other in wanted})
        if before != after:
            cut.shared_with.set(wanted)
            audit.record(
                actor=actor,
                verb="cut.share",
                target=cut,
                production_id=production.pk,
                before={"shared_with": before},
                after={"shared_with": after},
            )
    return cut


def set_stage(
    *,
    actor: User,
    cut: Cut,
    stage: str,
    state: str | None = None,
    assignee: User | Unchanged | None = UNCHANGED,
    due_on: date | Unchanged | None = UNCHANGED,
    is_told: bool = True,
) -> StageState:
    """Move a stage on, give it to somebody, or set its date; the stage is opened where it is missing.

    Who gives verdicts may set the state too ("approved" and "retake" with the authority over the stage); people and
    dates belong to whoever may edit cuts. Whoever it is given to is told, unless the caller tells of a whole table at
    once (`is_told` False).

    Locks: the cut.

    Raises:
        InvalidTransition: the cut was dropped (code "cut_dropped").
        InvalidInput: an unknown stage or state, or an assignee who is no member of the production.
    """
    production = _production(cut)
    is_only_state = isinstance(assignee, Unchanged) and isinstance(due_on, Unchanged)
    judges = is_only_state and access.allowed(actor, Action.GIVE_VERDICT, production, cut)
    access.require(actor, Action.GIVE_VERDICT if judges else Action.EDIT_CUTS, production, cut)
    _check_stage(stage, state)
    if state in _JUDGED and not access.allowed(actor, Action.EDIT_CUTS, production, cut):
        authority.require_authority(actor, production, stage, cut)
    changes: dict[str, Any] = {} if state is None else {"state": state}
    if not isinstance(assignee, Unchanged):
        _check_member(production, assignee)
        changes["assignee"] = assignee
    if not isinstance(due_on, Unchanged):
        changes["due_on"] = due_on
    with transaction.atomic():
        cut = rows.locked(cut, "episode")
        refuse_dropped(cut)
        row, is_new = StageState.objects.select_for_update().get_or_create(cut=cut, stage=stage)
        if is_new:
            _audit_opened(actor, row, production)
        had = row.assignee_id
        row = rows.change(
            row,
            changes,
            actor=actor,
            verb="stage.set",
            production_id=production.pk,
            allowed=("state", "assignee", "due_on"),
        )
        if is_told and row.assignee_id != had:
            news.work_given(actor, [row])
    return row


def cast_code(design: Design) -> str:
    """Return a design as tables write it: `aki/school`."""
    return f"{design.character.code}/{design.code}"


def refuse_dropped(cut: Cut) -> None:
    """Raise where the cut was dropped (欠番)."""
    if cut.omitted:
        raise InvalidTransition("cut_dropped", cut=str(cut))


def _production(cut: Cut) -> Production:
    return cut.episode.production


def _audit_opened(actor: User | None, row: StageState, production: Production) -> None:
    audit.record(
        actor=actor,
        verb="stage.open",
        target=row,
        production_id=production.pk,
        after={"stage": row.stage, "state": str(row.state)},
    )


def _check_again(actor: User, cut: Cut, production: Production) -> None:
    newest: dict[str, Take] = {}
    for take in cut.takes.order_by("number"):
        newest[take.stage] = take
    for take in newest.values():
        jobs.submit(
            actor=actor,
            kind="qa.check_take",
            subject=f"take:{take.pk}",
            production_id=production.pk,
            params={"take_id": take.pk},
        )


def _check_number(episode: Episode, number: str, but: Cut | None = None) -> None:
    if not isinstance(number, str) or not re.fullmatch(r"[^\W_](?:[^\W_]|-)*", number):
        raise InvalidInput(field="number", reason="letters, digits and - only, like 012 or 101A")
    others = episode.cuts.exclude(pk=but.pk) if but else episode.cuts.all()
    for other in others.values_list("number", flat=True):
        if code_key(other) == code_key(number):
            raise DuplicateContent(what="Cut", key=f"{episode.code}_C{other}")


def _check_length(frames: Any) -> None:
    if not isinstance(frames, int) or isinstance(frames, bool) or not 0 <= frames <= MAX_FRAMES:
        raise InvalidInput(
            field="duration_frames",
            reason=phrase("a whole number from {first} to {last}", first=0, last=MAX_FRAMES),
        )


def _check_stage(stage: str, state: str | None) -> None:
    if stage not in Stage.values:
        raise InvalidInput(
            field="stage",
            reason=phrase("“{value}” is not one of {known}", value=stage, known=", ".join(Stage.values)),
        )
    if state is not None and state not in StageStatus.values:
        raise InvalidInput(
            field="state",
            reason=phrase(
                "“{value}” is not one of {known}", value=state, known=", ".join(StageStatus.values)
            ),
        )


def _check_member(production: Production, user: User | None) -> None:
    if user is None:
        return
    if not Membership.objects.filter(production=production, user=user, user__is_active=True).exists():
        raise InvalidInput(
            field="assignee",
            reason=phrase(
                "{person} is no member of {production}", person=str(user), production=production.code
            ),
        )
