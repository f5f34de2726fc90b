"""Parts of another character: eyes, hair, shoes, the whole costume, the whole character."""

from __future__ import annotations

from dataclasses import replace

from ml.puppets.design import Costume, Design
from ml.puppets.drift.bend import with_face
from ml.puppets.drift.kinds import Altered, UnknownDrift, Wish

_HEM = 0.25  # share of the length that a wrong hem is off
_HEMMED = {"skirt", "long_skirt", "short_skirt", "shorts"}


def _other(wish: Wish) -> Design:
    if wish.other is None:
        msg = f"The drift {wish.kind} needs another design."
        raise UnknownDrift(msg, expected="other", actual=None)
    return wish.other


def other_eyes(design: Design, wish: Wish) -> Altered:
    """Give the character the eyes, brows and irises of another."""
    other = _other(wish)
    theirs = other.face
    bent = with_face(
        design, eye_w=theirs.eye_w, eye_h=theirs.eye_h, eye_tilt=theirs.eye_tilt, iris=theirs.iris,
        lash=theirs.lash, brow=theirs.brow, brow_y=theirs.brow_y,
    )  # fmt: skip
    body = {**design.body, "iris": other.material("iris")}
    return Altered(replace(bent, body=body), f"eyes of {other.name}", "OFF_MODEL.FACE")


def other_hair(design: Design, wish: Wish) -> Altered:
    """Give the character the cut of another, in its own colour."""
    other = _other(wish)
    return Altered(replace(design, hair=other.hair), f"hair cut like {other.name}'s", "OFF_MODEL.SHAPE")


def other_shoes(design: Design, wish: Wish) -> Altered:
    """Change the footwear, as the other's where the two differ, or by seed the hem of a skirt or shorts."""
    own = design.costume
    if own.bottom in _HEMMED and wish.seed % 2:
        hem = own.hem * (1 + _HEM if wish.seed % 4 == 1 else 1 - _HEM)
        word = "lower" if hem > own.hem else "higher"
        costume, what = (
            replace(own, hem=hem),
            f"hem {word} by {_HEM * 100:.0f} %",
        )
    else:
        costume = _shod(own, _other(wish).costume)
        what = f"{_shoes(costume)} instead of {_shoes(own)}"
    return Altered(replace(design, costume=costume), what, "OFF_MODEL.SHAPE")


def _shod(own: Costume, theirs: Costume) -> Costume:
    """Return the costume with other footwear: theirs, or where that is alike, boots for shoes and shoes for boots."""
    if abs(theirs.boots - own.boots) >= 0.2 or (not own.boots and theirs.shoes != own.shoes):
        return replace(own, boots=theirs.boots, shoes=theirs.shoes)
    return replace(own, boots=0.0 if own.boots else 0.6)


def _shoes(costume: Costume) -> str:
    if costume.boots:
        return f"boots of {costume.boots * 100:.0f} % of the shin"
    return {"low": "low shoes"}.get(costume.shoes, f"{costume.shoes}s")


def wrong_costume(design: Design, wish: Wish) -> Altered:
    """Put the character into a costume that is not this scene's."""
    costume = _other(wish).costume
    what = f"wears {costume.name!r} of another scene"
    return Altered(replace(design, costume=costume), what, "OFF_MODEL.WRONG_DESIGN")


def wrong_design(design: Design, wish: Wish) -> Altered:
    """Draw another character."""
    other = _other(wish)
    del design
    return Altered(other, f"{other.name} drawn instead", "OFF_MODEL.WRONG_DESIGN")
