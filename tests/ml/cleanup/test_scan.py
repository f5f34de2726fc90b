"""What is read of a scan: paper, pencils, peg holes, borders."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.cleanup.engine import prepare
from ml.cleanup.scan import read_scan
from ml.cleanup.wishes import Wishes
from tests.ml.cleanup.roughs import darkness, house, on_paper, ring, straight

COLOURS = {"red": (220, 60, 60), "blue": (70, 110, 220), "green": (60, 160, 80)}


def two_pencils(hue):
    """A scene in pencil over a circle in a coloured one."""
    below = on_paper(darkness([ring((90, 80), 60)], dark=0.8), COLOURS[hue])
    dark = darkness(house())[..., None]
    return (below * (1 - dark) + dark * 40).astype(np.uint8)


@pytest.mark.parametrize("hue", COLOURS)
def test_a_coloured_pencil_is_a_layer_of_its_own(hue):
    sketch = prepare(two_pencils(hue))
    assert sketch.paper.hues == (hue,)
    clean = sketch.clean()
    ink = [s for s in clean.strokes if s.layer == "ink" and s.is_on]
    own = [s for s in clean.strokes if s.layer == hue and s.is_on]
    round_it = np.concatenate([np.hypot(s.points_xy[:, 0] - 90, s.points_xy[:, 1] - 80) for s in own])
    assert np.abs(round_it - 60).mean() < 1.5
    assert sum(len(s.points_xy) for s in own) > 200
    assert clean.regions == 2
    assert {s.name[0] for s in own} == {hue[0]}
    assert {s.name[0] for s in ink} == {"s"}


@pytest.mark.parametrize(("use", "layers"), [("drop", {"ink"}), ("ink", {"ink"}), ("apart", {"ink", "blue"})])
def test_a_coloured_pencil_is_used_as_asked(use, layers):
    sketch = prepare(two_pencils("blue"))
    clean = sketch.clean(Wishes(blue=use))
    assert {s.layer for s in clean.strokes} == layers
    long = sum(len(s.points_xy) for s in clean.strokes if s.layer == "ink" and s.is_on)
    assert (long > 560) == (use == "ink")


def test_paper_and_light_are_taken_off():
    rough = on_paper(darkness(house()), paper=(230, 220, 190)).astype(np.float32)
    rough *= np.linspace(0.75, 1.0, 160)[:, None, None]
    clean = prepare(rough.astype(np.uint8)).clean()
    assert clean.regions == 2
    assert clean.paper.paper_rgb[0] > clean.paper.paper_rgb[2] + 20


def scanned_sheet(tilt_deg=0.0, hole=20):
    """A sheet with peg holes along its lower edge."""
    dark = np.zeros((600, 800), np.float32)
    dark[150:310, 300:500] = darkness(house())
    sheet = on_paper(dark)
    cv2.circle(sheet, (400, 570), 9, (hole,) * 3, -1)
    for x in (140, 660):
        cv2.rectangle(sheet, (x - 20, 565), (x + 20, 575), (hole,) * 3, -1)
    turn = cv2.getRotationMatrix2D((400, 300), -tilt_deg, 1.0)
    return cv2.warpAffine(sheet, turn, (800, 600), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("tilt", [0.0, 1.5, -2.0])
def test_peg_holes_tell_the_tilt_and_are_not_drawn(tilt):
    clean = prepare(scanned_sheet(tilt)).clean()
    assert len(clean.paper.pegs_xy) == 3
    assert clean.paper.tilt_deg == pytest.approx(tilt, abs=0.2)
    assert max(s.points_xy[:, 1].max() for s in clean.strokes) < 400


def test_no_peg_holes_are_found_where_there_are_none():
    eyes = on_paper(darkness([ring((60, 150), 6), ring((100, 150), 6), ring((140, 150), 6)], (180, 200)))
    assert prepare(eyes).paper.pegs_xy == ()


def test_the_border_of_a_scan_is_cut_away():
    sheet = np.full((460, 560, 3), 30, np.uint8)
    dark = np.zeros((420, 520), np.float32)
    dark[100:260, 150:350] = darkness(house())
    sheet[:420, 40:] = on_paper(dark)
    scan = read_scan(sheet)
    assert scan.notes
    clean = prepare(sheet).clean()
    assert all(s.points_xy[:, 0].min() > 150 for s in clean.strokes)
    assert clean.regions == 2


def test_a_line_out_of_the_picture_is_no_border():
    rough = on_paper(darkness([straight((0, 60), (199, 90)), straight((100, 0), (100, 159))]))
    scan = read_scan(rough)
    assert not scan.cut.any()
    assert len(prepare(rough).clean().strokes) >= 2
