"""Bytes in, arrays out: what is read, what is refused, where the figure is."""

import struct
import zlib

import cv2
import numpy as np
import pytest

from ml.errors import BadImage, ShapeMismatch
from ml.pixels import cut_figure, decode, encode_png, figure_mask, over, probe_png, to_lab


def _header(width: int, height: int, depth: int = 8) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def test_a_picture_comes_back_as_it_was_written():
    rgba = np.random.default_rng(1).integers(0, 256, (7, 5, 4), np.uint8)
    assert np.array_equal(decode(encode_png(rgba)), rgba)


def test_an_opaque_picture_gets_full_alpha_and_keeps_its_channel_order():
    rgb = np.zeros((4, 6, 3), np.uint8)
    rgb[..., 0] = 200
    out = decode(encode_png(rgb))
    assert out[0, 0].tolist() == [200, 0, 0, 255]


def test_a_grey_picture_is_read_as_rgba():
    data = cv2.imencode(".png", np.full((3, 3), 77, np.uint8))[1].tobytes()
    assert decode(data)[1, 1].tolist() == [77, 77, 77, 255]


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (30_000, 10), (0, 5), (12_000, 12_000)])
def test_a_bomb_is_refused_by_its_header_alone(width, height):
    with pytest.raises(BadImage):
        probe_png(_header(width, height))


def test_sixteen_bits_are_refused_and_said_so():
    data = cv2.imencode(".png", np.zeros((4, 4, 3), np.uint16))[1].tobytes()
    with pytest.raises(BadImage) as refused:
        decode(data)
    assert (refused.value.expected, refused.value.actual) == (8, 16)


@pytest.mark.parametrize("data", [b"", b"GIF89a" + b"0" * 40, _header(4, 4)])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(BadImage):
        decode(data)


def test_a_truncated_picture_is_refused_or_keeps_its_size():
    data = encode_png(np.random.default_rng(0).integers(0, 255, (64, 64, 4), np.uint8))
    with pytest.raises(BadImage):
        decode(data[:60])


def test_only_uint8_pictures_are_written():
    with pytest.raises(ShapeMismatch):
        encode_png(np.zeros((4, 4, 3), np.float32))  # type: ignore[arg-type]


def test_the_figure_is_cut_out_by_alpha():
    rgba = np.zeros((40, 30, 4), np.uint8)
    rgba[10:30, 5:15] = (9, 8, 7, 255)
    figure = cut_figure(rgba)
    assert figure is not None
    assert figure.box_xyxy == (5, 10, 15, 30)
    assert figure.mask.all()
    assert figure.size_hw == (40, 30)


def test_white_eyes_inside_a_figure_on_white_paper_belong_to_the_figure():
    rgba = np.full((50, 50, 4), 255, np.uint8)
    rgba[10:40, 10:40, :3] = (120, 40, 40)
    rgba[20:25, 20:25, :3] = 255
    mask = figure_mask(rgba)
    assert mask[22, 22]
    assert not mask[2, 2]
    assert mask.sum() == 900


@pytest.mark.parametrize("alpha", [0, 255])
def test_empty_paper_has_no_figure(alpha):
    rgba = np.full((20, 20, 4), 255, np.uint8)
    rgba[..., 3] = alpha
    assert cut_figure(rgba) is None


def test_over_mixes_straight_alpha():
    rgba = np.array([[[255, 0, 0, 51]]], np.uint8)
    assert over(rgba, np.ones((1, 1), bool), (0, 0, 0))[0, 0].tolist() == [51, 0, 0]


def test_lab_of_white_and_of_nothing():
    assert to_lab(np.array([[255, 255, 255]], np.uint8))[0] == pytest.approx([100.0, 0.0, 0.0], abs=0.1)
    assert to_lab(np.zeros((0, 3), np.uint8)).shape == (0, 3)
