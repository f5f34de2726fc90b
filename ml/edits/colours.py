"""Wrong paint: a paint some ΔE00 off, or a region in another paint of the same drawing.

The anti-aliased rim moves along: a rim pixel is a mix of the paint and its neighbour, and keeps its share. In a
drawing of few exact colours (pixel art, binarised cels) a colour is replaced by equality; in a painted one every
pixel near the colour moves by the same step.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.colours import delta_e, pack_rgb, unpack_rgb
from ml.edits.base import Edit, Subject, finish, grow, hex_of
from ml.pixels import F32, U8, Mask, to_lab

_FEW_COLOURS = 80
_ALIKE_LAB, _FULLY_LAB = 13.0, 9.0
_LEAST_SHARE, _MOST_SHARE = 0.03, 0.5
_RIM_PX = 3
_TOLERANCE_DE = 0.4
_REGION_LEAST_SHARE = 0.012
_SWATCH_APART_DE = 14.0


@dataclass(frozen=True)
class Paint:
    """A paint of a drawing: its colour, and `weight` (h, w) float32 0..1, how much of it each pixel is."""

    rgb: U8
    weight: F32

    @property
    def share_px(self) -> int:
        """Pixels that are this paint for the most part."""
        return int(np.count_nonzero(self.weight > 0.5))


def palette(subject: Subject, wanted_de: float, seed: int = 0) -> Edit | None:
    """Paint one of the larger colours `wanted_de` (ΔE00) off; None if the drawing has no fit colour."""
    rng = np.random.default_rng(seed)
    rows = fit_paints(subject)
    if not rows:
        return None
    paint = paint_of(subject, rows[int(rng.integers(min(5, len(rows))))])
    found = _moved(subject.rgba, paint, wanted_de, rng)
    if found is None:
        return None
    after, target, real = found
    what = f"colour {hex_of(paint.rgb)} painted as {hex_of(target)}, ΔE {real:.1f} off"
    return finish(subject.rgba, after, what, place=_core(paint.weight), magnitude=real)


def _core(weight: F32) -> Mask:
    return np.asarray(weight > 0.5)


def _moved(rgba: U8, paint: Paint, wanted_de: float, rng: np.random.Generator) -> tuple[U8, U8, float] | None:
    """Return (picture, new colour, ΔE00 on the paint's full pixels) of the first direction that can be shown."""
    for direction in _directions(rng):
        for target in _targets(paint.rgb, wanted_de, direction):
            after = repaint(rgba, paint, target)
            real = _measured(rgba, after, paint)
            if abs(real - wanted_de) < _TOLERANCE_DE:
                return after, target, real
    return None


def _directions(rng: np.random.Generator) -> list[F32]:
    turns = rng.permutation(12) * (np.pi / 6.0)
    return [np.array([0.25 * (-1) ** i, np.cos(t), np.sin(t)], np.float32) for i, t in enumerate(turns)]


def _targets(rgb: U8, wanted_de: float, direction: F32) -> U8:
    """Return up to three colours in a direction whose ΔE00 is nearest to the wanted one, none if all are far."""
    lab = to_lab(rgb[None])[0]
    lengths = np.arange(0.5 * wanted_de, 4.5 * wanted_de, 0.2, dtype=np.float32)
    path = lab + direction * lengths[:, None]
    shown = cv2.cvtColor(path[None], cv2.COLOR_LAB2RGB)[0]
    inside = (shown > -0.004).all(axis=1) & (shown < 1.004).all(axis=1)
    rgbs = np.unique((np.clip(shown[inside], 0.0, 1.0) * 255.0).round().astype(np.uint8), axis=0)
    if not len(rgbs):
        return rgbs
    off = np.abs(delta_e(np.repeat(rgb[None], len(rgbs), axis=0), rgbs) - wanted_de)
    order = np.argsort(off, kind="stable")[:3]
    return rgbs[order[off[order] < 1.5]]


def _measured(before: U8, after: U8, paint: Paint) -> float:
    full = np.flatnonzero(paint.weight.ravel() >= 0.999)
    if not full.size:
        return 0.0
    full = full[:: max(1, full.size // 3000)]
    a, b = before[..., :3].reshape(-1, 3)[full], after[..., :3].reshape(-1, 3)[full]
    return float(np.median(delta_e(a, b)))


def repaint(rgba: U8, paint: Paint, target: U8) -> U8:
    """Return the drawing with the paint replaced: each pixel moves by its share of the step."""
    out = rgba.copy()
    some = paint.weight > 0.0
    now = rgba[..., :3][some].astype(np.float32)
    weight = paint.weight[some][:, None]
    if np.array_equal(np.unique(rgba[..., :3][paint.weight >= 0.999], axis=0), paint.rgb[None]):
        moved = now + weight * (target.astype(np.float32) - paint.rgb)
        out[..., :3][some] = np.clip(moved.round(), 0, 255).astype(np.uint8)
        return out
    step = to_lab(target[None])[0] - to_lab(paint.rgb[None])[0]
    lab = to_lab(rgba[..., :3][some]) + weight * step
    shown = cv2.cvtColor(lab[None].astype(np.float32), cv2.COLOR_LAB2RGB)[0]
    out[..., :3][some] = (np.clip(shown, 0.0, 1.0) * 255.0).round().astype(np.uint8)
    return out


def fit_paints(subject: Subject) -> list[U8]:
    """Return the colours that are large enough to judge and not too large, largest first."""
    if subject.figure is None:
        return []
    total = int(np.count_nonzero(subject.cover))
    rgbs, area = _colours(subject)
    lab = to_lab(rgbs)
    share = area / total
    if _few(subject) is None and subject.paints is not None and not subject.paints.exact:
        share = np.array([share[np.linalg.norm(lab - row, axis=1) < _ALIKE_LAB].sum() for row in lab[:60]])
    fit = [i for i in range(len(share)) if _LEAST_SHARE <= share[i] <= _MOST_SHARE and 16 < lab[i, 0] < 97]
    return [rgbs[i] for i in fit[:12]]


def _few(subject: Subject) -> tuple[U8, np.ndarray] | None:
    """Return the colours of a drawing that has only a few, and their areas; None for any other drawing."""
    codes, counts = np.unique(pack_rgb(subject.rgba[..., :3][subject.cover]), return_counts=True)
    if len(codes) > _FEW_COLOURS:
        return None
    order = np.argsort(-counts, kind="stable")
    return unpack_rgb(codes[order]), counts[order]


def _colours(subject: Subject) -> tuple[U8, np.ndarray]:
    few = _few(subject)
    if few is not None:
        return few
    assert subject.paints is not None
    return subject.paints.rgb[:200], subject.paints.area_px[:200]


def paint_of(subject: Subject, rgb: U8) -> Paint:
    """Return where a colour of `fit_paints` is, and how much of each pixel it is."""
    assert subject.paints is not None
    exact = np.asarray((subject.rgba[..., :3] == rgb).all(axis=2) & subject.cover)
    if _few(subject) is not None:
        return Paint(rgb, exact.astype(np.float32))
    if not subject.paints.exact:
        away = np.linalg.norm(to_lab(subject.rgba[..., :3]) - to_lab(rgb[None])[0], axis=2)
        weight = np.clip((_ALIKE_LAB - away) / (_ALIKE_LAB - _FULLY_LAB), 0.0, 1.0)
        return Paint(rgb, np.asarray(weight * (subject.rgba[..., 3] > 0), np.float32))
    return Paint(rgb, _with_rim(subject, exact, rgb))


def _with_rim(subject: Subject, exact: Mask, rgb: U8) -> F32:
    """Return the share of a paint in each pixel near it, from its mix with the nearest other paint or the ink."""
    near = grow(exact, _RIM_PX) & ~exact & (subject.rgba[..., 3] > 0)
    weight = exact.astype(np.float32)
    ys, xs = np.nonzero(near)
    if not ys.size:
        return weight
    now = subject.rgba[ys, xs, :3].astype(np.float32)
    best_share, best_rest = np.zeros(len(ys), np.float32), np.full(len(ys), np.inf, np.float32)
    for other in _partners(subject, exact, ys, xs):
        line = rgb.astype(np.float32) - other
        share = np.clip(((now - other) * line).sum(axis=1) / np.maximum(1.0, (line**2).sum(axis=1)), 0.0, 1.0)
        rest = np.linalg.norm(now - (other + share[:, None] * line), axis=1)
        better = rest < best_rest
        best_share[better], best_rest[better] = share[better], rest[better]
    weight[ys, xs] = np.where(best_rest < 26.0, best_share, 0.0)
    return weight


def _partners(subject: Subject, exact: Mask, ys: np.ndarray, xs: np.ndarray) -> list[F32]:
    """Return for each rim pixel what it may be mixed with: the nearest other paint, the darkest and lightest nearby."""
    assert subject.figure is not None
    assert subject.paints is not None
    left, top, right, bottom = subject.figure.box_xyxy
    flat = np.zeros(exact.shape, np.uint8)
    flat[top:bottom, left:right] = subject.paints.labels >= 0
    flat[exact] = 0
    rgb = np.ascontiguousarray(subject.rgba[..., :3])
    found: list[F32] = []
    if flat.any():
        _, nearest = cv2.distanceTransformWithLabels(1 - flat, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
        table = np.zeros((int(nearest.max()) + 1, 3), np.float32)
        table[nearest[flat > 0]] = rgb[flat > 0]
        found.append(table[nearest[ys, xs]])
    kernel = np.ones((5, 5), np.uint8)
    found.append(cv2.erode(rgb, kernel)[ys, xs].astype(np.float32))
    found.append(cv2.dilate(rgb, kernel)[ys, xs].astype(np.float32))
    return found


def wrong_swatch(subject: Subject, seed: int = 0) -> Edit | None:
    """Paint one region of a paint in another paint of the same drawing; None if there is no clear region."""
    rng = np.random.default_rng(seed)
    rows = fit_paints(subject)
    pairs = [(a, b) for a in rows[:6] for b in rows if float(delta_e(a[None], b[None])[0]) > _SWATCH_APART_DE]
    if not pairs:
        return None
    rgb, target = pairs[int(rng.integers(len(pairs)))]
    whole = paint_of(subject, rgb)
    count, parts, stats, _ = cv2.connectedComponentsWithStats((whole.weight > 0.5).astype(np.uint8))
    if count < 2:
        return None
    part = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    if stats[part, cv2.CC_STAT_AREA] < _REGION_LEAST_SHARE * np.count_nonzero(subject.cover):
        return None
    region = grow(np.asarray(parts == part), _RIM_PX) & ((parts == part) | (whole.weight <= 0.5))
    paint = Paint(rgb, np.where(region, whole.weight, 0.0).astype(np.float32))
    after = repaint(subject.rgba, paint, target)
    real = float(delta_e(rgb[None], target[None])[0])
    what = f"a region of {hex_of(rgb)} painted in {hex_of(target)}, another paint of the drawing"
    return finish(subject.rgba, after, what, place=_core(paint.weight), magnitude=real)
