"""What an artist asks for between two keys: pins, matches, depth, arcs and the like, and its JSON form.

Points are pixels of the keys as given, pixel centres at integers, x right, y down. A region is named by a point in
it, so that a sidecar stays true when the engine numbers its regions anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from ml.errors import BadSteering

FORMAT = "sakkan-inbetween/1"
XY = tuple[float, float]
KeyName = Literal["a", "b"]
MOST = 2_000  # entries of one list; more than anybody sets by hand


@dataclass(frozen=True)
class Link:
    """A point of key A and a point of key B."""

    a_xy: XY
    b_xy: XY


@dataclass(frozen=True)
class InA:
    """A point of key A."""

    a_xy: XY


@dataclass(frozen=True)
class InB:
    """A point of key B."""

    b_xy: XY


@dataclass(frozen=True)
class Spot:
    """A point of either key."""

    key: KeyName
    xy: XY


@dataclass(frozen=True)
class Depth:
    """A region brought forward (+) or back (-) by steps."""

    key: KeyName
    xy: XY
    step: int


@dataclass(frozen=True)
class Arc:
    """The middle of a region's path leaves the chord by `bend` of the chord's length; + = left as one goes A to B."""

    a_xy: XY
    bend: float


@dataclass(frozen=True)
class Smear:
    """A region drawn stretched along its path by `length` of it, at the position `at` only."""

    a_xy: XY
    length: float
    at: float


@dataclass(frozen=True)
class Steering:
    """All that steers one pair of keys. Empty = automatic."""

    pins: tuple[Link, ...] = ()
    matches: tuple[Link, ...] = ()
    apart: tuple[Link, ...] = ()
    vanishes: tuple[InA, ...] = ()
    appears: tuple[InB, ...] = ()
    depth: tuple[Depth, ...] = ()
    arcs: tuple[Arc, ...] = ()
    protect: tuple[Spot, ...] = ()
    smear: tuple[Smear, ...] = ()

    @classmethod
    def from_json(cls, told: Any) -> Steering:
        """Read the part "steering" of a sidecar.

        Raises:
            BadSteering: an unknown list, or an entry that is not of its form; the message names it.
        """
        if not isinstance(told, Mapping):
            raise BadSteering("steering is not an object", expected="an object", actual=type(told).__name__)
        unknown = sorted(set(told) - set(_ENTRIES))
        if unknown:
            msg = f"steering.{unknown[0]} is not known"
            raise BadSteering(msg, expected=sorted(_ENTRIES), actual=unknown)
        return cls(**{name: _entries(name, told[name]) for name in told})

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; empty lists are left out."""
        return {
            name: [{f.name: _plain(getattr(entry, f.name)) for f in fields(entry)} for entry in entries]
            for name in _ENTRIES
            if (entries := getattr(self, name))
        }


def mirrored(steering: Steering) -> Steering:
    """Return the same steering with the keys' names swapped; arcs and smears stay points of the first key."""

    def swapped(links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(Link(link.b_xy, link.a_xy) for link in links)

    def other(key: KeyName) -> KeyName:
        return "b" if key == "a" else "a"

    return replace(
        steering,
        pins=swapped(steering.pins),
        matches=swapped(steering.matches),
        apart=swapped(steering.apart),
        vanishes=tuple(InA(each.b_xy) for each in steering.appears),
        appears=tuple(InB(each.a_xy) for each in steering.vanishes),
        depth=tuple(replace(each, key=other(each.key)) for each in steering.depth),
        protect=tuple(replace(each, key=other(each.key)) for each in steering.protect),
    )


_ENTRIES: dict[str, type] = {
    "pins": Link,
    "matches": Link,
    "apart": Link,
    "vanishes": InA,
    "appears": InB,
    "depth": Depth,
    "arcs": Arc,
    "protect": Spot,
    "smear": Smear,
}
_BOUNDS = {"bend": (-1.0, 1.0), "length": (0.0, 1.0), "at": (0.0, 1.0), "step": (-1000, 1000)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _entries(name: str, told: Any) -> tuple[Any, ...]:
    if not isinstance(told, list):
        msg = f"steering.{name} is not a list"
        raise BadSteering(msg, expected="a list", actual=type(told).__name__)
    if len(told) > MOST:
        msg = f"steering.{name} has too many entries"
        raise BadSteering(msg, expected=MOST, actual=len(told))
    return tuple(_entry(f"steering.{name}[{i}]", _ENTRIES[name], each) for i, each in enumerate(told))


def _entry(where: str, kind: type, told: Any) -> Any:
    names = {f.name for f in fields(kind)}
    if not isinstance(told, Mapping) or set(told) != names:
        actual = sorted(told) if isinstance(told, Mapping) else type(told).__name__
        msg = f"{where} is not of its form"
        raise BadSteering(msg, expected=sorted(names), actual=actual)
    return kind(**{name: _value(f"{where}.{name}", name, told[name]) for name in sorted(names)})


def _value(where: str, name: str, told: Any) -> Any:
    if name == "key":
        if told not in get_args(KeyName):
            msg = f"{where} names no key"
            raise BadSteering(msg, expected=list(get_args(KeyName)), actual=told)
        return told
    if name.endswith("xy"):
        if not isinstance(told, list | tuple) or len(told) != 2:
            msg = f"{where} is not a point"
            raise BadSteering(msg, expected="[x, y]", actual=told)
        return (_number(f"{where}[0]", told[0], (-1e5, 1e5)), _number(f"{where}[1]", told[1], (-1e5, 1e5)))
    number = _number(where, told, _BOUNDS[name])
    return int(number) if name == "step" else number


def _number(where: str, told: Any, bounds: tuple[float, float]) -> float:
    good = isinstance(told, int | float) and not isinstance(told, bool) and math.isfinite(told)
    if not good or not bounds[0] <= told <= bounds[1]:
        msg = f"{where} is out of bounds"
        raise BadSteering(msg, expected=f"{bounds[0]} to {bounds[1]}", actual=told)
    return float(told)
