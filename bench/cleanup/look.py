"""Rough and clean drawings of a real artist side by side, for the eye alone: they are redrawn, no pixel has a truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.cleanup.questions import read_rgb
from bench.cleanup.sheet import shown, strip
from bench.cleanup.types import Method

_SET, _NUMBER, _SIDE_PX = "gophers_egonelbre", 8, 512


def write(made: Sequence[Method], art: Path, to: Path | None) -> str:
    """Write a sheet of the artist's rough, what methods draw of it, and the artist's own clean drawing; say where.

    Args:
        made: methods.
        art: folder that holds the set of rough and clean drawings.
        to: folder for the sheets; nothing is written where none is wanted.
    """
    roughs = sorted((art / _SET / "sketch").glob("*.png"))[:: max(1, 24 // _NUMBER)][:_NUMBER]
    if to is None:
        return "no sheets of real roughs: no --sheet"
    if not roughs:
        return f"no sheets of real roughs: {art / _SET} is not there"
    to.mkdir(parents=True, exist_ok=True)
    for file in roughs:
        rough = squared(read_rgb(file))
        panels = [("rough", rough)]
        panels += [(method.name, shown(method.clean(rough).mask)) for method in made]
        twin = next(iter(sorted((art / _SET).glob(f"vector/**/{file.stem}.*png"))), None)
        if twin is not None:
            panels.append(("the artist's own", squared(read_rgb(twin))))
        cv2.imwrite(str(to / f"gopher-{file.stem}.png"), strip(panels)[..., ::-1])
    return f"{len(roughs)} sheets of real roughs in {to}"


def squared(rgb: np.ndarray) -> np.ndarray:
    """Return a picture fitted into a white square of 512 px, (512, 512, 3) uint8."""
    share = _SIDE_PX / max(rgb.shape[:2])
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    small = cv2.resize(rgb, None, fx=share, fy=share, interpolation=how)[:_SIDE_PX, :_SIDE_PX]
    out = np.full((_SIDE_PX, _SIDE_PX, 3), 255, np.uint8)
    out[: small.shape[0], : small.shape[1]] = small
    return out
