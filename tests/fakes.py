"""Fakes at the doors. A test plants what a picture measures, so it can say "drawing 7 is off-model" without torch."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ml.types import (
    AspectMeasure,
    Claim,
    Cleaned,
    DesignPack,
    Drafted,
    Embeddings,
    Explained,
    Held,
    Hit,
    Measurements,
    Nearest,
    Outline,
    SheetPicture,
    Shown,
    Studied,
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
        self.embedded: list[bytes | str] = []
        self.measured: list[bytes] = []
        self.compiled: list[str] = []
        self.explained: list[Held] = []

    def plant(self, png: bytes, *aspects: AspectMeasure, **fields: Any) -> None:
        """Say what a picture measures."""
        drift = max((one.drift for one in aspects), default=0.2)
        self.planted[png] = {"aspects": aspects, "drift": drift, **fields}

    def describe(self) -> dict[str, Any]:
        return {"model_id": self.model, "device": "none"}

    def embed(self, pngs: Sequence[bytes | str]) -> Embeddings:
        self.embedded += pngs
        read = [png.encode() if isinstance(png, str) else png for png in pngs]
        rows = [np.frombuffer(hashlib.sha256(png).digest()[:16], np.uint8) for png in read]
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


class FakeArchive:
    """An archive in a dict, searched row by row. It counts the rows that were added and removed."""

    def __init__(self, folder: Path, model_id: str) -> None:
        self.model_id, self.note = model_id, dict[str, Any]()
        self.rows: dict[tuple[int, int], np.ndarray] = {}
        self.added, self.removed = 0, 0

    def facts(self) -> dict[str, Any]:
        groups = sorted({group for group, _ in self.rows})
        counts = {"rows": len(self.rows), "segments": 1, "coarse_rows": 0, "bytes": 100 * len(self.rows)}
        return {**counts, "groups": groups, "note": self.note}

    def ids_of(self, group: int) -> np.ndarray:
        return np.asarray(sorted(key for each, key in self.rows if each == group), np.int64)

    def change(self, added: Any, removed: Any, note: dict[str, Any] | None) -> None:
        for group, ids in (removed or {}).items():
            for key in self.ids_of(group) if ids is None else ids:
                self.removed += self.rows.pop((group, int(key)), None) is not None
        if added is not None:
            keys = zip(added.groups.tolist(), added.ids.tolist(), strict=True)
            self.rows |= dict(zip(keys, added.vectors, strict=True))
            self.added += len(added.ids)
        self.note = self.note if note is None else note

    def tidy(self, beat: Any) -> None:
        beat()

    def clear(self) -> None:
        self.rows, self.note = {}, {}

    def search(self, query: Embeddings, scope: Any, without: np.ndarray, top: int) -> list[tuple[Hit, ...]]:
        assert query.model_id == self.model_id
        found: dict[int, Hit] = {}
        for (group, key), vector in self.rows.items():
            ids = scope.get(group, ())
            if (ids is None or key in ids) and key not in without:
                lengths = np.linalg.norm(vector) * np.linalg.norm(query.vectors[0])
                found[key] = Hit(key, float(vector @ query.vectors[0] / lengths))
        return [tuple(sorted(found.values(), key=lambda hit: -hit.similarity)[:top])]


class FakeDrafting:
    """An in-betweener that answers with key A and a dot by position, and is weak where it was told to be.

    It keeps what it was asked.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.weak: tuple[dict[str, Any], ...] = ()
        self.fails_at: dict[float, Exception] = {}

    def describe_inbetween(self, *, weights: bool = True) -> dict[str, Any]:
        model_id = "fake-net@000000000000" if weights else "none"
        return {"engine": "fake-1", "model_id": model_id, "format": "sakkan-inbetween/1"}

    def regions(
        self, a_png: bytes, b_png: bytes, steering: Mapping[str, Any], *, weights: bool = True
    ) -> Studied:
        return Studied((), self.weak)

    def inbetweens(
        self,
        a_png: bytes,
        b_png: bytes,
        steering: Mapping[str, Any],
        positions: Sequence[float],
        *,
        weights: bool = True,
    ) -> Iterator[Drafted]:
        self.asked.append({"steering": dict(steering), "positions": tuple(positions), "weights": weights})
        return (self._one(a_png, at) for at in positions)

    def _one(self, a_png: bytes, at: float) -> Drafted:
        if at in self.fails_at:
            raise self.fails_at[at]
        picture = Image.open(io.BytesIO(a_png)).convert("RGBA")
        picture.putpixel((int(at * (picture.width - 1)), 0), (255, 0, 0, 255))
        drawn = io.BytesIO()
        picture.save(drawn, "PNG")
        return Drafted(at, drawn.getvalue(), 0.4 if self.weak else 0.9, self.weak)


class FakeCleaning:
    """A clean-up that answers with the rough and a dot by the strength, two strokes and a closure.

    It keeps what it was asked. The red pencil is kept apart unless it is asked to be otherwise.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.fails_at: dict[int, BaseException] = {}
        self.learned: list[int] = []

    def describe_cleanup(self, *, weights: bool = True) -> dict[str, Any]:
        model_id = "fake-net@000000000000" if weights else "none"
        return {"engine": "fake-1", "model_id": model_id, "format": "sakkan-cleanup/1"}

    def clean(
        self, roughs: Sequence[bytes], wishes: Sequence[Mapping[str, Any]], *, weights: bool = True
    ) -> Iterator[Cleaned]:
        self.asked.append(
            {"roughs": len(roughs), "wishes": [dict(each) for each in wishes], "weights": weights}
        )
        return (self._one(index, *each) for index, each in enumerate(zip(roughs, wishes, strict=True)))

    def _one(self, index: int, rough: bytes, wishes: Mapping[str, Any]) -> Cleaned:
        if index in self.fails_at:
            raise self.fails_at[index]
        picture = Image.open(io.BytesIO(rough)).convert("RGBA")
        picture.putpixel((int(wishes.get("strength", 0.5) * (picture.width - 1)), 0), (0, 0, 0, 255))
        drawn = io.BytesIO()
        picture.save(drawn, "PNG")
        strokes = [
            {"name": f"s{n}", "layer": "ink", "points_xy": [[n, 0], [n, 9]], "is_on": True} for n in (1, 2)
        ]
        closure = {"name": "c1", "points_xy": [[1, 9], [2, 9]], "length_px": 1.0, "is_on": True}
        layers = {"red": drawn.getvalue()} if wishes.get("red", "apart") == "apart" else {}
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
        return Cleaned(
            drawn.getvalue(), svg, layers, strokes, [closure], 3, 1, 0.9, ("paper's edge cut away",)
        )

    def learn_style(self, pngs: Sequence[bytes]) -> dict[str, Any]:
        self.learned.append(len(pngs))
        return {
            "line_rgb": [20, 20, 20],
            "weight_px": 2.5,
            "height_px": 500,
            "profile": [1.0] * 16,
            "spread": 0.1,
            "by_length": [0.9, 1.0, 1.1],
        }


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
