"""Layers of a PSD and frames of a movie as drawings, and held drawings as one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.intake.formats import picture_from_rgba
from assets.intake.problems import Refused
from assets.intake.sequences import LayerStack, Movie, cell_name, is_held, merge_repeats
from tests.assets.intake.samples import LIMITS, cel, encoded, movie, opaque, psd

_SIZE = (20, 30)


def _codes(problems):
    return [problem.code for problem in problems]


def _flat(*colour, size_hw=_SIZE):
    return np.full((*size_hw, 4), colour, np.uint8)


def _refusal(make):
    with pytest.raises(Refused) as caught:
        make()
    return caught.value.problem


def test_layers_become_cells_as_large_as_the_canvas():
    red, blue = _flat(255, 0, 0, 255), _flat(0, 0, 255, 255, size_hw=(5, 6))
    stack = LayerStack(psd([("A", red, True), ("B", blue, True)], _SIZE), "c012.psd", LIMITS)
    drawings = list(stack)
    assert [(drawing.cell, drawing.number) for drawing in drawings] == [("A", 1), ("B", 1)]
    assert [drawing.picture.size_hw for drawing in drawings] == [_SIZE, _SIZE]
    assert drawings[1].picture.rgba[2, 2].tolist() == [0, 0, 255, 255]
    assert drawings[1].picture.rgba[10, 10].tolist() == [0, 0, 0, 0]
    assert stack.problems == []


def test_an_opaque_layer_has_the_digest_of_the_same_drawing_in_a_png():
    pixels = np.random.default_rng(2).integers(0, 256, (*_SIZE, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    (drawing,) = LayerStack(psd([("A", pixels, True)], _SIZE), "c012.psd", LIMITS)
    assert drawing.picture.content_sha256 == picture_from_rgba(pixels).content_sha256


def test_hidden_and_empty_layers_are_left_out_with_a_remark():
    layers = [
        ("A", _flat(1, 2, 3, 255), True),
        ("memo", _flat(9, 9, 9, 255), False),
        ("B", _flat(0, 0, 0, 0), True),
    ]
    stack = LayerStack(psd(layers, _SIZE), "c012.psd", LIMITS)
    assert [drawing.cell for drawing in stack] == ["A"]
    assert _codes(stack.problems) == ["LAYER_HIDDEN", "LAYER_EMPTY"]


def test_layers_of_one_name_are_drawings_of_one_cell():
    layers = [("A", _flat(1, 2, 3, 255), True), ("a", _flat(4, 5, 6, 255), True)]
    stack = LayerStack(psd(layers, _SIZE), "c012.psd", LIMITS)
    assert [(drawing.cell, drawing.number) for drawing in stack] == [("A", 1), ("A", 2)]
    assert _codes(stack.problems) == ["LAYER_NAME_REPEATED"]


def test_a_psd_without_anything_to_see_is_refused():
    stack = LayerStack(psd([("A", _flat(1, 2, 3, 255), False)], _SIZE), "c012.psd", LIMITS)
    assert _refusal(lambda: list(stack)).code == "NO_VISIBLE_LAYER"


@pytest.mark.parametrize("keep", [0, 10, 26, 200, 1500])
def test_a_psd_that_was_cut_off_is_refused(keep):
    pixels = np.random.default_rng(2).integers(0, 256, (*_SIZE, 4), dtype=np.uint8)
    data = psd([("A", pixels, True)], _SIZE)[:keep]
    assert _refusal(lambda: list(LayerStack(data, "c012.psd", LIMITS))).code in {
        "EMPTY_FILE",
        "PICTURE_DAMAGED",
    }


def test_a_layer_that_cannot_be_unpacked_is_refused_and_not_believed_to_be_black():
    pixels = np.random.default_rng(2).integers(1, 255, (*_SIZE, 4), dtype=np.uint8)
    data = psd([("A", pixels, True)], _SIZE)
    # The first channel packs by rows (1) and its 30 noisy bytes to 31; it is made to say that it packs by zip (2).
    start = b"\x00\x01" + b"\x00\x1f" * 3
    assert start in data
    stack = LayerStack(data.replace(start, b"\x00\x02" + b"\x00\x1f" * 3, 1), "c012.psd", LIMITS)
    assert _refusal(lambda: list(stack)).code == "PICTURE_DAMAGED"


def test_a_movie_of_an_unknown_codec_is_refused(tmp_path):
    path = movie(tmp_path / "c012.mp4", [cel(0)])
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzZ"))
    assert _refusal(lambda: list(Movie(path, "c012.mp4", LIMITS))).code in {"NOT_A_MOVIE", "MOVIE_DAMAGED"}


def test_a_psd_in_print_colours_or_of_absurd_size_is_refused():
    assert (
        _refusal(lambda: LayerStack(psd([], _SIZE, "CMYK"), "a.psd", LIMITS)).code == "COLOUR_SPACE_NOT_TAKEN"
    )
    limits = LIMITS.__class__(max_side=25)
    assert _refusal(lambda: LayerStack(psd([], _SIZE), "a.psd", limits)).code == "SIDE_TOO_LONG"


def test_a_png_is_no_psd():
    data = encoded(opaque(), "PNG")
    assert _refusal(lambda: LayerStack(data, "a.psd", LIMITS)).code == "PICTURE_DAMAGED"


@pytest.mark.parametrize(
    ("name", "cell"), [("a ", "A"), ("セル/Ａ", "セル A"), ("", "A"), ("x" * 60, "X" * 24)]
)
def test_a_layer_names_its_cell(name, cell):
    assert cell_name(name) == cell


def test_a_movie_gives_its_frames_in_order_and_knows_what_is_held(tmp_path):
    path = movie(tmp_path / "c012.mp4", [cel(position) for position in (0, 0, 0, 1, 1, 2, 0)])
    clip = Movie(path, "c012.mp4", LIMITS)
    frames = list(clip)
    assert (clip.fps, clip.size_hw, clip.declared_frames) == (24, (120, 160), 7)
    assert [frame.frame_no for frame in frames] == [1, 2, 3, 4, 5, 6, 7]
    assert [frame.drawing_no for frame in frames] == [1, 1, 1, 2, 2, 3, 4]
    assert frames[0].rgba is frames[2].rgba
    assert np.abs(frames[3].rgba[60, 50, :3].astype(int) - [200, 40, 90]).max() < 40


def test_a_lossless_mov_gives_exact_pixels_so_that_returning_drawings_merge(tmp_path):
    drawn = [cel(position) for position in (0, 1, 0)]
    clip = Movie(movie(tmp_path / "c012.mov", drawn, "qtrle", "rgb24"), "c012.mov", LIMITS)
    pictures = [picture_from_rgba(frame.rgba) for frame in clip]
    assert [np.array_equal(p.rgba[..., :3], d) for p, d in zip(pictures, drawn, strict=True)] == [True] * 3
    merged = merge_repeats(
        [("A", no, picture.content_sha256) for no, picture in enumerate(pictures, start=1)]
    )
    assert merged.exposures == {"A": ("1", "2", "1")}


def test_a_small_real_change_is_another_drawing_and_noise_is_not():
    held = np.full((720, 1280, 4), 200, np.uint8)
    noisy = held.copy()
    noisy[::40, ::40] += 11
    noisy[5, :30] = 90
    blinking = held.copy()
    blinking[300:310, 400:410] = 20
    assert is_held(held, noisy)
    assert not is_held(held, blinking)
    assert not is_held(held, held[:-1])


@pytest.mark.parametrize("content", [b"", b"no movie at all" * 20])
def test_content_that_is_no_movie_is_refused(tmp_path, content):
    path = tmp_path / "c012.mp4"
    path.write_bytes(content)
    assert _refusal(lambda: Movie(path, "c012.mp4", LIMITS)).code in {"EMPTY_FILE", "NOT_A_MOVIE"}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_movie_that_was_cut_off_is_refused(tmp_path, share):
    path = movie(tmp_path / "c012.mp4", [cel(position % 5) for position in range(30)])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert _refusal(lambda: list(Movie(path, "c012.mp4", LIMITS))).code in {"NOT_A_MOVIE", "MOVIE_DAMAGED"}


def test_a_movie_with_too_many_frames_or_pixels_is_refused_unread(tmp_path):
    path = movie(tmp_path / "c012.mp4", [cel(0)] * 5)
    few, small = LIMITS.__class__(max_frames=4), LIMITS.__class__(max_pixels=1000)
    assert _refusal(lambda: Movie(path, "c012.mp4", few)).code == "MOVIE_TOO_LONG"
    assert _refusal(lambda: Movie(path, "c012.mp4", small)).code == "TOO_MANY_PIXELS"
    assert _refusal(lambda: Movie(path, "c012.mp4", LIMITS.__class__(max_side=100))).code == "SIDE_TOO_LONG"


def test_held_and_returning_drawings_are_one_drawing_per_cell():
    items = [("A", 1, "x"), ("A", 2, "x"), ("A", 3, "y"), ("A", "4a", "x"), ("B", 1, "x")]
    merged = merge_repeats(items)
    assert [(d.cell, d.number, d.numbers) for d in merged.drawings] == [
        ("A", "1", ("1", "2", "4a")),
        ("A", "3", ("3",)),
        ("B", "1", ("1",)),
    ]
    assert merged.exposures == {"A": ("1", "1", "3", "1"), "B": ("1",)}


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("xyz")), max_size=30))
def test_merging_loses_and_invents_nothing(shown):
    items = [(cell, number, content) for number, (cell, content) in enumerate(shown, start=1)]
    merged = merge_repeats(items)
    numbers = sorted(int(number) for drawing in merged.drawings for number in drawing.numbers)
    assert numbers == list(range(1, len(items) + 1))
    assert len(merged.drawings) == len(set(shown))
    content = {(drawing.cell, drawing.number): drawing.content_sha256 for drawing in merged.drawings}
    for cell in merged.exposures:
        assert [content[cell, number] for number in merged.exposures[cell]] == [
            c for k, c in shown if k == cell
        ]
