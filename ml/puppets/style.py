"""How a hand draws: the traits of a drawing style, apart from who is drawn. Plain data, no drawing.

Who applies what: painter.py line, contour, taper, loose and tones; palette.py ink and tones; eyes.py, face.py and
head.py everything of the face; hair.py shine; clothes.py fold; design.py (`shape`) head_size and limb;
random_design.py body.
"""

from __future__ import annotations

from dataclasses import dataclass

BEADS = frozenset({"bead", "button"})  # eyes without a white and without shades in the iris


@dataclass(frozen=True)
class Style:
    """A drawing style.

    Attributes:
        name: key in STYLES.
        line: weight of every ink line, 1 = as the framing says.
        contour: weight of the figure's outer contour relative to the lines inside, 1 or more.
        taper: how much open lines thin out at their ends, 0 = even, 1 = as in the house style, 1.4 = to a point.
        loose: how far lines stray from the paint, as with a soft pencil, 0 = not at all, 1 = about a line weight.
        ink: "dark" (one ink, skin and hair in their own), "tinted" (each swatch's own dark line) or "black".
        eyes: "round", "tall", "dew", "sharp", "narrow", "plain", "oval", "shoujo", "button" or "bead".
        nose: "dot", "line", "wedge", "shadow", "button" or "none".
        tones: 0 = flat paints, 1 = one shadow, 2 = shadow and highlight.
        shine: how hair shines: "band", "spots", "streaks" or "none".
        blush: "hatch" (a red spot with strokes) or "spot".
        eye_size: size of the eyes relative to the character's own.
        eye_drop: how much lower the eyes sit than the character's own, units.
        head_size: size of the head relative to the character's own (a style of big heads).
        body: how tall people are below the chin, 1 = as everywhere; seeded characters are designed so.
        limb: thickness of the limbs relative to the character's own.
        lashes: weight of the upper lashes, 1 = as designed.
        brow: weight of the brows, 1 = as designed.
        jaw: width of the lower face relative to the character's own.
        mouth: width of the mouth, 1 = as the expression says.
        fold: how many folds cloth is drawn with, 1 = as designed, 0 = none.
    """

    name: str
    line: float = 1.0
    contour: float = 1.0
    taper: float = 1.0
    loose: float = 0.0
    ink: str = "dark"
    eyes: str = "round"
    nose: str = "dot"
    tones: int = 2
    shine: str = "band"
    blush: str = "hatch"
    eye_size: float = 1.0
    eye_drop: float = 0.0
    head_size: float = 1.0
    body: float = 1.0
    limb: float = 1.0
    lashes: float = 1.0
    brow: float = 1.0
    jaw: float = 1.0
    mouth: float = 1.0
    fold: float = 1.0

    def keeps(self, swatch: str, tone: str) -> bool:
        """Return whether the style paints a swatch in a tone: what it does not paint is not in the colour model."""
        if tone == "line":
            return swatch != "blush" or self.blush == "hatch"
        if tone == "normal" or swatch == "mouth":
            return True  # the highlight of the mouth is the tongue, which every style draws
        if swatch in {"iris", "eye white"} and self.eyes in BEADS:
            return False
        return self.tones >= (1 if tone == "shadow" else 2)


HOUSE = Style("house", mouth=1.15)
_ALL = (
    HOUSE,
    Style("retro", 1.1, taper=1.25, eyes="tall", nose="line", tones=1, shine="streaks", lashes=1.35, brow=1.5,
          jaw=0.94, mouth=1.2),
    Style("soft", 0.72, taper=0.4, ink="tinted", eyes="dew", shine="spots", blush="spot", eye_size=1.04,
          eye_drop=2.0, head_size=1.06, limb=0.95, lashes=0.85, brow=0.7, jaw=1.05, mouth=0.9, fold=0.6),
    Style("flat", 0.95, taper=0.0, eyes="oval", nose="line", tones=0, shine="none", blush="spot", limb=0.92,
          brow=1.3, jaw=1.04, mouth=1.25, fold=0.4),
    Style("bold", 1.25, contour=1.75, taper=1.4, ink="black", eyes="sharp", nose="wedge", tones=1, shine="streaks",
          limb=1.1, lashes=1.15, brow=2.0, jaw=0.97, mouth=1.25, fold=1.3),
    Style("storybook", 0.85, taper=0.7, eyes="plain", nose="button", tones=1, shine="none", blush="spot",
          lashes=0.8, brow=1.3, jaw=1.08, mouth=1.3, fold=0.7),
    Style("manga_line", 0.7, taper=1.4, ink="black", eyes="narrow", nose="wedge", tones=1, shine="streaks",
          eye_drop=-1.5, head_size=0.95, body=1.05, limb=1.05, lashes=0.62, brow=1.25, jaw=0.9, mouth=1.3, fold=1.4),
    Style("chibi", 1.15, contour=1.5, taper=0.6, ink="tinted", eyes="button", nose="none", shine="spots",
          blush="spot", eye_size=1.05, eye_drop=6.0, head_size=1.35, body=0.56, lashes=0.8, brow=0.8, jaw=1.13,
          mouth=0.9, fold=0.3),
    Style("kids", 1.55, taper=0.0, eyes="bead", nose="button", tones=0, shine="none", blush="spot",
          eye_drop=3.0, head_size=1.12, body=0.78, limb=1.15, brow=1.1, jaw=1.1, mouth=1.4, fold=0.0),
    Style("sketch", 0.8, taper=1.3, loose=1.1, ink="tinted", eyes="shoujo", nose="shadow", tones=1,
          shine="streaks", lashes=0.9, brow=0.8, jaw=0.93, mouth=1.0),
)  # fmt: skip
STYLES: dict[str, Style] = {style.name: style for style in _ALL}
TRAIN_STYLES: tuple[str, ...] = ("house", "retro", "soft", "flat", "bold", "storybook")
TEST_STYLES: tuple[str, ...] = ("manga_line", "chibi", "kids", "sketch")
