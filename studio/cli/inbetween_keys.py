"""The keys of `sakkan inbetween`: their pixels as the engine reads them, and the names of what comes between them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets import drawing_numbers
from assets.drawing_numbers import DrawingNumber
from assets.timing_words import BadTiming
from studio.cli import compare_files
from studio.cli.compare_files import Named, Unread
from studio.cli.errors import BadInput

MARKS = (b"Sakkan in-betweener", b"Sakkan clean-up")  # in the first bytes of each drawing that an engine made
_HEAD_BYTES = 4096
_STEM = re.compile(r"(?P<before>.*?)(?P<digits>\d{1,6})(?P<letter>[a-z]?)", re.DOTALL)


@dataclass(frozen=True)
class Key:
    """A key drawing: `png` is the 8-bit PNG that the engine reads, `sha256` is of these bytes."""

    named: Named
    png: bytes
    size_hw: tuple[int, int]
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """By which a sidecar knows the key."""
        return hashlib.sha256(self.png).hexdigest()

    @property
    def number(self) -> str:
        """The drawing number that its name ends with, empty where there is none."""
        parts = _parts(self.named.path)
        return parts[1].plain if parts else ""


def read_key(path: Path, name: str = "") -> Key:
    """Return a key: PNG, TGA, TIFF, JPEG, WebP, or PSD as it looks.

    Raises:
        BadInput: with file, reason and way out.
    """
    if not path.is_file():
        msg = f"There is no file {path}. Look for a spelling mistake."
        raise BadInput(msg)
    named = Named(path, name or path.name)
    try:
        picture = compare_files.read_drawing(named, "key")
    except Unread as unread:
        msg = f"{unread.fault.file} was not read. {unread.fault.message}"
        raise BadInput(msg) from unread
    notes = tuple(f"{named.name}: {compare_files.told(note, 'key').message}" for note in picture.notes)
    return Key(named, compare_files.png_of(picture, named), picture.size_hw, notes)


def refuse_unlike(a: Key, b: Key) -> None:
    """Raise BadInput where two keys are not of one size."""
    if a.size_hw != b.size_hw:
        sizes = [f"{key.named.name} is {key.size_hw[1]}x{key.size_hw[0]}" for key in (a, b)]
        msg = f"{sizes[0]} and {sizes[1]} pixels. Keys lie on one paper: export both at the same size."
        raise BadInput(msg)


def numbers_between(a: Key, b: Key, count: int, given: str | None, out: Path) -> tuple[str, ...]:
    """Return the numbers of the drawings between two keys; none where the names of the keys hold no numbers.

    What lies beside the keys under the same name keeps its number, but for what an earlier run drew into OUT.

    Raises:
        BadInput: the given numbers do not fit, or none are free.
    """
    try:
        if given is not None:
            return _given(given, count)
        first, last = _parts(a.named.path), _parts(b.named.path)
        if first is None or last is None or first[0].casefold() != last[0].casefold():
            return ()
        taken = [str(number) for number in _beside(a.named.path, first[0], out)]
        return drawing_numbers.between(str(first[1]), str(last[1]), count, taken)
    except BadTiming as problem:
        raise BadInput(problem.message) from problem


def name_of(key: Key | Path, number: str) -> str:
    """Return the file name of a drawing with another number, written like the key's: A0001.tga, 2 → A0002.png."""
    parts = _parts(key.named.path if isinstance(key, Key) else key)
    wanted = drawing_numbers.read(number)
    if parts is None:
        return f"{number}.png"
    width = max(parts[1].width, wanted.width)
    return f"{parts[0]}{DrawingNumber(wanted.value, wanted.letter, '', width)}.png"


def names_without_numbers(a: Key, b: Key, count: int) -> tuple[str, ...]:
    """Return file names for drawings between keys that have no numbers: smile_frown_1.png."""
    stem = f"{a.named.path.stem}_{b.named.path.stem}"
    return tuple(f"{stem}_{index}.png" for index in range(1, count + 1))


def is_ours(path: Path) -> bool:
    """Return whether the engine made this file, by its mark."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            return any(mark in head for mark in MARKS)
    except OSError:
        return False


def _given(text: str, count: int) -> tuple[str, ...]:
    numbers = tuple(each for each in re.split(r"[,\s、]+", text) if each)
    if len(numbers) != count:
        raise BadTiming("NUMBERS_DIFFER", numbers=len(numbers), count=count)
    places = [drawing_numbers.read(each).place for each in numbers]
    double = next((n for i, n in enumerate(numbers) if places[i] in places[:i]), None)
    if double is not None:
        raise BadTiming("NUMBER_TAKEN", number=double)
    return numbers


def _beside(path: Path, before: str, out: Path) -> Iterable[DrawingNumber]:
    try:
        others: Sequence[Path] = list(path.parent.iterdir())
    except OSError:
        others = []
    for other in others:
        parts = _parts(other)
        if parts is None or parts[0].casefold() != before.casefold():
            continue
        if not (_is_same(other.parent, out) and is_ours(other)):
            yield parts[1]


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _parts(path: Path) -> tuple[str, DrawingNumber] | None:
    """Return what stands before the number at the end of a file's name, and the number."""
    match = _STEM.fullmatch(path.stem)
    if match is None:
        return None
    return match["before"], drawing_numbers.read(match["digits"] + match["letter"])
