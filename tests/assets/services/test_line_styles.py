"""Hands are learned from a model sheet, or from an artist who has agreed to it; no other hand may draw."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone

from assets.models import Artefact, Item, LineStyle, Membership, ModelSheet
from assets.services import line_styles, versions, withdrawals
from studio.core import jobs
from studio.core.errors import InvalidInput, LicenceRefused, NotAllowed, NotFound
from studio.core.models import Job, User
from studio.core.storage import blobs
from tests import consent_world
from tests.cleanup_world import ask, cleaned, roughs_of, roughs_take
from tests.fakes import FakeCleaning
from tests.qa.makers import approve_sheet
from tests.world import World, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_cleaning")]
SCOPES = ["train", "finetune", "generate", "imitate"]


def sheet_style(world: World) -> LineStyle:
    approve_sheet(world.design)
    sheet = ModelSheet.objects.get(design=world.design, state="approved")
    return learned(line_styles.learn(actor=world.artist, production=world.production, sheet=sheet))


def learned(job: Job) -> LineStyle:
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done", (job.error_code, job.error_data, job.error_detail)
    return LineStyle.objects.get()


def agreed(world: World, **terms: Any) -> consent_world.ConsentWorld:
    """Hana Mori's drawings, with bytes that can be read, under a grant."""
    place = consent_world.build(world, works=2, **terms)
    for number, item in enumerate(place.items):
        kept = blobs().put(io.BytesIO(png(seed=number + 1)))
        Item.objects.filter(pk=item.pk).update(sha256=kept.sha256, bytes_kept=True)
    consent_world.paper(place)
    second = User.objects.create_user("second")
    Membership.objects.create(production=world.production, user=second, role="producer")
    versions.approve(actor=second, version=place.version)
    place.version.refresh_from_db()
    return place


def test_a_hand_is_learned_from_an_approved_sheet_and_drawn_in(
    world: World, fake_cleaning: FakeCleaning
) -> None:
    style = sheet_style(world)
    assert (style.name, style.model, style.drawings) == (str(style.sheet), None, fake_cleaning.learned[0])
    hands = line_styles.offered(actor=world.artist, production=world.production)
    assert [(each.style, each.may_draw) for each in hands] == [(style, True)]
    made = cleaned(world, roughs=roughs_of(roughs_take(world), {"style": style.profile}))
    assert fake_cleaning.asked[-1]["wishes"][0]["style"] == style.profile
    assert made.state == "proposed"


def test_learning_the_same_again_keeps_one(world: World) -> None:
    style = sheet_style(world)
    sheet = style.sheet
    assert learned(line_styles.learn(actor=world.artist, production=world.production, sheet=sheet)) == style


def test_a_hand_that_nobody_learned_here_is_refused(world: World) -> None:
    style = sheet_style(world)
    with pytest.raises(LicenceRefused) as refusal:
        ask(world, roughs=roughs_of(roughs_take(world), {"style": style.profile | {"weight_px": 3.0}}))
    assert refusal.value.code == "style_unknown"


def test_the_same_hand_is_known_however_its_numbers_are_written(world: World) -> None:
    style = sheet_style(world)
    as_a_page_sends_it = style.profile | {"profile": [1] * 16}
    assert ask(world, roughs=roughs_of(roughs_take(world), {"style": as_a_page_sends_it}))


def test_an_artist_who_has_not_agreed_to_be_imitated_is_not(world: World) -> None:
    place = agreed(world)
    with pytest.raises(LicenceRefused) as refusal:
        line_styles.learn(
            actor=world.artist, production=world.production, version=place.version, artist="Hana Mori"
        )
    assert refusal.value.data["decision"]
    assert refusal.value.data["reason"]
    assert not Job.objects.filter(kind="assets.learn_line_style").exists()


def test_the_hand_of_an_artist_who_agreed_is_a_model_that_the_gate_follows(world: World) -> None:
    place = agreed(world, scopes=SCOPES)
    job = line_styles.learn(
        actor=world.artist, production=world.production, version=place.version, artist="Hana Mori"
    )
    style = learned(job)
    assert style.model is not None
    assert (style.model.style_of, style.model.family) == ("Hana Mori", "cleanup")
    assert [each.version for each in style.model.inputs.all()] == [place.version]
    made = cleaned(world, roughs=roughs_of(roughs_take(world), {"style": style.profile}))
    assert Artefact.objects.filter(run__model=style.model).count() == 3
    withdrawals.withdraw(
        actor=world.producer, holder=place.holder, effective_on=timezone.localdate(), reason="no more"
    )
    with pytest.raises(LicenceRefused):
        ask(world, roughs=roughs_of(roughs_take(world, stage="KD+"), {"style": style.profile}))
    hand = line_styles.offered(actor=world.artist, production=world.production)[0]
    assert not hand.may_draw
    assert hand.reasons
    assert made.state == "proposed"


def test_sources_are_approved_sheets_and_frozen_sets_with_drawings(world: World) -> None:
    approve_sheet(world.design)
    place = agreed(world)
    found = line_styles.sources(actor=world.artist, production=world.production)
    assert [str(each.design) for each in found.sheets] == [str(world.design)]
    assert found.versions == [place.version]


def test_what_cannot_be_learned_from_is_named(world: World) -> None:
    given: dict[str, Any] = {"actor": world.artist, "production": world.production}
    with pytest.raises(InvalidInput):
        line_styles.learn(**given)
    draft = ModelSheet.objects.create(design=world.design, version=9)
    with pytest.raises(InvalidInput):
        line_styles.learn(**given, sheet=draft)
    with pytest.raises(NotFound):
        line_styles.get(world.production, 0)
    with pytest.raises(NotAllowed):
        line_styles.learn(actor=world.assistant, production=world.production, sheet=draft)
