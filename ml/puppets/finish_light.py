"""The light of a scene as variants of the colour model: each swatch has a paint of its own in each of them.

A colour coordinator mixes the paints of an evening anew; a filter laid over the cel is another thing. Here each
paint is multiplied by the light, lit paints and shadows by different ones, and then moved until all lie apart again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ml.errors import MLError
from ml.puppets.design import Design, Material, Rgb
from ml.puppets.palette import separated

Factor = tuple[float, float, float]


class UnknownLight(MLError):
    """A variant of the colour model was asked for that does not exist."""


@dataclass(frozen=True)
class Light:
    """What light does to paints.

    Attributes:
        lit: factor of normal paints, highlights and lines, R G B.
        shadow: factor of shadows.
        apart_de: how far (CIEDE2000) the paints lie apart afterwards; dark paints have less room.
    """

    lit: Factor = (1.0, 1.0, 1.0)
    shadow: Factor = (1.0, 1.0, 1.0)
    apart_de: float = 0.0


LIGHTS = {
    "normal": Light(),
    "evening": Light((1.0, 0.84, 0.68), (0.86, 0.66, 0.70), 6.0),
    "night": Light((0.52, 0.60, 0.82), (0.40, 0.47, 0.74), 5.0),
}


def in_light(design: Design, variant: str) -> Design:
    """Return the design with the paints of a variant of its colour model; "normal" is the design itself.

    Raises:
        UnknownLight: no such variant.
    """
    light = LIGHTS.get(variant)
    if light is None:
        msg = f"There is no light called {variant!r}; choose one of {', '.join(LIGHTS)}."
        raise UnknownLight(msg, expected=tuple(LIGHTS), actual=variant)
    if light == LIGHTS["normal"]:
        return design
    body = {name: _painted(material, light) for name, material in design.body.items()}
    cloth = {name: _painted(material, light) for name, material in design.costume.materials.items()}
    costume = replace(design.costume, materials=cloth)
    return separated(replace(design, body=body, costume=costume), light.apart_de)


def _painted(material: Material, light: Light) -> Material:
    return Material(
        _times(material.normal, light.lit),
        _times(material.shadow, light.shadow) if material.shadow else None,
        _times(material.highlight, light.lit) if material.highlight else None,
        _times(material.line, light.lit) if material.line else None,
    )


def _times(rgb: Rgb, factor: Factor) -> Rgb:
    red, green, blue = (round(c * f) for c, f in zip(rgb, factor, strict=True))
    return red, green, blue
