"""Lines of days as the page's chart script reads them: plain JSON with every word in the reader's language.

`x` holds days as seconds since 1970 UTC; a value may be null. A series has a label, a colour's name (a token of
charts.css, never a colour) and how it is drawn: bars, line, dotted or steps. `stacked` bars stand on each other.
`today` is marked.
"""

from __future__ import annotations

from calendar import timegm
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qa.choices import RetakeReason
from qa.figures import Lines

_HUES = ("a", "b", "c", "d", "e", "f", "g", "h")


def flags_chart(lines: Lines) -> dict[str, Any]:
    """Return flags found as bars and decided as a line."""
    looks = {"found": (_("found"), "a", "bars"), "decided": (_("decided"), "b", "line")}
    return _chart(lines, looks, unit="day")


def burn_chart(lines: Lines) -> dict[str, Any]:
    """Return the cuts that are left against those that should be left."""
    looks = {
        "left": (_("cuts left"), "a", "line"),
        "due": (_("left by the due dates"), "b", "steps"),
        "pace": (_("at the present pace"), "a", "dotted"),
    }
    return {**_chart(lines, looks, unit="day"), "today": _seconds(timezone.localdate())}


def retakes_chart(lines: Lines) -> dict[str, Any]:
    """Return the reasons of retakes by week, one on the other."""
    looks = {
        code: (reason_name(code), hue, "bars")
        for (code, _values), hue in zip(lines.series, _HUES, strict=False)
    }
    return {**_chart(lines, looks, unit="week"), "stacked": True}


def alarms_chart(lines: Lines) -> dict[str, Any]:
    """Return alarms per 100 clean cuts by week against the promise, with the ends of the interval."""
    looks = {
        "realised": (_("alarms per 100 clean cuts"), "a", "bars"),
        "promised": (_("promised"), "b", "line"),
        "low": (_("95 % from"), "c", "dotted"),
        "high": (_("95 % to"), "c", "dotted"),
    }
    return _chart(lines, looks, unit="week")


def reason_name(code: str) -> str:
    """Return a retake's reason in words."""
    return str(RetakeReason(code).label) if code in RetakeReason.values else _("no reason given")


def _chart(lines: Lines, looks: Mapping[str, tuple[str, str, str]], unit: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "x": [_seconds(day) for day in lines.days],
        "series": [
            {
                "label": looks[code][0],
                "hue": looks[code][1],
                "draw": looks[code][2],
                "values": [None if value is None else round(value, 1) for value in values],
            }
            for code, values in lines.series
        ],
    }


def _seconds(day: date) -> int:
    return timegm(day.timetuple())
