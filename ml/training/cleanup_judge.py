"""How well lines are found: F1 within 2 px by level of roughness, beside Otsu's threshold on the same drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import cv2
import numpy as np
import torch

from ml.cleanup.net import LineNet
from ml.cleanup.network import sharpened
from ml.training.cleanup_stream import Asked
from ml.training.roughen import LEVELS

Figures = dict[str, dict[str, float]]
Finding = Callable[[Asked], np.ndarray]
WITHIN_PX = 2.0


def f1(found: np.ndarray, wanted: np.ndarray, within_px: float = WITHIN_PX) -> tuple[float, float, float]:
    """Return F1, precision and recall of line pixels, each right within a distance of a pixel of the other.

    After Yan, Vanderhaeghe and Gingold, A Benchmark for Rough Sketch Cleanup (2020), with the tolerance in px.

    Args:
        found: (h, w) bool.
        wanted: (h, w) bool.
        within_px: tolerance.
    """
    if not found.any() or not wanted.any():
        same = float(found.any() == wanted.any())
        return same, same, same
    precision = float((_away(wanted)[found] <= within_px).mean())
    recall = float((_away(found)[wanted] <= within_px).mean())
    return 2 * precision * recall / max(precision + recall, 1e-9), precision, recall


def _away(mask: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE))


def otsu(rgb: np.ndarray) -> np.ndarray:
    """Return what Otsu's threshold takes for line, (h, w) bool."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1] > 0)


def by_otsu(asked: Asked) -> np.ndarray:
    """Return the line mask of Otsu's threshold on the scan."""
    return otsu(asked.rgb)


def by_network(model: LineNet, device: torch.device) -> Finding:
    """Return what finds the line mask by a network, as `CleanNet` reads it."""

    def finding(asked: Asked) -> np.ndarray:
        batch = torch.from_numpy(asked.piece.darkness)[None, None].to(device)
        model.eval()
        with torch.inference_mode(), torch.autocast("cuda", torch.bfloat16, enabled=device.type == "cuda"):
            line = torch.sigmoid(model(batch).line[0]).float().cpu().numpy()
        return np.asarray(sharpened(line) > 0.5)

    return finding


Row = tuple[str, float, float, float]


def rows(finding: Finding, drawings: Iterable[Asked]) -> list[Row]:
    """Return (level, F1, precision, recall) of each drawing."""
    return [(one.level, *f1(finding(one), one.piece.truth.line)) for one in drawings]


def summary(found: Sequence[Row]) -> Figures:
    """Return medians by level and over all."""
    out: Figures = {}
    for name in (*LEVELS, "all"):
        own = np.array([row[1:] for row in found if name in (row[0], "all")])
        if len(own):
            middle = np.median(own, axis=0)
            out[name] = {
                "drawings": float(len(own)),
                "f1": round(float(middle[0]), 4),
                "precision": round(float(middle[1]), 4),
                "recall": round(float(middle[2]), 4),
                "worst_tenth_f1": round(float(np.quantile(own[:, 0], 0.1)), 4),
            }
    return out


def as_text(figures: dict[str, Figures]) -> str:
    """Return a table: method, level, drawings, F1, precision, recall, worst tenth."""
    lines = [f"{'':10}{'level':8}{'n':>5}{'F1':>8}{'prec.':>8}{'recall':>8}{'worst':>8}"]
    for method, by_level in figures.items():
        for level, row in by_level.items():
            cells = "".join(f"{row[k]:8.3f}" for k in ("f1", "precision", "recall", "worst_tenth_f1"))
            lines.append(f"{method:10}{level:8}{row['drawings']:5.0f}{cells}")
    return "\n".join(lines)
