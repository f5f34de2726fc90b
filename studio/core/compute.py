"""The door to the picture engine: the only module that opens `ml`, and only when a worker asks.

The web process imports this module but never calls the factory, so it never loads torch, faiss or cv2 (a test
holds that). The plain records of `ml.types` pass through here, on demand: write `door.DesignPack`. Errors of `ml`
are translated here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from studio.core.errors import ComputeBusy, ComputeFailed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ml.runtime import Runtime
    from ml.types import (
        ArchiveRows,
        Claim,  # noqa: F401  (named by those who come through this door)
        DesignPack,
        Embeddings,
        Explained,
        Held,
        Hit,
        Measurements,
        Nearest,
        SheetPicture,
        Shown,  # noqa: F401
        SwatchSpec,
    )

    ArchiveScope = Mapping[int, npt.NDArray[np.int64] | None]

_RECORDS = frozenset(
    {
        "ArchiveRows",
        "Claim",
        "DesignPack",
        "Embeddings",
        "Explained",
        "Held",
        "Hit",
        "Measurements",
        "Nearest",
        "SheetPicture",
        "Shown",
        "SwatchSpec",
    }
)


def __getattr__(name: str) -> Any:
    """Hand out the plain records of `ml.types` when a worker first names one."""
    if name not in _RECORDS:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from ml import types  # noqa: PLC0415  (see the module's docstring)

    return getattr(types, name)


class Compute(Protocol):
    """What workers ask of the device. Pictures are 8-bit PNG bytes; results know the model that made them."""

    def describe(self) -> dict[str, Any]:
        """Return model_id, embedder, device and versions."""

    def embed(self, pngs: Sequence[bytes | str]) -> Embeddings:
        """Return one unit vector per picture, in order; a text instead of a picture where the model reads text."""

    def compile(
        self, design_key: str, pictures: Sequence[SheetPicture], swatches: Sequence[SwatchSpec]
    ) -> DesignPack:
        """Return what the check needs to know about an approved design."""

    def measure(
        self,
        pngs: Sequence[bytes],
        vectors: Embeddings,
        cast: Sequence[DesignPack],
        rivals: Sequence[DesignPack],
        *,
        painted: bool,
    ) -> list[list[Measurements]]:
        """Measure each picture against each cast design (outer list = pictures, inner = cast, in order)."""

    def search(
        self, query: Embeddings, packs: Sequence[DesignPack], *, top: int
    ) -> list[tuple[Nearest, ...]]:
        """Return the nearest approved drawings of all packs for each vector."""

    def explain(
        self, measurement: Measurements, size_hw: tuple[int, int], held: Held | None = None
    ) -> Explained:
        """Return the drift map as a PNG overlay of the drawing's size, and what there is to see for each claim."""


@contextmanager
def _translated() -> Iterator[None]:
    from ml import errors  # noqa: PLC0415  (see the module's docstring)

    try:
        yield
    except errors.OutOfDeviceMemory as error:
        raise ComputeBusy from error
    except errors.MLError as error:
        raise ComputeFailed(reason=str(error)) from error


class LocalCompute:
    """The engine in this process, loaded at the first call, with one embedder."""

    def __init__(self, embedder: str, weights: str) -> None:
        from ml.runtime import Runtime  # noqa: PLC0415  (see the module's docstring)

        with _translated():
            self._runtime: Runtime = Runtime(
                embedder,
                weights=Path(weights) if weights else None,
                device=settings.COMPUTE_DEVICE,
                cache=Path(settings.CACHE_DIR) / "shards" if settings.CACHE_DIR else None,
            )

    def _call(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with _translated():
            return method(*args, **kwargs)

    def describe(self) -> dict[str, Any]:
        """See Compute."""
        return self._call(self._runtime.describe)

    def embed(self, pngs: Sequence[bytes | str]) -> Embeddings:
        """See Compute. Texts and pictures are not mixed in one call."""
        is_text = any(isinstance(each, str) for each in pngs)
        return self._call(self._runtime.embed_texts if is_text else self._runtime.embed, pngs)

    def compile(
        self, design_key: str, pictures: Sequence[SheetPicture], swatches: Sequence[SwatchSpec]
    ) -> DesignPack:
        """See Compute."""
        return self._call(self._runtime.compile, design_key, pictures, swatches)

    def measure(
        self,
        pngs: Sequence[bytes],
        vectors: Embeddings,
        cast: Sequence[DesignPack],
        rivals: Sequence[DesignPack],
        *,
        painted: bool,
    ) -> list[list[Measurements]]:
        """See Compute."""
        return self._call(self._runtime.measure, pngs, vectors, cast, rivals, painted=painted)

    def search(
        self, query: Embeddings, packs: Sequence[DesignPack], *, top: int
    ) -> list[tuple[Nearest, ...]]:
        """See Compute."""
        return self._call(self._runtime.search, query, packs, top)

    def explain(
        self, measurement: Measurements, size_hw: tuple[int, int], held: Held | None = None
    ) -> Explained:
        """See Compute."""
        return self._call(self._runtime.explain, measurement, size_hw, held)


_newest: list[Compute] = []  # the engine that this process loaded last


def loaded() -> dict[str, Any]:
    """Return what this process knows of the engine that it loaded last; nothing where it has made none."""
    return dict(_newest[-1].describe()) if _newest and _make.cache_info().currsize else {}


@cache
def _make(path: str, embedder: str, weights: str) -> Compute:
    engine: Compute = import_string(path)(embedder, weights)
    _newest[:] = [engine]
    return engine


def compute(embedder: str | None = None, weights: str | None = None) -> Compute:
    """Return the engine of this process with an embedder, that of the settings unless one is named.

    While a studio changes its model, two engines live side by side; each knows its own `model_id` and refuses
    vectors and packs of the other. Only workers and commands call this, never a page.

    Raises:
        ComputeFailed: the model cannot be loaded; says the file, the reason and the way out.
    """
    if embedder is None:
        embedder, weights = str(settings.EMBEDDER), str(settings.EMBEDDER_WEIGHTS or "")
    return _make(settings.COMPUTE, embedder, weights or "")


class ArchiveIndex(Protocol):
    """The searchable cache of one model's vectors. `groups` are productions, ids the numbers of vectors."""

    def facts(self) -> dict[str, Any]:
        """Return rows, bytes, segments, groups and the note of whoever wrote last."""

    def ids_of(self, group: int) -> npt.NDArray[np.int64]:
        """Return the ids of a group that are there, sorted."""

    def change(
        self, added: ArchiveRows | None, removed: ArchiveScope | None, note: dict[str, Any] | None
    ) -> None:
        """Add rows, remove ids (None = the whole group) and keep a note: all of it or nothing."""

    def tidy(self, beat: Callable[[], None]) -> None:
        """Merge what has become many pieces; `beat` is called while it lasts."""

    def clear(self) -> None:
        """Forget everything."""

    def search(
        self, query: Embeddings, scope: ArchiveScope, without: npt.NDArray[np.int64], top: int
    ) -> list[tuple[Hit, ...]]:
        """Return the nearest of what `scope` allows, for each vector; the answer is full where there are enough."""


class LocalArchive:
    """The archive in a folder of this machine."""

    def __init__(self, folder: Path, model_id: str) -> None:
        from ml.archive import open_archive  # noqa: PLC0415  (see the module's docstring)

        with _translated():
            self._archive = open_archive(folder, model_id, settings.COMPUTE_DEVICE)

    def facts(self) -> dict[str, Any]:
        """See ArchiveIndex."""
        with _translated():
            return self._archive.facts()

    def ids_of(self, group: int) -> npt.NDArray[np.int64]:
        """See ArchiveIndex."""
        with _translated():
            return self._archive.ids_of(group)

    def change(
        self, added: ArchiveRows | None, removed: ArchiveScope | None, note: dict[str, Any] | None
    ) -> None:
        """See ArchiveIndex."""
        with _translated():
            self._archive.change(added, removed, note)

    def tidy(self, beat: Callable[[], None]) -> None:
        """See ArchiveIndex."""
        with _translated():
            self._archive.tidy(beat)

    def clear(self) -> None:
        """See ArchiveIndex."""
        with _translated():
            self._archive.clear()

    def search(
        self, query: Embeddings, scope: ArchiveScope, without: npt.NDArray[np.int64], top: int
    ) -> list[tuple[Hit, ...]]:
        """See ArchiveIndex."""
        with _translated():
            return self._archive.search(query, scope, without, top)


@cache
def archive(model_id: str) -> ArchiveIndex:
    """Return the archive of a model on this machine. Only workers and commands call this, never a page."""
    made: ArchiveIndex = import_string(settings.ARCHIVE)(Path(settings.CACHE_DIR) / "archive", model_id)
    return made
