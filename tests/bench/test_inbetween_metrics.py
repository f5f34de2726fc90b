"""The figures of an in-between on pictures made by hand, whose answers are known."""

import math

import numpy as np
import pytest

from bench.inbetween.lines import ink_of, line_mask, over_white
from bench.inbetween.metrics import CAP_PX, Truth, boil, chamfer, f1, figures, line_width, regions
from bench.inbetween.report import differences, interval, table, told, worst_tenth
from bench.inbetween.run import Row
from bench.inbetween.types import Triplet

INK, SKIN, CLOTH = (20, 18, 22), (240, 205, 180), (60, 70, 130)


def box(x: int, ink=INK, size=96) -> np.ndarray:
    """A cloth-coloured box with an inked border of 2 px and a skin-coloured half, on nothing."""
    rgba = np.zeros((size, size, 4), np.uint8)
    rgba[20:70, x : x + 40] = (*ink, 255)
    rgba[22:68, x + 2 : x + 38] = (*CLOTH, 255)
    rgba[22:44, x + 2 : x + 38] = (*SKIN, 255)
    return rgba


def triplet(**changes) -> Triplet:
    told_ = {"a": box(20), "truth": box(26), "b": box(32), "ink": (INK,), "binarised": True} | changes
    return Triplet("t", "small", **told_)


def bar(x: float, wide: int = 2, size: int = 64) -> np.ndarray:
    mask = np.zeros((size, size), bool)
    mask[8:56, round(x) : round(x) + wide] = True
    return mask


def test_the_truth_itself_is_perfect():
    found = figures(box(26), Truth(triplet()))
    assert (found["psnr"], found["chamfer_px"], found["f1"], found["ink"]) == (60, 0, 1, 1)
    assert found["ssim"] == pytest.approx(1)
    assert found["line_width"] == 1
    assert found["off_palette"] == found["ghost"] == found["regions"] == 0


def test_a_held_key_is_off_by_its_way_and_has_no_strange_colours():
    found = figures(box(20), Truth(triplet()))
    assert 1 < found["chamfer_px"] < 6
    assert found["off_palette"] == found["ghost"] == 0
    assert found["psnr"] < 15


def test_a_cross_fade_has_ghosts_and_strange_colours():
    faded = ((over_white(box(20)).astype(int) + over_white(box(32))) // 2).astype(np.uint8)
    found = figures(faded, Truth(triplet()))
    assert found["off_palette"] > 10
    assert found["ghost"] > 5


def test_psnr_is_that_of_the_painted_part_alone():
    wide = {k: np.pad(box(x), ((0, 100), (0, 100), (0, 0))) for k, x in (("a", 20), ("truth", 26), ("b", 32))}
    near, far = figures(box(20), Truth(triplet())), figures(wide["a"], Truth(triplet(**wide)))
    assert far["psnr"] == pytest.approx(near["psnr"])
    assert far["psnr_whole"] > near["psnr_whole"] + 4


def test_on_a_binarised_drawing_the_lines_are_exactly_the_ink():
    picture = over_white(box(26))
    assert np.array_equal(line_mask(picture, ink_of(triplet())), (picture == INK).all(axis=2))


def test_dark_cloth_that_is_nearly_ink_is_not_line():
    near = box(26, ink=(44, 40, 60))
    near[22:68, 28:64] = (60, 55, 80, 255)
    ink = ink_of(triplet(a=near, b=near, ink=((44, 40, 60),)))
    picture = over_white(near)
    assert np.array_equal(line_mask(picture, ink), (picture == (44, 40, 60)).all(axis=2))


def test_half_a_line_is_no_line_and_three_quarters_are():
    keys = triplet()
    picture = np.full((96, 96, 3), SKIN, np.uint8)
    for x, share in ((20, 0.5), (40, 0.75)):
        picture[20:70, x : x + 2] = np.round(np.array(INK) * share + np.array(SKIN) * (1 - share))
    line = line_mask(picture, ink_of(keys))
    assert not line[:, 20:22].any()
    assert line[20:70, 40:42].all()


def test_the_ink_of_smooth_art_is_found_without_being_told():
    ink = ink_of(triplet(ink=None))
    assert ink.colours.tolist() == [list(INK)]
    assert line_mask(over_white(box(26)), ink).sum() == (over_white(box(26)) == INK).all(axis=2).sum()


def test_chamfer_is_the_way_of_a_line_and_is_capped():
    assert chamfer(bar(20), bar(20)) == 0
    assert chamfer(bar(20, 1), bar(23, 1)) == pytest.approx(3)
    nothing = np.zeros((64, 64), bool)
    assert chamfer(bar(20), nothing) == CAP_PX
    assert chamfer(nothing, nothing) == 0


def test_drawing_few_lines_shows_in_f1():
    half = bar(20)
    half[32:] = False
    assert f1(half, bar(20)) < 0.75 < f1(bar(21), bar(20)) == 1


@pytest.mark.parametrize("wide", [1, 2, 3, 5])
def test_line_width_is_in_pixels(wide):
    assert line_width(bar(20, wide)) == pytest.approx(wide, abs=0.2)
    assert line_width(bar(20, wide).T) == pytest.approx(wide, abs=0.2)


def test_a_gap_in_a_line_loses_a_region():
    line = (over_white(box(26)) == INK).all(axis=2)
    assert regions(line) == 2
    line[30:33] = False
    assert regions(line) == 1


def test_even_motion_does_not_boil_and_uneven_does():
    assert boil(bar(20, 1), bar(24, 1), bar(28, 1)) == pytest.approx(0, abs=0.1)
    assert boil(bar(20, 1), bar(26, 1), bar(28, 1)) == pytest.approx(4, abs=0.2)
    assert math.isnan(boil(bar(20), np.zeros((64, 64), bool), bar(22)))


def test_without_alpha_the_paper_is_left_out():
    keys = {name: over_white(p) for name, p in (("a", box(20)), ("truth", box(26)), ("b", box(32)))}
    assert Truth(triplet(**keys)).inside.sum() == Truth(triplet()).inside.sum()


def rows(method: str, away: list[float]) -> list[Row]:
    return [
        Row(f"t{k}", "small", method, between=True, figures={"chamfer_px": v, "psnr": 20 - v, "ink": 1 + v})
        for k, v in enumerate(away)
    ]


def test_the_worst_tenth_is_on_the_bad_side():
    found = np.linspace(0, 10, 11)
    assert worst_tenth(found, "chamfer_px") == 9
    assert worst_tenth(found, "psnr") == 1
    assert worst_tenth(np.array([0.5, 0.9, 1.0, 1.1]), "ink") == 0.5


def test_methods_are_compared_on_the_same_triplets():
    both = rows("sakkan", [1, 2, 3]) + rows("rife", [2, 4])
    assert differences(both, "sakkan", "rife", "chamfer_px").tolist() == [-1, -2]
    low, high = interval(np.array([-1.0, -2.0]))
    assert -2 <= low <= high <= -1


def test_the_table_names_methods_and_leaves_out_what_says_nothing():
    text = table("small", rows("sakkan", [1, 2, 3]), ["sakkan"])
    assert "3 triplets" in text
    assert "off_palette" not in text
    assert told(rows("sakkan", [1, 2, 3]), "sakkan", ("chamfer_px", "ssim")) == {
        "chamfer_px": 2,
        "ssim": None,
    }
