"""The directories of a TIFF file or an EXIF block: tags with their bytes, nothing of the picture.

Source: TIFF 6.0, section 2, and EXIF 2.32 for the sub-directory. Classic TIFF only; BigTIFF has other offsets.
"""

from __future__ import annotations

MAX_TAGS = 4_096
MAX_VALUE_BYTES = 4 * 1024 * 1024
_MAX_DIRECTORIES = 16
_EXIF_DIRECTORY = 34665
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


class NotTiff(ValueError):
    """The bytes do not begin like a TIFF file, or its first directory is cut off."""


def read_ifds(data: bytes) -> list[tuple[int, bytes]]:
    """Return (tag, bytes of the value) of every directory in its order, the EXIF directory included.

    A value that points outside of the data, or is longer than MAX_VALUE_BYTES, is left out. Directories are followed
    once each, so that a chain in a circle ends.

    Raises:
        NotTiff: no TIFF header, or no first directory.
    """
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(data[:4])
    if order is None:
        raise NotTiff
    big = order == "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], "big" if big else "little")

    waiting = [number(4, 4)]
    seen: set[int] = set()
    found: list[tuple[int, bytes]] = []
    while waiting and len(seen) < _MAX_DIRECTORIES:
        at = waiting.pop(0)
        if at in seen or at < 8 or at + 2 > len(data):
            if not seen:
                raise NotTiff
            continue
        seen.add(at)
        count = min(number(at, 2), MAX_TAGS)
        for entry in range(at + 2, at + 2 + count * 12, 12):
            if entry + 12 > len(data):
                break
            tag, kind, values = number(entry, 2), number(entry + 2, 2), number(entry + 4, 4)
            size = _SIZES.get(kind, 0) * values
            start = entry + 8 if size <= 4 else number(entry + 8, 4)
            if tag == _EXIF_DIRECTORY:
                waiting.append(number(entry + 8, 4))
            elif 0 < size <= MAX_VALUE_BYTES and start + size <= len(data):
                found.append((tag, data[start : start + size]))
        waiting.append(number(at + 2 + count * 12, 4))
    return found
