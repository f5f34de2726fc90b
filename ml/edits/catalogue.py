"""Every edit by the name that the benchmark gives it, with the fault that a checker should name.

An edit gets a `Subject` (the drawing) and a seed and returns an `Edit`, or None where the drawing does not allow it:
a drawing without a neck has no head to scale. The seed also chooses the sign of a signed kind.
"""

from __future__ import annotations

from collections.abc import Callable

from ml.edits.base import Edit, Subject
from ml.edits.bodies import head_size, heads_tall
from ml.edits.colours import palette, wrong_swatch
from ml.edits.details import detail_mirrored, detail_missing, detail_moved, detail_shape
from ml.edits.faces import eye_height, eye_size, eye_spacing, face_shape, hair_silhouette, other_eyes
from ml.edits.lines import line

Make = Callable[[Subject, int], Edit | None]
MakeFrom = Callable[[Subject, Subject, int], Edit | None]


def _signed(edit: Callable[[Subject, float], Edit | None], percent: float) -> Make:
    """Return the edit by + or - `percent` as the seed says; by the other sign where that one cannot be."""

    def make(subject: Subject, seed: int) -> Edit | None:
        sign = 1.0 if seed % 2 else -1.0
        return edit(subject, sign * percent) or edit(subject, -sign * percent)

    return make


def _palette(wanted_de: float) -> Make:
    return lambda subject, seed: palette(subject, wanted_de, seed)


_OWN: dict[str, Make] = {
    **{f"palette_de{de}": _palette(float(de)) for de in (2, 4, 8, 16)},
    "wrong_swatch": wrong_swatch,
    **{f"heads_tall_{p}": _signed(heads_tall, p) for p in (4, 8, 15)},
    **{f"head_size_{p}": _signed(head_size, p) for p in (5, 10, 20)},
    **{f"eye_spacing_{p}": _signed(eye_spacing, p) for p in (5, 10, 20)},
    **{f"eye_size_{p}": _signed(eye_size, p) for p in (10, 25)},
    **{f"eye_height_{p}": _signed(eye_height, p) for p in (5, 10)},
    **{f"face_shape_{p}": _signed(face_shape, p) for p in (8, 15)},
    **{f"hair_silhouette_{p}": _signed(hair_silhouette, p) for p in (15, 30)},
    "detail_missing": detail_missing,
    "detail_moved": detail_moved,
    "detail_shape": detail_shape,
    "detail_mirrored": detail_mirrored,
    **{f"line_{p}": _signed(line, p) for p in (15, 30, 60)},
}
_FROM_ANOTHER: dict[str, MakeFrom] = {"other_eyes": other_eyes}
EDITS = (*_OWN, *_FROM_ANOTHER)
GEOMETRIC = ("head_size", "heads_tall", "eye_", "face_shape", "hair_silhouette")
_FAULTS = {
    "palette": "COLOUR",
    "wrong_swatch": "COLOUR",
    "head_size": "PROPORTION",
    "heads_tall": "PROPORTION",
    "eye_": "FACE",
    "face_shape": "FACE",
    "other_eyes": "FACE",
    "hair_silhouette": "SHAPE",
    "other_shoes": "SHAPE",
    "detail": "DETAIL",
    "line": "LINE_WEIGHT",
    "costume": "WRONG_DESIGN",
    "character": "WRONG_DESIGN",
    "colourway": "COLOUR",
}


def make(kind: str, subject: Subject, seed: int = 0, donor: Subject | None = None) -> Edit | None:
    """Return the drawing with one fault of that kind, None where it cannot be made well.

    `donor` is a drawing of another design, for the kinds that put another's part on this figure.
    """
    if kind in _OWN:
        return _OWN[kind](subject, seed)
    return None if donor is None else _FROM_ANOTHER[kind](subject, donor, seed)


def fault_of(kind: str) -> str:
    """Return "OFF_MODEL.X" for a kind; "" for clean drawings and shams."""
    return next((f"OFF_MODEL.{fault}" for start, fault in _FAULTS.items() if kind.startswith(start)), "")


def is_geometric(kind: str) -> bool:
    """Say whether a kind resamples, so that it is judged against a sham at the same place."""
    return kind.startswith(GEOMETRIC)
