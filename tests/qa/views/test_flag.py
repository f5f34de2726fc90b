"""The flag page and its verdicts, without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Membership, Timesheet
from qa.models import Flag, FlagClaim, Retake, Verdict
from qa.services import verdicts
from qa.views.flag import bars_of, colours_of
from studio.core.models import User
from studio.core.storage import blobs
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import check, deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png

JSON = {"Accept": "application/json"}


def page_of(signed_in: SignIn, user: User, flag: Flag, query: str = "") -> Any:
    return signed_in(user).get(f"/flags/{flag.pk}/{query}")


def give(signed_in: SignIn, user: User, flag: Flag, query: str = "", **fields: str) -> Any:
    return signed_in(user).post(f"/flags/{flag.pk}/verdict/{query}", fields, headers=JSON)


def test_the_page_says_what_is_wrong_with_numbers(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    page = page_of(signed_in, world.supervisor, three_flags[0]).content.decode()
    assert "15.0 % larger than on sheet “view 0”; this design allows 6.0 %" in page
    assert "<b>15.0 %</b> <span>allows 6.0 %</span>" in page
    assert "×" not in page


@pytest.mark.parametrize("role", ["artist", "outside_artist", "producer", "assistant", "administrator"])
def test_who_may_not_decide_sees_the_flag_without_verdict_keys(
    signed_in: SignIn, world: World, three_flags: list[Flag], role: str
) -> None:
    response = page_of(signed_in, world.people[role], three_flags[0])
    assert response.status_code == 200
    assert 'id="verdict"' not in response.content.decode()
    assert response.context["data"]["claim"] is None
    assert give(signed_in, world.people[role], three_flags[0], decision="ok").status_code == 403


def test_a_stranger_finds_no_flag(signed_in: SignIn, world: World, three_flags: list[Flag]) -> None:
    for path in ("", "heat.png", "laid.png"):
        assert signed_in(world.stranger).get(f"/flags/{three_flags[0].pk}/{path}").status_code == 404


def test_the_viewer_gets_the_region_and_the_nearest_approved_drawings(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    data = page_of(signed_in, world.supervisor, three_flags[0]).context["data"]
    assert data["box"] == {"x0": 4, "y0": 4, "x1": 20, "y1": 20}
    assert len(data["nearest"]) == 3
    assert data["nearest"][0]["similarity"] > data["nearest"][2]["similarity"]
    assert [each["label"] for each in data["strip"]] == ["A1", "A2", "A3", "A4", "A5"]


def test_the_player_gets_holds_and_the_fps_of_the_cut(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    take = three_flags[0].drawing.cell.take
    Timesheet.objects.create(
        take=take, duration_frames=12, exposures={"A": [[1, 1], [4, 2], [7, None], [9, 1]]}
    )
    response = page_of(signed_in, world.supervisor, three_flags[0])
    playback = response.context["data"]["playback"]
    first, second = (each["id"] for each in response.context["data"]["strip"][:2])
    assert (playback["fps"], playback["duration"]) == (24.0, 12)
    assert playback["cells"][0]["exposures"] == [[1, first], [4, second], [7, None], [9, first]]
    assert [each.hold_frames for each in response.context["strip"][:3]] == [7, 3, 0]


def test_the_line_of_drift_breaks_where_nothing_is_shown(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    take = three_flags[0].drawing.cell.take
    Timesheet.objects.create(take=take, duration_frames=12, exposures={"A": [[1, 1], [7, None], [9, 2]]})
    line = page_of(signed_in, world.supervisor, three_flags[0]).context["line"]
    assert line.path.count("M") == 2
    assert [mark[2] for mark in line.marks] == [True]


def test_a_verdict_leads_to_the_next_flag_by_the_same_filters(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    query = "?min_drift=2&order=drift"
    answer = give(signed_in, world.supervisor, three_flags[0], query, decision="ok").json()
    assert answer["next"] == f"/flags/{three_flags[1].pk}/{query}"
    assert answer["words"] == "EP01_C012 A2: ok"
    assert answer["sitting"].startswith("1 of 3")


def test_the_last_verdict_leads_back_to_the_queue(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.give_many(actor=world.supervisor, flags=three_flags[1:], decision="ok")
    answer = give(signed_in, world.supervisor, three_flags[0], decision="ok").json()
    assert (answer["next"], answer["queue"]) == (None, "/p/HOSHI/review/")


def test_a_plain_form_without_script_does_the_same(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    response = signed_in(world.supervisor).post(
        f"/flags/{three_flags[0].pk}/verdict/", {"decision": "retake", "reason": "face", "note": "Softer"}
    )
    assert response.url == f"/flags/{three_flags[1].pk}/"
    assert Retake.objects.get().items.get().verdict.note == "Softer"


def test_a_retake_without_reason_is_refused_with_the_sentence(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    answer = give(signed_in, world.supervisor, three_flags[0], decision="retake")
    assert (answer.status_code, answer.json()["code"]) == (400, "reason_needed")


def test_nobody_decides_about_a_state_that_they_have_not_seen(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.give(actor=world.supervisor, flag=three_flags[0], decision="ok")
    answer = give(signed_in, world.supervisor, three_flags[0], decision="false_alarm", seen="")
    assert answer.status_code == 409
    assert Verdict.objects.count() == 1


def copy_of(flag: Flag, **changed: Any) -> Flag:
    fields = {f.attname: getattr(flag, f.attname) for f in Flag._meta.fields if f.name != "id"}
    return Flag.objects.create(**(fields | changed))


@pytest.mark.parametrize(("scope", "given"), [("", 1), ("drawing", 2), ("cut", 3)])
def test_a_verdict_is_for_the_flag_its_drawing_or_all_alike_and_undone_as_one(
    signed_in: SignIn, world: World, three_flags: list[Flag], scope: str, given: int
) -> None:
    flag = three_flags[0]
    copy_of(flag, part="torso")
    answer = give(signed_in, world.supervisor, flag, decision="ok", scope=scope).json()
    assert Flag.objects.filter(decision="ok").count() == len(answer["flags"]) == given
    signed_in(world.supervisor).post(answer["undo"], {"flags": answer["flags"]}, headers=JSON)
    assert not Flag.objects.filter(decision="ok").exists()


def test_undo_answers_with_the_flag_that_is_open_again(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.give(actor=world.supervisor, flag=three_flags[0], decision="ok")
    answer = signed_in(world.supervisor).post(f"/flags/{three_flags[0].pk}/undo/", headers=JSON)
    assert answer.json()["flag"] == f"/flags/{three_flags[0].pk}/"
    three_flags[0].refresh_from_db()
    assert three_flags[0].is_open


def test_a_claim_is_given_refused_to_the_next_and_let_go(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    Membership.objects.create(production=world.production, user=world.artist, role="supervisor")
    url = f"/flags/{three_flags[0].pk}/"
    assert signed_in(world.supervisor).post(f"{url}claim/", headers=JSON).status_code == 200
    refused = signed_in(world.artist).post(f"{url}claim/", headers=JSON)
    assert (refused.status_code, refused.json()["data"]) == (409, {"person": "supervisor"})
    assert signed_in(world.supervisor).post(f"{url}release/").status_code == 204
    assert not FlagClaim.objects.exists()


def test_looking_at_a_page_writes_no_claim(signed_in: SignIn, world: World, three_flags: list[Flag]) -> None:
    page_of(signed_in, world.supervisor, three_flags[0])
    assert not FlagClaim.objects.exists()


def test_the_heat_map_is_streamed_once_and_kept(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    response = signed_in(world.artist).get(f"/flags/{three_flags[0].pk}/heat.png")
    assert b"".join(response.streaming_content).startswith(b"heat 3.0")
    assert "immutable" in response["Cache-Control"]


def test_a_flag_without_heat_map_has_none_to_show(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    Flag.objects.filter(pk=three_flags[0].pk).update(heat_blob="")
    assert signed_in(world.artist).get(f"/flags/{three_flags[0].pk}/heat.png").status_code == 404
    assert page_of(signed_in, world.artist, three_flags[0]).context["data"]["heat"] is None


def test_the_approved_drawing_lies_over_the_flagged_one_with_arrows_and_an_outline(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    page = page_of(signed_in, world.artist, three_flags[0])
    laid, near = page.context["data"]["laid"], three_flags[0].nearest_links.first().sheet_drawing
    assert (laid["drawing"], laid["affine"]) == (near.pk, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    assert laid["arrows"] == [[4.0, 4.0, 10.0, 6.5]]
    assert [one["of"] for one in laid["outlines"]] == ["drawing"]
    picture = b"".join(signed_in(world.artist).get(laid["url"]).streaming_content)
    assert picture == blobs().read(near.view_blob)
    assert "could not be laid over" not in page.content.decode()


def test_where_nothing_could_be_laid_the_page_says_so_and_has_no_arrows(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    shown = {"drawing_key": "1", "affine": None, "arrows": [], "outlines": [], "why_not": "no_fit"}
    Flag.objects.filter(pk=three_flags[0].pk).update(shown=shown, laid_blob="")
    page = page_of(signed_in, world.artist, three_flags[0])
    assert "could not be laid over this one" in page.content.decode()
    assert page.context["data"]["laid"]["url"] is None
    assert signed_in(world.artist).get(f"/flags/{three_flags[0].pk}/laid.png").status_code == 404


def test_a_flag_of_an_older_check_has_no_arrows_and_no_words_about_them(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    Flag.objects.filter(pk=three_flags[0].pk).update(shown={}, laid_blob="")
    page = page_of(signed_in, world.artist, three_flags[0])
    assert page.context["data"]["laid"]["affine"] is None
    assert "could not be laid over this one" not in page.content.decode()


def test_measures_become_bars_and_colours_pairs(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    colour = {"part": "hair", "tone": "normal", "expected": "#4a3020", "found": "#aa3344", "delta_e": 18.2}
    Flag.objects.filter(pk=three_flags[0].pk).update(
        colours=[{**colour, "tolerance_de": 2.0, "area_px": 3412}]
    )
    response = page_of(signed_in, world.supervisor, three_flags[0])
    assert [(bar.drift, bar.is_over, bar.width) for bar in response.context["bars"]] == [(3.0, True, 180.0)]
    page = response.content.decode()
    assert 'fill="#4a3020"' in page
    assert "ΔE00 18.2" in page


def test_the_page_carries_no_style_and_no_script_of_its_own(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    page = page_of(signed_in, world.supervisor, three_flags[0]).content.decode()
    assert " style=" not in page
    assert "onclick" not in page


def test_the_number_of_queries_does_not_grow_with_the_cut(
    signed_in: SignIn, world: World, three_flags: list[Flag], fake: FakeCompute
) -> None:
    client, url = signed_in(world.supervisor), f"/flags/{three_flags[0].pk}/"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    drifted = [png((30, 90, seed), seed=seed) for seed in range(20)]
    for picture in drifted:
        fake.plant(picture, aspect("PROPORTION", 5.0))
    check(deliver(world.cut, drifted, stage="GEN", by=world.artist))
    worst = Flag.objects.filter(drift=5.0).first()
    with CaptureQueriesContext(connection) as many:
        client.get(f"/flags/{worst.pk}/")
    assert abs(len(many) - len(few)) <= 1  # the next flag is looked for close by, then farther away
    assert len(few) <= 44


def test_the_neighbouring_cut_is_played_from_its_newest_take(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    answer = signed_in(world.artist).get(f"/cuts/{world.cut.pk}/playback.json?stage=PT")
    assert answer.json()["label"] == "EP01_C012 PT T1"
    assert signed_in(world.artist).get(f"/cuts/{world.other_cut.pk}/playback.json").status_code == 404


def test_a_wrong_design_says_what_its_number_is() -> None:
    (bar,) = bars_of([{"aspect": "WRONG_DESIGN", "value": 0.61, "sheet_value": 1.0, "drift": 18.8}])
    assert bar.unit == "similarity to the design that is cast"


def test_a_part_has_one_bar_and_it_is_the_number_of_the_sentence() -> None:
    clip = {"aspect": "DETAIL", "part": "clip", "sheet_value": 100.0, "unit": "%"}
    rows = [{**clip, "value": 0.0, "drift": 2.5}, {**clip, "value": 30.0, "drift": 1.7}]
    assert [bar.value for bar in bars_of([*rows, {**clip, "part": "belt", "value": 9.0, "drift": 1.1}])] == [
        0.0,
        9.0,
    ]
    assert [bar.value for bar in bars_of(rows, {"value": 30.0})] == [30.0]
    bare = {**clip, "value": 0.0, "unit": "", "drift": 3.0}
    assert [bar.unit for bar in bars_of([bare, *rows], {"value": 0.0, "unit": "%"})] == ["%"]


def test_the_same_step_of_one_paint_is_one_pair_of_swatches() -> None:
    skirt = {"part": "skirt", "tone": "normal", "expected": "#aaee9e", "found": "#14ffc5", "delta_e": 13.9}
    rows = [{**skirt, "area_px": 9}, {**skirt, "area_px": 4}, {**skirt, "found": "#14ffc6", "area_px": 1}]
    assert [(pair.found, pair.area_px) for pair in colours_of(rows)] == [("#14ffc5", 13), ("#14ffc6", 1)]
