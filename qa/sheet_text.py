"""Text on a printed sheet: the font, and lines that break as Japanese does."""

from __future__ import annotations

import re
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from studio.core import fonts

_CID_FONT = "HeiseiKakuGo-W5"  # named, not embedded: for machines without a Japanese TrueType font
# A word of Latin letters stays whole; every other sign may end a line.
_PARTS = re.compile(r"[!-~\u00a1-\u03ff\u2010-\u2027]+|\s|.", re.DOTALL)
_NEVER_FIRST = frozenset("、。，．・：；？！）」』】〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…")


@cache
def font() -> str:
    """Return the name of the font of sheets, registered once for the process."""
    path = fonts.japanese()
    if path is not None:
        try:
            pdfmetrics.registerFont(TTFont("Sheet", str(path), subfontIndex=0))
        except (TTFError, OSError):
            pass  # a font that cannot be embedded is as good as none
        else:
            return "Sheet"
    pdfmetrics.registerFont(UnicodeCIDFont(_CID_FONT))
    return _CID_FONT


def width(text: str, size: float) -> float:
    """Return how wide the text is, in points."""
    return float(pdfmetrics.stringWidth(text, font(), size))


def wrapped(text: str, size: float, room: float, most: int = 1000) -> list[str]:
    """Return the text in lines of at most `room` points; after `most` lines it ends with "…"."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines += _broken(paragraph, size, room)
        if len(lines) > most:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], clipped(lines[most - 1] + "…", size, room)]
    return lines


def clipped(text: str, size: float, room: float) -> str:
    """Return the text on one line, shortened with "…" where it is too long."""
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text}…"


def _broken(paragraph: str, size: float, room: float) -> list[str]:
    lines, line, used = [], "", 0.0
    for part in _parts(paragraph, size, room):
        wide = width(part, size)
        if line and used + wide > room and part not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line, used = "", 0.0
        if line or not part.isspace():
            line, used = line + part, used + wide
    return [*lines, line.rstrip()] if line else lines or [""]


def _parts(paragraph: str, size: float, room: float) -> list[str]:
    """Return what may stand on a line of its own; a word that is wider than the line is taken apart."""
    found: list[str] = []
    for part in _PARTS.findall(paragraph):
        found += list(part) if width(part, size) > room else [part]
    return found
