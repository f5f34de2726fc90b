"""From answers to the table: who is held against whom, what an abstention is, and where the heat lies."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.drift.kinds import ASPECTS, KINDS, RIGHT, SHAMS
from bench.drift.report import last_line, tier_json, tier_text
from bench.drift.rows import Row, row_of, spread
from bench.drift.table import evaluate, least_magnitudes
from bench.drift.types import CLEAN, Answer, Question, Truth
from ml.pixels import encode_png
from ml.puppets import drift


def row(label: str, drift_: float, number: int = 0, **more: object) -> Row:
    kind = KINDS.get(label)
    known: dict[str, object] = {
        "id": f"{label}{number}", "cut": f"{label}{number}", "label": label, "character": f"c{number % 4}",
        "aspect": kind.aspect if kind else "", "unseen": False, "encoded": False, "drift": drift_, "aspects": {},
        "named": "", "abstained": False, "flagged": drift_ > 1.0, "ms": 10.0,
    }  # fmt: skip
    return Row(**(known | more))


def quiet_rows() -> list[Row]:
    return [row(label, 0.01 * i, i) for label in RIGHT for i in range(40)]


def test_the_kinds_of_the_bench_are_those_that_puppets_can_show() -> None:
    assert set(KINDS) == set(drift.KINDS)
    assert {name: kind.aspect for name, kind in KINDS.items()} == {n: k.fault for n, k in drift.KINDS.items()}


def test_a_kind_is_held_against_drawings_that_went_through_the_same_less_the_drift() -> None:
    resampled = [
        row(sham, 9.0, i) for sham in ("half_pixel", "rescale", "warp", "reencode") for i in range(40)
    ]
    kinds = ("head_size_10", "palette_de8", "line_30", "costume")
    rows = quiet_rows() + resampled + [row(kind, 5.0, i) for kind in kinds for i in range(8)]
    assert set(evaluate(rows)["recall_at_1"].values()) == {1.0}
    redrawn = [row("half_pixel_drawn", 9.0, i) for i in range(40)]
    recall = evaluate([*rows, *redrawn])["recall_at_1"]
    assert recall == {"head_size_10": 0.0, "palette_de8": 1.0, "line_30": 0.0, "costume": 0.0}


def test_geometric_kinds_are_held_against_shams_alone() -> None:
    loud_clean = [row(CLEAN, 9.0, i) for i in range(40)]
    rows = (
        quiet_rows()
        + loud_clean
        + [row(k, 5.0, i) for k in ("head_size_10", "detail_moved") for i in range(8)]
    )
    assert evaluate(rows)["recall_at_1"] == {"head_size_10": 1.0, "detail_moved": 0.0}


def test_a_kind_is_judged_within_the_shot_sizes_it_was_asked_in() -> None:
    rows = [row(s, 9.0, i, shot="full") for s in SHAMS for i in range(20)]
    rows += [row(s, 0.1, i, shot="bust") for s in SHAMS for i in range(20)]
    rows += [row("eye_size_25", 1.0, i, shot="bust") for i in range(4)]
    rows += [row("heads_tall_8", 1.0, i, shot="full") for i in range(4)]
    figures = evaluate(rows)
    assert figures["auroc"]["eye_size_25"] == 1.0
    assert figures["auroc"]["heads_tall_8"] == 0.0


def test_a_kind_that_real_art_states_itself_has_its_row() -> None:
    rows = quiet_rows() + [row("colourway", 5.0, i, aspect="COLOUR") for i in range(4)]
    figures = evaluate(rows)
    assert figures["auroc"]["colourway"] == 1.0
    assert "colourway" in tier_text("Tier B", {"sakkan": figures})


def test_an_abstention_is_no_alarm_and_a_miss_and_is_left_out_among_the_judged() -> None:
    wrong = [row("costume", -np.inf if i < 4 else 9.0, i, abstained=i < 4, flagged=i >= 4) for i in range(8)]
    figures = evaluate(quiet_rows() + wrong)
    assert figures["recall_at_1"]["costume"] == 0.5
    assert figures["judged_recall_at_1"]["costume"] == 1.0
    assert figures["abstained"] == {"clean": 0.0, "shams": 0.0, "drift": 0.5}


def test_encoded_drawings_have_a_table_of_their_own() -> None:
    rows = quiet_rows() + [row("palette_de8", 5.0, i) for i in range(4)]
    rows += [row(CLEAN, 3.0, i, encoded=True) for i in range(4)] + [row("palette_de8", 2.0, 9, encoded=True)]
    figures = evaluate(rows)
    assert figures["auroc"]["palette_de8"] == 1.0
    assert figures["encoded"]["auroc"] == {"palette_de8": 0.0}
    assert figures["counts"]["encoded"] == 5


def test_alarms_are_counted_by_cut_and_unseen_poses_apart() -> None:
    cut = [row(CLEAN, 2.0 if i == 0 else 0.0, i, cut="one") for i in range(3)]
    rows = (
        cut
        + [row(CLEAN, 0.0, i, cut="two") for i in range(3)]
        + [row(CLEAN, 0.5, 7, cut="three", unseen=True)]
    )
    figures = evaluate(rows, promise=0.02)
    assert figures["alarm_rate"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["alarm_rate_promised"] == 0.02
    assert figures["unseen_alarms"] == 0.0


def test_the_named_aspect_is_judged_by_its_own_number() -> None:
    rows = [row(label, 5.0, i, aspects={"DETAIL": 5.0, "COLOUR": 0.0}) for label in RIGHT for i in range(8)]
    rows += [row("palette_de8", 2.0, i, aspects={"COLOUR": 2.0}, named="COLOUR") for i in range(4)]
    figures = evaluate(rows)
    assert figures["auroc"]["palette_de8"] == 0.0
    assert figures["aspect"]["auroc"]["palette_de8"] == 1.0
    assert figures["confusion"] == {"COLOUR": {"COLOUR": 4}}


def test_the_least_magnitude_is_found_from_there_on() -> None:
    recall = {"palette_de2": 0.9, "palette_de4": 0.5, "palette_de8": 0.8, "palette_de16": 1.0, "line_15": 0.1}
    assert least_magnitudes(recall) == {"palette": 8, "line": None}


def _shown(place: np.ndarray | None, heat: np.ndarray, label: str) -> Row:
    rgba = np.zeros((40, 30, 4), np.uint8)
    rgba[5:35, 5:25] = (200, 100, 50, 255)
    question = Question("q", "d", "c", encode_png(rgba))
    return row_of(question, Truth(label, "c0", "OFF_MODEL.COLOUR", place), Answer(1.0, heat=heat), 1.0)


def test_heat_is_judged_on_the_figure_against_the_place() -> None:
    place = np.zeros((40, 30), bool)
    place[5:15, 5:25] = True
    hot = np.zeros((40, 30), np.float32)
    hot[5:15, 5:25] = 1.0
    found = _shown(place, hot, "palette_de8")
    assert found.pointed
    assert found.place is not None
    assert found.place.auroc == 1.0
    assert found.place.pixels == 600
    missed = _shown(place, 1.0 - hot, "palette_de8").place
    assert missed is not None
    assert missed.auroc == 0.0
    clean = _shown(None, hot, CLEAN).place
    assert clean is not None
    assert clean.top[-1] == 0.0


def test_heat_outside_its_box_and_the_drawing_is_the_least() -> None:
    heat = spread(np.full((2, 2), 3.0), (-2, 1, 2, 4), (5, 6))
    assert heat.shape == (5, 6)
    assert (heat[1:4, :2] == 3.0).all()
    assert heat.sum() == 3.0 * 6


def test_the_last_line_has_what_the_issue_asks_for() -> None:
    rows = quiet_rows() + [row(kind, 0.1 * i, i) for kind in KINDS for i in range(4)]
    other = [Row(**{**vars(r), "flagged": None}) for r in rows]
    figures = {"sakkan": evaluate(rows), "lite0_patches": evaluate(other)}
    told = json.loads(last_line({"tier_a": tier_json(figures)}, {"drawings_per_s": 1.0, "peak_mb": 1.0}))
    tier = told["tier_a"]
    assert told["bench"] == "drift"
    assert set(tier["recall_at_1"]) == set(KINDS)
    assert set(tier["auroc"]) == {*KINDS, "all"}
    assert set(tier["baselines"]["lite0_patches"]) == {*KINDS, "all"}
    assert {"pixel_auroc", "alarm_rate"} <= set(tier)
    assert set(tier["sham_alarms"]) == set(SHAMS)
    text = tier_text("Tier A", figures, markdown=True)
    assert text.count("\n| ") >= len(KINDS)
    assert all(kind in text for kind in KINDS)


def test_every_fault_is_an_aspect_of_the_product() -> None:
    assert {"COLOUR", "PROPORTION", "FACE", "SHAPE", "DETAIL", "WRONG_DESIGN", "LINE_WEIGHT"} == set(ASPECTS)
