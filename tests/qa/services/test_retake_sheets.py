"""The printed sheet, opened with a reader: pages, Japanese text, pictures, lines of corrections; and the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from assets.models import Drawing, Take
from qa import sheet_text
from qa.models import Correction, CorrectionStroke, Flag, Retake
from qa.services import retake_sheets, retakes, verdicts
from studio.core import fonts
from studio.core.errors import InvalidInput, NotFound
from studio.core.storage import blobs
from tests.qa.makers import deliver
from tests.world import World, png

NOTE = "頭をもう少し小さく、目の位置を下げてください。"


@pytest.fixture
def ordered(world: World, flag: Flag) -> Retake:
    """One line of a flag with a Japanese note."""
    verdicts.give(actor=world.supervisor, flag=flag, decision="retake", reason="proportion", note=NOTE)
    return Retake.objects.get()


@pytest.fixture
def fresh_font() -> Iterator[None]:
    """The font is looked up again, before and after."""
    for cached in (sheet_text.font, fonts._found):
        cached.cache_clear()
    yield
    for cached in (sheet_text.font, fonts._found):
        cached.cache_clear()


def _pdf(world: World, by: str = "episode", **filters: Any) -> PdfReader:
    data = retake_sheets.write_pdf(
        actor=world.supervisor, production=world.production, by=by, filters=filters
    )
    return PdfReader(io.BytesIO(data))


def _many(world: World, count: int, stage: str = "AD") -> Take:
    take = deliver(world.cut, [png(seed=seed) for seed in range(count)], stage=stage, by=world.artist)
    for drawing in Drawing.objects.filter(cell__take=take):
        retakes.order_by_hand(actor=world.supervisor, take=take, drawing=drawing, reason="line", note=NOTE)
    return take


def test_a_line_says_everything_that_whoever_redraws_it_needs(world: World, ordered: Retake) -> None:
    world.artist.display_name = "動画 芽衣"
    world.artist.save()
    world.cut.stages.update_or_create(stage="PT", defaults={"assignee": world.artist})
    (page,) = _pdf(world).pages
    text = page.extract_text()
    for words in ("EP01_C012", "PT T1", "R1", "A2", "proportion (頭身)", "The head is 15.0 %", "動画 芽衣"):
        assert words in text, words
    assert NOTE in text.replace("\n", "")
    assert "page 1 of 1" in text


@pytest.mark.skipif(fonts.japanese() is None, reason="no Japanese TrueType font on this machine")
def test_the_font_of_the_sheet_is_in_the_file(world: World, ordered: Retake) -> None:
    fonts_there = _pdf(world).pages[0]["/Resources"]["/Font"].get_object().values()
    embedded = [font.get_object().get("/FontDescriptor") for font in fonts_there]
    assert any(each is not None and "/FontFile2" in each.get_object() for each in embedded)


def test_without_a_japanese_font_one_is_named(
    world: World, ordered: Retake, settings: Any, tmp_path: Path, fresh_font: None
) -> None:
    settings.PDF_FONT = str(tmp_path / "none.ttf")
    fonts_there = _pdf(world).pages[0]["/Resources"]["/Font"].get_object().values()
    assert any("HeiseiKakuGo-W5" in str(font.get_object()["/BaseFont"]) for font in fonts_there)


def test_the_drawing_and_the_approved_one_are_there(world: World, ordered: Retake) -> None:
    flag = Flag.objects.get()
    assert flag.nearest_links.exists()
    assert len(_pdf(world).pages[0].images) == 2


def test_a_missing_picture_costs_no_sheet(
    world: World, ordered: Retake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(sha256: str) -> None:
        raise NotFound("blob_missing", sha256=sha256)

    monkeypatch.setattr(blobs(), "open", missing)
    assert "the picture is missing" in _pdf(world).pages[0].extract_text()


def test_corrections_are_drawn_with_their_words(world: World, ordered: Retake) -> None:
    drawing = ordered.items.get().drawing
    paper = {"role": "supervisor", "colour": "#00ff00"}
    correction = Correction.objects.create(drawing=drawing, by=world.supervisor, **paper)
    stroke = {"correction": correction, "points": [[4, 20, 0.5], [20, 30, 0.5]], "width_px": 2}
    CorrectionStroke.objects.create(uid="00000000-0000-4000-8000-000000000001", tool="pen", **stroke)
    CorrectionStroke.objects.create(
        uid="00000000-0000-4000-8000-000000000002", tool="text", text="小さく", **stroke
    )
    page = _pdf(world).pages[0]
    assert "小さく" in page.extract_text()
    assert b"0 1 0 RG" in page.get_contents().get_data()


def test_each_group_has_pages_of_its_own_with_their_numbers(world: World, ordered: Retake) -> None:
    _many(world, 8)
    by_cut, by_artist = _pdf(world, "cut").pages, _pdf(world, "artist").pages
    assert [page.extract_text().count("page 1 of 2") for page in by_cut] == [1, 0]
    assert "page 2 of 2" in by_cut[1].extract_text()
    titles = [page.extract_text().splitlines()[0] for page in by_artist]
    assert [title.split("  ")[1] for title in titles] == [
        "nobody has this stage",
        "outside_artist",
        "outside_artist",
    ]


def test_a_picture_that_comes_often_is_in_the_file_once(world: World, ordered: Retake) -> None:
    twin = Flag.objects.get()
    twin.pk, twin.part, twin.decision = None, "hair", ""
    twin.save()
    verdicts.give(actor=world.supervisor, flag=twin, decision="retake", reason="face")
    reader = _pdf(world)
    names = {image.indirect_reference.idnum for page in reader.pages for image in page.images}
    assert len(names) == 2


def test_withdrawn_lines_are_not_printed(world: World, ordered: Retake, flag: Flag) -> None:
    verdicts.undo(actor=world.supervisor, flag=flag)
    with pytest.raises(InvalidInput) as caught:
        _pdf(world, state="all")
    assert caught.value.code == "sheet_without_lines"


def test_a_sheet_that_nobody_would_read_is_refused(
    world: World, ordered: Retake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retake_sheets, "LINES_MAX", 0)
    with pytest.raises(InvalidInput) as caught:
        _pdf(world)
    assert "Narrow the list" in caught.value.message


def test_a_stranger_gets_no_sheet(world: World, ordered: Retake) -> None:
    with pytest.raises(NotFound):
        retake_sheets.write_pdf(actor=world.stranger, production=world.production, by="cut", filters={})


def test_a_note_of_any_length_stays_on_its_page(world: World) -> None:
    take = deliver(world.cut, [png()], stage="AD")
    retakes.order_by_hand(actor=world.supervisor, take=take, reason="other", note="長い。" * 1300)
    (page,) = _pdf(world).pages
    assert "…" in page.extract_text()


def test_lines_break_as_japanese_does() -> None:
    room = sheet_text.width("あいうえおかきくけこ", 8)
    lines = sheet_text.wrapped("あいうえおかきくけこ。さしす parts of words", 8, room)
    assert lines[0] == "あいうえおかきくけこ。"
    assert "parts" in " ".join(lines)
    assert sheet_text.clipped("あいうえお", 8, sheet_text.width("あいう", 8)).endswith("…")


def test_the_table_has_japanese_heads_for_a_japanese_reader(world: World, ordered: Retake) -> None:
    with translation.override("ja"):
        data = retake_sheets.write_csv(actor=world.supervisor, production=world.production, filters={})
    head, row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert "カット" in head
    assert row[head.index("カット")] == "012"
    assert not any(name.isascii() for name in head), head


def test_the_table_is_narrowed_like_the_list(world: World, ordered: Retake) -> None:
    _many(world, 2)
    lines = retake_sheets.write_csv(
        actor=world.supervisor, production=world.production, filters={"stage": "AD"}
    ).decode("utf-8-sig")
    assert lines.count("\r\n") == 3
