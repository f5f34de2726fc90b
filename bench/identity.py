"""AUROC and recall at 1 % false alarms of the identity check on real art, beside simple baselines.

`python bench/identity.py [--art FOLDER] [--quick]`. Sheets are a part of each design's drawings; queries are
drawings that no sheet holds. Every edit is judged against shams with the same resampling. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.identity_art import KINDS, SHAMS_OF, Question, key_of, load, questions
from bench.identity_baselines import Baseline, baselines
from ml.artplan import Design
from ml.pixels import decode, encode_png
from ml.runtime import Runtime
from ml.types import DesignPack, SheetPicture

ASPECT_OF = {
    "recolour": {"COLOUR", "DETAIL", "FACE"},
    "head_10": {"PROPORTION"},
    "missing_detail": {"DETAIL", "FACE"},
    "wrong_design": {"WRONG_DESIGN"},
    "wrong_costume": {"WRONG_DESIGN"},
}
Drifts = dict[str, list[float]]


def auroc(wrong: Sequence[float], right: Sequence[float]) -> float:
    """Return the share of pairs in which the wrong drawing drifts more; ties count half."""
    a, b = np.asarray(wrong)[:, None], np.asarray(right)[None, :]
    return float((a > b).mean() + 0.5 * (a == b).mean())


def recall_at(wrong: Sequence[float], right: Sequence[float], alarms: float) -> float:
    """Return the share of wrong drawings above the threshold that `alarms` of the right ones exceed."""
    ranked = np.sort(np.asarray(right))[::-1]
    limit = ranked[min(len(ranked) - 1, int(alarms * len(ranked)))]
    return float((np.asarray(wrong) > limit).mean())


class Check:
    """Our check as the bench asks it: the drift of a drawing under a design's name, all designs known."""

    def __init__(self, runtime: Runtime, packs: dict[str, DesignPack]) -> None:
        self._runtime = runtime
        self._packs = packs
        self.abstained: dict[str, list[bool]] = defaultdict(list)
        self.flagged: dict[str, list[bool]] = defaultdict(list)

    def ask(self, question: Question) -> dict[str, float]:
        """Return the drift over all aspects ("") and by aspect."""
        vectors = self._runtime.embed([question.png])
        pack = self._packs[question.design]
        found = self._runtime.measure([question.png], vectors, [pack], list(self._packs.values()))[0][0]
        self.abstained[question.label].append(not found.applicable)
        self.flagged[question.label].append(found.applicable and found.drift > 1.0)
        by: dict[str, float] = {"": found.drift}
        for aspect in found.aspects:
            by[aspect.aspect] = max(by.get(aspect.aspect, 0.0), aspect.drift)
        return by


def compile_all(
    runtime: Runtime, designs: Sequence[Design], others: dict[str, Baseline]
) -> dict[str, DesignPack]:
    """Compile each design and let the baselines learn the same drawings."""
    packs = {}
    for design in designs:
        pngs = [encode_png(decode(art.path.read_bytes())) for art in design.sheet]
        pictures = [
            SheetPicture(str(i), png, "turnaround", art.view)
            for i, (png, art) in enumerate(zip(pngs, design.sheet, strict=True))
        ]
        packs[key_of(design)] = runtime.compile(key_of(design), pictures)
        for one in others.values():
            one.learn(key_of(design), pngs)
    return packs


def figures(by_label: Drifts) -> tuple[dict[str, float], dict[str, float]]:
    """Return AUROC and recall at 1 % false alarms by kind."""
    area, recall = {}, {}
    for kind in KINDS:
        wrong, right = by_label.get(kind, []), [d for s in SHAMS_OF[kind] for d in by_label.get(s, [])]
        if wrong and right:
            area[kind] = round(auroc(wrong, right), 3)
            recall[kind] = round(recall_at(wrong, right, 0.01), 3)
    return area, recall


def main() -> int:
    """Run the bench and print a table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--art", type=Path, default=Path(__file__).resolve().parents[2] / "shared/data/dev")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--model", default="ViT-B-32")
    parser.add_argument("--weights", type=Path)
    options = parser.parse_args()
    if not (options.art / "MANIFEST.json").is_file():
        print(f"SKIPPED: no MANIFEST.json in {options.art}")
        print(json.dumps({"bench": "identity", "skipped": "no art"}))
        return 0
    started = time.perf_counter()
    designs = load(options.art, 8 if options.quick else 64)
    if not designs:
        print(f"SKIPPED: no design of {options.art} has enough drawings")
        print(json.dumps({"bench": "identity", "skipped": "no designs"}))
        return 0
    others = baselines(options.model, options.weights)
    runtime = Runtime()
    check = Check(runtime, compile_all(runtime, designs, others))
    tables = _ask_all(check, others, list(questions(designs, 2 if options.quick else 10)))
    _report(check, tables, len(designs), time.perf_counter() - started)
    return 0


def _ask_all(check: Check, others: dict[str, Baseline], asked: Sequence[Question]) -> dict[str, Drifts]:
    tables: dict[str, Drifts] = defaultdict(lambda: defaultdict(list))
    for question in asked:
        by = check.ask(question)
        tables["sakkan"][question.label].append(by[""])
        for kind in KINDS:
            value = max((by.get(aspect, 0.0) for aspect in ASPECT_OF[kind]), default=0.0)
            tables[f"aspect {kind}"][question.label].append(value)
        for name, one in others.items():
            tables[name][question.label].append(one.drift(question.design, question.png))
    return tables


def _shares(by_label: dict[str, list[bool]]) -> dict[str, float]:
    return {label: round(float(np.mean(values)), 3) for label, values in by_label.items()}


def _report(check: Check, tables: dict[str, Drifts], designs: int, seconds: float) -> None:
    ours_area, ours_recall = figures(tables["sakkan"])
    named = {kind: figures(tables[f"aspect {kind}"]) for kind in KINDS}
    print(f"{designs} designs, {sum(map(len, tables['sakkan'].values()))} questions, {seconds:.0f} s")
    for label in check.flagged:
        share, quiet = np.mean(check.flagged[label]), np.mean(check.abstained[label])
        print(
            f"{label:16s} {len(check.flagged[label]):4d} asked  {share:5.0%} flagged  {quiet:5.0%} abstained"
        )
    rivals = {
        name: figures(t) for name, t in tables.items() if name != "sakkan" and not name.startswith("aspect ")
    }
    rows = {"sakkan": (ours_area, ours_recall), **rivals}
    rows["named aspect"] = (
        {k: v[0][k] for k, v in named.items() if k in v[0]},
        {k: v[1][k] for k, v in named.items() if k in v[1]},
    )
    for name, (area, recall) in rows.items():
        cells = "  ".join(f"{k} {area[k]:.3f}/{recall[k]:.2f}" for k in KINDS if k in area)
        print(f"{name:16s} AUROC/recall at 1 %: {cells}")
    out = {
        "bench": "identity",
        "auroc": ours_area,
        "recall_at_1": ours_recall,
        "baselines": {name: area for name, (area, _) in rivals.items()},
        "baselines_recall_at_1": {name: recall for name, (_, recall) in rivals.items()},
        "named_aspect_auroc": rows["named aspect"][0],
        "flagged": _shares(check.flagged),
        "abstained": _shares(check.abstained),
    }
    print(json.dumps(out))


if __name__ == "__main__":
    raise SystemExit(main())
