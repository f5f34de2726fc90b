"""Shams leave the design alone, and unseen views are none of the sheet's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.drift import make
from ml.puppets.drift.shams import SHAMS, sham, unseen
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import designs
from ml.puppets.render import FULL, render

CALM = EXPRESSIONS["neutral"]
SMALL = replace(FULL, size_hw=(540, 480), px_per_unit=0.81, line_px=1.2)
AKI = designs()["aki/school"]
RIGHT = render(AKI, STANDING, CALM, SMALL)


@pytest.mark.parametrize("name", SHAMS)
def test_a_sham_changes_the_picture_a_little_and_repeats_itself(name):
    one, again = (sham(name, AKI, STANDING, CALM, SMALL, 4, RIGHT) for _ in range(2))
    assert np.array_equal(one.rgba, again.rgba)
    assert one.what
    assert one.rgba.shape != RIGHT.rgba.shape or not np.array_equal(one.rgba, RIGHT.rgba)


@pytest.mark.parametrize("name", ["rescale", "rescale_drawn"])
def test_a_rescaled_figure_is_a_tenth_larger_or_smaller(name):
    sizes = set()
    for seed in range(12):
        rgba = sham(name, AKI, STANDING, CALM, SMALL, seed, RIGHT).rgba
        tall = [np.ptp(np.flatnonzero((p[..., 3] > 127).any(axis=1))) for p in (RIGHT.rgba, rgba)]
        sizes.add(round(float(tall[1] / tall[0]), 2))
    assert sizes == {0.91, 1.1}


def test_a_shifted_drawing_has_the_paints_of_the_right_one():
    shifted = sham("half_pixel_drawn", AKI, STANDING, CALM, replace(SMALL, supersample=1), 1).rgba
    assert {tuple(c) for c in shifted.reshape(-1, 4)} == {tuple(c) for c in RIGHT_HARD.rgba.reshape(-1, 4)}


RIGHT_HARD = render(AKI, STANDING, CALM, replace(SMALL, supersample=1))


def test_the_palette_sham_names_no_fault_of_its_own_kind():
    assert make("palette_de1", AKI, STANDING, CALM, SMALL, 1).magnitude == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize("seed", range(20))
def test_an_unseen_view_lies_clear_of_the_sheets(seed):
    sheet = (0.0, 38.0, 90.0, 180.0)
    pose, expression = unseen(seed, sheet, ("standing", "hand_up"))
    assert min(abs((pose.yaw - known + 180) % 360 - 180) for known in sheet) >= 14
    assert render(AKI, pose, expression, SMALL).rgba[..., 3].any()
