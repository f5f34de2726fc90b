"""Withdrawals of consent: what is touched, what Sakkan does at once, what waits for its day, and nothing is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assets.choices_rights import OnRevoke, TaskKind, TaskState, VersionState
from assets.models import BarredContent, Drawing, Revocation, Withdrawal
from assets.rights.withdrawal_plan import steps_of
from assets.services import grants, register, versions, withdrawals
from qa.models import Embedding
from qa.services import archive, embeddings, forgetting
from studio.core import jobs
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed
from studio.core.models import AuditEvent, Job
from tests.consent_world import ConsentWorld, build, day, keep_vectors
from tests.fakes import FakeCompute
from tests.qa.conftest import fake  # noqa: F401  (a fixture)
from tests.world import World, png

DUTIES = list(OnRevoke.values)


@pytest.fixture
def place(world: World) -> ConsentWorld:
    """An artist with consent, whose works trained a model that drew."""
    return build(world)


def _withdraw(place: ConsentWorld, **given: Any) -> Withdrawal:
    given.setdefault("effective_on", day(0))
    return withdrawals.withdraw(actor=place.world.producer, holder=place.holder, **given)


def _forget() -> Job:
    job = Job.objects.get(kind="qa.forget")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def test_a_preview_counts_everything_and_changes_nothing(place: ConsentWorld) -> None:
    kept, events = keep_vectors(place), AuditEvent.objects.count()
    found = withdrawals.preview(actor=place.world.supervisor, holder=place.holder)
    assert found.counts == {
        "works": 12, "versions": 1, "drafts": 0, "models": 2, "drawings": 1, "outputs": 1, "cuts": 2, "episodes": 1,
        "productions": 1, "vectors": kept - 1,
    }  # fmt: skip
    assert not Revocation.objects.exists()
    assert AuditEvent.objects.count() == events


def test_a_draft_is_touched_and_nobody_says_that_it_was_blocked(place: ConsentWorld) -> None:
    producer = place.world.producer
    draft = versions.draft(actor=producer, dataset=place.version.dataset, parent=place.version)
    found = withdrawals.preview(actor=producer, holder=place.holder)
    assert (found.counts["versions"], found.counts["drafts"]) == (2, 1)
    withdrawal = _withdraw(place)
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT
    blocked = withdrawal.tasks.filter(kind=TaskKind.BLOCK_VERSION)
    assert [task.subject for task in blocked] == [f"version:{place.version.pk}"]


@pytest.mark.parametrize("duty", DUTIES)
def test_each_duty_blocks_and_asks_for_what_it_says(world: World, duty: str) -> None:
    place = build(world, on_revoke=duty)
    withdrawal = _withdraw(place)
    place.version.refresh_from_db()
    assert place.version.state == VersionState.BLOCKED
    blocked = {model.pk for model in (place.model, place.child) if model.blocks.exists()}
    assert blocked == (set() if duty == OnRevoke.STOP_TRAINING else {place.model.pk, place.child.pk})
    kinds = set(withdrawal.tasks.values_list("kind", flat=True))
    assert (TaskKind.RETRAIN in kinds) == (duty in {OnRevoke.RETRAIN, OnRevoke.WITHDRAW_OUTPUTS})
    assert (TaskKind.WITHDRAW_OUTPUT in kinds) == (duty == OnRevoke.WITHDRAW_OUTPUTS)


@pytest.mark.parametrize("duty", DUTIES)
def test_what_was_announced_is_what_happens(world: World, duty: str) -> None:
    place = build(world, on_revoke=duty)
    found = withdrawals.preview(actor=world.producer, holder=place.holder)
    steps = {
        step.kind: step for step in steps_of(found.counts, duty, cuts_to_withdraw=len(found.output_cuts))
    }
    withdrawal = _withdraw(place)
    done = list(withdrawal.tasks.all())
    assert set(steps) == {task.kind for task in done}
    for kind, step in steps.items():
        if kind != TaskKind.REMOVE_VECTORS:
            mine = [task for task in done if task.kind == kind]
            assert len(mine) == step.count
            assert all((task.state == TaskState.DONE) == step.is_ours for task in mine)


def test_the_job_removes_the_vectors_and_ticks_its_task_off(place: ConsentWorld) -> None:
    keep_vectors(place)
    withdrawal = _withdraw(place)
    task = withdrawal.tasks.get(kind=TaskKind.REMOVE_VECTORS)
    assert task.state == TaskState.OPEN
    assert _forget().state == "done"
    task.refresh_from_db()
    assert (task.state, task.count) == (TaskState.DONE, 12)
    assert list(Embedding.objects.values_list("content_sha256", flat=True)) == [f"{77:064}"]


def test_nobody_ticks_off_that_vectors_are_gone_before_they_are(place: ConsentWorld) -> None:
    task = _withdraw(place).tasks.get(kind=TaskKind.REMOVE_VECTORS)
    with pytest.raises(InvalidTransition):
        withdrawals.done(actor=place.world.producer, task=task)


def test_barred_pictures_are_looked_at_and_not_kept_again(place: ConsentWorld, fake: FakeCompute) -> None:  # noqa: F811
    _withdraw(place)
    barred = set(BarredContent.objects.values_list("content_sha256", flat=True))
    assert barred == {item.content_sha256 for item in place.items}
    pictures = {place.own.content_sha256: png(seed=1), f"{77:064}": png(seed=2)}
    _vectors, readable = embeddings.vectors_for(pictures)
    assert readable == set(pictures)
    assert list(Embedding.objects.values_list("content_sha256", flat=True)) == [f"{77:064}"]
    left = archive._without_vector(Drawing, "hand@0/1", 0).values_list("pk", flat=True)
    assert list(left) == [place.made.pk]


def test_a_killed_job_goes_on_where_it_was(place: ConsentWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_vectors(place)
    _withdraw(place)
    monkeypatch.setattr(forgetting, "_ROWS", 5)
    real = jobs.Lease.progress

    def killed(lease: jobs.Lease, done: int, total: int, note: str = "") -> None:
        real(lease, done, total, note)
        if done == 5:
            raise SystemExit  # as a killed worker: no handler, no outcome

    monkeypatch.setattr(jobs.Lease, "progress", killed)
    job = Job.objects.get(kind="qa.forget")
    with pytest.raises(SystemExit):
        jobs.run(str(job.pk))
    assert Embedding.objects.count() == 8
    monkeypatch.setattr(jobs.Lease, "progress", real)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1), state="queued")
    jobs.run(str(job.pk))
    assert Embedding.objects.count() == 1
    assert Withdrawal.objects.get().tasks.get(kind=TaskKind.REMOVE_VECTORS).state == TaskState.DONE


def test_a_later_day_waits_and_is_then_looked_at_again(
    place: ConsentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawal = _withdraw(place, effective_on=day(30))
    assert not withdrawal.tasks.exists()
    assert not Job.objects.filter(kind="qa.forget").exists()
    assert withdrawals.follow_due() == 0
    late = register.register(
        actor=place.world.producer, name="late", version="1", family="inbetween", origin="studio",
        inputs=[(place.version, "train")],
    )  # fmt: skip
    monkeypatch.setattr(timezone, "localdate", lambda: day_then)
    day_then = withdrawal.effective_on
    assert withdrawals.follow_due() == 1
    assert late.blocks.exists()
    assert withdrawals.follow_due() == 0


def test_notice_and_terms_that_cannot_be_withdrawn_are_respected(world: World) -> None:
    place = build(world, notice_days=30)
    with pytest.raises(InvalidInput) as refusal:
        _withdraw(place)
    assert day(30).isoformat() in refusal.value.message
    _withdraw(place, effective_on=day(30))
    fixed = grants.create(
        actor=world.producer, holder=place.holder, subject_kind="holder", scopes=["train"], revocable=False,
        signed_on=day(-1),
    )  # fmt: skip
    with pytest.raises(InvalidInput):
        _withdraw(place, grants=[fixed])


def test_an_unsigned_offer_of_newer_terms_saves_no_grant_from_withdrawal(place: ConsentWorld) -> None:
    grants.create(
        actor=place.world.producer, holder=place.holder, subject_kind="holder", scopes=["train"],
        supersedes=place.grant, notice_days=90, revocable=False,
    )  # fmt: skip
    _withdraw(place)
    assert hasattr(type(place.grant).objects.get(pk=place.grant.pk), "revocation")


def test_some_grants_may_stay(place: ConsentWorld) -> None:
    other = grants.create(
        actor=place.world.producer, holder=place.holder, subject_kind="holder", scopes=["reference"],
        signed_on=day(-1), on_revoke=OnRevoke.STOP_TRAINING,
    )  # fmt: skip
    _withdraw(place, grants=[other])
    assert [revocation.grant for revocation in Revocation.objects.all()] == [other]
    assert not place.model.blocks.exists()


def test_twice_is_refused(place: ConsentWorld) -> None:
    _withdraw(place)
    with pytest.raises(InvalidTransition):
        _withdraw(place)


@pytest.mark.parametrize("role", ["artist", "outside_artist", "supervisor", "stranger"])
def test_nobody_else_withdraws_or_ticks_off(place: ConsentWorld, role: str) -> None:
    with pytest.raises(NotAllowed):
        withdrawals.withdraw(actor=place.world.people[role], holder=place.holder, effective_on=day(0))
    assert not Withdrawal.objects.exists()
    task = _withdraw(place).tasks.filter(state=TaskState.OPEN).exclude(kind=TaskKind.REMOVE_VECTORS).first()
    with pytest.raises(NotAllowed):
        withdrawals.done(actor=place.world.people[role], task=task)
    task.refresh_from_db()
    assert task.state == TaskState.OPEN


def test_a_failure_in_the_middle_changes_nothing(
    place: ConsentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(jobs, "submit", broken)
    with pytest.raises(RuntimeError):
        _withdraw(place)
    place.version.refresh_from_db()
    assert place.version.state != VersionState.BLOCKED
    assert not place.model.blocks.exists()
    assert (Withdrawal.objects.count(), BarredContent.objects.count()) == (0, 0)


def test_a_withdrawal_is_never_rewritten_and_its_log_names_nobody(place: ConsentWorld) -> None:
    withdrawal = _withdraw(place, reason="Hana Mori has moved")
    for row in (withdrawal, withdrawal.revocations.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(effective_on=day(9))
    event = AuditEvent.objects.get(verb="consent.withdraw")
    assert "Hana" not in json.dumps([event.target_name, event.after])
    assert event.after["models"] == 2


def test_ticking_off_is_written_down_once(place: ConsentWorld) -> None:
    task = _withdraw(place).tasks.get(kind=TaskKind.TELL)
    withdrawals.done(actor=place.world.producer, task=task, note="told by phone")
    withdrawals.done(actor=place.world.producer, task=task, note="again")
    task.refresh_from_db()
    assert (task.note, task.done_by) == ("told by phone", place.world.producer)
    assert AuditEvent.objects.filter(verb="consent.task_done").count() == 1
