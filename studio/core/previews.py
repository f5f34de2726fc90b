"""A preview process of a page: one child of this process that keeps the pictures that are worked on.

A page may not load torch or cv2, and a change has to be seen within half a second. The child is started at the first
use, ends with this process, and is started anew when it died or was too slow. Only messages pass here: a length, JSON,
and PNG bytes behind it, over two pipes, both ways.
"""

from __future__ import annotations

import contextlib
import json
import logging
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from studio.core.errors import ComputeBusy, StaleInput

log = logging.getLogger(__name__)

START_LIMIT_S = 120.0  # loading the engine and its network, on a slow disk
LIMIT_S = 60.0  # one question; a drawing takes a quarter of a second, large keys on a busy machine far longer
MOST_WAITING = 3  # more would hold threads that other pages need
_LENGTH = struct.Struct(">I")
_KEEP = 256  # persons whose newest question is remembered

Header = dict[str, Any]
Answer = tuple[Header, list[bytes]]


@dataclass
class Turn:
    """Who asks, and the number of the question: a newer one of the same person makes this one void."""

    who: str
    number: int


@dataclass
class Child:
    """The running process and whether it has answered once."""

    process: subprocess.Popen[bytes]
    warm: bool = False


class PreviewProcess:
    """One preview process and the questions to it, one after the other."""

    def __init__(self, command: Sequence[str], *, limit_s: float = LIMIT_S) -> None:
        self._command, self._limit_s = list(command), limit_s
        self._free, self._busy, self._waiting = threading.Condition(), False, 0
        self._turns: dict[str, int] = {}
        self._child: Child | None = None

    def answer(self, ask: Callable[[], Answer], turn: Turn | None = None) -> Answer:
        """Return what `ask` brings home, once more of a fresh process where the one that was there has died.

        Raises:
            StaleInput: the same person has asked something newer meanwhile.
            ComputeBusy: it took too long, others wait already, or the process cannot be started.
        """
        self._remember(turn)
        with self._turn_of(turn):
            for _attempt in range(2):
                with contextlib.suppress(_Died):
                    return ask()
        raise ComputeBusy("draft_down")

    def warm(self) -> None:
        """Start the process where there is none, and do not wait for it: somebody has opened the page."""
        with self._free:
            if self._busy:
                return
            self._busy = True
        try:
            self._running()
        except OSError as error:
            log.warning("preview process cannot be started: %s", error)
        finally:
            self._done()

    def close(self) -> None:
        """End the process; the next question starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.process.kill()
            with contextlib.suppress(OSError):
                _pipe(child.process.stdin).close()
            child.process.wait()
            _pipe(child.process.stdout).close()

    def _remember(self, turn: Turn | None) -> None:
        if turn is None:
            return
        with self._free:
            self._turns[turn.who] = max(turn.number, self._turns.pop(turn.who, 0))
            while len(self._turns) > _KEEP:
                self._turns.pop(next(iter(self._turns)))
            self._free.notify_all()  # who waits with an older question goes at once

    @contextlib.contextmanager
    def _turn_of(self, turn: Turn | None) -> Iterator[None]:
        """Wait until the process is free; a question that was overtaken, or is one too many, holds no thread."""
        with self._free:
            if self._waiting >= MOST_WAITING:
                raise ComputeBusy("draft_busy")
            self._waiting += 1
            try:
                self._free.wait_for(lambda: not self._busy or self._is_stale(turn))
            finally:
                self._waiting -= 1
            if self._is_stale(turn):
                raise StaleInput("draft_stale")
            self._busy = True
        try:
            yield
        finally:
            self._done()

    def _done(self) -> None:
        with self._free:
            self._busy = False
            self._free.notify_all()

    def _is_stale(self, turn: Turn | None) -> bool:
        return turn is not None and self._turns.get(turn.who, 0) > turn.number

    def ask(self, header: Header, blobs: list[bytes]) -> Answer:
        """Put one question to the process and return what it says, whatever that is; call it within `answer`."""
        try:
            child = self._running()
        except OSError as error:
            log.warning("preview process cannot be started: %s", error)
            raise ComputeBusy("draft_down") from error
        limit_s = self._limit_s if child.warm else max(self._limit_s, START_LIMIT_S)
        late = threading.Event()
        watchdog = threading.Timer(limit_s, _end_late, (child.process, late))
        watchdog.daemon = True
        watchdog.start()
        try:
            answer = _exchange(child.process, header, blobs)
        except (OSError, ValueError, EOFError) as error:
            self.close()
            if late.is_set():
                raise ComputeBusy("draft_slow", seconds=round(limit_s)) from error
            log.warning("preview process died: %s", error)
            raise _Died from error
        finally:
            watchdog.cancel()
        child.warm = True
        return answer

    def _running(self) -> Child:
        if self._child is not None and self._child.process.poll() is not None:
            log.warning("preview process had ended with %s", self._child.process.returncode)
            self.close()
        if self._child is None:
            self._child = Child(
                subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(settings.BASE_DIR)
                )
            )
        return self._child


class _Died(Exception):
    """The process is gone."""


def _end_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _exchange(process: subprocess.Popen[bytes], header: Header, blobs: list[bytes]) -> Answer:
    told = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    into, out = _pipe(process.stdin), _pipe(process.stdout)
    for part in (_LENGTH.pack(len(told)), told, *blobs):
        into.write(part)
    into.flush()
    (length,) = _LENGTH.unpack(_exactly(out, _LENGTH.size))
    answer: Header = json.loads(_exactly(out, length))
    return answer, [_exactly(out, size) for size in answer.pop("blobs")]


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
