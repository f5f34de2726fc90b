"""Reading plain JSON strictly: each value of its form and in its bounds, or an error that names the entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ml.errors import BadWishes


def number(where: str, said: Any, bounds: tuple[float, float], *, whole: bool = False) -> float:
    """Return a number within bounds, both included."""
    good = isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said)
    if not good or not bounds[0] <= said <= bounds[1] or (whole and said != int(said)):
        kind = "a whole number " if whole else ""
        msg = f"{where} is out of bounds"
        raise BadWishes(msg, expected=f"{kind}{bounds[0]:g} to {bounds[1]:g}", actual=said)
    return float(said)


def numbers(
    where: str, said: Any, count: int, bounds: tuple[float, float], *, whole: bool = False
) -> tuple[float, ...]:
    """Return a list of just so many numbers within bounds."""
    if not isinstance(said, list | tuple) or len(said) != count:
        msg = f"{where} is no list of {count} numbers"
        raise BadWishes(msg, expected=f"{count} numbers", actual=said)
    return tuple(number(f"{where}[{i}]", each, bounds, whole=whole) for i, each in enumerate(said))


def yes_or_no(where: str, said: Any) -> bool:
    """Return a truth value."""
    if not isinstance(said, bool):
        msg = f"{where} is neither true nor false"
        raise BadWishes(msg, expected="true or false", actual=said)
    return said


def one_of(where: str, said: Any, choices: Sequence[str]) -> str:
    """Return one of a few words."""
    if not isinstance(said, str) or said not in choices:
        msg = f"{where} is none of {', '.join(choices)}"
        raise BadWishes(msg, expected=list(choices), actual=said)
    return said


def entry(where: str, said: Any, names: tuple[str, ...]) -> Mapping[str, Any]:
    """Return an object that has just these names."""
    if not isinstance(said, Mapping) or set(said) != set(names):
        actual = sorted(map(str, said)) if isinstance(said, Mapping) else type(said).__name__
        msg = f"{where} is not of its form"
        raise BadWishes(msg, expected=list(names), actual=actual)
    return said


def entries(where: str, said: Any, read: Callable[[str, Any], Any], most: int) -> tuple[Any, ...]:
    """Return a list whose entries are read one by one."""
    if not isinstance(said, list):
        msg = f"{where} is not a list"
        raise BadWishes(msg, expected="a list", actual=type(said).__name__)
    if len(said) > most:
        msg = f"{where} has too many entries"
        raise BadWishes(msg, expected=most, actual=len(said))
    return tuple(read(f"{where}[{i}]", each) for i, each in enumerate(said))
