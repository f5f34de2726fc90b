"""What holds for every in-between, on drawings by chance: colours, ends, symmetry, place, sameness."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.errors import BadImage, MLError, ShapeMismatch
from ml.inbetween import prepare
from tests.ml.inbetween.scenes import SIZE, colours, empty, figure, random_pair

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_colour_is_invented_and_the_ends_are_the_keys(seed: int) -> None:
    a, b = random_pair(seed)
    pair = prepare(a, b)
    known = colours(a) | colours(b)
    for t in (0.2, 0.5, 0.9):
        assert colours(pair.draw(t).rgba) <= known
    assert np.array_equal(pair.draw(0).rgba, a)
    assert np.array_equal(pair.draw(1).rgba, b)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_comes_to_the_keys_as_it_nears_them(seed: int) -> None:
    a, b = random_pair(seed)
    pair = prepare(a, b)
    for t, key in ((1e-5, a), (1 - 1e-5, b)):
        other = (pair.draw(t).rgba != key).any(axis=2).sum()
        assert other <= 0.02 * (key[..., 3] > 0).sum() + 4


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back_are_one_calculation_and_every_time_the_same(seed: int) -> None:
    a, b = random_pair(seed)
    for t in (0.3, 0.5):
        there = prepare(a, b).draw(t).rgba
        assert np.array_equal(there, prepare(b, a).draw(1 - t).rgba)
        assert np.array_equal(there, prepare(a, b).draw(t).rgba)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_drawn_outside_of_the_motion(seed: int) -> None:
    a, b = random_pair(seed)
    painted = ((a[..., 3] > 0) | (b[..., 3] > 0)).astype(np.uint8)
    hull = np.zeros_like(painted)
    points = cv2.findNonZero(painted)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    # an arc leaves its chord by half of it at most
    reach = cv2.dilate(hull, np.ones((25, 25), np.uint8)) > 0
    for t in (0.25, 0.5, 0.75):
        assert not (prepare(a, b).draw(t).rgba[..., 3] > 0)[~reach].any()


def test_what_stands_still_stays_as_it_is() -> None:
    a, b = figure(), figure(swing=25)
    drawn = prepare(a, b).draw(0.5).rgba
    head = np.s_[25:68, 45:95]
    assert np.array_equal(drawn[head], a[head])


def test_equal_keys_give_themselves() -> None:
    a = figure()
    drawn = prepare(a, a.copy()).draw(0.4)
    assert np.array_equal(drawn.rgba, a)
    assert drawn.confidence == 1.0


def test_an_empty_key_gives_the_nearer_key_and_no_confidence() -> None:
    pair = prepare(figure(), empty())
    assert np.array_equal(pair.draw(0.2).rgba, figure())
    assert pair.draw(0.2).confidence == 0.0
    assert pair.regions == []


def test_a_key_of_rgb_is_taken() -> None:
    a, b = (np.ascontiguousarray(figure((x, 0))[..., :3]) for x in (0, 6))
    assert prepare(a, b).draw(0.5).rgba.shape == (SIZE, SIZE, 4)


def test_bad_keys_and_positions_are_named() -> None:
    with pytest.raises(ShapeMismatch, match="differ in size"):
        prepare(figure(), empty(64))
    with pytest.raises(BadImage):
        prepare(np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.uint8))
    with pytest.raises(MLError, match="between 0 and 1"):
        prepare(figure(), figure((3, 0))).draw(1.2)
