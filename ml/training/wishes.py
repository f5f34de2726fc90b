"""Drifts of any size for training: what goes wrong in a drawing, and the truth that the comparator learns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ml.puppets.design import Design
from ml.puppets.drift import KINDS, Altered, UnknownDrift, Wish, altered, possible
from ml.puppets.drift.bend import HAIR_SHARES, eyes_fit
from ml.puppets.drift.details import candidates
from ml.training.scenes import Person, Rng, Shown

MEASURES = (
    "eye_spacing", "eye_size", "eye_height", "face_width", "hair_length", "hair_volume", "fringe", "heads_tall",
    "head_size",
)  # fmt: skip
ASPECTS = ("FACE", "DETAIL", "SHAPE", "PROPORTION", "COLOUR")
_MEASURE_OF = {"face_shape": "face_width"}
_SPOILT = {  # what has no true number any more, because another's was put in its place
    "other_eyes": ("eye_size", "eye_spacing", "eye_height"),
    "other_hair": ("hair_length", "hair_volume", "fringe"),
}
# least and largest share, and the least that counts as wrong
SIZES: dict[str, tuple[float, float, float]] = {
    "eye_spacing": (0.03, 0.25, 0.045),
    "eye_size": (0.06, 0.30, 0.09),
    "eye_height": (0.02, 0.11, 0.04),
    "face_shape": (0.04, 0.18, 0.07),
    "hair_silhouette": (0.10, 0.42, 0.14),
    "heads_tall": (0.03, 0.18, 0.038),
    "head_size": (0.04, 0.22, 0.048),
}
_BUST = {
    "eye_spacing": 5.0, "eye_size": 3.5, "eye_height": 3.0, "face_shape": 3.0, "hair_silhouette": 4.0,
    "head_size": 2.0, "missing_detail": 1.5, "detail_moved": 1.0, "detail_shape": 1.0, "detail_mirrored": 0.7,
    "other_eyes": 1.5, "other_hair": 1.0, "recolour": 0.8, "wrong_swatch": 0.4,
}  # fmt: skip
_FULL = {
    "heads_tall": 5.0, "head_size": 4.0, "missing_detail": 2.5, "detail_moved": 1.6, "detail_shape": 1.6,
    "detail_mirrored": 1.0, "other_shoes": 2.5, "other_hair": 1.2, "hair_silhouette": 3.0, "recolour": 0.8,
    "wrong_swatch": 0.4, "eye_spacing": 0.8, "eye_size": 0.6, "face_shape": 0.4,
}  # fmt: skip
_TWICE = 0.12
_KIND_OF = {kind.family: name for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a drawing.

    Attributes:
        families: of `ml.puppets.drift`, or of `ml.edits` after "edit:".
        design: as it is drawn.
        targets: accessory, swatch or "" for each family.
        aspects: those that a checker should name, of ASPECTS.
        measures: name -> log of the ratio to the approved value; those not named are 0.
        spoilt: measures without a true value.
        sure: whether it is large enough to be called wrong; smaller ones only teach the measures.
    """

    families: tuple[str, ...]
    design: Design
    targets: tuple[str, ...]
    aspects: frozenset[str]
    measures: dict[str, float] = field(default_factory=dict)
    spoilt: frozenset[str] = frozenset()
    sure: bool = True


def random_wrong(rng: Rng, who: Person, shown: Shown) -> Wrong | None:
    """Return one drift, seldom two, that this drawing can show; None if none of a few tries fits."""
    first = _one(rng, who, who.design, shown)
    if first is None or rng.random() >= _TWICE:
        return first
    second = _one(rng, who, first.design, shown)
    if second is None or second.families[0] in first.families:
        return first
    return Wrong(
        (*first.families, *second.families), second.design, (*first.targets, *second.targets),
        first.aspects | second.aspects, {**first.measures, **second.measures}, first.spoilt | second.spoilt,
        first.sure or second.sure,
    )  # fmt: skip


def _one(rng: Rng, who: Person, design: Design, shown: Shown) -> Wrong | None:
    table = _BUST if shown.bust else _FULL
    weights = np.array(list(table.values()))
    for _ in range(6):
        family = str(rng.choice(list(table), p=weights / weights.sum()))
        made = wrong_of(rng, family, who, design, shown)
        if made is not None:
            return made
    return None


def wrong_of(
    rng: Rng, family: str, who: Person, design: Design, shown: Shown, share: float | None = None
) -> Wrong | None:
    """Return a drift of one family, of size `share` (unsigned) or of any; None if the drawing cannot show it."""
    if not possible(_KIND_OF[family], design, shown.pose, shown.framing):
        return None
    amount = _amount(rng, family, share)
    if family == "eye_height" and not eyes_fit(design, amount):
        amount = -amount
        if not eyes_fit(design, amount):
            return None
    target = _target(rng, family, design)
    if target is None:
        return None
    try:
        bent = altered(design, Wish(family, amount, target, who.other, int(rng.integers(2**31))))
    except UnknownDrift:
        return None
    return _truth(family, bent, amount, target)


def _truth(family: str, bent: Altered, amount: float, target: str) -> Wrong:
    name = _measure(family, target, bent.what)
    known = {} if not name else {name: float(amount if name == "eye_height" else np.log1p(amount))}
    spoilt = {"fringe"} if "locks instead" in bent.what else set()
    sure = family not in SIZES or abs(amount) >= SIZES[family][2]
    aspect = bent.fault.removeprefix("OFF_MODEL.")
    return Wrong(
        (family,), bent.design, (bent.target or target,), frozenset({aspect}), known,
        frozenset(spoilt | set(_SPOILT.get(family, ()))), sure,
    )  # fmt: skip


def _measure(family: str, target: str, what: str) -> str:
    """Return the measure that a drift bends, "" where it bends none with a number."""
    if family == "hair_silhouette":
        if "locks instead" in what:
            return ""
        return {"length": "hair_length", "volume": "hair_volume", "fringe": "fringe"}[target]
    name = _MEASURE_OF.get(family, family)
    return name if name in MEASURES else ""


def _amount(rng: Rng, family: str, share: float | None) -> float:
    if family == "recolour":
        return share if share is not None else float(rng.uniform(5.0, 20.0))
    if family not in SIZES:
        return 0.0
    low, high, _ = SIZES[family]
    size = share if share is not None else float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return size if rng.random() < 0.5 else -size


def _target(rng: Rng, family: str, design: Design) -> str | None:
    """Return what a drift is about; None if the design has nothing of the kind."""
    if family == "hair_silhouette":
        fit = [s for s in HAIR_SHARES if not (s == "length" and design.hair.cropped)]
        fit = [s for s in fit if not (s == "fringe" and len(design.hair.fringe) < 3)]
        return str(rng.choice(fit))
    if family in ("recolour", "wrong_swatch"):
        names = [n for n in design.swatch_names if n not in ("line", "blush", "mouth", "eye white")]
        return str(rng.choice(names))
    if "detail" in family:
        found = candidates(family, design)
        return str(rng.choice(found)) if found else None
    return ""


def as_line_only(wrong: Wrong) -> Wrong | None:
    """Return what of a drift ink alone can show: no paint; None if nothing is left."""
    if wrong.aspects == {"COLOUR"}:
        return None
    return replace(wrong, aspects=wrong.aspects - {"COLOUR"})
