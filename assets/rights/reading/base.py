"""What every reader hands back: claims, signals, marks and problems, and the bounds that all of them keep.

Readers take bytes that strangers made. They never raise for their content, never decompress or parse without a bound,
and never decide: what follows from a claim is for the rules.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from assets.rights.expressions import LicenceText

ClaimKind = Literal["declared", "detected"]
SignalKind = Literal["robots", "tdmrep", "aipref", "plus", "c2pa", "terms"]

MAX_TEXT_BYTES = 4 * 1024 * 1024
MAX_LABEL_CHARACTERS = 400


@dataclass(frozen=True)
class Claim:
    """Somebody says that something is under a licence.

    Args:
        path: a path inside the set with "/", a glob (see ``globs.matches``), or None for the whole set.
        licence: what is said, read.
        where: who says it: "XMP", "PNG text", ".license", "REUSE.toml", "table", "README", "LICENSE", "Croissant" …
        kind: "declared" by those who made the set, or "detected" in text that was written for something else.
        holders: copyright holders as written.
        attribution: how the author wants to be named, or who the authors are.
        url: where the licence or the statement stands.
        note: code of what a reader has to know ("repository_licence": no evidence about the art).
        about_art: False where the claim cannot be evidence about drawings.
    """

    path: str | None
    licence: LicenceText
    where: str
    kind: ClaimKind = "declared"
    holders: tuple[str, ...] = ()
    attribution: str = ""
    url: str = ""
    note: str = ""
    about_art: bool = True


@dataclass(frozen=True)
class Signal:
    """A machine-readable or written wish about mining and training. ``raw_sha256`` is of the bytes it stood in."""

    kind: SignalKind
    value: str
    forbids: bool
    raw_sha256: str
    path: str = ""


@dataclass(frozen=True)
class Marks:
    """Who or what made a picture: ``generator`` as found, IPTC's term for the source ("trainedAlgorithmicMedia")."""

    generator: str = ""
    digital_source_type: str = ""
    tool: str = ""

    @property
    def says_generated(self) -> bool:
        """Whether a mark says that a model made the picture or a part of it."""
        return bool(self.generator) or "trainedalgorithmic" in self.digital_source_type.lower()


@dataclass(frozen=True)
class Problem:
    """Something that could not be read. ``data`` names the place; the sentence for people stands elsewhere."""

    path: str
    code: str
    data: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Reading:
    """What one reader found in one file."""

    claims: tuple[Claim, ...] = ()
    signals: tuple[Signal, ...] = ()
    marks: Marks = Marks()
    problems: tuple[Problem, ...] = ()
    restrictions: tuple[str, ...] = ()
    sha256_of: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Reading) -> Reading:
        """Return both together; of two marks the first that says something stays."""
        return Reading(
            self.claims + other.claims,
            self.signals + other.signals,
            Marks(
                self.marks.generator or other.marks.generator,
                self.marks.digital_source_type or other.marks.digital_source_type,
                self.marks.tool or other.marks.tool,
            ),
            self.problems + other.problems,
            tuple(dict.fromkeys(self.restrictions + other.restrictions)),
            self.sha256_of + other.sha256_of,
        )

    def at(self, path: str) -> Reading:
        """Return the same with ``path`` in every claim about no path, in every signal and problem without one."""
        return replace(
            self,
            claims=tuple(replace(c, path=path) if c.path is None else c for c in self.claims),
            signals=tuple(replace(s, path=s.path or path) for s in self.signals),
            problems=tuple(replace(p, path=p.path or path) for p in self.problems),
        )


def joined(readings: Iterable[Reading]) -> Reading:
    """Return several readings as one, in their order."""
    total = Reading()
    for reading in readings:
        total += reading
    return total


def sha256_hex(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def text_of(data: bytes | str, limit_bytes: int = MAX_TEXT_BYTES) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, else Japanese Shift_JIS. Never raises.

    What fits none is UTF-8 with its bad bytes replaced. What exceeds ``limit_bytes`` is cut off; line ends become line
    feeds; NUL becomes a space.
    """
    if isinstance(data, str):
        return _plain(data[:limit_bytes])
    data = data[:limit_bytes]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _plain(data.decode("utf-16", errors="replace"))
    marked = data.startswith(b"\xef\xbb\xbf")
    for encoding in ("utf-8-sig",) if marked else ("utf-8", "cp932"):
        try:
            return _plain(data.decode(encoding))
        except UnicodeDecodeError as error:
            # A cut in the middle of a character at the very end is our own doing.
            if encoding == "utf-8" and error.start >= len(data) - 3 and len(data) == limit_bytes:
                return _plain(data[: error.start].decode(encoding))
    return _plain(data.decode("utf-8", errors="replace"))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ").lstrip("\ufeff")


def label(text: object, limit: int = MAX_LABEL_CHARACTERS) -> str:
    """Return anything as one short line, without control characters: names, addresses, notes."""
    line = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+", " ", str(text or ""))
    return " ".join(line.split())[:limit]


def safe_path(path: str) -> str | None:
    """Return a path inside a set in one form ("a/b.png"), or None if it leads out of the set.

    Backslashes become "/", "./" goes; absolute paths, drive letters and ".." are refused.
    """
    clean = path.strip().replace("\\", "/")
    while clean.startswith("./"):
        clean = clean[2:]
    parts = clean.split("/")
    if not clean or clean.startswith("/") or re.match(r"^[A-Za-z]:", clean) or ".." in parts:
        return None
    return "/".join(part for part in parts if part not in {"", "."}) or None
