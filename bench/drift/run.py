"""Asks every method every question: worlds are dealt to worker processes, nothing is kept between runs.

In a world Sakkan answers first and alone, so that its time and memory are its own; the baselines follow, all of them
on one drawing before the next, so that methods of one network share its pass.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from multiprocessing.queues import SimpleQueue
from time import perf_counter

import cv2
import numpy as np
from tqdm import tqdm

from bench.drift.rows import Row, peak_mb, row_of
from bench.drift.types import Method, Question, Truth, World

Builder = Callable[[], World]
Factory = Callable[[], Method]
_SINGLE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class Result:
    """What one or more worlds of a tier gave.

    Attributes:
        tier: "A" or "B".
        rows: by method.
        promises: by method, alarms per clean cut that it promises; None = nothing.
        learn_s: by method, seconds for learning all designs.
        designs: number of designs learned.
        peak_mb: most resident memory of a worker when Sakkan had answered its first world.
    """

    tier: str
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    promises: dict[str, float | None] = field(default_factory=dict)
    learn_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    designs: int = 0
    peak_mb: float = 0.0

    def add(self, other: Result) -> None:
        """Take in what another world of the tier gave."""
        for name, rows in other.rows.items():
            self.rows[name] += rows
            self.learn_s[name] += other.learn_s[name]
        self.promises |= other.promises
        self.designs += other.designs
        self.peak_mb = min(
            self.peak_mb or other.peak_mb, other.peak_mb
        )  # it never falls: the first is the least


class UnknownMethod(ValueError):
    """A method was named that does not exist or cannot run here."""


class _Team:
    """The methods of one worker process: the first alone, the others built only when it has answered a world.

    Networks take memory as soon as they are loaded; `peak_mb` should be the first method's own.
    """

    def __init__(self, factories: Sequence[Factory], wanted: Sequence[str]) -> None:
        self._parts = (factories[:1], factories[1:])
        self._wanted = wanted
        self._built: dict[int, list[Method]] = {}
        self.problem = self._missing() if wanted else ""

    def group(self, number: int) -> list[Method]:
        """Return the first method (0) or the others (1), those that are wanted."""
        return [m for m in self._all(number) if not self._wanted or m.name in self._wanted]

    def _all(self, number: int) -> list[Method]:
        if number not in self._built:
            self._built[number] = [make() for make in self._parts[number]]
        return self._built[number]

    def _missing(self) -> str:
        names = [m.name for number in (0, 1) for m in self._all(number)]
        lost = [name for name in self._wanted if name not in names]
        return (
            f"no method called {', '.join(lost)} can run here; there are {', '.join(names)}" if lost else ""
        )


_team = _Team((), ())
_told: SimpleQueue[int] | None = None


def _start(factories: Sequence[Factory], wanted: Sequence[str], told: SimpleQueue[int]) -> None:
    """Build what the jobs of a worker process share."""
    global _team, _told
    cv2.setNumThreads(1)
    _team, _told = _Team(factories, wanted), told


def _tell(done: int) -> None:
    if _told is not None:
        _told.put(done)


def _world(build: Builder) -> Result:
    """Ask all methods of this process all questions of one world."""
    if _team.problem:  # told here, because an initialiser that fails only says that the pool is broken
        raise UnknownMethod(_team.problem)
    world = build()
    result = Result(world.tier, designs=len(world.designs))
    asked = [_Kept.of(question, truth) for question, truth in world.questions()]
    for number in (0, 1):
        group = _team.group(number)
        _tell(-len(asked) * len(group))  # below zero: so much more to do
        for method in group:
            started = perf_counter()
            method.learn(world.designs)
            result.learn_s[method.name] += perf_counter() - started
            result.promises[method.name] = getattr(method, "promise", None)
        for one in asked:
            truth = one.truth_again()
            for method in group:
                result.rows[method.name].append(ask(method, one.question, truth))
                _tell(1)
        result.peak_mb = result.peak_mb or peak_mb()
    return Result(**{**vars(result), "rows": dict(result.rows), "learn_s": dict(result.learn_s)})


@dataclass(frozen=True)
class _Kept:
    """A question that waits to be asked, its place packed to a bit a pixel: a world has hundreds."""

    question: Question
    truth: Truth
    bits: np.ndarray | None
    size_hw: tuple[int, int]

    @classmethod
    def of(cls, question: Question, truth: Truth) -> _Kept:
        """Pack a question and its truth."""
        if truth.place is None:
            return cls(question, truth, None, (0, 0))
        h, w = truth.place.shape
        return cls(question, replace(truth, place=None), np.packbits(truth.place), (h, w))

    def truth_again(self) -> Truth:
        """Return the truth with its place."""
        if self.bits is None:
            return self.truth
        h, w = self.size_hw
        return replace(self.truth, place=np.unpackbits(self.bits, count=h * w).reshape(h, w).astype(bool))


def ask(method: Method, question: Question, truth: Truth) -> Row:
    """Ask one method one question and keep the time."""
    started = perf_counter()
    try:
        answer = method.ask(question)
    except Exception as error:
        error.add_note(f"{method.name} failed on {question.id}")
        raise
    return row_of(question, truth, answer, 1000.0 * (perf_counter() - started))


def run(
    builders: Sequence[Builder], factories: Sequence[Factory], wanted: Sequence[str] = (), workers: int = 2
) -> dict[str, Result]:
    """Return the results by tier.

    Args:
        builders: of the worlds; pickled.
        factories: of the methods, Sakkan first; pickled.
        wanted: names of the methods to keep; () = all.
        workers: processes, each on one thread.

    Raises:
        UnknownMethod: a wanted name that no factory builds.
    """
    os.environ.update(dict.fromkeys(_SINGLE, "1"))  # children inherit it before they load anything
    context = multiprocessing.get_context("spawn")
    told: SimpleQueue[int] = context.SimpleQueue()
    names = [m for m in wanted if m]
    results: dict[str, Result] = {}
    with (
        _progress(told),
        ProcessPoolExecutor(workers, context, initializer=_start, initargs=(factories, names, told)) as pool,
    ):
        for future in as_completed([pool.submit(_world, build) for build in builders]):
            found = future.result()
            results.setdefault(found.tier, Result(found.tier)).add(found)
    return results


class _progress:  # noqa: N801 - used as a statement
    """A bar on stderr, fed by the workers through a queue."""

    def __init__(self, told: SimpleQueue[int]) -> None:
        self._told = told
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._told.put(0)
        self._thread.join(timeout=5)

    def _follow(self) -> None:
        with tqdm(total=0, unit=" answers", smoothing=0.05, mininterval=1.0) as bar:
            for step in iter(self._told.get, 0):
                if step < 0:
                    bar.total -= step
                    bar.refresh()
                else:
                    bar.update(step)
