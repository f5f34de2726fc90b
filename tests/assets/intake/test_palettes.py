"""Palettes in, palettes out."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.intake.naming_rules import plain_path
from assets.intake.palettes import TONES, SwatchRow, part_and_tone, read_palette, write_csv, write_gpl
from assets.intake.problems import Refused
from tests.assets.intake.samples import ase


def composed(text):
    """Palettes are read in composed Unicode and half-width letters, so that is what goes round."""
    return plain_path(text)


_BYTE = st.integers(0, 255)
_PART = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1, max_size=8).map(composed)
_SWATCHES = st.lists(
    st.builds(
        SwatchRow,
        part=_PART,
        tone=st.sampled_from(TONES),
        rgb=st.tuples(_BYTE, _BYTE, _BYTE),
        tolerance=st.none() | st.integers(0, 99).map(lambda value: value / 4),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: (row.part, row.tone),
)


def _rows(text, encoding="utf-8"):
    return [(row.part, row.tone, row.hex) for row in read_palette(text.encode(encoding), "p.csv").swatches]


def _refusal(data):
    with pytest.raises(Refused) as caught:
        read_palette(data, "p.csv")
    assert caught.value.problem.message
    return caught.value.problem


@pytest.mark.parametrize(
    ("name", "part", "tone"),
    [
        ("hair", "hair", "normal"),
        ("hair shadow", "hair", "shadow"),
        ("Hair_Shadow 2", "Hair", "shadow2"),
        ("hair-highlight", "hair", "highlight"),
        ("skin (shadow)", "skin", "shadow"),
        ("left sleeve normal", "left sleeve", "normal"),
        ("髪 影", "髪", "shadow"),
        ("髪_1号影", "髪", "shadow"),
        ("髪２号影", "髪", "shadow2"),
        ("肌ハイライト", "肌", "highlight"),
        ("hair line", "hair", "line"),
        ("髪主線", "髪", "line"),
        ("shadow", "shadow", "normal"),
        ("", "", "normal"),
    ],
)
def test_a_name_is_split_into_part_and_tone(name, part, tone):
    assert part_and_tone(name) == (part, tone)


@pytest.mark.parametrize(
    "text",
    [
        "part,tone,hex,tolerance\nhair,normal,#A0B1C2,\nhair,shadow,#112233,\n",
        "Part;Tone;Colour\nhair;;A0B1C2\nhair;1号影;123\n",
        "部位,トーン,色\nhair,ノーマル,#a0b1c2\nhair,影,#112233\n",
        "part,tone,r,g,b\nhair,normal,160,177,194\nhair,shadow,17,34,51\n",
        "name\tred\tgreen\tblue\nhair\t160\t177\t194\nhair shadow\t17\t34\t51\n",
        "tolerance,b,g,r,part\n,194,177,160,hair\n\n,51,34,17,hair shadow\n",
    ],
)
def test_csv_is_read_whatever_its_columns_are_called(text):
    assert _rows(text) == [("hair", "normal", "#a0b1c2"), ("hair", "shadow", "#112233")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_csv_is_read_in_the_encodings_that_studios_use(encoding):
    assert _rows("部位,トーン,色\n髪,2号影,#102030\n", encoding) == [("髪", "shadow2", "#102030")]


def test_a_tolerance_is_read_with_point_or_comma():
    palette = read_palette(
        b"part;hex;tolerance\nhair;#000000;1,5\nskin;#000000;2.25\neye;#000000;\n", "p.csv"
    )
    assert [row.tolerance for row in palette.swatches] == [1.5, 2.25, None]


def test_a_swatch_that_is_there_twice_is_kept_once():
    palette = read_palette(b"part,hex\nhair,#000000\nhair,#ffffff\n", "p.csv")
    assert [row.hex for row in palette.swatches] == ["#000000"]
    assert [problem.code for problem in palette.problems] == ["SWATCH_REPEATED"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("part,hex\nhair,#12345\n", 2),
        ("part,hex\nhair,#123456\nskin,red\n", 3),
        ("part,r,g,b\nhair,1,2,256\n", 2),
        ("part,r,g,b\nhair,1,2\n", 2),
        ("part,hex\n,#123456\n", 2),
        ("part,hex,tolerance\nhair,#123456,lots\n", 2),
        ("part,hex,tolerance\nhair,#123456,500\n", 2),
        ('part,hex\n"two\nlines",#123456\nskin,oops\n', 4),
        ("GIMP Palette\nName: x\n#\n 1 2 3 a\n1 2\n", 5),
        ("GIMP Palette\n1 2 999 a\n", 2),
    ],
)
def test_a_damaged_line_is_named(text, line):
    problem = _refusal(text.encode())
    assert (problem.code, problem.data["line"]) == ("PALETTE_BROKEN_LINE", line)


@pytest.mark.parametrize(
    ("text", "column"), [("tone,hex\nx,#000000\n", "part"), ("part,tone\nhair,normal\n", "hex")]
)
def test_a_missing_column_is_named(text, column):
    problem = _refusal(text.encode())
    assert (problem.code, problem.data["column"]) == ("PALETTE_NO_COLUMN", column)


@pytest.mark.parametrize("data", [b"part,hex\n", b"GIMP Palette\nName: x\n", ase([])])
def test_a_palette_without_colours_says_so(data):
    assert _refusal(data).code == "PALETTE_EMPTY"


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"part,hex\nh\x81\n"])
def test_content_that_is_no_text_is_refused_with_its_offset(data):
    assert _refusal(data).code == "PALETTE_BROKEN_AT"


def test_a_gimp_palette_is_read():
    text = "GIMP Palette\nName: Hana\nColumns: 2\n# made by hand\n160 177 194\thair\n 17  34  51 hair shadow\n1 2 3\n"
    assert _rows(text) == [
        ("hair", "normal", "#a0b1c2"),
        ("hair", "shadow", "#112233"),
        ("colour 3", "normal", "#010203"),
    ]


def test_swatches_of_adobe_are_read_and_conversions_told():
    palette = read_palette(
        ase(
            [
                ("hair", "RGB", (1.0, 0.5, 0.0)),
                ("髪 影", "Gray", (0.5,)),
                ("ink", "CMYK", (0.0, 1.0, 1.0, 0.0)),
                ("white", "LAB", (1.0, 0.0, 0.0)),
            ]
        ),
        "p.ase",
    )
    assert [(row.part, row.tone, row.hex) for row in palette.swatches] == [
        ("hair", "normal", "#ff8000"),
        ("髪", "shadow", "#808080"),
        ("ink", "normal", "#ff0000"),
        ("white", "normal", "#ffffff"),
    ]
    assert [problem.data["model"] for problem in palette.problems] == ["GRAY", "CMYK", "LAB"]


def test_lab_is_converted_by_value():
    # sRGB red in CIELAB over D50, as Photoshop shows it: 54.29, 80.81, 69.89.
    (row,) = read_palette(ase([("red", "LAB", (0.5429, 80.81, 69.89))]), "p.ase").swatches
    assert max(abs(value - wanted) for value, wanted in zip(row.rgb, (255, 0, 0), strict=True)) <= 2


@pytest.mark.parametrize("keep", [5, 11, 14, 20, 40])
def test_a_swatch_file_that_was_cut_off_names_the_offset(keep):
    problem = _refusal(ase([("hair", "RGB", (1.0, 0.5, 0.0))])[:keep])
    assert problem.code == "PALETTE_BROKEN_AT"
    assert problem.data["offset"] in {0, 12}


@pytest.mark.parametrize(
    "block", [("hair", "HSB", (1.0, 1.0, 1.0)), ("hair", "RGB", (1.0,)), ("x", "Gray", (float("nan"),))]
)
def test_a_swatch_that_makes_no_sense_names_its_offset(block):
    assert _refusal(ase([block])).data["offset"] == 12


def test_groups_of_adobe_name_the_part_where_the_swatch_only_says_the_tone():
    name = "hair\x00".encode("utf-16-be")
    group = struct.pack(">HIH", 0xC001, 2 + len(name), len(name) // 2) + name
    body = ase([("shadow", "RGB", (0.0, 0.0, 0.0))])
    data = struct.pack(">4sHHI", b"ASEF", 1, 0, 3) + group + body[12:] + struct.pack(">HI", 0xC002, 0)
    (row,) = read_palette(data, "p.ase").swatches
    assert (row.part, row.tone) == ("hair", "shadow")


@given(_SWATCHES)
def test_a_csv_that_was_written_is_read_back(swatches):
    assert list(read_palette(write_csv(swatches), "p.csv").swatches) == swatches


@given(_SWATCHES)
def test_a_gimp_palette_that_was_written_is_read_back_but_for_tolerances(swatches):
    back = read_palette(write_gpl(swatches, "Hana\nsummer"), "p.gpl").swatches
    assert [(row.part, row.tone, row.rgb) for row in back] == [
        (row.part, row.tone, row.rgb) for row in swatches
    ]


def test_nothing_in_a_written_csv_runs_as_a_formula():
    text = write_csv([SwatchRow("=HYPERLINK(1)", "normal", (1, 2, 3))]).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert read_palette(text.encode(), "p.csv").swatches[0].part == "=HYPERLINK(1)"


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"ASEF\x00\x01\x00\x00", b"GIMP Palette\n", b"part,hex\n"])
)
def test_any_bytes_are_read_or_refused_and_nothing_else(data, start):
    try:
        palette = read_palette(start + data, "p.csv")
    except Refused:
        return
    assert palette.swatches
