"""Every rule has examples: one that fires and one that does not. Every sentence can be said in both languages."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import translation

from assets.rights.answers import Answer
from assets.rights.rules.base import RULES, Reason, told
from tests.assets.rights.rules.examples_grants import GRANTS
from tests.assets.rights.rules.examples_models import MODELS
from tests.assets.rights.rules.examples_works import WORKS

EXAMPLES = {**WORKS, **GRANTS, **MODELS}

CASES = [
    pytest.param(rule, fires, silent, id=f"{rule} {what}")
    for rule, cases in EXAMPLES.items()
    for what, fires, silent in cases
]


def test_every_rule_has_examples_and_no_other_is_told_of() -> None:
    assert sorted(RULES) == [f"R{number:02d}" for number in range(1, 51)] == sorted(EXAMPLES)


@pytest.mark.parametrize(("rule", "fires", "silent"), CASES)
def test_a_rule_fires_where_it_should_and_nowhere_else(rule, fires, silent) -> None:
    assert rule in {each.rule for each in fires()}
    assert rule not in {each.rule for each in silent()}


def all_reasons() -> list[Reason]:
    told_of = [
        each
        for _rule, fires, silent in (p.values for p in CASES)
        for made in (fires, silent)
        for each in made()
    ]
    return list({each.fingerprint + each.variant: each for each in told_of}.values())


def test_every_variant_of_every_rule_is_told_by_some_example() -> None:
    told_of = {(each.rule, each.variant) for each in all_reasons()}
    assert {(key, name) for key, rule in RULES.items() for name in ("", *rule.variants)} - told_of == set()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_sentence_is_complete(language: str) -> None:
    with translation.override(language):
        for each in all_reasons():
            for sentence in (each.message(), each.fix()):
                assert sentence
                assert not re.search(
                    r"[{}]|None|\bgrant:|\bholder \d|LicenseRef-unknown|[a-z]_[a-z]", sentence
                ), sentence
                assert "Content-Type" not in sentence
                assert not re.search(r": \.|“”|  ", sentence), sentence


def test_a_reason_that_was_kept_says_the_same() -> None:
    for each in all_reasons():
        again = Reason.from_json(json.loads(json.dumps(each.as_json())))
        assert (again.message(), again.fix(), again.fingerprint) == (
            each.message(),
            each.fix(),
            each.fingerprint,
        )


def test_what_stops_nobody_changes_no_answer() -> None:
    assert {each.answer for each in all_reasons()} <= {Answer.ASK, Answer.DENY}


def test_a_day_and_a_list_are_said_in_the_readers_language() -> None:
    with translation.override("ja"):
        assert told("2027-03-31") == "2027年3月31日"
    with translation.override("en"):
        assert told(["one", "", "two"]) == "one, , two"
