"""The line network at run time: what it gives back, tiles without seams, weights that must be the right ones."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ml.cleanup import network
from ml.cleanup.net import LineNet
from ml.cleanup.network import WEIGHTS, CleanNet, sharpened
from ml.errors import ShapeMismatch, WeightsCorrupt, WeightsMissing
from ml.training.cleanup_judge import f1, otsu
from ml.training.cleanup_shards import Plan, drawings
from ml.training.cleanup_stream import ink_of
from ml.training.line_truth import truth_of
from ml.training.roughen import LEVELS, roughen


@pytest.fixture(scope="module")
def net() -> CleanNet:
    torch.manual_seed(3)
    return CleanNet(LineNet(), "0" * 64, "cpu")


def ink(h: int, w: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    return (rng.random((h, w), np.float32) ** 6).astype(np.float32)


def test_the_network_is_small() -> None:
    assert sum(p.numel() for p in LineNet().parameters()) < 1_000_000


def test_evidence_has_the_size_of_the_ink_and_keeps_its_ranges(net: CleanNet) -> None:
    found = net.evidence(ink(75, 101))
    maps = (found.line, found.distance_px, found.tips, found.crossings, found.width_px)
    assert all(one.shape == (75, 101) and one.dtype == np.float32 for one in maps)
    assert found.direction.shape == (75, 101, 2)
    assert found.direction.dtype == np.float32
    assert min(float(one.min()) for one in maps) >= 0.0
    assert max(float(one.max()) for one in (found.line, found.tips, found.crossings)) <= 1.0
    assert float(found.distance_px.max()) <= 6.0


def test_the_same_ink_gives_the_same_evidence(net: CleanNet) -> None:
    one, other = (net.evidence(ink(64, 64)) for _ in range(2))
    assert np.array_equal(one.line, other.line)


def test_tiles_show_no_seams(net: CleanNet, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = net.evidence(ink(300, 520)).line
    monkeypatch.setattr(network, "TILE_PX", 384)
    tiled = net.evidence(ink(300, 520)).line
    assert float(np.abs(whole - tiled).max()) < 1e-3


def test_a_faint_belief_in_one_line_becomes_its_ridge_and_close_lines_stay_apart() -> None:
    x = np.arange(40, dtype=np.float32)
    faint = np.repeat(0.3 * np.exp(-((x - 20) ** 2) / 8)[None], 40, axis=0).astype(np.float32)
    found = sharpened(faint)
    assert (found[20, 19:22] > 0.5).all()
    assert not (found[20, [15, 25]] > 0.5).any()
    pair = np.repeat((np.exp(-((x - 18) ** 2)) + np.exp(-((x - 22) ** 2)))[None], 40, axis=0).astype(
        np.float32
    )
    assert (sharpened(pair)[20, [18, 22]] > 0.9).all()
    assert sharpened(pair)[20, 20] < 0.5
    assert not sharpened(np.full((40, 40), 0.005, np.float32)).max() > 0.5


def test_what_is_no_darkness_is_refused(net: CleanNet) -> None:
    for bad in (np.zeros((8, 8, 3), np.float32), np.zeros((8, 8)), np.zeros((0, 8), np.float32)):
        with pytest.raises(ShapeMismatch):
            net.evidence(bad)


def test_missing_and_changed_weights_are_named(tmp_path: Path) -> None:
    path = tmp_path / "cleanup.safetensors"
    with pytest.raises(WeightsMissing, match=r"ml\.training cleanup"):
        CleanNet.load(path)
    shutil.copy(WEIGHTS, path)
    path.with_suffix(".json").write_text(json.dumps({"sha256": "0" * 64}))
    with pytest.raises(WeightsCorrupt):
        CleanNet.load(path)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"stem.weight": torch.zeros(3)}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps({"sha256": digest}))
    with pytest.raises(WeightsCorrupt, match="LineNet"):
        CleanNet.load(path)


@pytest.mark.parametrize("level", ["medium", "heavy"])
def test_the_shipped_network_reads_roughs_better_than_a_threshold(level: str) -> None:
    plan = Plan("valid", 60, 384, 1)
    art = drawings(plan.seeds[-1], plan)[0]
    rough = roughen(art, LEVELS[level], 11)
    wanted = truth_of(art).line
    found = CleanNet.load().evidence(ink_of(rough.rgb))
    assert f1(found.line > 0.5, wanted)[0] > f1(otsu(rough.rgb), wanted)[0]
