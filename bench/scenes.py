"""How well several characters in one picture are told apart: `python -m bench.scenes [--split valid]`.

Cels with two or three puppets (apart, touching, overlapping), clean and with one drift planted in one of them, and
composited frames with two puppets over a background, each with one more design cast that is not there. The baseline is
what one vector of the whole picture gives: the cast design that retrieval names first, in the box of all that is drawn.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

import cv2
import numpy as np

from bench.drift.tier_a import key_of
from bench.scenes_world import (
    GROUNDS,
    LAYOUTS,
    Person,
    Picture,
    Shown,
    arranged,
    background,
    figure,
    filmed,
    people,
    sheet_of,
    staged,
)
from ml.pixels import cut_figure, encode_png
from ml.puppets.palette import swatches
from ml.runtime import Runtime
from ml.types import Box, DesignPack, Measurements

CAMERA = ("plain", "jpeg", "evening", "glow")
PLANTED = {"palette_de8": "COLOUR", "detail_missing": "DETAIL", "costume": "WRONG_DESIGN"}
_PEOPLE, _HIT_IOU, _LEAST_SEEN = 4, 0.5, 0.4
Tally = dict[str, list[float]]


class World:
    """A handful of characters with their packs, and what was counted."""

    def __init__(self, number: int, split: str, runtime: Runtime) -> None:
        self.people = people(number, _PEOPLE, split)
        self.runtime = runtime
        self.packs: dict[str, DesignPack] = {}
        for person in self.people:
            for design in (person.everyday, person.other):
                self.packs[key_of(design)] = runtime.compile(key_of(design), *sheet_of(design))

    def asked(
        self, png: bytes, cast: Sequence[Person], tally: Tally, name: str
    ) -> tuple[dict[str, Measurements], str]:
        """Return what each cast design measures, and which one retrieval over the whole picture names."""
        packs = [self.packs[key_of(person.everyday)] for person in cast]
        vectors = self.runtime.embed([png])
        started = time.process_time()
        row = self.runtime.measure([png], vectors, packs, list(self.packs.values()))[0]
        tally[f"{name} ms"].append(1000.0 * (time.process_time() - started))
        first = self.runtime.search(vectors, packs, 1)[0][0].design_key
        return {one.design_key: one for one in row}, first


def iou(first: Box, second: Box) -> float:
    """Return the overlap of two boxes over what they cover together."""
    wide = max(0, min(first[2], second[2]) - max(first[0], second[0]))
    high = max(0, min(first[3], second[3]) - max(first[1], second[1]))
    both = wide * high
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (first, second)]
    return both / max(1, sum(areas) - both)


def _count(
    tally: Tally, name: str, found: dict[str, Measurements], figures: Sequence[Shown], first: str, whole: Box
) -> None:
    for shown in figures:
        if 1.0 - shown.hidden < _LEAST_SEEN:
            continue
        one = found[shown.key]
        overlap = iou(one.map_box_xyxy, shown.box_xyxy) if one.map_box_xyxy is not None else 0.0
        tally[f"{name} found"].append(overlap >= _HIT_IOU)
        tally[f"{name} judged"].append(one.applicable and overlap >= _HIT_IOU)
        if one.map_box_xyxy is not None:
            tally[f"{name} box iou"].append(overlap)
        tally[f"{name} baseline found"].append(shown.key == first and iou(whole, shown.box_xyxy) >= _HIT_IOU)
        if not shown.label:
            tally[f"{name} clean alarms"].append(one.applicable and one.drift > 1.0)


def _whole(picture: Picture) -> Box:
    figure_ = cut_figure(picture.rgba)
    return figure_.box_xyxy if figure_ is not None else (0, 0, 1, 1)


def cels(world: World, number: int, turn: int, tally: Tally) -> None:
    """Count clean cels with two or three of the world's characters; one more is cast and is not there."""
    for layout in LAYOUTS:
        rng = np.random.default_rng((number, turn, LAYOUTS.index(layout)))
        order = [world.people[i] for i in rng.permutation(_PEOPLE)]
        here, bust = order[: 3 if turn % 3 == 2 else 2], turn % 4 == 3
        drawn = [f for p in here if (f := figure(p.everyday, rng, bust=bust)) is not None]
        picture = arranged(drawn, layout, rng, bust=bust)
        found, first = world.asked(encode_png(picture.rgba), order[: len(here) + 1], tally, f"cel {layout}")
        _count(tally, f"cel {layout}", found, picture.figures, first, _whole(picture))
        absent = found[key_of(order[len(here)].everyday)]
        tally["cel absent found"].append(absent.map_box_xyxy is not None)


def planted(world: World, number: int, turn: int, tally: Tally) -> None:
    """Count drifts planted in one of two figures: on the right design, in its box, and alarms of the other."""
    for kind, aspect in PLANTED.items():
        for layout in LAYOUTS:
            rng = np.random.default_rng((number, turn, LAYOUTS.index(layout), len(kind)))
            bad, good = (world.people[i] for i in rng.permutation(_PEOPLE)[:2])
            tries = (figure(bad.everyday, rng, kind=kind, other=bad.other) for _ in range(6))
            wrong = next((one for one in tries if one is not None), None)
            right = figure(good.everyday, rng)
            if wrong is None or right is None:
                continue
            picture = arranged([wrong, right], layout, rng)
            _count_planted(world, picture, (bad, good), aspect, tally)


def _count_planted(
    world: World, picture: Picture, cast: tuple[Person, Person], aspect: str, tally: Tally
) -> None:
    shown = next(one for one in picture.figures if one.label)
    if shown.place is not None and np.count_nonzero(shown.place) < 20:
        return  # hidden behind the other
    found, _ = world.asked(encode_png(picture.rgba), cast, tally, "planted")
    one, other = (found[key_of(person.everyday)] for person in cast)
    claims = [a for a in one.aspects if a.aspect == aspect and a.drift > 1.0] if one.applicable else []
    boxed = any(a.box_xyxy is None or iou(a.box_xyxy, shown.box_xyxy) > 0.0 for a in claims)
    tally[f"planted {shown.label} flagged on its design"].append(bool(claims) and boxed)
    tally["planted: other figure alarms"].append(other.applicable and other.drift > 1.0)
    alone = np.where((picture.rgba[..., 3:] > 0) & shown.seen[..., None], picture.rgba, 0).astype(np.uint8)
    apart, _ = world.asked(encode_png(alone), cast[:1], tally, "alone")
    single = apart[key_of(cast[0].everyday)]
    tally[f"planted {shown.label} flagged when alone"].append(
        single.applicable and any(a.aspect == aspect and a.drift > 1.0 for a in single.aspects)
    )


def frames(world: World, number: int, turn: int, tally: Tally) -> None:
    """Count composited frames with two characters over each background; a third is cast and is not there."""
    for ground in GROUNDS:
        rng = np.random.default_rng((number, turn, GROUNDS.index(ground), 1))
        order = [world.people[i] for i in rng.permutation(_PEOPLE)]
        pair = [figure(p.everyday, rng, bust=(turn + j) % 4 == 3) for j, p in enumerate(order[:2])]
        near = [rgb for p in order[:2] for _, tone, rgb in swatches(p.everyday) if tone != "line"]
        picture = staged([f for f in pair if f is not None], background(ground, rng, near), rng)
        rgba = filmed(picture.rgba, CAMERA[int(rng.integers(len(CAMERA)))])
        found, first = world.asked(encode_png(rgba), order[:3], tally, f"frame {ground}")
        _count(tally, f"frame {ground}", found, picture.figures, first, _whole(picture))
        absent = found[key_of(order[2].everyday)]
        tally["frame absent found"].append(absent.map_box_xyxy is not None)
        empty = filmed(
            np.dstack([background(ground, rng, near), np.full((720, 1280), 255, np.uint8)]), "plain"
        )
        nobody, _ = world.asked(encode_png(empty), order[:2], tally, "empty background")
        tally["empty background found"] += [one.map_box_xyxy is not None for one in nobody.values()]


def _report(tally: Tally, file: TextIO) -> dict[str, float]:
    """Print the mean of everything counted so far, and return it."""
    figures = {name: round(float(np.mean(v)), 3) for name, v in sorted(tally.items()) if v}
    for name, mean in figures.items():
        print(f"{name:45s} {mean:8.3f}  n={len(tally[name])}", file=file, flush=True)
    return figures


def main() -> int:
    """Print a line for each figure and the JSON of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("test", "valid"), default="test")
    parser.add_argument("--worlds", type=int, default=2)
    parser.add_argument("--cels", type=int, default=6, help="cels a world and layout")
    parser.add_argument("--planted", type=int, default=3, help="drifts a world, kind and layout")
    parser.add_argument("--frames", type=int, default=4, help="frames a world and background")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    tally: Tally = defaultdict(list)
    runtime = Runtime()
    for number in range(options.worlds):
        world = World(number, options.split, runtime)
        for count, asks in ((options.cels, cels), (options.frames, frames), (options.planted, planted)):
            for turn in range(count):
                asks(world, number, turn, tally)
            _report(tally, file=sys.stderr)
    figures = _report(tally, file=sys.stdout)
    told = {"date": datetime.now(UTC).date().isoformat(), "cores": os.cpu_count(), "split": options.split}
    print(json.dumps(told | figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
