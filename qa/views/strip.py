"""The strip of a cut: its drawings with their holds, and the line of drift over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qa.models import Flag
from qa.selectors import FlagPage
from qa.views.flag_history import Noted
from qa.views.playback import hold_frames
from qa.views.rows import drawing_name

LINE_WIDTH, LINE_HEIGHT = 240.0, 44.0
_TOP_DRIFT = 3.0  # the line's fixed scale: 0 to three times the limit, so two cuts can be compared by eye
_PAD = 3.0


@dataclass(frozen=True)
class StripDrawing:
    """One drawing of the strip."""

    id: int
    name: str
    hold_frames: int
    hold_width: int  # 0 to 100, a share of the longest hold
    drift: float | None
    flag: Flag | None
    here: bool
    corrected: bool = False  # somebody drew a correction over it
    commented: bool = False  # a comment on it is open


@dataclass(frozen=True)
class DriftLine:
    """The line of drift of one cell as an SVG path in a box of LINE_WIDTH × LINE_HEIGHT."""

    path: str
    marks: list[tuple[float, float, bool]]  # flagged drawings: x, y, whether it is the one on the page
    limit_y: float
    step: float  # width of one frame
    here_x: float


def strip_of(page: FlagPage, playback: dict[str, Any], noted: Noted) -> list[StripDrawing]:
    """Return the take's drawings in order, the worst flag of each with it, and what people noted on them."""
    flags: dict[int, Flag] = {}
    for flag in page.run.flags.order_by("drift"):
        flags[flag.drawing_id] = flag
    flags[page.flag.drawing_id] = page.flag
    holds = {drawing.pk: hold_frames(playback, drawing.pk) for drawing in page.drawings}
    longest = max(holds.values(), default=0) or 1
    return [
        StripDrawing(
            id=drawing.pk,
            name=drawing_name(drawing),
            hold_frames=holds[drawing.pk],
            hold_width=round(100 * holds[drawing.pk] / longest),
            drift=drawing.drift,  # type: ignore[attr-defined]
            flag=flags.get(drawing.pk),
            here=drawing.pk == page.flag.drawing_id,
            corrected=drawing.pk in noted.corrected,
            commented=drawing.pk in noted.commented,
        )
        for drawing in page.drawings
    ]


def line_of(page: FlagPage, playback: dict[str, Any], strip: list[StripDrawing]) -> DriftLine:
    """Return the line of drift over the frames of the flagged drawing's cell: flat for as long as a hold lasts."""
    cell = next((c for c in playback["cells"] if c["name"] == page.flag.drawing.cell.name), None)
    lines = list(cell["exposures"]) if cell else []
    step = LINE_WIDTH / max(1, playback["duration"])
    by_id = {drawing.id: drawing for drawing in strip}
    path: list[str] = []
    marks: list[tuple[float, float, bool]] = []
    pen_down = False
    here_x = 0.0
    for line, behind in zip(lines, [*lines[1:], [playback["duration"] + 1, None]], strict=True):
        left, right = (line[0] - 1) * step, (behind[0] - 1) * step
        drawing = by_id.get(line[1])
        if drawing is None or drawing.drift is None:
            pen_down = False
            continue
        level = y_of(drawing.drift)
        path.append(f"{'L' if pen_down else 'M'}{left:.1f} {level:.1f}H{right:.1f}")
        pen_down = True
        if drawing.flag is not None:
            marks.append((round((left + right) / 2, 1), level, drawing.here))
        if drawing.here and not here_x:
            here_x = round(left, 1)
    return DriftLine("".join(path), marks, y_of(1.0), round(step, 4), here_x)


def y_of(drift: float) -> float:
    """Return the height of a drift in the box; what lies beyond the scale stays at its edge."""
    share = min(max(drift, 0.0), _TOP_DRIFT) / _TOP_DRIFT
    return round(LINE_HEIGHT - _PAD - share * (LINE_HEIGHT - 2 * _PAD), 1)
