"""A line that breaks: a proxy before the server that lets so many bytes through and then cuts, so many times."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit


class BreakingLine:
    """Listens on a port of its own; each budget is one connection's number of bytes to the server, then none breaks."""

    def __init__(self, server: str, budgets: list[int]) -> None:
        parts = urlsplit(server)
        self._target = (parts.hostname or "", parts.port or 0)
        self._budgets = budgets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.broken = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        budget = self._budgets.pop(0) if self._budgets else None
        with socket.create_connection(self._target) as far, near:
            threading.Thread(target=_pump, args=(far, near), daemon=True).start()
            with contextlib.suppress(OSError):
                while data := near.recv(65536):
                    if budget is not None and len(data) > budget:
                        far.sendall(data[:budget])
                        self.broken += 1
                        far.shutdown(socket.SHUT_RDWR)  # closing alone waits for the other thread
                        return
                    far.sendall(data)
                    budget = None if budget is None else budget - len(data)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def breaking_line(server: str, budgets: list[int]) -> Iterator[BreakingLine]:
    """Yield a line that breaks."""
    line = BreakingLine(server, budgets)
    yield line
    line.close()
