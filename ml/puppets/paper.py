"""Paper to draw on: the white of a cel's backing, animation paper with its peg holes, coloured correction paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Paper:
    """A kind of paper.

    Attributes:
        rgb: its colour.
        grain: how far its fibres and clouds stray from that colour, 8-bit levels (one standard deviation).
        pegs: whether it has peg holes at the upper edge and the frame is printed on it.
    """

    rgb: Rgb
    grain: float = 0.0
    pegs: bool = False


PAPERS = {
    "cel": Paper((242, 241, 236)),
    "animation": Paper((246, 244, 238), 1.3, pegs=True),
    "yellow": Paper((250, 234, 150), 1.8, pegs=True),
    "blue": Paper((196, 222, 240), 1.6, pegs=True),
    "pink": Paper((250, 208, 212), 1.6, pegs=True),
}
_SHEET_MM = 297.0  # width of the sheet that the picture shows
_HOLE = (52, 50, 54)  # what is seen through a peg hole


@lru_cache(maxsize=8)
def sheet(kind: str, size_hw: tuple[int, int]) -> np.ndarray:
    """Return an empty sheet of one of `PAPERS`, (h, w, 3) uint8 RGB, read-only; the same every time."""
    paper, (h, w) = PAPERS[kind], size_hw
    rgb: np.ndarray = np.broadcast_to(np.array(paper.rgb, np.float32), (h, w, 3))
    if paper.grain:
        rgb = rgb + _texture(size_hw)[..., None] * paper.grain
    picture = np.clip(np.round(rgb), 0, 255).astype(np.uint8)
    if paper.pegs:
        _print_frame(picture, paper.rgb)
        _punch(picture)
    picture.setflags(write=False)
    return picture


def on_paper(rgba: np.ndarray, kind: str) -> np.ndarray:
    """Return an (h, w, 4) uint8 straight-alpha drawing on paper, (h, w, 4) uint8, opaque."""
    ground = sheet(kind, rgba.shape[:2])
    out = np.empty_like(rgba)
    out[..., :3], out[..., 3] = ground, 255
    ys, xs = np.nonzero(rgba[..., 3])
    drawn = rgba[ys, xs].astype(np.float32)
    share = drawn[:, 3:] / 255
    out[ys, xs, :3] = np.round(drawn[:, :3] * share + ground[ys, xs] * (1 - share)).astype(np.uint8)
    return out


def scanned(rgba: np.ndarray) -> np.ndarray:
    """Return an opaque (h, w, 4) uint8 picture as a scanner gives it: soft, unevenly lit, with grain.

    Nothing moves, and there is no dust: dust is a fault, and would have to be told as one.
    """
    h, w = rgba.shape[:2]
    rng = np.random.default_rng((h, w, 7))
    soft = cv2.GaussianBlur(rgba[..., :3], (0, 0), 0.7).astype(np.float32)
    across = np.linspace(-1, 1, w, dtype=np.float32)[None, :] ** 2
    down = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    lamp = 1.0 - 0.025 * across - 0.015 * down
    grain = rng.standard_normal((h, w), dtype=np.float32)[..., None] * 1.6
    out = np.full_like(rgba, 255)
    out[..., :3] = np.clip(np.round(soft * lamp[..., None] + grain), 0, 255).astype(np.uint8)
    return out


def _texture(size_hw: tuple[int, int]) -> np.ndarray:
    """Return clouds and fibres, (h, w) float32 of about unit deviation."""
    h, w = size_hw
    rng = np.random.default_rng((h, w))
    coarse = rng.standard_normal((max(2, h // 24), max(2, w // 24)), dtype=np.float32)
    clouds = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)
    fine = rng.standard_normal((h, w), dtype=np.float32)
    fibres = cv2.GaussianBlur(fine, (0, 0), 0.8) * 2.2 + cv2.GaussianBlur(fine, (9, 1), 0) * 1.2
    return np.asarray(0.6 * clouds + 0.7 * fibres, np.float32)


def _print_frame(picture: np.ndarray, paper_rgb: Rgb) -> None:
    """Print the frame of the picture and its middle, thin and pale, as it comes on bought paper."""
    h, w = picture.shape[:2]
    mm = w / _SHEET_MM
    pale = tuple(int(c * 0.84 + d * 0.16) for c, d in zip(paper_rgb, (60, 110, 190), strict=True))
    left, top = round(18 * mm), round(22 * mm)
    right, bottom = w - 1 - left, h - 1 - round(12 * mm)
    thick = max(1, round(0.35 * mm))
    if right - left < 8 or bottom - top < 8:
        return
    cv2.rectangle(picture, (left, top), (right, bottom), pale, thick)
    middle, cross = ((left + right) // 2, (top + bottom) // 2), max(2, round(3 * mm))
    cv2.line(picture, (middle[0] - cross, middle[1]), (middle[0] + cross, middle[1]), pale, thick)
    cv2.line(picture, (middle[0], middle[1] - cross), (middle[0], middle[1] + cross), pale, thick)


def _punch(picture: np.ndarray) -> None:
    """Punch a round hole between two slots at the upper edge: pegs lie on top in Japan."""
    mm = picture.shape[1] / _SHEET_MM
    centre, y = picture.shape[1] / 2, 9 * mm
    shift = 4
    radius = max(1.0, 3.0 * mm)

    def dot(x: float) -> None:
        at = (round(x * 2**shift), round(y * 2**shift))
        cv2.circle(picture, at, round(radius * 2**shift), _HOLE, -1, cv2.LINE_AA, shift)

    dot(centre)
    for side in (-1, 1):
        middle = centre + side * 101.6 * mm  # four inches between the pegs' centres
        half = 6.35 * mm - radius
        dot(middle - half)
        dot(middle + half)
        low = (round((middle - half) * 2**shift), round((y - radius) * 2**shift))
        high = (round((middle + half) * 2**shift), round((y + radius) * 2**shift))
        cv2.rectangle(picture, low, high, _HOLE, -1, cv2.LINE_AA, shift)
