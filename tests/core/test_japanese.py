"""Errors, days and words in the language of the reader, whoever raised or stored them."""

from __future__ import annotations

import datetime
import json

import pytest
from django.utils import translation
from django.utils.formats import date_format

from assets.intake.problems import refused
from assets.templatetags.desk import moment
from assets.views.reports import sentence_of
from studio.core.errors import InvalidInput, NotFound, phrase

DAY = datetime.date(2026, 11, 21)


def test_words_in_an_error_are_translated_and_its_data_stay_as_they_are() -> None:
    error = InvalidInput(field="paths", reason=phrase("at most {limit} files at once", limit=500))
    with translation.override("ja"):
        assert error.message == "パス：1回に500ファイルまでです"
    assert json.loads(json.dumps(error.data)) == {"field": "paths", "reason": "at most 500 files at once"}


def test_a_phrase_within_a_phrase_is_translated_too() -> None:
    inner = phrase("the name “{name}” is there twice", name="a")
    error = InvalidInput(field="naming_rules", reason=phrase("rule {place}: {reason}", place=2, reason=inner))
    with translation.override("ja"):
        assert error.message == "命名規則：規則2：「a」という名前が2つあります"


def test_what_is_not_there_is_named_in_japanese() -> None:
    with translation.override("ja"):
        assert NotFound(what="flag").message.startswith("指摘が")


def test_a_name_that_somebody_gave_is_never_translated() -> None:
    with translation.override("ja"):
        assert "open" in InvalidInput("bad_file", name="open", reason="the file is empty").message


def test_a_problem_of_the_intake_is_told_with_its_reason_in_japanese() -> None:
    problem = refused("XDTS_NOT_ONE", "sheet.xdts", reason="it is no text")
    with translation.override("ja"):
        assert sentence_of(problem) == (
            "XDTSのタイムシートではありません：テキストではありません。XDTSで書き出し直してください。"
        )


@pytest.mark.parametrize(
    ("language", "form", "said"),
    [
        ("ja", "DATE_FORMAT", "2026年11月21日"),
        ("ja", "MONTH_DAY_FORMAT", "11/21"),
        ("en", "DATE_FORMAT", "2026-11-21"),
        ("en", "MONTH_DAY_FORMAT", "21 Nov"),
    ],
)
def test_a_day_is_written_as_the_language_does(language: str, form: str, said: str) -> None:
    with translation.override(language):
        assert date_format(DAY, form) == said


def test_a_moment_without_scripts_is_written_as_the_language_does() -> None:
    at = datetime.datetime(2026, 11, 21, 7, 5, tzinfo=datetime.UTC)
    with translation.override("ja"):
        assert "2026年11月21日 07:05 UTC" in str(moment(at))
