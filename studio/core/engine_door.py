"""What the doors to the engines that draw have in common: loaded at the first call, errors in the caller's own words.

It opens `ml` when somebody asks, and Django only for those who have it: the command line has neither settings nor
database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ml.errors import MLError

    Failure = Callable[[MLError], Exception]

Each = TypeVar("Each")


class EngineDoor:
    """An engine in this process.

    Args:
        failure: makes the error that is raised of an error of `ml`; one of the studio's unless another is given.
    """

    def __init__(self, failure: Failure | None = None) -> None:
        self._failure = failure or _of_the_studio

    def _one_by_one(self, drawings: Iterator[Each]) -> Iterator[Each]:
        with self._translated():
            yield from drawings

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from ml import errors  # noqa: PLC0415  (see the module's docstring)

        try:
            yield
        except errors.MLError as error:
            raise self._failure(error) from error


def _of_the_studio(error: MLError) -> Exception:
    from ml.errors import OutOfDeviceMemory  # noqa: PLC0415  (see the module's docstring)
    from studio.core.errors import ComputeBusy, ComputeFailed  # noqa: PLC0415  (Django)

    return ComputeBusy() if isinstance(error, OutOfDeviceMemory) else ComputeFailed(reason=str(error))


made: dict[str, Any] = {}


def made_once(path: str, *arguments: str) -> Any:
    """Return the door that a dotted path names, one for each process."""
    from django.utils.module_loading import import_string  # noqa: PLC0415  (see the module's docstring)

    key = " ".join([path, *arguments])
    if key not in made:
        made[key] = import_string(path)(*arguments)
    return made[key]
