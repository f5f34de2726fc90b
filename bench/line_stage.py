"""What the check sees at a stage without paint: keys in ink against a sheet in colour. `python -m bench.line_stage`.

Puppets of the VALID split are approved in paint and then submitted as ink on nothing, as ink with colour-trace lines
on white paper, and as a scan of animation paper; clean, and with lines that are too heavy or too fine. Printed: how
often a clean drawing abstains or alarms, how surely the line's weight is told, and whether of two cast designs the
right one is found. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bench.drift.metrics import auroc
from bench.drift.shots import SEEN, framing_of, sheet, states
from ml.pixels import encode_png
from ml.puppets.design import Design
from ml.puppets.finish import Finish, finished
from ml.puppets.palette import swatches
from ml.puppets.render import render
from ml.puppets.splits import VALID_SEEDS, design_of
from ml.runtime import Runtime
from ml.types import DesignPack, Measurements, SheetPicture, SwatchSpec

FINISHES = {
    "ink": Finish("line"),
    "trace": Finish("line", trace=True, paper="cel"),
    "scan": Finish("line", trace=True, paper="animation", scanned=True),
}
WEIGHTS = (0.4, 0.7, 1.3, 1.6)
_SHOTS = 4


@dataclass(frozen=True)
class Told:
    """One answer: the drawing's finish and line weight, whether it was judged, its drifts."""

    finish: str
    weight: float
    judged: bool
    right_design: bool
    drift: float
    line: float


def _pack(runtime: Runtime, design: Design) -> DesignPack:
    pictures = [
        SheetPicture(
            item.key,
            encode_png(render(design, item.pose, item.expression, framing_of(design, bust=item.bust)).rgba),
            item.kind,
            item.view,
        )
        for item in sheet()
    ]
    return runtime.compile(design.code, pictures, [SwatchSpec(*s) for s in swatches(design)])


def _drawings(design: Design, rng: np.random.Generator) -> Iterator[tuple[str, float, bytes]]:
    """Yield (finish, weight, png) of moves that the sheet's views can answer."""
    shots = [SEEN[i] for i in rng.permutation(len(SEEN))[:_SHOTS]]
    for shot in shots:
        camera = float(rng.uniform(0.92, 1.10))
        for pose, expression in states(shot, 1, rng):
            for weight in (1.0, *WEIGHTS):
                framing = framing_of(design, bust=shot.bust, camera=camera)
                framing = replace(framing, line_px=framing.line_px * weight)
                for name, finish in FINISHES.items():
                    if weight == 1.0 or name == "ink":
                        yield (
                            name,
                            weight,
                            encode_png(finished(design, pose, expression, framing, finish).rgba),
                        )


def _told(name: str, weight: float, rows: list[Measurements]) -> Told:
    own = rows[0]
    line = max((a.drift for a in own.aspects if a.aspect == "LINE_WEIGHT"), default=0.0)
    return Told(name, weight, own.applicable, own.why_not != "other_design", own.drift, line)


def answers(characters: int) -> Iterator[Told]:
    """Measure ink drawings of VALID characters, each cast together with the next one."""
    runtime = Runtime()
    designs = [design_of(seed) for seed in VALID_SEEDS[:characters]]
    packs = [_pack(runtime, design) for design in designs]
    for number, design in enumerate(designs):
        cast = [packs[number], packs[(number + 1) % len(packs)]]
        for name, weight, png in _drawings(design, np.random.default_rng((5, number))):
            alone = runtime.measure([png], runtime.embed([png]), cast[:1], [], painted=False)[0]
            both = runtime.measure([png], runtime.embed([png]), cast, [], painted=False)[0]
            yield replace(_told(name, weight, alone), right_design=both[0].why_not != "other_design")


def figures(told: list[Told]) -> dict[str, float]:
    """Return the figures of a run; shares are of the drawings of their kind."""
    found: dict[str, float] = {}
    clean = [t for t in told if t.weight == 1.0]
    for name in FINISHES:
        here = [t for t in clean if t.finish == name]
        found[f"{name}_abstains"] = 1.0 - float(np.mean([t.judged for t in here]))
        found[f"{name}_alarms"] = float(np.mean([t.judged and t.drift > 1.0 for t in here]))
    found["right_of_two_designs"] = float(np.mean([t.right_design for t in told]))
    right = np.array([t.line for t in clean if t.finish == "ink" and t.judged])
    for weight in WEIGHTS:
        wrong = np.array([t.line for t in told if t.weight == weight and t.judged])
        found[f"line_{weight}_auroc"] = auroc(wrong, right)
        found[f"line_{weight}_flagged"] = float(np.mean(wrong > 1.0))
    return {name: round(value, 3) for name, value in found.items()}


def main(argv: list[str] | None = None) -> int:
    """Print the figures of a few characters."""
    parser = argparse.ArgumentParser(prog="python -m bench.line_stage", description=__doc__)
    parser.add_argument("--characters", type=int, default=8, help="of the VALID split, at least 2")
    told = list(answers(parser.parse_args(argv).characters))
    found = figures(told)
    for name, value in found.items():
        sys.stdout.write(f"{name:24} {value:.3f}\n")
    sys.stdout.write(json.dumps({"drawings": len(told), **found}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
