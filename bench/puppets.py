"""How fast puppets are drawn and how fast their motion is known, on one core.

    make bench-puppets [QUICK=1]

Prints drawings a second at 256 px and at 1080p and flows a second (two drawings laid out, one flow), over a mix of
characters, styles, poses, expressions and views; the last line is one JSON object. Seconds are those of the
processor (time.process_time) with one thread, so other work on the machine disturbs them little; the best of three
rounds counts.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from ml.puppets.correspond import Scene, flow
from ml.puppets.design import Design
from ml.puppets.pose import EXPRESSIONS, POSES
from ml.puppets.random_acting import random_acting
from ml.puppets.render import Framing, render
from ml.puppets.splits import VALID_SEEDS, design_of

SMALL = Framing((256, 256), 0.38, (0.0, -314.0), 1.0)
LARGE = Framing((1080, 1920), 1.62, (0.0, -314.0), 2.0)
ROUNDS = 3


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--quick", action="store_true", help="fewer drawings, a few seconds in all")
    quick = options.parse_args().quick
    cv2.setNumThreads(1)
    designs = [design_of(seed) for seed in VALID_SEEDS[: 6 if quick else 24]]
    scale = 1 if quick else 3
    frames = _rate(lambda k: _draw(designs, k, SMALL), 60 * scale)
    large = _rate(lambda k: _draw(designs, k, LARGE), 8 * scale)
    flows, known, visible = _flows(designs, 24 * scale)
    print(f"drawings of 256 x 256 px      {frames:7.1f} a second and core")
    print(f"drawings of 1920 x 1080 px    {large:7.1f} a second and core")
    print(f"flows of 256 x 256 px         {flows:7.1f} a second and core, both drawings included")
    print(
        f"painted pixels with a flow    {100 * known:7.1f} %, visible in the other drawing {100 * visible:.1f} %"
    )
    result = {
        "bench": "puppets",
        "frames_per_s": {"256": round(frames, 1), "1080p": round(large, 1)},
        "flows_per_s": round(flows, 1),
        "flow_known": round(known, 3),
        "flow_visible": round(visible, 3),
    }
    print(json.dumps(result))


def _draw(designs: list[Design], k: int, framing: Framing) -> None:
    """Draw the k-th drawing of the mix."""
    pose = replace(list(POSES.values())[k % len(POSES)], yaw=float(k * 37 % 360 - 180))
    render(designs[k % len(designs)], pose, list(EXPRESSIONS.values())[k % len(EXPRESSIONS)], framing)


def _flows(designs: list[Design], count: int) -> tuple[float, float, float]:
    """Return flows a second between drawings of acted sequences and the shares known and visible."""
    pairs: list[tuple[Scene, Scene]] = []
    for k in range(count):
        rng = np.random.default_rng(k)
        design = designs[k % len(designs)]
        play = random_acting(rng, design)
        a = int(rng.integers(0, play.length - 1))
        b = min(a + int(rng.integers(1, 9)), play.length - 1)
        pairs.append((play.scene(design, a, SMALL), play.scene(design, b, SMALL)))
    rate = _rate(lambda k: flow(*pairs[k % count]), count)
    known, visible = [], []
    for a, b in pairs[:24]:
        drawn, moved = a.drawn(), flow(a, b)
        painted = drawn.layer_ids >= 0
        known.append(moved.known[painted].mean())
        visible.append(moved.visible_in_b[painted].mean())
    return rate, float(np.mean(known)), float(np.mean(visible))


def _rate(work: Callable[[int], object], count: int) -> float:
    """Return how many a second of the processor are done, the best of some rounds."""
    for k in range(min(count, 24)):
        work(k)
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for k in range(count):
            work(k)
        seconds.append(time.process_time() - start)
    return count / min(seconds)


if __name__ == "__main__":
    main()
