"""The rule that says whether the week is in danger, from tables."""

from __future__ import annotations

from datetime import date

import pytest

from qa import danger
from qa.danger import (
    BEHIND,
    DANGER,
    FLAGS,
    LATE,
    NOBODY,
    RETAKES,
    SAFE,
    TIGHT,
    UNKNOWN,
    EpisodeWeek,
    StageLoad,
    Week,
)


def week(*episodes: EpisodeWeek, verdicts: float = 100.0, dated: bool = True) -> Week:
    return Week(date(2026, 11, 27), 7, 14, episodes, verdicts, dated)


def one(**fields: object) -> Week:
    return week(EpisodeWeek("EP03", **{"cuts": 100, "due": 40, **fields}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("waiting", "per_day", "level", "will"),
    [
        (0, 0.0, SAFE, None),
        (41, 23 / 7, DANGER, 23),  # the issue's own sentence
        (41, 5.0, TIGHT, 35),  # six short, but that is less than a fifth
        (41, 6.0, TIGHT, 41),  # just enough leaves nothing to spare
        (41, 7.2, SAFE, None),  # a fifth to spare
        (10, 8 / 7, TIGHT, 8),  # exactly a fifth short
        (3, 0.0, DANGER, 0),  # nothing moves, and three cuts are due
        (2, 0.0, TIGHT, 0),  # two cuts are no danger
        (4, 4 / 7, SAFE, None),  # a handful that will just be done
        (5, 5 / 7, TIGHT, 5),
    ],
)
def test_a_stage_is_behind_when_its_pace_does_not_reach(
    waiting: int, per_day: float, level: str, will: int | None
) -> None:
    found = danger.judge(one(stages=(StageLoad("PT", waiting, per_day),)))
    assert found.level == level
    assert [reason.will for reason in found.reasons] == ([] if will is None else [will])


@pytest.mark.parametrize(
    ("fields", "code", "level"),
    [
        ({"late": 1}, LATE, TIGHT),
        ({"late": 4}, LATE, TIGHT),
        ({"late": 5}, LATE, DANGER),
        ({"late": 2, "cuts": 20}, LATE, TIGHT),
        ({"late": 3, "cuts": 20}, LATE, DANGER),
        ({"nobody": 1}, NOBODY, TIGHT),
        ({"nobody": 8}, NOBODY, DANGER),
        ({"nobody": 2, "due": 2}, NOBODY, TIGHT),
        ({"retakes_open": 9}, "", SAFE),
        ({"retakes_open": 10}, RETAKES, TIGHT),
        ({"retakes_open": 1, "retakes_overdue": 1}, RETAKES, TIGHT),
        ({"retakes_open": 5, "retakes_overdue": 5}, RETAKES, DANGER),
        ({"flags_open": 700}, "", SAFE),
        ({"flags_open": 701}, FLAGS, TIGHT),
        ({"flags_open": 1400}, FLAGS, TIGHT),
        ({"flags_open": 1401}, FLAGS, DANGER),
    ],
)
def test_each_reason_has_its_limits(fields: dict[str, int], code: str, level: str) -> None:
    found = danger.judge(one(**fields))
    assert found.level == level
    assert [reason.code for reason in found.reasons] == ([code] if code else [])


def test_a_few_flags_are_no_danger_even_when_nobody_decides() -> None:
    few = EpisodeWeek("EP03", 100, flags_open=49)
    assert danger.judge(week(few, verdicts=0.0)).level == TIGHT


def test_only_the_stage_that_misses_most_is_named() -> None:
    loads = (StageLoad("AD", 30, 1.0), StageLoad("PT", 41, 1.0), StageLoad("COMP", 20, 1.0))
    assert [reason.stage for reason in danger.judge(one(stages=loads)).reasons] == ["PT"]


def test_of_stages_that_miss_the_same_the_later_is_named() -> None:
    loads = (StageLoad("AD", 30, 0.0), StageLoad("PT", 30, 0.0))
    assert danger.judge(one(stages=loads)).reasons[0].stage == "PT"


def test_the_worst_reason_is_the_verdict_and_stands_first() -> None:
    calm, bad = EpisodeWeek("EP01", 100, late=1), EpisodeWeek("EP02", 100, due=10, nobody=5)
    found = danger.judge(week(calm, bad))
    assert found.level == DANGER
    assert [(reason.episode, reason.code) for reason in found.reasons] == [("EP02", NOBODY), ("EP01", LATE)]


def test_the_issue_says_behind_before_late_when_both_are_bad() -> None:
    found = danger.judge(one(late=50, stages=(StageLoad("PT", 41, 1.0),)))
    assert [reason.code for reason in found.reasons] == [BEHIND, LATE]


def test_without_due_dates_nothing_can_be_told() -> None:
    assert danger.judge(week(EpisodeWeek("EP01", 100), dated=False)).level == UNKNOWN
    assert danger.judge(week(EpisodeWeek("EP01", 100))).level == SAFE
    assert danger.judge(week(dated=False)).level == UNKNOWN
