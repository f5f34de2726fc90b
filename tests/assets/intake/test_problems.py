"""Every problem that intake can raise has a sentence, and the sentence gets all that it names."""

import ast
import string
from pathlib import Path

import pytest

import assets.intake
from assets.intake.problems import TEMPLATES, Problem, Refused, converted, notice, refused

_SOURCES = sorted(Path(assets.intake.__file__).parent.glob("*.py"))
# Said by services that know the database, with the words of this table.
_SAID_ELSEWHERE = {"CUT_DROPPED"}


def _calls():
    """Every refused(...), converted(...), notice(...) with a literal code: (code, names of its data)."""
    for source in _SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and _makes_a_problem(node):
                yield node.args[0].value, {keyword.arg for keyword in node.keywords}


def _makes_a_problem(call):
    is_maker = isinstance(call.func, ast.Name) and call.func.id in {"refused", "converted", "notice"}
    return is_maker and isinstance(call.args[0], ast.Constant)


def _fields(template):
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name}


def test_every_problem_gives_its_sentence_all_the_data_it_names():
    wrong = [(code, data) for code, data in _calls() if not _fields(TEMPLATES[code]) <= data]
    assert wrong == []


def test_every_sentence_is_used():
    assert {code for code, _data in _calls()} | _SAID_ELSEWHERE == set(TEMPLATES)


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_a_sentence_gives_a_reason_and_a_way_out(code):
    text = Problem(code, "", dict.fromkeys(_fields(TEMPLATES[code]), "x")).message
    assert text.endswith(".")
    assert text.count(". ") + text.count("; ") + text.count(": ") >= 1


def test_a_problem_says_itself_for_a_report():
    problem = refused("EMPTY_FILE", "A/A0001.png")
    assert problem.as_dict() == {
        "code": "EMPTY_FILE",
        "path": "A/A0001.png",
        "severity": "refused",
        "message": "The file has no content. Export it again and upload it again.",
        "data": {},
    }


def test_the_three_severities_come_from_three_words():
    problems = [make("EMPTY_FILE", "a") for make in (refused, converted, notice)]
    assert [problem.severity for problem in problems] == ["refused", "converted", "notice"]


def test_a_refusal_reads_as_its_problem():
    assert str(Refused(refused("ZIP_LINK", "a"))) == TEMPLATES["ZIP_LINK"]
