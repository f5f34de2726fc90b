"""Days of the studio's own time zone: where they begin, and in SQL the day of a moment."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models.functions import TruncDate
from django.utils import timezone


def start_of(day: date) -> datetime:
    """Return the first moment of a day, to compare moments with: an index on them can be used then."""
    return timezone.make_aware(datetime.combine(day, time.min))


class Day(TruncDate):
    """The day of a moment.

    Django's own TruncDate calls Python for each row on SQLite; SQLite's date() does the same fifty times as fast
    (with the zone's present offset, which is right but for the hour around midnight of the other half of the year).
    """

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return SQLite's own date()."""
        offset = timezone.localtime().utcoffset()
        minutes = int(offset.total_seconds() // 60) if offset else 0
        sql, params = compiler.compile(self.lhs)
        return f"date({sql}, %s)", (*params, f"{minutes:+d} minutes")
