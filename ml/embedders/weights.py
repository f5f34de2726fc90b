"""Weights on this machine: safetensors only, read whole, named by checksum, refused with the way out."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from ml.errors import WeightsCorrupt, WeightsMissing

_PIECE_BYTES = 1 << 20


def weights_sha256(path: Path) -> str:
    """Return the checksum of a weights file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def present(path: Path | None, name: str, way_out: str) -> Path:
    """Return the path of a weights file that is there.

    Raises:
        WeightsMissing: no file is named, or it is not there; the message ends with `way_out`.
    """
    if path is None or not path.is_file():
        where = "no file is named" if path is None else f"there is no file at {path}"
        msg = f"no weights for {name} on this machine ({where}); {way_out}"
        raise WeightsMissing(msg, expected=name, actual=None if path is None else str(path))
    return path


def read_state(path: Path, name: str) -> dict[str, Any]:
    """Return the tensors of a safetensors file by name, on the CPU.

    Raises:
        WeightsCorrupt: not a safetensors file, or half of one.
    """
    try:
        state: dict[str, Any] = importlib.import_module("safetensors.torch").load_file(str(path))
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        msg = (
            f"{path} cannot be read as safetensors ({str(error)[:120]}); copy the file of {name} again, or convert "
            "a .pth with `python -m ml.embedders convert IN.pth OUT.safetensors`"
        )
        raise WeightsCorrupt(msg, expected="a safetensors file", actual=str(path)) from error
    return state


def fill(model: Any, state: dict[str, Any], *, path: Path, name: str) -> Any:
    """Return `model` with exactly the tensors of `state`, in evaluation mode.

    Raises:
        WeightsCorrupt: a tensor is missing, too many, of another shape, or holds NaN or infinity.
    """
    wanted = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    found = {key: tuple(value.shape) for key, value in state.items()}
    if why := _difference(wanted, found) or _not_finite(state):
        msg = f"{path} holds no weights of {name}: {why}; name the file of {name}, or the model that the file is of"
        raise WeightsCorrupt(msg, expected=name, actual=str(path))
    model.load_state_dict(state)
    return model.eval()


def _difference(wanted: dict[str, tuple[int, ...]], found: dict[str, tuple[int, ...]]) -> str:
    missing, foreign = sorted(wanted.keys() - found.keys()), sorted(found.keys() - wanted.keys())
    other = sorted(key for key in wanted.keys() & found.keys() if wanted[key] != found[key])
    told = []
    if missing:
        told.append(f"{len(missing)} tensors are missing, the first is {missing[0]}")
    if foreign:
        told.append(f"{len(foreign)} do not belong to it, the first is {foreign[0]}")
    if other:
        told.append(f"{other[0]} is {found[other[0]]} instead of {wanted[other[0]]}")
    return ", ".join(told)


def _not_finite(state: dict[str, Any]) -> str:
    for key in sorted(state):
        if not bool(state[key].isfinite().all()):
            return f"{key} holds NaN or infinity"
    return ""


def save_state(state: dict[str, Any], path: Path, facts: dict[str, str] | None = None) -> None:
    """Write tensors as safetensors with `facts` (where they come from) in the header."""
    plain = {key: value.detach().cpu().contiguous().clone() for key, value in state.items()}
    importlib.import_module("safetensors.torch").save_file(plain, str(path), metadata=facts)
