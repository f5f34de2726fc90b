"""A gauge learns from the sheet, carries its limits through the pack, and its strays become drift with a place."""

import numpy as np
import pytest

from ml.consistency import gauging
from ml.consistency.gauges import Bounds, Gauged, learned
from ml.pixels import decode, encode_png
from ml.runtime import Runtime
from tests.ml.dolls import MIO, png, sheet

NAME = "SHAPE.width"


class Width:
    """How wide a figure is against the widest approved one: a gauge as small as they come."""

    key = "width"
    painted_only = False

    def __init__(self, floor: float, cap: float) -> None:
        self.bounds = {NAME: Bounds(floor, cap)}

    def learn(self, views, blank):
        return {"widths": np.array([v.size_hw[1] for v in views], np.float32)}

    def read(self, view, matches, design, *, painted):
        usual = float(learned(design, self)["widths"].max())
        stray = abs(view.size_hw[1] - usual)
        heat = np.zeros(view.size_hw, np.float32)
        heat[:40] = 1.0
        return [Gauged(NAME, "figure", view.size_hw[1], usual, "px", stray, (0.0, 0.0, 9.0, 40.0), heat=heat)]


def _measured(monkeypatch, gauge, **how):
    monkeypatch.setattr(gauging, "GAUGES", (gauge,))
    runtime = Runtime()
    pack = runtime.compile("mio", sheet(MIO))
    data = png(MIO)
    wide = np.zeros((480, 900, 4), np.uint8)
    wide[:, :360] = decode(data)
    wide[300:320, 300:890] = (60, 70, 130, 255)
    data = encode_png(wide)
    return pack, runtime.measure([data], runtime.embed([data]), [pack], [], **how)[0][0]


def test_a_stray_beyond_the_limit_becomes_drift_with_its_place(monkeypatch):
    pack, found = _measured(monkeypatch, Width(floor=5.0, cap=20.0))
    assert 5.0 <= pack.limits[NAME] <= 20.0
    number = next(a for a in found.aspects if a.aspect == "SHAPE")
    times = abs(number.value - number.sheet_value) / number.allowed
    assert times > 1.0
    assert number.drift == pytest.approx(1.0 + np.log2(times), abs=1e-3)
    grid = found.drift_map
    assert grid[:8].max() == pytest.approx(number.drift, rel=1e-3)


def test_limits_stay_between_floor_and_cap(monkeypatch):
    pack, _ = _measured(monkeypatch, Width(floor=500.0, cap=600.0))
    assert pack.limits[NAME] == 500.0
    assert pack.limits[f"ENCODED_{NAME}"] == 500.0


@pytest.mark.parametrize(("painted_only", "read"), [(True, False), (False, True)])
def test_a_gauge_that_needs_paint_is_silent_at_line_stages(monkeypatch, painted_only, read):
    gauge = Width(floor=5.0, cap=20.0)
    gauge.painted_only = painted_only
    _, found = _measured(monkeypatch, gauge, painted=False)
    assert any(a.aspect == "SHAPE" for a in found.aspects) is read
