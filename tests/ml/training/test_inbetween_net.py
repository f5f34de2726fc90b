"""The flow network at use: what it sees, what it promises whatever its weights, and how its weights are guarded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ml.errors import ShapeMismatch, WeightsCorrupt, WeightsMissing
from ml.inbetween import flow_net
from ml.inbetween.flow_input import CHANNELS, channels
from ml.inbetween.flow_net import FlowNet, load_shipped
from ml.inbetween.flow_network import FlowNetwork, _near_match, _peaks, _upsampled


def cel(shift: int = 0, size: tuple[int, int] = (96, 128)) -> np.ndarray:
    rgba = np.zeros((*size, 4), np.uint8)
    box = ((30 + shift, 25), (70 + shift, 70))
    cv2.rectangle(rgba, *box, (240, 180, 150, 255), -1)
    cv2.rectangle(rgba, *box, (20, 20, 24, 255), 2)
    return rgba


@pytest.fixture(scope="module")
def net() -> FlowNet:
    torch.manual_seed(3)
    return FlowNet(FlowNetwork(), "0" * 64, "cpu")


def test_lines_are_seen_and_black_areas_are_none() -> None:
    picture = np.full((60, 80, 3), 255, np.uint8)
    picture[:, 20:22] = 10
    picture[10:50, 40:75] = 10
    seen = channels(picture)
    assert seen.shape == (CHANNELS, 60, 80)
    assert seen.dtype == np.float32
    line = seen[4]
    assert line[30, 20] == 1.0
    assert line[30, 58] == 0.0
    assert seen[5, 30, 20] == 0.0
    assert seen[5, 30, 24] == pytest.approx(3 / 8, abs=0.02)
    assert seen[:, 0, 0].tolist() == [1, 1, 1, 1, 0, 1, 1]


def test_paper_and_nothing_have_one_colour_and_another_cover() -> None:
    clear, white = np.zeros((40, 40, 4), np.uint8), np.full((40, 40, 4), 255, np.uint8)
    assert np.array_equal(channels(clear)[:3], channels(white)[:3])
    assert channels(clear)[3].max() == 0.0
    assert np.array_equal(channels(white), channels(white[..., :3]))


def test_swapped_keys_give_swapped_flows_to_the_bit(net: FlowNet) -> None:
    a, b = cel(), cel(9)
    one, other = net.flows(a, b), net.flows(b, a)
    assert np.array_equal(one.ab, other.ba)
    assert np.array_equal(one.ba, other.ab)
    assert np.array_equal(one.seen_ab, other.seen_ba)
    again = net.flows(a.copy(), b.copy())
    assert np.array_equal(one.ab, again.ab)
    assert one.ab.shape == (96, 128, 2)
    assert one.ab.dtype == one.seen_ab.dtype == np.float32
    assert 0.0 <= one.seen_ab.min() <= one.seen_ab.max() <= 1.0


def test_equal_keys_stand_still(net: FlowNet) -> None:
    told = net.flows(cel(), cel())
    assert not told.ab.any()
    assert not told.ba.any()
    assert told.seen_ab.min() == 1.0


def test_large_keys_are_worked_out_small(net: FlowNet) -> None:
    a, b = (cv2.resize(cel(s), (1000, 750), interpolation=cv2.INTER_NEAREST) for s in (0, 9))
    large = net.flows(a, b)
    assert large.ab.shape == (750, 1000, 2)
    small = net.flows(flow_net._fitted(a, 512), flow_net._fitted(b, 512))
    assert small.ab.shape == (384, 512, 2)
    scale = np.array([1000 / 512, 750 / 384])
    off = np.abs(cv2.resize(small.ab, (1000, 750)) * scale - large.ab)
    assert np.median(off) < 1.0  # only the way down to 384 px differs


def test_keys_that_do_not_fit_are_refused(net: FlowNet) -> None:
    with pytest.raises(ShapeMismatch):
        net.flows(cel(), cel(size=(96, 96)))
    with pytest.raises(ShapeMismatch):
        net.flows(cel().astype(np.float32), cel().astype(np.float32))


def test_the_best_match_is_found_wherever_it_lies_to_a_part_of_a_cell() -> None:
    h, w = 6, 7
    similar = torch.full((1, h * w, h * w), -30.0)
    for cell in range(h * w):
        y, x = cell // w, cell % w
        similar[0, cell, min(y + 2, h - 1) * w + x] = 5.0
        similar[0, cell, min(y + 2, h - 1) * w + min(x + 1, w - 1)] = 5.0
    flow, sure = _peaks(similar, (h, w))
    assert flow.shape == (1, 2, h, w)
    assert flow[0, :, 1, 2].tolist() == pytest.approx([4.0, 16.0], abs=1e-3)
    assert sure[0].min() > 0.99


@pytest.mark.parametrize(("radius", "tile"), [(3, 4), (2, 8)])
def test_the_match_by_tiles_is_the_match_by_windows(radius: int, tile: int) -> None:
    told, led = torch.randn(2, 5, 16, 24), torch.randn(2, 5, 16, 24)
    padded = torch.nn.functional.pad(led, (radius,) * 4)
    side = range(2 * radius + 1)
    plain = torch.stack([(told * padded[:, :, y : y + 16, x : x + 24]).sum(1) for y in side for x in side], 1)
    assert torch.allclose(plain, _near_match(told, led, radius, tile), atol=1e-5)


def test_upsampling_keeps_what_is_the_same_everywhere() -> None:
    values = torch.tensor([3.0, -2.0, 1.0]).view(1, 3, 1, 1).expand(2, 3, 5, 6)
    full = _upsampled(values, torch.randn(2, 144, 5, 6))
    assert full.shape == (2, 3, 20, 24)
    assert torch.allclose(full[0, 1], torch.tensor(-2.0))


def test_the_network_is_small() -> None:
    assert sum(p.numel() for p in FlowNetwork().parameters()) < 2_000_000


def test_weights_are_guarded_by_their_checksum(tmp_path: Path) -> None:
    path = tmp_path / "inbetween.safetensors"
    with pytest.raises(WeightsMissing, match=r"ml\.training inbetween"):
        load_shipped(path)
    save_file({name: value.half().contiguous() for name, value in FlowNetwork().state_dict().items()}, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps({"sha256": sha256}))
    assert load_shipped(path).model_id == f"inbetween-net@{sha256[:12]}"
    flow_net._loaded.cache_clear()
    path.with_suffix(".json").write_text(json.dumps({"sha256": "0" * 64}))
    with pytest.raises(WeightsCorrupt):
        load_shipped(path)
    save_file({"other": torch.zeros(2)}, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps({"sha256": sha256}))
    with pytest.raises(WeightsCorrupt, match="no weights of this network"):
        load_shipped(path)
