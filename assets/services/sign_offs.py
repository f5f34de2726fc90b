"""A stage of a cut is signed off by whoever has the authority over it; taking it back is another row.

A sign-off makes the stage approved and what waited for it ready. A take that comes afterwards takes nothing away
silently: the stage is submitted again, and lists show the sign-off as overtaken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from assets import authority
from assets.choices import NoticeKind, Stage, StageStatus
from assets.models import Cut, SignOff, StageState, Take
from assets.services import cuts, notices, rows
from studio.core import audit
from studio.core.errors import InvalidInput, InvalidTransition, StaleInput, phrase
from studio.core.models import User
from studio.core.roles import Role

# What each stage waits for. A stage that the cut does not have is skipped, and what is before it counts instead.
_WAITS_FOR: dict[str, tuple[str, ...]] = {
    Stage.GEN: (Stage.LO,),
    Stage.KD: (Stage.GEN,),
    Stage.SECOND_KEY: (Stage.KD,),
    Stage.AD: (Stage.SECOND_KEY,),
    Stage.AD_CHECK: (Stage.AD,),
    Stage.PT: (Stage.AD_CHECK,),
    Stage.PT_CHECK: (Stage.PT,),
    Stage.BG: (Stage.LO,),
    Stage.COMP: (Stage.PT_CHECK, Stage.BG),
}


@dataclass(frozen=True)
class Signed:
    """The newest word about a stage that is signed off, and the take that has come since, if one has."""

    sign_off: SignOff
    overtaken_by: Take | None


def sign(*, actor: User, cut: Cut, stage: str, take: Take | None = None, note: str = "") -> SignOff:
    """Say that a stage is done: it becomes approved, and stages that waited for it become ready.

    Without a take the newest one of the stage is meant, where there is one.

    Locks: the cut and its stages.

    Raises:
        NotAllowed: no authority over this stage (code "no_authority").
        InvalidInput: an unknown stage, or a take of another cut or stage.
        InvalidTransition: the cut was dropped, the stage is signed off already, or a retake is open.
        StaleInput: a newer take has come (code "take_overtaken").
    """
    authority.require_authority(actor, cut.episode.production, _known(stage), cut)
    with transaction.atomic():
        cut = rows.locked(cut, "episode__production")
        cuts.refuse_dropped(cut)
        found = _states(cut)
        _refuse_unready(cut, stage, found)
        signed = SignOff.objects.create(
            cut=cut, stage=stage, take=_take(cut, stage, take), note=note, by=actor
        )
        _set(actor, cut, found, stage, StageStatus.APPROVED)
        ready = [row for row in found.values() if _now_ready(row, stage, found)]
        for row in ready:
            _set(actor, cut, found, row.stage, StageStatus.READY)
        _record(actor, "stage.sign", signed)
        _tell(actor, signed, [found[stage], *ready])
    return signed


def revoke(*, actor: User, cut: Cut, stage: str, note: str = "") -> SignOff:
    """Take a sign-off back: the stage is submitted again, and a stage that nobody has begun waits again.

    Locks: the cut and its stages.

    Raises:
        NotAllowed: no authority over this stage (code "no_authority").
        InvalidTransition: the stage is not signed off.
    """
    authority.require_authority(actor, cut.episode.production, _known(stage), cut)
    with transaction.atomic():
        cut = rows.locked(cut, "episode__production")
        taken_back = take_back(actor=actor, cut=cut, stage=stage, note=note)
        if taken_back is None:
            raise InvalidTransition("not_signed", stage=stage)
        found = _states(cut)
        if stage in found and found[stage].state == StageStatus.APPROVED:
            _set(actor, cut, found, stage, StageStatus.SUBMITTED if taken_back.take else StageStatus.IN_WORK)
    return taken_back


def take_back(*, actor: User, cut: Cut, stage: str, note: str = "") -> SignOff | None:
    """Take the standing sign-off of a stage back, if there is one; the state of the stage is the caller's matter.

    Call it inside the transaction of what makes the stage not done: a sign-off taken back, a retake.
    """
    standing = signed_stages([cut]).get(cut.pk, {}).get(stage)
    if standing is None:
        return None
    row = SignOff.objects.create(
        cut=cut, stage=stage, take=standing.sign_off.take, revoked=True, note=note, by=actor
    )
    found = _states(cut)
    for state in found.values():
        if state.state == StageStatus.READY and stage in _waits_for(state.stage, found):
            _set(actor, cut, found, state.stage, StageStatus.TODO)
    _record(actor, "stage.sign_revoke", row)
    return row


def signed_stages(of_cuts: Iterable[Cut]) -> dict[int, dict[str, Signed]]:
    """Return for each cut which of its stages are signed off. Two queries, however many cuts."""
    ids = [cut.pk for cut in of_cuts]
    newest_takes: dict[tuple[int, str], Take] = {}
    for take in Take.objects.filter(cut__in=ids).order_by("number"):
        newest_takes[take.cut_id, take.stage] = take
    newest: dict[tuple[int, str], SignOff] = {}
    for row in SignOff.objects.filter(cut__in=ids).select_related("by", "take").order_by("id"):
        newest[row.cut_id, row.stage] = row
    found: dict[int, dict[str, Signed]] = {}
    for (cut_id, stage), row in newest.items():
        if not row.revoked:
            last = newest_takes.get((cut_id, stage))
            is_overtaken = last is not None and (row.take is None or last.number > row.take.number)
            found.setdefault(cut_id, {})[stage] = Signed(row, last if is_overtaken else None)
    return found


def _known(stage: str) -> str:
    if stage not in Stage.values:
        raise InvalidInput(field="stage", reason=phrase("“{value}” is no stage", value=stage))
    return stage


def _take(cut: Cut, stage: str, take: Take | None) -> Take | None:
    newest = cut.takes.filter(stage=stage).order_by("-number").first()
    if take is None:
        return newest
    if take.cut_id != cut.pk or take.stage != stage:
        raise InvalidInput(
            field="take",
            reason=phrase("{take} is no take of {cut} {stage}", take=str(take), cut=str(cut), stage=stage),
        )
    if newest is not None and newest.number > take.number:
        raise StaleInput("take_overtaken", take=f"T{newest.number}")
    return take


def _refuse_unready(cut: Cut, stage: str, found: dict[str, StageState]) -> None:
    row = found.get(stage)
    if row is not None and row.state == StageStatus.RETAKE:
        raise InvalidTransition("retake_is_open", stage=stage)
    standing = signed_stages([cut]).get(cut.pk, {}).get(stage)
    if standing is None or standing.overtaken_by:
        return
    if row is not None and row.state == StageStatus.APPROVED:
        raise InvalidTransition("signed_already", stage=stage, person=str(standing.sign_off.by))


def _states(cut: Cut) -> dict[str, StageState]:
    locked = StageState.objects.select_for_update(of=("self",)).filter(cut=cut).select_related("assignee")
    return {row.stage: row for row in locked.order_by("id")}


def _waits_for(stage: str, found: dict[str, StageState]) -> set[str]:
    """Return the stages of this cut that directly precede `stage`."""
    before: set[str] = set()
    for name in _WAITS_FOR.get(stage, ()):
        row = found.get(name)
        is_there = row is not None and row.state != StageStatus.OMITTED
        before |= {str(name)} if is_there else _waits_for(name, found)
    return before


def _now_ready(row: StageState, signed: str, found: dict[str, StageState]) -> bool:
    before = _waits_for(row.stage, found)
    is_waiting = row.state == StageStatus.TODO and signed in before
    return is_waiting and all(found[name].state == StageStatus.APPROVED for name in before)


def _set(actor: User, cut: Cut, found: dict[str, StageState], stage: str, state: StageStatus) -> None:
    row = found.get(stage)
    before = "" if row is None else str(row.state)
    if row is None:
        row = found[stage] = StageState.objects.create(cut=cut, stage=stage, state=state)
    elif before == state:
        return
    row.state = state
    row.save(update_fields=["state", "changed_at"])
    audit.record(
        actor=actor,
        verb="stage.set",
        target=row,
        production_id=cut.episode.production_id,
        before={"state": before} if before else {},
        after={"state": str(state)},
    )


def _record(actor: User, verb: str, row: SignOff) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=row,
        production_id=row.cut.episode.production_id,
        after={"stage": row.stage, "take": f"T{row.take.number}" if row.take else "", "note": row.note},
    )


def _tell(actor: User, signed: SignOff, stages: list[StageState]) -> None:
    """Tell who drew it, who goes on from here, and those who carry the cut bag."""
    production = signed.cut.episode.production
    people = {row.assignee for row in stages} | {signed.take.submitted_by if signed.take else None}
    carriers = User.objects.filter(memberships__production=production, memberships__role=Role.ASSISTANT)
    notices.tell(
        kind=NoticeKind.STAGE_SIGNED,
        production=production,
        people=[*(person for person in people if person is not None), *carriers],
        key=f"signed:{signed.pk}",
        url=reverse("cut", args=[signed.cut_id]),
        data={"cut": str(signed.cut), "stage": signed.stage, "person": str(actor)},
        actor=actor,
    )
