"""Says where torch runs. torch is imported only when somebody asks for a model that needs it."""

from __future__ import annotations

import importlib

from ml.errors import MLError


def choose(wanted: str = "auto") -> str:
    """Return "cuda" or "cpu"; "auto" takes the GPU if torch sees one.

    Raises:
        MLError: CUDA was asked for and torch sees none.
    """
    if wanted == "cpu":
        return "cpu"
    seen = bool(importlib.import_module("torch").cuda.is_available())
    if wanted == "cuda" and not seen:
        msg = "CUDA was asked for, but torch sees no GPU"
        raise MLError(msg, expected="cuda", actual="cpu")
    return "cuda" if seen else "cpu"
