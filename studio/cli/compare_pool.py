"""Many drawings by several processes: results come in the order of the drawings, memory does not grow with them."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice

from studio.cli.compare_bench import Bench, Measured, set_up
from studio.cli.compare_files import Named
from studio.cli.errors import BadInput

_AHEAD = 4  # drawings that wait for each worker
_comparer: Callable[[Named], Measured] | None = None


def compared(bench: Bench, drawings: Sequence[Named], workers: int) -> Generator[Measured, None, None]:
    """Yield what each drawing comes to, in their order.

    Raises:
        BadInput: a worker was killed, mostly for want of memory.
    """
    if min(workers, len(drawings)) <= 1:
        yield from map(_made(bench), drawings)
        return
    try:
        yield from _by_many(bench, drawings, workers)
    except BrokenProcessPool as error:
        msg = "A worker was stopped from outside, perhaps for want of memory. Try again with --workers 1."
        raise BadInput(msg) from error


def _by_many(bench: Bench, drawings: Sequence[Named], workers: int) -> Generator[Measured, None, None]:
    context = multiprocessing.get_context("spawn")
    waiting: deque[Future[Measured]] = deque()
    left = iter(drawings)
    pool = ProcessPoolExecutor(min(workers, len(drawings)), context, _start, (bench,))
    try:
        with _unbothered():  # workers inherit it: Ctrl-C is for the one who waits for them
            waiting.extend(pool.submit(_one, named) for named in islice(left, _AHEAD * workers))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(_one, named) for named in islice(left, 1))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(bench: Bench) -> None:
    global _comparer  # noqa: PLW0603  (a worker process has one, made once)
    _comparer = _made(bench)


def _made(bench: Bench) -> Callable[[Named], Measured]:
    set_up(bench.model)
    from studio.cli.compare_engine import Comparer  # noqa: PLC0415  (see `set_up`)

    return Comparer(bench)


def _one(named: Named) -> Measured:
    assert _comparer is not None
    return _comparer(named)


@contextmanager
def _unbothered() -> Iterator[None]:
    """Hold Ctrl-C back, never lose it: a worker half started, which takes seconds, would never end.

    The mask is what workers inherit. It is not enough here: a signal goes to any thread that does not block it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background: nobody means us
        yield
        return
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt
