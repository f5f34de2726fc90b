"""Ask every method for the middle of every triplet, in a few processes, and measure what it draws."""

from __future__ import annotations

import math
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from bench.inbetween.lines import line_mask, over_white
from bench.inbetween.methods import Dis, Fade, Hold, Sakkan, shipped_net
from bench.inbetween.metrics import Figures, Truth, boil, figures
from bench.inbetween.rife import WHEEL, Rife, installed
from bench.inbetween.store import Kept
from bench.inbetween.types import Draw, Method, NotHere, Triplet

TRUTH = "truth"
METHODS = ("sakkan", "sakkan_pins", "sakkan_no_weights", "rife", "dis", "fade", "hold")


@dataclass(frozen=True)
class Row:
    """What one method reached on one triplet."""

    triplet: str
    group: str
    method: str
    between: bool
    figures: Figures = field(hash=False)


@dataclass(frozen=True)
class Task:
    """One triplet to be asked: what makes it, and whether its quarters are drawn too (for boil)."""

    make: Callable[[], Triplet]
    quarters: bool = False


@dataclass(frozen=True)
class Setup:
    """What a process needs to ask.

    Attributes:
        names: methods.
        cache: where drawings of methods that never change are kept; None = drawn anew.
        pictures: whether the drawings are wanted back.
        threads: of one process.
    """

    names: tuple[str, ...]
    cache: Path | None
    pictures: bool = False
    threads: int = 1


@dataclass(frozen=True)
class Asked:
    """The answer to one task; `triplet` and `drawings` only if pictures were wanted."""

    rows: list[Row]
    triplet: Triplet | None
    drawings: dict[str, np.ndarray]


def methods(setup: Setup) -> tuple[list[Method], list[str]]:
    """Return the methods of a set-up and what there is to say of those that are not here."""
    net, why = None, ""
    said: list[str] = []
    if {"sakkan", "sakkan_pins"} & set(setup.names):
        net, why = shipped_net()
        said += [f"sakkan and sakkan_pins draw without weights: {why}"] if net is None else []
    made: list[Method] = []
    for name in setup.names:
        if name == "rife":
            try:
                rife = Rife(installed(), threads=setup.threads)
            except NotHere as error:
                said.append(str(error))
                continue
            made.append(rife if setup.cache is None else Kept(rife, setup.cache, WHEEL))
        elif name.startswith("sakkan"):
            made.append(
                Sakkan(name, None if name == "sakkan_no_weights" else net, pins=name == "sakkan_pins")
            )
        else:
            made.append({"dis": Dis, "fade": Fade, "hold": Hold}[name]())
    return made, said


def run(tasks: Sequence[Task], setup: Setup, workers: int) -> Iterator[Asked]:
    """Yield the answers in the order of the tasks."""
    if workers <= 1 or len(tasks) <= 1:
        made, _ = methods(setup)
        for number, task in enumerate(tasks, 1):
            _say(f"{number} of {len(tasks)}")
            yield ask(task, made, pictures=setup.pictures)
        _say("")
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (setup,)) as pool:
        for number, answer in enumerate(pool.map(_ask, tasks), 1):
            _say(f"{number} of {len(tasks)}")
            yield answer
    _say("")


_here: dict[str, tuple[list[Method], Setup]] = {}


def _begin(setup: Setup) -> None:
    """Set one process up."""
    import torch  # noqa: PLC0415 - takes seconds to import

    cv2.setNumThreads(setup.threads)
    torch.set_num_threads(setup.threads)
    _here["it"] = methods(setup)[0], setup


def _ask(task: Task) -> Asked:
    made, setup = _here["it"]
    return ask(task, made, pictures=setup.pictures)


def ask(task: Task, made: Sequence[Method], *, pictures: bool = False) -> Asked:
    """Ask every method for the middle of one triplet and measure it."""
    triplet = task.make()
    truth = Truth(triplet)
    quarters = task.quarters and triplet.quarters is not None
    drawings: dict[str, np.ndarray] = {}
    found: dict[str, Figures] = {}
    for method in made:
        if method.name == "sakkan_pins" and not triplet.pins:
            continue  # nothing is known that could be pinned
        drawings[method.name], found[method.name] = _one(method, truth, quarters=quarters)
    if quarters:
        found[TRUTH] = {"boil": _truth_boil(truth)}
    rows = [Row(triplet.name, triplet.group, n, triplet.between, f) for n, f in found.items()]
    return Asked(rows, triplet, drawings) if pictures else Asked(rows, None, {})


def _one(method: Method, truth: Truth, *, quarters: bool) -> tuple[np.ndarray, Figures]:
    start = perf_counter()
    draw = method.prepare(truth.triplet)
    picture = draw(0.5)
    seconds = perf_counter() - start
    if picture.shape[:2] != truth.triplet.a.shape[:2]:
        msg = f"{method.name} drew {picture.shape} of {truth.triplet.a.shape}"
        raise ValueError(msg)
    found = figures(picture, truth) | {"seconds": math.nan if isinstance(method, Kept) else seconds}
    found["boil"] = _boil(draw, picture, truth) if quarters else math.nan
    return picture, found


def _boil(draw: Draw, middle: np.ndarray, truth: Truth) -> float:
    return boil(*(line_mask(over_white(p), truth.ink) for p in (draw(0.25), middle, draw(0.75))))


def _truth_boil(truth: Truth) -> float:
    assert truth.triplet.quarters is not None
    quarter, three = (line_mask(over_white(p), truth.ink) for p in truth.triplet.quarters)
    return boil(quarter, truth.line, three)


def _say(words: str) -> None:
    """Show progress in one line that is written over."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)
