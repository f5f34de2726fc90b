"""Reads an outsider's answers file and says exactly what is wrong with it where something is."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.drift.kinds import ASPECTS, aspect_of_fault
from bench.drift.types import Answer

FORMAT = "driftbench-answers/1"
Json = dict[str, Any]


class FolderError(ValueError):
    """A file is not as the bench needs it: which, why, and the way out."""

    def __init__(self, file: Path, reason: str, way_out: str) -> None:
        super().__init__(f"{file}: {reason}. Way out: {way_out}.")


@dataclass(frozen=True)
class Answers:
    """What an answers file says; heat maps are read when they are asked for.

    Attributes:
        file: the answers file; heat maps lie relative to it.
        method: name of the method.
        promise: alarms per clean cut that it promises, None = none.
        rows: by id of the question.
    """

    file: Path
    method: str
    promise: float | None
    rows: dict[str, Json] = field(default_factory=dict)

    def ms(self, id_: str) -> float:
        """Return how long the answer took, 0 if it is not said."""
        return float(self.rows[id_].get("ms") or 0.0)

    def answer(self, id_: str) -> Answer:
        """Return the answer to a question.

        Raises:
            FolderError: its heat map cannot be read.
        """
        row = self.rows[id_]
        box = row.get("heat_box_xyxy")
        return Answer(
            float(row["drift"]),
            aspects={aspect_of_fault(k): float(v) for k, v in (row.get("aspects") or {}).items()},
            fault=row.get("fault") or "",
            abstained=bool(row.get("abstained")),
            flagged=row.get("flagged"),
            heat=self._heat(row.get("heat")),
            heat_box_xyxy=None if box is None else (box[0], box[1], box[2], box[3]),
        )

    def _heat(self, name: str | None) -> np.ndarray | None:
        if name is None:
            return None
        file = self.file.parent / name
        heat = cv2.imread(str(file), cv2.IMREAD_UNCHANGED) if file.is_file() else None
        if heat is None or heat.ndim != 2:
            raise FolderError(
                file, "no grey PNG that can be read", "write 8 or 16 bits, one channel, or leave heat out"
            )
        return np.asarray(heat, np.float32)


def read_answers(file: Path, ids: Sequence[str]) -> Answers:
    """Return the answers to the questions `ids`, each exactly once.

    Raises:
        FolderError: the file is not as docs/driftbench.md describes it.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FolderError(file, f"it cannot be read as JSON ({error})", "write one JSON object") from error
    if (
        not isinstance(data, dict)
        or data.get("format") != FORMAT
        or not isinstance(data.get("answers"), list)
    ):
        raise FolderError(
            file,
            "format or answers is missing",
            f'write {{"format": "{FORMAT}", "method": …, "answers": […]}}',
        )
    promise = data.get("promise")
    if promise is not None and not (_number(promise) and 0 < promise < 1):
        raise FolderError(
            file, f"promise is {promise!r}", "write alarms per clean cut, between 0 and 1, or leave it out"
        )
    for number, row in enumerate(data["answers"]):
        _check_row(file, number, row)
    _check_ids(file, [row["id"] for row in data["answers"]], ids)
    return Answers(
        file, str(data.get("method") or "unnamed"), promise, {row["id"]: row for row in data["answers"]}
    )


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _aspects(value: object) -> bool:
    return isinstance(value, dict) and all(
        aspect_of_fault(k) in ASPECTS and _number(v) for k, v in value.items()
    )


def _box(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 4 or not all(isinstance(v, int) for v in value):
        return False
    return value[0] < value[2] and value[1] < value[3]


_FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "drift": (_number, "a finite number, higher = worse"),
    "abstained": (lambda v: isinstance(v, bool), "true or false"),
    "flagged": (lambda v: isinstance(v, bool), "true or false, or leave it out"),
    "fault": (lambda v: v == "" or aspect_of_fault(str(v)) in ASPECTS, f"one of {', '.join(ASPECTS)}"),
    "aspects": (_aspects, f"numbers by {', '.join(ASPECTS)}"),
    "heat": (lambda v: isinstance(v, str), "the name of a grey PNG beside the answers"),
    "heat_box_xyxy": (_box, "[left, top, right, bottom] in pixels, right and bottom exclusive"),
    "ms": (lambda v: _number(v) and v >= 0, "milliseconds"),  # type: ignore[operator]
}


def _check_row(file: Path, number: int, row: object) -> None:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise FolderError(file, f"answer {number} has no id", "give each answer the id of its question")
    if row.get("drift") is None:
        raise FolderError(
            file, f"{row['id']} has no drift", 'write a number; with "abstained": true any will do'
        )
    for name, value in row.items():
        if name in _FIELDS and value is not None and not _FIELDS[name][0](value):
            raise FolderError(file, f"{row['id']} has {name} {value!r}", f"write {_FIELDS[name][1]}")


def _check_ids(file: Path, given: Sequence[str], ids: Sequence[str]) -> None:
    twice = [id_ for id_, times in Counter(given).items() if times > 1]
    if twice:
        raise FolderError(
            file, f"{len(twice)} questions are answered twice, first {twice[0]}", "answer each once"
        )
    known, told = set(ids), set(given)
    if told - known:
        strange = sorted(told - known)
        raise FolderError(
            file, f"{len(strange)} answers to no question, first {strange[0]}", "use the truth of this export"
        )
    lost = [id_ for id_ in ids if id_ not in told]
    if lost:
        raise FolderError(
            file, f"{len(lost)} of {len(ids)} questions have no answer, first {lost[0]}",
            'answer all; a method that cannot judge a drawing says "abstained": true',
        )  # fmt: skip
