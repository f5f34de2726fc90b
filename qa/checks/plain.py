"""Measurements as plain data: what a row keeps, a report writes and a check reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.core import compute as door


def as_data(measurement: door.Measurements) -> dict[str, Any]:
    """Return a measurement as the plain data that a row keeps and a check reads; the map of drift stays behind."""
    rival = measurement.rival
    return {
        "design_key": measurement.design_key,
        "applicable": bool(measurement.applicable),
        "why_not": measurement.why_not,
        "unchecked": list(measurement.unchecked),
        "drift": float(measurement.drift),
        "margin": float(measurement.margin),
        "region_xyxy": _box(measurement.region_xyxy),
        "nearest": [
            {"drawing_key": near.drawing_key, "similarity": float(near.similarity)}
            for near in measurement.nearest
        ],
        "rival": None
        if rival is None
        else {
            "design_key": rival.design_key,
            "drawing_key": rival.drawing_key,
            "similarity": float(rival.similarity),
        },
        "aspects": [
            {
                "aspect": one.aspect,
                "part": one.part,
                "value": float(one.value),
                "sheet_value": float(one.sheet_value),
                "allowed": float(one.allowed),
                "unit": one.unit,
                "drift": float(one.drift),
                "box_xyxy": _box(one.box_xyxy),
            }
            for one in measurement.aspects
        ],
        "colours": [
            {
                "part": one.part,
                "tone": one.tone,
                "expected": _hex(one.expected_rgb),
                "found": _hex(one.found_rgb),
                "delta_e": float(one.delta_e),
                "tolerance_de": float(one.tolerance_de),
                "area_px": int(one.area_px),
                "box_xyxy": _box(one.box_xyxy),
            }
            for one in measurement.colours
        ],
    }


def shown_data(shown: door.Shown, drawing_key: str) -> dict[str, Any]:
    """Return what explains a claim as plain data: numbers for the viewer, the pictures apart.

    "drawing_key" = the approved drawing; "affine" six numbers or None, "arrows" [x0, y0, x1, y1], "outlines"
    {"of", "points"}, "why_not": see `ml.types.Shown`.
    """
    return {
        "drawing_key": drawing_key,
        "affine": None if shown.affine is None else [float(v) for v in shown.affine],
        "arrows": [[float(v) for v in arrow] for arrow in shown.arrows],
        "outlines": [
            {"of": one.of, "points": [[float(x), float(y)] for x, y in one.points_xy]}
            for one in shown.outlines
        ],
        "why_not": shown.why_not,
    }


def _box(box: Sequence[int] | None) -> list[int] | None:
    return None if box is None else [int(edge) for edge in box]


def _hex(rgb: Sequence[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(int(value) for value in rgb))
