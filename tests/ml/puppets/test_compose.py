"""Several puppets in one picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.compose import BadComposition, compose
from ml.puppets.correspond import Scene
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING
from ml.puppets.production import designs
from ml.puppets.render import Framing, render

BASE = Framing((240, 260), 0.36, (0.0, -310.0), 1.0)
CALM = EXPRESSIONS["neutral"]
AKI, REN = designs()["aki/school"], designs()["ren/school"]


def scene(design=AKI, x: float = 0.0, pose=STANDING, framing: Framing = BASE) -> Scene:
    return Scene(design, pose, CALM, replace(framing, centre_xy=(x, -310.0)))


def test_one_figure_alone_is_the_same_picture_as_render():
    one = compose([scene()])
    frame = render(AKI, STANDING, CALM, BASE)
    assert np.array_equal(one.rgba, frame.rgba)
    assert np.array_equal(one.labels, frame.labels)
    assert np.array_equal(one.mask(0), frame.labels > 0)
    assert one.visible == (frame.visible,)


def test_the_nearer_figure_is_whole_and_the_farther_loses_what_it_covers():
    back, front = scene(AKI, 20.0), scene(REN, -20.0, POSES["hands_on_hips"])
    both = compose([back, front])
    alone = [render(s.design, s.pose, s.expression, s.framing).labels > 0 for s in (back, front)]
    assert np.array_equal(both.mask(1), alone[1])
    assert np.array_equal(both.mask(0), alone[0] & ~alone[1])
    assert 0 < both.mask(0).sum() < alone[0].sum()
    ahead = compose([front, back])
    assert np.array_equal(ahead.mask(1), alone[0])


def test_parts_are_told_apart_by_figure():
    both = compose([scene(AKI, 150.0), scene(REN, -150.0)])
    for figure, s in ((0, scene(AKI, 150.0)), (1, scene(REN, -150.0))):
        frame = render(s.design, s.pose, s.expression, s.framing)
        assert np.array_equal(both.mask(figure, "face"), frame.mask("face"))
        assert both.mask(figure, "face").any()
        assert both.landmarks[figure] == frame.landmarks


def test_a_landmark_behind_another_figure_is_not_visible():
    both = compose([scene(AKI), scene(REN)])
    assert "waist" in render(AKI, STANDING, CALM, BASE).visible
    assert "waist" not in both.visible[0]
    assert "waist" in both.visible[1]


def test_hard_edges_have_only_paints_of_the_two():
    hard = replace(BASE, supersample=1)
    both = compose([scene(AKI, 20.0, framing=hard), scene(REN, -20.0, framing=hard)])
    alone = [render(d, STANDING, CALM, hard).rgba for d in (AKI, REN)]
    paints = {tuple(c) for rgba in alone for c in np.unique(rgba.reshape(-1, 4), axis=0)}
    assert {tuple(c) for c in np.unique(both.rgba.reshape(-1, 4), axis=0)} <= paints


def test_pictures_of_two_sizes_do_not_go_together():
    with pytest.raises(BadComposition):
        compose([scene(), scene(framing=replace(BASE, size_hw=(100, 100)))])
    with pytest.raises(BadComposition):
        compose([])
