"""Clears away what nobody will send any more: uploads that stopped long ago, and bytes whose upload is over."""

from __future__ import annotations

import shutil
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assets.choices import UploadState
from assets.models import Upload
from assets.services import arrivals
from studio.core import audit
from studio.core.choices import JobState
from studio.core.models import Job

KEPT_FOR = timedelta(days=14)


def clear(kept_for: timedelta = KEPT_FOR) -> int:
    """Remove uploads that are no take and older than `kept_for`, and bytes without an upload; return how many.

    Raises nothing for what somebody takes up meanwhile: it is left alone.
    """
    return _clear_rows(kept_for) + _clear_bytes(kept_for)


def _clear_rows(kept_for: timedelta) -> int:
    waiting = [UploadState.OPEN, UploadState.REFUSED]
    old = Upload.objects.filter(state__in=waiting, take=None, created_at__lt=timezone.now() - kept_for)
    cleared = 0
    for upload in old.select_related("cut__episode"):
        with transaction.atomic():
            locked = Upload.objects.select_for_update().filter(pk=upload.pk, state__in=waiting).first()
            if locked is None or _is_worked_on(upload):
                continue
            audit.record(
                actor=None,
                verb="upload.clear",
                target=upload,
                production_id=upload.cut.episode.production_id,
                before={"state": str(upload.state), "stage": upload.stage},
            )
            locked.delete()
        arrivals.forget(upload)
        cleared += 1
    return cleared


def _clear_bytes(kept_for: timedelta) -> int:
    """Remove folders of uploads that are a take or gone: a process died between its commit and its clearing."""
    root = Path(settings.UPLOAD_DIR)
    cleared = 0
    for folder in root.iterdir() if root.is_dir() else ():
        is_old = timezone.now().timestamp() - folder.stat().st_mtime > kept_for.total_seconds()
        if is_old and _is_over(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
            cleared += 1
    return cleared


def _is_over(name: str) -> bool:
    try:
        key = uuid.UUID(name)
    except ValueError:
        return False  # not ours
    return not Upload.objects.filter(pk=key).exclude(state=UploadState.DONE).exists()


def _is_worked_on(upload: Upload) -> bool:
    active = [JobState.QUEUED, JobState.RUNNING]
    return Job.objects.filter(subject=f"upload:{upload.pk}", state__in=active).exists()
