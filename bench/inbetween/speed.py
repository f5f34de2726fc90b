"""Seconds of set-up and of one drawing at 512 px and at 1920 x 1080, the same keys for every method.

Measured alone, after everything else, never read from what is kept; the median over a few pairs of puppets. A drawing
is the mean of those at 1/4 and 3/4; set-up is what comes on top of one until the first drawing (at 1/2) is there, so
that a method gains nothing by putting work off. RIFE's seconds are those of its network alone; it has no set-up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

from bench.inbetween import puppets
from bench.inbetween.methods import Dis, Sakkan, shipped_net
from bench.inbetween.rife import Rife, installed
from bench.inbetween.types import Method, NotHere, Triplet
from ml.puppets.finish import Finish, finished

SIZES = {"512": (512, 512), "1080p": (1080, 1920)}
METHODS = ("sakkan", "sakkan_no_weights", "rife", "dis")
_ON_GPU = " (GPU)"
Seconds = dict[str, dict[str, tuple[float, float]]]  # method -> size -> set-up, drawing


def keys(size: str, split: str, number: int = 0) -> Triplet:
    """Return two keys of medium motion at a size; the truth is left out."""
    spec = puppets.Place(split, 0, "medium", number).spec()
    high, wide = SIZES[size]
    k = high / puppets.SIZE
    framing = replace(
        spec.framing,
        size_hw=(high, wide),
        px_per_unit=spec.framing.px_per_unit * k,
        line_px=spec.framing.line_px * k,
    )
    a, b = (
        finished(scene.design, scene.pose, scene.expression, scene.framing, Finish(binarised=True)).rgba
        for scene in (spec.play.scene(spec.design, i, framing) for i in (0, 4))
    )
    return Triplet(f"speed-{size}-{number}", "medium", a, a, b, binarised=True)


def measure(names: Sequence[str], split: str, pairs: int = 3) -> tuple[Seconds, list[str]]:
    """Return the seconds of methods over so many pairs of keys, and what there is to say of those left out."""
    asked = {size: [keys(size, split, k) for k in range(pairs)] for size in SIZES}
    found: Seconds = {}
    said: list[str] = []
    for name in METHODS:
        if name not in names:
            continue
        try:
            makers = _makers(name)
        except NotHere as error:
            said.append(str(error))
            continue
        for label, timed in makers.items():
            timed(asked["512"][0])  # the first call loads what is loaded once
            found[label] = {size: _median([timed(each) for each in few]) for size, few in asked.items()}
    return found, said


Timed = Callable[[Triplet], tuple[float, float]]


def _makers(name: str) -> dict[str, Timed]:
    """Return what to time: the method, and the same on a GPU where there is one and it can use it."""
    if name == "rife":
        python = installed()
        found: dict[str, Timed] = {name: _rife(Rife(python))}
        if _gpu():
            found[name + _ON_GPU] = _rife(Rife(python, "cuda"))
        return found
    if name == "dis":
        return {name: _timed(Dis())}
    if name == "sakkan_no_weights":
        return {name: _timed(Sakkan(name))}
    net, why = shipped_net()
    if net is None:
        msg = f"sakkan is timed without weights only: {why}"
        raise NotHere(msg)
    found = {name: _timed(Sakkan(name, net))}
    on_gpu = shipped_net("cuda")[0] if _gpu() else None
    if on_gpu is not None:
        found[name + _ON_GPU] = _timed(Sakkan(name, on_gpu))
    return found


def _gpu() -> bool:
    import torch  # noqa: PLC0415 - takes seconds to import

    return bool(torch.cuda.is_available())


def _timed(method: Method) -> Timed:
    def timed(triplet: Triplet) -> tuple[float, float]:
        start = time.perf_counter()
        draw = method.prepare(triplet)
        draw(0.5)
        first = time.perf_counter()
        draw(0.25)
        draw(0.75)
        each = (time.perf_counter() - first) / 2
        return max(first - start - each, 0.0), each

    return timed


def _rife(rife: Rife) -> Timed:
    def timed(triplet: Triplet) -> tuple[float, float]:
        rife.prepare(triplet)(0.5)
        return 0.0, rife.seconds

    return timed


def _median(seconds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(s[0] for s in seconds), median(s[1] for s in seconds)


def text(found: Seconds) -> str:
    """Return the table."""
    lines = [f"\n{'seconds':24}" + "".join(f"{f'{s} set-up':>14}{f'{s} drawing':>14}" for s in SIZES)]
    for name, by in found.items():
        lines.append(f"{name:24}" + "".join(f"{by[s][0]:14.3f}{by[s][1]:14.3f}" for s in SIZES))
    return "\n".join(lines)


def told(found: Seconds) -> dict[str, dict[str, float]]:
    """Return method -> size -> seconds of set-up and one drawing together, for the last line; a GPU's are printed."""
    return {
        name: {s: round(sum(by[s]), 3) for s in SIZES}
        for name, by in found.items()
        if not name.endswith(_ON_GPU)
    }
