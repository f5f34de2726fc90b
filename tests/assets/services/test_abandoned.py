"""Uploads that stopped long ago make room; everything that may still be wanted stays."""

from __future__ import annotations

import os
import shutil
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from assets import tasks
from assets.models import Upload
from assets.services import abandoned, arrivals
from studio.core.models import AuditEvent
from tests.assets.services.calls import one_file
from tests.assets.services.deliveries import run, send
from tests.world import World, png

LONG_AGO = timedelta(days=30)


@pytest.fixture(autouse=True)
def _no_bytes() -> None:
    shutil.rmtree(settings.UPLOAD_DIR, ignore_errors=True)


def _age(upload: Upload) -> Path:
    then = timezone.now() - LONG_AGO
    Upload.objects.filter(pk=upload.pk).update(created_at=then)
    folder = arrivals.folder_of(upload)
    os.utime(folder, (then.timestamp(), then.timestamp()))
    return folder


def test_an_upload_that_stopped_long_ago_is_removed_with_its_bytes(world: World) -> None:
    folder = _age(one_file(world))
    assert tasks.clear_uploads() == 1
    assert not folder.exists()
    assert not Upload.objects.exists()
    assert AuditEvent.objects.get(verb="upload.clear").actor is None


def test_a_young_upload_stays(world: World) -> None:
    upload = one_file(world)
    assert abandoned.clear() == 0
    assert arrivals.folder_of(upload).exists()


def test_an_old_upload_that_a_worker_will_read_stays(world: World) -> None:
    send(world, {"A0001.png": png()})
    folder = _age(Upload.objects.get())
    assert abandoned.clear() == 0
    assert folder.exists()


def test_bytes_that_outlived_their_take_are_removed_and_the_take_stays(world: World) -> None:
    run(send(world, {"A0001.png": png()}))
    upload = Upload.objects.get()
    arrivals.folder_of(upload).mkdir()
    folder = _age(upload)
    assert abandoned.clear() == 1
    assert not folder.exists()
    assert Upload.objects.get().take is not None


def test_bytes_of_no_upload_are_removed_and_strange_folders_left(world: World) -> None:
    then = (timezone.now() - LONG_AGO).timestamp()
    for name in (str(uuid.uuid4()), "lost+found"):
        folder = Path(settings.UPLOAD_DIR) / name
        folder.mkdir(parents=True)
        os.utime(folder, (then, then))
    assert abandoned.clear() == 1
    assert [path.name for path in Path(settings.UPLOAD_DIR).iterdir()] == ["lost+found"]
