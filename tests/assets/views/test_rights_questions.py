"""Pages of the questions about rights: an answer in one glance, works brought in and concluded, findings."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.models import (
    Artefact,
    Dataset,
    DatasetVersion,
    Entry,
    Finding,
    GateDecision,
    Item,
    LicenceReading,
    ModelVersion,
    PolicyProfile,
    Run,
)
from assets.rights import facts
from assets.services import register, standings
from studio.core import jobs
from studio.core.models import Job, User
from tests.full_world import FullWorld
from tests.rights_things import rights_things
from tests.world import World, png

AsPerson = Callable[[User], Client]


@pytest.fixture
def producer(world: World, as_person: AsPerson) -> Client:
    return as_person(world.producer)


@pytest.fixture
def clip(world: World) -> ModelVersion:
    return register.register(actor=None, name="clip", version="1", family="inbetween", origin="third_party")


def _ask(client: Client, world: World, **asked: str) -> str:
    return client.get(reverse("rights_ask", args=[world.production.code]), asked).content.decode()


def test_an_unknown_model_is_refused_with_the_way_out_and_by_whom(
    world: World, producer: Client, clip: ModelVersion
) -> None:
    body = _ask(producer, world, what=f"model:{clip.pk}", action="generate")
    assert "It may not be done." in body
    assert "Way out" in body
    assert "(producer)" in body
    assert not GateDecision.objects.exists()  # a question is no work: nothing is written


def test_our_own_model_may_and_the_duties_are_told(world: World, producer: Client) -> None:
    register.sync_shipped()
    model = ModelVersion.objects.earliest("pk")
    body = _ask(producer, world, what=f"model:{model.pk}", action="check")
    assert "It may be done." in body
    assert "Credit: name the authors as Apache-2.0 asks." in body


def test_a_moment_before_the_model_was_entered_answers_that_it_was_not_there(
    world: World, producer: Client, clip: ModelVersion
) -> None:
    answer = producer.get(
        reverse("rights_ask", args=["HOSHI"]),
        {"what": f"model:{clip.pk}", "action": "check", "known_at": "2020-01-01T10:00"},
    )
    assert answer.status_code == 404


def test_an_answer_is_kept_as_json(world: World, producer: Client, clip: ModelVersion) -> None:
    asked = {"what": f"model:{clip.pk}", "action": "generate", "format": "json", "territories": "jp, us"}
    answer = producer.get(reverse("rights_ask", args=["HOSHI"]), asked)
    kept = json.loads(answer.content)
    assert kept["answer"] == "deny"
    assert kept["question"]["territories"] == ["JP", "US"]
    assert len(kept["input_sha256"]) == 64


def test_a_territory_that_is_none_is_said_at_its_field(
    world: World, producer: Client, clip: ModelVersion
) -> None:
    body = _ask(producer, world, what=f"model:{clip.pk}", action="check", territories="Japan")
    assert "“JAPAN” is no country code" in body


def test_a_job_that_was_refused_links_to_the_page_of_the_refusal(world: World, producer: Client) -> None:
    things = rights_things(world)
    Job.objects.create(
        kind="qa.check_take",
        subject="take:1",
        state="failed",
        production_id=world.production.pk,
        requested_by=world.producer,
        error_code="licence_refused",
        error_data={"reason": "no", "decision": things.decision.pk},
    )
    page = reverse("decision", args=[things.decision.pk])
    assert page in producer.get(reverse("jobs")).content.decode()
    body = producer.get(page).content.decode()
    assert "Why not, and what would lift it" in body
    assert json.loads(producer.get(f"{page}?format=json").content)["id"] == things.decision.pk


def test_works_are_brought_in_concluded_frozen_and_approved_by_another(
    world: World, producer: Client, as_person: AsPerson
) -> None:
    dataset = Dataset.objects.create(production=world.production, name="Cels")
    producer.post(reverse("dataset_draft", args=[dataset.pk]), {"purpose": "in-betweens"})
    version = DatasetVersion.objects.get()
    page = reverse("dataset_version", args=[version.pk])
    given = {
        "works": SimpleUploadedFile("a.png", png()),
        "kind": "open",
        "item_kind": "inbetween",
        "split": "train",
    }
    assert producer.post(reverse("dataset_bring", args=[version.pk]), given)["Location"] == page
    assert "Read works into a dataset" in producer.get(page).content.decode()
    jobs.run(str(Job.objects.get(kind="assets.intake_set").pk))
    body = producer.get(page).content.decode()
    assert "nothing is known" in body
    assert "may not be used" in body
    group = reverse("dataset_group", args=[version.pk, version.standings.get().standing_id])
    assert "say why" not in producer.get(group).content.decode()
    producer.post(group, {"expression": "CC0-1.0", "why": "our own page says so"})
    assert "concluded CC0-1.0" in producer.get(page).content.decode()
    producer.post(reverse("dataset_step", args=[version.pk]), {"step": "freeze"})
    producer.post(reverse("dataset_step", args=[version.pk]), {"step": "approve"})
    version.refresh_from_db()
    assert version.state == "frozen"  # whoever made it cannot approve it
    work = reverse("work", args=[version.entries.get().item_id])
    assert "our own page says so" in producer.get(work).content.decode()
    now = reverse("dataset_group", args=[version.pk, version.standings.get().standing_id])
    assert as_person(world.supervisor).post(now, {"expression": "MIT", "why": "x"}).status_code == 403


def test_the_difference_to_the_parent_is_told_in_words(world: World, producer: Client) -> None:
    things = rights_things(world)
    producer.post(reverse("dataset_step", args=[things.version.pk]), {"step": "freeze"})
    dataset = things.version.dataset
    producer.post(reverse("dataset_draft", args=[dataset.pk]), {"parent": things.version.pk})
    child = dataset.versions.get(number=2)
    gone = reverse("dataset_leave_out", args=[child.pk, things.item.standing_id])
    producer.post(gone)
    body = producer.get(reverse("dataset_difference", args=[child.pk])).content.decode()
    assert "declared CC-BY-4.0, nobody concluded" in body
    assert "is not in it any more" in body


def test_the_page_of_rights_has_one_light_and_the_audit_fills_the_list(
    world: World, producer: Client, clip: ModelVersion
) -> None:
    register.block(actor=None, model=clip, reason="withdrawn")
    Run.objects.create(model=clip, production=world.production, cut=world.cut, influence="pixel")
    page = reverse("rights", args=["HOSHI"])
    assert "Not audited yet" in producer.get(page).content.decode()
    producer.post(reverse("rights_audit", args=["HOSHI"]))
    body = producer.get(page).content.decode()
    assert "status-bad" in body
    assert str(Finding.objects.filter(gone_at=None).count()) in body
    for finding in Finding.objects.all():
        assert producer.get(reverse("finding", args=[finding.pk])).status_code == 200


def test_exploitation_is_what_questions_are_measured_by(world: World, producer: Client) -> None:
    given = {"territories": "JP", "policy": "festival", "exploited_until": "2030-01-01"}
    producer.post(reverse("rights_exploitation", args=["HOSHI"]), given)
    world.production.refresh_from_db()
    assert (world.production.territories, world.production.policy) == (["JP"], "festival")
    assert not world.production.commercial
    wrong = {**given, "exploited_from": "2031-01-01"}
    body = producer.post(reverse("rights_exploitation", args=["HOSHI"]), wrong).content.decode()
    assert "would end before it begins" in body


def test_a_licence_is_read_and_a_distributors_policy_kept(world: World, producer: Client) -> None:
    page = reverse("licence", args=["LicenseRef-studio-house"])
    assert "it allows nothing" in producer.get(page).content.decode()
    answers = dict.fromkeys(
        ("train", "finetune", "generate", "commercial", "derivatives", "redistribute"), "ask"
    )
    producer.post(page, {**answers, "train": "allow", "attribution": "on", "reviewed_by": "Counsel Mori"})
    assert LicenceReading.objects.get().facets["attribution"] is True
    assert "LicenseRef-studio-house" in producer.get(reverse("licences"), {"q": "house"}).content.decode()
    producer.post(reverse("policies"), {"text": "name: tv-tokyo\nsettings: {per_work: true}\n"})
    assert PolicyProfile.objects.get().name == "tv-tokyo"
    body = producer.post(reverse("policies"), {"text": "name: strict-optin\n"}).content.decode()
    assert "take another" in body


def test_a_model_from_outside_is_entered_as_unknown_and_blocked(world: World, producer: Client) -> None:
    given = {"name": "clip", "version": "2", "family": "embed", "disclosure": "none"}
    page = producer.post(reverse("model_new"), given)["Location"]
    assert "what it learned from is unknown" in producer.get(page).content.decode()
    model = ModelVersion.objects.get()
    producer.post(reverse("model_block", args=[model.pk]), {"reason": "no papers"})
    assert "no papers" in producer.get(reverse("models")).content.decode()
    producer.post(reverse("model_block", args=[model.pk]), {"reason": "papers came", "lifted": "1"})
    assert "papers came" in producer.get(page).content.decode()


def test_drawings_made_by_models_are_listed_by_episode_and_as_csv(
    world: World, producer: Client, clip: ModelVersion
) -> None:
    run = Run.objects.create(model=clip, production=world.production, cut=world.cut, influence="pixel")
    Artefact.objects.create(run=run, sha256="a" * 64)
    page = reverse("made_by_models", args=["HOSHI"])
    assert "aaaaaaaaaaaa" in producer.get(page, {"episode": "EP01"}).content.decode()
    assert "aaaaaaaaaaaa" not in producer.get(page, {"episode": "EP02"}).content.decode()
    lines = b"".join(producer.get(reverse("made_by_models_csv", args=["HOSHI"])).streaming_content)
    assert b"EP01,012" in lines


def test_a_file_is_looked_up_and_not_kept(world: World, producer: Client) -> None:
    answer = producer.post(reverse("enquiry"), {"file": io.BytesIO(b"unknown")})
    assert "It stands in no dataset that you may see." in answer.content.decode()
    assert "Choose a file" in producer.post(reverse("enquiry"), {}).content.decode()


@pytest.mark.parametrize("name", ["models", "licences", "policies", "enquiry", "rights_datasets"])
def test_what_belongs_to_the_studio_is_for_those_who_see_licences_somewhere(
    name: str, world: World, as_person: AsPerson
) -> None:
    allowed = {"supervisor", "episode_director", "producer", "assistant", "administrator"}
    for role, person in world.people.items():
        status = as_person(person).get(reverse(name)).status_code
        assert status == (200 if role in allowed else 403), role
    status = as_person(world.supervisor).post(reverse("policies"), {"text": "name: x"}).status_code
    assert status == 403


def test_a_page_of_works_asks_as_many_queries_for_two_as_for_many(
    full: FullWorld, as_person: AsPerson
) -> None:
    client, things = as_person(full.world.producer), full.rights
    pages = [reverse(n, args=[things.version.pk]) for n in ("dataset_version", "dataset_works")]

    def count() -> list[int]:
        counts = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts.append(len(asked))
        return counts

    few = count()
    for number in range(10, 30):
        row = standings.put(facts.Standing(declared="MIT", declared_status="known", raw=str(number)))
        item = Item.objects.create(
            sha256=f"{number:064}", size_bytes=1, standing=row, created_at=timezone.now()
        )
        Entry.objects.create(version=things.version, item=item, alias=f"x{number}.png")
    standings.count_anew([things.version.pk])
    assert count() == few
