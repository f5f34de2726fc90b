"""Whether the week is in danger: a plain rule over counts, without database, so that it can be read and tested.

A week is today and the six days after it. For each episode five things are looked at, and each that is not well is
a reason with a level; the worst reason is the verdict.

- behind: for each stage, how many cuts that are due within the week are not through it, against how many will be at
  the pace of the last fourteen days (approvals of that stage a day × days left, rounded down; where work began later,
  over the days since, but seven at least). Danger when at least three cuts and more than a fifth of them will be
  missing; tight when one will be missing, or when of five or more the pace leaves less than a fifth to spare. Of
  several stages that are behind only the one that misses most counts.
- late: cuts with a stage that was due before today. Danger from three cuts and a twentieth of the episode on.
- nobody: cuts due within the week with a stage that nobody has and that is not handed in yet. Danger from three cuts
  and a fifth of those due on.
- retakes: open orders. Danger when at least three and a twentieth of the episode are overdue; tight when one is, or
  when a tenth of the episode (and at least three cuts) has an open order.
- flags: open flags of cuts due within the week against the verdicts given a day, of the whole production. Danger from
  fifty flags on of which not half will be decided; tight when not all will be.

Without any due date nothing can be told, and that is said instead of "safe".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

SAFE, TIGHT, DANGER, UNKNOWN = "safe", "tight", "danger", "unknown"
BEHIND, LATE, NOBODY, RETAKES, FLAGS = "behind", "late", "nobody", "retakes", "flags"
CODES = (BEHIND, LATE, NOBODY, RETAKES, FLAGS)
WEEK_DAYS, PACE_DAYS = 7, 14

_FEW_CUTS = 3
_MISSING_SHARE = 0.2
_SPARE_SHARE, _SPARE_FROM_CUTS = 1.2, 5
_LATE_SHARE = 0.05
_NOBODY_SHARE = 0.2
_RETAKE_SHARE = 0.1
_MANY_FLAGS = 50
_LEVELS = {DANGER: 0, TIGHT: 1}


@dataclass(frozen=True)
class StageLoad:
    """Cuts of an episode that are due within the week and not through `stage`, and the stage's approvals a day."""

    stage: str
    waiting: int
    per_day: float


@dataclass(frozen=True)
class EpisodeWeek:
    """What one episode has before it. `cuts` counts all that are made, `due` those with open work due in the week."""

    code: str
    cuts: int
    due: int = 0
    stages: tuple[StageLoad, ...] = ()
    late: int = 0
    nobody: int = 0
    retakes_open: int = 0
    retakes_overdue: int = 0
    flags_open: int = 0  # of the cuts that are due


@dataclass(frozen=True)
class Week:
    """What is known of a production on one day. `has_due_dates` is False where no open work has any date."""

    until: date
    days_left: int
    pace_days: int
    episodes: tuple[EpisodeWeek, ...]
    verdicts_per_day: float
    has_due_dates: bool


@dataclass(frozen=True)
class Reason:
    """Why the week is not safe: `count` things, of which `will` be done at `per_day`; `of` is what they are out of.

    `episode` is empty where the whole production is meant.
    """

    code: str
    level: str
    episode: str
    count: int
    stage: str = ""
    will: int = 0
    per_day: float = 0.0
    of: int = 0


@dataclass(frozen=True)
class Outlook:
    """The verdict and its reasons, worst first."""

    level: str
    reasons: tuple[Reason, ...]


def judge(week: Week) -> Outlook:
    """Return the verdict on a week with every reason for it."""
    found = [reason for episode in week.episodes for reason in _of_episode(episode, week)]
    if flags := _flags(week):
        found.append(flags)
    found.sort(key=lambda reason: (_LEVELS[reason.level], CODES.index(reason.code), -reason.count))
    if found:
        return Outlook(found[0].level, tuple(found))
    return Outlook(SAFE if week.has_due_dates else UNKNOWN, ())


def _of_episode(episode: EpisodeWeek, week: Week) -> Iterator[Reason]:
    behind = [reason for load in episode.stages if (reason := _behind(episode, load, week.days_left))]
    if behind:
        # The later stage waits for the earlier one, so of equals the later says more about the delivery.
        yield min(reversed(behind), key=lambda reason: (_LEVELS[reason.level], reason.will - reason.count))
    if episode.late:
        level = DANGER if episode.late >= _enough(episode.cuts, _LATE_SHARE) else TIGHT
        yield Reason(LATE, level, episode.code, episode.late, of=episode.cuts)
    if episode.nobody:
        level = DANGER if episode.nobody >= _enough(episode.due, _NOBODY_SHARE) else TIGHT
        yield Reason(NOBODY, level, episode.code, episode.nobody, of=episode.due)
    if reason := _retakes(episode):
        yield reason


def _behind(episode: EpisodeWeek, load: StageLoad, days_left: int) -> Reason | None:
    will = int(load.per_day * days_left + 1e-9)
    missing = load.waiting - will
    if missing >= _FEW_CUTS and missing > _MISSING_SHARE * load.waiting:
        level = DANGER
    elif missing > 0 or (load.waiting >= _SPARE_FROM_CUTS and will < _SPARE_SHARE * load.waiting):
        level = TIGHT
    else:
        return None
    return Reason(
        BEHIND,
        level,
        episode.code,
        load.waiting,
        stage=load.stage,
        will=min(will, load.waiting),
        per_day=load.per_day,
        of=episode.cuts,
    )


def _retakes(episode: EpisodeWeek) -> Reason | None:
    if episode.retakes_overdue >= _enough(episode.cuts, _LATE_SHARE):
        level = DANGER
    elif episode.retakes_overdue or episode.retakes_open >= _enough(episode.cuts, _RETAKE_SHARE):
        level = TIGHT
    else:
        return None
    return Reason(RETAKES, level, episode.code, episode.retakes_open, of=episode.retakes_overdue)


def _flags(week: Week) -> Reason | None:
    waiting = sum(episode.flags_open for episode in week.episodes)
    will = int(week.verdicts_per_day * week.days_left + 1e-9)
    if waiting <= will:
        return None
    level = DANGER if waiting >= _MANY_FLAGS and will < waiting / 2 else TIGHT
    return Reason(FLAGS, level, "", waiting, will=will, per_day=week.verdicts_per_day)


def _enough(whole: int, share: float) -> float:
    """Return from how many on a share of `whole` weighs heavily: never from fewer than three."""
    return max(_FEW_CUTS, share * whole)
