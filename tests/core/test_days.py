"""The day of a moment in SQL is the day of the studio's own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from studio.core.days import Day, start_of
from studio.core.models import Worker


@pytest.mark.parametrize(("zone", "day"), [("UTC", date(2026, 11, 20)), ("Asia/Tokyo", date(2026, 11, 21))])
def test_an_evening_in_utc_is_the_next_day_in_tokyo(db: None, zone: str, day: date) -> None:
    evening = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    Worker.objects.create(name="a", started_at=evening, seen_at=evening)
    with timezone.override(zone):
        found = Worker.objects.annotate(day=Day("started_at")).values_list("day", flat=True)
        assert list(found) == [day]
        assert timezone.localtime(start_of(day)).date() == day
        assert start_of(day) <= evening
