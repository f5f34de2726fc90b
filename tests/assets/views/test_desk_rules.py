"""The settings of a production: who may order retakes, and the correction paper."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assets.authority import DEFAULT_PAPERS
from tests.world import World


@pytest.fixture
def client(world: World) -> Client:
    made = Client()
    made.force_login(world.producer)
    return made


def _post(client: Client, **data: object) -> object:
    return client.post(reverse("desk_rules", args=["HOSHI"]), data)


def _table(**changed: list[str]) -> dict[str, list[str]]:
    usual = {f"stage-{stage}": ["episode_director"] for stage in ("LO", "GEN", "KD+", "2G", "AD", "AD+")}
    rest = {f"stage-{stage}": ["episode_director"] for stage in ("PT", "PT+", "BG", "COMP")}
    return {**usual, **rest, **{f"stage-{stage}": roles for stage, roles in changed.items()}}


def test_the_settings_show_both_tables(world: World, client: Client) -> None:
    page = client.get(reverse("production_settings", args=["HOSHI"])).content.decode()
    assert 'id="authority"' in page
    assert page.count('type="color"') == len(DEFAULT_PAPERS)


def test_a_table_is_saved_and_reset(world: World, client: Client) -> None:
    assert _post(client, what="authority", **_table(PT=["supervisor"])).status_code == 302
    world.production.refresh_from_db()
    assert world.production.retake_authority["PT"] == ["supervisor"]
    assert "BG" not in world.production.retake_authority
    _post(client, what="authority", reset="1")
    world.production.refresh_from_db()
    assert world.production.retake_authority == {}


def test_a_stage_without_anybody_is_refused_and_the_rest_is_kept(world: World, client: Client) -> None:
    response = _post(client, what="authority", **_table(PT=[], GEN=["photography"]))
    page = response.content.decode()
    assert "somebody must be able to judge PT" in page
    assert 'name="stage-GEN" value="photography" checked' in page


def test_two_papers_of_one_colour_are_refused_by_name(world: World, client: Client) -> None:
    papers = {f"paper-{role}": colour for role, colour in DEFAULT_PAPERS.items()}
    page = _post(client, what="papers", **{**papers, "paper-paint_checker": "#8d6be0"}).content.decode()
    assert "paint checker" in page
    assert "nearly the same" in page
    assert 'value="#8d6be0" data-paper="paint_checker"' in page


def test_papers_are_saved(world: World, client: Client) -> None:
    papers = {f"paper-{role}": colour for role, colour in DEFAULT_PAPERS.items()}
    _post(client, what="papers", **{**papers, "paper-supervisor": "#c00000"})
    world.production.refresh_from_db()
    assert world.production.paper_colours == {"supervisor": "#c00000"}


def test_the_rules_are_read_and_set_by_api(world: World, client: Client) -> None:
    address = "/api/v1/productions/HOSHI/"
    assert client.get(address).json()["retake_authority"]["PT"] == ["paint_checker", "episode_director"]
    body = {"retake_authority": {"PT": ["supervisor"]}, "paper_colours": {"supervisor": "#c00000"}}
    changed = client.patch(address, body, content_type="application/json").json()
    assert changed["retake_authority"]["PT"] == ["supervisor"]
    assert changed["paper_colours"]["supervisor"] == "#c00000"
    refused = client.patch(
        address, {"paper_colours": {"supervisor": "#fff"}}, content_type="application/json"
    )
    assert refused.status_code == 400
