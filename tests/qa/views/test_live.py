"""How a desk learns what others do, gives flags away, sorts, gathers, and opens with one's own view."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Membership
from qa import selectors
from qa.models import Flag, FlagAssignment
from qa.services import assignments, verdicts
from studio.core.models import SavedView, User
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import check, deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png

URL = "/p/HOSHI/review/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def aoki(world: World) -> User:
    """A second supervisor, without authority over painted drawings."""
    user = User.objects.create_user("aoki", display_name="Aoki Rin")
    Membership.objects.create(production=world.production, user=user, role="supervisor")
    return user


def states(signed_in: SignIn, user: User, *flags: Flag) -> dict[str, Any]:
    ids = ",".join(str(flag.pk) for flag in flags)
    return signed_in(user).get(f"{URL}states.json?ids={ids}").json()["flags"]


def test_the_states_tell_who_looks_who_decides_and_what_was_decided(
    signed_in: SignIn, world: World, three_flags: list[Flag], aoki: User
) -> None:
    looked_at, decided, mine = three_flags
    verdicts.claim(actor=aoki, flag=looked_at)
    verdicts.give(actor=aoki, flag=decided, decision="ok")
    assignments.assign(actor=aoki, flags=[mine], user=world.supervisor)
    found = states(signed_in, world.supervisor, *three_flags)
    assert found[str(looked_at.pk)]["holder"] == "Aoki Rin is looking at this"
    assert found[str(decided.pk)]["words"] == "ok, by Aoki Rin"
    assert found[str(decided.pk)]["says"] == "Aoki Rin has decided: ok."
    assert found[str(mine.pk)]["assigned"] == "me"


def test_a_decision_that_was_taken_back_and_a_check_that_is_old_are_said(
    signed_in: SignIn, world: World, three_flags: list[Flag], aoki: User
) -> None:
    verdicts.give(actor=aoki, flag=three_flags[0], decision="ok")
    verdicts.undo(actor=aoki, flag=three_flags[0])
    (state,) = states(signed_in, world.artist, three_flags[0]).values()
    assert (state["decision"], state["says"]) == ("", "Aoki Rin has taken the decision back.")
    three_flags[0].run.__class__.objects.update(state="stale")
    assert states(signed_in, world.artist, three_flags[0])[str(three_flags[0].pk)]["gone"]


def test_the_states_of_flags_that_one_may_not_see_are_left_out(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    world.cut.stages.update(assignee=None)
    assert states(signed_in, world.outside_artist, *three_flags) == {}
    assert signed_in(world.stranger).get(f"{URL}states.json?ids=1").status_code == 404
    assert signed_in(world.artist).get(f"{URL}states.json?ids=x,,").json() == {"flags": {}}


def test_the_states_of_many_flags_cost_what_one_costs(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    client = signed_in(world.supervisor)
    with CaptureQueriesContext(connection) as one:
        client.get(f"{URL}states.json?ids={three_flags[0].pk}")
    verdicts.give_many(actor=world.supervisor, flags=three_flags, decision="ok")
    assignments.assign(actor=world.supervisor, flags=three_flags, user=world.supervisor)
    ids = ",".join(str(flag.pk) for flag in three_flags)
    with CaptureQueriesContext(connection) as many:
        client.get(f"{URL}states.json?ids={ids}")
    assert len(many) <= len(one) + 1  # the verdicts are asked for only where there are any


def test_flags_are_given_to_me_to_somebody_and_to_nobody(
    signed_in: SignIn, world: World, three_flags: list[Flag], aoki: User
) -> None:
    client, ids = signed_in(world.supervisor), [flag.pk for flag in three_flags]
    answer = client.post(f"{URL}assign/", {"flags": ids, "user": "me"}, headers=JSON).json()
    assert (answer["words"], set(answer["assigned"].values())) == ("3 flags given to supervisor", {"me"})
    client.post(f"{URL}assign/", {"flags": ids[:1], "user": aoki.pk}, headers=JSON)
    assert FlagAssignment.objects.get(flag=ids[0]).user == aoki
    answer = client.post(f"{URL}assign/", {"flags": ids, "user": ""}, headers=JSON).json()
    assert answer["words"] == "3 flags given to nobody"
    assert not FlagAssignment.objects.exists()


@pytest.mark.parametrize("person", ["999999", "x", "artist"])
def test_flags_are_not_given_to_who_cannot_decide(
    signed_in: SignIn, world: World, three_flags: list[Flag], person: str
) -> None:
    user = world.artist.pk if person == "artist" else person
    answer = signed_in(world.supervisor).post(
        f"{URL}assign/", {"flags": [three_flags[0].pk], "user": user}, headers=JSON
    )
    assert answer.status_code == 400
    assert not FlagAssignment.objects.exists()


@pytest.mark.parametrize(("query", "shown"), [("me", [0]), ("nobody", [2]), ("aoki", [1])])
def test_the_queue_is_narrowed_by_who_decides(
    signed_in: SignIn, world: World, three_flags: list[Flag], aoki: User, query: str, shown: list[int]
) -> None:
    assignments.assign(actor=aoki, flags=three_flags[:1], user=world.supervisor)
    assignments.assign(actor=aoki, flags=three_flags[1:2], user=aoki)
    wanted = aoki.pk if query == "aoki" else query
    rows = signed_in(world.supervisor).get(f"{URL}?assigned={wanted}").context["rows"]
    assert [row.flag for row in rows] == [three_flags[index] for index in shown]


def test_the_next_flag_is_ones_own_or_nobodys_before_what_others_were_given(
    world: World, three_flags: list[Flag], aoki: User
) -> None:
    first, second, third = three_flags
    assignments.assign(actor=aoki, flags=[second], user=aoki)
    assert selectors.next_flag(world.supervisor, world.production, {}, after=first) == third
    assert selectors.next_flag(aoki, world.production, {}, after=first) == second
    verdicts.give_many(actor=world.supervisor, flags=[first, third], decision="ok")
    assert selectors.next_flag(world.supervisor, world.production, {}, after=third) == second
    verdicts.claim(actor=aoki, flag=second)
    assert selectors.next_flag(world.supervisor, world.production, {}, after=third) is None


def test_heads_sort_and_turn_the_order_round(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    response = signed_in(world.supervisor).get(f"{URL}?order=-drift")
    assert [row.flag for row in response.context["rows"]] == three_flags[::-1]
    page = response.content.decode()
    assert 'aria-sort="ascending"' in page
    assert "?order=drift" in page
    for order in ("fault", "stage", "age", "-age", "cut", "-cut", "character", "-character"):
        assert len(signed_in(world.supervisor).get(f"{URL}?order={order}").context["rows"]) == 3


def test_the_cut_is_found_by_how_its_number_begins(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    client = signed_in(world.supervisor)
    assert len(client.get(f"{URL}?number=01").context["rows"]) == 3
    assert len(client.get(f"{URL}?number=9").context["rows"]) == 0


@pytest.mark.parametrize("order", ["cut", "character"])
def test_a_group_is_counted_over_the_whole_queue_at_the_same_cost(
    signed_in: SignIn, world: World, three_flags: list[Flag], fake: FakeCompute, order: str
) -> None:
    client, url = signed_in(world.supervisor), f"{URL}?order={order}"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        (group,) = client.get(url).context["groups"]
    assert (group.total, len(group.rows)) == (3, 3)
    pictures = [png((20, 220, seed), seed=seed) for seed in range(70)]
    for picture in pictures:
        fake.plant(picture, aspect("PROPORTION", 4.0))
    check(deliver(world.cut, pictures, stage="GEN", by=world.artist))
    with CaptureQueriesContext(connection) as many:
        groups = client.get(url).context["groups"]
    assert (sum(group.total for group in groups) > 60, len(many)) == (True, len(few))


def test_the_desk_opens_with_ones_own_view_until_it_is_forgotten(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    client = signed_in(world.supervisor)
    client.post(f"{URL}views/?min_drift=2.5", {"name": "Worst"})
    view = SavedView.objects.get()
    client.post(f"{URL}views/", {"open_with": view.pk})
    assert client.get(URL).url == f"{URL}?min_drift=2.5"
    assert client.get(f"{URL}?state=open").status_code == 200
    assert signed_in(world.artist).get(URL).status_code == 200
    client.post(f"{URL}views/", {"open_with": view.pk})
    assert client.get(URL).status_code == 200
    client.post(f"{URL}views/", {"open_with": view.pk})
    client.post(f"{URL}views/", {"remove": view.pk})
    assert (client.get(URL).status_code, SavedView.objects.count()) == (200, 0)


def test_somebody_elses_view_is_not_there_to_open_with(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    view = SavedView.objects.create(user=world.artist, page="review:1", name="x", query="y=1")
    assert signed_in(world.supervisor).post(f"{URL}views/", {"open_with": view.pk}).status_code == 404


def test_the_way_back_leads_through_what_one_has_decided(
    signed_in: SignIn, world: World, three_flags: list[Flag], aoki: User
) -> None:
    first, second, third = three_flags
    verdicts.give(actor=world.supervisor, flag=first, decision="ok")
    verdicts.give(actor=world.supervisor, flag=second, decision="ok")
    client = signed_in(world.supervisor)
    assert client.get(f"/flags/{third.pk}/previous.json?a=1").json()["previous"] == f"/flags/{second.pk}/?a=1"
    assert client.get(f"/flags/{second.pk}/previous.json").json()["previous"] == f"/flags/{first.pk}/"
    assert signed_in(aoki).get(f"/flags/{third.pk}/previous.json").json() == {"previous": None}


def test_the_flag_page_says_who_may_order_the_retake_instead_of_offering_it(
    signed_in: SignIn, world: World, three_flags: list[Flag], aoki: User
) -> None:
    page = signed_in(aoki).get(f"/flags/{three_flags[0].pk}/").content.decode()
    assert "Retakes and sign-offs of PT are for: paint checker or episode director." in page
    assert 'id="retake"' not in page
    assert (
        'id="retake"' in signed_in(world.paint_checker).get(f"/flags/{three_flags[0].pk}/").content.decode()
    )


def test_the_flag_page_shows_the_takes_with_flags_and_retakes(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.give(actor=world.supervisor, flag=three_flags[0], decision="retake", reason="face")
    check(deliver(world.cut, [png(seed=9)], by=world.artist))
    response = signed_in(world.supervisor).get(f"/flags/{three_flags[0].pk}/")
    newer, here = response.context["takes"]
    assert (newer.take.number, newer.is_here, here.is_here, here.flags, here.waiting) == (
        2,
        False,
        True,
        3,
        2,
    )
    assert [retake.state for retake in here.retakes] == ["answered"]
    assert response.context["take_before"] is None
    assert response.context["room_url"].startswith(f"/takes/{here.take.pk}/look/?drawing=")
