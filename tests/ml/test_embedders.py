"""Embedders by property: unit rows, order, batch of one, what moves a vector and what does not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ml.embedders import openclip
from ml.embedders.hand import HandEmbedder
from ml.embedders.openclip import open_clip_module, save_weights
from ml.errors import WeightsCorrupt, WeightsMissing
from ml.pixels import cut_figure
from ml.runtime import Runtime
from tests.ml.dolls import MIO, MIO_SUMMER, REN, draw, png

TINY = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16},
    "text_cfg": {"context_length": 8, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}


def _figures(*dolls):
    return [cut_figure(draw(doll)) for doll in dolls]


def test_rows_are_unit_vectors_in_the_order_of_the_drawings():
    rows = HandEmbedder().embed(_figures(MIO, REN, MIO))
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-5)
    assert np.array_equal(rows[0], rows[2])
    assert not np.array_equal(rows[0], rows[1])


def test_a_batch_of_one_is_a_row_of_the_batch():
    figures = _figures(MIO, REN, MIO_SUMMER)
    rows = HandEmbedder().embed(figures)
    assert all(np.array_equal(HandEmbedder().embed([f])[0], rows[i]) for i, f in enumerate(figures))


def test_where_the_figure_stands_on_the_paper_does_not_matter():
    here, there = HandEmbedder().embed(_figures(MIO, replace(MIO, shift_xy=(9, -6))))
    assert np.array_equal(here, there)


def test_another_pose_is_nearer_than_another_character_or_costume():
    base, pose, other, costume = HandEmbedder().embed(
        _figures(MIO, replace(MIO, arm=90, step=15), REN, MIO_SUMMER)
    )
    assert base @ pose > base @ costume + 0.1
    assert base @ pose > base @ other + 0.1


def test_an_empty_drawing_is_a_row_of_zeros():
    assert not HandEmbedder().embed([None]).any()


@pytest.fixture(scope="module")
def tiny_weights(tmp_path_factory):
    """A random-initialised tiny open_clip model, saved as an operator's fetch would save it."""
    folder = tmp_path_factory.mktemp("clip")
    (folder / "sakkan-tiny.json").write_text(json.dumps(TINY))
    open_clip = open_clip_module()
    open_clip.add_model_config(folder / "sakkan-tiny.json")
    save_weights(open_clip.create_model("sakkan-tiny", pretrained=None), folder / "tiny.safetensors")
    return folder / "tiny.safetensors"


def test_open_clip_runs_from_a_local_file_and_names_its_weights(tiny_weights):
    runtime = Runtime("openclip:sakkan-tiny", tiny_weights, "cpu")
    rows = runtime.embed([png(MIO), png(REN)])
    assert rows.model_id.startswith("openclip:sakkan-tiny@")
    assert rows.vectors.shape == (2, 32)
    assert np.linalg.norm(rows.vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-4)
    assert runtime.embed([png(REN)]).vectors[0] == pytest.approx(rows.vectors[1], abs=1e-5)


def test_open_clip_puts_words_into_the_space_of_the_pictures(tiny_weights):
    runtime = Runtime("openclip:sakkan-tiny", tiny_weights, "cpu")
    assert runtime.describe()["text"] == "yes"
    both = runtime.embed_texts(["a girl with red hair", "a blue coat"])
    alone = runtime.embed_texts(["a blue coat"])
    assert both.model_id == runtime.model_id == runtime.embed([png(MIO)]).model_id
    assert both.vectors.shape == (2, 32)
    assert np.linalg.norm(both.vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-4)
    assert alone.vectors[0] == pytest.approx(both.vectors[1], abs=1e-5)
    assert not np.allclose(both.vectors[0], both.vectors[1], atol=1e-3)


def test_words_are_refused_where_the_embedder_knows_pictures_alone():
    runtime = Runtime("hand")
    assert runtime.describe()["text"] == "no"
    with pytest.raises(WeightsMissing, match="pictures alone"):
        runtime.embed_texts(["a girl"])


def test_a_tokenizer_that_would_be_downloaded_is_refused():
    assert openclip._tokenizer_of("roberta-ViT-B-32") is None
    assert openclip._tokenizer_of("ViT-B-16-SigLIP") is None
    assert openclip._tokenizer_of("ViT-B-32") is not None


def test_missing_weights_name_the_command_that_fetches_them(tmp_path):
    with pytest.raises(WeightsMissing, match=r"python -m ml fetch-openclip ViT-B-32 PRETRAINED --out DIR"):
        Runtime("openclip:ViT-B-32", tmp_path / "none.safetensors", "cpu")


def test_weights_of_another_model_are_refused(tiny_weights, tmp_path):
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(tiny_weights.read_bytes()[:-100])
    with pytest.raises(WeightsCorrupt):
        Runtime("openclip:sakkan-tiny", wrong, "cpu")
