"""The layout of contact sheets: panels with a caption, in rows, on paper."""

from __future__ import annotations

import cv2
import numpy as np

from ml.puppets.paper import PAPERS, on_paper

Panel = np.ndarray  # (h, w, 3) uint8 RGB
GROUND = PAPERS["cel"].rgb
_GREY = (96, 92, 96)


def shown(rgba: np.ndarray, caption: str = "") -> Panel:
    """Return an (h, w, 4) uint8 drawing on white paper, with a caption in its lower left corner."""
    return captioned(on_paper(rgba, "cel")[..., :3].copy(), caption)


def captioned(panel: Panel, caption: str, *, above: bool = False) -> Panel:
    """Return the panel with words written into it, or on a strip above it, one line each."""
    lines = caption.split("\n") if caption else []
    if above:
        strip = np.full((4 + 15 * len(lines), panel.shape[1], 3), GROUND, np.uint8)
        panel = np.vstack([strip, panel])
    for i, line in enumerate(lines):
        at = (4, 13 + 15 * i) if above else (4, panel.shape[0] - 5)
        cv2.putText(panel, line, at, cv2.FONT_HERSHEY_SIMPLEX, 0.40, _GREY, 1, cv2.LINE_AA)
    return panel


def row(panels: list[Panel]) -> np.ndarray:
    """Return panels side by side, filled to the tallest."""
    tallest = max(panel.shape[0] for panel in panels)
    return np.hstack([_filled(panel, tallest, panel.shape[1]) for panel in panels])


def page(rows: list[np.ndarray], width: int) -> np.ndarray:
    """Return rows below each other, filled to a width."""
    return np.vstack([_filled(one, one.shape[0], width) for one in rows])


def grid(panels: list[Panel], columns: int) -> np.ndarray:
    """Return panels in rows of so many columns."""
    rows = [row(panels[i : i + columns]) for i in range(0, len(panels), columns)]
    return page(rows, max(one.shape[1] for one in rows))


def _filled(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    out = np.full((max(height, picture.shape[0]), max(width, picture.shape[1]), 3), GROUND, np.uint8)
    out[: picture.shape[0], : picture.shape[1]] = picture
    return out
