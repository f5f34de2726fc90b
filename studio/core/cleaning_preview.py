"""The door to the preview process of the clean-up page, `python -m ml.cleanup.serve`: see `studio.core.previews`.

It keeps the roughs that are worked on. Only the words of `serve.py` pass here: JSON and PNG bytes.
"""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.core.errors import ComputeFailed, InvalidInput
from studio.core.previews import LIMIT_S, Answer, Header, PreviewProcess, Turn

__all__ = ["Cleaner", "Look", "Turn", "cleaner"]
COMMAND = (sys.executable, "-m", "ml.cleanup.serve")


@dataclass(frozen=True)
class Look:
    """What is asked: a rough by name, what is wished for it, and the drawing before it in the cell, if any."""

    rough: str
    png: Callable[[], bytes]  # read only where the child does not have it
    wishes: Mapping[str, Any]
    max_px: int = 640
    weights: bool = True
    before: Look | None = None

    @property
    def name(self) -> str:
        """By which the child keeps it."""
        return f"{self.rough}/{self.max_px}/{int(self.weights)}"


class Cleaner(PreviewProcess):
    """The clean-up's preview process."""

    def __init__(self, command: Sequence[str] = COMMAND, *, limit_s: float = LIMIT_S) -> None:
        super().__init__(command, limit_s=limit_s)

    def clean(self, look: Look, turn: Turn | None = None) -> Answer:
        """Return the header of the answer (strokes, closures, what was found) and a PNG for each of its "pictures".

        Raises:
            StaleInput: the same person has asked something newer meanwhile.
            InvalidInput: a wish is not of its form; names the entry.
            ComputeFailed: the rough cannot be read, or the engine failed.
            ComputeBusy: it took too long, others wait already, or the process cannot be started.
        """
        return self.answer(lambda: _checked(self._clean(look)), turn)

    def _clean(self, look: Look) -> Answer:
        asked: Header = {"op": "clean", "sketch": look.name, "wishes": dict(look.wishes)}
        if look.before is not None and look.before.name != look.name:
            asked["before"] = look.before.name
        answer = self.ask(asked, [])
        for each in (
            look,
            look.before,
        ):  # the one that was asked for is missing, or the one before it, or both
            if answer[0].get("error") != "unknown_sketch" or each is None:
                continue
            if each.name in str(answer[0].get("message")):
                self._open(each)
                answer = self.ask(asked, [])
        return answer

    def _open(self, look: Look) -> None:
        opened = {"op": "open", "sketch": look.name, "max_px": look.max_px, "weights": look.weights}
        _checked(self.ask(opened, [look.png()]))
        _checked(self.ask({"op": "clean", "sketch": look.name, "wishes": dict(look.wishes)}, []))


def _checked(answer: Answer) -> Answer:
    """Return the answer, or raise what it says in the studio's own words."""
    header = answer[0]
    if header.pop("ok", False):
        return answer
    code, said = str(header.get("error")), str(header.get("message", ""))
    if code in {"bad_wishes", "bad_request"}:
        raise InvalidInput(field="wishes", reason=said)
    raise ComputeFailed(reason=said)


_cleaners: dict[str, Cleaner] = {}
_making = threading.Lock()


def cleaner() -> Cleaner:
    """Return the preview process of this web process; it ends with it."""
    with _making:
        if "one" not in _cleaners:
            _cleaners["one"] = Cleaner()
            atexit.register(_cleaners["one"].close)
    return _cleaners["one"]
