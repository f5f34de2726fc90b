"""Lists and pages: only what the person may see, and no more queries for more rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets import selectors
from assets.choices import StageStatus
from assets.models import (
    Casting,
    Cell,
    Character,
    Cut,
    Dataset,
    Design,
    Drawing,
    Episode,
    Evidence,
    Membership,
    ModelSheet,
    Production,
    SheetDrawing,
    StageState,
    Take,
    Timesheet,
    Upload,
    UploadFile,
)
from assets.services import sheets
from studio.core.errors import NotAllowed, NotFound
from studio.core.models import Job, User
from tests.world import World, png

SHA = "0" * 64


def _more(world: World, first: int, count: int) -> None:
    """Add `count` cuts and characters with everything that hangs on them."""
    for index in range(first, first + count):
        cut = Cut.objects.create(episode=world.episode, number=f"{200 + index}")
        StageState.objects.create(cut=cut, stage="AD", assignee=world.outside_artist, state="in_work")
        StageState.objects.create(cut=cut, stage="PT", assignee=world.artist)
        character = Character.objects.create(production=world.production, code=f"c{index}", name=f"C{index}")
        design = Design.objects.create(character=character, code="day", name="Day")
        for row in (cut, world.cut):
            Casting.objects.create(cut=row, design=design)
        sheet = ModelSheet.objects.create(design=design, version=1, state="approved")
        SheetDrawing.objects.create(
            sheet=sheet, blob=SHA, view_blob=SHA, content_sha256=SHA, height_px=1, width_px=1
        )
        for where in (cut, world.cut):
            _take(world, where, stage="AD", number=index + 1)
        upload = Upload.objects.create(cut=world.cut, stage="AD", submitted_by=world.artist)
        UploadFile.objects.create(upload=upload, path="A0001.png", size_bytes=1)
        world.cut.shared_with.add(cut)
        dataset = Dataset.objects.create(production=world.production, name=f"D{index}")
        Evidence.objects.create(dataset=dataset, file_name="a.pdf", blob=SHA, size_bytes=1)
        Job.objects.create(kind="qa.check_take", production_id=world.production.pk, requested_by=world.artist)
        user = User.objects.create_user(f"artist{index}")
        Membership.objects.create(production=world.production, user=user, role="artist")
        Episode.objects.create(production=world.production, code=f"EP1{index}")


def _take(world: World, cut: Cut, *, stage: str, number: int) -> Take:
    take = Take.objects.create(cut=cut, stage=stage, number=number, submitted_by=world.artist)
    Timesheet.objects.create(take=take)
    cell = Cell.objects.create(take=take, name="A")
    Drawing.objects.create(
        cell=cell, number=1, blob=SHA, view_blob=SHA, content_sha256=SHA, height_px=1, width_px=1
    )
    return take


def _cuts(world: World) -> list[object]:
    found = selectors.cuts_of(world.producer, world.production, {"state": "in_work"})
    cast = [[str(row.design.character) for row in cut.castings.all()] for cut in found]
    stages = [[f"{row.stage} {row.assignee}" for row in cut.stages.all()] for cut in found]
    return [*cast, *stages, *((str(cut.episode.production), cut.newest_take_id) for cut in found)]


def _my_cuts(world: World) -> list[object]:
    return [
        (f"{row.cut} {row.cut.episode.production}", [str(c.design) for c in row.cut.castings.all()])
        for row in selectors.my_cuts(world.outside_artist)
    ]


def _cut_page(world: World) -> list[object]:
    page = selectors.cut_page(world.producer, world.cut.pk)
    return [
        *(f"{design} {design.approved_sheets}" for design in page.cast),
        *((str(t), str(t.submitted_by), t.drawing_count, list(t.cells.all())) for t in page.takes),
        *(take.timesheet.duration_frames for take in page.takes),
        *(str(cut) for cut in page.shared_with),
        *((str(upload), str(upload.submitted_by), list(upload.files.all())) for upload in page.uploads),
        *(f"{row.stage} {row.assignee}" for row in page.stages),
    ]


def _sheets(world: World) -> list[object]:
    return [
        (version.version, version.drawing_count, list(version.drawings.all()))
        for character in selectors.sheets_of(world.artist, world.production)
        for design in character.designs.all()
        for version in design.versions
    ]


def _datasets(world: World) -> list[object]:
    return [list(row.evidence.all()) for row in selectors.datasets_of(world.producer, world.production)]


def _jobs(world: World) -> list[object]:
    return [str(job.requested_by) for job in selectors.jobs_of(world.artist)]


def _members(world: World) -> list[object]:
    people = selectors.members_of(world.producer, world.production)
    return [[row.role for row in person.roles_here] for person in people]


def _designs(world: World) -> list[object]:
    return [str(design) for design in selectors.designs_of(world.producer, world.production)]


def _episodes(world: World) -> list[object]:
    return [row.cut_count for row in selectors.episodes_of(world.producer, world.production)]


LISTS = [_cuts, _my_cuts, _cut_page, _sheets, _datasets, _jobs, _members, _designs, _episodes]


@pytest.mark.parametrize("shown", LISTS)
def test_more_rows_cost_no_more_queries(world: World, shown: Callable[[World], list[object]]) -> None:
    _more(world, 0, 2)
    with CaptureQueriesContext(connection) as few:
        before = shown(world)
    _more(world, 2, 6)
    with CaptureQueriesContext(connection) as many:
        after = shown(world)
    assert len(after) > len(before)
    assert len(many) == len(few)
    assert len(few) <= 14


def test_a_sheet_page_has_what_it_shows(world: World, django_assert_max_num_queries) -> None:
    sheet = sheets.start_version(actor=world.artist, design=world.design)
    sheets.add_drawing(actor=world.artist, sheet=sheet, data=png(), file_name="front.png")
    with django_assert_max_num_queries(6):
        page = selectors.sheet_page(world.artist, sheet.pk)
        assert [drawing.file_name for drawing in page.drawings] == ["front.png"]
        assert [str(cut) for cut in page.cuts] == ["EP01_C012"]
        assert (page.versions, page.swatches) == ([sheet], [])
        assert page.production == world.production


def _numbers(user: User, world: World, **filters: object) -> list[str]:
    return [cut.number for cut in selectors.cuts_of(user, world.production, filters)]


def test_cuts_are_filtered_by_one_stage_that_meets_everything_asked(world: World) -> None:
    StageState.objects.create(cut=world.cut, stage="PT", state="todo")
    StageState.objects.create(cut=world.other_cut, stage="AD", state="todo", assignee=world.artist)
    user = world.producer
    assert _numbers(user, world, stage="AD", state="todo") == ["013"]
    assert _numbers(user, world, state="todo") == ["012", "013"]
    assert _numbers(user, world, assignee="nobody") == ["012"]
    assert _numbers(world.artist, world, assignee="me") == ["013"]
    assert _numbers(user, world, assignee=str(world.outside_artist.pk)) == ["012"]


def test_cuts_are_filtered_by_place_cast_and_words(world: World) -> None:
    Cut.objects.filter(pk=world.other_cut.pk).update(omitted=True, note="Rain")
    user = world.producer
    assert _numbers(user, world, episode="EP01") == _numbers(user, world) == ["012", "013"]
    assert _numbers(user, world, episode=world.episode.pk) == ["012", "013"]
    assert _numbers(user, world, episode="EP02") == []
    assert _numbers(user, world, design=world.design.pk) == ["012"]
    assert _numbers(user, world, character=world.design.character_id) == ["012"]
    assert _numbers(user, world, omitted="no") == ["012"]
    assert _numbers(user, world, omitted="yes", q="rain") == ["013"]


@pytest.mark.parametrize("junk", ["x", "-1", "9" * 40, "٣", "1 OR 1=1", "\x00"])
def test_junk_in_a_filter_finds_nothing_and_breaks_nothing(world: World, junk: str) -> None:
    for name in ("episode", "stage", "state", "assignee", "design", "character"):
        assert _numbers(world.producer, world, **{name: junk}) == []


def test_a_cut_page_knows_its_neighbours(world: World) -> None:
    page = selectors.cut_page(world.producer, world.cut.pk)
    assert (page.previous, page.next) == (None, world.other_cut)
    page = selectors.cut_page(world.producer, world.other_cut.pk)
    assert (page.previous, page.next) == (world.cut, None)


def test_an_outside_artist_sees_their_own_cuts_and_nothing_beside(world: World) -> None:
    user = world.outside_artist
    assert _numbers(user, world) == ["012"]
    assert selectors.cut_page(user, world.cut.pk).next is None
    world.cut.shared_with.add(world.other_cut)
    assert selectors.cut_page(user, world.cut.pk).shared_with == []
    assert selectors.episodes_of(user, world.production).get().cut_count == 1
    take = _take(world, world.other_cut, stage="AD", number=1)
    with pytest.raises(NotFound):
        selectors.get_take(user, take.pk)
    with pytest.raises(NotFound):
        selectors.get_drawing(user, Drawing.objects.get().pk)


def test_my_cuts_are_those_that_are_not_over_soonest_first(world: World) -> None:
    assert [row.cut for row in selectors.my_cuts(world.outside_artist)] == [world.cut]
    StageState.objects.update(state=StageStatus.APPROVED)
    assert not selectors.my_cuts(world.outside_artist)


def _things(world: World) -> dict[str, tuple[Callable[[User, object], object], object]]:
    sheet = ModelSheet.objects.create(design=world.design, version=1)
    drawing = SheetDrawing.objects.create(
        sheet=sheet, blob=SHA, view_blob=SHA, content_sha256=SHA, height_px=1, width_px=1
    )
    take = _take(world, world.cut, stage="AD", number=1)
    upload = Upload.objects.create(cut=world.cut, stage="AD")
    file = UploadFile.objects.create(upload=upload, path="a.png", size_bytes=1)
    dataset = Dataset.objects.create(production=world.production, name="Frames")
    job = Job.objects.create(kind="qa.check_take", production_id=world.production.pk)
    return {
        "production": (selectors.get_production, world.production.code),
        "cut": (selectors.get_cut, world.cut.pk),
        "cut page": (selectors.cut_page, world.cut.pk),
        "take": (selectors.get_take, take.pk),
        "drawing": (selectors.get_drawing, take.cells.get().drawings.get().pk),
        "character": (selectors.get_character, world.design.character_id),
        "design": (selectors.get_design, world.design.pk),
        "sheet": (selectors.get_sheet, sheet.pk),
        "sheet page": (selectors.sheet_page, sheet.pk),
        "sheet drawing": (selectors.get_sheet_drawing, drawing.pk),
        "upload": (selectors.get_upload, upload.pk),
        "upload file": (selectors.get_upload_file, file.pk),
        "dataset": (selectors.get_dataset, dataset.pk),
        "job": (selectors.get_job, job.pk),
    }


def test_a_member_sees_everything_and_a_stranger_nothing(world: World) -> None:
    for name, (get, key) in _things(world).items():
        assert get(world.producer, key) is not None, name
        with pytest.raises(NotFound):
            get(world.stranger, key)


@pytest.mark.parametrize("junk", [0, -1, 2**70, "x", uuid.UUID(int=0), ""])
def test_a_key_that_is_none_is_as_absent_as_any_other(world: World, junk: object) -> None:
    for get, _key in _things(world).values():
        with pytest.raises(NotFound):
            get(world.producer, junk)


def test_an_artist_does_not_see_datasets(world: World) -> None:
    dataset = Dataset.objects.create(production=world.production, name="Frames")
    assert not selectors.datasets_of(world.artist, world.production)
    with pytest.raises(NotAllowed):
        selectors.get_dataset(world.artist, dataset.pk)


def test_an_outside_artist_sees_their_own_jobs_alone(world: World) -> None:
    Job.objects.create(kind="qa.check_take", production_id=world.production.pk, requested_by=world.artist)
    own = Job.objects.create(
        kind="qa.check_take", production_id=world.production.pk, requested_by=world.outside_artist
    )
    assert list(selectors.jobs_of(world.outside_artist)) == [own]
    assert selectors.jobs_of(world.producer).count() == 2


def test_lists_of_a_production_that_one_may_not_see_are_empty(world: World) -> None:
    stranger, production = world.stranger, world.production
    ModelSheet.objects.create(design=world.design, version=1)
    assert not selectors.cuts_of(stranger, production)
    assert not selectors.sheets_of(stranger, production)
    assert not selectors.episodes_of(stranger, production)
    assert not selectors.designs_of(stranger, production)
    assert not selectors.members_of(stranger, production)
    assert not selectors.datasets_of(stranger, production)
    assert not selectors.productions_of(stranger)


def test_an_archived_production_is_left_out_of_the_list_but_still_opens(world: World) -> None:
    Production.objects.update(archived=True)
    assert not selectors.productions_of(world.producer)
    assert selectors.get_production(world.producer, "HOSHI") == world.production


def test_an_outside_artist_sees_only_the_sheets_of_their_own_cuts(world: World) -> None:
    hidden = Character.objects.create(production=world.production, code="rin", name="Rin")
    other = Design.objects.create(character=hidden, code="coat", name="Coat")
    sheet = ModelSheet.objects.create(design=other, version=1)
    own = ModelSheet.objects.create(design=world.design, version=1)
    person = world.outside_artist
    assert list(selectors.designs_of(person, world.production)) == [world.design]
    assert list(selectors.sheets_of(person, world.production)) == [world.design.character]
    assert selectors.get_sheet(person, own.pk) == own
    with pytest.raises(NotFound):
        selectors.get_sheet(person, sheet.pk)
    assert selectors.get_sheet(world.artist, sheet.pk) == sheet
