"""The in-betweener's facade: PNG in, marked PNG out, whatever the engine behind it draws."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from assets.rights.reading.embedded import read_embedded
from ml.errors import BadImage, BadSteering, ShapeMismatch
from ml.inbetween import drafts as facade
from ml.inbetween.drafts import Drafts
from ml.inbetween.mark import marked
from tests.world import png

A, B = png(seed=1), png(seed=3)


class Net:
    """A network by name alone."""

    model_id = "inbetween-net@0123456789ab"


def picture(mode: str, colour: int | tuple[int, ...], **options) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (12, 10), colour).save(stream, "PNG", **options)
    return stream.getvalue()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> Drafts:
    monkeypatch.setattr(facade, "_shipped", lambda: None)
    return Drafts()


def test_drawings_come_in_the_order_of_the_positions_and_the_ends_are_the_keys(drafts: Drafts) -> None:
    drawn = list(drafts.draw(A, B, {}, [1.0, 0.0, 0.5]))
    assert [each.position for each in drawn] == [1.0, 0.0, 0.5]
    assert np.array_equal(pixels(drawn[0].png), pixels(B))
    assert np.array_equal(pixels(drawn[1].png), pixels(A))


def test_the_same_request_gives_the_same_bytes(drafts: Drafts) -> None:
    first, second = ([each.png for each in engine.draw(A, B, {}, [0.3])] for engine in (drafts, Drafts()))
    assert first == second


@pytest.mark.parametrize(
    ("a", "b", "mode"),
    [
        (picture("RGB", (1, 2, 3)), picture("RGB", (9, 8, 7)), "RGB"),
        (picture("RGBA", (1, 2, 3, 255)), picture("RGB", (9, 8, 7)), "RGBA"),
        (picture("L", 40), picture("1", 1), "RGB"),
        (picture("P", 0), picture("P", 0, transparency=0), "RGBA"),
    ],
    ids=["rgb", "rgba and rgb", "grey and black and white", "transparent palette"],
)
def test_alpha_goes_out_where_alpha_came_in(drafts: Drafts, a: bytes, b: bytes, mode: str) -> None:
    (drawn,) = drafts.draw(a, b, {}, [0.25])
    assert Image.open(io.BytesIO(drawn.png)).mode == mode


def test_what_is_wrong_is_said_before_the_first_drawing(drafts: Drafts) -> None:
    with pytest.raises(BadSteering, match=r"steering\.pins\[0\]"):
        drafts.draw(A, B, {"pins": [{}]}, [0.5])
    with pytest.raises(BadSteering, match=r"1\.5 is not between"):
        drafts.draw(A, B, {}, [0.5, 1.5])
    with pytest.raises(ShapeMismatch):
        drafts.draw(A, png(size_hw=(20, 20)), {}, [0.5])
    with pytest.raises(BadImage):
        drafts.draw(b"GIF", B, {}, [0.5])


def test_the_reader_of_the_rights_desk_knows_a_drawing_of_a_model() -> None:
    marks = read_embedded(marked(A, "cel-graph-1", Net.model_id)).marks
    assert marks.digital_source_type == "trainedAlgorithmicMedia"
    assert (marks.generator, marks.says_generated) == ("Sakkan", True)
    assert "inbetween-net@0123456789ab" in marks.tool


def test_without_weights_it_is_an_algorithm_and_still_machine_made() -> None:
    reading = read_embedded(marked(A, "cel-graph-1", "none"))
    assert (reading.marks.digital_source_type, reading.marks.generator) == ("algorithmicMedia", "Sakkan")
    assert (reading.claims, reading.problems) == ((), ())


def test_the_mark_leaves_the_pixels_alone() -> None:
    assert np.array_equal(pixels(marked(A, "e", 'm"<&@1')), pixels(A))
    assert 'm"<&@1' in read_embedded(marked(A, "e", 'm"<&@1')).marks.tool
    with pytest.raises(BadImage):
        marked(b"no picture at all, however long it may be", "e", "none")


def test_a_network_is_used_and_named_only_when_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facade, "_shipped", Net)
    drafts = Drafts()
    assert drafts.describe()["model_id"] == Net.model_id
    assert drafts.describe(weights=False)["model_id"] == "none"
    (drawn,) = drafts.draw(A, B, {}, [0.5], weights=False)
    assert read_embedded(drawn.png).marks.digital_source_type == "algorithmicMedia"


def test_other_steering_of_the_same_keys_does_not_begin_anew(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[object] = []
    prepare = facade.prepare
    monkeypatch.setattr(facade, "prepare", lambda *a, **k: prepared.append(a) or prepare(*a, **k))
    drafts.study(A, B, {})
    list(drafts.draw(A, B, {}, [0.5]))
    list(drafts.draw(A, B, {"pins": [{"a_xy": [10, 20], "b_xy": [12, 20]}]}, [0.5]))
    assert len(prepared) == 1
