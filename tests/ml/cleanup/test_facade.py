"""The clean-up's facade and its preview process: PNG in, marked PNG and SVG out."""

from __future__ import annotations

import io

import numpy as np
import pytest
from defusedxml import ElementTree
from PIL import Image

from assets.rights.reading.embedded import read_embedded
from ml.cleanup import facade
from ml.cleanup.facade import Cleanups
from ml.cleanup.serve import Previews
from ml.cleanup.wishes import FORMAT, Wishes, from_sidecar, sidecar
from ml.errors import BadImage, BadWishes
from ml.pixels import encode_png
from tests.ml.cleanup.roughs import darkness, house, on_nothing, on_paper, straight

ROUGH = encode_png(on_paper(darkness(house(gap=6))))


class Net:
    """A network that finds the lines where it is dark."""

    model_id = "cleanup@0123456789ab"

    def evidence(self, ink):
        from ml.cleanup.ridges import ridge_evidence  # noqa: PLC0415

        return ridge_evidence(ink, 2.0)


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.fixture
def cleanups(monkeypatch):
    monkeypatch.setattr(facade, "shipped", lambda: None)
    return Cleanups()


def test_a_drawing_comes_as_picture_vectors_and_lists(cleanups):
    (made,) = cleanups.clean([ROUGH], [{}])
    assert pixels(made.png).shape == (160, 200, 4)
    assert made.regions == 2
    assert [c["is_on"] for c in made.closures].count(True) == 1
    assert 0 < made.confidence <= 1
    names = {e.get("id") for e in ElementTree.fromstring(made.svg).iter() if e.get("class") == "stroke"}
    assert names == {s["name"] for s in made.strokes if s["is_on"]}


def test_the_same_request_gives_the_same_bytes(cleanups):
    wishes = {"kept": [{"xy": [70, 80], "radius_px": 12}], "pressure": 0.5}
    first, second = (next(one.clean([ROUGH], [wishes])) for one in (cleanups, Cleanups()))
    assert first.png == second.png
    assert first.svg == second.svg


def test_a_sidecar_draws_the_same_again(cleanups):
    wishes = Wishes(gap_px=4, weight_px=3)
    again = from_sidecar(sidecar(wishes, (160, 200)), (160, 200))
    first, second = (next(cleanups.clean([ROUGH], [w.as_json()])).png for w in (wishes, again))
    assert first == second


def test_picture_and_vectors_say_that_a_machine_made_them(cleanups, monkeypatch):
    (made,) = cleanups.clean([ROUGH], [{}])
    assert b"algorithmicMedia" in made.png
    assert b"algorithmicMedia" in made.svg
    assert read_embedded(made.png) is not None
    monkeypatch.setattr(facade, "shipped", Net)
    learned = Cleanups()
    (made,) = learned.clean([ROUGH], [{}])
    assert b"trainedAlgorithmicMedia" in made.png
    assert b"cleanup@0123456789ab" in made.svg
    assert learned.describe()["model_id"] == Net.model_id
    assert learned.describe(weights=False) == {"engine": facade.ENGINE, "model_id": "none", "format": FORMAT}


def test_coloured_pencils_come_as_pictures_of_their_own(cleanups):
    rough = on_paper(darkness(house()), (60, 90, 220))
    (made,) = cleanups.clean([encode_png(rough)], [{}])
    assert set(made.layers) == {"blue"}
    assert pixels(made.layers["blue"])[..., 3].any()
    assert made.notes
    (as_ink,) = cleanups.clean([encode_png(rough)], [{"blue": "ink"}])
    assert as_ink.regions == 2


def test_one_wish_serves_a_sequence(cleanups):
    made = list(cleanups.clean([ROUGH, ROUGH, ROUGH], [{"weight_px": 2}]))
    assert len(made) == 3
    drawn = [pixels(each.png)[..., 3].astype(int) for each in made]
    assert all(np.abs(drawn[0] - other).mean() < 1.0 for other in drawn[1:])


def test_what_is_wrong_is_said_at_once(cleanups):
    with pytest.raises(BadImage):
        cleanups.clean([b"no picture"], [{}])
    with pytest.raises(BadWishes, match=r"wishes\.gap_px"):
        cleanups.clean([ROUGH], [{"gap_px": -1}])
    with pytest.raises(BadWishes, match="as many"):
        cleanups.clean([ROUGH, ROUGH, ROUGH], [{}, {}])


def test_a_style_is_learned_and_drawn(cleanups):
    lines = [straight((20, 20 + 15 * k), (180, 20 + 15 * k)) for k in range(8)]
    art = encode_png(on_nothing(darkness(lines, width=3.5, dark=1.0), (40, 20, 90)))
    style = cleanups.learn_style([art])
    assert style["weight_px"] == pytest.approx(3.5, abs=0.35)
    assert style["line_rgb"] == pytest.approx([40, 20, 90], abs=3)
    assert np.mean(style["profile"]) == pytest.approx(1, abs=0.01)
    (made,) = cleanups.clean([ROUGH], [{"style": {**style, "height_px": 0}}])
    assert pixels(made.png)[..., :3].max() == pytest.approx(90, abs=3)
    with pytest.raises(BadImage):
        cleanups.learn_style([encode_png(np.full((50, 50, 3), 255, np.uint8))])


@pytest.fixture
def previews():
    return Previews(lambda: None)


def asked(previews, **header):
    blobs = header.pop("blobs", [])
    return previews.answer(header, blobs)


def test_a_preview_is_small_and_speaks_of_the_rough_as_it_was_sent(previews):
    big = encode_png(np.kron(on_paper(darkness(house(gap=6))), np.ones((4, 4, 1), np.uint8)))
    facts, _ = asked(previews, op="open", sketch="a", max_px=400, blobs=[big])
    assert facts["ok"], facts
    assert (facts["size_hw"], facts["copy_hw"]) == ([640, 800], [320, 400])
    header, pngs = asked(previews, op="clean", sketch="a", wishes={"gap_px": 40})
    assert header["ok"], header
    assert pixels(pngs[0]).shape == (320, 400, 4)
    assert header["pictures"] == ["ink"]
    xs = np.concatenate([np.array(s["points_xy"])[:, 0] for s in header["strokes"]])
    assert 100 < xs.min() < 140
    assert 700 < xs.max() < 780
    closure = next(c for c in header["closures"] if c["is_on"])
    assert 16 < closure["length_px"] < 40
    middle = closure["points_xy"][len(closure["points_xy"]) // 2]
    off, _ = asked(
        previews, op="clean", sketch="a", wishes={"gap_px": 40, "closures": [{"xy": middle, "is_on": False}]}
    )
    assert off["stray_ends"] == header["stray_ends"] + 2


def test_a_preview_is_calmed_against_another(previews):
    for name in "ab":
        asked(previews, op="open", sketch=name, blobs=[ROUGH])
    asked(previews, op="clean", sketch="a", wishes={})
    header, _ = asked(previews, op="clean", sketch="b", wishes={}, before="a")
    assert header["ok"], header
    assert header["seconds"] < 5


@pytest.mark.parametrize(
    ("header", "blobs", "code"),
    [
        ({"op": "clean", "sketch": "none"}, [], "unknown_sketch"),
        ({"op": "open", "sketch": "a"}, [], "bad_request"),
        ({"op": "open", "sketch": ""}, [ROUGH], "bad_request"),
        ({"op": "open", "sketch": "a", "max_px": 1}, [ROUGH], "bad_request"),
        ({"op": "open", "sketch": "a"}, [b"x"], "bad_rough"),
        ({"op": "paint"}, [], "bad_request"),
        ({"op": "clean", "sketch": "kept", "wishes": {"strength": 7}}, [], "bad_wishes"),
    ],
)
def test_a_wrong_question_is_answered_and_ends_nothing(previews, header, blobs, code):
    asked(previews, op="open", sketch="kept", blobs=[ROUGH])
    answer, _ = previews.answer(header, blobs)
    assert (answer["ok"], answer["error"]) == (False, code)
    assert asked(previews, op="ping")[0]["ok"]
    assert asked(previews, op="close", sketch="kept")[0]["ok"]
