"""Accessories that are left out, moved, of another shape, or worn on the wrong side."""

from __future__ import annotations

from dataclasses import replace

from ml.puppets.accessories import KINDS as CATALOGUE
from ml.puppets.design import Accessory, Design
from ml.puppets.drift.kinds import Altered, UnknownDrift, Wish

_UP, _DOWN, _LEFT, _RIGHT = (0, -1), (0, 1), (1, 0), (-1, 0)
_ROUND = (_UP, _DOWN, _LEFT, _RIGHT)
# place or code -> how far it is moved, units, and where it can go: no hat sinks into the skull, no strap off the hand
_MOVES: dict[str, tuple[float, tuple[tuple[int, int], ...]]] = {
    "hair": (12.0, (_DOWN,)),
    "hair_clip": (16.0, _ROUND),
    "hair_flower": (16.0, (_UP, _DOWN)),
    "hair_ribbon": (14.0, (_UP, _DOWN)),
    "headband": (11.0, (_UP, _DOWN)),
    "hat": (9.0, (_UP,)),
    "eyes": (6.0, (_UP, _DOWN)),
    "cheek": (9.0, (_UP, _DOWN)),
    "mole": (14.0, _ROUND),
    "ear": (8.0, (_DOWN,)),
    "neck": (10.0, (_UP, _DOWN)),
    "tie": (12.0, (_DOWN,)),
    "chest": (16.0, _ROUND),
    "lanyard": (20.0, (_DOWN,)),
    "waist": (18.0, (_UP, _DOWN)),
    "back": (20.0, (_DOWN,)),
    "arm": (22.0, (_UP,)),
}


def _said(code: str) -> str:
    return code.replace("_", " ")


def _worn(design: Design, code: str) -> Accessory:
    found = design.costume.accessory(code)
    if found is None:
        msg = f"{design.name} wears no {_said(code)} in this costume."
        raise UnknownDrift(msg, expected=sorted(a.code for a in design.costume.accessories), actual=code)
    return found


def _with(design: Design, accessory: Accessory, what: str, magnitude: float = 0.0) -> Altered:
    bent = replace(design, costume=design.costume.wearing(accessory))
    return Altered(bent, what, "OFF_MODEL.DETAIL", magnitude, target=accessory.code)


def missing_detail(design: Design, wish: Wish) -> Altered:
    """Leave an accessory out."""
    _worn(design, wish.target)
    bent = replace(design, costume=design.costume.without(wish.target))
    return Altered(bent, f"{_said(wish.target)} left out", "OFF_MODEL.DETAIL", target=wish.target)


def detail_moved(design: Design, wish: Wish) -> Altered:
    """Put an accessory beside its place, in a direction by seed."""
    worn = _worn(design, wish.target)
    step, ways = _MOVES.get(worn.code) or _MOVES[CATALOGUE[worn.code].place]
    across, down = ways[wish.seed % len(ways)]
    moved = replace(worn, shift=(worn.shift[0] + across * step, worn.shift[1] + down * step))
    return _with(design, moved, f"{_said(worn.code)} moved by {step:.0f} % of a head", step)


def detail_shape(design: Design, wish: Wish) -> Altered:
    """Give an accessory another shape."""
    worn = _worn(design, wish.target)
    shapes = CATALOGUE[worn.code].shapes
    step = 1 + wish.seed % max(1, shapes - 1)
    other = replace(worn, variant=(worn.variant + step) % shapes)
    return _with(design, other, f"{_said(worn.code)} of another shape")


def detail_mirrored(design: Design, wish: Wish) -> Altered:
    """Wear an accessory on the wrong side."""
    worn = _worn(design, wish.target)
    side = "left" if worn.side < 0 else "right"
    return _with(design, replace(worn, side=-worn.side), f"{_said(worn.code)} worn on the {side}")


def candidates(family: str, design: Design) -> list[str]:
    """Return the accessories of a design that a family of details can change."""
    worn = [a for a in design.costume.accessories if a.code in CATALOGUE]
    if family != "missing_detail":
        worn = [a for a in worn if CATALOGUE[a.code].movable]
    if family == "detail_shape":
        worn = [a for a in worn if CATALOGUE[a.code].shapes > 1]
    if family == "detail_mirrored":
        worn = [a for a in worn if CATALOGUE[a.code].sided and a.side]
    return [a.code for a in worn]
