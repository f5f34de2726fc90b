"""What a layer is, and how a finished label map becomes colours.

Every pixel of the label map names a part and a tone (0 = nothing), so masks are exact and painting costs one
byte a pixel. Anti-aliasing is the area mean of a finer label map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.puppets.curves import Points

TONES = ("normal", "shadow", "highlight", "line")


@dataclass(slots=True, eq=False)
class Layer:
    """One painted shape, not to be changed once a figure has it; not frozen, as that is slow to make.

    Attributes:
        part: name of the part that the pixels belong to.
        kind: "fill" paints the area, "stroke" a line, "cast" turns normal tones inside into shadow.
        points: (N, 2) puppet units; closed for fill and cast.
        tone: one of TONES.
        width: line width in line weights (1 = the style's weight); 0 = no line.
        lines: for a fill: index ranges of the outline that are inked; empty = the whole of it.
        shade: for a fill: the shape moved by this offset is lit, the rest of it is shadow.
        clip: closed (M, 2) outlines that the shape must stay inside.
        onto: for a cast: parts that may be darkened; empty = all.
        closed: for a stroke: whether the line returns to its start.
        key: name of the layer within the figure; the same in every pose in which the shape is drawn.
    """

    part: str
    kind: str
    points: Points
    tone: str = "normal"
    width: float = 0.0
    lines: tuple[tuple[int, int], ...] = ()
    shade: tuple[float, float] | None = None
    clip: tuple[Points, ...] = ()
    onto: tuple[str, ...] = ()
    closed: bool = True
    key: str = ""


def coloured(labels: np.ndarray, palette: np.ndarray, factor: int) -> np.ndarray:
    """Return straight-alpha RGBA of a label map, each pixel the area mean of factor x factor labels.

    Args:
        labels: (h * factor, w * factor) uint8, or uint16 for more paints.
        palette: (paints, 4) uint8 RGBA; row 0 is transparent black.
        factor: 1 keeps every colour exact (binarised).

    Returns:
        (h, w, 4) uint8.
    """
    middle = labels[factor // 2 :: factor, factor // 2 :: factor]
    rgba = (
        np.ascontiguousarray(palette)
        .view(np.uint32)[:, 0]
        .take(middle)
        .view(np.uint8)
        .reshape(*middle.shape, 4)
    )
    ys, xs = np.nonzero(_mixed(labels, factor))
    if len(ys):
        corner = (ys * factor) * labels.shape[1] + xs * factor
        inside = np.add.outer(np.arange(factor) * labels.shape[1], np.arange(factor)).ravel()
        # four sums at once: 16 bits a channel hold 9 x 255 and more
        packed = np.ascontiguousarray(palette.astype(np.uint16)).view(np.uint64)[:, 0]
        flat = labels.ravel()
        sums = packed.take(flat.take(corner))
        for step in inside[1:]:
            sums += packed.take(flat.take(corner + step))
        total = sums.view(np.uint16).reshape(-1, 4).astype(np.float32)
        mean = np.empty((len(ys), 4), np.float32)
        np.divide(total[:, :3] * 255, total[:, 3:], out=mean[:, :3])
        np.divide(total[:, 3], factor**2, out=mean[:, 3])
        rgba[ys, xs] = np.round(mean).astype(np.uint8)
    return rgba


def _mixed(labels: np.ndarray, factor: int) -> np.ndarray:
    """Return which pixels, (h, w) bool, hold more than one label."""
    # whole rows first: they lie together in memory, columns do not
    rows = [labels[k::factor] for k in range(factor)]
    differs = np.zeros(rows[0].shape, labels.dtype)
    for row in rows[1:]:
        differs |= row ^ rows[0]
    mixed = differs[:, ::factor] != 0
    for k in range(1, factor):
        mixed |= (differs[:, k::factor] | (rows[0][:, k::factor] ^ rows[0][:, ::factor])) != 0
    return mixed
