"""Strips to look at: key A, the truth, what methods drew, key B; worst, median and best triplet of a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from bench.inbetween.lines import over_white
from bench.inbetween.metrics import Figures
from bench.inbetween.store import png
from bench.inbetween.types import Triplet

ORDER = ("sakkan", "sakkan_no_weights", "sakkan_pins", "rife", "dis", "fade", "hold")
_CAPTION_PX, _GAP_PX = 34, 6
_COLUMNS = 4
_LEAST_PX = 256  # small sprites are shown larger, pixel by pixel


@dataclass
class Sheets:
    """Collects strips while the bench runs and writes those worth a look.

    Attributes:
        folder: where the strips go.
        judge: the method whose Chamfer ranks the triplets.
    """

    folder: Path
    judge: str
    _seen: dict[str, list[tuple[float, Triplet, dict[str, np.ndarray], dict[str, Figures]]]] = field(
        default_factory=dict
    )

    def look(self, triplet: Triplet, drawings: dict[str, np.ndarray], found: dict[str, Figures]) -> None:
        """Keep a triplet."""
        by = self.judge if self.judge in found else next(iter(found))
        away = found[by]["chamfer_px"]
        self._seen.setdefault(triplet.group, []).append((away, triplet, drawings, found))

    def write(self, title: str) -> list[Path]:
        """Write the strips of everything seen since the last call and return their files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        written = []
        for group, seen in self._seen.items():
            seen.sort(key=lambda each: each[0])
            picks = {"best": 0, "median": len(seen) // 2, "worst": len(seen) - 1}
            for word, place in picks.items():
                _, triplet, drawings, found = seen[place]
                file = self.folder / f"{title}-{group}-{word}-{triplet.name}.png".replace("/", "_")
                file.write_bytes(png(strip(triplet, drawings, found)).tobytes())
                written.append(file)
        self._seen.clear()
        return written


def strip(triplet: Triplet, drawings: dict[str, np.ndarray], found: dict[str, Figures]) -> np.ndarray:
    """Return one strip, RGB."""
    names = [name for name in ORDER if name in drawings]
    cells = [("A", triplet.a), ("truth", triplet.truth)]
    cells += [(_caption(name, found[name]), drawings[name]) for name in names] + [("B", triplet.b)]
    tiles = [_cell(words, picture) for words, picture in cells]
    tiles += [np.full_like(tiles[0], 235)] * (-len(tiles) % _COLUMNS)
    rows = [np.hstack(tiles[k : k + _COLUMNS]) for k in range(0, len(tiles), _COLUMNS)]
    return np.asarray(np.vstack(rows))


def _caption(name: str, figures: Figures) -> str:
    return f"{name}: {figures['chamfer_px']:.2f} px {figures['psnr']:.1f} dB ink {figures['ink']:.2f}"


def _cell(words: str, picture: np.ndarray) -> np.ndarray:
    rgb = over_white(picture)
    larger = -(-_LEAST_PX // max(rgb.shape[:2]))
    if larger > 1:
        rgb = np.repeat(np.repeat(rgb, larger, axis=0), larger, axis=1)
    framed = cv2.copyMakeBorder(
        rgb, _CAPTION_PX, 0, 0, _GAP_PX, cv2.BORDER_CONSTANT, value=(235, 235, 235, 255)
    )
    lines: Sequence[str] = words.split(": ")
    for number, line in enumerate(lines):
        at = (3, 13 + 15 * number)
        cv2.putText(framed, line, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return np.asarray(framed)
