"""Clean cuts, calibrations and spot checks, through the services."""

from __future__ import annotations

import pytest

from assets.choices import Stage, StageStatus
from assets.models import StageState, Take
from qa.checks.conformal import Cuts
from qa.models import AlarmRules, Calibration, CheckRun, CutScore, Flag, MemoryBank, SpotCheck
from qa.services import calibration, spot_checks, verdicts
from qa.services.clean_cuts import clean_cuts
from studio.core.errors import InvalidInput, NotAllowed, StaleInput
from studio.core.models import AuditEvent
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import approve_sheet, check, deliver
from tests.world import World, png

MODEL = "fake"


def model() -> str:
    return CheckRun.objects.latest("pk").model_id


def sign(take: Take) -> None:
    StageState.objects.update_or_create(
        cut=take.cut, stage=take.stage, defaults={"state": StageStatus.APPROVED}
    )


@pytest.fixture
def pool(monkeypatch) -> None:
    """A shipped pool of 999 calm cuts, of which ten are 1.5 times their limit out."""
    scores = [0.2] * 989 + [1.5] * 10
    names = ("COLOUR", "DETAIL", "LINE_WEIGHT", "PROPORTION", "FACE", "SHAPE", "WRONG_DESIGN")
    cuts = {"painted": dict.fromkeys(names, scores), "lines": dict.fromkeys(names[1:], scores)}
    monkeypatch.setattr(calibration, "shipped", lambda: cuts)


@pytest.fixture
def bare(monkeypatch) -> None:
    monkeypatch.setattr(calibration, "shipped", dict)


def test_a_take_scores_the_farthest_of_its_drawings_in_every_aspect(take: Take, bare: None):
    check(take)
    scores = {row.aspect: (row.score, row.drawing.number) for row in CutScore.objects.all()}
    assert scores["PROPORTION"] == (
        pytest.approx(2.0**1.5, abs=1e-3),
        2,
    )  # a drift of 2.5 is 2.8 times the limit
    assert scores["FACE"][0] == 0.0
    assert len(scores) == 7
    assert CutScore.objects.first().bank_sha256 == MemoryBank.objects.get().sha256


def test_without_clean_cuts_the_sheet_alone_limits(take: Take, bare: None):
    check(take)
    assert Flag.objects.get().calibration == {}
    assert Flag.objects.get().drift == 2.5


def test_a_flag_keeps_the_calibration_that_raised_it(take: Take, pool: None):
    check(take)
    flag = Flag.objects.get()
    assert flag.calibration["limit"] == 1.5
    assert flag.drift == pytest.approx(2.5 - 0.585, abs=1e-3)  # log2(1.5) less
    assert flag.measures[0]["drift"] == flag.drift
    assert (flag.one_in, flag.confidence) == (1000, 0.001)


def test_what_clean_cuts_do_too_raises_no_flag(world: World, fake: FakeCompute, pool: None):
    approve_sheet(world.design)
    near = png((10, 200, 90), seed=9)
    fake.plant(near, aspect("PROPORTION", 1.4))  # 1.3 times the sheet's limit
    check(deliver(world.cut, [near]))
    assert not Flag.objects.exists()
    assert max(CheckRun.objects.get().drifts.values()) < 1.0


def test_signed_off_cuts_join_and_undecided_ones_wait(take: Take, world: World, bare: None):
    check(take)
    found = clean_cuts(world.production, model())
    assert found.kept == {}
    assert found.waiting == {world.design.pk: 1}
    Flag.objects.update(decision="ok")
    sign(take)
    kept = clean_cuts(world.production, model()).kept["painted"]["PROPORTION"][str(world.design.pk)]
    assert kept == [[pytest.approx(2.0**1.5, abs=1e-3), 1.0]]


@pytest.mark.parametrize("decision", ["retake", "intended"])
def test_a_retake_or_an_exception_is_no_clean_cut_in_that_aspect(
    take: Take, world: World, bare: None, decision: str
):
    check(take)
    Flag.objects.update(decision=decision)
    sign(take)
    kept = clean_cuts(world.production, model()).kept["painted"]
    assert "PROPORTION" not in kept
    assert "FACE" in kept


def test_a_flagged_cut_alone_counts_little_while_unflagged_ones_have_not_joined(
    take: Take, world: World, bare: None
):
    check(take)
    check(deliver(world.other_cut, [png(seed=20)]) if hasattr(world, "other_cut") else _second(world))
    Flag.objects.update(decision="false_alarm")
    kept = clean_cuts(world.production, model()).kept["painted"]["PROPORTION"][str(world.design.pk)]
    assert [weight for _score, weight in kept] == [0.02]


def _second(world: World) -> Take:
    from assets.models import Casting, Cut  # noqa: PLC0415

    cut = Cut.objects.create(episode=world.episode, number="77")
    Casting.objects.create(cut=cut, design=world.design)
    return deliver(cut, [png(seed=20)])


def test_cuts_measured_by_an_older_sheet_do_not_count_and_are_said(take: Take, world: World, bare: None):
    check(take)
    Flag.objects.update(decision="ok")
    sign(take)
    MemoryBank.objects.update(sha256="0" * 64)
    found = clean_cuts(world.production, model())
    assert found.kept == {}
    assert found.outdated == {world.design.pk: 1}


def test_a_calibration_is_made_once_and_again_when_something_changed(take: Take, world: World, bare: None):
    check(take)
    first = Calibration.objects.get()
    assert calibration.recalibrate(actor=world.supervisor, production=world.production) == first
    Flag.objects.update(decision="ok")
    sign(take)
    second = calibration.recalibrate(actor=world.supervisor, production=world.production)
    assert second.pk != first.pk
    assert second.digest != first.digest
    assert AuditEvent.objects.filter(verb="alarms.calibrate").count() == 2


def test_another_engine_never_uses_the_calibration(take: Take, world: World, bare: None, monkeypatch):
    check(take)
    sign(take)
    Flag.objects.update(decision="ok")
    calibration.recalibrate(actor=world.supervisor, production=world.production)
    held = calibration.held_by(world.production, "another-model")
    assert held.cuts == {}


def test_own_cuts_lead_to_a_limit_of_their_own(world: World):
    own = {"painted": {"FACE": {"1": [[0.9, 1.0]] * 150, "2": [[0.1, 1.0]] * 150}}}
    held = calibration.Held("x", 0.1, own)
    mine = held.of_design(1, "painted", shipped={})["FACE"]
    other = held.of_design(2, "painted", shipped={})["FACE"]
    assert (mine.own, mine.pool) == (150, 0)
    assert mine.limit == 0.9
    assert other.limit == 0.5
    assert isinstance(mine.cuts, Cuts)


def test_the_rules_are_checked_kept_and_obeyed(take: Take, world: World, pool: None):
    with pytest.raises(InvalidInput):
        calibration.set_rules(
            actor=world.supervisor, production=world.production, per_100=30.0, spot_percent=3.0
        )
    with pytest.raises(InvalidInput):
        calibration.set_rules(
            actor=world.supervisor, production=world.production, per_100=float("nan"), spot_percent=3.0
        )
    with pytest.raises(NotAllowed):
        calibration.set_rules(actor=world.artist, production=world.production, per_100=1.0, spot_percent=3.0)
    calibration.set_rules(actor=world.supervisor, production=world.production, per_100=20.0, spot_percent=5.0)
    assert AlarmRules.objects.get().per_100 == 20.0
    check(take)
    assert (
        Flag.objects.get().calibration["limit"] < 1.0
    )  # many alarms are asked for, so the limit is stricter


def test_the_lot_draws_its_share_and_always_the_same():
    drawn = [spot_checks.is_drawn(f"{n:064x}", n, 0.03) for n in range(5000)]
    assert 100 < sum(drawn) < 200
    assert drawn == [spot_checks.is_drawn(f"{n:064x}", n, 0.03) for n in range(5000)]


@pytest.fixture
def spot(world: World, fake: FakeCompute, bare: None, monkeypatch) -> SpotCheck:
    monkeypatch.setattr(spot_checks, "is_drawn", lambda *_: True)
    approve_sheet(world.design)
    check(deliver(world.cut, [png(seed=1)], stage=Stage.PT))
    return SpotCheck.objects.get()


def test_an_unflagged_cut_may_be_drawn_and_a_flagged_one_never(take: Take, bare: None, monkeypatch):
    monkeypatch.setattr(spot_checks, "is_drawn", lambda *_: True)
    check(take)
    assert not SpotCheck.objects.exists()


def test_a_clean_answer_lets_the_cut_join(spot: SpotCheck, world: World):
    assert clean_cuts(world.production, model()).kept == {}
    spot_checks.answer(actor=world.supervisor, spot=spot, found="clean")
    assert clean_cuts(world.production, model()).kept["painted"]["FACE"]
    with pytest.raises(StaleInput):
        spot_checks.answer(actor=world.supervisor, spot=spot, found="missed", aspect="FACE")


def test_something_missed_needs_a_name_and_keeps_the_cut_out(spot: SpotCheck, world: World):
    with pytest.raises(InvalidInput):
        spot_checks.answer(actor=world.supervisor, spot=spot, found="missed")
    spot_checks.answer(actor=world.supervisor, spot=spot, found="missed", aspect="FACE", note="eyes")
    sign(spot.run.take)
    assert clean_cuts(world.production, model()).kept == {}
    spot_checks.take_back(actor=world.supervisor, spot=spot)
    spot.refresh_from_db()
    assert (spot.answer, spot.aspect, spot.by) == ("", "", None)


def test_an_artist_answers_no_spot_check(spot: SpotCheck, world: World):
    with pytest.raises(NotAllowed):
        spot_checks.answer(actor=world.artist, spot=spot, found="clean")


def test_who_decided_by_hand_is_asked_no_more(take: Take, world: World, bare: None):
    check(take)
    verdicts.give(actor=world.supervisor, flag=Flag.objects.get(), decision="ok")
    assert clean_cuts(world.production, model()).waiting == {}
