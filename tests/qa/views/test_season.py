"""The page of a season: a slow slide is seen before it is a habit."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from assets.models import Cut, Episode
from assets.services import productions
from qa.choices import RunState
from qa.models import CheckRun
from tests.qa.makers import approve_sheet, other_design
from tests.qa.makers_season import checked, score, season
from tests.qa.views.conftest import SignIn
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE, TABLE, API = "/p/HOSHI/season/", "/p/HOSHI/season.csv", "/api/v1/productions/HOSHI/season/"
RISING = [0.2 + 0.03 * place + 0.02 * (place % 3) for place in range(14)]
FLAT = [0.4, 0.5, 0.42, 0.48, 0.45, 0.5, 0.41, 0.44, 0.47, 0.43, 0.5, 0.42]


def test_a_slide_is_said_in_words_with_its_first_cut_and_leads_to_its_cuts(
    signed_in: SignIn, world: World
) -> None:
    runs = season(world.episode, world.design, RISING)
    page = signed_in(world.artist).get(PAGE)
    text = page.content.decode()
    assert "face drifts by +0.03 per cut since cut EP01_C041, 14 cuts" in text
    assert page.context["n_sliding"] == 1
    assert f'href="/cuts/{runs[-1].take.cut_id}/"' in text


def test_what_slides_stands_above_what_is_merely_far_out(signed_in: SignIn, world: World) -> None:
    gym = other_design(world)
    for run in season(world.episode, world.design, RISING):
        score(run, gym, 0.9, "COLOUR")
    lines = signed_in(world.artist).get(PAGE).context["lines"]
    assert [(row["line"].aspect, bool(row["words"])) for row in lines] == [("FACE", True), ("COLOUR", False)]


def test_an_episode_shows_its_quartiles_and_its_first_and_last_cut(signed_in: SignIn, world: World) -> None:
    season(world.episode, world.design, [0.4, 0.1, 0.3, 0.2])
    second = Episode.objects.create(production=world.production, code="EP02")
    season(second, world.design, [0.8, 0.6])
    found = signed_in(world.artist).get(PAGE).context["episodes"]
    spread = found[0].spread
    assert [group.key for group in found] == ["EP01", "EP02"]
    assert (spread.cuts, spread.middle, spread.first, spread.last) == (4, 0.25, 0.4, 0.2)


def test_only_the_current_check_of_the_newest_take_counts(signed_in: SignIn, world: World) -> None:
    score(checked(world.cut), world.design, 3.0)
    score(checked(world.cut), world.design, 0.5)
    stale = checked(world.other_cut)
    score(stale, world.design, 2.0)
    CheckRun.objects.filter(pk=stale.pk).update(state=RunState.STALE)
    (row,) = signed_in(world.artist).get(PAGE).context["lines"]
    assert [cut.score for cut in row["line"].cuts] == [0.5]


def test_a_season_speaks_in_drift_like_every_other_page(signed_in: SignIn, world: World) -> None:
    score(
        checked(world.cut), world.design, 2.0**17, "WRONG_DESIGN"
    )  # a ratio: what is kept of another costume
    page = signed_in(world.artist).get(PAGE)
    assert [cut.score for cut in page.context["lines"][0]["line"].cuts] == [18.0]
    assert "131072" not in page.content.decode()


def test_filters_narrow_it_and_one_that_makes_no_sense_is_left_out(signed_in: SignIn, world: World) -> None:
    season(world.episode, world.design, FLAT)
    client, character = signed_in(world.artist), world.design.character_id
    assert client.get(f"{PAGE}?character={character}&aspect=FACE&stage=PT").context["n_cuts"] == 12
    assert client.get(f"{PAGE}?character=none&aspect=7").context["n_cuts"] == 12
    assert "No checked cut is like that" in client.get(f"{PAGE}?stage=AD").content.decode()


def test_the_overview_and_the_model_sheet_lead_to_it(signed_in: SignIn, world: World) -> None:
    sheet, client = approve_sheet(world.design), signed_in(world.artist)
    assert f'href="{PAGE}"' in client.get("/p/HOSHI/").content.decode()
    link = f'href="{PAGE}?character={world.design.character_id}"'
    assert link in client.get(f"/sheets/{sheet.pk}/").content.decode()
    assert PAGE not in signed_in(world.outside_artist).get("/p/HOSHI/").content.decode()


def test_an_empty_season_says_what_to_do(signed_in: SignIn, world: World) -> None:
    assert "No cut was checked yet" in signed_in(world.artist).get(PAGE).content.decode()


def heads(client: Client) -> list[str]:
    return next(csv.reader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig"))))


def test_artists_are_named_only_where_the_production_allows_it(signed_in: SignIn, world: World) -> None:
    season(world.episode, world.design, FLAT, by=world.artist)
    client = signed_in(world.assistant)
    assert "By artist" not in client.get(PAGE).content.decode()
    assert "artist" not in heads(client)
    productions.update(actor=world.producer, production=world.production, drift_by_artist=True)
    assert [row["person"] for row in client.get(PAGE).context["artists"]] == [world.artist]
    assert heads(client)[-1] == "artist"


def test_the_table_has_a_row_for_each_cut_design_and_aspect(signed_in: SignIn, world: World) -> None:
    score(checked(world.cut), world.design, 1.25)
    data = signed_in(world.artist).get(f"{TABLE}?aspect=FACE").content
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [(row["episode"], row["cut"], row["aspect"], row["drift"], row["drawing"]) for row in rows] == [
        ("EP01", "012", "FACE", "1.3219", "A1")  # 1.25 times the limit, as a drift: 1 + log2
    ]


def test_the_api_says_the_same(signed_in: SignIn, world: World) -> None:
    runs = season(world.episode, world.design, RISING)
    client = signed_in(world.artist)
    (line,) = client.get(API).json()
    slide = line["slide"]
    assert (line["aspect"], line["cuts"], slide["cuts"]) == ("FACE", 14, 14)
    assert slide["since_cut"] == runs[0].take.cut_id
    assert slide["per_cut"] == pytest.approx(0.03, abs=0.005)
    assert client.get(f"{API}?aspect=NONE").status_code == 400


def test_a_cut_that_was_dropped_does_not_count(signed_in: SignIn, world: World) -> None:
    score(checked(world.cut), world.design, 1.5)
    Cut.objects.filter(pk=world.cut.pk).update(omitted=True)
    assert "No cut was checked yet" in signed_in(world.artist).get(PAGE).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_season(
    signed_in: SignIn, world: World, django_assert_max_num_queries
) -> None:
    season(world.episode, world.design, FLAT * 3)
    client = signed_in(world.artist)
    client.get(PAGE)
    with django_assert_max_num_queries(24):
        client.get(PAGE)
