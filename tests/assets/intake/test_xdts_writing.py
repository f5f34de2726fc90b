"""Writing XDTS: what was there comes out as it went in, and what is said is read again."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.intake.problems import Refused
from assets.intake.timesheets import FIRST_LINE, Exposure, read_xdts
from assets.intake.xdts_writing import write_xdts
from assets.sheet_filling import CellSheet, Order, fill
from assets.spacing import parse
from tests.assets.intake.samples import xdts


def entry(frame: int, *values: str, **more: Any) -> dict[str, Any]:
    return {"frame": frame, "data": [{"id": 0, "values": list(values)}], **more}


def document() -> dict[str, Any]:
    """A sheet with everything that exporters add: other fields, options of entries, unknown keys, dialogue."""
    a = [entry(-2, "1", note="kept"), entry(4, "SYMBOL_HYPHEN"), entry(8, "5"), entry(20, "SYMBOL_NULL_CELL")]
    a[2]["data"].append({"id": 1, "values": ["OPTION_KEYFRAME"], "x": 1.5})
    b = [entry(0, "SYMBOL_NULL_CELL"), entry(6, "2b"), entry(30, "9")]
    fields = [
        {"fieldId": 3, "tracks": [{"trackNo": 0, "frames": [entry(2, "ミオ", "あっ")]}]},
        {
            "fieldId": 0,
            "tracks": [{"trackNo": 1, "frames": b}, {"trackNo": 0, "frames": a, "colour": "#f00"}],
        },
    ]
    headers = [{"fieldId": 3, "names": ["S1"]}, {"fieldId": 0, "names": ["A", "B", "C"]}]
    table = {"name": "表1", "duration": 24, "frameRate": 24, "timeTableHeaders": headers, "fields": fields}
    return {
        "version": 5,
        "app": {"by": "x"},
        "header": {"scene": "1", "cut": "12"},
        "timeTables": [table, {"x": 0}],
    }


def file(told: dict[str, Any], **layout: Any) -> bytes:
    return xdts(json.dumps(told, ensure_ascii=False, **layout))


def body(data: bytes) -> dict[str, Any]:
    text = data.decode()
    assert text.startswith(f"{FIRST_LINE}\n")
    return json.loads(text.partition("\n")[2])


def changes(*pairs: tuple[int, str | None]) -> tuple[Exposure, ...]:
    return tuple(Exposure(frame, number) for frame, number in pairs)


def test_a_sheet_that_stays_the_same_comes_out_byte_for_byte() -> None:
    raw = b"\xef\xbb\xbf" + file(document(), indent=3) + b"\r\n\r\n"
    sheet = read_xdts(raw, "x.xdts")
    assert write_xdts(raw, sheet.exposures, sheet.duration_frames) == raw
    assert write_xdts(raw, {}) == raw


def test_only_what_changed_is_touched() -> None:
    before = document()
    written = write_xdts(file(before), {"A": changes((1, "1"), (5, "3"), (9, "5"), (21, None))})
    wanted = copy.deepcopy(before)
    wanted["timeTables"][0]["fields"][1]["tracks"][1]["frames"][1] = entry(4, "3")
    assert body(written) == wanted
    assert list(body(written)) == list(before)


def test_entries_go_and_come_and_what_hangs_on_them_stays() -> None:
    written = write_xdts(file(document()), {"A": changes((1, "2"), (4, "3"), (21, None))})
    frames = body(written)["timeTables"][0]["fields"][1]["tracks"][1]["frames"]
    assert frames == [
        entry(-2, "2", note="kept"),
        entry(3, "3"),
        entry(4, "SYMBOL_HYPHEN"),
        {"frame": 8, "data": [{"id": 1, "values": ["OPTION_KEYFRAME"], "x": 1.5}]},
        entry(20, "SYMBOL_NULL_CELL"),
    ]


def test_the_other_cells_entries_behind_the_end_do_not_come_to_light_in_a_longer_sheet() -> None:
    written = read_xdts(write_xdts(file(document()), {"A": changes((1, "1"), (40, "5"))}), "x")
    assert written.duration_frames == 40
    assert written.exposures["B"] == changes((1, None), (7, "2b"))


def test_a_cell_without_a_track_and_a_cell_that_is_new() -> None:
    shown = {"C": changes((1, "1")), "D": changes((2, "1a"), (9, None))}
    written = write_xdts(file(document()), shown)
    sheet = read_xdts(written, "x.xdts")
    assert {cell: sheet.exposures[cell] for cell in shown} == shown
    assert body(written)["timeTables"][0]["timeTableHeaders"][1]["names"] == ["A", "B", "C", "D"]
    assert sheet.exposures["A"] == read_xdts(file(document()), "x").exposures["A"]


def test_a_track_without_a_name_keeps_its_place() -> None:
    told = document()
    told["timeTables"][0]["fields"][1]["tracks"][0]["trackNo"] = 5
    written = write_xdts(file(told), {"track 6": changes((3, "7")), "D": changes((1, "1"))})
    sheet = read_xdts(written, "x.xdts")
    assert (sheet.exposures["track 6"], sheet.exposures["D"]) == (changes((3, "7")), changes((1, "1")))


def test_a_new_sheet_is_by_the_paper() -> None:
    shown = {"A": changes((1, "1"), (9, "5")), "B": changes((1, None))}
    written = write_xdts(None, shown, 24, cut="101A", scene="", name="c101")
    assert body(written) == {
        "version": 5,
        "header": {"cut": "101", "scene": "1"},
        "timeTables": [
            {
                "name": "c101",
                "duration": 24,
                "timeTableHeaders": [{"fieldId": 0, "names": ["A", "B"]}],
                "fields": [
                    {
                        "fieldId": 0,
                        "tracks": [
                            {"trackNo": 0, "frames": [entry(0, "1"), entry(8, "5")]},
                            {"trackNo": 1, "frames": [entry(0, "SYMBOL_NULL_CELL")]},
                        ],
                    }
                ],
            }
        ],
    }
    sheet = read_xdts(written, "x.xdts")
    assert (sheet.exposures, sheet.problems) == (shown, ())


@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"indent": "\t"}, {"separators": (",", ":")}])
def test_the_layout_stays(layout: dict[str, Any]) -> None:
    told = document()
    written = write_xdts(file(told, **layout), {"B": changes((1, None), (7, "3"))})
    told["timeTables"][0]["fields"][1]["tracks"][0]["frames"][1] = entry(6, "3")
    assert written == file(told, **layout)


def test_an_old_encoding_and_windows_line_ends_stay() -> None:
    text = f"{FIRST_LINE}\r\n" + json.dumps(document(), ensure_ascii=False, indent=1).replace("\n", "\r\n")
    written = write_xdts(text.encode("cp932"), {"B": changes((1, "1"))}).decode("cp932")
    assert "ミオ" in written
    assert written.count("\n") == written.count("\r\n") > 10
    assert read_xdts(written.encode("cp932"), "x").exposures["B"] == changes((1, "1"))


def test_a_name_that_the_old_encoding_does_not_know_is_written_as_an_escape() -> None:
    raw = f"{FIRST_LINE}\n{json.dumps(document(), ensure_ascii=False)}".encode("cp932")
    written = write_xdts(raw, {"한": changes((1, "1"))})
    assert read_xdts(written, "x").exposures["한"] == changes((1, "1"))


def test_the_line_break_that_one_exporter_forgets_is_written() -> None:
    raw = (FIRST_LINE + json.dumps(document())).encode()
    assert body(write_xdts(raw, {"B": changes((1, "1"))}))


def test_what_is_no_sheet_is_refused() -> None:
    with pytest.raises(Refused, match="no XDTS timesheet"):
        write_xdts(b"hello", {"A": changes((1, "1"))})


VALUES = st.sampled_from(
    ["1", "2", "3a", " 4", "SYMBOL_NULL_CELL", "SYMBOL_HYPHEN", "SYMBOL_TICK_1", "SYMBOL_TICK_2", "", "BOOK"]
)
ITEMS = st.fixed_dictionaries({"values": st.lists(VALUES, max_size=2)}, optional={"id": st.integers(0, 2)})
ENTRIES = st.fixed_dictionaries(
    {"frame": st.integers(-3, 30), "data": st.lists(ITEMS, max_size=3)},
    optional={"memo": st.text(max_size=3)},
)
TRACKS = st.lists(
    st.fixed_dictionaries(
        {"trackNo": st.integers(0, 3), "frames": st.lists(ENTRIES | st.none(), max_size=8)}
    ),
    max_size=4,
)
CHANGES = st.dictionaries(
    st.integers(1, 40), st.sampled_from(["1", "2", "2a", "BOOK", None]), max_size=6
).map(lambda told: changes(*sorted(told.items())))


@given(TRACKS, st.dictionaries(st.sampled_from(["A", "B", "X", "track 4"]), CHANGES, max_size=3))
def test_whatever_came_the_sheet_says_afterwards_what_was_asked_and_else_what_it_said(
    tracks: list[dict[str, Any]], shown: dict[str, tuple[Exposure, ...]]
) -> None:
    told = document()
    told["timeTables"][0]["fields"][1]["tracks"] = tracks
    raw = file(told)
    before = read_xdts(raw, "x").exposures
    after = read_xdts(write_xdts(raw, shown), "x")
    assert {cell: each for cell, each in after.exposures.items() if each} == {
        cell: each for cell, each in {**before, **shown}.items() if each
    }
    again = write_xdts(write_xdts(raw, shown), after.exposures, after.duration_frames)
    assert again == write_xdts(raw, shown)


def test_read_filled_written_and_read_again_is_the_filled_sheet() -> None:
    raw = file(document())
    sheet = read_xdts(raw, "x.xdts")
    column = CellSheet(sheet.exposures["A"], sheet.duration_frames, frozenset({"1", "5"}), sheet.marks["A"])
    filling = fill(column, {("1", "5"): Order(parse("even:3"), 2)})
    again = read_xdts(write_xdts(raw, {"A": filling.exposures}), "x.xdts")
    assert again.exposures["A"] == filling.exposures == changes(
        (1, "1"), (3, "2"), (5, "3"), (7, "4"), (9, "5"), (21, None)
    )  # fmt: skip
    assert again.exposures["B"] == sheet.exposures["B"]
    assert (again.cut, again.name, again.duration_frames) == (sheet.cut, sheet.name, sheet.duration_frames)
