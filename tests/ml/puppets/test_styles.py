"""A style changes how a character is drawn, never who it is, and its colour model says what was painted."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from ml.puppets.cast import aki, hinata
from ml.puppets.figure import PART_SWATCH, PARTS
from ml.puppets.palette import delta_e, in_style, swatches
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.random_design import random_design
from ml.puppets.raster import TONES
from ml.puppets.render import BUST, FULL, PuppetFrame, build, lay, render
from ml.puppets.skeleton import Skeleton
from ml.puppets.style import BEADS, HOUSE, STYLES, TEST_STYLES, TRAIN_STYLES, Style

CALM = EXPRESSIONS["neutral"]
BUST_HARD = replace(BUST, size_hw=(240, 240), px_per_unit=1.7, line_px=1.5, supersample=1)
FULL_HARD = replace(FULL, size_hw=(360, 320), px_per_unit=0.54, line_px=1.0, supersample=1)
VIEWS = ((0, "smile"), (0, "angry"), (38, "crying"), (-65, "shout"), (90, "laugh"), (180, "neutral"))


def drawn(style: Style, yaw: float = 0, expression: str = "neutral") -> PuppetFrame:
    """Return Hinata's head and shoulders in a style, binarised."""
    design = in_style(hinata(), style)
    return render(design, replace(STANDING, yaw=yaw), EXPRESSIONS[expression], BUST_HARD)


def ink_of(frame: PuppetFrame) -> np.ndarray:
    """Return where lines are, (h, w) bool."""
    return (frame.labels > 0) & ((frame.labels.astype(int) - 1) % len(TONES) == TONES.index("line"))


def tones_of(frame: PuppetFrame) -> set[tuple[str, str]]:
    """Return the (swatch, tone) that can be seen."""
    labels = np.unique(frame.labels[frame.labels > 0]).astype(int) - 1
    return {(PART_SWATCH[PARTS[v // 4]], TONES[v % 4]) for v in labels}


def test_every_style_is_for_training_or_for_testing_and_none_for_both():
    assert sorted(TRAIN_STYLES + TEST_STYLES) == sorted(STYLES)
    assert len(TRAIN_STYLES) >= 5
    assert len(TEST_STYLES) >= 3
    assert "house" in TRAIN_STYLES


def test_no_style_for_testing_has_the_eyes_of_one_for_training():
    assert not {STYLES[n].eyes for n in TEST_STYLES} & {STYLES[n].eyes for n in TRAIN_STYLES}


def test_any_two_styles_ink_and_part_the_face_of_one_character_differently():
    frames = {name: drawn(style) for name, style in STYLES.items()}
    for one, other in combinations(frames, 2):
        a, b = frames[one], frames[other]
        lines = (ink_of(a) ^ ink_of(b)).sum() / (ink_of(a) | ink_of(b)).sum()
        eyes = [np.isin((f.labels.astype(int) - 1) // 4, [PARTS.index("iris_r"), PARTS.index("eye_white_r")])
                for f in (a, b)]  # fmt: skip
        assert lines > 0.25, (one, other, lines)
        assert (eyes[0] ^ eyes[1]).sum() > 0.2 * (eyes[0] | eyes[1]).sum(), (one, other)


@pytest.mark.parametrize("name", sorted(STYLES))
def test_a_style_paints_what_its_colour_model_lists_and_lists_what_it_paints(name):
    design = in_style(aki("school"), STYLES[name])
    seen: set[tuple[int, ...]] = set()
    for yaw, expression in VIEWS:
        for framing in (BUST_HARD, FULL_HARD):
            frame = render(design, replace(STANDING, yaw=yaw), EXPRESSIONS[expression], framing)
            seen |= {tuple(c) for c in frame.rgba[frame.rgba[..., 3] == 255][:, :3].tolist()}
    assert seen == {rgb for _, _, rgb in swatches(design)}


@pytest.mark.parametrize("name", sorted(STYLES))
def test_the_paints_of_a_seeded_character_lie_apart_in_every_style(name):
    paints = swatches(random_design(11, STYLES[name]))
    assert min(delta_e(a[2], b[2]) for a, b in combinations(paints, 2)) > 8.0


@pytest.mark.parametrize("name", sorted(STYLES))
def test_a_seeded_character_wears_the_same_paints_in_every_style(name):
    house, other = random_design(12), random_design(12, STYLES[name])
    for swatch in house.swatch_names:
        if swatch != "line":
            assert other.material(swatch).normal == house.material(swatch).normal


@pytest.mark.parametrize("name", sorted(STYLES))
def test_a_tone_that_a_style_leaves_out_is_nowhere(name):
    style = STYLES[name]
    found = set().union(*(tones_of(drawn(style, yaw, expression)) for yaw, expression in VIEWS))
    found |= {(swatch, tone) for swatch, tone, _ in swatches(in_style(hinata(), style))}
    for swatch, tone in found - {("mouth", "highlight")}:
        assert {"shadow": 1, "highlight": 2}.get(tone, 0) <= style.tones, (swatch, tone)
    assert (("skin", "shadow") in found) == (style.tones > 0)


@pytest.mark.parametrize("name", sorted(STYLES))
def test_a_style_draws_the_same_bytes_every_time(name):
    assert np.array_equal(drawn(STYLES[name], 38, "wink").rgba, drawn(STYLES[name], 38, "wink").rgba)


def test_the_weight_of_a_style_scales_its_lines():
    ink = {
        line: ink_of(drawn(replace(HOUSE, line=line), expression="laugh")).sum() for line in (0.7, 1.0, 2.0)
    }
    assert ink[0.7] < 0.9 * ink[1.0]
    assert ink[2.0] > 1.5 * ink[1.0]


def test_a_line_to_a_point_takes_less_ink_than_an_even_one():
    even, pointed = (ink_of(drawn(replace(HOUSE, taper=taper))).sum() for taper in (0.0, 1.4))
    assert pointed < 0.97 * even


def test_a_heavy_contour_grows_outwards_alone():
    plain, heavy = drawn(HOUSE), drawn(replace(HOUSE, contour=2.0))
    changed = plain.labels != heavy.labels
    assert changed.sum() > 200
    assert not plain.labels[changed].any()
    assert ink_of(heavy)[changed].all()


def test_a_loose_hand_strays_from_the_paint_and_strays_the_same_way_in_every_frame():
    plain, loose = drawn(HOUSE), drawn(replace(HOUSE, loose=1.5))
    assert (ink_of(plain) ^ ink_of(loose)).sum() > 0.2 * ink_of(plain).sum()
    assert np.array_equal(loose.labels, drawn(replace(HOUSE, loose=1.5)).labels)


def test_black_ink_is_one_paint_and_tinted_ink_one_for_each_large_swatch():
    lines = {}
    for name in ("bold", "soft"):
        model = swatches(in_style(aki("school"), STYLES[name]))
        lines[name] = {rgb for swatch, tone, rgb in model if tone == "line" and swatch != "blush"}
    assert len(lines["bold"]) == 1
    assert max(next(iter(lines["bold"]))) < 40
    assert len(lines["soft"]) >= 8


@pytest.mark.parametrize("name", ["house", "sketch", "chibi", "kids"])
@pytest.mark.parametrize("yaw", [0, 38, 80])
def test_layers_of_one_key_have_as_many_points_in_every_expression(name, yaw):
    design, sizes = in_style(hinata(), STYLES[name]), {}
    for k, expression in enumerate(EXPRESSIONS.values()):
        pose = replace(STANDING, yaw=yaw + k * 0.5, nod=k * 0.05)
        layers = [
            x for x in build(design, Skeleton(design.build, pose), expression).layers if x.kind != "cast"
        ]
        assert len(layers) == len({layer.key for layer in layers})
        for layer in layers:
            if PART_SWATCH[layer.part] in {"skin", "iris", "eye white", "mouth", "blush"}:
                assert sizes.setdefault(layer.key, len(layer.points)) == len(layer.points), layer.key


@pytest.mark.parametrize("name", [n for n, s in STYLES.items() if s.eyes not in BEADS])
def test_the_far_eye_is_narrower_in_three_quarter_view(name):
    frame = drawn(STYLES[name], 38)
    near, far = (np.ptp(np.nonzero(frame.mask("iris" + end))[1]) for end in ("_r", "_l"))
    assert far < near


@pytest.mark.parametrize("name", sorted(STYLES))
def test_shut_eyes_show_neither_iris_nor_white_and_a_wink_shows_one(name):
    shut, wink = drawn(STYLES[name], expression="closed"), drawn(STYLES[name], expression="wink")
    assert not {"iris_r", "iris_l", "eye_white_r", "catchlight"} & set(shut.parts)
    assert "iris_r" in wink.parts
    assert "iris_l" not in wink.parts


def test_a_nod_moves_the_features_within_the_face():
    marks = [lay(hinata(), replace(STANDING, nod=nod), CALM, BUST_HARD).landmarks for nod in (-1.0, 0.0, 1.0)]
    gaps = [m["chin"][1] - m["eye_r"][1] for m in marks]
    assert gaps[0] > gaps[1] > gaps[2]
