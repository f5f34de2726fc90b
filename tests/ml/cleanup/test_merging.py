"""Strokes side by side become one line, shapes stay shapes."""

from __future__ import annotations

import numpy as np
import pytest

from ml.cleanup.merging import thin_of, without_cells, without_crumbs
from ml.cleanup.tracing import Line
from tests.ml.cleanup.roughs import straight


def with_hole(size_hw, hole_hw):
    mask = np.zeros(size_hw, bool)
    mask[5:-5, 5:-5] = True
    y, x = 10, 10
    mask[y : y + hole_hw[0], x : x + hole_hw[1]] = False
    return mask


def test_a_sure_hand_has_no_thin_holes():
    assert thin_of(1.3, 2.0) == 0
    assert 0 < thin_of(2.0, 2.0) < thin_of(2.5, 2.0)
    assert thin_of(2.5, 4.0) == pytest.approx(2 * thin_of(2.5, 2.0))


def test_paper_between_two_strokes_is_filled_and_a_shape_is_not():
    ink = np.zeros((60, 60), np.float32)
    sliver, shape = with_hole((60, 60), (2, 30)), with_hole((60, 60), (9, 9))
    assert without_cells(sliver, ink, 3.0)[11, 20]
    assert not without_cells(sliver, ink, 0.0)[11, 20]
    assert np.array_equal(without_cells(shape, ink, 3.0), shape)


def test_a_grey_hole_is_no_shape():
    shape = with_hole((60, 60), (9, 9))
    assert without_cells(shape, np.full((60, 60), 0.6, np.float32), 0.0)[14, 14]


def test_a_short_line_that_joins_nothing_is_a_crumb():
    short, long = straight((0, 0), (5, 0)), straight((0, 0), (30, 0))
    lines = [
        Line(long),
        Line(short, touches=(True, True)),
        Line(short, touches=(True, False)),
        Line(short, True),
    ]
    kept = without_crumbs(lines, 9.0)
    assert [line is lines[2] for line in kept] == [False] * 3
    assert without_crumbs(lines, 0.0) == lines
