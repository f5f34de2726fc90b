"""Banks that are missing are named on the health page and compiled anew by the administrator's button."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Take
from qa import health
from qa.models import Flag, MemoryBank
from qa.services import banks
from studio.core.errors import NotFound
from studio.core.models import Job, User
from tests.world import World


def test_a_bank_of_the_present_model_is_counted(world: World, flag: Flag) -> None:
    assert MemoryBank.objects.count() == 1
    assert health.banks().state == "ok"


def test_a_sheet_without_a_bank_is_compiled_on_request(world: World, flag: Flag) -> None:
    MemoryBank.objects.update(model_id="older@1#2020")
    section = health.banks()
    assert (section.state, section.action and section.action[0]) == ("warn", "banks_rebuild")
    root = User.objects.create_user("root", password="root-pass", is_staff=True)
    client = Client()
    client.force_login(root)
    assert client.post(reverse("banks_rebuild")).status_code == 302
    assert Job.objects.filter(kind="qa.build_bank", state="queued").count() == 1


def test_only_the_administrator_of_the_installation_compiles_anew(world: World, take: Take) -> None:
    with pytest.raises(NotFound):
        banks.rebuild_missing(actor=world.producer)
    assert not Job.objects.filter(kind="qa.build_bank").exists()
