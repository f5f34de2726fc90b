"""Pictures of every kind, good and bad."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from assets.intake.formats import content_digest, encode_png, picture_from_rgba, read_picture
from assets.intake.headers import foreign_kind, sniff
from assets.intake.problems import Refused
from tests.assets.intake.samples import LIMITS, bomb_png, encoded, opaque, png16, psd, raw_png, rgba, tiff16

_LOSSLESS = [
    ("PNG", "png", {}),
    ("TGA", "tga", {}),
    ("TGA", "tga", {"compression": "tga_rle"}),
    ("TIFF", "tif", {}),
    ("TIFF", "tiff", {"compression": "tiff_lzw"}),
    ("WEBP", "webp", {"lossless": True}),
]
_KINDS = [("PNG", "png"), ("TGA", "tga"), ("TIFF", "tif"), ("WEBP", "webp"), ("JPEG", "jpg")]


def _read(data, name="A0001.png", limits=LIMITS):
    return read_picture(data, name, limits)


def _refusal(data, name="A0001.png", limits=LIMITS):
    with pytest.raises(Refused) as caught:
        read_picture(data, name, limits)
    assert caught.value.problem.path == name
    assert caught.value.problem.message
    return caught.value.problem.code


def _codes(picture):
    return [note.code for note in picture.notes]


def test_a_plain_png_is_read_as_it_is(tmp_path):
    pixels = rgba()
    path = tmp_path / "A0001.png"
    path.write_bytes(encoded(pixels, "PNG"))
    picture = _read(path)
    shown = pixels[..., 3] > 0
    assert picture.size_hw == (24, 32)
    assert np.array_equal(picture.rgba[shown], pixels[shown])
    assert not picture.rgba[~shown].any()
    assert (picture.has_alpha, picture.view_png, picture.notes) == (True, None, ())


@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    seed=st.integers(0, 2**16),
    kind=st.sampled_from(_LOSSLESS),
)
def test_the_same_pixels_have_one_digest_in_whatever_file(height, width, seed, kind):
    pixels = rgba(height, width, seed)
    picture = _read(encoded(pixels, kind[0], **kind[2]), f"A0001.{kind[1]}")
    assert picture.content_sha256 == picture_from_rgba(pixels).content_sha256
    assert _codes(picture) == []


def test_another_pixel_or_another_shape_is_another_digest():
    pixels = np.full((4, 6, 4), 255, np.uint8)
    changed = pixels.copy()
    changed[2, 3, 1] = 254
    digests = {content_digest(array) for array in (pixels, changed, pixels.reshape(6, 4, 4))}
    assert len(digests) == 3


@pytest.mark.parametrize("kind", _LOSSLESS[1:], ids=lambda kind: kind[0])
def test_what_a_browser_does_not_show_gets_a_lossless_view(kind):
    picture = _read(encoded(rgba(), kind[0], **kind[2]), f"A0001.{kind[1]}")
    again = _read(picture.view_png)
    assert np.array_equal(again.rgba, picture.rgba)
    assert again.view_png is None


@pytest.mark.parametrize(("kind", "extension"), _KINDS)
def test_a_cut_off_picture_is_refused(kind, extension):
    data = encoded(opaque(height=64, width=64), kind)
    assert _refusal(data[: len(data) * 2 // 3], f"A0001.{extension}") == "PICTURE_DAMAGED"


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(_KINDS),
    place=st.floats(0, 1),
    value=st.integers(0, 255),
    keep=st.floats(0.01, 1),
)
def test_a_spoiled_picture_is_read_or_refused_and_nothing_else(kind, place, value, keep):
    data = bytearray(encoded(opaque(height=8, width=8), kind[0]))
    data[int(place * (len(data) - 1))] = value
    try:
        picture = _read(bytes(data[: max(int(len(data) * keep), 1)]), f"A0001.{kind[1]}")
    except Refused:
        return
    assert picture.rgba.dtype == np.uint8
    assert picture.rgba.shape[2] == 4


@pytest.mark.parametrize(
    "data", [b"a letter to the studio", bytes(200), b"%PDF-1.7 ...", encoded(opaque(), "GIF")]
)
def test_content_that_is_no_picture_of_ours_is_refused(data):
    assert _refusal(data) == "NOT_A_PICTURE"


def test_a_refusal_says_what_the_content_looks_like():
    assert foreign_kind(encoded(opaque(), "GIF")) == "GIF"
    assert foreign_kind(b"dear studio, here is") == "text"
    assert foreign_kind(b"8BPS\x00\x02") == "a large Photoshop document (PSB)"
    assert foreign_kind(b"\x00\x01\x02") == ""


def test_a_wrong_extension_is_a_remark_where_the_content_can_be_read():
    picture = _read(encoded(opaque(), "JPEG"), "A0001.png")
    assert _codes(picture) == ["KIND_DIFFERS"]
    assert picture.view_png is not None


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "A0001.png"
    path.touch()
    assert _refusal(path) == _refusal(b"") == "EMPTY_FILE"


def test_sixteen_bits_are_converted_and_said_so():
    pixels = np.random.default_rng(3).integers(0, 65536, (5, 7, 3), dtype=np.uint16)
    for data, name in ((png16(pixels), "a.png"), (tiff16(pixels), "a.tif")):
        picture = _read(data, name)
        assert _codes(picture) == ["DEPTH_CONVERTED"]
        assert picture.notes[0].severity == "converted"
        assert np.abs(picture.rgba[..., :3] * 257.0 - pixels).max() < 257
        assert picture.view_png is not None


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("TIFF", "a.tif")])
def test_sixteen_bits_of_grey_are_converted_by_value(kind, name):
    grey = np.array([[0, 257, 128, 65535]], dtype=np.uint16)
    picture = _read(encoded(Image.fromarray(grey), kind), name)
    assert picture.rgba[0].tolist() == [[0, 0, 0, 255], [1, 1, 1, 255], [0, 0, 0, 255], [255, 255, 255, 255]]
    assert _codes(picture) == ["DEPTH_CONVERTED"]


def test_floating_point_pictures_are_refused():
    assert _refusal(encoded(Image.new("F", (4, 4), 0.5), "TIFF"), "a.tif") == "DEPTH_NOT_TAKEN"
    assert _refusal(encoded(Image.new("I", (4, 4), 70_000), "TIFF"), "a.tif") == "DEPTH_NOT_TAKEN"


def test_a_palette_with_transparency_keeps_both():
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    picture = _read(encoded(image, "PNG", transparency=0))
    assert picture.rgba[0].tolist() == [[0, 0, 0, 0], [0, 0, 255, 255]]
    assert _codes(picture) == ["PALETTE_CONVERTED"]


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("TIFF", "a.tif")])
def test_print_colours_are_converted_with_a_warning(kind, name):
    picture = _read(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), kind), name)
    assert _codes(picture) == ["CMYK_CONVERTED"]
    assert np.abs(picture.rgba[4, 4].astype(int) - [255, 0, 0, 255]).max() < 8


@pytest.mark.parametrize(
    ("mode", "code", "is_viewed"),
    [("L", "GREY_CONVERTED", False), ("LA", "GREY_CONVERTED", True), ("1", "BILEVEL_CONVERTED", True)],
)
def test_grey_and_line_art_become_rgb_without_a_change_of_value(mode, code, is_viewed):
    source = opaque("L").convert(mode)
    picture = _read(encoded(source, "PNG"))
    assert _codes(picture) == [code]
    assert np.array_equal(picture.rgba, np.asarray(source.convert("RGBA")))
    assert (picture.view_png is not None) == is_viewed


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("TIFF", "a.tif")])
def test_a_turned_picture_is_set_upright_once(kind, name):
    marks = Image.Exif()
    marks[274] = 6
    source = Image.new("RGB", (32, 16), "white")
    source.paste("black", (0, 0, 16, 16))
    picture = _read(encoded(source, kind, exif=marks), name)
    assert picture.size_hw == (32, 16)
    assert picture.rgba[4, 8, 0] < 60
    assert picture.rgba[28, 8, 0] > 200
    assert _codes(picture) == ["ROTATED"]


def test_a_profile_other_than_srgb_is_a_remark():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert _codes(_read(encoded(opaque(), "PNG", icc_profile=profile))) == ["COLOUR_PROFILE"]
    assert _codes(_read(encoded(opaque(), "PNG", icc_profile=b"nonsense"))) == ["COLOUR_PROFILE"]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = _read(encoded(opaque(), "PNG", icc_profile=srgb))
    assert _codes(picture) == []
    assert picture.view_png is not None


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("WEBP", "a.webp")])
def test_an_animated_picture_is_refused(kind, name):
    first, second = opaque(seed=1), opaque(seed=2)
    assert _refusal(encoded(first, kind, save_all=True, append_images=[second]), name) == "ANIMATED_PICTURE"


def test_the_first_page_of_a_tiff_is_read_with_a_remark():
    first, second = opaque(seed=1), opaque(seed=2)
    picture = _read(encoded(first, "TIFF", save_all=True, append_images=[second]), "a.tif")
    assert _codes(picture) == ["SEVERAL_PAGES"]
    assert np.array_equal(picture.rgba[..., :3], np.asarray(first))


def test_a_bomb_is_refused_by_its_header():
    data = bomb_png()
    assert len(data) < 120_000
    assert _refusal(data) == "SIDE_TOO_LONG"


@pytest.mark.parametrize(
    ("width", "height", "code"),
    [
        (0, 10, "SIDE_TOO_LONG"),
        (10, 0, "SIDE_TOO_LONG"),
        (20_001, 1, "SIDE_TOO_LONG"),
        (15_000, 15_000, "TOO_MANY_PIXELS"),
    ],
)
def test_absurd_sizes_are_refused(width, height, code):
    assert _refusal(raw_png(width, height, 8, 2, b"\x00" * 64)) == code


@pytest.mark.parametrize(("kind", "extension"), _KINDS)
def test_every_kind_is_measured_before_it_is_decoded(kind, extension):
    limits = LIMITS.__class__(max_pixels=24 * 32 - 1)
    assert _refusal(encoded(opaque(), kind), f"a.{extension}", limits) == "TOO_MANY_PIXELS"


def test_a_file_larger_than_allowed_is_refused_unread():
    assert _refusal(encoded(opaque(), "PNG"), limits=LIMITS.__class__(max_file_bytes=10)) == "FILE_TOO_LARGE"


def test_a_tga_with_an_unused_alpha_is_opaque():
    pixels = np.full((3, 4, 4), (200, 100, 50, 0), np.uint8)
    data = bytearray(encoded(pixels, "TGA"))
    data[17] &= 0xF0
    picture = _read(bytes(data), "A0001.tga")
    assert _codes(picture) == ["ALPHA_UNUSED"]
    assert picture.rgba[0, 0].tolist() == [200, 100, 50, 255]


def test_a_tga_without_footer_is_known_by_its_extension_alone():
    data = encoded(opaque(), "TGA").removesuffix(b"\x00" * 8 + b"TRUEVISION-XFILE.\x00")
    assert sniff(data, ".TGA") == "TGA"
    assert sniff(data, ".png") is None


def test_a_psd_is_read_flat():
    pixels = np.full((6, 8, 4), (10, 200, 30, 255), np.uint8)
    picture = _read(psd([("A", pixels, True)], (6, 8)), "A0001.psd")
    assert picture.size_hw == (6, 8)
    assert picture.view_png is not None


def test_a_transparent_gamma_or_colour_key_is_not_shown_as_it_is():
    image = opaque()
    assert _read(encoded(image, "PNG", transparency=(1, 2, 3))).view_png is not None
    assert _read(encoded(image, "PNG")).view_png is None


def test_a_view_is_small_where_there_is_no_alpha():
    pixels = np.full((8, 8, 4), 255, np.uint8)
    assert encode_png(pixels, has_alpha=False)[25] == 2
    assert encode_png(pixels, has_alpha=True)[25] == 6


def test_the_callers_frozen_array_is_not_written_to():
    pixels = rgba()
    pixels.flags.writeable = False
    before = pixels.copy()
    picture = picture_from_rgba(pixels)
    assert np.array_equal(pixels, before)
    assert not picture.rgba[0].any()
