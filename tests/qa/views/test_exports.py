"""Every table as CSV: what it holds, for whom, and that Excel opens it without running anything."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.csv_stream import stream
from assets.models import Cut, Dataset, StageState
from qa.models import Comment, Flag
from qa.services import exports, verdicts
from studio.core.roles import Role, may
from tests.qa.views.conftest import SignIn
from tests.world import World

NAMES = [table.name for table in exports.TABLES]


def read(client: Client, name: str) -> list[dict[str, str]]:
    answer = client.get(reverse("export_csv", args=["HOSHI", name]))
    assert answer.status_code == 200
    assert answer.streaming
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def told(world: World, three_flags: list[Flag]) -> World:
    """A world where everything has been said once; people's words begin as a formula does."""
    verdicts.give(actor=world.supervisor, flag=three_flags[0], decision="retake", reason="face", note="=1+1")
    take = three_flags[0].drawing.cell.take
    Comment.objects.create(take=take, drawing=three_flags[0].drawing, text="-look here", by=world.supervisor)
    Dataset.objects.create(production=world.production, name="@own art")
    return world


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_its_columns_and_a_row_for_each_thing(
    told: World, signed_in: SignIn, name: str
) -> None:
    table = next(each for each in exports.TABLES if each.name == name)
    rows = read(signed_in(told.administrator), name)
    wanted = None if name == "overview" else table.rows(told.administrator, told.production).count()
    assert wanted is None or len(rows) == wanted
    assert all(set(row) == set(table.columns) and None not in row.values() for row in rows)


def test_the_heads_and_codes_are_the_same_in_japanese(told: World, signed_in: SignIn) -> None:
    client = signed_in(told.producer)
    client.cookies["django_language"] = "ja"
    (row,) = [row for row in read(client, "stages") if row["stage"] == "AD"]
    assert (row["state"], row["assignee"], row["cut"]) == ("in_work", "outside_artist", "012")


def test_no_text_runs_as_a_formula(told: World, signed_in: SignIn) -> None:
    client = signed_in(told.producer)
    assert read(client, "verdicts")[0]["note"] == "'=1+1"
    assert read(client, "retakes")[0]["note"] == "'=1+1"
    assert read(client, "comments")[0]["text"] == "'-look here"
    assert read(client, "datasets")[0]["name"] == "'@own art"


def test_a_flag_says_where_it_is_and_what_was_decided(told: World, signed_in: SignIn) -> None:
    rows = read(signed_in(told.producer), "flags")
    assert {(row["cut"], row["stage"], row["cell"]) for row in rows} == {("012", "PT", "A")}
    assert sorted(row["decision"] for row in rows) == ["", "", "retake"]
    assert all("larger" in row["sentence"] or row["sentence"] for row in rows)


def test_the_numbers_of_the_overview_are_there(told: World, signed_in: SignIn) -> None:
    rows = read(signed_in(told.producer), "overview")
    found = {(row["figure"], row["episode"], row["stage"]): row["value"] for row in rows}
    assert found["flags_open", "EP01", ""] == "2"
    assert found["retakes", "EP01", ""] == found["retakes", "", "PT"] == "1"
    assert {row["value"] for row in rows if row["figure"] == "week"} <= {"safe", "tight", "danger", "unknown"}


@pytest.mark.parametrize("role", list(Role))
def test_a_person_gets_the_tables_of_their_roles(world: World, signed_in: SignIn, role: Role) -> None:
    client = signed_in(world.people[role.value])
    page = client.get(reverse("export", args=["HOSHI"])).content.decode()
    for table in exports.TABLES:
        allowed = may([role], table.needs)
        assert (f"export/{table.name}.csv" in page) == allowed
        status = client.get(reverse("export_csv", args=["HOSHI", table.name])).status_code
        assert status == 200 if allowed else status in {403, 404}


def test_an_outside_artist_gets_only_what_is_of_their_own_cuts(told: World, signed_in: SignIn) -> None:
    client = signed_in(told.outside_artist)
    assert [row["cut"] for row in read(client, "cuts")] == ["012"]
    StageState.objects.filter(cut=told.cut).update(assignee=None)
    for name in (
        "cuts",
        "stages",
        "takes",
        "flags",
        "verdicts",
        "retakes",
        "comments",
        "designs",
        "swatches",
    ):
        assert read(client, name) == []


def test_an_unknown_table_is_not_there(world: World, signed_in: SignIn) -> None:
    assert signed_in(world.producer).get(reverse("export_csv", args=["HOSHI", "secrets"])).status_code == 404


def test_a_long_table_comes_in_pieces() -> None:
    pieces = list(stream(("n",), ([n] for n in range(1000))))
    assert len(pieces) == 6
    assert b"".join(pieces).decode("utf-8-sig").splitlines()[-1] == "999"


def test_the_number_of_queries_does_not_grow_with_the_cuts(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.producer)
    counts = set()
    for n in (5, 50):
        Cut.objects.bulk_create(Cut(episode=world.episode, number=f"{n}{i:03}") for i in range(n))
        with CaptureQueriesContext(connection) as captured:
            read(client, "cuts")
        counts.add(len(captured))
    assert len(counts) == 1
