"""What the comparator says of a drawing: sizes of head and face against the approved drawings, and its hair.

The network sees what registration cannot: a head on a body that stands otherwise, hair that is drawn anew. Its
sizes shrink towards nothing, so they rank and are no measurement; where a gauge that measures speaks of the same
thing, that one's number is shown (see `gauging`). Which approved drawings it compares with is found by registration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ml.comparator import HeadBox, box_of_affine, face_crop, figure_crop, figure_head_px
from ml.comparator.crops import FACE_PX, FIGURE_HW
from ml.consistency.aspects import box_under
from ml.consistency.gauges import Bounds, Gauged, learned
from ml.consistency.heat_zones import below_head, moved_outline
from ml.consistency.inventory import Boxf
from ml.consistency.matching import Match, comparable
from ml.consistency.names import is_hair
from ml.consistency.pack import Compiled
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX, affine_of
from ml.pixels import F32, U8

if TYPE_CHECKING:
    from ml.comparator.inference import Comparator, Compared

_ASKED = 2  # approved drawings
_LEAST_HEAD_PX = 40.0
_LEAST_FACE_PX, _LEAST_NAMED_FACE_PX, _SURE_FACE_PX = 60.0, 44.0, 170.0
_FRAMED = 0.5, 2.0  # a bust that ends within the picture is no figure
_LINE_DOUBT = 1.3  # how much less surely lines alone tell
# The same where no paint has a name: real art is drawn more freely than what taught it, its bodies most of all.
_UNNAMED_DOUBT, _UNNAMED_BODY_DOUBT = 1.6, 2.7
_USUAL_HEAD_PX = 60.0  # of a design of which no whole figure is approved
_NOTHING = np.zeros((FACE_PX, FACE_PX, 4), np.uint8), np.zeros((*FIGURE_HW, 4), np.uint8)
_HEAD = (4.0, 4.0, ZONE_PX - 4.0, ZONE_PX - 4.0)
_EYES = (0.2 * ZONE_PX, 0.42 * ZONE_PX, 0.8 * ZONE_PX, 0.7 * ZONE_PX)


@dataclass(frozen=True)
class _Number:
    """A size that the comparator tells: its name there, what people call it, and which crop shows it."""

    measure: str
    part: str
    face: bool
    sheet_value: float = 100.0


_NUMBERS = {
    "PROPORTION.net_tall": _Number("heads_tall", "heads tall", face=False),
    "PROPORTION.net_head": _Number("head_size", "head", face=False),
    "FACE.net_spacing": _Number("eye_spacing", "eye spacing", face=True),
    "FACE.net_height": _Number("eye_height", "eye height", face=True, sheet_value=0.0),
    "FACE.net_jaw": _Number("face_width", "jaw", face=True),
}
_HAIR, _HAIR_LOGIT, _HAIR_NONE = "SHAPE.net_hair", "face.SHAPE", -4.0
_FACE, _FACE_LOGIT, _FACE_NONE = "FACE.net_face", "face.FACE", -2.0


_BY_FACE = (_HAIR, _FACE)
# Correlations of a face alone: what fits less may be a face that is turned otherwise, and raises no alarm.
_BARELY_A_FACE, _SURELY_A_FACE, _FACE_DOUBT = 0.8, 0.86, 3.0


class NetGauge:
    """See the module."""

    key = "net"
    painted_only = False
    bounds: Mapping[str, Bounds] = {
        "PROPORTION.net_tall": Bounds(4.8, 12.0),
        "PROPORTION.net_head": Bounds(9.2, 15.0),
        "FACE.net_spacing": Bounds(6.5, 12.0),
        "FACE.net_height": Bounds(2.0, 4.0),
        "FACE.net_jaw": Bounds(4.5, 12.0),
        _HAIR: Bounds(2.3, 8.0),
        _FACE: Bounds(1.9, 5.0),
    }

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return the crops of all approved drawings, `shown` and `whole` (N,) bool, and `head_px` of the figures."""
        zones = blank.zones["head"]
        boxes = [
            None if zone is None else box_in_crop(view, affine_of(zone.left, zone.top, zone.side_px))
            for view, zone in zip(views, zones, strict=True)
        ]
        heads = [
            figure_head_px(box.side_px, float(view.figure.mask.shape[0]))
            for view, box in zip(views, boxes, strict=True)
            if box is not None and not view.cropped
        ]
        head_px = float(np.median(heads)) if heads else _USUAL_HEAD_PX
        crops = [
            _NOTHING if box is None else (face_of(view, box), figure_of(view, box, head_px))
            for view, box in zip(views, boxes, strict=True)
        ]
        return {
            "face": np.stack([face for face, _ in crops]),
            "figure": np.stack([figure for _, figure in crops]),
            "whole": np.array([not view.cropped for view in views], np.bool_),
            "head_px": np.array([head_px], np.float32),
        }

    def read(
        self,
        view: View,
        matches: Sequence[Match],
        design: Compiled,
        *,
        painted: bool,
        figure: bool = True,
        heard: list[Compared] | None = None,
    ) -> list[Gauged]:
        """Return what the comparator says; nothing without a comparable approved drawing.

        Without paint both sides are seen as lines, and what is said is believed less. `figure` False leaves out the
        proportions of the body. All that was said is put into `heard`, of named paint about the body in any case.
        """
        known, near = learned(design, self), comparable(matches, "head")
        if not known or not near or view.figure.hidden is not None:  # it was not taught what covers a figure
            return []
        box = box_in_crop(view, near[0].fits["head"].affine)
        if box.side_px < _LEAST_HEAD_PX:
            return []
        named = bool(design.palette.named.any())
        least = _LEAST_NAMED_FACE_PX if named else _LEAST_FACE_PX
        rows = {"face": [m.index for m in near[:_ASKED]], "figure": _framed_alike(view, near, known["whole"])}
        face = face_of(view, box) if box.side_px >= least else None
        asked = bool(rows["figure"]) and (figure or (named and painted and heard is not None))
        body = figure_of(view, box, float(known["head_px"][0])) if asked else None
        if face is None and body is None:
            return []
        comparator = _comparator()
        refs = comparator.features(
            known["face"][rows["face"]], known["figure"][rows["figure"]], line=not painted
        )
        said = comparator.compare(face, body, refs, line=not painted)
        found = [
            _sized(view, name, what, said.measures[what.measure][0], near[0], box.side_px)
            for name, what in _NUMBERS.items()
            if (face if what.face else body if figure else None) is not None
            if name != "PROPORTION.net_tall" or not view.cropped
        ]
        if face is not None:
            hair = _seen(_HAIR, "hair", said.logits[_HAIR_LOGIT] - _HAIR_NONE, near[0], _HEAD)
            found.append(replace(hair, heat=moved_outline(view, near[0], design, is_hair)))
            found.append(_seen(_FACE, "face", said.logits[_FACE_LOGIT] - _FACE_NONE, near[0], _EYES))
        if heard is not None:
            heard.append(said)
        return [
            replace(one, stray=one.stray / _doubt(one.name, named=named, painted=painted)) for one in found
        ]

    def by_face(
        self,
        view: View,
        faces: Sequence[Match],
        design: Compiled,
        *,
        painted: bool,
        heard: list[Compared] | None = None,
    ) -> list[Gauged]:
        """Return what is seen of a head whose face alone could be laid over an approved one: its hair and its face."""
        found = self.read(view, faces, design, painted=painted, figure=False, heard=heard)
        best = max((m.correlation("head") for m in faces), default=0.0)
        sure = float(np.clip((best - _BARELY_A_FACE) / (_SURELY_A_FACE - _BARELY_A_FACE), 0.0, 1.0))
        doubt = _FACE_DOUBT + sure * (1.0 - _FACE_DOUBT)
        return [replace(one, stray=one.stray / doubt) for one in found if one.name in _BY_FACE]


def _framed_alike(view: View, near: Sequence[Match], whole: np.ndarray) -> list[int]:
    """Return the rows of approved drawings that show as much of the figure: a bust knows nothing of legs."""
    return [
        m.index
        for m in near
        if bool(whole[m.index]) is not view.cropped and _FRAMED[0] < m.fits["head"].scale < _FRAMED[1]
    ][:_ASKED]


def _doubt(name: str, *, named: bool, painted: bool) -> float:
    lines = 1.0 if painted else _LINE_DOUBT
    if named:
        return lines
    return lines * (_UNNAMED_BODY_DOUBT if name.startswith("PROPORTION") else _UNNAMED_DOUBT)


def _sized(view: View, name: str, what: _Number, log_ratio: float, one: Match, head_px: float) -> Gauged:
    off = 100.0 * log_ratio
    sure = min(1.0, head_px / _SURE_FACE_PX) ** 2 if what.face else 1.0
    box = box_under(one.fits["head"].affine, _EYES if what.measure.startswith("eye") else _HEAD)
    value = what.sheet_value + off
    heat = below_head(view, one) if what.measure == "heads_tall" else None
    unit = ""  # it is no measure
    return Gauged(name, what.part, value, what.sheet_value, unit, abs(off) * sure, box, one.index, heat)


def _seen(name: str, part: str, above: float, one: Match, where: Boxf) -> Gauged:
    """Return what is seen to be otherwise, without a size: how far a logit lies above that of nothing at all."""
    stray = max(0.0, above)
    return Gauged(name, part, stray, 0.0, "", stray, box_under(one.fits["head"].affine, where), one.index)


def _comparator() -> Comparator:
    from ml.comparator.inference import Comparator  # noqa: PLC0415 - torch takes seconds to load

    return Comparator.load()


def box_in_crop(view: View, affine: F32) -> HeadBox:
    """Return the square of a head that `affine` lays over the standard picture, in pixels of the figure's crop."""
    scale = np.array(view.scale_xy, np.float64)
    deep = np.asarray(affine, np.float64) / scale[:, None]
    deep[:, 2] += 0.5 / scale - 0.5  # the middle of a standard pixel lies there
    return box_of_affine(deep.astype(np.float32), ZONE_PX)


def face_of(view: View, box: HeadBox) -> U8:
    """Return the crop of a drawing's face, see `ml.comparator`."""
    return face_crop(view.figure.rgba, box, _bounds(view))


def figure_of(view: View, box: HeadBox, head_px: float) -> U8:
    """Return the crop of a drawing's figure, see `ml.comparator`."""
    return figure_crop(view.figure.rgba, box, head_px, _bounds(view))


def _bounds(view: View) -> tuple[float, float, float, float]:
    left, top = view.figure.box_xyxy[:2]
    high, wide = view.figure.size_hw
    return -left - 0.5, -top - 0.5, wide - left - 0.5, high - top - 0.5


NET = NetGauge()
