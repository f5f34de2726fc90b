"""What the page shows of a match: regions with partner and confidence, and where the engine does not know."""

from __future__ import annotations

import cv2
import numpy as np

from ml.inbetween.decode import Decoded
from ml.inbetween.pairing import Matched
from ml.inbetween.records import Reason, Region, Weak

_FAR_PX = 3.0  # an edge that ends so far from any of its kind is worth 1/e
_WEAK = 0.3  # confidence under which a place is weak
_WEAK_SHARE = 0.05  # of the drawing that has to be weak in one place before a breakdown is asked for
_LEAST_MATCHED = 0.6  # of the drawing; under it the whole of it needs a breakdown
_NAMES = ("a", "b")


def node_confidence(matched: Matched) -> np.ndarray:
    """Return how sure each node is, (n,) 0 to 1: seen in both keys, and its edges on edges."""
    sure = matched.seen * np.exp(-((matched.left / _FAR_PX) ** 2))
    return np.where(matched.fit.alone, 1.0, sure)


def confidence_of(matched: tuple[Matched, Matched]) -> float:
    """Return how sure the pair is, 0 to 1: the mean over both drawings."""
    total = sum(float((node_confidence(m) * m.fit.mesh.size).sum()) for m in matched)
    return total / max(1, sum(int(m.fit.mesh.size.sum()) for m in matched))


def regions_of(
    matched: tuple[Matched, Matched], decoded: Decoded, depth: tuple[np.ndarray, np.ndarray], *, turned: bool
) -> list[Region]:
    """Return the regions of both keys, larger first within a key.

    Args:
        matched: the keys.
        decoded: their labels.
        depth: (regions,) steps forward, per key.
        turned: whether the artist's key A is the second one.
    """
    found: list[Region] = []
    for k in (1, 0) if turned else (0, 1):
        found += _regions(matched, k, decoded, depth[k], "ba" if turned else "ab")
    return found


def _regions(
    matched: tuple[Matched, Matched], k: int, decoded: Decoded, depth: np.ndarray, names: str
) -> list[Region]:
    mine, regions = matched[k], matched[k].side.regions
    mesh = mine.fit.mesh
    size = np.maximum(np.bincount(mesh.region, mesh.size, regions.count), 1)
    sure = np.bincount(mesh.region, node_confidence(mine) * mesh.size, regions.count) / size
    partner = _partners(mine, matched[1 - k])
    key, other = ("a", "b") if names[k] == "a" else ("b", "a")
    found = []
    for region in np.argsort(-regions.area, kind="stable"):
        if not region:
            continue
        outline, box, inside = _outline(regions.at, int(region))
        found.append(
            Region(
                id=f"{key}{region}",
                key="a" if key == "a" else "b",
                rgb=_rgb(decoded.palette[regions.label[region]]),
                area_px=int(regions.area[region]),
                centre_xy=inside,
                box_xyxy=box,
                outline=outline,
                partner=f"{other}{partner[region]}" if partner[region] else None,
                confidence=float(sure[region]),
                depth=int(depth[region]),
                ink=bool(decoded.thin[regions.label[region]]),
            )
        )
    return found


def _rgb(colour: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in colour[:3])
    return red, green, blue


def _partners(mine: Matched, other: Matched) -> np.ndarray:
    """Return the region that most of each region's pixels land in, (n,), 0 where they are not seen."""
    mesh, there = mine.fit.mesh, other.side.small_regions
    h, w = there.shape
    x, y = np.rint(mesh.pixels + mine.fit.dense(mine.motion)[mesh.ys, mesh.xs]).astype(np.int64).T
    inside = (x >= 0) & (y >= 0) & (x < w) & (y < h) & (mine.seen[mesh.of] > 0.3)
    landed = np.where(inside, there[np.clip(y, 0, h - 1), np.clip(x, 0, w - 1)], 0)
    region = mesh.region[mesh.of]
    same = mine.side.regions.label[region] == other.side.regions.label[landed]
    good = (landed > 0) & same
    count = other.side.regions.count
    code, times = np.unique(region[good] * count + landed[good], return_counts=True)
    order = np.argsort(times, kind="stable")
    found = np.zeros(mine.side.regions.count, np.int64)
    found[code[order] // count] = code[order] % count
    return found


def _outline(
    at: np.ndarray, region: int
) -> tuple[np.ndarray, tuple[int, int, int, int], tuple[float, float]]:
    """Return the outer border of the largest piece, its box, and the point deepest inside."""
    ys, xs = np.nonzero(at == region)
    top, left, bottom, right = int(ys.min()), int(xs.min()), int(ys.max()) + 1, int(xs.max()) + 1
    mask = np.pad((at[top:bottom, left:right] == region).astype(np.uint8), 1)
    chains, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    longest = max(chains, key=cv2.contourArea)
    outline = cv2.approxPolyDP(longest, 0.7, closed=True)[:, 0, :] + np.array((left - 1, top - 1))
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    y, x = divmod(int(depth.argmax()), depth.shape[1])
    return outline.astype(np.float32), (left, top, right, bottom), (float(x + left - 1), float(y + top - 1))


def weak_places(matched: tuple[Matched, Matched]) -> list[Weak]:
    """Return where a breakdown drawing is needed; empty = nowhere."""
    found: list[Weak] = []
    for mine in matched:
        mesh = mine.fit.mesh
        sure = node_confidence(mine)
        whole = max(1.0, float(mesh.size.sum()))
        if float((mesh.size * ((mine.seen > 0.5) | mine.fit.alone)).sum()) / whole < _LEAST_MATCHED:
            box = _full_box(mine, mesh.pixels)
            found.append(Weak(box, "too_far", confidence_of(matched)))
            continue
        found += _patches(mine, sure, whole)
    return found


def _patches(mine: Matched, sure: np.ndarray, whole: float) -> list[Weak]:
    mesh = mine.fit.mesh
    raw = np.zeros(mesh.regions.shape, np.uint8)
    raw[mesh.ys, mesh.xs] = (sure < _WEAK)[mesh.of]
    weak = cv2.morphologyEx(raw, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, parts, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    found = []
    for part in range(1, count):
        if stats[part, cv2.CC_STAT_AREA] < _WEAK_SHARE * whole:
            continue
        here = parts[mesh.ys, mesh.xs] == part
        nodes = np.unique(mesh.of[here])
        far = float(np.median(mine.left[nodes])) > _FAR_PX
        reason: Reason = "too_far" if far else "no_partner"
        found.append(Weak(_full_box(mine, mesh.pixels[here]), reason, float(sure[nodes].mean())))
    return found


def _full_box(mine: Matched, pixels: np.ndarray) -> tuple[int, int, int, int]:
    h, w = mine.side.labels.shape
    low = np.floor(mine.side.to_full(pixels.min(axis=0) - 0.5) + 0.5).astype(int)
    high = np.ceil(mine.side.to_full(pixels.max(axis=0) + 0.5) + 0.5).astype(int)
    return max(0, int(low[0])), max(0, int(low[1])), min(w, int(high[0])), min(h, int(high[1]))
