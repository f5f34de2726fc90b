"""Lengths of cuts as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.lengths import MAX_FRAMES, format_length, frames_in_second, parse_length


@pytest.mark.parametrize(
    ("text", "fps", "frames"),
    [
        ("1+12", 24, 36),
        ("0+00", 24, 0),
        ("36", 24, 36),
        ("", 24, 0),
        ("１＋１２", 24, 36),
        (" 2 + 6 ", 24, 54),
        ("1+12", Decimal("23.976"), 36),
        ("1+12", 30, 42),
        ("36コマ", 24, 36),
        ("36f", 24, 36),
        ("1+30", 24, 54),
    ],
)
def test_a_length_is_read(text: str, fps: Decimal | int, frames: int) -> None:
    assert parse_length(text, fps) == frames


@pytest.mark.parametrize("text", ["x", "1+", "+12", "-1", "1.5", "1+2+3", "99999999", f"{MAX_FRAMES + 1}"])
def test_what_is_no_length_says_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match=r"length|too long"):
        parse_length(text, 24)


@given(
    frames=st.integers(0, MAX_FRAMES),
    fps=st.sampled_from([Decimal(24), Decimal("23.976"), Decimal(30), Decimal(1)]),
)
def test_what_is_written_is_read_back(frames: int, fps: Decimal) -> None:
    assert parse_length(format_length(frames, fps), fps) == frames


def test_a_second_of_ntsc_counts_as_a_whole_number_of_frames() -> None:
    assert (frames_in_second(Decimal("23.976")), frames_in_second(Decimal("29.97"))) == (24, 30)
