"""What a model makes leads back to the model, the decision and the cut; without a yes nothing is written."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from PIL import Image

from assets.models import Artefact, ModelVersion, Production, ProposalDrawing, Run
from assets.rights.facts import Question
from assets.services import audits, gate, made, register
from assets.services.derived import Wish
from studio.core.errors import LicenceRefused
from studio.core.models import Job
from studio.core.storage import blobs
from tests.assets.services.deliveries import run as run_job
from tests.assets.services.deliveries import send
from tests.derived_world import proposed
from tests.fakes import FakeDrafting
from tests.world import World, png

pytestmark = pytest.mark.django_db


def _question(model: ModelVersion, production: Production) -> Question:
    return Question(action="generate", on=timezone.localdate(), production=production.pk, model=model.pk)


def test_a_run_keeps_its_decision_and_what_it_made(world: World) -> None:
    model = register.sync_shipped()[0]
    decision = gate.require(actor=world.artist, question=_question(model, world.production))
    run = made.record_run(
        actor=world.artist,
        decision=decision,
        production=world.production,
        cut=world.cut,
        made=[("a" * 64, None), ("b" * 64, None)],
        params={"chart": "halves"},
    )
    assert run.model == model
    assert run.influence == "pixel"
    assert set(run.artefacts.values_list("sha256", flat=True)) == {"a" * 64, "b" * 64}


def test_a_refused_or_borrowed_decision_writes_nothing(world: World) -> None:
    model = register.sync_shipped()[0]
    other = Production.objects.create(code="OTHER", title="Another show")
    borrowed = gate.require(actor=None, question=_question(model, other))
    with pytest.raises(LicenceRefused):
        made.record_run(actor=world.artist, decision=borrowed, production=world.production)
    register.block(actor=world.producer, model=model, reason="withdrawn")
    refused = gate.record(actor=None, decision=gate.answer(_question(model, world.production)))
    with pytest.raises(LicenceRefused):
        made.record_run(actor=world.artist, decision=refused, production=world.production)
    assert not Run.objects.exists()


def test_a_proposals_drawing_that_is_uploaded_again_stays_marked(
    world: World, fake_drafting: FakeDrafting
) -> None:
    proposed(world, wish=Wish(chart="1/2"))
    drawn = blobs().read(ProposalDrawing.objects.get().blob)
    saved_anew = io.BytesIO()
    Image.open(io.BytesIO(drawn)).save(saved_anew, "PNG", compress_level=9)
    for number, data in enumerate((drawn, saved_anew.getvalue()), start=1):
        run_job(send(world, {f"A/A000{number}.png": data}))
        mark = Artefact.objects.get(drawing__cell__take__number=number, drawing__cell__take__stage="AD")
        assert (mark.marked, mark.run.job) == (number == 1, Job.objects.get(kind="assets.draw_inbetweens").pk)


def test_a_drawing_that_no_model_made_is_not_marked(world: World) -> None:
    run_job(send(world, {"A/A0001.png": png(seed=1)}))
    assert not Artefact.objects.exists()


def test_an_audit_counts_the_drawings_whose_files_do_not_say_it(world: World) -> None:
    model = register.sync_shipped()[0]
    decision = gate.require(actor=world.artist, question=_question(model, world.production))
    made.record_run(
        actor=world.artist,
        decision=decision,
        production=world.production,
        made=[("a" * 64, None), ("b" * 64, None)],
    )
    Artefact.objects.filter(sha256="a" * 64).update(marked=True)
    facts = audits.facts_for(world.production, audits.uses_of(world.production))
    assert facts.productions[world.production.pk].unmarked_outputs == 1
