"""The engine as commands meet it that need no studio: whether it is installed, and what its errors say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from studio.cli.errors import BadInput


@contextmanager
def installed() -> Iterator[None]:
    """Raise BadInput with the way out where the engine's packages are missing."""
    try:
        yield
    except ImportError as error:
        msg = f"The picture engine is not installed ({error.name}). Run: pip install 'sakkan[ml]'"
        raise BadInput(msg) from error


def failure(error: Exception) -> BadInput:
    """Return what a person is told of an error of the engine."""
    expected, actual = getattr(error, "expected", None), getattr(error, "actual", None)
    compared = f" (expected {expected}, found {actual})" if expected is not None else ""
    return BadInput(
        f"The engine could not do this: {str(error).rstrip('.')}{compared}. Correct that and run again."
    )
