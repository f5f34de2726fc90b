"""The preview process of the clean-up page: roughs are sent once, the one before comes with it, refusals have words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.core.cleaning_preview import Cleaner, Look, Turn
from studio.core.errors import ComputeBusy, ComputeFailed, InvalidInput

# A child that speaks the protocol, writes down what it was asked, and refuses by the rough's name.
ACTOR = """
import sys
from ml.inbetween.serve import read_message, write_message
opened = set()
out = sys.stdout.buffer
def no(code, message):
    write_message(out, {"ok": False, "error": code, "message": message}, [])
while (message := read_message(sys.stdin.buffer)) is not None:
    header, blobs = message
    name = header["sketch"]
    print(header["op"], name.split("/")[0], header.get("before", "").split("/")[0], file=open(sys.argv[1], "a"))
    missing = next((each for each in (name, header.get("before")) if each and each not in opened), None)
    if header["op"] == "open" and name.startswith("torn"):
        no("bad_rough", "these bytes are no PNG")
    elif header["op"] == "open":
        opened.add(name)
        write_message(out, {"ok": True}, [])
    elif missing:
        no("unknown_sketch", f"the sketch {missing} is not open")
    elif header["wishes"].get("speed"):
        no("bad_wishes", "wishes.speed is not known")
    else:
        write_message(out, {"ok": True, "pictures": ["ink"], "strokes": []}, [b"png"])
"""


@pytest.fixture
def asked(tmp_path: Path) -> Callable[[], list[str]]:
    return lambda: [line.strip() for line in (tmp_path / "asked").read_text().splitlines()]


@pytest.fixture
def cleaner(tmp_path: Path) -> Iterator[Cleaner]:
    made = Cleaner([sys.executable, "-c", ACTOR, str(tmp_path / "asked")], limit_s=20.0)
    yield made
    made.close()


def rough(name: str, before: Look | None = None, **wishes: object) -> Look:
    return Look(name, lambda: b"PNG", wishes, before=before)


def test_a_rough_is_sent_once_and_cleaned_as_often_as_a_slider_moves(
    cleaner: Cleaner, asked: Callable[[], list[str]]
) -> None:
    for strength in (0.5, 0.6):
        header, pngs = cleaner.clean(rough("a", strength=strength), Turn("aoi", 1))
        assert (header["pictures"], pngs) == (["ink"], [b"png"])
    assert asked() == ["clean a", "open a", "clean a", "clean a", "clean a"]


def test_the_drawing_before_is_sent_along_where_it_is_missing(
    cleaner: Cleaner, asked: Callable[[], list[str]]
) -> None:
    cleaner.clean(rough("b", before=rough("a")))
    assert asked()[-3:] == ["open a", "clean a", "clean b a"]
    cleaner.clean(rough("b", before=rough("a"), strength=0.9))
    assert asked()[-1] == "clean b a"


def test_a_wish_that_is_not_known_is_named(cleaner: Cleaner) -> None:
    cleaner.clean(rough("a"))
    with pytest.raises(InvalidInput, match="speed"):
        cleaner.clean(rough("a", speed=1))


def test_a_rough_that_cannot_be_read_fails_in_words(cleaner: Cleaner) -> None:
    with pytest.raises(ComputeFailed, match="no PNG"):
        cleaner.clean(rough("torn"))


def test_a_command_that_does_not_exist_is_said_so() -> None:
    with pytest.raises(ComputeBusy, match="its process ended"):
        Cleaner(["/nowhere/python"]).clean(rough("a"))
