"""Sakkan's own check as the bench asks it: the default path of the product, all designs of the world known."""

from __future__ import annotations

from collections.abc import Sequence

from bench.drift.types import Answer, DesignTask, Question
from ml.runtime import Runtime
from ml.types import DesignPack, Measurements

AT_LIMIT = 1.0


class Sakkan:
    """`ml.runtime.Runtime`: compile each design, then embed and measure each drawing with all others as rivals."""

    name = "sakkan"
    promise: float | None = None  # alarms per clean cut; the design's own limits promise none

    def __init__(self, embedder: str = "hand") -> None:
        self._runtime = Runtime(embedder)
        self._packs: dict[str, DesignPack] = {}

    def learn(self, designs: Sequence[DesignTask]) -> None:
        """Compile the approved designs of one world, forgetting the former one."""
        self._packs = {d.key: self._runtime.compile(d.key, d.sheet, d.swatches) for d in designs}

    def ask(self, question: Question) -> Answer:
        """Judge one drawing."""
        vectors = self._runtime.embed([question.png])
        cast, rivals = [self._packs[question.design]], list(self._packs.values())
        return answer_of(self._runtime.measure([question.png], vectors, cast, rivals)[0][0])


def answer_of(found: Measurements) -> Answer:
    """Return what was measured in the bench's terms."""
    by: dict[str, float] = {}
    for one in found.aspects:
        by[one.aspect] = max(by.get(one.aspect, 0.0), one.drift)
    return Answer(
        found.drift,
        aspects=by,
        fault=max(by, key=lambda aspect: by[aspect], default="") if found.drift > 0 else "",
        abstained=not found.applicable,
        flagged=found.applicable and found.drift > AT_LIMIT,
        heat=found.drift_map,
        heat_box_xyxy=found.map_box_xyxy,
    )
