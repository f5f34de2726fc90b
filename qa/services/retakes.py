"""The order to redo a stage (リテイク): opened by a verdict, answered by the next take, closed by a person."""

from __future__ import annotations

import csv
import io
from datetime import date

from django.db import transaction

from assets import access
from assets.choices import StageStatus
from assets.models import Cut, Episode, StageState, Take
from qa import selectors, sentences
from qa.choices import RetakeState
from qa.models import Flag, Retake, RetakeItem, Verdict
from studio.core import audit
from studio.core.errors import InvalidTransition, NotFound
from studio.core.models import User
from studio.core.roles import Action

COLUMNS = (
    "episode",
    "cut",
    "stage",
    "take",
    "cell",
    "drawing",
    "fault",
    "sentence",
    "reason",
    "note",
    "by",
    "at",
    "due",
    "state",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def order(*, actor: User, verdict: Verdict) -> RetakeItem:
    """Put a retake verdict on the open order of its take, opening one if there is none. The caller has the lock."""
    take = verdict.flag.drawing.cell.take
    retake = Retake.objects.select_for_update().filter(take=take, state=RetakeState.OPEN).first()
    if retake is None:
        retake = Retake.objects.create(cut=take.cut, stage=take.stage, take=take, ordered_by=actor)
        _record(actor, "retake.open", retake)
    _set_stage(take.cut, take.stage, StageStatus.RETAKE)
    return RetakeItem.objects.create(retake=retake, verdict=verdict)


def withdraw_flag(*, actor: User, flag: Flag) -> None:
    """Withdraw the flag's lines; an open order without lines is withdrawn and the stage is submitted again."""
    items = RetakeItem.objects.filter(verdict__flag=flag, withdrawn=False)
    touched = list(items.values_list("retake_id", flat=True))
    if not touched:
        return
    items.update(withdrawn=True)
    for retake in Retake.objects.select_for_update().filter(pk__in=touched, state=RetakeState.OPEN):
        if not retake.items.filter(withdrawn=False).exists():
            _move(actor, retake, RetakeState.WITHDRAWN, "retake.withdraw")
            _stage_back(retake)


def answer(*, take: Take) -> list[Retake]:
    """Mark the open orders of earlier takes of this cut and stage as answered by `take`. Safe to repeat."""
    with transaction.atomic():
        waiting = Retake.objects.select_for_update(of=("self",)).filter(
            cut=take.cut_id, stage=take.stage, state=RetakeState.OPEN, take__number__lt=take.number
        )
        answered = list(waiting)
        for retake in answered:
            retake.answered_by_take = take
            retake.save(update_fields=["answered_by_take"])
            _move(take.submitted_by, retake, RetakeState.ANSWERED, "retake.answer")
            _stage_back(retake)
    return answered


def close(*, actor: User, retake: Retake) -> Retake:
    """Say that nothing more is to be done. Needs the right to give verdicts.

    Raises:
        InvalidTransition: it is closed or withdrawn already.
    """
    with transaction.atomic():
        retake = _locked(retake)
        access.require(actor, Action.GIVE_VERDICT, retake.cut.episode.production, retake.cut)
        if retake.state not in {RetakeState.OPEN, RetakeState.ANSWERED}:
            raise InvalidTransition(what="retake", state=retake.get_state_display(), wanted="close")
        _move(actor, retake, RetakeState.CLOSED, "retake.close")
        _stage_back(retake)
    return retake


def set_due(*, actor: User, retake: Retake, due_on: date | None) -> Retake:
    """Set until when the redo is expected: whoever plans cuts or gives verdicts may."""
    with transaction.atomic():
        retake = _locked(retake)
        production = retake.cut.episode.production
        if not access.allowed(actor, Action.GIVE_VERDICT, production, retake.cut):
            access.require(actor, Action.EDIT_CUTS, production, retake.cut)
        before, retake.due_on = retake.due_on, due_on
        retake.save(update_fields=["due_on"])
        audit.record(
            actor=actor,
            verb="retake.due",
            target=retake,
            production_id=production.pk,
            before={"due_on": str(before or "")},
            after={"due_on": str(due_on or "")},
        )
    return retake


def write_csv(*, actor: User, episode: Episode) -> bytes:
    """Return the episode's retake lines as CSV that Excel opens rightly: BOM, CRLF, no cell is a formula."""
    access.require(actor, Action.VIEW_RETAKES, episode.production)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for retake in selectors.retakes_of(actor, episode):
        for item in retake.items.all():
            if not item.withdrawn:
                writer.writerow([_guarded(cell) for cell in _line(retake, item.verdict)])
    return buffer.getvalue().encode("utf-8-sig")


def _line(retake: Retake, verdict: Verdict) -> list[str]:
    flag, cell = verdict.flag, verdict.flag.drawing.cell
    return [
        retake.cut.episode.code,
        retake.cut.number,
        retake.stage,
        f"T{retake.take.number}",
        cell.name,
        flag.drawing.number_text,
        flag.get_fault_display(),
        sentences.of_flag(flag),
        verdict.get_reason_display(),
        verdict.note,
        str(verdict.by),
        verdict.at.strftime("%Y-%m-%d %H:%M"),
        str(retake.due_on or ""),
        retake.get_state_display(),
    ]


def _guarded(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _locked(retake: Retake) -> Retake:
    found = (
        Retake.objects.select_for_update(of=("self",))
        .select_related("cut__episode__production")
        .filter(pk=retake.pk)
        .first()
    )
    if found is None:
        raise NotFound(what="retake")
    return found


def _move(actor: User | None, retake: Retake, state: RetakeState, verb: str) -> None:
    before, retake.state = retake.state, state
    retake.save(update_fields=["state"])
    _record(actor, verb, retake, before=before)


def _record(actor: User | None, verb: str, retake: Retake, before: str = "") -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=retake,
        production_id=retake.cut.episode.production_id,
        before={"state": before} if before else {},
        after={"state": str(retake.state)},
    )


def _stage_back(retake: Retake) -> None:
    """The stage leaves "retake" once no order for it is open."""
    open_orders = Retake.objects.filter(cut=retake.cut_id, stage=retake.stage, state=RetakeState.OPEN)
    if not open_orders.exists():
        _set_stage(retake.cut, retake.stage, StageStatus.SUBMITTED, only_from=StageStatus.RETAKE)


def _set_stage(cut: Cut, stage: str, state: StageStatus, only_from: StageStatus | None = None) -> None:
    row = StageState.objects.select_for_update().filter(cut=cut, stage=stage).first()
    if row is None:
        if only_from is None:
            StageState.objects.create(cut=cut, stage=stage, state=state)
    elif only_from is None or row.state == only_from:
        row.state = state
        row.save(update_fields=["state", "changed_at"])
