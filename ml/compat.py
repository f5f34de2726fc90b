"""Makes torchvision importable beside torch's CPU build.

torchvision's wheel links against CUDA; on a CPU machine its operators do not load and its own import then
registers fakes for two operators that were never declared. Declaring the two (and nothing else) lets the
import pass; calling them still gives torchvision's own error, so nothing is pretended.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept: list[Any] = []  # a torch Library vanishes with its object


def import_torchvision() -> Any:
    """Return the torchvision module, declaring its two missing operators where that is needed."""
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = importlib.import_module("torch").library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    _kept.append(library)
    return importlib.import_module("torchvision")
