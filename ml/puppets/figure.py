"""The list of layers under construction, and the parts that a figure may have."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ml.puppets.curves import Pairs, Points, turned
from ml.puppets.raster import Layer

# part -> swatch. Parts of the costume whose swatch is named like the part are listed too.
PART_SWATCH = {
    "hair_back": "hair",
    "tail_r": "hair",
    "tail_l": "hair",
    "neck": "skin",
    "ear_r": "skin",
    "ear_l": "skin",
    "face": "skin",
    "arm_r": "skin",
    "arm_l": "skin",
    "leg_r": "skin",
    "leg_l": "skin",
    "blush": "blush",
    "eye_white_r": "eye white",
    "eye_white_l": "eye white",
    "iris_r": "iris",
    "iris_l": "iris",
    "catchlight": "eye white",
    "lash_r": "hair",
    "lash_l": "hair",
    "brow_r": "hair",
    "brow_l": "hair",
    "nose": "skin",
    "tear": "eye white",
    "mouth": "mouth",
    "teeth": "eye white",
    "hair_front": "hair",
    "hair_tuft": "hair",
    "top": "top",
    "shirt": "shirt",
    "sleeve_r": "top",
    "sleeve_l": "top",
    "cuff_r": "trim",
    "cuff_l": "trim",
    "collar": "trim",
    "piping": "piping",
    "tie": "tie",
    "skirt": "bottom",
    "trouser_r": "bottom",
    "trouser_l": "bottom",
    "sock_r": "sock",
    "sock_l": "sock",
    "shoe_r": "shoe",
    "shoe_l": "shoe",
    "belt": "belt",
    "buckle": "metal",
    "button": "metal",
    "satchel": "satchel",
    "strap": "satchel",
    "scarf": "scarf",
    "hair_ribbon": "ribbon",
    "hair_clip": "clip",
    "glasses": "metal",
    "headwear": "headwear",
    "eyewear": "eyewear",
    "neckwear": "neckwear",
    "ear_wear": "jewel",
    "badge": "badge",
    "wrist": "wrist",
    "cape": "cape",
    "apron": "apron",
    "glove_r": "glove",
    "glove_l": "glove",
    "pattern": "pattern",
}
PARTS = tuple(PART_SWATCH)


@dataclass(frozen=True)
class Placement:
    """Where points of a part's own space lie in the figure: scaled, turned about the origin, then moved."""

    scale: float = 1.0
    turn_deg: float = 0.0
    move: tuple[float, float] = (0.0, 0.0)

    def of(self, points: Pairs) -> Points:
        """Return the points in the figure's space."""
        if self.plain:
            return np.asarray(points, dtype=np.float64)
        return np.asarray(points, dtype=np.float64) @ self._matrix + self._offset

    @cached_property
    def plain(self) -> bool:
        """Whether points stay where they are."""
        return (self.scale, self.turn_deg, self.move) == (1.0, 0.0, (0.0, 0.0))

    @cached_property
    def _matrix(self) -> np.ndarray:
        return turned(np.eye(2) * self.scale, self.turn_deg)

    @cached_property
    def _offset(self) -> np.ndarray:
        return np.array(self.move)


@dataclass
class Figure:
    """Layers in the order of painting, each put in place by the current placement."""

    placement: Placement = field(default_factory=Placement)
    layers: list[Layer] = field(default_factory=list)
    _placed: dict[int, tuple[Points, Placement, Points]] = field(default_factory=dict, repr=False)
    _drawn: dict[str, int] = field(default_factory=dict, repr=False)

    def _key(self, part: str, role: str) -> str:
        """Return part/role, with a number where a role comes more than once; unnamed shapes are numbered alone.

        A shape that is drawn only in some poses should have a role, or the numbers of its fellows move.
        """
        name = f"{part}/{role}"
        count = self._drawn[name] = self._drawn.get(name, 0) + 1
        return name if role and count == 1 else f"{name}{count}"

    def _put(self, points: Points) -> Points:
        """Return points in place; the same array gives the same array, so that it is put on the grid once."""
        if self.placement.plain:
            return np.asarray(points, dtype=np.float64)
        known = self._placed.get(id(points))
        if known is None or known[0] is not points or known[1] is not self.placement:
            known = self._placed[id(points)] = (points, self.placement, self.placement.of(points))
        return known[2]

    def fill(
        self,
        part: str,
        points: Points,
        tone: str = "normal",
        *,
        width: float = 1.0,
        lines: tuple[tuple[int, int], ...] = (),
        shade: tuple[float, float] | None = None,
        clip: tuple[Points, ...] = (),
        role: str = "",
    ) -> None:
        """Add a filled shape; see `Layer` for what the arguments mean and `_key` for the role."""
        moved = tuple([self._put(outline) for outline in clip]) if clip else ()
        if shade:
            shade = (shade[0] * self.placement.scale, shade[1] * self.placement.scale)
        self.layers.append(
            Layer(
                part, "fill", self._put(points), tone, width,
                lines=lines, shade=shade, clip=moved, key=self._key(part, role),
            )
        )  # fmt: skip

    def stroke(
        self,
        part: str,
        points: Points,
        width: float = 1.0,
        tone: str = "line",
        clip: tuple[Points, ...] = (),
        *,
        role: str = "",
    ) -> None:
        """Add a tapered line along an open curve."""
        moved = tuple([self._put(outline) for outline in clip]) if clip else ()
        key = self._key(part, role or "line")
        self.layers.append(
            Layer(part, "stroke", self._put(points), tone, width, clip=moved, closed=False, key=key)
        )

    def cast(self, points: Points, onto: tuple[str, ...], clip: tuple[Points, ...] = ()) -> None:
        """Add a shadow that falls onto the normal tone of the named parts."""
        moved = tuple([self._put(outline) for outline in clip]) if clip else ()
        self.layers.append(Layer("face", "cast", self._put(points), onto=onto, clip=moved))
