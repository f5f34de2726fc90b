"""What must hold whatever the facts are. Source: the licence reference, end of section 3."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rights.answers import Answer, best, worst
from assets.rights.audit import audit
from assets.rights.engine import Engine
from assets.rights.facts import Facts, Group, Question, Standing
from assets.rights.policy import Policy
from tests.assets.rights.rules.small import ON, STRICT, TV, asks, decide, work, world
from tests.assets.rights.rules.strategies import LICENCES, POLICIES, QUESTIONS, STANDINGS, WORLDS, grants

STRICTNESS = {Answer.ALLOW: 0, Answer.ASK: 1, Answer.DENY: 2}


def answer(facts: Facts, question: Question, policy: Policy = STRICT) -> Answer:
    return Engine(facts, policy).decide(question).answer


@given(WORLDS, QUESTIONS, POLICIES, STANDINGS, st.sampled_from((1, 2)))
@settings(max_examples=150, deadline=None)
def test_another_work_never_turns_a_no_into_a_yes(facts, question, policy, standing, number) -> None:
    version = facts.versions[number]
    more = replace(version, groups=(*version.groups, Group(standing.digest, "train", 1)))
    after = replace(
        facts,
        standings={**facts.standings, standing.digest: standing},
        versions={**facts.versions, number: more},
    )
    assert STRICTNESS[answer(after, question, policy)] >= STRICTNESS[answer(facts, question, policy)]


@given(WORLDS, QUESTIONS, POLICIES, grants(9))
@settings(max_examples=150, deadline=None)
def test_another_grant_never_turns_a_yes_into_a_no(facts, question, policy, grant) -> None:
    after = replace(facts, grants={**facts.grants, 9: grant})
    assert STRICTNESS[answer(after, question, policy)] <= STRICTNESS[answer(facts, question, policy)]


@given(WORLDS, QUESTIONS, POLICIES, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_facts_says_nothing(facts, question, policy, chance) -> None:
    other = shuffled(facts, chance)
    assert other.input_sha256 == facts.input_sha256
    assert Engine(other, policy).decide(question) == Engine(facts, policy).decide(question)
    assert audit(other, 1, ON, policy) == audit(facts, 1, ON, policy)


def shuffled(facts: Facts, chance: random.Random) -> Facts:
    def mixed(things):
        pairs = list(things.items())
        chance.shuffle(pairs)
        return dict(pairs)

    def turned(things):
        return tuple(reversed(things))

    versions = {key: replace(each, groups=turned(each.groups)) for key, each in mixed(facts.versions).items()}
    models = {
        key: replace(each, inputs=turned(each.inputs), parents=turned(each.parents))
        for key, each in mixed(facts.models).items()
    }
    standings = {
        key: replace(each, holders=turned(each.holders)) for key, each in mixed(facts.standings).items()
    }
    return replace(facts, versions=versions, models=models, standings=standings, grants=mixed(facts.grants))


@given(WORLDS, QUESTIONS, POLICIES)
@settings(max_examples=60, deadline=None)
def test_the_same_facts_give_the_same_answer(facts, question, policy) -> None:
    engine = Engine(facts, policy)
    first = engine.decide(question)
    assert first == engine.decide(question) == Engine(replace(facts), policy).decide(question)
    assert first.input_sha256 == facts.input_sha256


@given(WORLDS, QUESTIONS)
@settings(max_examples=60, deadline=None)
def test_names_decide_nothing(facts, question) -> None:
    other = replace(facts, names={})
    assert other.input_sha256 == facts.input_sha256
    assert answer(other, question) is answer(facts, question)


def test_another_fact_is_another_input() -> None:
    one, two = world(work()), world(work(), production={"commercial": False})
    assert one.input_sha256 != two.input_sha256
    assert (
        replace(one, standings={"a": work()}).input_sha256
        != replace(one, standings={"a": Standing()}).input_sha256
    )


@pytest.mark.parametrize(
    "action", ["generate", "check", "train", "redistribute_weights", "redistribute_data"]
)
@pytest.mark.parametrize(("one", "two"), list(product(LICENCES[1:], repeat=2)))
def test_a_choice_is_never_worse_and_both_are_never_better(action, one, two) -> None:
    alone = [decide(world(work(concluded=each)), action).answer for each in (one, two)]
    choice = decide(world(work(concluded=f"({one}) OR ({two})")), action).answer
    both = decide(world(work(concluded=f"({one}) AND ({two})")), action).answer
    assert STRICTNESS[choice] <= min(STRICTNESS[each] for each in alone)
    assert STRICTNESS[both] >= max(STRICTNESS[each] for each in alone)


@pytest.mark.parametrize(
    "licence", ["free-to-use", "Glide", "LicenseRef-own", "((", "MIT AND free-to-use", "NONE", "?"]
)
@pytest.mark.parametrize("action", ["generate", "cleanup", "check", "train", "finetune", "redistribute_data"])
@pytest.mark.parametrize("policy", [STRICT, TV])
def test_an_unknown_licence_allows_nothing(licence, action, policy) -> None:
    assert decide(world(work(concluded=licence)), action, policy).answer is Answer.DENY


@pytest.mark.parametrize("answers", list(product(Answer, repeat=3)))
def test_answers_combine_by_strictness(answers) -> None:
    assert worst(answers) is max(answers, key=STRICTNESS.__getitem__)
    assert best(answers) is min(answers, key=STRICTNESS.__getitem__)


def test_of_nothing_nothing_is_allowed() -> None:
    assert worst([]) is Answer.DENY
    assert decide(world(work()), model=None).answer is Answer.DENY
    assert decide(world(work()), "train", version=None).answer is Answer.DENY


@given(WORLDS, QUESTIONS, POLICIES)
@settings(max_examples=100, deadline=None)
def test_a_no_has_reasons_and_a_yes_has_none(facts, question, policy) -> None:
    decision = Engine(facts, policy).decide(question)
    assert decision.answer is worst([each.answer for each in decision.reasons], default=Answer.ALLOW)
    assert not any(each.is_deciding for each in decision.warnings)


@given(WORLDS, POLICIES)
@settings(max_examples=100, deadline=None)
def test_the_audit_finds_what_the_gate_would_refuse(facts, policy) -> None:
    here = replace(facts.productions[1], uses=frozenset({(1, "cleanup"), (2, "generate")}))
    facts = replace(facts, productions={1: here})
    told = {each.fingerprint: each for each in audit(facts, 1, ON, policy)}
    for model, action in sorted(here.uses):
        question = asks(action, model=model, family=facts.models[model].family)
        for each in Engine(facts, policy).decide(question).reasons:
            assert told[each.fingerprint].severity == each.severity
