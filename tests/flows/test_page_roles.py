"""Who may open and do what, over every page address: a new address without a line here fails the first test.

A line names the method, the action that the page asks for, and whether it is about the cut of the outside
artist ("own") or about the whole production ("").
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assets.models import (
    Dataset,
    DerivedJob,
    Evidence,
    GuestLink,
    ModelSheet,
    Playlist,
    PlaylistItem,
    ProposalDrawing,
    SheetDrawing,
    Take,
    Upload,
    Webhook,
    WebhookDelivery,
)
from assets.services import rush
from qa.models import Comment, Flag, SpotCheck
from studio.core.models import AuditEvent, Job
from studio.core.roles import Action, Role
from tests import consent_world
from tests.cleanup_world import drawn_cleanup
from tests.derived_world import keys_take, proposed
from tests.fakes import FakeCompute, aspect
from tests.flows.page_rules import OPEN, RULES, SIGNED_IN, may_by
from tests.qa.conftest import fake  # noqa: F401  (a fixture)
from tests.qa.makers import approve_sheet, check, deliver
from tests.rights_things import RIGHTS_THINGS, rights_arguments, rights_things
from tests.world import World, png


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, address)
        elif not address.startswith("api/"):
            yield address, entry


PAGES = {pattern.name: pattern for _, pattern in _patterns(get_resolver())}


def test_every_page_address_has_a_rule() -> None:
    assert set(PAGES) == set(RULES)


@pytest.fixture
def place(world: World, fake: FakeCompute, fake_drafting: Any) -> dict[str, dict[str, Any]]:  # noqa: F811
    """What each address is about, by its name's first word."""
    approve_sheet(world.design)
    drifted = png((10, 200, 90), seed=7)
    fake.plant(drifted, aspect("PROPORTION", 2.5))
    take = deliver(world.cut, [png(seed=1), drifted], by=world.artist)
    job = check(take)
    Job.objects.filter(pk=job.pk).update(production_id=world.production.pk, requested_by=world.outside_artist)
    flag = Flag.objects.get()
    sheet = ModelSheet.objects.create(design=world.design, version=2)
    approved = ModelSheet.objects.get(version=1).drawings.get(position=0)
    dataset = Dataset.objects.create(production=world.production, name="Own art")
    rights_things(world)
    return {
        "world": {"code": world.production.code, "cut": world.cut, "take": take, "flag": flag, "job": job},
        "webhook": _webhook(world),
        "sheet": {"draft": sheet, "drawing": _copied(approved, sheet), "approved": approved},
        "dataset": {
            "row": dataset,
            "evidence": Evidence.objects.create(
                dataset=dataset, file_name="a.pdf", blob=take_blob(take), size_bytes=1
            ),
        },
    }


def _webhook(world: World) -> dict[str, Any]:
    hook = Webhook.objects.create(
        production=world.production, url="https://chat.example/", secret="s", created_by=world.producer
    )
    return {"row": hook, "delivery": WebhookDelivery.objects.create(webhook=hook, kind="test", key="1")}


def _copied(drawing: SheetDrawing, sheet: ModelSheet) -> SheetDrawing:
    copy = SheetDrawing.objects.get(pk=drawing.pk)
    copy.pk, copy.sheet = None, sheet
    copy.save()
    return copy


def take_blob(take: Any) -> str:
    return take.cells.get().drawings.first().blob


def _arguments(name: str, world: World, place: dict[str, dict[str, Any]]) -> dict[str, Any]:
    pattern = str(PAGES[name].pattern)
    if "<" not in pattern:
        return {}
    if pattern.startswith("guest/"):
        return _guest(pattern, world, place)
    if "code" in pattern:
        words = {"why": "late", "name": "cuts"}
        rest = {key: word for key, word in words.items() if f":{key}>" in pattern}
        return {"code": world.production.code, **rest}
    key = pattern.split("<")[1].split(">", maxsplit=1)[0].split(":")[1]
    if pattern.split("/", maxsplit=1)[0] in RIGHTS_THINGS and not consent_world.is_mine(pattern):
        return rights_arguments(name, pattern, world)
    if pattern.startswith("proposal"):
        is_clean = name in {"cleanup_steer", "proposal_drawing_svg", "proposal_drawing_layer"}
        visitor, thing = place["world"].get("visitor"), pattern.split("/", maxsplit=1)[0]
        return _cleaned(name, world, visitor) if is_clean else {key: _proposal(thing, world, visitor)}
    return {key: _subject(name, pattern, world, place)}


def _subject(name: str, pattern: str, world: World, place: dict[str, dict[str, Any]]) -> Any:
    thing = pattern.split("/", maxsplit=1)[0]
    table: dict[str, Any] = {
        "jobs": place["world"]["job"].pk,
        "episodes": world.episode.pk,
        "roles": world.production.memberships.filter(user=world.artist).first(),
        "cuts": world.cut.pk,
        "takes": place["world"]["take"].pk,
        "drawings": place["world"]["flag"].drawing_id,
        "characters": world.design.character_id,
        "sheets": place["sheet"]["draft"].pk,
        "sheet-drawings": place["sheet"][
            "approved" if name in {"sheet_picture", "sheet_thumb"} else "drawing"
        ].pk,
        "datasets": place["dataset"]["row"].pk,
        "evidence": place["dataset"]["evidence"].pk,
        "flags": place["world"]["flag"].pk,
        "find": uuid.UUID(int=0),
        "retakes": 0,
        "retake-lines": 0,
        "notices": 0,
        "webhooks": place["webhook"]["row"].pk,
        "deliveries": place["webhook"]["delivery"].pk,
    }
    if thing in {"rights", "rush", "rush-items", "guest-links"}:
        return consent_world.key_of(pattern, world) if thing == "rights" else _rush(thing, world)
    if thing == "uploads":
        return Upload.objects.create(cut=world.cut, stage="AD", submitted_by=place["world"]["visitor"]).pk
    if thing == "spot-checks":
        return SpotCheck.objects.get_or_create(run=place["world"]["flag"].run, share=0.03)[0].pk
    if thing == "comments":
        writer = place["world"]["visitor"] or world.artist
        return Comment.objects.create(take=place["world"]["take"], by=writer, text="Smaller, please").pk
    if thing == "roles":
        return table["roles"].pk
    return table[thing]


def _proposal(thing: str, world: World, visitor: Any) -> int:
    """Return the id of a proposal that the visitor asked for, of its first drawing, or of its first key."""
    if not Take.objects.filter(cut=world.cut, stage="GEN").exists():
        proposed(world, keys_take(world))
    made = DerivedJob.objects.latest("pk")
    DerivedJob.objects.filter(pk=made.pk).update(by=visitor or world.artist)
    rows = {
        "proposals": made,
        "proposal-keys": made.keys.earliest("pk"),
        "proposal-drawings": ProposalDrawing.objects.filter(part__proposal__derived=made).earliest("pk"),
    }
    return int(rows[thing].pk)


def _cleaned(name: str, world: World, visitor: Any) -> dict[str, Any]:
    """Return the address of a clean-up that the visitor asked for, or of its first drawing."""
    drawing = drawn_cleanup(world)
    made = drawing.part.proposal.derived
    DerivedJob.objects.filter(pk=made.pk).update(by=visitor or world.artist)
    if name == "cleanup_steer":
        return {"pk": made.pk}
    return {"pk": drawing.pk, **({"layer": "red"} if name == "proposal_drawing_layer" else {})}


def _guest(pattern: str, world: World, place: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the address of a guest's page, with a token that opens it."""
    item = PlaylistItem.objects.get(pk=_rush("rush-items", world))
    token = rush.open_guest_link(actor=world.producer, playlist=item.playlist, label="TV", days=1)[1]
    known = {"token": token, "pk": item.pk, "drawing_id": place["world"]["flag"].drawing_id}
    return {name: value for name, value in known.items() if f":{name}>" in pattern}


def _rush(thing: str, world: World) -> int:
    """Return the id of a playlist of the outside artist's cut, of its item, or of a guest's link to it."""
    count = Playlist.objects.count()  # some tests ask for several addresses in one world
    name, token_sha256 = f"Rush {count}", f"{count:064}"
    made = Playlist.objects.create(production=world.production, name=name, created_by=world.producer)
    item = PlaylistItem.objects.create(playlist=made, position=0, cut=world.cut)
    link = GuestLink.objects.create(
        playlist=made,
        label="x",
        token_sha256=token_sha256,
        expires_at=timezone.now(),
        created_by=world.producer,
    )
    return int({"rush": made, "rush-items": item, "guest-links": link}[thing].pk)


def _answer(name: str, user: Any, world: World, place: dict[str, dict[str, Any]]) -> int:
    client, rule = Client(raise_request_exception=True), RULES[name]
    place["world"]["visitor"] = user
    if user is not None:
        client.force_login(user)
    if name == "sheet_step":
        ModelSheet.objects.filter(version=2).update(state="submitted")
    if name in {"job_cancel", "job_retry"}:
        Job.objects.update(requested_by=None)
    address, data = reverse(name, kwargs=_arguments(name, world, place)), rule.data or {}
    if rule.method == "json":
        return client.post(address, data, content_type="application/json").status_code
    return getattr(client, rule.method)(address, data).status_code


IN_PRODUCTION = [
    name for name, rule in RULES.items() if isinstance(rule.needs, Action) and "retake_" not in name
]


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.needs != OPEN])
def test_nobody_sees_anything_without_signing_in(
    name: str, world: World, place: dict[str, dict[str, Any]]
) -> None:
    assert _answer(name, None, world, place) in {302, 401, 403}


@pytest.mark.parametrize("name", IN_PRODUCTION)
def test_a_stranger_finds_nothing(name: str, world: World, place: dict[str, dict[str, Any]]) -> None:
    hidden = {403, 302} if RULES[name].about == "studio" else {404}
    assert _answer(name, world.stranger, world, place) in hidden


@pytest.mark.parametrize("name", IN_PRODUCTION)
def test_each_role_may_do_what_the_matrix_says(
    name: str, world: World, place: dict[str, dict[str, Any]]
) -> None:
    """One world for all roles, rolled back between them: building it takes longer than asking."""
    if str(PAGES[name].pattern).startswith("rights/"):
        consent_world.key_of(str(PAGES[name].pattern), world)  # its making is no deed of the person who asks
    if str(PAGES[name].pattern).startswith("proposal"):
        _arguments(name, world, place)  # its making is no deed of the person who asks
    for role in Role:
        with transaction.atomic():
            _ask_as(name, role, world, place)
            transaction.set_rollback(True)


def _ask_as(name: str, role: Role, world: World, place: dict[str, dict[str, Any]]) -> None:
    before = AuditEvent.objects.count()
    status = _answer(name, world.people[role.value], world, place)
    written = AuditEvent.objects.count() - before
    rule = RULES[name]
    if may_by(rule, role):
        assert status in {200, 201, 202, 204, 302, 303, 400, 409, 422}, (role, status)
        assert written or not rule.data, (role, "the example data should have been taken")
    else:
        assert status in ({403, 404} if rule.method == "get" else {302, 400, 403, 404, 409}), (role, status)
        assert not written, role


@pytest.mark.parametrize(
    "name", [n for n, r in RULES.items() if r.about == "own" and "retake_" not in n and "job" not in n]
)
def test_an_outside_artist_finds_nothing_of_a_cut_that_is_not_theirs(
    name: str, world: World, place: dict[str, dict[str, Any]]
) -> None:
    world.cut.stages.update(assignee=None)
    assert _answer(name, world.outside_artist, world, place) == 404


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.needs == SIGNED_IN])
def test_pages_for_everybody_open_for_everybody(
    name: str, world: World, place: dict[str, dict[str, Any]]
) -> None:
    assert _answer(name, world.stranger, world, place) in {200, 302, 303, 204}
