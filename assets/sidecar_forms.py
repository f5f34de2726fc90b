"""What the values of a sidecar may be, whatever drew by it."""

from __future__ import annotations

from typing import Any

MOST_BYTES = 256 * 1024
_FARTHEST = 1_000_000


def is_point(value: Any) -> bool:
    """Return whether a value is [x, y]."""
    return isinstance(value, list | tuple) and len(value) == 2 and all(map(is_number, value))


def is_number(value: Any) -> bool:
    """Return whether a value is a number that a picture can mean."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_FARTHEST <= value <= _FARTHEST
