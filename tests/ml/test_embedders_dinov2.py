"""DINOv2 by value: the same numbers as timm's network, the published layout, refusals that say the way out."""

import importlib

import numpy as np
import pytest
import torch

from ml.compat import import_torchvision
from ml.embedders import __main__ as command
from ml.embedders import dinov2
from ml.embedders.dinov2 import DinoV2Embedder
from ml.embedders.dinov2_network import Architecture, DinoV2
from ml.embedders.weights import save_state
from ml.errors import ModelMismatch, WeightsCorrupt, WeightsMissing
from ml.pixels import cut_figure
from ml.runtime import Runtime
from tests.ml.dolls import MIO, REN, draw, png

TINY = Architecture(32, 2, 2)
TINY_REG = Architecture(32, 2, 2, registers=4)
# the first numbers of MIO's vector by `seeded(TINY)`: they move with weights, preprocessing and pooling
GOLDEN = [0.03772, 0.17127, 0.09425, -0.05965, 0.19289, 0.03195]


def seeded(size: Architecture) -> DinoV2:
    network, rng = DinoV2(size).eval(), torch.Generator().manual_seed(7)
    for name, value in sorted(network.named_parameters()):
        scale = 0.3 if value.ndim == 1 else 0.1
        value.data = torch.randn(value.shape, generator=rng) * scale + float("norm" in name)
    return network


def pixels(side: int) -> torch.Tensor:
    return torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """A file of random weights in the published layout, of a small architecture."""
    monkeypatch.setitem(dinov2.ARCHITECTURES, "tiny", TINY)
    monkeypatch.setitem(dinov2.ARCHITECTURES, "tiny-reg", TINY_REG)
    path = tmp_path / "tiny.safetensors"
    save_state(seeded(TINY).state_dict() | {"mask_token": torch.zeros(1, 32)}, path)
    return path


@pytest.mark.parametrize(("size", "name"), [(TINY, "vit_tiny"), (TINY_REG, "vit_tiny_reg")])
def test_the_network_says_what_timm_says(size, name):
    import_torchvision()
    timm = importlib.import_module("timm.models.vision_transformer")
    theirs = timm.VisionTransformer(
        img_size=518,
        patch_size=14,
        embed_dim=32,
        depth=2,
        num_heads=2,
        init_values=1.0,
        num_classes=0,
        reg_tokens=size.registers,
        no_embed_class=bool(size.registers),
        dynamic_img_size=True,
    ).eval()
    ours = seeded(size)
    published = dict(ours.state_dict()) | {"mask_token": torch.zeros(1, 32)}
    theirs.load_state_dict(timm.checkpoint_filter_fn(published, theirs))
    for side in (518, 224) if size.registers else (518,):  # timm leaves out the publishers' 0.1 of a patch
        with torch.inference_mode():
            whole, grid = ours(pixels(side))
            found = theirs.forward_features(pixels(side))
        assert torch.allclose(found[:, 0], whole, atol=1e-5)
        assert torch.allclose(found[:, theirs.num_prefix_tokens :], grid.flatten(1, 2), atol=1e-5)


def test_the_position_table_is_resampled_as_the_publishers_do_it():
    network = seeded(TINY)
    ramp = torch.arange(37.0)[:, None].expand(37, 37).reshape(1, -1, 1).expand(1, -1, 32)
    network.pos_embed.data = torch.cat([torch.full((1, 1, 32), -1.0), ramp], dim=1)
    table = network.positions(16, 16)[0, :, 0].detach()
    # bicubic of a ramp is the ramp to 0.05: cell i is read at (i + 0.5) * 37 / 16.1 - 0.5, with 16 it would be 0.2 more
    expected = (np.arange(16) + 0.5) * 37 / 16.1 - 0.5
    assert table[0] == -1.0
    assert table[1:].reshape(16, 16)[2:-2, 3].numpy() == pytest.approx(expected[2:-2], abs=0.06)


def test_vectors_are_unit_rows_in_order_and_alone_the_same_to_the_bit(tiny):
    runtime = Runtime("dinov2:tiny", tiny, "cpu")
    rows = runtime.embed([png(MIO), png(REN)])
    assert rows.model_id.startswith("dinov2:tiny@")
    assert rows.vectors.shape == (2, 64)
    assert np.linalg.norm(rows.vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)
    assert np.array_equal(runtime.embed([png(REN)]).vectors[0], rows.vectors[1])
    assert runtime.describe()["model_id"] == rows.model_id
    assert np.array_equal(Runtime("dinov2:tiny", tiny, "cpu").embed([png(MIO)]).vectors[0], rows.vectors[0])


def test_a_seeded_network_gives_the_kept_numbers(tiny):
    row = DinoV2Embedder("tiny", tiny, "cpu").embed([cut_figure(draw(MIO))])[0]
    assert row[:6] == pytest.approx(GOLDEN, abs=1e-4)


def test_an_empty_drawing_is_a_row_of_zeros(tiny):
    rows = DinoV2Embedder("tiny", tiny, "cpu").embed([None, cut_figure(draw(MIO))])
    assert not rows[0].any()
    assert rows[1].any()


def test_patches_are_a_grid_by_drawing(tiny):
    embedder = DinoV2Embedder("tiny", tiny, "cpu")
    grids = embedder.patches([cut_figure(draw(MIO)), cut_figure(draw(REN))])
    assert grids.shape == (2, 16, 16, 32)
    assert np.array_equal(embedder.patches([cut_figure(draw(REN))])[0], grids[1])
    assert embedder.patches([]).shape == (0, 16, 16, 32)


def test_other_weights_are_another_model_and_do_not_meet(tiny, tmp_path):
    other = tmp_path / "other.safetensors"
    state = seeded(TINY).state_dict()
    state["norm.bias"] = state["norm.bias"] + 0.5
    save_state(state, other)
    one, two = Runtime("dinov2:tiny", tiny, "cpu"), Runtime("dinov2:tiny", other, "cpu")
    assert one.model_id != two.model_id
    with pytest.raises(ModelMismatch):
        two.measure([png(MIO)], one.embed([png(MIO)]), [], [])


@pytest.mark.parametrize("name", ["ViT-S-14", "tiny-reg"])
def test_weights_of_another_size_are_refused_by_name_reason_and_way_out(tiny, name):
    with pytest.raises(
        WeightsCorrupt, match=rf"tiny\.safetensors holds no weights of DINOv2 {name}: .* name the"
    ):
        Runtime(f"dinov2:{name}", tiny, "cpu")


def test_half_a_file_a_missing_one_and_nan_are_refused(tiny, tmp_path):
    half, broken = tmp_path / "half.safetensors", tmp_path / "nan.safetensors"
    half.write_bytes(tiny.read_bytes()[:-100])
    with pytest.raises(WeightsCorrupt, match=r"half\.safetensors cannot be read .* ml\.embedders convert"):
        Runtime("dinov2:tiny", half, "cpu")
    save_state(seeded(TINY).state_dict() | {"norm.bias": torch.full((32,), torch.nan)}, broken)
    with pytest.raises(WeightsCorrupt, match=r"norm\.bias holds NaN"):
        Runtime("dinov2:tiny", broken, "cpu")
    with pytest.raises(WeightsMissing, match=r"no file at .*none\.safetensors.*ml\.embedders convert"):
        Runtime("dinov2:tiny", tmp_path / "none.safetensors", "cpu")


@pytest.mark.parametrize("name", ["dinov2:ViT-XXL", "open_clip:ViT-B-32", "openclip:", "dino"])
def test_a_name_that_nobody_knows_is_told_with_those_that_are_known(tiny, name):
    with pytest.raises(WeightsMissing, match=r"ViT-S-14|dinov2:MODEL"):
        Runtime(name, tiny, "cpu")


def test_a_published_pth_is_converted_once_and_then_read(tiny, tmp_path, capsys):
    pth, out = tmp_path / "dinov2.pth", tmp_path / "out" / "dinov2.safetensors"
    torch.save(seeded(TINY).state_dict() | {"mask_token": torch.zeros(1, 32)}, pth)
    assert command.main(["convert", str(pth), str(out)]) == 0
    assert "sha256" in capsys.readouterr().out
    one, two = DinoV2Embedder("tiny", tiny, "cpu"), DinoV2Embedder("tiny", out, "cpu")
    figures = [cut_figure(draw(MIO))]
    assert np.array_equal(one.embed(figures), two.embed(figures))


def test_a_pickle_that_would_run_code_is_refused(tmp_path, capsys):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save({"norm.bias": Evil()}, tmp_path / "evil.pth")
    assert command.main(["convert", str(tmp_path / "evil.pth"), str(tmp_path / "out.safetensors")]) == 1
    assert "evil.pth cannot be read as tensors alone" in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out.safetensors").exists()


def test_the_naming_of_transformers_is_turned_into_the_published_one(tiny, tmp_path):
    theirs = {}
    for key, value in seeded(TINY).state_dict().items():
        name = key.replace("pos_embed", "embeddings.position_embeddings").replace("blocks", "encoder.layer")
        name = name.replace("cls_token", "embeddings.cls_token").replace(
            "attn.proj", "attention.output.dense"
        )
        name = name.replace("patch_embed.proj", "embeddings.patch_embeddings.projection")
        name = name.replace("ls1.gamma", "layer_scale1.lambda1").replace("ls2.gamma", "layer_scale2.lambda1")
        name = "layernorm" + name[4:] if name.startswith("norm.") else name
        if ".attn.qkv." in name:
            for part, rows in zip(("query", "key", "value"), value.chunk(3), strict=True):
                theirs[name.replace("attn.qkv", f"attention.attention.{part}")] = rows
        else:
            theirs[name] = value
    save_state(theirs, tmp_path / "model.safetensors")
    out = tmp_path / "out.safetensors"
    assert command.main(["convert", str(tmp_path / "model.safetensors"), str(out)]) == 0
    figures = [cut_figure(draw(MIO))]
    same = DinoV2Embedder("tiny", tiny, "cpu").embed(figures)
    assert np.array_equal(DinoV2Embedder("tiny", out, "cpu").embed(figures), same)
