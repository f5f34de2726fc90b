"""Ask every method to clean every drawing, in a few processes, and measure what it draws."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import cv2
import numpy as np

from bench.cleanup.methods import methods
from bench.cleanup.metrics import Truth, figures
from bench.cleanup.types import Make, Method, Question, Row


@dataclass(frozen=True, eq=False)
class Asked:
    """The answers to one question; question and masks only if pictures were wanted."""

    rows: list[Row]
    question: Question | None
    masks: dict[str, np.ndarray]


def ask(make: Make, made: Sequence[Method], *, pictures: bool = False) -> Asked:
    """Ask every method to clean one drawing."""
    question = make()
    truth = Truth(question)
    rows: list[Row] = []
    masks: dict[str, np.ndarray] = {}
    for method in made:
        start = perf_counter()
        answer = method.clean(question.rough.rgb)
        seconds = perf_counter() - start
        found = figures(answer, truth) | {"seconds": seconds}
        rows.append(Row(question.name, question.group, question.level, method.name, found))
        if pictures:
            masks[method.name] = answer.mask
    return Asked(rows, question if pictures else None, masks)


def run(
    makes: Sequence[Make], names: Sequence[str], workers: int, *, pictures: bool = False
) -> Iterator[Asked]:
    """Yield the answers in the order of the questions."""
    if workers <= 1 or len(makes) <= 1:
        made, _ = methods(names)
        for number, make in enumerate(makes, 1):
            _say(f"{number} of {len(makes)}")
            yield ask(make, made, pictures=pictures)
        _say("")
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (tuple(names), pictures)) as pool:
        for number, answer in enumerate(pool.map(_ask, makes), 1):
            _say(f"{number} of {len(makes)}")
            yield answer
    _say("")


_here: dict[str, tuple[list[Method], bool]] = {}


def _begin(names: tuple[str, ...], pictures: bool) -> None:  # noqa: FBT001 - an initializer's own
    """Set one process up."""
    import torch  # noqa: PLC0415 - takes seconds to import

    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    _here["it"] = methods(names)[0], pictures


def _ask(make: Make) -> Asked:
    made, pictures = _here["it"]
    return ask(make, made, pictures=pictures)


def _say(words: str) -> None:
    """Show progress in one line that is written over."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)
