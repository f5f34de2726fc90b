"""Filling a cell of a timesheet: frames, numbers and positions of what lies between its keys."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assets.drawing_numbers import read
from assets.intake.timesheets import Exposure
from assets.sheet_filling import CellSheet, Filling, Order, fill, gaps_of, pair_sheet
from assets.spacing import parse
from assets.timing_words import BadTiming

TICK = "SYMBOL_TICK_1"


def cell(written: str, drawn: str, frames: int = 48, marks: str = "") -> CellSheet:
    """Return a column from "1:1 9:5 20:×": number 1 from frame 1, 5 from 9, empty from 20."""
    pairs = [each.split(":") for each in written.split()]
    exposures = tuple(Exposure(int(frame), None if number == "×" else number) for frame, number in pairs)
    ticks = tuple(Exposure(int(frame), TICK) for frame in marks.split())
    return CellSheet(exposures, frames, frozenset(drawn.split()), ticks)


def column(filling: Filling) -> str:
    return " ".join(f"{each.frame_no}:{each.number or '×'}" for each in filling.exposures)


def drawn(filling: Filling) -> str:
    """Return "a→b: number@position …; …"."""
    told = []
    for plan in filling.gaps:
        labels = zip(plan.chart.plain.split(", "), plan.drawings, strict=True)
        told.append(f"{plan.a}→{plan.b}: " + " ".join(f"{d.number}@{at}" for at, d in labels))
    return "; ".join(told)


def codes(filling: Filling) -> list[str]:
    return [problem.code for problem in filling.problems]


@pytest.mark.parametrize(
    ("on", "filled"),
    [
        (1, "1:1 22:2 23:3 24:4 25:5"),
        (2, "1:1 19:2 21:3 23:4 25:5"),
        (3, "1:1 16:2 19:3 22:4 25:5"),
        (None, "1:1 7:2 13:3 19:4 25:5"),
    ],
)
def test_drawings_stand_right_before_the_next_key_and_the_hold_stays(on: int | None, filled: str) -> None:
    filling = fill(cell("1:1 25:5", "1 5"), {("1", "5"): Order(parse("even:3"), on)})
    assert column(filling) == filled
    assert drawn(filling) == "1→5: 2@1/4 3@1/2 4@3/4"


def test_the_frames_of_each_drawing_are_told() -> None:
    filling = fill(cell("1:1 7:2", "1 2"), {("1", "2"): Order(parse("1/3,2/3"), 2)})
    assert [(each.number, each.shown) for each in filling.gaps[0].drawings] == [
        ("1a", ((3, 2),)),
        ("1b", ((5, 2),)),
    ]


def test_keys_without_an_order_stay_as_they_are() -> None:
    filling = fill(cell("1:1 9:5 20:×", "1 5"))
    assert (column(filling), filling.gaps, filling.problems) == ("1:1 9:5 20:×", (), ())


def test_what_the_sheet_names_keeps_its_frames_and_is_even_in_time() -> None:
    filling = fill(cell("1:1 21:2 23:3 25:4 27:5", "1 5"))
    assert drawn(filling) == "1→5: 2@1/4 3@1/2 4@3/4"
    assert column(filling) == "1:1 21:2 23:3 25:4 27:5"


def test_a_longer_exposure_moves_the_middle() -> None:
    assert drawn(fill(cell("1:1 3:2 7:3 9:4", "1 4", 10))) == "1→4: 2@3/8 3@3/4"


def test_the_artists_chart_goes_before_the_time() -> None:
    orders = {("1", "4"): Order(parse("halves:2"))}
    assert drawn(fill(cell("1:1 3:2 5:3 7:4", "1 4"), orders)) == "1→4: 2@1/2 3@3/4"
    orders = {("A0001", "4"): Order(parse("half"))}
    filling = fill(cell("1:1 3:2 5:3 7:4", "A0001 4"), orders)
    assert codes(filling) == ["CHART_DIFFERS"]
    assert "2 drawings (2, 3), the chart has 1" in filling.problems[0].message


def test_marks_become_numbered_drawings() -> None:
    filling = fill(cell("1:1 9:3", "1 3", marks="3 5 7"))
    assert column(filling) == "1:1 3:1a 5:1b 7:1c 9:3"
    assert drawn(filling) == "1→3: 1a@1/4 1b@1/2 1c@3/4"


def test_marks_take_numbers_between_the_ones_that_are_named() -> None:
    filling = fill(cell("1:1 7:4 13:9", "1 9", marks="3 5 9 11"))
    assert column(filling) == "1:1 3:2 5:3 7:4 9:5 11:6 13:9"


def test_a_drawing_that_shows_again_is_drawn_once() -> None:
    filling = fill(cell("1:1 3:2 5:3 7:2 9:1 11:2 13:3", "1 3"))
    assert drawn(filling) == "1→3: 2@1/2"
    assert filling.gaps[0].drawings[0].shown == ((3, 2), (7, 2), (11, 2))


def test_what_goes_to_and_fro_inside_a_gap_is_even() -> None:
    assert drawn(fill(cell("1:1 3:2 5:3 7:2 9:3 11:4", "1 4"))) == "1→4: 2@1/3 3@2/3"


def test_the_same_gap_again_shows_the_same_drawings() -> None:
    filling = fill(cell("1:1 9:2 17:1 25:2", "1 2"), {("1", "2"): Order(parse("half"), 2)})
    assert column(filling) == "1:1 7:1a 9:2 17:1 23:1a 25:2"
    assert len(filling.gaps) == 1


def test_the_way_back_is_a_gap_of_its_own() -> None:
    orders = {("1", "2"): Order(parse("half"), 2), ("2", "1"): Order(parse("half"), 1)}
    assert column(fill(cell("1:1 9:2 17:1", "1 2"), orders)) == "1:1 7:1a 9:2 16:1b 17:1"


def test_an_empty_cell_ends_the_movement() -> None:
    gaps, problems = gaps_of(cell("1:1 5:× 9:2 13:3", "1 2 3"))
    assert [(gap.a, gap.b, gap.frames) for gap in gaps] == [("2", "3", 4)]
    assert problems == ()


def test_names_that_are_no_drawings_are_passed_over() -> None:
    assert column(fill(cell("1:1 3:BOOK 9:3", "1 3"), {("1", "3"): Order(parse("half"), 2)})) == (
        "1:1 3:BOOK 7:2 9:3"
    )


@pytest.mark.parametrize(
    ("written", "marks", "code", "said"),
    [
        ("1:9 3:1", "", "NO_KEY_BEFORE", "Drawing 9"),
        ("1:1 3:9", "", "NO_KEY_AFTER", "Drawing 9"),
        ("1:1 3:9 5:×", "", "NO_KEY_AFTER", "Drawing 9"),
        ("1:1 3:9 5:1", "", "SAME_KEY", "between 1 and 1 again"),
        ("1:1", "5", "MARK_WITHOUT_GAP", "frame 5"),
    ],
)
def test_what_lies_between_no_two_keys_is_told(written: str, marks: str, code: str, said: str) -> None:
    filling = fill(cell(written, "1", marks=marks))
    assert (codes(filling), said in filling.problems[0].message) == ([code], True)
    assert filling.gaps == ()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Order(parse("even:4"), 2), "GAP_TOO_SHORT"),
        (Order(parse("even:9"), None), "GAP_TOO_SHORT"),
        (Order(parse("half"), 0), "EXPOSURE_NOT_ONE"),
        (Order(parse("half"), 2, ("5",)), "NUMBER_TAKEN"),
        (Order(parse("thirds"), 2, ("3", "3")), "NUMBER_TAKEN"),
        (Order(parse("half"), 2, ("7", "8")), "NUMBERS_DIFFER"),
        (Order(parse("half"), 2, ("x",)), "NUMBER_NOT_ONE"),
    ],
)
def test_an_order_that_does_not_fit_is_told_and_the_other_gaps_are_filled(order: Order, code: str) -> None:
    orders = {("1", "5"): order, ("5", "9"): Order(parse("half"), 2)}
    filling = fill(cell("1:1 9:5 17:9", "1 5 9"), orders)
    assert codes(filling) == [code]
    assert column(filling) == "1:1 9:5 15:6 17:9"


def test_an_order_for_keys_that_never_meet_is_told_with_those_that_do() -> None:
    filling = fill(cell("1:1 9:5 17:9", "1 5 9"), {("1", "9"): Order(parse("half"))})
    assert codes(filling) == ["GAP_NOT_THERE"]
    assert "1 → 5, 5 → 9" in filling.problems[0].message


def test_chosen_numbers_are_taken() -> None:
    order = Order(parse("thirds"), 2, ("12", "13"))
    assert column(fill(cell("1:1 9:5", "1 5"), {("1", "5"): order})) == "1:1 5:12 7:13 9:5"


def test_two_keys_without_a_sheet_get_one() -> None:
    filling = pair_sheet("A0001", "A0002", Order(parse("halves:2"), 3))
    assert column(filling) == "1:A0001 4:A0001a 7:A0001b 10:A0002"
    with pytest.raises(BadTiming):
        pair_sheet("1", "2", Order(parse("even:30")))


@st.composite
def sheets(draw: st.DrawFn) -> CellSheet:
    """Keys in any order of their numbers, held for 1 to 30 frames, with empty stretches."""
    count = draw(st.integers(2, 6))
    numbers = draw(st.lists(st.integers(1, 40), min_size=count, max_size=count, unique=True))
    frame, exposures = 1, []
    for number in numbers:
        exposures.append(Exposure(frame, str(number)))
        frame += draw(st.integers(1, 30))
        if draw(st.integers(0, 5)) == 0:
            exposures.append(Exposure(frame, None))
            frame += draw(st.integers(1, 5))
    return CellSheet(tuple(exposures), frame, frozenset(map(str, numbers)))


ORDERS = st.builds(
    Order,
    st.builds(
        lambda name, n: parse(f"{name}:{n}"),
        st.sampled_from(["even", "halves", "ease-out"]),
        st.integers(1, 6),
    ),
    st.sampled_from([1, 2, 3, None]),
)


@given(sheets(), st.data())
def test_a_filled_sheet_keeps_every_key_and_every_new_drawing_lies_between_its_own(
    sheet: CellSheet, data: st.DataObject
) -> None:
    gaps, _none = gaps_of(sheet)
    orders = {(gap.a, gap.b): data.draw(ORDERS) for gap in gaps}
    filling = fill(sheet, orders)
    assert set(sheet.exposures) <= set(filling.exposures)
    assert len(filling.gaps) + len(filling.problems) == len(gaps)
    numbers = [each.number for plan in filling.gaps for each in plan.drawings]
    assert len(set(numbers)) == len(numbers)
    assert not set(numbers) & sheet.drawn
    around = {(gap.a, gap.b): gap for gap in gaps}
    for plan in filling.gaps:
        gap, order = around[plan.a, plan.b], orders[plan.a, plan.b]
        places = [read(each).place for each in (plan.a, *(d.number for d in plan.drawings), plan.b)]
        assert places in (sorted(places), sorted(places, reverse=True))
        assert tuple(each.position for each in plan.drawings) == order.chart.positions
        frames = [each.shown[0] for each in plan.drawings]
        assert gap.a_frame_no < frames[0][0]
        assert all(start + length == after for (start, length), (after, _n) in pairwise(frames))
        assert sum(frames[-1]) == gap.b_frame_no
        assert order.on is None or {length for _start, length in frames} == {order.on}


@given(sheets(), st.integers(1, 5), st.sampled_from([1, 2, 3]))
def test_a_filled_sheet_read_again_asks_for_the_same_drawings(sheet: CellSheet, count: int, on: int) -> None:
    gaps, _none = gaps_of(sheet)
    filling = fill(sheet, {(gap.a, gap.b): Order(parse(f"even:{count}"), on) for gap in gaps})
    assume(filling.gaps)
    again = fill(CellSheet(filling.exposures, sheet.duration_frames, sheet.drawn))
    assert again.exposures == filling.exposures
    assert again.problems == ()
    assert [[each.number for each in plan.drawings] for plan in again.gaps] == [
        [each.number for each in plan.drawings] for plan in filling.gaps
    ]
    drawn_now = sheet.drawn | {each.number for plan in filling.gaps for each in plan.drawings}
    assert fill(CellSheet(filling.exposures, sheet.duration_frames, drawn_now)).gaps == ()


@given(sheets(), st.integers(1, 5), st.sampled_from([1, 2, 3]))
def test_even_exposures_give_even_positions_where_the_keys_are_as_long(
    sheet: CellSheet, count: int, on: int
) -> None:
    for gap in gaps_of(sheet)[0]:
        filling = fill(sheet, {(gap.a, gap.b): Order(parse(f"even:{count}"), on)})
        if filling.gaps and gap.frames - count * on >= on and gap.b_frames >= on:
            named = CellSheet(filling.exposures, sheet.duration_frames, sheet.drawn)
            assert fill(named).gaps[0].chart.positions == parse(f"even:{count}").positions


@pytest.mark.parametrize("written", ["", "1:BOOK", "1:×"])
def test_a_column_without_drawings_is_filled_with_nothing(written: str) -> None:
    filling = fill(cell(written, ""))
    assert (filling.gaps, filling.problems, column(filling)) == ((), (), written)


STEPS = st.tuples(
    st.sampled_from(["1", "2", "2a", "3", "5", "8", "9", "×", "BOOK", "○"]), st.integers(1, 6), st.booleans()
)


@given(st.lists(STEPS, max_size=14), st.data())
def test_any_column_is_filled_without_drawing_a_number_twice(
    steps: list[tuple[str, int, bool]], data: st.DataObject
) -> None:
    frame, exposures, marks, there = 1, [], [], set()
    for number, frames, is_drawn in steps:
        if number == "○":
            marks.append(Exposure(frame, TICK))
        else:
            exposures.append(Exposure(frame, None if number == "×" else number))
        there |= {number} if is_drawn and number[0].isdigit() else set()
        frame += frames
    sheet = CellSheet(tuple(exposures), frame, frozenset(there), tuple(marks))
    orders = {(gap.a, gap.b): data.draw(ORDERS) for gap in gaps_of(sheet)[0]}
    filling = fill(sheet, orders)
    numbers = [read(each.number).place for plan in filling.gaps for each in plan.drawings]
    assert len(set(numbers)) == len(numbers)
    assert not set(numbers) & {read(number).place for number in there}
    assert all(each.shown for plan in filling.gaps for each in plan.drawings)
    assert all(problem.message for problem in filling.problems)
    before, after = (shown(each, frame) for each in (sheet.exposures, filling.exposures))
    made = {read(each).place for each in after if each} - {read(each).place for each in before if each}
    assert all(new == old or read(new or "").place in made for old, new in zip(before, after, strict=True))


def shown(exposures: tuple[Exposure, ...], frames: int) -> list[str | None]:
    """Return which drawing shows at each frame; a name such as BOOK shows none."""
    found: list[str | None] = [None] * frames
    for each in exposures:
        if each.number != "BOOK":
            found[each.frame_no - 1 :] = [each.number] * (frames - each.frame_no + 1)
    return found


def test_a_key_that_the_sheet_says_again_while_it_is_held_does_not_come_between() -> None:
    sheet = cell("1:1 3:1 6:1 9:5", "1 5")
    assert column(fill(sheet, {("1", "5"): Order(parse("even:3"), 2)})) == "1:1 3:2 5:3 7:4 9:5"
    assert column(fill(sheet, {("1", "5"): Order(parse("half"), 2)})) == "1:1 3:1 6:1 7:2 9:5"
