"""Small drawings with known motion, for the in-betweener's tests."""

from __future__ import annotations

import cv2
import numpy as np

INK, SKIN, CLOTH, BLUE = (20, 18, 22), (244, 210, 186), (180, 60, 70), (70, 110, 200)
SIZE = 160


def empty(size: int = SIZE) -> np.ndarray:
    """Return nothing, (size, size, 4) uint8."""
    return np.zeros((size, size, 4), np.uint8)


def shape(picture: np.ndarray, points: np.ndarray, rgb: tuple[int, int, int]) -> None:
    """Paint a polygon with an ink line about it, without anti-aliasing."""
    ring = np.rint(points).astype(np.int32)[None]
    cv2.fillPoly(picture, ring, (*rgb, 255))
    cv2.polylines(picture, ring, isClosed=True, color=(*INK, 255), thickness=2)


def bar(
    angle_deg: float, length: float = 60, width: float = 14, at: tuple[float, float] = (50, 80)
) -> np.ndarray:
    """Return the corners of a bar that turns about its left end."""
    along = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    aside = np.array([-along[1], along[0]]) * width / 2
    start, end = np.array(at), np.array(at) + along * length
    return np.stack((start - aside, end - aside, end + aside, start + aside))


def disc(at: tuple[float, float], radius: float) -> np.ndarray:
    """Return the outline of a disc."""
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.array(at) + radius * np.stack((np.cos(turn), np.sin(turn)), axis=1)


def figure(shift: tuple[float, float] = (0, 0), swing: float = 0.0) -> np.ndarray:
    """Return a trunk with a head, an eye and an arm that swings."""
    x, y = shift
    picture = empty()
    shape(picture, bar(90, 60, 34, (70 + x, 70 + y)), CLOTH)
    shape(picture, disc((70 + x, 50 + y), 20), SKIN)
    shape(picture, disc((76 + x, 46 + y), 4), BLUE)
    shape(picture, bar(20 + swing, 52, 12, (84 + x, 80 + y)), BLUE)
    return picture


def random_pair(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two keys of a few shapes that each move, turn and grow by chance; some come or go."""
    rng = np.random.default_rng(seed)
    first, second = empty(), empty()
    for _ in range(int(rng.integers(2, 6))):
        points = rng.uniform(-22, 22, (int(rng.integers(3, 9)), 2)) + rng.uniform(45, 115, 2)
        rgb = tuple(int(v) for v in rng.integers(40, 255, 3))
        middle = points.mean(axis=0)
        angle, size = rng.normal(0, 0.4), np.exp(rng.normal(0, 0.1))
        spin = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        if rng.random() < 0.9:
            shape(first, points, rgb)  # type: ignore[arg-type]
        if rng.random() < 0.9:
            shape(second, (points - middle) @ spin.T + middle + rng.normal(0, 9, 2), rgb)  # type: ignore[arg-type]
    return first, second


def smooth(picture: np.ndarray, times: int = 3) -> np.ndarray:
    """Return a drawing with anti-aliased edges at a third of the size, straight alpha."""
    alpha = picture[..., 3:].astype(float) / 255
    flat = np.concatenate((picture[..., :3] * alpha, picture[..., 3:]), axis=2)
    h, w = picture.shape[0] // times, picture.shape[1] // times
    small = flat[: h * times, : w * times].reshape(h, times, w, times, 4).mean(axis=(1, 3))
    cover = small[..., 3:] / 255
    colour = np.where(cover > 0, small[..., :3] / np.maximum(cover, 1e-6), 0)
    return np.rint(np.concatenate((colour, small[..., 3:]), axis=2)).astype(np.uint8)


def colours(picture: np.ndarray) -> set[tuple[int, ...]]:
    """Return the colours of what is painted."""
    return {tuple(int(v) for v in each) for each in np.unique(picture[picture[..., 3] > 0], axis=0)}


def is_ink(picture: np.ndarray) -> np.ndarray:
    """Return (h, w) bool, drawn line."""
    return (picture[..., :3] == INK).all(axis=2) & (picture[..., 3] > 0)


def middle_of(mask: np.ndarray) -> tuple[float, float]:
    """Return the mean x and y of a mask."""
    ys, xs = np.nonzero(mask)
    return float(xs.mean()), float(ys.mean())


def has(picture: np.ndarray, rgb: tuple[int, int, int]) -> np.ndarray:
    """Return (h, w) bool, painted in a colour."""
    return (picture[..., :3] == rgb).all(axis=2) & (picture[..., 3] > 0)
