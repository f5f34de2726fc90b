"""A copy of a drawing is known by what it shows; another drawing is not taken for it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from assets.rights.alike import MOST_BITS_APART, apart, look_of, nearest
from bench.alike import copies


def _drawing(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    picture = Image.new("RGBA", (320, 420), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = rng.integers(20, 240), rng.integers(20, 340)
        width, height = rng.integers(20, 80, 2)
        colour = (*(int(c) for c in rng.integers(0, 220, 3)), 255)
        draw.ellipse([x, y, x + width, y + height], fill=colour, outline=(20, 20, 20, 255), width=3)
    return picture


@pytest.mark.parametrize(
    "kind", ["half size", "twice the size", "JPEG 60", "wider frame", "scanned", "three px less"]
)
def test_another_file_of_the_same_drawing_is_found(kind: str) -> None:
    for seed in range(5):
        picture = _drawing(seed)
        copy = dict(copies(picture))[kind]
        assert apart(look_of(np.asarray(picture)), look_of(np.asarray(copy))) <= MOST_BITS_APART


def test_other_drawings_are_not_taken_for_it() -> None:
    looks = [(seed, look_of(np.asarray(_drawing(seed)))) for seed in range(30)]
    for seed, look in looks:
        assert [key for key, _apart in nearest(look, looks)] == [seed]


def test_nothing_looks_like_an_empty_cel() -> None:
    empty = look_of(np.zeros((40, 40, 4), np.uint8))
    assert empty == ""
    assert nearest(empty, [(1, look_of(np.asarray(_drawing(1))))]) == []
