"""The facade: determinism, order, refusal, and the way a drawing meets several cast designs."""

from dataclasses import replace

import numpy as np
import pytest

from ml.errors import BadImage, ModelMismatch, ShapeMismatch, WeightsCorrupt
from ml.pixels import decode, encode_png
from ml.runtime import Runtime
from ml.types import Embeddings, SheetPicture
from tests.ml.dolls import MIO, REN, SWATCHES, draw, png, sheet


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture(scope="module")
def mio(runtime):
    return runtime.compile("mio", sheet(MIO), SWATCHES)


@pytest.fixture(scope="module")
def ren(runtime):
    return runtime.compile("ren", sheet(REN))


def test_compiling_twice_gives_the_same_bytes(runtime, mio):
    again = Runtime().compile("mio", sheet(MIO), SWATCHES)
    assert again.sha256 == mio.sha256
    assert again.drawings == 5


def test_a_batch_measures_what_single_drawings_measure(runtime, mio, ren):
    pngs = [png(MIO), png(replace(MIO, belt=None)), png(REN)]
    vectors = runtime.embed(pngs)
    batch = runtime.measure(pngs, vectors, [mio], [ren])
    for index, data in enumerate(pngs):
        alone = Runtime().measure(
            [data], Embeddings(vectors.model_id, vectors.vectors[index : index + 1]), [mio], [ren]
        )
        assert (alone[0][0].drift, alone[0][0].aspects) == (batch[index][0].drift, batch[index][0].aspects)


def test_each_drawing_is_judged_against_the_cast_design_that_it_shows(runtime, mio, ren):
    pngs = [png(replace(REN, arm=30)), png(replace(MIO, arm=30))]
    found = runtime.measure(pngs, runtime.embed(pngs), [mio, ren], [mio, ren])
    assert [[m.design_key for m in row] for row in found] == [["mio", "ren"], ["mio", "ren"]]
    assert [[m.applicable for m in row] for row in found] == [[False, True], [True, False]]
    assert found[0][0].why_not == "other_design"
    assert max(m.drift for row in found for m in row) < 1.0


def test_an_empty_drawing_is_not_judged(runtime, mio):
    blank = encode_png(np.zeros((50, 50, 4), np.uint8))
    found = runtime.measure([blank], runtime.embed([blank]), [mio], [])[0][0]
    assert (found.applicable, found.why_not, found.drift) == (False, "empty", 0.0)


def test_a_speck_is_too_small_to_judge(runtime, mio):
    speck = np.zeros((50, 50, 4), np.uint8)
    speck[20:32, 20:32] = (150, 80, 40, 255)
    data = encode_png(speck)
    assert runtime.measure([data], runtime.embed([data]), [mio], [])[0][0].why_not == "too_small"


def test_nothing_cast_gives_nothing_to_say(runtime):
    assert runtime.measure([png(MIO)], runtime.embed([png(MIO)]), [], []) == [[]]


def test_search_returns_the_nearest_drawings_with_their_design(runtime, mio, ren):
    query = runtime.embed([png(replace(REN, arm=48)), png(MIO)])
    hits = runtime.search(query, [mio, ren], 3)
    assert [row[0].design_key for row in hits] == ["ren", "mio"]
    assert hits[1][0].drawing_key == "stand"
    assert all(row[0].similarity >= row[1].similarity >= row[2].similarity for row in hits)


def test_packs_and_vectors_of_another_model_are_refused(runtime, mio):
    foreign = Embeddings("other@1/1", runtime.embed([png(MIO)]).vectors)
    with pytest.raises(ModelMismatch):
        runtime.measure([png(MIO)], foreign, [mio], [])
    with pytest.raises(ModelMismatch):
        runtime.search(runtime.embed([png(MIO)]), [replace(mio, model_id="other@1/1")], 1)


def test_one_vector_for_each_drawing(runtime, mio):
    with pytest.raises(ShapeMismatch):
        runtime.measure([png(MIO)] * 2, runtime.embed([png(MIO)]), [mio], [])


def test_a_damaged_pack_is_refused(mio):
    damaged = replace(mio, payload=mio.payload[:-3] + b"abc")
    fresh = Runtime()
    with pytest.raises(WeightsCorrupt):
        fresh.measure([png(MIO)], fresh.embed([png(MIO)]), [damaged], [])


def test_a_design_needs_a_drawing_and_no_empty_one(runtime):
    with pytest.raises(BadImage):
        runtime.compile("none", [])
    with pytest.raises(BadImage) as refused:
        runtime.compile(
            "none", [SheetPicture("blank", encode_png(np.zeros((9, 9, 4), np.uint8)), "turnaround", "")]
        )
    assert refused.value.actual == "blank"


def test_the_heat_map_has_the_size_of_the_drawing_and_is_clear_where_nothing_is_wrong(runtime, mio):
    data = png(replace(MIO, belt=None))
    found = runtime.measure([data], runtime.embed([data]), [mio], [])[0][0]
    heat = decode(runtime.explain(found, (480, 360)).heat_png)
    assert heat.shape == (480, 360, 4)
    assert heat[5, 5, 3] == 0
    left, top, right, bottom = found.map_box_xyxy
    assert heat[top:bottom, left:right, 3].max() > 140


def test_swatches_come_from_the_sheet_exactly(runtime):
    found = {s.rgb for s in runtime.swatches_from_sheet(sheet(MIO))}
    assert {MIO.hair, MIO.skin, MIO.top, MIO.skirt, MIO.belt, MIO.clip, MIO.iris} <= found


def test_the_eyedropper_takes_paint_and_says_none_on_paper(runtime):
    data = png(MIO)
    ys, xs = np.nonzero((draw(MIO)[..., :3] == MIO.skirt).all(axis=2))
    middle = int(xs[len(xs) // 2]), int(ys[len(ys) // 2])
    assert runtime.swatch_at(data, middle) == MIO.skirt
    assert runtime.swatch_at(data, (1, 1)) is None
    with pytest.raises(ShapeMismatch):
        runtime.swatch_at(data, (9999, 0))
