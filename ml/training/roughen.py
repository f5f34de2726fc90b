"""A rough drawing made from clean line art: the whole way from pencil to scan, and what is known of it.

A model, not a photograph: several strokes side by side with slow waves, ends that run over or stop short, gaps,
construction lines in blue, red and grey, eraser smudges, paper and scanner. One number says how rough it is, from 0
(hardly) to 2; `LEVELS` names three of them. The same art, level and seed give the same drawing, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.training import roughen_paper as papers
from ml.training.line_art import LineArt
from ml.training.roughen_pencil import Gap, draw, hand_of

LEVELS = {"light": 0.5, "medium": 1.0, "heavy": 1.8}
_GRAPHITE = np.array((0.20, 0.20, 0.22), np.float32)


@dataclass(frozen=True, eq=False)
class Rough:
    """A rough drawing and what it was made from.

    Attributes:
        rgb: (h, w, 3) uint8 sRGB, the scan.
        ink: (h, w) float32 0 to 1, the graphite alone, without paper, coloured pencils and scanner.
        gaps: where a line of the art was left out.
        widths_px: of each line of the art (n,) float64, how wide the pencil drew it.
    """

    rgb: np.ndarray
    ink: np.ndarray
    gaps: tuple[Gap, ...]
    widths_px: tuple[np.ndarray, ...]


def roughen(art: LineArt, level: float, seed: int) -> Rough:
    """Return a rough drawing of the art.

    Args:
        art: clean lines.
        level: 0 to 2, see LEVELS.
        seed: of every choice.
    """
    rng = np.random.default_rng((seed, 73))
    drawn = draw(art, hand_of(level, rng), rng)
    below = papers.construction(art, level, rng)
    ink = papers.grained(papers.smudged(drawn.graphite, level, rng), rng)
    sheet = papers.paper(art.size_hw, rng)
    for graphite, colour in below.layers:
        sheet = papers.drawn_on(sheet, papers.grained(graphite, rng), colour)
    dark = _GRAPHITE + float(rng.uniform(-0.12, 0.18))
    picture = papers.drawn_on(sheet, ink, dark.astype(np.float32))
    return Rough(papers.scanned(picture, rng), ink, drawn.gaps, drawn.widths_px)
