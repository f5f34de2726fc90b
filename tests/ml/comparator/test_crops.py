"""The two cuts: the head where it should be, whatever the size of the picture; edges told from paper; lines alike."""

import numpy as np
import pytest

from ml.comparator import (
    FACE_PX,
    FIGURE_HW,
    HeadBox,
    box_of_affine,
    face_crop,
    figure_crop,
    figure_head_px,
    line_map,
)
from ml.comparator.crops import FACE_MARGIN
from ml.errors import ShapeMismatch


def board(size: int = 300) -> np.ndarray:
    """Return clear paper with a red square of 60 px, its middle at (149.5, 149.5), and a blue one below it."""
    rgba = np.zeros((size, size, 4), np.uint8)
    rgba[120:180, 120:180] = (255, 0, 0, 255)
    rgba[200:240, 140:160] = (0, 0, 255, 255)
    return rgba


def test_the_head_lies_in_the_middle_at_its_own_size() -> None:
    crop = face_crop(board(), HeadBox(149.5, 149.5, 60.0))
    red = crop[..., 0] > 200
    assert crop.shape == (FACE_PX, FACE_PX, 4)
    assert red.any(axis=0).sum() == pytest.approx(FACE_PX / FACE_MARGIN, abs=2)
    ys, xs = np.nonzero(red)
    assert (xs.mean(), ys.mean()) == pytest.approx((63.5, 63.5), abs=0.6)
    assert (crop[40:88, 40:88, 3] == 255).all()


def test_a_picture_twice_as_large_gives_nearly_the_same_crop() -> None:
    large = np.kron(board(), np.ones((4, 4, 1), np.uint8)).astype(np.uint8)
    small = figure_crop(board(), HeadBox(149.5, 149.5, 60.0), 40.0)
    same = figure_crop(large, HeadBox(149.5 * 4 + 1.5, 149.5 * 4 + 1.5, 240.0), 40.0)
    assert small.shape == (*FIGURE_HW, 4)
    assert np.abs(small.astype(int) - same.astype(int)).mean() < 2.0


def test_the_edge_of_the_picture_is_told_from_empty_paper() -> None:
    crop = face_crop(board(), HeadBox(0.0, 149.5, 60.0))
    assert (crop[:, 0, 3] == 0).all()
    assert (crop[0, -1] == (128, 128, 128, 64)).all()


def test_the_inhabited_part_of_a_picture_gives_the_crop_of_the_whole() -> None:
    part = np.ascontiguousarray(board()[110:250, 110:190])
    whole = figure_crop(board(), HeadBox(149.5, 149.5, 60.0), 30.0)
    bounds = (-110.5, -110.5, 189.5, 189.5)
    same = figure_crop(part, HeadBox(39.5, 39.5, 60.0), 30.0, bounds)
    assert np.array_equal(same[..., 3] == 0, whole[..., 3] == 0)
    assert np.abs(same.astype(int) - whole.astype(int)).mean() < 0.5


def test_a_fit_gives_place_size_and_turn_but_no_stretch() -> None:
    turn = np.radians(10.0)
    k = 2.0 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    affine = np.column_stack([k @ np.diag((1.1, 1 / 1.1)), [30.0, 40.0]]).astype(np.float32)
    box = box_of_affine(affine, 96.0)
    assert box.side_px == pytest.approx(192.0, rel=1e-4)
    assert box.turn_deg == pytest.approx(10.0, abs=0.2)
    assert (box.x, box.y) == pytest.approx(tuple(affine[:, :2] @ (47.5, 47.5) + affine[:, 2]), rel=1e-5)


def test_a_standing_figure_fills_the_crop_and_tiny_heads_are_held() -> None:
    assert figure_head_px(60.0, 300.0) == pytest.approx(0.88 * 192 / 5)
    assert figure_head_px(1.0, 1000.0) == 22.0


def test_a_cel_and_its_ink_give_nearly_the_same_lines() -> None:
    cel = np.zeros((300, 300, 4), np.uint8)
    cel[90:210, 90:210] = (240, 200, 180, 255)
    cel[120:123, 100:200] = cel[90:93, 90:210] = cel[207:210, 90:210] = (40, 20, 20, 255)
    ink = np.zeros_like(cel)
    dark = (cel[..., 3] == 255) & (cel[..., 0] < 100)
    ink[dark] = (20, 18, 22, 255)
    head = HeadBox(149.5, 149.5, 140.0)
    one, other = (line_map(face_crop(p, head)) for p in (cel, ink))
    assert one[..., 0].min() < 40  # there are lines at all
    assert np.abs(one.astype(int) - other.astype(int)).mean() < 6.0


@pytest.mark.parametrize("bad", [np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9, 4), np.float32)])
def test_other_arrays_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ShapeMismatch):
        face_crop(bad, HeadBox(4, 4, 4.0))


def test_a_head_without_size_is_refused() -> None:
    with pytest.raises(ShapeMismatch):
        face_crop(board(), HeadBox(4, 4, 0.0))
