"""The figures of DriftBench, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.drift import metrics
from bench.drift.rows import LEVELS


def test_auroc_counts_pairs_and_ties_half() -> None:
    assert metrics.auroc([3, 1], [0, 1, 2]) == pytest.approx((3 + 1.5) / 6)


def test_an_abstention_is_the_least_of_all_and_ties_with_its_like() -> None:
    assert metrics.auroc([-np.inf], [-np.inf, 0.0]) == pytest.approx(0.25)


def test_nothing_to_compare_is_nan_not_a_half() -> None:
    assert np.isnan(metrics.auroc([], [1.0]))
    assert np.isnan(metrics.auroc([1.0], []))
    assert np.isnan(metrics.limit_at([], 0.01))


def test_the_limit_lets_no_more_than_the_share_of_clean_drawings_through() -> None:
    right = np.arange(100.0)
    assert metrics.limit_at(right, 0.01) == 98.0  # one of a hundred, 99, is beyond it
    assert metrics.limit_at(right, 0.05) == 94.0
    assert metrics.limit_at(right[:50], 0.01) == 49.0  # half a drawing is none
    assert metrics.share_above([98.0, 98.5, 120.0], 98.0) == pytest.approx(2 / 3)


def test_ties_at_the_limit_are_no_alarms() -> None:
    assert metrics.limit_at([1.0] * 10, 0.5) == 1.0
    assert metrics.share_above([1.0], 1.0) == 0.0


def test_a_drawing_drawn_twice_counts_twice() -> None:
    wrong, right = np.array([1.0, 3.0]), np.array([0.0, 2.0, 4.0])
    weights = np.array([[2.0, 1.0]]), np.array([[1.0, 0.0, 2.0]])
    repeated = metrics.auroc([1, 1, 3], [0, 4, 4])
    assert metrics.weighted_auroc(wrong, right, *weights)[0] == pytest.approx(repeated)
    limit = metrics.weighted_limit(right, 0.7, weights[1])
    assert limit[0] == metrics.limit_at([0, 4, 4], 0.7)
    assert metrics.weighted_recall(wrong, limit, weights[0])[0] == metrics.share_above(
        [1, 1, 3], float(limit[0])
    )


def test_resamples_draw_as_many_characters_as_there_are_and_repeat_themselves() -> None:
    drawn = metrics.resamples(7, 50, seed=3)
    assert drawn.shape == (50, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert (drawn == metrics.resamples(7, 50, seed=3)).all()
    assert (drawn != metrics.resamples(7, 50, seed=4)).any()


def test_the_interval_is_of_what_is_known() -> None:
    low, high = metrics.interval(np.array([np.nan, *np.arange(101.0)]))
    assert (low, high) == (2.5, 97.5)
    assert np.isnan(metrics.interval(np.array([np.nan]))[0])


def test_conformal_limits_keep_what_they_promise_on_exchangeable_cuts() -> None:
    rng = np.random.default_rng(0)
    owners = [f"c{i % 40}" for i in range(2000)]
    rates = metrics.conformal_rates(rng.normal(size=2000), owners, (0.01, 0.05, 0.10))
    assert rates[0.05] == pytest.approx(0.05, abs=0.015)
    assert rates[0.10] == pytest.approx(0.10, abs=0.02)


def test_a_character_is_judged_by_the_cuts_of_others_and_a_loud_one_breaks_the_promise() -> None:
    owners = [f"c{i // 20}" for i in range(100)]
    drifts = [9.0 if owner == "c0" else 0.0 for owner in owners]
    assert metrics.conformal_rates(drifts, owners, (0.05,)) == {0.05: pytest.approx(0.2)}


def test_a_rate_that_so_few_cuts_cannot_promise_is_left_out() -> None:
    rates = metrics.conformal_rates(list(range(10)), [f"c{i}" for i in range(10)], (0.01, 0.5))
    assert set(rates) == {0.5}


def _top(heat: np.ndarray) -> np.ndarray:
    ranked = np.sort(heat)[::-1]
    return ranked[np.minimum((LEVELS * len(heat)).astype(int), len(heat) - 1)]


def test_aupimo_is_one_for_heat_beyond_all_clean_pixels_and_nought_for_heat_within() -> None:
    rng = np.random.default_rng(1)
    tops = np.stack([_top(rng.uniform(0, 1, 50_000)) for _ in range(6)])
    insides = np.stack([np.full(101, 2.0), np.full(101, 0.5), np.r_[np.full(50, 0.5), np.full(51, 2.0)]])
    assert metrics.aupimo(tops, insides, LEVELS, (1e-4, 1e-3)) == pytest.approx([1.0, 0.0, 51 / 101])


def test_aupimo_takes_its_limit_from_clean_pixels_alone() -> None:
    tops = np.stack([_top(np.linspace(0, 1, 100_000))])
    halfway = np.full((1, 101), 1 - 10**-3.5)  # the limit crosses it in the middle of the decade
    assert metrics.aupimo(tops, halfway, LEVELS, (1e-4, 1e-3))[0] == pytest.approx(0.5, abs=0.1)
