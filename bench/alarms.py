"""`make bench-alarms`: is the promised rate of alarms kept on clean cuts, and what do the alarms find?

Cuts of puppets of the TEST split, whom nobody may learn from, and of the real art in ART. Each design is calibrated
with 0, 19 and 99 of its own clean cuts and asked about its others, beside the sheet's own limits as the baseline.
The pool of others is cuts of VALID characters, measured when it is missing or of another version of the check, or by
`--pool`; `--ship` puts it where Sakkan would ship it (`qa/checks/clean_cuts.json`), which it does not yet.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from bench.drift import tier_a, tier_b
from bench.drift.types import CLEAN, World
from ml.runtime import Runtime
from ml.types import DesignPack
from qa.checks import alarms
from qa.checks.base import CODE_VERSION
from qa.checks.conformal import Cuts, rate_band
from qa.checks.plain import as_data

POOL = Path("var/clean_cuts.json")
SHIPPED = Path("qa/checks/clean_cuts.json")
RATE, OWN, TURNS = 0.02, (0, 19, 99), 10
_POOLED = tier_a.Size(15, 2, seen=12, unseen=3, drawings=2, drifts=0, shams=0)
_ASKED = tier_a.Size(3, 2, seen=232, unseen=12, drawings=2, drifts=6, shams=0)
_QUICK = tier_a.Size(1, 2, seen=46, unseen=4, drawings=2, drifts=2, shams=0)
_SHOWN = 20
_FIRST_POOLED = 50  # worlds before it were looked at while limits were tuned
Scores = dict[str, float]


@dataclass(frozen=True)
class Cut:
    """One cut as the check sees it: `scores` by aspect, empty when no drawing of it could be judged."""

    design: str
    label: str
    kind: str
    scores: Scores
    name: str = ""


def measured(worlds: Mapping[str, World]) -> list[Cut]:
    """Measure the same designs at several kinds of stage; each is compiled once."""
    cv2.setNumThreads(1)
    runtime = Runtime()
    designs = next(iter(worlds.values())).designs
    packs = {d.key: runtime.compile(d.key, d.sheet, d.swatches) for d in designs}
    return [cut for kind, world in worlds.items() for cut in cuts_of(world, kind, runtime, packs)]


def cuts_of(world: World, kind: str, runtime: Runtime, packs: Mapping[str, DesignPack]) -> list[Cut]:
    """Measure all drawings of a world and return its cuts; a drifted drawing stands in its otherwise clean cut."""
    clean: defaultdict[str, dict[str, Scores]] = defaultdict(dict)
    design_of: dict[str, str] = {}
    drifted: list[tuple[str, str, Scores]] = []
    for question, truth in world.questions():
        if truth.encoded:
            continue
        scores = _scores(runtime, packs, question.design, question.png, kind)
        if truth.label == CLEAN:
            clean[question.cut][question.id], design_of[question.cut] = scores, question.design
        else:
            drifted.append((truth.label, truth.twin, scores))
    found = [Cut(design_of[cut], CLEAN, kind, _worst(rows.values()), cut) for cut, rows in clean.items()]
    for label, twin, scores in drifted:
        cut = twin.rsplit("/", 1)[0]
        others = [row for key, row in clean.get(cut, {}).items() if key != twin]
        if cut in design_of:
            found.append(Cut(design_of[cut], label, kind, _worst([*others, scores])))
    return found


def _scores(runtime: Runtime, packs: Mapping[str, DesignPack], design: str, png: bytes, kind: str) -> Scores:
    painted = kind == alarms.PAINTED
    rivals = [pack for key, pack in packs.items() if key != design]
    answer = runtime.measure([png], runtime.embed([png]), [packs[design]], rivals, painted=painted)[0][0]
    return alarms.farthest(as_data(answer), kind)


def _worst(drawings: Iterable[Scores]) -> Scores:
    found: Scores = {}
    for one in drawings:
        for aspect, score in one.items():
            found[aspect] = max(found.get(aspect, 0.0), score)
    return found


def _puppets(number: int, size: tier_a.Size, split: str, kinds: Sequence[str]) -> list[Cut]:
    return measured({k: tier_a.world(number, size, split, inked=k == alarms.LINES) for k in kinds})


def _real(number: int, art: Path) -> list[Cut]:
    return measured({alarms.PAINTED: tier_b.clean_worlds(art)[number]()})


def gathered(jobs: Sequence[partial[list[Cut]]], words: str) -> list[Cut]:
    """Run jobs in processes and return the cuts of all, in the order of the jobs."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(job): number for number, job in enumerate(jobs)}
        done = {
            waiting[one]: one.result()
            for one in tqdm(as_completed(waiting), total=len(jobs), desc=words, unit="world")
        }
    return [cut for number in sorted(done) for cut in done[number]]


def write_pool(cuts: Sequence[Cut]) -> None:
    """Write the clean cuts that are shipped, sorted: nothing of a design is left in them."""
    kept = {
        kind: {
            aspect: sorted(
                round(cut.scores[aspect], 3) for cut in cuts if cut.kind == kind and aspect in cut.scores
            )
            for aspect in alarms.aspects_of(kind)
        }
        for kind in alarms.KINDS
    }
    told = {"code_version": CODE_VERSION, "from": "bench.alarms --pool, VALID puppets", "cuts": kept}
    POOL.parent.mkdir(exist_ok=True)
    POOL.write_text(json.dumps(told, separators=(",", ":")) + "\n")
    for kind in alarms.KINDS:
        print(f"{kind}: {max(len(scores) for scores in kept[kind].values())} clean cuts; farthest out:")
        rows = [(s, a, c.name) for c in cuts if c.kind == kind for a, s in c.scores.items() if s > 1.0]
        for score, aspect, name in sorted(rows, reverse=True)[:_SHOWN]:
            print(f"  {score:6.2f}  {aspect:12s} {name}")


def pooled() -> Mapping[str, Mapping[str, Sequence[float]]]:
    """Return the pool of others, measured first if it is missing or of another version of the check."""
    told = json.loads(POOL.read_text()) if POOL.is_file() else {}
    if told.get("code_version") != CODE_VERSION:
        jobs = [
            partial(_puppets, _FIRST_POOLED + n, _POOLED, "valid", alarms.KINDS)
            for n in range(_POOLED.worlds)
        ]
        write_pool(gathered(jobs, "VALID puppets"))
        told = json.loads(POOL.read_text())
    return dict(told["cuts"])


@dataclass
class Count:
    """Alarms of so many cuts."""

    alarms: int = 0
    cuts: int = 0

    @property
    def rate(self) -> float:
        """Share of the cuts that are alarms."""
        return self.alarms / max(1, self.cuts)


def asked(cuts: Sequence[Cut], own: int, pool: Mapping[str, Sequence[float]], seed: int) -> dict[str, Count]:
    """Return alarms by label of cuts that did not calibrate, with `own` clean cuts of each design to calibrate by."""
    rng = np.random.default_rng(seed)
    others = {aspect: Cuts.of(scores) for aspect, scores in pool.items()}
    found: defaultdict[str, Count] = defaultdict(Count)
    for design in sorted({cut.design for cut in cuts}):
        clean = [cut for cut in cuts if cut.design == design and cut.label == CLEAN and cut.scores]
        order = [clean[i] for i in rng.permutation(len(clean))]
        mine = {a: Cuts.of([c.scores[a] for c in order[:own] if a in c.scores]) for a in others}
        limits = {a: c.limit for a, c in alarms.alarms_of(mine, others, alarms.PAINTED, RATE).items()}
        drifted = [c for c in cuts if c.design == design and c.label != CLEAN and c.scores]
        for cut in (*order[own:], *drifted):
            found[cut.label].cuts += 1
            found[cut.label].alarms += any(s > limits.get(a, 1.0) for a, s in cut.scores.items())
    return found


def by_sheet(cuts: Sequence[Cut]) -> dict[str, Count]:
    """Return alarms by label at the sheet's own limits: the baseline."""
    found: defaultdict[str, Count] = defaultdict(Count)
    for cut in cuts:
        if cut.scores:
            found[cut.label].cuts += 1
            found[cut.label].alarms += any(score > 1.0 for score in cut.scores.values())
    return found


def _recall(found: Mapping[str, Count]) -> float:
    """Return the mean over kinds of the share that raises an alarm."""
    return float(np.mean([count.rate for label, count in found.items() if label != CLEAN]))


def report(
    cuts: Sequence[Cut], real: Sequence[Cut], pool: Mapping[str, Sequence[float]]
) -> dict[str, object]:
    """Print rates, bands and recall, and return the last line's object."""
    n_pool = max(len(scores) for scores in pool.values())
    base = by_sheet(cuts)
    print(f"\nsheet's limits alone: {base[CLEAN].rate:.1%} of clean cuts, recall {_recall(base):.3f}")
    told: dict[str, object] = {}
    for own in OWN:
        turns = [asked(cuts, own, pool, seed) for seed in range(TURNS if own else 1)]
        rate = float(np.mean([turn[CLEAN].rate for turn in turns]))
        number = turns[0][CLEAN].cuts
        band = rate_band(RATE, n_pool + own, number)
        recall = float(np.mean([_recall(turn) for turn in turns]))
        kept = "kept" if rate <= band[1] else "NOT KEPT"
        print(
            f"{own:3d} own cuts: {rate:.2%} of {number} clean cuts (95 % band {band[0]:.1%} to {band[1]:.1%}: {kept}), "
            f"recall {recall:.3f}"
        )
        told[f"own_{own}"] = {
            "rate": round(rate, 4),
            "band": [round(v, 4) for v in band],
            "recall": round(recall, 3),
        }
        if own == 19:
            _kinds(turns[0], base)
            told |= {
                "recall_at_2_per_100": round(recall, 3),
                "realised_rate": round(rate, 4),
                "rate_band": [round(v, 4) for v in band],
            }
    clean = [cut for cut in cuts if cut.label == CLEAN]
    told["abstained"] = round(float(np.mean([not cut.scores for cut in clean])), 4)
    if real:
        at_sheet, at_rate = by_sheet(real)[CLEAN], asked(real, 0, pool, 0)[CLEAN]
        band = rate_band(RATE, n_pool, at_rate.cuts)
        print(
            f"real art: {at_rate.rate:.1%} of {at_rate.cuts} clean cuts with no own cut (band {band[0]:.1%} to "
            f"{band[1]:.1%}); {at_sheet.rate:.1%} by the sheet alone"
        )
        told["real"] = {
            "rate": round(at_rate.rate, 4),
            "cuts": at_rate.cuts,
            "sheet_alone": round(at_sheet.rate, 4),
        }
    return told


def _kinds(found: Mapping[str, Count], base: Mapping[str, Count]) -> None:
    print("      kind                  cuts   found   by the sheet alone")
    for label in sorted(set(found) - {CLEAN}):
        print(f"      {label:20s} {found[label].cuts:5d}  {found[label].rate:6.2f}  {base[label].rate:6.2f}")


def main() -> int:
    """Measure and print; see the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.alarms", description=__doc__)
    parser.add_argument("--pool", action="store_true", help="measure the pool of others anew, and no more")
    parser.add_argument(
        "--ship", action="store_true", help="put the pool where it is shipped from, and no more"
    )
    parser.add_argument("--quick", action="store_true", help="one world instead of three, no real art")
    parser.add_argument("--art", type=Path, help="folder of real art with a MANIFEST.json")
    options = parser.parse_args()
    if options.pool:
        POOL.unlink(missing_ok=True)
    pool = pooled()[alarms.PAINTED]
    if options.ship:
        SHIPPED.write_bytes(POOL.read_bytes())
    if options.pool or options.ship:
        return 0
    size = _QUICK if options.quick else _ASKED
    jobs = [partial(_puppets, 20 + n, size, "test", [alarms.PAINTED]) for n in range(size.worlds)]
    cuts = gathered(jobs, "TEST puppets")
    real: list[Cut] = []
    if options.art is not None and (options.art / "MANIFEST.json").is_file() and not options.quick:
        sets = len(tier_b.clean_worlds(options.art))
        real = gathered([partial(_real, n, options.art) for n in range(sets)], "real art")
    else:
        print("SKIPPED: real art (no folder with a MANIFEST.json, or --quick).")
    print(json.dumps({"bench": "alarms", **report(cuts, real, pool)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
