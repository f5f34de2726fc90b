"""`python -m bench.inbetween.floor`: what a method that knew the whole motion of the puppets would reach.

Two drawings are made of what only the generator knows, and measured like any method's:

- `looked up`: every pixel of the true middle takes the paint of the key's pixel that it came from. Paint and line of a
  binarised key cannot be laid closer, whatever the match: it is the floor of drawing from the keys' own pixels.
- `straight`: the true middle with every point moved to half way between its places in the keys: what is lost where
  limbs swing and heads turn on arcs and a method moves them straight.

PSNR is that inside the union of alpha. Figures of methods on the same pairs come from `python -m bench.inbetween`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import cv2
import numpy as np

from bench.inbetween.metrics import Figures, Truth, figures
from bench.inbetween.puppets import SPLITS, Place, Spec, drawn
from bench.inbetween.types import BINS, Triplet
from ml.puppets.correspond import Flow, flow

_MIDDLE, _LAST = 2, 4  # of the five drawings of a pair: key, quarter, middle, three quarters, key
_STEPS = 8  # of the search for where a moved point came from


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.inbetween.floor", description=__doc__)
    parser.add_argument("--split", choices=tuple(SPLITS), default="test")
    parser.add_argument("--n", type=int, default=12, help="pairs of each bin")
    parser.add_argument("--seed", type=int, default=0, help="of the motions")
    asked = parser.parse_args(argv)
    print(f"{'':10}{'looked up':>24}{'straight':>24}\n{'':10}" + f"{'chamfer_px':>14}{'psnr':>10}" * 2)
    for name in BINS:
        rows = [measured(Place(asked.split, asked.seed, name, k).spec()) for k in range(asked.n)]
        shown = ""
        for which in (0, 1):
            for key, wide in (("chamfer_px", 14), ("psnr", 10)):
                shown += f"{float(np.mean([row[which][key] for row in rows])):{wide}.3f}"
        print(f"{name:10}{shown}", flush=True)
    print(f"means over {asked.n} pairs of each bin, {asked.split.upper()} characters")
    return 0


def measured(spec: Spec) -> tuple[Figures, Figures]:
    """Return the figures of the drawing looked up and of the one on straight paths."""
    triplet = drawn(spec, "cel")
    scenes = [spec.play.scene(spec.design, i, spec.framing) for i in (0, _MIDDLE, _LAST)]
    to_a, to_b = flow(scenes[1], scenes[0]), flow(scenes[1], scenes[2])
    truth = Truth(triplet)
    return figures(looked_up(triplet, to_a, to_b), truth), figures(straight(triplet, to_a, to_b), truth)


def looked_up(triplet: Triplet, to_a: Flow, to_b: Flow) -> np.ndarray:
    """Return the middle with the keys' own pixels, (h, w, 4) uint8: of A where they are seen there, else of B."""
    from_a, from_b = _taken(triplet.a, to_a), _taken(triplet.b, to_b)
    seen_in_b = to_b.known & to_b.visible_in_b & ~(to_a.known & to_a.visible_in_b)
    return np.where(seen_in_b[..., None], from_b, from_a)


def _taken(key: np.ndarray, motion: Flow) -> np.ndarray:
    high, wide = key.shape[:2]
    ys, xs = np.mgrid[:high, :wide]
    x = np.clip(np.rint(xs + motion.vectors_px[..., 0]), 0, wide - 1).astype(np.int64)
    y = np.clip(np.rint(ys + motion.vectors_px[..., 1]), 0, high - 1).astype(np.int64)
    return np.where(motion.known[..., None], key[y, x], 0).astype(np.uint8)


def straight(triplet: Triplet, to_a: Flow, to_b: Flow) -> np.ndarray:
    """Return the true middle with its points half way between their places in the keys, (h, w, 4) uint8."""
    both = to_a.known & to_b.known
    off = _spread(((to_a.vectors_px + to_b.vectors_px) / 2).astype(np.float32), both)
    ys, xs = np.mgrid[: off.shape[0], : off.shape[1]].astype(np.float32)
    came = np.zeros_like(off)
    for _ in range(_STEPS):  # a fixed point: a point that lies here came from where that motion leads here
        came = cv2.remap(off, xs - came[..., 0], ys - came[..., 1], cv2.INTER_LINEAR)
    return np.asarray(cv2.remap(triplet.truth, xs - came[..., 0], ys - came[..., 1], cv2.INTER_NEAREST))


def _spread(field: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return a field (h, w, 2) with every unknown pixel given the value of the nearest known one; zeros if none is."""
    if not known.any():
        return np.zeros_like(field)
    _, nearest = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    source = np.zeros(int(nearest.max()) + 1, np.int64)
    source[nearest[known]] = np.flatnonzero(known)
    return np.asarray(field.reshape(-1, 2)[source[nearest]])


if __name__ == "__main__":
    raise SystemExit(main())
