"""The page of alarms and the spot checks, as people use them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assets.choices import StageStatus
from assets.models import StageState, Take
from qa.alarm_figures import Kept, Share, kept, weeks
from qa.models import AlarmRules, Calibration, Flag, MemoryBank, SpotCheck
from qa.services import calibration, spot_checks
from tests.fakes import FakeCompute
from tests.qa.makers import approve_sheet, check, deliver
from tests.world import World, png


@pytest.fixture(autouse=True)
def bare(monkeypatch) -> None:
    monkeypatch.setattr(calibration, "shipped", dict)


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.supervisor)
    return client


def alarms_url(world: World) -> str:
    return reverse("alarms", args=[world.production.code])


@pytest.fixture
def spot(world: World, fake: FakeCompute, monkeypatch) -> SpotCheck:
    monkeypatch.setattr(spot_checks, "is_drawn", lambda *_: True)
    approve_sheet(world.design)
    check(deliver(world.cut, [png(seed=1), png(seed=2)]))
    return SpotCheck.objects.get()


def test_before_the_first_check_the_page_says_what_will_come(desk: Client, world: World):
    page = desk.get(alarms_url(world)).content.decode()
    assert "No check has run yet" in page
    assert "no clean cut is known yet" in page
    assert not Calibration.objects.exists()  # looking writes nothing


def test_an_uncalibrated_design_says_so(desk: Client, world: World, take: Take):
    check(take)
    page = desk.get(alarms_url(world)).content.decode()
    assert "uncalibrated: the sheet alone" in page
    assert "1 cut with open flags" in page


def test_the_rate_is_counted_over_decided_cuts(desk: Client, world: World, take: Take):
    check(take)
    Flag.objects.update(decision="false_alarm")
    found = kept(world.production)
    assert (found.alarms.hits, found.alarms.number, found.waiting) == (1, 1, 0)
    page = desk.get(alarms_url(world)).content.decode()
    assert "1 of 1 clean cuts" in page
    lines = weeks(world.production, 2.0)
    assert lines.series[0][1][-1] == 100.0
    assert lines.series[1][1][-1] == 2.0
    Flag.objects.update(decision="retake")
    assert kept(world.production).alarms.number == 0


def test_a_supervisor_changes_the_promise_and_sees_what_was_wrong_with_it(desk: Client, world: World):
    answer = desk.post(alarms_url(world), {"per_100": "50", "spot_percent": "3"})
    assert answer.status_code == 200
    assert "less than or equal to 20" in answer.content.decode()
    assert not AlarmRules.objects.exists()
    answer = desk.post(alarms_url(world), {"per_100": "4", "spot_percent": "5"}, follow=True)
    assert "Checks from now on keep this rate" in answer.content.decode()
    assert AlarmRules.objects.get().per_100 == 4.0


def test_calibrating_now_counts_the_cuts_that_were_signed_off(desk: Client, world: World, take: Take):
    check(take)
    Flag.objects.update(decision="ok")
    StageState.objects.update_or_create(
        cut=take.cut, stage=take.stage, defaults={"state": StageStatus.APPROVED}
    )
    url = reverse("alarms_calibrate", args=[world.production.code])
    assert "Calibrated." in desk.post(url, follow=True).content.decode()
    assert Calibration.objects.first().cuts["painted"]["PROPORTION"]


@pytest.fixture
def calibrated(desk: Client, world: World, take: Take) -> Calibration:
    check(take)
    Flag.objects.update(decision="ok")
    StageState.objects.update_or_create(
        cut=take.cut, stage=take.stage, defaults={"state": StageStatus.APPROVED}
    )
    assert "no longer valid" not in desk.get(alarms_url(world)).content.decode()
    return calibration.recalibrate(actor=world.supervisor, production=world.production)


def test_a_changed_sheet_makes_the_calibration_invalid_for_all_to_see(
    desk: Client, world: World, calibrated: Calibration
):
    assert "no longer valid" not in desk.get(alarms_url(world)).content.decode()
    for bank in MemoryBank.objects.all():
        bank.sha256 = "0" * 64
        bank.save()  # compiled anew
    page = desk.get(alarms_url(world)).content.decode()
    assert "no longer valid" in page
    assert "1 approved cut was measured by an older sheet" in page
    held = calibration.held_by(world.production, calibration.model_of(world.production))
    assert (held.cuts, held.digest != calibrated.digest) == ({}, True), "not an hour later, but now"


def test_another_engine_makes_the_calibration_invalid_for_all_to_see(
    desk: Client, world: World, calibrated: Calibration, monkeypatch
):
    monkeypatch.setattr(calibration, "CODE_VERSION", "next")
    page = desk.get(alarms_url(world)).content.decode()
    assert "no longer valid" in page
    assert Calibration.objects.first() == calibrated, "looking writes nothing"


@pytest.mark.parametrize(
    ("hits", "number", "standing"), [(0, 5, "few"), (3, 3, "more"), (0, 50, "kept"), (1, 60, "kept")]
)
def test_few_cuts_prove_no_promise(hits: int, number: int, standing: str):
    assert Kept(Share(hits, number), 0, Share(0, 0), 0).standing(2.0) == standing


def test_a_spot_check_shows_the_cut_beside_the_sheet_and_takes_an_answer(
    desk: Client, spot: SpotCheck, world: World
):
    url = reverse("spot_checks", args=[world.production.code])
    page = desk.get(url).content.decode()
    assert page.count("/picture") >= 5  # two drawn, three approved
    answer = reverse("spot_answer", args=[spot.pk])
    assert desk.post(answer, {"found": "missed"}).status_code == 400  # what was missed?
    page = desk.post(
        answer, {"found": "missed", "aspect": "FACE", "note": "eyes"}, follow=True
    ).content.decode()
    assert "order the retake on its take" in page
    assert "Nothing to look at now" in page
    assert "something in 1 of 1" in desk.get(alarms_url(world)).content.decode()
    page = desk.post(answer, {"found": "clean"}, follow=True).content.decode()
    assert spot.run.take.cut.number in page  # somebody has answered: said, not overwritten
    spot.refresh_from_db()
    assert spot.answer == "missed"
    desk.post(answer, {"found": "back"})
    assert desk.post(answer, {"found": "clean"}, follow=True).status_code == 200
    assert kept(world.production).missed.hits == 0
