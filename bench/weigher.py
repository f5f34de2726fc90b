"""`python -m bench.weigher`: teaches the weigher (`ml.consistency.weighing`) and prints what it gains on VALID.

The questions of DriftBench, asked of TRAIN characters that the comparator was not taught, are measured by the engine
without its weigher; what it notes of each drawing is kept in --store, world by world, so that a run can be stopped
and taken up. Then `ml.training.weigher` fits the network, VALID characters give the limits, and weights, checksum and
figures are written. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from bench.drift import tier_a
from bench.drift.kinds import KINDS, RIGHT
from bench.drift.metrics import auroc
from ml.consistency import weighing
from ml.runtime import Runtime
from ml.training import weigher as recipe

TAUGHT, JUDGED = 20, 6
_FIRST_JUDGED = 6  # VALID worlds before it chose the comparator's checkpoint
_MANY = replace(tier_a.FULL, worlds=tier_a.FULL.worlds * 5)


@dataclass(frozen=True)
class Rows:
    """What was noted of drawings: `seen` (n, features) float32, `label` and `drift` (n,); -1 = not judged."""

    seen: np.ndarray
    label: np.ndarray
    drift: np.ndarray


def gather(split: str, number: int, store: Path) -> Path:
    """Measure one world unless it is in the store, and return the file of what was noted."""
    file = store / f"{split}{number:03d}.npz"
    if file.is_file():
        return file
    cv2.setNumThreads(1)
    runtime = Runtime()
    world = tier_a.world(number, _MANY, split)
    packs = {d.key: runtime.compile(d.key, d.sheet, d.swatches) for d in world.designs}
    seen, labels, drifts = [], [], []
    for question, truth in world.questions():
        with weighing.noting() as noted:
            vectors = runtime.embed([question.png])
            found = runtime.measure([question.png], vectors, [packs[question.design]], list(packs.values()))[
                0
            ][0]
        if noted:
            seen.append(noted[-1])
            labels.append(truth.label)
            drifts.append(found.drift if found.applicable else -1.0)
    part = file.with_suffix(".part.npz")
    np.savez_compressed(part, seen=np.stack(seen), label=np.array(labels), drift=np.array(drifts, np.float32))
    part.rename(file)
    return file


def rows_of(split: str, numbers: Sequence[int], store: Path, workers: int) -> Rows:
    """Measure worlds in processes and return what was noted, in the order of the worlds."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(gather, split, number, store) for number in numbers]
        for done in tqdm(as_completed(jobs), total=len(jobs), desc=f"{split} worlds", unit="world"):
            done.result()  # what went wrong is told at once
        files = [job.result() for job in jobs]
    parts = [np.load(file) for file in files]
    return Rows(*(np.concatenate([part[key] for part in parts]) for key in ("seen", "label", "drift")))


def classes(rows: Rows) -> np.ndarray:
    """Return for each drawing 0 = right, or 1 + the number of the aspect that is wrong."""
    return np.array(
        [0 if label in RIGHT else 1 + weighing.ASPECTS.index(KINDS[label].aspect) for label in rows.label]  # type: ignore[arg-type]
    )


def report(rows: Rows, odds: np.ndarray) -> dict[str, float]:
    """Print AUROC by kind of the farthest gauge alone and of the log odds, and return the means."""
    right = np.isin(rows.label, RIGHT)
    whole = np.logaddexp.reduce(odds, axis=1)
    print("kind                     n   farthest gauge   weigher")
    told = []
    for kind in (k for k in KINDS if (rows.label == k).any()):
        here = rows.label == kind
        first, second = auroc(rows.drift[here], rows.drift[right]), auroc(whole[here], whole[right])
        told.append((first, second))
        print(f"{kind:22s} {here.sum():4d}   {first:.3f}            {second:.3f}")
    gauges, weigher = (float(v) for v in np.mean(told, axis=0))
    return {"gauges": round(gauges, 4), "weigher": round(weigher, 4)}


def main() -> int:
    """Gather, fit, write and print; see the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.weigher", description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("var/weigher"), help="where noted worlds are kept")
    parser.add_argument("--worlds", type=int, default=TAUGHT, help="TRAIN worlds of five characters")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=weighing.WEIGHTS, help="the weights file")
    parser.add_argument("--gather", action="store_true", help="measure only")
    options = parser.parse_args()
    options.store.mkdir(parents=True, exist_ok=True)
    taught = rows_of("train", range(options.worlds), options.store, options.workers)
    judged_by = range(_FIRST_JUDGED, _FIRST_JUDGED + JUDGED)
    judged = rows_of("valid", judged_by, options.store, options.workers)
    if options.gather:
        return 0
    fitted = recipe.fit(taught.seen, classes(taught))
    odds = weighing.built(fitted, {}).log_odds(judged.seen)
    limits = recipe.limits(odds[np.isin(judged.label, RIGHT)])
    figures = report(judged, odds)
    sha256 = recipe.write(
        fitted, limits, options.out, {"drawings": len(taught.label), "valid_auroc": figures}
    )
    print(json.dumps({"bench": "weigher", "drawings": len(taught.label), "sha256": sha256, **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
