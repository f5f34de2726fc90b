"""Somebody withdraws consent: what is touched, what must happen, and doing what Sakkan can do by itself.

In one transaction the grants are withdrawn, versions blocked, models blocked as the contract obliges, pictures barred
from search; the vectors themselves are removed by a job right after it, because there may be many.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assets import access
from assets.choices_rights import OnRevoke, TaskKind, TaskState, VersionState
from assets.models import (
    BarredContent,
    DatasetVersion,
    Grant,
    ModelVersion,
    Revocation,
    RightsHolder,
    Withdrawal,
    WithdrawalTask,
)
from assets.rights.impact import Touched, touched_by
from assets.rights.withdrawal_plan import LADDER, at_least
from assets.services import register, rows, versions
from studio.core import audit, jobs
from studio.core.errors import InvalidInput, InvalidTransition, NotFound, phrase
from studio.core.jobs import Lease
from studio.core.models import User
from studio.core.roles import Action

_KIND = "qa.forget"
_ROWS = 2_000


def preview(
    *,
    actor: User,
    holder: RightsHolder,
    grants: Iterable[Grant] | None = None,
    effective_on: date | None = None,
) -> Touched:
    """Return what a withdrawal would touch; nothing is changed. With a day, also whether it is possible from then.

    Raises:
        NotAllowed: the actor may see licences nowhere.
        InvalidTransition, InvalidInput: as `withdraw`, where a day is given.
    """
    access.require_anywhere(actor, Action.VIEW_DATASETS)
    ending = list(open_grants(holder) if grants is None else grants)
    if effective_on is not None:
        _check(holder, ending, effective_on)
    return touched_by(holder, ending)


def open_grants(holder: RightsHolder) -> QuerySet[Grant]:
    """Return the grants of a holder that are not withdrawn and that no signed one supersedes."""
    replaced = Q(superseded_by__isnull=False, superseded_by__signed_on__isnull=False)
    return Grant.objects.filter(holder=holder, revocation=None).exclude(replaced).order_by("pk")


def can_be_withdrawn(grant: Grant) -> bool:
    """Return whether the grant's own terms let it be withdrawn; an offer that nobody signed binds nobody."""
    return grant.revocable or grant.signed_on is None


def withdraw(
    *,
    actor: User,
    holder: RightsHolder,
    effective_on: date,
    reason: str = "",
    grants: Iterable[Grant] | None = None,
) -> Withdrawal:
    """Withdraw a holder's grants (all, or those named) and do what follows from it.

    Raises:
        NotAllowed: the actor may change datasets nowhere.
        InvalidTransition: there is nothing left to withdraw. InvalidInput: a grant of somebody else, or one that
            cannot be withdrawn yet by its own terms; the message names the first day on which it can.

    After commit: the worker removes the vectors.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    with transaction.atomic():
        holder = rows.locked(holder)
        ending = list(open_grants(holder) if grants is None else grants)
        _check(holder, ending, effective_on)
        found = touched_by(holder, ending)
        withdrawal = Withdrawal.objects.create(
            holder=holder, effective_on=effective_on, reason=reason, touched=found.as_json(), by=actor
        )
        Revocation.objects.bulk_create(
            [
                Revocation(
                    withdrawal=withdrawal, grant=grant, effective_on=effective_on, reason=reason, by=actor
                )
                for grant in ending
            ]
        )
        audit.record(
            actor=actor,
            verb="consent.withdraw",
            target=withdrawal,
            after={
                "grants": [grant.pk for grant in ending],
                "effective_on": effective_on.isoformat(),
                **found.counts,
            },
        )
        if effective_on <= timezone.localdate():
            _follow(withdrawal, found, gravest(ending), actor)
    return withdrawal


def follow_due() -> int:
    """Do what follows from withdrawals whose day has come; return how many. The worker asks every day."""
    waiting = Withdrawal.objects.filter(effective_on__lte=timezone.localdate()).exclude(
        tasks__kind=TaskKind.REMOVE_VECTORS
    )
    followed = 0
    for withdrawal in list(waiting.select_related("holder", "by").order_by("pk")):
        with transaction.atomic():
            rows.locked(withdrawal.holder)  # another worker may be at the same withdrawal
            if withdrawal.tasks.exists():
                continue
            grants = list(Grant.objects.filter(revocation__withdrawal=withdrawal))
            _follow(withdrawal, touched_by(withdrawal.holder, grants), gravest(grants), withdrawal.by)
            followed += 1
    return followed


def done(*, actor: User, task: WithdrawalTask, note: str = "") -> WithdrawalTask:
    """Tick off what a person had to do.

    Raises:
        NotAllowed: the actor may change datasets nowhere.
        InvalidTransition: the job itself ticks off that the vectors are gone; nobody's word stands for it.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    with transaction.atomic():
        task = rows.locked(task)
        if task.kind == TaskKind.REMOVE_VECTORS and task.state == TaskState.OPEN:
            raise InvalidTransition(what="the removal of vectors", state="at work", wanted="tick it off")
        if task.state == TaskState.OPEN:
            task.state, task.done_at, task.done_by, task.note = (
                TaskState.DONE,
                timezone.now(),
                actor,
                note[:300],
            )
            task.save(update_fields=["state", "done_at", "done_by", "note"])
            audit.record(
                actor=actor, verb="consent.task_done", target=task, after={"kind": task.kind, "note": note}
            )
    return task


def _check(holder: RightsHolder, grants: list[Grant], effective_on: date) -> None:
    if not grants:
        raise InvalidTransition(what=str(holder), state="without a grant in force", wanted="withdraw")
    if any(grant.holder_id != holder.pk for grant in grants):
        raise InvalidInput(field="grants", reason="one of them is of somebody else")
    for grant in grants:
        if not can_be_withdrawn(grant):
            reason = phrase(
                "the grant of {day} cannot be withdrawn by its own terms", day=str(grant.signed_on or "–")
            )
            raise InvalidInput(field="grants", reason=reason)
    first = earliest(grants)
    if effective_on < first:
        reason = phrase("the contract asks for notice; the first day is {day}", day=first.isoformat())
        raise InvalidInput(field="effective_on", reason=reason)


def earliest(grants: Iterable[Grant]) -> date:
    """Return the first day from which these grants can be withdrawn: today, or after the longest notice."""
    days = (grant.notice_days for grant in grants if grant.signed_on is not None)
    return timezone.localdate() + timedelta(days=max(days, default=0))


def gravest(grants: Iterable[Grant]) -> OnRevoke:
    """Return the gravest duty that these grants name: it holds for everything that the withdrawal touches."""
    return max((OnRevoke(grant.on_revoke) for grant in grants), key=LADDER.index)


def _follow(withdrawal: Withdrawal, found: Touched, duty: OnRevoke, actor: User) -> None:
    """Do at once what needs no person, and write down the rest as tasks."""
    why = f"{withdrawal.holder.pseudonym}: consent withdrawn ({withdrawal.pk})"
    tasks: list[WithdrawalTask] = []
    for version in DatasetVersion.objects.filter(pk__in=found.versions).select_related("dataset"):
        if version.state in {VersionState.DRAFT, VersionState.RETIRED}:
            continue
        versions.block(actor=None, version=version, why=why)
        tasks.append(
            _task(withdrawal, TaskKind.BLOCK_VERSION, f"version:{version.pk}", str(version), is_done=True)
        )
    stops = at_least(duty, OnRevoke.STOP_GENERATION)
    for model in ModelVersion.objects.filter(pk__in=found.models):
        if stops:
            register.block(actor=None, model=model, reason=why)
            tasks.append(
                _task(withdrawal, TaskKind.BLOCK_MODEL, f"model:{model.pk}", str(model), is_done=True)
            )
        if at_least(duty, OnRevoke.RETRAIN):
            tasks.append(_task(withdrawal, TaskKind.RETRAIN, f"model:{model.pk}", str(model)))
    if duty == OnRevoke.WITHDRAW_OUTPUTS:
        tasks += [
            _task(withdrawal, TaskKind.WITHDRAW_OUTPUT, f"cut:{cut}", name, count=count)
            for cut, name, count in found.output_cuts
        ]
    tasks += [_task(withdrawal, TaskKind.TELL, f"production:{key}", name) for key, name in found.productions]
    tasks.append(_task(withdrawal, TaskKind.REMOVE_VECTORS, "vectors", "", count=found.counts["vectors"]))
    WithdrawalTask.objects.bulk_create(tasks, batch_size=_ROWS)
    contents = found.contents()
    BarredContent.objects.bulk_create(
        [BarredContent(content_sha256=each, withdrawal=withdrawal) for each in contents],
        batch_size=_ROWS,
        ignore_conflicts=True,
    )
    jobs.submit(
        actor=actor,
        kind=_KIND,
        subject=f"withdrawal:{withdrawal.pk}",
        production_id=None,
        params={"withdrawal_id": withdrawal.pk},
    )


def _task(
    withdrawal: Withdrawal, kind: TaskKind, subject: str, name: str, *, count: int = 0, is_done: bool = False
) -> WithdrawalTask:
    return WithdrawalTask(
        withdrawal=withdrawal,
        kind=kind,
        subject=subject,
        subject_name=name[:200],
        count=count,
        state=TaskState.DONE if is_done else TaskState.OPEN,
        done_at=timezone.now() if is_done else None,
    )


def vectors_removed(lease: Lease, withdrawal_id: int, count: int) -> None:
    """End the job that removed the vectors, and tick its task off.

    Raises:
        NotFound: no such withdrawal. StaleInput: the lease is lost.
    """
    withdrawal = Withdrawal.objects.filter(pk=withdrawal_id).first()
    if withdrawal is None:
        raise NotFound(what="withdrawal")
    outcome: dict[str, Any] = {"vectors": count}
    with lease.committing(outcome):
        withdrawal.tasks.filter(kind=TaskKind.REMOVE_VECTORS).update(
            state=TaskState.DONE, done_at=timezone.now(), count=count
        )
        audit.record(actor=None, verb="consent.vectors_removed", target=withdrawal, after=outcome)
