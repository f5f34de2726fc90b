"""Spacing charts as artists write them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets import spacing
from assets.spacing import label_of, of, parse
from assets.timing_words import TEMPLATES, BadTiming

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/inbetween_command.md"
ROWS = re.findall(
    r"^\| `([^`]+)` \| (?:`([^`]+)`)? ?\| (\d[^|]*?) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE
)
WRITTEN = [
    ("1/3,2/3", "1/3, 2/3"),
    ("2/3 , 1 / 3", "1/3, 2/3"),
    ("0.25, 0.5", "1/4, 1/2"),
    ("50%", "1/2"),
    (".5", "1/2"),
    ("1/4 1/2 3/4", "1/4, 1/2, 3/4"),
    ("1/4; 3/4\n7/8", "1/4, 3/4, 7/8"),
    ("33.3%", "0.333"),
    ("half", "1/2"),
    ("thirds", "1/3, 2/3"),
    ("quarters", "1/4, 1/2, 3/4"),
    ("even:3", "1/4, 1/2, 3/4"),
    ("Even 3", "1/4, 1/2, 3/4"),
    ("halves:3", "1/2, 3/4, 7/8"),
    ("halves-b:3", "1/2, 3/4, 7/8"),
    ("halves-a:3", "1/8, 1/4, 1/2"),
    ("ease-in:4", "9/25, 16/25, 21/25, 24/25"),
    ("ease out: 4", "1/25, 4/25, 9/25, 16/25"),
    ("ease:3", "5/32, 1/2, 27/32"),
    ("favour-a:1", "1/3"),
    ("favour-b:1", "2/3"),
    ("favor-a:2", "1/5, 1/2"),
    ("even:1, 7/8", "1/2, 7/8"),
    ("½", "1/2"),
    ("中割 1/2", "1/2"),
    ("中割り1/3 2/3", "1/3, 2/3"),
    ("中3枚", "1/4, 1/2, 3/4"),
    ("均等 3", "1/4, 1/2, 3/4"),
    ("均等３枚", "1/4, 1/2, 3/4"),
    ("3枚", "1/4, 1/2, 3/4"),
    ("ツメ 3", "1/2, 3/4, 7/8"),
    ("ﾂﾒ３", "1/2, 3/4, 7/8"),
    ("後ヅメ 3", "1/2, 3/4, 7/8"),
    ("前ヅメ：３", "1/8, 1/4, 1/2"),
    ("両ヅメ3", "5/32, 1/2, 27/32"),
    ("前寄り1", "1/3"),
    ("3分の1、３分の２", "1/3, 2/3"),
    ("１／４，１／２・３／４", "1/4, 1/2, 3/4"),
    ("２５％", "1/4"),
]


@pytest.mark.parametrize(("text", "plain"), WRITTEN)
def test_a_chart_is_read_as_the_artist_wrote_it(text: str, plain: str) -> None:
    chart = parse(text)
    assert chart.plain == plain
    assert chart.text == " ".join(text.split())


@pytest.mark.parametrize(("text", "in_japanese", "plain"), ROWS)
def test_the_table_of_the_documents_is_right(text: str, in_japanese: str, plain: str) -> None:
    assert {parse(each).plain for each in (text, in_japanese) if each} == {plain}


def test_the_table_of_the_documents_names_every_name() -> None:
    written = {re.sub(r":.*", "", text) for text, _in_japanese, _plain in ROWS}
    assert {name.removesuffix(":3") for name in spacing.names()} <= written


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "CHART_EMPTY", "even:3"),
        (" , 、", "CHART_EMPTY", "even:3"),
        ("1/2, foo:3", "CHART_UNKNOWN", "“foo:3”"),
        ("1..2", "CHART_UNKNOWN", "“1..2”"),
        ("even", "CHART_NO_COUNT", "even:3"),
        ("中割", "CHART_NO_COUNT", "even:3"),
        ("thirds:2", "CHART_NO_COUNT_TAKEN", "even:2"),
        ("even:0", "CHART_COUNT", "“even:0”"),
        ("even:61", "CHART_COUNT", "1 to 60"),
        ("even:40, ease:33", "CHART_TOO_MANY", "73 positions"),
        ("0", "CHART_ON_KEY", "key A"),
        ("1/2, 100%", "CHART_ON_KEY", "key B"),
        ("3", "CHART_BEYOND", "even:3 for 3 drawings"),
        ("1/4, 5/4", "CHART_BEYOND", "“5/4” lies beyond key B"),
        ("-1/2", "CHART_BEYOND", "beyond key A"),
        ("1/0", "CHART_BEYOND", "“1/0”"),
        ("1/2, 0.5", "CHART_TWICE", "as “1/2”"),
        ("1/2, 50.01%", "CHART_TOO_NEAR", "“50.01%”"),
        ("0.9999", "CHART_TOO_NEAR", "“0.9999” lies nearer to key B"),
        ("halves:12", "CHART_TOO_FINE", "Take fewer"),
        ("1/2," * 600, "CHART_TOO_LONG", "2400"),
    ],
)
def test_what_cannot_be_read_names_the_piece_and_the_way_out(text: str, code: str, said: str) -> None:
    with pytest.raises(BadTiming) as raised:
        parse(text)
    assert (raised.value.code, said in raised.value.message) == (code, True), raised.value.message


def test_every_name_that_is_offered_can_be_used() -> None:
    assert [len(parse(name)) for name in spacing.names()] == [3] * 9 + [1, 2, 3]


def test_in_is_into_key_b_and_out_is_out_of_key_a() -> None:
    (into, out) = (parse(text).positions for text in ("ease-in:5", "ease-out:5"))
    steps_in, steps_out = ([b - a for a, b in pairwise((0, *each, 1))] for each in (into, out))
    assert steps_in == sorted(steps_in, reverse=True)
    assert steps_out == sorted(steps_out)


@given(
    st.text(max_size=60) | st.text("0123456789/.,% :-中割均等ツメ前後ヅ枚分のevnhalsfour-abi、", max_size=24)
)
def test_any_text_is_a_chart_or_a_clear_refusal(text: str) -> None:
    try:
        positions = parse(text).positions
    except BadTiming as refusal:
        positions = None
        said = TEMPLATES[refusal.code].format_map(refusal.data)
    if positions is None:
        assert said
        return
    assert 0 < len(positions) <= spacing.MOST
    assert all(0 < at < 1 for at in positions)
    assert all(before < after for before, after in pairwise(positions))


POSITIONS = st.lists(st.integers(1, 998), min_size=1, max_size=60, unique=True).map(
    lambda numbers: [number / 999 for number in sorted(numbers)]
)


@given(POSITIONS)
def test_positions_written_down_and_read_again_are_the_same(positions: list[float]) -> None:
    chart = of(positions)
    assert chart.positions == tuple(positions)
    assert parse(chart.plain) == chart
    assert chart.turned().turned().positions == pytest.approx(chart.positions)


@pytest.mark.parametrize("name", [name.removesuffix(":3") for name in spacing.names()[:-3]])
@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_named_charts_survive_being_written_as_positions(name: str, count: int) -> None:
    chart = parse(f"{name}:{count}")
    assert len(chart) == count
    assert parse(chart.plain).positions == chart.positions


def test_the_breakdown_is_drawn_first() -> None:
    assert parse("even:7").order == (3, 1, 5, 0, 2, 4, 6)
    assert parse("halves:3").order == (0, 1, 2)
    assert parse("halves-a:3").order == (2, 1, 0)


@given(POSITIONS)
def test_a_drawing_is_drawn_from_two_that_are_there_already(positions: list[float]) -> None:
    chart = of(positions)
    ticks = chart.ticks()
    assert [tick.index for tick in ticks] == list(range(len(positions)))
    assert sorted(chart.order) == list(range(len(positions)))
    there = {0.0, 1.0}
    for index in chart.order:
        low, high = ticks[index].between
        assert {low, high} <= there
        assert low < ticks[index].position < high
        there.add(ticks[index].position)


def test_a_ladder_says_from_what_each_drawing_is_drawn() -> None:
    breakdown, second = parse("1/2, 3/4").ticks()
    assert (breakdown.level, breakdown.between, breakdown.share) == (1, (0.0, 1.0), "1/2")
    assert (second.level, second.between, second.share) == (2, (0.5, 1.0), "1/2")
    assert [tick.share for tick in parse("thirds").ticks()] == ["1/3", "1/2"]
    assert parse("0.313, 0.777").ticks()[1].share == "0.675"


def test_a_position_is_written_as_a_fraction_only_where_it_is_one() -> None:
    assert (label_of(1 / 3), label_of(0.3333)) == ("1/3", "0.3333")
