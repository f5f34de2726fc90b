"""What of a previous drawing is taken over, and what of this one is new."""

from __future__ import annotations

import numpy as np
import pytest

from ml.cleanup.holding import taken_over
from ml.cleanup.tracing import Line
from tests.ml.cleanup.roughs import darkness, ring, straight

SIZE = (160, 200)


def lines_of(*paths, closed=()):
    return [Line(np.asarray(p, np.float64), is_closed=k in closed) for k, p in enumerate(paths)]


def scene(by=(0.0, 0.0)):
    return lines_of(
        straight((20, 20), (180, 20)) + by,
        straight((20, 20), (20, 140)) + by,
        straight((180, 20), (180, 140)) + by,
        ring((100, 80), 30) + by,
        closed=(3,),
    )


def evidence(lines):
    return darkness([line.points_xy for line in lines], SIZE)


def taken(lines, previous, share=1.0):
    return taken_over(lines, previous, share, evidence(lines))


def far_from(line, lines):
    points = np.concatenate([other.points_xy for other in lines])
    return np.array([np.hypot(*(points - p).T).min() for p in line.points_xy])


def test_the_same_lines_drawn_anew_stay_as_they_were():
    rng = np.random.default_rng(0)
    before = scene()
    found = taken([Line(one.points_xy + rng.normal(0, 0.3, 2), one.is_closed) for one in before], before)
    assert sorted(len(line.points_xy) for line in found) == sorted(len(line.points_xy) for line in before)
    assert max(far_from(line, before).max() for line in found) < 0.2


@pytest.mark.parametrize("step", [(4.0, 0.0), (0.0, -3.0), (2.0, 2.0)])
def test_what_moves_together_is_moved(step):
    now = scene(step)
    for line in taken(now, scene()):
        assert far_from(line, now)[3:-3].max() < 0.5


def test_a_new_line_is_drawn_and_one_that_is_gone_is_not():
    old, new = lines_of(straight((40, 150), (160, 150)))[0], lines_of(straight((40, 40), (60, 60)))[0]
    found = taken([*scene(), new], [*scene(), old])
    assert any(far_from(line, [new]).max() < 0.1 for line in found)
    assert not any(far_from(line, [old]).min() < 2 for line in found)


def test_a_line_that_goes_its_own_way_is_followed():
    alone = lines_of(straight((60, 40), (140, 40)))[0]
    moved = Line(alone.points_xy + np.array((0.0, 2.5)))
    found = taken([*scene(), moved], [*scene(), alone])
    mine = [line for line in found if 38 < line.points_xy[:, 1].mean() < 45 and len(line.points_xy) > 60]
    assert len(mine) == 1
    assert far_from(mine[0], [moved]).max() < 0.5


def test_nothing_is_taken_over_where_nothing_is_asked():
    now = scene((1.0, 0.0))
    assert all(
        np.array_equal(a.points_xy, b.points_xy) for a, b in zip(taken(now, scene(), 0.0), now, strict=True)
    )
    assert taken([], scene()) == []


def test_another_drawing_is_left_alone():
    other = lines_of(straight((30, 150), (150, 60)), straight((60, 10), (120, 150)))
    assert all(far_from(line, other).max() < 0.1 for line in taken(other, scene()))
