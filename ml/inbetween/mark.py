"""The mark of a drawing between two keys; see `ml.mark`."""

from __future__ import annotations

from ml import mark
from ml.mark import SOURCE_TYPES, source_type

__all__ = ["SOURCE_TYPES", "TOOL", "marked", "source_type"]

TOOL = "Sakkan in-betweener"


def marked(png: bytes, engine: str, model_id: str) -> bytes:
    """Return a PNG with the mark in it, its pixels untouched.

    Raises:
        BadImage: the bytes are no PNG.
    """
    return mark.marked(png, engine, model_id, tool=TOOL)
