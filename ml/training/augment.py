"""What may differ between a cut and its sheet without being drift, and what differs from one production to the next."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.comparator.crops import COVERED, GREY, PAPER, line_map
from ml.pixels import U8

Rng = np.random.Generator
LINE_SHARE = 0.2
_EVENING, _NIGHT = (1.0, 0.84, 0.68), (0.6, 0.66, 0.85)


@dataclass(frozen=True)
class World:
    """What is common to a drawing and its approved drawings.

    Attributes:
        paint: (3, 3) float32 matrix on colours, None = as they are.
        line: all are seen as lines.
        seed: of the shading.
        shaded: strength of soft shading on the figure, 0 = flat cels.
        noise: strength of a texture.
    """

    paint: np.ndarray | None
    line: bool
    shaded: float
    noise: float


PLAIN = World(None, line=False, shaded=0.0, noise=0.0)
LINED = World(None, line=True, shaded=0.0, noise=0.0)


def world(rng: Rng, *, ink: bool) -> World:
    """Return a production by chance; drawings that exist as ink alone are seen as lines."""
    paint = None
    if rng.random() < 0.6:
        paint = _turned(float(rng.uniform(0, 1)), float(np.exp(rng.normal(0, 0.15))))
    shaded = float(rng.uniform(0.05, 0.22)) if rng.random() < 0.25 else 0.0
    noise = float(rng.uniform(2, 7)) if rng.random() < 0.15 else 0.0
    return World(paint, ink or rng.random() < LINE_SHARE, shaded, noise)


def _turned(hue: float, bright: float) -> np.ndarray:
    """Return a matrix that turns hues about the grey axis."""
    angle = 2.0 * np.pi * hue
    k = np.full((3, 3), 1.0 / 3.0)
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3.0)
    turn = np.cos(angle) * np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * k
    return np.asarray(bright * turn, np.float32)


def applied(crop: U8, of: World, rng: Rng, *, query: bool) -> U8:
    """Return the crop as that production shows it; a query may have gone through a codec or a light besides."""
    out = crop
    if of.paint is not None or of.shaded or of.noise:
        out = _painted(out, of, rng)
    if query:
        out = _treated(out, rng, line=of.line)
    return line_map(out) if of.line else out


def _painted(crop: U8, of: World, rng: Rng) -> U8:
    rgb = crop[..., :3]
    if of.paint is not None:
        shift = GREY - of.paint @ np.full(3, GREY, np.float32)
        turned = cv2.transform(rgb, np.column_stack([of.paint, shift]))  # grey paper stays grey
        rgb = np.asarray(turned, np.uint8)
    if of.shaded or of.noise:
        rgb = _soft(rgb, crop[..., 3], of, rng)
    out = crop.copy()
    out[..., :3] = rgb
    return out


def _soft(rgb: U8, cover: U8, of: World, rng: Rng) -> U8:
    """Shade the figure softly, each drawing its own way, and lay a texture over it."""
    h, w = cover.shape
    field = cv2.resize(rng.normal(0, 1, (5, 4)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
    light = 1.0 + of.shaded * field
    grain = rng.normal(0, of.noise, (h, w)).astype(np.float32) if of.noise else 0.0
    share = np.clip((cover.astype(np.float32) - PAPER) / (COVERED - PAPER), 0, 1)
    shaded = rgb * light[..., None] + np.asarray(grain)[..., None] if of.noise else rgb * light[..., None]
    return np.asarray(np.clip(rgb + (shaded - rgb) * share[..., None], 0, 255), np.uint8)


def _treated(crop: U8, rng: Rng, *, line: bool) -> U8:
    """Blur, encode or light a query; the paper beside it with the rest."""
    dice = rng.random()
    out = crop
    if dice < 0.10:
        out = _encoded(crop, int(rng.integers(35, 95)))
    elif dice < 0.17:
        out = crop.copy()
        out[..., :3] = cv2.GaussianBlur(crop[..., :3], (0, 0), float(rng.uniform(0.3, 0.9)))
    elif dice < 0.22:
        out = _rescaled(crop, float(rng.uniform(0.55, 0.95)))
    elif dice < 0.26:
        out = crop.copy()
        noisy = crop[..., :3] + rng.normal(0, rng.uniform(1, 5), (*crop.shape[:2], 3))
        out[..., :3] = np.clip(noisy, 0, 255)
    elif dice < 0.31 and not line:
        out = _lit(crop, _EVENING if rng.random() < 0.7 else _NIGHT)
    return out


def _encoded(crop: U8, quality: int) -> U8:
    _, data = cv2.imencode(
        ".jpg", np.ascontiguousarray(crop[..., 2::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    out = crop.copy()
    out[..., :3] = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1]
    return out


def _rescaled(crop: U8, factor: float) -> U8:
    h, w = crop.shape[:2]
    small = cv2.resize(crop, (round(w * factor), round(h * factor)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR), np.uint8)


def _lit(crop: U8, light: tuple[float, float, float]) -> U8:
    """Multiply the figure's colours by a light; the grey paper stays."""
    share = np.clip((crop[..., 3:].astype(np.float32) - PAPER) / (COVERED - PAPER), 0, 1)
    factor = 1.0 + (np.array(light, np.float32) - 1.0) * share
    out = crop.copy()
    out[..., :3] = np.clip(crop[..., :3] * factor, 0, 255)
    return out
