"""How a hand draws: the traits of a drawing style, apart from who is drawn. Plain data, no drawing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """A drawing style.

    Attributes:
        name: key in STYLES.
        line: weight of every ink line, 1 = as the framing says.
        contour: weight of the outer contour relative to inner lines.
        taper: how much open lines thin out at their ends, 0 = even, 1 = to a point.
        ink: "dark" (one ink for all), "tinted" (each swatch's own dark line) or "black".
        eyes: "round", "tall", "sharp", "narrow" or "bead".
        nose: "dot", "line", "wedge", "shadow" or "none".
        tones: 0 = flat paints, 1 = one shadow, 2 = shadow and highlight.
        shine: how hair shines: "band", "spots", "streaks" or "none".
        eye_size: size of the eyes relative to the character's own.
        head_size: size of the head relative to the character's own (a style of big heads).
        limb: thickness of the limbs relative to the character's own.
        lashes: weight of the upper lashes, 1 = as designed.
        fold: how many folds cloth is drawn with, 1 = as designed, 0 = none.
    """

    name: str
    line: float = 1.0
    contour: float = 1.0
    taper: float = 1.0
    ink: str = "dark"
    eyes: str = "round"
    nose: str = "dot"
    tones: int = 2
    shine: str = "band"
    eye_size: float = 1.0
    head_size: float = 1.0
    limb: float = 1.0
    lashes: float = 1.0
    fold: float = 1.0


HOUSE = Style("house")
STYLES: dict[str, Style] = {HOUSE.name: HOUSE}
TRAIN_STYLES: tuple[str, ...] = (HOUSE.name,)
TEST_STYLES: tuple[str, ...] = ()
