"""Corrections as SVG, for templates of any app."""

from __future__ import annotations

from django import template
from PIL import ImageColor

from qa import strokes
from qa.models import Correction

register = template.Library()


@register.filter
def stroke_paths(correction: Correction) -> list[strokes.SvgPath]:
    """Return the paths of a correction as `corrections_of` gives it."""
    return strokes.svg_paths(correction.shown)  # type: ignore[attr-defined]


@register.filter
def stroke_texts(correction: Correction) -> list[strokes.SvgText]:
    """Return the lines of text of a correction."""
    return strokes.svg_texts(correction.shown)  # type: ignore[attr-defined]


@register.filter
def halo(correction: Correction) -> str:
    """Return what stands around the letters of a correction."""
    return strokes.halo_of(ImageColor.getrgb(correction.colour))
