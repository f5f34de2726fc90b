"""Health: each thing that can be wrong is said with what to do, on the page, by the command and to load balancers."""

from __future__ import annotations

import io
import json
import os
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets import health as assets_health
from qa import health as qa_health
from studio.core import gauges, health, jobs, probes, workers
from studio.core.models import Gauge, Job, User, Worker
from tests.world import World

Usage = namedtuple("Usage", "total used free")


def codes(section: health.Section) -> set[str]:
    return {finding.code for finding in section.findings if finding.state in {health.BAD, health.WARN}}


def waiting_job(seconds: int) -> Job:
    job = Job.objects.create(kind="qa.check_take")
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=seconds))
    return job


def test_a_job_that_waits_while_nobody_works_is_a_stuck_queue(db: None) -> None:
    waiting_job(90)
    assert codes(probes.queue()) == {"queue_stuck"}


def test_a_job_that_waits_while_a_worker_lives_is_not_stuck(db: None) -> None:
    waiting_job(90)
    workers.beat("sakkan@here", queues=["gpu"], slots=2)
    assert codes(probes.queue()) == set()
    waiting_job(3600)
    assert codes(probes.queue()) == {"queue_slow"}


def test_failed_and_lost_jobs_are_said(db: None) -> None:
    Job.objects.create(kind="qa.check_take", state="failed", finished_at=timezone.now())
    Job.objects.create(
        kind="qa.check_take", state="running", lease_until=timezone.now() - timedelta(minutes=1)
    )
    assert codes(probes.queue()) == {"jobs_failed", "jobs_lost"}


def test_without_a_worker_the_page_says_how_to_start_one(db: None) -> None:
    assert codes(probes.workers_alive()) == {"no_worker"}


def test_a_worker_that_leaves_a_queue_alone_is_not_enough(db: None) -> None:
    workers.beat("a@here", queues=["io"], slots=1)
    assert codes(probes.workers_alive()) == {"queue_unserved"}
    workers.beat("b@here", queues=["gpu", "cpu"], slots=1)
    assert codes(probes.workers_alive()) == set()


def test_a_worker_that_went_without_a_word_is_named_and_one_that_ended_is_not(db: None) -> None:
    workers.beat("a@here", queues=["io", "gpu", "cpu"], slots=1)
    workers.beat("b@here", queues=["io"], slots=1)
    Worker.objects.filter(name="b@here").update(seen_at=timezone.now() - timedelta(minutes=5))
    assert codes(probes.workers_alive()) == {"worker_gone"}
    workers.stopped("b@here")
    assert codes(probes.workers_alive()) == set()


def test_a_worker_says_what_it_does(db: None) -> None:
    workers.beat("a@here", queues=["io", "gpu", "cpu"], slots=1)
    soon = timezone.now() + timedelta(minutes=1)
    Job.objects.create(
        kind="qa.check_take", subject="take:7", state="running", worker="a@here", lease_until=soon
    )
    assert "qa.check_take take:7" in probes.workers_alive().findings[0].value


def test_a_job_remembers_who_did_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "tell_engine", lambda name: None)
    job = waiting_job(0)
    jobs.run(str(job.pk), worker="a@here")
    job.refresh_from_db()
    assert job.worker == "a@here"


def test_an_engine_that_cannot_be_told_harms_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    workers.beat("a@here", queues=["gpu"], slots=1)
    monkeypatch.setattr("studio.core.compute.loaded", lambda: 1 / 0)
    workers.tell_engine("a@here")
    monkeypatch.setattr("studio.core.compute.loaded", lambda: {"device": "cpu", "model_id": "hand@1"})
    workers.tell_engine("a@here")
    assert Worker.objects.get().engine["model_id"] == "hand@1"


def test_a_worker_without_the_gpu_that_is_asked_for_is_told(db: None, settings) -> None:
    settings.COMPUTE_DEVICE = "cuda"
    workers.beat("a@here", queues=["gpu"], slots=1)
    Worker.objects.update(engine={"device": "cpu", "memory_total": "1000"}, engine_at=timezone.now())
    assert codes(probes.devices()) == {"no_gpu"}


@pytest.mark.parametrize(("free", "state"), [(50, "ok"), (9, "warn"), (2, "bad")])
def test_little_room_on_the_disk_is_said(
    db: None, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr(probes.shutil, "disk_usage", lambda _folder: Usage(100, 100 - free, free))
    assert probes.disk().state == state


def test_growth_that_fills_the_disk_soon_is_said(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    Gauge.objects.create(name=gauges.DATA, day=today - timedelta(days=5), value=0)
    Gauge.objects.create(name=gauges.DATA, day=today, value=50)
    monkeypatch.setattr(probes.shutil, "disk_usage", lambda _folder: Usage(100, 0, 100))
    assert gauges.growth_per_day(gauges.DATA) == 10
    assert codes(probes.disk()) == {"disk_growth"}


def test_the_disk_is_measured_once_a_day(db: None, settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.BLOBS = tmp_path, str(tmp_path / "blobs")
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "a").write_bytes(b"12345")
    gauges.measure_disk()
    gauges.measure_disk()
    assert list(Gauge.objects.values_list("name", "value")) == [(gauges.BLOBS, 5), (gauges.DATA, 5)]


def test_missing_weights_are_named_with_the_way_out(db: None, settings, tmp_path: Path) -> None:
    settings.EMBEDDER, settings.EMBEDDER_WEIGHTS = "openclip:ViT-B-32", str(tmp_path / "none.safetensors")
    assert codes(qa_health.models()) == {"weights_missing"}


def test_weights_that_the_workers_have_not_loaded_are_told(db: None, settings, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(b"weights")
    settings.EMBEDDER, settings.EMBEDDER_WEIGHTS = "openclip:ViT-B-32", str(path)
    assert codes(qa_health.models()) == set()
    workers.beat("a@here", queues=["gpu"], slots=1)
    Worker.objects.update(engine={"model_id": "openclip:ViT-B-32@0123/1"}, engine_at=timezone.now())
    assert codes(qa_health.models()) == {"weights_differ"}


def test_a_backup_is_known_by_its_mark(db: None, settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    assert codes(probes.backup()) == {"no_backup"}
    mark = tmp_path / probes.BACKUP_MARK
    mark.touch()
    assert codes(probes.backup()) == set()
    os.utime(mark, (0, 0))
    assert codes(probes.backup()) == {"old_backup"}


def test_open_migrations_are_said_and_keep_a_load_balancer_away(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().get(reverse("ready")).json() == {
        "ready": True,
        "checks": {"database": True, "migrations": True, "data_folder": True},
    }
    monkeypatch.setattr(probes, "open_migrations", lambda: ["qa.0009_later"])
    assert codes(probes.database()) == {"migrations_open"}
    answer = Client().get(reverse("ready"))
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] is False


def test_a_store_that_cannot_be_written_is_said(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> object:
        raise OSError("read-only file system")

    monkeypatch.setattr(assets_health, "blobs", broken)
    assert codes(assets_health.storage()) == {"storage"}


def test_a_probe_that_fails_is_a_finding_and_the_others_go_on(db: None, settings) -> None:
    settings.HEALTH_PROBES = ["studio.core.probes.nowhere", "studio.core.probes.versions"]
    sections = health.examine()
    assert [section.state for section in sections] == ["bad", "ok"]


def test_the_command_prints_the_same_and_ends_with_1_when_something_does_not_work(db: None, settings) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("health", stdout=out)
    assert ended.value.code == 1
    assert "Start a worker" in out.getvalue()
    settings.HEALTH_PROBES = ["studio.core.probes.versions"]
    out = io.StringIO()
    call_command("health", "--json", stdout=out)
    assert json.loads(out.getvalue())["state"] == "ok"


def test_the_page_names_every_problem_first(world: World) -> None:
    client = Client()
    client.force_login(User.objects.create_user("root", password="root-pass", is_staff=True))
    page = client.get(reverse("health")).content.decode()
    assert "Something does not work" in page
    assert page.index("none lives") < page.index('id="queue"')
