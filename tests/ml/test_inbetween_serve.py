"""The preview process: what it answers, how it scales, and that nothing said to it wrongly ends it."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ml.inbetween
from ml.errors import WeightsMissing
from ml.inbetween import Pair, Steering, serve
from ml.inbetween.serve import Previews, read_message, write_message
from ml.inbetween.serve_scale import Window, copy_of, steering_inward, window_of


def key(left: int, size_hw: tuple[int, int] = (360, 640), side: int = 60) -> np.ndarray:
    """A red square with a black rim on clear ground."""
    rgba = np.zeros((*size_hw, 4), np.uint8)
    rgba[100 : 100 + side, left : left + side] = (0, 0, 0, 255)
    rgba[104 : 96 + side, left + 4 : left + side - 4] = (200, 40, 40, 255)
    return rgba


def png(rgba: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, "PNG")
    return out.getvalue()


def pixels_of(data: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))


@pytest.fixture
def previews() -> Previews:
    return Previews(lambda: None)


def opened(previews: Previews, name: str = "p", max_px: int = 128) -> dict[str, Any]:
    header, _ = previews.answer(
        {"op": "open", "pair": name, "max_px": max_px}, [png(key(100)), png(key(300))]
    )
    assert header["ok"], header
    return header


def test_a_pair_is_opened_small_and_drawn_at_the_positions_asked(previews: Previews) -> None:
    facts = opened(previews)
    header, pngs = previews.answer({"op": "draw", "pair": "p", "steering": {}, "positions": [0, 0.5, 1]}, [])
    assert facts["size_hw"] == [360, 640]
    assert [each["t"] for each in header["drawings"]] == [0, 0.5, 1]
    assert all(max(pixels_of(each).shape[:2]) <= 128 for each in pngs)
    left, top, right, bottom = facts["box_xyxy"]
    assert left < 100
    assert right > 360
    assert 0 <= top < 100
    assert 160 < bottom <= 360


def test_the_first_position_is_key_a_and_the_last_key_b(previews: Previews) -> None:
    opened(previews)
    _, pngs = previews.answer({"op": "draw", "pair": "p", "steering": {}, "positions": [0, 1]}, [])
    window = window_of(key(100), key(300), 128)
    assert (pixels_of(pngs[0]) == copy_of(key(100), window)).all()
    assert (pixels_of(pngs[1]) == copy_of(key(300), window)).all()


def test_a_point_goes_in_and_comes_out_where_it_was() -> None:
    window = Window((40, 20, 440, 220), (0.25, 0.25))
    assert window.inward((40, 20)) == (-0.375, -0.375)  # the centre of the first pixel lies in the corner
    assert window.outward(window.inward((123.5, 77.25))) == pytest.approx((123.5, 77.25))


def test_every_point_of_the_steering_is_scaled_and_nothing_else() -> None:
    told = {
        "pins": [{"a_xy": [41.5, 21.5], "b_xy": [45.5, 29.5]}],
        "arcs": [{"a_xy": [41.5, 21.5], "bend": 0.25}],
        "depth": [{"key": "b", "xy": [41.5, 21.5], "step": 2}],
        "appears": [{"b_xy": [41.5, 21.5]}],
    }
    small = steering_inward(Steering.from_json(told), Window((40, 20, 440, 220), (0.25, 0.25))).to_json()
    assert small == {
        "pins": [{"a_xy": [0.0, 0.0], "b_xy": [1.0, 2.0]}],
        "arcs": [{"a_xy": [0.0, 0.0], "bend": 0.25}],
        "depth": [{"key": "b", "xy": [0.0, 0.0], "step": 2}],
        "appears": [{"b_xy": [0.0, 0.0]}],
    }


def test_the_engine_hears_of_steering_only_when_it_changed(
    previews: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Steering] = []
    steered = Pair.steered
    monkeypatch.setattr(Pair, "steered", lambda self, s: (heard.append(s), steered(self, s))[1])
    opened(previews)
    pin = {"pins": [{"a_xy": [130, 130], "b_xy": [330, 130]}]}
    for steering in ({}, pin, pin, {}):
        ok, _ = previews.answer({"op": "draw", "pair": "p", "steering": steering, "positions": [0.5]}, [])
        assert ok["ok"]
    assert [len(each.pins) for each in heard] == [1, 0]


def test_small_copies_average_by_area_and_let_no_ground_bleed_in() -> None:
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[:, 33:] = (200, 40, 40, 255)
    small = copy_of(rgba, Window((0, 0, 64, 64), (0.5, 0.5)))
    assert small.shape == (32, 32, 4)
    assert small[0, 16].tolist() == [200, 40, 40, 128]  # half covered: the same colour, half the alpha
    assert small[0, 0].tolist() == [0, 0, 0, 0]


def test_opaque_paper_is_left_out_of_the_window_but_a_painted_ground_is_not() -> None:
    paper = np.full((200, 400, 4), 255, np.uint8)
    paper[90:110, 190:210, :3] = 0
    left, _, right, _ = window_of(paper, paper, 512).box_xyxy
    assert (left, right) == (178, 222)
    scene = paper.copy()
    scene[0, 0, :3] = 0
    assert window_of(scene, scene, 512).box_xyxy == (0, 0, 400, 200)


def test_the_pair_used_longest_ago_is_forgotten(previews: Previews) -> None:
    for number in range(7):
        opened(previews, f"p{number}", 64)
    header, _ = previews.answer({"op": "draw", "pair": "p0", "steering": {}, "positions": [0.5]}, [])
    assert header["error"] == "unknown_pair"
    header, _ = previews.answer({"op": "draw", "pair": "p1", "steering": {}, "positions": [0.5]}, [])
    assert header["ok"]


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"op": "dance"}, "bad_request", "dance"),
        ({"op": "open", "pair": "p"}, "bad_request", "two keys"),
        ({"op": "open", "pair": ""}, "bad_request", "no name"),
        ({"op": "draw", "pair": "q", "positions": [0.5]}, "unknown_pair", "q"),
        ({"op": "draw", "pair": "p", "positions": [1.5]}, "bad_request", "0 to 1"),
        ({"op": "draw", "pair": "p", "positions": [True]}, "bad_request", "0 to 1"),
        ({"op": "draw", "pair": "p", "positions": []}, "bad_request", "1 to 32"),
        ({"op": "draw", "pair": "p", "positions": [0.5], "steering": {"pin": []}}, "bad_steering", "pin"),
        (
            {"op": "draw", "pair": "p", "positions": [0.5], "steering": {"pins": [{"a_xy": [1, 2]}]}},
            "bad_steering",
            "steering.pins[0]",
        ),
    ],
)
def test_a_wrong_question_is_answered_and_the_next_one_too(
    previews: Previews, asked: dict[str, Any], code: str, said: str
) -> None:
    opened(previews)
    header, pngs = previews.answer(asked, [])
    assert (header["ok"], header["error"], pngs) == (False, code, [])
    assert said in header["message"]
    assert previews.answer({"op": "draw", "pair": "p", "steering": {}, "positions": [0.5]}, [])[0]["ok"]


def test_keys_of_two_sizes_and_bytes_that_are_no_picture_are_refused(previews: Previews) -> None:
    two = [png(key(100)), png(key(100, (300, 640)))]
    header, _ = previews.answer({"op": "open", "pair": "p"}, two)
    assert (header["error"], header["message"]) == ("sizes_differ", "640 × 360 and 640 × 300")
    header, _ = previews.answer({"op": "open", "pair": "p"}, [b"no", b"picture"])
    assert header["error"] == "bad_keys"


def test_a_fault_of_the_engine_is_an_answer(previews: Previews, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Pair, t: float) -> None:
        raise ZeroDivisionError(t)

    opened(previews)
    monkeypatch.setattr(Pair, "draw", broken)
    header, _ = previews.answer({"op": "draw", "pair": "p", "steering": {}, "positions": [0.5]}, [])
    assert (header["error"], header["message"]) == ("failed", "ZeroDivisionError: 0.5")


def test_the_network_is_loaded_once_and_only_where_it_is_wanted() -> None:
    loaded: list[int] = []
    previews = Previews(lambda: loaded.append(1))
    keys = [png(key(100)), png(key(300))]
    previews.answer({"op": "open", "pair": "p", "weights": False}, keys)
    assert loaded == []
    for name in ("q", "r"):
        previews.answer({"op": "open", "pair": name}, keys)
    assert loaded == [1]


def test_no_weights_on_this_machine_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent:
        @staticmethod
        def load_shipped() -> None:
            raise WeightsMissing("no file")

    monkeypatch.setitem(sys.modules, "ml.inbetween.flow_net", Absent)
    monkeypatch.setattr(ml.inbetween, "flow_net", Absent, raising=False)
    assert serve.shipped_net() is None


def test_messages_come_through_a_pipe_as_they_were_written() -> None:
    pipe = io.BytesIO()
    write_message(pipe, {"op": "x", "said": "線"}, [b"one", b"", b"three"])
    write_message(pipe, {"op": "y"}, [])
    pipe.seek(0)
    assert read_message(pipe) == ({"op": "x", "said": "線", "blobs": [3, 0, 5]}, [b"one", b"", b"three"])
    assert read_message(pipe) == ({"op": "y", "blobs": []}, [])
    assert read_message(pipe) is None


@pytest.mark.parametrize(
    "raw", [b"\xff\xff\xff\xff{}", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x0e" + b'{"blobs":[-1]}']
)
def test_what_is_no_message_is_not_read_on(raw: bytes) -> None:
    with pytest.raises(ValueError, match="header"):
        read_message(io.BytesIO(raw))
