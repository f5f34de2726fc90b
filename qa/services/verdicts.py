"""A person's word about a flag: appended, never changed. Taking it back is another verdict.

Two people on one queue: who opens a flag claims it for a minute; a page renews its claim while it is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assets import access, authority
from assets.models import Cut, Take
from qa.choices import Decision, RetakeReason, RetakeState, RunState
from qa.models import Flag, FlagClaim, RetakeItem, Verdict
from qa.services import retakes
from studio.core import audit
from studio.core.errors import InvalidInput, InvalidTransition, NotFound, StaleInput, phrase
from studio.core.models import User
from studio.core.roles import Action

CLAIM_S = 60
_GIVABLE = frozenset({Decision.OK, Decision.INTENDED, Decision.RETAKE, Decision.FALSE_ALARM})


def claim(*, actor: User, flag: Flag) -> FlagClaim:
    """Say that `actor` is looking at `flag` for the next minute; asking again renews it.

    Raises:
        StaleInput: somebody else is looking at it (code "claimed_by_other", data person).
    """
    with transaction.atomic():
        flag = _locked(actor, flag)
        _refuse_others_claim(actor, flag)
        until = timezone.now() + timedelta(seconds=CLAIM_S)
        held, _created = FlagClaim.objects.update_or_create(
            flag=flag, defaults={"user": actor, "until": until}
        )
    return held


def release(*, actor: User, flag: Flag) -> None:
    """End the actor's claim; somebody else's stays."""
    FlagClaim.objects.filter(flag=flag, user=actor).delete()


def give(
    *,
    actor: User,
    flag: Flag,
    decision: str,
    reason: str = "",
    note: str = "",
    seen_decision: str | None = None,
) -> Verdict:
    """Append a verdict; a retake opens or extends the retake order of the take.

    `seen_decision` is the decision that the actor's page showed; when given and no longer true, nothing is written.

    Locks: the flag, its retake order and the stage.

    A retake, and a decision that takes one back, needs the authority over the stage of the take.

    Raises:
        NotAllowed: no authority over this stage (code "no_authority").
        InvalidInput: an unknown decision or reason; a retake without reason (code "reason_needed").
        StaleInput: somebody else looks at it or has decided, the check is out of date, or a newer take is there.
    """
    _check_words(decision, reason)
    with transaction.atomic():
        flag = _locked(actor, flag)
        _require_authority(actor, flag, decision)
        _refuse_others_claim(actor, flag)
        _refuse_changed(flag, seen_decision)
        _refuse_outdated(flag)
        verdict = _append(actor, flag, decision, reason if decision == Decision.RETAKE else "", note)
        FlagClaim.objects.filter(flag=flag, user=actor).delete()
    return verdict


def give_many(
    *, actor: User, flags: Sequence[Flag], decision: str, reason: str = "", note: str = ""
) -> list[Verdict]:
    """Give the same verdict to every flag, or to none of them. Raises what `give` raises."""
    with transaction.atomic():
        ordered = sorted(flags, key=lambda flag: flag.pk)  # one order of locks, so two people cannot deadlock
        return [give(actor=actor, flag=flag, decision=decision, reason=reason, note=note) for flag in ordered]


def undo(*, actor: User, flag: Flag) -> Verdict:
    """Take the present decision back: the flag is open again and its line of the retake order is withdrawn.

    Raises:
        NotAllowed: it is a retake, and the actor has no authority over this stage (code "no_authority").
        InvalidTransition: nobody has decided about the flag.
        StaleInput: somebody else is looking at it.
    """
    with transaction.atomic():
        flag = _locked(actor, flag)
        _require_authority(actor, flag, Decision.REOPENED)
        _refuse_others_claim(actor, flag)
        if flag.is_open:
            raise InvalidTransition(what="flag", state="open", wanted="undo")
        return _append(actor, flag, Decision.REOPENED, "", "")


def withdraw(*, actor: User, item: RetakeItem) -> None:
    """Withdraw one line of a retake order: with the verdict that ordered it, where there is one.

    Raises:
        NotAllowed: no authority over the stage (code "no_authority").
        InvalidTransition: it is withdrawn already.
    """
    if item.flag is None:
        retakes.withdraw_by_hand(actor=actor, item=item)
    elif item.withdrawn or item.flag.decision != Decision.RETAKE:
        raise InvalidTransition(what="retake", state=RetakeState.WITHDRAWN.label, wanted="withdraw")
    else:
        undo(actor=actor, flag=item.flag)


def _append(actor: User, flag: Flag, decision: str, reason: str, note: str) -> Verdict:
    before = flag.decision
    retakes.withdraw_flag(actor=actor, flag=flag)
    verdict = Verdict.objects.create(flag=flag, decision=decision, reason=reason, note=note, by=actor)
    if decision == Decision.RETAKE:
        retakes.order(actor=actor, verdict=verdict)
    flag.decision, flag.decided_at = decision, verdict.at
    flag.save(update_fields=["decision", "decided_at"])
    audit.record(
        actor=actor,
        verb="verdict.undo" if decision == Decision.REOPENED else "verdict.give",
        target=flag,
        production_id=_cut(flag).episode.production_id,
        before={"decision": before},
        after={"decision": str(decision), "reason": reason, "note": note, "verdict": verdict.pk},
    )
    return verdict


def _check_words(decision: str, reason: str) -> None:
    if decision not in _GIVABLE:
        raise InvalidInput(
            field="decision",
            reason=phrase(
                "“{value}” is not one of {known}", value=decision, known=", ".join(sorted(_GIVABLE))
            ),
        )
    if decision == Decision.RETAKE and not reason:
        raise InvalidInput("reason_needed")
    if reason and reason not in RetakeReason.values:
        raise InvalidInput(
            field="reason",
            reason=phrase(
                "“{value}” is not one of {known}", value=reason, known=", ".join(RetakeReason.values)
            ),
        )


def _locked(actor: User, flag: Flag) -> Flag:
    """Return the flag's row, locked, once it is sure that the actor may decide about it."""
    found = (
        Flag.objects.select_for_update(of=("self",))
        .select_related("run", "drawing__cell__take__cut__episode__production")
        .filter(pk=flag.pk)
        .first()
    )
    if found is None:
        raise NotFound(what="flag")
    cut = _cut(found)
    access.require(actor, Action.GIVE_VERDICT, cut.episode.production, cut)
    return found


def _require_authority(actor: User, flag: Flag, decision: str) -> None:
    if Decision.RETAKE in {decision, flag.decision}:
        cut = _cut(flag)
        authority.require_authority(actor, cut.episode.production, flag.drawing.cell.take.stage, cut)


def _cut(flag: Flag) -> Cut:
    return flag.drawing.cell.take.cut


def _refuse_others_claim(actor: User, flag: Flag) -> None:
    held = (
        FlagClaim.objects.filter(flag=flag, until__gt=timezone.now())
        .exclude(user=actor)
        .select_related("user")
        .first()
    )
    if held is not None:
        raise StaleInput("claimed_by_other", person=str(held.user))


def _refuse_changed(flag: Flag, seen_decision: str | None) -> None:
    if seen_decision is None or seen_decision == flag.decision:
        return
    newest = flag.verdicts.select_related("by").first()
    raise StaleInput(person=str(newest.by) if newest else "Sakkan")


def _refuse_outdated(flag: Flag) -> None:
    if flag.run.state != RunState.CURRENT:
        raise StaleInput("check_outdated")
    take = flag.drawing.cell.take
    newer = Take.objects.filter(cut=take.cut_id, stage=take.stage, number__gt=take.number)
    if newer.exists():
        raise StaleInput("take_outdated")
