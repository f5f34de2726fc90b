"""Targets: the worst kind of a group decides, and a tier that was not asked is not held against anybody."""

from __future__ import annotations

from typing import Any

from bench.drift.targets import TARGETS, held, targets_table


def figures(**more: Any) -> dict[str, Any]:
    kinds = ("palette_de4", "palette_de8", "palette_de16", "character", "costume", "other_eyes")
    base: dict[str, Any] = {
        "auroc": dict.fromkeys(kinds, 0.95) | {"all": 0.95},
        "recall_at_1": dict.fromkeys(kinds, 0.99),
        "recall_at_5": dict.fromkeys(kinds, 0.99),
        "comparable": {"auroc": {"eye_spacing_10": 0.98}},
        "sham_alarms": {"half_pixel": 0.01, "reencode": 0.04, "warp_in_place": 0.9},
        "unseen_alarms": 0.1,
        "pixel_auroc": 0.91,
        "aupimo": None,
    }
    return base | more


def found(tiers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["target"]: one for one in held(tiers)}


def test_the_worst_kind_of_a_group_decides() -> None:
    own = figures(recall_at_1={"palette_de4": 0.5, "palette_de8": 1.0, "palette_de16": 1.0})
    told = found({"A": {"sakkan": own}})["palette ΔE00 ≥ 4, lossless: recall at 1 %"]
    assert (told["value"], told["worst"], told["met"]) == (0.5, "palette_de4", False)


def test_alarms_have_an_upper_bound_and_the_matched_sham_has_no_say() -> None:
    told = found({"A": {"sakkan": figures()}})
    assert told["shams: alarms at the 5 % limit"]["worst"] == "reencode"
    assert told["shams: alarms at the 5 % limit"]["met"]
    noisy = figures(sham_alarms={"half_pixel": 0.06})
    assert not found({"A": {"sakkan": noisy}})["shams: alarms at the 5 % limit"]["met"]


def test_real_drawings_are_held_against_the_best_baseline_of_each_kind() -> None:
    other = {"auroc": {"palette_de4": 0.2, "other_eyes": 0.97}}
    told = found({"B": {"sakkan": figures(), "baseline": other}})
    lead = told["real drawings, every kind: lead over the best baseline"]
    assert (lead["worst"], lead["met"]) == ("other_eyes", False)
    assert lead["value"] == -0.02


def test_a_tier_that_was_not_asked_is_left_out() -> None:
    told = held({"A": {"sakkan": figures()}})
    assert {one["tier"] for one in told} == {"A"}
    assert len(targets_table(told)) == len(told) + 1
    assert {t.tier for t in TARGETS} == {"A", "B"}
