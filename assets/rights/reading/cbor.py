"""A bounded reader of CBOR, for the assertions of C2PA.

Source: RFC 8949. Own and small, because what is read comes from strangers: depth, number of items and lengths are
bounded before anything is allocated. Tags are dropped, their content stays; halves, floats and simple values are read.
"""

from __future__ import annotations

import struct
from typing import Any

MAX_DEPTH = 24
MAX_ITEMS = 50_000
_BREAK = object()
_SIMPLE = {20: False, 21: True, 22: None, 23: None}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}


class NotCbor(ValueError):
    """The bytes are no CBOR, or more of it than is read here."""


def loads(data: bytes) -> Any:
    """Return the first item: dict, list, str, bytes, int, float, bool or None; what follows it is left alone.

    Raises:
        NotCbor: cut off, malformed, too deep or too many items.
    """
    return _Reader(data).item(0)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._items = data, 0, 0

    def item(self, depth: int) -> Any:
        """Read one item."""
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            raise NotCbor
        first = self._take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            return self._simple(info)
        if info == 31:
            return self._open_ended(major, depth)
        return self._sized(major, self._argument(info), depth)

    def _take(self, size: int) -> bytes:
        if size > len(self._data) - self._at:
            raise NotCbor
        self._at += size
        return self._data[self._at - size : self._at]

    def _argument(self, info: int) -> int:
        if info < 24:
            return info
        if info not in _WIDTHS:
            raise NotCbor
        return int.from_bytes(self._take(_WIDTHS[info]), "big")

    def _simple(self, info: int) -> Any:
        if info == 31:
            return _BREAK
        if info in _FLOATS:
            return struct.unpack(_FLOATS[info], self._take(_WIDTHS[info]))[0]
        if info == 24:
            self._take(1)
        return _SIMPLE.get(info)

    def _sized(self, major: int, number: int, depth: int) -> Any:
        if major < 2:
            return number if major == 0 else -1 - number
        if major < 4:
            taken = self._take(number)
            return taken if major == 2 else taken.decode("utf-8", errors="replace")
        if number > MAX_ITEMS and major != 6:
            raise NotCbor
        if major == 4:
            return [self._inner(depth) for _ in range(number)]
        if major == 5:
            return dict(self._pair(depth) for _ in range(number))
        return self.item(depth + 1)  # a tag: its content

    def _open_ended(self, major: int, depth: int) -> Any:
        parts: list[Any] = []
        while (part := self.item(depth + 1)) is not _BREAK:
            parts.append(part)
        if major == 4:
            return parts
        if major == 5 and len(parts) % 2 == 0:
            return {_key(name): value for name, value in zip(parts[::2], parts[1::2], strict=True)}
        if major == 2 and all(isinstance(part, bytes) for part in parts):
            return b"".join(parts)
        if major == 3 and all(isinstance(part, str) for part in parts):
            return "".join(parts)
        raise NotCbor

    def _inner(self, depth: int) -> Any:
        value = self.item(depth + 1)
        if value is _BREAK:
            raise NotCbor
        return value

    def _pair(self, depth: int) -> tuple[Any, Any]:
        return _key(self._inner(depth)), self._inner(depth)


def _key(value: Any) -> Any:
    return value if isinstance(value, (str, int, bytes, float, bool, type(None))) else str(value)
