"""What can go wrong between pixels and measurements.

`studio.core.compute` alone turns these into the studio's own errors; nothing here knows about pages or rows.
"""

from __future__ import annotations


class MLError(Exception):
    """Base of all errors of `ml`; `expected` and `actual` say what was wanted and what came."""

    def __init__(self, message: str, *, expected: object = None, actual: object = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.actual = actual


class BadImage(MLError):
    """Bytes that are no picture, or a picture that cannot be measured."""


class ShapeMismatch(MLError):
    """An array does not have the shape, dtype or range that the convention names."""


class ModelMismatch(MLError):
    """Vectors or packs of two different models met."""


class WeightsMissing(MLError):
    """A model was asked for whose weights are not installed on this machine."""


class WeightsCorrupt(MLError):
    """A weights file or pack does not match its checksum."""


class OutOfDeviceMemory(MLError):
    """The device has no memory left for this batch; a smaller batch may pass."""


class BadSteering(MLError):
    """What steers an in-between is not of its form; the message names the entry."""


class BadWishes(MLError):
    """What is asked of a clean-up is not of its form; the message names the entry."""
