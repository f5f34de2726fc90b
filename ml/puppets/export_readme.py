"""The README.txt of an exported character: what lies in the folder and how to read it."""

from __future__ import annotations

from ml.puppets.design import Design
from ml.puppets.export_files import LICENCE, MADE_BY
from ml.puppets.export_options import Export

_TEXT = """\
{name}, seed {seed}, style {style}
{line}

{made_by}
Licence: {licence}; its text is the project's LICENSE file. Use the pictures as you like, for training
too; no person's work was copied to make them.

Two costumes: {costumes}.

sheet/COSTUME/      the approved drawings: turn-around, expressions, poses, details. PNG, RGBA, straight alpha{paper}.
colour_model.json   named swatches (part, tone, rgb) of each costume, and their paints in other lights.
colour_model.csv    the same as a table.
palettes/           the same for painting programs (GIMP palette), one a costume and light.
sequence/           a moving sequence, numbered as cels are: A0001.png is the first drawing of cell A.
{line_layer}masks/              for every drawing, under the same name, its label map: one byte a pixel.
masks/labels.json   what each byte means: 0 = nothing, else 1 + 4 * part + tone.
masks/parts/        each part of the front view as a mask of its own, 0 and 255.
flow/               motion from each key of the sequence to the next (.npz, read with numpy.load):
                    vectors_px (h, w, 2) float32: where each pixel of the first drawing goes, (x, y) to be added;
                    known (h, w): the pixel is painted and its shape is drawn in both;
                    visible_in_b (h, w): and nothing covers it in the second drawing;
                    layer_keys (K,): names of the shapes; point_layer (N,): the shape of each outline point;
                    point_a_px, point_b_px (N, 2): the same point in both drawings; point_visible_in_a, _b (N,).
drift/              one example of each kind of drift, with the right drawing beside it (right_*.png), the pixels
                    that differ (_mask.png) and what a checker should point at (_place.png; none where the whole
                    figure is wrong).
truth.json          for each drawing pose, expression, framing and landmarks (x, y in pixels from the upper left
                    corner; "visible" says whether the place can be seen); for each drift its kind, magnitude,
                    fault and box.

Pixels: points are counted from the centre of the upper left pixel, x to the right, y down. Left and right are the
character's own. Boxes are x0, y0, x1, y1 with the last two not included.
Made again with the same options, every file is the same to the byte.
"""
_LINE_LAYER = """\
sequence/line/      the same drawings as ink alone, with colour-trace lines: blue parts a shadow, red a highlight,
                    green two paints that no ink parts.
"""


def readme(own: Design, second: Design, export: Export) -> str:
    """Return the text for a character in two costumes."""
    finish = export.finish
    title = f"{own.name}, seed {export.seed}, style {own.style.name}"
    return _TEXT.format(
        name=own.name,
        seed=export.seed,
        style=own.style.name,
        line="=" * len(title),
        made_by=MADE_BY,
        licence=LICENCE,
        costumes=", ".join(f"{d.costume.name} ({d.costume.code})" for d in (own, second)),
        paper=f", on {finish.paper} paper" if finish.paper else "",
        line_layer="" if finish.layers == "line" else _LINE_LAYER,
    )
