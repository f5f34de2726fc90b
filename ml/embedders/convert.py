"""Turns what publishers give (a pickled .pth, or another naming) into safetensors, once, by hand of an operator.

A pickle can run code when it is opened. torch's `weights_only` reader builds tensors and nothing else, and refuses
the rest; the studio itself reads safetensors alone.
"""

from __future__ import annotations

import importlib
import pickle
import re
import zipfile
from pathlib import Path
from typing import Any

from ml.embedders.weights import read_state, save_state
from ml.errors import WeightsCorrupt, WeightsMissing

_WRAPPERS = ("state_dict", "model", "teacher")
# transformers' names of DINOv2 -> the published ones
_RENAMED = (
    (r"^dinov2(_with_registers)?\.", ""),
    (r"^embeddings\.position_embeddings$", "pos_embed"),
    (r"^embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."),
    (r"^embeddings\.", ""),
    (r"^(?:encoder\.layer|layers|encoder\.layers)\.(\d+)\.", r"blocks.\1."),
    (r"\.attention\.(?:output\.dense|o_proj)\.", ".attn.proj."),
    (r"\.layer_scale([12])\.lambda1$", r".ls\1.gamma"),
    (r"^layernorm\.", "norm."),
)
_QKV = re.compile(r"^(blocks\.\d+)\.attention\.(?:attention\.)?([qkv])\w+\.(weight|bias)$")


def convert(source: Path, target: Path) -> dict[str, Any]:
    """Write the tensors of `source` to `target` as safetensors; return them by name.

    `source` is a .pth, .pt or .bin of tensors alone, or a safetensors file; transformers' names of DINOv2 become the
    published ones.

    Raises:
        WeightsMissing: no such file.
        WeightsCorrupt: it holds something else than tensors.
    """
    if not source.is_file():
        msg = f"there is no file at {source}; name the file that the publisher gives"
        raise WeightsMissing(msg, expected="a file", actual=str(source))
    read = read_state(source, source.name) if source.suffix == ".safetensors" else _read_pickle(source)
    state = _published(read)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_state(state, target, {"format": "pt", "converted_from": source.name})
    return state


def _read_pickle(path: Path) -> dict[str, Any]:
    torch = importlib.import_module("torch")
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, zipfile.BadZipFile, ValueError) as error:
        msg = (
            f"{path} cannot be read as tensors alone ({str(error).splitlines()[0][:120]}); take the publisher's file "
            "of weights, not a training checkpoint"
        )
        raise WeightsCorrupt(msg, expected="tensors", actual=str(path)) from error
    for name in _WRAPPERS:
        if isinstance(found, dict) and isinstance(found.get(name), dict):
            found = found[name]
    if not isinstance(found, dict) or not found or not all(torch.is_tensor(one) for one in found.values()):
        msg = f"{path} holds no table of tensors; take the publisher's file of weights"
        raise WeightsCorrupt(msg, expected="tensors by name", actual=type(found).__name__)
    return {str(key): value for key, value in found.items()}


def _published(state: dict[str, Any]) -> dict[str, Any]:
    if not any("embeddings.patch_embeddings" in key for key in state):
        return state
    renamed, parts = {}, {}
    for key, value in state.items():
        name = key
        for pattern, new in _RENAMED:
            name = re.sub(pattern, new, name)
        if match := _QKV.match(name):
            parts[match.groups()] = value
        else:
            renamed[name] = value.reshape(1, -1) if name == "mask_token" else value
    cat = importlib.import_module("torch").cat
    for block, kind in sorted({(block, kind) for block, _part, kind in parts}):
        three = [parts[block, part, kind] for part in "qkv"]
        renamed[f"{block}.attn.qkv.{kind}"] = cat(three)
    return renamed
