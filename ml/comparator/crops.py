"""The two cuts of a drawing that the comparator looks at: the face, and the figure hung up by its head.

Both are taken by where the head is and how large, so that what is left to see are proportions: within the head in
the one, of the body against the head in the other. Training and run time cut with the same functions.

Convention of a crop, uint8 (h, w, 4): channels 0 to 2 are R G B over grey 128; channel 3 is 0 beyond the edge of the
picture, 64 on empty paper inside it, 255 where the figure covers it, and between the last two at soft edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.errors import ShapeMismatch
from ml.pixels import F32, U8

FACE_PX = 128
FIGURE_HW = (192, 128)
FACE_MARGIN = 1.10  # side of the face's crop by the side of the head's square
FIGURE_FILL = 0.88  # of the crop's height, by the approved standing figure
FIGURE_TOP = 0.03  # of the crop's height, above the head's square
LEAST_HEAD_PX, MOST_HEAD_PX = 22.0, 84.0
GREY = 128
PAPER, COVERED = 64, 255
LINE_INSIDE = 160  # channel 3 of a line map: inside the picture; what is covered is unknown in line art
_SHRINK_FROM = 1.3  # source pixels a crop pixel, from which the source is averaged first
_FULL_INK = 0.5  # share of the light that a line takes away to count as all ink
_BOARD_PX = 2
_COVER = np.round(PAPER + (COVERED - PAPER) * np.arange(256) / 255.0).astype(np.uint8)


@dataclass(frozen=True)
class HeadBox:
    """A square round a head, hair included.

    Attributes:
        x, y: its centre in pixels of the picture, whole numbers are centres of pixels.
        side_px: its side.
        turn_deg: how far it is turned, clockwise on screen.
    """

    x: float
    y: float
    side_px: float
    turn_deg: float = 0.0


def box_of_affine(affine: F32, zone_px: float) -> HeadBox:
    """Return the box that a (2, 3) map from zone pixels to the picture lays a square zone on.

    Only place, size and turn are taken: a stretch across would hide the proportions that are to be judged.
    """
    linear = np.asarray(affine[:, :2], np.float64)
    middle = linear @ ((zone_px - 1.0) / 2.0, (zone_px - 1.0) / 2.0) + affine[:, 2]
    side = float(np.sqrt(abs(np.linalg.det(linear)))) * zone_px
    turn = float(np.degrees(np.arctan2(linear[1, 0] - linear[0, 1], linear[0, 0] + linear[1, 1])))
    return HeadBox(float(middle[0]), float(middle[1]), side, turn)


def figure_head_px(side_px: float, height_px: float) -> float:
    """Return the side of the head's square in figure crops of a design; one number for all its drawings.

    Args:
        side_px: of the head's square in an approved drawing of the whole standing figure.
        height_px: of that figure, crown to ground.
    """
    wanted = FIGURE_FILL * FIGURE_HW[0] * side_px / max(1.0, height_px)
    return float(np.clip(wanted, LEAST_HEAD_PX, MOST_HEAD_PX))


def face_crop(rgba: U8, head: HeadBox, bounds_xyxy: tuple[float, float, float, float] | None = None) -> U8:
    """Return the head, upright, (128, 128, 4) uint8; see the module's convention.

    Args:
        rgba: (h, w, 4) uint8, alpha = what the figure covers.
        head: where the head is in `rgba`.
        bounds_xyxy: the picture's edges in pixels of `rgba`, if `rgba` is only its inhabited part.

    Raises:
        ShapeMismatch: `rgba` is no uint8 (h, w, 4), or the head has no size.
    """
    return _cut(rgba, face_map(head), (FACE_PX, FACE_PX), bounds_xyxy)


def figure_crop(
    rgba: U8, head: HeadBox, head_px: float, bounds_xyxy: tuple[float, float, float, float] | None = None
) -> U8:
    """Return the figure below its head, (192, 128, 4) uint8; see `face_crop` and `figure_head_px`."""
    return _cut(rgba, figure_map(head, head_px), FIGURE_HW, bounds_xyxy)


def face_map(head: HeadBox) -> F32:
    """Return the (2, 3) map from pixels of a face crop to pixels of the picture."""
    k = head.side_px * FACE_MARGIN / FACE_PX
    return _placed(k, head.turn_deg, (head.x, head.y), ((FACE_PX - 1) / 2.0, (FACE_PX - 1) / 2.0))


def figure_map(head: HeadBox, head_px: float) -> F32:
    """Return the (2, 3) map from pixels of a figure crop to pixels of the picture; it is never turned."""
    high, wide = FIGURE_HW
    at = ((wide - 1) / 2.0, FIGURE_TOP * high + head_px / 2.0)
    return _placed(head.side_px / head_px, 0.0, (head.x, head.y), at)


def _placed(k: float, turn_deg: float, onto: tuple[float, float], at: tuple[float, float]) -> F32:
    turn = np.radians(turn_deg)
    linear = k * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(np.column_stack([linear, np.array(onto) - linear @ at]), np.float32)


def _cut(
    rgba: U8, affine: F32, size_hw: tuple[int, int], bounds: tuple[float, float, float, float] | None
) -> U8:
    if rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8:
        msg = "a picture to cut is uint8 (h, w, 4)"
        raise ShapeMismatch(msg, expected="(h, w, 4) uint8", actual=(rgba.shape, str(rgba.dtype)))
    k = float(np.hypot(affine[0, 0], affine[1, 0]))
    if not np.isfinite(affine).all() or k <= 0.0:
        msg = "a head without size cannot be cut out"
        raise ShapeMismatch(msg, expected="side_px > 0", actual=k)
    shown, offset = _window(rgba, affine, size_hw)
    local = affine.copy()
    local[:, 2] -= offset
    shown, local = _shrunk(_board(shown), local, k)
    cut = cv2.warpAffine(
        shown,
        local,
        size_hw[::-1],
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    board = np.asarray(cut, np.uint8)
    outside = ~_inside(affine, size_hw, bounds or (-0.5, -0.5, rgba.shape[1] - 0.5, rgba.shape[0] - 0.5))
    board[outside] = (GREY, GREY, GREY, 0)
    return board


def _window(rgba: U8, affine: F32, size_hw: tuple[int, int]) -> tuple[U8, F32]:
    """Return the part of the picture that a crop can see, with two pixels of paper round it, and its corner."""
    high, wide = size_hw
    corners = np.array([[0, 0, 1], [wide, 0, 1], [0, high, 1], [wide, high, 1]], np.float32) @ affine.T
    slack = 3.0 + 2.0 * float(np.hypot(affine[0, 0], affine[1, 0]))
    low = np.floor(corners.min(axis=0) - slack).astype(int)
    top = np.ceil(corners.max(axis=0) + slack).astype(int)
    h, w = rgba.shape[:2]
    x0, y0 = (int(v) for v in np.clip(low, 0, (w - 1, h - 1)))
    x1, y1 = (int(v) for v in np.clip(top, (x0 + 1, y0 + 1), (w, h)))
    part = rgba[y0:y1, x0:x1]
    board = cv2.copyMakeBorder(part, *(_BOARD_PX,) * 4, cv2.BORDER_CONSTANT, value=(0.0,) * 4)
    return np.asarray(board, np.uint8), np.array([x0 - _BOARD_PX, y0 - _BOARD_PX], np.float32)


def _board(rgba: U8) -> U8:
    """Lay the picture over grey and turn its alpha into channel 3 of a crop."""
    alpha = rgba[..., 3]
    out = rgba.copy()
    out[alpha == 0, :3] = GREY
    soft = (alpha > 0) & (alpha < 255)  # few: the rim of the figure
    a = alpha[soft].astype(np.uint16)[:, None]
    out[soft, :3] = (rgba[soft, :3] * a + GREY * (255 - a) + 127) // 255
    out[..., 3] = _COVER[alpha]
    return out


def _shrunk(board: U8, affine: F32, k: float) -> tuple[U8, F32]:
    """Average the picture where a crop's pixel spans more than one of its own."""
    if k < _SHRINK_FROM:
        return board, affine
    h, w = board.shape[:2]
    size = (max(2, round(w / k)), max(2, round(h / k)))
    sx, sy = size[0] / w, size[1] / h
    small = cv2.resize(board, size, interpolation=cv2.INTER_AREA)
    scaled = affine * np.array([[sx], [sy]], np.float32)
    scaled[:, 2] += np.array([0.5 * sx - 0.5, 0.5 * sy - 0.5], np.float32)
    return np.asarray(small, np.uint8), np.asarray(scaled, np.float32)


def _inside(affine: F32, size_hw: tuple[int, int], bounds: tuple[float, float, float, float]) -> np.ndarray:
    ys, xs = np.mgrid[0 : size_hw[0], 0 : size_hw[1]].astype(np.float32)
    x = affine[0, 0] * xs + affine[0, 1] * ys + affine[0, 2]
    y = affine[1, 0] * xs + affine[1, 1] * ys + affine[1, 2]
    return np.asarray((x >= bounds[0]) & (x <= bounds[2]) & (y >= bounds[1]) & (y <= bounds[3]))


def line_map(crop: U8) -> U8:
    """Return the thin dark lines of a crop as a crop: the same for a painted cel and for its ink alone.

    What is darker than everything within a line's reach is line (the black top-hat of morphology, by share of the
    light it takes away); paint, shadow and the figure's cover are forgotten.

    Args:
        crop: (h, w, 4) uint8 of the module's convention; ink on nothing or on white paper, or a painted cel.
    """
    alpha = np.clip((crop[..., 3].astype(np.float32) - PAPER) / (COVERED - PAPER), 0.0, 1.0)
    white = crop[..., :3].astype(np.float32) + (255.0 - GREY) * (1.0 - alpha[..., None])
    gray = np.asarray(np.clip(white.min(axis=2), 0, 255), np.uint8)
    inside = crop[..., 3] >= PAPER // 2
    gray[~inside] = 255
    reach = max(5, round(crop.shape[1] / 18) | 1)
    round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    closed = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, round_).astype(np.float32)
    taken = (closed - gray) / np.maximum(closed, 32.0)
    ink = np.clip(taken / _FULL_INK, 0.0, 1.0)
    out = np.empty_like(crop)
    out[..., :3] = np.asarray(255.0 * (1.0 - ink), np.uint8)[..., None]
    out[..., 3] = np.where(inside, LINE_INSIDE, 0)
    out[~inside, :3] = GREY
    return out
