"""The demo production as it lies on disk."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.puppets.plan import write_demo
from ml.puppets.production import cuts, designs
from ml.puppets.render import bust_for, full_for, render
from ml.puppets.sequence import ACTINGS, acting

FAULTS = {"PROPORTION", "FACE", "DETAIL", "LINE_WEIGHT", "COLOUR", "WRONG_DESIGN"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


@pytest.fixture
def plan(demo) -> dict:
    return json.loads((demo / "plan.json").read_text(encoding="utf-8"))


def test_every_file_that_the_plan_names_is_a_drawing_with_alpha(demo, plan):
    named = [d["file"] for c in plan["cuts"] for d in c["drawings"]]
    named += [s["file"] for c in plan["characters"] for d in c["designs"] for s in d["sheet"]]
    assert len(named) == len(set(named))
    for file in named:
        picture = cv2.imread(str(demo / file), cv2.IMREAD_UNCHANGED)
        assert picture.shape[2] == 4
        assert picture[..., 3].any()


def test_the_plan_says_its_format_and_holds_ten_cuts_and_three_characters(plan):
    assert plan["format"] == "sakkan-plan/1"
    assert plan["code"] == "DEMO"
    assert sum(c["episode"] == "EP01" for c in plan["cuts"]) == 10
    assert len(plan["characters"]) >= 3
    assert any(len(c["designs"]) > 1 for c in plan["characters"])


def test_every_cut_is_cast_with_designs_that_exist_and_numbered_without_gaps(plan):
    known = {f"{c['code']}/{d['code']}" for c in plan["characters"] for d in c["designs"]}
    for cut in plan["cuts"]:
        assert set(cut["cast"]) <= known
        assert [d["number"] for d in cut["drawings"]] == list(range(1, len(cut["drawings"]) + 1))
        assert 10 <= len(cut["drawings"]) <= 20
        assert cut["duration_frames"] == sum(d["hold_frames"] for d in cut["drawings"])


def test_half_of_the_cuts_are_clean_and_the_others_show_every_kind_of_drift(plan):
    wrong = [c for c in plan["cuts"] if c["truth"]]
    assert len(plan["cuts"]) - len(wrong) == 5
    kinds = {t["kind"] for c in wrong for t in c["truth"]}
    assert kinds == {"recolour", "head_size", "other_eyes", "missing_detail", "wrong_costume", "wrong_design"}
    for cut in wrong:
        for truth in cut["truth"]:
            assert truth["fault"].removeprefix("OFF_MODEL.") in FAULTS
            assert 1 <= truth["number"] <= len(cut["drawings"])


PLANTED = [(script, number) for script in cuts() for number in script.wishes]


@pytest.mark.parametrize(("script", "number"), PLANTED, ids=lambda v: getattr(v, "number", v))
def test_a_planted_drawing_differs_visibly_from_its_right_twin(demo, script, number):
    design = designs()[script.cast]
    play = acting(script.acting, script.yaw)
    twin = render(design, *play.state(number - 1), bust_for(design) if play.bust else full_for(design)).rgba
    file = demo / f"cuts/{script.episode}_C{script.number}/A/A{number:04d}.png"
    shown = cv2.cvtColor(cv2.imread(str(file), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
    changed = np.abs(shown.astype(int) - twin).max(axis=2) > 16
    assert changed.sum() >= 0.001 * np.count_nonzero(twin[..., 3])


def test_a_held_drawing_is_byte_for_byte_the_one_before_it(demo, plan):
    files = [demo / d["file"] for c in plan["cuts"] for d in c["drawings"]]
    sums = [hashlib.sha256(f.read_bytes()).hexdigest() for f in files]
    assert len(set(sums)) < len(sums)
    held = demo / "cuts/EP01_C001/A/A0002.png"
    assert held.read_bytes() == (demo / "cuts/EP01_C001/A/A0001.png").read_bytes()


def test_sheets_hold_the_turn_around_and_the_expressions(plan):
    for character in plan["characters"]:
        for design in character["designs"]:
            views = {s["view"] for s in design["sheet"] if s["kind"] == "turnaround"}
            assert views == {"front", "three_quarter", "side", "back"}
            assert sum(s["kind"] == "expression" for s in design["sheet"]) >= 6
            assert 10 <= len(design["sheet"]) <= 14
            assert all(s["tone"] in {"normal", "shadow", "highlight", "line"} for s in design["swatches"])


@pytest.mark.parametrize("code", ACTINGS)
def test_motion_is_smooth(code):
    play = acting(code)
    leans = [play.state(i)[0].arm_r.lower_out for i in range(play.length)]
    assert max(abs(b - a) for a, b in pairwise(leans)) < 75
