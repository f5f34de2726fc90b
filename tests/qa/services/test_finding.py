"""Find drawings like this: full answers out of what a person may see, by drawing, sheet, picture, words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assets.choices import StageStatus
from assets.models import (
    Casting,
    Character,
    Cut,
    Design,
    Drawing,
    Episode,
    Membership,
    Production,
    SheetDrawing,
    StageState,
)
from qa import found
from qa.found import Card, Question
from qa.models import Encoder, QueryPicture
from qa.services import finding
from studio.core import jobs
from studio.core.errors import InvalidInput, NotFound
from studio.core.models import Job, User
from studio.core.roles import Role
from tests.fakes import FakeCompute
from tests.qa.makers import approve_sheet, deliver, work
from tests.world import World, png


@pytest.fixture
def studio(world: World, fake: FakeCompute) -> World:
    """A sheet of three; two takes in cut 012, one of four drawings in cut 013, one of two in another production."""
    approve_sheet(world.design)
    deliver(world.cut, [png(seed=1), png(seed=2)], stage="AD", by=world.artist)
    deliver(world.other_cut, [png(seed=seed) for seed in (1, 5, 6, 7)], stage="AD")
    other = Production.objects.create(code="TSUKI", title="Tsuki")
    cut = Cut.objects.create(episode=Episode.objects.create(production=other, code="EP01"), number="001")
    deliver(cut, [png((0, 90, 90), seed=1), png((0, 90, 90), seed=2)], stage="AD")
    Membership.objects.create(production=other, user=world.supervisor, role=Role.SUPERVISOR)
    update()
    return world


def update() -> None:
    """Let the archive take up every drawing, as the worker does in the background."""
    work("qa.archive", "archive", anew=False)


def the_drawing() -> Drawing:
    return Drawing.objects.get(cell__take__cut__number="012", number=1)


def done(job: Job) -> Job:
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done", (job.error_code, job.error_data, job.error_detail)
    return job


def shown(user: User, job: Job) -> list[Card]:
    hits = [(key, similarity) for key, similarity in job.result["hits"]]
    return found.cards(user, Question(**job.params["question"]), hits)


def search(user: User, **question: Any) -> list[Card]:
    return shown(user, done(finding.ask(actor=user, question=Question(**question))))


def places(cards: list[Card]) -> list[str]:
    return sorted(
        str(card.drawing.cell.take.cut) if card.drawing else str(card.sheet_drawing.sheet) for card in cards
    )


def test_everything_that_the_person_may_see_is_found_nearest_first(studio: World):
    cards = search(studio.supervisor, drawing=the_drawing().pk)
    assert len(cards) == 10
    assert {card.production.code for card in cards} == {"HOSHI", "TSUKI"}
    near = [card.similarity for card in cards]
    assert near == sorted(near, reverse=True)
    assert cards[0].is_same, "the same pixels stand in cut 013 too"
    assert cards[0].drawing.cell.take.cut.number == "013"


def test_others_find_nothing_of_a_production_that_is_not_theirs(studio: World):
    cards = search(studio.artist, drawing=the_drawing().pk)
    assert len(cards) == 8
    assert {card.production.code for card in cards} == {"HOSHI"}


def test_an_outside_artist_finds_their_own_cuts_and_the_sheets_of_their_cast_and_the_answer_is_full(
    studio: World,
):
    cards = search(studio.outside_artist, drawing=the_drawing().pk, top=4)
    assert places(cards) == ["Aki · School uniform v1"] * 3 + ["EP01_C012"]
    with pytest.raises(NotFound):
        finding.ask(
            actor=studio.outside_artist,
            question=Question(drawing=Drawing.objects.filter(cell__take__cut=studio.other_cut)[0].pk),
        )


def test_a_role_that_was_taken_away_hides_what_was_found_before(studio: World):
    job = done(finding.ask(actor=studio.artist, question=Question(drawing=the_drawing().pk)))
    assert len(shown(studio.artist, job)) == 8
    Membership.objects.filter(user=studio.artist).delete()
    assert shown(studio.artist, job) == []


def test_filters_come_before_the_search(studio: World):
    asked = the_drawing().pk
    assert places(search(studio.supervisor, drawing=asked, production="TSUKI")) == ["EP01_C001"] * 2
    assert set(places(search(studio.supervisor, drawing=asked, elsewhere=True))) == {
        "EP01_C013",
        "EP01_C001",
        "Aki · School uniform v1",
    }
    aki = Character.objects.get(code="aki")
    assert set(places(search(studio.supervisor, drawing=asked, character=aki.pk))) == {
        "EP01_C012",
        "Aki · School uniform v1",
    }


def test_approved_only_is_approved_sheets_and_the_newest_takes_of_approved_stages(studio: World):
    asked = the_drawing().pk
    assert set(places(search(studio.supervisor, drawing=asked, approved=True))) == {"Aki · School uniform v1"}
    StageState.objects.create(cut=studio.other_cut, stage="AD", state=StageStatus.APPROVED)
    Job.objects.filter(kind="qa.find").delete()  # else the answer of a moment ago is given
    assert places(search(studio.supervisor, drawing=asked, approved=True)).count("EP01_C013") == 4


def test_a_picture_that_stands_in_many_places_is_one_card_with_the_others_counted(studio: World):
    deliver(studio.other_cut, [png(seed=5)], stage="PT")
    cards = search(studio.supervisor, drawing=the_drawing().pk)
    assert [card.n_also for card in cards if card.n_also] == [1]


def test_a_drawing_of_a_sheet_is_searched_by_as_well(studio: World):
    asked = SheetDrawing.objects.earliest("pk")
    cards = search(studio.artist, sheet_drawing=asked.pk)
    assert len(cards) == 7
    assert all(card.sheet_drawing is None or card.sheet_drawing.pk != asked.pk for card in cards)


def test_a_picture_is_gone_when_its_vector_is_known_and_filters_can_still_change(
    studio: World, fake: FakeCompute
):
    job = finding.ask_by_picture(actor=studio.artist, data=png(seed=5), name="mine.png", question=Question())
    assert QueryPicture.objects.count() == 1
    first = shown(studio.artist, done(job))
    assert QueryPicture.objects.count() == 0
    assert len(first) == 8
    again = search(studio.artist, job=str(job.pk), character=Character.objects.get(code="aki").pk)
    assert {card.similarity for card in again} < {card.similarity for card in first}
    with pytest.raises(NotFound):
        finding.ask(actor=studio.supervisor, question=Question(job=str(job.pk)))


@pytest.mark.parametrize("data", [b"", b"no picture at all", png()[:40]])
def test_what_is_no_picture_is_refused_with_the_reason(studio: World, data: bytes):
    with pytest.raises(InvalidInput):
        finding.ask_by_picture(actor=studio.artist, data=data, name="mine.png", question=Question())
    assert QueryPicture.objects.count() == 0


def test_words_are_searched_for_where_the_model_reads_them(studio: World, fake: FakeCompute, settings):
    with pytest.raises(InvalidInput, match="open_clip"):
        finding.ask(actor=studio.artist, question=Question(text="an umbrella"))
    Encoder.objects.all().delete()
    settings.EMBEDDER, settings.EMBEDDER_WEIGHTS = "openclip:ViT-B-32", "w1"
    update()
    assert len(search(studio.artist, text="an umbrella")) == 8


def test_nothing_asked_is_refused(studio: World):
    with pytest.raises(InvalidInput):
        finding.ask(actor=studio.artist, question=Question())


def test_the_same_question_a_moment_later_is_not_asked_again_but_for_somebody_else(studio: World):
    question = Question(drawing=the_drawing().pk)
    mine = finding.ask(actor=studio.artist, question=question)
    assert finding.ask(actor=studio.artist, question=question).pk == mine.pk
    done(mine)
    assert finding.ask(actor=studio.artist, question=question).pk == mine.pk
    assert finding.ask(actor=studio.supervisor, question=question).pk != mine.pk


def test_searches_and_pictures_of_yesterday_are_cleared_away(studio: World):
    job = finding.ask_by_picture(actor=studio.artist, data=png(), name="a.png", question=Question())
    assert finding.clear() == 0
    yesterday = timezone.now() - timedelta(days=2)
    Job.objects.filter(pk=job.pk).update(created_at=yesterday)
    QueryPicture.objects.update(created_at=yesterday)
    assert finding.clear() == 1
    assert not QueryPicture.objects.exists()


def test_the_cast_of_a_cut_is_told_with_what_was_found(studio: World):
    rin = Character.objects.create(production=studio.production, code="rin", name="Rin")
    design = Design.objects.create(character=rin, code="gym", name="Gym")
    Casting.objects.create(cut=studio.other_cut, design=design)
    cards = search(studio.artist, drawing=the_drawing().pk, character=rin.pk)
    assert [[one.name for one in card.characters] for card in cards] == [["Rin"]] * 4
