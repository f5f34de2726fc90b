"""Finds a design in a composited frame: heads by correlation, proved by the design's colours, then cut out.

A picture is a composited frame if it is opaque, large enough to be a frame, and its border is no paper: less than
`PAPER_SHARE` of the border lies near the border's median colour. (A cel on white paper or with alpha is none,
whatever stage it comes from.) The camera may have graded it, so colours are compared after one gain for each channel,
fitted where an approved head was laid over.

The heads of a few unlike approved drawings are looked for in a pyramid of the frame by normalised correlation, which
does not hear a gain. Of the best places those count whose colours, told apart by the palette, are shared out as in the
approved head, and as in the approved torso below. The figure is then cut out with GrabCut (Rother, Kolmogorov and
Blake, 2004; OpenCV's), told by distance to the palette what is likely figure; what no colour of the design explains
is left out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.gamut import to_din99
from ml.consistency.pack import Compiled
from ml.consistency.views import NORM_HEIGHT
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32, U8, Figure, Mask, to_lab

PAPER_SHARE = 0.7
_PAPER_RANGE = 14
LEAST_SIDE_PX = 144
_PROBE_PX, _INNER_PX = 20, 14
_LEAST_HEAD, _MOST_HEAD = 0.07, 0.95  # of the frame's height
_STEP = 1.2
_ZONES_TRIED = 4
_PEAKS, _KEPT = 3, 5
_LEAST_NCC = 0.5
_NEAR_DE = 7.0  # DIN99: the same paint after fitting, blur and codec
_GAIN = (0.55, 1.6)
_CUT_HEIGHT = 200
_MARGIN = 0.12
_ROUNDS = 3
_ASIDE, _BELOW = 1.4, 5.5  # a figure reaches at least so many heads to each side and down


@dataclass(frozen=True)
class Place:
    """Where a head of a design seems to be.

    Convention:
        - (`left`, `top`, `side`) is the square of the head's zone in pixels of the frame
        - `index` is the approved drawing; `ncc` its correlation, `head` and `torso` how well colours are shared out
          as in it, 0..1 (torso is -1 where the frame ends before it)
        - `gain` (3,) float32 turns the frame's colours into the colour model's
    """

    index: int
    left: float
    top: float
    side: float
    ncc: float
    head: float
    torso: float
    gain: F32

    @property
    def score(self) -> float:
        """Return how surely the design is here: correlation and colours together, 0..1."""
        colours = self.head if self.torso < 0.0 else 0.6 * self.head + 0.4 * self.torso
        return max(0.0, self.ncc) * 0.5 + colours * 0.5


def is_frame(rgba: U8) -> bool:
    """Say whether a picture is a composited frame; the rule stands above."""
    high, wide = rgba.shape[:2]
    if (
        min(high, wide) < LEAST_SIDE_PX or int(rgba[:: high - 1, :: wide - 1, 3].min()) < 250
    ):  # corners first: quick
        return False
    if int(rgba[..., 3].min()) < 250:
        return False
    rgb = rgba[..., :3]
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]).astype(np.int16)
    near = np.abs(border - np.median(border, axis=0)).max(axis=1) <= _PAPER_RANGE
    return bool(near.mean() < PAPER_SHARE)


def places(rgb: U8, design: Compiled) -> list[Place]:
    """Return the likeliest places of a design's head in a frame, best first, no two on each other."""
    found: list[tuple[float, int, float, float, float]] = []
    high, wide = rgb.shape[:2]
    probes = [(i, _probe(design, i)) for i in _unlike(design)]
    side = _LEAST_HEAD * high
    base = min(1.0, 1.5 * _PROBE_PX / side)
    lower = cv2.resize(rgb, (round(wide * base), round(high * base)), interpolation=cv2.INTER_AREA)
    while side <= _MOST_HEAD * high:
        k = _PROBE_PX / side
        small = cv2.resize(
            lower, (max(1, round(wide * k)), max(1, round(high * k))), interpolation=cv2.INTER_AREA
        )
        if min(small.shape[:2]) >= _INNER_PX:
            for index, probe in probes:
                found += [
                    (v, index, x / k, y / k, side) for v, x, y in _peaks(np.asarray(small, np.uint8), probe)
                ]
        side *= _STEP
    found.sort(key=lambda one: (-round(one[0], 5), one[1:]))
    inset = (_PROBE_PX - _INNER_PX) / 2.0 / _PROBE_PX
    proved = [
        _proved(rgb, design, index, ncc, (x - inset * s, y - inset * s, s))
        for ncc, index, x, y, s in found[: 3 * _KEPT]
    ]
    return _apart(sorted(proved, key=lambda p: (-round(p.score, 5), p.index)))


def _unlike(design: Compiled) -> list[int]:
    """Return a few approved drawings with a head, each as unlike the ones before as possible."""
    rows = [i for i, zone in enumerate(design.zones["head"]) if zone is not None]
    chosen = rows[:1]
    while rows and len(chosen) < min(_ZONES_TRIED, len(rows)):
        near = (design.vectors[rows] @ design.vectors[chosen].T).max(axis=1)
        near[[rows.index(c) for c in chosen]] = 2.0
        chosen.append(rows[int(np.argmin(np.round(near, 6)))])
    return chosen


def _probe(design: Compiled, index: int) -> U8:
    zone = design.zones["head"][index]
    assert zone is not None
    small = cv2.resize(zone.rgb, (_PROBE_PX, _PROBE_PX), interpolation=cv2.INTER_AREA)
    rim = (_PROBE_PX - _INNER_PX) // 2
    return np.ascontiguousarray(small[rim : rim + _INNER_PX, rim : rim + _INNER_PX])


def _peaks(small: U8, probe: U8) -> list[tuple[float, int, int]]:
    field = cv2.matchTemplate(small, probe, cv2.TM_CCOEFF_NORMED)
    found = []
    for _ in range(_PEAKS):
        _, value, _, (x, y) = cv2.minMaxLoc(field)
        if not np.isfinite(value) or value < _LEAST_NCC:
            break
        found.append((float(value), x, y))
        field[max(0, y - 6) : y + 7, max(0, x - 6) : x + 7] = -1.0
    return found


def _proved(rgb: U8, design: Compiled, index: int, ncc: float, square: tuple[float, float, float]) -> Place:
    """Hold the colours of a place against those of the approved head and of the torso below it."""
    head, torso = design.zones["head"][index], design.zones["torso"][index]
    assert head is not None
    left, top, side = square
    seen = _window(rgb, square)
    gain = _gain(seen, head.rgb, head.cover)
    own = _shared(seen, gain, head.labels, head.cover, design)
    below = -1.0
    if torso is not None:
        k = side / head.side_px
        under = (left + (torso.left - head.left) * k, top + (torso.top - head.top) * k, torso.side_px * k)
        if under[1] + 0.5 * under[2] < rgb.shape[0]:
            below = _shared(_window(rgb, under), gain, torso.labels, torso.cover, design)
    return Place(index, left, top, side, ncc, own, below, gain)


def _window(rgb: U8, square: tuple[float, float, float]) -> U8:
    left, top, side = square
    k = side / ZONE_PX
    around = cv2.warpAffine(
        rgb,
        np.array([[k, 0.0, left], [0.0, k, top]], np.float32),
        (ZONE_PX, ZONE_PX),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(around, np.uint8)


def _gain(seen: U8, approved: U8, cover: Mask) -> F32:
    """Return the gain of each channel that turns what is seen into what is approved, by the medians of ratios."""
    inner = cv2.erode(cover.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if np.count_nonzero(inner) < 200:
        return np.ones(3, np.float32)
    soft = [cv2.blur(one, (7, 7)).astype(np.float32)[inner] + 8.0 for one in (approved, seen)]
    return np.clip(np.median(soft[0] / soft[1], axis=0), *_GAIN).astype(np.float32)


def regained(rgb: U8, gain: F32) -> U8:
    """Return a picture with a gain for each channel."""
    return np.clip(rgb.astype(np.float32) * gain, 0, 255).round().astype(np.uint8)


def _shared(seen: U8, gain: F32, labels: np.ndarray, cover: Mask, design: Compiled) -> float:
    """Return how far the paints of a window are shared out as in an approved zone, cell by cell, 0..1."""
    paint, away = _nearest(regained(seen, gain), design)
    paint = np.where(away <= _NEAR_DE, paint, -1)
    total = shared = 0.0
    merged = _merged(design.palette.rgb)
    approved = np.where(cover & (labels >= 0), merged[np.maximum(labels, 0)], -1)
    here = np.where(paint >= 0, merged[np.maximum(paint, 0)], -1)
    cell = ZONE_PX // 4
    for y in range(0, ZONE_PX, cell):
        for x in range(0, ZONE_PX, cell):
            want = np.bincount(approved[y : y + cell, x : x + cell].ravel() + 1, minlength=len(merged) + 1)[
                1:
            ]
            have = np.bincount(here[y : y + cell, x : x + cell].ravel() + 1, minlength=len(merged) + 1)[1:]
            total += want.sum()
            shared += np.minimum(want, have).sum()
    return float(shared / total) if total > 0.0 else 0.0


def _merged(rgb: U8) -> np.ndarray:
    """Return (P,) one name for all colours that lie too near to be told apart in a frame."""
    points = to_din99(to_lab(rgb))
    near = np.linalg.norm(points[:, None] - points[None], axis=2) < 0.6 * _NEAR_DE
    return np.asarray(near.argmax(axis=1))


def _nearest(rgb: U8, design: Compiled) -> tuple[np.ndarray, F32]:
    """Return the palette row nearest to each pixel and its distance (DIN99), both of the picture's shape."""
    points = to_din99(to_lab(rgb)).reshape(-1, 3)
    base = to_din99(to_lab(design.palette.rgb))
    square = (points**2).sum(axis=1)[:, None] + (base**2).sum(axis=1)[None] - 2.0 * points @ base.T
    row = square.argmin(axis=1)
    away = np.sqrt(np.maximum(square[np.arange(len(row)), row], 0.0))
    return row.reshape(rgb.shape[:2]), np.asarray(away.reshape(rgb.shape[:2]), np.float32)


def _apart(found: Sequence[Place]) -> list[Place]:
    kept: list[Place] = []
    for one in found:
        clash = any(
            abs(one.left + one.side / 2 - k.left - k.side / 2) < 0.5 * max(one.side, k.side)
            and abs(one.top + one.side / 2 - k.top - k.side / 2) < 0.5 * max(one.side, k.side)
            for k in kept
        )
        if not clash and len(kept) < _KEPT:
            kept.append(one)
    return kept


def cut(rgb: U8, design: Compiled, place: Place, taken: Mask | None = None) -> Figure | None:
    """Return the figure whose head stands at a place, cut out of the frame; None if nothing holds together.

    `taken` (h, w) bool of the frame: surely other figures.
    """
    high, wide = rgb.shape[:2]
    left, top, right, bottom = _reach(design, place)
    margin = _MARGIN * place.side * 2.0
    x0, y0 = max(0, int(left - margin)), max(0, int(top - margin))
    x1, y1 = min(wide, int(right + margin)), min(high, int(bottom + margin))
    if x1 - x0 < 16 or y1 - y0 < 16:
        return None
    k = min(1.0, _CUT_HEIGHT / (y1 - y0))
    size = (max(8, round((x1 - x0) * k)), max(8, round((y1 - y0) * k)))
    small = cv2.resize(rgb[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
    seeds = _seeds(np.asarray(small, np.uint8), design, place, (x0, y0), k)
    if taken is not None:
        others = cv2.resize(taken[y0:y1, x0:x1].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        seeds[(others > 0) & (seeds != cv2.GC_FGD)] = cv2.GC_BGD
    mask = _grabbed(
        np.asarray(small, np.uint8), seeds, _explained(np.asarray(small, np.uint8), design, place)
    )
    if mask is None:
        return None
    full = cv2.resize(mask.astype(np.float32), (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR) > 0.5
    return _figure(rgb, full, (x0, y0))


def _reach(design: Compiled, place: Place) -> tuple[float, float, float, float]:
    """Return how far the figure may reach around its head, by the approved drawings."""
    zones = [zone for zone in design.zones["head"] if zone is not None]
    aside = max(_ASIDE, *(zone.left / zone.side_px for zone in zones))  # arms reach as far to the other side
    above = max(0.1, *(zone.top / zone.side_px for zone in zones))
    below = max(_BELOW, *((NORM_HEIGHT - zone.top) / zone.side_px for zone in zones))
    return (
        place.left - aside * place.side,
        place.top - above * place.side,
        place.left + (1.0 + aside) * place.side,
        place.top + below * place.side,
    )


def _seeds(small: U8, design: Compiled, place: Place, corner: tuple[int, int], k: float) -> U8:
    """Return GrabCut's first guess: paint of the palette is likely figure, the head surely, the rim surely not."""
    _, away = _nearest(regained(small, place.gain), design)
    seeds = np.where(away <= _NEAR_DE, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    zone = design.zones["head"][place.index]
    assert zone is not None
    s = place.side / ZONE_PX * k
    move = np.array([[s, 0, (place.left - corner[0]) * k], [0, s, (place.top - corner[1]) * k]], np.float32)
    core = cv2.erode(zone.cover.astype(np.uint8), np.ones((13, 13), np.uint8))
    head = cv2.warpAffine(core, move, (small.shape[1], small.shape[0]), flags=cv2.INTER_NEAREST) > 0
    rim = max(1, round(0.25 * _MARGIN * place.side * k))
    seeds[:rim], seeds[:, :rim], seeds[:, -rim:] = cv2.GC_BGD, cv2.GC_BGD, cv2.GC_BGD
    seeds[head & (away <= 1.5 * _NEAR_DE)] = cv2.GC_FGD
    return seeds


def _explained(small: U8, design: Compiled, place: Place) -> Mask:
    """Return where the palette explains the frame; lines and edges beside it too."""
    _, away = _nearest(regained(small, place.gain), design)
    return cv2.dilate((away <= _NEAR_DE).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0


def _grabbed(small: U8, seeds: U8, explained: Mask) -> Mask | None:
    sure = seeds == cv2.GC_FGD
    if np.count_nonzero(sure) < 12 or not (seeds == cv2.GC_BGD).any():
        return None
    ground, paint = np.zeros((1, 65), np.float64), np.zeros((1, 65), np.float64)
    cv2.setRNGSeed(0)  # GrabCut starts from k-means: the same frame, the same cut
    cv2.grabCut(small, seeds, (0, 0, 1, 1), ground, paint, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    inside = (np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD)) & explained).astype(np.uint8)
    number, parts = cv2.connectedComponents(inside)
    held = np.unique(parts[sure])
    keep = np.zeros(number, np.bool_)
    keep[held] = True
    keep[0] = False
    found = np.asarray(keep[parts])
    return found if found.any() else None


def _figure(rgb: U8, mask: Mask, corner: tuple[int, int]) -> Figure:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = int(ys[0]), int(ys[-1]) + 1, int(xs[0]), int(xs[-1]) + 1
    box = (corner[0] + left, corner[1] + top, corner[0] + right, corner[1] + bottom)
    crop = rgb[box[1] : box[3], box[0] : box[2]]
    rgba = np.dstack([crop, np.full(crop.shape[:2], 255, np.uint8)])
    return Figure(
        np.ascontiguousarray(rgba), np.ascontiguousarray(mask[top:bottom, left:right]), box, rgb.shape[:2]
    )
