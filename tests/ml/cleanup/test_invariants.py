"""What holds of every cleaned drawing, whatever the rough: on drawings made by chance."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from defusedxml import ElementTree

from ml.cleanup.engine import prepare
from ml.cleanup.wishes import Dab, Style, Switch, Wishes
from ml.errors import BadImage
from tests.ml.cleanup.roughs import darkness, house, on_nothing, on_paper, ring, straight, trembling

SVG = "{http://www.w3.org/2000/svg}"


def scribble(seed, size_hw=(150, 180)):
    """A rough of a few chance lines and rings, each drawn once to three times."""
    rng = np.random.default_rng(seed)
    h, w = size_hw
    lines = []
    for _ in range(rng.integers(2, 7)):
        a, b = rng.uniform(10, (w - 10, h - 10), (2, 2))
        lines += [straight(a + d, b + d) for d in rng.normal(0, 1.2, (rng.integers(1, 4), 2))]
    lines += [ring(rng.uniform(20, (w - 20, h - 20)), rng.uniform(5, 15)) for _ in range(2)]
    return on_paper(darkness(lines, size_hw), seed=seed)


def points_of(clean):
    return np.concatenate([s.points_xy for s in clean.strokes if s.is_on] or [np.zeros((0, 2))])


@pytest.mark.parametrize("seed", range(4))
def test_the_same_rough_gives_the_same_drawing(seed):
    rough = scribble(seed)
    first, second = prepare(rough), prepare(rough.copy())
    assert np.array_equal(first.draw(first.clean()), second.draw(second.clean()))
    assert first.svg(first.clean()) == second.svg(second.clean())


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_drawn_where_nothing_was_drawn(seed):
    rough = scribble(seed)
    sketch = prepare(rough)
    clean = sketch.clean(Wishes(gap_px=0))
    drawn = rough.min(axis=2) < 190
    away = cv2.distanceTransform((~drawn).astype(np.uint8), cv2.DIST_L2, 5)
    x, y = np.clip(np.round(points_of(clean)).astype(int), 0, (179, 149)).T
    assert away[y, x].max(initial=0) <= 4


@pytest.mark.parametrize("seed", range(4))
def test_strokes_keep_their_promises(seed):
    clean = prepare(scribble(seed)).clean()
    assert len({s.name for s in clean.strokes}) == len(clean.strokes)
    for stroke in clean.strokes:
        steps = np.hypot(*np.diff(stroke.points_xy, axis=0).T)
        assert steps.max(initial=0) <= 1.5
        assert len(stroke.points_xy) == len(stroke.width_px) == len(stroke.pressure)
        assert stroke.points_xy.dtype == stroke.beziers.dtype == np.float32
        assert 0 <= stroke.confidence <= 1
        assert np.allclose(stroke.beziers[1:, 0], stroke.beziers[:-1, 3], atol=1e-3)


@pytest.mark.parametrize("paper", [(255, 255, 255), (240, 232, 205), (190, 192, 196)])
def test_empty_paper_gives_an_empty_drawing(paper):
    sketch = prepare(on_paper(np.zeros((120, 140), np.float32), seed=3, paper=paper))
    clean = sketch.clean()
    assert not sketch.draw(clean).any()
    assert clean.regions == clean.stray_ends == 0
    assert clean.notes
    assert not prepare(np.zeros((40, 50, 4), np.uint8)).clean().strokes


def test_switching_a_closure_changes_only_its_place():
    sketch = prepare(on_paper(darkness(house(gap=6))))
    clean = sketch.clean()
    closure = next(c for c in clean.closures if c.is_on)
    assert closure.region_px > 1000
    middle = closure.points_xy[len(closure.points_xy) // 2]
    wishes = Wishes(closures=(Switch((float(middle[0]), float(middle[1])), is_on=False),))
    other = sketch.clean(wishes)
    changed = (sketch.draw(clean) != sketch.draw(other, wishes)).any(axis=2)
    ys, xs = np.nonzero(changed)
    assert len(xs)
    assert np.hypot(xs - middle[0], ys - middle[1]).max() < closure.length_px / 2 + 6
    assert other.stray_ends == clean.stray_ends + 2
    assert other.regions == clean.regions - 1


def test_a_stroke_is_switched_by_a_point_in_it():
    sketch = prepare(on_paper(darkness(house())))
    off = sketch.clean(Wishes(strokes=(Switch((172.0, 80.0), is_on=False),)))
    gone = [s for s in off.strokes if not s.is_on]
    assert len(gone) == 1
    assert gone[0].points_xy[:, 0].min() > 150


@pytest.mark.parametrize("seed", range(3))
def test_a_binary_drawing_has_two_values(seed):
    sketch = prepare(scribble(seed))
    wishes = Wishes(is_binary=True, line_rgb=(10, 20, 30), kept=(Dab((60, 60), 20),))
    picture = sketch.draw(sketch.clean(wishes), wishes)
    values = {tuple(v) for v in picture.reshape(-1, 4)}
    assert values <= {(0, 0, 0, 0), (10, 20, 30, 255)}


@pytest.mark.parametrize("seed", range(3))
def test_the_vectors_are_named_as_the_strokes(seed):
    sketch = prepare(scribble(seed))
    for wishes in (Wishes(), Wishes(pressure=1.0, taper_px=10)):
        clean = sketch.clean(wishes)
        root = ElementTree.fromstring(sketch.svg(clean, wishes))
        paths = {p.get("id"): p for p in root.iter(f"{SVG}path")}
        names = [s.name for s in clean.strokes if s.is_on] + [c.name for c in clean.closures if c.is_on]
        assert sorted(paths) == sorted(names)
        assert {p.get("class") for p in paths.values()} <= {"stroke", "closure"}


def test_a_kept_area_keeps_the_rough():
    rough = on_paper(darkness(house()), seed=1)
    sketch = prepare(rough)
    wishes = Wishes(kept=(Dab((70, 80), 15),), line_rgb=(255, 0, 0))
    clean = sketch.clean(wishes)
    picture = sketch.draw(clean, wishes).astype(np.float32)
    share = picture[..., 3:] / 255
    over = picture[..., :3] * share + sketch._ground * (1 - share)
    y, x = np.mgrid[:160, :200]
    inside = np.hypot(x - 70, y - 80) < 14
    darker = (rough[inside] < sketch._ground[inside]).all(axis=1)
    assert np.abs(over[inside][darker] - rough[inside][darker]).max() <= 2.5
    assert any(s.is_kept for s in clean.strokes)
    assert picture[~inside & (picture[..., 3] == 255)][:, 0].min() == 255


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 40), (3, 2), (17, 9), (33, 257), (700, 31)])
def test_odd_sizes_are_cleaned(size_hw):
    rng = np.random.default_rng(1)
    rough = rng.integers(0, 256, (*size_hw, 3), dtype=np.uint8)
    sketch = prepare(rough)
    clean = sketch.clean()
    assert sketch.draw(clean).shape == (*size_hw, 4)
    ElementTree.fromstring(sketch.svg(clean))


def test_a_huge_drawing_is_cleaned():
    dark = np.zeros((2600, 3600), np.float32)
    small = darkness([points * 8 for points in house()], (1300, 1800), width=4)
    dark[600:1900, 900:2700] = small
    sketch = prepare(on_paper(dark, grain=0.0))
    clean = sketch.clean()
    assert clean.regions == 2
    assert sketch.draw(clean).shape == (2600, 3600, 4)


@pytest.mark.parametrize("diameter", [8, 10, 12, 14])
@pytest.mark.parametrize("width", [1.5, 2.0])
def test_eyes_survive(diameter, width):
    centres = [(30 + 40 * k, 40 + 45 * j) for k in range(4) for j in range(2)]
    rough = on_paper(darkness([ring(c, diameter / 2) for c in centres], width=width), seed=diameter)
    clean = prepare(rough).clean()
    assert clean.regions == 8
    assert sum(s.is_closed for s in clean.strokes) == 8
    assert clean.stray_ends == 0


def test_a_rough_on_nothing_is_read_as_on_paper():
    dark = darkness(house())
    on_clear = prepare(on_nothing(dark)).clean()
    assert on_clear.paper.is_transparent
    assert on_clear.regions == prepare(on_paper(dark)).clean().regions == 2


def test_all_lines_have_the_width_that_is_asked():
    sketch = prepare(on_paper(darkness([straight((20, 30.3), (180, 30.3)), straight((20, 60), (180, 110))])))
    for weight in (1.0, 2.0, 3.25):
        wishes = Wishes(weight_px=weight)
        clean = sketch.clean(wishes)
        assert all(np.ptp(s.width_px) == 0 for s in clean.strokes)
        alpha = sketch.draw(clean, wishes)[..., 3].astype(float) / 255
        across = alpha[15:45, 40:160].sum(axis=0)
        assert across.mean() == pytest.approx(weight, abs=0.08)
        assert across.std() < 0.1 * weight


def test_pressure_and_taper_change_widths():
    dark = darkness([straight((20, 40), (180, 40))])
    dark[:, 100:] *= 0.5
    sketch = prepare(on_paper(dark))
    pressed = sketch.clean(Wishes(pressure=1.0, weight_px=3)).strokes[0]
    left = pressed.width_px[pressed.points_xy[:, 0] < 80].mean()
    right = pressed.width_px[pressed.points_xy[:, 0] > 120].mean()
    assert left > 1.3 * right
    tapered = sketch.clean(Wishes(taper_px=20, weight_px=3)).strokes[0].width_px
    assert tapered[[0, -1]].max() < 1
    assert tapered[len(tapered) // 2] > 2.9


def test_a_style_overrules_weight_and_colour():
    style = Style((90, 10, 10), 4.0, 0, (1.0,) * 16, 0.0, (1.0, 1.0, 1.0))
    wishes = Wishes(weight_px=1, style=style)
    sketch = prepare(on_paper(darkness(house())))
    clean = sketch.clean(wishes)
    assert np.allclose([s.width_px.mean() for s in clean.strokes], 4.0)
    assert (sketch.draw(clean, wishes)[..., :3].max(axis=(0, 1)) == (90, 10, 10)).all()


def test_more_strength_leaves_more_faint_lines_out():
    faint = darkness([straight((20, 20), (180, 140)), ring((100, 80), 55)], dark=0.22)
    rough = on_paper(np.maximum(darkness(house()), faint))
    sketch = prepare(rough)
    counts = [sum(s.is_on for s in sketch.clean(Wishes(strength=v)).strokes) for v in (0.0, 0.5, 1.0)]
    assert counts[0] > counts[1] >= counts[2] > 0


def test_a_wider_merge_makes_fewer_lines():
    rough = on_paper(darkness([straight((20, 40 + 5 * k), (180, 42 + 5 * k)) for k in range(2)]))
    sketch = prepare(rough)
    assert len(sketch.clean(Wishes(merge_px=2)).strokes) == 2
    assert len(sketch.clean(Wishes(merge_px=8)).strokes) == 1


def test_jitter_of_one_drawing_alone_changes_nothing():
    rng = np.random.default_rng(2)
    sketch = prepare(on_paper(darkness(trembling(house(), rng))))
    wishes = Wishes()
    same = sketch.clean(replace(wishes, jitter=0.0))
    assert np.array_equal(sketch.draw(sketch.clean(wishes)), sketch.draw(same))


@pytest.mark.parametrize(
    "bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(bad):
    with pytest.raises(BadImage):
        prepare(bad)
