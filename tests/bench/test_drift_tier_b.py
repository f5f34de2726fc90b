"""Tier B asks what a folder's manifest allows: edits with their places, shams, swaps, colourways, stated drifts."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bench.drift import tier_b
from bench.drift.types import CLEAN
from ml.edits import EDITS
from ml.errors import BadImage
from ml.pixels import decode, encode_png
from tests.ml.dolls import MIO, draw

REN = replace(MIO, hair=(30, 30, 60), top=(240, 240, 120), skirt=(30, 120, 90))


def put(folder, rows, name, doll, set_name="dolls", **role):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_png(draw(doll)))
    rows.append({"file": name, "set": set_name, "height": 480, "width": 360, "role": role})


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    folder, rows = tmp_path_factory.mktemp("art"), []
    for name, base in (("mio", MIO), ("ren", REN)):
        for i, view in enumerate(["front", "front", "front", "front", "side", "side"]):
            doll = replace(base, arm=4 * i)
            put(folder, rows, f"{name}/{i}.png", doll, character=name, view=view, pose=str(i))
    for costume, top in (("a", (200, 60, 70)), ("b", (60, 160, 90))):
        role = {"character": "pair", "costume": costume, "palette_pair": "pair"}
        put(folder, rows, f"pair/{costume}.png", replace(MIO, top=top), "pairs", **role)
    role = {"character": "mio", "drift": "no_belt", "reference": "mio/0.png"}
    put(folder, rows, "mio/wrong.png", replace(MIO, belt=None), **role)
    (folder / "MANIFEST.json").write_text(json.dumps({"format": "anime-qa-testdata/1", "files": rows}))
    return folder


@pytest.fixture(scope="module")
def asked(art):
    worlds = [build() for build in tier_b.worlds(art, quick=True)]
    return {world.name: (world, list(world.questions())) for world in worlds}


def test_each_set_and_each_stated_role_is_a_world(asked):
    assert set(asked) == {"B/dolls", "B/colourways", "B/real_drift"}
    world, pairs = asked["B/dolls"]
    keys = {task.key for task in world.designs}
    assert {question.design for question, _ in pairs} == keys == {"dolls-mio/default", "dolls-ren/default"}
    assert all(task.swatches == () for task in world.designs)


def test_ids_are_unique_and_every_twin_is_a_clean_question(asked):
    _, pairs = asked["B/dolls"]
    ids = [question.id for question, _ in pairs]
    clean = {question.id for question, truth in pairs if truth.label == CLEAN}
    assert len(ids) == len(set(ids))
    assert {truth.twin for _, truth in pairs if truth.twin} <= clean


def test_no_asked_clean_drawing_lies_on_the_sheet(asked):
    world, pairs = asked["B/dolls"]
    sheets = {p.png for task in world.designs for p in task.sheet}
    assert not sheets & {question.png for question, truth in pairs if truth.label == CLEAN}


def test_edits_carry_fault_place_and_magnitude(asked):
    drifted = [(q, t) for q, t in asked["B/dolls"][1] if t.label in EDITS]
    assert {t.label for _, t in drifted} >= {"palette_de4", "head_size_10", "eye_spacing_20", "line_60"}
    for question, truth in drifted:
        assert truth.fault.startswith("OFF_MODEL.")
        assert truth.place.any()
        assert truth.place.shape == decode(question.png).shape[:2]
    assert {t.magnitude for _, t in drifted if t.label == "head_size_10"} <= {10.0, -10.0}


def test_a_view_that_the_sheet_lacks_is_unseen_and_stays_unedited(asked):
    _, pairs = asked["B/dolls"]
    unseen = {q.id for q, t in pairs if t.unseen}
    assert unseen
    assert all(t.character == "dolls/dolls-ren" for q, t in pairs if t.unseen)
    assert not unseen & {t.twin for _, t in pairs}


def test_characters_are_swapped_within_the_set(asked):
    swapped = [(q, t) for q, t in asked["B/dolls"][1] if t.label == "character"]
    assert {q.design for q, _ in swapped} == {"dolls-mio/default", "dolls-ren/default"}
    assert all(t.fault == "OFF_MODEL.WRONG_DESIGN" and t.place is None for _, t in swapped)


def test_colourways_and_stated_drifts_are_asked_under_the_approved_design(asked):
    _, pairs = asked["B/colourways"]
    (truth,) = [t for _, t in pairs if t.label == "colourway"]
    assert truth.fault == "OFF_MODEL.COLOUR"
    assert 0 < truth.place.mean() < 0.2
    world, pairs = asked["B/real_drift"]
    (question,) = [q for q, t in pairs if t.label == "real_no_belt"]
    assert question.design == "mio/default"
    assert len(world.designs[0].sheet) == 6
    assert {t.label for _, t in pairs} > {"half_pixel", "reencode"}


def test_the_same_folder_asks_the_same_questions(art, asked):
    again = list(tier_b.worlds(art, quick=True)[0]().questions())
    assert [(q.id, q.png) for q, _ in again] == [(q.id, q.png) for q, _ in asked["B/dolls"][1]]
    assert all(
        np.array_equal(a.place, b.place)
        for (_, a), (_, b) in zip(again, asked["B/dolls"][1], strict=True)
        if a.place is not None
    )


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(BadImage):
        tier_b.worlds(tmp_path)
