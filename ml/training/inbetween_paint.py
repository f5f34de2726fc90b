"""How the labels of training drawings become keys: other paints, line art, paper, with edges smooth or hard.

Both keys of a pair are painted by the same `Paint`. What is drawn stays; only what it is painted with changes, so that
the network learns to follow colours and lines, not these colours.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.pixels import U8
from ml.puppets.raster import TONES

Rng = np.random.Generator

_label = np.arange(256)
_tone = np.where(_label > 0, (_label - 1) % len(TONES), -1)
IS_INK = _tone == TONES.index("line")
_IS_SHADOW = _tone == TONES.index("shadow")
_TRACE_RGB = (60, 100, 220)


@dataclass(frozen=True)
class Paint:
    """What both keys of a pair are painted with.

    Attributes:
        table: (256, 4) uint8 RGBA of each label.
        trace: borders of shadows are drawn as colour-trace lines.
        ground: (h, w, 3) uint8 behind the figure, None = nothing.
        smooth: anti-aliased edges.
        quality: of a JPEG that the keys went through, 0 = none.
    """

    table: U8
    trace: bool
    ground: U8 | None
    smooth: bool
    quality: int


def random_paint(rng: Rng, table: U8, size: int) -> Paint:
    """Return a way to paint labels: own colours, other colours, line art, or paint without line."""
    kind = str(rng.choice(["own", "turned", "random", "line", "no_line"], p=[0.3, 0.3, 0.17, 0.18, 0.05]))
    trace = kind == "line" and rng.random() < 0.5
    smooth = bool(rng.random() < 0.6)
    quality = int(rng.integers(60, 95)) if smooth and rng.random() < 0.15 else 0
    return Paint(_TABLES[kind](rng, table), trace, _ground(rng, size), smooth, quality)


def painted(rng: Rng, labels: U8, paint: Paint) -> U8:
    """Return a key, (h, w, 4) uint8 straight alpha.

    Args:
        rng: for what differs between the keys of a pair.
        labels: (2h, 2w) uint8.
        paint: how.
    """
    del rng
    if paint.trace:
        labels = labels.copy()
        shadow = _IS_SHADOW[labels]
        border = cv2.morphologyEx(shadow.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)) > 0
        border &= ~IS_INK[labels] & (labels > 0)
    rgba = paint.table[labels]
    if paint.trace:
        rgba[border] = (*_TRACE_RGB, 255)
    return finished(rgba, paint)


def finished(rgba: U8, paint: Paint) -> U8:
    """Return a key from its picture at twice the size, (2h, 2w, 4) to (h, w, 4): edges, ground, JPEG."""
    if paint.smooth:
        h, w = rgba.shape[0] // 2, rgba.shape[1] // 2
        weight = rgba[..., 3:].astype(np.float32)
        solid = np.concatenate([rgba[..., :3] * weight, weight], 2).reshape(h, 2, w, 2, 4).mean(axis=(1, 3))
        solid[..., :3] /= np.maximum(solid[..., 3:], 1e-6)
        rgba = np.rint(np.clip(solid, 0, 255)).astype(np.uint8)
    else:
        rgba = np.ascontiguousarray(rgba[::2, ::2])
    if paint.ground is not None:
        share = rgba[..., 3:].astype(np.float32) / 255.0
        rgb = rgba[..., :3] * share + paint.ground * (1.0 - share)
        rgba = np.dstack((np.rint(rgb).astype(np.uint8), np.full(rgba.shape[:2], 255, np.uint8)))
    if paint.quality:
        done, data = cv2.imencode(".jpg", rgba[..., :3], [cv2.IMWRITE_JPEG_QUALITY, paint.quality])
        assert done
        rgba = np.dstack((np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8), rgba[..., 3]))
    return rgba


def _ground(rng: Rng, size: int) -> U8 | None:
    """Return nothing, white paper, one colour or soft stains."""
    kind = rng.random()
    if kind < 0.6:
        return None
    if kind < 0.8:
        return np.full((size, size, 3), 255, np.uint8)
    colour = rng.integers(60, 256, 3).astype(np.float32)
    if kind < 0.9:
        return np.broadcast_to(colour, (size, size, 3)).astype(np.uint8)
    stains = rng.normal(0, 30, (6, 6, 3)).astype(np.float32) + colour
    soft = cv2.resize(stains, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(soft, 0, 255).astype(np.uint8)


def _own(rng: Rng, table: U8) -> U8:
    del rng
    return table


def _turned(rng: Rng, table: U8) -> U8:
    """Turn all hues, and make everything stronger, paler, lighter or darker."""
    hsv = np.asarray(cv2.cvtColor(table[None, :, :3], cv2.COLOR_RGB2HSV)[0], np.float32)
    hsv[:, 0] = (hsv[:, 0] + rng.uniform(0, 180)) % 180
    hsv[:, 1] = np.clip(hsv[:, 1] * rng.uniform(0.4, 1.6), 0, 255)
    hsv[:, 2] = np.clip(hsv[:, 2] * rng.uniform(0.7, 1.15), 0, 255)
    rgb = cv2.cvtColor(np.rint(hsv).astype(np.uint8)[None], cv2.COLOR_HSV2RGB)[0]
    return np.ascontiguousarray(np.dstack((rgb[None], table[None, :, 3:]))[0])


def _random(rng: Rng, table: U8) -> U8:
    """Paint every colour with another one, lines dark."""
    _, which = np.unique(table[:, :3], axis=0, return_inverse=True)
    new = rng.integers(30, 256, (int(which.max()) + 1, 3)).astype(np.uint8)
    rgb = new[which.ravel()]
    rgb[IS_INK] = rng.integers(0, 50, 3)
    return np.concatenate([rgb, table[:, 3:]], 1).astype(np.uint8)


def _line(rng: Rng, table: U8) -> U8:
    """Keep the ink alone; the paper shows through, or all is white."""
    lined = np.full_like(table, 255)
    lined[:, 3] = 0 if rng.random() < 0.5 else table[:, 3]
    lined[IS_INK] = (*rng.integers(0, 60, 3).tolist(), 255)
    lined[table[:, 3] == 0] = 0
    return lined


def _no_line(rng: Rng, table: U8) -> U8:
    """Paint the ink like what it bounds."""
    del rng
    bare = table.copy()
    bare[IS_INK] = table[np.flatnonzero(IS_INK) - TONES.index("line")]
    return bare


_TABLES = {"own": _own, "turned": _turned, "random": _random, "line": _line, "no_line": _no_line}
