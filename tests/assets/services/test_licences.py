"""Readings of licences and policies of one's own: signed, appended, refused where they cannot be read."""

from __future__ import annotations

import io
from datetime import date

import pytest

from assets.models import LicenceReading, PolicyProfile
from assets.rights.answers import Answer
from assets.rights.load import readings
from assets.services import gate, licences
from studio.core.errors import InvalidInput, NotAllowed
from studio.core.models import AuditEvent
from studio.core.storage import blobs
from tests.world import World

pytestmark = pytest.mark.django_db

ALL = dict.fromkeys(("train", "finetune", "generate", "commercial", "derivatives", "redistribute"), "allow")
POLICY = "name: streamer-x\ntitle: {en: Streamer X}\nsettings: {per_work: true}\nrules: {R25: error}\n"


def test_the_newest_reading_counts_and_the_older_one_stays(world: World) -> None:
    for commercial in ("allow", "deny"):
        licences.read_licence(
            actor=world.producer,
            licence_id="LicenseRef-committee",
            facets={**ALL, "commercial": commercial},
            reviewed_by="Counsel Ito",
            reviewed_on=date(2026, 11, 1),
            text=io.BytesIO(b"the text"),
            source="contract 12",
        )
    assert LicenceReading.objects.count() == 2
    assert readings()["LicenseRef-committee"].commercial is Answer.DENY
    assert blobs().read(LicenceReading.objects.earliest("pk").text_blob) == b"the text"
    event = AuditEvent.objects.filter(verb="licence.read").earliest("pk")
    assert (event.actor, event.after["reviewed_by"]) == (world.producer, "Counsel Ito")


@pytest.mark.parametrize(
    "wrong",
    [
        {"licence_id": "free to use"},
        {"reviewed_by": " "},
        {"facets": {"train": "perhaps"}},
        {"facets": {"fly": "allow"}},
    ],
)
def test_a_reading_that_says_nothing_is_refused(world: World, wrong: dict[str, object]) -> None:
    given = {"licence_id": "LicenseRef-x", "facets": ALL, "reviewed_by": "Ito", **wrong}
    with pytest.raises(InvalidInput):
        licences.read_licence(actor=world.producer, **given)  # type: ignore[arg-type]
    assert not LicenceReading.objects.exists()


def test_a_distributors_policy_is_kept_and_its_newest_text_counts(world: World) -> None:
    licences.set_policy_text(actor=world.producer, text=POLICY)
    licences.set_policy_text(actor=world.producer, text=POLICY.replace("per_work: true", "per_work: false"))
    assert PolicyProfile.objects.count() == 2
    assert gate.policy_named("streamer-x").per_work is False
    licences.set_exploitation(actor=world.producer, production=world.production, policy="streamer-x")
    world.production.refresh_from_db()
    assert gate.policy_of(world.production).name == "streamer-x"


@pytest.mark.parametrize(
    "text",
    [
        "name: [",
        "title: {en: x}",
        "name: strict-optin",
        "name: x\nrules: {R99: warn}",
        "name: x\nrules: {R05: off}",
        "name: x\nrules: {R20: warn}",
        "name: x\nsettings: {expiry_days: -1}",
        "name: x\nsettings: {fast: true}",
    ],
)
def test_a_policy_that_cannot_be_read_or_lets_too_much_pass_is_refused(world: World, text: str) -> None:
    with pytest.raises(InvalidInput):
        licences.set_policy_text(actor=world.producer, text=text)
    assert not PolicyProfile.objects.exists()


def test_a_policy_that_is_gone_is_no_milder_one(world: World) -> None:
    with pytest.raises(InvalidInput):
        gate.policy_named("nowhere")


def test_artists_read_no_licences_and_set_no_policies(world: World) -> None:
    with pytest.raises(NotAllowed):
        licences.read_licence(actor=world.artist, licence_id="MIT", facets=ALL, reviewed_by="me")
    with pytest.raises(NotAllowed):
        licences.set_policy_text(actor=world.artist, text=POLICY)


@pytest.mark.parametrize("code", ["UK", "ZZ", "jp", "EARTH"])
def test_a_territory_that_is_none_is_refused_by_name(world: World, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        licences.set_exploitation(actor=world.producer, production=world.production, territories=["JP", code])
    assert code in refusal.value.message
