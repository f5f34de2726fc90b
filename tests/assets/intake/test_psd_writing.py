"""A PSD that goes out to a drawing program: layers, their names, their alpha, and where the picture comes from."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource

from assets.intake.psd_writing import PsdLayer, write_psd
from assets.intake.safety import Limits
from assets.intake.sequences import LayerStack


def _picture(seed: int) -> np.ndarray:
    rgba = np.random.default_rng(seed).integers(0, 256, (30, 44, 4), dtype=np.uint8)
    rgba[rgba[..., 3] < 128] = 0
    rgba[..., 3] = np.where(rgba[..., 3] > 0, 255, 0)
    return rgba


def test_layers_come_back_with_their_names_and_every_pixel() -> None:
    below, above = _picture(1), _picture(2)
    data = write_psd(
        [PsdLayer("原画 A1", Image.fromarray(below)), PsdLayer("セルA", Image.fromarray(above), opacity=1.0)]
    )
    found = {each.cell: each.picture.rgba for each in LayerStack(data, "out.psd", Limits())}
    assert list(found) == ["原画 A1", "セルA"]
    assert np.array_equal(found["原画 A1"], below)
    assert np.array_equal(found["セルA"], above)


def test_a_hidden_layer_is_hidden_and_a_faint_one_faint() -> None:
    image = Image.fromarray(_picture(3))
    data = write_psd([PsdLayer("key", image, is_visible=False, opacity=0.4), PsdLayer("A", image)])
    key, drawing = PSDImage.open(io.BytesIO(data))
    assert (key.visible, key.opacity) == (False, 102)
    assert (drawing.visible, drawing.opacity) == (True, 255)


def test_what_drew_it_is_written_inside() -> None:
    layers = [PsdLayer("A", Image.fromarray(_picture(4)))]
    assert Resource.XMP_METADATA not in PSDImage.open(io.BytesIO(write_psd(layers))).image_resources
    said = PSDImage.open(io.BytesIO(write_psd(layers, "<x:xmpmeta/>"))).image_resources
    assert said.get_data(Resource.XMP_METADATA) == b"<x:xmpmeta/>"
