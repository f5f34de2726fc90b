"""The named points of a drawing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.pose import EXPRESSIONS, POSES, STANDING
from ml.puppets.production import designs
from ml.puppets.render import Framing, PuppetFrame, render

NEAR = Framing((900, 500), 1.3, (0.0, -310.0), 1.5)
FACE = ("eye", "iris", "brow", "ear")
BODY = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "toe", "heel")


def frame(
    yaw: float = 0.0, pose: str = "standing", expression: str = "neutral", who: str = "aki/school"
) -> PuppetFrame:
    return render(designs()[who], replace(POSES[pose], yaw=yaw), EXPRESSIONS[expression], NEAR)


def test_the_front_view_names_every_point_of_face_and_body():
    found = frame()
    both = {f"{stem}_{side}" for stem in (*FACE, *BODY, "mouth") for side in "rl"}
    single = {"crown", "chin", "hairline", "nose_tip", "mouth", "neck", "waist"}
    assert both | single <= set(found.landmarks)
    assert found.visible <= set(found.landmarks)
    assert {"iris_r", "iris_l", "nose_tip", "chin", "mouth", "toe_r", "toe_l"} <= found.visible


@pytest.mark.parametrize("who", ["aki/school", "ren/school", "hinata/casual"])
def test_eyes_go_from_the_inner_corner_to_the_outer_and_right_is_the_viewers_left(who):
    marks = frame(who=who).landmarks
    row = ["eye_r_outer", "iris_r", "eye_r_inner", "nose_tip", "eye_l_inner", "iris_l", "eye_l_outer"]
    assert [marks[a][0] for a in row] == sorted(marks[a][0] for a in row)
    assert (
        marks["brow_r"][1] < marks["iris_r"][1] < marks["nose_tip"][1] < marks["mouth"][1] < marks["chin"][1]
    )
    assert marks["mouth_r"][0] < marks["mouth"][0] < marks["mouth_l"][0]


def test_each_visible_iris_lies_on_the_iris():
    found = frame(yaw=30.0, expression="smile")
    for name in ("iris_r", "iris_l"):
        x, y = np.rint(found.landmarks[name]).astype(int)
        part = [found.mask(name), found.mask("catchlight")]
        assert (name in found.visible) == bool(np.any(part, axis=0)[y - 1 : y + 2, x - 1 : x + 2].any())


def test_shut_eyes_keep_their_corners_and_have_no_iris():
    marks = frame(expression="closed").landmarks
    assert "iris_r" not in marks
    assert marks["eye_r_outer"][0] < marks["eye_r_inner"][0] < marks["eye_l_inner"][0]


def test_the_back_of_the_head_has_no_face():
    found = frame(yaw=180.0)
    assert not [name for name in found.landmarks if name.startswith(("eye", "iris", "mouth", "nose"))]
    assert "crown" in found.visible
    assert found.landmarks["shoulder_r"][0] > found.landmarks["shoulder_l"][0]


def test_what_the_picture_cuts_off_is_not_visible_but_known():
    close = render(
        designs()["aki/school"], STANDING, EXPRESSIONS["neutral"], replace(NEAR, centre_xy=(0.0, -600.0))
    )
    assert "toe_r" in close.landmarks
    assert not close.visible & {"toe_r", "toe_l", "knee_r", "ankle_l"}


def test_the_far_arm_of_a_side_view_is_covered():
    found = frame(yaw=90.0)
    assert "elbow_r" in found.visible
    assert "elbow_l" not in found.visible
