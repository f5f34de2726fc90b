"""The comparator at run time: weights that are whole, numbers that stay, and drift that is louder than its twin."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ml.comparator import face_crop
from ml.comparator.inference import MOST_REFERENCES, WEIGHTS, Comparator, subset
from ml.comparator.network import FACE_MEASURES, FIGURE_MEASURES, NETS
from ml.errors import ShapeMismatch, WeightsCorrupt, WeightsMissing
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.training.drawn import CLEAN, REFERENCE, Desk, draw_judge
from ml.training.scenes import Shown, framing_of
from ml.training.wishes import wrong_of


def written(folder: Path, tensors: dict | None = None) -> Path:
    path = folder / "comparator.safetensors"
    if tensors is None:
        tensors = {f"{n}.{k}": v for n, make in NETS.items() for k, v in make().state_dict().items()}
    save_file(tensors, path)
    path.with_suffix(".json").write_text(
        json.dumps({"sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    )
    return path


@pytest.fixture(scope="module")
def drawn() -> list:
    return draw_judge(200_001)


def crops(samples: list, role: int) -> tuple[np.ndarray, np.ndarray]:
    chosen = [s for s in samples if s.row["role"] == role]
    return np.stack([s.face for s in chosen]), np.stack([s.figure for s in chosen])


def test_weights_of_another_checksum_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsCorrupt):
        Comparator.load(path)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsCorrupt):
        Comparator.load(written(tmp_path, {"face.x": torch.zeros(2)}))


def test_no_weights_are_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"ml\.training"):
        Comparator.load(tmp_path / "none.safetensors")


def test_shapes_and_missing_references_are_refused(tmp_path: Path) -> None:
    one = Comparator.load(written(tmp_path))
    face = np.zeros((128, 128, 4), np.uint8)
    with pytest.raises(ShapeMismatch):
        one.features(face_crops=face)
    with pytest.raises(ShapeMismatch):
        one.compare(face, None, {})
    with pytest.raises(ShapeMismatch):
        one.compare(face[:64], None, {"face": face[None]})


def test_the_shipped_weights_compare_a_drawing_with_its_sheet(drawn: list) -> None:
    one = Comparator.load()
    faces, figures = crops(drawn, REFERENCE)
    refs = one.features(faces, figures)
    query = next(s for s in drawn if s.row["role"] == CLEAN)
    rows = range(MOST_REFERENCES)
    said = one.compare(query.face, query.figure, subset(refs, rows, rows))
    again = one.compare(query.face, query.figure, subset(refs, rows, rows))
    assert said.measures == again.measures
    assert said.logits == again.logits
    assert set(said.measures) == {*FACE_MEASURES, *FIGURE_MEASURES}
    assert all(sd > 0 and np.isfinite(mean) for mean, sd in said.measures.values())
    assert said.face_map is not None
    assert said.face_map.shape == (16, 16)
    assert said.figure_map is not None
    assert said.figure_map.shape == (24, 16)
    assert 0.0 <= said.face_map.min() <= said.face_map.max() <= 1.0
    assert said.logits["PROPORTION"] == said.logits["figure.PROPORTION"]
    assert "face.PROPORTION" not in said.logits
    assert one.compare(None, query.figure, refs).face_map is None


def test_more_references_than_four_change_nothing(drawn: list) -> None:
    one = Comparator.load()
    faces, _ = crops(drawn, REFERENCE)
    query = next(s for s in drawn if s.row["role"] == CLEAN).face
    few, many = (one.compare(query, None, {"face": faces[:n]}).logits for n in (MOST_REFERENCES, 7))
    assert few == many


def test_eyes_set_apart_or_together_are_measured_so_against_the_right_twin() -> None:
    """The shipped weights, on characters of the validation split, in the front view."""
    one = Comparator.load()
    told = []
    for seed in (200_002, 200_003, 200_005):
        desk = Desk(seed, plain=True)
        framing = framing_of(desk.who, desk.rng, bust=True, camera=1.0, loose=0.0)
        sheet = Shown(STANDING, EXPRESSIONS["neutral"], framing, bust=True)
        kept = one.features(_face(desk, sheet, None)[None])
        turned = replace(sheet, pose=replace(STANDING, yaw=2.0, tilt=1.0))
        wrong = wrong_of(desk.rng, "eye_spacing", desk.who, desk.who.design, turned, share=0.2)
        assert wrong is not None
        right, bent = (
            one.compare(_face(desk, turned, design), None, kept).measures["eye_spacing"][0]
            for design in (None, wrong.design)
        )
        told.append((bent - right) * np.sign(wrong.measures["eye_spacing"]))
    assert np.mean(told) > 0.05


def _face(desk: Desk, shown: Shown, design: object) -> np.ndarray:
    drawn = desk.draw(shown, design)
    return face_crop(drawn.rgba, drawn.head)


def test_the_shipped_file_says_what_it_is() -> None:
    told = json.loads(WEIGHTS.with_suffix(".json").read_text())
    assert told["sha256"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert sum(told["parameters"].values()) < 2_000_000
    assert told["figures"]["face"]["painted"]["eye_spacing_20"]["auroc"] > 0.5
