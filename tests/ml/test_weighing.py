"""All numbers of a drawing weighed together: what is noted, how far limits move, and weights that are whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.consistency import weighing
from ml.consistency.gauges import Gauged
from ml.consistency.weighing import ASPECTS, FACTS, Weigher, names, noting, weight_of
from ml.consistency.wording import Numbered
from ml.errors import WeightsCorrupt, WeightsMissing
from ml.pixels import encode_png
from ml.puppets.drift import make
from ml.puppets.frames import Framing
from ml.puppets.palette import swatches
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.render import render
from ml.puppets.splits import design_of
from ml.runtime import Runtime
from ml.training import weigher as recipe
from ml.types import SheetPicture, SwatchSpec

DESIGN = design_of(100008)
TALL = DESIGN.build.heads_tall * 100.0
BUST = Framing((320, 420), 320 / 195.0, (0.0, -(TALL - 66.0)), 1.6, 3)


def _number(name: str, ratio: float) -> Numbered:
    return Numbered(Gauged(name, "jaw", 100.0 + ratio, 100.0, "%", ratio), name, ratio, 1.0)


@pytest.fixture(scope="module")
def pack():
    pictures = [
        SheetPicture(
            face, encode_png(render(DESIGN, STANDING, EXPRESSIONS[face], BUST).rgba), "expression", "front"
        )
        for face in ("neutral", "smile", "angry")
    ]
    model = tuple(SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(DESIGN))
    return Runtime().compile("puppet", pictures, model)


def _asked(pack, kind: str = ""):
    pose, face = replace(STANDING, tilt=2.0), EXPRESSIONS["neutral"]
    frame = make(kind, DESIGN, pose, face, BUST, 1).frame if kind else render(DESIGN, pose, face, BUST)
    runtime, png = Runtime(), encode_png(frame.rgba)
    return runtime.measure([png], runtime.embed([png]), [pack], [pack])[0][0]


def test_a_drawing_is_noted_once_and_without_its_weights(pack):
    with noting() as seen:
        plain = _asked(pack, "face_shape_15")
    assert [row.shape for row in seen] == [(len(names()),)]
    assert np.isfinite(seen[0]).all()
    told = dict(zip(names(), seen[0].tolist(), strict=True))
    assert told["FACE.net_face told"] == told["face asked"] == told["front"] == 1.0
    assert told["matches"] > 0
    assert told["figure asked"] == 1.0  # of named paint in any case
    weighed = _asked(pack, "face_shape_15")
    assert {(a.part, a.value) for a in plain.aspects} == {(a.part, a.value) for a in weighed.aspects}


def test_a_wrong_face_weighs_more_than_a_right_one(pack):
    rows = []
    for kind in ("", "face_shape_15", "eye_spacing_20"):
        with noting() as seen:
            _asked(pack, kind)
        rows.append(float(Weigher.load().log_odds(seen[0])[ASPECTS.index("FACE")]))
    assert min(rows[1:]) > rows[0] + 1.0


def test_weights_stay_within_their_bounds_and_leave_facts_alone():
    weigher = Weigher.load()
    calm = np.zeros(len(names()), np.float32)
    numbers = [_number("FACE.jaw", 40.0), _number("SHAPE.hair", 0.0), _number("DETAIL.part", 9.0)]
    weights = weigher.weights(calm, numbers)
    assert weights["FACE"] == pytest.approx(1.0 / weighing.MOST_CALMED)
    assert "SHAPE" not in weights  # nothing was out: there is nothing to move
    assert "DETAIL" not in weights
    assert "COLOUR" not in weights
    assert weight_of(numbers[0], weights) == weights["FACE"]
    assert "DETAIL.part" in FACTS
    assert weight_of(numbers[2], {"DETAIL": 0.2}) == 1.0


def test_the_recipe_learns_which_aspect_is_wrong():
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(60, len(names()))).astype(np.float32)
    classes = np.where(seen[:, 3] > 0.5, 2, 0)
    tensors = recipe.fit(seen, classes, members=2, epochs=20)
    odds = weighing.built(tensors, {}).log_odds(seen)
    assert odds[classes == 2, 1].mean() > odds[classes == 0, 1].mean() + 1.0


def test_written_weights_are_read_again(tmp_path: Path):
    seen = np.random.default_rng(1).normal(size=(40, len(names()))).astype(np.float32)
    tensors = recipe.fit(seen, np.arange(40) % 3, members=2, epochs=1)
    odds = weighing.built(tensors, {}).log_odds(seen)
    path = tmp_path / "weigher.safetensors"
    sha256 = recipe.write(tensors, recipe.limits(odds), path, {})
    weigher = weighing._loaded(path)
    assert weigher.model_id.startswith(f"weigher@{sha256[:12]}")
    assert weigher.log_odds(seen[7]).tolist() == pytest.approx(odds[7].tolist(), abs=1e-4)
    assert weigher.limits.keys() == set(ASPECTS)


def test_damaged_and_missing_weights_are_refused(tmp_path: Path):
    path = tmp_path / "weigher.safetensors"
    with pytest.raises(WeightsMissing, match=r"weigher\.safetensors"):
        weighing._loaded(path)
    path.write_bytes(weighing.WEIGHTS.read_bytes()[:-1])
    path.with_suffix(".json").write_text(weighing.WEIGHTS.with_suffix(".json").read_text())
    with pytest.raises(WeightsCorrupt, match="checksum"):
        weighing._loaded(path)


def test_weights_of_other_features_are_refused(tmp_path: Path):
    path = tmp_path / "weigher.safetensors"
    path.write_bytes(weighing.WEIGHTS.read_bytes())
    told = json.loads(weighing.WEIGHTS.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(told | {"features": told["features"][1:]}))
    with pytest.raises(WeightsCorrupt, match="other features"):
        weighing._loaded(path)
