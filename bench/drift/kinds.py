"""The kinds of drift and the shams of DriftBench: what each is, what a checker should name, what it is judged against.

A sham changes the bytes of a clean drawing and not its design. Every kind is held against clean drawings that went
through exactly what its own drawings went through, less the drift. Otherwise the bench would measure how well a method
hears resampling, or rewards one that takes sharp for wrong. Drifts of puppets are drawn anew, so theirs are drawn
anew too (`half_pixel_drawn`, `rescale_drawn`); edits of real drawings are resampled at one place, so theirs are
resampled there (`warp_in_place`). The other shams have alarm rates of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.drift.types import CLEAN

_DRAWN = ("half_pixel_drawn", "rescale_drawn")
_IN_PLACE = "warp_in_place"
SHAMS = ("half_pixel", "rescale", "warp", "reencode", "palette_de1", *_DRAWN, _IN_PLACE)
MATCHED = (CLEAN, "palette_de1", *_DRAWN, _IN_PLACE)
_NUMBER = re.compile(r"^(?P<family>[a-z_]+?)_(?:de)?(?P<magnitude>\d+)$")


@dataclass(frozen=True)
class Kind:
    """One kind of drift.

    Attributes:
        name: as in labels, "heads_tall_8".
        family: the same without its magnitude, "heads_tall".
        magnitude: in the family's unit (ΔE00 or %); None for kinds that are there or not.
        aspect: what a checker should name, a value of `ml.types.Aspect`.
        right: labels of the clean drawings that it is judged against.
    """

    name: str
    family: str
    magnitude: int | None
    aspect: str
    right: tuple[str, ...]


def _kinds(names: str, aspect: str, right: tuple[str, ...]) -> list[Kind]:
    found = []
    for name in names.split():
        match = _NUMBER.match(name)
        family, magnitude = (match["family"], int(match["magnitude"])) if match else (name, None)
        found.append(Kind(name, family, magnitude, aspect, right))
    return found


_GEOMETRIC = (*_DRAWN, _IN_PLACE)
_PAINTED = (CLEAN, "palette_de1")
_SHAPED = (CLEAN, *_DRAWN, _IN_PLACE)
_WHOLE = (CLEAN, *_DRAWN)

_ALL = (
    *_kinds("palette_de2 palette_de4 palette_de8 palette_de16 wrong_swatch", "COLOUR", _PAINTED),
    *_kinds("heads_tall_4 heads_tall_8 heads_tall_15", "PROPORTION", _GEOMETRIC),
    *_kinds("head_size_5 head_size_10 head_size_20", "PROPORTION", _GEOMETRIC),
    *_kinds("eye_spacing_5 eye_spacing_10 eye_spacing_20 eye_size_10 eye_size_25", "FACE", _GEOMETRIC),
    *_kinds("eye_height_5 eye_height_10 face_shape_8 face_shape_15", "FACE", _GEOMETRIC),
    *_kinds("hair_silhouette_15 hair_silhouette_30", "SHAPE", _GEOMETRIC),
    *_kinds("detail_missing detail_moved detail_shape detail_mirrored", "DETAIL", _SHAPED),
    *_kinds("other_eyes", "FACE", _SHAPED),
    *_kinds("other_hair other_shoes", "SHAPE", _SHAPED),
    *_kinds("costume character", "WRONG_DESIGN", _WHOLE),
    *_kinds("line_15 line_30 line_60", "LINE_WEIGHT", _SHAPED),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
FAMILIES = tuple(dict.fromkeys(kind.family for kind in _ALL))
ASPECTS = tuple(dict.fromkeys(kind.aspect for kind in _ALL))
RIGHT = (CLEAN, *SHAMS)
FAULT_PREFIX = "OFF_MODEL."


def kind_named(label: str, aspect: str) -> Kind:
    """Return a kind of the bench, or one that a folder of real art states itself: held against clean drawings."""
    return KINDS.get(label) or Kind(label, label, None, aspect, (CLEAN,))


def aspect_of_fault(fault: str) -> str:
    """Return "COLOUR" of "OFF_MODEL.COLOUR" or "COLOUR"."""
    return fault.removeprefix(FAULT_PREFIX)
