"""Slow slides: seen when they are there, not seen in noise, not turned by one wild cut."""

from __future__ import annotations

import random

import pytest

from qa.checks.slide import LEAST_CUTS, chance_of, slide_of, spread_of, steepness


def noise(seed: int, cuts: int) -> list[float]:
    rng = random.Random(seed)  # noqa: S311
    return [rng.uniform(0.2, 0.6) for _ in range(cuts)]


def rising(seed: int, flat: int, cuts: int, per_cut: float) -> list[float]:
    values = noise(seed, flat + cuts)
    return values[:flat] + [value + per_cut * place for place, value in enumerate(values[flat:])]


def test_a_slide_is_found_with_its_steepness_and_about_where_it_began() -> None:
    found = slide_of(rising(3, flat=30, cuts=14, per_cut=0.05))
    assert found is not None
    assert found.start + found.cuts == 44
    assert 20 <= found.start <= 36
    assert 0.01 < found.per_cut < 0.07


def test_noise_hardly_ever_slides_though_the_surest_of_many_runs_is_taken() -> None:
    found = [slide_of(noise(seed, 60)) for seed in range(200)]
    assert sum(one is not None for one in found) <= 5


def test_one_wild_cut_is_no_slide_and_does_not_turn_one() -> None:
    values = noise(5, 20)
    assert slide_of([*values, 4.0]) is None
    steady = [0.2 + 0.03 * place for place in range(16)]
    wild = [*steady[:8], 4.0, *steady[9:]]
    assert steepness(wild) == pytest.approx(0.03, abs=0.005)
    assert slide_of(wild) is not None


@pytest.mark.parametrize(
    "values",
    [
        [],
        [0.5],
        [0.1 * place for place in range(LEAST_CUTS - 1)],  # too few to say
        [0.5] * 40,
        [0.9 - 0.02 * place for place in range(40)],  # it gets better
        [0.4 + 0.001 * place for place in range(40)],  # a rise of nothing
    ],
)
def test_these_are_no_slides(values: list[float]) -> None:
    assert slide_of(values) is None


def test_the_chance_is_that_of_the_normal_approximation_with_its_correction_for_ties() -> None:
    """For ten values without ties the variance is 10 * 9 * 25 / 18 = 125; for four pairs of ties 4 * 18 / 18 less."""
    scores = [float(place) for place in range(10)]
    assert chance_of(45, scores) == pytest.approx(4.15e-5, rel=0.02)  # z = 44 / sqrt(125) = 3.935
    paired = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0]
    assert chance_of(41, paired) == pytest.approx(1.4e-4, rel=0.1)  # z = 40 / sqrt(121) = 3.636
    assert chance_of(0, scores) == 1.0
    assert chance_of(3, [0.5] * 10) == 1.0  # nothing but ties


def test_a_spread_has_quartiles_by_interpolation_and_keeps_first_and_last() -> None:
    found = spread_of([4.0, 1.0, 3.0, 2.0])
    assert found is not None
    assert (found.low, found.middle, found.high) == (1.75, 2.5, 3.25)
    assert (found.cuts, found.first, found.last) == (4, 4.0, 2.0)
    assert spread_of([]) is None
