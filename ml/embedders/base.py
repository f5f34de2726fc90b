"""The interface of an embedder. Small on purpose, so that a fake has ten lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from ml.pixels import Figure


class Embedder(Protocol):
    """Turns figures into unit vectors.

    Convention:
        - `model_id` = name@weights-sha[:12]/preprocessing-version; it changes whenever a vector would
        - `dim` is the length of a vector
    """

    @property
    def model_id(self) -> str:
        """Return the name that every vector of this embedder carries."""

    @property
    def dim(self) -> int:
        """Return the length of a vector."""

    def embed(self, figures: Sequence[Figure | None]) -> npt.NDArray[np.float32]:
        """Return (N, dim) float32 unit rows in the caller's order; an empty drawing (None) is a zero row."""


@runtime_checkable
class TextEmbedder(Protocol):
    """An embedder that also puts words into the same space as pictures."""

    @property
    def reads_text(self) -> bool:
        """Return whether this very model can."""

    def embed_texts(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return (N, dim) float32 unit rows, to be compared with those of pictures."""


def unit_rows(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the rows at length 1; rows of zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), np.float32)
