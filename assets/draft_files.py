"""A drawing of a proposal as a file for a drawing program."""

from __future__ import annotations

import io

from PIL import Image

from assets.intake.psd_writing import PsdLayer, write_psd
from assets.models import ProposalDrawing
from studio.core.storage import blobs

_KEY_OPACITY = 0.35  # of a key under the drawing, as on a light table
_XMP = "XML:com.adobe.xmp"


def as_psd(drawing: ProposalDrawing) -> bytes:
    """Return a PSD with the drawing in a layer named like its cell, its keys hidden below, and its mark inside.

    Uploaded again as a corrected drawing, the layer of the cell is the one that is taken.
    """
    part, layers = drawing.part, []
    for key in (part.b, part.a):
        if key is not None:
            image = _image(key.view_blob)
            layers.append(PsdLayer(f"key {key}", image, is_visible=False, opacity=_KEY_OPACITY))
    made = _image(drawing.blob)
    layers.append(PsdLayer(part.proposal.derived.cell, made))
    return write_psd(layers, str(made.info.get(_XMP, "")))


def _image(blob: str) -> Image.Image:
    image = Image.open(io.BytesIO(blobs().read(blob)))
    image.load()
    return image
