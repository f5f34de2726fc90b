"""Ink on paper: which drawings are that, where their figure is, and a picture of lines that paint and ink share.

Keys and in-betweens have no paint: the figure is what their outlines enclose. A picture of the middles of lines,
found by the same code in a painted cel and in an ink drawing, looks alike for both; so the same registration works.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ml.consistency.lines import Strokes
from ml.consistency.views import PAPER, View
from ml.pixels import F32, U8, Figure, Mask, cut_figure

_LEAST_INK = 0.08
_COLOURED = 60  # spread of the channels: a colour-trace line
_COLOURED_SHARE = 0.5  # of all that is drawn: ink drawings are mostly ink
_THICK_PX = 7  # no line is thicker
_SOLID_SHARE = 0.12  # of the figure that may be solid: black hair, pupils
_GAP_PX = (1, 2, 4, 7)  # gaps in outlines that are closed, the least that does
_CLOSED = 0.85
_PIECE = 0.015  # of the largest enclosed area
_PAPER_RANGE = 24
_BLUR = 1.2
_DEPTH = 0.9


def ink_figure(rgba: U8) -> Figure | None:
    """Return the figure of an ink drawing on clear, white or grey paper, paper inside; None if it is painted.

    Colour-trace lines count as paper. The crop's rgba is grey ink on white, clear outside the figure.

    Args:
        rgba: (h, w, 4) uint8, straight alpha.
    """
    ink = _ink_of(rgba)
    if ink is None:
        return None
    mask = _filled(ink > 0.3)
    if mask is None:
        return None
    ink[cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0] = 0.0  # peg holes, a printed frame
    grey = np.rint(255.0 * (1.0 - ink)).astype(np.uint8)
    share = np.where(mask, 255, np.rint(255.0 * ink)).astype(np.uint8)
    shown = np.where(mask, grey, 0).astype(np.uint8)
    return cut_figure(np.ascontiguousarray(np.dstack([shown, shown, shown, share])))


def _ink_of(rgba: U8) -> F32 | None:
    """Return how much ink lies on each pixel, (h, w) 0..1, or None where areas are painted."""
    share = rgba[..., 3].astype(np.float32) / np.float32(255.0)
    grey = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    light = grey * share + 255.0 * (1.0 - share)
    spread = (rgba[..., :3].max(axis=2).astype(np.float32) - rgba[..., :3].min(axis=2)) * share
    paper = float(np.percentile(light, 90))
    drawn = light[light < paper - _PAPER_RANGE]
    if not drawn.size:
        return None
    dark = float(np.percentile(drawn, 2))
    ink = np.clip((paper - light) / max(paper - dark, 1.0), 0.0, 1.0)
    ink[ink < _LEAST_INK] = 0.0
    coloured = spread > _COLOURED
    marked = np.asarray((ink > 0.2) | coloured, np.uint8)
    if not marked.any():
        return None
    if np.count_nonzero(coloured) > _COLOURED_SHARE * np.count_nonzero(marked):
        return None
    thick = _thickest(marked)
    solid = cv2.erode(marked, np.ones((thick, thick), np.uint8))
    if int(solid.sum()) > _SOLID_SHARE * _extent(marked):
        return None
    ink[coloured & (light > 60.0)] = 0.0
    return np.asarray(ink, np.float32)


def _thickest(marked: U8) -> int:
    """Return the side of a square that no line of a drawing of this height fills, pixels: a sprite's paint is small."""
    rows = np.flatnonzero(marked.any(axis=1))
    return int(np.clip(2 * round((rows[-1] - rows[0]) / 60.0) + 1, 3, _THICK_PX))


def _extent(marked: U8) -> float:
    """Return the area that marks enclose, pixels."""
    filled = _filled(marked > 0)
    return float(np.count_nonzero(marked if filled is None else filled))


def _filled(ink: Mask) -> Mask | None:
    """Return the area that outlines enclose, of the largest figure; None where there is no ink.

    Outlines leave gaps, and the picture's edge cuts them off. The least closing of gaps is taken that encloses
    nearly as much as the largest does.
    """
    edge = 2 * max(_GAP_PX)
    board = np.pad(_walled(ink.astype(np.uint8)), edge)
    found = [_enclosed(board, gap) for gap in _GAP_PX]
    areas = [0 if one is None else int(np.count_nonzero(one)) for one in found]
    best = next(one for one, area in zip(found, areas, strict=True) if area >= _CLOSED * areas[-1])
    return None if best is None else np.asarray(best[edge:-edge, edge:-edge])


def _walled(ink: U8) -> U8:
    """Return the ink with a wall along each edge of the picture between the first and the last line that meets it."""
    out = ink.copy()
    for line, met in ((out[0], ink[0]), (out[-1], ink[-1]), (out[:, 0], ink[:, 0]), (out[:, -1], ink[:, -1])):
        at = np.flatnonzero(met)
        if at.size > 1:
            line[at[0] : at[-1] + 1] = 1
    return out


def _enclosed(board: U8, gap: int) -> Mask | None:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * gap + 1, 2 * gap + 1))
    outside = cv2.dilate(board, kernel)
    cv2.floodFill(outside, None, (0, 0), 2)
    inner = cv2.erode(np.asarray(outside != 2, np.uint8), kernel)
    return _largest(np.asarray(inner, np.uint8))


def _largest(mask: U8) -> Mask | None:
    """Return the largest area and those that may be a piece of it, such as a boot; peg holes are too small."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return None
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas >= _PIECE * int(areas.max()))[labels])


def line_picture(view: View, strokes: Strokes) -> U8:
    """Return the lines of a figure at the standard height, (h, w) uint8: dark middles of lines on white, grey paper.

    Every line is as thin and as dark as any other, whatever its ink: a painted cel and its key look alike.
    """
    high, wide = view.size_hw
    board = np.zeros((high, wide), np.float32)
    at = np.rint(strokes.xy * np.array(view.scale_xy, np.float32)).astype(np.int64)
    inside = (at[:, 0] < wide) & (at[:, 1] < high)
    board[at[inside, 1], at[inside, 0]] = 1.0
    board = np.asarray(
        cv2.GaussianBlur(cv2.dilate(board, np.ones((3, 3), np.uint8)), (0, 0), _BLUR), np.float32
    )
    lines = 255.0 * (1.0 - _DEPTH * np.minimum(board, 1.0))
    return np.where(view.cover, lines, np.float32(PAPER[0])).astype(np.uint8)


def as_lines(view: View, strokes: Strokes) -> View:
    """Return the view whose pictures are its lines alone."""
    lines = line_picture(view, strokes)
    return replace(view, rgb=np.dstack([lines] * 3), gray=lines)
