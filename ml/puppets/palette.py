"""Paints: the table from labels to colours, the colour model, and colours that keep apart."""

from __future__ import annotations

import colorsys
from dataclasses import replace
from functools import lru_cache

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab

from ml.puppets.design import Design, Material, Rgb
from ml.puppets.figure import PART_SWATCH, PARTS
from ml.puppets.raster import TONES
from ml.puppets.style import HOUSE, Style


def cel(
    normal: Rgb, *, deep: float = 0.80, highlight: Rgb | None = None, line: Rgb | None = None
) -> Material:
    """Return a material whose shadow is a little darker, richer and cooler than the paint.

    Args:
        normal: the paint in light.
        deep: brightness of the shadow relative to the paint.
        highlight: paint of the shine, if it has one.
        line: colour of its own ink, if not the figure's.
    """
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in normal))
    if s < 0.10:
        h, s = 0.66, s + 0.09
    else:
        towards = 0.72
        h = (h + 0.035 * np.sign(((towards - h + 0.5) % 1) - 0.5)) % 1
        s = min(1.0, s * 1.12 + 0.05)
    r, g, b = colorsys.hsv_to_rgb(float(h), s, v * deep)
    return Material(normal, (round(r * 255), round(g * 255), round(b * 255)), highlight, line)


def tone_rgb(design: Design, swatch: str, tone: str) -> Rgb:
    """Return the paint of a swatch in a tone; a tone that it lacks falls back to its nearest one."""
    return _paint(design.material(swatch), tone, design.body["line"].normal)


def _paint(material: Material, tone: str, ink: Rgb) -> Rgb:
    """Return the paint of a material in a tone; lines without a colour of their own have the figure's `ink`."""
    if tone == "line":
        return material.line or ink
    return getattr(material, tone) or material.normal


def palette_table(design: Design) -> np.ndarray:
    """Return the (256, 4) uint8 RGBA colour of every label of a design; unknown parts stay transparent."""
    paints = {**design.body, **design.costume.materials}
    return _table(tuple(paints.items()), design.body["line"].normal).copy()


@lru_cache(maxsize=256)
def _table(paints: tuple[tuple[str, Material], ...], ink: Rgb) -> np.ndarray:
    """Return the colours of the labels for paints by swatch name; one table serves all drawings of a costume."""
    table = np.zeros((256, 4), np.uint8)
    materials = dict(paints)
    for i, part in enumerate(PARTS):
        material = materials.get(PART_SWATCH[part])
        if material is not None:
            for j, tone in enumerate(TONES):
                table[1 + 4 * i + j] = (*_paint(material, tone, ink), 255)
    return table


def swatches(design: Design) -> list[tuple[str, str, Rgb]]:
    """Return the colour model as (part, tone, rgb), each paint once; tones that the style leaves out are not in it."""
    found = []
    for name in design.swatch_names:
        material = design.material(name)
        if name == "line":
            found.append((name, "line", material.normal))
            continue
        for tone in TONES:
            rgb = getattr(material, tone)
            if rgb is not None and design.style.keeps(name, tone):
                found.append((name, tone, rgb))
    return found


BLACK: Rgb = (20, 16, 22)
_OWN_LINE = frozenset({"skin", "hair", "iris", "mouth", "top", "bottom", "trim", "sock", "shoe"})


def in_style(design: Design, style: Style) -> Design:
    """Return the character in a style: its lines inked as the style has it, its paints the same in every style."""
    design = separated(replace(design, style=HOUSE))
    ink = BLACK if style.ink == "black" else design.material("line").normal

    def inked(name: str, material: Material) -> Material:
        if name == "line":
            return replace(material, normal=ink)
        if name == "blush" or style.ink == "dark":
            return material
        tinted = style.ink == "tinted" and name in _OWN_LINE
        return replace(material, line=(material.line or _tinted(material.normal)) if tinted else None)

    body = {name: inked(name, material) for name, material in design.body.items()}
    cloth = {name: inked(name, material) for name, material in design.costume.materials.items()}
    costume = replace(design.costume, materials=cloth)
    return separated(replace(design, body=body, costume=costume, style=style), lines_last=True)


def _tinted(rgb: Rgb) -> Rgb:
    """Return the colour of a line round a paint: deep, rich and of its hue."""
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in rgb))
    r, g, b = colorsys.hsv_to_rgb(h, min(1.0, 0.30 + 0.75 * s), 0.12 + 0.32 * v)
    return round(r * 255), round(g * 255), round(b * 255)


def separated(design: Design, apart_de: float = 8.2, *, lines_last: bool = False) -> Design:
    """Return the design with paints moved, as little as needed, until all lie `apart_de` (CIEDE2000) apart.

    Paints earlier in the colour model keep their colour; with `lines_last`, lines give way to all others.
    Deterministic.
    """
    rng = np.random.default_rng(20)
    taken: list[Rgb] = []
    moved: dict[str, dict[str, Rgb]] = {}
    paints = swatches(design)
    if lines_last:
        paints.sort(key=lambda paint: paint[1] == "line")
    for name, tone, rgb in paints:
        kept = _clear_of(taken, rgb, apart_de, rng)
        taken.append(kept)
        moved.setdefault(name, {})["normal" if name == "line" else tone] = kept

    def repainted(materials: dict[str, Material]) -> dict[str, Material]:
        return {name: replace(material, **moved[name]) for name, material in materials.items()}

    costume = replace(design.costume, materials=repainted(design.costume.materials))
    return replace(design, body=repainted(design.body), costume=costume)


def _clear_of(taken: list[Rgb], rgb: Rgb, apart_de: float, rng: np.random.Generator) -> Rgb:
    """Return the colour nearest to `rgb` that lies `apart_de` from all that are taken."""
    if not taken:
        return rgb
    ours, others = np.array([rgb], np.float64), np.array(taken, np.float64)
    if _apart(ours, others).min() >= apart_de:
        return rgb
    spread = np.repeat([8.0, 16.0, 32.0], 300)[:, None]
    near = np.clip(ours + rng.normal(0, 1, (900, 3)) * spread, 0, 255).round()
    order = np.argsort(_apart(near, ours)[:, 0], kind="stable")
    for nearest in np.split(near[order], range(60, 900, 60)):
        clear = _apart(nearest, others).min(axis=1) >= apart_de
        if clear.any():
            return _as_rgb(nearest[int(clear.argmax())])
    return _as_rgb(near[0])


def delta_e(a: Rgb, b: Rgb) -> float:
    """Return the CIEDE2000 difference of two sRGB colours."""
    return float(_apart(np.array([a], np.float64), np.array([b], np.float64))[0, 0])


def _apart(ours: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the (N, M) CIEDE2000 differences of (N, 3) and (M, 3) sRGB colours in 0..255."""
    lab = rgb2lab(np.vstack([ours, others])[None] / 255.0)[0]
    return np.asarray(deltaE_ciede2000(lab[: len(ours), None], lab[None, len(ours) :]))


def _as_rgb(colour: np.ndarray) -> Rgb:
    return int(colour[0]), int(colour[1]), int(colour[2])
