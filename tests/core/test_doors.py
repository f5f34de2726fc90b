"""The other doors: messages after commit, audit in the transaction, the engine's errors translated."""

from __future__ import annotations

import subprocess
import sys

import pytest
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from ml.errors import BadImage, OutOfDeviceMemory
from studio.core import audit, checks, compute, queue
from studio.core.errors import ComputeBusy, ComputeFailed
from studio.core.models import AuditEvent, User


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_out_after_the_commit_and_not_before(monkeypatch):
    sent: list[dict] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, kwargs, queue: sent.append(kwargs))
    with transaction.atomic():
        queue.enqueue("x", queue="io", job_id="1")
        assert sent == []
    assert sent == [{"job_id": "1"}]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_for_a_change_that_was_rolled_back(monkeypatch):
    sent: list[dict] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, kwargs, queue: sent.append(kwargs))
    with transaction.atomic():
        queue.enqueue("x", queue="io", job_id="1")
        transaction.set_rollback(True)
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_cannot_be_reached_does_not_break_the_change(monkeypatch, caplog):
    def unreachable(*args, **kwargs):
        raise OperationalError("down")

    monkeypatch.setattr(current_app, "send_task", unreachable)
    queue.enqueue("x", queue="io", job_id="1")
    assert "waits for the reaper" in caplog.text


@pytest.mark.django_db
def test_an_event_says_who_did_what_and_is_never_edited():
    user = User.objects.create_user("aoi", display_name="Aoi")
    with transaction.atomic():
        event = audit.record(actor=user, verb="x.y", target=user, before={"a": 1}, after={"a": 2})
    assert (event.actor_name, event.target_type, event.target_id) == ("Aoi", "user", str(user.pk))
    with pytest.raises(AssertionError):
        AuditEvent.objects.get().save()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_our_own_bug():
    user = User.objects.create_user("aoi")
    with pytest.raises(AssertionError):
        audit.record(actor=user, verb="x.y", target=user)


def test_only_what_changed_stands_in_the_difference():
    assert audit.diff({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ({"b": 2}, {"b": 3, "c": 4})


@pytest.mark.parametrize(
    ("raised", "expected"),
    [(OutOfDeviceMemory("full"), ComputeBusy), (BadImage("no PNG"), ComputeFailed)],
)
def test_the_engines_errors_become_the_studios(raised, expected):
    with pytest.raises(expected), compute._translated():
        raise raised


def test_the_door_alone_does_not_load_the_engine():
    loaded = (
        "import sys, django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'studio.config.settings_test'; "
        "django.setup(); import qa.services.runs, studio.core.compute; "
        "print(sorted({'torch', 'faiss', 'cv2', 'skimage', 'ml'} & sys.modules.keys()))"
    )
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert answer.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["open_clip:ViT-B-32", "dinov2:", "resnet"])
def test_an_embedder_that_nobody_knows_is_refused_at_start(settings, name: str):
    settings.EMBEDDER = name
    (problem,) = checks.embedder_is_at_hand(None)
    assert (problem.id, problem.is_serious()) == ("sakkan.E003", True)
    assert "openclip:MODEL" in problem.hint


@pytest.mark.parametrize("weights", ["", "/nowhere/w.safetensors"])
def test_a_weights_file_that_is_missing_is_told_at_start_with_the_way_out(settings, weights: str, tmp_path):
    settings.EMBEDDER, settings.EMBEDDER_WEIGHTS = "dinov2:ViT-S-14", weights
    (problem,) = checks.embedder_is_at_hand(None)
    assert (problem.id, problem.is_serious()) == ("sakkan.W003", False)
    assert "python -m ml.embedders convert" in problem.hint
    (tmp_path / "w.safetensors").touch()
    settings.EMBEDDER_WEIGHTS = str(tmp_path / "w.safetensors")
    assert checks.embedder_is_at_hand(None) == []
