"""Characters by seed: proportions, face, hair, costume and paints that stay clearly apart."""

from __future__ import annotations

import colorsys
from dataclasses import replace

import numpy as np

from ml.puppets import cast
from ml.puppets.design import Design, HairSpec, Material, Rgb
from ml.puppets.palette import cel, in_style
from ml.puppets.style import HOUSE, Style

NAMES = ("Mio", "Sora", "Yui", "Kaito", "Nagi", "Rin", "Haru", "Tsumugi", "Itsuki", "Chika", "Toma", "Shiori")
HAIRS: tuple[Rgb, ...] = (
    (58, 44, 46), (104, 62, 46), (152, 92, 60), (206, 152, 90), (238, 208, 140), (196, 92, 64),
    (226, 150, 160), (86, 96, 148), (120, 168, 186), (150, 124, 176), (176, 186, 196), (70, 96, 84),
)  # fmt: skip
CLOTHS: tuple[Rgb, ...] = (
    (52, 70, 118), (168, 58, 62), (66, 118, 100), (232, 196, 120), (116, 92, 140), (90, 100, 118),
    (214, 122, 84), (226, 214, 190), (92, 144, 176), (126, 76, 62), (204, 112, 132), (112, 128, 84),
    (58, 56, 72), (238, 226, 236),
)  # fmt: skip


def random_design(seed: int, style: Style = HOUSE) -> Design:
    """Return a character drawn in a style; the same seed gives the same one."""
    rng = np.random.default_rng(seed)
    bases = (cast.aki("school"), cast.aki("travel"), cast.hinata(), cast.ren("school"), cast.ren("travel"))
    base = bases[int(rng.integers(len(bases)))]
    grow = rng.normal(1, 0.05, 6).clip(0.88, 1.12)
    face = replace(
        base.face, eye_w=base.face.eye_w * grow[0], eye_h=base.face.eye_h * grow[1],
        eye_tilt=base.face.eye_tilt + float(rng.normal(0, 2)), eye_dx=base.face.eye_dx * (1 + (grow[2] - 1) * 0.5),
        jaw=base.face.jaw * (1 + (grow[3] - 1) * 0.6), brow=base.face.brow * grow[4] ** 3,
    )  # fmt: skip
    build = replace(base.build, heads_tall=base.build.heads_tall * (1 + (grow[5] - 1) * 0.7))
    painted = in_style(_painted(base, np.random.default_rng((seed, 1))), style)
    name = NAMES[int(rng.integers(len(NAMES)))]
    return replace(
        painted,
        code=f"seed{seed}",
        name=name,
        build=build,
        face=face,
        hair=_hair(base.hair, rng),
    )


def _hair(base: HairSpec, rng: np.random.Generator) -> HairSpec:
    """Return hair of the same cut with its own fringe and length."""
    count = int(rng.integers(5, 10))
    angles = np.linspace(-54, 54, count) + rng.normal(0, 1.6, count)
    heights = rng.uniform(-3, 6, count)
    fringe = tuple((float(a), float(y)) for a, y in zip(angles, heights, strict=True))
    return replace(
        base, fringe=fringe, valley=float(rng.uniform(10, 16)), parting=float(rng.uniform(-25, 25)),
        back=base.back + float(rng.uniform(-4, 8)), tail_length=float(rng.uniform(120, 230)),
    )  # fmt: skip


def _near(rgb: Rgb, rng: np.random.Generator, spread: float) -> Rgb:
    """Return a colour a little beside a given one."""
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in rgb))
    h, s, v = (
        h + rng.normal(0, 0.02) * spread,
        s + rng.normal(0, 0.06) * spread,
        v + rng.normal(0, 0.05) * spread,
    )
    return _rgb(float(h), float(np.clip(s, 0, 0.95)), float(np.clip(v, 0.16, 0.98)))


def _rgb(h: float, s: float, v: float) -> Rgb:
    """Return an RGB colour of hue, saturation and value in 0..1."""
    r, g, b = colorsys.hsv_to_rgb(h % 1, s, v)
    return round(r * 255), round(g * 255), round(b * 255)


def _painted(base: Design, rng: np.random.Generator) -> Design:
    """Return the design with new paints for hair, eyes and cloth."""
    tuft = _near(HAIRS[int(rng.integers(len(HAIRS)))], rng, 1.0)
    hue, rich, bright = colorsys.rgb_to_hsv(*(c / 255 for c in tuft))
    shine = _rgb(hue + 0.01, rich * 0.55, min(1.0, bright * 1.1 + 0.24))
    hair = cel(tuft, deep=0.72, highlight=shine, line=_rgb(hue, min(1, rich + 0.2), bright * 0.4))
    eye = float(rng.random())
    iris = Material(_rgb(eye, 0.62, 0.8), _rgb(eye + 0.03, 0.75, 0.5), _rgb(eye - 0.02, 0.35, 0.98))
    cloths = [CLOTHS[i] for i in rng.permutation(len(CLOTHS))]
    materials: dict[str, Material] = {}
    for name, material in base.costume.materials.items():
        materials[name] = _cloth(name, material, cloths[len(materials) % len(cloths)], rng)
    return replace(
        base,
        body={**base.body, "hair": hair, "iris": iris},
        costume=replace(base.costume, materials=materials),
    )


def _cloth(name: str, material: Material, paint: Rgb, rng: np.random.Generator) -> Material:
    """Return a repainted cloth; metal, shirts, shoes and socks keep about their colour."""
    if name in {"metal", "shirt", "shoe", "sock", "satchel"}:
        paint = material.normal
    painted = _near(paint, rng, 0.6)
    return cel(painted, deep=0.74) if material.shadow else Material(painted)
