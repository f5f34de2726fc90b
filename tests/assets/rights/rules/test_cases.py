"""Cases that the reference names or that went wrong once: owners, choices, generations, waivers, policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assets.choices_rights import LegalBasis, ModelFamily, Scope
from assets.rights.answers import Answer
from assets.rights.facts import Signal, Waived
from assets.rights.policy import Policy, read, shipped
from assets.rights.rules import words
from assets.rights.rules.base import RULES
from studio.core.errors import InvalidInput
from tests.assets.rights.rules.cases import house, laundered, signed_off, weights
from tests.assets.rights.rules.small import (
    EVERYTHING,
    ON,
    STRICT,
    STUDIO,
    SUZUKI,
    TANAKA,
    TV,
    asks,
    decide,
    drawn,
    grant,
    model,
    version,
    work,
    world,
)

ALLOW, ASK, DENY = Answer.ALLOW, Answer.ASK, Answer.DENY
BOTH = drawn(holders=((TANAKA, "owner"), (SUZUKI, "owner")))
NC = work(concluded="CC-BY-NC-4.0")


def rules(decision) -> set[str]:
    return {each.rule for each in decision.reasons}


def test_every_owner_must_allow_it_and_of_one_owners_grants_the_best_counts() -> None:
    assert decide(world(BOTH, grants=[grant()])).answer is DENY
    both = [grant(), grant(id=2, holder=SUZUKI)]
    assert decide(world(BOTH, grants=both)).answer is ALLOW
    expired = grant(id=3, valid_until=date(2026, 1, 1))
    assert decide(world(BOTH, grants=[*both, expired])).answer is ALLOW


def test_a_licence_or_the_grants_suffice_and_the_best_counts() -> None:
    owned = replace(NC, holders=((TANAKA, "owner"),))
    assert decide(world(owned)).answer is DENY
    assert decide(world(owned, grants=[grant()])).answer is ALLOW
    assert decide(world(owned, grants=[grant(commercial=False)])).answer is DENY


def test_a_choice_of_licences_is_written_down() -> None:
    decision = decide(world(work(concluded="CC-BY-NC-4.0 OR MIT")))
    assert (decision.answer, decision.choices) == (ALLOW, ("MIT",))
    assert ("attribution", "MIT") in decision.duties


def test_a_withdrawal_is_told_although_a_licence_carries_the_work() -> None:
    decision = decide(world(work(holders=((TANAKA, "owner"),)), grants=[grant(revoked_on=ON)]))
    assert decision.answer is ALLOW
    assert "R20" in {each.rule for each in decision.warnings}


def test_what_is_wrong_with_a_grant_is_said_once_with_the_number_of_its_works() -> None:
    facts = world(drawn(source=1), drawn(source=2), grants=[grant(valid_until=date(2026, 1, 1))])
    found = [each for each in decide(facts).reasons if each.rule == "R18"]
    assert [(each.subject, each.count) for each in found] == [(("grant", "1"), 6)]


def test_a_grant_of_later_works_reaches_no_earlier_date_than_it_says() -> None:
    until = grant(works_until=date(2025, 12, 31))
    assert decide(world(drawn(made_on="2025-12-31"), grants=[until])).answer is ALLOW
    assert decide(world(drawn(made_on="2026-01-01"), grants=[until])).answer is DENY
    assert decide(world(drawn(), grants=[until])).answer is DENY


def test_an_opt_out_is_overruled_by_every_owner_or_by_none() -> None:
    signal = Signal("c2pa", "notAllowed", forbids=True, seen_on="2026-03-01")
    late = date(2026, 3, 1)
    both = replace(BOTH, signals=(signal,))
    one, two = grant(signed_on=late), grant(id=2, holder=SUZUKI, signed_on=late)
    assert decide(world(both, grants=[one, two])).answer is ALLOW
    assert decide(world(both, grants=[one, replace(two, signed_on=date(2025, 1, 1))])).answer is DENY


def test_an_opt_out_and_a_later_grant_that_is_only_claimed_ask() -> None:
    signal = Signal("c2pa", "notAllowed", forbids=True, seen_on="2026-03-01")
    claimed = grant(signed_on=date(2026, 4, 1), evidence=False)
    open_work = work(signals=(signal,), holders=((TANAKA, "owner"),))
    assert decide(world(open_work, grants=[claimed])).answer is ASK


def test_the_strictest_of_two_entries_counts() -> None:
    twice = work(conflicts=("entered_twice",), detected=("CC-BY-NC-4.0",))
    assert decide(world(twice)).answer is DENY
    assert decide(world(twice), commercial=False).answer is ASK


def test_a_crop_is_no_freer_than_what_it_was_cut_from() -> None:
    crop = work(parents=(NC.digest,))
    assert decide(world(crop, also=[NC])).answer is DENY
    assert decide(world(work(parents=("0" * 64,)))).answer is DENY
    assert decide(world(crop, also=[NC]), commercial=False).answer is ALLOW


def test_a_crop_of_a_models_drawing_does_not_wash_it() -> None:
    facts = laundered(licence="CC-BY-NC-4.0")
    copy = next(each for each in facts.standings.values() if each.made_by)
    crop = work(parents=(copy.digest,), source_kind="synthetic")
    groups = tuple(replace(each, standing=crop.digest) for each in facts.versions[1].groups)
    facts = replace(
        facts,
        standings={**facts.standings, crop.digest: crop},
        versions={**facts.versions, 1: replace(facts.versions[1], groups=groups)},
    )
    assert "R37" in rules(decide(facts))


def test_a_model_that_learned_from_its_own_drawings_ends_the_walk() -> None:
    own = work(made_by=1)
    assert decide(world(own)).answer is ALLOW
    assert decide(world(own, NC)).answer is DENY


@pytest.mark.parametrize("how", ["init", "finetune", "distil", "merge", "lora"])
def test_every_way_of_descent_hands_the_art_down_through_generations(how) -> None:
    line = [model(id=key, parents=((key + 1, how),)) for key in (1, 2, 3)] + [
        model(id=4, inputs=((2, "train"),))
    ]
    facts = world(work(), versions=[version(NC, id=2)], models=line, also=[NC])
    assert decide(facts).answer is DENY
    assert ("model", "4") in {each.subject for each in decide(facts).reasons if each.rule == "R29"}


def test_a_tuned_model_needs_tuning_of_its_own_works_and_training_of_its_parents() -> None:
    tuned = model(parents=((2, "finetune"),))
    base = model(id=2, inputs=((2, "train"),))
    other = drawn(holders=((SUZUKI, "owner"),))
    use = frozenset({"generate"})
    grants = [grant(scopes=use | {"finetune"}), grant(id=2, holder=SUZUKI, scopes=use | {"train"})]
    facts = world(drawn(), versions=[version(other, id=2)], models=[tuned, base], grants=grants, also=[other])
    assert decide(facts).answer is ALLOW
    swapped = [replace(grants[0], holder=SUZUKI), replace(grants[1], holder=TANAKA)]
    assert decide(replace(facts, grants={each.id: each for each in swapped})).answer is DENY


def test_a_model_in_somebodys_style_needs_that_allowed_when_it_draws() -> None:
    facts = world(drawn(), grants=[grant(scopes=EVERYTHING - {"imitate"})])
    assert decide(facts).answer is ALLOW
    assert "R14" in rules(decide(replace(facts, models={1: model(style_of="Tanaka")})))


def test_looking_with_a_model_asks_whether_it_might_learn_and_not_whether_its_art_might_be_looked_at() -> (
    None
):
    facts = world(drawn(), grants=[grant(scopes=frozenset({"train"}))])
    assert decide(facts, "embed", version=None, model=1).answer is ALLOW
    assert decide(facts, "embed").answer is DENY


def test_opaque_weights_may_judge_with_a_warning_and_draw_nothing() -> None:
    facts = world(work(), models=[model(origin="third_party", disclosure="none", inputs=(), licence="MIT")])
    assert decide(facts, "embed", version=None, model=1).answer is ALLOW
    assert "R22" in {each.rule for each in decide(facts, "check", influence="evaluative").warnings}
    assert decide(facts).answer is DENY
    listed = read("name: x\nrules: {R22: block}")
    assert decide(facts, "check", listed, influence="evaluative").answer is ALLOW


def test_weights_from_outside_must_allow_changed_copies_to_be_tuned() -> None:
    base = weights(licence="CC-BY-ND-4.0", disclosure="full", inputs=((1, "train"),))
    assert "R32" in rules(decide(base))
    assert "R32" not in rules(decide(base, model=2))


def test_sold_nowhere_and_for_no_time_is_asked_strictly_without_a_production() -> None:
    facts = world(drawn(), grants=[grant(valid_until=date(2035, 1, 1))])
    assert decide(facts).answer is ALLOW
    assert decide(facts, production=None).answer is ASK


def test_two_people_may_let_a_finding_stand_until_a_day_in_one_production() -> None:
    facts = world(work(concluded="", declared="MIT"))
    fingerprints = [each.fingerprint for each in decide(facts).reasons]
    waived = replace(facts, waivers={each: Waived(each, ON, 1) for each in fingerprints})
    decision = decide(waived)
    assert (decision.answer, {each.rule for each in decision.waived}) == (ALLOW, {"R01", "R29"})
    assert decide(waived, on=ON + timedelta(1)).answer is DENY
    elsewhere = replace(facts, waivers={each: Waived(each, ON, 2) for each in fingerprints})
    assert decide(elsewhere).answer is DENY


def test_what_cannot_be_waived_stands_whoever_waived_it() -> None:
    facts = world(drawn(), grants=[grant(revoked_on=ON)])
    every = {each.fingerprint: Waived(each.fingerprint, ON, 1) for each in decide(facts).reasons}
    decision = decide(replace(facts, waivers=every))
    assert decision.answer is DENY
    assert {"R20", "R47"} <= rules(decision)


def test_a_waiver_of_the_sum_waives_none_of_the_works() -> None:
    facts = world(NC)
    summary = [each.fingerprint for each in decide(facts).reasons if each.rule == "R29"]
    assert decide(replace(facts, waivers={each: Waived(each, ON, 1) for each in summary})).answer is DENY


def test_nobody_granted_what_a_policy_leaves_out() -> None:
    for rule in (
        "R01",
        "R02",
        "R05",
        "R08",
        "R12",
        "R14",
        "R15",
        "R18",
        "R20",
        "R29",
        "R32",
        "R37",
        "R41",
        "R47",
        "R50",
    ):
        for severity in ("off", "info", "warn", "error"):
            if severity != RULES[rule].severity and (rule, severity) != ("R37", "error"):
                with pytest.raises(InvalidInput):
                    read(f"name: mild\nrules: {{{rule}: {severity}}}")
    assert all(rule.binding for rule in RULES.values() if not rule.waivable)


def test_a_policy_may_be_stricter_and_milder_where_it_is_a_matter_of_doubt() -> None:
    doubtful = work(evidence=False)
    assert decide(world(doubtful), policy=read("name: x\nrules: {R04: warn}")).answer is ALLOW
    assert decide(world(doubtful), policy=read("name: x\nrules: {R04: off}")).warnings == ()
    strict = read("name: x\nrules: {R09: block, R37: block}")
    assert decide(world(work(conflicts=("licence:MIT",))), policy=strict).answer is ASK


def test_a_title_in_doubt_is_weighed_by_the_policy_too() -> None:
    facts = world(drawn(holders=((TANAKA, "owner"), (STUDIO, "publisher"))), grants=[grant(holder=STUDIO)])
    assert decide(facts).answer is ASK
    assert decide(facts, policy=read("name: x\nrules: {R23: warn}")).answer is ALLOW


def test_a_late_payment_is_graver_than_a_policy_that_repeats_the_default() -> None:
    late = grant(compensation="flat", due_on=date(2026, 1, 1), paid=False)
    assert decide(world(drawn(), grants=[late])).answer is ASK
    assert decide(world(drawn(), grants=[late]), policy=read("name: x\nrules: {R26: warn}")).answer is ASK
    assert decide(world(drawn(), grants=[late]), policy=read("name: x\nrules: {R26: info}")).answer is ALLOW


def test_television_wants_owners_moral_rights_and_the_distributors_word() -> None:
    here = {"approved_uses": frozenset({"generate"})}
    assert decide(world(drawn(), grants=[grant()], production=here), policy=TV).answer is ALLOW
    assert rules(decide(world(work(), production=here), policy=TV)) >= {"R03"}
    assert rules(decide(world(drawn(), grants=[grant(adaptation=False)]), policy=TV)) == {"R25", "R29", "R49"}


def test_a_licence_that_its_studio_read_without_a_day_was_not_read() -> None:
    assert decide(house()).answer is ALLOW
    assert rules(decide(house(reviewed_on=None))) >= {"R02"}


def test_a_set_is_measured_by_its_own_part() -> None:
    other = drawn()
    held = world(work(), also=[other])
    groups = (
        *held.versions[1].groups,
        replace(held.versions[1].groups[0], standing=other.digest, split="eval"),
    )
    facts = replace(held, versions={1: replace(held.versions[1], groups=groups)})
    assert decide(facts, "train").answer is ALLOW
    assert decide(facts, "evaluate").answer is DENY
    assert decide(facts, "embed").answer is DENY


def test_a_pack_needs_a_log_that_holds_and_nothing_else() -> None:
    assert decide(world(NC), "pack").answer is ALLOW
    assert decide(replace(world(NC), log_holds=False), "pack").answer is DENY


def test_a_set_that_was_not_approved_may_be_looked_at_and_not_learned_from() -> None:
    frozen = signed_off(state="frozen", approved_root="")
    assert decide(frozen, "train").answer is DENY
    assert decide(frozen, "embed").answer is ALLOW


def test_the_words_of_sentences_are_those_of_the_pages() -> None:
    assert {code: words.ACTS[code] for code in Scope.values} == {
        each.value: str(each.label) for each in Scope
    }
    assert {each.value: str(each.label) for each in ModelFamily} == words.FAMILIES
    bases = {each.value: str(each.label) for each in LegalBasis if each.value.startswith("exception:")}
    assert bases == words.BASES


def test_every_shipped_policy_has_a_title_in_both_languages() -> None:
    for policy in shipped().values():
        assert isinstance(policy, Policy)
        assert set(policy.title) == {"en", "ja"}
    assert STRICT.opt_in_only
    assert asks().production == 1
