"""Words for colours and the groups of parts that act: a blink hides an iris, a shut mouth hides a tongue."""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache

from ml.types import Rgb

_HUES = (
    (15, "red"), (40, "orange"), (66, "yellow"), (160, "green"), (195, "teal"),
    (255, "blue"), (290, "violet"), (335, "pink"), (361, "red"),
)  # fmt: skip
_EYE = ("iris", "pupil", "sclera", "eye", "eyes", "catchlight")
_ACTING = (
    *_EYE, "lash", "lashes", "eyelash", "eyelashes", "lid", "lids", "eyelid", "brow", "brows", "eyebrow", "eyebrows",
    "mouth", "lip", "lips", "teeth", "tooth", "tongue", "blush", "cheek", "tear", "tears", "sweat",
)  # fmt: skip
_HEAD = ("hair", "fringe", "bangs", "face", "ear", "ears", "head")
_LIMB = (
    "skin", "arm", "arms", "hand", "hands", "leg", "legs", "foot", "feet", "shoe", "shoes", "sleeve", "sleeves",
    "sock", "socks", "boot", "boots", "glove", "gloves",
)  # fmt: skip
_WORN_IN_HAIR = ("clip", "pin", "ribbon", "band", "tie", "flower", "bow", "ornament", "bead", "net", "comb")
_LINE = ("line", "lines", "outline", "ink")


@lru_cache(maxsize=4096)
def _has(part: str, words: tuple[str, ...]) -> bool:
    return any(token in words for token in re.findall(r"[a-z]+", part.lower()))


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
    return _has(part, _ACTING)


def is_eye(part: str) -> bool:
    """Say whether the part is inside an eye."""
    return _has(part, _EYE)


def is_head(part: str) -> bool:
    """Say whether the part belongs to the head whatever the pose."""
    return _has(part, _HEAD)


def is_limb(part: str) -> bool:
    """Say whether the part moves with arms and legs."""
    return _has(part, _LIMB)


def is_line(part: str, tone: str) -> bool:
    """Say whether the swatch colours a line."""
    return tone == "line" or _has(part, _LINE)


def is_face_skin(part: str) -> bool:
    """Say whether the part is the paint of a face."""
    return _has(part, ("skin", "face"))


def is_hair(part: str) -> bool:
    """Say whether the part is the paint of hair, not of what is worn in it."""
    return _has(part, ("hair", "fringe", "bangs")) and not _has(part, _WORN_IN_HAIR)
