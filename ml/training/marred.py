"""Wrong drawings made as they are from real art: pixels resampled by `ml.edits`, each with a sham that moves nothing.

The edits look for eyes and heads in pixels; here their places are known, so that nothing is missed and nothing false.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ml.comparator.crops import HeadBox
from ml.edits.base import Edit, Subject
from ml.edits.bodies import heads_tall, scale_head
from ml.edits.eyes import Eye, EyePair
from ml.edits.faces import eye_height, eye_size, eye_spacing, face_shape, hair_silhouette
from ml.edits.heads import Head
from ml.edits.warps import sham_of
from ml.pixels import U8, Mask
from ml.puppets.render import PuppetFrame
from ml.training.scenes import Rng, Shown
from ml.training.wishes import SIZES

_FACES = {
    "eye_spacing": eye_spacing, "eye_size": eye_size, "eye_height": eye_height, "face_shape": face_shape,
    "hair_silhouette": hair_silhouette,
}  # fmt: skip
_NAMES = {"face_shape": "face_width", "hair_silhouette": ""}
_ASPECT = {"hair_silhouette": "SHAPE", "head_size": "PROPORTION", "heads_tall": "PROPORTION"}
_FACING_DEG, _TILTED_DEG = 48.0, 6.0
_EYE_HW = 0.9  # height of an eye by its width


@dataclass(frozen=True)
class Marred:
    """A drawing after an edit and after its sham, both of one size.

    Attributes:
        family: as `ml.puppets.drift` calls it.
        padded: pixels of paper that were added on each side.
        place: where a checker should point.
        measures, spoilt, sure: as in `wishes.Wrong`.
        grown: factor of the head's square about `about_xy`.
    """

    family: str
    rgba: U8
    sham: U8
    padded: int
    place: Mask
    aspect: str
    measures: dict[str, float] = field(default_factory=dict)
    spoilt: frozenset[str] = frozenset()
    sure: bool = True
    grown: float = 1.0
    about_xy: tuple[float, float] = (0.0, 0.0)

    def moved(self, head: HeadBox) -> HeadBox:
        """Return where the head is after the edit."""
        (x, y), k = self.about_xy, self.grown
        return HeadBox(x + (head.x - x) * k, y + (head.y - y) * k, head.side_px * k, head.turn_deg)


def marred(rng: Rng, rgba: U8, frame: PuppetFrame, shown: Shown) -> Marred | None:
    """Return an edit that this drawing allows, or None."""
    if not frame.labels.any():  # a random framing can miss the figure
        return None
    facing = abs(shown.yaw) < _FACING_DEG and {"eye_r", "eye_l"} <= frame.visible
    families = list(_FACES) if facing and (shown.bust or rng.random() < 0.2) else []
    if abs(shown.turn_deg) < _TILTED_DEG:
        families += ["head_size"] if shown.bust else ["head_size", "heads_tall"]
    if not families:
        return None
    family = families[int(rng.integers(len(families)))]
    low, high, sure = SIZES[family]
    size = float(np.exp(rng.uniform(np.log(low), np.log(high)))) * (1 if rng.random() < 0.5 else -1)
    subject = _known(rgba, frame, shown)
    edit = _made(family, subject, size)
    if edit is None or edit.place is None:
        return None
    padded = (edit.rgba.shape[0] - rgba.shape[0]) // 2
    name = _NAMES.get(family, family)
    value = size if family == "eye_height" else float(np.log1p(size))
    about = subject.head
    moved = (
        {} if family != "head_size" or about is None
        else {"grown": 1.0 + size, "about_xy": (about.x + padded, about.bottom + padded)}
    )  # fmt: skip
    return Marred(
        family, edit.rgba, sham_of(rgba, edit).rgba, padded, edit.place, _ASPECT.get(family, "FACE"),
        {name: value} if name else {}, frozenset({"hair_volume", "hair_length", "fringe"} if not name else ()),
        abs(size) >= sure, **moved,  # type: ignore[arg-type]
    )  # fmt: skip


def _made(family: str, subject: Subject, size: float) -> Edit | None:
    if family in _FACES:
        return _FACES[family](subject, size * 100.0)
    if subject.head is None:
        return None
    if family == "head_size":
        return scale_head(subject.rgba, subject.head, size * 100.0)
    return heads_tall(subject, size * 100.0)


def _known(rgba: U8, frame: PuppetFrame, shown: Shown) -> Subject:
    """Return the drawing as a subject whose eyes and head are where the landmarks say."""
    subject = Subject(rgba)
    marks = frame.landmarks
    rows = np.flatnonzero(frame.labels.any(axis=1))
    neck, crown = marks["chin"][1], marks["crown"][1]
    long = max(4.0, neck - crown)
    cut = bool(rows[-1] >= frame.labels.shape[0] - 2)
    head = Head(float(max(rows[0], crown - 0.2 * long)), float(neck + 0.04 * long), float(marks["crown"][0]),
                0.55 * long, float(rows[-1]), cut)  # fmt: skip
    subject.__dict__["head"] = head
    subject.__dict__["eyes"] = _eyes(marks) if {"eye_r", "eye_l"} <= set(marks) else None
    return subject


def _eyes(marks: dict[str, tuple[float, float]]) -> EyePair | None:
    found = []
    for side in "rl":
        corners = [marks.get(f"eye_{side}_{end}") for end in ("inner", "outer")]
        if corners[0] is None or corners[1] is None:
            return None
        wide = float(np.hypot(*np.subtract(corners[0], corners[1])))
        x, y = marks[f"eye_{side}"]
        found.append(Eye(x, y, max(2.0, wide), max(2.0, wide * _EYE_HW)))
    left, right = sorted(found, key=lambda eye: eye.x)
    return EyePair(left, right, 1.0)
