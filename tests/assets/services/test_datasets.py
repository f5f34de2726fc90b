"""Datasets: what is known of the right to use them, and what proves it."""

from __future__ import annotations

import datetime
import io

import pytest

from assets.models import Dataset
from assets.services import datasets
from studio.core.errors import DuplicateContent, InvalidInput
from studio.core.storage import blobs
from tests.world import World


def _make(world: World, **fields: object) -> Dataset:
    return datasets.create(actor=world.producer, production=world.production, **{"name": "Frames", **fields})


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("mit  or Apache-2.0", "MIT OR Apache-2.0"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
        ("LicenseRef-Contract-2026-11", "LicenseRef-Contract-2026-11"),
    ],
)
def test_a_licence_is_kept_in_its_usual_spelling(world: World, said: str, kept: str) -> None:
    assert _make(world, licence_expression=said).licence_expression == kept


@pytest.mark.parametrize(
    "said", ["free", "MIT AND", "(MIT", "()", "MIT MIT", "MIT WITH Apache-2.0", "CC-BY-9.0", "MIT " * 60]
)
def test_a_licence_that_cannot_be_read_is_refused_with_the_reason(world: World, said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _make(world, licence_expression=said)
    assert refusal.value.data["field"] == "licence_expression"
    assert refusal.value.data["reason"]
    assert not Dataset.objects.exists()


def test_the_unknown_word_is_named(world: World) -> None:
    with pytest.raises(InvalidInput, match="Freeware"):
        _make(world, licence_expression="MIT AND Freeware")


def test_a_right_does_not_end_before_it_begins(world: World) -> None:
    dataset = _make(world, valid_from=datetime.date(2026, 1, 1))
    with pytest.raises(InvalidInput):
        datasets.update(actor=world.producer, dataset=dataset, valid_until=datetime.date(2025, 1, 1))
    dataset.refresh_from_db()
    assert dataset.valid_until is None


def test_a_name_is_used_once_in_a_production(world: World) -> None:
    _make(world)
    with pytest.raises(DuplicateContent):
        _make(world)


def test_unknown_fields_are_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        _make(world, colour="blue")


def test_evidence_is_kept_as_it_came(world: World) -> None:
    dataset = _make(world)
    proof = datasets.add_evidence(
        actor=world.producer, dataset=dataset, file_name="C:\\papers\\契約.pdf", stream=io.BytesIO(b"%PDF-1")
    )
    assert (proof.file_name, proof.size_bytes) == ("契約.pdf", 6)
    assert blobs().read(proof.blob) == b"%PDF-1"


@pytest.mark.parametrize(
    ("name", "data"), [("", b"x"), ("a\nb.pdf", b"x"), ("x" * 300, b"x"), ("a.pdf", b"")]
)
def test_evidence_needs_a_plain_name_and_content(world: World, name: str, data: bytes) -> None:
    with pytest.raises(InvalidInput):
        datasets.add_evidence(
            actor=world.producer, dataset=_make(world), file_name=name, stream=io.BytesIO(data)
        )


def test_a_removed_dataset_is_gone(world: World) -> None:
    datasets.remove(actor=world.producer, dataset=_make(world))
    assert not Dataset.objects.exists()
