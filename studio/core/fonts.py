"""The Japanese font of this machine, for sheets that are printed. Pages use the fonts of the reader's machine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

# TrueType outlines only: the PDF writer cannot embed the PostScript outlines of most .otf and Noto CJK .ttc files.
_NAMES = (
    "ipaexg.ttf",
    "fonts-japanese-gothic.ttf",
    "ipag.ttf",
    "ipagp.ttf",
    "NotoSansJP-Regular.ttf",
    "NotoSansCJKjp-Regular.ttf",
    "BIZUDGothic-Regular.ttf",
    "BIZ-UDGothicR.ttc",
    "VL-Gothic-Regular.ttf",
    "TakaoGothic.ttf",
    "TakaoPGothic.ttf",
    "mplus-1p-regular.ttf",
    "YuGothM.ttc",
    "meiryo.ttc",
    "msgothic.ttc",
    "Arial Unicode.ttf",
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)


def japanese() -> Path | None:
    """Return a TrueType font that has Japanese letters: the one that is set, else one of the usual; None for none."""
    return _found(str(settings.PDF_FONT))


@cache
def _found(chosen: str) -> Path | None:
    if chosen:
        return Path(chosen)
    there = {path.name: path for path in _files()}
    return next((there[name] for name in _NAMES if name in there), None)


def _files() -> Iterator[Path]:
    for folder in _FOLDERS:
        root = Path(folder).expanduser()
        if root.is_dir():
            yield from (path for path in root.rglob("*.tt[fc]") if path.is_file())
