"""The facade of `ml`: what the studio may ask, in the studio's terms. `studio.core.compute` alone calls it.

Deterministic: the same bytes give the same numbers, alone or in a batch. Holds no state but caches.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Generic, TypeVar

import numpy as np

from ml import index
from ml.consistency.colours import Paints, paints_of
from ml.consistency.compiling import Approved, compile_design
from ml.consistency.explaining import explain
from ml.consistency.heat import overlay
from ml.consistency.identity import Kinship, best_of, kinship, nearest_rival
from ml.consistency.lines_ink import ink_figure
from ml.consistency.lines_stage import best_of as best_look
from ml.consistency.lines_stage import look_at
from ml.consistency.measuring import Rival, measure_ink, measure_view
from ml.consistency.pack import Compiled, from_pack, to_pack
from ml.consistency.palette import build_palette
from ml.consistency.scene_cast import measure_several
from ml.consistency.scene_frame import is_frame
from ml.consistency.scene_shot import measure_frame
from ml.consistency.views import prepare
from ml.device import facts
from ml.embedders.base import Embedder, TextEmbedder
from ml.embedders.hand import HandEmbedder
from ml.errors import BadImage, ModelMismatch, ShapeMismatch, WeightsMissing
from ml.pixels import F32, Figure, cut_figure, decode, encode_png
from ml.types import (
    DesignPack,
    Embeddings,
    Explained,
    Held,
    Measurements,
    Nearest,
    Rgb,
    SheetPicture,
    SwatchSpec,
)

T = TypeVar("T")
_FIGURES_KEPT, _PACKS_KEPT, _SHARDS_KEPT = 24, 256, 8
_LEAST_HEIGHT_PX = 24
_FAMILIES = {
    "openclip": ("ml.embedders.openclip", "OpenClipEmbedder"),
    "dinov2": ("ml.embedders.dinov2", "DinoV2Embedder"),
}


class _Kept(Generic[T]):
    """A small least-recently-used cache; safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._items:
                self._items.move_to_end(key)
                return self._items[key]
        made = make()
        with self._lock:
            self._items[key] = made
            while len(self._items) > self._most:
                self._items.popitem(last=False)
        return made


class Runtime:
    """One embedder and everything that is measured with it.

    Args:
        embedder: "hand" (needs no weights), "openclip:MODEL" or "dinov2:MODEL", for example "openclip:ViT-B-32",
            "dinov2:ViT-S-14".
        weights: the local safetensors file of that model.
        device: "auto", "cpu" or "cuda".
        cache: a folder for the shards of approved drawings, so that another process need not build them; None = none.
    """

    def __init__(
        self,
        embedder: str = "hand",
        weights: Path | None = None,
        device: str = "auto",
        cache: Path | None = None,
    ) -> None:
        self._cache = cache
        self._embedder = _make_embedder(embedder, weights, device)
        self._figures: _Kept[tuple[Figure | None, Paints | None, bool]] = _Kept(_FIGURES_KEPT)
        self._packs: _Kept[Compiled] = _Kept(_PACKS_KEPT)
        self._shards: _Kept[index.Shard] = _Kept(_SHARDS_KEPT)

    @property
    def model_id(self) -> str:
        """Return the name that every vector and pack of this runtime carries."""
        return self._embedder.model_id

    def describe(self) -> dict[str, str]:
        """Return what runs here, for the status page."""
        device = getattr(self._embedder, "device", "cpu")
        told = {"model_id": self.model_id, "dim": str(self._embedder.dim), "device": str(device)}
        told["text"] = "yes" if getattr(self._embedder, "reads_text", False) else "no"
        return told | facts(str(device))

    def embed(self, pngs: Sequence[bytes]) -> Embeddings:
        """Return one vector for each drawing, in order; an empty drawing is a row of zeros.

        Raises:
            BadImage: bytes that are no 8-bit PNG, or a bomb.
        """
        figures = [self._figure(png)[0] for png in pngs]
        return Embeddings(self.model_id, self._embedder.embed(figures))

    def embed_texts(self, texts: Sequence[str]) -> Embeddings:
        """Return one vector for each text, to be compared with those of drawings.

        Raises:
            WeightsMissing: the embedder knows pictures alone.
        """
        if not isinstance(self._embedder, TextEmbedder):
            msg = "this embedder knows pictures alone; words need a model of open_clip"
            raise WeightsMissing(msg, expected="openclip:MODEL", actual=self.model_id)
        return Embeddings(self.model_id, self._embedder.embed_texts(texts))

    def compile(
        self, design_key: str, pictures: Sequence[SheetPicture], swatches: Sequence[SwatchSpec] = ()
    ) -> DesignPack:
        """Return the pack of a design from its approved drawings; swatches may be empty.

        Raises:
            BadImage: no drawing at all, an empty drawing, or bytes that are no 8-bit PNG.
        """
        figures: list[Figure] = []
        for picture in pictures:
            rgba = decode(picture.png)
            figure = ink_figure(rgba) or cut_figure(rgba)
            if figure is None:
                msg = "an approved drawing is empty"
                raise BadImage(msg, expected="a figure", actual=picture.key)
            figures.append(figure)
        if not figures:
            msg = "a design needs at least one approved drawing"
            raise BadImage(msg, expected=1, actual=0)
        vectors = self._embedder.embed(figures)
        approved = [
            Approved(p.key, p.kind, p.view, f, v) for p, f, v in zip(pictures, figures, vectors, strict=True)
        ]
        return to_pack(compile_design(design_key, self.model_id, approved, swatches))

    def measure(
        self,
        pngs: Sequence[bytes],
        vectors: Embeddings,
        cast: Sequence[DesignPack],
        rivals: Sequence[DesignPack],
        *,
        painted: bool = True,
    ) -> list[list[Measurements]]:
        """Return for each drawing one result for each cast design, in the order of `cast`.

        A painted drawing that shows several designs is taken apart and each is measured on its own figure. In a
        composited frame (`ml.consistency.scene_frame` has the rule) the cast designs are looked for; one that is
        not there has `why_not` "not_found".
        Otherwise a drawing is judged against the cast design that it shows best. For cast designs that are not
        there `applicable` is False and `why_not` "other_design". `painted` False (line stages) leaves out colour,
        parts and identity; ink on paper is then compared by its lines. `unchecked` says what was left out.

        Raises:
            ModelMismatch: vectors or packs of another embedder.
            ShapeMismatch: not one vector for each drawing.
            WeightsCorrupt: a damaged pack.
        """
        self._same_model(vectors.model_id)
        if len(pngs) != len(vectors.vectors):
            msg = "one vector for each drawing is needed"
            raise ShapeMismatch(msg, expected=len(pngs), actual=len(vectors.vectors))
        designs = [self._compiled(pack) for pack in cast]
        names = {design.design_key for design in designs}
        others = [self._compiled(pack) for pack in rivals if pack.design_key not in names]
        return [
            self._measure_one(png, vectors.vectors[row], designs, others, painted=painted)
            for row, png in enumerate(pngs)
        ]

    def _measure_one(
        self,
        png: bytes,
        vector: F32,
        designs: Sequence[Compiled],
        others: Sequence[Compiled],
        *,
        painted: bool,
    ) -> list[Measurements]:
        if not designs:
            return []
        started = perf_counter()
        inked = None if painted else self._measure_ink(png, designs)
        if inked is not None:
            inked[0].seconds["measure"] = round(perf_counter() - started, 5)
            return inked
        figure, paints, framed = self._figure(png)
        if figure is None or paints is None or figure.mask.shape[0] < _LEAST_HEIGHT_PX:
            why = "empty" if figure is None else "too_small"
            return [Measurements(self.model_id, d.design_key, applicable=False, why_not=why) for d in designs]
        if framed and painted:
            rows = measure_frame(decode(png), self.model_id, designs, self._embedder.embed)
            rows[0].seconds["measure"] = round(perf_counter() - started, 5)
            return rows
        kin = [kinship(vector, paints, design) for design in designs]
        shown = best_of(kin)
        if painted:
            several = measure_several(
                figure, paints, designs, others, kin[shown].off_share, self._embedder.embed
            )
            if several is not None:
                rows = [one or self._elsewhere(d, k) for one, d, k in zip(several, designs, kin, strict=True)]
                rows[0].seconds["measure"] = round(perf_counter() - started, 5)
                return rows
        rival = self._rival(vector, paints, others, kin[shown])
        view = prepare(figure, designs[shown].palette, paints)
        found = measure_view(view, designs[shown], kin[shown], rival, painted=painted)
        found.seconds["measure"] = round(perf_counter() - started, 5)
        return [found if i == shown else self._elsewhere(d, kin[i]) for i, d in enumerate(designs)]

    def _measure_ink(self, png: bytes, designs: Sequence[Compiled]) -> list[Measurements] | None:
        """Measure a drawing of ink on paper, None if it is none: the cast design whose lines it fits best."""
        figure = ink_figure(decode(png))
        if figure is None or figure.mask.shape[0] < _LEAST_HEIGHT_PX:
            return None
        looks = [look_at(figure, design) for design in designs]
        seen = [look for look in looks if look is not None]
        if not seen:
            return None
        best = seen[best_look(seen)]
        found = measure_ink(best)
        other = Measurements(self.model_id, "", applicable=False, why_not="other_design")
        return [
            found if look is best else replace(other, design_key=design.design_key)
            for look, design in zip(looks, designs, strict=True)
        ]

    @staticmethod
    def _rival(vector: F32, paints: Paints, others: Sequence[Compiled], own: Kinship) -> Rival | None:
        found = nearest_rival(vector, paints, others, own)
        return None if found is None else Rival(found[0].nearest[0], found[1])

    def _elsewhere(self, design: Compiled, kin: Kinship) -> Measurements:
        return Measurements(
            self.model_id, design.design_key, applicable=False, why_not="other_design", nearest=kin.nearest
        )

    def search(self, query: Embeddings, packs: Sequence[DesignPack], k: int) -> list[tuple[Nearest, ...]]:
        """Return the k nearest approved drawings among `packs` for each row, nearest first.

        Raises:
            ModelMismatch: the query or a pack is of another embedder.
        """
        self._same_model(query.model_id)
        key = hashlib.sha256("".join(pack.sha256 for pack in packs).encode()).hexdigest()
        return self._shards.get(key, lambda: self._kept_shard(key, packs)).search(query, k)

    def _kept_shard(self, key: str, packs: Sequence[DesignPack]) -> index.Shard:
        """Return the shard of these packs from the cache's folder, whole and of these very packs, or built anew."""
        if self._cache is None:
            return self._shard(packs)
        folder = self._cache / hashlib.sha256(self.model_id.encode()).hexdigest()[:16]
        designs = ",".join(sorted(pack.design_key for pack in packs))
        folder /= hashlib.sha256(designs.encode()).hexdigest()[:16]
        return index.kept(folder, self.model_id, key, lambda: self._shard(packs))

    def _shard(self, packs: Sequence[DesignPack]) -> index.Shard:
        designs = [self._compiled(pack) for pack in packs]
        keys = [(design.design_key, key) for design in designs for key in design.keys]
        rows = [design.vectors for design in designs]
        stacked = np.concatenate(rows) if rows else np.zeros((0, self._embedder.dim), np.float32)
        return index.build(Embeddings(self.model_id, stacked), keys)

    def explain(
        self, measurement: Measurements, size_hw: tuple[int, int], held: Held | None = None
    ) -> Explained:
        """Return the heat map of a measurement and, if `held` is given, what there is to look at for its claims.

        The map is a PNG to lay over the drawing of `size_hw`: clear = nothing, amber = limit, red = twice.

        Raises:
            BadImage: bytes that are no 8-bit PNG.
            ModelMismatch, WeightsCorrupt: the pack of `held` is of another embedder, or damaged.
        """
        if measurement.drift_map is None or measurement.map_box_xyxy is None:
            heat = encode_png(np.zeros((*size_hw, 4), np.uint8))
        else:
            heat = encode_png(overlay(measurement.drift_map, measurement.map_box_xyxy, size_hw))
        shown = () if held is None else explain(held, self._compiled(held.pack), measurement)
        return Explained(heat, shown)

    @staticmethod
    def swatches_from_sheet(pictures: Sequence[SheetPicture]) -> list[SwatchSpec]:
        """Return the flat colours of approved drawings as swatches with plain names, largest area first."""
        figures = [cut_figure(decode(picture.png)) for picture in pictures]
        palette = build_palette([paints_of(f) for f in figures if f is not None], ())
        rows = zip(
            palette.parts, palette.tones, palette.rgb.tolist(), palette.tolerance_de.tolist(), strict=True
        )
        return [
            SwatchSpec(part, tone, (rgb[0], rgb[1], rgb[2]), round(de, 2)) for part, tone, rgb, de in rows
        ]

    @staticmethod
    def swatch_at(png: bytes, point_xy: tuple[int, int]) -> Rgb | None:
        """Return the colour under the eyedropper, None on bare paper; flat paint nearby wins over an edge.

        Raises:
            ShapeMismatch: the point is outside the drawing.
        """
        rgba = decode(png)
        x, y = point_xy
        if not (0 <= x < rgba.shape[1] and 0 <= y < rgba.shape[0]):
            msg = "the point is outside the drawing"
            raise ShapeMismatch(msg, expected=rgba.shape[:2], actual=point_xy)
        if rgba[y, x, 3] < 128:
            return None
        around = rgba[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].reshape(-1, 4)
        values, counts = np.unique(around[around[:, 3] >= 128][:, :3], axis=0, return_counts=True)
        row = values[int(np.argmax(counts))] if counts.max() > 2 else rgba[y, x]
        return int(row[0]), int(row[1]), int(row[2])

    def _figure(self, png: bytes) -> tuple[Figure | None, Paints | None, bool]:
        return self._figures.get(hashlib.sha256(png).hexdigest(), lambda: _read(png))

    def _compiled(self, pack: DesignPack) -> Compiled:
        self._same_model(pack.model_id)
        return self._packs.get(pack.sha256, lambda: from_pack(pack))

    def _same_model(self, model_id: str) -> None:
        if model_id != self.model_id:
            msg = "vectors or packs of another model; embed or compile them anew"
            raise ModelMismatch(msg, expected=self.model_id, actual=model_id)


def _read(png: bytes) -> tuple[Figure | None, Paints | None, bool]:
    rgba = decode(png)
    figure = cut_figure(rgba)
    return figure, None if figure is None else paints_of(figure), is_frame(rgba)


def _make_embedder(name: str, weights: Path | None, device: str) -> Embedder:
    if name == "hand":
        return HandEmbedder()
    family, _colon, model = name.partition(":")
    if family not in _FAMILIES or not model:
        msg = f'there is no embedder "{name}": it is "hand", "openclip:MODEL" or "dinov2:MODEL"'
        raise WeightsMissing(msg, expected=["hand", *_FAMILIES], actual=name)
    where, kind = _FAMILIES[family]
    made: Embedder = getattr(importlib.import_module(where), kind)(
        model, weights, device
    )  # torch takes seconds
    return made
