"""An endless stream of rough pieces and what is to be found in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from ml.training.cleanup_shards import read
from ml.training.line_art import LineArt, View, seen_in
from ml.training.line_art_chance import chance_art
from ml.training.line_truth import LineTruth, truth_of
from ml.training.roughen import LEVELS, roughen

Rng = np.random.Generator

_CHANCE = 0.15  # share of pieces that show no puppet
_AGAIN, _KEPT = 0.65, 96  # share of pieces that come again, turned; pieces that wait for it
_FROM_ONE, _OPEN = 5, 8
_COLOURED, _FAINTEST = 0.42, 0.05


@dataclass(frozen=True, eq=False)
class Piece:
    """A rough piece as the network sees it, (n, n) float32 darkness 0 to 1, and its truth."""

    darkness: np.ndarray
    truth: LineTruth


def ink_of(rgb: np.ndarray, left: float = 0.0) -> np.ndarray:
    """Return the darkness of the ink on paper, (h, w) float32, 0 = paper, 1 = a full line.

    What the engine takes off a scan is taken off here in the same spirit, and quicker: `ml.cleanup.scan` is the real
    thing.

    Args:
        rgb: (h, w, 3) uint8.
        left: share of the coloured pencils that is left in, 0 to 1.
    """
    h, w = rgb.shape[:2]
    small = cv2.resize(rgb, (max(8, w // 3), max(8, h // 3)), interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
    ground = cv2.resize(cv2.GaussianBlur(closed, (0, 0), 5.0), (w, h), interpolation=cv2.INTER_LINEAR)
    absorbed = np.clip(1.0 - rgb.astype(np.float32) / np.maximum(ground.astype(np.float32), 1.0), 0.0, 1.0)
    calm = cv2.GaussianBlur(absorbed, (0, 0), 1.2)
    most, least = calm.max(axis=2), calm.min(axis=2)
    coloured = (most - least > _COLOURED * most) & (most - least > 0.06)
    dark = absorbed.mean(axis=2)
    dark = np.where(coloured, left * dark, dark)
    drawn = dark[dark > 2 * _FAINTEST]
    full = max(0.12, float(np.percentile(drawn, 90))) if drawn.size > 20 else 1.0
    noise = float(np.median(dark[dark < 2 * _FAINTEST])) if (dark < 2 * _FAINTEST).any() else 0.0
    return np.clip((dark - noise) / max(full - noise, 1e-3), 0.0, 1.0).astype(np.float32)


def varied(darkness: np.ndarray, rng: Rng) -> np.ndarray:
    """Return darkness as another scan and another normalisation might give it."""
    gain, gamma = float(np.exp(rng.normal(0, 0.18))), float(np.exp(rng.normal(0, 0.2)))
    out = np.clip(darkness * gain + float(rng.normal(0, 0.015)), 0.0, 1.0) ** gamma
    if rng.random() < 0.3:
        out = out + float(rng.uniform(0, 0.05)) * rng.standard_normal(out.shape, dtype=np.float32)
    return np.clip(out, 0.0, 1.0).astype(np.float32)


def piece_of(art: LineArt, level: float, seed: int, left: float = 0.0) -> Piece:
    """Return the rough piece of clean art and its truth."""
    rough = roughen(art, level, seed)
    return Piece(ink_of(rough.rgb, left), truth_of(art, rough.widths_px))


class PieceStream:
    """An endless stream of pieces from the files of a split; files that come later are seen in the next round."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, np.random.default_rng(seed)
        self._files = sorted(folder.glob("[0-9]*.npz"))
        self._open: list[LineArt] = []
        self._waiting: dict[int, list[Piece]] = {}

    def made(self, side: int) -> Piece:
        """Return the next piece, n = side; two in three were seen before, turned and toned otherwise."""
        waiting, rng = self._waiting.setdefault(side, []), self.rng
        if len(waiting) > _KEPT // 4 and rng.random() < _AGAIN:
            piece = waiting[int(rng.integers(len(waiting)))]
        else:
            piece = self._new(side)
            waiting.append(piece)
            if len(waiting) > _KEPT:
                waiting.pop(0)
        quarter, mirrored = int(rng.integers(4)), bool(rng.random() < 0.5)
        turned = turned_piece(piece, quarter, mirrored=mirrored)
        return replace(turned, darkness=varied(turned.darkness, rng))

    def _new(self, side: int) -> Piece:
        rng = self.rng
        seed = int(rng.integers(1 << 31))
        level = float(rng.uniform(0.25, 2.0))
        left = float(rng.uniform(0.0, 1.0)) if rng.random() < 0.3 else 0.0
        if rng.random() < _CHANCE:
            return piece_of(chance_art(side, seed), level, seed, left)
        return piece_of(self._view(side), level, seed, left)

    def _view(self, side: int) -> LineArt:
        """Return a piece of a drawing round a point of one of its lines."""
        rng = self.rng
        if len(self._open) < _OPEN // 2 or rng.random() < 1.0 / _FROM_ONE:
            more = read(self._files[int(rng.integers(len(self._files)))])
            self._open = [*self._open, *more][-_OPEN:]
        art = self._open[int(rng.integers(len(self._open)))]
        line = art.lines[int(rng.integers(len(art.lines)))]
        at = line.points_xy[int(rng.integers(len(line.points_xy)))] + rng.normal(0, side / 8, 2)
        scale = float(np.exp(rng.uniform(np.log(0.75), np.log(1.8))))
        turn = float(rng.normal(0, 12))
        return seen_in(art, View((float(at[0]), float(at[1])), side, scale, turn, bool(rng.random() < 0.5)))


def turned_piece(piece: Piece, quarter: int, *, mirrored: bool) -> Piece:
    """Return a square piece mirrored left to right if asked, then turned anticlockwise by quarters."""

    def turned(values: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(np.rot90(values[:, ::-1] if mirrored else values, quarter))

    signs = np.array(
        (-1.0 if quarter % 2 else 1.0, -1.0 if (quarter % 2 == 1) ^ mirrored else 1.0), np.float32
    )
    t = piece.truth
    truth = LineTruth(
        turned(t.line), turned(t.distance_px), turned(t.direction) * signs, turned(t.tips), turned(t.crossings),
        turned(t.width_px),
    )  # fmt: skip
    return Piece(turned(piece.darkness), truth)


@dataclass(frozen=True, eq=False)
class Asked:
    """A drawing that judges: darkness, truth, and the name of its level."""

    piece: Piece
    rgb: np.ndarray
    level: str


def valid_pieces(folder: Path, every: int = 1) -> list[Asked]:
    """Return drawings of the validation split, each in one of the three levels in turn; always the same."""
    found = []
    arts = [
        (int(file.stem), k, art)
        for file in sorted(folder.glob("[0-9]*.npz"))
        for k, art in enumerate(read(file))
    ]
    names = list(LEVELS)
    for number, (seed, k, art) in enumerate(arts):
        if (number // len(names)) % every == 0:
            name = names[number % len(names)]
            rough = roughen(art, LEVELS[name], 10 * seed + k)
            piece = Piece(ink_of(rough.rgb), truth_of(art, rough.widths_px))
            found.append(Asked(piece, rough.rgb, name))
    return found
