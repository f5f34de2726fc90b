"""From a scan to darkness: paper and light taken off, pencils parted by their hue, peg holes and borders found.

Convention:
    - a rough is (H, W, 3) RGB or (H, W, 4) RGBA uint8, straight alpha
    - darkness is float32, 0 = paper, 1 = a full line of this drawing, whatever the pencil and the exposure
    - points are (x, y) px, pixel centres at integers
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from ml.cleanup.pegs import Pegs, find_pegs
from ml.cleanup.records import LAYERS, Layer
from ml.errors import BadImage

_SMALL_SIDE = 320  # paper is looked at in a copy of about this size: light changes slowly
_OPAQUE = 250
_CLEAR_SHARE = 0.02  # of the pixels, from which a rough counts as drawn on nothing
_COLOURED = 0.42  # of the darkness that has to be hue for a pencil to be coloured
_NOISE_SIGMAS = 3.0
_FAINTEST = 0.045  # darkness of a line that can be told from clean paper
_FULL_SHARE = 90  # percentile of the darkness of drawn pixels that counts as a full line
_BORDER_DARK = 0.45
_LITTLE = 0.1  # of the darkest pencil, below which there is no black line to speak of
_BAND = 0.03  # of the side: a shadow of the paper's edge lies this near the rim


@dataclass(frozen=True)
class Scan:
    """A rough as darkness.

    Attributes:
        layers: layer -> (H, W) float32; ink is always there, a coloured pencil where it was found.
        paper_rgb: tone of the paper, sRGB.
        is_transparent: whether the rough is drawn on nothing.
        noise: standard deviation of the paper's darkness, in the unit of `layers`.
        pegs: holes found, and how askew they stand.
        cut: (H, W) bool, what was cut away: borders, holes.
        notes: for the artist.
    """

    layers: dict[Layer, np.ndarray]
    paper_rgb: tuple[int, int, int]
    is_transparent: bool
    noise: float
    pegs: Pegs
    cut: np.ndarray
    notes: tuple[str, ...] = field(default=())


def read_scan(rough: np.ndarray) -> Scan:
    """Return a rough as darkness by pencil.

    Args:
        rough: (H, W, 3) RGB or (H, W, 4) RGBA uint8.

    Raises:
        BadImage: an array that is no such picture.
    """
    if rough.ndim != 3 or rough.shape[2] not in (3, 4) or rough.dtype != np.uint8 or not rough.size:
        raise BadImage("A rough is no RGB or RGBA picture.", actual=(rough.shape, str(rough.dtype)))
    rgb, is_transparent = _on_white(rough)
    ground = np.full_like(rgb, 255.0) if is_transparent else ground_of(rgb)
    absorbed = np.clip(1 - rgb / np.maximum(ground, 1), 0, 1)
    tone = np.median(ground.reshape(-1, 3)[:: max(1, ground.size // 30_000)], axis=0)
    notes: list[str] = []
    dark = absorbed.max(axis=2)
    border = np.zeros(dark.shape, bool) if is_transparent else _border(rgb, dark, tone)
    pegs = Pegs() if is_transparent else find_pegs(rgb.mean(axis=2), float(tone.mean()))
    cut = border | pegs.mask(dark.shape)
    if border.any():
        notes.append("The border of the scan was cut away.")
    absorbed[cut] = 0
    layers, noise = _parted(absorbed)
    if len(layers) > 1 and _drawn_px(layers["ink"]) < _LITTLE * max(_drawn_px(v) for v in layers.values()):
        notes.append("There is no black line: everything is drawn in coloured pencil.")
    paper = (round(float(tone[0])), round(float(tone[1])), round(float(tone[2])))
    return Scan(layers, paper, is_transparent, noise, pegs, cut, tuple(notes))


def _drawn_px(dark: np.ndarray) -> int:
    return int((dark > 0.5).sum())


def _on_white(rough: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return (H, W, 3) float32 RGB 0 to 255, laid on white where it was drawn on nothing."""
    rgb = rough[..., :3].astype(np.float32)
    if rough.shape[2] == 3:
        return rgb, False
    alpha = rough[..., 3]
    if (alpha < _OPAQUE).mean() < _CLEAR_SHARE:
        return rgb, False
    cover = alpha[..., None].astype(np.float32) / 255
    return rgb * cover + 255 * (1 - cover), True


def ground_of(rgb: np.ndarray) -> np.ndarray:
    """Return the paper under the drawing, (H, W, 3) float32: its light and tone, no line in it.

    Lines are closed over in a small copy (grey closing, then a median), so that only what changes slowly is left. What
    is darker than half of the paper's own tone is no paper but a black area or a border, and filled from around.
    """
    h, w = rgb.shape[:2]
    factor = max(1.0, max(h, w) / _SMALL_SIDE)
    size = max(1, round(w / factor)), max(1, round(h / factor))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    tone = np.percentile(small.reshape(-1, 3), 70, axis=0)
    reach = max(3, max(size) // 20) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    calm = cv2.medianBlur(np.clip(small, 0, 255).astype(np.uint8), 3)
    closed = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, kernel)
    wide = cv2.medianBlur(closed, min(2 * reach + 1, 255)).astype(np.float32)
    level = np.where(wide < 0.6 * tone, tone, wide).astype(np.float32)
    # Closing keeps the brightest grains of the paper; lower it to where half of the paper lies.
    paper = (small > 0.8 * level).all(axis=2)
    ratio = np.median((small / np.maximum(level, 1))[paper], axis=0) if paper.any() else np.ones(3)
    lowered = level * ratio.clip(0.85, 1.05).astype(np.float32)
    soft = cv2.GaussianBlur(lowered, (0, 0), max(1.0, reach / 2))
    return np.asarray(cv2.resize(soft, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)


def _border(rgb: np.ndarray, dark: np.ndarray, tone: np.ndarray) -> np.ndarray:
    """Return (H, W) bool: dark areas that reach in from the rim, and shadows of the paper's edge along it."""
    h, w = dark.shape
    out = np.zeros((h, w), np.uint8)
    reach = max(5, round(0.012 * max(h, w))) | 1
    solid = (rgb.mean(axis=2) < (1 - _BORDER_DARK) * tone.mean()).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    padded = cv2.copyMakeBorder(solid, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    solid = cv2.morphologyEx(padded, cv2.MORPH_OPEN, kernel)[reach:-reach, reach:-reach]
    for labels, number in _along_rim(solid):
        out[labels == number] = 1
    faint = (dark > 0.12).astype(np.uint8)
    for view, side in _bands(h, w):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(faint[view], connectivity=8)
        for number in range(1, count):
            wide, high = stats[number, 2:4]
            if max(wide, high) >= 0.6 * side and min(wide, high) < min(labels.shape):
                out[view][labels == number] = 1
    if not out.any():
        return out > 0
    return np.asarray(cv2.dilate(out, np.ones((reach, reach), np.uint8)) > 0)


def _along_rim(solid: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """Return dark areas that touch the rim over a good length of it."""
    count, labels = cv2.connectedComponents(solid, connectivity=4)
    rims = ((labels[0], 0), (labels[-1], 0), (labels[:, 0], 1), (labels[:, -1], 1))
    found = []
    for number in range(1, count):
        if any((rim == number).mean() > 0.3 for rim, _ in rims):
            found.append((labels, number))
    return found


def _bands(h: int, w: int) -> list[tuple[tuple[slice, slice], int]]:
    high, wide = max(2, round(_BAND * h)), max(2, round(_BAND * w))
    if min(h, w) < 100:
        return []
    every = slice(None)
    return [
        ((slice(0, high), every), w),
        ((slice(h - high, h), every), w),
        ((every, slice(0, wide)), h),
        ((every, slice(w - wide, w)), h),
    ]


def _parted(absorbed: np.ndarray) -> tuple[dict[Layer, np.ndarray], float]:
    """Part what the paper lacks by the hue of the pencil.

    Args:
        absorbed: (H, W, 3) float32, 0 to 1, share of each primary that is gone.

    Returns:
        layers as in `Scan`, and the noise of the paper in their unit.
    """
    dark = absorbed.max(axis=2)
    noise = _noise_of(absorbed.mean(axis=2))
    floor = max(_FAINTEST, _NOISE_SIGMAS * noise)
    calm = cv2.GaussianBlur(absorbed, (0, 0), 1.2)
    most, least = calm.max(axis=2), calm.min(axis=2)
    coloured = (most - least > _COLOURED * most) & (most - least > max(0.06, 2 * noise))
    hue = _pencil_of(calm)
    masks: dict[Layer, np.ndarray] = {
        name: coloured & (hue == number) for number, name in enumerate(LAYERS[1:])
    }
    drawn = dark > floor
    full = _full(dark, drawn)
    out: dict[Layer, np.ndarray] = {}
    ink = np.where(coloured, 0.0, absorbed.mean(axis=2))
    out["ink"] = _scaled(ink, noise, _full(ink, drawn & ~coloured, full))
    least_px = max(12, round(1e-5 * dark.size))
    for name, mask in masks.items():
        if (mask & drawn).sum() >= least_px:
            own = np.where(mask, dark, 0.0)
            out[name] = _scaled(own, noise, _full(own, mask & drawn, full))
    return out, noise / full


def _full(dark: np.ndarray, drawn: np.ndarray, fallback: float = 1.0) -> float:
    """Return the darkness of a full line, at least so much that paper is never blown up to one."""
    values = dark[drawn]
    if values.size < 20:
        return fallback
    return max(0.12, float(np.percentile(values, _FULL_SHARE)))


def _scaled(dark: np.ndarray, noise: float, full: float) -> np.ndarray:
    """Return darkness with a full line at 1 and the paper's grain taken off."""
    grain = min(noise, 0.3 * full)
    return np.asarray(np.clip((dark - grain) / (full - grain), 0, 1), np.float32)


def _noise_of(dark: np.ndarray) -> float:
    """Return the standard deviation of bare paper, by the median of the differences of neighbours."""
    if dark.shape[1] < 3:
        return 0.0
    steps = np.abs(dark[:, 2:] - dark[:, :-2])[dark[:, 1:-1] < 0.25]
    return float(np.median(steps) / 0.954) if steps.size else 0.0


def _pencil_of(absorbed: np.ndarray) -> np.ndarray:
    """Return (H, W) 0 = red, 1 = blue, 2 = green: by which primary the pencil gives back most.

    A red pencil takes green and blue; orange, pink and brown go with it, violet and cyan with blue.
    """
    red, green, blue = (absorbed[..., k] for k in range(3))
    out = np.zeros(absorbed.shape[:2], np.uint8)
    out[(blue <= red) & (blue <= green + 0.02)] = 1
    out[(green < red) & (green < blue)] = 2
    violet = (blue < green) & (red < green) & (blue < red)
    out[violet] = 1
    return out
