"""What changed between two versions of a sheet, and how far two colours lie apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.colour_distance import delta_e00
from assets.models import SheetDrawing, Swatch
from assets.sheet_diff import ADDED, CHANGED, REMOVED, SAME, diff

channel = st.integers(0, 255)
colour = st.tuples(channel, channel, channel)


@settings(deadline=None)  # the library is loaded by the first example
@given(st.lists(st.tuples(colour, colour), min_size=1, max_size=20))
def test_delta_e_is_that_of_the_reference_library(
    pairs: list[tuple[tuple[int, int, int], tuple[int, int, int]]],
) -> None:
    from skimage.color import deltaE_ciede2000, rgb2lab  # noqa: PLC0415  (loaded by this test alone)

    first, second = (np.array([pair[side] for pair in pairs], np.uint8) for side in (0, 1))
    own = [delta_e00(*pair) for pair in pairs]
    # The library writes sRGB's matrix with a digit less than we do: at great distances that is a hundredth.
    np.testing.assert_allclose(own, deltaE_ciede2000(rgb2lab(first), rgb2lab(second)), rtol=1e-3, atol=0.01)


@given(colour)
def test_a_colour_is_not_away_from_itself(rgb: tuple[int, int, int]) -> None:
    assert delta_e00(rgb, rgb) == pytest.approx(0.0, abs=1e-9)


def _drawing(pixels: str, view: str = "", label: str = "", file_name: str = "") -> SheetDrawing:
    return SheetDrawing(content_sha256=pixels, view=view, label=label, file_name=file_name, kind="turnaround")


def _swatch(part: str, rgb: tuple[int, int, int], tolerance_de: float = 2.0) -> Swatch:
    red, green, blue = rgb
    return Swatch(part=part, tone="normal", red=red, green=green, blue=blue, tolerance_de=tolerance_de)


def test_drawings_are_paired_by_pixels_then_by_what_they_show_then_by_file() -> None:
    old = [
        _drawing("a", "front"),
        _drawing("b", "side"),
        _drawing("c", file_name="hand.png"),
        _drawing("d", "back"),
    ]
    new = [_drawing("a", "side"), _drawing("b2", "side"), _drawing("c2", file_name="hand.png"), _drawing("e")]
    found = [
        (change.kind, change.old and change.old.content_sha256) for change in diff(old, new, [], []).drawings
    ]
    assert found == [(SAME, "a"), (CHANGED, "b"), (CHANGED, "c"), (ADDED, None), (REMOVED, "d")]


def test_colours_are_compared_by_part_and_tone_with_their_distance() -> None:
    old = [_swatch("hair", (90, 60, 160)), _swatch("skin", (250, 220, 200)), _swatch("tie", (200, 0, 0))]
    new = [_swatch("hair", (90, 60, 160)), _swatch("skin", (250, 210, 190)), _swatch("belt", (0, 0, 0))]
    changes = {change.part: change for change in diff([], [], old, new).swatches}
    assert {part: change.kind for part, change in changes.items()} == {
        "hair": SAME,
        "skin": CHANGED,
        "belt": ADDED,
        "tie": REMOVED,
    }
    assert 1.0 < changes["skin"].delta_e < 10.0


def test_another_tolerance_alone_is_a_change() -> None:
    changed = diff([], [], [_swatch("hair", (1, 2, 3))], [_swatch("hair", (1, 2, 3), 4.0)])
    assert [change.part for change in changed.changed_swatches] == ["hair"]
