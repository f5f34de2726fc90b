"""A file of weights is read whole and held against the checksum in the JSON beside it; nothing else loads weights."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ml.errors import WeightsCorrupt, WeightsMissing


def read(path: Path, command: str) -> tuple[bytes, str]:
    """Return a file of weights and its sha256.

    Args:
        path: safetensors; its JSON lies beside it.
        command: how it is trained, said where it is not there.

    Raises:
        WeightsMissing: no such file, or no JSON with its checksum beside it.
        WeightsCorrupt: the file is not the one that its checksum was taken of.
    """
    beside = path.with_suffix(".json")
    for file in (path, beside):
        if not file.is_file():
            msg = f"{file} is not there; train it with `{command}`"
            raise WeightsMissing(msg, expected=str(file), actual=None)
    data, told = path.read_bytes(), json.loads(beside.read_text())
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != told.get("sha256"):
        msg = (
            f"{path.name} is not the file that its checksum was taken of; install Sakkan again or train anew"
        )
        raise WeightsCorrupt(msg, expected=told.get("sha256"), actual=sha256)
    return data, sha256
