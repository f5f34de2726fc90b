"""Whether a drift can be seen in a drawing: one that cannot is no question to ask of a checker."""

from __future__ import annotations

import numpy as np

from ml.puppets.drift.place import HAIR, eye_mask, parts_mask
from ml.puppets.render import PuppetFrame

LEAST_PX = 12  # fewer changed pixels than this are seen by nobody
LEAST_SHARE = 2e-4  # of the figure
_CLEARLY = 32  # of 255 in any channel: a smaller change of a pixel is an edge that moved by a tenth
_HIDDEN_EYE = 0.3  # of the other eye: the far eye of a three-quarter view shows twice as much
_LEAST_HAIR = {
    "hair_silhouette": 0.015,
    "other_hair": 0.10,
}  # of the hair's area that is hair in one drawing only


def shows(family: str, right: PuppetFrame, wrong: PuppetFrame, mask: np.ndarray) -> bool:
    """Return whether enough of the picture has changed, and what the drift is about is not hidden.

    Args:
        family: of the drift.
        right: the drawing as it should be.
        wrong: the drifted drawing.
        mask: pixels that differ. Of a recolour all count, of the others those that change clearly.
    """
    changed = np.count_nonzero(mask)
    if family != "recolour":
        away = np.abs(right.rgba[mask].astype(np.int16) - wrong.rgba[mask]).max(axis=1, initial=0)
        changed = np.count_nonzero(away >= _CLEARLY)
    if changed < least_px(right):
        return False
    if family.startswith("eye_") or family == "other_eyes":
        return _eyes_show(right, both=family == "eye_spacing")
    if family in _LEAST_HAIR:
        hair, now = parts_mask(right, HAIR), parts_mask(wrong, HAIR)
        return bool(np.count_nonzero(hair ^ now) >= _LEAST_HAIR[family] * np.count_nonzero(hair))
    return True


def least_px(frame: PuppetFrame) -> float:
    """Return how many pixels must change to be seen in a drawing."""
    return max(LEAST_PX, LEAST_SHARE * np.count_nonzero(frame.labels))


def _eyes_show(frame: PuppetFrame, *, both: bool) -> bool:
    """Return whether an eye is seen, or both of them, not covered by hair, a patch or the nose."""
    less, more = sorted(np.count_nonzero(eye_mask(frame, side)) for side in ("_r", "_l"))
    return bool(more >= LEAST_PX and (not both or less >= max(_HIDDEN_EYE * more, LEAST_PX / 2)))
