"""`python -m bench.acting`: how many right drawings of acting puppets are flagged or not judged.

DriftBench asks poses that stand still. Here the demo's cast walks, bows, sits and turns its head as in a cut, every
drawing as its sheet has it: whatever is flagged is a false alarm that a supervisor would see.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

import cv2
from tqdm import tqdm

from ml.pixels import encode_png
from ml.puppets import cast
from ml.puppets.design import Design
from ml.puppets.palette import swatches
from ml.puppets.production import sheet_of
from ml.puppets.render import FULL, render
from ml.puppets.sequence import ACTINGS, acting
from ml.runtime import Runtime
from ml.types import DesignPack, Measurements, SheetPicture, SwatchSpec

YAWS = (0.0, 35.0, 90.0)
STEP = 4
_PLAYERS = {"aki": cast.aki, "hinata": cast.hinata, "ren": cast.ren}


def main() -> None:
    """Print flagged and unjudged drawings by what they act, and by what was named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--player", choices=tuple(_PLAYERS), default="aki")
    name = parser.parse_args().player
    cv2.setNumThreads(1)
    design, runtime = _PLAYERS[name](), Runtime()
    pack = _pack(runtime, design)
    asked: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    unjudged: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for act, found in tqdm(_answers(runtime, pack, design), unit="drawing"):
        asked[act] += 1
        unjudged[act] += not found.applicable
        if found.drift > 1.0:
            flagged[act] += 1
            named[f"{found.aspects[0].aspect} {found.aspects[0].part}"] += 1
    for act in asked:
        print(f"{act:12s} {asked[act]:4d} drawings, {flagged[act]:3d} flagged, {unjudged[act]:3d} not judged")
    whole = asked.total()
    print(
        f"{name}: {flagged.total()} of {whole} right drawings flagged ({flagged.total() / whole:.1%}),",
        end=" ",
    )
    print(f"{unjudged.total()} not judged; named: {dict(named.most_common())}")


def _pack(runtime: Runtime, design: Design) -> DesignPack:
    pictures = [
        SheetPicture(
            f"{i.label} {i.view}",
            encode_png(render(design, i.pose, i.expression, i.framing).rgba),
            i.kind,
            i.view,
        )
        for i in sheet_of(design)
    ]
    model = [SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(design)]
    return runtime.compile(design.code, pictures, model)


def _answers(runtime: Runtime, pack: DesignPack, design: Design) -> Iterator[tuple[str, Measurements]]:
    for act in ACTINGS:
        for yaw in YAWS:
            played = acting(act, yaw)
            for frame in range(0, played.length, STEP):
                pose, expression = played.state(frame)
                png = encode_png(render(design, pose, expression, FULL).rgba)
                yield act, runtime.measure([png], runtime.embed([png]), [pack], [])[0][0]


if __name__ == "__main__":
    main()
