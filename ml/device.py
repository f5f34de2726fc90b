"""Says where torch runs. torch is imported only when somebody asks for a model that needs it."""

from __future__ import annotations

import importlib
import os
import platform

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


def facts(device: str) -> dict[str, str]:
    """Return device_name, memory_total and, of a GPU, memory_free in bytes, as far as they can be told."""
    if device.startswith("cuda"):
        cuda = importlib.import_module("torch").cuda
        free, total = cuda.mem_get_info()
        return {
            "device_name": str(cuda.get_device_name()),
            "memory_free": str(free),
            "memory_total": str(total),
        }
    names = {"device_name": f"{platform.machine()}, {os.cpu_count()} cores"}
    if "SC_PHYS_PAGES" in os.sysconf_names:
        names["memory_total"] = str(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return names
