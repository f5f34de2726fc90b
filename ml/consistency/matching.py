"""Finds the approved drawings that a drawing can be compared with, and lays their zones over it.

The first of the order is searched for everywhere; its place then serves all others. A drawing of every view is
tried unless one fits beyond doubt, then more of the view that fits best. Whether the head is turned alike is seen
by where the face lies within the head: laid over each other, hair on hair, the face of a head that is turned
otherwise lies aside. What is turned otherwise is not comparable, and `Look.missing` says which way it is turned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np

from ml.consistency.align import Template
from ml.consistency.facing import side_of, slip_of
from ml.consistency.matching_face import lay_face
from ml.consistency.matching_torso import LEAST as LEAST_TORSO
from ml.consistency.matching_torso import anchor_of, fit_torso
from ml.consistency.names import is_acting
from ml.consistency.pack import Compiled
from ml.consistency.palette import Palette
from ml.consistency.register import Boards, Fit, refine, search, zone_template
from ml.consistency.views import NORM_HEIGHT, View
from ml.consistency.zones import ZONE_PX, Zone, cut_zone
from ml.pixels import F32

_STEP = 1.12  # from one size that is tried to the next
_LEAST_HEAD, _MOST_HEAD = 0.1, 0.55  # of a whole figure's height, the head's square
_BUST = 0.45  # a square beyond is that of a bust
COMPARABLE = {"head": 0.72, "torso": LEAST_TORSO}
SPREAD = 0.12
TRIED = 6
_MOST_ASKED, _MOST_FACES = (
    9,
    7,
)  # drawings that are tried before it is said that nothing fits, and of their faces
_SURE, _CLEAR = 0.85, 0.93
_ROUGH = 0.3
_TORSOS = 4  # of the best heads: that many torsos are laid over the drawing
_MOST_SLIP = 0.06  # of the zone's side: a face farther aside belongs to a head that is turned otherwise
_FAR, _FAR_SLIP = 0.7, 0.04  # log of the head's size against the approved one: lines eat into a small face
_BEYOND_DOUBT = 0.95  # of correlation: no head that is turned otherwise fits so well
_CONTRADICTED = 0.1  # of correlation: by which a head that is turned otherwise fits better
_WEAK, _WEAK_SLIP, _WITNESS = 0.6, 0.04, 0.85  # a head that fits so little counts if its torso fits well
_MIRRORS = 2
_MIRRORED = 0.04  # a mirrored head that fits better by so much is turned the other way
_MOST_NARROWED = 0.11  # log of a head's width by its height: beyond, it is turned otherwise
_MOST_NARROWED_SURE = (
    0.16  # the same where the fit is sure: beyond doubt, or of a face whose hair is another's
)
_TEMPLATES_KEPT, _MIRRORS_KEPT = 64, 32  # a template takes 0.4 MB
_ACTS, _BELOW = 0.05, 0.3  # weights of what acts, and of collar and shoulders

Missing = Literal["", "left", "right", "other"]
Turned = Literal["", "mirrored", "otherwise"]


@dataclass(frozen=True)
class Match:
    """One approved drawing laid over the drawing; `zones[kind]` is the drawing seen through that fit.

    `slip`: how far the face lies aside of where the approved one has it, as a share of the head zone's side,
    + = to the viewer's right; None where the colour model does not tell. `turned`: "mirrored" = the approved
    drawing was laid on as in a mirror, "otherwise" = the head is turned otherwise, so that its size alone counts.
    """

    index: int
    view: str
    fits: dict[str, Fit]
    zones: dict[str, Zone]
    slip: float | None = None
    turned: Turned = ""

    def correlation(self, kind: str) -> float:
        """Return how well a zone fits, -1 if it does not."""
        return self.fits[kind].correlation if kind in self.fits else -1.0

    @property
    def turned_alike(self) -> bool:
        """Say whether the head is turned as the approved one is, as far as can be told."""
        narrowed = narrowed_by(self.fits["head"])
        if self.correlation("head") > _BEYOND_DOUBT:  # a little skin beside the hair may be all of a face
            return narrowed <= _MOST_NARROWED_SURE
        far = abs(float(np.log(self.fits["head"].scale))) > _FAR and self.correlation("head") > _SURE
        most = _MOST_SLIP + (_FAR_SLIP if far else 0.0)
        return (self.slip is None or abs(self.slip) <= most) and narrowed <= _MOST_NARROWED


def narrowed_by(fit: Fit) -> float:
    """Return by how much a fit narrows or widens what it lays, as a logarithm >= 0."""
    return abs(float(np.log(np.hypot(*fit.affine[:, 0]) / np.hypot(*fit.affine[:, 1]))))


@dataclass(frozen=True)
class Look:
    """The comparable approved drawings, best fit first; where none is, which way the head is turned instead.

    `missing`: "left" or "right" = turned farther to the viewer's left or right than any approved drawing that
    fits; "other" = nothing fits; "" = there are matches. `others`: where there are none, the approved drawings
    that tell sizes all the same, mirrored ones first; see `Match.turned`. `faces`: those whose face fits though the
    whole head does not: what is around it is otherwise, or cannot be told.
    """

    matches: list[Match]
    missing: Missing
    others: list[Match] = field(default_factory=list)
    faces: list[Match] = field(default_factory=list)


def match(view: View, compiled: Compiled, order: Sequence[int], tried: int = TRIED) -> list[Match]:
    """Return the comparable approved drawings among those in `order`, best fit first."""
    return look(view, compiled, order, tried).matches


def look(view: View, compiled: Compiled, order: Sequence[int], tried: int = TRIED) -> Look:
    """Lay approved drawings over a drawing, `order` first to last, at most one of each view and `tried` in all."""
    search_for = _Search(view, compiled)
    found = search_for.leaders(order)
    best = max(found, key=_merit, default=None)
    if best is not None:
        for index in (i for i in order if _same_view(compiled.views[i], best.view)):
            if len(found) >= tried:
                break
            if all(index != m.index for m in found):
                found += search_for.one(index)
    alike = _credible(found) or search_for.witnessed(found)
    missing: Missing = search_for.faces_other_way(alike[0]) if alike else _aside(best)
    laid = search_for.with_torsos(alike) if alike and not missing else []
    if laid and not _unwitnessed(laid, compiled):
        return Look(laid, "")
    missing = missing or "other"
    mirrored = sorted(search_for.mirrored(order), key=_merit, reverse=True)
    faces = [] if mirrored else search_for.by_face(order)
    if mirrored and missing == "other":
        missing = search_for.looks_to(mirrored[0].index)
    otherwise = [replace(m, turned="otherwise") for m in sorted(found, key=_merit, reverse=True)]
    return Look([], missing, [*search_for.with_torsos(mirrored), *([] if mirrored else otherwise)], faces)


def _credible(found: Sequence[Match]) -> list[Match]:
    """Return the heads that are turned alike, best first; none if one that is turned otherwise fits far better."""
    alike = sorted((m for m in found if m.turned_alike), key=_merit, reverse=True)
    most = max((m.correlation("head") for m in found), default=-1.0)
    return alike if alike and alike[0].correlation("head") > most - _CONTRADICTED else []


def _unwitnessed(laid: Sequence[Match], compiled: Compiled) -> bool:
    """Say whether no head fits surely and no torso lies below any of them, though there are torsos approved."""
    torsos = [m for m in laid if compiled.zones["torso"][m.index] is not None]
    return bool(torsos) and laid[0].correlation("head") <= _SURE and not any("torso" in m.fits for m in laid)


def _aside(best: Match | None) -> Missing:
    aside = 0.0 if best is None else best.slip or 0.0
    return "right" if aside > 0.0 else "left" if aside < 0.0 else "other"


def _merit(one: Match) -> tuple[bool, float, int]:
    return one.turned_alike, round(one.correlation("head"), 6), -one.index


class _Search:
    """Heads of approved drawings laid over one drawing; once one fits surely, the others start from there."""

    def __init__(self, view: View, compiled: Compiled) -> None:
        self._view, self._compiled, self._boards = view, compiled, Boards(view)
        self._anchor: tuple[float, float, float] | None = None  # middle and size of the head in the drawing
        self._weak: list[Match] = []
        self._asked = 0

    def leaders(self, order: Sequence[int], turned: Turned = "") -> list[Match]:
        """Return the fits of one drawing of each view, in order, until one fits beyond doubt.

        Where a drawing does not fit, another one of its view is tried: it may be framed otherwise.
        """
        found: list[Match] = []
        fitting: set[str] = set()
        for index in _in_turns(order, self._compiled.views):
            view = self._compiled.views[index]
            if (view and view in fitting) or self._asked >= _MOST_ASKED:
                continue
            one = self.one(index, turned)
            found += one
            fitting |= {view} if one and one[0].correlation("head") > _SURE else set()
            if one and view and one[0].turned_alike and one[0].correlation("head") > _CLEAR:
                break
        return found

    def one(self, index: int, turned: Turned = "") -> list[Match]:
        """Return the fit of one approved head, none if it does not fit."""
        self._asked += 1
        head = self._zone("head", index, turned)
        start = None if head is None else self._start(head)
        if head is None or start is None:
            return []
        fit = refine(_head_template(head, self._compiled.palette), head, self._view, start)
        if fit is None or fit.correlation < _WEAK:
            return []
        if self._anchor is None and fit.correlation > _SURE:
            self._anchor = anchor_of(fit)
        zone = cut_zone(self._view, fit.affine)
        slip = slip_of(head, zone, self._compiled.palette)
        found = [Match(index, self._compiled.views[index], {"head": fit}, {"head": zone}, slip, turned)]
        if fit.correlation >= COMPARABLE["head"]:
            return found
        self._weak += found
        return []

    def witnessed(self, found: Sequence[Match]) -> list[Match]:
        """Return heads that hardly fit, as another hair does not, but lie on a torso that does."""
        weak = [*found, *self._weak]
        weak = [m for m in weak if m.turned_alike and abs(m.slip or 0.0) <= _WEAK_SLIP and not m.turned]
        weak = self.with_torsos(sorted(weak, key=_merit, reverse=True)[:_TORSOS])
        return [m for m in weak if m.correlation("torso") > _WITNESS]

    def by_face(self, order: Sequence[int]) -> list[Match]:
        """Return the approved heads of one view whose face fits though the whole head does not, best first."""
        found: list[Match] = []
        for index in _in_turns(order, self._compiled.views)[:_MOST_FACES]:
            if not found or _same_view(self._compiled.views[index], found[0].view):
                found += self._one_face(index, found[0].fits["head"].affine if found else None)
        return sorted(found, key=_merit, reverse=True)

    def _one_face(self, index: int, start: F32 | None) -> list[Match]:
        head, palette = self._compiled.zones["head"][index], self._compiled.palette
        if head is None:
            return []
        sizes = _scales(head, self._view)[::2]  # a face is found from an eighth beside its size
        fit = lay_face(head, palette, self._view, self._boards, sizes, start)
        if fit is None or narrowed_by(fit) > _MOST_NARROWED_SURE:
            return []
        other = lay_face(in_mirror(head), palette, self._view, self._boards, (), fit.affine)
        if other is not None and other.correlation > fit.correlation + _MIRRORED:
            return []
        zone = cut_zone(self._view, fit.affine)
        slip = slip_of(head, zone, palette)
        return [Match(index, self._compiled.views[index], {"head": fit}, {"head": zone}, slip)]

    def mirrored(self, order: Sequence[int]) -> list[Match]:
        """Return the approved heads that fit as in a mirror, all of one view; only sure fits count."""
        self._asked, self._anchor = 0, None
        found = [
            m for m in self.leaders(order, "mirrored") if m.turned_alike and m.correlation("head") > _SURE
        ]
        best = max(found, key=_merit, default=None)
        if best is None:
            return []
        more = [i for i in order if i != best.index and _same_view(self._compiled.views[i], best.view)]
        rest = [m for i in more[:_MIRRORS] for m in self.one(i, "mirrored") if m.turned_alike]
        return [best, *(m for m in rest if m.correlation("head") > _SURE)]

    def _zone(self, kind: str, index: int, turned: Turned) -> Zone | None:
        zone = self._compiled.zones[kind][index]
        return zone if zone is None or turned != "mirrored" else in_mirror(zone)

    def _start(self, head: Zone) -> F32 | None:
        if self._anchor is not None:
            x, y, side = self._anchor
            return _upright(x - side / 2.0, y - side / 2.0, side)
        start, rough = search(head, self._boards, _scales(head, self._view))
        return start if rough >= _ROUGH else None

    def faces_other_way(self, one: Match) -> Missing:
        """Return which way the head is turned if the mirrored approved head fits clearly better, else nothing."""
        head = self._zone("head", one.index, "mirrored")
        faceless = one.slip is None and bool(self._compiled.palette.named.any())  # swinging hair has no side
        if head is None or faceless or one.correlation("head") > _CLEAR:
            return ""
        x, y, side = anchor_of(one.fits["head"])
        start = _upright(x - side / 2.0, y - side / 2.0, side)
        fit = refine(_head_template(head, self._compiled.palette), head, self._view, start)
        if fit is None or fit.correlation < one.correlation("head") + _MIRRORED:
            return ""
        return self.looks_to(one.index)

    def looks_to(self, index: int) -> Missing:
        """Return the viewer's side that an approved head looks to as in a mirror."""
        head = self._compiled.zones["head"][index]
        side = 0.0 if head is None else side_of(head, self._compiled.palette)
        return "other" if side == 0.0 else "left" if side > 0.0 else "right"

    def with_torsos(self, found: Sequence[Match]) -> list[Match]:
        """Return the matches, the best of them with their torsos laid over the drawing as well, if they fit."""
        return [
            self._with_torso(m) if n < _TORSOS and "torso" not in m.fits else m for n, m in enumerate(found)
        ]

    def _with_torso(self, one: Match) -> Match:
        head, torso = (self._zone(kind, one.index, one.turned) for kind in ("head", "torso"))
        below = (
            None if torso is None or head is None else fit_torso(self._view, head, torso, one.fits["head"])
        )
        if below is None:
            return one
        fits, zones = {**one.fits, "torso": below}, {**one.zones, "torso": cut_zone(self._view, below.affine)}
        return replace(one, fits=fits, zones=zones)


@lru_cache(maxsize=_TEMPLATES_KEPT)
def _head_template(zone: Zone, palette: Palette) -> Template:
    return zone_template(zone, weights_of(zone, palette))


@lru_cache(maxsize=_MIRRORS_KEPT)
def in_mirror(zone: Zone) -> Zone:
    """Return a zone of an approved drawing as a mirror shows it."""
    rgb, labels, cover = (np.ascontiguousarray(a[:, ::-1]) for a in (zone.rgb, zone.labels, zone.cover))
    return Zone(rgb, labels, cover, zone.side_px, -zone.left - zone.side_px, zone.top)


def _in_turns(order: Sequence[int], views: Sequence[str]) -> list[int]:
    """Return an order in which the first of every view leads, then the second of every view, and so on."""
    asked: Counter[str] = Counter()
    turns = []
    for place, index in enumerate(order):
        turns.append((asked[views[index]] if views[index] else 0, place, index))
        asked[views[index]] += 1
    return [index for _, _, index in sorted(turns)]


def _scales(head: Zone, view: View) -> tuple[float, ...]:
    """Return the sizes of an approved head that are plausible in a drawing, by whether both show whole figures."""
    share = head.side_px / NORM_HEIGHT
    low, high = _LEAST_HEAD / share, _MOST_HEAD / share
    if share > _BUST:  # a bust need not touch the picture's edge
        low, high = 0.4 if view.cropped else low, 1.5
    elif view.cropped:
        low, high = 0.8, 1.0 / share
    else:
        low, high = max(low, 0.55), min(high, 1.8)
    steps = max(1, int(np.ceil(np.log(high / low) / np.log(_STEP))))
    return tuple(float(low * (high / low) ** (n / steps)) for n in range(steps + 1))


def weights_of(zone: Zone, palette: Palette) -> F32:
    """Return (96, 96) float32: what each pixel of an approved head counts when it is laid over a drawing."""
    rows = [row for row, part in enumerate(palette.parts) if palette.named[row] and is_acting(part)]
    acts = cv2.dilate(np.isin(zone.labels, rows).astype(np.uint8), np.ones((9, 9), np.uint8))
    weights = np.where(acts > 0, _ACTS, 1.0).astype(np.float32)
    weights[ZONE_PX * 7 // 8 :] *= _BELOW
    return np.asarray(cv2.GaussianBlur(weights, (0, 0), 1.5), np.float32)


def _upright(left: float, top: float, side: float) -> F32:
    k = side / ZONE_PX
    return np.array([[k, 0.0, left], [0.0, k, top]], np.float32)


def _same_view(one: str, other: str) -> bool:
    return not one or not other or one == other


def comparable(matches: Sequence[Match], kind: str) -> list[Match]:
    """Return the matches whose zone fits about as well as the best one and shows the same view, best first."""
    usable = [m for m in matches if kind in m.fits]
    if not usable:
        return []
    best = max(m.correlation(kind) for m in usable)
    view = max(usable, key=lambda m: m.correlation("head")).view
    kept = [m for m in usable if m.correlation(kind) >= best - SPREAD and _same_view(m.view, view)]
    return sorted(kept, key=lambda m: (-round(m.correlation(kind), 6), m.index))
