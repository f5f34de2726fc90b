"""Sequences: how much a held drawing trembles when every drawing of it is drawn anew, and whether movement is kept.

Convention: a drawing of a sequence is compared with its own truth: how far the found line lies off each point of the
true line along the true line's normal, px. What that varies by over the drawings of a hold is jitter; how far the
found line stays behind along a known movement is lag.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from bench.cleanup.metrics import skeleton
from bench.cleanup.types import Answer, Method
from ml.training.cleanup_shards import Plan, drawings
from ml.training.line_art import LineArt
from ml.training.roughen import LEVELS, roughen

DRAWINGS = 5
MOVED_PX = 3.0  # a drawing, at most: a slow move
_REACH_PX, _ASIDE_PX = 7.0, 3.0
_EVERY = 8  # samples of a line between points that are looked at
_LEAST_SHARE_PX = 0.5  # of movement across the line, from which lag can be seen
_LEVELS = ("light", "medium")


@dataclass(frozen=True, eq=False)
class Play:
    """Drawings of one sequence: their clean lines, the same lines in the same order, and the roughs."""

    arts: tuple[LineArt, ...]
    roughs: tuple[np.ndarray, ...]


def hold(art: LineArt, level: float, seed: int) -> Play:
    """Return a held drawing, drawn anew five times."""
    return Play((art,) * DRAWINGS, tuple(roughen(art, level, 100 * seed + k).rgb for k in range(DRAWINGS)))


def move(art: LineArt, level: float, seed: int) -> Play:
    """Return a slow move: the upper part of the drawing glides aside, the lower one stays."""
    rng = np.random.default_rng((seed, 7))
    angle = float(rng.uniform(0, 2 * np.pi))
    step = MOVED_PX * np.array((math.cos(angle), math.sin(angle)))
    arts = tuple(_moved(art, step * k) for k in range(DRAWINGS))
    return Play(arts, tuple(roughen(one, level, 100 * seed + k).rgb for k, one in enumerate(arts)))


def _moved(art: LineArt, by: np.ndarray) -> LineArt:
    lines = tuple(
        replace(line, points_xy=line.points_xy + (weight(line.points_xy, art) * by).astype(np.float32))
        for line in art.lines
    )
    return replace(art, lines=lines)


def weight(points: np.ndarray, art: LineArt) -> np.ndarray:
    """Return what share of the movement each point makes, (n, 1): 1 above the middle, 0 near the bottom."""
    y = points[:, 1] / art.size_hw[0]
    return np.asarray((1.0 - (np.clip(y, 0.45, 0.85) - 0.45) / 0.4)[:, None])


def middle(answer: Answer) -> np.ndarray:
    """Return (n, 2) float64 px along the middle of what a method drew."""
    if answer.points_xy is not None:
        return np.asarray(answer.points_xy, np.float64)
    ys, xs = np.nonzero(skeleton(answer.mask))
    return np.stack((xs, ys), axis=1).astype(np.float64)


def offsets(place: np.ndarray, art: LineArt) -> tuple[np.ndarray, np.ndarray]:
    """Return how far the found line lies off the true one, (n,) px along the normals, and the normals, (n, 2).

    nan where no found line is near.

    Args:
        place: (m, 2) px along the found lines.
        art: the true ones.
    """
    points = np.concatenate([line.points_xy[_EVERY // 2 :: _EVERY] for line in art.lines]).astype(np.float64)
    ways = np.concatenate(
        [np.gradient(line.points_xy.astype(np.float64), axis=0)[_EVERY // 2 :: _EVERY] for line in art.lines]
    )
    ways /= np.maximum(np.hypot(ways[:, 0], ways[:, 1]), 1e-9)[:, None]
    normals = np.stack((-ways[:, 1], ways[:, 0]), axis=1)
    if not len(place):
        return np.full(len(points), np.nan), normals
    far, at = cKDTree(place).query(points, distance_upper_bound=_REACH_PX)
    hit = np.isfinite(far)
    step = place[np.where(hit, at, 0)] - points
    aside = np.abs((step * ways).sum(axis=1))
    return np.where(hit & (aside <= _ASIDE_PX), (step * normals).sum(axis=1), np.nan), normals


def jitter_px(places: Sequence[np.ndarray], play: Play) -> float:
    """Return the rms of how far the lines of a hold tremble about where they lie on average, px."""
    off = np.stack([offsets(place, art)[0] for place, art in zip(places, play.arts, strict=True)])
    seen = ~np.isnan(off).any(axis=0)
    return float(np.sqrt(off[:, seen].var(axis=0).mean())) if seen.any() else math.nan


def lag_px(places: Sequence[np.ndarray], play: Play) -> float:
    """Return how far the lines of a move stay behind (negative) or run ahead of it in its later half, px."""
    found = []
    for k in range(DRAWINGS // 2, DRAWINGS):
        off, normals = offsets(places[k], play.arts[k])
        before, now = (
            np.concatenate([line.points_xy[_EVERY // 2 :: _EVERY] for line in art.lines])
            for art in (play.arts[k - 1], play.arts[k])
        )
        across = ((now - before) * normals).sum(axis=1)
        clear = (np.abs(across) >= _LEAST_SHARE_PX) & ~np.isnan(off)
        found.append(off[clear] * np.sign(across[clear]))
    joined = np.concatenate(found)
    return float(np.median(joined)) if len(joined) else math.nan


@dataclass(frozen=True)
class Held:
    """Figures of one method at one level: jitter drawing by drawing and as a sequence, px, and lag of a move, px."""

    method: str
    level: str
    apart_px: float
    together_px: float
    lag_apart_px: float
    lag_px: float

    @property
    def less(self) -> float:
        """Return the share of the jitter that is gone."""
        return 1.0 - self.together_px / self.apart_px


def measure(made: Sequence[Method], split: str, number: int) -> list[Held]:
    """Return the figures of every method: medians over `number` sequences of a level."""
    plan = Plan(split, min(200, number + 40), 512, 1)
    arts = [drawings(seed, plan)[0] for seed in plan.seeds[-number:]]
    found = []
    for level in _LEVELS:
        holds = [hold(art, LEVELS[level], k) for k, art in enumerate(arts)]
        moves = [move(art, LEVELS[level], k) for k, art in enumerate(arts)]
        for method in made:
            apart = [[middle(method.clean(rgb)) for rgb in play.roughs] for play in (*holds, *moves)]
            follows = getattr(method, "follow", None) is not None
            as_one = [_followed(method, play) for play in (*holds, *moves)] if follows else apart
            jitters = [
                [jitter_px(masks, play) for masks, play in zip(way, holds, strict=False)]
                for way in (apart, as_one)
            ]
            lags = [
                [lag_px(places, play) for places, play in zip(way[number:], moves, strict=True)]
                for way in (apart, as_one)
            ]
            said = [float(np.nanmedian(each)) for each in (*jitters, *lags)]
            found.append(Held(method.name, level, *said))
    return found


def _followed(method: Any, play: Play) -> list[np.ndarray]:
    return [middle(answer) for answer in method.follow(play.roughs)]


def text(found: Sequence[Held]) -> str:
    """Return the table."""
    lines = [f"\nsequences of {DRAWINGS} drawings, each drawn anew; px, medians over sequences"]
    lines.append(
        f"{'':18}{'level':>8}{'jitter apart':>14}{'in sequence':>13}{'less':>7}{'lag apart':>11}{'lag':>7}"
    )
    for one in found:
        lines.append(
            f"{one.method:18}{one.level:>8}{one.apart_px:>14.2f}{one.together_px:>13.2f}{one.less:>7.0%}"
            f"{one.lag_apart_px:>11.2f}{one.lag_px:>7.2f}"
        )
    return "\n".join(lines)
