"""The overview of a production and the lists behind its reasons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.choices import Stage, StageStatus
from assets.models import Cut, Dataset, ModelSheet, StageState, Take
from qa import danger, outlook
from qa.models import Flag, Retake
from studio.core.roles import Role
from tests.qa.views.conftest import SignIn
from tests.world import World

TODAY = date(2026, 11, 21)
OUTSIDE = Role.OUTSIDE_ARTIST


def make_cuts(world: World, n: int, **stage: object) -> list[Cut]:
    cuts = [Cut.objects.create(episode=world.episode, number=f"{100 + index}") for index in range(n)]
    due = timezone.localdate() + timedelta(days=3)
    for cut in cuts:
        StageState.objects.create(**{"cut": cut, "stage": Stage.PT, "due_on": due, **stage})
    return cuts


def week_of(world: World) -> danger.Week:
    counts = outlook.stage_counts(StageState.objects.filter(cut__episode__production=world.production))
    return outlook.week_of(world.production, counts, outlook.flag_counts(world.production))


def overview(world: World) -> str:
    return reverse("production", args=[world.production.code])


@pytest.mark.parametrize("role", list(Role))
def test_everybody_sees_the_overview_and_who_sees_every_cut_its_verdict(
    world: World, signed_in: SignIn, role: Role
) -> None:
    make_cuts(world, 4)
    page = signed_in(world.people[role.value]).get(overview(world)).content.decode()
    assert ("In danger" in page) == (role != OUTSIDE)
    assert ("Retakes by cause" in page) == (role != OUTSIDE)


def test_an_outside_artist_sees_the_numbers_of_their_own_cuts(world: World, signed_in: SignIn) -> None:
    make_cuts(world, 4)
    answer = signed_in(world.outside_artist).get(overview(world))
    assert {row.stage.value: row.total for row in answer.context["stages"]} == {"AD": 1}
    assert answer.context["n_cuts"] == 1
    assert not answer.context.get("reasons")


def test_the_table_counts_cuts_by_stage_and_state(world: World, signed_in: SignIn) -> None:
    StageState.objects.create(cut=world.other_cut, stage="PT", state="approved")
    answer = signed_in(world.producer).get(overview(world))
    rows = {row.stage.value: (dict(row.counts), row.approved) for row in answer.context["stages"]}
    assert rows["PT"][0]["approved"] == rows["PT"][1] == 1
    assert rows["AD"][0]["in_work"] == 1


def test_late_is_told_by_the_stage_its_cut_or_its_episode(world: World) -> None:
    StageState.objects.update(due_on=None)
    assert week_of(world).has_due_dates is False
    world.episode.due_on = timezone.localdate() - timedelta(days=1)
    world.episode.save()
    assert week_of(world).episodes[0].late == 1
    world.cut.due_on = timezone.localdate() + timedelta(days=30)
    world.cut.save()
    assert week_of(world).episodes[0].late == 0


def test_the_pace_is_what_was_approved_in_fourteen_days(world: World) -> None:
    approved = make_cuts(world, 7, state=StageStatus.APPROVED)
    old = approved[0].stages.get()
    StageState.objects.filter(pk=old.pk).update(changed_at=timezone.now() - timedelta(days=15))
    (load,) = [row for row in week_of(world).episodes[0].stages if row.stage == "PT"]
    assert (load.waiting, load.per_day) == (0, pytest.approx(6 / 14))


@pytest.mark.parametrize(("ago", "days"), [(0, 7), (9, 10), (40, 14)])
def test_where_work_began_lately_the_pace_is_of_fewer_days(world: World, ago: int, days: int) -> None:
    take = Take.objects.create(cut=world.cut, stage="AD", number=1)
    Take.objects.filter(pk=take.pk).update(submitted_at=timezone.now() - timedelta(days=ago))
    assert week_of(world).pace_days == days


@pytest.mark.parametrize("why", [*danger.CODES, "unanswered"])
def test_a_reason_leads_to_exactly_the_cuts_that_it_counts(
    world: World, three_flags: list[Flag], signed_in: SignIn, why: str
) -> None:
    cuts = make_cuts(world, 5)
    StageState.objects.filter(cut__in=cuts[:3]).update(due_on=timezone.localdate() - timedelta(days=2))
    StageState.objects.create(cut=world.cut, stage="PT", due_on=timezone.localdate(), assignee=world.artist)
    take = Take.objects.create(cut=cuts[0], stage="PT", number=1)
    late = timezone.localdate() - timedelta(days=1)
    Retake.objects.create(cut=cuts[0], stage="PT", take=take, ordered_by=world.supervisor, due_on=late)
    episode = week_of(world).episodes[0]
    counted = {
        danger.BEHIND: episode.stages[-1].waiting,
        danger.LATE: episode.late,
        danger.NOBODY: episode.nobody,
        danger.RETAKES: episode.retakes_open,
        "unanswered": episode.retakes_overdue,
        danger.FLAGS: 1,
    }
    address = reverse("behind", args=["HOSHI", why])
    answer = signed_in(world.producer).get(address, {"stage": "PT" if why == danger.BEHIND else ""})
    assert answer.context["page"].paginator.count == counted[why] > 0


def test_an_unknown_list_is_not_there(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.producer)
    assert client.get(reverse("behind", args=["HOSHI", "nothing"])).status_code == 404
    assert client.get(reverse("behind", args=["HOSHI", "late"]), {"stage": "XX"}).status_code == 404


def test_what_needs_a_producer_today_is_listed_and_what_is_well_is_not(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.producer)
    assert "Nothing waits for you" in client.get(overview(world)).content.decode()
    ModelSheet.objects.create(design=world.design, version=1, state="submitted")
    Dataset.objects.create(production=world.production, name="Own art")
    make_cuts(world, 2)
    page = client.get(overview(world)).content.decode()
    for words in ("cuts due this week that nobody has", "model sheet waiting", "dataset without evidence"):
        assert words in page


def test_who_may_not_see_datasets_is_not_told_of_them(world: World, signed_in: SignIn) -> None:
    Dataset.objects.create(production=world.production, name="Own art")
    assert "dataset without" not in signed_in(world.artist).get(overview(world)).content.decode()


def test_an_episode_that_is_done_burns_down_to_nothing(world: World, signed_in: SignIn) -> None:
    StageState.objects.all().delete()
    make_cuts(world, 3, state=StageStatus.APPROVED)
    lines = signed_in(world.producer).get(overview(world)).context["burn"]["lines"]
    series = dict(lines.series)
    today = lines.days.index(timezone.localdate())
    assert (series["left"][today - 1], series["left"][today]) == (3.0, 0.0)
    assert series["due"][-1] == 0.0


def test_flags_and_verdicts_stand_in_charts_and_tables(
    world: World, three_flags: list[Flag], signed_in: SignIn
) -> None:
    Flag.objects.filter(pk=three_flags[0].pk).update(decision="ok", decided_at=timezone.now())
    answer = signed_in(world.producer).get(overview(world))
    assert answer.context["flag_days"]["lines"].rows[0] == (timezone.localdate(), [3.0, 1.0])
    assert answer.context["shares"][2][1:] == ("ok", 100)
    page = answer.content.decode()
    assert 'type="application/json"' in page
    assert page.count("data-chart-table") == 2  # nothing is drawn of retakes that are not there


def test_the_number_of_queries_does_not_grow_with_the_cuts(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.producer)
    counts = {}
    for n in (5, 50):
        Cut.objects.filter(number__startswith="1").exclude(pk=world.cut.pk).delete()
        make_cuts(world, n)
        for address in (overview(world), reverse("behind", args=["HOSHI", "nobody"])):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.setdefault(address, set()).add(len(captured))
    assert all(len(seen) == 1 for seen in counts.values()), counts
