"""What grows: measured by a worker, kept by day, so that the health page can tell growth without walking folders."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from studio.core.models import Gauge

DATA, BLOBS = "data_bytes", "blobs_bytes"
_KEEP_DAYS = 400


def set_value(name: str, value: int) -> None:
    """Keep today's value; the day's last one counts."""
    Gauge.objects.update_or_create(name=name, day=timezone.localdate(), defaults={"value": value})


def newest(name: str) -> Gauge | None:
    """Return the last value."""
    return Gauge.objects.filter(name=name).order_by("-day").first()


def growth_per_day(name: str, days: int = 7) -> float | None:
    """Return by how much a value grew a day over the last days; None where it is not known yet."""
    last = newest(name)
    if last is None:
        return None
    since = last.day - timedelta(days=days)
    first = Gauge.objects.filter(name=name, day__gte=since, day__lt=last.day).order_by("day").first()
    return (last.value - first.value) / (last.day - first.day).days if first else None


def measure_disk() -> None:
    """Measure the data folder and the stored files in it."""
    set_value(DATA, _size_of(Path(settings.VAR_DIR)))
    if not str(settings.BLOBS).startswith("s3://"):
        set_value(BLOBS, _size_of(Path(settings.BLOBS)))
    Gauge.objects.filter(day__lt=timezone.localdate() - timedelta(days=_KEEP_DAYS)).delete()


def _size_of(folder: Path) -> int:
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:  # gone between listing and looking
            continue
    return total
