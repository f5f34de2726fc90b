"""Writing a PSD of a few layers, for a drawing program: what an artist draws over comes back by the same way."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource
from psd_tools.psd.image_resources import ImageResource


@dataclass(frozen=True)
class PsdLayer:
    """A layer as large as the canvas: name, picture, whether it shows at first, and how opaque it is, 0 to 1."""

    name: str
    image: Image.Image
    is_visible: bool = True
    opacity: float = 1.0


def write_psd(layers: Sequence[PsdLayer], xmp: str = "") -> bytes:
    """Return an RGB PSD, 8 bits a channel, of layers from the lowest to the highest, each with its alpha.

    Args:
        layers: at least one, all of one size.
        xmp: packet that says where the picture comes from; "" = none.

    Source: Adobe Photoshop File Formats Specification; written by psd-tools.
    """
    psd = PSDImage.new("RGB", layers[0].image.size, color=255)
    for layer in layers:
        made = psd.create_pixel_layer(layer.image.convert("RGBA"), opacity=round(255 * layer.opacity))
        made.name = layer.name  # so, and not above, a Japanese name is written, too
        made.visible = layer.is_visible
    if xmp:
        key = Resource.XMP_METADATA
        psd.image_resources[key] = ImageResource(key=key.value, data=xmp.encode())
    stream = io.BytesIO()
    psd.save(stream)
    return stream.getvalue()
