"""On what an answer hangs: the sets are checked by taking away every smaller one."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import assume, given, settings

from assets.rights.answers import Answer
from assets.rights.asking import ACTS
from assets.rights.engine import Engine
from assets.rights.explain import Fact, explained, without
from assets.rights.facts import Facts, Group, Question
from tests.assets.rights.rules.small import (
    ON,
    STRICT,
    SUZUKI,
    TANAKA,
    TV,
    asks,
    drawn,
    grant,
    model,
    version,
    work,
    world,
)
from tests.assets.rights.rules.strategies import PLAIN, QUESTIONS, WORLDS, worlds

BAD = work(concluded="CC-BY-NC-4.0")
ODD = work(concluded="CC-BY-NC-4.0", source=2)


def explain(facts: Facts, question: Question | None = None, policy=STRICT) -> tuple[Fact, ...]:
    return Engine(facts, policy).explain(question or asks())


def answer(facts: Facts, question: Question, policy=STRICT) -> Answer:
    return Engine(facts, policy).plain(question).answer


def is_minimal(facts: Facts, question: Question, found: tuple[Fact, ...]) -> bool:
    """Whether taking all of it away changes the answer and taking any part of it does not."""
    before = answer(facts, question)
    parts = [part for size in range(len(found)) for part in combinations(found, size)]
    changed = answer(without(facts, found), question) is not before
    return changed and all(answer(without(facts, part), question) is before for part in parts)


def test_a_refusal_hangs_on_the_works_that_are_refused() -> None:
    facts = world(work(), BAD, ODD)
    assert explain(facts) == tuple(sorted(("group", f"1:{each.digest}:train") for each in (BAD, ODD)))
    assert is_minimal(facts, asks(), explain(facts))


def test_a_permission_hangs_on_the_licence_or_the_grant_of_one_work() -> None:
    by_licence, by_grant = world(work()), world(drawn(), grants=[grant(), grant(id=2, holder=SUZUKI)])
    assert explain(by_licence) == (("licence", work().digest),)
    assert explain(by_grant) == (("grant", "1"),)
    assert all(is_minimal(facts, asks(), explain(facts)) for facts in (by_licence, by_grant))


def test_a_work_with_a_licence_and_a_grant_hangs_on_both() -> None:
    both = work(holders=((TANAKA, "owner"),))
    facts = world(both, grants=[grant()])
    assert explain(facts) == (("grant", "1"), ("licence", both.digest))
    assert is_minimal(facts, asks(), explain(facts))


def test_the_fewest_facts_that_carry_one_work_are_named() -> None:
    firm = work(holders=((TANAKA, "owner"),))
    facts = world(firm, drawn(holders=((SUZUKI, "owner"),)), grants=[grant(), grant(id=2, holder=SUZUKI)])
    assert explain(facts) == (("grant", "2"),)


def test_a_parent_that_is_refused_for_itself_stands_for_what_lies_behind_it() -> None:
    opaque = model(id=2, disclosure="none", inputs=((2, "train"),))
    facts = world(
        work(), versions=[version(BAD, id=2)], models=[model(parents=((2, "init"),)), opaque], also=[BAD]
    )
    assert explain(facts) == (("model", "2"),)
    assert is_minimal(facts, asks(), explain(facts))


def test_what_no_removal_mends_is_named_as_what_has_to_be_mended() -> None:
    facts = world(work())
    assert explain(replace(facts, models={1: model(blocked="x")})) == (("model", "1"),)
    assert explain(replace(facts, log_holds=False)) == (("log", ""),)
    assert explain(facts, policy=replace(TV, holder_for_licences=False)) == (("production", "1"),)
    draft = replace(facts, versions={1: version(work(), state="draft")})
    assert explain(draft, asks("train")) == (("version", "1"),)


def test_what_a_model_drew_hangs_on_the_works_behind_that_model() -> None:
    copy = work(made_by=2)
    facts = world(
        work(), copy, also=[BAD], versions=[version(BAD, id=2)], models=[model(id=2, inputs=((2, "train"),))]
    )
    assert explain(facts) == (("group", f"1:{copy.digest}:train"),)
    assert is_minimal(facts, asks(), explain(facts))


def test_of_two_licences_that_exclude_each_other_the_smaller_part_is_named() -> None:
    many, few = work(concluded="CC-BY-SA-4.0"), work(concluded="ODbL-1.0")
    facts = world(many, few)
    grown = replace(facts.versions[1], groups=(Group(many.digest, "train", 9), Group(few.digest, "train", 2)))
    facts = replace(facts, versions={1: grown})
    assert explain(facts) == (("group", f"1:{few.digest}:train"),)
    assert is_minimal(facts, asks(), explain(facts))


def test_a_model_without_works_hangs_on_itself() -> None:
    facts = replace(world(work()), models={1: model(origin="shipped", recipe="puppets", inputs=())})
    assert explain(facts) == (("model", "1"),)


@given(WORLDS, QUESTIONS)
@settings(max_examples=60, deadline=None)
def test_whatever_the_facts_no_part_of_an_explanation_can_be_spared(facts, question) -> None:
    found = explained(Engine(facts, STRICT), question)
    assert found
    assume(len(found) <= 4)
    assume(all(kind in {"group", "grant", "licence"} or key != str(question.model) for kind, key in found))
    assume(not any(kind in {"version", "production", "log"} for kind, _ in found))
    gone = without(facts, found)
    assume(all(each.groups for each in gone.versions.values()))  # of an emptied set nothing is known
    assert is_minimal(facts, question, found)


@given(worlds(PLAIN))
@settings(max_examples=15, deadline=None)
def test_every_kind_of_question_can_be_explained(facts) -> None:
    for action in sorted(ACTS):
        question = asks(action, on=ON)
        assert isinstance(explained(Engine(facts, STRICT), question), tuple)
