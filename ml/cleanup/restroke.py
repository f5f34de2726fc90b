"""How wide each line is drawn anew: equal, or as the artist pressed, thinner at free ends, or in a learned hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ml.cleanup.curves import along
from ml.cleanup.wishes import Style, Wishes

WIDTH_PX = (0.5, 40.0)
_LIGHTEST, _HEAVIEST = 0.35, 1.8  # of the width, by pressure
_TIP = 0.2  # of the width that is left at the very end of a tapered line
_CALM_PX = 6.0
_ZOOM = (0.6, 1.7)  # a learned weight follows the size of the figure within these


@dataclass(frozen=True, eq=False)
class Pressed:
    """A line and how it was pressed.

    Attributes:
        points_xy: (n, 2) float px.
        pressure: (n,) float32, 0 to 1.
        is_free: whether its beginning and its end touch nothing.
    """

    points_xy: np.ndarray
    pressure: np.ndarray
    is_free: tuple[bool, bool]


def base_width(wishes: Wishes, pencil_px: float, figure_px: int) -> float:
    """Return the usual width in px: the style's, else the one asked for, else the pencil's.

    Args:
        wishes: what the artist asks.
        pencil_px: usual width of the rough's lines.
        figure_px: height of what is drawn, by which a style learned at another size is scaled.
    """
    style = wishes.style
    if style is None:
        return float(np.clip(pencil_px if wishes.weight_px is None else wishes.weight_px, *WIDTH_PX))
    zoom = figure_px / style.height_px if style.height_px and figure_px else 1.0
    return float(np.clip(style.weight_px * np.clip(zoom, *_ZOOM), *WIDTH_PX))


def widths(lines: list[Pressed], base_px: float, wishes: Wishes) -> list[np.ndarray]:
    """Return (n,) float32 px for each line, to be drawn at its points.

    Convention:
        - pressure 0 gives `base_px` to all points of all lines
        - a style's profile, spread and lengths come on top of that
    """
    ways = [along(line.points_xy) for line in lines]
    usual = float(np.median(np.concatenate([line.pressure for line in lines]))) if lines else 1.0
    shares = _style_shares(lines, [float(way[-1]) for way in ways], wishes.style)
    out = []
    for line, way, share in zip(lines, ways, shares, strict=True):
        width = np.full(len(way), base_px * share)
        if wishes.pressure > 0:
            width *= 1 + wishes.pressure * (_pressed(line.pressure, usual) - 1)
        if wishes.style is not None:
            width *= _profile(wishes.style, way)
        elif wishes.taper_px > 0:
            width *= _taper(way, line.is_free, wishes.taper_px)
        out.append(np.maximum(width, WIDTH_PX[0]).astype(np.float32))
    return out


def _pressed(pressure: np.ndarray, usual: float) -> np.ndarray:
    calm = gaussian_filter1d(pressure.astype(np.float64), _CALM_PX / 1.25, mode="nearest")
    return np.clip(calm / max(usual, 0.05), _LIGHTEST, _HEAVIEST)


def _taper(way: np.ndarray, is_free: tuple[bool, bool], taper_px: float) -> np.ndarray:
    share = np.ones(len(way))
    reach = min(taper_px, float(way[-1]) / 2) or 1.0
    for free, rest in zip(is_free, (way, way[-1] - way), strict=True):
        if free:
            share = np.minimum(share, _TIP + (1 - _TIP) * np.sin(np.clip(rest / reach, 0, 1) * np.pi / 2))
    return share


def _profile(style: Style, way: np.ndarray) -> np.ndarray:
    places = np.linspace(0, max(float(way[-1]), 1e-6), len(style.profile))
    return np.interp(way, places, style.profile)


def _style_shares(lines: list[Pressed], lengths: list[float], style: Style | None) -> list[float]:
    """Return a multiplier for each line: by its third of length, and spread by how hard it was pressed."""
    if style is None or not lines:
        return [1.0] * len(lines)
    pressures = np.array([float(line.pressure.mean()) for line in lines])
    spread = float(pressures.std())
    harder = (pressures - pressures.mean()) / spread if spread > 1e-3 else np.zeros(len(lines))
    thirds = np.searchsorted(np.quantile(lengths, (1 / 3, 2 / 3)), lengths)
    shares = np.array(style.by_length)[thirds] * np.clip(1 + style.spread * harder, 0.5, 1.7)
    return [float(share) for share in shares]
