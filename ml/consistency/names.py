"""Words for colours and the groups of parts that act: a blink hides an iris, a shut mouth hides a tongue."""

from __future__ import annotations

import colorsys
import re

from ml.types import Rgb

_HUES = (
    (15, "red"), (40, "orange"), (66, "yellow"), (160, "green"), (195, "teal"),
    (255, "blue"), (290, "violet"), (335, "pink"), (361, "red"),
)  # fmt: skip
_ACTING = re.compile(
    r"eye|iris|pupil|sclera|lash|lid|brow|mouth|lip|teeth|tooth|tongue|blush|tear|white|catch", re.I
)
_EYE = re.compile(r"eye(?!brow|lash|lid)|iris|pupil|sclera", re.I)
_HEAD = re.compile(r"hair|fringe|bang|face|ear(?!th)|head", re.I)
_LIMB = re.compile(r"skin|arm|hand|leg|foot|shoe|sleeve|sock|boot|glove", re.I)
_LINE = re.compile(r"line|outline|ink", re.I)


def colour_name(rgb: Rgb) -> str:
    """Return two plain words for a colour, such as "dark blue"."""
    hue, luma, chroma = colorsys.rgb_to_hls(*(channel / 255.0 for channel in rgb))
    spread = (max(rgb) - min(rgb)) / 255.0
    shade = "dark" if luma < 0.3 else "light" if luma > 0.72 else "mid"
    if spread < 0.08 or chroma < 0.06:
        return {"dark": "black", "light": "white"}.get(shade, "grey")
    name = next(word for limit, word in _HUES if hue * 360.0 < limit)
    return f"{shade} {name}"


def is_acting(part: str) -> bool:
    """Say whether acting alone may hide or show this part."""
    return bool(_ACTING.search(part))


def is_eye(part: str) -> bool:
    """Say whether the part is inside an eye."""
    return bool(_EYE.search(part))


def is_head(part: str) -> bool:
    """Say whether the part belongs to the head whatever the pose."""
    return bool(_HEAD.search(part))


def is_limb(part: str) -> bool:
    """Say whether the part moves with arms and legs."""
    return bool(_LIMB.search(part))


def is_line(part: str, tone: str) -> bool:
    """Say whether the swatch colours a line."""
    return tone == "line" or bool(_LINE.search(part))
