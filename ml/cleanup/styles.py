"""The hand of approved drawings: how wide their lines are, how they swell and thin, and what colour they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from skimage.morphology import skeletonize

from ml.cleanup.curves import along
from ml.cleanup.graph import graph_of, mended
from ml.cleanup.scan import ground_of, read_scan
from ml.cleanup.tracing import sampled, traced
from ml.cleanup.wishes import PROFILE, Style
from ml.errors import BadImage

_LEAST_WIDTHS = 4.0  # a shorter stroke says nothing of a hand
_CORE = 0.8
_BOX_PX = 5
_PROFILE_BOUNDS = (0.1, 3.0)


@dataclass(frozen=True, eq=False)
class _Seen:
    """Strokes of one drawing: lengths (n,), mean widths (n,), profiles (n, 16); its height and its line's colour."""

    lengths: np.ndarray
    widths: np.ndarray
    profiles: np.ndarray
    height_px: int
    rgb: np.ndarray


def learn(drawings: Sequence[np.ndarray]) -> Style:
    """Return the style of approved drawings.

    Args:
        drawings: (H, W, 3) RGB or (H, W, 4) RGBA uint8, clean line art on white or on nothing.

    Raises:
        BadImage: no drawing, or none with a line in it.
    """
    seen = [found for drawing in drawings if (found := _look(drawing)) is not None]
    if not seen:
        raise BadImage("There is no line to learn from.", expected="clean line art", actual=len(drawings))
    lengths = np.concatenate([one.lengths for one in seen])
    wide = np.concatenate([one.widths for one in seen])
    profiles = np.concatenate([one.profiles for one in seen])
    usual = _weighted_median(wide, lengths)
    profile = np.clip((profiles * lengths[:, None]).sum(axis=0) / lengths.sum(), *_PROFILE_BOUNDS)
    profile /= profile.mean()
    colour = np.median(np.stack([one.rgb for one in seen]), axis=0).round().astype(int)
    mean = float(wide.mean())
    return Style(
        line_rgb=(int(colour[0]), int(colour[1]), int(colour[2])),
        weight_px=round(float(usual), 3),
        height_px=int(np.median([one.height_px for one in seen])),
        profile=tuple(round(float(v), 4) for v in profile),
        spread=round(min(3.0, float(wide.std()) / max(mean, 1e-6)), 4),
        by_length=_by_length(lengths, wide, usual),
    )


def _look(drawing: np.ndarray) -> _Seen | None:
    scan = read_scan(drawing)
    ink = scan.layers["ink"]
    for name, other in scan.layers.items():
        if name != "ink":
            ink = np.maximum(ink, other)  # a coloured line is line all the same
    mask = ink > 0.5
    if mask.sum() < 30:
        return None
    skeleton = skeletonize(mask)
    depth = 2 * cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5) - 1
    lines = traced(mended(graph_of(skeleton), np.maximum(depth, 0)), np.maximum(depth, 0))
    wide = _widths(ink, [line.points_xy for line in lines])
    kept = [k for k, line in enumerate(lines) if line.length_px >= _LEAST_WIDTHS * max(wide[k].mean(), 1.0)]
    if not kept:
        return None
    ways = [along(lines[k].points_xy) for k in kept]
    profiles = np.stack([_profile(way, wide[k]) for way, k in zip(ways, kept, strict=True)])
    rows = np.flatnonzero(mask.any(axis=1))
    return _Seen(
        np.array([float(way[-1]) for way in ways]),
        np.array([float(wide[k].mean()) for k in kept]),
        profiles,
        int(rows[-1] - rows[0] + 1),
        _colour(drawing, ink > _CORE, is_transparent=scan.is_transparent),
    )


def _widths(ink: np.ndarray, paths: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return (n,) px along each line: the ink around a point divided by the length of line there.

    Exact below a pixel, other than distances to the edge of a mask, as long as no other line is within 2 px.
    """
    drawn = np.zeros(ink.shape, np.float32)
    for path in paths:
        way = np.gradient(along(path)) if len(path) > 1 else np.ones(len(path))
        at = np.round(path).astype(int)
        inside = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] < ink.shape[1]) & (at[:, 1] < ink.shape[0])
        np.add.at(drawn, (at[inside, 1], at[inside, 0]), way[inside].astype(np.float32))
    box = (_BOX_PX, _BOX_PX)
    mass, length = (
        cv2.boxFilter(ink, -1, box, normalize=False),
        cv2.boxFilter(drawn, -1, box, normalize=False),
    )
    ratio = np.where(length > 1, mass / np.maximum(length, 1), 0).astype(np.float32)
    return [np.maximum(sampled(ratio, path), 0.3) for path in paths]


def _profile(way: np.ndarray, wide: np.ndarray) -> np.ndarray:
    places = np.linspace(0, max(float(way[-1]), 1e-6), PROFILE)
    shape = np.interp(places, way, wide)
    return np.asarray(shape / max(float(shape.mean()), 1e-6))


def _by_length(lengths: np.ndarray, wide: np.ndarray, usual: float) -> tuple[float, float, float]:
    third = np.searchsorted(np.quantile(lengths, (1 / 3, 2 / 3)), lengths)
    shares = [float(np.median(wide[third == k])) / usual if (third == k).any() else 1.0 for k in range(3)]
    short, middle, long = (round(float(np.clip(share, 0.3, 3.0)), 4) for share in shares)
    return short, middle, long


def _colour(drawing: np.ndarray, core: np.ndarray, *, is_transparent: bool) -> np.ndarray:
    """Return (3,) the colour of the middle of the lines, the darkest half of it."""
    rgb = drawing[..., :3]
    if not is_transparent:
        light = rgb.astype(np.float32).sum(axis=2) / np.maximum(
            ground_of(rgb.astype(np.float32)).sum(axis=2), 1
        )
        core = core & (light <= np.median(light[core]))
    return np.asarray(np.median(rgb[core], axis=0))


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
