"""The book of model sheets: drawn up, coloured, submitted, approved, and then read only."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assets.models import Character, Design, ModelSheet, SheetDrawing
from assets.views.sheets import guess
from tests.full_world import FullWorld
from tests.world import png


def _swatches(sheet: ModelSheet) -> list[tuple[str, str, str, float]]:
    rows = sheet.colour_model.swatches.all()
    return [(row.part, row.tone, row.hex, row.tolerance_de) for row in rows]


def test_a_character_and_a_design_are_added_and_lead_to_a_draft(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    client.post(reverse("character_new", args=["HOSHI"]), {"code": "ren", "name": "Ren"})
    character = Character.objects.get(code="ren")
    answer = client.post(reverse("design_new", args=[character.pk]), {"code": "coat", "name": "Coat"})
    sheet = ModelSheet.objects.get(design__code="coat")
    assert answer["Location"] == reverse("sheet", args=[sheet.pk])
    assert (sheet.version, sheet.state) == (1, "draft")


def test_a_code_that_is_taken_is_said_in_the_form(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    answer = client.post(reverse("character_new", args=["HOSHI"]), {"code": "aki", "name": "Aki"})
    assert answer.status_code == 400
    assert "already there" in answer.content.decode()
    answer = client.post(reverse("design_new", args=[full.character.pk]), {"code": "", "name": "x"})
    assert answer.status_code == 400
    assert not Design.objects.filter(name="x").exists()


def test_names_of_files_tell_kind_and_view() -> None:
    assert guess("aki_front.png") == ("turnaround", "front")
    assert guess("aki_3-4.png") == ("turnaround", "three_quarter")
    assert guess("face_angry_side.png") == ("expression", "side")
    assert guess("キャラ_表情.png") == ("expression", "")
    assert guess("detail_bag.png") == ("detail", "")


def test_drawings_are_added_and_each_bad_file_says_why(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    files = [SimpleUploadedFile("back.png", png(seed=2)), SimpleUploadedFile("broken.png", b"nothing")]
    answer = client.post(reverse("sheet_add", args=[full.draft.pk]), {"files": files}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert any(text.startswith("broken.png could not be taken") for text in said)
    assert "1 drawing was added." in said
    assert full.draft.drawings.get(file_name="back.png").view == "back"


def test_a_drawing_of_a_draft_is_changed_and_taken_out(full: FullWorld, as_person: object) -> None:
    client, address = (
        as_person(full.world.artist),
        reverse("sheet_drawing_edit", args=[full.sheet_drawing.pk]),
    )
    client.post(address, {"kind": "expression", "view": "side", "label": "smile"})
    changed = SheetDrawing.objects.get(pk=full.sheet_drawing.pk)
    assert (changed.kind, changed.view, changed.label) == ("expression", "side", "smile")
    client.post(address, {"remove": "1"})
    assert not SheetDrawing.objects.filter(pk=full.sheet_drawing.pk).exists()


def test_the_table_of_colours_is_saved_and_empty_lines_are_left_out(
    full: FullWorld, as_person: object
) -> None:
    client, address = as_person(full.world.artist), reverse("sheet_swatches", args=[full.draft.pk])
    given = {
        "part": ["hair", "skin", ""],
        "tone": ["normal", "", ""],
        "hex": ["#4A3020", "ffe0c8", ""],
        "tolerance_de": ["1,5", "", ""],
    }
    client.post(address, given)
    assert _swatches(full.draft) == [("hair", "normal", "#4a3020", 1.5), ("skin", "normal", "#ffe0c8", 2.0)]


def test_a_colour_that_is_none_is_refused_and_nothing_is_changed(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.artist), reverse("sheet_swatches", args=[full.draft.pk])
    given = {"part": ["hair"], "tone": ["normal"], "hex": ["brown"], "tolerance_de": ["2"]}
    answer = client.post(address, given, follow=True)
    assert "“brown” is no colour" in answer.content.decode()
    assert _swatches(full.draft) == []


def test_the_eyedropper_takes_the_colour_under_the_point(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.artist), reverse("sheet_pick", args=[full.sheet_drawing.pk])
    given = {"part": "coat", "tone": "shadow", "x": "16", "y": "30"}
    answer = client.post(address, given, headers={"HX-Request": "true"})
    assert _swatches(full.draft) == [("coat", "shadow", "#c83c3c", 2.0)]
    assert 'value="#c83c3c"' in answer.content.decode()


def test_the_eyedropper_refuses_empty_ground_and_a_missing_part(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.artist), reverse("sheet_pick", args=[full.sheet_drawing.pk])
    for given in ({"part": "coat", "x": "0", "y": "0"}, {"part": "", "x": "16", "y": "30"}, {"part": "coat"}):
        answer = client.post(address, given, headers={"HX-Request": "true"})
        assert answer.status_code == 400
    assert _swatches(full.draft) == []


def test_a_palette_comes_in_and_goes_out(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    csv = SimpleUploadedFile("c.csv", "部位,トーン,色\n髪,影,#102030\n".encode())
    client.post(reverse("sheet_palette", args=[full.draft.pk]), {"file": csv})
    assert _swatches(full.draft) == [("髪", "shadow", "#102030", 2.0)]
    out = client.get(reverse("sheet_palette_csv", args=[full.draft.pk]))
    assert "髪,shadow,#102030" in out.content.decode("utf-8-sig")


def test_a_palette_that_breaks_says_where(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    csv = SimpleUploadedFile("c.csv", b"part,hex\nhair,#12345\n")
    answer = client.post(reverse("sheet_palette", args=[full.draft.pk]), {"file": csv}, follow=True)
    assert "Line 2" in answer.content.decode()


def test_a_sheet_is_submitted_sent_back_and_approved(full: FullWorld, as_person: object) -> None:
    artist, boss = as_person(full.world.artist), as_person(full.world.supervisor)
    address = reverse("sheet_step", args=[full.draft.pk])
    assert artist.post(address, {"step": "approve"}).status_code in {403, 409}
    artist.post(address, {"step": "submit"})
    boss.post(address, {"step": "send_back", "note": "longer hair"})
    artist.post(address, {"step": "submit"})
    assert artist.post(address, {"step": "approve"}).status_code == 403
    boss.post(address, {"step": "approve"})
    states = list(full.world.design.sheets.order_by("version").values_list("state", flat=True))
    assert states == ["superseded", "approved"]


def test_an_approved_sheet_offers_no_change_but_a_new_version(full: FullWorld, as_person: object) -> None:
    boss = as_person(full.world.supervisor)
    page = boss.get(reverse("sheet", args=[full.sheet.pk])).content.decode()
    assert reverse("sheet_add", args=[full.sheet.pk]) not in page
    assert reverse("sheet_version", args=[full.sheet.pk]) not in page, "a draft is open already"
    full.draft.drawings.all().delete()
    full.draft.delete()
    page = boss.get(reverse("sheet", args=[full.sheet.pk])).content.decode()
    assert reverse("sheet_version", args=[full.sheet.pk]) in page
    boss.post(reverse("sheet_version", args=[full.sheet.pk]))
    assert full.world.design.sheets.get(version=2).drawings.count() == full.sheet.drawings.count()


def test_an_approved_sheet_refuses_a_drawing_even_when_asked(full: FullWorld, as_person: object) -> None:
    file = SimpleUploadedFile("late.png", png(seed=9))
    client, address = as_person(full.world.supervisor), reverse("sheet_add", args=[full.sheet.pk])
    answer = client.post(address, {"files": [file]}, follow=True)
    assert "late.png" in answer.content.decode()
    assert full.sheet.drawings.count() == 1


def test_a_refused_drawing_is_named_once(full: FullWorld, as_person: object) -> None:
    files = {"files": [SimpleUploadedFile("front.png", png()[:40])]}
    page = as_person(full.world.artist).post(reverse("sheet_add", args=[full.draft.pk]), files, follow=True)
    assert "front.png could not be taken" in page.content.decode()
    assert "front.png: front.png" not in page.content.decode()
