"""The recipe of the flow network: pairs whose motion is true, losses that fall, checkpoints, the smoke run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from ml.training.folders import BadRun

from ml.errors import WeightsMissing
from ml.inbetween.flow_net import load_shipped
from ml.training import inbetween
from ml.training.inbetween import export, recipe, train
from ml.training.inbetween_cutouts import flown
from ml.training.inbetween_judge import by_dis, rows, summary, valid_pairs
from ml.training.inbetween_loop import Settings, Trainer
from ml.training.inbetween_losses import Batch, collated, losses, total
from ml.training.inbetween_paint import IS_INK, random_paint
from ml.training.inbetween_pairs import Made, filmed, grid
from ml.training.inbetween_shards import Plan, drawn_character, recipe_sha256, render_all
from ml.training.inbetween_stream import PairStream

TRAIN, VALID = Plan("train", 2, 96, 2, 1), Plan("valid", 1, 128, 3, 2)
QUICK = Settings(3.0, sizes=((64, 1, 1.0),), processes=1, judge_every=1e9, judges=1)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    for plan in (VALID, TRAIN):
        assert sorted(render_all(folder, plan, 1)) == list(plan.seeds)
        assert not list(render_all(folder, plan, 1))  # what is there is not rendered again
    return folder


def led_off(made: Made, way: int) -> tuple[float, float]:
    """Return how far colours differ where the motion leads, and where it does not, over what is seen."""
    size = made.known.shape[1]
    this, other = (
        key[..., :3] * (key[..., 3:] / 255.0) + 255.0 - key[..., 3:]
        for key in (made.keys[way], made.keys[1 - way])
    )
    to = (grid(size) + made.motion[way].transpose(1, 2, 0)).astype(np.float32)
    led = cv2.remap(other.astype(np.float32), to[..., 0], to[..., 1], cv2.INTER_LINEAR)
    seen = made.visible[way]
    return float(np.abs(led - this)[seen].mean()), float(np.abs(other - this)[seen].mean())


def test_a_character_is_drawn_the_same_again() -> None:
    one, other = (drawn_character(TRAIN.seeds[0], TRAIN) for _ in range(2))
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)
    assert one["vectors"].dtype == np.int16


def test_the_motion_of_puppets_leads_to_the_same_paint(shards: Path) -> None:
    stream = PairStream(shards / "train", 5)
    who = next(stream._characters())
    found = np.array([led_off(filmed(stream.rng, who, 96), way) for way in (0, 1) for _ in range(8)])
    assert np.nanmean(found[:, 0]) < 0.4 * np.nanmean(found[:, 1])


def test_the_motion_of_cut_outs_leads_to_the_same_paint(shards: Path) -> None:
    stream = PairStream(shards / "train", 6)
    cast = [next(stream._characters()) for _ in range(2)]
    made = [flown(stream.rng, cast, 96) for _ in range(8)]
    found = np.array([led_off(one, way) for way in (0, 1) for one in made if one.visible.any()])
    assert np.nanmean(found[:, 0]) < 0.4 * np.nanmean(found[:, 1])
    assert any((one.known & ~one.visible).any() for one in made)


def test_both_keys_are_painted_alike_and_ink_stays_dark() -> None:
    rng = np.random.default_rng(1)
    table = np.random.default_rng(2).integers(0, 255, (256, 4)).astype(np.uint8)
    table[:, 3] = 255
    table[IS_INK, :3] = 20
    for _ in range(40):
        paint = random_paint(rng, table, 32)
        assert paint.table.shape == (256, 4)
        assert paint.table.dtype == np.uint8
    assert {random_paint(rng, table, 8).smooth for _ in range(40)} == {True, False}


def test_swapping_a_pair_swaps_all_of_it(shards: Path) -> None:
    made = PairStream(shards / "train", 7).made(64)
    back = made.swapped()
    assert np.array_equal(back.motion[0], made.motion[1])
    assert np.array_equal(back.keys[1], made.keys[0])
    one, other = (collated([m]) for m in (made, back))
    assert torch.equal(one.keys[0], other.keys[1])
    assert torch.equal(one.weight[1], other.weight[0])


def test_what_is_not_known_teaches_nothing(shards: Path, tmp_path: Path) -> None:
    trainer = Trainer(QUICK, shards, tmp_path)
    batch = next(trainer.batches())
    with torch.no_grad():
        found = trainer.model(batch.keys)
    nothing = torch.zeros_like(batch.weight)
    parts = losses(found, replace(batch, weight=nothing, visible=nothing))
    assert float(total(parts)) == 0.0


@torch.no_grad()
def loss_of(trainer: Trainer, batch: Batch) -> float:
    return float(total(losses(trainer.model(batch.keys), batch)))


def test_training_learns_and_goes_on_where_it_was_killed(shards: Path, tmp_path: Path) -> None:
    first = Trainer(QUICK, shards, tmp_path)
    batch = next(first.batches())
    before = loss_of(first, batch)
    first.spent = 1.0
    for _ in range(8):
        first.learn(batch)
    assert loss_of(first, batch) < before
    first.save()
    second = Trainer(QUICK, shards, tmp_path)
    assert second.resume()
    assert (second.step, second.spent, second.rate) == (8, first.spent, first.rate)
    one, other = first.average.state_dict(), second.average.state_dict()
    assert all(torch.equal(one[k], other[k]) for k in one)


def test_a_perfect_answer_is_judged_perfect_and_bins_add_up(shards: Path) -> None:
    pairs = valid_pairs(shards / "valid")
    if not pairs:
        pytest.skip("the validation character shows two sides of itself")
    table = rows(lambda pair: (pair.motion, pair.visible.astype(np.float32)), pairs)
    figures = summary(table)
    assert figures["all"]["epe"] == 0.0
    assert figures["all"]["within_1"] == 1.0
    assert sum(figures[name]["n"] for name in ("small", "medium", "large", "far")) == figures["all"]["n"]
    assert rows(by_dis, pairs)[:, 1].max() > 0.0


def test_the_smoke_run_trains_exports_and_loads(
    shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = replace(recipe("smoke"), seconds=4.0, judging=1.0, train=TRAIN, valid=VALID)
    of = replace(of, settings=QUICK)
    (tmp_path / "shards").symlink_to(shards)
    target = tmp_path / "weights" / "inbetween.safetensors"
    told = train(of, tmp_path, target, resume=False)
    assert told["steps"] > 0
    assert told["characters"] == {"train": 2, "valid": 1}
    assert told["figures"].keys() == {"shipped", "dis", "network"}
    assert target.stat().st_size < 5_000_000
    net = load_shipped(target)
    assert net.model_id == f"inbetween-net@{told['sha256'][:12]}"
    assert json.loads(target.with_suffix(".json").read_text())["sha256"] == told["sha256"]
    with pytest.raises(BadRun, match="--resume"):
        train(of, tmp_path, target, resume=False)
    monkeypatch.setattr(inbetween, "recipe_sha256", lambda plans: "another")
    with pytest.raises(BadRun, match="another recipe"):
        train(of, tmp_path, target, resume=True)


def test_nothing_is_exported_before_it_was_judged(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        export(tmp_path, (VALID, TRAIN), tmp_path / "inbetween.safetensors", size="smoke")


def test_the_recipes_differ_in_data_and_end_in_time() -> None:
    assert (recipe("cpu").seconds, recipe("gpu").seconds) == (5400.0, 1500.0)
    assert recipe_sha256(recipe("cpu").plans) != recipe_sha256(recipe("gpu").plans)
    with pytest.raises(BadRun):
        recipe("huge")
