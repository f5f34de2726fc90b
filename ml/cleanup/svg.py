"""A cleaned drawing as SVG 1.1: one named element a stroke, in a group for its pencil, joins in a group of their own.

Elements carry the names that strokes and closures have in `records`, so that what an artist switches can be found
again. Lines of one width are strokes; lines of changing width are filled outlines. The same drawing gives the same
bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import numpy as np

from ml.cleanup.curves import tangents
from ml.cleanup.records import LAYERS, Clean, Closure, Stroke

LAYER_RGB: Mapping[str, tuple[int, int, int]] = {
    "red": (214, 40, 40),
    "blue": (40, 90, 214),
    "green": (30, 150, 70),
}
_EVEN = 0.03  # widths that differ less than this share are one
_DIGITS = 2


def as_svg(clean: Clean, ink_rgb: tuple[int, int, int], meta: str = "", kept_png: bytes = b"") -> bytes:
    """Return the drawing as SVG, UTF-8.

    Args:
        clean: strokes and closures that are off are left out.
        ink_rgb: colour of the ink.
        meta: XML to be put into the metadata, see `ml.mark.xmp`.
        kept_png: RGBA PNG of the size of the drawing, what is kept of the rough; empty = nothing.
    """
    h, w = clean.size_hw
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{w}" height="{h}" viewBox="0 0 {w} {h}">',
        f"<metadata>{meta}</metadata>",
    ]
    if kept_png:
        data = base64.b64encode(kept_png).decode()
        out.append(f'<image id="kept" width="{w}" height="{h}" xlink:href="data:image/png;base64,{data}"/>')
    for layer in LAYERS:
        strokes = [s for s in clean.strokes if s.layer == layer and s.is_on and not s.is_kept]
        if strokes or layer == "ink":
            out += _group(layer, "layer", LAYER_RGB.get(layer, ink_rgb), [_stroke(s) for s in strokes])
    joins = [c for c in clean.closures if c.is_on]
    out += _group("closures", "closures", ink_rgb, [_closure(c) for c in joins])
    out.append("</svg>\n")
    return "\n".join(out).encode()


def _group(name: str, kind: str, rgb: tuple[int, int, int], elements: Sequence[str]) -> list[str]:
    colour = "#{:02x}{:02x}{:02x}".format(*rgb)
    # Pixel centres lie at integers here and at halves in SVG.
    head = (
        f'<g id="{escape(name)}" class="{kind}" transform="translate(0.5 0.5)" fill="none" stroke="{colour}" '
        f'color="{colour}" stroke-linecap="round" stroke-linejoin="round">'
    )
    return [head, *elements, "</g>"]


def _stroke(stroke: Stroke) -> str:
    wide = stroke.width_px
    if stroke.is_filled:
        path = _curves(stroke.beziers, is_closed=True)
        return (
            f'<path id="{stroke.name}" class="area" fill="currentColor" fill-rule="evenodd" stroke="none" '
            f'd="{path}"/>'
        )
    if float(np.ptp(wide)) <= _EVEN * float(wide.mean()):
        path = _curves(stroke.beziers, is_closed=stroke.is_closed)
        return f'<path id="{stroke.name}" class="stroke" stroke-width="{_number(wide.mean())}" d="{path}"/>'
    path = _outline(stroke.points_xy.astype(np.float64), wide)
    return f'<path id="{stroke.name}" class="stroke" fill="currentColor" stroke="none" d="{path}"/>'


def _closure(closure: Closure) -> str:
    points = "L".join(_pair(p) for p in closure.points_xy)
    return f'<path id="{closure.name}" class="closure" stroke-width="{_number(closure.width_px)}" d="M{points}"/>'


def _curves(beziers: np.ndarray, *, is_closed: bool) -> str:
    parts = [f"M{_pair(beziers[0, 0])}"]
    parts += ["C" + " ".join(_pair(p) for p in curve[1:]) for curve in beziers]
    return "".join(parts) + ("Z" if is_closed else "")


def _outline(points: np.ndarray, wide: np.ndarray) -> str:
    """Return the outline of a line of changing width, its ends round enough at four points each."""
    ways = tangents(points, reach=2)
    across = np.stack((-ways[:, 1], ways[:, 0]), axis=1) * wide[:, None] / 2
    caps = [_cap(points[-1], across[-1]), _cap(points[0], -across[0])]
    ring = np.concatenate((points + across, caps[0], (points - across)[::-1], caps[1]))
    return "M" + "L".join(_pair(p) for p in ring) + "Z"


def _cap(at: np.ndarray, across: np.ndarray) -> np.ndarray:
    ahead = np.array((across[1], -across[0]))
    angles = np.radians((36, 72, 108, 144))[:, None]
    return np.asarray(at + np.cos(angles) * across + np.sin(angles) * ahead)


def _pair(xy: np.ndarray) -> str:
    return f"{_number(xy[0])},{_number(xy[1])}"


def _number(value: float) -> str:
    text = f"{float(value):.{_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
