"""Pins carry what hangs on them: the motion that they say, and where the match goes over to it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.inbetween import Steering, prepare
from ml.inbetween.fitting import Motion
from ml.inbetween.pinning import by_pins, fused
from ml.inbetween.steering import Link

SIZE = (160, 200)
RED, BLUE, LINE = (200, 60, 60, 255), (60, 90, 200, 255), (20, 20, 30, 255)


def figure(angle_deg: float) -> np.ndarray:
    """Return a trunk with an arm of five equal stripes at its shoulder; 0 = it hangs down."""
    picture = np.zeros((*SIZE, 4), np.uint8)
    cv2.rectangle(picture, (70, 30), (110, 140), BLUE, -1)
    cv2.rectangle(picture, (70, 30), (110, 140), LINE, 2)
    arm = np.array([(-9, 0), (9, 0), (9, 90), (-9, 90)], float)
    turn = np.deg2rad(angle_deg)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = np.rint(arm @ spin.T + (90, 45)).astype(np.int32)
    cv2.fillPoly(picture, [corners], RED)
    cv2.polylines(picture, [corners], isClosed=True, color=LINE, thickness=2)
    return picture


def point(angle_deg: float, along_px: float) -> tuple[float, float]:
    turn = np.deg2rad(angle_deg)
    return 90 + along_px * float(np.sin(turn)), 45 + along_px * float(np.cos(turn))


def pins(a_deg: float, b_deg: float) -> Steering:
    return Steering(pins=tuple(Link(point(a_deg, px), point(b_deg, px)) for px in (6.0, 80.0)))


@pytest.fixture(scope="module")
def swung():
    """The matched keys of an arm that swings by 80 degrees, with pins at shoulder and hand."""
    pair = prepare(figure(0), figure(80)).steered(pins(0, 80))
    return pair._matched[1 if pair._turned else 0]


def test_two_pins_of_a_limb_say_its_turn_and_size(swung) -> None:
    fit = swung.fit
    still = Motion(np.zeros((fit.mesh.count, 2)), np.tile((1.0, 0.0), (fit.mesh.count, 1)))
    said = by_pins(fit, still)
    arm = fit.mesh.region == fit.wishes.pin_region[1]
    turn = np.rad2deg(np.arctan2(said.spin[arm, 1], said.spin[arm, 0]))
    assert np.median(np.abs(turn)) == pytest.approx(80, abs=12)
    scale = swung.side.scale
    near = np.linalg.norm(fit.mesh.xy - fit.wishes.pin_xy[1], axis=1).argmin()
    wanted = fit.wishes.pin_to[1] - fit.wishes.pin_xy[1]
    assert said.move[near] == pytest.approx(wanted, abs=14 / scale)


def test_a_group_goes_over_only_where_it_is_better_off(swung) -> None:
    fit, good = swung.fit, swung.motion
    worse = Motion(
        good.move + np.where(fit.mesh.region == fit.wishes.pin_region[1], 25.0, 0)[:, None], good.spin
    )
    assert np.allclose(fused(fit, good, worse).move, good.move)
    mended = fused(fit, worse, good)
    assert np.allclose(mended.move, good.move, atol=1.5)


def test_a_pinned_hand_takes_the_arm_along() -> None:
    keys = figure(0), figure(80)
    steered = prepare(*keys).steered(pins(0, 80)).draw(0.5).rgba
    red = (steered == RED).all(axis=2)
    x, y = (round(v) for v in point(40, 60))
    assert red[y - 2 : y + 3, x - 2 : x + 3].mean() > 0.5
    assert red.sum() == pytest.approx((keys[0] == RED).all(axis=2).sum(), rel=0.25)
