"""A small painted detail that is missing, moved, of another shape, or worn on the wrong side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from ml.consistency.colours import delta_e
from ml.edits.base import Edit, Subject, bleed, box_of, disc, finish, grow
from ml.pixels import F32, U8, Mask, to_lab

_LEAST_SHARE, _MOST_SHARE = 0.002, 0.025
_LEAST_CONTRAST_DE = 18.0
_GROUND_LAB = 12.0
_INK_L = 20.0  # a darker ring is the outline, not the ground
_LEAST_GROUND = 0.67
_RIMS = (1, 2, 3, 4, 6)  # how far a piece is grown to take its outline with it
_MOST_MASK_SHARE = 0.05
_EVENER = 0.03  # a wider rim has to be that much evener
_CHOICES, _MOST_FOUND = 4, 24


@dataclass(frozen=True)
class Detail:
    """A small piece of one colour and how it lies.

    Attributes:
        mask: (h, w) bool, the piece with its rim.
        ground_lab: (3,) colour around it.
        share: of the figure's area.
    """

    mask: Mask
    ground_lab: F32
    share: float


def detail_missing(subject: Subject, seed: int = 0) -> Edit | None:
    """Fill one detail with what surrounds it; None if the drawing has no such detail."""
    detail = _choose(subject, seed)
    if detail is None:
        return None
    after = _erased(subject.rgba, detail.mask)
    what = f"a detail of {100.0 * detail.share:.1f} % of the figure is missing"
    return finish(subject.rgba, after, what)


def _first(subject: Subject, seed: int, change: Callable[[Subject, Detail, int], Edit | None]) -> Edit | None:
    """Try a change on the details in the seed's order; return the first that fits."""
    details = details_of(subject)[: 2 * _CHOICES]
    order = np.random.default_rng(seed).permutation(len(details))
    return next((edit for i in order if (edit := change(subject, details[i], seed)) is not None), None)


def detail_moved(subject: Subject, seed: int = 0) -> Edit | None:
    """Move a detail by about twice its size over the same ground; None where there is no room."""
    return _first(subject, seed, _moved)


def _moved(subject: Subject, detail: Detail, seed: int) -> Edit | None:
    left, top, right, bottom = _box(detail.mask)
    size = float(max(right - left, bottom - top))
    turns = np.random.default_rng(seed).permutation(8) * (np.pi / 4.0)
    for step in (1.8, 1.4, 2.4, 1.1):
        for turn in turns:
            shift = np.array(
                [[1, 0, np.cos(turn) * step * size], [0, 1, np.sin(turn) * step * size]], np.float32
            )
            after = _copied(subject, detail, shift)
            if after is not None:
                return finish(subject.rgba, after, "a detail is moved to another place")
    return None


def detail_shape(subject: Subject, seed: int = 0) -> Edit | None:
    """Give a detail another shape in its place: longer one way, shorter the other, turned by a half right angle."""
    return _first(subject, seed, _reshaped)


def _reshaped(subject: Subject, detail: Detail, _seed: int) -> Edit | None:
    left, top, right, bottom = _box(detail.mask)
    x, y = (left + right) / 2.0, (top + bottom) / 2.0
    turn, (wide, high) = np.pi / 4.0, ((1.35, 0.7) if right - left < bottom - top else (0.7, 1.35))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag([wide, high])
    shift = np.hstack([spin, (np.array([x, y]) - spin @ np.array([x, y]))[:, None]]).astype(np.float32)
    after = _copied(subject, detail, shift, apart=False)
    return None if after is None else finish(subject.rgba, after, "a detail has another shape")


def detail_mirrored(subject: Subject, seed: int = 0) -> Edit | None:
    """Wear a detail on the other side of the figure's axis; None where that side has no such ground."""
    return _first(subject, seed, _mirrored)


def _mirrored(subject: Subject, detail: Detail, _seed: int) -> Edit | None:
    left, top, right, bottom = _box(detail.mask)
    for axis in _axes(subject, (top + bottom) // 2, top):
        if abs((left + right) / 2.0 - axis) > 0.6 * (right - left):
            shift = np.array([[-1, 0, 2.0 * axis], [0, 1, 0]], np.float32)
            after = _copied(subject, detail, shift)
            if after is not None:
                return finish(subject.rgba, after, "a detail is worn on the other side")
    return None


def _axes(subject: Subject, y: int, top: int) -> list[float]:
    """Return where the figure's axis may run at a height: between the eyes, the head's middle, the row's middle."""
    found = []
    head, eyes = subject.head, subject.eyes
    if eyes is not None and (head is None or top < head.bottom):
        found.append(eyes.centre_xy[0])
    if head is not None and top < head.bottom:
        found.append(head.x)
    xs = np.flatnonzero(subject.cover[y])
    return found + ([float(xs[0] + xs[-1]) / 2.0] if xs.size else [])


def _box(mask: Mask) -> tuple[int, int, int, int]:
    box = box_of(mask)
    assert box is not None
    return box


def _choose(subject: Subject, seed: int) -> Detail | None:
    fit = details_of(subject)[:_CHOICES]
    return fit[int(np.random.default_rng(seed).integers(len(fit)))] if fit else None


@lru_cache(maxsize=4)
def details_of(subject: Subject) -> tuple[Detail, ...]:
    """Return small things that lie on one even ground, most striking first; a thing takes its outline with it."""
    if subject.figure is None or subject.paints is None:
        return ()
    paints, total = subject.paints, int(np.count_nonzero(subject.cover))
    found: list[tuple[float, int, Detail]] = []
    for row in range(min(60, len(paints.rgb))):
        _, parts, stats, _ = cv2.connectedComponentsWithStats((paints.labels == row).astype(np.uint8))
        areas = stats[1:, cv2.CC_STAT_AREA]
        for part in 1 + np.flatnonzero(
            (areas >= max(12, _LEAST_SHARE * total)) & (areas <= _MOST_SHARE * total)
        ):
            compact = stats[part, cv2.CC_STAT_WIDTH] * stats[part, cv2.CC_STAT_HEIGHT] <= 4 * areas[part - 1]
            known = any(d.mask[_on_paper(subject, parts == part)].all() for _, _, d in found)
            if compact and not known and len(found) < _MOST_FOUND:
                contrast, detail = _detail(subject, np.asarray(parts == part), paints.rgb[row], total)
                if detail is not None and contrast > _LEAST_CONTRAST_DE:
                    found.append((contrast, len(found), detail))
    return tuple(detail for _, _, detail in sorted(found, key=lambda f: (-f[0], f[1])))


def _on_paper(subject: Subject, piece: Mask) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels (ys, xs) on the paper of a mask over the figure's crop."""
    assert subject.figure is not None
    ys, xs = np.nonzero(piece)
    return ys + subject.figure.box_xyxy[1], xs + subject.figure.box_xyxy[0]


def _detail(subject: Subject, piece: Mask, rgb: U8, total: int) -> tuple[float, Detail | None]:
    """Return the contrast of a piece to its ground and the detail: the piece grown until it is ringed by one paint."""
    ys, xs = _on_paper(subject, piece)
    high = int(np.count_nonzero(subject.cover.any(axis=1)))
    rim, reach = max(2, round(high / 110)), max(3, round(high / 70))
    margin = rim * _RIMS[-1] + reach + 2
    top, left = max(0, int(ys.min()) - margin), max(0, int(xs.min()) - margin)
    part = np.s_[top : int(ys.max()) + margin + 1, left : int(xs.max()) + margin + 1]
    core = np.zeros(subject.cover[part].shape, np.bool_)
    core[ys - top, xs - left] = True
    cover, lab = subject.cover[part], to_lab(subject.rgba[part][..., :3])
    best, least = None, _LEAST_GROUND
    for rims in _RIMS:
        mask = grow(core, rim * rims) & cover
        if np.count_nonzero(mask) > _MOST_MASK_SHARE * total:
            break
        ring = grow(mask, reach) & ~mask
        ground = np.median(lab[ring & cover], axis=0) if (ring & cover).any() else np.zeros(3)
        alike = (np.linalg.norm(lab - ground, axis=2) < _GROUND_LAB) & ring & cover
        even = float(alike.sum()) / max(1.0, float(ring.sum()))
        if ground[0] > _INK_L and even > least:
            best, least = (mask, ground, alike), even + _EVENER
    if best is None:
        return 0.0, None
    mask, ground, alike = best
    whole = np.zeros(subject.cover.shape, np.bool_)
    whole[part] = mask
    around = np.median(subject.rgba[part][..., :3][alike], axis=0).astype(np.uint8)
    share = float(np.count_nonzero(core)) / total
    return float(delta_e(rgb[None], around[None])[0]), Detail(whole, ground.astype(np.float32), share)


def _erased(rgba: U8, hole: Mask) -> U8:
    out = rgba.copy()
    rgb = np.ascontiguousarray(bleed(rgba)[..., :3])
    filled = cv2.inpaint(rgb, hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    out[..., :3][hole] = filled[hole]
    return out


def _copied(subject: Subject, detail: Detail, shift: F32, *, apart: bool = True) -> U8 | None:
    """Return the drawing with the detail erased and laid down through `shift` (2, 3); None where it would not fit."""
    size_wh = (subject.cover.shape[1], subject.cover.shape[0])
    core = detail.mask.astype(np.uint8) * 255
    laid = cv2.warpAffine(core, shift, size_wh, flags=cv2.INTER_LINEAR)
    there = laid > 127
    if np.count_nonzero(there) < 0.5 * np.count_nonzero(detail.mask) or (there & ~subject.cover).any():
        return None
    if apart and (grow(there, 1) & detail.mask).any():
        return None
    ground = grow(there, 2) & ~detail.mask
    lab = to_lab(subject.rgba[ground][:, :3])
    alike = np.linalg.norm(lab - detail.ground_lab, axis=1) < _GROUND_LAB
    if not alike.size or float(alike.mean()) < 0.85:
        return None
    out = _erased(subject.rgba, detail.mask)
    soft = cv2.GaussianBlur(cv2.erode(core, disc(1)), (0, 0), 0.8)
    alpha = cv2.warpAffine(soft, shift, size_wh, flags=cv2.INTER_LINEAR).astype(np.float32)[..., None] / 255.0
    paint = cv2.warpAffine(
        np.ascontiguousarray(subject.rgba[..., :3]), shift, size_wh, flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)  # fmt: skip
    mixed = out[..., :3] * (1.0 - alpha) + paint * alpha
    out[..., :3] = mixed.round().astype(np.uint8)
    return out
