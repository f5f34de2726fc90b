"""The retake list: by episode, cut and artist, filtered, counted, and what is done with several at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.models import Cut, Drawing, Episode, StageState, Take
from qa.models import Correction, CorrectionStroke, Flag, Retake
from qa.services import retakes, verdicts
from studio.core.models import User
from tests.qa.makers import deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png

LIST = "/p/HOSHI/retakes/"


@pytest.fixture
def flagged(world: World, three_flags: list[Flag]) -> Retake:
    """An order from a flag, in paint."""
    verdicts.give(
        actor=world.paint_checker, flag=three_flags[0], decision="retake", reason="face", note="目を下げる"
    )
    return Retake.objects.get()


@pytest.fixture
def by_hand(world: World) -> Retake:
    """An order by hand of another episode's cut, in-between, late by three days."""
    episode = Episode.objects.create(production=world.production, code="EP02")
    cut = Cut.objects.create(episode=episode, number="101A")
    StageState.objects.create(cut=cut, stage="AD", assignee=world.artist)
    return _order(world, cut, world.artist)


def _order(world: World, cut: Cut, by: User | None = None, seed: int = 3) -> Retake:
    take = deliver(cut, [png(seed=seed)], stage="AD", by=by)
    drawing = Drawing.objects.get(cell__take=take)
    item = retakes.order_by_hand(actor=world.inbetween_checker, take=take, drawing=drawing, reason="line")
    late = timezone.localdate() - timedelta(days=3)
    return retakes.set_due(actor=world.inbetween_checker, retake=item.retake, due_on=late)


def _page(signed_in: SignIn, user: User, query: str = "") -> str:
    return signed_in(user).get(f"{LIST}?{query}").content.decode()


def test_the_list_says_what_who_and_until_when(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake
) -> None:
    page = _page(signed_in, world.supervisor)
    for words in ("EP01_C012", "目を下げる", "EP02_C101A", "ordered by hand", "3 days late", "with artist"):
        assert words in page
    assert page.count(">R1<") == 2


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=open", "both"),
        ("state=answered", ""),
        ("due=late", "hand"),
        ("due=none", "flag"),
        ("reason=face", "flag"),
        ("stage=AD", "hand"),
        ("q=101a", "hand"),
        ("q=EP02_C101A", "hand"),
        ("q=目を", "flag"),
        ("q=nothing", ""),
        ("artist=nobody", "flag"),
        ("state=nonsense&stage=XX&episode=abc&by=planet", "both"),
        ("q=%00", "both"),
    ],
)
def test_filters_narrow_the_list(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake, query: str, shown: str
) -> None:
    page = _page(signed_in, world.supervisor, query)
    found = {"flag": f'id="retake-{flagged.pk}"' in page, "hand": f'id="retake-{by_hand.pk}"' in page}
    assert {name for name, is_there in found.items() if is_there} == (
        {"flag", "hand"} if shown == "both" else {shown} - {""}
    )


@pytest.mark.parametrize(
    ("by", "names"),
    [("episode", ["EP01", "EP02"]), ("cut", ["EP01_C012", "EP02_C101A"]), ("artist", ["artist", "nobody"])],
)
def test_the_index_counts_what_each_has(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake, by: str, names: list[str]
) -> None:
    page = _page(signed_in, world.supervisor, f"by={by}")
    index = page.split('class="retakes-index')[1].split("</nav>")[0]
    for name in names:
        assert f'<span class="clip">{name}</span>' in index
    assert index.count("1 late") == 2  # of all, and of the one that has it


def test_an_artists_own_list_can_be_sent_as_a_link(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake
) -> None:
    page = _page(signed_in, world.producer, f"by=artist&artist={world.artist.pk}")
    assert f'id="retake-{by_hand.pk}"' in page
    assert f'id="retake-{flagged.pk}"' not in page
    assert f"/p/HOSHI/retakes.pdf?by=artist&amp;artist={world.artist.pk}" in page


def test_how_often_a_stage_was_sent_back_is_counted(signed_in: SignIn, world: World, by_hand: Retake) -> None:
    retakes.answer(take=deliver(by_hand.cut, [png(seed=7)], stage="AD"))
    _order(world, by_hand.cut, seed=9)
    assert ">R2<" in _page(signed_in, world.supervisor, "state=open")
    assert ">R2<" not in _page(signed_in, world.supervisor, "state=answered")


def test_strokes_of_a_correction_lie_over_the_drawing(
    signed_in: SignIn, world: World, flagged: Retake
) -> None:
    drawing = flagged.items.get().drawing
    correction = Correction.objects.create(
        drawing=drawing, by=world.supervisor, role="supervisor", colour="#e0b400"
    )
    stroke = {"correction": correction, "tool": "pen", "points": [[1, 2, 0.5], [9, 9, 0.5]]}
    CorrectionStroke.objects.create(uid="00000000-0000-4000-8000-000000000001", **stroke)
    page = _page(signed_in, world.supervisor)
    assert '<g class="ink" stroke="#e0b400">' in page
    assert "corrected by" in page
    CorrectionStroke.objects.update(erased_at=timezone.now())
    assert "corrected by" not in _page(signed_in, world.supervisor)


def test_an_outside_artist_sees_the_orders_of_their_own_cuts_alone(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake
) -> None:
    page = _page(signed_in, world.outside_artist, "by=cut")
    assert "EP01_C012" in page
    assert "101A" not in page
    assert "data-pick-all" not in page


def test_many_orders_take_no_more_queries_than_one(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake
) -> None:
    counts = []
    for more in (0, 6):
        for number in range(more):
            cut = Cut.objects.create(episode=world.episode, number=f"2{number:02}")
            _order(world, cut, world.artist, seed=number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            _page(signed_in, world.supervisor, "by=artist")
        counts.append(len(queries))
    assert counts[0] == counts[1], counts


def test_several_get_a_date_and_are_closed(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake
) -> None:
    client, both = signed_in(world.episode_director), [flagged.pk, by_hand.pk]
    data = {"retake": both, "do": "due", "due_on": "2027-02-03"}
    response = client.post("/p/HOSHI/retakes/many/?by=cut", data, follow=True)
    assert "The date of 2 retakes is set." in response.content.decode()
    assert {str(row.due_on) for row in Retake.objects.all()} == {"2027-02-03"}
    page = client.post("/p/HOSHI/retakes/many/", {"retake": both, "do": "close"}, follow=True)
    assert "2 retakes are closed." in page.content.decode()
    assert {row.state for row in Retake.objects.all()} == {"closed"}


def test_closing_several_of_two_stages_without_the_authority_closes_none(
    signed_in: SignIn, world: World, flagged: Retake, by_hand: Retake
) -> None:
    client = signed_in(world.paint_checker)
    data = {"retake": [flagged.pk, by_hand.pk], "do": "close"}
    page = client.post("/p/HOSHI/retakes/many/", data, follow=True).content.decode()
    assert "Retakes and sign-offs of AD are for" in page
    assert {row.state for row in Retake.objects.all()} == {"open"}


def test_a_line_is_withdrawn_from_the_list(signed_in: SignIn, world: World, by_hand: Retake) -> None:
    line = f"/retake-lines/{by_hand.items.get().pk}/withdraw/"
    assert signed_in(world.paint_checker).post(line).status_code == 403
    assert signed_in(world.stranger).post(line).status_code == 404
    assert signed_in(world.inbetween_checker).post(line).status_code == 302
    by_hand.refresh_from_db()
    assert by_hand.state == "withdrawn"


def test_a_retake_is_ordered_on_the_page_of_a_take(signed_in: SignIn, world: World) -> None:
    take = deliver(world.cut, [png()], stage="AD")
    address = f"/takes/{take.pk}/retake/"
    back = f"/takes/{take.pk}/look/"
    client = signed_in(world.inbetween_checker)
    assert client.post(address, {"reason": "line", "next": back}).headers["Location"] == back
    elsewhere = client.post(address, {"reason": "line", "next": "https://example.org/"})
    assert elsewhere.headers["Location"] == f"/takes/{take.pk}/"
    page = client.post(address, {"reason": "other"}, follow=True).content.decode()
    assert "Say in the note what is to be redone" in page
    assert Retake.objects.get().items.count() == 2


def test_an_outside_artist_finds_no_take_of_another_cut_to_order(signed_in: SignIn, world: World) -> None:
    take = deliver(world.other_cut, [png()], stage="AD")
    address = f"/takes/{take.pk}/retake/"
    assert signed_in(world.outside_artist).post(address, {"reason": "line"}).status_code == 404
    assert Take.objects.count() == 1


def test_an_empty_list_says_what_to_do_next(signed_in: SignIn, world: World, by_hand: Retake) -> None:
    assert "Nothing matches these filters" in _page(signed_in, world.supervisor, "stage=BG")
    Retake.objects.all().delete()
    assert "A retake is ordered on the review desk" in _page(signed_in, world.supervisor)
