"""The queue, the next flag and the flag's page: who sees what, in which order, at which cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.models import Cut, StageState, Take
from qa import selectors
from qa.models import CheckRun, Flag
from qa.services import verdicts
from studio.core.errors import InvalidInput, NotFound
from studio.core.models import User
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import check, deliver
from tests.world import World, png


@pytest.fixture
def many(world: World, take: Take, fake: FakeCompute) -> Take:
    """A checked take with flags of drift 1.5 to 4.5 on drawings 1 to 4, drawing 3 the worst."""
    pictures = [png((9, 9, number), seed=number) for number in range(4)]
    for picture, drift in zip(pictures, (1.5, 2.5, 4.5, 3.5), strict=True):
        fake.plant(picture, aspect("FACE", drift))
    later = deliver(world.cut, pictures)
    check(later)
    return later


def _numbers(flags) -> list[int]:
    return [flag.drawing.number for flag in flags]


def test_the_queue_stands_worst_first(world: World, many: Take):
    assert _numbers(selectors.queue(world.supervisor, world.production)) == [3, 4, 2, 1]


def test_the_queue_may_stand_in_the_order_of_the_cut(world: World, many: Take):
    assert _numbers(selectors.queue(world.supervisor, world.production, {"order": "cut"})) == [1, 2, 3, 4]


def test_only_current_runs_of_newest_takes_count(world: World, flag: Flag):
    assert selectors.queue(world.supervisor, world.production).count() == 1
    deliver(world.cut, [png()])
    assert selectors.queue(world.supervisor, world.production).count() == 0
    Take.objects.filter(number=2).delete()
    CheckRun.objects.update(state="stale")
    assert selectors.queue(world.supervisor, world.production).count() == 0


def test_a_dropped_cuts_flags_leave_the_queue(world: World, flag: Flag):
    Cut.objects.update(omitted=True)
    assert selectors.queue(world.supervisor, world.production).count() == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"min_drift": "3"}, [3, 4]),
        ({"fault": "OFF_MODEL.FACE"}, [3, 4, 2, 1]),
        ({"fault": "OFF_MODEL.COLOUR"}, []),
        ({"stage": "PT"}, [3, 4, 2, 1]),
        ({"stage": "GEN"}, []),
        ({"age": "1"}, []),
        ({"cut": "999999"}, []),
        ({"state": "decided"}, []),
        ({"state": "", "cut": None}, [3, 4, 2, 1]),
    ],
)
def test_filters_narrow_the_queue(world: World, many: Take, filters: dict, expected: list[int]):
    assert _numbers(selectors.queue(world.supervisor, world.production, filters)) == expected


def test_filters_by_place_person_and_age(world: World, many: Take):
    StageState.objects.create(cut=world.cut, stage="PT", assignee=world.artist)
    Flag.objects.update(created_at=timezone.now() - timedelta(days=3))
    mine = {
        "episode": world.episode.pk,
        "cut": world.cut.pk,
        "character": world.design.character_id,
        "design": world.design.pk,
        "assignee": world.artist.pk,
        "age": 2,
    }
    assert selectors.queue(world.supervisor, world.production, mine).count() == 4
    other = mine | {"assignee": world.producer.pk}
    assert selectors.queue(world.supervisor, world.production, other).count() == 0


@pytest.mark.parametrize(
    "filters",
    [{"cut": "x"}, {"min_drift": "nan"}, {"state": "?"}, {"order": "x"}, {"fault": "x"}, {"cut": "9" * 30}],
)
def test_a_filter_that_cannot_be_read_is_refused(world: World, filters: dict):
    with pytest.raises(InvalidInput):
        selectors.queue(world.supervisor, world.production, filters)


def test_an_outside_artist_sees_the_flags_of_their_own_cuts_only(world: World, flag: Flag):
    assert selectors.queue(world.outside_artist, world.production).get() == flag
    StageState.objects.update(assignee=None)
    assert selectors.queue(world.outside_artist, world.production).count() == 0
    with pytest.raises(NotFound):
        selectors.get_flag(world.outside_artist, flag.pk)


def test_a_stranger_sees_nothing(world: World, flag: Flag):
    with pytest.raises(NotFound):
        selectors.queue(world.stranger, world.production)
    with pytest.raises(NotFound):
        selectors.get_flag(world.stranger, flag.pk)


@pytest.mark.parametrize("order", ["drift", "age", "cut", "character"])
def test_next_walks_the_whole_queue_and_goes_round(world: World, many: Take, order: str):
    flags = list(selectors.queue(world.supervisor, world.production, {"order": order}))
    walk = [
        selectors.next_flag(world.supervisor, world.production, {"order": order}, after=flag)
        for flag in flags
    ]
    assert walk == [*flags[1:], flags[0]]


def test_next_goes_on_from_a_flag_that_was_just_decided(world: World, many: Take):
    first, second, *_rest = selectors.queue(world.supervisor, world.production)
    verdicts.give(actor=world.supervisor, flag=first, decision="ok")
    assert selectors.next_flag(world.supervisor, world.production, {}, after=first) == second


def test_next_skips_what_somebody_else_is_looking_at(world: World, many: Take):
    first, second, *_rest = selectors.queue(world.supervisor, world.production)
    other = User.objects.create_user("other")
    world.production.memberships.create(user=other, role="supervisor")
    verdicts.claim(actor=other, flag=first)
    assert selectors.next_flag(world.supervisor, world.production) == second
    assert selectors.next_flag(other, world.production) == first


def test_there_is_no_next_flag_in_an_empty_queue(world: World, flag: Flag):
    verdicts.give(actor=world.supervisor, flag=flag, decision="ok")
    assert selectors.next_flag(world.supervisor, world.production, {}, after=flag) is None


def test_a_fault_over_the_whole_cut_is_one_group(world: World, many: Take):
    (group,) = selectors.groups(world.supervisor, world.production)
    assert (group["cut"], group["flags"], group["worst"]) == (world.cut.pk, 4, 4.5)


def test_the_flag_page_knows_its_neighbours(world: World, many: Take):
    flag = selectors.queue(world.supervisor, world.production).first()
    page = selectors.flag_page(world.supervisor, selectors.get_flag(world.supervisor, flag.pk))
    assert (page.previous_drawing.number, page.next_drawing.number) == (2, 4)
    assert (page.previous_cut, page.next_cut) == (None, world.other_cut)
    assert [drawing.drift for drawing in page.drawings] == [1.5, 2.5, 4.5, 3.5]
    assert [drawing.open_flags for drawing in page.drawings] == [1, 1, 1, 1]
    assert len(page.nearest) == 3


def test_the_cost_does_not_grow_with_the_number_of_flags(world: World, many: Take, fake: FakeCompute):
    before = _cost(world)
    pictures = [png((5, number, 5), seed=number) for number in range(20)]
    for picture in pictures:
        fake.plant(picture, aspect("FACE", 2.0))
    check(deliver(world.cut, pictures))
    assert selectors.queue(world.supervisor, world.production).count() == 20
    assert abs(_cost(world) - before) <= 1  # the next flag is looked for close by, then farther away


def _cost(world: World) -> int:
    with CaptureQueriesContext(connection) as queries:
        flags = list(selectors.queue(world.supervisor, world.production))
        assert [str(flag.drawing.cell.take.cut.episode.production) + str(flag.design) for flag in flags]
        selectors.next_flag(world.supervisor, world.production, {}, after=flags[0])
        selectors.flag_page(world.supervisor, flags[0])
    return len(queries)
