"""What was compiled from a sheet, as arrays, and as the bytes of a `DesignPack`.

The payload is zlib over safetensors (numbers only, no pickle), so a damaged pack is refused by its checksum
and nothing in it can run.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ml.consistency.gamut import Gamut
from ml.consistency.inventory import Pieces, pieces_of
from ml.consistency.palette import Palette
from ml.consistency.zones import Zone
from ml.errors import WeightsCorrupt
from ml.pixels import F32
from ml.types import DesignPack

FORMAT = "sakkan-pack/4"
ZONES = ("head", "torso")
ENCODED = "ENCODED_"  # before the name of an aspect: its limit for drawings that were resampled or encoded
_LEARNED = "learned/"


@dataclass(frozen=True)
class Compiled:
    """One approved design.

    Convention:
        - row i of `vectors` (N, C), `shares` and `tone_shares` (N, P) (see `Reading`), `keys`, `kinds`, `views`
          and of each tuple in `zones` speak of the same approved drawing; a zone is None where it is not shown
        - `unstable[kind][i]` holds the pieces of that zone that acting may hide, `unstable_rows` palette rows
        - `limits` by aspect, in the aspect's unit; `scores` by aspect, the approved drawings' own drift
        - `gamuts[i]` holds the colours of approved drawing i
        - `learned`: what the gauges learned, "gauge.name" -> array
    """

    design_key: str
    model_id: str
    keys: tuple[str, ...]
    kinds: tuple[str, ...]
    views: tuple[str, ...]
    vectors: F32
    palette: Palette
    shares: F32
    tone_shares: F32
    zones: dict[str, tuple[Zone | None, ...]]
    pieces: dict[str, tuple[Pieces | None, ...]]
    unstable: dict[str, tuple[frozenset[int], ...]]
    unstable_rows: frozenset[int]
    limits: dict[str, float]
    gamuts: tuple[Gamut, ...]
    scores: dict[str, tuple[float, ...]]
    learned: dict[str, np.ndarray] = field(default_factory=dict)


def to_pack(compiled: Compiled) -> DesignPack:
    """Return the pack of a compiled design; the same design gives the same bytes."""
    palette = compiled.palette
    meta = {
        "format": FORMAT,
        "design_key": compiled.design_key,
        "model_id": compiled.model_id,
        "keys": compiled.keys,
        "kinds": compiled.kinds,
        "views": compiled.views,
        "parts": palette.parts,
        "tones": palette.tones,
        "exact": palette.exact,
        "limits": compiled.limits,
        "scores": compiled.scores,
        "colours": [len(g.mass) for g in compiled.gamuts],
        "unstable": {k: [sorted(s) for s in v] for k, v in compiled.unstable.items()},
        "unstable_rows": sorted(compiled.unstable_rows),
        "has": {k: [z is not None for z in v] for k, v in compiled.zones.items()},
    }
    arrays: dict[str, Any] = {
        "meta": np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8),
        "vectors": compiled.vectors,
        "shares": compiled.shares,
        "tone_shares": compiled.tone_shares,
        "rgb": palette.rgb,
        "tolerance": palette.tolerance_de,
        "named": palette.named,
        "gamut": np.concatenate([np.column_stack([g.points, g.mass]) for g in compiled.gamuts]),
    }
    arrays.update({f"{_LEARNED}{name}": rows for name, rows in compiled.learned.items()})
    for kind in ZONES:
        arrays.update(_zone_arrays(kind, [z for z in compiled.zones[kind] if z is not None]))
    payload = zlib.compress(save({k: np.ascontiguousarray(v) for k, v in arrays.items()}), 4)
    return DesignPack(
        compiled.design_key,
        compiled.model_id,
        payload,
        hashlib.sha256(payload).hexdigest(),
        dict(compiled.limits),
        len(compiled.keys),
        dict(compiled.scores),
    )


def _zone_arrays(kind: str, zones: list[Zone]) -> dict[str, Any]:
    if not zones:
        return {}
    return {
        f"{kind}.rgb": np.stack([z.rgb for z in zones]),
        f"{kind}.labels": np.stack([z.labels for z in zones]),
        f"{kind}.cover": np.stack([z.cover for z in zones]),
        f"{kind}.place": np.array([(z.side_px, z.left, z.top) for z in zones], np.float32),
    }


def from_pack(pack: DesignPack) -> Compiled:
    """Return what `to_pack` was given.

    Raises:
        WeightsCorrupt: the payload does not match its checksum or is no pack of ours.
    """
    actual = hashlib.sha256(pack.payload).hexdigest()
    if actual != pack.sha256:
        msg = "this design's pack is damaged; compile it anew"
        raise WeightsCorrupt(msg, expected=pack.sha256, actual=actual)
    try:
        arrays = load(zlib.decompress(pack.payload))
        meta = json.loads(bytes(arrays["meta"].tobytes()))
        if meta["format"] != FORMAT:
            msg = "this design's pack is of another version; compile it anew"
            raise WeightsCorrupt(msg, expected=FORMAT, actual=meta["format"])
        return _restore(meta, arrays)
    except (zlib.error, SafetensorError, KeyError, ValueError) as error:
        msg = "this design's pack cannot be read; compile it anew"
        raise WeightsCorrupt(msg, expected=FORMAT, actual=str(error)) from error


def _restore(meta: dict[str, Any], arrays: dict[str, Any]) -> Compiled:
    palette = Palette(
        tuple(meta["parts"]),
        tuple(meta["tones"]),
        arrays["rgb"],
        arrays["tolerance"],
        arrays["named"],
        bool(meta["exact"]),
    )
    zones = {kind: _zones_back(kind, meta["has"][kind], arrays) for kind in ZONES}
    pieces = {k: tuple(None if z is None else pieces_of(z.labels) for z in v) for k, v in zones.items()}
    return Compiled(
        meta["design_key"],
        meta["model_id"],
        tuple(meta["keys"]),
        tuple(meta["kinds"]),
        tuple(meta["views"]),
        arrays["vectors"],
        palette,
        arrays["shares"],
        arrays["tone_shares"],
        zones,
        pieces,
        {k: tuple(frozenset(s) for s in v) for k, v in meta["unstable"].items()},
        frozenset(meta["unstable_rows"]),
        {k: float(v) for k, v in meta["limits"].items()},
        _gamuts_back(meta["colours"], arrays["gamut"]),
        {k: tuple(v) for k, v in meta["scores"].items()},
        {k.removeprefix(_LEARNED): v for k, v in arrays.items() if k.startswith(_LEARNED)},
    )


def _gamuts_back(counts: list[int], rows: F32) -> tuple[Gamut, ...]:
    ends = np.cumsum(counts)
    parts = [rows[end - count : end] for count, end in zip(counts, ends, strict=True)]
    return tuple(Gamut(np.ascontiguousarray(p[:, :3]), np.ascontiguousarray(p[:, 3])) for p in parts)


def _zones_back(kind: str, has: list[bool], arrays: dict[str, Any]) -> tuple[Zone | None, ...]:
    back: list[Zone | None] = []
    row = 0
    for there in has:
        if not there:
            back.append(None)
            continue
        side, left, top = (float(v) for v in arrays[f"{kind}.place"][row])
        rgb, labels, cover = (arrays[f"{kind}.{name}"][row] for name in ("rgb", "labels", "cover"))
        back.append(Zone(rgb, labels, cover, side, left, top))
        row += 1
    return tuple(back)
