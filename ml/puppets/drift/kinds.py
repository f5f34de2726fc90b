"""The kinds of drift by the bench's names: what they are called, how large, and what a drawing must show for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.errors import MLError
from ml.puppets.design import Design
from ml.puppets.render import PuppetFrame


class UnknownDrift(MLError):
    """A kind of drift was asked for that does not exist, or that this design cannot show."""


@dataclass(frozen=True)
class Wish:
    """What is to go wrong.

    Attributes:
        kind: one of FAMILIES.
        amount: signed; recolour: ΔE00; proportions, face, hair, line: share (0.15 = 15 % larger); else ignored.
        target: recolour: swatch; details: accessory; hair_silhouette: what of it; ignored by the others.
        other: the design that eyes, hair, shoes, costume or the whole character come from.
        seed: decides what the wish leaves open.
    """

    kind: str
    amount: float = 0.0
    target: str = ""
    other: Design | None = None
    seed: int = 0


@dataclass(frozen=True)
class Altered:
    """A design that departs, what was done in words, and the fault a checker should name.

    Attributes:
        design: what is drawn.
        what: words, with the number where there is one.
        fault: "OFF_MODEL." and an aspect of `ml.types`.
        magnitude: signed, in the kind's unit; 0 where the kind has no number.
        line: factor on the line weight of the framing.
        target: swatch or accessory that was changed, "" for the others.
    """

    design: Design
    what: str
    fault: str
    magnitude: float = 0.0
    line: float = 1.0
    target: str = ""


@dataclass(frozen=True)
class Drifted:
    """A drifted drawing beside the right one.

    Attributes:
        frame: what was drawn.
        mask: (h, w) bool, every pixel that differs from the right drawing.
        box_xyxy: of the mask, pixels, right and bottom exclusive; all 0 if nothing differs.
        what, fault, magnitude: as in `Altered`.
        right: the drawing as it should be.
        place: (h, w) bool, what a checker should point at; None where the whole figure is wrong.
        shows: whether the change is large enough to be seen in this picture; if not, it is no question to ask.
    """

    frame: PuppetFrame
    mask: np.ndarray
    box_xyxy: tuple[int, int, int, int]
    what: str
    fault: str
    magnitude: float
    right: PuppetFrame
    place: np.ndarray | None = None
    shows: bool = True


@dataclass(frozen=True)
class Kind:
    """One kind of drift of the bench.

    Attributes:
        name: as the bench calls it.
        family: what is bent, key of FAMILIES; kinds of one family differ in magnitude.
        magnitude: size, unsigned, in `unit`; 0 where it is whatever the other design brings.
        unit: "ΔE00", "%" or "".
        fault: what a checker should name, an aspect of `ml.types` without "OFF_MODEL."; "" for a sham.
        needs: of "face" (turned less than 60° away), "eye" (at least one is seen), "feet" (in the picture),
            "figure" (stands upright, crown to ground in the picture), "accessory" (worn), "other" (a design).
        signed: goes up or down, by seed.
    """

    name: str
    family: str
    magnitude: float
    unit: str
    fault: str
    needs: frozenset[str] = frozenset()
    signed: bool = False


def _sizes(family: str, unit: str, fault: str, sizes: tuple[int, ...], *needs: str) -> list[Kind]:
    """Return one signed kind for each size, named family_size."""
    return [Kind(f"{family}_{n}", family, n, unit, fault, frozenset(needs), signed=True) for n in sizes]


def _plain(name: str, family: str, fault: str, *needs: str) -> Kind:
    """Return a kind that has no size of its own."""
    return Kind(name, family, 0.0, "", fault, frozenset(needs))


_ALL = [
    *(Kind(f"palette_de{n}", "recolour", n, "ΔE00", "COLOUR") for n in (2, 4, 8, 16)),
    Kind("wrong_swatch", "wrong_swatch", 0.0, "ΔE00", "COLOUR"),
    *_sizes("heads_tall", "%", "PROPORTION", (4, 8, 15), "figure"),
    *_sizes("head_size", "%", "PROPORTION", (5, 10, 20)),
    *_sizes("eye_spacing", "%", "FACE", (5, 10, 20), "face"),
    *_sizes("eye_size", "%", "FACE", (10, 25), "eye"),
    *_sizes("eye_height", "%", "FACE", (5, 10), "eye"),
    *_sizes("face_shape", "%", "FACE", (8, 15), "face"),
    *_sizes("hair_silhouette", "%", "SHAPE", (15, 30)),
    _plain("detail_missing", "missing_detail", "DETAIL", "accessory"),
    _plain("detail_moved", "detail_moved", "DETAIL", "accessory"),
    _plain("detail_shape", "detail_shape", "DETAIL", "accessory"),
    _plain("detail_mirrored", "detail_mirrored", "DETAIL", "accessory"),
    _plain("other_eyes", "other_eyes", "FACE", "eye", "other"),
    _plain("other_hair", "other_hair", "SHAPE", "other"),
    _plain("other_shoes", "other_shoes", "SHAPE", "feet", "other"),
    _plain("costume", "wrong_costume", "WRONG_DESIGN", "other"),
    _plain("character", "wrong_design", "WRONG_DESIGN", "other"),
    *_sizes("line", "%", "LINE_WEIGHT", (15, 30, 60)),
]
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
SHAM_KINDS: dict[str, Kind] = {"palette_de1": Kind("palette_de1", "recolour", 1.0, "ΔE00", "")}
MAGNITUDES: dict[str, tuple[float, ...]] = {
    family: tuple(k.magnitude for k in _ALL if k.family == family and k.magnitude)
    for family in dict.fromkeys(k.family for k in _ALL)
}


def kind_of(name: str) -> Kind:
    """Return a kind of drift, or a sham that is drawn like one.

    Raises:
        UnknownDrift: no such kind.
    """
    found = KINDS.get(name) or SHAM_KINDS.get(name)
    if found is None:
        msg = f"There is no drift called {name!r}."
        raise UnknownDrift(msg, expected=sorted(KINDS), actual=name)
    return found
