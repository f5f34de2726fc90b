"""What closes a top at the neck and the front, garment by garment."""

from __future__ import annotations

from collections.abc import Callable

from ml.puppets import coats
from ml.puppets.closings import (
    both,
    buttons,
    draw_bow,
    front_line,
    hem_band,
    neck_band,
    placket,
    round_back,
    short_tie,
    throat,
    tie,
)
from ml.puppets.wear import Wear


def draw_collar(wear: Wear) -> None:
    """Draw what closes the top at the neck, by its cut."""
    _FRONTS[wear.costume.top](wear)


def _sailor(wear: Wear) -> None:
    wear.patch(
        "neck", [(-30, 0.9675), (30, 0.9675), (3, 0.872), (-3, 0.872)], 3.0, open_top=True, role="throat"
    )
    flap = [(28, 0.966), (64, 0.952), (66, 0.925), (26, 0.868), (2, 0.845), (3, 0.868)]
    stripe = [(58, 0.930), (60, 0.923), (24, 0.872), (20, 0.874)]
    for s in (-1, 1):
        wear.patch("collar", [(t * s, y) for t, y in flap], 4.0, shade=(-2.5, -1.0), role=f"flap{s}")
        wear.patch("piping", [(t * s, y) for t, y in stripe], 4.2, width=0, role=f"stripe{s}")
    back = [(110, 0.955), (112, 0.862), (180, 0.856), (248, 0.862), (250, 0.955), (180, 0.962)]
    wear.patch("collar", back, 4.0, shade=(-3, -1), role="back")
    line = [(116, 0.876), (180, 0.870), (244, 0.876), (244, 0.870), (180, 0.864), (116, 0.870)]
    wear.patch("piping", line, 4.3, width=0, role="back_stripe")
    draw_bow(wear, 0.842, 1.0)


def _shirt_and_tie(wear: Wear, low: float) -> None:
    """Draw the shirt that a jacket shows, its collar and its tie."""
    spots = [(-30, 0.962), (30, 0.962), (22, 0.92), (2, low), (-2, low), (-22, 0.92)]
    wear.patch("shirt", spots, 3.0, shade=(-2.5, 0), role="shirt")
    tie(wear)
    both(wear, "shirt", [(12, 0.975), (38, 0.965), (26, 0.935), (3, 0.946)], 4.2, "collar", shade=False)


def _blazer(wear: Wear) -> None:
    _shirt_and_tie(wear, 0.80)
    lapel = [(34, 0.972), (52, 0.958), (44, 0.905), (50, 0.895), (4, 0.788), (2, 0.80), (25, 0.92)]
    edge = [(44, 0.905), (50, 0.895), (4, 0.788), (6, 0.800), (44, 0.893)]
    for s in (-1, 1):
        wear.patch("top", [(t * s, y) for t, y in lapel], 4.0, shade=(-2.5, -0.5), role=f"lapel{s}")
        wear.patch("piping", [(t * s, y) for t, y in edge], 4.2, width=0, role=f"edge{s}")
    front_line(wear, 0.79)
    buttons(wear, (0.768, 0.725), 7.0, 2.5)
    for t in (46, -46):
        wear.seam("top", [(t - 14, 0.715), (t, 0.717), (t + 14, 0.715)], 3.2, role="pocket")
    wear.seam("top", [(180, 0.72), (180, 0.69), (180, wear.cut.hem)], role="vent")
    round_back(wear, "top", 0.972, 0.945, 3.6, "collar_back")


def _coat(wear: Wear) -> None:
    spots = [(-30, 0.962), (30, 0.962), (26, 0.91), (18, 0.80), (-18, 0.80), (-26, 0.91)]
    wear.patch("shirt", spots, 3.4, role="shirt")
    edge = [(26, 0.965), (62, 0.955), (58, 0.905), (30, 0.86), (20, 0.80), (17, 0.80), (20, 0.90)]
    both(wear, "collar", edge, 4.6, "collar")
    round_back(wear, "collar", 0.972, 0.93, 4.2, "collar_back")


def _cardigan(wear: Wear) -> None:
    if wear.costume.accessory("tie"):
        spots = [(-34, 0.962), (34, 0.962), (26, 0.90), (6, 0.80), (-6, 0.80), (-26, 0.90)]
        wear.patch("shirt", spots, 3.0, role="shirt")
        both(wear, "shirt", [(6, 0.972), (40, 0.966), (34, 0.93), (3, 0.942)], 4.4, "collar", shade=False)
        draw_bow(wear, 0.93, 0.72)
    else:
        _shirt_and_tie(wear, 0.80)
    band = [(36, 0.965), (44, 0.955), (34, 0.90), (8, 0.80), (5, 0.655), (0, 0.655), (0, 0.795), (25, 0.90)]
    both(wear, "collar", band, 4.0, "band", shade=False)
    buttons(wear, (0.78, 0.735, 0.69))
    hem_band(wear, "collar")


def _hoodie(wear: Wear) -> None:
    both(wear, "collar", [(6, 0.925), (50, 0.972), (78, 0.955), (60, 0.915), (14, 0.895)], 4.4, "hood")
    hood = [
        (98, 0.965),
        (120, 0.91),
        (150, 0.872),
        (180, 0.862),
        (210, 0.872),
        (240, 0.91),
        (262, 0.965),
        (180, 0.985),
    ]
    wear.patch("collar", hood, 6.0, shade=(-3, -1), role="hood_back")
    wear.patch("top", [(-42, 0.79), (42, 0.79), (56, 0.715), (-56, 0.715)], 3.6, shade=(-2, -1), role="pouch")
    for s in (-1, 1):
        cord = [(-0.9, 0), (0.9, 0), (1.2, 19), (-1.2, 19)]
        wear.badge("collar", cord, 0.905, 11.0 * s, width=0.6, role=f"cord{s}")
    hem_band(wear)


def _tshirt(wear: Wear) -> None:
    throat(wear, 0.940)
    wear.seam("top", [(-37, 0.960), (-26, 0.942), (0, 0.930), (26, 0.942), (37, 0.960)], 3.2, role="rib")
    wear.seam("top", [(140, 0.955), (180, 0.952), (220, 0.955)], 3.2, role="rib_back")


def _polo(wear: Wear) -> None:
    throat(wear, 0.925, 22, pointed=True)
    placket(wear, 0.925, 0.85)
    buttons(wear, (0.905, 0.875), size=1.5)
    both(wear, "collar", [(8, 0.974), (44, 0.964), (36, 0.925), (4, 0.93)], 4.2, "collar")
    round_back(wear, "collar", 0.974, 0.946, 4.0, "collar_back")


def _shirt(wear: Wear) -> None:
    throat(wear, 0.93, 20, pointed=True)
    placket(wear, 0.93, wear.cut.hem)
    buttons(wear, (0.90, 0.86, 0.82, 0.78), size=1.6)
    tie(wear)
    both(wear, "top", [(6, 0.976), (42, 0.966), (32, 0.928), (3, 0.944)], 4.2, "collar")
    round_back(wear, "top", 0.976, 0.948, 4.0, "collar_back")
    wear.seam("top", [(20, 0.868), (34, 0.866), (48, 0.868)], 2.8, width=0.7, role="pocket")


def _sweater(wear: Wear) -> None:
    wear.patch("shirt", [(-26, 0.9675), (26, 0.9675), (5, 0.90), (-5, 0.90)], 3.0, width=0.9, role="throat")
    short_tie(wear)
    both(wear, "shirt", [(9, 0.976), (36, 0.966), (26, 0.938), (3, 0.948)], 4.2, "collar", shade=False)
    wear.seam("top", [(-33, 0.955), (-20, 0.918), (0, 0.884), (20, 0.918), (33, 0.955)], 4.0, role="rib")
    hem_band(wear)


def _turtleneck(wear: Wear) -> None:
    neck_band(wear, "top", 0.998, 0.958, 1.6, "turtle")
    wear.seam("top", [(-40, 0.975), (0, 0.966), (40, 0.975)], 1.8, width=0.7, role="turtle_fold")
    hem_band(wear)


_FRONTS: dict[str, Callable[[Wear], None]] = {
    "sailor": _sailor, "blazer": _blazer, "coat": _coat, "cardigan": _cardigan, "hoodie": _hoodie,
    "tshirt": _tshirt, "polo": _polo, "shirt": _shirt, "sweater": _sweater, "turtleneck": _turtleneck,
    **coats.FRONTS,
}  # fmt: skip
