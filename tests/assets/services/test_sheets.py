"""Model sheets: drawn up, submitted, approved, superseded; what is approved never changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assets.choices import SheetState
from assets.models import ModelSheet, SheetDrawing, Swatch
from assets.services import colours, sheets
from studio.core.errors import BadUpload, DuplicateContent, InvalidInput, InvalidTransition
from studio.core.models import Job
from tests.assets.services.calls import SWATCH, draft, submitted
from tests.world import World, png


def _approved(world: World) -> ModelSheet:
    sheet = draft(world)
    colours.set_swatches(actor=world.supervisor, sheet=sheet, swatches=[SWATCH])
    sheets.submit(actor=world.supervisor, sheet=sheet)
    return sheets.approve(actor=world.supervisor, sheet=sheet)


EDITS: dict[str, Callable[[World, ModelSheet], object]] = {
    "add": lambda w, s: sheets.add_drawing(actor=w.supervisor, sheet=s, data=png(), file_name="x.png"),
    "update": lambda w, s: sheets.update_drawing(actor=w.supervisor, drawing=s.drawings.first(), label="new"),
    "remove": lambda w, s: sheets.remove_drawing(actor=w.supervisor, drawing=s.drawings.first()),
    "submit": lambda w, s: sheets.submit(actor=w.supervisor, sheet=s),
    "approve": lambda w, s: sheets.approve(actor=w.supervisor, sheet=s),
    "send back": lambda w, s: sheets.send_back(actor=w.supervisor, sheet=s),
    "swatches": lambda w, s: colours.set_swatches(actor=w.supervisor, sheet=s, swatches=[]),
    "pick": lambda w, s: colours.pick(
        actor=w.supervisor, drawing=s.drawings.first(), point_xy=(20, 20), part="hair"
    ),
    "palette": lambda w, s: colours.import_palette(
        actor=w.supervisor, sheet=s, data=b"part,hex\nhair,#102030\n", file_name="a.csv"
    ),
}


def _content(sheet: ModelSheet) -> list[object]:
    return [
        *SheetDrawing.objects.filter(sheet=sheet).values_list(),
        *Swatch.objects.filter(colour_model__sheet=sheet).values_list(),
        *ModelSheet.objects.filter(pk=sheet.pk).values_list(),
    ]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("state", [SheetState.APPROVED, SheetState.SUPERSEDED])
def test_an_approved_version_never_changes(world: World, edit: str, state: str) -> None:
    sheet = _approved(world)
    ModelSheet.objects.filter(pk=sheet.pk).update(state=state)
    stale = ModelSheet.objects.get(pk=sheet.pk)
    before = _content(sheet)
    with pytest.raises(InvalidTransition) as refusal:
        EDITS[edit](world, stale)
    assert refusal.value.code == "approved_is_final"
    assert _content(sheet) == before


def test_a_page_that_still_shows_the_draft_cannot_change_the_approved_sheet(world: World) -> None:
    sheet = draft(world)
    as_shown = ModelSheet.objects.get(pk=sheet.pk)
    sheets.approve(actor=world.supervisor, sheet=sheets.submit(actor=world.supervisor, sheet=sheet))
    with pytest.raises(InvalidTransition):
        sheets.add_drawing(actor=world.supervisor, sheet=as_shown, data=png(), file_name="late.png")


def test_only_a_draft_is_edited(world: World) -> None:
    sheet = submitted(world)
    with pytest.raises(InvalidTransition) as refusal:
        sheets.add_drawing(actor=world.supervisor, sheet=sheet, data=png(), file_name="late.png")
    assert refusal.value.code == "invalid_transition"


def test_approving_names_the_approver_and_sends_the_sheet_to_a_worker(world: World) -> None:
    sheet = _approved(world)
    assert (sheet.state, sheet.approved_by) == (SheetState.APPROVED, world.supervisor)
    assert sheet.approved_at is not None
    job = Job.objects.get()
    assert (job.kind, job.subject, job.params) == (
        "qa.build_bank",
        f"sheet:{sheet.pk}",
        {"sheet_id": sheet.pk},
    )


def test_the_next_version_supersedes_the_one_before(world: World) -> None:
    first = _approved(world)
    second = _approved(world)
    assert (first.version, second.version) == (1, 2)
    first.refresh_from_db()
    assert first.state == SheetState.SUPERSEDED


def test_only_what_was_submitted_is_approved(world: World) -> None:
    with pytest.raises(InvalidTransition):
        sheets.approve(actor=world.supervisor, sheet=draft(world))


def test_an_empty_sheet_is_not_submitted(world: World) -> None:
    sheet = sheets.start_version(actor=world.supervisor, design=world.design)
    with pytest.raises(InvalidTransition) as refusal:
        sheets.submit(actor=world.supervisor, sheet=sheet)
    assert refusal.value.code == "sheet_empty"


def test_a_sheet_that_lost_its_drawings_meanwhile_is_not_approved(world: World) -> None:
    sheet = submitted(world)
    SheetDrawing.objects.all().delete()
    with pytest.raises(InvalidTransition) as refusal:
        sheets.approve(actor=world.supervisor, sheet=sheet)
    assert refusal.value.code == "sheet_empty"


def test_a_sheet_that_is_sent_back_is_a_draft_with_a_note(world: World) -> None:
    sheet = sheets.send_back(actor=world.supervisor, sheet=submitted(world), note="The eyes are too low")
    assert (sheet.state, sheet.note) == (SheetState.DRAFT, "The eyes are too low")


def test_one_version_is_open_at_a_time(world: World) -> None:
    draft(world)
    with pytest.raises(InvalidTransition):
        sheets.start_version(actor=world.supervisor, design=world.design)


def test_a_version_may_begin_as_a_copy(world: World) -> None:
    first = _approved(world)
    copy = sheets.start_version(actor=world.supervisor, design=world.design, copy_from=first)
    assert copy.drawings.get().content_sha256 == first.drawings.get().content_sha256
    assert [swatch.hex for swatch in copy.colour_model.swatches.all()] == ["#0a141e"]
    sheets.remove_drawing(actor=world.supervisor, drawing=copy.drawings.get())
    assert first.drawings.count() == 1


@pytest.mark.parametrize("data", [b"", b"no picture", png()[:60]])
def test_a_bad_picture_is_refused_with_the_reason(world: World, data: bytes) -> None:
    sheet = draft(world)
    with pytest.raises(BadUpload) as refusal:
        sheets.add_drawing(actor=world.supervisor, sheet=sheet, data=data, file_name="bad.png")
    assert refusal.value.code == "bad_picture"
    assert "bad.png" in refusal.value.message
    assert sheet.drawings.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "poster"), ("view", "from above"), ("label", "x" * 101)]
)
def test_a_drawing_takes_only_known_words(world: World, field: str, value: str) -> None:
    drawing = draft(world).drawings.get()
    with pytest.raises(InvalidInput) as refusal:
        sheets.update_drawing(actor=world.supervisor, drawing=drawing, **{field: value})
    assert refusal.value.data["field"] == field


def test_the_bytes_of_a_drawing_cannot_be_changed_by_name(world: World) -> None:
    with pytest.raises(InvalidInput):
        sheets.update_drawing(actor=world.supervisor, drawing=draft(world).drawings.get(), blob="0" * 64)


def test_two_characters_of_one_code_are_refused(world: World) -> None:
    with pytest.raises(DuplicateContent):
        sheets.create_character(actor=world.artist, production=world.production, code="aki", name="Aki 2")
    with pytest.raises(DuplicateContent):
        sheets.create_design(
            actor=world.artist, character=world.design.character, code="school", name="Again"
        )
