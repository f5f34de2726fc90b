"""Roughs become proposals: cleaned together, steered drawing by drawing, and a take only when an artist says so."""

from __future__ import annotations

from typing import Any

import pytest

from assets.choices import DerivedKind
from assets.models import Artefact, Drawing, Proposal, ProposalDrawing, Run, Take
from assets.services import cleanups, derived, engines
from assets.services.cleanups import Rough
from assets.services.derived import Given, Wish
from studio.core.errors import BadUpload, InvalidInput, InvalidTransition, LicenceRefused, NotAllowed
from studio.core.models import AuditEvent, Job
from studio.core.storage import blobs
from tests.cleanup_world import ask, cleaned, roughs_of, roughs_take
from tests.derived_world import run
from tests.fakes import FakeCleaning
from tests.world import World, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_cleaning")]


def drawings(made: Any) -> list[ProposalDrawing]:
    newest = Proposal.objects.filter(derived=made).latest("number")
    return list(ProposalDrawing.objects.filter(part__proposal=newest).order_by("part__index"))


def test_all_drawings_of_a_cell_are_cleaned_together_with_svg_layers_and_what_was_found(
    world: World, fake_cleaning: FakeCleaning
) -> None:
    made = cleaned(world)
    assert (made.kind, made.cell, made.state) == ("cleanup", "A", "proposed")
    assert [each.number for each in drawings(made)] == [1, 2, 3]
    assert [asked["roughs"] for asked in fake_cleaning.asked] == [3]
    first = drawings(made)[0]
    assert blobs().read(first.svg_blob).startswith(b"<svg")
    assert blobs().read(first.layers["red"]).startswith(b"\x89PNG")
    assert first.found == {
        "strokes": 2,
        "closures": 1,
        "regions": 3,
        "stray_ends": 1,
        "notes": ["paper's edge cut away"],
    }


def test_one_drawing_alone_is_cleaned_with_what_was_wished(world: World, fake_cleaning: FakeCleaning) -> None:
    take = roughs_take(world)
    wishes = {"strength": 0.7, "kept": [{"xy": [3, 4], "radius_px": 8}], "closures": []}
    made = cleaned(world, roughs=roughs_of(take, wishes)[:1])
    assert fake_cleaning.asked[0]["wishes"] == [{"strength": 0.7, "kept": [{"xy": [3, 4], "radius_px": 8}]}]
    assert made.from_take == take


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"strength": 2}, "wishes.strength"),
        ({"closures": [{"xy": [1, 2]}]}, "wishes.closures"),
        ({"red": "away"}, "wishes.red"),
        ({"style": {"weight_px": 1}}, "wishes.style"),
        ({"speed": 1}, "wishes.speed"),
        ([], "wishes"),
    ],
)
def test_a_wish_that_is_not_of_its_form_is_named(world: World, wishes: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(world, roughs=roughs_of(roughs_take(world), wishes or [1]))
    assert refusal.value.data["field"] == field


def test_uploaded_roughs_need_a_cell_and_numbers_of_their_own(world: World) -> None:
    one = Rough(Given(data=png(), file_name="r.png", number=4))
    with pytest.raises(InvalidInput):
        ask(world, roughs=[one])
    with pytest.raises(InvalidInput):
        ask(world, roughs=[one, one], cell="B")
    with pytest.raises(BadUpload):
        ask(world, roughs=[Rough(Given(data=b"no", file_name="r.png", number=4))], cell="B")
    assert cleaned(world, roughs=[one], cell="B").from_take is None


def test_asking_twice_draws_once(world: World) -> None:
    take = roughs_take(world)
    assert ask(world, take) == ask(world, take)


def test_only_those_who_draw_may_ask_and_only_those_of_the_cut_may_go_on(world: World) -> None:
    with pytest.raises(NotAllowed):
        ask(world, actor=world.assistant)
    made = cleaned(world)
    with pytest.raises(NotAllowed):
        cleanups.steer(actor=world.assistant, derived=made, wishes={})


def test_the_gate_is_asked_before_anything_is_queued_and_again_before_anything_is_computed(
    world: World, fake_cleaning: FakeCleaning, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(world)
    assert Proposal.objects.get(derived=made).decision.action == "cleanup"

    def no(**_asked: Any) -> None:
        raise LicenceRefused(reason="withdrawn")

    monkeypatch.setattr("assets.services.gate.require", no)
    job = run(made)
    assert (job.state, job.error_code) == ("failed", "licence_refused")
    assert not fake_cleaning.asked
    count = Job.objects.count()
    with pytest.raises(LicenceRefused):
        ask(world, roughs_take(world, stage="KD+"))
    assert Job.objects.count() == count


def test_steering_one_drawing_makes_a_new_version_and_keeps_the_wishes_of_the_others(
    world: World, fake_cleaning: FakeCleaning
) -> None:
    made = cleaned(world)
    before = [each.blob for each in drawings(made)]
    version = cleanups.steer(actor=world.artist, derived=made, wishes={1: {"strength": 0.9}})
    assert (version.number, version.cause) == (2, "steer")
    run(made)
    assert fake_cleaning.asked[-1]["wishes"] == [{}, {"strength": 0.9}, {}]
    after = [each.blob for each in drawings(made)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]
    assert AuditEvent.objects.filter(verb="derived.steer").exists()


def test_a_single_drawing_that_stays_alike_is_not_drawn_again(
    world: World, fake_cleaning: FakeCleaning
) -> None:
    made = cleaned(world, roughs=roughs_of(roughs_take(world))[:1])
    cleanups.steer(actor=world.artist, derived=made, wishes={0: {}})
    run(made)
    assert len(fake_cleaning.asked) == 1


def test_a_part_that_is_not_there_and_an_in_between_are_refused(world: World) -> None:
    made = cleaned(world)
    with pytest.raises(InvalidInput):
        cleanups.steer(actor=world.artist, derived=made, wishes={7: {}})
    with pytest.raises(InvalidTransition):
        derived.steer(actor=world.artist, derived=made, wish=Wish(chart="1/2"))
    with pytest.raises(InvalidTransition):
        derived.correct(actor=world.artist, drawing=drawings(made)[0], data=png(), file_name="A1.png")


def test_accepted_drawings_are_a_take_of_their_own_and_the_rough_stays(world: World) -> None:
    rough = roughs_take(world)
    before = list(Drawing.objects.filter(cell__take=rough).values_list("blob", flat=True))
    take = derived.accept(actor=world.artist, derived=cleaned(world, rough))
    assert (take.stage, take.source) == ("AD", "derived")
    shown = Drawing.objects.filter(cell__take=take).order_by("number")
    assert [(each.number, each.numbers) for each in shown] == [(1, [1]), (2, [2]), (3, [3, 4])]
    assert list(Drawing.objects.filter(cell__take=rough).values_list("blob", flat=True)) == before
    assert take.timesheet.exposures == {"A": [[1, 1], [3, 2], [5, 3]]}
    assert set(shown.values_list("made_by_runs__run", flat=True)) == {Run.objects.get().pk}
    assert Job.objects.filter(kind="qa.check_take", subject=f"take:{take.pk}").exists()


def test_only_the_chosen_drawings_become_part_of_the_take(world: World) -> None:
    made = cleaned(world)
    chosen = drawings(made)
    with pytest.raises(InvalidInput):
        derived.accept(actor=world.artist, derived=made, drawings=[])
    with pytest.raises(InvalidInput):
        derived.accept(actor=world.artist, derived=made, drawings=[0])
    take = derived.accept(actor=world.artist, derived=made, drawings=[chosen[1].pk])
    assert list(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [2]
    assert AuditEvent.objects.get(verb="derived.accept").after["drawings"] == ["2"]


def test_what_the_stage_has_besides_is_carried_over(world: World) -> None:
    derived.accept(actor=world.artist, derived=cleaned(world))
    more = roughs_take(world, stage="GEN", numbers=(2, 6))
    take = derived.accept(actor=world.artist, derived=cleaned(world, more))
    numbers = Drawing.objects.filter(cell__take=take).order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 6]


def test_a_rejected_clean_up_leaves_no_take(world: World) -> None:
    made = cleaned(world)
    derived.reject(actor=world.artist, derived=made, note="by hand")
    assert not Take.objects.filter(source="derived").exists()
    assert made.keys.count() == 3


def test_a_killed_worker_loses_no_drawing_and_the_next_one_doubles_none(
    world: World, fake_cleaning: FakeCleaning
) -> None:
    made = ask(world)
    fake_cleaning.fails_at[1] = RuntimeError("no memory")
    assert run(made).state == "failed"
    assert [each.state for each in drawings(made)] == ["drawn", "waiting", "waiting"]
    fake_cleaning.fails_at.clear()
    cleanups.steer(actor=world.artist, derived=made, wishes={})
    assert run(made).state == "done"
    assert [each.state for each in drawings(made)] == ["drawn"] * 3
    assert Artefact.objects.count() == 0  # a mark is set when it becomes a drawing


def test_engines_of_clean_up_are_their_own(world: World) -> None:
    offers = engines.offered(actor=world.artist, production=world.production, kind=DerivedKind.CLEANUP)
    assert [each.name for each in offers] == [engines.BY_HAND]
    assert offers[0].model is not None
    assert (offers[0].model.name, offers[0].may_draw) == ("cleanup-no-weights", True)
