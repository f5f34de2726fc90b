"""What shows when: a cell's changes ([[frame_no, drawing number or None], …]) as holds and as spans of frames.

Plain functions; nothing here reads a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Changes = Sequence[Sequence[int | None]]


@dataclass(frozen=True)
class Span:
    """One exposure: from `frame_no` (1-based) on a cell shows `number` for `frames`; None leaves the cell empty."""

    frame_no: int
    frames: int
    number: int | None


def spans_of(changes: Changes, duration_frames: int) -> list[Span]:
    """Return the spans of a cell from frame 1 to the end, without holes; what lies behind the end is left out."""
    shown: dict[int, int | None] = {1: None}
    for frame_no, number in changes:
        if frame_no is not None and frame_no <= duration_frames:
            shown[max(1, frame_no)] = number
    starts = sorted(shown)
    ends = [*starts[1:], duration_frames + 1]
    spans: list[Span] = []
    for start, end in zip(starts, ends, strict=True):
        if end <= start:
            continue
        if spans and spans[-1].number == shown[start]:
            spans[-1] = Span(spans[-1].frame_no, spans[-1].frames + end - start, shown[start])
        else:
            spans.append(Span(start, end - start, shown[start]))
    return spans


def held_frames(changes: Changes, duration_frames: int) -> dict[int, int]:
    """Return for each drawing number how many frames show it."""
    held: dict[int, int] = {}
    for span in spans_of(changes, duration_frames):
        if span.number is not None:
            held[span.number] = held.get(span.number, 0) + span.frames
    return held
