"""What a method is shown, what it answers, and what the bench keeps to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ml.types import SheetPicture, SwatchSpec

CLEAN = "clean"


@dataclass(frozen=True)
class DesignTask:
    """An approved design: what a method may learn from.

    Attributes:
        key: name of the design within its world, "character/costume".
        sheet: approved drawings (PNG, RGBA).
        swatches: the colour model; empty where there is none.
    """

    key: str
    sheet: tuple[SheetPicture, ...]
    swatches: tuple[SwatchSpec, ...] = ()


@dataclass(frozen=True)
class Question:
    """One drawing, shown under a design's name.

    Attributes:
        id: unique in the bench.
        design: key of the design that it is held against.
        cut: drawings of one cut belong together.
        png: the drawing.
    """

    id: str
    design: str
    cut: str
    png: bytes


@dataclass(frozen=True)
class Truth:
    """What the bench knows about a question.

    Attributes:
        label: a kind of drift ("palette_de4"), "clean", or a sham ("half_pixel").
        character: unit of the bootstrap.
        fault: what a checker should name ("OFF_MODEL.COLOUR"); "" for clean ones and shams.
        place: (h, w) bool, where the drift is; None where nothing is wrong or the whole figure is.
        twin: id of the clean question of the same pose; "" if there is none.
        unseen: the sheet holds no drawing of this view or pose.
        magnitude: in the kind's unit, signed; 0 for clean ones.
        encoded: the drawing came as a lossy movie frame; such questions have a table of their own.
        shot: size of the shot ("full", "bust"), "" where it is not known; a kind is judged within its sizes.
    """

    label: str
    character: str
    fault: str = ""
    place: np.ndarray | None = None
    twin: str = ""
    unseen: bool = False
    magnitude: float = 0.0
    encoded: bool = False
    shot: str = ""


@dataclass(frozen=True)
class Answer:
    """What a method says of one drawing.

    Attributes:
        drift: how far off-model; higher = worse, any scale.
        aspects: drift by aspect (`ml.types.Aspect`: "COLOUR", "PROPORTION", "FACE" ...), if it names any.
        fault: the fault that it would name first, "" if none.
        abstained: it says that it cannot judge this drawing.
        flagged: it would raise an alarm at its own limit; None for a method without limits.
        heat: (h, w) float32 of any size, laid over the box; higher = worse; None if it cannot point.
        heat_box_xyxy: box of the heat in pixels of the drawing; None = the whole drawing.
    """

    drift: float
    aspects: dict[str, float] = field(default_factory=dict)
    fault: str = ""
    abstained: bool = False
    flagged: bool | None = None
    heat: np.ndarray | None = None
    heat_box_xyxy: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class World:
    """Designs that know each other, and the questions about them; one unit of work for one process.

    Attributes:
        name: unique in the bench.
        tier: "A" or "B".
        designs: every approved design of the world; a method learns all before it is asked.
        questions: draws the questions anew each time it is called.
    """

    name: str
    tier: str
    designs: tuple[DesignTask, ...]
    questions: Callable[[], Iterator[tuple[Question, Truth]]]


class Method(Protocol):
    """Something that can be asked whether a drawing is off-model."""

    name: str

    def learn(self, designs: Sequence[DesignTask]) -> None:
        """Learn the approved designs of one world, forgetting the former one."""

    def ask(self, question: Question) -> Answer:
        """Judge one drawing."""
