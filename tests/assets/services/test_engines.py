"""Engines are offered with how they stand; one that the register does not know draws nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from assets.choices_rights import Disclosure, ModelFamily, Origin
from assets.models import ModelVersion
from assets.services import derived, engines, register
from assets.services.derived import Wish
from qa.services import rights
from studio.core import drafts, engine_door
from studio.core.errors import ComputeFailed, InvalidInput, LicenceRefused, NotAllowed
from tests.derived_world import ask, keys_take
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def rife(settings: Any, tmp_path: Path) -> str:
    """Weights of RIFE as an operator brings them; the hash of the file."""
    file = tmp_path / "flownet.pkl"
    file.write_bytes(b"weights")
    settings.DRAFTING_OTHERS = {"rife": ("studio.core.drafts.RifeDrafting", str(file))}
    return hashlib.sha256(b"weights").hexdigest()


def _enter(world: World, sha256: str, **more: Any) -> ModelVersion:
    return register.register(
        actor=world.producer,
        name="RIFE",
        version="4.25",
        family=ModelFamily.INBETWEEN,
        origin=Origin.THIRD_PARTY,
        weights_sha256=sha256,
        licence_expression="MIT",
        **more,
    )


def test_the_engine_without_weights_learned_from_nothing_and_may_draw(world: World) -> None:
    offers = {each.name: each for each in engines.offered(actor=world.artist, production=world.production)}
    own = offers[engines.BY_HAND]
    assert own.may_draw, own.reasons
    assert own.model is not None
    assert own.model.disclosure == Disclosure.FULL
    assert engines.model_of(engines.BY_HAND) == own.model


def test_rife_is_offered_only_where_its_weights_are_installed(world: World) -> None:
    assert engines.RIFE not in engines.names()
    with pytest.raises(InvalidInput) as refusal:
        ask(world, keys_take(world), wish=Wish(engine="rife"))
    assert refusal.value.code == "engine_absent"


def test_an_engine_that_the_register_does_not_know_is_refused(world: World, rife: str) -> None:
    offers = {each.name: each for each in engines.offered(actor=world.artist, production=world.production)}
    assert (offers["rife"].answer, offers["rife"].model) == ("unknown", None)
    with pytest.raises(LicenceRefused) as refusal:
        ask(world, keys_take(world), wish=Wish(engine="rife"))
    assert refusal.value.code == "engine_unknown"


def test_rife_in_the_register_stands_as_the_gate_says(world: World, rife: str) -> None:
    model = _enter(world, rife)
    offers = {each.name: each for each in engines.offered(actor=world.artist, production=world.production)}
    assert (offers["rife"].answer, offers["rife"].model) == ("deny", model)
    assert offers["rife"].reasons
    with pytest.raises(LicenceRefused) as refusal:
        ask(world, keys_take(world), wish=Wish(engine="rife"))
    assert "/rights/decisions/" in refusal.value.data["url"]


def test_weights_that_changed_behind_their_path_are_another_model(
    world: World, rife: str, settings: Any
) -> None:
    _enter(world, rife)
    assert engines.model_of("rife").name == "RIFE"
    Path(settings.DRAFTING_OTHERS["rife"][1]).write_bytes(b"other weights")
    with pytest.raises(LicenceRefused):
        engines.model_of("rife")


def test_a_worker_that_cannot_run_an_engine_says_so(
    settings: Any, rife: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_name: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(drafts.importlib, "import_module", gone)
    engine_door.made.clear()
    with pytest.raises(ComputeFailed):
        drafts.drafting("rife").describe_inbetween()
    engine_door.made.clear()


def test_who_draws_nothing_is_offered_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        engines.offered(actor=world.assistant, production=world.production)


def test_weights_that_draw_are_not_asked_for_when_drawings_are_judged() -> None:
    assert not [row for row in rights.shipped() if row.family == ModelFamily.INBETWEEN]


def test_a_request_names_the_model_that_will_draw(world: World) -> None:
    made = ask(world, keys_take(world), wish=Wish(chart="1/2", engine=engines.BY_HAND))
    proposal = made.proposals.get()
    assert (proposal.engine, proposal.model) == (engines.BY_HAND, engines.model_of(engines.BY_HAND))
    assert derived.may_go_on(world.artist, made)
