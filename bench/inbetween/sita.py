"""Triplets of the rigged character Sita: two poses by chance, the middle drawn with every value of the rig halfway.

Body, head, arms and hands turn about their joints, arms stretch a little, the hips move and the skirt bends with
them. How far a pair moves is the mean way of its joints. No part is swapped: eyes, hands and the view stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bench.inbetween import rig as rigs
from bench.inbetween.rig import SIDES, Pose, Rig, halfway, joints
from bench.inbetween.store import ROOT, digest, kept, stored
from bench.inbetween.types import BINS, XY, Triplet

MOVED_PX = {"small": (4.0, 10.0), "medium": (11.0, 24.0), "large": (26.0, 55.0)}
_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
_P = "(stk)-"
# how far a value strays from rest in key A, and then from A to B before the pair is scaled: degrees, or a share
_ANGLES = {"body-t": (4, 10), "head-t": (3, 14)} | {
    name + side: spread
    for side in SIDES
    for name, spread in (("elbow", (18, 40)), ("wrist", (14, 35)), ("palm", (10, 25)))
}
_LENGTHS = {name + side: (0.04, 0.08) for side in SIDES for name in ("elbow", "wrist")}
_HIPS = (0.1, 0.3)  # units of the rig
_MOST_DEG = {"body-t": 24.0, "head-t": 26.0, "palm": 55.0}


def drawn(art: Path, seed: int, number: int, bins: Sequence[str], cache: Path) -> tuple[Path, list[str]]:
    """Draw `number` triplets of each bin that are not kept yet; return their folder and their names.

    Raises:
        NotHere: no rig in the art, or no synfig.
    """
    rig = rigs.load(art)
    own = [ROOT / "bench/inbetween" / name for name in ("rig.py", "sita.py")]
    folder = cache / f"sita-{digest([rig.file, *own])}"
    pairs = {
        f"sita-{seed}-{bin_}-{k:03d}": (bin_, _pair(rig, (seed, BINS.index(bin_), k), bin_))
        for bin_ in bins
        for k in range(number)
    }
    wanted = [name for name in pairs if stored(folder, name) is None]
    if wanted:
        pictures = rigs.render(rig, [halfway(*pairs[name][1], t) for name in wanted for t in _STEPS])
        for k, name in enumerate(wanted):
            five = pictures[k * len(_STEPS) : (k + 1) * len(_STEPS)]
            kept(folder, name, partial(_triplet, name, rig, *pairs[name], five))
    return folder, list(pairs)


def _triplet(name: str, rig: Rig, bin_: str, pair: tuple[Pose, Pose], five: list[np.ndarray]) -> Triplet:
    a, quarter, middle, three, b = five
    on_a, on_b = joints(pair[0]), joints(pair[1])
    # the joint of the hips lies under the buckle, which does not move with it
    pins = tuple((on_a[name], on_b[name]) for name in on_a if name != "hips")
    pins += tuple(zip(_hem(a), _hem(b), strict=True))
    rounded = tuple((_xy(p), _xy(q)) for p, q in pins)
    return Triplet(
        name, bin_, a, middle, b, (quarter, three), rig.ink, pins=rounded, moved_px=_moved(*pair), note="sita"
    )


def _xy(point: XY) -> XY:
    return round(float(point[0]), 1), round(float(point[1]), 1)


def _hem(rgba: np.ndarray) -> list[XY]:
    """Return the lowest point of the skirt and its corners, a little inside."""
    ys, xs = np.nonzero(rgba[..., 3] > 127)
    low = int(ys.max())
    near = ys > low - 60
    ys, xs = ys[near], xs[near]
    left, right = int(xs.argmin()), int(xs.argmax())
    return [
        (float(xs[left] + 4), float(ys[left])),
        (float(np.median(xs[ys > low - 3])), float(low - 4)),
        (float(xs[right] - 4), float(ys[right])),
    ]


def _pair(rig: Rig, seed: tuple[int, int, int], bin_: str) -> tuple[Pose, Pose]:
    rng = np.random.default_rng((*seed, 17))
    low, high = MOVED_PX[bin_]
    while True:
        wanted = float(rng.uniform(low, high))
        a = strayed(rig, rig.rest, rng, 0)
        b = strayed(rig, a, rng, 1)
        for _ in range(3):
            b = _limited(rig, halfway(a, b, wanted / max(_moved(a, b), 1e-6)))
        if low <= _moved(a, b) <= high and _within(b):
            return a, b


def strayed(rig: Rig, start: Pose, rng: np.random.Generator, place: int) -> Pose:
    """Return a pose by chance near another: from rest (place 0), or from key A to B (1)."""
    pose = dict(start)
    for name, spread in _ANGLES.items():
        pose[_P + _full(name)] += float(rng.normal(0, spread[place]))
    for name, share in _LENGTHS.items():
        pose[_P + name + "-r"] *= float(np.exp(rng.normal(0, share[place])))
    pose[_P + "origin"] += complex(rng.normal(0, _HIPS[place]), rng.normal(0, _HIPS[place] / 2))
    return _limited(rig, pose)


def _full(name: str) -> str:
    return name if name.endswith("-t") else name + "-t"


def _limited(rig: Rig, pose: Pose) -> Pose:
    """Return the pose with body, head and hands no farther from rest than they can be drawn."""
    found = dict(pose)
    for name in _ANGLES:
        most = _MOST_DEG.get(name, _MOST_DEG["palm"] if name.startswith("palm") else 90.0)
        key = _P + _full(name)
        found[key] = rig.rest[key] + float(np.clip((pose[key] - rig.rest[key]).real, -most, most))
    for name in _LENGTHS:
        key = _P + name + "-r"
        found[key] = rig.rest[key] * float(np.clip((pose[key] / rig.rest[key]).real, 0.8, 1.25))
    key = _P + "origin"
    away = pose[key] - rig.rest[key]
    found[key] = rig.rest[key] + complex(np.clip(away.real, -0.6, 0.6), np.clip(away.imag, -0.35, 0.35))
    return found


def _moved(a: Pose, b: Pose) -> float:
    """Return the mean way of the joints, px."""
    one, other = (np.array(list(joints(p).values())) for p in (a, b))
    return float(np.hypot(*(other - one).T).mean())


def _within(pose: Pose) -> bool:
    """Return whether every joint lies in the picture."""
    places = np.array(list(joints(pose).values()))
    return bool((places > 8).all() and (places < rigs.SIZE - 8).all())
