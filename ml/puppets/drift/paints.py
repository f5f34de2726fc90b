"""Paints that drift: a swatch off its colour by a given ΔE00, and a swatch painted with the paint of another."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab

from ml.puppets.design import Design, Material, Rgb
from ml.puppets.drift.kinds import Altered, UnknownDrift, Wish
from ml.puppets.palette import swatches

CLEAR_DE = (
    6.0  # a drifted paint keeps this far from all other paints of the design, or it would be another swatch
)
APART_DE = 12.0  # paints nearer than this are no clear mistake for one another
_DIRECTIONS = 18
_LENGTHS = np.linspace(0.5, 3.0, 30)
_TONES = ("normal", "shadow", "highlight")
_NEVER_SWAPPED = {"line", "skin", "eye white", "blush", "mouth"}


def with_material(design: Design, swatch: str, material: Material) -> Design:
    """Return the design with one swatch repainted."""
    if swatch in design.costume.materials:
        materials = {**design.costume.materials, swatch: material}
        return replace(design, costume=replace(design.costume, materials=materials))
    return replace(design, body={**design.body, swatch: material})


def recolour(design: Design, wish: Wish) -> Altered:
    """Paint one swatch `amount` (CIEDE2000) off, all its tones in the same direction."""
    if wish.target not in design.swatch_names:
        msg = f"{design.name} has no swatch {wish.target!r}."
        raise UnknownDrift(msg, expected=sorted(design.swatch_names), actual=wish.target)
    painted = _drifted(design, wish.target, wish.amount, wish.seed)
    achieved = _away(design.material(wish.target).normal, painted.normal)
    what = f"{wish.target} painted ΔE {achieved:.1f} off the colour model"
    bent = with_material(design, wish.target, painted)
    return Altered(bent, what, "OFF_MODEL.COLOUR", achieved, target=wish.target)


def wrong_swatch(design: Design, wish: Wish) -> Altered:
    """Paint one swatch with the legal paints of another."""
    others = lookalikes(design, wish.target)
    if not others:
        msg = f"{design.name} has no swatch that could be mistaken for {wish.target!r}."
        raise UnknownDrift(msg, expected="another swatch", actual=wish.target)
    other = others[wish.seed % len(others)]
    own, theirs = design.material(wish.target), design.material(other)
    bent = with_material(design, wish.target, replace(theirs, line=own.line))
    away = _away(own.normal, theirs.normal)
    what = f"{wish.target} painted with the paint of {other}, ΔE {away:.0f} off"
    return Altered(bent, what, "OFF_MODEL.COLOUR", away, target=wish.target)


def lookalikes(design: Design, swatch: str) -> list[str]:
    """Return the swatches whose paint could be put on this one by mistake and would be seen to be wrong."""
    if swatch in _NEVER_SWAPPED or swatch not in design.swatch_names:
        return []
    own = np.array([design.material(swatch).normal])
    names = [n for n in design.swatch_names if n not in _NEVER_SWAPPED and n != swatch]
    paints = np.array([design.material(n).normal for n in names]).reshape(-1, 3)
    if not names:
        return []
    far = _difference(_lab(paints), _lab(own)) >= APART_DE
    return [name for name, ok in zip(names, far, strict=True) if ok]


def _drifted(design: Design, swatch: str, wanted_de: float, seed: int) -> Material:
    """Return a swatch's paints, each tone `wanted_de` off in one direction of Lab.

    Of seeded directions those count that every tone can go within 0.3 (5 % for large ones) of the wanted ΔE.
    The first of them that stays `CLEAR_DE` from every other paint is taken; failing that, the clearest.
    """
    material = design.material(swatch)
    tones = {tone: rgb for tone in _TONES if (rgb := getattr(material, tone)) is not None}
    way = np.random.default_rng(seed).normal(size=(_DIRECTIONS, 3)) * (0.7, 1.0, 1.0)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    own = np.array(list(tones.values()))
    moved, achieved = _stepped(own, way, wanted_de)
    miss = np.abs(achieved - wanted_de).max(axis=0)
    good = miss <= max(0.3, 0.05 * wanted_de, float(miss.min()))
    others = [rgb for part, tone, rgb in swatches(design) if part != swatch or tone not in tones]
    clear = _clearance(moved[:, good], np.array(others))
    clear = np.minimum(clear, _clear_of_own(moved[:, good], own))
    best = np.flatnonzero(good)[int(np.minimum(clear, CLEAR_DE).argmax())]
    return replace(material, **{tone: _rgb(moved[i, best]) for i, tone in enumerate(tones)})


def _stepped(own: np.ndarray, way: np.ndarray, wanted_de: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for T tones and D directions the (T, D, 3) paints nearest to the wanted ΔE, and their (T, D) ΔE."""
    lab = _lab(own)
    steps = wanted_de * _LENGTHS
    tried = lab[:, None, None] + way[None, :, None] * steps[None, None, :, None]
    # OpenCV's way back, because skimage's warns of every paint that no screen can show
    shown = cv2.cvtColor(tried.reshape(1, -1, 3).astype(np.float32), cv2.COLOR_LAB2RGB).reshape(tried.shape)
    shown = (np.clip(shown, 0.0, 1.0) * 255.0).round()
    achieved = _difference(_lab(shown), lab[:, None, None])
    nearest = np.abs(achieved - wanted_de).argmin(axis=2)[..., None]
    paints = np.take_along_axis(shown, nearest[..., None], axis=2)[:, :, 0]
    return paints, np.take_along_axis(achieved, nearest, axis=2)[..., 0]


def _clearance(paints: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for (T, D, 3) paints the (D,) least ΔE00 of any tone from (M, 3) others."""
    if not len(others):
        return np.full(paints.shape[1], np.inf)
    return _difference(_lab(paints)[:, :, None], _lab(others)[None, None]).min(axis=(0, 2))


def _clear_of_own(paints: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return how far, (D,), each of (T, D, 3) paints stays from the swatch's other tones as they should be."""
    clear = np.full(paints.shape[1], np.inf)
    for i in range(len(own)):
        rest = np.delete(own, i, axis=0)
        clear = np.minimum(clear, _clearance(paints[i : i + 1], rest))
    return clear


def _lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIELAB (..., 3) of sRGB (..., 3) in 0..255."""
    return np.asarray(rgb2lab(np.asarray(rgb, np.float64) / 255.0))


def _difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(deltaE_ciede2000(a, b))


def _away(a: Rgb, b: Rgb) -> float:
    return float(_difference(_lab(np.array([a])), _lab(np.array([b])))[0])


def _rgb(colour: np.ndarray) -> Rgb:
    return int(colour[0]), int(colour[1]), int(colour[2])
