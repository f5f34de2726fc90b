"""An approved drawing laid precisely over the drawing under check, and what then still differs.

Similarity from features, then a dense field of small displacements (Lucas and Kanade 1981, in soft windows, from
coarse to fine; on flat paint it is far more exact than DIS). An affine map that most of the field agrees on is the
camera and the pose; what a place strays from that map is a displacement. The approved drawing is then drawn through
the map and a smooth part of the displacement, and colours are held against the range that the other has within two
pixels: a range is blind to half a pixel, to another size of the camera and to a codec.

Convention: maps of evidence are float32 at half the picture's size; displacements are in pixels of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from ml.consistency.residual_picture import Picture, soft_lab
from ml.pixels import F32, U8, Mask

_NEAR_PX = 5  # side of the window whose range explains a colour
_CONTRAST = 16.0
_ALIKE_LAB = 12.0
_MASS = 0.05
_CLASH = 6.0  # where colours differ so much it is another thing, not the same elsewhere
_LOCAL, _SMOOTH = 3.0, 6.0
_MOST_MOVE_PX = 5.0
_COARSE_ROUNDS, _FINE_ROUNDS, _EDGE, _SLACK = 7, 4, 3.0, 40.0
_LEAST_EDGES, _EDGES = 12, 2000  # edges by which two pictures are aligned
_WINDOW, _STEPS, _STIFF = 2.5, 2, 60.0
_PAPER = (128.0, 128.0, 128.0)
_LIGHT = 100.0 / 255.0  # one step of 8-bit L in L
DRAWING_PX, SPREADS = 0.5, 3.5  # a displacement below half a pixel of the drawing says nothing


@dataclass(frozen=True)
class Laid:
    """An approved drawing laid over a drawing.

    Attributes:
        strays: (h2, w2) float32, displacement by what a place may stray anyway; see `lay`.
        sure: (h2, w2) float32 0..1, how much structure both share there; without it `strays` means nothing.
        new, gone: (h2, w2) float32, how far colours of the drawing lie outside the approved ones around, in about
            ΔE, and the other way round.
        to_xy: (h2, w2, 2) float32, the approved drawing's pixel that lies at each place.
        cover: (h2, w2) bool, the approved figure as it was laid.
    """

    strays: F32
    sure: F32
    new: F32
    gone: F32
    to_xy: F32
    cover: Mask


class Ground:
    """The drawing under check, with what each approved drawing needs to be laid over it."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    @cached_property
    def half_lab(self) -> U8:
        """(h2, w2, 3) uint8."""
        return _half(self.picture.lab)

    @cached_property
    def half_luma(self) -> F32:
        """(h2, w2) float32 0..255."""
        return _even_light(_half(self.picture.luma))

    @cached_property
    def contrast(self) -> F32:
        """(h2, w2) float32 0..1: where there are lines and edges to go by."""
        across, down = _slopes(self.half_luma)
        return np.asarray(np.minimum(_length(across, down), _CONTRAST) / _CONTRAST, np.float32)

    @cached_property
    def at_full(self) -> F32:
        """(h, w, 2) float32: each pixel's own place."""
        return _places(*self.picture.luma.shape)

    @cached_property
    def at_half(self) -> F32:
        """(h2, w2, 2) float32: each cell's own place among the cells."""
        return _places(*self.half_lab.shape[:2])


def _places(high: int, wide: int) -> F32:
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    return np.ascontiguousarray(np.dstack([xs, ys]))


def _half(picture: U8) -> U8:
    size = ((picture.shape[1] + 1) // 2, (picture.shape[0] + 1) // 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def seen_at(picture: Any, at: F32, beyond: float | None = None) -> Any:
    """Return a picture read at the places `at` (h, w, 2); beyond its edge the edge goes on, or is `beyond`."""
    kind = cv2.BORDER_REPLICATE if beyond is None else cv2.BORDER_CONSTANT
    edge = (beyond or 0.0,) * 3
    xs, ys = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    return cv2.remap(picture, xs, ys, cv2.INTER_LINEAR, borderMode=kind, borderValue=edge)


def lay(ground: Ground, approved: Picture, start: F32) -> Laid:
    """Lay an approved drawing over the drawing; `start` (2, 3) maps its pixels to the drawing's.

    `strays` = displacement / (half a pixel of the drawing + 3.5 times what the better part of this pair strays).
    """
    picture = ground.picture
    rgb, whole, off, weight = _compared(ground, approved, start)
    rest = _low(_length(off[..., 0], off[..., 1])[::2, ::2].ravel(), weight[::2, ::2].ravel())
    local, sure = _locally(off, weight)
    allowed = np.float32(DRAWING_PX * picture.scale + SPREADS * rest)
    move = 2.0 * whole + _even(off, weight)
    drawn = _drawn(ground, rgb, move)
    lab = soft_lab(drawn)
    new, gone = _outside(picture.lab, lab), _outside(lab, picture.lab)
    sure = sure * _not_clashing(new, gone)
    strays = _length(local[..., 0], local[..., 1]) * sure / allowed
    back = cv2.invertAffineTransform(start)
    there = np.asarray((2.0 * ground.at_half + 0.5 + move) @ back[:, :2].T + back[:, 2], np.float32)
    cover = seen_at(approved.cover.astype(np.uint8) * 255, there, 0.0)
    return Laid(
        np.asarray(strays, np.float32),
        np.asarray(sure, np.float32),
        new,
        gone,
        there,
        np.asarray(cover > 127),
    )


@dataclass(frozen=True)
class Moved:
    """Where an approved drawing has what a drawing shows.

    Attributes:
        by: (h2, w2, 2) float32, pixels of the picture: what lies at a place lies there + `by` on the approved drawing
            as `start` laid it.
        sure: (h2, w2) float32 0..1; without it `by` is a guess.
        agreed: 0..1, of the drawing's lines and edges where the approved figure lies, the share that it has too.
        covered: 0..1, the share of the drawing's figure on which the approved figure lies.
    """

    by: F32
    sure: F32
    agreed: float
    covered: float


def moved(ground: Ground, approved: Picture, start: F32) -> Moved:
    """Return where an approved drawing, laid by `start` (2, 3; its pixels to the drawing's), has things instead."""
    rgb, whole, off, weight = _compared(ground, approved, start)
    local, sure = _locally(off, weight)
    picture = ground.picture
    size = (picture.luma.shape[1], picture.luma.shape[0])
    there = cv2.warpAffine(approved.cover.astype(np.uint8) * 255, start, size, flags=cv2.INTER_LINEAR)
    cover = _half(np.asarray(there, np.uint8)).astype(np.float32) / np.float32(255.0)
    own = _half(picture.cover.astype(np.uint8) * 255).astype(np.float32) / np.float32(255.0)
    agreed = float((weight * cover).sum()) / max(1e-6, float((ground.contrast * cover).sum()))
    covered = float((own * cover).sum()) / max(1.0, float(own.sum()))
    lab = soft_lab(_drawn(ground, rgb, np.asarray(2.0 * whole + _even(off, weight), np.float32)))
    alike = _not_clashing(_outside(picture.lab, lab), _outside(lab, picture.lab))
    by = np.asarray(2.0 * whole + local, np.float32)
    return Moved(by, np.asarray(sure * alike * cover, np.float32), agreed, covered)


def _compared(ground: Ground, approved: Picture, start: F32) -> tuple[U8, F32, F32, F32]:
    """Return the approved drawing as laid, the common move in cells, what places are off it in pixels, and how sure."""
    picture = ground.picture
    size = (picture.luma.shape[1], picture.luma.shape[0])
    warped = cv2.warpAffine(approved.rgb, start, size, flags=cv2.INTER_LINEAR, borderValue=_PAPER)
    rgb = np.asarray(warped, np.uint8)
    whole, field = _fields(ground, np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))
    weight = np.asarray(ground.contrast * _likeness(ground, rgb, field), np.float32)
    return rgb, whole, np.asarray(2.0 * (field - whole), np.float32), weight


def _locally(off: F32, weight: F32) -> tuple[F32, F32]:
    """Return how far a small neighbourhood is off, and 0..1 how surely."""
    mass = cv2.GaussianBlur(weight, (0, 0), _LOCAL)
    local = cv2.GaussianBlur(off * weight[..., None], (0, 0), _LOCAL) / (mass[..., None] + np.float32(1e-3))
    return np.asarray(local, np.float32), np.asarray(mass / (mass + np.float32(_MASS)), np.float32)


def _not_clashing(new: F32, gone: F32) -> F32:
    """Return 0..1: where colours differ it is another thing, not the same elsewhere."""
    clash = cv2.GaussianBlur(np.maximum(new, gone), (0, 0), _LOCAL)
    return np.asarray(np.exp(-np.square(clash / np.float32(_CLASH))), np.float32)


def _even_light(half: U8) -> F32:
    """Return light as float32, so soft that a step of a cell changes it evenly."""
    return np.asarray(cv2.GaussianBlur(half.astype(np.float32), (0, 0), 1.5), np.float32)


def _quarter(half: F32) -> F32:
    size = ((half.shape[1] + 1) // 2, (half.shape[0] + 1) // 2)
    return np.asarray(cv2.resize(half, size, interpolation=cv2.INTER_AREA), np.float32)


def common(ground: Ground, luma: U8) -> tuple[np.ndarray, F32]:
    """Return the affine displacement (3, 2) that most edges agree on, cell (x, y, 1) to cells, and the other's light.

    `luma` (h, w) is the other picture, laid roughly over the ground's.
    """
    one, other = ground.half_luma, _even_light(_half(luma))
    at = _places((one.shape[0] + 1) // 2, (one.shape[1] + 1) // 2)
    affine = _aligned(_quarter(one), _quarter(other), at, np.zeros((3, 2)), _COARSE_ROUNDS)
    affine[2] *= 2.0
    return _aligned(one, other, ground.at_half, affine, _FINE_ROUNDS), other


def _fields(ground: Ground, luma: U8) -> tuple[F32, F32]:
    """Return (common, displacement), each (h2, w2, 2) in cells: where the other picture shows what is here.

    The common part is found first and the rest starts from it: along a line a displacement cannot be seen, and what
    cannot be seen shall be nothing.
    """
    affine, other = common(ground, luma)
    one = ground.half_luma
    coarse, at = (_quarter(one), _quarter(other)), _places((one.shape[0] + 1) // 2, (one.shape[1] + 1) // 2)
    whole = _whole(affine, ground.at_half)
    rough = _whole(affine * np.array([[1.0], [1.0], [0.5]]), at)
    found = _refined(*coarse, rough, at) - rough
    local = 2.0 * cv2.resize(found, one.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return whole, _refined(one, other, np.asarray(whole + local, np.float32), ground.at_half)


def _whole(affine: np.ndarray, at: F32) -> F32:
    """Return the displacements (h, w, 2) of an affine map given as (3, 2) for (x, y, 1) of a cell's place."""
    return np.asarray(at @ affine[:2].astype(np.float32) + affine[2].astype(np.float32), np.float32)


def _aligned(one: F32, other: F32, at: F32, start: np.ndarray, rounds: int) -> np.ndarray:
    """Return the affine displacement (3, 2) under which most edges of both pictures agree (robust Gauss-Newton)."""
    across, down = _slopes(one)
    ys, xs = np.nonzero(np.abs(across) + np.abs(down) > _EDGE)
    thin = 1 + len(ys) // _EDGES
    ys, xs = ys[::thin], xs[::thin]
    if len(ys) < _LEAST_EDGES:
        return start
    span, middle = float(max(one.shape)), np.array([one.shape[1] / 2.0, one.shape[0] / 2.0])
    places = np.column_stack([(xs - middle[0]) / span, (ys - middle[1]) / span, np.ones(len(xs))])
    gx, gy = across[ys, xs, None].astype(np.float64), down[ys, xs, None].astype(np.float64)
    rows, here, wanted = np.hstack([gx * places, gy * places]), at[ys, xs][None], one[ys, xs]
    found, slack = start.copy(), _SLACK
    for _ in range(rounds):
        rest = (wanted - seen_at(other, here + _whole(found, here))[0]).astype(np.float64)
        spread = max(2.0, 1.5 * float(np.median(np.abs(rest))), slack)
        slack *= 0.6
        left = rows.T / np.square(1.0 + np.square(rest / spread))
        step = np.linalg.solve(left @ rows + 1e-3 * np.eye(6), left @ rest).reshape(2, 3).T
        linear = step[:2] / span
        found = found + np.vstack([linear, step[2] - middle @ linear])
    return found


def _refined(one: F32, other: F32, flow: F32, at: F32) -> F32:
    """Return a displacement field after a few steps of Lucas and Kanade."""
    across, down = _slopes(one)
    xx, xy, yy = (_near(p) for p in (across * across, across * down, down * down))
    xx, yy = xx + np.float32(_STIFF), yy + np.float32(_STIFF)
    whole = xx * yy - xy * xy
    for _ in range(_STEPS):
        shown = seen_at(other, at + flow)
        rest = one - shown
        bx, by = _near(across * rest), _near(down * rest)
        step = np.dstack([(yy * bx - xy * by) / whole, (xx * by - xy * bx) / whole])
        flow = flow + np.clip(step, -1.0, 1.0)
    return np.asarray(flow, np.float32)


def _slopes(light: F32) -> tuple[F32, F32]:
    across = cv2.Sobel(light, cv2.CV_32F, 1, 0, scale=0.125)
    return np.asarray(across, np.float32), np.asarray(
        cv2.Sobel(light, cv2.CV_32F, 0, 1, scale=0.125), np.float32
    )


def _length(across: F32, down: F32) -> F32:
    """Return the lengths of vectors; OpenCV's own end otherwise with where arrays lie in memory."""
    return np.asarray(np.sqrt(across * across + down * down), np.float32)


def _near(field: F32) -> F32:
    return np.asarray(cv2.GaussianBlur(field, (0, 0), _WINDOW), np.float32)


def _likeness(ground: Ground, rgb: U8, flow: F32) -> F32:
    """Return 0..1, how alike both are where the flow says that they are the same: else the flow is a guess."""
    lab = _half(soft_lab(rgb))
    found = seen_at(lab, ground.at_half + flow)
    apart = cv2.absdiff(ground.half_lab, found)
    total = cv2.transform(apart, np.array([[_LIGHT, 1.0, 1.0]], np.float32))
    near = cv2.GaussianBlur(total.astype(np.float32), (0, 0), 1.5)
    return np.asarray(np.exp(-np.square(near / np.float32(_ALIKE_LAB))), np.float32)


def _low(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the weighted lower quartile: how exactly the better part of both drawings agrees."""
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weights[order])
    return float(values[order][min(len(order) - 1, int(np.searchsorted(mass, 0.25 * mass[-1])))])


def _even(off: F32, weight: F32) -> F32:
    """Return the smooth part of a displacement: enough to follow a turn of the head, too stiff to hide a detail."""
    mass = cv2.GaussianBlur(weight, (0, 0), _SMOOTH)[..., None] + np.float32(1e-3)
    held = np.clip(off, -_MOST_MOVE_PX, _MOST_MOVE_PX) * weight[..., None]
    return np.asarray(cv2.GaussianBlur(held, (0, 0), _SMOOTH) / mass, np.float32)


def _drawn(ground: Ground, rgb: U8, move: F32) -> U8:
    size = (rgb.shape[1], rgb.shape[0])
    at = ground.at_full + cv2.resize(move, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(seen_at(rgb, at, _PAPER[0]), np.uint8)


def _outside(lab: U8, around: U8) -> F32:
    """Return (h2, w2) how far colours lie outside the range of another picture within two pixels, in about ΔE."""
    window = np.ones((_NEAR_PX, _NEAR_PX), np.uint8)
    above, below = cv2.subtract(lab, cv2.dilate(around, window)), cv2.subtract(cv2.erode(around, window), lab)
    light, green, blue = cv2.split(_half(np.asarray(cv2.max(above, below), np.uint8)))
    paint = cv2.max(green, blue).astype(np.float32)
    return np.asarray(np.maximum(paint, light.astype(np.float32) * np.float32(_LIGHT)), np.float32)
