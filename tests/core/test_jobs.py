"""Jobs are never lost or doubled: one claim wins, late results are refused, attempts are capped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from studio.core import jobs, queue
from studio.core.choices import JobState
from studio.core.errors import ComputeBusy, InvalidInput, InvalidTransition, StaleInput
from studio.core.models import AuditEvent, Job, User

pytestmark = pytest.mark.django_db
deeds: list[str] = []


def steady(lease: jobs.Lease, name: str) -> None:
    """Do one step and leave the end to `run`."""
    lease.progress(1, 2, "halfway")
    deeds.append(name)


def long(lease: jobs.Lease, name: str) -> None:
    """Do one piece of three a turn."""
    deeds.append(name)
    lease.progress(len(deeds), 3)
    if len(deeds) < 3:
        raise jobs.Later


def failing(lease: jobs.Lease, name: str) -> None:
    """Raise what the test asks for."""
    errors = {
        "studio": InvalidInput(field="x", reason="y"),
        "bug": ZeroDivisionError("oh"),
        "busy": ComputeBusy(),
        "database": OperationalError("gone"),
    }
    raise errors[name]


@pytest.fixture(autouse=True)
def handlers(settings):
    deeds.clear()
    settings.JOB_HANDLERS = {
        "t.steady": ("tests.core.test_jobs.steady", "io"),
        "t.long": ("tests.core.test_jobs.long", "gpu"),
        "t.failing": ("tests.core.test_jobs.failing", "gpu"),
    }
    settings.JOB_LEASE_S = 30
    settings.JOB_MAX_ATTEMPTS = 3


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The ids that were sent to the broker."""
    ids: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda _name, *, queue, job_id: ids.append(job_id))
    return ids


@pytest.fixture
def boss() -> User:
    return User.objects.create_user("boss")


def _submit(kind: str = "t.steady", name: str = "a", subject: str = "take:1") -> Job:
    return jobs.submit(actor=None, kind=kind, subject=subject, production_id=None, params={"name": name})


def _expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def _waited(job: Job, seconds: int) -> None:
    Job.objects.filter(pk=job.pk).update(sent_at=timezone.now() - timedelta(seconds=seconds))


def _lease(job: Job) -> jobs.Lease:
    lease = jobs._claim(str(job.pk))
    assert lease is not None
    return lease


def test_a_job_is_sent_and_done_once(sent):
    job = _submit()
    jobs.run(str(job.pk))
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempt, deeds, sent) == (JobState.DONE, 1, ["a"], [str(job.pk)])


def test_the_same_wish_that_still_waits_is_one_job(sent):
    assert _submit() == _submit()
    assert _submit(subject="take:2") != _submit()
    assert len(sent) == 2


def test_a_wish_of_a_running_job_is_a_new_job(sent):
    first = _submit()
    _lease(first)
    assert _submit() != first


def test_of_two_claims_one_wins(sent):
    job = _submit()
    _lease(job)
    assert jobs._claim(str(job.pk)) is None


def test_an_expired_lease_may_be_claimed_and_the_late_worker_is_stopped(sent):
    job = _submit()
    late = _lease(job)
    _expire(job)
    _lease(job)
    with pytest.raises(StaleInput):
        late.progress(1, 2)


def test_the_result_of_a_lost_lease_is_refused_with_everything_it_wrote(sent, boss):
    job = _submit()
    late = _lease(job)
    _expire(job)
    _lease(job)
    with pytest.raises(StaleInput), late.committing({"run": 1}):
        User.objects.create_user("written-by-the-late-one")
    assert not User.objects.filter(username="written-by-the-late-one").exists()
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.RUNNING, {})


def test_an_outcome_that_fails_while_it_is_written_leaves_nothing(sent):
    lease = _lease(_submit())
    User.objects.create_user("there")
    with pytest.raises(IntegrityError), lease.committing({}):
        User.objects.bulk_create([User(username="half"), User(username="there")], batch_size=1)
    assert not User.objects.filter(username="half").exists()


def test_progress_renews_the_lease(sent):
    job = _submit()
    lease = _lease(job)
    _expire(job)
    lease.progress(3, 9, "measuring")
    job.refresh_from_db()
    assert (job.done_count, job.total_count, job.note, job.percent) == (3, 9, "measuring", 33)
    assert job.lease_until > timezone.now()


def test_a_long_job_steps_back_between_its_turns_and_counts_no_attempts(sent):
    job = _submit(kind="t.long")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempt, job.done_count, sent) == (JobState.QUEUED, 0, 1, [str(job.pk)] * 2)
    assert jobs.reap() == 0
    for _turn in range(2):
        jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempt, deeds) == (JobState.DONE, 1, ["a"] * 3)


def test_a_long_job_is_cancelled_between_two_turns(sent, boss):
    job = _submit(kind="t.long")
    jobs.run(str(job.pk))
    jobs.cancel(actor=boss, job=Job.objects.get(pk=job.pk))
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, deeds) == (JobState.CANCELLED, ["a"])


def test_the_reaper_sends_a_dead_workers_job_again(sent):
    job = _submit()
    _lease(job)
    assert jobs.reap() == 0
    _expire(job)
    assert jobs.reap() == 1
    assert sent == [str(job.pk)] * 2
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.DONE, 2)


def test_a_job_that_kills_every_worker_fails_for_good(sent):
    job = _submit()
    for _attempt in range(3):
        _lease(job)
        _expire(job)
        jobs.reap()
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_data) == (
        JobState.FAILED,
        "attempts_exhausted",
        {"attempts": 3},
    )
    assert jobs._claim(str(job.pk)) is None
    assert jobs.reap() == 0


def test_a_lost_message_is_sent_again_when_the_queue_stands_idle(sent):
    job = _submit()
    _waited(job, 20)
    assert jobs.reap() == 0
    _waited(job, 40)
    assert jobs.reap() == 1
    assert len(sent) == 2


def test_a_job_in_line_behind_a_busy_worker_is_not_sent_over_and_over(sent):
    _lease(_submit(name="long"))
    waiting = _submit(name="short", subject="take:2")
    _waited(waiting, 60)
    assert jobs.reap() == 0
    _waited(waiting, 3600)
    assert jobs.reap() == 1


def test_another_queues_work_is_no_reason_to_wait(sent):
    _lease(_submit(kind="t.failing", name="bug"))
    lost = _submit(subject="take:2")
    _waited(lost, 40)
    assert jobs.reap() == 1


def test_a_studio_error_ends_the_job_with_its_code_and_data(sent):
    job = _submit("t.failing", "studio")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "invalid_input")
    assert job.error_data == {"field": "x", "reason": "y"}


def test_an_unforeseen_error_ends_the_job_with_its_trace(sent):
    job = _submit("t.failing", "bug")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "job_failed")
    assert "ZeroDivisionError: oh" in job.error_detail


def test_a_job_of_a_kind_that_nobody_knows_fails_with_its_reason(sent, settings):
    job = _submit()
    settings.JOB_HANDLERS = {}
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "job_failed")


@pytest.mark.parametrize("away", ["busy", "database"])
def test_a_busy_device_or_a_lost_database_gives_the_job_back(sent, away: str):
    job = _submit("t.failing", away)
    jobs.run(str(job.pk))
    assert jobs.reap() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.QUEUED, 1)


def test_cancelling_a_waiting_job_ends_it_at_once(sent, boss):
    job = jobs.cancel(actor=boss, job=_submit())
    jobs.run(str(job.pk))
    assert (job.state, deeds) == (JobState.CANCELLED, [])
    assert AuditEvent.objects.get().verb == "job.cancel"


def test_cancelling_a_running_job_stops_it_between_two_steps(sent, boss):
    job = _submit()
    lease = _lease(job)
    jobs.cancel(actor=boss, job=job)
    with pytest.raises(jobs.Cancelled):
        lease.progress(1, 2)


def test_a_cancelled_job_whose_worker_died_is_not_started_again(sent, boss):
    job = _submit()
    _lease(job)
    jobs.cancel(actor=boss, job=job)
    _expire(job)
    jobs.reap()
    job.refresh_from_db()
    assert (job.state, len(sent)) == (JobState.CANCELLED, 1)


def test_retry_starts_a_failed_job_anew(sent, boss):
    job = _submit("t.failing", "bug")
    jobs.run(str(job.pk))
    job = jobs.retry(actor=boss, job=job)
    assert (job.state, job.attempt, job.error_code, job.error_detail) == (JobState.QUEUED, 0, "", "")
    assert sent == [str(job.pk)] * 2


def test_what_is_over_cannot_be_cancelled_and_what_runs_cannot_be_retried(sent, boss):
    job = _submit()
    with pytest.raises(InvalidTransition):
        jobs.retry(actor=boss, job=job)
    jobs.run(str(job.pk))
    with pytest.raises(InvalidTransition):
        jobs.cancel(actor=boss, job=job)
