"""A colour model as files: JSON for programs, .gpl for painting programs (GIMP, Krita, Inkscape), CSV for tables."""

from __future__ import annotations

import csv
import io

from ml.puppets.design import Design, Rgb
from ml.puppets.finish_light import LIGHTS, in_light
from ml.puppets.palette import swatches

TOLERANCE_DE = 2.0


def colour_model(design: Design) -> list[dict[str, object]]:
    """Return the swatches of a design as a plan holds them."""
    return [
        {"part": part, "tone": tone, "rgb": list(rgb), "tolerance_de": TOLERANCE_DE}
        for part, tone, rgb in swatches(design)
    ]


def with_variants(design: Design) -> dict[str, object]:
    """Return the colour model of a costume with the paints of every light; the same swatches in each."""
    variants = {name: colour_model(in_light(design, name)) for name in LIGHTS}
    return {
        "code": design.costume.code,
        "name": design.costume.name,
        "swatches": variants["normal"],
        "variants": {name: rows for name, rows in variants.items() if name != "normal"},
    }


def gpl(design: Design, variant: str) -> str:
    """Return the paints of one light as a GIMP palette."""
    rows = [
        f"{r:3d} {g:3d} {b:3d}\t{part} {tone}"
        for part, tone, (r, g, b) in swatches(in_light(design, variant))
    ]
    head = ["GIMP Palette", f"Name: {design.name}, {design.costume.name}, {variant}", "Columns: 4", "#"]
    return "\n".join([*head, *rows]) + "\n"


def table(designs: list[Design]) -> str:
    """Return all paints of some designs in every light as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("costume", "variant", "part", "tone", "red", "green", "blue", "hex"))
    for design in designs:
        for variant in LIGHTS:
            for part, tone, rgb in swatches(in_light(design, variant)):
                writer.writerow((design.costume.code, variant, part, tone, *rgb, _hex(rgb)))
    return text.getvalue()


def _hex(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
