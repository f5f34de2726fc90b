"""Fakes at the doors. A test plants what a picture measures, so it can say "drawing 7 is off-model" without torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ml.types import (
    AspectMeasure,
    Claim,
    DesignPack,
    Embeddings,
    Explained,
    Held,
    Measurements,
    Nearest,
    Outline,
    SheetPicture,
    Shown,
    SwatchSpec,
)

MODEL = "fake@000000000000/1"


def aspect(name: str, drift: float, part: str = "head", **fields: Any) -> AspectMeasure:
    """Return one measured aspect; the numbers are of a head 15 % too large unless said otherwise."""
    values = {"value": 115.0, "sheet_value": 100.0, "allowed": 6.0, "unit": "%", "box_xyxy": (4, 4, 20, 20)}
    return AspectMeasure(name, part, drift=drift, **(values | fields))  # type: ignore[arg-type]


class FakeCompute:
    """An engine without pictures: everything is on-model at drift 0.2 unless planted. It counts what it was asked."""

    def __init__(self, embedder: str = "hand", weights: str = "") -> None:
        self.model = MODEL if embedder == "hand" else f"{embedder}@{weights or 0}/1"
        self.planted: dict[bytes, dict[str, Any]] = {}
        self.embedded: list[bytes] = []
        self.measured: list[bytes] = []
        self.compiled: list[str] = []
        self.explained: list[Held] = []

    def plant(self, png: bytes, *aspects: AspectMeasure, **fields: Any) -> None:
        """Say what a picture measures."""
        drift = max((one.drift for one in aspects), default=0.2)
        self.planted[png] = {"aspects": aspects, "drift": drift, **fields}

    def describe(self) -> dict[str, Any]:
        return {"model_id": self.model, "device": "none"}

    def embed(self, pngs: Sequence[bytes]) -> Embeddings:
        self.embedded += pngs
        rows = [np.frombuffer(hashlib.sha256(png).digest()[:16], np.uint8) for png in pngs]
        return Embeddings(self.model, np.stack(rows).astype(np.float32) / 1000.0)

    def compile(
        self, design_key: str, pictures: Sequence[SheetPicture], swatches: Sequence[SwatchSpec]
    ) -> DesignPack:
        self.compiled.append(design_key)
        payload = ",".join([design_key, *(picture.key for picture in pictures)]).encode()
        sha256 = hashlib.sha256(payload).hexdigest()
        return DesignPack(design_key, self.model, payload, sha256, {"PROPORTION": 6.0}, len(pictures))

    def measure(
        self,
        pngs: Sequence[bytes],
        vectors: Embeddings,
        cast: Sequence[DesignPack],
        rivals: Sequence[DesignPack],
        *,
        painted: bool,
    ) -> list[list[Measurements]]:
        assert len(pngs) == len(vectors.vectors)
        assert {vectors.model_id, *(pack.model_id for pack in [*cast, *rivals])} == {self.model}
        self.measured += pngs
        return [[self._one(png, pack) for pack in cast] for png in pngs]

    def _one(self, png: bytes, pack: DesignPack) -> Measurements:
        keys = pack.payload.decode().split(",")[1:4]
        near = tuple(Nearest(pack.design_key, key, 0.9 - 0.1 * i) for i, key in enumerate(keys))
        fields: dict[str, Any] = {"applicable": True, "why_not": "", "nearest": near, "drift": 0.2}
        return Measurements(self.model, pack.design_key, **(fields | self.planted.get(png, {})))

    def search(
        self, query: Embeddings, packs: Sequence[DesignPack], *, top: int
    ) -> list[tuple[Nearest, ...]]:
        return [() for _ in query.vectors]

    def explain(
        self, measurement: Measurements, size_hw: tuple[int, int], held: Held | None = None
    ) -> Explained:
        """Lay every approved drawing where it is, with an arrow in the claim's box and the box as outline."""
        heat = f"heat {measurement.drift} {size_hw}".encode()
        if held is None:
            return Explained(heat)
        self.explained += [held]
        return Explained(heat, tuple(_shown(held, claim) for claim in held.claims))


def _shown(held: Held, claim: Claim) -> Shown:
    if claim.box_xyxy is None:
        return Shown(why_not="no_fit")
    x0, y0, x1, y1 = claim.box_xyxy
    outline = Outline("drawing", ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return Shown(
        (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        held.approved_png,
        ((x0, y0, x0 + 6.0, y0 + 2.5),),
        (outline,),
    )
