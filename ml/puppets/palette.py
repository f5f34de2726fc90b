"""Paints: the table from labels to colours, the colour model, and colours that drift by a given ΔE00."""

from __future__ import annotations

import colorsys
from dataclasses import replace

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab

from ml.puppets.design import Design, Material, Rgb
from ml.puppets.figure import PART_SWATCH, PARTS
from ml.puppets.raster import TONES


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
    material = design.material(swatch)
    if tone == "line":
        return material.line or design.body["line"].normal
    return getattr(material, tone) or material.normal


def palette_table(design: Design) -> np.ndarray:
    """Return the (256, 4) uint8 RGBA colour of every label of a design; unknown parts stay transparent."""
    table = np.zeros((256, 4), np.uint8)
    known = set(design.swatch_names)
    for i, part in enumerate(PARTS):
        if PART_SWATCH[part] in known:
            for j, tone in enumerate(TONES):
                table[1 + 4 * i + j] = (*tone_rgb(design, PART_SWATCH[part], tone), 255)
    return table


def swatches(design: Design) -> list[tuple[str, str, Rgb]]:
    """Return the colour model as (part, tone, rgb), each paint once."""
    found = []
    for name in design.swatch_names:
        material = design.material(name)
        if name == "line":
            found.append((name, "line", material.normal))
            continue
        for tone in TONES:
            rgb = getattr(material, tone)
            if rgb is not None:
                found.append((name, tone, rgb))
    return found


def separated(design: Design, apart_de: float = 8.2) -> Design:
    """Return the design with paints moved, as little as needed, until all lie `apart_de` (CIEDE2000) apart.

    Paints earlier in the colour model keep their colour. Deterministic.
    """
    rng = np.random.default_rng(20)
    taken: list[Rgb] = []
    moved: dict[str, dict[str, Rgb]] = {}
    for name, tone, rgb in swatches(design):
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
    known = rgb2lab(np.array([[rgb, *taken]], np.float64) / 255.0)[0]
    if deltaE_ciede2000(np.broadcast_to(known[:1], known[1:].shape), known[1:]).min() >= apart_de:
        return rgb
    spread = np.repeat([8.0, 16.0, 32.0], 300)[:, None]
    near = np.clip(np.asarray(rgb) + rng.normal(0, 1, (900, 3)) * spread, 0, 255).round()
    lab = rgb2lab(np.vstack([near, [rgb], np.array(taken)])[None] / 255.0)[0]
    ours, origin, others = lab[:900], lab[900], lab[901:]
    clear = deltaE_ciede2000(ours[:, None], others[None]).min(axis=1) >= apart_de
    away = deltaE_ciede2000(ours, np.broadcast_to(origin, ours.shape))
    best = near[int(np.where(clear, away, np.inf).argmin())]
    return int(best[0]), int(best[1]), int(best[2])


def delta_e(a: Rgb, b: Rgb) -> float:
    """Return the CIEDE2000 difference of two sRGB colours."""
    pair = rgb2lab(np.array([[a, b]], np.float64) / 255.0)[0]
    return float(deltaE_ciede2000(pair[0], pair[1]))


def drifted_rgb(rgb: Rgb, wanted_de: float, seed: int) -> Rgb:
    """Return a colour that lies about `wanted_de` (CIEDE2000) from `rgb`, of changed hue and richness.

    The best of 400 seeded candidates is taken; the difference achieved is within about 0.5 of the wanted one.
    """
    rng = np.random.default_rng(seed)
    spread = wanted_de * 2.6
    candidates = np.clip(np.asarray(rgb) + rng.normal(0, spread, (400, 3)), 0, 255).round()
    lab = rgb2lab(np.vstack([[rgb], candidates])[None] / 255.0)[0]
    off = np.abs(deltaE_ciede2000(np.broadcast_to(lab[:1], (400, 3)), lab[1:]) - wanted_de)
    best = candidates[int(off.argmin())]
    return int(best[0]), int(best[1]), int(best[2])
