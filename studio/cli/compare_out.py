"""Files that `sakkan compare` writes: tried before the work begins, there as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from studio.cli.compare_pictures import Still
from studio.cli.errors import BadInput


class Output:
    """A file to be written when all is done. Making it proves that it can be written.

    Raises:
        BadInput: it cannot.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        if path.is_dir():
            msg = f"{path} is a folder. Name a file to write."
            raise BadInput(msg)
        try:
            with self._part.open("x"):
                pass
        except OSError as error:
            msg = f"{path} cannot be written ({error.strerror}). Name a file in a folder that is there and yours."
            raise BadInput(msg) from error

    def write(self, pieces: Iterable[str]) -> None:
        """Put the text there, piece by piece, in place of what was there before.

        Raises:
            BadInput: the disk is full, for example.
        """
        try:
            with self._part.open("w", encoding="utf-8", newline="\n") as stream:
                stream.writelines(pieces)
            self._part.replace(self.path)
        except OSError as error:
            msg = f"{self.path} cannot be written ({error.strerror}). Free space or name another place."
            raise BadInput(msg) from error

    def drop(self) -> None:
        """Leave nothing behind of a file that was not written."""
        self._part.unlink(missing_ok=True)


class Album:
    """Small pictures kept on the disk until the page is written, so that memory does not grow with the drawings."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the album)

    def keep(self, still: Still | None) -> Kept | None:
        """Put a picture away; nothing stays nothing."""
        if still is None:
            return None
        return Kept(self, self.put(still.data), still.size_hw, still.box_xyxy)

    def put(self, data: bytes) -> tuple[int, int]:
        """Put bytes away and return where."""
        offset = self._file.seek(0, os.SEEK_END)
        self._file.write(data)
        return offset, len(data)

    def get(self, place: tuple[int, int]) -> bytes:
        """Return bytes that were put away."""
        self._file.seek(place[0])
        return self._file.read(place[1])

    def close(self) -> None:
        """Forget everything."""
        self._file.close()


class Kept:
    """A picture in an album."""

    def __init__(
        self,
        album: Album,
        place: tuple[int, int],
        size_hw: tuple[int, int],
        box_xyxy: tuple[int, int, int, int],
    ) -> None:
        self._album, self._place = album, place
        self.size_hw, self.box_xyxy = size_hw, box_xyxy

    @property
    def data(self) -> bytes:
        """The bytes."""
        return self._album.get(self._place)
