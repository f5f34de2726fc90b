"""Sheets to look at: the rough, the truth, and what each method drew; worst, median and best drawing of a level."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.cleanup.metrics import truth_mask
from bench.cleanup.run import Asked

_CAPTION_PX = 26


def strip(panels: Sequence[tuple[str, np.ndarray]], columns: int = 4) -> np.ndarray:
    """Return panels (words, (h, w, 3) uint8) of one size side by side with their words above, (h, w, 3) uint8."""
    made = []
    for words, picture in panels:
        bar = np.full((_CAPTION_PX, picture.shape[1], 3), 255, np.uint8)
        cv2.putText(bar, words, (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
        made.append(np.vstack((bar, picture)))
    blank = np.full_like(made[0], 255)
    made += [blank] * (-len(made) % min(columns, len(made)))
    wide = min(columns, len(made))
    return np.vstack([np.hstack(made[k : k + wide]) for k in range(0, len(made), wide)])


def shown(mask: np.ndarray) -> np.ndarray:
    """Return a mask as black on white, (h, w, 3) uint8."""
    return np.repeat(np.where(mask, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def write(asked: Sequence[Asked], judge: str, to: Path) -> list[Path]:
    """Write a sheet of the worst, the median and the best drawing of each group and level by a method's F1."""
    to.mkdir(parents=True, exist_ok=True)
    groups: dict[tuple[str, str], list[tuple[float, Asked]]] = {}
    for one in asked:
        if one.question is not None:
            score = next((r.figures["f1"] for r in one.rows if r.method == judge), one.rows[0].figures["f1"])
            groups.setdefault((one.question.group, one.question.level), []).append((score, one))
    files = []
    for (group, level), found in groups.items():
        found.sort(key=lambda each: each[0])
        for word, place in {"worst": 0, "median": len(found) // 2, "best": len(found) - 1}.items():
            files.append(to / f"{group}-{level}-{word}.png")
            cv2.imwrite(str(files[-1]), _sheet(found[place][1])[..., ::-1])
    return files


def _sheet(one: Asked) -> np.ndarray:
    assert one.question is not None
    said = {
        r.method: f"{r.method} F1 {r.figures['f1']:.3f} ends +{r.figures['stray_ends']:.0f}" for r in one.rows
    }
    panels = [(f"rough, {one.question.name}", one.question.rough.rgb)]
    panels.append(("truth", shown(truth_mask(one.question.art))))
    return strip([*panels, *((said[name], shown(mask)) for name, mask in one.masks.items())])
