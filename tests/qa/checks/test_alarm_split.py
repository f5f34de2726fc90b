"""The promised alarms are shared out to where they buy the most, and never add up to more."""

from __future__ import annotations

import pytest

from qa.checks.alarm_split import Bounds, shares
from qa.checks.conformal import Cuts, limit_of

BOUNDS = Bounds(0.5, 4.0, 1.0)


def _pool(n: int, *far: float) -> Cuts:
    return Cuts.of([0.1] * (n - len(far)) + list(far))


def test_an_aspect_with_one_wild_cut_gets_the_alarm_that_it_needs():
    pool = {"A": _pool(499, 3.5), "B": _pool(499, 0.9, 0.89)}
    got = shares(pool, 0.01, {"A": BOUNDS, "B": BOUNDS})
    assert sum(got.values()) <= 0.01 + 1e-9
    assert limit_of(pool["A"], got["A"]) == 0.1
    assert max(0.5, limit_of(pool["B"], got["B"])) == 0.5
    few = shares(pool, 0.006, {"A": BOUNDS, "B": BOUNDS})  # room for one cut more: it goes where it buys most
    assert limit_of(pool["A"], few["A"]) == 0.1
    assert limit_of(pool["B"], few["B"]) == 0.9


def test_it_looks_beyond_cuts_that_lie_equally_far_out():
    pool = {"A": _pool(999, 3.0, 3.0, 3.0), "B": _pool(999, 1.0)}
    got = shares(pool, 0.006, {"A": BOUNDS, "B": BOUNDS})
    assert limit_of(pool["A"], got["A"]) == 0.1


def test_what_lies_beyond_the_ceiling_is_an_alarm_and_counted_as_one():
    pool = {"A": _pool(499, 40.0, 30.0, 2.0)}
    got = shares(pool, 0.0065, {"A": BOUNDS})
    assert got["A"] == pytest.approx(3 / 500)
    assert limit_of(pool["A"], got["A"]) == 2.0


def test_a_floor_is_not_paid_for():
    pool = {"A": _pool(999, 0.9, 0.8), "B": _pool(999, 2.0)}
    ruled = Bounds(1.0, 4.0, 5.0)
    got = shares(pool, 0.02, {"A": ruled, "B": BOUNDS})
    assert got["A"] == pytest.approx(1 / 1000)


def test_too_few_cuts_are_not_shared_out():
    assert shares({}, 0.02, {}) == {}
    assert shares({"A": _pool(40)}, 0.02, {"A": BOUNDS}) == {}
    assert shares({"A": _pool(499, *[9.0] * 20)}, 0.02, {"A": BOUNDS}) == {}
