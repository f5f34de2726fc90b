"""What it costs to explain a flagged drawing, and how often and how well the approved drawing can be laid over it.

    make bench-explain [QUICK=1]

Puppets with a planted drift (every kind of the bench but wrong costumes and characters) are measured against their
own sheet; each that is flagged is explained as the check does it: heat map, approved drawing laid over, arrows,
outlines, pictures encoded. Seconds are those of the processor with one thread. The drift is drawn beside a right
drawing of the same pose, so the truth is known: an arrow is right if it begins and ends inside the drift's place,
widened by a tenth of the picture's height. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, field

import cv2
import numpy as np

from ml.pixels import encode_png
from ml.puppets import cast
from ml.puppets.drift import KINDS, UnknownDrift, make
from ml.puppets.plan import colour_model
from ml.puppets.production import sheet_of
from ml.puppets.render import FULL, render
from ml.puppets.sequence import acting
from ml.runtime import Runtime
from ml.types import Claim, DesignPack, Explained, Held, Measurements, SheetPicture, SwatchSpec

MOST_CLAIMS = 6  # as the check explains


@dataclass
class Tally:
    """What was explained so far."""

    seconds: list[float] = field(default_factory=list)
    claims: int = 0
    laid: int = 0
    outlined: int = 0
    arrows: int = 0
    right: int = 0
    bytes: int = 0


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--quick", action="store_true", help="a third of the kinds, one character")
    quick = options.parse_args().quick
    cv2.setNumThreads(1)
    runtime, tally = Runtime(), Tally()
    for design in [cast.aki("school")] if quick else [cast.aki("school"), cast.ren("school")]:
        _explain_all(runtime, design, tally, list(KINDS)[:: 3 if quick else 1])
    _print(tally)


def _explain_all(runtime: Runtime, design: object, tally: Tally, kinds: list[str]) -> None:
    pictures = {item.label: _png(design, item) for item in sheet_of(design)}
    sheet = [
        SheetPicture(item.label, pictures[item.label], item.kind, item.view) for item in sheet_of(design)
    ]
    swatches = [SwatchSpec(row["part"], row["tone"], tuple(row["rgb"])) for row in colour_model(design)]
    pack = runtime.compile("design", sheet, swatches)
    for number, name in enumerate(kinds):
        pose, expression = acting("turn_to").state(number % 5)
        try:
            drift = make(name, design, pose, expression, FULL, seed=number)
        except UnknownDrift:
            continue
        data = encode_png(drift.frame.rgba)
        found = runtime.measure([data], runtime.embed([data]), [pack], [])[0][0]
        _explain(runtime, pack, pictures, data, found, np.asarray(drift.mask), tally)


def _png(design: object, item: object) -> bytes:
    return encode_png(render(design, item.pose, item.expression, item.framing).rgba)


def _explain(
    runtime: Runtime,
    pack: DesignPack,
    pictures: dict[str, bytes],
    data: bytes,
    found: Measurements,
    mask: np.ndarray,
    tally: Tally,
) -> None:
    out = [one for one in found.aspects if one.drift > 1.0][:MOST_CLAIMS]
    if not out or not found.applicable:
        return
    key = found.nearest[0].drawing_key
    claims = tuple(Claim(one.aspect, one.part, one.box_xyxy) for one in out)
    held = Held(data, key, pictures[key], pack, claims)
    started = time.process_time()
    shown = runtime.explain(found, mask.shape[:2], held)
    tally.seconds.append(time.process_time() - started)
    _count(shown, mask, tally)


def _count(shown: Explained, mask: np.ndarray, tally: Tally) -> None:
    ys, xs = np.nonzero(mask)
    reach = 0.1 * mask.shape[0]
    box = (xs.min() - reach, ys.min() - reach, xs.max() + reach, ys.max() + reach)
    tally.bytes += sum(len(png) for png in {one.png for one in shown.shown})
    for one in shown.shown:
        tally.claims += 1
        tally.laid += one.affine is not None
        tally.outlined += bool(one.outlines)
        tally.arrows += len(one.arrows)
        tally.right += sum(
            box[0] <= min(x0, x1)
            and max(x0, x1) <= box[2]
            and box[1] <= min(y0, y1)
            and max(y0, y1) <= box[3]
            for x0, y0, x1, y1 in one.arrows
        )


def _print(tally: Tally) -> None:
    drawings = max(1, len(tally.seconds))
    middle = 1000.0 * float(np.median(tally.seconds or [0.0]))
    most = 1000.0 * max(tally.seconds, default=0.0)
    print(f"explained              {drawings:6d} flagged drawings, {tally.claims} claims")
    print(f"a drawing              {middle:6.0f} ms in the middle, {most:.0f} ms at most")
    print(f"approved drawing laid  {100.0 * tally.laid / max(1, tally.claims):6.1f} % of claims")
    print(f"part outlined          {100.0 * tally.outlined / max(1, tally.claims):6.1f} % of claims")
    print(f"arrows at the drift    {100.0 * tally.right / max(1, tally.arrows):6.1f} % of {tally.arrows}")
    print(f"pictures               {tally.bytes / drawings / 1024.0:6.0f} KiB a drawing")
    print(
        json.dumps(
            {
                "bench": "explain",
                "drawings": drawings,
                "ms_median": round(middle, 1),
                "ms_most": round(most, 1),
                "laid": round(tally.laid / max(1, tally.claims), 4),
                "outlined": round(tally.outlined / max(1, tally.claims), 4),
                "arrows_at_drift": round(tally.right / max(1, tally.arrows), 4),
                "kib": round(tally.bytes / drawings / 1024.0, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
