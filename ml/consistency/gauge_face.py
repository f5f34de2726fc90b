"""Faces against the approved drawings of the same view: eyes, jaw, fringe and hair, each in per cent.

The head of an approved drawing is laid over this one by its hair and the outline of its face; what acts hardly
counts (see `matching.weights_of`). What is left at the eyes is no acting: lids open and close, but the corners of
an eye, the lower lid and the distance of both eyes stay. A head turned by a few degrees brings the eyes nearer
together and moves them to the side at once, so that the one tells the other. Of several comparable drawings the
one that excuses the most counts.

Needs a colour model that names the parts, and a head drawn large enough: in a full figure of 400 px a tenth of
the distance of the eyes is two pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.consistency.aspects import box_under
from ml.consistency.faces import FRINGE_COLUMNS, JAW_ROWS, Face, face_of, parts_of
from ml.consistency.foreign import is_lossless
from ml.consistency.gauges import Bounds, Gauged, learned
from ml.consistency.heat_zones import moved_outline
from ml.consistency.inventory import Boxf
from ml.consistency.matching import Match, comparable
from ml.consistency.names import is_face_skin, is_hair
from ml.consistency.pack import Compiled
from ml.consistency.views import View
from ml.consistency.zones import HEAD_MARGIN, ZONE_PX, affine_of
from ml.pixels import F32

LEAST_HEAD_PX = (
    110.0  # the side of the head's square in the drawing: below it a face is too small to be measured
)
LEAST_SOFT_HEAD_PX = 180.0  # the same for encoded or resampled paint
_FRAMED = 0.5, 2.0
_LEAST_FIT = 0.88  # correlation: a face laid on less surely is turned or framed otherwise
_CLOSE_FIT = 0.965  # the same for hair and its fringe: a few degrees of turn move them before all else
_SURE_HEAD_PX = 170.0  # of a smaller head each pixel is more
_MOST_APART = 0.28  # log: eyes farther from their distance were not read well
_MOST_LOWER = 15.0  # % of the head: eyes farther off belong to another head, or are none
_HEAD_PX = ZONE_PX / HEAD_MARGIN
_TURN = 0.75  # share by which the eyes draw together for each share of their distance that they move aside
_TURN_SURE = 0.3  # the same for a view that is turned: how far the former may be off
_TURNED = 0.12  # log of the eyes' widths: beyond, the view is turned
_UNLIKE = 0.4  # log: eyes that differ as much from their pair were not read well
_OPENED = 0.2  # log of height by width: eyes opened as differently are not compared in size
_LOWER_LID = 0.2  # share of what an eye is taller that lies at its lower lid
_GROWN = 0.8  # log: a width beyond was not read well
_NEAR_PX = 14.0  # of the zone: a lone eye's pair lies as near
_JAW = slice(3, 15)
_LEAST_JAW, _LEAST_FRINGE = 6, 10
_LEAST_HAIR = 0.02


_OUTLINES: Mapping[str, Callable[[str], bool]] = {
    "FACE.jaw": is_face_skin,
    "SHAPE.fringe": is_hair,
    "SHAPE.hair": is_hair,
}


@dataclass(frozen=True)
class _Told:
    """One number against one approved drawing: `off` signed, in per cent of `sheet_value` or of the head."""

    off: float
    index: int


class FaceGauge:
    """See the module."""

    key = "face"
    painted_only = True
    bounds: Mapping[str, Bounds] = {
        "FACE.eye_spacing": Bounds(3.2, 7.0),
        "FACE.eye_size": Bounds(14.0, 20.0),
        "FACE.eye_height": Bounds(1.5, 4.0),
        "FACE.jaw": Bounds(3.2, 7.0),
        "SHAPE.fringe": Bounds(1.5, 5.0),
        "SHAPE.hair": Bounds(17.0, 40.0),
    }

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return the measures of every approved head in its own frame; nothing where no part names skin."""
        parts = [parts_of(view, blank.palette) for view in views]
        if any(p is None for p in parts):
            return {}
        faces = [
            _blank_face() if zone is None or own is None
            else face_of(own, view, affine_of(zone.left, zone.top, zone.side_px))
            for view, own, zone in zip(views, parts, blank.zones["head"], strict=True)
        ]  # fmt: skip
        return {
            "eyes": np.stack([f.eyes for f in faces]),
            "jaw": np.stack([f.jaw for f in faces]),
            "fringe": np.stack([f.fringe for f in faces]),
            "hair_area": np.array([f.hair_area for f in faces], np.float32),
        }

    def read(self, view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
        """Return what can be told of a face; nothing of a head that is small or has no comparable drawing."""
        known = learned(design, self)
        soft = not is_lossless(view, design)
        least = LEAST_SOFT_HEAD_PX if soft else LEAST_HEAD_PX
        sure = [m for m in comparable(matches, "head") if m.correlation("head") >= _LEAST_FIT]
        near = [m for m in sure if _head_px(view, m) >= least and _like_sized(m)]
        parts = parts_of(view, design.palette, soft=soft) if known and near and painted else None
        if parts is None:
            return []
        small = max(_head_px(view, m) for m in near) < _SURE_HEAD_PX
        pairs = [
            (m.index, face_of(parts, view, m.fits["head"].affine), _face_at(known, m.index)) for m in near
        ]
        close = [pair for pair, m in zip(pairs, near, strict=True) if m.correlation("head") >= _CLOSE_FIT]
        return [
            _with_outline(_gauged(view, name, what, told, near, pairs), view, near, design)
            for name, what in _NUMBERS.items()
            if not ((soft or (small and what.large)) and what.exact)
            if (told := _least(close if what.outline else pairs, what.off)) is not None
        ]


def _with_outline(one: Gauged, view: View, near: Sequence[Match], design: Compiled) -> Gauged:
    """Return a number of a shape with the place where its outline departs."""
    is_part = _OUTLINES.get(one.name)
    if is_part is None:
        return one
    laid = next(m for m in near if m.index == one.reference)
    return replace(one, heat=moved_outline(view, laid, design, is_part))


def _like_sized(one: Match) -> bool:
    """Say whether the approved head is framed about alike: in a full figure the lines eat into a small face."""
    return _FRAMED[0] < one.fits["head"].scale < _FRAMED[1]


def _head_px(view: View, one: Match) -> float:
    """Return the side of the head's square in pixels of the drawing."""
    affine = one.fits["head"].affine[:, :2].astype(np.float64)
    return float(np.sqrt(abs(np.linalg.det(affine)))) * ZONE_PX / view.scale_xy[1]


def _blank_face() -> Face:
    eyes, jaw = np.full((2, 6), np.nan, np.float32), np.full((JAW_ROWS, 2), np.nan, np.float32)
    return Face(eyes, jaw, np.full(FRINGE_COLUMNS, np.nan, np.float32), 0.0)


def _face_at(known: Mapping[str, np.ndarray], index: int) -> Face:
    return Face(
        known["eyes"][index], known["jaw"][index], known["fringe"][index], float(known["hair_area"][index])
    )


Pairs = Sequence[tuple[int, Face, Face]]


def _least(pairs: Pairs, off: Callable[[Face, Face], float | None]) -> _Told | None:
    """Return what is told against the approved drawing that excuses the most."""
    told = [_Told(value, index) for index, seen, sheet in pairs if (value := off(seen, sheet)) is not None]
    return min(told, key=lambda t: (round(abs(t.off), 6), t.index), default=None)


def _both(seen: Face, sheet: Face) -> bool:
    """Say whether both eyes are to be seen in both, and each like its pair."""
    if np.isnan(seen.eyes).any() or np.isnan(sheet.eyes).any():
        return False
    grown = np.log(_widths(seen.eyes) / _widths(sheet.eyes))
    return bool(abs(grown[0] - grown[1]) < _UNLIKE and abs(grown.mean()) < _UNLIKE + 0.1)


def _width(ends: F32) -> float:
    return max(float(ends[1] - ends[0]), 0.5)


def _widths(eyes: F32) -> F32:
    return np.asarray(np.maximum(eyes[:, 1] - eyes[:, 0], 0.5), np.float32)


def _spacing(seen: Face, sheet: Face) -> float | None:
    """Return how much farther apart the eyes lie, in %, less what a turn of the head explains.

    Lids and irises are two witnesses: both must say so, and the one that says less counts.
    """
    if not _both(seen, sheet):
        return None
    told = [_apart(seen.eyes[:, ends], sheet.eyes[:, ends], sheet) for ends in (slice(0, 2), slice(4, 6))]
    if any(t is None for t in told):
        return None
    first, second = (float(t) for t in told if t is not None)
    if min(abs(first), abs(second)) > _MOST_APART:
        return None
    return 100.0 * min(first, second, key=abs) if first * second > 0.0 else 0.0


def _apart(ends: F32, ends_was: F32, sheet: Face) -> float | None:
    """Return the logarithm of what the distance of both middles has grown beyond what a turn explains."""
    at, was = ends.mean(axis=1), ends_was.mean(axis=1)
    apart, apart_was = float(at[1] - at[0]), float(was[1] - was[0])
    if apart < 0.4 * apart_was or apart_was <= 0.0:
        return None
    aside = float(at.mean() - was.mean()) / apart_was
    lean = float(np.log(_widths(sheet.eyes)[1] / _widths(sheet.eyes)[0]))
    if abs(lean) > _TURNED:  # the far eye is the narrower one: farther round, and they draw together
        farther = aside if lean < 0.0 else -aside
        expected, slack = -_TURN * farther, _TURN_SURE * abs(farther)
    else:
        expected, slack = -_TURN * abs(aside) / 2.0, _TURN * abs(aside) / 2.0
    grown = float(np.log(apart / apart_was)) - expected
    return float(np.sign(grown)) * max(0.0, abs(grown) - slack)


def _eye_pairs(seen: Face, sheet: Face) -> list[tuple[F32, F32]]:
    if _both(seen, sheet):
        return list(zip(seen.eyes, sheet.eyes, strict=True))
    found = []
    for eye in seen.eyes:
        for was in sheet.eyes:
            gap = abs(float(eye[:2].mean() - was[:2].mean()))
            alike = abs(float(np.log(_width(eye[:2]) / _width(was[:2])))) < _UNLIKE
            if gap < _NEAR_PX and alike:  # neither for an eye that is not there
                found.append((gap, eye, was))
    return [min(found, key=lambda f: f[0])[1:]] if found else []


def _size(seen: Face, sheet: Face) -> float | None:
    """Return how much wider the eyes are, in %, of those that are opened about as far: a lid hides a corner.

    An eye grows up and down alike; where the lower lid stayed the upper one acts, and the width counts half. A lone
    eye tells nothing: of a head that is turned a little more it is narrower.
    """
    if not _both(seen, sheet):
        return None
    told = []
    for at, was in _eye_pairs(seen, sheet):
        grown = float(np.log(_width(at[:2]) / _width(was[:2])))
        taller = _width(at[2:4]) - _width(was[2:4])
        if abs(float(np.log(_width(at[2:4]) / _width(was[2:4]))) - grown) > _OPENED or abs(grown) > _GROWN:
            continue
        lid_too = (at[3] - was[3]) * np.sign(taller) >= _LOWER_LID * abs(taller)
        told.append(grown if lid_too else grown / 2.0)
    return 100.0 * float(np.expm1(np.mean(told))) if told else None


def _height(seen: Face, sheet: Face) -> float | None:
    """Return how much lower the eyes lie, in % of the head, by lower lid or middle, whichever moved less."""
    pairs = _eye_pairs(seen, sheet)
    if not pairs:
        return None
    lower = float(np.mean([p[0][3] - p[1][3] for p in pairs]))
    middle = float(np.mean([p[0][2:4].mean() - p[1][2:4].mean() for p in pairs]))
    off = 100.0 * min(lower, middle, key=abs) / _HEAD_PX
    return off if abs(off) <= _MOST_LOWER else None


def _jaw(seen: Face, sheet: Face) -> float | None:
    """Return how much wider the lower face is, in %: the median of its rows."""
    ratio = (seen.jaw[_JAW, 1] - seen.jaw[_JAW, 0]) / (sheet.jaw[_JAW, 1] - sheet.jaw[_JAW, 0])
    rows = ratio[~np.isnan(ratio)]
    return None if rows.size < _LEAST_JAW else 100.0 * (float(np.median(rows)) - 1.0)


def _fringe(seen: Face, sheet: Face) -> float | None:
    """Return how much lower the fringe reaches, in % of the head: the median of its columns."""
    lower = seen.fringe - sheet.fringe
    columns = lower[~np.isnan(lower)]
    return None if columns.size < _LEAST_FRINGE else 100.0 * float(np.median(columns)) / _HEAD_PX


def _hair(seen: Face, sheet: Face) -> float | None:
    """Return how much more hair there is, in % of its area."""
    if min(seen.hair_area, sheet.hair_area) < _LEAST_HAIR:
        return None
    return 100.0 * (seen.hair_area / sheet.hair_area - 1.0)


@dataclass(frozen=True)
class _Number:
    """A number of the face: what people call it, how it is told, where it is, what the sheet has.

    `exact`: only of lossless paint; resampling alone takes a tenth of fine strands. `large`: only of a large head.
    `outline`: only against heads that fit closely.
    """

    part: str
    off: Callable[[Face, Face], float | None]
    sheet_value: float
    box: Callable[[Face], Boxf | None]
    exact: bool = False
    large: bool = False
    outline: bool = False


def _eyes_box(face: Face) -> Boxf | None:
    eyes = face.eyes[~np.isnan(face.eyes).any(axis=1)]
    if not len(eyes):
        return None
    left, top = float(eyes[:, 0].min()), float(eyes[:, 2].min())
    return left - 2.0, top - 3.0, float(eyes[:, 1].max()) + 2.0, float(eyes[:, 3].max()) + 2.0


def _jaw_box(face: Face) -> Boxf | None:
    rows = face.jaw[~np.isnan(face.jaw).any(axis=1)]
    if not len(rows):
        return None
    return float(rows[:, 0].min()), 0.55 * ZONE_PX, float(rows[:, 1].max()), 0.95 * ZONE_PX


def _brow_box(_: Face) -> Boxf | None:
    return 0.2 * ZONE_PX, 0.2 * ZONE_PX, 0.8 * ZONE_PX, 0.55 * ZONE_PX


def _head_box(_: Face) -> Boxf | None:
    return 4.0, 4.0, ZONE_PX - 4.0, ZONE_PX - 4.0


_NUMBERS = {
    "FACE.eye_spacing": _Number("eye spacing", _spacing, 100.0, _eyes_box),
    "FACE.eye_size": _Number("eye size", _size, 100.0, _eyes_box, exact=True, large=True),
    "FACE.eye_height": _Number("eye height", _height, 0.0, _eyes_box),
    "FACE.jaw": _Number("jaw", _jaw, 100.0, _jaw_box, exact=True),
    "SHAPE.fringe": _Number("fringe", _fringe, 0.0, _brow_box, exact=True, outline=True),
    "SHAPE.hair": _Number("hair shape", _hair, 100.0, _head_box, exact=True, outline=True),
}


def _gauged(view: View, name: str, what: _Number, told: _Told, near: Sequence[Match], pairs: Pairs) -> Gauged:
    seen = next(seen for index, seen, _ in pairs if index == told.index)
    one = next(m for m in near if m.index == told.index)
    affine, sure = one.fits["head"].affine, min(1.0, _head_px(view, one) / _SURE_HEAD_PX)
    box = what.box(seen)
    return Gauged(
        name,
        what.part,
        what.sheet_value + told.off,
        what.sheet_value,
        "%",
        abs(told.off) * sure,
        None if box is None else box_under(affine, box),
        told.index,
    )
