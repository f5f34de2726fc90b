"""Pictures with several puppets, and puppets over backgrounds, with the truth about each figure.

Figures are drawn apart, as cells are, and laid over each other; the nearer hides the farther. Backgrounds are made
here too: gradients, clouds, rooms of coloured shapes, and rooms in colours near the characters' own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from bench.drift.shots import SEEN, framing_of, sheet, states
from bench.drift.tier_a import SPLITS, key_of
from ml import edits
from ml.pixels import F32, U8, Mask, encode_png
from ml.puppets.design import Design
from ml.puppets.drift import UnknownDrift, make, possible
from ml.puppets.palette import swatches
from ml.puppets.random_design import random_costume
from ml.puppets.render import render
from ml.puppets.splits import design_of
from ml.types import Box, SheetPicture, SwatchSpec

LAYOUTS = ("disjoint", "touching", "overlapping")
GROUNDS = ("gradient", "clouds", "room", "near_colours")
_CEL_HW, _FRAME_HW = (640, 1000), (720, 1280)
_HIDDEN = (0.12, 0.35)
_FULL_SHOTS = tuple(shot for shot in SEEN if not shot.bust)


@dataclass(frozen=True)
class Drawn:
    """One figure cut to its box: `rgba` (h, w, 4), where it drifts `place` (h, w) bool or None."""

    key: str
    rgba: U8
    place: Mask | None
    label: str
    bust: bool = False


@dataclass(frozen=True)
class Shown:
    """A figure in a picture: what is seen of it, its box, the share of it that is hidden."""

    key: str
    label: str
    seen: Mask
    box_xyxy: Box
    hidden: float
    place: Mask | None


@dataclass(frozen=True)
class Picture:
    """A picture and the figures in it, the farthest first."""

    rgba: U8
    figures: tuple[Shown, ...]


@dataclass(frozen=True)
class Person:
    """A character in two costumes."""

    everyday: Design
    other: Design


def people(number: int, count: int, split: str) -> list[Person]:
    """Return the characters of one world."""
    seeds = SPLITS[split][number * count : (number + 1) * count]
    found = [design_of(seed) for seed in seeds]
    return [Person(design, random_costume(design, seed)) for design, seed in zip(found, seeds, strict=True)]


def sheet_of(design: Design) -> tuple[list[SheetPicture], list[SwatchSpec]]:
    """Return the approved drawings and the colour model of a design, as tier A of DriftBench has them."""
    pictures = [
        SheetPicture(
            item.key,
            encode_png(render(design, item.pose, item.expression, framing_of(design, bust=item.bust)).rgba),
            item.kind,
            item.view,
        )
        for item in sheet()
    ]
    return pictures, [SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(design)]


def figure(
    design: Design,
    rng: np.random.Generator,
    *,
    bust: bool = False,
    kind: str = "",
    other: Design | None = None,
) -> Drawn | None:
    """Draw one figure of a design, or with a kind of drift; None where this pose cannot show it."""
    shots = [s for s in SEEN if s.bust] if bust else _FULL_SHOTS
    shot = shots[int(rng.integers(len(shots)))]
    pose, expression = next(iter(states(shot, 1, rng)))
    framing = framing_of(design, bust=bust, camera=float(rng.uniform(0.85, 1.15)))
    seed = int(rng.integers(2**31))
    if not kind:
        return _cut(key_of(design), render(design, pose, expression, framing).rgba, None, "", bust=bust)
    if not possible(kind, design, pose, framing):
        return None
    try:
        drift = make(kind, design, pose, expression, framing, seed, other)
    except UnknownDrift:
        return None
    if not drift.shows:
        return None
    return _cut(key_of(design), drift.frame.rgba, drift.place, kind, bust=bust)


def _cut(key: str, rgba: U8, place: Mask | None, label: str, *, bust: bool) -> Drawn:
    ys, xs = np.nonzero(rgba[..., 3])
    rows, columns = slice(int(ys.min()), int(ys.max()) + 1), slice(int(xs.min()), int(xs.max()) + 1)
    return Drawn(key, rgba[rows, columns], None if place is None else place[rows, columns], label, bust)


def arranged(
    figures: Sequence[Drawn], layout: str, rng: np.random.Generator, *, bust: bool = False
) -> Picture:
    """Lay figures side by side into one cel; each hides a part of the one before where they overlap."""
    high, wide = _CEL_HW
    spots: list[tuple[int, int]] = []
    ground = high if bust else high - 40
    x = int(rng.integers(20, 80))
    for number, one in enumerate(figures):
        y = ground - one.rgba.shape[0] - (0 if bust else int(rng.integers(0, 20)))
        if number:
            x = _beside(figures[number - 1], spots[-1], one, y, layout, rng)
        spots.append((x, y))
    wide = max(wide, max(x + one.rgba.shape[1] for one, (x, _) in zip(figures, spots, strict=True)) + 20)
    return _laid(figures, spots, np.zeros((high, wide, 4), np.uint8), rng)


def _beside(
    before: Drawn, at: tuple[int, int], one: Drawn, y: int, layout: str, rng: np.random.Generator
) -> int:
    """Return where a figure stands to the right of another: apart, in touch, or hiding a share of it."""
    right = at[0] + before.rgba.shape[1]
    if layout == "disjoint":
        return right + int(rng.integers(12, 60))
    wanted = 0.0 if layout == "touching" else float(rng.uniform(*_HIDDEN))
    x = right
    while x > at[0] + 10:
        x -= 3
        hidden = _overlap(before, at, one, (x, y))
        if hidden > wanted:
            break
    return x


def _overlap(far: Drawn, at: tuple[int, int], near: Drawn, spot: tuple[int, int]) -> float:
    below = far.rgba[..., 3] > 127
    canvas = np.zeros(below.shape, np.bool_)
    dx, dy = spot[0] - at[0], spot[1] - at[1]
    mask = near.rgba[..., 3] > 127
    y0, y1 = max(0, dy), min(below.shape[0], dy + mask.shape[0])
    x0, x1 = max(0, dx), min(below.shape[1], dx + mask.shape[1])
    if y1 <= y0 or x1 <= x0:
        return 0.0
    canvas[y0:y1, x0:x1] = mask[y0 - dy : y1 - dy, x0 - dx : x1 - dx]
    return float(np.count_nonzero(canvas & below)) / max(1, int(np.count_nonzero(below)))


def _laid(
    figures: Sequence[Drawn], spots: Sequence[tuple[int, int]], canvas: U8, rng: np.random.Generator
) -> Picture:
    """Paste far to near in a chance order of depth and note what is left of each."""
    high, wide = canvas.shape[:2]
    order = list(rng.permutation(len(figures)))
    owner = np.full((high, wide), -1, np.int8)
    full = np.zeros(len(figures), np.int64)
    for k in order:
        (x, y), one = spots[k], figures[k]
        y1, x1 = min(high, y + one.rgba.shape[0]), min(wide, x + one.rgba.shape[1])
        part = one.rgba[: y1 - y, : x1 - x]
        _over(canvas[y:y1, x:x1], part)
        mask = part[..., 3] > 127
        owner[y:y1, x:x1][mask] = k
        full[k] = int(np.count_nonzero(mask))
    shown = []
    for k in order:
        (x, y), one = spots[k], figures[k]
        seen = owner == k
        place = None
        if one.place is not None:
            place = np.zeros((high, wide), np.bool_)
            y1, x1 = min(high, y + one.rgba.shape[0]), min(wide, x + one.rgba.shape[1])
            place[y:y1, x:x1] = one.place[: y1 - y, : x1 - x]
            place &= seen
        hidden = 1.0 - int(np.count_nonzero(seen)) / max(1, int(full[k]))
        shown.append(Shown(one.key, one.label, seen, box_of(seen), hidden, place))
    return Picture(canvas, tuple(shown))


def _over(ground: U8, top: U8) -> None:
    """Lay straight-alpha paint over straight-alpha paint, in place."""
    a = top[..., 3:].astype(np.float32) / 255.0
    b = ground[..., 3:].astype(np.float32) / 255.0 * (1.0 - a)
    whole = np.maximum(a + b, 1e-6)
    rgb = (top[..., :3] * a + ground[..., :3] * b) / whole
    ground[..., :3] = np.round(rgb).astype(np.uint8)
    ground[..., 3:] = np.round((a + b) * 255.0).astype(np.uint8)


def box_of(mask: Mask) -> Box:
    """Return the box around a mask; an empty one has no area."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not ys.size:
        return 0, 0, 0, 0
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def staged(figures: Sequence[Drawn], ground: U8, rng: np.random.Generator) -> Picture:
    """Lay figures over an opaque background, spread across it, at a chance size."""
    high, wide = ground.shape[:2]
    canvas = np.dstack([ground, np.full((high, wide), 255, np.uint8)])
    sized: list[Drawn] = []
    spots: list[tuple[int, int]] = []
    slot = wide // max(1, len(figures))
    for number, one in enumerate(figures):
        k = float(rng.uniform(0.85, 1.5))
        k = min(k, 0.97 * high / one.rgba.shape[0], 0.97 * wide / one.rgba.shape[1])
        big = replace(
            one,
            rgba=_scaled(one.rgba, k),
            place=None if one.place is None else _scaled(one.place.astype(np.uint8), k) > 0,
        )
        h, w = big.rgba.shape[:2]
        left = number * slot + int(rng.integers(0, max(1, slot - w))) if w < slot else number * slot // 2
        sized.append(big)
        spots.append(
            (min(left, wide - w), high - h - (0 if one.bust else int(rng.integers(0, max(1, high - h)))))
        )
    return _laid(sized, spots, canvas, rng)


def _scaled(picture: U8, k: float) -> U8:
    """Resize with colours weighted by their cover, so that no dark rim appears."""
    size = (max(1, round(picture.shape[1] * k)), max(1, round(picture.shape[0] * k)))
    kind = cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC
    if picture.ndim == 2:
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST))
    paint = picture.astype(np.float32)
    paint[..., :3] *= paint[..., 3:] / 255.0
    out = np.clip(np.asarray(cv2.resize(paint, size, interpolation=kind), np.float32), 0, 255)
    out[..., :3] = np.clip(out[..., :3] / np.maximum(out[..., 3:] / 255.0, 1e-3), 0, 255)
    return np.asarray(out.round(), np.uint8)


def background(kind: str, rng: np.random.Generator, near: Sequence[tuple[int, int, int]] = ()) -> U8:
    """Return an opaque background, (720, 1280, 3) uint8; "near_colours" is a room in colours close to `near`."""
    high, wide = _FRAME_HW
    if kind == "gradient":
        return _gradient(high, wide, rng)
    if kind == "clouds":
        return _clouds(high, wide, rng)
    colours = [tuple(int(v) for v in np.clip(np.array(c) + rng.integers(-14, 15, 3), 0, 255)) for c in near]
    return _room(high, wide, rng, colours if kind == "near_colours" else [])


def _gradient(high: int, wide: int, rng: np.random.Generator) -> U8:
    top, bottom, side = (rng.uniform(40, 240, 3) for _ in range(3))
    down, across = np.linspace(0, 1, high)[:, None, None], np.linspace(0, 1, wide)[None, :, None]
    return np.clip(top + (bottom - top) * down + 0.3 * (side - top) * across, 0, 255).astype(np.uint8)


def _clouds(high: int, wide: int, rng: np.random.Generator) -> U8:
    ground = _gradient(high, wide, rng).astype(np.float32)
    colour = rng.uniform(60, 250, 3)
    field = np.zeros((high, wide), np.float32)
    for cells, weight in ((4, 1.0), (9, 0.6), (20, 0.35), (50, 0.2)):
        small = rng.normal(0, weight, (cells, 2 * cells)).astype(np.float32)
        field += cv2.resize(small, (wide, high), interpolation=cv2.INTER_CUBIC)
    share = (1.0 / (1.0 + np.exp(-3.0 * field)))[..., None]
    return np.clip(ground * (1 - share) + colour * share + rng.normal(0, 2.0, ground.shape), 0, 255).astype(
        np.uint8
    )


def _room(high: int, wide: int, rng: np.random.Generator, colours: Sequence[tuple[int, ...]]) -> U8:
    """Draw a wall, a floor and furniture of flat and shaded shapes."""

    def paint() -> tuple[int, ...]:
        if colours and rng.random() < 0.7:
            return colours[int(rng.integers(len(colours)))]
        return tuple(int(v) for v in rng.integers(30, 240, 3))

    out = np.zeros((high, wide, 3), np.uint8)
    out[:] = paint()
    out[int(high * rng.uniform(0.6, 0.8)) :] = paint()
    for _ in range(int(rng.integers(10, 22))):
        x, y = int(rng.integers(0, wide)), int(rng.integers(0, high))
        w, h = int(rng.integers(40, 360)), int(rng.integers(40, 300))
        match int(rng.integers(3)):
            case 0:
                cv2.rectangle(out, (x, y), (x + w, y + h), paint(), -1, cv2.LINE_AA)
                cv2.rectangle(out, (x, y), (x + w, y + h), (40, 34, 38), 2, cv2.LINE_AA)
            case 1:
                cv2.ellipse(
                    out, (x, y), (w // 2, h // 2), int(rng.integers(180)), 0, 360, paint(), -1, cv2.LINE_AA
                )
            case _:
                points = np.array(
                    [(x, y), (x + w, y + int(rng.integers(-60, 60))), (x + w // 2, y + h)], np.int32
                )
                cv2.fillPoly(out, [points], paint(), cv2.LINE_AA)
    light = np.linspace(rng.uniform(0.75, 1.0), rng.uniform(0.9, 1.15), wide)[None, :, None]
    return np.clip(out * light, 0, 255).astype(np.uint8)


def filmed(rgba: U8, treatment: str) -> U8:
    """Return what the camera makes of a frame: "plain", "jpeg", "evening", "glow"."""
    rgb: F32 = rgba[..., :3].astype(np.float32)
    if treatment == "evening":
        rgb = rgb * np.array([1.0, 0.86, 0.72], np.float32) + np.array([6, 0, 4], np.float32)
    if treatment == "glow":
        soft = cv2.GaussianBlur(rgb, (0, 0), 14)
        rgb = 255.0 - (255.0 - rgb) * (255.0 - 0.22 * soft) / 255.0
    out = np.dstack([np.clip(rgb, 0, 255).astype(np.uint8), rgba[..., 3]])
    return out if treatment == "plain" else edits.reencode(out, 88).rgba
