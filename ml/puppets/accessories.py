"""The catalogue of what can be worn: where it sits, how many shapes it has, what it is painted with. No drawing.

`worn.py` draws it. A kind whose paints a costume lacks would be transparent, so `dressed` brings them along.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ml.puppets.design import Accessory, Design, Material


@dataclass(frozen=True)
class Kind:
    """One kind of accessory.

    Attributes:
        place: "hair", "hat", "eyes", "cheek", "ear", "neck", "chest", "waist", "back" or "arm"; of one place a
            seeded character wears one thing, arms and cheeks apart.
        shapes: number of variants.
        swatches: the paints it needs, the one it is known by first.
        sided: worn on one side only, so it can be mirrored.
        movable: place, size and shape can be chosen; what is a garment can only be left out.
    """

    place: str
    shapes: int
    swatches: tuple[str, ...]
    sided: bool = False
    movable: bool = True


KINDS: dict[str, Kind] = {
    # in the hair and on the head
    "hair_clip": Kind("hair", 5, ("clip",), sided=True),
    "hair_ribbon": Kind("hair", 3, ("ribbon",)),
    "hair_flower": Kind("hair", 3, ("ribbon", "clip"), sided=True),
    "hair_band": Kind("hair", 4, ("headwear",)),
    "headband": Kind("hair", 3, ("headwear",)),
    "tiara": Kind("hair", 2, ("clip", "jewel")),
    "headphones": Kind("hair", 2, ("jewel",)),
    "goggles": Kind("hair", 2, ("eyewear", "clip")),
    "sunglasses": Kind("hair", 2, ("eyewear",)),
    "cap": Kind("hat", 3, ("headwear",)),
    "beret": Kind("hat", 2, ("headwear",), sided=True),
    "hat": Kind("hat", 3, ("headwear", "ribbon")),
    "knit_cap": Kind("hat", 3, ("headwear",)),
    # on the face
    "glasses": Kind("eyes", 4, ("metal",)),
    "eye_patch": Kind("eyes", 2, ("eyewear",), sided=True),
    "plaster": Kind("cheek", 3, ("eyewear",), sided=True),
    "face_paint": Kind("cheek", 3, ("eyewear",), sided=True),
    "mole": Kind("cheek", 2, ("skin",), sided=True),
    "scar": Kind("cheek", 3, ("skin",), sided=True),
    "ear_rings": Kind("ear", 3, ("jewel",)),
    # round the neck and on the chest
    "choker": Kind("neck", 3, ("neckwear",)),
    "necklace": Kind("neck", 3, ("neckwear", "badge")),
    "scarf": Kind("neck", 3, ("scarf",)),
    "neckerchief": Kind("neck", 2, ("scarf",)),
    "tie": Kind("tie", 2, ("tie",)),
    "bow_tie": Kind("tie", 2, ("tie",)),
    "brooch": Kind("chest", 4, ("badge",), sided=True),
    "name_tag": Kind("chest", 2, ("badge",), sided=True),
    "lanyard": Kind("chest", 2, ("neckwear", "badge")),
    # on the body and the arms
    "belt": Kind("waist", 3, ("belt", "metal")),
    "waist_pouch": Kind("waist", 2, ("satchel", "metal"), sided=True),
    "satchel": Kind("back", 2, ("satchel", "metal"), sided=True),
    "backpack": Kind("back", 2, ("satchel", "metal")),
    "armband": Kind("arm", 3, ("wrist",), sided=True),
    "watch": Kind("arm", 2, ("wrist", "metal"), sided=True),
    "bracelet": Kind("arm", 2, ("wrist",), sided=True),
    # garments, drawn with the clothes
    "gloves": Kind("hand", 1, ("glove",), movable=False),
    "cape": Kind("over", 1, ("cape",), movable=False),
    "apron": Kind("over", 1, ("apron",), movable=False),
}

_SPARE = {
    "clip": (250, 208, 92),
    "ribbon": (206, 60, 84),
    "headwear": (92, 108, 156),
    "eyewear": (66, 60, 84),
    "neckwear": (120, 70, 96),
    "jewel": (116, 190, 196),
    "badge": (240, 190, 84),
    "wrist": (178, 84, 66),
    "metal": (226, 190, 96),
    "scarf": (214, 92, 70),
    "tie": (178, 52, 60),
    "glove": (120, 84, 70),
    "cape": (128, 52, 60),
    "apron": (240, 236, 226),
    "belt": (96, 58, 46),
    "satchel": (170, 112, 68),
}


def dressed(design: Design, accessory: Accessory) -> Design:
    """Return the design with an accessory; paints that it lacks are added with plain colours, not separated."""
    lacking = {
        name: Material(_SPARE[name])
        for name in KINDS[accessory.code].swatches
        if name not in design.swatch_names
    }
    costume = design.costume.wearing(accessory)
    return replace(design, costume=replace(costume, materials={**costume.materials, **lacking}))
