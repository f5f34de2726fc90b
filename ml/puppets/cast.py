"""The people of the demo production."""

from __future__ import annotations

from functools import cache

from ml.puppets.design import Build, Costume, Design, FaceSpec, HairSpec, Material
from ml.puppets.palette import cel, separated

INK = (52, 38, 52)


def _body(skin: tuple[int, int, int], hair: Material, iris: Material) -> dict[str, Material]:
    """Return the swatches of a body: skin, hair, eyes, mouth and ink."""
    return {
        "skin": cel(skin, deep=0.885, line=(150, 72, 62)),
        "hair": hair,
        "iris": iris,
        "eye white": Material((255, 255, 255), (205, 210, 232)),
        "mouth": Material((158, 52, 62), None, (226, 122, 122)),
        "blush": Material((252, 192, 180), None, None, (226, 112, 106)),
        "line": Material(INK),
    }


@cache
def aki(costume: str = "school") -> Design:
    """Return Aki: chestnut bob, amber eyes."""
    hair = HairSpec(
        fringe=((-54, 4), (-37, 0), (-21, 3), (-5, -2), (13, 3), (31, 1), (50, 5)),
        side=(68, 47),
        back=50,
        back_tips=9,
        flare=(1.02, 1.12, 0.92, 0.8, 0.8),
        lift=9,
        sweep=5,
        parting=14,
    )
    body = _body(
        (255, 226, 206),
        cel((150, 84, 56), deep=0.70, highlight=(226, 158, 106), line=(74, 34, 32)),
        Material((226, 150, 46), (150, 78, 30), (255, 214, 110), None),
    )
    school = Costume(
        "school", "School uniform", "sailor", "skirt", 0.98, 0.78, 0.0,
        frozenset({"tie", "hair_clip"}),
        {
            "top": cel((246, 242, 224), deep=0.86),
            "trim": cel((36, 44, 84), deep=0.70),
            "piping": Material((206, 222, 246)),
            "tie": cel((214, 52, 60), deep=0.74),
            "bottom": cel((72, 100, 158), deep=0.72),
            "sock": cel((62, 58, 72), deep=0.66),
            "shoe": cel((112, 66, 52), deep=0.66),
            "clip": Material((255, 214, 66)),
        },
    )  # fmt: skip
    travel = Costume(
        "travel", "Travelling clothes", "coat", "shorts", 1.0, 0.95, 0.62,
        frozenset({"belt", "satchel", "scarf", "hair_clip"}),
        {
            "top": cel((70, 128, 108), deep=0.72),
            "trim": cel((236, 214, 168), deep=0.80),
            "shirt": Material((252, 245, 224)),
            "bottom": cel((86, 70, 92), deep=0.68),
            "sock": cel((54, 50, 66), deep=0.62),
            "shoe": cel((124, 72, 46), deep=0.70),
            "belt": cel((88, 46, 38), deep=0.66),
            "metal": Material((232, 190, 84)),
            "satchel": cel((178, 116, 66), deep=0.72),
            "scarf": cel((222, 88, 62), deep=0.74),
            "clip": Material((255, 220, 90)),
        },
    )  # fmt: skip
    return separated(
        Design("aki", "Aki", Build(), FaceSpec(), hair, body, school if costume == "school" else travel)
    )


@cache
def hinata() -> Design:
    """Return Hinata: long fair hair in two tails, teal eyes."""
    hair = HairSpec(
        fringe=((-56, 6), (-42, 1), (-28, 4), (-13, 0), (2, 4), (17, 0), (31, 4), (45, 1), (57, 6)),
        valley=11,
        side=(70, 66),
        back=38,
        back_tips=6,
        flare=(1.0, 0.98, 0.92, 0.9, 0.9),
        tails="twin",
        tail_length=190,
        parting=0,
    )
    body = _body(
        (255, 232, 218),
        cel((246, 214, 128), deep=0.83, highlight=(255, 244, 206), line=(142, 88, 44)),
        Material((64, 178, 176), (26, 102, 124), (166, 238, 220), None),
    )
    casual = Costume(
        "casual", "Cardigan", "cardigan", "skirt", 1.0, 0.42, 0.0,
        frozenset({"tie", "hair_ribbon"}),
        {
            "top": cel((240, 158, 168), deep=0.80),
            "trim": cel((206, 100, 124), deep=0.76),
            "shirt": Material((244, 240, 252)),
            "tie": cel((86, 92, 170), deep=0.72),
            "bottom": cel((112, 96, 108), deep=0.72),
            "sock": cel((238, 236, 244), deep=0.80),
            "shoe": cel((70, 56, 70), deep=0.62),
            "metal": Material((226, 184, 88)),
            "ribbon": cel((206, 44, 74), deep=0.72),
        },
    )  # fmt: skip
    face = FaceSpec(eye_w=24, eye_h=25.5, eye_tilt=1.0, lash=3.2, brow=1.8, brow_y=19.5)
    return separated(
        Design(
            "hinata",
            "Hinata",
            Build(heads_tall=5.3, shoulder=39, bust=33, waist=27, hip=38),
            face,
            hair,
            body,
            casual,
        )
    )


def _ren_school() -> Costume:
    """Return Ren's school uniform."""
    return Costume(
        "school", "School blazer", "blazer", "trousers", 1.0, 0.0, 0.0,
        frozenset({"tie"}),
        {
            "top": cel((88, 98, 122), deep=0.70),
            "piping": Material((222, 196, 120)),
            "shirt": cel((252, 246, 226), deep=0.86),
            "tie": cel((178, 44, 58), deep=0.70),
            "bottom": cel((176, 168, 158), deep=0.76),
            "shoe": cel((92, 58, 46), deep=0.64),
            "metal": Material((236, 204, 100)),
        },
    )  # fmt: skip


def _ren_travel() -> Costume:
    """Return Ren's travelling clothes."""
    return Costume(
        "travel", "Travelling clothes", "coat", "trousers", 1.0, 0.0, 0.8,
        frozenset({"belt", "scarf"}),
        {
            "top": cel((150, 62, 58), deep=0.72),
            "trim": cel((226, 206, 160), deep=0.80),
            "shirt": Material((118, 124, 132)),
            "bottom": cel((74, 70, 74), deep=0.66),
            "shoe": cel((108, 74, 52), deep=0.68),
            "belt": cel((66, 40, 40), deep=0.62),
            "metal": Material((214, 214, 224)),
            "scarf": cel((60, 116, 150), deep=0.72),
        },
    )  # fmt: skip


@cache
def ren(costume: str = "school") -> Design:
    """Return Ren: a tall boy with dark blue hair and grey-violet eyes."""
    hair = HairSpec(
        fringe=((-52, 6), (-34, -3), (-17, 6), (3, 1), (20, 8), (40, -1), (55, 4)),
        valley=16,
        side=(72, 30),
        back=42,
        back_tips=8,
        flare=(1.0, 0.94, 0.9, 0.9, 0.9),
        radius=46,
        tufts=(
            (-158, -36, 13, 50), (-118, -28, 12.5, 66), (-80, -32, 12, 56), (-44, -44, 12, 34), (-12, -51, 14, 8),
            (22, -50, 13, 20), (56, -41, 12, 44), (92, -28, 12.5, 62), (128, -30, 13, 60), (172, -40, 14.5, 30),
        ),
        lift=10,
        sweep=6,
        parting=-18,
    )  # fmt: skip
    body = _body(
        (250, 216, 192),
        cel((62, 72, 112), deep=0.66, highlight=(124, 146, 196), line=(26, 26, 50)),
        Material((136, 116, 178), (78, 58, 122), (196, 184, 232), None),
    )
    del body["blush"]
    build = Build(heads_tall=6.0, shoulder=51, bust=44, waist=36, hip=40, limb=1.1, neck=13.0)
    face = FaceSpec(
        eye_w=21,
        eye_h=17,
        eye_y=13.5,
        eye_tilt=5,
        iris=0.80,
        lash=2.7,
        brow=3.2,
        brow_y=14,
        jaw=1.06,
        blush=False,
        mouth_y=41,
    )
    return separated(
        Design("ren", "Ren", build, face, hair, body, _ren_school() if costume == "school" else _ren_travel())
    )
