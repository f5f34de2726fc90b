"""Characters by seed: build, face, hair, outfit, accessories and a scheme of few colours that stay clearly apart.

Everything about the person comes from the seed alone, everything about the clothes from a second generator, so
`random_costume` dresses the same person anew.
"""

from __future__ import annotations

import colorsys
import zlib
from dataclasses import replace

import numpy as np

from ml.puppets import random_costume as clothing
from ml.puppets.cuts import CUTS, cut_of
from ml.puppets.design import Build, Design, FaceSpec, HairSpec, Material, Rgb
from ml.puppets.palette import cel, in_style
from ml.puppets.style import HOUSE, Style
from ml.puppets.wardrobe import EYES, FANTASY_HAIR, NAMES, NATURAL_HAIR, SKINS

Rng = np.random.Generator

# age -> heads tall, shoulder, bust, waist, hip, limb, neck (means of a slim and of a broad frame)
_FRAMES = {
    "child": ((4.0, 33, 28, 26, 31, 0.92, 8.6), (4.2, 35, 31, 29, 32, 0.98, 9.2)),
    "teen": ((5.4, 41, 34, 27, 39, 0.97, 10.4), (5.8, 48, 41, 34, 39, 1.06, 12.4)),
    "adult": ((6.2, 44, 37, 29, 43, 1.02, 11.0), (6.5, 55, 47, 38, 43, 1.14, 14.0)),
    "tall": ((7.2, 48, 39, 31, 45, 1.06, 11.6), (7.4, 61, 51, 41, 46, 1.2, 15.2)),
    "stout": ((5.2, 47, 44, 42, 48, 1.18, 12.6), (5.7, 56, 54, 53, 52, 1.28, 15.0)),
}
_AGES = ("child", "teen", "teen", "teen", "adult", "adult", "tall", "stout")
_SHORT = ("short", "messy", "spiky", "undercut", "buzz", "pixie", "one_eye", "low_pony", "short", "spiky")


def random_design(seed: int, style: Style = HOUSE) -> Design:
    """Return a character drawn in a style; the same seed gives the same one."""
    rng = np.random.default_rng((seed, 7))
    broad = bool(rng.random() < 0.45)
    age = _AGES[int(rng.integers(len(_AGES)))]
    build = _build(rng, age, broad=broad)
    build = _in_proportion(build, style)
    face = _face(rng, age, broad=broad)
    hair = _hair(rng, broad=broad)
    body = _paints(rng, blush=face.blush)
    name = NAMES[int(rng.integers(len(NAMES)))]
    skirts = not broad and rng.random() < 0.75
    costume = clothing.costume_of(
        np.random.default_rng((seed, 8)), hair, skirts=skirts, ears=_ears_bare(hair)
    )
    return in_style(Design(f"seed{seed}", name, build, face, hair, body, costume, style), style)


def random_costume(design: Design, seed: int) -> Design:
    """Return the same character in another costume; only clothes, accessories and their paints change."""
    now = design.costume
    skirts = "skirt" in now.bottom or now.top == "dress"
    for attempt in range(20):
        rng = np.random.default_rng((zlib.crc32(design.code.encode()), seed, attempt))
        costume = clothing.costume_of(rng, design.hair, skirts=skirts, ears=_ears_bare(design.hair))
        if costume.top != now.top:
            break
    return in_style(replace(design, costume=costume), design.style)


def _ears_bare(hair: HairSpec) -> bool:
    return hair.side[1] < 30


def _around(rng: Rng, mean: float, share: float) -> float:
    """Return a number near a mean, at most two and a half `share` off."""
    return round(float(mean * (1 + np.clip(rng.normal(0, share), -2.5 * share, 2.5 * share))), 3)


def _build(rng: Rng, age: str, *, broad: bool) -> Build:
    heads, shoulder, bust, waist, hip, limb, neck = _FRAMES[age][int(broad)]
    grown = age != "child"
    return Build(
        heads_tall=float(np.clip(_around(rng, heads, 0.045), 3.5, 8.0)), shoulder=_around(rng, shoulder, 0.03),
        bust=_around(rng, bust, 0.03), waist=_around(rng, waist, 0.04), hip=_around(rng, hip, 0.03),
        limb=_around(rng, limb, 0.04), neck=_around(rng, neck, 0.04), hand=_around(rng, 1.0, 0.03),
        bust_depth=0.15 if broad or not grown else _around(rng, 0.6, 0.25),
        belly=_around(rng, 0.8, 0.15) if age == "stout" else 0.0,
        muscle=_around(rng, 0.5, 0.3) if broad and age in ("adult", "tall") else 0.0,
    )  # fmt: skip


def _in_proportion(build: Build, style: Style) -> Build:
    """Return the build of the same person in a style of shorter or taller people."""
    wide = style.body**0.4
    return replace(
        build, heads_tall=max(2.6, 1 + (build.heads_tall - 1) * style.body),
        shoulder=build.shoulder * wide, bust=build.bust * wide, waist=build.waist * wide, hip=build.hip * wide,
    )  # fmt: skip


def _face(rng: Rng, age: str, *, broad: bool) -> FaceSpec:
    """Return a face: the younger, the larger and lower the eyes."""
    young = {"child": 1.0, "teen": 0.6, "stout": 0.4, "adult": 0.15, "tall": 0.0}[age]
    eye_h = (16.5 + 5.5 * young) if broad else (20.0 + 5.5 * young)
    return FaceSpec(
        eye_w=_around(rng, 20.5 + 2.5 * young if broad else 22.0 + 2.0 * young, 0.05), eye_h=_around(rng, eye_h, 0.07),
        eye_y=_around(rng, 12.8 + 2.2 * young, 0.04), eye_dx=_around(rng, 18.8, 0.02),
        eye_tilt=round(float(rng.normal(3.5, 3.5)), 2), iris=_around(rng, 0.76, 0.03),
        lash=_around(rng, 2.8 if broad else 3.8, 0.15), brow=_around(rng, 3.2 if broad else 2.0, 0.18),
        brow_y=_around(rng, 14.5 if broad else 18.5, 0.05), jaw=_around(rng, 1.04 if broad else 0.99, 0.045),
        mouth_y=_around(rng, 41.0, 0.015), blush=bool(rng.random() < (0.3 if broad else 0.85)),
    )  # fmt: skip


def _hair(rng: Rng, *, broad: bool) -> HairSpec:
    """Return hair of one of all cuts; short ones are likelier on a broad frame."""
    names = _SHORT if broad and rng.random() < 0.8 else tuple(CUTS)
    return cut_of(names[int(rng.integers(len(names)))], rng)


def shifted(rgb: Rgb, hue: float = 0.0, rich: float = 1.0, bright: float = 1.0) -> Rgb:
    """Return a colour with its hue turned (share of the circle), its saturation and brightness scaled."""
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in rgb))
    r, g, b = colorsys.hsv_to_rgb((h + hue) % 1, min(1.0, s * rich), min(1.0, v * bright))
    return round(r * 255), round(g * 255), round(b * 255)


def _paints(rng: Rng, *, blush: bool) -> dict[str, Material]:
    """Return the paints of the body: skin, hair, eyes, mouth, ink."""
    skin = shifted(SKINS[int(rng.choice(len(SKINS), p=_SKIN_SHARES))], bright=_around(rng, 1.0, 0.008))
    lit = skin[0] / 255
    hairs = FANTASY_HAIR if rng.random() < (0.4 if lit > 0.8 else 0.25) else NATURAL_HAIR
    hair = shifted(
        hairs[int(rng.integers(len(hairs)))],
        float(rng.normal(0, 0.008)),
        _around(rng, 1.0, 0.05),
        _around(rng, 1.0, 0.03),
    )
    eye = shifted(
        EYES[int(rng.integers(len(EYES)))], float(rng.normal(0, 0.012)), 1.0, _around(rng, 1.0, 0.05)
    )
    paints = {
        "skin": cel(
            skin,
            deep=0.885 if lit > 0.8 else 0.80,
            line=shifted(skin, -0.01, 1.9 if lit > 0.8 else 1.2, 0.56),
        ),
        "hair": _hair_paint(hair),
        "iris": Material(eye, shifted(eye, 0.03, 1.2, 0.6), shifted(eye, -0.02, 0.55, 1.45)),
        "eye white": Material((255, 255, 255), (205, 210, 232)),
        "mouth": Material((158, 52, 62), None, (226, 122, 122)),
        "line": Material((52, 38, 52)),
    }
    if blush:
        paints["blush"] = Material(
            shifted(skin, -0.02, 1.45, 0.985 if lit > 0.8 else 1.06),
            None,
            None,
            shifted(skin, -0.05, 2.6, 0.86),
        )
    return paints


_SKIN_SHARES = (0.16, 0.2, 0.16, 0.12, 0.09, 0.08, 0.06, 0.05, 0.04, 0.04)


def _hair_paint(rgb: Rgb) -> Material:
    """Return hair with its shine; fair hair has a warm line, dark hair a shine that is clearly lighter."""
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in rgb))
    r, g, b = colorsys.hsv_to_rgb((h + 0.01) % 1, s * (0.38 if v > 0.8 else 0.62), min(1.0, v * 1.08 + 0.22))
    shine = (round(r * 255), round(g * 255), round(b * 255))
    return cel(
        rgb,
        deep=0.82 if v > 0.85 else 0.70,
        highlight=shine,
        line=shifted(rgb, 0.0, 1.25, 0.55 if v > 0.8 else 0.42),
    )
