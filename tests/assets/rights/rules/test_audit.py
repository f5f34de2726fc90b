"""The audit of a production: everything at once, each finding once, in time."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from assets.rights.audit import audit, uses
from assets.rights.facts import Facts, Group, Waived
from assets.rights.policy import read
from tests.assets.rights.rules.small import (
    ON,
    STRICT,
    TV,
    audited,
    decide,
    drawn,
    grant,
    model,
    version,
    work,
    world,
)

NC = work(concluded="CC-BY-NC-4.0")


def test_a_production_without_faults_has_no_findings() -> None:
    assert audited(world(work())) == ()


def test_every_finding_is_there_once_the_gravest_first() -> None:
    more = [model(id=key, name=f"Clean {key}") for key in (2, 3)]
    found = audited(world(NC, models=more, production={"unmarked_outputs": 2}))
    assert len({each.fingerprint for each in found}) == len(found)
    assert [(each.rule, each.count) for each in found] == [
        ("R15", 3), ("R29", 3), ("R29", 3), ("R29", 3), ("R34", 0),
    ]  # fmt: skip


def test_each_model_is_asked_as_it_works() -> None:
    third = {"origin": "third_party", "licence": "MIT", "disclosure": "none", "inputs": ()}
    graver = {
        each.severity for each in audited(world(work(), models=[model(id=2, **third)])) if each.rule == "R22"
    }
    judges = [model(id=2, family="embed", **third), model(id=3, family="drift", **third)]
    milder = {each.severity for each in audited(world(work(), models=judges)) if each.rule == "R22"}
    assert (graver, milder) == ({"block"}, {"warn"})


def test_a_model_that_both_judges_and_stands_behind_one_that_draws_is_taken_gravely() -> None:
    opaque = model(id=2, family="drift", origin="third_party", licence="MIT", disclosure="none", inputs=())
    here = {"uses": frozenset({(1, "cleanup"), (2, "check")})}
    facts = world(work(), models=[model(parents=((2, "init"),)), opaque], production=here)
    assert [each.severity for each in audited(facts) if each.rule == "R22"] == ["block"]


def test_only_recorded_uses_count_where_there_are_any() -> None:
    facts = world(NC, models=[model(id=2, inputs=(), recipe="puppets", origin="shipped")])
    assert uses(facts, facts.productions[1]) == [(1, "cleanup"), (2, "cleanup")]
    here = replace(facts.productions[1], uses=frozenset({(2, "generate")}))
    assert audited(replace(facts, productions={1: here})) == ()


def test_a_parent_is_not_asked_by_itself() -> None:
    facts = world(work(), models=[model(parents=((2, "init"),)), model(id=2)])
    assert uses(facts, facts.productions[1]) == [(1, "cleanup")]


def test_an_end_within_a_week_is_no_warning_any_more() -> None:
    def severity(days: int) -> set[str]:
        ends = grant(valid_until=ON + timedelta(days))
        return {each.severity for each in audited(world(drawn(), grants=[ends])) if each.rule == "R19"}

    assert (severity(91), severity(90), severity(8), severity(7)) == (set(), {"warn"}, {"warn"}, {"error"})


def test_a_grant_that_nothing_hangs_on_now_is_told_in_time_all_the_same() -> None:
    ends = grant(valid_until=ON + timedelta(30), compensation="flat", due_on=date(2026, 11, 1), paid=False)
    assert {each.rule for each in audited(world(work(), grants=[ends]))} == {"R19", "R26"}


def test_a_withdrawal_is_followed_to_every_model() -> None:
    copy = work(made_by=2, source_kind="synthetic")
    facts = world(
        copy, also=[drawn()], grants=[grant(revoked_on=ON)], versions=[version(drawn(), id=2)],
        models=[model(id=2, inputs=((2, "train"),)), model(id=3, inputs=(), parents=((1, "lora"),))],
    )  # fmt: skip
    touched = {each.subject for each in audited(facts) if each.rule == "R31"}
    assert touched == {("version", "2"), ("model", "1"), ("model", "2"), ("model", "3")}
    assert all(each.severity == "info" for each in audited(facts) if each.rule == "R31")


def test_waivers_hide_nothing_and_their_end_is_told() -> None:
    facts = world(work(evidence=False))
    found = audited(facts)
    waivers = {each.fingerprint: Waived(each.fingerprint, ON, 1) for each in found}
    assert audited(replace(facts, waivers=waivers)) == found
    assert decide(replace(facts, waivers=waivers)).answer == "allow"
    over = {key: replace(each, expires_on=ON - timedelta(1)) for key, each in waivers.items()}
    assert {"R04", "R29", "R46"} == {each.rule for each in audited(replace(facts, waivers=over))}


@pytest.mark.parametrize("policy", [STRICT, TV])
def test_every_finding_is_weighed_by_the_policy(policy) -> None:
    here = {"unmarked_outputs": 1}
    assert {
        each.severity for each in audited(world(work(), production=here), policy) if each.rule == "R34"
    } == {"error" if policy is TV else "warn"}
    off = read("name: x\nrules: {R34: off}")
    assert not any(each.rule == "R34" for each in audited(world(work(), production=here), off))


def test_a_production_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        audit(world(work()), 2, ON, STRICT)


def _large() -> Facts:
    """2,000 standings under ten licences or the grants of 100 people; 200 models, each with 500 of them."""
    licences = (
        "CC-BY-4.0",
        "CC0-1.0",
        "CC-BY-SA-4.0",
        "CC-BY-NC-4.0",
        "MIT",
        "",
        "free",
        "MIT OR GPL-3.0-only",
    )
    works = [
        work(concluded=licences[key % 8], source=key, holders=((key % 100 + 1, "owner"),) if key % 2 else ())
        for key in range(2000)
    ]
    keys = [each.digest for each in works]
    versions = [
        version(
            id=key,
            dataset=key % 40,
            groups=tuple(Group(keys[(key * 37 + at * 3) % 2000], "train", 1) for at in range(500)),
        )
        for key in range(1, 201)
    ]
    models = [
        model(id=key, family=("drift", "cleanup", "inbetween")[key % 3], inputs=((key, "train"),),
              trained_on=date(2026, key % 12 + 1, 1), parents=((key - 1, "finetune"),) if key % 10 > 1 else ())
        for key in range(1, 201)
    ]  # fmt: skip
    grants = [
        grant(id=key, holder=key, commercial=key % 3 > 0, valid_until=date(2027, key % 12 + 1, 1))
        for key in range(1, 101)
    ]
    every = {
        "uses": frozenset((each.id, "check" if each.family == "drift" else "generate") for each in models)
    }
    facts = world(versions=versions, models=models, grants=grants, production=every)
    return replace(facts, standings=dict(zip(keys, works, strict=True)))


def test_two_hundred_models_over_two_thousand_standings_are_audited_in_time() -> None:
    facts = _large()
    begin = time.process_time()
    found = audited(facts)
    assert time.process_time() - begin < 2.0  # about 0.5 s on a desk machine; the rest is for slow ones
    assert {"R02", "R15", "R29", "R30"} <= {each.rule for each in found}
