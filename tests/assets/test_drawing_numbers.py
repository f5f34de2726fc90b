"""Numbers for drawings that come between two others."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets import drawing_numbers
from assets.drawing_numbers import between, read
from assets.timing_words import BadTiming


@pytest.mark.parametrize(
    ("text", "place", "plain"),
    [("3", (3, ""), "3"), ("3a", (3, "a"), "3a"), ("A0003b", (3, "b"), "3b"), (" 12 ", (12, ""), "12")],
)
def test_a_number_is_read_whatever_stands_before_it(text: str, place: tuple[int, str], plain: str) -> None:
    number = read(text)
    assert (number.place, number.plain, str(number)) == (place, plain, text.strip())


@pytest.mark.parametrize("text", ["", "BOOK", "3ab", "３枚", "1.5", "SYMBOL_TICK_1"])
def test_what_is_no_number_is_said(text: str) -> None:
    assert not drawing_numbers.is_one(text)
    with pytest.raises(BadTiming, match="is no drawing number"):
        read(text)


@pytest.mark.parametrize(
    ("a", "b", "count", "taken", "found"),
    [
        ("1", "5", 3, (), "2 3 4"),
        ("1", "5", 2, (), "2 3"),
        ("1", "5", 3, ("3",), "1a 1b 1c"),
        ("1", "5", 2, ("3",), "2 4"),
        ("1", "2", 3, (), "1a 1b 1c"),
        ("1", "2", 2, ("1a", "1c"), "1b 1d"),
        ("1a", "1d", 2, (), "1b 1c"),
        ("1b", "2", 1, (), "1c"),
        ("5", "1", 3, (), "4 3 2"),
        ("2", "1", 2, (), "1b 1a"),
        ("A0001", "A0005", 2, ("A0002", "BOOK"), "A0003 A0004"),
        ("A0001", "A0002", 1, (), "A0001a"),
        (
            "1",
            "3",
            30,
            (),
            " ".join([*(f"1{x}" for x in "abcdefghijklmnopqrstuvwxyz"), "2", "2a", "2b", "2c"]),
        ),
    ],
)
def test_numbers_fit_between_and_keys_keep_theirs(
    a: str, b: str, count: int, taken: tuple[str, ...], found: str
) -> None:
    assert " ".join(between(a, b, count, taken)) == found


def test_where_no_number_is_left_it_says_how_many_there_are() -> None:
    with pytest.raises(BadTiming, match="numbers for 26 drawings, not for 27"):
        between("1", "2", 27)
    with pytest.raises(BadTiming, match="numbers for 0 drawings"):
        between("1a", "1b", 1)


NUMBERS = st.builds(lambda n, x: f"{n}{x}", st.integers(1, 12), st.sampled_from(["", "", "a", "c", "z"]))


@given(NUMBERS, NUMBERS, st.integers(0, 20), st.sets(NUMBERS))
def test_new_numbers_never_collide_and_lie_in_order(a: str, b: str, count: int, taken: set[str]) -> None:
    try:
        found = between(a, b, count, taken)
    except BadTiming as problem:
        assert problem.data["free"] < count  # noqa: PT017  (a refusal is one of two good answers)
        return
    places = [read(each).place for each in (a, *found, b)]
    assert len(found) == count
    assert not set(found) & {a, b, *taken}
    assert not found or all(x < y for x, y in pairwise(sorted([places[0], places[-1]]))) or a == b
    assert not found or places in (sorted(places), sorted(places, reverse=True))
