"""What can be wrong with a spacing chart or the filling of a timesheet: a code, its data, one sentence with a way out.

The page layer translates by code, as with `assets.intake.problems`: it looks up ``TEMPLATES[code]`` and fills in
``data``.
"""

from __future__ import annotations

from typing import Any

TEMPLATES: dict[str, str] = {
    # Spacing charts
    "CHART_EMPTY": "The chart is empty. Write positions such as 1/3, 2/3, or a name such as even:3.",
    "CHART_TOO_LONG": "The chart is {length} characters long, {limit} are read. Write its positions alone.",
    "CHART_UNKNOWN": (
        "“{piece}” is no position and no name of a chart. Write 1/3, 0.25 or 50%, or one of: {known}."
    ),
    "CHART_NO_COUNT": "“{piece}” does not say how many drawings. Write {example}.",
    "CHART_NO_COUNT_TAKEN": "“{piece}” takes no number. Write {example}.",
    "CHART_COUNT": (
        "“{piece}” asks for {count} drawings between two keys; 1 to {limit} can be drawn. Take fewer, or "
        "draw a breakdown and split the gap."
    ),
    "CHART_TOO_MANY": (
        "The chart has {count} positions; at most {limit} can be drawn between two keys. Take fewer, or draw "
        "a breakdown and split the gap."
    ),
    "CHART_ON_KEY": "“{piece}” is key {key} itself. Positions lie between 0 (key A) and 1 (key B).",
    "CHART_BEYOND": (
        "“{piece}” lies beyond key {key}. Positions lie between 0 (key A) and 1 (key B), such as {example}."
    ),
    "CHART_TWICE": "“{piece}” says the same position as “{other}”. Leave one of the two out.",
    "CHART_TOO_FINE": (
        "“{piece}” has steps of less than a thousandth of the way: nobody would see them. Take fewer drawings."
    ),
    "CHART_TOO_NEAR": (
        "“{piece}” lies nearer to {other} than a thousandth of the way: nobody would see the step. Leave it "
        "out."
    ),
    # Numbers and frames
    "NUMBER_NOT_ONE": "“{number}” is no drawing number. Write 3, 3a or A0003.",
    "NUMBERS_FULL": (
        "Between {a} and {b} there are numbers for {free} drawings, not for {count}. Give the numbers "
        "yourself, or take fewer drawings."
    ),
    "NUMBER_TAKEN": "There is a drawing {number} already. Give another number, or leave the numbers to us.",
    "NUMBERS_DIFFER": "{numbers} numbers were given for {count} drawings. Give one for each, or none.",
    "GAP_TOO_SHORT": (
        "From key {a} to key {b} there are {frames} frames; {count} drawings on {on}s and the key itself need "
        "{needed}. Take fewer drawings, expose them shorter, or move a key."
    ),
    "GAP_NOT_THERE": (
        "The sheet of this cell never goes from {a} to {b}. Its keys follow one another like this: {keys}."
    ),
    "CHART_DIFFERS": (
        "Between {a} and {b} the sheet has {named} drawings ({numbers}), the chart has {count}. Give a chart "
        "with {named} positions, or correct the sheet."
    ),
    "EXPOSURE_NOT_ONE": "Drawings are exposed for 1 to {limit} frames, not for {on}. Choose on 1s, 2s or 3s.",
    "NO_KEY_BEFORE": "Drawing {number} comes before the first key. Draw it as a key, or add the key before it.",
    "NO_KEY_AFTER": "Drawing {number} comes after the last key. Draw it as a key, or add the key after it.",
    "SAME_KEY": (
        "Drawing {number} lies between {key} and {key} again, so nothing is between them. Draw it as a key."
    ),
    "MARK_WITHOUT_GAP": (
        "The mark at frame {frame_no} lies between no two keys. Correct the sheet, or draw what is meant."
    ),
}


class BadTiming(ValueError):
    """A chart or a sheet cannot be used as it is; ``message`` says why and what to do."""

    def __init__(self, code: str, **data: Any) -> None:
        self.code = code
        self.data = data
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The English sentence: reason, then way out."""
        return TEMPLATES[self.code].format_map(self.data)
