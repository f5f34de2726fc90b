"""Naming rules that people write: what is accepted, and what would block an upload."""

import pytest

from assets.intake.naming_rules import (
    CONTAINER_RULES,
    DEFAULT_RULES,
    NamingRule,
    match_rule,
    plain_path,
    validate_rule,
)


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.id)
def test_our_own_rules_are_valid(rule):
    assert validate_rule(rule.pattern) is None


def test_rules_have_names_of_their_own():
    names = [rule.id for rule in DEFAULT_RULES + CONTAINER_RULES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        (r"(?P<number>\d+", "RULE_NOT_A_PATTERN"),
        (r"[A-Z]\d{4}", "RULE_WITHOUT_NUMBER"),
        (r"(?P<number>\d{1,4})(?P<colour>x)", "RULE_UNKNOWN_GROUP"),
        ("x" * 500 + r"(?P<number>\d)", "RULE_TOO_LONG"),
        (r"(?P<number>(?:\d+)+)x", "RULE_TOO_SLOW"),
        (r"(?P<number>(a|a)*)b", "RULE_TOO_SLOW"),
        (r".*.*.*.*(?P<number>\d)x", "RULE_TOO_SLOW"),
        (r"(?P<number>(?:\w{1,60}){1,60})x", "RULE_TOO_SLOW"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused(pattern, code):
    problem = validate_rule(pattern)
    assert problem is not None
    assert problem.code == code
    assert problem.message


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<number>\d{1,4})",
        r".*_(?P<number>\d+)",
        r"(?P<cell>[A-Z]+)-(?P<number>\d+)",
        r"(?:ep(?P<episode>\d+)_)?(?P<number>\d{4})(?=$|_)",
        r"(?P<cell>[A-Z])?(?(cell)_)(?P<number>\d{4})",
    ],
)
def test_an_ordinary_pattern_is_accepted(pattern):
    assert validate_rule(pattern) is None


def test_a_rule_must_cover_the_path_from_a_folder_on():
    rule = NamingRule("x", "X", r"(?P<cell>[A-Z])(?P<number>\d{4})", "A0001.png")
    assert match_rule(rule, "deep/folder/A0001") == {"cell": "A", "number": "0001"}
    assert match_rule(rule, "deep/xA0001") is None
    assert match_rule(rule, "A0001/notes") is None


def test_a_path_is_seen_in_one_plain_form():
    assert plain_path("Ａ\\./０１//か\u3099.png") == "A/01/が.png"
