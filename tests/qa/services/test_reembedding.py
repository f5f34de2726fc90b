"""The change to another model: in the background, in turns, resumed after a kill, cut over at once, and back."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from assets.models import ModelSheet, Take
from qa import health, tasks
from qa.models import CheckRun, Embedding, Encoder, Flag, MemoryBank
from qa.services import embeddings, encoders, measures, reembedding
from qa.services.encoders import Wish
from studio.core import compute as door
from studio.core import jobs
from studio.core.errors import ComputeFailed, InvalidTransition
from studio.core.models import AuditEvent, Job
from studio.core.storage import blobs
from tests.fakes import MODEL, FakeCompute
from tests.qa.makers import approve_sheet, check, deliver, other_design, work
from tests.world import World, png

NEW = "dinov2:ViT-S-14@w1/1"


@pytest.fixture
def checked(world: World, flag: Flag) -> World:
    """A studio whose take was checked by the first model: three drawings, a learned sheet of three."""
    sheet = ModelSheet.objects.get()
    work("qa.build_bank", f"sheet:{sheet.pk}", sheet_id=sheet.pk)
    return world


def wish(settings, embedder: str = "dinov2:ViT-S-14", weights: str = "w1") -> None:
    settings.EMBEDDER, settings.EMBEDDER_WEIGHTS = embedder, weights


def turn() -> Job:
    """Do one turn of the newest change, as a worker would."""
    job = Job.objects.filter(kind="qa.reembed").order_by("-created_at")[0]
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def told(*options: str) -> str:
    out = io.StringIO()
    call_command("reembed", *options, stdout=out)
    return out.getvalue()


def states() -> dict[str, str]:
    return dict(Encoder.objects.values_list("model_id", "state"))


@pytest.fixture
def changed(checked: World, settings) -> World:
    """The same studio after the change."""
    wish(settings)
    reembedding.begin(actor=None)
    assert turn().state == "done"
    return checked


def test_the_first_check_writes_down_which_model_serves(checked: World):
    assert states() == {MODEL: "serving"}
    assert CheckRun.objects.get().model_id == MODEL


def test_the_new_model_serves_when_it_has_every_vector_and_bank_and_the_old_ones_are_kept(changed: World):
    assert states() == {NEW: "serving", MODEL: "kept"}
    kept, new = (Embedding.objects.filter(model_id=one) for one in (MODEL, NEW))
    contents = set(kept.values_list("content_sha256", flat=True))
    assert contents == set(new.values_list("content_sha256", flat=True))
    assert len(contents) == 6
    assert [bank.model_id.partition("#")[0] for bank in MemoryBank.objects.order_by("pk")] == [MODEL, NEW]
    result = Job.objects.get(kind="qa.reembed").result
    assert result == {
        "model_id": NEW,
        "former": MODEL,
        "vectors": 6,
        "banks": 1,
        "sheets_refused": 0,
        "limits_changed": 0,
    }
    assert AuditEvent.objects.get(verb="model.serve").before == {"model_id": MODEL}


def test_the_old_model_serves_between_the_turns_and_its_new_drawings_are_made_up_for(
    checked: World, settings, monkeypatch
):
    monkeypatch.setattr(reembedding, "TURN_S", 0.0)
    monkeypatch.setattr(reembedding, "BATCH", 2)
    wish(settings)
    reembedding.begin(actor=None)
    job = turn()
    assert (job.state, job.done_count, job.total_count, job.attempt) == ("queued", 4, 7, 0)
    check(deliver(checked.cut, [png(seed=30), png(seed=31)]))
    assert CheckRun.objects.order_by("-pk")[0].model_id == MODEL
    assert states() == {MODEL: "serving", NEW: "arriving"}
    turns = 0
    while (job := turn()).state == "queued":
        turns += 1
        assert turns < 20
    assert (job.state, Embedding.objects.filter(model_id=NEW).count()) == ("done", 8)
    assert states() == {MODEL: "kept", NEW: "serving"}


def test_a_worker_killed_in_the_middle_loses_one_batch_and_makes_nothing_twice(
    checked: World, settings, monkeypatch
):
    monkeypatch.setattr(reembedding, "BATCH", 2)
    wish(settings)
    reembedding.begin(actor=None)
    engine, real = door.compute(), FakeCompute.embed
    calls: list[int] = []

    def killed(self, pngs):
        calls.append(len(pngs))
        if len(calls) == 3:
            raise SystemExit
        return real(self, pngs)

    monkeypatch.setattr(FakeCompute, "embed", killed)
    with pytest.raises(SystemExit):
        turn()
    assert Embedding.objects.filter(model_id=NEW).count() == 5
    assert states() == {MODEL: "serving", NEW: "arriving"}
    monkeypatch.setattr(FakeCompute, "embed", real)
    jobs.void_leases()
    jobs.reap()
    assert turn().state == "done"
    assert len(engine.embedded) == 6
    assert engine.compiled == [str(checked.design.pk)]


def test_a_check_that_a_change_overtakes_is_kept_as_stale_and_done_again(
    checked: World, settings, monkeypatch
):
    take = deliver(checked.cut, [png(seed=40)])
    real = measures.in_batches

    def overtaken(*args):
        yield from real(*args)
        encoders.serve_now(Wish("dinov2:ViT-S-14", "w1"), actor=None)

    monkeypatch.setattr(measures, "in_batches", overtaken)
    check(take)
    monkeypatch.setattr(measures, "in_batches", real)
    run = CheckRun.objects.get(take=take)
    assert (run.state, run.model_id) == ("stale", MODEL)
    jobs.run(str(Job.objects.get(kind="qa.check_take", state="queued").pk))
    assert CheckRun.objects.get(take=take, state="current").model_id == NEW


def test_the_health_page_tells_how_far_the_change_is(checked: World, settings, monkeypatch):
    def code() -> set[str]:
        return {finding.code for finding in health.models().findings if finding.code.startswith("model_")}

    monkeypatch.setattr(reembedding, "TURN_S", 0.0)
    assert code() == set()
    wish(settings)
    assert code() == {"model_waits"}
    reembedding.begin(actor=None)
    turn()
    assert code() == {"model_changes"}
    assert any("4 of 7 (57 %)" in finding.value for finding in health.models().findings)
    jobs.cancel(actor=checked.producer, job=Job.objects.get(kind="qa.reembed"))
    assert code() == {"model_failed"}
    told()
    while turn().state == "queued":
        pass
    assert code() == set()
    assert health.banks().state == "ok"


def test_going_back_is_at_once_and_needs_no_embedding(changed: World, settings):
    old = door.compute("hand", "")
    before = len(old.embedded)
    assert f"{MODEL} serves" in told("--back")
    assert states() == {MODEL: "serving", NEW: "kept"}
    check(Take.objects.get())
    assert len(old.embedded) == before
    assert tasks.follow_model() is False, "what was put aside by hand must not come back by itself"
    assert "model_held" in {finding.code for finding in health.models().findings}
    told()
    assert turn().state == "done"
    assert states() == {MODEL: "kept", NEW: "serving"}


def test_there_is_no_way_back_without_a_kept_model(checked: World):
    with pytest.raises(InvalidTransition):
        encoders.back(actor=None)


def test_old_vectors_go_only_when_the_operator_says_so(changed: World):
    assert "6 vectors and 1 banks" in told("--drop-old")
    assert Embedding.objects.filter(model_id=MODEL).count() == 6
    assert "dropped 6 vectors" in told("--drop-old", "--yes")
    assert set(Embedding.objects.values_list("model_id", flat=True)) == {NEW}
    assert MemoryBank.objects.count() == 1
    assert states() == {NEW: "serving"}
    assert CheckRun.objects.get().model_id == MODEL, "what was found stays"


def test_takes_of_the_former_model_are_checked_again_when_asked(changed: World):
    assert "1 present checks are of another model" in told("--status")
    assert told("--recheck") == "1 checks queued\n"
    jobs.run(str(Job.objects.get(kind="qa.check_take", state="queued").pk))
    assert list(CheckRun.objects.order_by("pk").values_list("model_id", "state")) == [
        (MODEL, "stale"),
        (NEW, "current"),
    ]
    assert told("--recheck") == "0 checks queued\n"


def test_workers_follow_the_settings_by_themselves_once(checked: World, settings):
    assert tasks.follow_model() is False
    wish(settings)
    assert tasks.follow_model() is True
    assert tasks.follow_model() is True
    assert Job.objects.filter(kind="qa.reembed").count() == 1
    wish(settings, weights="w2")
    tasks.follow_model()
    first, second = Job.objects.filter(kind="qa.reembed").order_by("created_at")
    assert (first.cancel_requested, second.params["weights"]) == (True, "w2")


def test_a_model_that_cannot_be_loaded_says_why_and_the_old_one_serves_on(
    checked: World, settings, monkeypatch
):
    settings.COMPUTE = "tests.qa.services.test_reembedding.Choosy"
    wish(settings)
    reembedding.begin(actor=None)
    job = turn()
    assert (job.state, job.error_data["reason"]) == ("failed", "w1 cannot be read")
    assert "w1 cannot be read. Put it right, then `manage.py reembed`" in told("--status")
    assert tasks.follow_model() is False, "a change that failed waits for a person"
    assert states() == {MODEL: "serving"}
    settings.COMPUTE = "tests.fakes.FakeCompute"
    told()
    assert turn().state == "done"


class Choosy(FakeCompute):
    """An engine that loads no weights."""

    def __init__(self, embedder: str, weights: str) -> None:
        if weights:
            raise ComputeFailed(reason=f"{weights} cannot be read")
        super().__init__(embedder, weights)


def test_a_file_that_was_replaced_under_the_serving_model_is_refused_with_the_way_out(changed: World):
    door.compute("dinov2:ViT-S-14", "w1").model = "dinov2:ViT-S-14@other/1"
    with pytest.raises(ComputeFailed) as caught:
        embeddings.vectors_for({"x": png(seed=50)})
    assert "put the old file back" in caught.value.data["reason"]


def test_new_code_of_the_same_weights_serves_at_once(changed: World):
    door.compute("dinov2:ViT-S-14", "w1").model = "dinov2:ViT-S-14@w1/2"
    assert embeddings.packs_for([changed.design]).banks[0].pack.model_id == "dinov2:ViT-S-14@w1/2"
    assert states()["dinov2:ViT-S-14@w1/2"] == "serving"


def test_a_sheet_that_the_new_model_refuses_does_not_hold_up_the_change(
    checked: World, settings, monkeypatch
):
    approve_sheet(other_design(checked))
    real = FakeCompute.compile

    def refuse(self, design_key, *rest):
        if design_key == str(checked.design.pk):
            raise ComputeFailed(reason="an approved drawing is empty")
        return real(self, design_key, *rest)

    monkeypatch.setattr(FakeCompute, "compile", refuse)
    wish(settings)
    reembedding.begin(actor=None)
    job = turn()
    assert (job.state, job.result["sheets_refused"], job.result["banks"]) == ("done", 1, 1)


def test_a_picture_that_was_lost_does_not_hold_up_the_change(checked: World, settings, monkeypatch):
    lost = Take.objects.get().cells.get().drawings.first().view_blob
    real = type(blobs()).read

    def read(self, sha256):
        if sha256 == lost:
            raise reembedding.NotFound(what="picture")
        return real(self, sha256)

    monkeypatch.setattr(type(blobs()), "read", read)
    wish(settings)
    reembedding.begin(actor=None)
    assert turn().state == "done"
    assert Embedding.objects.filter(model_id=NEW).count() == 5


def test_serving_at_once_makes_vectors_when_they_are_asked_for(checked: World, settings):
    wish(settings)
    assert f"{NEW} serves" in told("--now")
    assert Embedding.objects.filter(model_id=NEW).count() == 0
    check(Take.objects.get())
    assert Embedding.objects.filter(model_id=NEW).count() == 3


def test_the_command_says_the_same_to_machines_and_refuses_two_things_at_once(changed: World):
    found = json.loads(told("--status", "--json"))
    assert [(row["state"], row["vectors"]) for row in found["models"]] == [("serving", 6), ("kept", 6)]
    assert (found["change"]["state"], found["change"]["percent"]) == ("done", 100)
    assert told() == f"{NEW} serves already\n"
    with pytest.raises(CommandError):
        call_command("reembed", "--back", "--now")


def test_a_sheet_approved_during_the_change_is_learned_by_both(checked: World, settings, monkeypatch):
    monkeypatch.setattr(reembedding, "TURN_S", 0.0)
    wish(settings)
    reembedding.begin(actor=None)
    turn()
    sheet = approve_sheet(other_design(checked))
    work("qa.build_bank", f"sheet:{sheet.pk}", sheet_id=sheet.pk)
    while turn().state == "queued":
        pass
    made = {bank.model_id.partition("#")[0] for bank in MemoryBank.objects.filter(sheet=sheet)}
    assert made == {MODEL, NEW}
