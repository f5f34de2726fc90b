"""Every link of the documents leads somewhere, every picture is there and is made by `make screenshots`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.screenshots import GUIDE, JAPANESE

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs/img/guide"
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
MOST_BYTES = 6 * 1024 * 1024


def _pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _links() -> list[tuple[Path, str]]:
    """Return every relative link with the page that has it; code in fences and backticks is none."""
    found = []
    for page in _pages():
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [(page, target) for _, target in LINK.findall(text) if "://" not in target]
    return found


def _anchors(page: Path) -> set[str]:
    """Return the names under which the headings of a page can be linked to."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_relative_link_and_picture_of_the_documents_is_there() -> None:
    broken = []
    for page, target in _links():
        name, _, anchor = target.partition("#")
        there = (page.parent / name) if name else page
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken


def test_every_picture_of_the_guide_is_made_by_the_command() -> None:
    made = {*GUIDE, *(f"ja/{name}" for name in JAPANESE)}
    assert {str(path.relative_to(PICTURES)) for path in PICTURES.rglob("*.png")} == made


def test_every_picture_of_the_guide_is_shown_somewhere() -> None:
    shown = {(page.parent / target).resolve() for page, target in _links() if target.endswith(".png")}
    assert not [str(path) for path in PICTURES.rglob("*.png") if path.resolve() not in shown]


def test_the_pictures_of_the_guide_stay_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.png")) < MOST_BYTES
