"""What passes between the processes of `sakkan compare`: plain data, readable before Django knows any setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings

from studio.cli.compare_files import Fault
from studio.cli.compare_pictures import Shot

if TYPE_CHECKING:
    from studio.core import compute as door


@dataclass(frozen=True)
class Model:
    """Which embedder runs where; `weights` is a file, empty for one that needs none."""

    embedder: str = "hand"
    weights: str = ""
    device: str = "auto"


@dataclass(frozen=True)
class Bench:
    """Everything that a drawing is compared with. Goes to every worker as it is."""

    model: Model
    cast: tuple[door.DesignPack, ...]
    rivals: tuple[door.DesignPack, ...]
    names: Mapping[str, str]
    painted: bool
    limit: float
    with_pictures: bool
    approved: Mapping[str, str]  # content of an approved drawing → its name


@dataclass
class Measured:
    """What one file came to. `fault` when it could not be read or measured; then nothing else is there."""

    file: str
    fault: Fault | None = None
    notes: list[Fault] = field(default_factory=list)
    size_hw: tuple[int, int] = (0, 0)
    approved_as: str = ""
    results: list[dict[str, Any]] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    shot: Shot | None = None
    painted: bool = True

    @property
    def judged(self) -> list[dict[str, Any]]:
        """Return the results that say something: of lines alone, at least one aspect must have been measured."""
        return [one for one in self.results if one["applicable"] and (self.painted or one["aspects"])]

    @property
    def state(self) -> str:
        """Return flagged, clean, not_compared or unreadable."""
        if self.fault is not None:
            return "unreadable"
        if self.flags:
            return "flagged"
        return "clean" if self.judged else "not_compared"

    @property
    def drift(self) -> float | None:
        """Return the worst drift against a design that it could be compared with; None where there is none."""
        return round(max(result["drift"] for result in self.judged), 4) if self.judged else None


def set_up(model: Model) -> None:
    """Give Django the few values that words and the door look at. Does nothing where there are settings.

    To be called before anything of `qa` or `studio.core` is imported: their sentences ask for a language.
    """
    if not settings.configured:
        settings.configure(
            USE_I18N=False,
            COMPUTE="studio.core.compute.LocalCompute",
            EMBEDDER=model.embedder,
            EMBEDDER_WEIGHTS=model.weights,
            COMPUTE_DEVICE=model.device,
            CACHE_DIR="",  # folders in, a report out: nothing is kept
        )
