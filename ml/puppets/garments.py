"""Which garments there are, how each is cut, and which swatches a costume needs. Plain data, no drawing."""

from __future__ import annotations

from dataclasses import dataclass

from ml.puppets.design import WHOLE, Costume


@dataclass(frozen=True)
class Cut:
    """How a top is cut.

    Attributes:
        hem: height of its lower edge, share of the chin's height.
        grow: how far the cloth stands off the trunk, units.
        sleeve: the same for its sleeves.
        wide: how much wider a sleeve gets to its end, units.
        lower: length of a part that hangs over the legs (0.5 = to the knees, 1 = to the ankles); 0 = none.
        flare: how far that part stands out at the knees, units.
        swatches: paints that it needs besides "top".
        shirt_sleeves: whether the sleeves are those of the shirt beneath.
    """

    hem: float
    grow: float = 2.6
    sleeve: float = 2.6
    wide: float = 0.0
    lower: float = 0.0
    flare: float = 0.0
    swatches: tuple[str, ...] = ()
    shirt_sleeves: bool = False


CUTS = {
    "sailor": Cut(0.735, swatches=("trim", "piping")),
    "blazer": Cut(0.66, swatches=("piping", "shirt", "metal")),
    "coat": Cut(0.70, 3.2, 3.6, lower=0.24, flare=14, swatches=("trim", "shirt")),
    "cardigan": Cut(0.66, 2.6, 3.4, swatches=("trim", "shirt", "metal")),
    "hoodie": Cut(0.69, 3.6, 3.8, swatches=("trim",)),
    "tshirt": Cut(0.685, 2.4, 3.4, 1.5),
    "polo": Cut(0.68, 2.2, 3.0, 1.0, swatches=("trim", "metal")),
    "shirt": Cut(0.74, 2.2, 2.8, swatches=("metal",)),
    "sweater": Cut(0.685, 4.0, 4.4, swatches=("shirt",)),
    "turtleneck": Cut(0.69, 2.2, 2.6),
    "jacket": Cut(0.675, 3.8, 4.0, swatches=("trim", "shirt", "metal")),
    "jersey": Cut(0.68, 3.2, 3.6, swatches=("piping", "metal")),
    "vest": Cut(0.70, 3.0, 2.6, swatches=("shirt", "metal"), shirt_sleeves=True),
    "tunic": Cut(0.70, 2.8, 3.2, 2.0, lower=0.2, flare=9, swatches=("trim",)),
    "raincoat": Cut(0.70, 5.0, 5.0, 3.0, lower=0.42, flare=22, swatches=("metal",)),
    "longcoat": Cut(0.70, 3.6, 3.8, 1.0, lower=0.66, flare=20, swatches=("trim", "shirt", "metal")),
    "armour": Cut(0.70, 4.5, 3.0, swatches=("trim", "shirt"), shirt_sleeves=True),
    "dress": Cut(0.70, 2.0, 3.0, 1.5, lower=0.46, flare=24, swatches=("trim",)),
    "yukata": Cut(0.70, 2.8, 4.0, 9.0, lower=0.93, flare=0, swatches=("trim", "belt")),
}

# code -> (cloth of the leg down to which share of it, half width added, how much wider at the hem)
LEGS = {
    "trousers": (0.985, 2.6, 3.5),
    "jeans": (0.965, 1.6, 1.4),
    "wide": (0.97, 5.0, 12.0),
    "leggings": (0.93, 0.7, 0.0),
    "shorts": (0.42, 4.0, 2.5),
}

# code -> (hem on the leg, how far it stands out there, pleats)
SKIRTS = {"skirt": (0.30, 18.0, 18), "short_skirt": (0.20, 15.0, 20), "long_skirt": (0.74, 24.0, 12)}

_EXTRA_SWATCH = {
    "tie": ("tie",), "belt": ("belt", "metal"), "satchel": ("satchel", "metal"), "scarf": ("scarf",),
    "gloves": ("glove",), "cape": ("cape",), "apron": ("apron",),
}  # fmt: skip
TIED = ("sailor", "blazer", "cardigan", "shirt", "vest", "sweater")  # tops that a tie or a bow can be seen on


def cut_of(costume: Costume) -> Cut:
    """Return how the costume's top is cut."""
    return CUTS[costume.top]


def needed_swatches(costume: Costume) -> tuple[str, ...]:
    """Return the swatches whose paints the costume's clothes use; head wear is not counted."""
    names = ["top", *cut_of(costume).swatches, "shoe"]
    if costume.top not in WHOLE:
        names.append("bottom")
    if costume.socks:
        names.append("sock")
    if costume.pattern:
        names.append("pattern")
    for extra in sorted(costume.extras):
        names += _EXTRA_SWATCH.get(extra, ())
    return tuple(dict.fromkeys(names))
