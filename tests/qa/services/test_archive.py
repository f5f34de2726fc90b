"""The archive's index follows the rows: new drawings appear, removed ones vanish, nothing is done twice."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.management import call_command

from assets.models import Cell, Cut, Drawing, Episode, Production
from qa import archive_state, health_archive, tasks
from qa.models import Embedding
from qa.services import archive, embeddings
from studio.core import compute as door
from studio.core import jobs
from studio.core.errors import NotFound
from studio.core.models import AuditEvent, Job
from tests.fakes import MODEL, FakeArchive, FakeCompute
from tests.qa.makers import approve_sheet, check, deliver, work
from tests.world import World, png


def update() -> Job:
    return work("qa.archive", "archive", anew=False)


def kept() -> FakeArchive:
    return door.archive(MODEL)  # type: ignore[return-value]


def contents(production: Production) -> set[str]:
    ids = kept().ids_of(production.pk).tolist()
    return set(Embedding.objects.filter(pk__in=ids).values_list("content_sha256", flat=True))


@pytest.fixture
def studio(world: World, fake: FakeCompute) -> World:
    """An approved sheet of three drawings and a take of two, none of it embedded or checked."""
    approve_sheet(world.design)
    deliver(world.cut, [png(seed=1), png(seed=2)], by=world.artist)
    return world


def test_every_drawing_gets_a_vector_and_a_row_whether_it_was_checked_or_not(
    studio: World, fake: FakeCompute
):
    job = update()
    assert (job.result["rows"], job.result["productions"]) == (5, 1)
    assert contents(studio.production) == set(Embedding.objects.values_list("content_sha256", flat=True))
    assert len(fake.embedded) == 5


def test_only_what_is_new_is_added_and_what_is_gone_vanishes(studio: World, fake: FakeCompute):
    update()
    take = deliver(studio.other_cut, [png(seed=2), png(seed=3)])
    update()
    assert (kept().added, kept().removed, len(fake.embedded)) == (6, 0, 6)
    Drawing.objects.filter(cell__take=take).delete()
    update()
    assert (kept().added, kept().removed) == (6, 1), "the drawing of seed 2 still stands in the first take"
    assert kept().facts()["rows"] == 5


def test_one_picture_in_two_productions_lies_in_both_and_an_empty_production_in_none(studio: World):
    other = Production.objects.create(code="TSUKI", title="Tsuki")
    cut = Cut.objects.create(episode=Episode.objects.create(production=other, code="EP01"), number="001")
    deliver(cut, [png(seed=1)])
    update()
    assert contents(other) < contents(studio.production)
    Cell.objects.filter(take__cut=cut).delete()
    update()
    assert kept().facts()["groups"] == [studio.production.pk]


def test_a_check_makes_the_index_stale_and_the_beat_brings_it_up_again(studio: World):
    assert tasks.follow_archive() is False, "nothing was ever embedded, so no model serves"
    embeddings.current()
    assert tasks.follow_archive() is True
    assert tasks.follow_archive() is False, "one waits already"
    jobs.run(str(Job.objects.get(kind="qa.archive").pk))
    assert not archive_state.is_stale(MODEL)
    assert tasks.follow_archive() is False
    check(deliver(studio.cut, [png(seed=9)]))
    assert archive_state.is_stale(MODEL)
    assert tasks.follow_archive() is True


def test_a_killed_update_loses_nothing_and_goes_on(studio: World, fake: FakeCompute, monkeypatch):
    monkeypatch.setattr(archive, "BATCH", 2)
    real = FakeArchive.change
    calls: list[int] = []

    def killed(self, *args):
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return real(self, *args)

    monkeypatch.setattr(FakeArchive, "change", killed)
    job = archive.request(actor=None)
    with pytest.raises(SystemExit):
        jobs.run(str(job.pk))
    assert kept().note == {}, "the mark is written last"
    monkeypatch.setattr(FakeArchive, "change", real)
    jobs.void_leases()
    jobs.reap()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["rows"], kept().added) == ("done", 5, 5)
    assert len(fake.embedded) == 5


def test_it_embeds_in_turns_behind_the_checks_that_wait(studio: World, monkeypatch):
    monkeypatch.setattr(archive, "TURN_S", 0.0)
    monkeypatch.setattr(archive, "BATCH", 2)
    job = archive.request(actor=None)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.done_count, Embedding.objects.count()) == ("queued", 2, 2)
    for _ in range(5):
        jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["rows"]) == ("done", 5)


def test_a_lost_index_is_built_anew_from_the_rows(studio: World, fake: FakeCompute):
    update()
    kept().clear()
    update()
    assert (kept().facts()["rows"], len(fake.embedded)) == (5, 5)


def test_building_anew_is_for_administrators_and_is_written_down(studio: World):
    with pytest.raises(NotFound):
        archive.request(actor=studio.supervisor)
    out = io.StringIO()
    call_command("archive", "--anew", stdout=out)
    assert Job.objects.get(kind="qa.archive").params == {"anew": True}
    assert AuditEvent.objects.get(verb="archive.rebuild").after == {"anew": True}
    jobs.run(str(Job.objects.get(kind="qa.archive").pk))
    call_command("archive", "--status", stdout=out)
    assert "5 pictures of 1 productions" in out.getvalue()


def test_the_health_page_tells_how_the_index_is(studio: World):
    def codes() -> set[str]:
        return {finding.code for finding in health_archive.archive().findings} - {""}

    assert codes() == set()
    embeddings.current()
    assert codes() == {"archive_missing"}
    update()
    assert codes() == set()
    deliver(studio.cut, [png(seed=20)])
    assert codes() == {"archive_stale"}
    Job.objects.filter(kind="qa.archive").update(
        state="failed", error_code="compute_failed", error_data={"reason": "x"}
    )
    assert "archive_failed" in codes()


def test_the_real_index_holds_the_same_rows(studio: World, settings, tmp_path):
    settings.ARCHIVE, settings.CACHE_DIR = "studio.core.compute.LocalArchive", tmp_path
    settings.COMPUTE_DEVICE = "cpu"
    door.archive.cache_clear()
    assert update().result["rows"] == 5
    index = door.archive(MODEL)
    query = door.Embeddings(MODEL, np.ones((1, 16), np.float32))
    assert len(index.search(query, {studio.production.pk: None}, np.zeros(0, np.int64), 9)[0]) == 5
