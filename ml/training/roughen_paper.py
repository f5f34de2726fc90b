"""What is on the paper beside the lines, and what scanning does: construction lines, smudges, grain, shade, noise.

Convention: pictures are float32 sRGB 0 to 1 until `scanned` makes them uint8.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.training.line_art import LineArt, resampled
from ml.training.roughen_pencil import laid_down, stroke, waves

Rng = np.random.Generator

_BLUE, _RED = np.array((0.30, 0.55, 0.90), np.float32), np.array((0.92, 0.38, 0.36), np.float32)
_GREY = np.array((0.33, 0.33, 0.35), np.float32)
_GREEN = np.array((0.35, 0.70, 0.42), np.float32)


@dataclass(frozen=True, eq=False)
class Construction:
    """Lines that help to draw: (h, w) float32 graphite of each colour, 0 to 1, and the colour."""

    layers: tuple[tuple[np.ndarray, np.ndarray], ...]


def construction(art: LineArt, level: float, rng: Rng) -> Construction:
    """Draw circles, axes and crosses round what the art shows, lightly, in one or two pencils."""
    count = rng.poisson(1.6 * level)
    if not count or not art.lines:
        return Construction(())
    places = np.concatenate([line.points_xy for line in art.lines])
    low, high = places.min(axis=0), places.max(axis=0)
    made: dict[int, list] = {}
    kinds = rng.choice(3, 2, p=(0.5, 0.3, 0.2))
    for _ in range(count):
        pencil = int(rng.choice(kinds))
        force = float(rng.uniform(0.10, 0.28)) if pencil == 2 else float(rng.uniform(0.18, 0.7))
        width = float(rng.uniform(1.0, 2.2))
        if rng.random() < 0.25:
            made.setdefault(pencil, []).extend(stroke(one, force, width) for one in _hatching(low, high, rng))
            continue
        for _ in range(1 + rng.poisson(0.7 * level)):
            made.setdefault(pencil, []).append(stroke(_shape(low, high, rng), force, width))
    colours = (_BLUE, _RED, _GREY)
    return Construction(tuple((laid_down(made[k], art.size_hw), colours[k]) for k in sorted(made)))


def _shape(low: np.ndarray, high: np.ndarray, rng: Rng) -> np.ndarray:
    """Return (n, 2) points of an ellipse, an arc across it, or a straight line."""
    size = np.maximum(high - low, 20.0)
    centre = low + size * rng.uniform(0.1, 0.9, 2)
    kind = rng.random()
    if kind < 0.55:
        long = float(size.max() * rng.uniform(0.12, 0.5))
        turn = float(rng.uniform(0, np.pi))
        start, sweep = float(rng.uniform(0, 6.28)), float(rng.choice([6.6, 13.0, rng.uniform(1.5, 5.0)]))
        t = np.linspace(start, start + sweep, max(24, int(long * sweep / 3)))
        radii = np.array((1.0, float(rng.uniform(0.5, 1.0)))) * long
        radii = radii * (1 + 0.03 * waves(len(t), 1.0, 20.0, rng))[:, None]
        flat = np.stack((np.cos(t), np.sin(t)), axis=1) * radii
        c, s = np.cos(turn), np.sin(turn)
        points = centre + flat @ np.array(((c, s), (-s, c)))
    else:
        angle = float(rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)])) + float(rng.normal(0, 0.06))
        long = float(size.max() * rng.uniform(0.2, 0.7))
        t = np.linspace(-1, 1, max(8, int(long / 3)))
        way = np.array((np.cos(angle), np.sin(angle)))
        bow = float(rng.normal(0, 0.06)) * long * (1 - t**2)
        points = centre + np.outer(t * long, way) + np.outer(bow, way[::-1] * (-1, 1))
    return resampled(points)


def _hatching(low: np.ndarray, high: np.ndarray, rng: Rng) -> list[np.ndarray]:
    """Return the strokes of a patch of shade, (n, 2) points each."""
    centre = low + (high - low) * rng.uniform(0, 1, 2)
    long, count, apart = float(rng.uniform(15, 70)), int(rng.integers(4, 16)), float(rng.uniform(1.5, 6.0))
    angle = float(rng.uniform(0, np.pi))
    way = np.array((np.cos(angle), np.sin(angle)))
    found = []
    for k in range(count):
        middle = centre + way[::-1] * (-1, 1) * apart * (k - count / 2) + rng.normal(0, 0.08 * long, 2)
        found.append(resampled(np.stack((middle - way * long / 2, middle + way * long / 2))))
    return found


def smudged(graphite: np.ndarray, level: float, rng: Rng) -> np.ndarray:
    """Return the graphite with places where an eraser or a sleeve went over it."""
    h, w = graphite.shape
    out = graphite
    for _ in range(rng.poisson(0.8 * level)):
        patch = _blob((h, w), float(rng.uniform(0.05, 0.2)) * max(h, w), rng)
        spread = cv2.GaussianBlur(graphite, (0, 0), float(rng.uniform(3, 9)))
        shift = np.array([[1, 0, rng.normal(0, 5)], [0, 1, rng.normal(0, 5)]], np.float32)
        spread = cv2.warpAffine(spread, shift, (w, h))
        out = out + patch * spread * float(rng.uniform(0.2, 0.7))
        if rng.random() < 0.4:
            out = out * (1.0 - patch * float(rng.uniform(0.05, 0.3)))
    return np.clip(out, 0.0, 1.0)


def _blob(size_hw: tuple[int, int], radius: float, rng: Rng) -> np.ndarray:
    """Return a soft patch, (h, w) float32 0 to 1."""
    h, w = size_hw
    y, x = np.ogrid[:h, :w]
    cy, cx = rng.uniform(0, h), rng.uniform(0, w)
    a, b = radius * rng.uniform(0.5, 1.5, 2)
    turn = rng.uniform(0, np.pi)
    u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
    v = -(x - cx) * np.sin(turn) + (y - cy) * np.cos(turn)
    return np.exp(-((u / a) ** 2) - (v / b) ** 2).astype(np.float32)


def grained(graphite: np.ndarray, rng: Rng) -> np.ndarray:
    """Return the graphite with the tooth of the paper in it: light strokes catch on the heights only."""
    h, w = graphite.shape
    tooth = _noise((h, w), float(rng.uniform(0.5, 1.1)), rng)
    coarse = _noise((h, w), float(rng.uniform(1.5, 3.0)), rng)
    strength = float(rng.uniform(0.05, 0.42))
    catch = strength * (1.2 - graphite) * (0.8 * tooth + 0.5 * coarse)
    return np.clip(graphite * (1.0 + catch), 0.0, 1.0).astype(np.float32)


def _noise(size_hw: tuple[int, int], sigma: float, rng: Rng) -> np.ndarray:
    """Return noise of standard deviation 1 and a grain of `sigma` px, (h, w) float32."""
    raw = rng.standard_normal(size_hw, dtype=np.float32)
    soft = cv2.GaussianBlur(raw, (0, 0), sigma)
    return soft / max(float(soft.std()), 1e-6)


def paper(size_hw: tuple[int, int], rng: Rng) -> np.ndarray:
    """Return an empty sheet, (h, w, 3) float32: its tone, uneven light, grain, a few specks."""
    h, w = size_hw
    tone = np.array((1.0, 1.0, 1.0), np.float32) * float(rng.uniform(0.80, 1.0))
    warm = float(rng.choice([0.0, rng.uniform(0, 0.06), rng.uniform(0.05, 0.16)]))
    tone = tone * np.array((1.0, 1.0 - 0.35 * warm, 1.0 - warm), np.float32)
    y, x = np.mgrid[:h, :w].astype(np.float32)
    x, y = x / max(w - 1, 1) - 0.5, y / max(h - 1, 1) - 0.5
    slope = rng.normal(0, 0.05, 2)
    light = 1.0 + slope[0] * x + slope[1] * y - float(rng.uniform(0, 0.25)) * (x * x + y * y)
    light *= 1.0 + float(rng.uniform(0.0, 0.018)) * _noise(size_hw, float(rng.uniform(0.6, 2.0)), rng)
    if rng.random() < 0.25:  # the shadow of a fold or of the book's middle
        at, soft = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(0.03, 0.2))
        light *= 1.0 - float(rng.uniform(0.02, 0.14)) * np.exp(
            -((((x if rng.random() < 0.5 else y) - at) / soft) ** 2)
        )
    for _ in range(rng.poisson(2.0)):
        spot = (int(rng.integers(w)), int(rng.integers(h)))
        cv2.circle(light, spot, int(rng.integers(0, 2)), float(rng.uniform(0.4, 0.9)), -1)
    return np.clip(light[..., None] * tone, 0.0, 1.0)


def drawn_on(sheet: np.ndarray, graphite: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Return a sheet with a pencil of a colour on it; both absorb."""
    share = graphite[..., None]
    return sheet * (1.0 - share + share * colour)


def scanned(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """Return what a scanner or a telephone makes of it, (h, w, 3) uint8."""
    soft = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 0.85)))
    gain, lift, gamma = (
        float(rng.uniform(0.9, 1.08)),
        float(rng.uniform(0, 0.05)),
        float(rng.uniform(0.8, 1.25)),
    )
    toned = np.clip(soft * gain, 0.0, 1.0) ** gamma * (1 - lift) + lift
    size = (*picture.shape[:2], 3 if rng.random() < 0.5 else 1)
    toned = toned + float(rng.uniform(0.0, 0.02)) * rng.standard_normal(size, dtype=np.float32)
    made = np.rint(np.clip(toned, 0.0, 1.0) * 255).astype(np.uint8)
    if rng.random() < 0.7:
        _, data = cv2.imencode(".jpg", made, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 97))])
        made = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return made
