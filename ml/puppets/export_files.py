"""Files as the generator writes them: PNG and JSON whose bytes depend on their contents alone."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

MADE_BY = (
    "Drawn by ml.puppets, Sakkan's own generator of cel characters; every fault in it was put in on purpose."
)
LICENCE = "Apache-2.0, drawn by the Sakkan project"


def save_png(path: Path, picture: np.ndarray) -> None:
    """Write an (h, w, 4) RGBA or (h, w) uint8 array as PNG, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if picture.ndim == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA)
    cv2.imwrite(
        str(path),
        picture,
        [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE],
    )


def save_mask(path: Path, mask: np.ndarray) -> None:
    """Write an (h, w) bool mask as PNG of 0 and 255."""
    save_png(path, mask.astype(np.uint8) * 255)


def write_json(path: Path, data: object) -> None:
    """Write a JSON file that people can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
