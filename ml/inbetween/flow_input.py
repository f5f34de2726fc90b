"""What the flow network sees of a key: colour, cover, drawn line, and how far the next line and the next edge are.

Nothing here knows torch. The same function serves training and use, so that both see the same.
"""

from __future__ import annotations

import cv2
import numpy as np

from ml.pixels import F32, U8

CHANNELS = 7
_NEAR_PX = 8.0  # distances are clipped here
_INK_DEPTH = 96.0  # of 255: so much darker than its surroundings is surely a line
_EDGE = 24  # least step of a channel between neighbours that is an edge
_WIDEST = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))  # wider than any line


def channels(rgba: U8) -> F32:
    """Return what the network sees of one key.

    Binarised cels, anti-aliased colour and line art on white or on nothing are all read alike. A line is what is
    darker than what lies on both sides of it within 9 px (black top-hat of the luma); black areas are no lines.

    Args:
        rgba: (h, w, 4) uint8, straight alpha, or (h, w, 3) RGB.

    Returns:
        (7, h, w) float32 in 0..1: R, G, B over white; alpha; line; distance to the nearest line and to the nearest
        edge of colour or cover, both in units of 8 px and clipped there.
    """
    alpha = rgba[..., 3] if rgba.shape[2] == 4 else np.full(rgba.shape[:2], 255, np.uint8)
    share = alpha.astype(np.float32)[..., None] / 255.0
    over = rgba[..., :3].astype(np.float32) * share + 255.0 * (1.0 - share)
    seen = np.rint(over).astype(np.uint8)
    luma = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY))
    depth = cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, _WIDEST).astype(np.float32)
    line = np.clip(depth / _INK_DEPTH, 0.0, 1.0)
    cover = np.dstack((seen, alpha))
    found = [over[..., 0] / 255.0, over[..., 1] / 255.0, over[..., 2] / 255.0, share[..., 0], line]
    found += [_away(line >= 0.5), _away(_edges(cover))]
    return np.stack(found).astype(np.float32)


def _edges(picture: U8) -> np.ndarray:
    """Return which pixels differ from the one to the right or below, (h, w) bool."""
    edge = np.zeros(picture.shape[:2], bool)
    across = np.abs(picture[:, 1:].astype(np.int16) - picture[:, :-1]).max(axis=2) >= _EDGE
    down = np.abs(picture[1:].astype(np.int16) - picture[:-1]).max(axis=2) >= _EDGE
    edge[:, 1:] |= across
    edge[1:] |= down
    return edge


def _away(mask: np.ndarray) -> F32:
    """Return the distance of each pixel to a mask, clipped, in 0..1; 1 where there is no mask."""
    if not mask.any():
        return np.ones(mask.shape, np.float32)
    far = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    return np.asarray(np.minimum(far, _NEAR_PX) / _NEAR_PX, np.float32)
