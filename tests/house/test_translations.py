"""The Japanese catalogue is complete: what is marked is there, translated, with the same placeholders and tags.

`make messages` brings it to the present code; what it lists as "to translate" is what these tests miss.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests import catalogue

ROOT = catalogue.ROOT
# The same in both languages: names, codes, formats, examples.
SAME = {
    "12, 14-20, 101A", "2026-12-24", "API", "JSON", "OK", "Sakkan", "Upload-Metadata", "Webhook",
    "max_px", "[%(production)s] %(title)s", "済",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|(?<!\{)\{\w*\}(?!\})")
_TAG = re.compile(r"</?[a-z]+[^>]*>|&\w+;")
_PUNCTUATION = re.compile(r"[ぁ-んァ-ヶ一-龠][,.!?;]|[ぁ-んァ-ヶ一-龠] ?\.\.\.|[Ａ-Ｚａ-ｚ０-９]")
_WORDS = re.compile(r"""(["'`])(?P<words>[A-Z][a-z]+ [a-z]+[^"'`]*|[a-z]+ [a-z]+ [a-z]+[^"'`=>]*)\1""")


@pytest.fixture(scope="module")
def kept() -> list[Message]:
    return [each for each in catalogue.load() if each.id]


def _said(message: Message) -> str:
    return message.string if isinstance(message.string, str) else (message.string or ("",))[0]


def _english(message: Message) -> str:
    """The English that the Japanese follows: the plural where there are two, because Japanese has one form."""
    return message.id if isinstance(message.id, str) else message.id[1]


def _differ(messages: Iterable[Message], pattern: re.Pattern[str]) -> list[str]:
    found = []
    for each in messages:
        english, japanese = (sorted(pattern.findall(text)) for text in (_english(each), _said(each)))
        if english != japanese and _said(each):
            found.append(f"{_english(each)!r}: {english} {japanese}")
    return found


def test_every_marked_string_is_in_the_catalogue_and_nothing_else(kept: list[Message]) -> None:
    marked = {catalogue.key(each) for each in catalogue.extract() if each.id}
    there = {catalogue.key(each) for each in kept}
    assert (sorted(marked - there), sorted(there - marked)) == ([], []), "run `make messages`"


def test_every_entry_is_translated(kept: list[Message]) -> None:
    assert [catalogue.key(each) for each in kept if each.fuzzy or not _said(each)] == []


def test_the_placeholders_agree(kept: list[Message]) -> None:
    once = [each for each in kept if not _repeats(each)]
    assert _differ(once, _PLACEHOLDER) == []


def _repeats(message: Message) -> bool:
    """Whether a value stands more often in one language: then each must only be there."""
    both = [set(_PLACEHOLDER.findall(text)) for text in (_english(message), _said(message))]
    return both[0] == both[1]


def test_the_tags_agree(kept: list[Message]) -> None:
    assert _differ(kept, _TAG) == []


def test_no_translation_is_the_english_itself(kept: list[Message]) -> None:
    assert [_said(each) for each in kept if _said(each) == _english(each) and _said(each) not in SAME] == []


def test_japanese_has_japanese_punctuation_and_half_width_letters(kept: list[Message]) -> None:
    assert [_said(each) for each in kept if _PUNCTUATION.search(_said(each))] == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    kept, fresh = (_texts(data) for data in (catalogue.MO.read_bytes(), catalogue.compiled(catalogue.load())))
    assert kept == fresh, "run `make messages`"


def _texts(compiled: bytes) -> dict[object, str]:
    """What a compiled catalogue says, without its head, which names the program that wrote it."""
    read = gettext.GNUTranslations(io.BytesIO(compiled))
    return {key: text for key, text in vars(read)["_catalog"].items() if key}


def _scripts() -> list[Path]:
    return [
        path for path in ROOT.glob("*/**/static/**/*.js") if not {"vendor", ".venv", "var"} & set(path.parts)
    ]


def test_scripts_have_no_words_of_their_own() -> None:
    found = []
    for path in _scripts():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            said = _WORDS.search(line.split("//", maxsplit=1)[0])
            if said and "Error(" not in line:
                found.append(f"{path.relative_to(ROOT)}:{number} {said['words']}")
    assert found == []
