"""The door to the clean-up, beside that of the in-betweener: workers and the command line go through it.

It opens `ml` when somebody asks, and Django only for those who have it. The preview of a page has a process of its own
and does not come here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from studio.core.engine_door import EngineDoor, made_once

if TYPE_CHECKING:
    from ml.cleanup.facade import Cleanups
    from ml.types import Cleaned
    from studio.core.engine_door import Failure


class Cleaning(Protocol):
    """What is asked of the clean-up. Roughs are PNG bytes; `wishes` is that part of a sidecar, {} = automatic.

    `weights` False cleans without the network.
    """

    def describe_cleanup(self, *, weights: bool = True) -> dict[str, Any]:
        """Return engine, model_id ("none" = without weights) and the sidecar's format."""

    def clean(
        self, roughs: Sequence[bytes], wishes: Sequence[Mapping[str, Any]], *, weights: bool = True
    ) -> Iterator[Cleaned]:
        """Return the drawings in their order, each as soon as it is drawn; several are drawings of one cell."""

    def learn_style(self, pngs: Sequence[bytes]) -> dict[str, Any]:
        """Return the hand in which finished drawings are drawn, as the part "style" of wishes holds it."""


class LocalCleaning(EngineDoor):
    """The engine in this process, loaded at the first call."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__(failure)
        self._cleanups: Cleanups | None = None

    @property
    def _engine(self) -> Cleanups:
        if self._cleanups is None:
            from ml.cleanup.facade import Cleanups  # noqa: PLC0415  (see the module's docstring)

            self._cleanups = Cleanups()
        return self._cleanups

    def describe_cleanup(self, *, weights: bool = True) -> dict[str, Any]:
        """See Cleaning."""
        with self._translated():
            return self._engine.describe(weights=weights)

    def clean(
        self, roughs: Sequence[bytes], wishes: Sequence[Mapping[str, Any]], *, weights: bool = True
    ) -> Iterator[Cleaned]:
        """See Cleaning. What is wrong with wishes is raised here, not at the first drawing."""
        with self._translated():
            drawings = self._engine.clean(roughs, wishes, weights=weights)
        return self._one_by_one(drawings)

    def learn_style(self, pngs: Sequence[bytes]) -> dict[str, Any]:
        """See Cleaning."""
        with self._translated():
            return dict(self._engine.learn_style(pngs))


def cleaning() -> Cleaning:
    """Return the clean-up of this process, as the settings name it. Only workers call this, never a page."""
    from django.conf import settings  # noqa: PLC0415  (see the module's docstring)

    return cast("Cleaning", made_once(str(settings.CLEANING)))
