"""Proportions of the kinds of people that a production draws, from a chibi to a grown athlete."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.puppets.design import Build

BUILDS: dict[str, Build] = {
    "chibi": Build(2.5, shoulder=24, bust=21, waist=20, hip=23, limb=0.62, neck=8, hand=0.72,
                   foot=0.62, bust_depth=0.1),
    "small": Build(3.6, shoulder=30, bust=26, waist=23.5, hip=29, limb=0.76, neck=9, hand=0.8,
                   foot=0.74, bust_depth=0.1),
    "child": Build(4.6, shoulder=35, bust=30, waist=27, hip=33, limb=0.86, neck=9.5, hand=0.86,
                   foot=0.86, bust_depth=0.1),
    "girl": Build(5.5, bust_depth=0.6),
    "boy": Build(5.7, shoulder=46, bust=38, waist=32, hip=38, limb=1.0, neck=11.5, bust_depth=0.2),
    "woman": Build(6.6, shoulder=46, bust=38, waist=29.5, hip=44, limb=1.08, neck=11, foot=1.06, bust_depth=1.1),
    "man": Build(6.8, shoulder=57, bust=47, waist=39, hip=42, limb=1.18, neck=14, hand=1.1, foot=1.14, bust_depth=0.4,
                 muscle=0.25),
    "tall": Build(7.6, shoulder=58, bust=46, waist=38, hip=44, limb=1.2, neck=13.5, hand=1.14,
                  foot=1.2, bust_depth=0.4,
                  muscle=0.15),
    "long_legged": Build(8.0, shoulder=52, bust=42, waist=32, hip=47, limb=1.16, neck=12, hand=1.08,
                         foot=1.16, bust_depth=0.9),
    "muscular": Build(7.0, shoulder=69, bust=58, waist=44, hip=46, limb=1.34, neck=18, hand=1.2,
                      foot=1.2, bust_depth=0.9,
                      muscle=1.0),
    "stout": Build(5.6, shoulder=55, bust=56, waist=62, hip=58, limb=1.3, neck=16, hand=1.04,
                   foot=1.06, bust_depth=0.6,
                   belly=1.0),
    "old": Build(5.2, shoulder=42, bust=37, waist=36, hip=39, limb=0.92, neck=10.5, bust_depth=0.3, belly=0.35),
}  # fmt: skip
_WIDTHS = ("shoulder", "bust", "waist", "hip", "limb", "neck", "hand", "foot")


def random_build(rng: np.random.Generator, kind: str = "") -> Build:
    """Return a build near one of BUILDS (any of them if not named), its height and widths a little its own."""
    names = list(BUILDS)
    base = BUILDS[kind or names[int(rng.integers(len(names)))]]
    grow = rng.normal(1, 0.035, len(_WIDTHS)).clip(0.92, 1.08)
    widths = {name: getattr(base, name) * float(g) for name, g in zip(_WIDTHS, grow, strict=True)}
    tall = base.heads_tall * float(np.clip(rng.normal(1, 0.03), 0.94, 1.06))
    return replace(base, heads_tall=tall, **widths)
