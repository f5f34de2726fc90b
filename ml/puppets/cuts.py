"""Hair cuts by name: each gives a `HairSpec` of its kind, varied by a random generator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ml.puppets.design import HairSpec

Rng = np.random.Generator
Fringe = tuple[tuple[float, float], ...]
Tufts = tuple[tuple[float, float, float, float], ...]


def _between(rng: Rng, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 2)


def _fringe(rng: Rng, y: float = 1.5, *, count: int = 0, spread: float = 55.0, rough: float = 3.5) -> Fringe:
    """Return tips over the forehead whose mean height is `y`, alternately longer and shorter."""
    count = count or int(rng.integers(5, 9))
    angles = np.linspace(-spread, spread, count) + rng.normal(0, 1.6, count)
    heights = y + rng.uniform(-rough, rough, count) + 1.5 * np.abs(np.linspace(-1, 1, count)) ** 2
    return tuple((round(float(a), 2), round(float(h), 2)) for a, h in zip(angles, heights, strict=True))


def _swept(rng: Rng, low: float, side: int) -> Fringe:
    """Return a fringe that falls from a parting down over one eye."""
    angles = np.array([-56, -40, -22, -4, 14, 32, 52]) + rng.normal(0, 1.2, 7)
    heights = np.array([10, -3, -9, 4, low * 0.75, low, low * 0.9]) + rng.uniform(-2, 2, 7)
    if side < 0:
        angles, heights = -angles[::-1], heights[::-1]
    return tuple((round(float(a), 2), round(float(h), 2)) for a, h in zip(angles, heights, strict=True))


def _curtains(rng: Rng) -> Fringe:
    """Return a fringe parted in the middle."""
    angles = np.array([-58, -44, -29, -12, 12, 29, 44, 58]) + rng.normal(0, 1.0, 8)
    heights = np.array([26, 14, 0, -19, -19, 0, 14, 26]) + rng.uniform(-2, 2, 8)
    return tuple((round(float(a), 2), round(float(h), 2)) for a, h in zip(angles, heights, strict=True))


def _blunt(y: float) -> Fringe:
    """Return a fringe cut straight across."""
    return tuple((float(a), y + 2.2 * (abs(a) / 56) ** 2) for a in range(-56, 57, 14))


def _any_fringe(rng: Rng) -> dict[str, object]:
    """Return fringe, valley and sweep of one of the usual kinds."""
    kind = int(rng.integers(5))
    if kind == 0:
        return {"fringe": _blunt(_between(rng, 0, 4)), "valley": 3.0}
    if kind == 1:
        return {"fringe": _curtains(rng), "valley": 8.0, "parting": 0.0}
    if kind == 2:
        side = int(rng.choice((-1, 1)))
        return {
            "fringe": _swept(rng, 9.0, side),
            "valley": 12.0,
            "sweep": 7.0 * side,
            "parting": -22.0 * side,
        }
    return {"fringe": _fringe(rng), "valley": _between(rng, 9, 15), "sweep": _between(rng, -5, 5),
            "parting": _between(rng, -25, 25)}  # fmt: skip


def _base(rng: Rng, **own: object) -> HairSpec:
    """Return a spec with one of the usual fringes, then what the cut has of its own."""
    usual: dict[str, object] = {"back": 46.0, "side": (68.0, 50.0), **_any_fringe(rng), **own}
    return HairSpec(**usual)  # type: ignore[arg-type]


def _long_straight(rng: Rng) -> HairSpec:
    return _base(
        rng,
        mane=_between(rng, 150, 245),
        mane_tips=int(rng.integers(5, 9)),
        side=(69.0, _between(rng, 52, 96)),
    )


def _wavy_long(rng: Rng) -> HairSpec:
    return _base(
        rng,
        mane=_between(rng, 120, 210),
        wave=_between(rng, 4, 6.5),
        mane_tips=5,
        side=(69.0, _between(rng, 60, 84)),
        flare=(1.0, 1.1, 1.12, 1.05, 1.0),
        lift=10.0,
    )


def _hime(rng: Rng) -> HairSpec:
    return HairSpec(
        fringe=_blunt(_between(rng, 1, 4)), valley=1.6, side=(67.0, _between(rng, 52, 64)), back=46.0,
        mane=_between(rng, 170, 250), mane_tips=9, parting=0.0,
    )  # fmt: skip


def _bob(rng: Rng) -> HairSpec:
    return _base(rng, side=(68.0, _between(rng, 42, 50)), back=_between(rng, 44, 54), back_tips=9,
                 flare=(1.04, _between(rng, 1.12, 1.2), 0.80, 0.7, 0.7), lift=9.0)  # fmt: skip


def _short(rng: Rng) -> HairSpec:
    return HairSpec(
        fringe=_fringe(rng, 0.5, rough=5), valley=_between(rng, 12, 17), side=(73.0, _between(rng, 18, 27)),
        back=_between(rng, 30, 40), flare=(1.0, 0.95, 0.9, 0.9, 0.9), sweep=_between(rng, -8, 8),
        parting=_between(rng, -30, 30), tufts=_tufts(rng, 3, 11),
    )  # fmt: skip


def _pixie(rng: Rng) -> HairSpec:
    side = int(rng.choice((-1, 1)))
    return HairSpec(
        fringe=_swept(rng, 6.0, side), valley=11.0, sweep=9.0 * side, parting=-26.0 * side, side=(71.0, 28.5),
        back=38.0, back_tips=9, flare=(1.03, 0.98, 0.85, 0.8, 0.8), lift=9.0,
    )  # fmt: skip


def _tufts(rng: Rng, count: int, length: float) -> Tufts:
    """Return spikes that stand out round the crown."""
    found = []
    for k in range(count):
        angle = -150 + 300 * (k + 0.5) / count + float(rng.uniform(-12, 12))
        direction = 16 + 40 * abs(np.sin(np.deg2rad(angle)))
        found.append(
            (
                round(angle, 1),
                -46.0 + 14 * abs(np.sin(np.deg2rad(angle))),
                _between(rng, 0.85, 1.25) * length,
                float(direction),
            )
        )
    return tuple(found)


def _spiky(rng: Rng) -> HairSpec:
    n = _between(rng, 18, 25)
    crown = [
        (-158, -36, 1.1, 50),
        (-118, -28, 1.1, 68),
        (-80, -30, 1.0, 58),
        (-44, -44, 1.0, 34),
        (-12, -51, 1.15, 8),
        (22, -50, 1.1, 20),
        (56, -41, 1.0, 44),
        (92, -26, 1.1, 66),
        (128, -30, 1.1, 60),
        (172, -40, 1.2, 30),
    ]
    low = [(-104, 6, 0.8, 96), (104, 6, 0.8, 96), (-150, 16, 0.8, 104), (150, 16, 0.8, 104)]
    tufts = tuple((float(a), float(y), round(n * s, 1), float(d)) for a, y, s, d in (*crown, *low))
    return HairSpec(
        fringe=_fringe(rng, 3, count=int(rng.integers(5, 8)), rough=6),
        valley=_between(rng, 17, 22),
        side=(73.0, 26.0),
        back=36.0,
        back_tips=6,
        flare=(1.0, 0.95, 0.9, 0.9, 0.9),
        lift=10.0,
        tufts=tufts,
        parting=_between(rng, -20, 20),
    )


def _messy(rng: Rng) -> HairSpec:
    return replace(
        _short(rng), fringe=_fringe(rng, 4, count=8, rough=6), side=(70.0, 38.0), back=48.0, back_tips=8, lift=11.0,
        tufts=_tufts(rng, 8, 13), radius=47.5, flare=(1.02, 1.03, 0.95, 0.9, 0.9),
    )  # fmt: skip


def _undercut(rng: Rng) -> HairSpec:
    side = int(rng.choice((-1, 1)))
    return HairSpec(
        fringe=_swept(rng, -4.0, side), valley=10.0, sweep=10.0 * side, side=(62.0, -15.0), back=-8.0, back_tips=6,
        cropped=True, lift=12.0, parting=-24.0 * side, tufts=_tufts(rng, 3, 12), radius=46.0,
    )  # fmt: skip


def _buzz(rng: Rng) -> HairSpec:
    """Return hair cut to a few millimetres, the sides shorter still."""
    y = _between(rng, -25, -21)
    hairline = tuple((float(a), y + 4 * (abs(a) / 50) ** 3) for a in range(-50, 51, 20))
    return HairSpec(
        fringe=hairline,
        valley=1.0,
        side=(60.0, -16.0),
        back=-6.0,
        back_tips=5,
        radius=43.6,
        lift=3.0,
        cropped=True,
    )


def _one_eye(rng: Rng) -> HairSpec:
    side = int(rng.choice((-1, 1)))
    long = rng.random() < 0.5
    return HairSpec(
        fringe=_swept(rng, _between(rng, 32, 38), side), valley=13.0, sweep=8.0 * side, parting=-26.0 * side,
        side=(69.0, 46.0 if not long else 60.0), back=48.0, mane=_between(rng, 110, 170) if long else 0.0,
    )  # fmt: skip


def _tailed(tails: str, shape: str, low: float, high: float, **own: object) -> Callable[[Rng], HairSpec]:
    """Return the factory of a cut that is tied up."""

    def cut(rng: Rng) -> HairSpec:
        usual: dict[str, object] = {
            "side": (70.0, _between(rng, 46, 70)),
            "back": _between(rng, 34, 40),
            "back_tips": 6,
            "flare": (1.0, 0.97, 0.9, 0.9, 0.9),
        }
        spec = _base(rng, **{**usual, **own})
        return replace(spec, tails=tails, tail_shape=shape, tail_length=_between(rng, low, high))

    return cut


def _half_up(rng: Rng) -> HairSpec:
    return replace(_long_straight(rng), tails="top_twin", tail_shape="bun")


def _ahoge(rng: Rng) -> HairSpec:
    return replace(_bob(rng), ahoge=_between(rng, 18, 26), flare=(1.0, 1.07, 0.95, 0.9, 0.9))


CUTS: dict[str, Callable[[Rng], HairSpec]] = {
    "long_straight": _long_straight,
    "wavy_long": _wavy_long,
    "hime": _hime,
    "half_up": _half_up,
    "bob": _bob,
    "ahoge": _ahoge,
    "short": _short,
    "pixie": _pixie,
    "messy": _messy,
    "spiky": _spiky,
    "undercut": _undercut,
    "buzz": _buzz,
    "one_eye": _one_eye,
    "twin_tails": _tailed("twin", "lock", 130, 215),
    "twin_curls": _tailed("twin", "curl", 110, 160),
    "top_twin": _tailed("top_twin", "lock", 110, 170),
    "low_twin": _tailed("low_twin", "lock", 75, 110),
    "twin_braids": _tailed("low_twin", "braid", 95, 150),
    "braid": _tailed("low", "braid", 120, 180),
    "high_pony": _tailed("high", "lock", 120, 200),
    "pony": _tailed("pony", "lock", 110, 170),
    "wavy_pony": _tailed("high", "curl", 110, 150),
    "low_pony": _tailed("low", "lock", 90, 150),
    "side_pony": _tailed("side", "lock", 110, 170),
    "side_curl": _tailed("side", "curl", 95, 135),
    "bun": _tailed("high", "bun", 20, 21, back=36.0),
    "low_bun": _tailed("low", "bun", 20, 21, back=34.0),
    "twin_buns": _tailed("top_twin", "bun", 20, 21),
}


def cut_of(name: str, rng: Rng) -> HairSpec:
    """Return hair of a cut; now and then it has an ahoge."""
    spec = replace(CUTS[name](rng), cut=name)
    if not spec.ahoge and name not in ("buzz", "hime", "undercut") and rng.random() < 0.12:
        spec = replace(spec, ahoge=_between(rng, 14, 22))
    return spec
