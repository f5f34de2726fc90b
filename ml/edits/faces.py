"""Wrong faces: eyes too far apart, too large, too low, another's eyes; a jaw too wide; hair of another silhouette.

All are smooth warps about the eyes, exactly zero outside their place; what is asked for needs both eyes found.
"""

from __future__ import annotations

import cv2
import numpy as np

from ml.edits.base import Edit, Subject, ellipse, finish, grid, grow, pad, smooth
from ml.edits.eyes import Eye, EyePair
from ml.edits.warps import warp, warped
from ml.pixels import F32, U8, Mask, figure_mask, to_lab

_CORE, _RIM = 0.5, 1.1  # of an eye's width: moved as one piece, and where the move has died out
_APART = 0.62  # of the distance of the eyes: no move reaches farther
_EYES_TO_HEAD = 2.7  # height of a head by the distance of its eyes
_FACE_HALF = 1.25  # half the face's width by that distance
_STANDS_OUT_LAB = 10.0
_MOST_ON_RIM = 0.35  # of the rim of an eye's box: more is a fringe or a brow that goes on


def _window(size_hw: tuple[int, int], eye: Eye, pair: EyePair, high: float = 1.0) -> F32:
    """Return (h, w) 1 over an eye, falling smoothly to 0; `high` times as far up and down as to the sides."""
    core, rim = _CORE * eye.w, min(_RIM * eye.w, _APART * pair.distance)
    xs, ys = grid(size_hw)
    dx, dy = np.abs(xs - np.float32(eye.x)), np.abs(ys - np.float32(eye.y))
    dy = np.where(dy < core, dy, core + (dy - core) / np.float32(high))
    return smooth((rim - np.hypot(dx, dy)) / (rim - core))


def _place(subject: Subject, pair: EyePair, grown: float) -> Mask:
    size_hw = (subject.rgba.shape[0], subject.rgba.shape[1])
    sides = [ellipse(size_hw, (e.x, e.y), (0.6 * e.w * grown, 0.6 * e.h * grown)) for e in _both(pair)]
    return np.asarray(((sides[0] < 1.0) | (sides[1] < 1.0)) & subject.cover)


def _both(pair: EyePair) -> tuple[Eye, Eye]:
    return pair.left, pair.right


def _eyes_moved(subject: Subject, pair: EyePair, shifts: list[tuple[float, float]]) -> tuple[F32, F32]:
    """Return the displacement that shows each eye shifted by (right, down) pixels."""
    size_hw = (subject.rgba.shape[0], subject.rgba.shape[1])
    move_x, move_y = np.zeros(size_hw, np.float32), np.zeros(size_hw, np.float32)
    for eye, (right, down) in zip(_both(pair), shifts, strict=True):
        moved = Eye(eye.x + right / 2.0, eye.y + down / 2.0, eye.w, eye.h)
        window = _window(size_hw, moved, pair)
        move_x -= np.float32(right) * window
        move_y -= np.float32(down) * window
    return move_x, move_y


def eye_spacing(subject: Subject, percent: float) -> Edit | None:
    """Set the eyes `percent` (signed) of their distance farther apart."""
    pair = subject.eyes
    if pair is None:
        return None
    dx, dy = (pair.right.x - pair.left.x) * percent / 200.0, (pair.right.y - pair.left.y) * percent / 200.0
    move = _eyes_moved(subject, pair, [(-dx, -dy), (dx, dy)])
    what = f"eyes {abs(percent):.0f} % {'farther apart' if percent > 0 else 'closer together'}"
    return warped(subject.rgba, *move, what, place=_place(subject, pair, 1.25), magnitude=percent)


def eye_height(subject: Subject, percent: float) -> Edit | None:
    """Set both eyes lower (signed) by `percent` of the head's height."""
    pair = subject.eyes
    if pair is None:
        return None
    down = percent / 100.0 * _EYES_TO_HEAD * pair.distance
    size_hw = (subject.rgba.shape[0], subject.rgba.shape[1])
    moved = [Eye(e.x, e.y + down / 2.0, e.w, e.h) for e in _both(pair)]
    window = np.maximum(*(_window(size_hw, eye, pair, 3.0) for eye in moved))
    move = np.zeros(size_hw, np.float32), np.asarray(-np.float32(down) * window, np.float32)
    what = f"eyes {abs(percent):.0f} % of the head {'lower' if percent > 0 else 'higher'}"
    return warped(subject.rgba, *move, what, place=_place(subject, pair, 1.35), magnitude=percent)


def eye_size(subject: Subject, percent: float) -> Edit | None:
    """Scale both eyes about their centres by `percent` (signed)."""
    pair = subject.eyes
    if pair is None:
        return None
    size_hw = (subject.rgba.shape[0], subject.rgba.shape[1])
    xs, ys = grid(size_hw)
    move_x, move_y = np.zeros(size_hw, np.float32), np.zeros(size_hw, np.float32)
    for eye in _both(pair):
        window = _window(size_hw, eye, pair)
        scale = 1.0 + percent / 100.0 * window
        move_x += (xs - np.float32(eye.x)) * (1.0 / scale - 1.0)
        move_y += (ys - np.float32(eye.y)) * (1.0 / scale - 1.0)
    what = f"eyes {abs(percent):.0f} % {'larger' if percent > 0 else 'smaller'}"
    return warped(subject.rgba, move_x, move_y, what, place=_place(subject, pair, 1.3), magnitude=percent)


def face_shape(subject: Subject, percent: float) -> Edit | None:
    """Widen the jaw below the eyes by `percent` (signed)."""
    pair = subject.eyes
    if pair is None:
        return None
    size_hw = (subject.rgba.shape[0], subject.rgba.shape[1])
    (x, y), d = pair.centre_xy, pair.distance
    away = ellipse(size_hw, (x, y + 0.78 * d), (1.75 * d, 0.72 * d))
    window = smooth((1.0 - away) / 0.55)
    xs, _ = grid(size_hw)
    move_x = (xs - np.float32(x)) * (1.0 / (1.0 + np.float32(percent / 100.0) * window) - 1.0)
    still = np.zeros(size_hw, np.float32)
    place = (ellipse(size_hw, (x, y + 0.78 * d), (_FACE_HALF * d, 0.6 * d)) < 1.0) & subject.cover
    what = f"jaw {abs(percent):.0f} % {'wider' if percent > 0 else 'narrower'}"
    return warped(subject.rgba, move_x, still, what, place=np.asarray(place), magnitude=percent)


def hair_silhouette(subject: Subject, percent: float) -> Edit | None:
    """Make the hair's volume above and beside the face `percent` (signed) larger; the face stays exact."""
    pair = subject.eyes
    if pair is None:
        return None
    (x, y), d = pair.centre_xy, pair.distance
    rim = _rim_of(subject, pair)
    if rim is None:
        return None
    by = int(np.ceil(max(0.0, percent) / 100.0 * rim)) + 2
    wide = pad(subject.rgba, by)
    size_hw = (wide.shape[0], wide.shape[1])
    xs, ys = grid(size_hw)
    dx, dy = xs - np.float32(x + by), ys - np.float32(y + by)
    radius = np.hypot(dx, dy) + np.float32(1e-6)
    inner = 1.12 * d
    amount = np.float32(percent / 100.0) * np.minimum(np.maximum(radius - inner, 0.0), rim - inner)
    fade = smooth((1.9 * rim - radius) / (0.7 * rim)) * smooth((0.25 * d - dy) / (0.6 * d))
    shift = -amount * fade / radius
    after = warp(wide, dx * shift, dy * shift)
    zone = (radius > inner) & (radius < 1.5 * rim) & (dy < 0.0)
    place = zone & (figure_mask(wide) | figure_mask(after))
    what = f"hair {abs(percent):.0f} % {'fuller' if percent > 0 else 'flatter'}"
    return finish(wide, after, what, place=np.asarray(place), magnitude=percent)


def _rim_of(subject: Subject, pair: EyePair) -> float | None:
    """Return how far the figure's top lies above the eyes, None where that is no head of hair."""
    (x, y), d = pair.centre_xy, pair.distance
    band = subject.cover[: max(1, int(y)), max(0, int(x - 0.5 * d)) : int(x + 0.5 * d) + 1]
    rows = np.flatnonzero(band.any(axis=1))
    if not rows.size:
        return None
    rim = y - float(rows[0])
    return rim if 1.45 * d < rim < 3.6 * d else None


def other_eyes(subject: Subject, donor: Subject, seed: int = 0) -> Edit | None:
    """Give the figure the eyes of another design, in this design's mean colour, on its own skin."""
    own, theirs = subject.eyes, donor.eyes
    if own is None or theirs is None:
        return None
    after = subject.rgba.copy()
    for mine, other in zip(_both(own), _both(theirs), strict=True):
        laid = _eye_laid(after, subject, mine, donor, other)
        if laid is None:
            return None
        after = laid
    return finish(subject.rgba, after, "eyes of another design", place=_place(subject, own, 1.3))


def _eye_laid(onto: U8, subject: Subject, mine: Eye, donor: Subject, other: Eye) -> U8 | None:
    """Return the picture with one eye filled with skin and the other design's eye laid over it."""
    size_hw = (onto.shape[0], onto.shape[1])
    hole, theirs = _marks(subject.rgba, mine), _marks(donor.rgba, other)
    if hole is None or theirs is None:
        return None
    rgb = np.ascontiguousarray(onto[..., :3])
    clean = cv2.inpaint(rgb, grow(hole, 1).astype(np.uint8), 3, cv2.INPAINT_TELEA)
    k = mine.w / other.w
    shift = np.array([[k, 0, mine.x - k * other.x], [0, k, mine.y - k * other.y]], np.float32)
    size_wh = (size_hw[1], size_hw[0])
    kind = cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR
    alpha = cv2.warpAffine(theirs.astype(np.float32), shift, size_wh, flags=kind)
    alpha = cv2.GaussianBlur(alpha, (0, 0), 0.6)[..., None]
    paint = cv2.warpAffine(np.ascontiguousarray(donor.rgba[..., :3]), shift, size_wh, flags=kind)
    out = onto.copy()
    mixed = clean * (1.0 - alpha) + paint.astype(np.float32) * alpha
    out[..., :3] = np.where(subject.cover[..., None], mixed.round(), out[..., :3]).astype(np.uint8)
    return out


def _marks(rgba: U8, eye: Eye) -> Mask | None:
    """Return what is not skin within an eye's box; skin is the paint just below it. None where that is no island."""
    size_hw = (rgba.shape[0], rgba.shape[1])
    away = ellipse(size_hw, (eye.x, eye.y), (0.72 * eye.w, 0.62 * eye.w))
    y, x = int(min(size_hw[0] - 1, eye.y + 0.95 * eye.h)), int(eye.x)
    skin = np.median(rgba[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2, :3].reshape(-1, 3), axis=0)
    lab = to_lab(rgba[..., :3])
    differs = np.linalg.norm(lab - to_lab(skin.astype(np.uint8)[None])[0], axis=2) > _STANDS_OUT_LAB
    marks = np.asarray(differs & (away < 1.0) & (rgba[..., 3] > 127))
    rim = (away > 0.85) & (away < 1.0)
    island = marks.any() and float(marks[rim].mean()) < _MOST_ON_RIM if rim.any() else False
    return marks if island else None
