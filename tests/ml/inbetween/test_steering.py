"""Every kind of steering does what it says, and the same steering gives the same drawing, whatever came between."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ml.inbetween import BadSteering, Steering, prepare
from ml.inbetween.steering import mirrored
from tests.ml.inbetween.scenes import BLUE, CLOTH, SKIN, bar, disc, empty, figure, has, middle_of, shape


def steer(**lists: Any) -> Steering:
    return Steering.from_json(lists)


def twins(first: tuple[float, float], second: tuple[float, float]) -> np.ndarray:
    """Return two discs of one colour; the second is drawn in front."""
    picture = empty()
    for at in (first, second):
        shape(picture, disc(at, 13), SKIN)
    return picture


def test_a_pin_carries_its_region() -> None:
    a, b = twins((40, 60), (120, 60)), twins((60, 110), (100, 110))
    crossed = steer(
        pins=[{"a_xy": [40, 60], "b_xy": [100, 110]}, {"a_xy": [120, 60], "b_xy": [60, 110]}],
    )
    drawn = prepare(a, b, crossed).draw(0.25).rgba
    left = has(drawn, SKIN)[:, :80]
    # a quarter of the way to (100, 110), not to (60, 110)
    assert middle_of(left)[0] == pytest.approx(55, abs=3)


def test_matched_regions_become_each_other() -> None:
    a, b = twins((40, 60), (120, 60)), twins((60, 110), (100, 110))
    asked = steer(matches=[{"a_xy": [40, 60], "b_xy": [100, 110]}, {"a_xy": [120, 60], "b_xy": [60, 110]}])
    regions = {(r.key, round(r.centre_xy[0] / 20)): r for r in prepare(a, b, asked).regions if r.rgb == SKIN}
    assert regions["a", 2].partner == regions["b", 5].id
    assert regions["a", 6].partner == regions["b", 3].id


def test_regions_apart_are_not_matched() -> None:
    a, b = twins((40, 60), (120, 60)), twins((50, 65), (110, 65))
    plain = {(r.key, r.centre_xy[0] < 80): r for r in prepare(a, b).regions if r.rgb == SKIN}
    assert plain["a", True].partner == plain["b", True].id
    kept = prepare(a, b, steer(apart=[{"a_xy": [40, 60], "b_xy": [50, 65]}])).regions
    other = {(r.key, r.centre_xy[0] < 80): r for r in kept if r.rgb == SKIN}
    assert other["a", True].partner != other["b", True].id


def test_what_vanishes_and_what_appears_has_no_partner_and_changes_in_the_middle() -> None:
    a, b = twins((40, 60), (120, 60)), twins((44, 60), (116, 60))
    asked = steer(vanishes=[{"a_xy": [40, 60]}], appears=[{"b_xy": [44, 60]}])
    pair = prepare(a, b, asked)
    alone = [r for r in pair.regions if r.rgb == SKIN and r.centre_xy[0] < 80]
    assert [r.partner for r in alone] == [None, None]
    assert has(pair.draw(0.3).rgba, SKIN)[:, :80].any()
    assert has(pair.draw(0.7).rgba, SKIN)[:, :80].any()


def test_depth_says_who_is_in_front() -> None:
    keys = []
    for x in (40, 120):
        picture = empty()
        shape(picture, disc((x, 80), 16), BLUE)
        shape(picture, disc((160 - x, 80), 16), CLOTH)
        keys.append(picture)

    def seen(steering: Steering, rgb: tuple[int, int, int]) -> int:
        return int(has(prepare(*keys, steering).draw(0.5).rgba, rgb).sum())

    both = [{"key": "a", "xy": [40, 80], "step": 1}, {"key": "b", "xy": [120, 80], "step": 1}]
    front = steer(depth=both)
    back = steer(depth=[{**each, "step": -1} for each in both])
    assert seen(front, BLUE) > 4 * seen(front, CLOTH)
    assert seen(back, CLOTH) > 4 * seen(back, BLUE)


@pytest.mark.parametrize("swap", [False, True])
def test_an_arc_bends_to_the_left_of_the_way(swap: bool) -> None:
    a, b = empty(), empty()
    shape(a, disc((40, 90), 12), SKIN)
    shape(b, disc((110, 90), 12), SKIN)
    if swap:
        a, b = b, a
    x = 110 if swap else 40
    drawn = prepare(a, b, steer(arcs=[{"a_xy": [x, 90], "bend": 0.3}])).draw(0.5).rgba
    at = middle_of(has(drawn, SKIN))
    # going right, left is up; going left, it is down
    assert at[1] == pytest.approx(90 + (21 if swap else -21), abs=2.5)
    assert at[0] == pytest.approx(75, abs=2)


def test_a_protected_region_keeps_its_form() -> None:
    a, b = empty(), empty()
    shape(a, bar(0, 60, 20, (40, 80)), BLUE)
    shape(b, bar(0, 84, 20, (40, 80)), BLUE)
    asked = steer(protect=[{"key": "a", "xy": [70, 80]}, {"key": "b", "xy": [80, 80]}])

    def long(steering: Steering) -> int:
        return int(np.ptp(np.nonzero(has(prepare(a, b, steering).draw(0.4).rgba, BLUE))[1]))

    assert abs(long(asked) - 60) < abs(long(Steering()) - 60)


def test_a_smear_covers_its_path_at_its_position_alone() -> None:
    a, b = empty(), empty()
    shape(a, disc((30, 80), 12), SKIN)
    shape(b, disc((130, 80), 12), SKIN)
    asked = steer(smear=[{"a_xy": [30, 80], "length": 0.5, "at": 0.5}])
    pair, plain = prepare(a, b, asked), prepare(a, b)

    def wide(picture: np.ndarray) -> int:
        return int(np.ptp(np.nonzero(picture[..., 3])[1]))

    assert wide(pair.draw(0.5).rgba) == pytest.approx(wide(plain.draw(0.5).rgba) + 50, abs=6)
    assert np.array_equal(pair.draw(0.25).rgba, plain.draw(0.25).rgba)


def test_the_same_sidecar_gives_the_same_bytes_whatever_came_before() -> None:
    a, b = figure(), figure((12, 4), swing=30)
    asked = steer(
        pins=[{"a_xy": [70, 50], "b_xy": [82, 54]}],
        arcs=[{"a_xy": [110, 88], "bend": 0.2}],
        vanishes=[{"a_xy": [76, 46]}],
    )
    fresh = prepare(a, b, asked).draw(0.4).rgba
    late = prepare(a, b).steered(steer(depth=[{"key": "a", "xy": [70, 100], "step": 1}])).steered(asked)
    assert np.array_equal(late.draw(0.4).rgba, fresh)
    again = Steering.from_json(asked.to_json())
    assert again == asked
    assert mirrored(mirrored(asked)) == asked
    assert np.array_equal(prepare(a, b, again).draw(0.4).rgba, fresh)


def test_points_beside_the_drawing_mean_the_nearest_region_or_nothing() -> None:
    a, b = figure(), figure((8, 0))
    far = prepare(a, b, steer(pins=[{"a_xy": [2, 2], "b_xy": [9, 9]}])).draw(0.5).rgba
    assert np.array_equal(far, prepare(a, b).draw(0.5).rgba)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"pinz": []}, "steering.pinz"),
        ({"pins": {}}, "steering.pins"),
        ({"pins": [{"a_xy": [1, 2]}]}, r"steering.pins\[0\]"),
        ({"pins": [{"a_xy": [1], "b_xy": [1, 2]}]}, r"pins\[0\].a_xy"),
        ({"arcs": [{"a_xy": [1, 2], "bend": 9}]}, r"arcs\[0\].bend"),
        ({"depth": [{"key": "c", "xy": [1, 2], "step": 1}]}, r"depth\[0\].key"),
        ({"smear": [{"a_xy": [1, float("nan")], "length": 1, "at": 0}]}, r"smear\[0\].a_xy\[1\]"),
        ([], "steering is not"),
    ],
)
def test_what_is_not_of_its_form_is_named(told: Any, named: str) -> None:
    with pytest.raises(BadSteering, match=named):
        Steering.from_json(told)
