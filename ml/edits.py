"""Controlled edits of finished drawings: what a wrong hand would do, and shams that change nothing.

Used to build demo cuts from real art and to measure the check itself. Every geometric edit has a sham with the
same resampling, because a check that hears the resampling seems to hear the edit.

Convention: pictures are rgba uint8 (h, w, 4), straight alpha; inputs untouched; the same seed gives the same edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.colours import delta_e, paints_of
from ml.consistency.zones import silhouette_head
from ml.pixels import F32, U8, Figure, Mask, cut_figure, to_lab
from ml.types import Box

_ALIKE_LAB = 13.0
_REACH = 1.7


@dataclass(frozen=True)
class Edit:
    """An edited drawing, what was done in words, and where; `box_xyxy` is None for shams."""

    rgba: U8
    what: str
    box_xyxy: Box | None


def _bleed(rgba: U8) -> U8:
    """Give clear pixels the colour beside them, so that resampling mixes no black into the rim."""
    clear = (rgba[..., 3] == 0).astype(np.uint8)
    if not clear.any() or clear.all():
        return rgba
    out = rgba.copy()
    rgb = np.ascontiguousarray(rgba[..., :3])
    _, nearest = cv2.distanceTransformWithLabels(clear, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    table[nearest[clear == 0]] = rgb[clear == 0]
    out[..., :3] = table[nearest]
    return out


def _remap(rgba: U8, map_x: F32, map_y: F32) -> U8:
    out = cv2.remap(
        _bleed(rgba), map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,) * 4
    )
    return np.asarray(out, np.uint8)


def _grid(size_hw: tuple[int, int]) -> tuple[F32, F32]:
    ys, xs = np.mgrid[0 : size_hw[0], 0 : size_hw[1]].astype(np.float32)
    return xs, ys


def _pad(rgba: U8, by: int) -> U8:
    return np.asarray(
        cv2.copyMakeBorder(rgba, by, by, by, by, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)), np.uint8
    )


def _shift_colour(rgb: U8, wanted_de: float, rng: np.random.Generator) -> U8:
    """Return a colour at about `wanted_de` (CIEDE2000) from `rgb`, in the first direction that can be shown."""
    lab = to_lab(rgb[None])[0]
    for turn in rng.permutation(12) * (np.pi / 6.0):
        for length in np.arange(wanted_de * 0.6, wanted_de * 4.0, 0.7):
            moved = lab + np.array([0.0, np.cos(turn), np.sin(turn)], np.float32) * np.float32(length)
            shown = cv2.cvtColor(moved.reshape(1, 1, 3), cv2.COLOR_LAB2RGB).reshape(3)
            candidate = (np.clip(shown, 0.0, 1.0) * 255.0).round().astype(np.uint8)
            if abs(float(delta_e(rgb[None], candidate[None])[0]) - wanted_de) < 1.0:
                return candidate
    return 255 - rgb


def recolour(rgba: U8, wanted_de: float, seed: int = 0) -> Edit | None:
    """Paint one of the larger colours about `wanted_de` off; None if the drawing has no fit colour."""
    figure = cut_figure(rgba)
    if figure is None:
        return None
    rng = np.random.default_rng(seed)
    choice = _choose_paint(figure, rng)
    if choice is None:
        return None
    target = _shift_colour(choice, wanted_de, rng)
    lab = to_lab(np.ascontiguousarray(rgba[..., :3]))
    away = np.linalg.norm(lab - to_lab(choice[None])[0], axis=2)
    weight = np.clip((_ALIKE_LAB - away) / 4.0, 0.0, 1.0)[..., None] * (rgba[..., 3:] > 0)
    move = to_lab(target[None])[0] - to_lab(choice[None])[0]
    painted = cv2.cvtColor((lab + move * weight).astype(np.float32), cv2.COLOR_LAB2RGB)
    out = rgba.copy()
    changed = weight[..., 0] > 0
    out[..., :3][changed] = (np.clip(painted[changed], 0.0, 1.0) * 255.0).round().astype(np.uint8)
    exact = (rgba[..., :3] == choice).all(axis=2) & changed
    out[..., :3][exact] = target
    real = float(delta_e(choice[None], target[None])[0])
    what = f"colour {_hex(choice)} painted as {_hex(target)}, ΔE {real:.1f} off"
    return Edit(out, what, _box_of(weight[..., 0] > 0.5))


def _choose_paint(figure: Figure, rng: np.random.Generator) -> U8 | None:
    paints = paints_of(figure)
    share = paints.area_px / max(1, int(paints.area_px.sum()))
    lab = to_lab(paints.rgb[:200])
    usable = [i for i in range(len(lab)) if 18.0 < lab[i, 0] < 96.0]
    near = {
        i: float(share[:200][np.linalg.norm(lab - lab[i], axis=1) < _ALIKE_LAB].sum()) for i in usable[:40]
    }
    fit = [i for i in near if 0.04 <= near[i] <= 0.5]
    return None if not fit else paints.rgb[fit[int(rng.integers(min(4, len(fit))))]]


def _hex(rgb: U8) -> str:
    return "#" + "".join(f"{int(v):02x}" for v in rgb)


def _box_of(mask: Mask) -> Box | None:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not ys.size:
        return None
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def enlarge_head(rgba: U8, factor: float = 1.10) -> Edit | None:
    """Enlarge the head by a warp that dies out around it; the chin stays where it is."""
    figure = cut_figure(rgba)
    if figure is None:
        return None
    top, bottom, centre = silhouette_head(figure.mask)
    return enlarge_around(rgba, figure, (top, bottom, centre), factor)


def enlarge_around(rgba: U8, figure: Figure, head: tuple[float, float, float], factor: float) -> Edit:
    """Enlarge what lies between `head` = (top, bottom, centre x) of the figure's crop."""
    top, bottom, centre = head
    pad = int(np.ceil((bottom - top) * (factor - 1.0) * 1.5)) + 2
    wide = _pad(rgba, pad)
    left, above = figure.box_xyxy[0] + pad, figure.box_xyxy[1] + pad
    x0, y0 = left + centre, above + bottom
    radius = (bottom - top) * 0.5
    xs, ys = _grid((wide.shape[0], wide.shape[1]))
    away = np.hypot(xs - x0, ys - (above + (top + bottom) / 2.0)) / radius
    ease = np.clip((_REACH * factor - away) / (_REACH * factor - 1.15 * factor), 0.0, 1.0)
    ease = ease * ease * (3.0 - 2.0 * ease) * np.clip((y0 + 0.15 * radius - ys) / (0.3 * radius), 0.0, 1.0)
    scale = 1.0 + (factor - 1.0) * ease
    out = _remap(
        wide, (x0 + (xs - x0) / scale).astype(np.float32), (y0 + (ys - y0) / scale).astype(np.float32)
    )
    box = (int(x0 - radius), int(above + top), int(x0 + radius), int(y0))
    return Edit(out, f"head {100.0 * (factor - 1.0):.0f} % larger", box)


def erase_detail(rgba: U8, seed: int = 0) -> Edit | None:
    """Fill one small painted detail with what surrounds it; None if the drawing has no such detail."""
    figure = cut_figure(rgba)
    if figure is None:
        return None
    details = _details(figure)
    if not details:
        return None
    rng = np.random.default_rng(seed)
    mask = details[int(rng.integers(min(3, len(details))))]
    left, top = figure.box_xyxy[:2]
    whole = np.zeros(rgba.shape[:2], np.uint8)
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    grow = max(2, round(figure.mask.shape[0] / 110))
    hole = cv2.dilate(whole, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1)))
    hole = np.asarray(hole, np.uint8) & (rgba[..., 3] > 0).astype(np.uint8)
    filled = cv2.inpaint(np.ascontiguousarray(_bleed(rgba)[..., :3]), hole, 3, cv2.INPAINT_TELEA)
    out = rgba.copy()
    out[..., :3][hole > 0] = filled[hole > 0]
    share = 100.0 * float(mask.sum()) / max(1, int(figure.mask.sum()))
    return Edit(out, f"a detail of {share:.1f} % of the figure is missing", _box_of(hole > 0))


def _details(figure: Figure) -> list[Mask]:
    """Small pieces of one colour that differ clearly from their surroundings, most striking first."""
    paints = paints_of(figure)
    total = int(np.count_nonzero(figure.mask))
    found: list[tuple[float, int, Mask]] = []
    for row in range(min(60, len(paints.rgb))):
        number, parts, stats, _ = cv2.connectedComponentsWithStats((paints.labels == row).astype(np.uint8))
        for part in range(1, number):
            area = int(stats[part, cv2.CC_STAT_AREA])
            compact = area * 4 >= int(stats[part, cv2.CC_STAT_WIDTH]) * int(stats[part, cv2.CC_STAT_HEIGHT])
            if compact and 0.002 * total <= area <= 0.025 * total:
                piece = np.asarray(parts == part)
                found.append((_contrast(figure, piece, paints.rgb[row]), len(found), piece))
    return [piece for contrast, _, piece in sorted(found, key=lambda f: (-f[0], f[1])) if contrast > 18.0]


def _contrast(figure: Figure, piece: Mask, rgb: U8) -> float:
    reach = max(3, round(figure.mask.shape[0] / 60))
    near = np.asarray(cv2.dilate(piece.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)) > 0)
    ring = near & figure.mask & ~piece
    if np.count_nonzero(ring) < 8:
        return 0.0
    around = np.median(figure.rgba[ring][:, :3], axis=0).astype(np.uint8)
    return float(delta_e(rgb[None], around[None])[0])


def half_pixel(rgba: U8) -> Edit:
    """Move everything by half a pixel: a sham."""
    wide = _pad(rgba, 2)
    xs, ys = _grid((wide.shape[0], wide.shape[1]))
    return Edit(_remap(wide, xs + 0.5, ys + 0.5), "moved by half a pixel", None)


def rescale(rgba: U8, factor: float = 1.1) -> Edit:
    """Scale everything: a sham, the cut's camera is nearer."""
    out = cv2.resize(_bleed(rgba), None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    return Edit(np.asarray(out, np.uint8), f"scaled by {factor:.2f}", None)


def warp_sham(rgba: U8) -> Edit:
    """Resample as `enlarge_head` does, without enlarging anything: a sham."""
    wide = _pad(rgba, 4)
    xs, ys = _grid((wide.shape[0], wide.shape[1]))
    ripple = np.float32(0.35) * np.sin(xs / 17.0) * np.cos(ys / 19.0)
    return Edit(
        _remap(wide, (xs + ripple).astype(np.float32), (ys + ripple).astype(np.float32)), "resampled", None
    )


def reencode(rgba: U8, quality: int = 92) -> Edit:
    """Send the picture through JPEG over its own bleed, alpha kept: a sham."""
    _, data = cv2.imencode(
        ".jpg", cv2.cvtColor(_bleed(rgba)[..., :3], cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    back = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    return Edit(np.ascontiguousarray(np.dstack([back, rgba[..., 3]])), f"encoded as JPEG {quality}", None)


SHAMS = {"half_pixel": half_pixel, "rescale": rescale, "warp": warp_sham, "reencode": reencode}
