"""Shards of the in-betweener's training: drawings as labels, and the exact motion between them; one file a character.

A file `NNNNNN.npz` (number = seed) holds what two to four drawings of one sequence are made from and the motion of
some pairs of them, both ways. Labels are kept, not colours, so that a batch may paint them as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ml.puppets.correspond import Drawn, Flow, flow
from ml.puppets.design import Design
from ml.puppets.motion import Acting
from ml.puppets.palette import palette_table
from ml.puppets.random_acting import random_acting
from ml.puppets.render import Framing
from ml.puppets.sequence import ACTINGS, acting
from ml.puppets.splits import TRAIN_SEEDS, VALID_SEEDS
from ml.training import shard_files
from ml.training.scenes import Rng, person
from ml.training.shard_files import first_of, sha256_of

VERSION = 1  # of what is drawn; another number renders anew
FINE = 3  # labels per pixel and axis
STEP = 64  # motion is kept as int16, in 1/64 px
KNOWN, VISIBLE = 1, 2
_HEAD_AND_SHOULDERS = 195.0  # units
_READY = 0.4  # share of ready sequences, the others are by chance
_LEAST_PAINTED = 0.02


@dataclass(frozen=True)
class Plan:
    """What is rendered: characters of a split, drawings of each `side_px` square, `pairs` of them for motion."""

    split: str
    people: int
    side_px: int = 320
    drawings: int = 4
    pairs: int = 5

    @property
    def seeds(self) -> range:
        """Return the seeds of the characters.

        Raises:
            ShapeMismatch: the split has not that many characters.
        """
        return first_of({"train": TRAIN_SEEDS, "valid": VALID_SEEDS}[self.split], self.people, self.split)


def recipe_sha256(plans: Sequence[Plan]) -> str:
    """Return the checksum of the data recipe: the same plans, the same drawings."""
    return sha256_of({"version": VERSION, "plans": [asdict(p) for p in plans], "fine": FINE, "step": STEP})


def missing(folder: Path, plan: Plan) -> list[int]:
    """Return the seeds that are not rendered yet."""
    return shard_files.missing(folder, plan.split, plan.seeds)


def render_all(folder: Path, plan: Plan, workers: int) -> Iterator[int]:
    """Render what is missing and yield each seed as it is done; killed and called again, it goes on."""
    draw = partial(drawn_character, plan=plan)
    yield from shard_files.render_all(folder, plan.split, missing(folder, plan), draw, workers)


def drawn_character(seed: int, plan: Plan) -> dict[str, np.ndarray]:
    """Return drawings of one sequence of a character and the motion between pairs of them.

    Returns:
        fine (n, 3s, 3s) uint8 labels, three to a pixel and axis; paints (256, 4) uint8; pairs (m, 2) uint8, rows of
        `fine`; vectors (m, 2, s, s, 2) int16 in 1/64 px, x and y, from the first to the second and back; flags
        (m, 2, s, s) uint8 of KNOWN and VISIBLE.
    """
    rng = np.random.default_rng((seed, 41))
    who = person(seed, plain=plan.split == "valid")
    for _ in range(20):
        drawings = _drawings(rng, who.design, plan)
        if min((d.layer_ids >= 0).mean() for d in drawings) > _LEAST_PAINTED:
            break
    pairs = _pairs(rng, len(drawings), plan.pairs)
    motion = [[flow(drawings[a], drawings[b]), flow(drawings[b], drawings[a])] for a, b in pairs]
    return {
        "fine": np.stack([_whole(d) for d in drawings]),
        "paints": palette_table(who.design),
        "pairs": np.array(pairs, np.uint8),
        "vectors": np.stack([[_vectors(f) for f in both] for both in motion]),
        "flags": np.stack([[_flags(f) for f in both] for both in motion]),
    }


def _drawings(rng: Rng, design: Design, plan: Plan) -> list[Drawn]:
    """Return drawings of one sequence, in order, two to seven apart."""
    if rng.random() < _READY:
        yaw = float(rng.choice([0.0, 15.0, 38.0, 60.0, 90.0]) * rng.choice([-1, 1]) + rng.normal(0, 6))
        play = acting(str(rng.choice(ACTINGS)), yaw)
    else:
        play = random_acting(rng, design, 32)
    base = _framing(rng, design, plan, bust=play.bust)
    return [play.scene(design, index, base).drawn() for index in _indices(rng, play, plan.drawings)]


def _indices(rng: Rng, play: Acting, count: int) -> list[int]:
    """Return drawings of a sequence, no two of them the same one, mostly far apart: large motion is what is hard."""
    new = sorted({play.drawn_at(i) for i in range(play.length)})
    most = max(1, (len(new) - 1) // (count - 1))
    step = int(rng.integers(max(1, most // 2), most + 1))
    picked = [int(rng.integers(0, max(1, len(new) - (count - 1) * step)))]
    while len(picked) < count and picked[-1] + step < len(new):
        picked.append(picked[-1] + step)
    return [new[i] for i in picked]


def _framing(rng: Rng, design: Design, plan: Plan, *, bust: bool) -> Framing:
    """Return a framing from a close-up of the face to the whole figure, lines thin to heavy."""
    tall, side = design.build.heads_tall * 100.0, float(plan.side_px)
    near = float(np.clip(rng.normal(0.9, 0.25), 0.0, 1.3)) if bust else float(rng.beta(0.6, 0.9))
    whole = tall * float(rng.uniform(1.02, 1.25))
    units = float(np.exp(np.interp(near, [0.0, 1.0, 1.3], np.log([whole, _HEAD_AND_SHOULDERS, 120.0]))))
    middle = float(np.interp(near, [0.0, 1.0], [tall / 2.0, tall - 66.0]))
    line = float(np.exp(rng.uniform(np.log(0.9), np.log(2.6)))) * side / 320.0 * (1.0 + 0.5 * near)
    at = (float(rng.normal(0, 0.04 * units)), -middle + float(rng.normal(0, 0.03 * units)))
    return Framing((plan.side_px, plan.side_px), side / units, at, line, FINE)


def _pairs(rng: Rng, drawings: int, count: int) -> list[tuple[int, int]]:
    """Return which drawings are paired: all at most, far ones first, so that large motion is not rare."""
    every = [(a, b) for a in range(drawings) for b in range(a + 1, drawings)]
    order = sorted(every, key=lambda p: (p[1] - p[0]) * float(rng.uniform(0.4, 1.0)), reverse=True)
    return sorted(order[:count]) or [(0, 0)]


def _whole(drawn: Drawn) -> np.ndarray:
    """Return the labels of the whole picture, (3h, 3w) uint8."""
    laid = drawn.laid
    h, w = laid.framing.size_hw
    x0, y0, x1, y1 = laid.window
    whole = np.zeros((h * FINE, w * FINE), np.uint8)
    whole[y0 * FINE : y1 * FINE, x0 * FINE : x1 * FINE] = laid.fine
    return whole


def _vectors(moved: Flow) -> np.ndarray:
    return np.clip(np.rint(moved.vectors_px * STEP), -32768, 32767).astype(np.int16)


def _flags(moved: Flow) -> np.ndarray:
    return (moved.known * KNOWN + moved.visible_in_b * VISIBLE).astype(np.uint8)
