"""Rough drawings that are asked: puppets of a split, the rig Sita that no training saw, pictures of a folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import cv2
import numpy as np

from bench.cleanup.traced import traced
from bench.cleanup.types import LEVEL_NAMES, Make, Question
from bench.inbetween import rig as rigs
from bench.inbetween.sita import strayed
from bench.inbetween.types import NotHere
from ml.training.cleanup_shards import Plan, drawings
from ml.training.line_art import LineArt, View, seen_in
from ml.training.roughen import LEVELS, roughen

_DARK = 110  # of 255: what is darker in somebody's line art is line
_LEAST_PAINT_PX = 30
_LONGEST_PX = 768
SIDE_PX = 512


def puppets(split: str, number: int) -> list[Make]:
    """Return `number` drawings of each level, of characters of a split in turn; a character of a level once."""
    plan = Plan(split, min(200, 3 * number), SIDE_PX, 1)
    made: list[Make] = []
    for k in range(number):
        for place, level in enumerate(LEVEL_NAMES):
            index = (3 * k + place) % len(plan.seeds)
            made.append(partial(_puppet, plan, plan.seeds[index], level, k))
    return made


def _puppet(plan: Plan, seed: int, level: str, again: int) -> Question:
    art = drawings(seed, plan)[0]
    return _asked(f"{plan.split}-{seed}-{level}", "puppets", level, art, 10 * seed + again)


def _asked(name: str, group: str, level: str, art: LineArt, seed: int) -> Question:
    return Question(name, group, level, art, roughen(art, LEVELS[level], seed))


def sita(art: Path, number: int) -> list[Make]:
    """Return `number` drawings of each level of the rig Sita in chance poses.

    Raises:
        NotHere: no rig in the art, or no synfig.
    """
    rig = rigs.load(art)
    rng = np.random.default_rng(29)
    poses = [strayed(rig, rig.rest, rng, 0) for _ in range(3 * number)]
    pictures = rigs.render(rig, poses)
    arts = [filling(traced(between_paints(picture))) for picture in pictures]
    return [
        partial(_asked, f"sita-{k}-{level}", "sita", level, one, 7000 + k)
        for k, one in enumerate(arts)
        for level in (LEVEL_NAMES[k % 3],)
    ]


def has_rig(art: Path) -> bool:
    """Return whether a folder of art names a rigged character."""
    try:
        rigs.load(art)
    except NotHere:
        return False
    return True


def between_paints(rgba: np.ndarray) -> np.ndarray:
    """Return what of a painted drawing is no flat paint: its lines and the borders of its areas, (h, w) bool.

    Args:
        rgba: (h, w, 4) uint8 with thin lines; a paint is a colour that fills squares of 3 px.
    """
    solid = np.where(rgba[..., 3:] > 127, rgba, 0).astype(np.uint32) >> 2
    colours = (solid << np.array((0, 6, 12, 18), np.uint32)).sum(axis=2)
    flat = np.zeros(colours.shape, np.uint8)
    block = np.ones((3, 3), np.uint8)
    values, counts = np.unique(colours, return_counts=True)
    for value in values[counts >= _LEAST_PAINT_PX].tolist():
        own = (colours == value).astype(np.uint8)
        flat |= cv2.dilate(cv2.morphologyEx(own, cv2.MORPH_OPEN, block), block) & own
    return flat == 0


def filling(art: LineArt, side_px: int = SIDE_PX) -> LineArt:
    """Return the art enlarged so that it fills nine tenths of a square picture."""
    points = np.concatenate([line.points_xy for line in art.lines])
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    scale = 0.9 * side_px / float((high - low).max())
    return seen_in(art, View((float(middle[0]), float(middle[1])), side_px, scale))


def folder(path: Path, number: int) -> list[Make]:
    """Return the pictures of a folder of clean line art, each in the three levels; at most `number` pictures.

    Raises:
        NotHere: no picture in the folder.
    """
    files = sorted(f for f in path.rglob("*") if f.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp"))[
        :number
    ]
    if not files:
        msg = f"{path} holds no PNG, JPEG or WebP"
        raise NotHere(msg)
    return [
        partial(_pictured, file, path.name, level, k) for k, file in enumerate(files) for level in LEVEL_NAMES
    ]


def _pictured(file: Path, group: str, level: str, seed: int) -> Question:
    picture = read_rgb(file)
    share = min(1.0, _LONGEST_PX / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    art = traced(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) < _DARK)
    return _asked(f"{file.stem}-{level}", group, level, art, 9000 + seed)


def read_rgb(file: Path) -> np.ndarray:
    """Return a picture over white, (h, w, 3) uint8.

    Raises:
        NotHere: no picture.
    """
    read = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
    if read is None:
        msg = f"{file} is no picture"
        raise NotHere(msg)
    if read.ndim == 2:
        return np.asarray(cv2.cvtColor(read, cv2.COLOR_GRAY2RGB))
    rgb = cv2.cvtColor(read[..., :3], cv2.COLOR_BGR2RGB)
    if read.shape[2] == 3:
        return np.asarray(rgb)
    share = read[..., 3:].astype(np.float32) / 255
    return np.rint(rgb * share + 255 * (1 - share)).astype(np.uint8)
