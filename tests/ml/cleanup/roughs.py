"""Small rough drawings made of known lines, for tests: pencil on paper, with what is asked of it."""

from __future__ import annotations

import cv2
import numpy as np

FINE = 4
PAPER = (246, 243, 235)


def ring(centre_xy, radius, turns=1.0, start=0.0):
    """Points of a circle, or of a part of it."""
    angles = start + np.linspace(0, 2 * np.pi * turns, max(12, int(6.3 * radius * turns)))
    return np.stack((centre_xy[0] + radius * np.cos(angles), centre_xy[1] + radius * np.sin(angles)), axis=1)


def straight(a, b):
    """Points of a straight line, a pixel apart."""
    count = int(np.hypot(b[0] - a[0], b[1] - a[1])) + 2
    return np.linspace(a, b, count)


def darkness(lines, size_hw=(160, 200), width=2.0, dark=0.85):
    """(H, W) float32: how much of each pixel pencil covers."""
    fine = np.zeros((size_hw[0] * FINE, size_hw[1] * FINE), np.uint8)
    for points in lines:
        path = np.round(((np.asarray(points) + 0.5) * FINE - 0.5) * 16).astype(np.int32)
        cv2.polylines(fine, [path[:, None]], False, 255, round(width * FINE), cv2.LINE_8, 4)
    return cv2.resize(fine, size_hw[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255 * dark


def on_paper(dark, rgb=(40, 40, 45), seed=0, grain=0.012, paper=PAPER):
    """(H, W, 3) uint8: pencil of a colour on uneven, grainy paper."""
    rng = np.random.default_rng(seed)
    h, w = dark.shape[:2]
    light = np.linspace(0.96, 1.02, w)[None, :, None] + grain * rng.normal(size=(h, w, 1))
    ground = np.array(paper) * light
    return np.clip(ground * (1 - dark[..., None]) + dark[..., None] * np.array(rgb), 0, 255).astype(np.uint8)


def on_nothing(dark, rgb=(0, 0, 0)):
    """(H, W, 4) uint8: the same on a transparent ground."""
    out = np.zeros((*dark.shape, 4), np.uint8)
    out[..., :3] = rgb
    out[..., 3] = np.round(255 * dark)
    return out


def house(by=(0.0, 0.0), gap=0.0):
    """Lines of a small scene: a box with a gap in its roof, an eye in it, a loose line beside it."""
    x, y = by
    return [
        straight((30 + x, 120 + y), (30 + x, 40 + y)),
        straight((30 + x, 40 + y), (85 - gap / 2 + x, 40 + y)),
        straight((85 + gap / 2 + x, 40 + y), (140 + x, 40 + y)),
        straight((140 + x, 40 + y), (140 + x, 120 + y)),
        straight((140 + x, 120 + y), (30 + x, 120 + y)),
        ring((70 + x, 80 + y), 6),
        straight((160 + x, 50 + y), (185 + x, 110 + y)),
    ]


def trembling(lines, rng, amount=0.5):
    """The lines as another hand of the same artist draws them: slow waves across."""
    out = []
    for points in lines:
        n = len(points)
        knots = np.arange(0, n + 24, 12)
        wave = np.interp(np.arange(n), knots, rng.normal(size=len(knots)))
        way = np.gradient(points, axis=0)
        way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
        out.append(points + amount * wave[:, None] * np.stack((-way[:, 1], way[:, 0]), axis=1))
    return out
