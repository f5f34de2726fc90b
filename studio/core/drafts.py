"""The door to the in-betweener, beside that of `studio.core.compute`: workers and the command line go through it.

It opens `ml` when somebody asks, and Django only for those who have it: `sakkan inbetween` has neither settings nor
database. The preview of a page has a process of its own and does not come here.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from studio.core.engine_door import EngineDoor, made_once

if TYPE_CHECKING:
    from ml.inbetween.drafts import Drafts
    from ml.types import Drafted, Studied
    from studio.core.engine_door import Failure


class Drafting(Protocol):
    """What is asked of the in-betweener. Keys are 8-bit PNG bytes of one size; position 0 = key A, 1 = key B.

    `steering` is the part "steering" of a sidecar; {} = automatic. `weights` False draws without the network.
    """

    def describe_inbetween(self, *, weights: bool = True) -> dict[str, Any]:
        """Return engine, model_id ("none" = without weights) and the sidecar's format."""

    def regions(
        self, a_png: bytes, b_png: bytes, steering: Mapping[str, Any], *, weights: bool = True
    ) -> Studied:
        """Return the regions of both keys and where a breakdown drawing is needed (empty = nowhere)."""

    def inbetweens(
        self,
        a_png: bytes,
        b_png: bytes,
        steering: Mapping[str, Any],
        positions: Sequence[float],
        *,
        weights: bool = True,
    ) -> Iterator[Drafted]:
        """Return the drawings in the order of the positions, each as soon as it is drawn."""


class LocalDrafting(EngineDoor):
    """The engine in this process, loaded at the first call."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__(failure)
        self._drafts: Drafts | None = None

    @property
    def _engine(self) -> Drafts:
        if self._drafts is None:
            from ml.inbetween.drafts import Drafts  # noqa: PLC0415  (see the module's docstring)

            self._drafts = Drafts()
        return self._drafts

    def describe_inbetween(self, *, weights: bool = True) -> dict[str, Any]:
        """See Drafting."""
        with self._translated():
            return self._engine.describe(weights=weights)

    def regions(
        self, a_png: bytes, b_png: bytes, steering: Mapping[str, Any], *, weights: bool = True
    ) -> Studied:
        """See Drafting."""
        with self._translated():
            return self._engine.study(a_png, b_png, steering, weights=weights)

    def inbetweens(
        self,
        a_png: bytes,
        b_png: bytes,
        steering: Mapping[str, Any],
        positions: Sequence[float],
        *,
        weights: bool = True,
    ) -> Iterator[Drafted]:
        """See Drafting. What is wrong with keys, steering or positions is raised here, not at the first drawing."""
        with self._translated():
            drawings = self._engine.draw(a_png, b_png, steering, positions, weights=weights)
        return self._one_by_one(drawings)


class RifeDrafting(LocalDrafting):
    """RIFE with weights that the operator installed, for comparison and for backgrounds; it cannot be steered."""

    def __init__(self, weights: str) -> None:
        super().__init__()
        self._weights = weights

    @property
    def _engine(self) -> Drafts:
        if self._drafts is None:
            from studio.core.errors import ComputeFailed  # noqa: PLC0415  (see the module's docstring)

            try:
                made = importlib.import_module("ml.inbetween.rife")
            except ModuleNotFoundError as error:
                raise ComputeFailed(reason="this version of Sakkan cannot run RIFE") from error
            self._drafts = made.RifeDrafts(self._weights)
        return self._drafts


def drafting(engine: str = "") -> Drafting:
    """Return the in-betweener of this process, as the settings name it; another one by its name in DRAFTING_OTHERS.

    Only workers call this, never a page.
    """
    from django.conf import settings  # noqa: PLC0415  (see the module's docstring)

    path, *weights = settings.DRAFTING_OTHERS[engine] if engine else (str(settings.DRAFTING),)
    return cast("Drafting", made_once(path, *weights))
