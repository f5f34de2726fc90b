"""A costume by seed: an outfit, what is worn with it, and paints of one scheme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.puppets.accessories import KINDS
from ml.puppets.design import Accessory, Costume, HairSpec, Material, Rgb
from ml.puppets.garments import needed_swatches
from ml.puppets.palette import cel
from ml.puppets.wardrobe import LEATHER, METALS, OUTFITS, SCHEMES, SHOES, SNEAKERS, Outfit

Rng = np.random.Generator

_HATLESS = (
    "spiky",
    "messy",
    "bun",
    "twin_buns",
    "half_up",
    "top_twin",
    "high_pony",
    "wavy_pony",
    "undercut",
    "twin_tails",
    "twin_curls",
)
_ON_FACE = ("goggles", "sunglasses", "eye_patch", "plaster", "face_paint", "glasses")
_COVERED = ("hair_clip", "hair_flower", "hair_ribbon")  # what short hair does not hold
_CROPPED = ("buzz", "undercut", "short", "spiky", "messy")
_SELDOM = ("eye_patch", "tiara", "scar", "face_paint", "goggles", "sunglasses", "headphones")
_COLLARED = ("scarf", "neckerchief", "turtleneck", "hoodie", "raincoat")


def costume_of(rng: Rng, hair: HairSpec, *, skirts: bool, ears: bool) -> Costume:
    """Return a costume.

    Args:
        rng: decides everything.
        hair: what is worn on the head has to suit it.
        skirts: whether skirts and dresses are worn.
        ears: whether the ears can be seen.
    """
    codes = [c for c, outfit in OUTFITS.items() if (skirts or outfit.plain or c == "yukata")]
    outfit = OUTFITS[codes[int(rng.integers(len(codes)))]]
    below = outfit.below if skirts and outfit.below and rng.random() < 0.8 else outfit.plain
    bottom = below[int(rng.integers(len(below)))] if below else "skirt"
    costume = Costume(
        outfit.top, outfit.name, outfit.top, bottom, sleeve=float(rng.choice(outfit.sleeve)),
        pattern=_one(rng, outfit.patterns) if outfit.patterns else "",
    )  # fmt: skip
    costume = _shod(rng, costume, outfit)
    if rng.random() < outfit.tie:
        costume = replace(costume, extras=frozenset({"tie"}))
    elif outfit.over and rng.random() < 0.35:
        costume = replace(costume, extras=frozenset({_one(rng, outfit.over)}))
    costume = replace(costume, worn=_worn(rng, outfit, hair, costume.extras, ears=ears))
    return replace(costume, materials=_materials(rng, costume))


def _one(rng: Rng, of: tuple[str, ...]) -> str:
    return of[int(rng.integers(len(of)))]


def _shod(rng: Rng, costume: Costume, outfit: Outfit) -> Costume:
    """Return the costume with socks and boots or shoes."""
    kind = _one(rng, outfit.feet)
    bare = costume.bottom not in ("trousers", "jeans", "wide", "leggings") or kind in ("boots", "high_boots")
    socks = round(float(rng.choice((0.28, 0.42, 0.78, 0.9))), 2) if bare and kind != "sandal" else 0.0
    if kind in ("boots", "high_boots"):
        boots = 0.42 if kind == "boots" else 0.78
        return replace(costume, boots=boots, socks=socks if socks > boots else 0.0)
    return replace(costume, socks=socks, shoes=kind)


def _worn(
    rng: Rng, outfit: Outfit, hair: HairSpec, extras: frozenset[str], *, ears: bool
) -> tuple[Accessory, ...]:
    """Return one to five accessories of different places."""
    wanted = int(rng.choice((1, 2, 3, 4, 5), p=(0.2, 0.3, 0.26, 0.16, 0.08)))
    found: dict[str, Accessory] = {}
    for _ in range(30):
        place = _one(rng, outfit.wear)
        if (
            len(found) >= wanted
            or place in found
            or (place == "hat" and "hair" in found)
            or (place == "hair" and "hat" in found)
        ):
            continue
        face = any(item.code in _ON_FACE for item in found.values())
        codes = [
            code
            for code, kind in KINDS.items()
            if kind.place == place
            and _suits(code, outfit, hair, extras, ears=ears)
            and not (face and code in _ON_FACE)  # one paint serves them all
        ]
        if codes:
            found[place] = _accessory(rng, _usual(rng, codes))
    return tuple(found.values())


def _usual(rng: Rng, codes: list[str]) -> str:
    """Return one of the codes; what is seldom seen comes seldom."""
    shares = np.array([0.25 if code in _SELDOM else 1.0 for code in codes])
    return codes[int(rng.choice(len(codes), p=shares / shares.sum()))]


def _suits(code: str, outfit: Outfit, hair: HairSpec, extras: frozenset[str], *, ears: bool) -> bool:
    """Return whether an accessory goes with outfit, hair, and what is worn besides."""
    kind = KINDS[code]
    if kind.place == "hat" or code in ("headphones", "hair_band"):
        return hair.cut not in _HATLESS and not (hair.ahoge and kind.place == "hat")
    if code == "ear_rings":
        return ears or hair.tails != "none"
    if kind.place == "neck" and "tie" in extras:
        return code in ("scarf", "choker")
    never = (
        hair.cut in _CROPPED and code in (*_COVERED, "tiara"),
        outfit.top in _COLLARED and kind.place == "neck",
        code == "backpack" and "cape" in extras,
        outfit.top in ("sailor", "yukata") and code in ("lanyard", "necklace"),
    )
    return not any(never)


def _accessory(rng: Rng, code: str) -> Accessory:
    kind = KINDS[code]
    side = int(rng.choice((-1, 1))) if kind.sided else 0
    return Accessory(
        code, side, size=round(float(rng.uniform(0.94, 1.1)), 2), variant=int(rng.integers(kind.shapes))
    )


def _materials(rng: Rng, costume: Costume) -> dict[str, Material]:
    """Return the paints of all that is worn, from one scheme of colours."""
    main, second, accent, light = SCHEMES[int(rng.integers(len(SCHEMES)))]
    if rng.random() < 0.3:
        main, second = second, main
    warm = LEATHER[int(rng.integers(len(LEATHER)))]
    metal = METALS[int(rng.integers(len(METALS)))]
    shoes = SNEAKERS if costume.shoes == "sneaker" else SHOES
    shoe = warm if costume.boots else shoes[int(rng.integers(len(shoes)))]
    dark = _mixed(main, (40, 36, 52), 0.55)
    if costume.top in ("shirt", "vest", "sailor") and costume.top != "vest" and rng.random() < 0.55:
        top, trim, bottom = light, main, main if rng.random() < 0.6 else dark
    else:
        top, trim, bottom = main, second, second if rng.random() < 0.5 else dark
    if costume.bottom == "jeans":
        bottom = ((74, 100, 142), (56, 66, 96), (116, 140, 168))[int(rng.integers(3))]
    paints: dict[str, Rgb] = {
        "top": top,
        "bottom": bottom,
        "trim": trim,
        "shirt": light,
        "piping": accent if rng.random() < 0.5 else light,
        "pattern": accent,
        "tie": accent,
        "scarf": accent,
        "ribbon": accent,
        "belt": warm,
        "satchel": warm,
        "metal": metal,
        "shoe": shoe,
        "sock": light if rng.random() < 0.5 else dark,
        "headwear": _one_of(rng, main, accent, second),
        "eyewear": _eyewear(costume, accent),
        "neckwear": _one_of(rng, warm, accent, dark),
        "jewel": _one_of(rng, metal, accent, (120, 196, 200)),
        "badge": _one_of(rng, metal, accent, light),
        "wrist": _one_of(rng, accent, warm, dark),
        "clip": _one_of(rng, metal, accent, light),
        "glove": warm,
        "cape": accent,
        "apron": light,
    }
    if costume.top == "yukata":
        paints["belt"] = accent
    names = list(needed_swatches(costume))
    for item in costume.worn:
        names += [name for name in KINDS[item.code].swatches if name != "skin"]
    flat = ("piping", "metal", "clip", "badge", "jewel", "pattern")
    return {n: Material(paints[n]) if n in flat else _cloth(paints[n]) for n in dict.fromkeys(names)}


def _eyewear(costume: Costume, accent: Rgb) -> Rgb:
    """Return the one paint of what lies on the face: skin-like for plasters, the accent for paint, else dark."""
    if costume.accessory("plaster"):
        return (244, 212, 160)
    return accent if costume.accessory("face_paint") else (60, 54, 70)


def _cloth(rgb: Rgb) -> Material:
    return cel(rgb, deep=0.84 if min(rgb) > 200 else 0.72)


def _one_of(rng: Rng, *colours: Rgb) -> Rgb:
    return colours[int(rng.integers(len(colours)))]


def _mixed(a: Rgb, b: Rgb, share: float) -> Rgb:
    """Return a colour a share of the way from a to b."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]
