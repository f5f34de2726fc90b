"""A small doll of flat paints, drawn here so that tests of `ml` depend on no art and no generator."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.pixels import encode_png
from ml.types import SheetPicture, SwatchSpec

LINE = (40, 30, 35)


@dataclass(frozen=True)
class Doll:
    """What to draw; lengths in pixels of a 480 x 360 drawing."""

    hair: tuple[int, int, int] = (150, 80, 40)
    skin: tuple[int, int, int] = (250, 215, 190)
    iris: tuple[int, int, int] = (40, 120, 200)
    top: tuple[int, int, int] = (200, 60, 70)
    skirt: tuple[int, int, int] = (60, 70, 130)
    belt: tuple[int, int, int] | None = (235, 200, 60)
    clip: tuple[int, int, int] | None = (90, 190, 110)
    head: float = 1.0
    arm: int = 0
    eyes_open: bool = True
    step: int = 0
    shift_xy: tuple[int, int] = (0, 0)


SWATCHES = (
    SwatchSpec("hair", "normal", (150, 80, 40)),
    SwatchSpec("skin", "normal", (250, 215, 190)),
    SwatchSpec("iris", "normal", (40, 120, 200)),
    SwatchSpec("eye white", "normal", (245, 245, 250)),
    SwatchSpec("top", "normal", (200, 60, 70)),
    SwatchSpec("skirt", "normal", (60, 70, 130)),
    SwatchSpec("belt", "normal", (235, 200, 60)),
    SwatchSpec("hair clip", "normal", (90, 190, 110)),
    SwatchSpec("shoes", "normal", (110, 60, 50)),
    SwatchSpec("line", "line", LINE),
)
MIO = Doll()
REN = Doll(hair=(60, 60, 75), iris=(160, 60, 60), top=(90, 150, 90), skirt=(120, 110, 100), clip=None)
MIO_SUMMER = replace(MIO, top=(245, 235, 130), skirt=(90, 180, 200), belt=None)


def draw(doll: Doll) -> np.ndarray:
    """Return rgba uint8 (480, 360, 4), drawn at four times the size and averaged: clean anti-aliased paint."""
    big = np.zeros((1920, 1440, 4), np.uint8)
    x, y = 720 + 4 * doll.shift_xy[0], 560 + 4 * doll.shift_xy[1]
    for side in (-1, 1):
        _box(big, (x + side * 110 + side * 4 * doll.step, y + 720), (52, 330), doll.skin)
        _box(big, (x + side * 110 + side * 4 * doll.step, y + 1060), (70, 46), (110, 60, 50))
        turn = -side * np.deg2rad(18 + (doll.arm if side > 0 else 0))
        shoulder, reach = np.array([x + side * 170, y + 60]), np.array([-np.sin(turn), np.cos(turn)]) * 330
        _limb(big, shoulder, shoulder + reach, doll.skin)
    _poly(big, [(x - 150, y + 330), (x + 150, y + 330), (x + 240, y + 640), (x - 240, y + 640)], doll.skirt)
    _poly(big, [(x - 190, y), (x + 190, y), (x + 150, y + 350), (x - 150, y + 350)], doll.top)
    if doll.belt is not None:
        _box(big, (x, y + 340), (156, 26), doll.belt)
    _head(big, doll, x, y + 20)
    return cv2.resize(big, (360, 480), interpolation=cv2.INTER_AREA)


def _head(big: np.ndarray, doll: Doll, x: int, chin: int) -> None:
    k = doll.head
    centre = (x, int(chin - 190 * k))
    _ball(big, (x, int(centre[1] - 30 * k)), (int(215 * k), int(225 * k)), doll.hair)
    _ball(big, (x, int(centre[1] + 20 * k)), (int(160 * k), int(175 * k)), doll.skin)
    _poly(big, [(int(x + a * k), int(centre[1] + b * k)) for a, b in FRINGE], doll.hair)
    for side in (-1, 1):
        at = (int(x + side * 70 * k), int(centre[1] + 40 * k))
        if doll.eyes_open:
            _ball(big, at, (int(44 * k), int(50 * k)), (245, 245, 250))
            _ball(big, at, (int(26 * k), int(38 * k)), doll.iris)
        else:
            _box(big, at, (int(44 * k), 4), LINE)
    _box(big, (x, int(centre[1] + 130 * k)), (int(30 * k), 5), LINE)
    if doll.clip is not None:
        _box(big, (int(x + 130 * k), int(centre[1] - 90 * k)), (int(42 * k), int(24 * k)), doll.clip)


FRINGE = (
    (-170, -60),
    (-100, -190),
    (100, -190),
    (170, -60),
    (90, -20),
    (40, -70),
    (0, -10),
    (-50, -70),
    (-100, -15),
)


def _ink(big: np.ndarray, points: np.ndarray, colour: tuple[int, int, int]) -> None:
    cv2.fillPoly(big, [points], (*colour, 255))
    cv2.polylines(big, [points], isClosed=True, color=(*LINE, 255), thickness=9)


def _poly(big: np.ndarray, points: list[tuple[int, int]], colour: tuple[int, int, int]) -> None:
    _ink(big, np.array(points, np.int32), colour)


def _box(big: np.ndarray, at: tuple[int, int], half: tuple[int, int], colour: tuple[int, int, int]) -> None:
    x, y = at
    _poly(
        big,
        [
            (x - half[0], y - half[1]),
            (x + half[0], y - half[1]),
            (x + half[0], y + half[1]),
            (x - half[0], y + half[1]),
        ],
        colour,
    )


def _ball(big: np.ndarray, at: tuple[int, int], half: tuple[int, int], colour: tuple[int, int, int]) -> None:
    _ink(big, cv2.ellipse2Poly(at, half, 0, 0, 360, 4), colour)


def _limb(big: np.ndarray, start: np.ndarray, end: np.ndarray, colour: tuple[int, int, int]) -> None:
    along = (end - start) / np.linalg.norm(end - start)
    across = np.array([-along[1], along[0]]) * 40
    corners = np.array([start + across, end + across, end - across, start - across])
    _ink(big, corners.round().astype(np.int32), colour)


def png(doll: Doll) -> bytes:
    """Return the doll as PNG bytes."""
    return encode_png(draw(doll))


def sheet(doll: Doll) -> list[SheetPicture]:
    """Return five approved drawings: standing, arms, a step, closed eyes."""
    poses = {
        "stand": doll,
        "arm": replace(doll, arm=50),
        "step": replace(doll, step=18),
        "closed": replace(doll, eyes_open=False),
        "wave": replace(doll, arm=110, step=8),
    }
    return [SheetPicture(key, png(pose), "turnaround", "front") for key, pose in poses.items()]
