"""In-betweens are asked for, drawn, steered, corrected, accepted or rejected."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from assets.models import (
    Artefact,
    DerivedJob,
    Drawing,
    Notice,
    Proposal,
    ProposalDrawing,
    ProposalKey,
    Run,
    Take,
)
from assets.services import derived, register
from assets.services.derived import Given, Wish
from studio.core import jobs
from studio.core.errors import (
    BadUpload,
    InvalidInput,
    InvalidTransition,
    LicenceRefused,
    NotAllowed,
    NotFound,
    StaleInput,
)
from studio.core.models import AuditEvent, Job
from studio.core.storage import blobs
from tests.derived_world import HALVES, PIN, ask, keys_take, pair_of, proposed, run
from tests.fakes import FakeDrafting
from tests.world import World, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_drafting")]
WEAK = {"box_xyxy": [2, 3, 9, 12], "reason": "no_partner", "confidence": 0.2}


def numbers(proposal: Proposal | None = None) -> list[int]:
    drawings = ProposalDrawing.objects.order_by("part__index", "index")
    if proposal is not None:
        drawings = drawings.filter(part__proposal=proposal)
    return [each.number for each in drawings]


def block(world: World) -> None:
    ask(world, keys_take(world))
    jobs.cancel(actor=world.artist, job=Job.objects.get())
    register.block(
        actor=world.producer, model=DerivedJob.objects.get().proposals.get().model, reason="withdrawn"
    )


def test_a_request_waits_with_its_drawings_numbered_as_the_timesheet_names_them(world: World) -> None:
    made = ask(world, keys_take(world))
    assert made.state == "queued"
    assert numbers() == [2, 3, 4]
    assert {each.state for each in ProposalDrawing.objects.all()} == {"waiting"}


def test_asking_twice_for_the_same_draws_once(world: World) -> None:
    take = keys_take(world)
    assert ask(world, take) == ask(world, take)
    assert Job.objects.count() == 1
    assert ask(world, take, wish=replace(HALVES, steering=PIN)) != DerivedJob.objects.earliest("pk")


def test_fewer_drawings_than_the_sheet_names_take_the_numbers_nearest_in_time(world: World) -> None:
    ask(world, keys_take(world), wish=Wish(chart="1/2"))
    assert numbers() == [3]


def test_more_drawings_than_the_sheet_names_are_refused_with_its_numbers(world: World) -> None:
    with pytest.raises(InvalidInput, match="2, 3, 4"):
        ask(world, keys_take(world), wish=Wish(chart="even:4"))
    assert not DerivedJob.objects.exists()


def test_drawn_in_betweens_are_a_proposal_and_no_take(world: World, fake_drafting: FakeDrafting) -> None:
    made = proposed(world)
    assert made.state == "proposed"
    assert {each.state for each in ProposalDrawing.objects.all()} == {"drawn"}
    assert Take.objects.count() == 1
    assert Run.objects.get().model.name == "inbetween-no-weights"
    assert Run.objects.get().job == made.job_id
    assert fake_drafting.asked == [{"steering": {}, "positions": (0.25, 0.5, 0.75), "weights": False}]
    assert not Artefact.objects.exists()


def test_the_artist_is_told_when_a_proposal_is_ready_or_failed(
    world: World, fake_drafting: FakeDrafting
) -> None:
    proposed(world)
    notice = Notice.objects.get(user=world.artist, kind="proposal_ready")
    assert notice.data["drawings"] == 3
    fake_drafting.fails_at[0.5] = ValueError("no")
    failed = ask(world, Take.objects.get(), wish=Wish(chart="1/2", steering=PIN))
    assert run(failed).state == "failed"
    assert failed.state == "failed"
    assert Notice.objects.filter(user=world.artist, kind="job_failed").count() == 1


def test_accepting_makes_a_take_with_numbers_timesheet_and_marks(world: World) -> None:
    take = derived.accept(actor=world.artist, derived=proposed(world), note="fine")
    assert (take.stage, take.number, take.source, take.note) == ("AD", 1, "derived", "fine")
    assert list(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert take.timesheet.exposures["A"] == [[1, 1], [7, 2], [9, 3], [11, 4], [13, 5]]
    assert {each.drawing.number: each.marked for each in Artefact.objects.all()} == {
        2: True,
        3: True,
        4: True,
    }
    assert Job.objects.filter(kind="qa.check_take", subject=f"take:{take.pk}").exists()
    assert take.cut.stages.get(stage="AD").state == "submitted"
    assert take.made_by.state == "accepted"


def test_where_the_sheet_names_nothing_it_is_filled_by_the_chart(world: World) -> None:
    sheet = {"A": [[1, 1], [13, 5], [25, None]]}
    made = proposed(world, keys_take(world, exposures=sheet), wish=replace(HALVES, on_frames=2))
    take = derived.accept(actor=world.artist, derived=made)
    assert take.timesheet.exposures["A"] == [[1, 1], [7, 2], [9, 3], [11, 4], [13, 5], [25, None]]


def test_what_the_stage_has_besides_is_carried_over_with_its_marks(world: World) -> None:
    shown = [[1, 1], [3, 2], [5, 5]]
    source = keys_take(world, exposures={"A": shown, "B": shown})
    first = proposed(world, source, wish=Wish(chart="1/2"))
    derived.accept(actor=world.artist, derived=first)
    second = proposed(world, source, keys=pair_of(source, "B"), wish=Wish(chart="1/2"))
    take = derived.accept(actor=world.artist, derived=second)
    found = [str(each) for each in Drawing.objects.filter(cell__take=take)]
    assert found == ["A1", "A2", "A5", "B1", "B2", "B5"]
    marks = Artefact.objects.filter(drawing__cell__take=take).values_list("drawing__cell__name", flat=True)
    assert sorted(marks) == ["A", "B"]
    assert set(take.timesheet.exposures) == {"A", "B"}


def test_rejecting_leaves_no_take_no_drawing_and_no_mark(world: World) -> None:
    made = proposed(world)
    before = Drawing.objects.count()
    derived.reject(actor=world.artist, derived=made, note="the hand")
    made.refresh_from_db()
    assert (made.state, made.note) == ("rejected", "the hand")
    assert (Take.objects.count(), Drawing.objects.count(), Artefact.objects.count()) == (1, before, 0)
    with pytest.raises(InvalidTransition):
        derived.accept(actor=world.artist, derived=made)


def test_rejecting_what_is_still_to_be_drawn_stops_its_job(world: World) -> None:
    made = ask(world, keys_take(world))
    derived.reject(actor=world.artist, derived=made)
    assert run(made).state == "cancelled"
    assert made.state == "rejected"


def test_steering_draws_a_new_version_and_keeps_the_old_one(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = proposed(world)
    proposal = derived.steer(actor=world.artist, derived=made, wish=Wish(steering=PIN))
    run(made)
    assert (proposal.number, proposal.cause) == (2, "steer")
    assert fake_drafting.asked[-1]["steering"] == PIN
    assert made.proposals.count() == 2
    assert made.proposals.get(number=1).parts.get().steering == {}


def test_what_stays_alike_in_a_new_version_is_not_drawn_again(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = proposed(world)
    proposal = derived.steer(actor=world.artist, derived=made, wish=Wish(chart="1/4, 1/2, 2/3"))
    run(made)
    assert fake_drafting.asked[-1]["positions"] == (2 / 3,)
    assert numbers(proposal) == [2, 3, 4]
    assert Run.objects.count() == 2


def test_a_corrected_drawing_becomes_a_key_and_both_sides_are_drawn_from_it(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = proposed(world)
    middle = ProposalDrawing.objects.get(number=3)
    proposal = derived.correct(actor=world.artist, drawing=middle, data=png((1, 2, 3)), file_name="A3.png")
    run(made)
    assert [(p.a.number, p.positions, p.b.number) for p in proposal.parts.all()] == [
        (1, [0.5], 3),
        (3, [0.5], 5),
    ]
    assert numbers(proposal) == [2, 4]
    take = derived.accept(actor=world.artist, derived=made)
    assert list(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert take.timesheet.exposures["A"] == [[1, 1], [7, 2], [9, 3], [11, 4], [13, 5]]
    assert {each.drawing.number: each.marked for each in Artefact.objects.all()} == {
        2: True,
        3: False,
        4: True,
    }


def test_a_drawing_drawn_anew_is_the_artists_own(world: World) -> None:
    made = proposed(world)
    middle = ProposalDrawing.objects.get(number=3)
    derived.correct(actor=world.artist, drawing=middle, data=png((1, 2, 3)), file_name="A3.png", is_anew=True)
    run(made)
    derived.accept(actor=world.artist, derived=made)
    assert {each.drawing.number for each in Artefact.objects.all()} == {2, 4}


def test_the_only_in_between_may_be_corrected_too(world: World) -> None:
    made = proposed(world, wish=Wish(chart="1/2"))
    drawn = ProposalDrawing.objects.get()
    derived.correct(actor=world.artist, drawing=drawn, data=png((1, 2, 3)), file_name="A3.png")
    assert run(made).state == "done"
    take = derived.accept(actor=world.artist, derived=made)
    assert list(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [1, 3, 5]


def test_of_a_layered_correction_the_layer_of_the_cell_is_taken(world: World) -> None:
    from psd_tools import PSDImage  # noqa: PLC0415

    psd = PSDImage.new("RGBA", (32, 48))
    for name, colour in (("rough", (9, 9, 9)), ("A", (7, 8, 9))):
        psd.create_pixel_layer(Image.open(io.BytesIO(png(colour))), name=name)
    data = io.BytesIO()
    psd.save(data)
    proposed(world)
    middle = ProposalDrawing.objects.get(number=3)
    derived.correct(actor=world.artist, drawing=middle, data=data.getvalue(), file_name="A3.psd")
    key = ProposalKey.objects.get(origin="correction")
    stored = Image.open(io.BytesIO(blobs().read(key.view_blob)))
    assert stored.getpixel((16, 30)) == (7, 8, 9, 255)


def test_a_correction_of_another_size_is_refused(world: World) -> None:
    proposed(world)
    middle = ProposalDrawing.objects.get(number=3)
    with pytest.raises(InvalidInput, match="differ in size"):
        derived.correct(actor=world.artist, drawing=middle, data=png(size_hw=(64, 64)), file_name="A3.png")
    with pytest.raises(BadUpload):
        derived.correct(actor=world.artist, drawing=middle, data=b"no picture", file_name="A3.png")


def test_where_a_breakdown_is_needed_nothing_is_put_in_its_place(
    world: World, fake_drafting: FakeDrafting
) -> None:
    fake_drafting.weak = (WEAK,)
    made = proposed(world, wish=Wish(chart="1/2"))
    drawn = ProposalDrawing.objects.get()
    assert (drawn.state, drawn.blob, drawn.weak) == ("breakdown", "", [WEAK])
    assert Notice.objects.get(kind="proposal_ready").data["breakdowns"] == 1
    with pytest.raises(InvalidTransition) as refusal:
        derived.accept(actor=world.artist, derived=made)
    assert (refusal.value.code, refusal.value.data["numbers"]) == ("nothing_drawn", "3")


def test_the_rest_is_accepted_without_the_breakdown_when_somebody_says_so(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = proposed(world, wish=Wish(chart="1/4"))
    fake_drafting.weak = (WEAK,)
    derived.steer(actor=world.artist, derived=made, wish=HALVES)
    run(made)
    with pytest.raises(InvalidTransition, match="3, 4"):
        derived.accept(actor=world.artist, derived=made)
    take = derived.accept(actor=world.artist, derived=made, is_partial=True)
    assert list(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [1, 2, 5]


def test_an_uploaded_picture_becomes_a_key_with_the_number_it_is_given(world: World) -> None:
    keys = tuple(Given(data=png(seed=n), file_name=f"{n}.png", number=n) for n in (1, 3))
    made = proposed(world, keys=keys, cell="C", wish=Wish(chart="1/2"))
    assert numbers() == [2]
    take = derived.accept(actor=world.artist, derived=made)
    assert take.timesheet.exposures["C"] == [[1, 1], [17, 2], [33, 3]]
    with pytest.raises(InvalidInput):
        ask(world, take, keys=(Given(data=png(), file_name="x.png"), keys[1]), cell="C")


def test_a_cell_is_filled_by_its_timesheet(world: World) -> None:
    shown = [[1, 1], [7, 2], [9, 3], [13, 5]]
    take = keys_take(world, exposures={"A": shown, "B": [[1, 1], [9, 5]]})
    (made,) = derived.fill(actor=world.artist, cut=world.cut, stage="AD", take=take, wish=Wish())
    assert (made.cell, numbers()) == ("A", [2, 3])
    with pytest.raises(InvalidInput, match="has a gap"):
        derived.fill(actor=world.artist, cut=world.cut, stage="AD", take=take, wish=Wish(), cell="B")


def test_a_whole_cut_is_filled_on_twos_where_the_sheet_holds_keys_alone(world: World) -> None:
    take = keys_take(world, exposures={"A": [[1, 1], [9, 5]], "B": [[1, 1], [7, 5]]})
    made = derived.fill(actor=world.artist, cut=world.cut, stage="AD", take=take, wish=Wish(on_frames=2))
    assert [each.cell for each in made] == ["A", "B"]
    run(made[0])
    accepted = derived.accept(actor=world.artist, derived=made[0])
    assert accepted.timesheet.exposures["A"] == [[1, 1], [3, 2], [5, 3], [7, 4], [9, 5]]


def test_nothing_is_enqueued_where_the_gate_refuses(world: World) -> None:
    block(world)
    with pytest.raises(LicenceRefused) as refusal:
        ask(world, Take.objects.get(), wish=Wish(chart="1/2"))
    assert refusal.value.data["url"] == f"/rights/decisions/{refusal.value.data['decision']}/"
    assert Job.objects.count() == 1


def test_the_gate_is_asked_again_before_anything_is_computed(
    world: World, fake_drafting: FakeDrafting
) -> None:
    made = ask(world, keys_take(world))
    register.block(actor=world.producer, model=made.proposals.get().model, reason="withdrawn")
    job = run(made)
    assert (job.state, job.error_code, made.state) == ("failed", "licence_refused", "failed")
    assert "withdrawn" in job.error_data["reason"]
    assert not fake_drafting.asked


def test_steering_that_has_not_its_form_is_refused_by_name(world: World) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(world, keys_take(world), wish=Wish(chart="1/2", steering={"pins": [{"a_xy": [1]}]}))
    assert refusal.value.data["field"] == "steering.pins[0]"


def test_a_version_that_nobody_saw_is_not_accepted(world: World) -> None:
    made = proposed(world)
    derived.steer(actor=world.artist, derived=made, wish=Wish(steering=PIN))
    run(made)
    with pytest.raises(StaleInput):
        derived.accept(actor=world.artist, derived=made, version=1)
    derived.accept(actor=world.artist, derived=made, version=2)


@pytest.mark.parametrize("role", ["producer", "assistant", "administrator"])
def test_who_draws_nothing_asks_for_nothing(world: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        ask(world, keys_take(world), actor=world.people[role])


def test_an_artist_of_the_cut_and_a_supervisor_go_on_with_it_and_no_other_artist(world: World) -> None:
    made = proposed(world, actor=world.supervisor)
    assert derived.may_go_on(world.outside_artist, made)  # has a stage of the cut
    assert not derived.may_go_on(world.artist, made)
    with pytest.raises(NotAllowed):
        derived.accept(actor=world.artist, derived=made)
    with pytest.raises(NotFound):
        derived.accept(actor=world.stranger, derived=made)
    derived.accept(actor=world.outside_artist, derived=made)


def test_an_audit_tells_who_asked_for_what_and_who_accepted_it(world: World) -> None:
    made = proposed(world)
    derived.accept(actor=world.artist, derived=made)
    asked = AuditEvent.objects.get(verb="derived.request")
    assert asked.after["charts"] == ["A1 – A5: 1/4, 1/2, 3/4"]
    assert asked.after["model"] == "inbetween-no-weights cel-graph-1"
    assert AuditEvent.objects.get(verb="derived.accept").actor == world.artist
