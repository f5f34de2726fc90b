"""Which way a head is turned against an approved one laid over it: by where its face lies within the head.

Told by colour at the zone's own size, not by flat paint: encoding leaves hardly any, and neither does a small head.
"""

from __future__ import annotations

import numpy as np

from ml.consistency.names import is_face_skin
from ml.consistency.palette import Palette
from ml.consistency.views import OFF_PALETTE
from ml.consistency.zones import ZONE_PX, Zone
from ml.pixels import Mask

CHIN_PX = 72
_STEP = 3  # every third pixel tells enough
_LEAST_FACE = 0.02  # of the zone: less is no face
_SURE_FACE = 0.02  # of the zone: against a head without a face, as much is surely one
_FAR_LESS = 0.3  # of the other's face: an ear or a neck
_NEAR = 40  # RGB distance: what is farther from every swatch is a mixture at an edge
_PAINTED = 12  # spread of the channels: a picture of lines has none


def slip_of(approved: Zone, seen: Zone, palette: Palette) -> float | None:
    """Return how far the face lies aside in one head zone against the other, as a share of its side.

    The face is the named skin above the chin. None where the model names none or either shows none surely; 1.0
    where only one of them shows a face.
    """
    first, second = face_of(approved, palette), face_of(seen, palette)
    if first is None or second is None:
        return None
    shares = [float(face.mean()) * CHIN_PX / ZONE_PX for face in (first, second)]
    if min(shares) < max(_LEAST_FACE, _FAR_LESS * max(shares)):
        return 1.0 if max(shares) > _SURE_FACE else None  # two backs of a head, or little hair between
    return _middle_x(second) - _middle_x(first)


def side_of(head: Zone, palette: Palette) -> float:
    """Return how far an approved face lies to the viewer's right of its head's middle, a share; 0 = not known."""
    face = face_of(head, palette)
    if face is None or float(face.mean()) < _LEAST_FACE or not head.cover[:CHIN_PX].any():
        return 0.0
    return _middle_x(face) - float(np.nonzero(head.cover[:CHIN_PX])[1].mean()) / ZONE_PX


def face_of(zone: Zone, palette: Palette) -> Mask | None:
    """Return where a head zone shows the named skin above the chin, (24, 32) bool; None if that is not known."""
    rows = [row for row, part in enumerate(palette.parts) if palette.named[row] and is_face_skin(part)]
    if not rows:
        return None
    rgb = zone.rgb[:CHIN_PX:_STEP, ::_STEP].astype(np.float32)
    if float(np.abs(rgb[..., 0] - rgb[..., 1]).max() + np.abs(rgb[..., 1] - rgb[..., 2]).max()) < _PAINTED:
        return None
    colours, swatches = rgb.reshape(-1, 3), palette.rgb.astype(np.float32)
    apart = (swatches * swatches).sum(axis=1) - 2.0 * (colours @ swatches.T)  # and the square of the colour
    nearest = np.argmin(apart, axis=1)
    least = np.take_along_axis(apart, nearest[:, None], axis=1)[:, 0] + (colours * colours).sum(axis=1)
    skin = np.zeros(len(swatches), np.bool_)
    skin[rows] = True
    face = (skin[nearest] & (least < _NEAR**2)).reshape(rgb.shape[:2])
    there = zone.cover & (zone.labels != OFF_PALETTE)
    return np.asarray(face & there[:CHIN_PX:_STEP, ::_STEP])


def _middle_x(face: Mask) -> float:
    counts = face.sum(axis=0)
    return float(counts @ np.arange(len(counts))) / max(1.0, float(counts.sum())) / len(counts)
