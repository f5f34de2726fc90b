"""Memory banks and vectors: compiled once, healed when damaged, never mixed between models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assets.choices import SheetState
from assets.models import ModelSheet
from qa.models import CheckRun, Embedding, MemoryBank
from qa.services import embeddings
from studio.core import jobs
from studio.core.errors import ComputeFailed
from studio.core.models import Job
from studio.core.storage import blobs
from tests.fakes import MODEL, FakeCompute
from tests.qa.makers import approve_sheet, check, deliver, other_design, work
from tests.world import World, png


@pytest.fixture
def sheet(world: World, fake: FakeCompute) -> ModelSheet:
    return approve_sheet(world.design)


def _build(sheet: ModelSheet) -> Job:
    return work("qa.build_bank", f"sheet:{sheet.pk}", sheet_id=sheet.pk)


def _blob_file(settings, sha256: str) -> Path:
    return next(path for path in Path(settings.BLOBS).rglob(sha256) if path.is_file())


def test_approving_embeds_the_drawings_and_keeps_the_bank(sheet: ModelSheet):
    job = _build(sheet)
    bank = MemoryBank.objects.get()
    assert (bank.sheet, bank.drawings, bank.limits) == (sheet, 3, {"PROPORTION": 6.0})
    assert Embedding.objects.filter(model_id=MODEL).count() == 3
    assert blobs().exists(bank.sha256)
    assert job.result["drawings"] == 3


def test_a_kept_bank_is_not_compiled_again(sheet: ModelSheet, fake: FakeCompute, world: World):
    first = embeddings.packs_for([world.design]).banks[0].pack
    second = embeddings.packs_for([world.design]).banks[0].pack
    assert (first, fake.compiled) == (second, [str(world.design.pk)])


@pytest.mark.parametrize("harm", ["damaged", "missing"])
def test_a_bank_that_cannot_be_read_is_compiled_anew(
    sheet: ModelSheet, fake: FakeCompute, world: World, settings, harm: str
):
    first = embeddings.packs_for([world.design]).banks[0].pack
    file = _blob_file(settings, first.sha256)
    file.write_bytes(b"half") if harm == "damaged" else file.unlink()
    again = embeddings.packs_for([world.design]).banks[0].pack
    assert again == first
    assert len(fake.compiled) == 2


def test_another_version_of_the_check_does_not_read_old_banks(
    sheet: ModelSheet, fake: FakeCompute, world: World, monkeypatch
):
    embeddings.packs_for([world.design])
    monkeypatch.setattr(embeddings, "CODE_VERSION", "next")
    embeddings.packs_for([world.design])
    assert len(fake.compiled) == 2


def test_a_design_without_sheet_and_one_that_cannot_be_compiled_are_named(
    sheet: ModelSheet, fake: FakeCompute, world: World, monkeypatch
):
    bare = other_design(world)

    def refuse(*args):
        raise ComputeFailed(reason="an approved drawing is empty")

    monkeypatch.setattr(fake, "compile", refuse)
    packs = embeddings.packs_for([world.design, bare])
    assert packs.banks == []
    assert packs.without_sheet == [bare]
    assert packs.failed == [(world.design, "an approved drawing is empty")]


def test_vectors_keep_the_order_of_the_pictures_whether_new_or_known(fake: FakeCompute, db: None):
    pictures = {name: png(seed=seed) for seed, name in enumerate("abc")}
    alone, _readable = embeddings.vectors_for({"b": pictures["b"]})
    together, readable = embeddings.vectors_for(pictures)
    assert np.array_equal(together.vectors[1], alone.vectors[0])
    assert (readable, len(fake.embedded)) == ({"a", "b", "c"}, 3)


def test_a_sheet_that_is_no_longer_approved_is_left_alone(sheet: ModelSheet, fake: FakeCompute):
    ModelSheet.objects.update(state=SheetState.SUPERSEDED)
    _build(sheet)
    assert fake.compiled == []


def test_a_new_version_takes_old_flags_out_of_the_queue_and_checks_again(sheet: ModelSheet, world: World):
    take = deliver(world.cut, [png(seed=1)])
    check(take)
    _build(approve_sheet(world.design, version=2))
    assert CheckRun.objects.get().state == "stale"
    job = Job.objects.get(kind="qa.check_take", state="queued")
    jobs.run(str(job.pk))
    assert list(CheckRun.objects.order_by("pk").values_list("state", flat=True)) == ["stale", "current"]


def test_a_first_sheet_checks_the_takes_that_waited_for_it_and_no_others(world: World, fake: FakeCompute):
    waited = deliver(world.cut, [png(seed=1)])
    check(waited)
    check(deliver(world.other_cut, [png(seed=1)]))
    _build(approve_sheet(world.design))
    (job,) = Job.objects.filter(kind="qa.check_take", state="queued")
    assert job.params == {"take_id": waited.pk}
