"""The door to the preview process of the in-between page, `python -m ml.inbetween.serve`: see `studio.core.previews`.

It keeps the pairs of keys that are worked on. Only the words of `serve.py` pass here: JSON and PNG bytes.
"""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.core.errors import ComputeFailed, InvalidInput
from studio.core.previews import LIMIT_S, Answer, PreviewProcess, Turn

__all__ = ["Drafter", "Sketch", "Turn", "drafter"]
COMMAND = (sys.executable, "-m", "ml.inbetween.serve")

Keys = Callable[[], tuple[bytes, bytes]]


@dataclass(frozen=True)
class Sketch:
    """What is asked: a pair of keys by name, how it is steered, and the positions to draw."""

    pair: str
    keys: Keys  # both pictures as PNG, read only where the child does not have them
    steering: Mapping[str, Any]
    positions: Sequence[float]
    max_px: int = 512
    weights: bool = True
    regions: bool = False


class Drafter(PreviewProcess):
    """The in-betweener's preview process."""

    def __init__(self, command: Sequence[str] = COMMAND, *, limit_s: float = LIMIT_S) -> None:
        super().__init__(command, limit_s=limit_s)

    def draw(self, sketch: Sketch, turn: Turn | None = None) -> Answer:
        """Return the header of the answer and one PNG for each position.

        Raises:
            StaleInput: the same person has asked something newer meanwhile.
            InvalidInput: steering or positions are not of their form; names the entry.
            ComputeFailed: the keys cannot be used together, or the engine failed.
            ComputeBusy: it took too long, others wait already, or the process cannot be started.
        """
        return self.answer(lambda: _checked(self._draw(sketch)), turn)

    def _draw(self, sketch: Sketch) -> Answer:
        name = f"{sketch.pair}/{sketch.max_px}/{int(sketch.weights)}"
        asked = {
            "op": "draw",
            "pair": name,
            "steering": dict(sketch.steering),
            "positions": list(sketch.positions),
            "regions": sketch.regions,
        }
        answer = self.ask(asked, [])
        if answer[0].get("error") != "unknown_pair":
            return answer
        opened = {"op": "open", "pair": name, "max_px": sketch.max_px, "weights": sketch.weights}
        _checked(self.ask(opened, list(sketch.keys())))
        return self.ask(asked, [])


def _checked(answer: Answer) -> Answer:
    """Return the answer, or raise what it says in the studio's own words."""
    header = answer[0]
    if header.pop("ok", False):
        return answer
    code, said = str(header.get("error")), str(header.get("message", ""))
    if code in {"bad_steering", "bad_request"}:
        raise InvalidInput(field="steering", reason=said)
    if code == "sizes_differ":
        raise ComputeFailed("keys_differ", sizes=said)
    raise ComputeFailed(reason=said)


_drafters: dict[str, Drafter] = {}
_making = threading.Lock()


def drafter() -> Drafter:
    """Return the preview process of this web process; it ends with it."""
    with _making:
        if "one" not in _drafters:
            _drafters["one"] = Drafter()
            atexit.register(_drafters["one"].close)
    return _drafters["one"]
