"""Drawing numbers as people write them (3, 3a, A0003), and numbers for drawings that come between two others.

Numbers that are there are never changed. What comes between 1 and 5 becomes 2, 3, 4 where these are free, else 1a, 1b.
Plain Python; nothing here reads a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_lowercase

from assets.timing_words import BadTiming

_NUMBER = re.compile(r"\s*(?P<prefix>[A-Za-z]{0,3}?[_-]?)(?P<digits>\d{1,6})(?P<letter>[a-z]?)\s*")


@dataclass(frozen=True)
class DrawingNumber:
    """A drawing number, taken apart. Two are the same drawing where `place` is the same: 3, 0003 and A3.

    Args:
        value: the number without its letter.
        letter: "a" lies behind the plain number and before the next; "" = plain.
        prefix: what stands before, mostly the cell's name.
        width: how many digits are written at the least (0003: 4).
    """

    value: int
    letter: str = ""
    prefix: str = ""
    width: int = 1

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in the order of a cell: 3, 3a, 3b, 4."""
        return self.value, self.letter

    @property
    def plain(self) -> str:
        """Without prefix and zeros: "3a"."""
        return f"{self.value}{self.letter}"

    def __str__(self) -> str:
        return f"{self.prefix}{self.value:0{self.width}d}{self.letter}"


def read(text: str) -> DrawingNumber:
    """Return the number that a text is.

    Raises:
        BadTiming: NUMBER_NOT_ONE.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise BadTiming("NUMBER_NOT_ONE", number=text[:40])
    return DrawingNumber(int(match["digits"]), match["letter"], match["prefix"], len(match["digits"]))


def is_one(text: str) -> bool:
    """Return whether a text is a drawing number; a sheet also holds names such as BOOK."""
    return _NUMBER.fullmatch(text) is not None


def between(a: str, b: str, count: int, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return numbers for `count` drawings on the way from a to b, in that order and written like a.

    Plain numbers where enough of them are free, else letters. Where b comes before a, they run backwards.

    Raises:
        BadTiming: NUMBER_NOT_ONE, or NUMBERS_FULL where fewer numbers are free.
    """
    first, last = read(a), read(b)
    used = {read(text).place for text in taken if is_one(text)} | {first.place, last.place}
    low, high = sorted((first.place, last.place))
    plain = [(value, "") for value in range(low[0], high[0] + 1)]
    lettered = [(value, letter) for value, _none in plain for letter in ("", *ascii_lowercase)]
    free = [
        [place for place in places if low < place < high and place not in used]
        for places in (plain, lettered)
    ]
    enough = next((places for places in free if len(places) >= count), None)
    if enough is None:
        raise BadTiming("NUMBERS_FULL", a=a, b=b, free=len(free[1]), count=count)
    chosen = enough[:count] if first.place <= last.place else enough[:count][::-1]
    return tuple(str(DrawingNumber(value, letter, first.prefix, first.width)) for value, letter in chosen)
