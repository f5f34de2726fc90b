"""The residual gauge: what is on a drawing, lacks on it or lies elsewhere, after approved drawings are laid over it.

It needs no colour model and no landmarks, so it also speaks of sprites and of drawings whose sheet has no names. How
exact a design may be judged is what its own approved drawings say: where they are one base with other faces, half a
pixel counts; where each is drawn anew, only what is far out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.consistency.gauges import Bounds, Gauged, learned
from ml.consistency.inventory import Boxf
from ml.consistency.real_gauged import BOUNDS, paint_numbers
from ml.consistency.residual import FEW, Evidence, fitting, learned_slack, unexplained
from ml.consistency.residual_flow import Ground
from ml.consistency.residual_picture import Picture, picture_of
from ml.consistency.residual_store import Shelf, mark_of, stored
from ml.consistency.shams import degraded
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32, Mask

if TYPE_CHECKING:
    from ml.consistency.matching import Match
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

_LEAST_PX = 72  # of a figure's height: below it a part is a handful of pixels
_TRIED = 4  # matches whose features are looked for
_LAID = 2  # approved drawings that are laid over a drawing
_LAID_UNNAMED = 4  # for their paint, where parts have no names
_CLEAR_DE, _FULL_DE = 6.0, 26.0  # below nothing, from there on wholly another colour
_RIM = 0.03  # width of the outline's band by the root of the figure's area
_THING_ELSEWHERE, _MOVE_ELSEWHERE = 0.6, 0.3
_FREE = {"top": 1.0, "middle": 1.7, "bottom": 1.7}  # arms and legs are freer than heads
_FEW_KNOWN = 4.0  # an approved drawing's own stray counts for so much more, by their number: few show little
_TOP_SHARE = 0.005  # of a region: a single hot pixel is no drawing
_THINGS, _WILD = ("DETAIL.new", "DETAIL.gone", "SHAPE.less"), 8.0  # % of the root of the figure's area
_COVERED = 0.9  # of the figure, by paint that has a name
_MOST_HEAD = 0.75  # of the figure: then it is a picture of a head


BANDS = ("top", "middle", "bottom")  # thirds of the figure: legs that walk shall not excuse a head


class ResidualGauge:
    """Local differences after precise registration; see the module."""

    key = "residual"
    painted_only = True
    bounds: Mapping[str, Bounds] = {
        f"{name}_{band}": bound
        for name, bound in (
            ("DETAIL.new", Bounds(5.0, 100.0)),
            ("DETAIL.gone", Bounds(3.0, 100.0)),
            ("SHAPE.less", Bounds(4.0, 100.0)),
            ("SHAPE.outline", Bounds(1.3, 100.0)),
            ("FACE.moved", Bounds(1.6, 100.0)),
            ("DETAIL.moved", Bounds(1.6, 100.0)),
        )
        for band in BANDS
    } | dict(BOUNDS)

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return the approved drawings as pictures and features, and how they differ among themselves, by place.

        Nothing where names cover the cels: what parts say is surer, and a fifth of the time goes here.
        """
        if _covered_by_names(blank):
            return {}
        pictures = [picture_of(v.figure) for v in views]
        marks = np.array(
            [
                [mark_of(p), mark_of(picture_of(degraded(v.figure)))]
                for p, v in zip(pictures, views, strict=True)
            ]
        )
        return stored(pictures, learned_slack(pictures), marks)

    def read(self, view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
        """Return how large the largest thing is that no approved drawing explains, and how far anything strays."""
        arrays = learned(design, self)
        promised = bool(design.palette.named.any())
        if not arrays or (promised and not matches) or view.figure.mask.shape[0] < _LEAST_PX:
            return []
        shelf, picture = Shelf(arrays), picture_of(view.figure)
        own, rows = _to_lay(shelf, picture, matches, promised=promised)
        starts = fitting(picture, shelf.words, rows)[: _LAID if promised else _LAID_UNNAMED]
        if not starts:
            return []
        known = {row: shelf.known(row) for row, _ in starts}
        ground = Ground(picture)
        laid = starts[:_LAID]
        evidence = unexplained(ground, known, laid, own if len(shelf) > FEW else -1)
        found = _Reading(view, picture, evidence, _head_box(view, matches, evidence)).gauged()
        if own >= 0:
            found = _as_sample(found, len(shelf))
        else:
            found = [one for one in found if not _is_wild(one.name, design.limits)]
        if painted and not promised:
            pictures = {row: one.picture for row, one in known.items()}
            found += paint_numbers(ground, pictures, starts, design, view.size_hw, sample=own >= 0)
        return found


def _covered_by_names(design: Compiled) -> bool:
    """Say whether a colour model names nearly all paint of the approved cels."""
    named = design.palette.named
    whole = max(float(design.shares.sum()), 1e-6)
    return design.palette.exact and float(design.shares[:, named].sum()) >= _COVERED * whole


def _to_lay(
    shelf: Shelf, picture: Picture, matches: Sequence[Match], *, promised: bool
) -> tuple[int, list[int]]:
    """Return which approved drawing this is when a sheet is calibrated (-1 = none), and those to be laid over it.

    Where parts have no names a head may not be found, so every approved drawing is tried by its features.
    """
    own = shelf.own(picture)
    if not promised:
        return own, [row for row in range(len(shelf)) if row != own]
    rows = [m.index for m in matches]
    return -1 if own in rows else own, rows[:_TRIED]


def _is_wild(name: str, limits: Mapping[str, float]) -> bool:
    """Say whether a design's own drawings show so many things of their own that one more says nothing."""
    family = _family(name)
    return family in _THINGS and max(limits.get(f"{family}_{band}", 0.0) for band in BANDS) > _WILD


def _family(name: str) -> str:
    return name.rsplit("_", 1)[0]


def _as_sample(found: Sequence[Gauged], drawings: int) -> list[Gauged]:
    """Return an approved drawing's own numbers as a sample of what may come: of few drawings it shows little.

    What strays in one third of the figure may stray elsewhere too, though less: a hand goes up to the head.
    """
    families: dict[str, float] = {}
    for one in found:
        families[_family(one.name)] = max(families.get(_family(one.name), 0.0), one.stray)
    return [replace(one, stray=_likely(one, families[_family(one.name)], drawings)) for one in found]


def _likely(one: Gauged, widest: float, drawings: int) -> float:
    """Return how far a number may stray in drawings to come; `widest` is that of its family in any third."""
    family, band = _family(one.name), one.name.rsplit("_", 1)[1]
    elsewhere = _THING_ELSEWHERE if family in _THINGS else _MOVE_ELSEWHERE
    return _FREE[band] * (1.0 + _FEW_KNOWN / drawings) * max(one.stray, elsewhere * widest)


def _head_box(view: View, matches: Sequence[Match], evidence: Evidence) -> Boxf | None:
    """Return the box of the head in cells of the evidence, None where no approved head was laid over it."""
    fit = next((m.fits["head"] for m in matches if "head" in m.fits), None)
    if fit is None:
        return None
    corners = np.array([[0, 0, 1], [ZONE_PX, 0, 1], [0, ZONE_PX, 1], [ZONE_PX, ZONE_PX, 1]], np.float32)
    high, wide = view.size_hw
    at = corners @ fit.affine.T * np.array([evidence.new.shape[1] / wide, evidence.new.shape[0] / high])
    low, top = at.min(axis=0), at.max(axis=0)
    return float(low[0]), float(low[1]), float(top[0]), float(top[1])


class _Reading:
    """One drawing's evidence made into numbers."""

    def __init__(self, view: View, picture: Picture, evidence: Evidence, head: Boxf | None) -> None:
        self._evidence, self._head, self._view = evidence, head, view
        size = (evidence.new.shape[1], evidence.new.shape[0])
        cover = cv2.resize(picture.cover.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        self._cover: Mask = np.asarray(cover > 0)
        self._side = float(np.sqrt(max(100, int(np.count_nonzero(cover)))))
        reach = max(2, round(_RIM * self._side))
        disc = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
        self._rim: Mask = np.asarray((cv2.dilate(cover, disc) > 0) & (cv2.erode(cover, disc) == 0))

    def gauged(self) -> list[Gauged]:
        """Return all numbers."""
        found, head = self._evidence, self._in_head()
        within, inner = self._cover & found.cover, self._cover & ~self._rim
        less = np.where(found.cover & ~self._cover, found.gone, 0.0)
        numbers: list[Gauged] = []
        for name, band in zip(BANDS, self._bands(), strict=True):
            numbers += [
                self._thing(f"DETAIL.new_{name}", "whole figure", np.where(within & band, found.new, 0.0)),
                self._thing(f"DETAIL.gone_{name}", "whole figure", np.where(within & band, found.gone, 0.0)),
                self._thing(f"SHAPE.less_{name}", "whole figure", np.where(band, less, 0.0)),
                *self._moved(f"SHAPE.outline_{name}", "whole figure", self._rim & band),
                *self._moved(f"FACE.moved_{name}", "head", inner & head & band),
                *self._moved(f"DETAIL.moved_{name}", "whole figure", inner & ~head & band),
            ]
        return numbers

    def _bands(self) -> list[Mask]:
        """Return the thirds of the approved figure as it was laid, the upper one and the lower one open."""
        ys = np.flatnonzero(self._evidence.cover.any(axis=1))
        low, high = (float(ys[0]), float(ys[-1])) if ys.size else (0.0, 1.0)
        place = (np.arange(self._rim.shape[0]) - low) / max(1.0, high - low) * len(BANDS)
        third = np.clip(place, 0, len(BANDS) - 1).astype(int)
        return [np.broadcast_to((third == i)[:, None], self._rim.shape) for i in range(len(BANDS))]

    def _in_head(self) -> Mask:
        """Return where the head is; nowhere if it is not known, or nearly the whole figure."""
        inside = np.zeros_like(self._rim)
        if self._head is not None:
            left, top, right, bottom = (max(0, round(v)) for v in self._head)
            inside[top:bottom, left:right] = True
        whole = int(np.count_nonzero(self._cover))
        return (
            inside if np.count_nonzero(inside & self._cover) < _MOST_HEAD * whole else np.zeros_like(inside)
        )

    def _thing(self, name: str, part: str, field: np.ndarray) -> Gauged:
        """Return the largest connected thing, its root of area in % of the figure's."""
        field = field.astype(np.float32)
        if float(field.max()) <= _CLEAR_DE:
            return Gauged(name, part, 0.0, 0.0, "%", 0.0, None, self._evidence.used[0])
        soft = np.clip((field - _CLEAR_DE) / (_FULL_DE - _CLEAR_DE), 0.0, 1.0).astype(np.float32)
        _, labels, stats, _ = cv2.connectedComponentsWithStats((soft > 0).astype(np.uint8))
        mass = np.bincount(labels.ravel(), weights=soft.ravel(), minlength=2)
        worst = 1 + int(np.argmax(mass[1:]))
        value = 100.0 * float(np.sqrt(mass[worst])) / self._side
        box = self._boxed(*(int(v) for v in stats[worst][:4])) if len(stats) > 1 and value > 0 else None
        return Gauged(name, part, value, 0.0, "%", value, box, self._evidence.used[0], self._laid(soft))

    def _moved(self, name: str, part: str, region: Mask) -> list[Gauged]:
        """Return how far the farthest half per cent of a region strays."""
        values = self._evidence.strays[region]
        if values.size < 40:
            return []
        far = float(np.quantile(values, 1.0 - _TOP_SHARE))
        stray = float(
            np.log2(1.0 + far)
        )  # an arm may be far elsewhere: a sheet with free arms knows of farther ones
        hot = region & (self._evidence.strays >= far) if far > 0 else np.zeros_like(region)
        ys, xs = np.nonzero(hot)
        box = None
        if ys.size:
            left, top = int(xs.min()), int(ys.min())
            box = self._boxed(left, top, int(xs.max()) + 1 - left, int(ys.max()) + 1 - top)
        heat = np.where(region, np.clip(self._evidence.strays / max(far, 1e-3), 0.0, 1.0), 0.0)
        return [
            Gauged(
                name,
                part,
                stray,
                1.0,
                "",
                stray,
                box,
                self._evidence.used[0],
                self._laid(heat.astype(np.float32)),
            )
        ]

    def _boxed(self, left: int, top: int, wide: int, high: int) -> Boxf:
        size = self._view.size_hw
        kx, ky = size[1] / self._rim.shape[1], size[0] / self._rim.shape[0]
        return left * kx, top * ky, (left + wide) * kx, (top + high) * ky

    def _laid(self, field: F32) -> F32:
        """Return a field of the evidence over the standard picture."""
        size = (self._view.size_hw[1], self._view.size_hw[0])
        return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR), np.float32)
