"""Outfits and colour schemes that seeded costumes are put together from: plain tables, chosen by hand."""

from __future__ import annotations

from dataclasses import dataclass

from ml.puppets.design import Rgb


@dataclass(frozen=True)
class Outfit:
    """What goes together.

    Attributes:
        name: as the production calls it.
        top: the garment above.
        below: garments for the legs with a skirt; empty = the top is worn whole.
        plain: garments for the legs without a skirt.
        sleeve: share of the arm that is covered, short and long.
        feet: some of "low", "sneaker", "sandal", "boots", "high_boots".
        tie: how often something is tied at the collar.
        wear: places of accessories that suit it, the likelier ones more than once.
        patterns: marks on the top, of `design.PATTERNS`.
        over: garments of `design.WORN` that now and then come with it.
    """

    name: str
    top: str
    below: tuple[str, ...]
    plain: tuple[str, ...]
    sleeve: tuple[float, float] = (1.0, 1.0)
    feet: tuple[str, ...] = ("low",)
    tie: float = 0.0
    wear: tuple[str, ...] = ("hair", "eyes", "cheek", "ear", "arm", "back")
    patterns: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


_SCHOOL = ("hair", "hair", "eyes", "cheek", "ear", "chest", "back", "back", "arm", "neck")
_STREET = ("hair", "hat", "hat", "eyes", "ear", "neck", "arm", "arm", "back", "cheek", "chest")
_ROAD = ("hair", "hat", "neck", "waist", "waist", "back", "back", "arm", "cheek")

OUTFITS: dict[str, Outfit] = {
    "sailor": Outfit(
        "Sailor uniform",
        "sailor",
        ("skirt", "long_skirt", "short_skirt"),
        (),
        (1.0, 1.0),
        ("low",),
        0.9,
        _SCHOOL,
    ),
    "blazer": Outfit(
        "School blazer",
        "blazer",
        ("skirt", "short_skirt"),
        ("trousers",),
        (1.0, 1.0),
        ("low",),
        0.85,
        _SCHOOL,
    ),
    "cardigan": Outfit(
        "Cardigan",
        "cardigan",
        ("skirt", "long_skirt"),
        ("trousers", "jeans"),
        (1.0, 1.0),
        ("low", "sneaker"),
        0.5,
        _SCHOOL,
    ),
    "vest": Outfit(
        "Knitted vest",
        "vest",
        ("skirt", "short_skirt"),
        ("trousers", "shorts"),
        (1.0, 1.0),
        ("low",),
        0.7,
        _SCHOOL,
    ),
    "shirt": Outfit(
        "Shirt",
        "shirt",
        ("skirt", "long_skirt"),
        ("trousers", "jeans", "wide"),
        (0.42, 1.0),
        ("low", "sneaker"),
        0.35,
        _SCHOOL,
        over=("apron",),
    ),
    "tshirt": Outfit(
        "T-shirt",
        "tshirt",
        ("short_skirt", "skirt"),
        ("jeans", "shorts", "wide"),
        (0.32, 0.42),
        ("sneaker", "sandal"),
        0,
        _STREET,
        ("stripes", "chest_stripe", "number", "emblem", "dots", ""),
    ),
    "polo": Outfit(
        "Polo shirt",
        "polo",
        ("short_skirt", "skirt"),
        ("shorts", "trousers"),
        (0.32, 0.42),
        ("sneaker",),
        0,
        _STREET,
        ("chest_stripe", "", ""),
    ),
    "hoodie": Outfit(
        "Hooded pullover",
        "hoodie",
        ("short_skirt",),
        ("jeans", "shorts", "wide", "leggings"),
        (1.0, 1.0),
        ("sneaker", "boots"),
        0,
        _STREET,
        ("emblem", "number", "", ""),
    ),
    "sweater": Outfit(
        "Pullover",
        "sweater",
        ("skirt", "long_skirt"),
        ("jeans", "trousers"),
        (1.0, 1.0),
        ("low", "boots"),
        0.2,
        _STREET,
        ("stripes", "chest_stripe", ""),
    ),
    "turtleneck": Outfit(
        "Polo-neck",
        "turtleneck",
        ("long_skirt", "skirt"),
        ("trousers", "jeans", "wide"),
        (1.0, 1.0),
        ("low", "boots"),
        0,
        _STREET,
    ),
    "jacket": Outfit(
        "Jacket",
        "jacket",
        ("short_skirt",),
        ("jeans", "shorts", "leggings"),
        (1.0, 1.0),
        ("sneaker", "boots"),
        0,
        _STREET,
        over=("gloves",),
    ),
    "jersey": Outfit(
        "Tracksuit",
        "jersey",
        ("shorts",),
        ("trousers", "shorts"),
        (1.0, 1.0),
        ("sneaker",),
        0,
        ("hair", "neck", "arm", "chest", "back", "hat", "cheek"),
    ),
    "coat": Outfit(
        "Travelling coat",
        "coat",
        ("leggings", "shorts"),
        ("trousers", "shorts"),
        (1.0, 1.0),
        ("boots", "high_boots"),
        0,
        _ROAD,
        over=("gloves", "cape"),
    ),
    "longcoat": Outfit(
        "Long coat",
        "longcoat",
        ("leggings",),
        ("trousers",),
        (1.0, 1.0),
        ("high_boots", "low"),
        0,
        _ROAD,
        over=("gloves",),
    ),
    "raincoat": Outfit(
        "Raincoat",
        "raincoat",
        ("leggings", "shorts"),
        ("shorts", "trousers"),
        (1.0, 1.0),
        ("boots",),
        0,
        ("hat", "back", "hair", "cheek"),
    ),
    "tunic": Outfit(
        "Tunic",
        "tunic",
        ("leggings",),
        ("leggings", "trousers"),
        (0.42, 1.0),
        ("high_boots", "boots", "sandal"),
        0,
        _ROAD,
        over=("cape", "apron"),
    ),
    "armour": Outfit(
        "Armour",
        "armour",
        ("leggings", "short_skirt"),
        ("leggings", "trousers"),
        (1.0, 1.0),
        ("high_boots",),
        0,
        _ROAD,
        over=("cape", "gloves"),
    ),
    "dress": Outfit(
        "Dress",
        "dress",
        (),
        (),
        (0.35, 1.0),
        ("low", "sandal", "boots"),
        0,
        ("hair", "hair", "hat", "neck", "ear", "arm", "waist"),
        over=("apron",),
    ),
    "yukata": Outfit(
        "Yukata", "yukata", (), (), (0.85, 0.9), ("sandal",), 0, ("hair", "hair", "ear", "cheek")
    ),
}

# main, second, accent, light
SCHEMES: tuple[tuple[Rgb, Rgb, Rgb, Rgb], ...] = (
    ((48, 62, 104), (232, 226, 210), (200, 56, 64), (250, 246, 236)),
    ((122, 40, 52), (226, 206, 170), (44, 56, 86), (250, 244, 232)),
    ((58, 104, 88), (226, 212, 172), (214, 120, 62), (248, 246, 230)),
    ((226, 214, 196), (98, 74, 66), (186, 72, 62), (252, 248, 240)),
    ((92, 142, 176), (240, 236, 226), (238, 184, 74), (250, 250, 248)),
    ((70, 66, 82), (196, 196, 206), (222, 84, 96), (246, 246, 250)),
    ((214, 138, 148), (112, 84, 104), (84, 128, 150), (252, 244, 244)),
    ((132, 110, 160), (230, 222, 240), (232, 190, 92), (248, 246, 252)),
    ((206, 98, 62), (70, 72, 92), (236, 204, 130), (252, 246, 236)),
    ((112, 128, 82), (210, 192, 150), (150, 60, 56), (248, 246, 230)),
    ((232, 196, 96), (76, 92, 128), (206, 80, 66), (252, 250, 236)),
    ((54, 92, 124), (190, 206, 214), (232, 138, 72), (246, 250, 250)),
    ((168, 54, 58), (56, 54, 66), (222, 190, 110), (250, 244, 240)),
    ((150, 164, 172), (66, 78, 98), (110, 176, 170), (248, 250, 250)),
    ((104, 64, 52), (216, 190, 150), (90, 130, 118), (250, 244, 232)),
    ((236, 232, 228), (60, 76, 112), (112, 174, 206), (252, 252, 252)),
    ((90, 60, 100), (214, 196, 176), (126, 172, 116), (250, 246, 250)),
    ((62, 124, 128), (238, 224, 198), (226, 104, 92), (250, 248, 240)),
    ((186, 152, 112), (78, 92, 84), (160, 58, 74), (250, 246, 236)),
    ((36, 46, 60), (128, 142, 150), (230, 196, 84), (244, 246, 248)),
    ((200, 216, 196), (116, 96, 84), (222, 124, 116), (252, 252, 244)),
    ((160, 200, 220), (88, 98, 140), (244, 150, 160), (250, 252, 252)),
)

SKINS: tuple[Rgb, ...] = (
    (255, 232, 218), (255, 226, 206), (252, 218, 194), (246, 208, 178), (236, 192, 156), (220, 170, 132),
    (196, 142, 104), (168, 114, 80), (136, 88, 62), (108, 70, 52),
)  # fmt: skip

NATURAL_HAIR: tuple[Rgb, ...] = (
    (46, 38, 44), (58, 48, 50), (78, 54, 46), (104, 66, 48), (140, 86, 56), (172, 112, 70), (150, 62, 44),
    (200, 108, 62), (208, 162, 96), (238, 208, 138), (226, 216, 196), (150, 148, 152), (214, 218, 226),
)  # fmt: skip
FANTASY_HAIR: tuple[Rgb, ...] = (
    (232, 146, 164), (214, 96, 130), (88, 100, 156), (62, 74, 116), (116, 168, 196), (88, 164, 160), (124, 176, 128),
    (150, 124, 184), (110, 78, 140), (196, 60, 66), (236, 140, 84), (176, 186, 204), (186, 214, 214),
)  # fmt: skip
EYES: tuple[Rgb, ...] = (
    (150, 92, 52), (110, 70, 50), (206, 140, 48), (84, 138, 84), (64, 160, 150), (70, 132, 194), (96, 106, 180),
    (140, 108, 184), (186, 80, 130), (196, 66, 62), (128, 140, 152), (120, 150, 60),
)  # fmt: skip

LEATHER: tuple[Rgb, ...] = (
    (112, 68, 50),
    (150, 98, 60),
    (78, 52, 48),
    (64, 58, 70),
    (176, 128, 84),
    (104, 36, 44),
)
SHOES: tuple[Rgb, ...] = ((96, 60, 48), (58, 50, 58), (128, 78, 52), (72, 42, 46), (44, 44, 58))
SNEAKERS: tuple[Rgb, ...] = ((238, 236, 240), (70, 74, 92), (206, 84, 80), (96, 140, 186), (240, 204, 96))
METALS: tuple[Rgb, ...] = ((232, 194, 92), (208, 212, 222), (206, 150, 104))

NAMES: tuple[str, ...] = (
    "Mio", "Sora", "Yui", "Kaito", "Nagi", "Rin", "Haru", "Tsumugi", "Itsuki", "Chika", "Toma", "Shiori", "Akira",
    "Ayame", "Botan", "Daichi", "Emi", "Fumi", "Gen", "Hana", "Hikari", "Hotaru", "Ichika", "Jun", "Kaede", "Kana",
    "Kei", "Kohaku", "Kotone", "Kyo", "Mahiro", "Makoto", "Mei", "Midori", "Minato", "Misaki", "Nao", "Natsu", "Nene",
    "Noa", "Ran", "Rei", "Riku", "Ryo", "Saki", "Sakuya", "Satsuki", "Sena", "Shin", "Shun", "Suzu", "Taiga", "Tamaki",
    "Tetsu", "Tomoe", "Tsubasa", "Ume", "Wataru", "Yamato", "Yoru", "Yuki", "Yuzu", "Amara", "Ines", "Lena", "Marek",
    "Nadia", "Oskar", "Priya", "Tariq", "Zola",
)  # fmt: skip
