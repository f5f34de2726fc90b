"""Wrong proportions: a head too large or small for its body, a body too long or short for its head."""

from __future__ import annotations

import numpy as np

from ml.edits.base import Edit, Subject, finish, grid, pad, smooth
from ml.edits.heads import Head
from ml.edits.warps import warp
from ml.pixels import F32, U8, Mask, figure_mask

_REACH = 1.7
_LEAST_BODY = 0.6  # heights of the head


def head_size(subject: Subject, percent: float) -> Edit | None:
    """Scale the head about the neck by `percent` (signed); None where no head is told from a body."""
    head = subject.head
    return None if head is None else scale_head(subject.rgba, head, percent)


def scale_head(rgba: U8, head: Head, percent: float) -> Edit | None:
    """Scale what lies above the neck of `head` about the neck; the warp dies out around it."""
    factor = 1.0 + percent / 100.0
    by = int(np.ceil(head.height * max(0.0, factor - 1.0) * 1.5)) + 2
    wide = pad(rgba, by)
    x0, y0 = head.x + by, head.bottom + by
    xs, ys = grid((wide.shape[0], wide.shape[1]))
    shift_x, shift_y = _scaling(xs - x0, ys - y0, head, factor)
    after = warp(wide, shift_x, shift_y)
    place = _either(wide, after) & (ys < y0) & (np.abs(xs - x0) < max(factor, 1.0) * 1.15 * head.half_width)
    what = f"head {abs(percent):.0f} % {'larger' if percent > 0 else 'smaller'}"
    return finish(wide, after, what, place=np.asarray(place), magnitude=percent)


def _either(before: U8, after: U8) -> Mask:
    """Return where the figure stands in one of two drawings."""
    return np.asarray(figure_mask(before) | figure_mask(after))


def _scaling(dx: F32, dy: F32, head: Head, factor: float) -> tuple[F32, F32]:
    """Return the moves of a scaling about (0, 0), the neck, that dies out beyond the head and below the neck."""
    high, half = head.height, max(head.half_width, 0.5 * head.height)
    large = max(1.0, factor)
    away = np.hypot(dx / half, (dy + 0.5 * high) / (0.5 * high)) / (1.15 * large)
    fade = smooth((_REACH - away) / (_REACH - 1.0)) * smooth(-dy / (0.22 * high))
    scale = 1.0 + (factor - 1.0) * fade
    return np.asarray(dx / scale - dx, np.float32), np.asarray(dy / scale - dy, np.float32)


def heads_tall(subject: Subject, percent: float) -> Edit | None:
    """Make the figure `percent` (signed) more heads tall: the body is stretched below the neck, the head stays.

    None where no head is found, the body is short, or the figure is cut by the paper and would have to grow into it.
    """
    head = subject.head
    if head is None or head.feet - head.bottom < _LEAST_BODY * head.height:
        return None
    if head.cut and percent < 0:
        return None
    body = head.feet - head.bottom
    longer = percent / 100.0 * (head.feet - head.top)
    factor = 1.0 + longer / body
    if factor < 0.6:
        return None
    by = 0 if head.cut or longer < 0 else int(np.ceil(longer)) + 2
    wide = pad(subject.rgba, by)
    after = warp(wide, np.zeros(wide.shape[:2], np.float32), _stretch(wide, head.bottom + by, body, factor))
    place = _below(wide, after, head.bottom + by)
    what = f"figure {abs(percent):.0f} % {'more' if percent > 0 else 'fewer'} heads tall"
    return finish(wide, after, what, place=place, magnitude=percent)


def _stretch(wide: U8, neck: float, body: float, factor: float) -> F32:
    """Return (h, w) how far up each row looks for its paint; the stretch sets in over the first eighth of the body."""
    rows = np.arange(wide.shape[0], dtype=np.float32)
    ramp = body / 8.0
    t = np.maximum(0.0, rows - neck)
    eased = np.where(
        t < ramp, t * t / (2.0 * ramp), t - ramp / 2.0
    )  # integral of a rate that rises from 0 to 1
    full = body * factor - ramp / 2.0
    move = -(body * factor - body) * eased / full
    return np.asarray(np.repeat(move[:, None], wide.shape[1], axis=1), np.float32)


def _below(before: U8, after: U8, neck: float) -> Mask:
    _, ys = grid((before.shape[0], before.shape[1]))
    return _either(before, after) & (ys >= neck)
