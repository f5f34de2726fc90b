"""Smooth local warps, and the shams that resample the same pixels without moving anything.

A warp is a displacement field that is exactly zero outside its place; pixels that stay where they are keep their
exact values. Its sham goes through the same code with a ripple of a third of a pixel at the same place, because a
check that hears the resampling seems to hear the edit.
"""

from __future__ import annotations

import numpy as np

from ml.edits.base import Edit, finish, grid, pad, remap
from ml.pixels import F32, U8, Mask

RIPPLE_PX = 0.35


def warp(rgba: U8, move_x: F32, move_y: F32) -> U8:
    """Return the drawing in which pixel (x, y) shows what was at (x + move_x, y + move_y)."""
    xs, ys = grid((rgba.shape[0], rgba.shape[1]))
    return remap(rgba, np.asarray(xs + move_x, np.float32), np.asarray(ys + move_y, np.float32))


def folds(move_x: F32, move_y: F32) -> bool:
    """Say whether a displacement turns a part of the drawing over or squeezes it to less than a fifth."""
    across_y, across_x = np.gradient(move_x)
    down_y, down_x = np.gradient(move_y)
    area = (1.0 + across_x) * (1.0 + down_y) - across_y * down_x
    return bool(area.min() < 0.2)


def ripple(rgba: U8, where: Mask | None = None, by_px: int = 0) -> U8:
    """Resample what lies in `where` (the whole drawing where it is None), as a warp does, and move nothing."""
    wide = pad(rgba, by_px)
    xs, ys = grid((wide.shape[0], wide.shape[1]))
    move = np.float32(RIPPLE_PX) * np.sin(xs / 17.0 + 0.9) * np.cos(ys / 19.0 + 0.4)
    if where is not None:
        move = np.where(where, move, np.float32(0.0))
    return warp(wide, np.asarray(move, np.float32), np.asarray(move, np.float32))


def sham_of(rgba: U8, edit: Edit) -> Edit:
    """Return the sham of a geometric edit of this drawing: the same footprint, resampled, nothing moved."""
    grown = (edit.rgba.shape[0] - rgba.shape[0]) // 2
    return Edit(ripple(rgba, edit.mask, grown), "resampled where an edit would lie", None)


def warped(rgba: U8, move_x: F32, move_y: F32, what: str, *, place: Mask, magnitude: float) -> Edit | None:
    """Return the edit of a warp; see `warp`. None where it would fold or tear the drawing."""
    if folds(move_x, move_y):
        return None
    return finish(rgba, warp(rgba, move_x, move_y), what, place=place, magnitude=magnitude)
