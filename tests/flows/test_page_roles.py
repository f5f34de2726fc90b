"""Who may open and do what, over every page address: a new address without a line here fails the first test.

A line names the method, the action that the page asks for, and whether it is about the cut of the outside
artist ("own") or about the whole production ("").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assets.models import Dataset, Evidence, ModelSheet, SheetDrawing, Upload
from qa.models import Flag
from studio.core.models import AuditEvent, Job
from studio.core.roles import Action, Role, may
from tests.fakes import FakeCompute, aspect
from tests.qa.conftest import fake  # noqa: F401  (a fixture)
from tests.qa.makers import approve_sheet, check, deliver
from tests.world import World, png

A = Action
OPEN = "open"  # for everybody, signed in or not
SIGNED_IN = "signed in"  # for everybody who is signed in; shows only what the person may see


@dataclass(frozen=True)
class Rule:
    method: str
    needs: Action | str
    about: str = ""
    data: dict[str, Any] | None = None


def get(needs: Action | str, about: str = "") -> Rule:
    return Rule("get", needs, about)


def post(needs: Action | str, about: str = "", **data: Any) -> Rule:
    return Rule("post", needs, about, data)


RULES: dict[str, Rule] = {
    "login": get(OPEN),
    "logout": post(SIGNED_IN),
    "set_language": post(OPEN),
    "theme": post(SIGNED_IN),
    "help": get(SIGNED_IN),
    "health": get("staff"),
    "home": get(SIGNED_IN),
    "search": get(SIGNED_IN),
    "jobs": get(SIGNED_IN),
    "job_count": get(SIGNED_IN),
    "my_cuts": get(SIGNED_IN),
    "demo": get(SIGNED_IN),
    "job": get(A.VIEW, "own"),
    "job_events": get(A.VIEW, "own"),
    "job_cancel": post(A.MANAGE_JOBS),
    "job_retry": post(A.MANAGE_JOBS),
    "production_new": get("may open productions"),
    "production": get(A.VIEW),
    "production_settings": get(A.MANAGE_PRODUCTION),
    "episode_new": post(A.MANAGE_PRODUCTION, **{"new-code": "EP07"}),
    "episode_edit": post(A.MANAGE_PRODUCTION, code="EP01", title="New title"),
    "naming_rules": get(A.MANAGE_PRODUCTION),
    "naming_test": post(A.VIEW),
    "people": get(A.VIEW_ALL_CUTS),
    "role_remove": post(A.MANAGE_MEMBERS, sure="1"),
    "audit": get(A.VIEW_AUDIT),
    "cuts": get(A.VIEW),
    "cut_new": get(A.EDIT_CUTS),
    "cuts_csv": get(A.EDIT_CUTS),
    "cut": get(A.VIEW, "own"),
    "cut_edit": get(A.EDIT_CUTS, "own"),
    "cut_stage": post(A.EDIT_CUTS, "own", stage="AD", state="in_work", due_on="2026-12-24"),
    "cut_cast": post(A.EDIT_CUTS, "own", designs=[]),
    "cut_share": post(A.EDIT_CUTS, "own"),
    "upload": get(A.UPLOAD_TAKE, "own"),
    "upload_understand": post(A.UPLOAD_TAKE, "own"),
    "upload_open": Rule("json", A.UPLOAD_TAKE, "own", {"stage": "AD"}),
    "upload_page": get(A.VIEW, "own"),
    "upload_files": get(A.VIEW, "own"),
    "upload_submit": post(A.UPLOAD_TAKE, "own"),
    "upload_discard": post(A.UPLOAD_TAKE, "own", sure="1"),
    "take": get(A.VIEW, "own"),
    "drawing_picture": get(A.VIEW, "own"),
    "drawing_thumb": get(A.VIEW, "own"),
    "sheets": get(A.VIEW),
    "character_new": post(A.EDIT_SHEETS, code="rin", name="Rin"),
    "design_new": post(A.EDIT_SHEETS, code="gym", name="Gym"),
    "sheet": get(A.VIEW),
    "sheet_add": post(A.EDIT_SHEETS),
    "sheet_step": post(A.APPROVE_SHEET, step="send_back"),
    "sheet_version": post(A.EDIT_SHEETS),
    "sheet_swatches": post(A.EDIT_SHEETS),
    "sheet_palette": post(A.EDIT_SHEETS),
    "sheet_palette_csv": get(A.VIEW),
    "sheet_drawing_edit": post(A.EDIT_SHEETS, kind="detail", view="back"),
    "sheet_pick": post(A.EDIT_SHEETS, part="hair", x="8", y="8"),
    "sheet_picture": get(A.VIEW),
    "sheet_thumb": get(A.VIEW),
    "datasets": get(A.VIEW_DATASETS),
    "dataset_new": get(A.EDIT_DATASETS),
    "dataset": get(A.VIEW_DATASETS),
    "dataset_remove": post(A.EDIT_DATASETS, sure="1"),
    "evidence_add": post(A.EDIT_DATASETS),
    "evidence": get(A.VIEW_DATASETS),
    "review": get(A.VIEW_FLAGS),
    "review_start": get(A.VIEW_FLAGS),
    "review_save_view": post(A.VIEW_FLAGS),
    "review_verdicts": post(A.GIVE_VERDICT),
    "review_undo": post(A.GIVE_VERDICT),
    "flag": get(A.VIEW_FLAGS, "own"),
    "flag_heat": get(A.VIEW_FLAGS, "own"),
    "flag_verdict": post(A.GIVE_VERDICT, "own", decision="ok"),
    "flag_undo": post(A.GIVE_VERDICT, "own"),
    "flag_claim": post(A.GIVE_VERDICT, "own"),
    "flag_release": post(A.VIEW_FLAGS, "own"),
    "cut_playback": get(A.VIEW, "own"),
    "cut_flags": get(A.VIEW, "own"),
    "cut_retakes": get(A.VIEW_RETAKES, "own"),
    "take_flags": get(A.VIEW, "own"),
    "take_check": post(A.RUN_CHECK, "own", again="1"),
    "retakes": get(A.VIEW_RETAKES),
    "retakes_csv": get(A.VIEW_RETAKES),
    "retake_due": post(A.GIVE_VERDICT, "own"),
    "retake_close": post(A.GIVE_VERDICT, "own"),
}


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
def place(world: World, fake: FakeCompute) -> dict[str, dict[str, Any]]:  # noqa: F811
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
    return {
        "world": {"code": world.production.code, "cut": world.cut, "take": take, "flag": flag, "job": job},
        "sheet": {"draft": sheet, "drawing": _copied(approved, sheet), "approved": approved},
        "dataset": {
            "row": dataset,
            "evidence": Evidence.objects.create(
                dataset=dataset, file_name="a.pdf", blob=take_blob(take), size_bytes=1
            ),
        },
    }


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
    if "code" in pattern:
        return {"code": world.production.code}
    key = pattern.split("<")[1].split(">", maxsplit=1)[0].split(":")[1]
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
        "retakes": 0,
    }
    if thing == "uploads":
        return Upload.objects.create(cut=world.cut, stage="AD", submitted_by=place["world"]["visitor"]).pk
    if thing == "roles":
        return table["roles"].pk
    return table[thing]


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
    assert _answer(name, world.stranger, world, place) == 404


@pytest.mark.parametrize("name", IN_PRODUCTION)
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_what_the_matrix_says(
    name: str, role: Role, world: World, place: dict[str, dict[str, Any]]
) -> None:
    before = AuditEvent.objects.count()
    status = _answer(name, world.people[role.value], world, place)
    written = AuditEvent.objects.count() - before
    rule = RULES[name]
    if may([role], rule.needs):  # type: ignore[arg-type]
        assert status in {200, 201, 202, 204, 302, 303, 400, 409, 422}, status
        assert written or not rule.data, "the example data should have been taken"
    else:
        assert status in ({403, 404} if rule.method == "get" else {302, 400, 403, 404, 409}), status
        assert not written


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
