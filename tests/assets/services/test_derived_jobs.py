"""The job of in-betweening loses and doubles nothing, whatever stops it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assets.models import DerivedJob, ProposalDrawing, ProposalPart, Run
from assets.services import derived
from assets.services.derived_jobs import draw_inbetweens
from studio.core import jobs
from studio.core.models import Job
from tests.derived_world import ask, keys_take, proposed, run
from tests.fakes import FakeDrafting
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_drafting")]


class Killed(BaseException):
    """The worker's process ends here: no handler of any error runs."""


def states() -> list[str]:
    return [each.state for each in ProposalDrawing.objects.order_by("index")]


def kill_at(fake: FakeDrafting, position: float, made: DerivedJob) -> None:
    """Let a worker die at a drawing, and its lease run out."""
    fake.fails_at[position] = Killed()  # type: ignore[assignment]
    with pytest.raises(Killed):
        jobs.run(str(made.job_id))
    fake.fails_at.clear()
    Job.objects.filter(pk=made.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_killed_worker_loses_no_drawing_and_the_next_one_doubles_none(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = ask(world, keys_take(world))
    kill_at(fake_drafting, 0.5, made)
    assert states() == ["drawn", "waiting", "waiting"]
    first = ProposalDrawing.objects.earliest("index").blob
    assert jobs.reap() == 1
    assert run(made).state == "done"
    assert states() == ["drawn"] * 3
    assert ProposalDrawing.objects.earliest("index").blob == first
    assert fake_drafting.asked[-1]["positions"] == (0.5, 0.75)
    assert Run.objects.count() == 1
    assert ProposalDrawing.objects.filter(run=Run.objects.get()).count() == 3


def test_a_worker_that_lost_its_lease_writes_no_outcome(world: World, fake_drafting: FakeDrafting) -> None:
    made = ask(world, keys_take(world))
    lease = jobs._claim(str(made.job_id))
    Job.objects.filter(pk=made.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run(made).state == "done"
    with pytest.raises(jobs.StaleInput):
        draw_inbetweens(lease, **lease.job.params)
    assert Run.objects.count() == 1


def test_progress_is_told_drawing_by_drawing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int, str]] = []
    monkeypatch.setattr(jobs.Lease, "progress", lambda _self, *args: told.append(args))
    made = ask(world, keys_take(world))
    run(made)
    assert told == [(0, 3, ""), (1, 3, "A2"), (2, 3, "A3"), (3, 3, "A4")]


def test_cancelling_stops_between_two_drawings_and_a_retry_goes_on(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = ask(world, keys_take(world))
    drawn_first = fake_drafting._one

    def cancel_then_draw(a_png: bytes, at: float) -> object:
        if at == 0.5:
            jobs.cancel(actor=world.artist, job=made.job)
        return drawn_first(a_png, at)

    fake_drafting._one = cancel_then_draw  # type: ignore[method-assign, assignment]
    assert run(made).state == "cancelled"
    assert made.state == "cancelled"
    fake_drafting._one = drawn_first  # type: ignore[method-assign]
    jobs.retry(actor=world.artist, job=made.job)
    assert run(made).state == "done"
    assert states() == ["drawn"] * 3
    assert made.state == "proposed"


def test_a_failed_request_is_steered_into_one_that_can_be_drawn(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = ask(world, keys_take(world))
    fake_drafting.fails_at[0.25] = RuntimeError("no memory")
    assert run(made).error_code == "job_failed"
    fake_drafting.fails_at.clear()
    derived.steer(actor=world.artist, derived=made, wish=derived.Wish(chart="1/3, 1/2, 2/3"))
    assert run(made).state == "done"


def test_a_worker_with_other_weights_than_the_register_means_draws_nothing(
    world: World, fake_drafting: FakeDrafting, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"engine": "fake-1", "model_id": "other@123456789abc"}
    monkeypatch.setattr(FakeDrafting, "describe_inbetween", lambda _self, weights=True: told)
    job = run(ask(world, keys_take(world)))
    assert (job.state, job.error_code) == ("failed", "compute_failed")
    assert not fake_drafting.asked


def test_the_database_lets_nobody_change_what_was_proposed(world: World) -> None:
    proposed(world)
    for model in ("proposal", "proposalkey", "proposalpart"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE assets_{model} SET recorded_at = recorded_at")  # noqa: S608
    with pytest.raises(AssertionError):
        ProposalPart.objects.get().save()
