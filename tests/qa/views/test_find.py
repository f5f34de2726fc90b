"""The page "find drawings like this" and its API, without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from assets.models import Drawing, SheetDrawing
from qa.models import Flag
from studio.core import jobs
from studio.core.models import Job, User
from tests.qa.makers import deliver, work
from tests.qa.views.conftest import SignIn
from tests.world import World, png

HTMX = {"HX-Request": "true"}


@pytest.fixture
def drawing(world: World, flag: Flag) -> Drawing:
    """The flagged drawing of a checked take; another cut has its neighbours."""
    deliver(world.other_cut, [png(seed=3), png(seed=4)])
    work("qa.archive", "archive", anew=False)
    return flag.drawing


def worked() -> Job:
    job = Job.objects.filter(kind="qa.find").latest("created_at")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def asked(signed_in: SignIn, user: User, **fields: Any) -> str:
    """Ask, let the worker answer, and return what the page then shows."""
    client = signed_in(user)
    waiting = client.post("/find/ask/", fields, headers=HTMX).content.decode()
    job = worked()
    assert f"/find/{job.pk}/" in waiting
    return client.get(f"/find/{job.pk}/", headers=HTMX).content.decode()


def test_the_page_asks_by_itself_and_shows_what_it_is_about(
    signed_in: SignIn, world: World, drawing: Drawing
):
    page = signed_in(world.supervisor).get(f"/find/?drawing={drawing.pk}&elsewhere=on").content.decode()
    assert 'hx-post="/find/ask/"' in page
    assert f'name="drawing" value="{drawing.pk}"' in page
    assert "EP01_C012" in page
    assert "knows pictures alone" in page


def test_the_answer_is_a_contact_sheet_with_cut_take_similarity_and_production(
    signed_in: SignIn, world: World, drawing: Drawing
):
    found = asked(signed_in, world.supervisor, drawing=drawing.pk, elsewhere="on")
    assert found.count("found-card") == 5  # two of the other cut, three of the sheet
    for words in ("EP01_C013", "PT T1", "HOSHI", "<meter", "Aki · School uniform v1"):
        assert words in found
    assert "EP01_C012" not in found


def test_without_scripts_the_answer_has_a_page_of_its_own(signed_in: SignIn, world: World, drawing: Drawing):
    client = signed_in(world.supervisor)
    answer = client.post("/find/ask/", {"drawing": drawing.pk})
    assert answer.status_code == 302
    worked()
    page = client.get(answer["Location"]).content.decode()
    assert "<html" in page
    assert "found-card" in page


def test_nobody_else_sees_a_search(signed_in: SignIn, world: World, drawing: Drawing):
    signed_in(world.supervisor).post("/find/ask/", {"drawing": drawing.pk})
    job = worked()
    for other in (world.producer, world.administrator, world.stranger):
        assert signed_in(other).get(f"/find/{job.pk}/").status_code == 404


def test_a_drawing_that_one_may_not_see_is_not_there(signed_in: SignIn, world: World, drawing: Drawing):
    hidden = Drawing.objects.filter(cell__take__cut=world.other_cut)[0]
    client = signed_in(world.outside_artist)
    assert client.get(f"/find/?drawing={hidden.pk}").status_code == 404
    assert client.post("/find/ask/", {"drawing": hidden.pk}).status_code == 404
    assert not Job.objects.filter(kind="qa.find").exists()


def test_a_picture_is_searched_by_and_not_kept(signed_in: SignIn, world: World, drawing: Drawing, tmp_path):
    file = tmp_path / "mine.png"
    file.write_bytes(png((9, 9, 200)))
    client = signed_in(world.supervisor)
    with file.open("rb") as stream:
        answer = client.post("/find/ask/", {"picture": stream})
    worked()
    page = client.get(answer["Location"]).content.decode()
    assert "found-card" in page
    assert "It is not kept" in page
    assert f'name="job" value="{Job.objects.get(kind="qa.find").pk}"' in page


def test_what_cannot_be_searched_for_says_why(signed_in: SignIn, world: World, drawing: Drawing, tmp_path):
    client = signed_in(world.supervisor)
    assert "say what to search for" in client.post("/find/ask/", {}).content.decode().lower()
    file = tmp_path / "mine.png"
    file.write_bytes(b"not a picture")
    with file.open("rb") as stream:
        said = client.post("/find/ask/", {"picture": stream}, headers=HTMX).content.decode()
    assert "cannot be searched for" in said
    assert not Job.objects.filter(kind="qa.find").exists()


def test_empty_answers_say_what_to_do(signed_in: SignIn, world: World, drawing: Drawing):
    lone = SheetDrawing.objects.earliest("pk")
    SheetDrawing.objects.exclude(pk=lone.pk).delete()
    Drawing.objects.all().delete()
    assert "No other drawing fits" in asked(signed_in, world.supervisor, sheet_drawing=lone.pk)


def test_links_lead_here_from_flag_take_and_sheet(
    signed_in: SignIn, world: World, drawing: Drawing, flag: Flag
):
    client = signed_in(world.supervisor)
    sheet = SheetDrawing.objects.earliest("pk")
    for page in (f"/flags/{flag.pk}/", f"/takes/{drawing.cell.take_id}/"):
        assert f"/find/?drawing={drawing.pk}&amp;elsewhere=on" in client.get(page).content.decode()
    assert f"/find/?sheet_drawing={sheet.pk}" in client.get(f"/sheets/{sheet.sheet_id}/").content.decode()


def test_the_page_speaks_japanese(signed_in: SignIn, world: World, drawing: Drawing):
    client = signed_in(world.supervisor)
    page = client.get(f"/find/?drawing={drawing.pk}", headers={"accept-language": "ja"}).content.decode()
    assert "似た絵" in page


def test_the_administrator_builds_the_archive_anew_from_the_health_page(
    signed_in: SignIn, world: World, flag: Flag
):
    world.administrator.is_staff = True
    world.administrator.save()
    client = signed_in(world.administrator)
    assert "/health/archive/" in client.get("/health/").content.decode()
    assert client.post("/health/archive/").status_code == 302
    assert Job.objects.get(kind="qa.archive").params == {"anew": True}
    assert signed_in(world.supervisor).post("/health/archive/").status_code == 404


def test_the_api_tells_the_job_first_and_then_the_drawings(signed_in: SignIn, world: World, drawing: Drawing):
    client, address = (
        signed_in(world.supervisor),
        f"/api/v1/drawings/{drawing.pk}/similar/?elsewhere=true&top=3",
    )
    first = client.get(address)
    assert (first.status_code, first.json()["kind"], first["Retry-After"]) == (202, "qa.find", "1")
    worked()
    rows = client.get(address).json()["results"]
    assert len(rows) == 3
    assert set(rows[0]) == {
        "similarity",
        "drawing",
        "sheet_drawing",
        "take",
        "cut",
        "sheet",
        "production",
        "characters",
        "more_places",
    }
    assert all((row["drawing"] is None) != (row["sheet_drawing"] is None) for row in rows)
    sheet = SheetDrawing.objects.earliest("pk")
    assert client.get(f"/api/v1/sheet-drawings/{sheet.pk}/similar/").status_code == 202
    assert signed_in(world.stranger).get(address).status_code == 404
