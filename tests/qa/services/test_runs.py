"""A check of a take: what is measured, what becomes a flag, and what is never done twice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.choices import Stage
from assets.models import Casting, SheetDrawing, Take
from qa import selectors
from qa.models import CheckRun, CutScore, Flag, Measurement
from qa.services import runs, verdicts
from studio.core import jobs
from studio.core.compute import Nearest
from studio.core.errors import ComputeFailed, NotAllowed, NotFound
from studio.core.models import AuditEvent, Job
from studio.core.storage import blobs
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import approve_sheet, check, deliver, other_design
from tests.world import World, png


def test_the_drifted_drawing_is_flagged_with_its_nearest_approved_drawings(take: Take, world: World):
    check(take)
    flag = Flag.objects.get()
    assert (flag.drawing.number, flag.design, flag.fault) == (2, world.design, "OFF_MODEL.PROPORTION")
    assert flag.box_xyxy == [4, 4, 20, 20]
    labels = [near.sheet_drawing.label for near in flag.nearest_links.all()]
    assert labels == ["view 0", "view 1", "view 2"]


def test_only_a_flagged_drawing_gets_a_heat_map(take: Take):
    check(take)
    flag = Flag.objects.get()
    assert blobs().read(flag.heat_blob) == b"heat 2.5 (48, 32)"
    assert Measurement.objects.exclude(heat_blob="").count() == 1


def test_only_a_flagged_drawing_is_explained_by_its_nearest_approved_drawing(
    take: Take, fake: FakeCompute, big_head: bytes
):
    check(take)
    flag, (held,) = Flag.objects.get(), fake.explained
    near = flag.nearest_links.first().sheet_drawing
    assert (held.png, held.drawing_key) == (big_head, str(near.pk))
    assert [(claim.aspect, claim.part, claim.box_xyxy) for claim in held.claims] == [
        ("PROPORTION", "head", (4, 4, 20, 20))
    ]
    assert flag.shown["arrows"] == [[4.0, 4.0, 10.0, 6.5]]
    assert flag.laid_blob == near.view_blob
    assert flag.sentence_data["sheet"] == "view 0"


def test_a_flag_without_a_picture_to_lay_over_it_stands_all_the_same(take: Take):
    check(take)
    Measurement.objects.all().delete()
    CheckRun.objects.all().delete()
    SheetDrawing.objects.update(view_blob="0" * 64)
    check(take)
    flag = Flag.objects.get()
    assert (flag.shown, flag.laid_blob) == ({}, "")


def test_the_scores_of_a_take_are_its_farthest_drawings_by_aspect(take: Take, world: World):
    check(take)
    scores = {row.aspect: row for row in CutScore.objects.filter(design=world.design)}
    assert (scores["PROPORTION"].score, scores["PROPORTION"].drawing.number) == (
        2.8284,
        2,
    )  # times the limit: a drift of 2.5
    assert {aspect: row.score for aspect, row in scores.items() if aspect != "PROPORTION"} == dict.fromkeys(
        ("FACE", "DETAIL", "LINE_WEIGHT", "COLOUR", "WRONG_DESIGN", "SHAPE"), 0.0
    )


def test_what_no_drawing_could_be_judged_in_has_no_score(take: Take, fake: FakeCompute):
    fake.plant(png(seed=1), unchecked=("FACE",))
    fake.plant(png(seed=2), applicable=False, why_not="other_design")
    check(deliver(take.cut, [png(seed=1), png(seed=2)], stage="AD"))
    aspects = CheckRun.objects.get().scores.values_list("aspect", flat=True)
    assert "FACE" not in aspects
    assert "DETAIL" in aspects


def test_the_line_of_drift_names_every_drawing(take: Take):
    check(take)
    numbers = list(take.cells.get().drawings.values_list("pk", flat=True))
    run = CheckRun.objects.get()
    assert run.drifts == {str(numbers[0]): 0.2, str(numbers[1]): 2.5, str(numbers[2]): 0.2}


def test_the_summary_counts(take: Take):
    job = check(take)
    counts = {key: job.result[key] for key in ("drawings", "checked", "new", "flags", "settled")}
    assert counts == {"drawings": 3, "checked": 3, "new": 3, "flags": 1, "settled": 0}
    assert (job.done_count, job.total_count) == (3, 3)


def test_a_second_check_adds_nothing_and_measures_nothing(take: Take, fake: FakeCompute):
    check(take)
    fake.measured.clear()
    check(take)
    assert fake.measured == []
    assert (CheckRun.objects.count(), Flag.objects.count()) == (1, 1)


def test_a_retake_costs_only_what_changed(take: Take, fake: FakeCompute, world: World):
    check(take)
    fake.embedded.clear()
    fake.measured.clear()
    redrawn = png(seed=3)
    check(deliver(world.cut, [png(seed=1), redrawn, png(seed=2)]))
    assert fake.embedded == [redrawn]
    assert fake.measured == [redrawn]


def test_the_same_picture_in_two_drawings_is_measured_and_flagged_once(
    world: World, take: Take, fake: FakeCompute, big_head: bytes
):
    twice = deliver(world.cut, [big_head, png(seed=1), big_head])
    check(twice)
    assert fake.measured.count(big_head) == 1
    assert [flag.drawing.number for flag in Flag.objects.filter(run__take=twice)] == [1]
    assert sorted(CheckRun.objects.get(take=twice).drifts.values()) == [0.2, 2.5, 2.5]


def test_a_cut_without_cast_says_so_and_flags_nothing(world: World, fake: FakeCompute):
    job = check(deliver(world.other_cut, [png()]))
    assert job.result["not_checked"] == [{"reason": "no_cast"}]
    assert fake.measured == []


def test_a_cast_design_without_approved_sheet_is_named(world: World, fake: FakeCompute):
    job = check(deliver(world.cut, [png()]))
    expected = {"reason": "no_approved_sheet", "design": "Aki · School uniform"}
    assert job.result["not_checked"] == [expected]
    assert Flag.objects.count() == 0


def test_a_rivals_name_stands_in_the_claim_of_a_wrong_design(world: World, fake: FakeCompute, take: Take):
    gym = other_design(world)
    approve_sheet(gym)
    near = _rival(gym)
    stranger = png(seed=5)
    fake.plant(stranger, aspect("WRONG_DESIGN", 3.0, unit=""), rival=near)
    check(deliver(world.cut, [stranger]))
    flag = Flag.objects.get()
    assert flag.sentence_data["rival"] == "Aki · Gym"
    assert str(flag.nearest_links.last().sheet_drawing_id) == near.drawing_key


def test_what_people_let_pass_is_not_asked_again(world: World, flag: Flag, big_head: bytes):
    verdicts.give(actor=world.supervisor, flag=flag, decision="intended")
    job = check(deliver(world.cut, [big_head]))
    assert (job.result["flags"], job.result["settled"]) == (0, 1)


def test_an_ordered_retake_that_comes_back_unchanged_is_flagged_again(
    world: World, flag: Flag, big_head: bytes
):
    verdicts.give(actor=world.supervisor, flag=flag, decision="retake", reason="proportion")
    job = check(deliver(world.cut, [big_head]))
    assert (job.result["flags"], job.result["settled"]) == (1, 0)


def test_a_new_cast_puts_the_old_run_out_of_date_and_the_old_cast_brings_it_back(world: World, take: Take):
    gym = other_design(world)
    approve_sheet(gym)
    check(take)
    Casting.objects.filter(cut=world.cut).update(design=gym)
    check(take)
    assert _states() == ["stale", "current"]
    Casting.objects.filter(cut=world.cut).update(design=world.design)
    check(take)
    assert _states() == ["current", "stale"]


def test_a_sheet_approved_during_the_check_makes_the_result_stale_and_starts_it_again(
    take: Take, world: World, fake: FakeCompute, monkeypatch
):
    plain = fake.measure

    def measure(*args, **kwargs):
        approve_sheet(world.design, version=2)
        monkeypatch.setattr(fake, "measure", plain)
        return plain(*args, **kwargs)

    monkeypatch.setattr(fake, "measure", measure)
    check(take)
    assert list(CheckRun.objects.values_list("state", flat=True)) == ["stale"]
    assert list(selectors.queue(world.supervisor, world.production)) == []
    again = Job.objects.get(kind="qa.check_take", state="queued")
    jobs.run(str(again.pk))
    assert selectors.queue(world.supervisor, world.production).count() == 1


def test_an_unreadable_picture_costs_only_itself(world: World, take: Take, fake: FakeCompute, monkeypatch):
    bad = png(seed=9)
    monkeypatch.setattr(fake, "embed", _refusing(fake.embed, bad))
    odd = deliver(world.cut, [png(seed=1), bad, png(seed=2)])
    job = check(odd)
    assert job.result["checked"] == 2
    assert job.result["unreadable"] == [odd.cells.get().drawings.get(number=2).pk]


def test_lines_are_measured_as_lines(world: World, take: Take, fake: FakeCompute, monkeypatch):
    asked = []
    plain = fake.measure
    monkeypatch.setattr(
        fake, "measure", lambda *a, painted: asked.append(painted) or plain(*a, painted=painted)
    )
    check(deliver(world.cut, [png(seed=4)], stage=Stage.GEN))
    check(deliver(world.cut, [png(seed=4)], stage=Stage.PT))
    assert asked == [False, True]


def test_queries_grow_with_batches_not_with_drawings(world: World, take: Take):
    def cost(number: int, seed: int) -> int:
        wide = deliver(world.cut, [png((seed, number, 9), seed=i) for i in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            check(wide)
        return len(queries)

    one_batch, two_batches = cost(8, 1), cost(16, 2)
    assert cost(4, 3) <= one_batch + 2
    assert two_batches <= one_batch + 12


def test_a_person_with_the_right_asks_for_a_check_and_it_is_written_down(take: Take, world: World):
    job = runs.request(actor=world.artist, take=take)
    assert runs.request(actor=world.assistant, take=take) == job
    event = AuditEvent.objects.filter(verb="check.request").last()
    assert (event.actor, event.after) == (world.artist, {"job": str(job.pk)})


def test_who_may_not_check_is_refused(take: Take, world: World):
    with pytest.raises(NotAllowed):
        runs.request(actor=world.producer, take=take)
    with pytest.raises(NotFound):
        runs.request(actor=world.stranger, take=take)


def _states():
    return list(CheckRun.objects.order_by("pk").values_list("state", flat=True))


def _rival(design):
    drawing = design.sheets.get().drawings.first()
    return Nearest(str(design.pk), str(drawing.pk), 0.95)


def _refusing(plain, bad):
    def embed(pngs):
        if bad in pngs:
            raise ComputeFailed(reason="not a picture")
        return plain(pngs)

    return embed
