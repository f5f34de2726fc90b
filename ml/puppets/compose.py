"""Several puppets in one picture, the nearer covering the farther, with masks of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.errors import MLError
from ml.puppets.correspond import Scene
from ml.puppets.figure import PARTS
from ml.puppets.frames import Laid
from ml.puppets.landmarks import visible
from ml.puppets.palette import palette_table
from ml.puppets.raster import TONES, coloured
from ml.puppets.render import lay

_PAINTS = 256  # labels a figure may use


class BadComposition(MLError):
    """The scenes cannot share one picture."""


@dataclass(frozen=True)
class Composed:
    """A picture of several puppets; figures are counted from 0, the farthest.

    Attributes:
        rgba: (h, w, 4) uint8, straight alpha.
        labels: (h, w) uint8, of the figure that is seen at the pixel's centre; as in PuppetFrame.
        owner: (h, w) int8, which figure that is; -1 = none.
        landmarks: of each figure, name -> (x, y) in pixels, hidden ones too.
        visible: of each figure the names of the landmarks that nothing covers.
    """

    rgba: np.ndarray
    labels: np.ndarray
    owner: np.ndarray
    landmarks: tuple[dict[str, tuple[float, float]], ...]
    visible: tuple[frozenset[str], ...]

    def mask(self, figure: int, part: str = "") -> np.ndarray:
        """Return the (h, w) bool mask of what is seen of a figure, or of one part of it."""
        own = self.owner == figure
        if not part:
            return own
        first = 1 + len(TONES) * PARTS.index(part)
        return own & (self.labels >= first) & (self.labels < first + len(TONES))


def compose(scenes: Sequence[Scene]) -> Composed:
    """Draw scenes into one picture, back to front; each framing says where its figure stands and how large.

    Raises:
        BadComposition: there is no scene, there are more than 127, or their pictures differ in size or sampling.
    """
    if not 0 < len(scenes) < 128:
        msg = f"A picture holds 1 to 127 figures, not {len(scenes)}."
        raise BadComposition(msg, expected=(1, 127), actual=len(scenes))
    shapes = {(scene.framing.size_hw, scene.framing.supersample) for scene in scenes}
    if len(shapes) > 1:
        msg = "All figures of one picture need the same size and the same labels a pixel."
        raise BadComposition(msg, expected="one size", actual=sorted(shapes))
    laid = [lay(scene.design, scene.pose, scene.expression, scene.framing) for scene in scenes]
    fine = _stacked(laid)
    s = scenes[0].framing.supersample
    paints = np.concatenate([palette_table(scene.design) for scene in scenes])
    middle = fine[s // 2 :: s, s // 2 :: s]
    owner = np.where(middle > 0, middle // _PAINTS, -1).astype(np.int8)
    seen = tuple(_seen(one, fine, k) for k, one in enumerate(laid))
    labels = (middle % _PAINTS).astype(np.uint8)
    return Composed(coloured(fine, paints, s), labels, owner, tuple(one.landmarks for one in laid), seen)


def _stacked(laid: Sequence[Laid]) -> np.ndarray:
    """Return the fine labels of the whole picture, uint16: the figure's number x 256 + its label; 0 = nothing."""
    s = laid[0].framing.supersample
    h, w = laid[0].framing.size_hw
    fine = np.zeros((h * s, w * s), np.uint16)
    for k, one in enumerate(laid):
        x0, y0, x1, y1 = (n * s for n in one.window)
        np.copyto(fine[y0:y1, x0:x1], one.fine.astype(np.uint16) + k * _PAINTS, where=one.fine > 0)
    return fine


def _seen(one: Laid, fine: np.ndarray, figure: int) -> frozenset[str]:
    """Return the landmarks of a figure that neither itself nor another figure covers."""
    s = one.framing.supersample
    h, w = fine.shape
    alone = visible(one, one.landmarks)
    at = {n: (round(x * s + (s - 1) / 2), round(y * s + (s - 1) / 2)) for n, (x, y) in one.landmarks.items()}
    own = {n for n, (x, y) in at.items() if 0 <= x < w and 0 <= y < h and fine[y, x] // _PAINTS == figure}
    return alone & own
