"""Timesheets: guessed from numbers, and XDTS as exporters really write it."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.intake.problems import Refused
from assets.intake.timesheets import Exposure, exposures_from_numbers, read_xdts
from tests.assets.intake.samples import xdts


def _document(frames=(), *, names=("A", "B"), track=0, **changes):
    data = [{"frame": frame, "data": [{"id": 0, "values": [value]}]} for frame, value in frames]
    table = {
        "name": "sheet1",
        "duration": 24,
        "timeTableHeaders": [{"fieldId": 0, "names": list(names)}],
        "fields": [{"fieldId": 0, "tracks": [{"trackNo": track, "frames": data}]}],
    }
    return {"version": 5, "header": {"cut": "12", "scene": "1"}, "timeTables": [table]} | changes


def _read(document, **options):
    return read_xdts(xdts(json.dumps(document), **options), "c012.xdts")


def _codes(sheet):
    return [problem.code for problem in sheet.problems]


def _pairs(exposures):
    return [(exposure.frame_no, exposure.number) for exposure in exposures]


@pytest.mark.parametrize(
    ("numbers", "duration", "frames"),
    [
        ([1, 2, 3], None, [1, 2, 3]),
        ([1, 2, 3], 9, [1, 4, 7]),
        ([1, 2, 3], 11, [1, 4, 7]),
        (["1", "2a"], 1, [1, 2]),
        ([5], 24, [1]),
        ([], 24, []),
    ],
)
def test_drawings_without_a_sheet_are_held_evenly(numbers, duration, frames):
    exposures = exposures_from_numbers(numbers, duration)
    assert [exposure.frame_no for exposure in exposures] == frames
    assert [exposure.number for exposure in exposures] == [str(number) for number in numbers]


@given(st.integers(1, 60), st.integers(0, 400))
def test_every_drawing_shows_for_at_least_a_frame(count, duration):
    frames = [exposure.frame_no for exposure in exposures_from_numbers(range(1, count + 1), duration)]
    assert frames[0] == 1
    assert len({later - earlier for earlier, later in pairwise(frames)}) <= 1
    assert frames[-1] <= max(duration, count)


def test_a_sheet_is_read_as_changes():
    frames = [(0, "1"), (3, "2a"), (6, "SYMBOL_HYPHEN"), (9, "SYMBOL_NULL_CELL"), (12, "1")]
    sheet = _read(_document(frames))
    assert (sheet.cut, sheet.scene, sheet.name, sheet.duration_frames) == ("12", "1", "sheet1", 24)
    assert _pairs(sheet.exposures["A"]) == [(1, "1"), (4, "2a"), (10, None), (13, "1")]
    assert sheet.problems == ()


def test_in_between_symbols_are_kept_apart():
    sheet = _read(_document([(0, "1"), (2, "SYMBOL_TICK_1"), (4, "SYMBOL_TICK_2")]))
    assert _pairs(sheet.exposures["A"]) == [(1, "1")]
    assert sheet.marks["A"] == (Exposure(3, "SYMBOL_TICK_1"), Exposure(5, "SYMBOL_TICK_2"))


def test_negative_frames_say_what_shows_at_the_start():
    assert _pairs(_read(_document([(-3, "1"), (-1, "2"), (4, "3")])).exposures["A"]) == [(1, "2"), (5, "3")]
    assert _pairs(_read(_document([(-1, "1"), (0, "2")])).exposures["A"]) == [(1, "2")]


@pytest.mark.parametrize(
    "line", ["exchangeDigitalTimeSheet Save Data", "\ufeffexchangeDigitalTimeSheet Save Data\r\n"]
)
def test_a_missing_line_break_or_a_byte_order_mark_does_not_matter(line):
    assert _pairs(_read(_document([(0, "1")]), first_line=line).exposures["A"]) == [(1, "1")]


def test_a_cut_with_a_letter_is_kept_with_a_remark():
    sheet = _read(_document(header={"cut": "101A", "scene": "1"}))
    assert sheet.cut == "101A"
    assert _codes(sheet) == ["XDTS_ODD_VALUE"]


@pytest.mark.parametrize(("version", "codes"), [(5, []), (10, []), (7, ["XDTS_ODD_VALUE"])])
def test_versions_that_exist_pass_silently(version, codes):
    assert _codes(_read(_document(version=version))) == codes


def test_japanese_text_of_an_old_exporter_is_read():
    text = json.dumps(_document([(0, "1")], names=("表",)), ensure_ascii=False)
    data = ("exchangeDigitalTimeSheet Save Data\n" + text).encode("cp932")
    assert list(read_xdts(data, "c.xdts").exposures) == ["表"]


def test_entries_outside_the_sheet_and_tracks_without_a_name_are_told():
    sheet = _read(_document([(0, "1"), (30, "2")], track=4))
    assert _pairs(sheet.exposures["track 5"]) == [(1, "1")]
    assert _codes(sheet) == ["XDTS_FRAME_OUTSIDE"]


def test_of_several_sheets_the_first_is_read():
    document = _document([(0, "1")])
    document["timeTables"] *= 2
    assert _codes(_read(document)) == ["XDTS_SEVERAL_SHEETS"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "XDTS_NOT_ONE"),
        (b"\xff\xfe\x00\x81", "XDTS_NOT_ONE"),
        (b"toeiDigitalTimeSheet Save Data\n{}", "XDTS_NOT_ONE"),
        (xdts("{}"), "XDTS_NOT_ONE"),
        (xdts("[1]"), "XDTS_NOT_ONE"),
        (xdts('{"version": 5,\n "header": '), "XDTS_BROKEN"),
        (xdts("[" * 100_000), "XDTS_BROKEN"),
        (xdts('{"version": ' + "9" * 5000 + "}"), "XDTS_BROKEN"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data, code):
    with pytest.raises(Refused) as caught:
        read_xdts(data, "c012.xdts")
    assert caught.value.problem.code == code


def test_a_broken_sheet_names_its_line():
    with pytest.raises(Refused) as caught:
        read_xdts(xdts('{"version": 5,\n "header": oops}'), "c012.xdts")
    assert caught.value.problem.data["line"] == 3


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 40) | st.text(max_size=8) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["timeTables", "fields", "tracks", "frames", "frame", "data", "values", "fieldId", "trackNo"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(_JSON)
def test_a_sheet_of_any_shape_is_read_or_refused_and_nothing_else(table):
    document = {
        "version": 5,
        "header": table,
        "timeTables": [{"fields": [{"fieldId": 0, "tracks": [table]}]}],
    }
    sheet = _read(document)
    assert sheet.duration_frames == 0
    assert set(sheet.exposures) == set(sheet.marks)
