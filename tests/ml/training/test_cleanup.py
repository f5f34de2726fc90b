"""The recipe of the line network: clean art that is seen, roughs true to it, losses that fall, the smoke run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.cleanup.net import LineNet, Read
from ml.cleanup.network import CleanNet
from ml.errors import ShapeMismatch, WeightsMissing
from ml.training import cleanup
from ml.training.cleanup import export, recipe, train
from ml.training.cleanup_judge import f1, otsu, rows, summary
from ml.training.cleanup_loop import Settings, Trainer
from ml.training.cleanup_losses import Batch, collated, losses, total
from ml.training.cleanup_shards import Plan, drawings, packed, recipe_sha256, render_all, unpacked
from ml.training.cleanup_stream import PieceStream, ink_of, piece_of, turned_piece, valid_pieces
from ml.training.folders import BadRun
from ml.training.line_art import Line, LineArt, View, drawn, middle_line, resampled, runs, seen_in, with_ends
from ml.training.line_art_chance import chance_art
from ml.training.line_truth import crossings, free_ends, truth_of
from ml.training.roughen import LEVELS, roughen

TRAIN, VALID = Plan("train", 2, 128, 2), Plan("valid", 1, 128, 3)
QUICK = Settings(3.0, sizes=((64, 1, 1.0),), processes=1, judge_every=1e9, judges=1)
BUST = Plan("valid", 3, 320, 1)


def line(*points: tuple[float, float], closed: bool = False, width: float = 2.0) -> Line:
    return Line(resampled(np.array(points)).astype(np.float32), width, closed)


def art(*lines: Line, side: int = 64) -> LineArt:
    return with_ends(LineArt((side, side), lines))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads wait for each other at every layer of so small a picture, on a busy machine for long."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def bust() -> LineArt:
    return drawings(BUST.seeds[2], BUST)[0]


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    for plan in (VALID, TRAIN):
        assert sorted(render_all(folder, plan, 1)) == list(plan.seeds)
        assert not list(render_all(folder, plan, 1))  # what is there is not drawn again
    return folder


def test_a_character_is_drawn_the_same_again_and_kept_without_loss(bust: LineArt) -> None:
    again = drawings(BUST.seeds[2], BUST)[0]
    back = unpacked(packed([again, bust]))
    for one in (again, *back):
        assert one.size_hw == bust.size_hw
        assert all(
            np.array_equal(a.points_xy, b.points_xy) for a, b in zip(one.lines, bust.lines, strict=True)
        )
        assert [a.is_free for a in one.lines] == [b.is_free for b in bust.lines]


def test_a_split_has_so_many_characters_and_no_more() -> None:
    assert set(Plan("test", 200).seeds).isdisjoint({*Plan("train", 900).seeds, *Plan("valid", 200).seeds})
    with pytest.raises(ShapeMismatch):
        _ = Plan("valid", 201).seeds


def test_lines_that_lie_over_each_other_are_drawn_once(bust: LineArt) -> None:
    once = drawn(bust) > 0.5
    length = sum(one.length_px for one in bust.lines)
    assert 0.75 < once.sum() / (2.0 * length) < 1.25  # lines of 2 px that share no stretch


def test_lines_end_on_what_covers_them() -> None:
    crossing = art(line((4, 32), (60, 32)), line((32, 4), (32, 31)))
    assert crossing.lines[0].is_free == (True, True)
    assert crossing.lines[1].is_free == (True, False)


def test_a_long_solid_mark_becomes_its_middle() -> None:
    middle, thick = middle_line(resampled(np.array([(10, 10), (50, 10), (50, 14), (10, 14), (10, 10)])))
    assert thick == pytest.approx(4.0, abs=0.4)
    assert np.allclose(middle[2:-2, 1], 12.0, atol=0.2)


def test_runs_are_found_and_joined() -> None:
    flags = np.array([1, 1, 0, 1, 0, 0, 0, 1], bool)
    assert runs(flags) == [(0, 2), (3, 4), (7, 8)]
    assert runs(flags, joined=1) == [(0, 4), (7, 8)]


def test_a_view_enlarges_and_mirrors_about_its_middle() -> None:
    one = art(line((20, 30), (40, 30)))
    seen = seen_in(one, View((30.0, 30.0), 81, 2.0, 0.0, mirrored=True))
    points = seen.lines[0].points_xy
    assert np.allclose(points[[0, -1]], [(60, 40), (20, 40)], atol=1e-3)
    assert seen.lines[0].width_px == 4.0


def test_shapes_by_chance_repeat_and_cover_each_other() -> None:
    one, other = chance_art(160, 5), chance_art(160, 5)
    assert len(one.lines) == len(other.lines) >= 3
    assert any(not all(x.is_free) and not x.is_closed for k in range(4) for x in chance_art(160, k).lines)


def test_the_truth_of_a_straight_line_is_exact() -> None:
    truth = truth_of(art(line((10, 20), (50, 20))), (np.full(81, 3.0),))
    assert truth.distance_px[20, 30] == pytest.approx(0.0, abs=0.05)
    assert truth.distance_px[23, 30] == pytest.approx(3.0, abs=0.15)
    assert truth.distance_px.max() == 6.0
    assert truth.line[19:22, 30].all()
    assert not truth.line[[17, 23], 30].any()
    assert np.allclose(truth.direction[20, 30], (1.0, 0.0), atol=0.02)
    assert truth.width_px[21, 30] == pytest.approx(3.0)
    assert truth.tips[20, 10] == pytest.approx(1.0, abs=0.02)
    assert truth.tips[20, 30] < 0.01


def test_lines_cross_where_they_cross() -> None:
    plus = art(line((8, 30), (56, 30)), line((32, 6), (32, 58)))
    assert np.allclose(crossings(plus), [(32, 30)], atol=1.5)
    assert len(free_ends(plus)) == 4
    beside = art(line((8, 30), (56, 30)), line((8, 31), (56, 31)))
    assert not len(crossings(beside))


def test_the_same_seed_gives_the_same_rough_and_another_another(bust: LineArt) -> None:
    one, same, other = (roughen(bust, 1.0, seed) for seed in (3, 3, 4))
    assert np.array_equal(one.rgb, same.rgb)
    assert len(one.gaps) == len(same.gaps)
    assert not np.array_equal(one.rgb, other.rgb)


def test_rougher_levels_are_harder_to_read(bust: LineArt) -> None:
    wanted = drawn(bust) > 0.5
    scores = [
        np.mean([f1(otsu(roughen(bust, level, seed).rgb), wanted)[0] for seed in range(2)])
        for level in LEVELS.values()
    ]
    assert scores[0] > scores[1] > scores[2]
    assert scores[0] > 0.9


def test_a_gap_holds_no_graphite_and_lies_on_its_line() -> None:
    one = art(line((20, 80), (220, 80)), line((20, 160), (220, 160)), side=240)
    found = [(roughen(one, 0.4, seed)) for seed in range(12)]
    gaps = [(rough, gap) for rough in found for gap in rough.gaps]
    assert gaps
    middles = [(rough, gap.ends_xy.mean(axis=0)) for rough, gap in gaps if gap.length_px > 4.0]
    inside = [float(rough.ink[round(float(y)), round(float(x))]) for rough, (x, y) in middles]
    assert np.median(inside) < 0.1
    assert all(min(abs(y - 80), abs(y - 160)) < 0.5 for _, (_, y) in middles)


def test_paper_is_taken_off_whatever_its_tone() -> None:
    rgb = np.full((96, 96, 3), (200, 190, 150), np.uint8)
    rgb[40:43] = (60, 58, 50)
    dark = ink_of(rgb)
    assert dark[10, 10] == pytest.approx(0.0, abs=0.02)
    assert dark[41, 50] > 0.9
    rgb[60:63] = (110, 120, 180)  # a blue pencil
    assert ink_of(rgb)[61, 50] < 0.1
    assert ink_of(rgb, left=1.0)[61, 50] > 0.1


@pytest.mark.parametrize("quarter", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_piece_has_the_truth_of_the_turned_drawing(quarter: int, mirrored: bool) -> None:
    slant = art(line((12, 16), (52, 40)))
    piece = turned_piece(piece_of(slant, 0.3, 1), quarter, mirrored=mirrored)
    points = slant.lines[0].points_xy.astype(np.float64)
    if mirrored:
        points = np.stack((63 - points[:, 0], points[:, 1]), axis=1)
    for _ in range(quarter):
        points = np.stack((points[:, 1], 63 - points[:, 0]), axis=1)
    wanted = truth_of(art(Line(points.astype(np.float32), 2.0)))
    on = wanted.distance_px < 1.5
    assert np.array_equal(piece.truth.line, wanted.line)
    assert np.allclose(piece.truth.direction[on], wanted.direction[on], atol=0.1)
    assert np.allclose(piece.truth.tips, wanted.tips, atol=1e-3)


def perfect(batch: Batch) -> Read:
    def logits(values: torch.Tensor) -> torch.Tensor:
        return torch.logit(values.clamp(1e-6, 1 - 1e-6))

    return Read(
        logits(batch.line), batch.distance_px, batch.direction, logits(batch.tips), logits(batch.crossings),
        batch.width_px,
    )  # fmt: skip


def test_a_perfect_answer_costs_less_than_a_blank_one(shards: Path) -> None:
    batch = collated([PieceStream(shards / "train", 2).made(64) for _ in range(3)])
    best = losses(perfect(batch), batch)
    blank = losses(LineNet()(batch.darkness), batch)
    assert float(best["distance"]) == float(best["direction"]) == float(best["width"]) == 0.0
    assert float(best["dice"]) < 0.01
    assert all(float(best[name]) < float(blank[name].detach()) for name in best)


@torch.no_grad()
def loss_of(trainer: Trainer, batch: Batch) -> float:
    return float(total(losses(trainer.model(batch.darkness), batch)))


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


def test_f1_forgives_two_pixels_and_not_three() -> None:
    wanted = np.zeros((40, 40), bool)
    wanted[20] = True
    assert f1(np.roll(wanted, 2, axis=0), wanted) == (1.0, 1.0, 1.0)
    assert f1(np.roll(wanted, 3, axis=0), wanted)[0] == 0.0
    half = wanted.copy()
    half[:, 20:] = False
    score, precision, recall = f1(half, wanted)
    assert precision == 1.0
    assert recall == pytest.approx(0.55)
    assert score == pytest.approx(2 * recall / (1 + recall))
    assert f1(np.zeros_like(wanted), wanted) == (0.0, 0.0, 0.0)


def test_the_validation_drawings_stay_the_same_and_the_truth_is_judged_perfect(shards: Path) -> None:
    one, other = valid_pieces(shards / "valid"), valid_pieces(shards / "valid")
    assert [a.level for a in one] == list(LEVELS)
    assert all(np.array_equal(a.rgb, b.rgb) for a, b in zip(one, other, strict=True))
    figures = summary(rows(lambda asked: asked.piece.truth.line, one))
    assert all(found["f1"] == 1.0 for found in figures.values())


def test_the_smoke_run_trains_exports_and_loads(
    shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = replace(recipe("smoke"), seconds=4.0, judging=1.0, train=TRAIN, valid=VALID, settings=QUICK)
    (tmp_path / "shards").symlink_to(shards)
    target = tmp_path / "weights" / "cleanup.safetensors"
    told = train(of, tmp_path, target, resume=False)
    assert told["steps"] > 0
    assert told["parameters"] < 1_000_000
    assert told["characters"] == {"train": 2, "valid": 1}
    assert told["figures"].keys() == {"network", "otsu"}
    assert CleanNet.load(target).model_id == f"cleanup@{told['sha256'][:12]}"
    assert json.loads(target.with_suffix(".json").read_text())["sha256"] == told["sha256"]
    with pytest.raises(BadRun, match="--resume"):
        train(of, tmp_path, target, resume=False)
    monkeypatch.setattr(cleanup, "recipe_sha256", lambda plans: "another")
    with pytest.raises(BadRun, match="another recipe"):
        train(of, tmp_path, target, resume=True)


def test_nothing_is_exported_before_it_was_judged(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        export(tmp_path, (VALID, TRAIN), tmp_path / "cleanup.safetensors", size="smoke")


def test_the_recipes_differ_in_data_and_end_in_time() -> None:
    assert (recipe("cpu").seconds, recipe("gpu").seconds) == (5400.0, 1500.0)
    assert recipe_sha256(recipe("cpu").plans) != recipe_sha256(recipe("gpu").plans)
    with pytest.raises(BadRun):
        recipe("huge")
