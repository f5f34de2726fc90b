"""Draws what a character wears beside clothes, each thing at its turn between body, clothes, face and hair."""

from __future__ import annotations

from collections.abc import Callable

from ml.puppets import worn_body, worn_face, worn_hair, worn_hats, worn_neck
from ml.puppets.design import Accessory
from ml.puppets.figure import Figure
from ml.puppets.worn_place import Scene, side_of

Drawer = Callable[[Figure, Scene, Accessory], None]

# turn of drawing -> code -> drawer, in the order of painting
_TURNS: dict[str, dict[str, Drawer]] = {
    "behind": {"backpack": worn_body.draw_pack_behind},
    "trunk": {
        "belt": worn_body.draw_belt,
        "waist_pouch": worn_body.draw_waist_pouch,
        "satchel": worn_body.draw_satchel,
        "backpack": worn_body.draw_straps,
    },
    "neck": {
        "choker": worn_neck.draw_choker,
        "necklace": worn_neck.draw_necklace,
        "lanyard": worn_neck.draw_lanyard,
        "brooch": worn_neck.draw_brooch,
        "name_tag": worn_neck.draw_name_tag,
        "bow_tie": worn_neck.draw_bow_tie,
        "neckerchief": worn_neck.draw_neckerchief,
        "scarf": worn_neck.draw_scarf,
        "backpack": worn_body.draw_pack_before,
    },
    "face": {
        "mole": worn_face.draw_mole,
        "scar": worn_face.draw_scar,
        "face_paint": worn_face.draw_face_paint,
        "plaster": worn_face.draw_plaster,
        "eye_patch": worn_face.draw_eye_patch,
        "glasses": worn_face.draw_glasses,
    },
    "head": {
        "ear_rings": worn_face.draw_ear_rings,
        "hair_clip": worn_hair.draw_clip,
        "hair_flower": worn_hair.draw_flower,
        "headband": worn_hair.draw_headband,
        "hair_band": worn_hair.draw_hair_band,
        "hair_ribbon": worn_hair.draw_ribbon,
        "tiara": worn_hair.draw_tiara,
        "sunglasses": worn_hats.draw_sunglasses,
        "goggles": worn_hats.draw_goggles,
        "cap": worn_hats.draw_cap,
        "beret": worn_hats.draw_beret,
        "hat": worn_hats.draw_hat,
        "knit_cap": worn_hats.draw_knit_cap,
        "headphones": worn_hats.draw_headphones,
    },
    "arm": {
        "armband": worn_body.draw_armband,
        "watch": worn_body.draw_watch,
        "bracelet": worn_body.draw_bracelet,
    },
}


def draw(figure: Figure, scene: Scene, turn: str, side: float = 0.0) -> None:
    """Draw what comes at a turn; for the turn "arm" only what is worn on that side."""
    worn = scene.worn
    if not worn:
        return
    for code, drawer in _TURNS[turn].items():
        item = worn.get(code)
        if item is not None and (not side or side_of(item) == side):
            drawer(figure, scene, item)
