"""Triplets of puppets: characters by seed in two keys, the middle drawn at the middle of the motion.

A pair is two keys of a chance sequence (`random_acting`: gestures, steps, looks, crouches, wind, camera), the way
from the first to the second shortened until the painted pixels move as far on average as wanted. Poses run in a
straight line, so limbs swing on arcs about their joints and the spacing is even. In the bins `small` and `medium` no
part moves much farther than the rest (FASTEST_PX), and body and head turn by at most TURN_DEG; in `large` by as much
as the sequence does (body 16, head 40 degrees a move). Six drawings of ten show the whole figure, four a bust; the
camera moves in one of five.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.inbetween.pins import pins_of
from bench.inbetween.types import BINS, Rgb, Triplet
from ml.puppets.correspond import flow
from ml.puppets.design import Design
from ml.puppets.finish import INK_RGB, Finish, delivered
from ml.puppets.motion import STILL, Acting, Key, Shot
from ml.puppets.palette import palette_table
from ml.puppets.pose import between
from ml.puppets.random_acting import random_acting
from ml.puppets.raster import TONES
from ml.puppets.render import Framing, full_for, lay
from ml.puppets.splits import TEST_SEEDS, VALID_SEEDS, design_of

SIZE = 512
SPLITS = {"valid": VALID_SEEDS, "test": TEST_SEEDS}
VARIANTS = ("cel", "smooth", "line")  # binarised cel; anti-aliased cel; anti-aliased line art
MOVED_PX = {"small": (3.0, 8.0), "medium": (9.0, 22.0), "large": (22.0, 48.0)}
FASTEST_PX = {"small": 16.0, "medium": 44.0, "large": math.inf}  # 95 % of the painted pixels move less
TURN_DEG = 10.0
_BUST_SHARE = 0.4
_CAMERA_SHARE = 0.2
_FULL_LINE_PX, _BUST_LINE_PX = 1.7, 2.3
_FIGURE_PX = 410  # longer side of a whole figure
_HEAD_PX, _BELOW = 190, 0.55  # crown to chin; how far below its middle the picture's middle lies, heads
_STEPS = 4  # drawings from key to key: quarters


@dataclass(frozen=True)
class Spec:
    """One pair before it is drawn."""

    name: str
    bin: str
    design: Design
    play: Acting
    framing: Framing
    moved_px: float


@dataclass(frozen=True)
class Place:
    """Which pair: with the same numbers the same pair."""

    split: str
    seed: int
    bin: str
    number: int

    @property
    def name(self) -> str:
        """Unique name."""
        return f"{self.split}-{self.seed}-{self.bin}-{self.number:03d}"

    @property
    def character(self) -> int:
        """Seed of who is drawn: in one bin everybody once, while there are enough."""
        seeds = list(SPLITS[self.split])
        order = np.random.default_rng((self.seed, BINS.index(self.bin))).permutation(len(seeds))
        return seeds[int(order[self.number % len(order)])]

    def spec(self) -> Spec:
        """Return the pair."""
        rng = np.random.default_rng((self.seed, BINS.index(self.bin), self.number))
        return _spec(self.name, self.bin, design_of(self.character), rng)


def places(split: str, seed: int, number: int, bins: Sequence[str] = BINS) -> Iterator[Place]:
    """Yield `number` pairs of each bin."""
    for bin_ in bins:
        yield from (Place(split, seed, bin_, k) for k in range(number))


def _spec(name: str, bin_: str, design: Design, rng: np.random.Generator) -> Spec:
    low, high = MOVED_PX[bin_]
    for _ in range(400):
        wanted = float(rng.uniform(low, high))
        play = _chance(rng, design)
        bust = bool(rng.random() < _BUST_SHARE)
        if play is None or (bin_ != "large" and _turn(play) > TURN_DEG):
            continue
        framing = _framing(design, play, bust=bust)
        whole, _ = moved_px(design, play, framing)
        if whole < max(wanted, 0.5):
            continue
        play = _shortened(play, wanted / whole)
        found, fastest = moved_px(design, play, framing)
        if low <= found <= high and fastest <= FASTEST_PX[bin_]:
            return Spec(name, bin_, design, play, framing, found)
    msg = f"no motion of {low:g} to {high:g} px was found for {name}"
    raise ValueError(msg)


def _framing(design: Design, play: Acting, *, bust: bool) -> Framing:
    """Return the picture of the first key: the whole figure, or the head with what is below it."""
    far = replace(full_for(design), size_hw=(SIZE, SIZE), px_per_unit=0.3, line_px=1.0, supersample=1)
    scene = play.scene(design, 0, far)
    laid = lay(design, scene.pose, scene.expression, far)
    if bust:
        (x0, y0), (x1, y1) = laid.landmarks["crown"], laid.landmarks["chin"]
        high = float(np.hypot(x1 - x0, y1 - y0))
        k, middle = _HEAD_PX / high, ((x0 + x1) / 2, (y0 + y1) / 2 + _BELOW * high)
    else:
        left, top, right, bottom = laid.window
        k, middle = _FIGURE_PX / max(right - left, bottom - top), ((left + right) / 2, (top + bottom) / 2)
    x, y = ((m - SIZE / 2) / far.px_per_unit + c for m, c in zip(middle, far.centre_xy, strict=True))
    line = _BUST_LINE_PX if bust else _FULL_LINE_PX
    return replace(far, px_per_unit=far.px_per_unit * k, centre_xy=(x, y), line_px=line)


def _chance(rng: np.random.Generator, design: Design) -> Acting | None:
    """Return two keys of a chance sequence, at most three moves apart, evenly spaced; one camera of five moves."""
    keys = random_acting(rng, design).keys
    first = int(rng.integers(len(keys) - 1))
    a, b = keys[first], keys[min(first + int(rng.integers(1, 4)), len(keys) - 1)]
    if a.pose == b.pose:
        return None
    shot = STILL
    if rng.random() < _CAMERA_SHARE:
        pan = (float(rng.normal(0, 20)), float(rng.normal(0, 15)))
        shot = Shot(pan, float(np.exp(rng.normal(0, 0.1))), float(rng.normal(0, 4)))
    return Acting("pair", (replace(a, at=0, shot=STILL), replace(b, at=_STEPS, ease="even", shot=shot)))


def _turn(play: Acting) -> float:
    a, b = (key.pose for key in play.keys)
    return max(abs(b.yaw - a.yaw), abs(b.yaw + b.turn - a.yaw - a.turn))


def _shortened(play: Acting, share: float) -> Acting:
    """Return the pair with its second key a share of the way from the first."""
    a, b = play.keys
    shot = Shot(
        (b.shot.pan_xy[0] * share, b.shot.pan_xy[1] * share), b.shot.zoom**share, b.shot.turn_deg * share
    )
    pose, face = between(a.pose, b.pose, share), between(a.expression, b.expression, share)
    return replace(play, keys=(a, Key(_STEPS, pose, face, "even", shot)))


def moved_px(design: Design, play: Acting, framing: Framing) -> tuple[float, float]:
    """Return the way of the painted pixels from key to key, mean and 95th percentile, measured at half size."""
    half = replace(
        framing,
        size_hw=(SIZE // 2, SIZE // 2),
        px_per_unit=framing.px_per_unit / 2,
        line_px=framing.line_px / 2,
    )
    found = flow(play.scene(design, 0, half), play.scene(design, _STEPS, half))
    if not found.known.any():
        return 0.0, 0.0
    ways = 2 * np.hypot(*found.vectors_px[found.known].T)
    return float(ways.mean()), float(np.quantile(ways, 0.95))


def drawn(spec: Spec, variant: str) -> Triplet:
    """Draw a pair with its middle and its quarters."""
    framing = spec.framing if variant == "cel" else replace(spec.framing, supersample=3)
    finish = Finish("line") if variant == "line" else Finish()

    def picture(index: int) -> np.ndarray:
        scene = spec.play.scene(spec.design, index, framing)
        laid = lay(scene.design, scene.pose, scene.expression, scene.framing)
        return delivered(laid, finish).rgba

    one, quarter, middle, three, other = (picture(i) for i in range(_STEPS + 1))
    pins = pins_of(*(spec.play.scene(spec.design, i, framing) for i in (0, _STEPS)))
    ink = (INK_RGB,) if variant == "line" else _inks(spec.design)
    return Triplet(
        f"{spec.name}-{variant}", spec.bin, one, middle, other, (quarter, three), ink, variant == "cel",
        pins, moved_px=spec.moved_px, note=spec.design.style.name,
    )  # fmt: skip


def _inks(design: Design) -> tuple[Rgb, ...]:
    table = palette_table(design)
    rows = table[1:].reshape(-1, table.shape[1])
    lines = rows[TONES.index("line") :: len(TONES)]
    found = np.unique(lines[lines[:, 3] > 0][:, :3], axis=0)
    return tuple((int(r), int(g), int(b)) for r, g, b in found)
