"""The order to redo a stage (リテイク): opened by a verdict or by hand, answered by the next take, closed by a person.

Who may order, withdraw and close one is a matter of the stage (`assets.authority`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse

from assets import access, authority
from assets.choices import NoticeKind, StageStatus
from assets.models import Cut, Drawing, StageState, Take
from assets.services import cuts, notices, sign_offs
from qa.choices import RetakeReason, RetakeState
from qa.models import Flag, Retake, RetakeItem, Verdict
from studio.core import audit
from studio.core.errors import InvalidInput, InvalidTransition, NotFound, StaleInput, phrase
from studio.core.models import User
from studio.core.roles import Action, Role

_UNFINISHED = (RetakeState.OPEN, RetakeState.ANSWERED)


def order(*, actor: User, verdict: Verdict) -> RetakeItem:
    """Put a retake verdict on the open order of its take, opening one if there is none.

    The caller has asked for the authority and holds the lock of the flag.

    Locks: the take, its order, the stages of the cut.
    """
    item = RetakeItem(
        verdict=verdict,
        drawing=verdict.flag.drawing,
        reason=verdict.reason,
        note=verdict.note,
        by=verdict.by,
        at=verdict.at,
    )
    return _add_line(actor, verdict.flag.drawing.cell.take, item)


def order_by_hand(
    *, actor: User, take: Take, reason: str, note: str = "", drawing: Drawing | None = None
) -> RetakeItem:
    """Order a retake that no flag led to: of one drawing, or without one of the whole take.

    Locks: the take, its order, the stages of the cut.

    Raises:
        NotAllowed: no authority over the stage of the take (code "no_authority").
        InvalidInput: no reason or an unknown one, "other" without a note, a drawing of another take.
        StaleInput: a newer take has come (code "take_overtaken").
        InvalidTransition: the cut was dropped.
    """
    cut = take.cut
    authority.require_authority(actor, cut.episode.production, take.stage, cut)
    _check_reason(reason, note)
    if drawing is not None and drawing.cell.take_id != take.pk:
        raise InvalidInput(
            field="drawing",
            reason=phrase("{drawing} is no drawing of {take}", drawing=str(drawing), take=str(take)),
        )
    with transaction.atomic():
        cuts.refuse_dropped(cut)
        newest = Take.objects.filter(cut=cut, stage=take.stage).order_by("-number").first()
        if newest is not None and newest.number > take.number:
            raise StaleInput("take_overtaken", take=f"T{newest.number}")
        item = _add_line(actor, take, RetakeItem(drawing=drawing, reason=reason, note=note, by=actor))
        _record_line(actor, "retake.by_hand", item)
    return item


def withdraw_by_hand(*, actor: User, item: RetakeItem) -> None:
    """Withdraw a line that a person ordered without a flag. A line of a verdict goes with its verdict.

    Raises:
        NotAllowed: no authority over the stage (code "no_authority").
        InvalidTransition: it is withdrawn already, or its order is over.
    """
    with transaction.atomic():
        retake = _locked(item.retake)
        _require_authority(actor, retake)
        line = retake.items.select_for_update().filter(pk=item.pk, verdict=None).first()
        if line is None:
            raise NotFound(what="retake")
        if line.withdrawn or retake.state not in _UNFINISHED:
            state = RetakeState.WITHDRAWN.label if line.withdrawn else retake.get_state_display()
            raise InvalidTransition(what="retake", state=state, wanted="withdraw")
        line.withdrawn = True
        line.save(update_fields=["withdrawn"])
        _record_line(actor, "retake.line_withdraw", line)
        _end_if_empty(actor, retake)


def withdraw_flag(*, actor: User, flag: Flag) -> None:
    """Withdraw the flag's lines; an open order without lines is withdrawn and the stage is submitted again."""
    items = RetakeItem.objects.filter(verdict__flag=flag, withdrawn=False)
    touched = list(items.values_list("retake_id", flat=True))
    if not touched:
        return
    items.update(withdrawn=True)
    for retake in Retake.objects.select_for_update().filter(pk__in=touched, state=RetakeState.OPEN):
        _end_if_empty(actor, retake)


def answer(*, take: Take) -> list[Retake]:
    """Mark the open orders of earlier takes of this cut and stage as answered by `take`. Safe to repeat."""
    with transaction.atomic():
        waiting = Retake.objects.select_for_update(of=("self",)).filter(
            cut=take.cut_id, stage=take.stage, state=RetakeState.OPEN, take__number__lt=take.number
        )
        answered = list(waiting.select_related("cut__episode__production", "ordered_by"))
        for retake in answered:
            retake.answered_by_take = take
            retake.save(update_fields=["answered_by_take"])
            _move(take.submitted_by, retake, RetakeState.ANSWERED, "retake.answer")
            _stage_back(retake)
            _tell_answered(retake, take)
    return answered


def close(*, actor: User, retake: Retake) -> Retake:
    """Say that nothing more is to be done.

    Raises:
        NotAllowed: no authority over the stage (code "no_authority").
        InvalidTransition: it is closed or withdrawn already.
    """
    with transaction.atomic():
        retake = _locked(retake)
        _require_authority(actor, retake)
        if retake.state not in _UNFINISHED:
            raise InvalidTransition(what="retake", state=retake.get_state_display(), wanted="close")
        _move(actor, retake, RetakeState.CLOSED, "retake.close")
        _stage_back(retake)
    return retake


def close_many(*, actor: User, retakes: Sequence[Retake]) -> list[Retake]:
    """Close every order that is not over yet, or none of them. Raises what `close` raises."""
    with transaction.atomic():
        waiting = [retake for retake in sorted(retakes, key=_key) if retake.state in _UNFINISHED]
        return [close(actor=actor, retake=retake) for retake in waiting]


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


def set_due_many(*, actor: User, retakes: Sequence[Retake], due_on: date | None) -> list[Retake]:
    """Set one date for every order, or for none of them. Raises what `set_due` raises."""
    with transaction.atomic():
        return [set_due(actor=actor, retake=each, due_on=due_on) for each in sorted(retakes, key=_key)]


def _key(retake: Retake) -> int:
    return retake.pk  # one order of locks, so two people cannot deadlock


def _check_reason(reason: str, note: str) -> None:
    if not reason:
        raise InvalidInput("reason_needed")
    if reason not in RetakeReason.values:
        raise InvalidInput(field="reason", reason=phrase("“{value}” is no reason of a retake", value=reason))
    if reason == RetakeReason.OTHER and not note.strip():
        raise InvalidInput("note_needed")


def _require_authority(actor: User, retake: Retake) -> None:
    authority.require_authority(actor, retake.cut.episode.production, retake.stage, retake.cut)


def _add_line(actor: User, take: Take, item: RetakeItem) -> RetakeItem:
    """Put a line on the open order of a take; the first one opens it, sets the stage and tells the artist."""
    Take.objects.select_for_update().get(pk=take.pk)  # so that two people open one order
    retake = Retake.objects.select_for_update().filter(take=take, state=RetakeState.OPEN).first()
    is_new = retake is None
    if retake is None:
        retake = Retake.objects.create(cut=take.cut, stage=take.stage, take=take, ordered_by=actor)
        _record(actor, "retake.open", retake)
        sign_offs.take_back(actor=actor, cut=take.cut, stage=take.stage)
    _set_stage(take.cut, take.stage, StageStatus.RETAKE)
    item.retake = retake
    item.save(force_insert=True)
    if is_new:
        _tell_ordered(actor, retake, item)
    return item


def _end_if_empty(actor: User, retake: Retake) -> None:
    if retake.state == RetakeState.OPEN and not retake.items.filter(withdrawn=False).exists():
        _move(actor, retake, RetakeState.WITHDRAWN, "retake.withdraw")
        _stage_back(retake)


def _tell_ordered(actor: User, retake: Retake, item: RetakeItem) -> None:
    """Tell who has the stage, or who delivered it, and those who carry the cut bag: once for an order."""
    production = retake.cut.episode.production
    state = (
        StageState.objects.filter(cut=retake.cut_id, stage=retake.stage).select_related("assignee").first()
    )
    artist = (state.assignee if state else None) or retake.take.submitted_by
    carriers = User.objects.filter(memberships__production=production, memberships__role=Role.ASSISTANT)
    people = [*([artist] if artist else []), *carriers]
    notices.tell(
        kind=NoticeKind.RETAKE_ORDERED,
        production=production,
        people=[each for each in people if access.allowed(each, Action.VIEW, production, retake.cut)],
        key=f"retake:{retake.pk}",
        url=f"{reverse('cut', args=[retake.cut_id])}#retake-{retake.pk}",
        data={
            **_facts(retake),
            "reason": str(item.reason),
            "note": item.note,
            "person": str(actor),
        },
        actor=actor,
    )


def _tell_answered(retake: Retake, take: Take) -> None:
    asked = User.objects.filter(pk__in=retake.items.filter(withdrawn=False).values("by"))
    notices.tell(
        kind=NoticeKind.RETAKE_ANSWERED,
        production=retake.cut.episode.production,
        people=[retake.ordered_by, *asked],
        key=f"retake:{retake.pk}:answered:{take.pk}",
        url=reverse("take", args=[take.pk]),
        data={**_facts(retake), "take_number": take.number, "person": str(take.submitted_by or "Sakkan")},
        actor=take.submitted_by,
    )


def _facts(retake: Retake) -> dict[str, str | int]:
    return {"cut": str(retake.cut), "stage": retake.stage, "take_number": retake.take.number}


def _record_line(actor: User, verb: str, item: RetakeItem) -> None:
    drawing = str(item.drawing) if item.drawing else ""
    audit.record(
        actor=actor,
        verb=verb,
        target=item.retake,
        production_id=item.retake.cut.episode.production_id,
        after={"line": item.pk, "drawing": drawing, "reason": str(item.reason), "note": item.note},
    )


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
