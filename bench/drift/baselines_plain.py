"""Baselines without a network of their own: a mean colour histogram, a perceptual hash, and bare embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from ml.pixels import F32, Figure, cut_figure, decode, over, resize
from ml.runtime import Runtime


class Baseline(Protocol):
    """Learns the gallery of a design and says how far a drawing is from it; higher = worse."""

    def learn(self, design: str, pngs: Sequence[bytes]) -> None:
        """Remember the approved drawings of a design."""

    def drift(self, design: str, png: bytes) -> float:
        """Return how far a drawing is from a design."""


def _figure(png: bytes) -> Figure:
    figure = cut_figure(decode(png))
    if figure is None:
        msg = "the bench shows no empty drawings"
        raise ValueError(msg)
    return figure


class MeanHistogram:
    """1 - intersection with the mean Lab histogram (8 x 8 x 8, figure only) of the gallery."""

    def __init__(self) -> None:
        self._mean: dict[str, F32] = {}

    @staticmethod
    def _histogram(png: bytes) -> F32:
        figure = _figure(png)
        lab = cv2.cvtColor(np.ascontiguousarray(figure.rgba[..., :3]), cv2.COLOR_RGB2LAB)
        mask = figure.mask.astype(np.uint8)
        counts = cv2.calcHist([lab], [0, 1, 2], mask, [8, 8, 8], [0, 256, 0, 256, 0, 256]).ravel()
        return np.asarray(counts / max(1.0, float(counts.sum())), np.float32)

    def learn(self, design: str, pngs: Sequence[bytes]) -> None:
        """Remember the mean histogram."""
        self._mean[design] = np.mean([self._histogram(p) for p in pngs], axis=0)

    def drift(self, design: str, png: bytes) -> float:
        """Return 1 - intersection."""
        return 1.0 - float(np.minimum(self._mean[design], self._histogram(png)).sum())


class PerceptualHash:
    """Least Hamming distance of 64-bit DCT hashes."""

    def __init__(self) -> None:
        self._bits: dict[str, list[np.ndarray]] = {}

    @staticmethod
    def _hash(png: bytes) -> np.ndarray:
        figure = _figure(png)
        gray = cv2.cvtColor(over(figure.rgba, figure.mask, (255, 255, 255)), cv2.COLOR_RGB2GRAY)
        low = cv2.dct(resize(gray, (32, 32)).astype(np.float32))[:8, :8].ravel()
        return np.asarray(low > np.median(low[1:]))

    def learn(self, design: str, pngs: Sequence[bytes]) -> None:
        """Remember the hashes."""
        self._bits[design] = [self._hash(p) for p in pngs]

    def drift(self, design: str, png: bytes) -> float:
        """Return the least distance, 0..64."""
        own = self._hash(png)
        return float(min(np.count_nonzero(own != other) for other in self._bits[design]))


class BareEmbedding:
    """1 - cosine to the nearest approved drawing, by any embedder."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._rows: dict[str, F32] = {}

    def learn(self, design: str, pngs: Sequence[bytes]) -> None:
        """Remember the vectors."""
        self._rows[design] = self._runtime.embed(pngs).vectors

    def drift(self, design: str, png: bytes) -> float:
        """Return 1 - similarity."""
        return 1.0 - float((self._rows[design] @ self._runtime.embed([png]).vectors[0]).max())
