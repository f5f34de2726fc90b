"""Every verb that a service writes has words, and a code in an event is shown as the word of its choice."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils import translation

from assets import audit_words

ROOT = Path(__file__).resolve().parents[2]
# Texts of the same form that are no verbs: kinds of jobs, files, modules.
_NOT_VERBS = re.compile(r"^(assets|ml|qa|studio|time)\.|\.(txt|csv|png|pdf|zip)$")


def _verbs() -> set[str]:
    files = [*ROOT.glob("assets/services/*.py"), *ROOT.glob("qa/services/*.py"), ROOT / "studio/core/jobs.py"]
    found = {verb for path in files for verb in re.findall(r'"([a-z]+\.[a-z_]+)"', path.read_text())}
    return {verb for verb in found if not _NOT_VERBS.search(verb)}


def test_every_verb_has_words() -> None:
    assert sorted(_verbs() - set(audit_words.VERBS)) == []


def test_no_words_are_kept_for_a_verb_that_is_gone() -> None:
    assert sorted(set(audit_words.VERBS) - _verbs()) == []


def test_a_code_is_shown_as_its_word_and_a_text_as_it_is() -> None:
    with translation.override("ja"):
        assert audit_words.value_words("in_work") == "作業中"
        assert audit_words.value_words("Aki waves") == "Aki waves"


def test_an_unknown_verb_shows_itself() -> None:
    assert audit_words.verb_words("moon.land") == "moon.land"
