"""Shards of the clean-up's training: clean line art as curves, one file a character; roughened when it is looked at.

A file `NNNNNN.npz` (number = seed) holds the lines of some drawings of one character.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ml.puppets.render import Framing, lay
from ml.puppets.splits import TEST_SEEDS, TRAIN_SEEDS, VALID_SEEDS
from ml.training import shard_files
from ml.training.line_art import Line, LineArt, of_puppet
from ml.training.scenes import Rng, person, state
from ml.training.shard_files import first_of, sha256_of

VERSION = 1  # of what is drawn; another number renders anew
_HEAD_AND_SHOULDERS = 195.0  # units
_LEAST_LINES = 8


@dataclass(frozen=True)
class Plan:
    """What is rendered: characters of a split, `drawings` of each on `side_px` square."""

    split: str
    people: int
    side_px: int = 512
    drawings: int = 3

    @property
    def seeds(self) -> range:
        """Return the seeds of the characters.

        Raises:
            ShapeMismatch: the split has not that many characters.
        """
        pools = {"train": TRAIN_SEEDS, "valid": VALID_SEEDS, "test": TEST_SEEDS}
        return first_of(pools[self.split], self.people, self.split)


def recipe_sha256(plans: Sequence[Plan]) -> str:
    """Return the checksum of the data recipe: the same plans, the same drawings."""
    return sha256_of({"version": VERSION, "plans": [asdict(p) for p in plans]})


def missing(folder: Path, plan: Plan) -> list[int]:
    """Return the seeds that are not drawn yet."""
    return shard_files.missing(folder, plan.split, plan.seeds)


def render_all(folder: Path, plan: Plan, workers: int) -> Iterator[int]:
    """Draw what is missing and yield each seed as it is done; killed and called again, it goes on."""
    draw = partial(_drawn, plan=plan)
    yield from shard_files.render_all(folder, plan.split, missing(folder, plan), draw, workers)


def _drawn(seed: int, plan: Plan) -> dict[str, np.ndarray]:
    return packed(drawings(seed, plan))


def drawings(seed: int, plan: Plan) -> list[LineArt]:
    """Return clean drawings of one character: busts, half figures, whole figures, faces, in chance poses."""
    rng = np.random.default_rng((seed, 53))
    who = person(seed, plain=plan.split != "train")
    found: list[LineArt] = []
    for _ in range(10 * plan.drawings):
        near = float(rng.uniform(0.3, 1.25))
        shown = state(who, rng, bust=near > 0.7, far=0.2)
        framing = _framing(rng, who.design.build.heads_tall, near, plan.side_px)
        art = of_puppet(lay(who.design, shown.pose, shown.expression, framing, marked=True))
        if len(art.lines) >= _LEAST_LINES:
            found.append(art)
        if len(found) == plan.drawings:
            break
    return found


def _framing(rng: Rng, heads_tall: float, near: float, side_px: int) -> Framing:
    """Return a framing from the whole figure (0) over head and shoulders (1) to a close-up."""
    tall, side = heads_tall * 100.0, float(side_px)
    whole = tall * 1.12
    units = float(np.exp(np.interp(near, [0.0, 1.0, 1.3], np.log([whole, _HEAD_AND_SHOULDERS, 130.0]))))
    middle = float(np.interp(near, [0.0, 1.0], [tall / 2.0, tall - 66.0]))
    at = (float(rng.normal(0, 0.03 * units)), -middle + float(rng.normal(0, 0.03 * units)))
    return Framing((side_px, side_px), side / units, at, 2.0 * side / 512.0, 3)


def packed(arts: Sequence[LineArt]) -> dict[str, np.ndarray]:
    """Return drawings as plain arrays."""
    lines = [line for art in arts for line in art.lines]
    return {
        "sizes": np.array([art.size_hw for art in arts], np.int32),
        "counts": np.array([len(art.lines) for art in arts], np.int32),
        "lengths": np.array([len(line.points_xy) for line in lines], np.int32),
        "points": np.concatenate([line.points_xy for line in lines]).astype(np.float32),
        "widths": np.array([line.width_px for line in lines], np.float32),
        "flags": np.array([(line.is_closed, *line.is_free) for line in lines], np.uint8),
    }


def unpacked(arrays: dict[str, np.ndarray]) -> list[LineArt]:
    """Return the drawings of `packed`."""
    parts = np.split(arrays["points"], np.cumsum(arrays["lengths"])[:-1])
    lines = [
        Line(points, float(width), bool(flags[0]), (bool(flags[1]), bool(flags[2])))
        for points, width, flags in zip(parts, arrays["widths"], arrays["flags"], strict=True)
    ]
    stops = np.cumsum(arrays["counts"]).tolist()
    sizes = arrays["sizes"].tolist()
    starts = [0, *stops[:-1]]
    return [LineArt((h, w), tuple(lines[a:b])) for (h, w), a, b in zip(sizes, starts, stops, strict=True)]


def read(file: Path) -> list[LineArt]:
    """Return the drawings of a shard."""
    with np.load(file, allow_pickle=False) as held:
        return unpacked({name: held[name] for name in held.files})
