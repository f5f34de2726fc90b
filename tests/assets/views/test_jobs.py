"""Jobs: one card for every state, the drawer, cancel and retry, and the stream of progress."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from assets.views import jobs as pages
from studio.core.choices import JobState
from studio.core.models import Job
from tests.full_world import FullWorld


def _card(client: object, job: Job, **fields: object) -> str:
    Job.objects.filter(pk=job.pk).update(**fields)
    answer = client.get(reverse("job", args=[job.pk]), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    return answer.content.decode()


def test_one_card_shows_every_state(full: FullWorld, as_person: object) -> None:
    client, job = as_person(full.world.artist), full.job
    assert "Waits for a free worker" in _card(client, job, state=JobState.QUEUED)
    running = _card(client, job, state=JobState.RUNNING, done_count=3, total_count=12, note="measuring")
    assert 'value="25"' in running
    assert "measuring 3 / 12" in running
    failed = _card(
        client, job, state=JobState.FAILED, error_code="compute_failed", error_data={"reason": "no room"}
    )
    assert "The picture engine could not do this: no room" in failed
    assert reverse("job_retry", args=[job.pk]) in failed
    assert "Was stopped" in _card(client, job, state=JobState.CANCELLED)
    done = _card(client, job, state=JobState.DONE, seconds=2.34)
    assert "took 2.3 s" in done
    assert "<button" not in done


def test_only_a_running_job_is_followed(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    assert "data-events" in _card(client, full.job, state=JobState.RUNNING)
    assert "data-events" not in _card(client, full.job, state=JobState.DONE)


def test_who_asked_for_a_job_cancels_and_retries_it(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    client.post(reverse("job_cancel", args=[full.job.pk]))
    full.job.refresh_from_db()
    assert full.job.state == JobState.CANCELLED
    answer = client.post(reverse("job_retry", args=[full.job.pk]), headers={"HX-Request": "true"})
    full.job.refresh_from_db()
    assert full.job.state == JobState.QUEUED
    assert f'id="job-{full.job.pk}"' in answer.content.decode()


def test_somebody_else_needs_the_role_to_steer_a_job(full: FullWorld, as_person: object) -> None:
    address = reverse("job_cancel", args=[full.job.pk])
    assert as_person(full.world.assistant).post(address).status_code == 403
    assert as_person(full.world.outside_artist).post(address).status_code == 404
    assert as_person(full.world.supervisor).post(address).status_code == 302


def test_steering_leads_only_to_addresses_of_our_own(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.artist), reverse("job_cancel", args=[full.job.pk])
    answer = client.post(address, {"next": "https://elsewhere.example/"})
    assert answer["Location"] == reverse("job", args=[full.job.pk])


def test_the_drawer_names_what_each_job_is_about(full: FullWorld, as_person: object) -> None:
    Job.objects.filter(pk=full.job.pk).update(subject=f"take:{full.take.pk}")
    answer = as_person(full.world.artist).get(reverse("jobs"), headers={"HX-Request": "true"})
    assert "EP01_C012 AD T1" in answer.content.decode()
    assert 'hx-trigger="every 2s"' in answer.content.decode()


def test_the_drawer_asks_no_more_for_many_jobs(
    full: FullWorld, as_person: object, django_assert_max_num_queries: object
) -> None:
    for number in range(25):
        Job.objects.create(
            kind="qa.check_take", subject=f"take:{number}", production_id=full.world.production.pk
        )
    client = as_person(full.world.assistant)
    with django_assert_max_num_queries(20):
        client.get(reverse("jobs"), headers={"HX-Request": "true"})


def test_the_number_in_the_top_bar_counts_what_waits_or_runs(full: FullWorld, as_person: object) -> None:
    at_work = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count()
    assert at_work > 0
    client = as_person(full.world.producer)
    assert client.get(reverse("now")).json()["jobs"] == at_work
    assert as_person(full.world.stranger).get(reverse("now")).json()["jobs"] == 0


def _events(answer: object) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode()
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("id:")]
    return [dict(line.split(": ", 1) for line in block) for block in blocks]


def test_a_job_that_is_over_sends_its_last_state_and_ends(full: FullWorld, as_person: object) -> None:
    Job.objects.filter(pk=full.job.pk).update(state=JobState.DONE, done_count=4, total_count=4)
    answer = as_person(full.world.artist).get(reverse("job_events", args=[full.job.pk]))
    assert answer["Content-Type"] == "text/event-stream"
    assert answer["X-Accel-Buffering"] == "no"
    events = _events(answer)
    assert [event["event"] for event in events] == ["progress", "end"]
    assert json.loads(events[-1]["data"])["percent"] == 100


def test_the_stream_tells_each_change_once_with_a_number(
    full: FullWorld, as_person: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = iter([{"done_count": 1}, {}, {"state": JobState.FAILED, "error_code": "lease_lost"}])
    job = Job.objects.filter(pk=full.job.pk)
    job.update(state=JobState.RUNNING, total_count=4)
    monkeypatch.setattr(pages.time, "sleep", lambda _s: job.update(attempt=1, **next(steps)))
    client = as_person(full.world.artist)
    events = _events(client.get(reverse("job_events", args=[full.job.pk]), headers={"Last-Event-ID": "6"}))
    states = [(event["id"], event["event"], json.loads(event["data"])["done"]) for event in events]
    assert states == [("7", "progress", 0), ("8", "progress", 1), ("9", "progress", 1), ("10", "end", 1)]
    assert "Another worker" in json.loads(events[-1]["data"])["message"]


def test_a_stream_closes_itself_and_the_browser_comes_back(
    full: FullWorld, as_person: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_STREAM_S", 0.0)
    answer = as_person(full.world.artist).get(reverse("job_events", args=[full.job.pk]))
    assert b"".join(answer.streaming_content) == b"retry: 2000\n\n"


def test_a_stranger_follows_no_job(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.stranger)
    assert client.get(reverse("job_events", args=[full.job.pk])).status_code == 404


def test_the_page_of_jobs_keeps_the_desks_of_the_only_production(full: FullWorld, as_person: object) -> None:
    page = as_person(full.world.artist).get(reverse("jobs"))
    assert reverse("cuts", args=["HOSHI"]) in page.content.decode()
