"""The verdict on a week and its reasons in sentences, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qa import danger
from qa.danger import Outlook, Reason, Week


@dataclass(frozen=True)
class Verdict:
    """What stands at the top of the overview: a word, a sentence, and the mark that goes with it."""

    word: str
    sentence: str
    mark: str  # the status class whose shape says the same without colour


@dataclass(frozen=True)
class SpokenReason:
    """A reason with its sentence."""

    reason: Reason
    sentence: str
    mark: str
    word: str


def day_of(day: date) -> str:
    """Return a day with its weekday, as people say it."""
    return _("%(weekday)s, %(day)s") % {
        "weekday": date_format(day, "D"),
        "day": date_format(day, "MONTH_DAY_FORMAT"),
    }


def verdict_of(outlook: Outlook, week: Week) -> Verdict:
    """Return the verdict's words."""
    values = {"day": day_of(week.until)}
    if outlook.level == danger.DANGER:
        return Verdict(
            _("In danger"),
            _("At the present pace this week's work will not be done by %(day)s.") % values,
            "bad",
        )
    if outlook.level == danger.TIGHT:
        return Verdict(
            _("Tight"), _("The work until %(day)s can be done, but little may go wrong.") % values, "warn"
        )
    if outlook.level == danger.SAFE:
        return Verdict(
            _("Safe"), _("What is due until %(day)s will be done at the present pace.") % values, "ok"
        )
    return Verdict(
        _("Cannot be told"),
        _(
            "No open work has a due date. Give episodes, cuts or stages one, and this page says how the week stands."
        ),
        "todo",
    )


def spoken(outlook: Outlook, week: Week) -> list[SpokenReason]:
    """Return every reason with its sentence, worst first."""
    words = {danger.DANGER: ("bad", _("danger")), danger.TIGHT: ("warn", _("tight"))}
    return [SpokenReason(each, sentence(each, week), *words[each.level]) for each in outlook.reasons]


def sentence(reason: Reason, week: Week) -> str:
    """Return why the week is not safe, with the numbers."""
    values: dict[str, Any] = {
        "episode": reason.episode,
        "n": reason.count,
        "stage": reason.stage,
        "will": reason.will,
        "of": reason.of,
        "day": day_of(week.until),
        "days": week.pace_days,
        "pace": number_format(round(reason.per_day, 1), 1),
    }
    return _TEMPLATES[reason.code](reason) % values


def _behind(reason: Reason) -> str:
    return ngettext(
        "%(episode)s: %(n)d cut due by %(day)s is not through %(stage)s; at the pace of the last %(days)d days "
        "(%(pace)s a day) %(will)d will be done.",
        "%(episode)s: %(n)d cuts due by %(day)s are not through %(stage)s; at the pace of the last %(days)d days "
        "(%(pace)s a day) %(will)d will be done.",
        reason.count,
    )


def _late(reason: Reason) -> str:
    return ngettext(
        "%(episode)s: %(n)d of %(of)d cuts is late.",
        "%(episode)s: %(n)d of %(of)d cuts are late.",
        reason.count,
    )


def _nobody(reason: Reason) -> str:
    return ngettext(
        "%(episode)s: %(n)d of %(of)d cuts due by %(day)s has a stage that nobody has.",
        "%(episode)s: %(n)d of %(of)d cuts due by %(day)s have a stage that nobody has.",
        reason.count,
    )


def _retakes(reason: Reason) -> str:
    if not reason.of:
        return ngettext(
            "%(episode)s: %(n)d cut waits for a retake.",
            "%(episode)s: %(n)d cuts wait for retakes.",
            reason.count,
        )
    return ngettext(
        "%(episode)s: %(n)d cut waits for a retake, %(of)d of them longer than agreed.",
        "%(episode)s: %(n)d cuts wait for retakes, %(of)d of them longer than agreed.",
        reason.count,
    )


def _flags(reason: Reason) -> str:
    return ngettext(
        "%(n)d open flag lies on cuts due by %(day)s; at the pace of the last %(days)d days (%(pace)s a day) "
        "%(will)d will be decided.",
        "%(n)d open flags lie on cuts due by %(day)s; at the pace of the last %(days)d days (%(pace)s a day) "
        "%(will)d will be decided.",
        reason.count,
    )


_TEMPLATES = {
    danger.BEHIND: _behind,
    danger.LATE: _late,
    danger.NOBODY: _nobody,
    danger.RETAKES: _retakes,
    danger.FLAGS: _flags,
}
