"""Datasets: how the right stands in a word and a sentence, evidence, and what cannot be written down."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assets.models import Dataset
from assets.views.datasets import right_of
from tests.full_world import FullWorld

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "no right known"),
        ({"licence_expression": "MIT"}, "in order"),
        ({"licence_expression": "MIT", "valid_until": date(2026, 6, 14)}, "ended"),
        ({"licence_expression": "MIT", "valid_until": date(2026, 6, 15)}, "ends soon"),
        ({"licence_expression": "MIT", "valid_until": date(2026, 7, 15)}, "ends soon"),
        ({"licence_expression": "MIT", "valid_until": date(2026, 7, 16)}, "in order"),
        ({"licence_expression": "MIT", "valid_from": date(2026, 6, 16)}, "not yet"),
        ({"contract": "K-12"}, "no evidence"),
    ],
)
def test_the_right_is_told_in_a_word(fields: dict, word: str, full: FullWorld) -> None:
    dataset = Dataset.objects.create(production=full.world.production, name="x", **fields)
    assert right_of(dataset, TODAY)["word"] == word


def test_the_worst_stands_first(full: FullWorld, as_person: object) -> None:
    Dataset.objects.create(production=full.world.production, name="Zebra")
    answer = as_person(full.world.supervisor).get(reverse("datasets", args=["HOSHI"]))
    assert [row["dataset"].name for row in answer.context["rows"]] == ["Zebra", "Own art"]
    assert reverse("dataset_new", args=["HOSHI"]) not in answer.content.decode()


def test_a_dataset_is_written_down_and_changed(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.producer)
    given = {"name": "Cels", "licence_expression": "cc0-1.0", "source": "archive"}
    answer = client.post(reverse("dataset_new", args=["HOSHI"]), given)
    made = Dataset.objects.get(name="Cels")
    assert answer["Location"] == reverse("dataset", args=[made.pk])
    client.post(answer["Location"], {**given, "rights_holder": "Studio"})
    made.refresh_from_db()
    assert made.rights_holder == "Studio"


def test_an_unknown_licence_is_refused_with_the_reason_at_its_field(
    full: FullWorld, as_person: object
) -> None:
    given = {"name": "Cels", "licence_expression": "MIT OR Whatever-1.0"}
    answer = as_person(full.world.producer).post(reverse("dataset_new", args=["HOSHI"]), given)
    assert answer.status_code == 200
    assert "Whatever-1.0" in str(answer.context["form"].errors["licence_expression"])
    assert not Dataset.objects.filter(name="Cels").exists()


def test_a_supervisor_reads_but_does_not_change(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.supervisor), reverse("dataset", args=[full.dataset.pk])
    page = client.get(address).content.decode()
    assert "CC-BY-4.0" in page
    assert "<textarea" not in page
    assert client.post(address, {"name": "Mine"}).status_code == 403


def test_evidence_is_added_and_listed(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.producer)
    file = SimpleUploadedFile("licence.txt", b"you may")
    answer = client.post(reverse("evidence_add", args=[full.dataset.pk]), {"file": file}, follow=True)
    assert "licence.txt" in answer.content.decode()
    assert full.dataset.evidence.count() == 2
    client.post(reverse("evidence_add", args=[full.dataset.pk]), {})
    assert full.dataset.evidence.count() == 2


def test_a_dataset_is_removed(full: FullWorld, as_person: object) -> None:
    answer = as_person(full.world.producer).post(reverse("dataset_remove", args=[full.dataset.pk]))
    assert answer["Location"] == reverse("datasets", args=["HOSHI"])
    assert not Dataset.objects.filter(pk=full.dataset.pk).exists()
