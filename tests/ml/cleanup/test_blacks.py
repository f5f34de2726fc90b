"""What is blacked in stays black, and what is line stays line."""

from __future__ import annotations

import numpy as np
import pytest
from defusedxml import ElementTree

from ml.cleanup.blacks import black_areas
from ml.cleanup.engine import prepare
from ml.cleanup.scan import read_scan
from ml.cleanup.wishes import Wishes
from tests.ml.cleanup.roughs import darkness, house, on_paper, ring, straight


def disc(centre, radius, size_hw=(160, 200)):
    y, x = np.mgrid[: size_hw[0], : size_hw[1]]
    return np.clip(radius + 0.5 - np.hypot(x - centre[0], y - centre[1]), 0, 1).astype(np.float32)


def eye(pupil, light=0.0, lines=()):
    """A rough of an eye with a pupil, a light in it, a line that runs into it and one that lies apart."""
    drawn = [ring((100, 80), pupil + 8), straight((20, 140), (180, 140)), *lines]
    dark = np.maximum(darkness(drawn), 0.9 * disc((100, 80), pupil))
    return (dark * (1 - disc((102, 78), light))).astype(np.float32) if light else dark


def blacks(clean):
    return [s for s in clean.strokes if s.is_filled]


@pytest.mark.parametrize("pupil", [4, 5, 8, 20])
def test_a_pupil_keeps_its_black(pupil):
    sketch = prepare(on_paper(eye(pupil), seed=pupil))
    clean = sketch.clean()
    there = disc((100, 80), pupil) > 0.5
    alpha = sketch.draw(clean)[..., 3]
    assert (alpha[there] > 127).mean() >= 0.9
    near = disc((100, 80), pupil + 2) == 0
    assert not (alpha[near & (disc((100, 80), pupil + 5) > 0)] > 127).any()
    assert len(blacks(clean)) == 1
    assert blacks(clean)[0].is_closed


def test_no_line_is_drawn_in_a_black_area():
    clean = prepare(on_paper(eye(12))).clean()
    lines = np.concatenate([s.points_xy for s in clean.strokes if not s.is_filled])
    assert np.hypot(*(lines - (100, 80)).T).min() > 11


def test_a_light_in_a_pupil_stays_open():
    sketch = prepare(on_paper(eye(8, light=2.5)))
    clean = sketch.clean()
    assert len(blacks(clean)) == 1
    for is_binary in (False, True):
        alpha = sketch.draw(clean, Wishes(is_binary=is_binary))[..., 3]
        assert alpha[78, 102] == 0
        assert alpha[80 + 5, 100] == 255


def test_a_black_area_is_no_region_and_a_line_may_end_at_it():
    plain = prepare(on_paper(eye(8))).clean()
    assert plain.regions == 1  # the white of the eye
    assert plain.stray_ends == 2  # of the line that lies apart
    tied = prepare(on_paper(eye(8, lines=[straight((100, 64), (100, 74))]))).clean()
    assert tied.stray_ends == 2


def test_a_black_area_is_a_filled_path():
    sketch = prepare(on_paper(eye(8)))
    clean = sketch.clean(Wishes(weight_px=1))
    paths = {
        p.get("id"): p for p in ElementTree.fromstring(sketch.svg(clean)).iter() if p.tag.endswith("path")
    }
    (black,) = blacks(clean)
    assert paths[black.name].get("fill") == "currentColor"
    assert paths[black.name].get("stroke") == "none"
    assert paths[black.name].get("d").endswith("Z")
    assert black.as_json()["is_filled"] is True


@pytest.mark.parametrize("width", [1.5, 2.0, 3.0])
def test_lines_are_no_black_areas(width):
    ink = read_scan(on_paper(darkness(house(), width=width))).layers["ink"]
    assert not black_areas(ink, width).any()


def test_hatching_and_strokes_side_by_side_are_no_black_areas():
    hatched = [straight((40 + 4 * k, 40), (60 + 4 * k, 100)) for k in range(15)]
    doubled = [straight((20, 120 + 1.6 * k), (180, 124 + 1.6 * k)) for k in range(3)]
    crossed = [straight((150, 20), (150 + 3 * k, 100)) for k in (-1, 0, 1)]
    ink = read_scan(on_paper(darkness([*hatched, *doubled, *crossed], width=1.8))).layers["ink"]
    assert not black_areas(ink, 1.8).any()
