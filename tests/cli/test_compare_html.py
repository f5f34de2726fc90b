"""The page of `sakkan compare`: it needs nothing from outside, believes no name, and can be read by everybody."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser

from ml.types import Explained, Measurements
from studio.cli import compare_html, compare_pictures
from studio.cli.compare_bench import Measured
from studio.cli.compare_cards import Pictures
from studio.cli.compare_files import Fault, Folder, Sheet
from studio.cli.compare_out import Album
from studio.cli.compare_report import Asked, Compared, entry, repeated_entry
from studio.core import compute as door
from tests.world import png

ROOT = Path(__file__).resolve().parents[2]
NASTY = "<script>alert(1)</script>\" onload='x'&amp;.png"


class HeatOnly:
    """An engine that draws a red heat map of the size that is asked for."""

    def explain(self, _measurement: Measurements, size_hw: tuple[int, int], _held: None = None) -> Explained:
        buffer = io.BytesIO()
        Image.new("RGBA", (size_hw[1], size_hw[0]), (200, 0, 0, 120)).save(buffer, "PNG")
        return Explained(buffer.getvalue())


def drawing(size_hw: tuple[int, int] = (400, 300)) -> np.ndarray:
    rgba = np.zeros((*size_hw, 4), np.uint8)
    rgba[40:-40, 40:-40] = (90, 160, 90, 255)
    return rgba


def result(drift: float, **fields: object) -> dict[str, object]:
    aspects = [
        {"aspect": name, "part": "head", "value": 115.0, "sheet_value": 100.0, "allowed": 6.0, "unit": "%",
         "drift": drift - index, "box_xyxy": [60, 60, 90, 90]}
        for index, name in enumerate(("PROPORTION", "NEW_ASPECT"))
    ]  # fmt: skip
    colours = [
        {"part": NASTY, "tone": "normal", "expected": "#102030", "found": "#302010", "delta_e": 9.0,
         "tolerance_de": 2.0, "area_px": 1234, "box_xyxy": [60, 60, 90, 90]}
    ]  # fmt: skip
    near = [{"drawing_key": "front.png", "similarity": 0.9}]
    known = {"design_key": "mio", "applicable": True, "why_not": "", "unchecked": ["FACE"], "drift": drift}
    return (
        known
        | {"nearest": near, "rival": None, "aspects": aspects, "colours": colours, "margin": 0.0}
        | fields
    )


def flagged(file: str, drift: float = 3.0) -> Measured:
    flag = {"design": "mio", "fault": "OFF_MODEL.PROPORTION", "part": NASTY, "drift": drift, "confidence": 0.1,
            "one_in": 9, "sentence": f"The {NASTY} is larger.", "sentence_code": "larger", "sentence_data": {},
            "box_xyxy": [60, 60, 90, 90]}  # fmt: skip
    found = Measurements("m", "mio", applicable=True, why_not="", map_box_xyxy=(40, 40, 260, 360))
    object.__setattr__(found, "drift_map", np.ones((4, 4), np.float32))
    shot = compare_pictures.shot(drawing(), found, [[60, 60, 90, 90]], HeatOnly())  # type: ignore[arg-type]
    return Measured(file, size_hw=(400, 300), results=[result(drift)], flags=[flag], shot=shot)


def clean(file: str) -> Measured:
    shot = compare_pictures.shot(drawing(), None, [], HeatOnly())  # type: ignore[arg-type]
    return Measured(file, size_hw=(400, 300), results=[result(0.2)], shot=shot)


def apart(file: str) -> Measured:
    return Measured(file, results=[result(0.0, applicable=False, why_not="empty")])


def unread(file: str) -> Measured:
    return Measured(file, fault=Fault("drawings", file, "refused", "EMPTY_FILE", "The file has no content."))


@pytest.fixture
def written(tmp_path: Path):
    """Write the page of some measured drawings; the last one repeats the first."""
    (tmp_path / "mio").mkdir()
    (tmp_path / "mio" / "front.png").write_bytes(png())

    def write(*drawings: Measured) -> str:
        asked = Asked(("mio",), NASTY, "", (), "PT", 1.0)
        pack = door.DesignPack("mio", "m", b"", "", {"PROPORTION": 6.0}, 1)
        found = Compared(
            asked, {"model_id": "m"}, "1.0", [Sheet("mio", Folder(tmp_path / "mio"))], packs={"mio": pack}
        )
        album = Album()
        pictures = Pictures(album, {"mio": tmp_path / "mio"})
        for measured in drawings:
            found.entries.append(entry(measured))
            pictures.keep(measured)
        found.entries += [repeated_entry(found.entries[0], "again.png")] if drawings else []
        text = "".join(compare_html.page(found, pictures))
        album.close()
        return text

    return write


def test_nothing_comes_from_outside_and_nothing_runs(written) -> None:
    text = written(flagged(NASTY), clean("A2.png"), apart("A3.png"), unread("A4.png"))
    assert "default-src 'none'" in unescape(text)
    assert "<script" not in text
    assert " onload='" not in text
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", text)
    assert "http" not in text.replace("http-equiv", "")
    assert "&lt;script&gt;alert(1)" in text


def test_the_worst_is_first_and_everything_has_its_place(written) -> None:
    text = written(
        flagged("A1.png", 2.0), flagged("A2.png", 5.0), clean("A3.png"), apart("A4.png"), unread("A5.png")
    )
    order = ["<h3>A2.png", "<h3>A1.png", 'id="not-compared"', 'id="unreadable"', 'id="clean"', 'id="about"']
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)
    assert "3 of 4 drawings depart from the sheet" in text
    assert "The same picture: again.png." in text
    assert "Not judged here: face." in text
    assert "new aspect" in text
    assert "The drawing is empty." in text
    assert "The file has no content." in text


def test_an_approved_drawing_is_in_the_page_once_however_often_it_is_shown(written) -> None:
    text = written(flagged("A1.png"), flagged("A2.png"), flagged("A3.png"))
    assert text.count('<image id="s') == 1
    assert text.count('<use href="#s1"') == 3


def test_beyond_the_cards_drawings_become_rows(written, monkeypatch) -> None:
    monkeypatch.setattr(compare_html, "MOST_CARDS", 1)
    monkeypatch.setattr(compare_html, "MOST_TILES", 1)
    text = written(*(flagged(f"A{n}.png", 2.0 + n) for n in range(3)), clean("B1.png"), clean("B2.png"))
    assert text.count('<article class="card"') == 1
    assert "2 more, less far out" in text
    assert "1 more by name" in text


@pytest.mark.parametrize(
    ("drawings", "verdict"),
    [
        ([clean("A1.png")], "All 2 drawings follow the sheet"),
        ([apart("A1.png")], "No drawing could be compared"),
        ([unread("A1.png")], "No drawing could be compared"),
    ],
)
def test_a_page_without_flags_says_so(written, drawings: list[Measured], verdict: str) -> None:
    text = written(*drawings)
    assert f"<h1>{verdict}</h1>" in text
    assert 'id="heat"' not in text


def test_the_page_has_the_colours_of_the_studio() -> None:
    def tokens(path: str) -> list[dict[str, str]]:
        blocks = re.findall(r":root[^{]*\{([^}]*--g0[^}]*)\}", (ROOT / path).read_text())
        names = (
            "--g0",
            "--g1",
            "--g2",
            "--g3",
            "--g4",
            "--g5",
            "--ink",
            "--ink-2",
            "--ink-3",
            "--accent",
            "--bad",
            "--warn",
        )
        found = [dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block)) for block in blocks]
        return [{name: block[name] for name in names} for block in found]

    dark, light = tokens("studio/cli/static/compare.css")[:2]
    assert [dark, light] == tokens("studio/core/static/core/sakkan.css")[:2]


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("dark", 1440), ("light", 1440), ("dark", 390)])
def test_the_page_can_be_read_by_everybody(
    written, tmp_path: Path, chromium: Browser, scheme: str, width: int
) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        written(flagged("A1.png"), clean("A2.png"), apart("A3.png"), unread("A4.png")), encoding="utf-8"
    )
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert not tab.locator(".heat").first.is_visible()
    tab.check("#heat")
    assert tab.locator(".heat").first.is_visible()
    tab.uncheck("#box")
    assert not tab.locator(".boxes rect").first.is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    context.close()
