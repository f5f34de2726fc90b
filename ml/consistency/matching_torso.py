"""Lays an approved torso below a head that was found, for a body of this figure's length; see `matching`."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from ml.consistency.align import Template
from ml.consistency.register import Fit, refine, zone_template
from ml.consistency.views import View
from ml.consistency.zones import HEAD_MARGIN, ZONE_PX, Zone
from ml.pixels import F32

LEAST = 0.70  # of correlation
_SURE = 0.85
_KEPT = 64  # templates; one takes 0.4 MB
_TRUNK_HALF, _SLEEVES = 0.27, 0.15  # of the torso's side: half width of the trunk; weight of what is beside


def fit_torso(view: View, head: Zone, torso: Zone, fit: Fit) -> Fit | None:
    """Start below the head at the head's scale, then on a body as long as this figure's; keep the best."""
    best: Fit | None = None
    for across, down in _body_sizes(view, head, fit):
        found = refine(_torso_template(torso), torso, view, _below(head, torso, fit, (across, down)))
        if found is not None and (best is None or found.correlation > best.correlation):
            best = found
        if best is not None and best.correlation > _SURE:
            break
    return best if best is not None and best.correlation >= LEAST else None


def _body_sizes(view: View, head: Zone, fit: Fit) -> list[tuple[float, float]]:
    """Return sizes (across, down) of a body against the approved one's to start from.

    Where a whole figure is shown, the way from its head to its soles says how long this body is.
    """
    k = fit.scale
    if view.cropped:
        return [(k, k), (0.9 * k, 0.9 * k)]
    high = float(view.size_hw[0])
    middle = anchor_of(fit)[1]
    long = (high - middle) / max(high - head.top - head.side_px / 2.0, 1.0)
    return [(k, k), (k, long), (long, long)]


def _below(head: Zone, torso: Zone, fit: Fit, size: tuple[float, float]) -> F32:
    """Return the upright place of a torso below a fitted head, for a body of that size (across, down)."""
    x, y, _ = anchor_of(fit)
    across = (torso.left + torso.side_px / 2.0) - (head.left + head.side_px / 2.0)
    down = (torso.top + torso.side_px / 2.0) - (head.top + head.side_px / 2.0)
    # the neck stays with the head; only what lies below it grows with the body
    neck = head.side_px / (2.0 * HEAD_MARGIN)
    at = x + across * size[0], y + neck * fit.scale + (down - neck) * size[1]
    kx, ky = (torso.side_px / ZONE_PX * s for s in size)
    return np.array(
        [[kx, 0.0, at[0] - kx * ZONE_PX / 2.0], [0.0, ky, at[1] - ky * ZONE_PX / 2.0]], np.float32
    )


@cache
def _trunk_weights() -> F32:
    """Return (96, 96) float32: the trunk counts, sleeves at its sides and what hangs low move with the limbs."""
    across = np.abs(np.arange(ZONE_PX) - (ZONE_PX - 1) / 2.0) / ZONE_PX
    sides = np.clip((_TRUNK_HALF + 0.1 - across) / 0.1, _SLEEVES, 1.0)
    down = np.where(np.arange(ZONE_PX) < 0.8 * ZONE_PX, 1.0, 0.5)
    return np.asarray(down[:, None] * sides[None, :], np.float32)


def anchor_of(fit: Fit) -> tuple[float, float, float]:
    """Return (x, y, side): the middle and the side of a fitted head in the standard picture."""
    middle = fit.affine @ np.array([ZONE_PX / 2.0, ZONE_PX / 2.0, 1.0], np.float32)
    side = float(np.sqrt(abs(np.linalg.det(fit.affine[:, :2].astype(np.float64))))) * ZONE_PX
    return float(middle[0]), float(middle[1]), side


@lru_cache(maxsize=_KEPT)
def _torso_template(zone: Zone) -> Template:
    return zone_template(zone, _trunk_weights())
