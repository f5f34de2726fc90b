"""The recipe: what is drawn is labelled right, training goes on after a kill, and the command does it all in small."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from ml.training.folders import BadRun, claim

from ml.comparator.inference import Comparator
from ml.comparator.network import face_net
from ml.comparator.overlay import as_pairs
from ml.errors import WeightsCorrupt, WeightsMissing
from ml.training import evaluate
from ml.training.augment import LINED, PLAIN, applied, world
from ml.training.batches import PairStream, nearest
from ml.training.checkpoints import restore
from ml.training.comparator import recipe
from ml.training.drawn import CLEAN, REFERENCE, ROW, WRONG, Amount, draw_person
from ml.training.evaluate import auroc
from ml.training.export import export
from ml.training.loop import Settings, Trainer, rate_at
from ml.training.losses import losses, total
from ml.training.shards import Plan, Shards, missing, recipe_sha256, render_one
from ml.training.warm import Summaries, fit

SMALL = Plan("train", 2, 1, Amount(busts=2, fulls=1, twins=2))
JUDGE = Plan("valid", 1, 1)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    for plan in (SMALL, JUDGE):
        for number in range(plan.shards):
            render_one(folder, plan, number)
    return folder


def test_a_character_gives_references_clean_drawings_and_wrong_twins() -> None:
    samples = draw_person(100_007, Amount(busts=2, fulls=1, twins=2))
    roles = [int(s.row["role"]) for s in samples]
    assert roles.count(REFERENCE) >= 6
    assert roles.count(CLEAN) >= 3
    wrong = [s for s in samples if s.row["role"] == WRONG]
    assert any(s.row["any_face"] == 1 or s.row["any_figure"] == 1 for s in wrong)
    for sample in wrong:
        twin = samples[int(sample.row["twin"])]
        assert twin.row["role"] == CLEAN
        assert twin.row["yaw"] == sample.row["yaw"]
    for sample in (s for s in samples if s.row["role"] != WRONG):
        assert not sample.row["measure"].any()
        assert sample.face_place.max() == sample.figure_place.max() == 0


def test_the_same_seed_draws_the_same(shards: Path) -> None:
    again = draw_person(100_000, SMALL.amount)
    kept = Shards(shards, "train").arrays[0]
    assert np.array_equal(kept["rows"], np.stack([s.row for s in again]))
    assert np.array_equal(kept["face"], np.stack([s.face for s in again]))


def test_training_and_validation_share_no_character() -> None:
    seeds = [set(Plan(split, 100).seeds(n)) for split in ("train", "valid") for n in range(3)]
    assert len(set.union(*seeds)) == sum(len(s) for s in seeds)


def test_rendering_goes_on_where_it_was_killed(shards: Path) -> None:
    more = Plan("train", 3, 1, SMALL.amount)
    assert missing(shards, more) == [2]
    assert missing(shards, SMALL) == []


def test_references_are_the_nearest_views_and_of_the_same_framing() -> None:
    rows = np.zeros(4, ROW)
    rows["role"] = (REFERENCE, REFERENCE, REFERENCE, CLEAN)
    rows["yaw"] = (0.0, 45.0, 36.0, 30.0)
    rows["bust"] = (1, 0, 1, 0)
    assert nearest(rows, 3, 2, "figure", None).tolist() == [1, 2]
    assert nearest(rows, 3, 2, "face", None).tolist() == [2, 1]


def test_batches_hold_each_wrong_drawing_before_its_twin(shards: Path) -> None:
    stream = PairStream(Shards(shards, "train"), "face", 8, seed=3)
    batch = next(iter(stream))
    assert batch.laid.shape[0] == batch.queries.shape[0] == 8
    assert batch.flow.shape[:2] == batch.laid.shape[:2]
    assert (batch.any_[1::2] == 0).all()
    assert (batch.measure[1::2] == 0).all()
    again = next(iter(PairStream(Shards(shards, "train"), "face", 8, seed=3)))
    assert torch.equal(batch.queries, again.queries)


def test_clean_drawings_of_a_production_stay_what_they_are(shards: Path) -> None:
    crop = Shards(shards, "train").arrays[0]["face"][0]
    rng = np.random.default_rng(0)
    assert np.array_equal(applied(crop, PLAIN, rng, query=False), crop)
    lined = applied(crop, LINED, rng, query=False)
    assert (lined[..., 0] == lined[..., 1]).all()
    assert world(rng, ink=True).line


def test_the_rate_rises_and_ends_at_nought_with_the_time() -> None:
    assert rate_at(0.0, 1.0) < rate_at(0.02, 1.0) < rate_at(0.04, 1.0) == 1.0
    assert rate_at(0.5, 1.0) == pytest.approx(0.5, abs=0.05)
    assert rate_at(1.0, 1.0) == pytest.approx(0.0, abs=1e-9)
    assert rate_at(2.0, 1.0) == pytest.approx(0.0, abs=1e-9)


def test_auroc_counts_pairs() -> None:
    assert auroc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1.0
    assert auroc(np.array([1.0]), np.array([1.0, 0.0])) == 0.75


def test_a_killed_training_goes_on_at_its_step_rate_and_moments(shards: Path, tmp_path: Path) -> None:
    settings = Settings(100.0, batch=4)
    first = Trainer("face", settings, shards, tmp_path)
    batch = next(first.batches())
    before = total(losses(_said(first, batch), batch)).item()
    for _ in range(6):
        first.learn(batch)
    assert total(losses(_said(first, batch), batch)).item() < before
    first.spent = 40.0
    first.save()
    second = Trainer("face", settings, shards, tmp_path)
    assert second.resume()
    assert (second.step, second.spent, second.rate) == (6, 40.0, first.rate)
    for trainer in (first, second):
        trainer.learn(batch)
    one, other = first.model.state_dict(), second.model.state_dict()
    assert all(torch.allclose(one[k], other[k], atol=1e-6) for k in one)
    slots = second.optimizer.state_dict()["state"][0]
    assert torch.allclose(slots["exp_avg"], first.optimizer.state_dict()["state"][0]["exp_avg"], atol=1e-6)


def _said(trainer: Trainer, batch: object) -> object:
    trainer.model.train()
    return trainer.model(as_pairs(batch.queries[:, None].expand_as(batch.laid), batch.laid, batch.flow))


def test_a_checkpoint_that_was_cut_off_is_refused(shards: Path, tmp_path: Path) -> None:
    trainer = Trainer("face", Settings(100.0, batch=4), shards, tmp_path)
    trainer.learn(next(trainer.batches()))
    trainer.save()
    weights = tmp_path / "last" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(WeightsCorrupt, match="without --resume"):
        restore(tmp_path / "last", trainer._models(), trainer.optimizer)


def test_both_networks_trained_for_a_moment_are_exported_and_load(
    shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = evaluate.asked
    monkeypatch.setattr(evaluate, "asked", lambda *a, **k: asked(*a, **k)[::6])
    (tmp_path / "shards").symlink_to(shards)
    target = tmp_path / "weights" / "comparator.safetensors"
    with pytest.raises(WeightsMissing):
        export(tmp_path, (SMALL, JUDGE), target, size="smoke")
    for net in ("face", "figure"):
        trainer = Trainer(net, Settings(0.5, batch=4, warm=2), tmp_path / "shards", tmp_path / net)
        trainer.run()
        assert trainer.step > 0
        assert (tmp_path / net / "last" / "state.json").is_file()
    told = export(tmp_path, (SMALL, JUDGE), target, size="smoke")
    assert told["characters"] == {"train": 2, "valid": 1}
    assert told["seeds"]["train"] == [100_000, 100_001]
    assert Comparator.load(target).model_id.startswith(f"comparator@{told['sha256'][:12]}")
    assert json.loads(target.with_suffix(".json").read_text())["figures"]["face"]["painted"]


def test_a_folder_of_another_recipe_is_not_gone_on_with(tmp_path: Path) -> None:
    claim(tmp_path, "smoke", "one", resume=False)
    claim(tmp_path, "smoke", "one", resume=True)
    with pytest.raises(BadRun, match="--resume"):
        claim(tmp_path, "smoke", "one", resume=False)
    with pytest.raises(BadRun, match="another recipe"):
        claim(tmp_path, "smoke", "other", resume=True)


def test_the_recipes_differ_in_data_and_end_in_time() -> None:
    assert (recipe("cpu").seconds, recipe("gpu").seconds) == (5400.0, 1500.0)
    assert recipe_sha256(recipe("cpu").plans) != recipe_sha256(recipe("gpu").plans)
    with pytest.raises(BadRun):
        recipe("huge")


def test_least_squares_finds_what_the_plain_features_tell() -> None:
    torch.manual_seed(0)
    model = face_net()
    outputs, size = model.direct.weight.shape
    features = torch.randn(3000, size)
    truth = features[:, :7] * 2.0
    known = Summaries(features, torch.zeros(3000), torch.zeros(3000, 5), truth, torch.ones(3000, 7))
    fit(model, known)
    told = model.direct(features)[:, outputs - 7 :]
    assert torch.corrcoef(torch.stack([told[:, 3], truth[:, 3]]))[0, 1] > 0.95
