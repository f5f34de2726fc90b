"""What every check speaks: measurements and limits go in, findings come out. No database, no device.

A check reads plain data (what a `Measurement` row keeps), so that a kept measurement and a fresh one are judged
by the same code to the same result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.checks.conformal import Calibrated

# Part of every fingerprint. Raise it whenever measuring or judging changes what it says about the same pixels.
CODE_VERSION = "2026.11-7"

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Limits:
    """What a design's approved drawings allow.

    `drawings` is how many approved drawings were measured against each other; `scores` holds, by aspect, how
    far each of them lay out in drift (1.0 = at the limit), where the engine says so. `alarms` holds, by aspect,
    what clean cuts say; empty while nothing is calibrated: then the sheet alone limits.
    """

    drawings: int
    scores: Mapping[str, Sequence[float]] = field(default_factory=dict)
    alarms: Mapping[str, Calibrated] = field(default_factory=dict)

    def share_at_least(self, aspect: str, drift: float) -> float:
        """Return the share of approved drawings that lie at least this far out, never below 1 / (n + 1).

        An aspect without scores counts every approved drawing as inside: the limit stands above all of them.
        """
        scores = self.scores.get(aspect, ())
        number = len(scores) or self.drawings
        return (1 + sum(score >= drift for score in scores)) / (number + 1)


@dataclass(frozen=True)
class Finding:
    """A claim about one drawing, in memory; a flag is its row.

    `box_xyxy` in px of the drawing, right and bottom exclusive; `drift` 1.0 = at the design's limit. `calibration`
    says by which clean cuts it is an alarm (`qa.checks.alarms.told`), empty where the sheet alone limits.
    """

    fault: str
    part: str
    drift: float
    confidence: float
    one_in: int
    sentence_code: str
    sentence_data: dict[str, Any]
    box_xyxy: Box | None = None
    measures: list[dict[str, Any]] = field(default_factory=list)
    colours: list[dict[str, Any]] = field(default_factory=list)
    calibration: dict[str, Any] = field(default_factory=dict)


def union(boxes: Sequence[Sequence[int] | None]) -> Box | None:
    """Return the smallest box around all boxes that are there."""
    real = [box for box in boxes if box]
    if not real:
        return None
    left, top = min(box[0] for box in real), min(box[1] for box in real)
    return left, top, max(box[2] for box in real), max(box[3] for box in real)
