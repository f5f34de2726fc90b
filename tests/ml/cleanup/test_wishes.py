"""What an artist asks, as JSON: there and back, and refused where it is not of its form."""

from __future__ import annotations

import json

import pytest

from ml.cleanup.wishes import FORMAT, Dab, Style, Switch, Wishes, from_sidecar, sidecar
from ml.errors import BadWishes

STYLE = Style((1, 2, 3), 2.5, 400, tuple(0.5 + k / 15 for k in range(16)), 0.2, (0.8, 1.0, 1.1))
FULL = Wishes(
    strength=0.3, merge_px=4.5, gap_px=12, weight_px=2.25, pressure=0.4, taper_px=9, jitter=0.6, line_rgb=(9, 8, 7),
    is_binary=True, red="ink", blue="drop", style=STYLE, strokes=(Switch((1.5, 2), is_on=False),),
    closures=(Switch((3, 4), is_on=True), Switch((5, 6), is_on=False)), kept=(Dab((7, 8), 12.5),),
)  # fmt: skip


@pytest.mark.parametrize("wishes", [Wishes(), FULL])
def test_wishes_go_there_and_back(wishes):
    told = json.loads(json.dumps(wishes.as_json()))
    assert Wishes.from_json(told) == wishes
    assert from_sidecar(json.loads(json.dumps(sidecar(wishes, (10, 20)))), (10, 20)) == wishes


def test_what_is_not_said_keeps_its_default():
    assert Wishes.from_json({}) == Wishes()
    assert Wishes.from_json({"gap_px": 3}).gap_px == 3.0


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ([], "wishes is not an object"),
        ({"strenght": 1}, "wishes.strenght"),
        ({"strength": 1.2}, "wishes.strength"),
        ({"strength": True}, "wishes.strength"),
        ({"gap_px": float("nan")}, "wishes.gap_px"),
        ({"gap_px": None}, "wishes.gap_px"),
        ({"line_rgb": [0, 0]}, "wishes.line_rgb"),
        ({"line_rgb": [0, 0.5, 0]}, r"wishes.line_rgb\[1\]"),
        ({"is_binary": 1}, "wishes.is_binary"),
        ({"red": "away"}, "wishes.red"),
        ({"strokes": {}}, "wishes.strokes"),
        ({"strokes": [{"xy": [1, 2]}]}, r"wishes.strokes\[0\]"),
        (
            {"closures": [{"xy": [1, 2], "is_on": True}, {"xy": [1], "is_on": True}]},
            r"wishes.closures\[1\].xy",
        ),
        ({"kept": [{"xy": [1, 2], "radius_px": 0}]}, r"wishes.kept\[0\].radius_px"),
        ({"kept": [{"xy": [1, 2], "radius_px": 3}] * 5001}, "wishes.kept has too many"),
        ({"style": {"line_rgb": [0, 0, 0]}}, "wishes.style"),
    ],
)
def test_what_is_wrong_is_named(told, named):
    with pytest.raises(BadWishes, match=named):
        Wishes.from_json(told)


@pytest.mark.parametrize(
    "told",
    [
        None,
        {"format": "sakkan-inbetween/1"},
        {"format": FORMAT, "size_hw": [1, 2], "wishes": {}},
        {"format": FORMAT, "size_hw": [10, 20], "wishes": {}, "note": ""},
    ],
)
def test_another_sidecar_is_refused(told):
    with pytest.raises(BadWishes):
        from_sidecar(told, (10, 20))
