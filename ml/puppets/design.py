"""What makes one character: proportions, face, hair, costume and colours. Plain data, no drawing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ml.puppets.style import HOUSE, Style

Rgb = tuple[int, int, int]

TOPS = (
    "sailor", "blazer", "coat", "cardigan", "hoodie", "tshirt", "polo", "shirt", "sweater", "turtleneck", "jacket",
    "jersey", "vest", "tunic", "raincoat", "longcoat", "armour", "dress", "yukata",
)  # fmt: skip
WHOLE = ("dress", "yukata")
BOTTOMS = ("skirt", "trousers", "shorts", "short_skirt", "long_skirt", "jeans", "wide", "leggings")
SHOES = ("low", "sneaker", "sandal")
PATTERNS = ("stripes", "chest_stripe", "number", "emblem", "dots")
WORN = ("gloves", "cape", "apron")


@dataclass(frozen=True)
class Material:
    """The paints of one named swatch. Tones that are None are not in the colour model."""

    normal: Rgb
    shadow: Rgb | None = None
    highlight: Rgb | None = None
    line: Rgb | None = None


@dataclass(frozen=True)
class Build:
    """Proportions in units (100 = one head).

    Attributes:
        heads_tall: height divided by head length (頭身).
        shoulder, bust, waist, hip: half widths of the torso.
        limb: thickness of arms and legs, 1 = normal.
        neck: half width of the neck.
        head: size of the head, 1 = as designed.
        hand, foot: their size, 1 = normal.
        bust_depth: how far the chest stands out, 1 = normal, 0 = flat.
        belly: how far the belly stands out, 0 = not, 1 = stout.
        muscle: how much shoulders, upper arms and calves swell, 0..1.
    """

    heads_tall: float = 5.5
    shoulder: float = 43.0
    bust: float = 35.0
    waist: float = 28.0
    hip: float = 40.0
    limb: float = 1.0
    neck: float = 10.5
    head: float = 1.0
    hand: float = 1.0
    foot: float = 1.0
    bust_depth: float = 0.6
    belly: float = 0.0
    muscle: float = 0.0


@dataclass(frozen=True)
class FaceSpec:
    """Sizes of the face in units of a head that is 100 tall.

    Attributes:
        eye_w, eye_h: opening of an eye.
        eye_y: height of the eyes below the skull's centre.
        eye_dx: distance of an eye from the middle line.
        eye_tilt: outer corners up (+), degrees.
        iris: width of the iris, share of the eye's height.
        lash: thickness of the upper lashes.
        brow: thickness of the brows.
        brow_y: height of the brows above the eyes' centre.
        jaw: width of the lower face, 1 = normal.
        mouth_y: height of the mouth below the skull's centre.
        blush: whether joy reddens the cheeks.
    """

    eye_w: float = 23.0
    eye_h: float = 24.0
    eye_y: float = 14.5
    eye_dx: float = 18.8
    eye_tilt: float = 3.0
    iris: float = 0.74
    lash: float = 4.2
    brow: float = 2.0
    brow_y: float = 19.0
    jaw: float = 1.0
    mouth_y: float = 41.0
    blush: bool = True


@dataclass(frozen=True)
class HairSpec:
    """A shell of hair round the skull: where its lower edge runs and what hangs from it.

    Angles go round the head: 0 at the nose, 90 at the character's left ear, 180 at the back.

    Attributes:
        fringe: tips over the forehead as (angle, y), from right to left ear.
        valley: how far the gaps between the tips reach up, units.
        side: (angle, y) of the lock before each ear.
        back: y of the lower edge behind the ears.
        back_tips: number of tips of that edge.
        flare: half width of the shell, relative, at y = 0, 40, 80, 140, 220.
        radius: half width of the shell at the temples.
        tails: "none", "twin" (two at the sides), "pony" (at the back), "high" (at the crown), "side" (one beside),
            "low" (at the nape), "low_twin" (two that lie before the shoulders) or "top_twin" (high at both sides).
        tail_shape: "lock", "curl" (a wavy lock), "braid" or "bun".
        tail_length: units.
        tufts: short spikes that stand out, as (angle, y, length, direction in degrees, 0 = up, 90 = left).
        lift: how far the crown stands above the skull.
        parting: angle of the parting line.
        cut: name of the cut in `cuts.CUTS`; only a name.
        sweep: how far the fringe leans towards the character's left, degrees.
        wave: how far long hair swings to and fro down its length, units.
        mane: length of the hair that falls down the back, from the skull's centre, units; 0 = none.
        mane_tips: number of its tips.
        ahoge: length of a single hair that stands up at the crown, units; 0 = none.
        cropped: sides and nape are cut to the skin, the shell is the top only.
    """

    fringe: tuple[tuple[float, float], ...]
    valley: float = 13.0
    side: tuple[float, float] = (70.0, 48.0)
    back: float = 52.0
    back_tips: int = 7
    flare: tuple[float, float, float, float, float] = (1.0, 1.05, 1.0, 0.95, 0.9)
    radius: float = 46.0
    tails: str = "none"
    tail_length: float = 150.0
    tufts: tuple[tuple[float, float, float, float], ...] = ()
    lift: float = 8.0
    parting: float = 12.0
    cut: str = "own"
    sweep: float = 0.0
    wave: float = 0.0
    mane: float = 0.0
    mane_tips: int = 6
    tail_shape: str = "lock"
    ahoge: float = 0.0
    cropped: bool = False


@dataclass(frozen=True)
class Accessory:
    """One thing that is worn. `accessories.KINDS` lists the codes with their shapes, sides and swatches.

    Attributes:
        code: key of `accessories.KINDS`, e.g. "glasses", "hair_clip", "satchel".
        side: the character's own: -1 = right, 1 = left. 0 = in the middle, or both of a pair (ear rings, the bows
            of two tails). Kinds with `sided` take -1 or 1; others ignore it.
        shift: (dx, dy) units beside the usual place: dx towards the character's left, dy down. It follows the
            surface that the thing lies on, so it turns with the body.
        size: 1 = as designed.
        variant: shape, 0 .. `accessories.KINDS[code].shapes` - 1; greater numbers go round.
    """

    code: str
    side: int = 0
    shift: tuple[float, float] = (0.0, 0.0)
    size: float = 1.0
    variant: int = 0


_USUAL_SIDE = {"hair_clip": -1, "satchel": 1}


@dataclass(frozen=True)
class Costume:
    """What the character wears.

    Attributes:
        code, name: as in the plan.
        top: "sailor", "blazer", "coat", "cardigan" or "hoodie".
        bottom: "skirt", "trousers" or "shorts".
        sleeve: share of the arm that the sleeve covers, 0..1.
        socks: how far the socks reach up the lower leg, 0..1; 0 = none.
        boots: height of the shoes on the lower leg, 0..1; 0 = low shoes.
        extras: accessories worn the usual way, by code: "hair_ribbon", "hair_clip", "tie", "belt", "satchel", "scarf".
        worn: accessories with a place, side, size and shape of their own; each code at most once, here or in extras.
        materials: paints of the cloth by swatch name.
    """

    code: str
    name: str
    top: str
    bottom: str
    sleeve: float = 1.0
    socks: float = 0.0
    boots: float = 0.0
    extras: frozenset[str] = frozenset()
    materials: dict[str, Material] = field(default_factory=dict)
    hem: float = 1.0
    shoes: str = "low"
    pattern: str = ""
    worn: tuple[Accessory, ...] = ()

    @property
    def accessories(self) -> tuple[Accessory, ...]:
        """Return all that is worn: `extras` as accessories of the usual kind, then `worn`."""
        usual = (Accessory(code, _USUAL_SIDE.get(code, 0)) for code in sorted(self.extras))
        return (*usual, *self.worn)

    def accessory(self, code: str) -> Accessory | None:
        """Return the accessory of a code, None if it is not worn."""
        return next((item for item in self.accessories if item.code == code), None)

    def without(self, code: str) -> Costume:
        """Return the costume without an accessory; its paints stay in the colour model."""
        worn = tuple(item for item in self.worn if item.code != code)
        return replace(self, extras=self.extras - {code}, worn=worn)

    def wearing(self, accessory: Accessory) -> Costume:
        """Return the costume with an accessory, in place of one of the same code."""
        bare = self.without(accessory.code)
        return replace(bare, worn=(*bare.worn, accessory))


@dataclass(frozen=True)
class Design:
    """A character in one costume: everything that a drawing needs besides pose and framing."""

    code: str
    name: str
    build: Build
    face: FaceSpec
    hair: HairSpec
    body: dict[str, Material]
    costume: Costume
    style: Style = HOUSE

    @property
    def shape(self) -> Build:
        """The build as the style draws it."""
        b, s = self.build, self.style
        return replace(b, limb=b.limb * s.limb, head=b.head * s.head_size)

    def material(self, swatch: str) -> Material:
        """Return the paints of a swatch of the body or the costume."""
        return self.costume.materials.get(swatch) or self.body[swatch]

    @property
    def swatch_names(self) -> tuple[str, ...]:
        """Names of all swatches, body first."""
        return (*self.body, *self.costume.materials)
