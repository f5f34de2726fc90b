"""A character written as a folder: what lies in it, and that it is the same every time."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.puppets.__main__ import main
from ml.puppets.drift import KINDS
from ml.puppets.export import wardrobe, write_character
from ml.puppets.export_options import BadWish, Export
from ml.puppets.finish import Finish
from ml.puppets.finish_light import LIGHTS

SMALL = Export(seed=3, size_px=240, frames=9)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("character")
    write_character(made, SMALL)
    return made


@pytest.fixture(scope="module")
def truth(folder) -> dict:
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def read(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert picture is not None, path
    return picture


def drawings(truth: dict) -> list[dict]:
    return [*truth["sheet"], *truth["sequence"]["drawings"]]


def sums(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_two_runs_write_the_same_bytes(folder, tmp_path):
    write_character(tmp_path, SMALL)
    assert sums(tmp_path) == sums(folder)


def test_every_file_is_told_of_in_the_truth_and_every_one_told_of_is_there(folder, truth):
    told = {f for d in drawings(truth) for k, f in d.items() if k in ("file", "labels", "line")}
    told |= {f["file"] for f in truth["sequence"]["flow"]}
    told |= {d[k] for d in truth["drifts"] for k in ("file", "mask", "place", "right") if k in d}
    there = {f for f in sums(folder) if not f.startswith(("masks/parts", "palettes", "colour_model"))}
    assert there == told | {"truth.json", "README.txt", "masks/labels.json"}


def test_label_maps_fit_their_drawings(folder, truth):
    key = json.loads((folder / "masks/labels.json").read_text(encoding="utf-8"))["labels"]
    for entry in drawings(truth):
        picture, labels = read(folder / entry["file"]), read(folder / entry["labels"])
        assert labels.shape == picture.shape[:2]
        assert (picture[..., 3][labels > 0] > 0).all()
        assert {str(v) for v in np.unique(labels)} <= set(key)


def test_both_costumes_have_a_sheet_of_views_expressions_and_poses(truth):
    assert len(truth["costumes"]) == 2
    for costume in truth["costumes"]:
        items = [e for e in truth["sheet"] if e["costume"] == costume]
        assert {e["view"] for e in items if e["kind"] == "turnaround"} == {
            "front",
            "three_quarter",
            "side",
            "back",
        }
        assert {"turnaround", "expression", "pose", "detail"} == {e["kind"] for e in items}


def test_the_two_costumes_are_worn_by_one_person():
    own, second = wardrobe(5)
    assert (own.face, own.hair, own.build, own.name) == (second.face, second.hair, second.build, second.name)
    assert own.costume.code != second.costume.code
    assert (own.costume.top, own.costume.bottom) != (second.costume.top, second.costume.bottom)


def test_each_swatch_has_a_paint_in_every_light(folder):
    model = json.loads((folder / "colour_model.json").read_text(encoding="utf-8"))
    for costume in model["costumes"]:
        names = [(s["part"], s["tone"]) for s in costume["swatches"]]
        assert set(costume["variants"]) == set(LIGHTS) - {"normal"}
        for rows in costume["variants"].values():
            assert [(s["part"], s["tone"]) for s in rows] == names
            assert [s["rgb"] for s in rows] != [s["rgb"] for s in costume["swatches"]]


def test_table_and_palettes_hold_the_paints_of_the_model(folder):
    model = json.loads((folder / "colour_model.json").read_text(encoding="utf-8"))
    with (folder / "colour_model.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for costume in model["costumes"]:
        paints = {(s["part"], s["tone"], *s["rgb"]) for s in costume["swatches"]}
        mine = [r for r in rows if (r["costume"], r["variant"]) == (costume["code"], "normal")]
        assert {
            (r["part"], r["tone"], int(r["red"]), int(r["green"]), int(r["blue"])) for r in mine
        } == paints
        lines = (folder / f"palettes/{costume['code']}_normal.gpl").read_text(encoding="utf-8").splitlines()
        assert lines[0] == "GIMP Palette"
        assert len([line for line in lines if "\t" in line]) == len(paints)


def test_the_sequence_is_numbered_as_cels_with_a_line_layer_to_each(folder, truth):
    names = [d["file"] for d in truth["sequence"]["drawings"]]
    assert names == [f"sequence/A{n:04d}.png" for n in range(1, 10)]
    for entry in truth["sequence"]["drawings"]:
        cel, line = read(folder / entry["file"]), read(folder / entry["line"])
        assert (cel[..., 3][line[..., 3] == 255] == 255).all()
        assert 0.02 < (line[..., 3] > 0).sum() / (cel[..., 3] > 0).sum() < 0.7


def test_flow_leads_from_each_key_to_where_its_pixels_lie_in_the_next(folder, truth):
    """Followed to the next key, a pixel that is still seen there has the label that it came with."""
    by_number = {d["number"]: d for d in truth["sequence"]["drawings"]}
    assert truth["sequence"]["flow"]
    for entry in truth["sequence"]["flow"]:
        held = np.load(folder / entry["file"])
        a, b = (read(folder / by_number[entry[end]]["labels"]) for end in ("from", "to"))
        ys, xs = np.nonzero(held["visible_in_b"])
        x, y = (np.rint(p + held["vectors_px"][ys, xs, i]).astype(int) for i, p in enumerate((xs, ys)))
        inside = (x >= 0) & (y >= 0) & (x < b.shape[1]) & (y < b.shape[0])
        same_part = (a[ys, xs][inside] - 1) // 4 == (b[y, x][inside] - 1) // 4
        assert same_part.mean() > 0.93
        assert len(held["point_a_px"]) == len(held["point_b_px"]) == len(held["point_layer"])
        assert held["point_layer"].max() < len(held["layer_keys"])


def test_each_drift_differs_from_the_right_drawing_inside_its_mask_alone(folder, truth):
    assert len(truth["drifts"]) >= 0.7 * len(KINDS)
    for entry in truth["drifts"]:
        wrong, right, mask = (read(folder / entry[k]) for k in ("file", "right", "mask"))
        assert np.array_equal((wrong != right).any(axis=2), mask > 0), entry["kind"]
        x0, y0, x1, y1 = entry["box_xyxy"]
        assert mask[y0:y1, x0:x1].sum() == mask.sum() > 0


def test_parts_are_written_as_masks_of_their_own(folder, truth):
    front = truth["sheet"][0]
    labels = read(folder / front["labels"])
    parts = sorted(
        (folder / "masks/parts" / front["file"].removeprefix("sheet/").removesuffix(".png")).iterdir()
    )
    assert sum((read(p) > 0).sum() for p in parts) == (labels > 0).sum()
    assert all(set(np.unique(read(p))) == {0, 255} for p in parts)


def test_landmarks_are_told_with_where_they_are_and_whether_they_show(truth):
    h, w = read_size(truth)
    for entry in truth["sheet"][:4]:
        for name, mark in entry["landmarks"].items():
            assert set(mark) == {"x", "y", "visible"}, name
            if mark["visible"]:
                assert 0 <= mark["x"] < w
                assert 0 <= mark["y"] < h
    front, back = (e["landmarks"] for e in (truth["sheet"][0], truth["sheet"][3]))
    assert front["eye_r"]["visible"]
    assert not back.get("eye_r", {"visible": False})["visible"]


def test_details_are_seen_from_near(truth):
    h, w = truth["sheet"][4]["framing"]["size_hw"]
    marks = {"eyes": "eye_r", "hand": "wrist_r", "feet": "ankle_l"}
    for entry in truth["sheet"]:
        if entry["label"] in marks:
            mark = entry["landmarks"][marks[entry["label"]]]
            assert 0 <= mark["x"] < w
            assert 0 <= mark["y"] < h


def read_size(truth: dict) -> tuple[int, int]:
    return tuple(truth["sheet"][0]["framing"]["size_hw"])


def test_the_command_takes_its_options(tmp_path, capsys):
    words = "--seed 4 --size 128 --frames 2 --line --binarised --paper yellow --play walk --variant night"
    assert main([*words.split(), "--out", str(tmp_path)]) == 0
    assert "README.txt" in capsys.readouterr().out
    picture = read(tmp_path / "sequence/A0002.png")
    assert picture.shape == (128, 114, 4)
    assert (picture[..., 3] == 255).all()
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert truth["finish"] == {
        "layers": "line", "trace": True, "binarised": True, "paper": "yellow", "scanned": False, "variant": "night",
    }  # fmt: skip
    assert len(truth["sequence"]["drawings"]) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--scanned"], "Only a drawing on paper"),
        (["--size", "9"], "64 to 4320 pixels high, not 9"),
        (["--frames", "9999"], "at most 480 drawings"),
        (["--seed", "-1"], "A seed is 0 or more"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(tmp_path, capsys, words, says):
    assert main([*words, "--out", str(tmp_path)]) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_styles_are_listed(capsys):
    assert main(["styles"]) == 0
    assert "house" in capsys.readouterr().out


def test_a_style_that_does_not_exist_is_refused():
    with pytest.raises(BadWish, match="no style called 'oil'"):
        Export(style="oil")


def test_a_sequence_that_is_longer_than_its_acting_starts_again(tmp_path):
    truth = write_character(tmp_path, Export(seed=3, size_px=96, frames=20, finish=Finish(binarised=True)))
    first, again = (read(tmp_path / f"sequence/A{n:04d}.png") for n in (1, 20))
    assert np.array_equal(first, again)
    assert [d["number"] for d in truth["sequence"]["drawings"]] == list(range(1, 21))
