"""The legend of the heat map and the map itself: the same colours at the same drifts, on every page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ml.consistency.heat import overlay

ROOT = Path(__file__).parents[2]
STOP = re.compile(r"rgb\((\d+) (\d+) (\d+) / ([\d.]+)\) ([\d.]+)%")


@pytest.mark.parametrize("style", ["qa/static/qa/review.css", "studio/cli/static/compare.css"])
def test_the_legend_shows_what_the_map_shows(style: str) -> None:
    stops = STOP.findall((ROOT / style).read_text(encoding="utf-8"))
    assert [float(stop[4]) for stop in stops] == [0, 17.5, 50, 100]
    for red, green, blue, alpha, place in stops:
        drift = float(place) / 100.0 * 2.0  # the legend runs from 0 to 2
        seen = overlay(np.full((2, 2), drift, np.float32), (0, 0, 4, 4), (4, 4))[2, 2]
        assert seen[:3].tolist() == [int(red), int(green), int(blue)]
        assert seen[3] / 255.0 == pytest.approx(float(alpha), abs=0.01)
