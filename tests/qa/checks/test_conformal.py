"""The calibration's arithmetic: promised rates hold over simulated studios, intervals are the textbook's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qa.checks.alarms import LEAST, WEIGHTS, alarms_of, aspects_of, drift_of, held, ratio_of, told
from qa.checks.conformal import (
    Calibrated,
    Cuts,
    calibrated,
    interval,
    limit_of,
    move,
    rate_band,
    split,
)


def test_the_p_value_counts_the_cut_itself():
    one = Calibrated(Cuts.of([0.1] * 18 + [1.0]), 19, 0, 0.05, 1.0)
    assert one.p_value(2.0) == pytest.approx(1 / 20)
    assert one.p_value(1.0) == pytest.approx(2 / 20)
    assert one.p_value(0.0) == 1.0


def test_beyond_the_limit_p_is_at_most_alpha_and_at_the_limit_it_is_more():
    rng = np.random.default_rng(1)
    cuts = Cuts.of(rng.gamma(2.0, 0.2, 300).tolist())
    for alpha in (0.004, 0.02, 0.1):
        limit = limit_of(cuts, alpha)
        one = Calibrated(cuts, 300, 0, alpha, limit)
        assert one.p_value(limit + 1e-9) <= alpha < one.p_value(limit)


def test_too_few_cuts_promise_nothing():
    assert math.isinf(limit_of(Cuts.of([0.1] * 18), 0.05))
    assert not math.isinf(limit_of(Cuts.of([0.1] * 19), 0.05))
    assert calibrated(Cuts.of([0.1] * 5), Cuts(), 0.02) is None


@pytest.mark.parametrize("own", [0, 19, 99, 400])
def test_the_promised_rate_is_kept_over_many_studios(own: int):
    """400 studios, each with designs of levels of their own: the mean rate lies by the promise."""
    rng = np.random.default_rng(own)
    alpha, rates = 0.02, []
    for _ in range(400):
        pool = np.exp(rng.normal(-1.0, 0.5, (12, 50)) + rng.normal(0, 0.1, (12, 1))).ravel()
        level = rng.normal(0, 0.1)
        mine = np.exp(rng.normal(-1.0, 0.5, own) + level)
        one = calibrated(Cuts.of(mine.tolist()), Cuts.of(pool.tolist()), alpha)
        assert one is not None
        rates.append(float(np.mean(np.exp(rng.normal(-1.0, 0.5, 400) + level) > one.limit)))
    assert 0.01 < float(np.mean(rates)) < 0.028


def test_a_calm_design_gets_a_stricter_limit_from_its_own_cuts():
    rng = np.random.default_rng(3)
    pool = Cuts.of(np.exp(rng.normal(-0.7, 0.4, 500)).tolist())
    calm = Cuts.of(np.exp(rng.normal(-1.3, 0.4, 60)).tolist())
    assert move(Cuts.of(calm.scores[:18]), pool) == 1.0
    assert 0.5 <= move(calm, pool) < 0.7
    strict, usual = calibrated(calm, pool, 0.02), calibrated(Cuts(), pool, 0.02)
    assert strict is not None
    assert usual is not None
    assert strict.limit < usual.limit


def test_weights_stand_for_cuts():
    once, thrice = Cuts((0.5, 2.0), (1.0, 3.0)), Cuts.of([0.5, 2.0, 2.0, 2.0])
    assert once.number == thrice.number
    assert once.at_least(1.0) == thrice.at_least(1.0)
    assert limit_of(once, 0.4) == limit_of(thrice, 0.4)


def test_intervals_are_clopper_and_pearsons():
    assert interval(0, 19) == pytest.approx((0.0, 0.1764669), abs=1e-6)  # 1 - .025^(1/19)
    assert interval(5, 100) == pytest.approx((0.0164319, 0.1128349), abs=1e-6)
    assert interval(20, 20) == pytest.approx((0.025 ** (1 / 20), 1.0), abs=1e-6)
    assert interval(0, 0) == (0.0, 1.0)


def test_the_band_of_the_realised_rate_holds_95_of_100_studios():
    rng = np.random.default_rng(5)
    low, high = rate_band(0.02, 299, 500)
    rates = rng.binomial(500, rng.beta(6, 294, 20_000)) / 500
    inside = float(np.mean((rates >= low) & (rates <= high)))
    assert 0.94 < inside < 0.975


def test_the_rate_is_shared_out_whole():
    for kind in ("painted", "lines"):
        assert sum(split(0.02, WEIGHTS, aspects_of(kind)).values()) == pytest.approx(0.02)
    assert "COLOUR" not in aspects_of("lines")


def test_drift_and_ratio_are_inverse():
    for ratio in (0.0, 0.3, 1.0, 1.7, 9.0):
        assert ratio_of(drift_of(ratio)) == pytest.approx(ratio)


def test_a_calibrated_aspect_says_what_is_allowed_now():
    alarms = alarms_of({}, {"FACE": Cuts.of([0.5] * 990 + [1.5] * 10)}, "painted", 0.05)
    assert alarms["FACE"].limit == 1.5
    row = {"aspect": "FACE", "part": "eye size", "drift": 2.0, "allowed": 4.0, "value": 108.0}
    now = held(row, alarms)
    assert now["allowed"] == 6.0
    assert now["drift"] == pytest.approx(drift_of(2.0 / 1.5), abs=1e-4)
    assert held({**row, "aspect": "SHAPE"}, alarms) == {**row, "aspect": "SHAPE"}
    said = told("FACE", now["drift"], alarms)
    assert said["one_in"] == 1001
    assert said["one_in_low"] < said["one_in"] < said["one_in_high"]
    assert told("SHAPE", 2.0, alarms) == {}


def test_tolerances_that_people_set_are_never_made_stricter():
    calm = {name: Cuts.of([0.0] * 999) for name in WEIGHTS}
    alarms = alarms_of({}, calm, "painted", 0.02)
    assert alarms["COLOUR"].limit == alarms["WRONG_DESIGN"].limit == 1.0
    assert alarms["FACE"].limit == LEAST
