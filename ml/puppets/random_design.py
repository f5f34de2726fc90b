"""Characters by seed: proportions, face, hair, costume and paints that stay clearly apart."""

from __future__ import annotations

import colorsys
from dataclasses import replace

import numpy as np

from ml.puppets import cast
from ml.puppets.design import Costume, Design, HairSpec, Material, Rgb
from ml.puppets.palette import cel, separated

NAMES = ("Mio", "Sora", "Yui", "Kaito", "Nagi", "Rin", "Haru", "Tsumugi", "Itsuki", "Chika", "Toma", "Shiori")


def random_design(seed: int) -> Design:
    """Return a character; the same seed gives the same one."""
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
    painted = separated(_painted(base, np.random.default_rng((seed, 1))))
    name = NAMES[int(rng.integers(len(NAMES)))]
    return replace(painted, code=f"seed{seed}", name=name, build=build, face=face, hair=_hair(base.hair, rng))


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


def _rgb(h: float, s: float, v: float) -> Rgb:
    """Return an RGB colour of hue, saturation and value in 0..1."""
    r, g, b = colorsys.hsv_to_rgb(h % 1, s, v)
    return round(r * 255), round(g * 255), round(b * 255)


def _painted(base: Design, rng: np.random.Generator) -> Design:
    """Return the design with new paints for hair, eyes and cloth."""
    hue, rich, bright = float(rng.random()), float(rng.uniform(0.35, 0.7)), float(rng.uniform(0.35, 0.95))
    hair = cel(
        _rgb(hue, rich, bright), deep=0.72, highlight=_rgb(hue + 0.02, rich * 0.45, min(1, bright + 0.35)),
        line=_rgb(hue, min(1, rich + 0.2), bright * 0.35),
    )  # fmt: skip
    eye = float(rng.random())
    iris = Material(
        _rgb(eye, 0.62, 0.8), _rgb(eye + 0.03, 0.75, 0.5), _rgb(eye - 0.02, 0.35, 0.98), _rgb(eye, 0.7, 0.25)
    )
    body = {**base.body, "hair": hair, "iris": iris}
    materials = {n: _cloth(n, m, rng) for n, m in base.costume.materials.items()}
    costume: Costume = replace(base.costume, materials=materials)
    return replace(base, body=body, costume=costume)


def _cloth(name: str, material: Material, rng: np.random.Generator) -> Material:
    """Return a repainted cloth; metal and white cloth keep their colour."""
    _, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in material.normal))
    if name == "metal" or s < 0.06:
        return material
    painted = _rgb(
        float(rng.random()),
        float(np.clip(s + rng.normal(0, 0.1), 0.2, 0.85)),
        float(np.clip(v + rng.normal(0, 0.12), 0.25, 0.95)),
    )
    return cel(painted, deep=0.74) if material.shadow else Material(painted)
