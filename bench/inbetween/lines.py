"""Which pixels of a drawing are drawn line: one rule for the truth and for what every method draws.

Convention: pictures are (h, w, 3) uint8 over white; colours differ by the largest difference of a channel, 0 to 255.

A pixel is line if it is more than half ink: if its way to an ink colour of the keys is at most 0.82 of its way to
every paint beside it, that is to every flat paint of the keys that is to be seen within 3 px. Where no pure paint is
(as in a cross-fade) every paint of the keys is asked. On a binarised drawing in the keys' own colours that is exactly
the ink; a blurred line counts as wide as it is at half its height; the half-dark double of a cross-fade does not count.

The ink of puppets and of the rig is known. Elsewhere it is found in the keys: what is darker than its surroundings
within 3 px by 40 or more, the darkest of the colours such pixels share (on paper that is four fifths white all of them:
ink and colour-trace lines). On art that is anti-aliased, or whose ink had to be found, only what is thin counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from bench.inbetween.types import Triplet

NEAR = 10  # of 255: the same colour, as far as the bench is concerned
_PAPER, _PAPER_SHARE = 245, 0.8
_RATIO = 0.82  # 0.45 of the way to 0.55
_REACH = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
_DARKER, _SHARE, _AS_DARK = 40, 0.04, 48
_LEAST_FLAT_PX = 12
_MOST_PAINTS = 96  # the commonest of shaded art


@dataclass(frozen=True)
class Ink:
    """What lines are drawn with: (K, 3) ink colours, (P, 3) flat paints beside them; `thin` = leave out areas."""

    colours: np.ndarray
    paints: np.ndarray
    thin: bool


def over_white(rgba: np.ndarray) -> np.ndarray:
    """Return (h, w, 3) uint8 of (h, w, 4) straight alpha over white; RGB comes back as it is."""
    if rgba.shape[2] == 3:
        return rgba
    share = rgba[..., 3:].astype(np.uint16)
    mixed = rgba[..., :3].astype(np.uint16) * share + 255 * (255 - share)
    return ((mixed + 127) // 255).astype(np.uint8)


def luma(rgb: np.ndarray) -> np.ndarray:
    """Return the (h, w) uint8 lightness of a picture."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))


def ink_of(triplet: Triplet) -> Ink:
    """Return the ink of a triplet's keys; the truth is not looked at."""
    keys = [over_white(triplet.a), over_white(triplet.b)]
    paints = colours_of(np.vstack([key[flat(key)] for key in keys]), _LEAST_FLAT_PX)
    known = triplet.ink is not None
    colours = np.array(triplet.ink if known else _found(keys), np.int16).reshape(-1, 3)
    if len(colours):
        apart = np.abs(paints[:, None].astype(np.int16) - colours[None]).max(axis=2).min(axis=1)
        paints = paints[apart > (0 if known else 2 * NEAR)]
    return Ink(colours, paints[:_MOST_PAINTS], not (known and triplet.binarised))


def flat(rgb: np.ndarray, within: int = 2) -> np.ndarray:
    """Return which pixels, (h, w) bool, have all eight neighbours within so much of each other."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray((cv2.dilate(rgb, kernel) - cv2.erode(rgb, kernel)).max(axis=2) <= within)


def colours_of(pixels: np.ndarray, least: int = 1) -> np.ndarray:
    """Return the (P, 3) uint8 colours of pixels (..., 3) that at least so many of them have, the commonest first."""
    found, counts = np.unique(packed(pixels), return_counts=True)
    found = found[np.argsort(-counts, kind="stable")[: int((counts >= least).sum())]]
    return np.stack((found >> 16, (found >> 8) & 255, found & 255), axis=1).astype(np.uint8)


def packed(pixels: np.ndarray) -> np.ndarray:
    """Return the (N,) int32 numbers 0xRRGGBB of pixels (..., 3)."""
    r, g, b = np.moveaxis(pixels.reshape(-1, 3).astype(np.int32), 1, 0)
    return np.asarray((r << 16) | (g << 8) | b)


def _found(keys: list[np.ndarray]) -> np.ndarray:
    """Return the (K, 3) int16 colours of thin dark structures."""
    taken = []
    for key in keys:
        light = luma(key)
        dark = cv2.morphologyEx(light, cv2.MORPH_CLOSE, _REACH).astype(np.int16) - light
        bottom = light == cv2.erode(light, np.ones((3, 3), np.uint8))
        taken.append(key[(dark >= _DARKER) & bottom])
    pixels = np.vstack(taken)
    if not len(pixels):
        return np.zeros((0, 3), np.int16)
    cells, which, counts = np.unique(pixels >> 4, axis=0, return_inverse=True, return_counts=True)
    common = np.flatnonzero(counts >= _SHARE * counts.sum())
    if not len(common):
        common = np.array([int(counts.argmax())])
    del cells
    middles = np.array([np.median(pixels[which.ravel() == k], axis=0) for k in common])
    light = middles @ (0.299, 0.587, 0.114)
    if min(float((luma(key) >= _PAPER).mean()) for key in keys) >= _PAPER_SHARE:
        return np.asarray(middles.round().astype(np.int16))
    return np.asarray(middles[light <= light.min() + _AS_DARK].round().astype(np.int16))


def nearest(rgb: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Return how far each pixel is from the nearest of (K, 3) colours, (h, w) uint8; 255 without any."""
    best = np.full(rgb.shape[:2], 255, np.uint8)
    channels = cv2.split(rgb)
    for colour in colours.tolist():
        apart = [
            cv2.absdiff(channel, (float(v), 0, 0, 0)) for channel, v in zip(channels, colour, strict=True)
        ]
        cv2.min(best, cv2.max(cv2.max(apart[0], apart[1]), apart[2]), dst=best)
    return best


def line_mask(rgb: np.ndarray, ink: Ink) -> np.ndarray:
    """Return which pixels, (h, w) bool, are drawn line; see the module."""
    if not len(ink.colours):
        return np.zeros(rgb.shape[:2], bool)
    from_ink = nearest(rgb, ink.colours)
    # ways to the nearest paint of all and to the nearest of those beside the pixel
    any_way, near_way = (np.full(rgb.shape[:2], 255, np.uint8) for _ in range(2))
    pure = np.zeros(rgb.shape[:2], np.uint8)
    for paint in ink.paints:
        way = nearest(rgb, paint[None])
        cv2.min(any_way, way, dst=any_way)
        beside = cv2.dilate((way <= NEAR).astype(np.uint8), _REACH)
        pure |= beside
        np.minimum(near_way, way, out=near_way, where=beside > 0)
    way = np.where(pure > 0, near_way, any_way)
    line = (from_ink <= _RATIO * way) | (from_ink == 0)
    return _thin(line) if ink.thin else line


def _thin(mask: np.ndarray) -> np.ndarray:
    """Return the mask without its areas: what a disk fits into, a pixel round it included."""
    side = 7 if max(mask.shape) >= 256 else 5
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    area = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disk)
    return np.asarray(mask & (cv2.dilate(area, np.ones((3, 3), np.uint8)) == 0))
