"""From two keys to labels: which pixel is which colour of the pair's own palette, and what is ground.

A label is an index into one palette that both keys share. Cels without anti-aliasing keep every colour; other
pictures (anti-aliased, scanned, textured) get the colours that are flat in them and the colours at the core of their
lines, and every mixed pixel takes the label beside it whose colour lies nearest. Labels decide what may become what;
`Decoded.exact` says whether the picture may be drawn from them again.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

MOST_EXACT = 320  # colours of a pair that still count as painted without anti-aliasing
_MOST_SOFT = 40  # colours that are told apart in other pictures
_SOLID = 14.0  # distance in RGB within which a pixel is a palette colour and no mixture
_LINE_ART = 0.7  # share of the drawing that has to be lines for a line drawing
_ON = 0.35  # share of a label's border along which it lies on another fill
_MERGE = 18.0  # palette colours nearer than this are one


@dataclass(frozen=True)
class Decoded:
    """Two keys as labels.

    Attributes:
        labels: per key (h, w) int32; 0 = ground (transparent, or the paper about an opaque drawing).
        palette: (n, 4) uint8 RGBA of the labels; entry 0 is what the ground looks like.
        thin: (n,) bool, labels that are drawn as lines.
        family: (n,) label that stands for all tones of one material: fills that border each other without a line.
        exact: whether every pixel is exactly its label's colour.
    """

    labels: tuple[np.ndarray, np.ndarray]
    palette: np.ndarray
    thin: np.ndarray
    family: np.ndarray
    exact: bool


def decode(a: np.ndarray, b: np.ndarray) -> Decoded:
    """Return both keys as labels of one palette.

    Args:
        a: (h, w, 4) uint8 RGBA, not premultiplied.
        b: the same size.
    """
    codes = [_codes(key) for key in (a, b)]
    colours = np.unique(np.concatenate([np.unique(code) for code in codes]))
    exact = len(colours) <= MOST_EXACT
    if exact:
        labels, palette = _exact(codes, colours)
    else:
        labels, palette = _soft((a, b))
    labels, palette = _grounded(labels, palette)
    thin = thin_labels(labels, len(palette))
    if all(_only_lines(each, thin) for each in labels):
        labels = [_with_insides(each, len(palette)) for each in labels]
        palette, thin = np.concatenate((palette, palette[:1])), np.append(thin, False)
    return Decoded((labels[0], labels[1]), palette, thin, families(labels, thin), exact)


def families(labels: list[np.ndarray], thin: np.ndarray) -> np.ndarray:
    """Return (n,) the label that stands for each label's family.

    Shadow and highlight lie on their material and border it without a line, along much of their own border.
    """
    count = len(thin)
    border = np.zeros((count, count))
    for each in labels:
        for axis in (0, 1):
            one, two = (each[1:], each[:-1]) if axis == 0 else (each[:, 1:], each[:, :-1])
            apart = one != two
            border += np.bincount(one[apart] * count + two[apart], minlength=count * count).reshape(
                count, count
            )
    border += border.T
    border[0], border[:, 0] = 0, 0
    fills = ~thin
    share = border / np.maximum(border.sum(axis=1, keepdims=True), 1)
    head = np.arange(count)
    for one, two in zip(*np.nonzero((share > _ON) & fills[:, None] & fills[None]), strict=True):
        a, b = head[one], head[two]
        head[head == max(a, b)] = min(a, b)
    return head


def _only_lines(labels: np.ndarray, thin: np.ndarray) -> bool:
    painted = labels > 0
    return bool(painted.any()) and bool(thin[labels[painted]].mean() > _LINE_ART)


def _with_insides(labels: np.ndarray, inside: int) -> np.ndarray:
    """Return the labels of a line drawing with the areas that its lines close, or nearly close, as a label.

    Gaps of up to about 4 px at 512 px count as closed; where two areas meet in a gap a thread of ground parts them.
    """
    reach = round(2 * max(1.0, max(labels.shape) / 512))
    ground = labels == 0
    wall = cv2.dilate((~ground).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    free = np.pad(1 - wall, 1, constant_values=1).astype(np.uint8)
    _, parts = cv2.connectedComponents(free, connectivity=4)
    parts = np.where(parts == parts[0, 0], -1, parts)[1:-1, 1:-1]
    core = wall == 0
    if not core.any():
        return labels
    _, nearest = cv2.distanceTransformWithLabels(
        (~core).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.full(int(nearest.max()) + 1, -1, np.int64)
    table[nearest[core]] = parts[core]
    whose = np.where(ground, table[nearest], 0)
    apart = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        near = np.roll(whose, 1, axis)
        apart |= (near != whose) & (near != 0) & (whose != 0)
    return np.where(ground & (whose > 0) & ~apart, inside, labels).astype(np.int32)


def _codes(key: np.ndarray) -> np.ndarray:
    """Return RGBA as one uint32 a pixel; everything transparent is the same."""
    wide = key.astype(np.uint32)
    code = (wide[..., 3] << 24) | (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]
    return np.where(wide[..., 3] == 0, np.uint32(0), code)


def _exact(codes: list[np.ndarray], colours: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    if colours[0] != 0:
        colours = np.concatenate((np.zeros(1, colours.dtype), colours))
    labels = [np.searchsorted(colours, code).astype(np.int32) for code in codes]
    shifts = np.array([16, 8, 0, 24], np.uint32)
    return labels, ((colours[:, None] >> shifts) & 255).astype(np.uint8)


def _soft(keys: tuple[np.ndarray, np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """Return labels and palette of pictures with mixed pixels."""
    rgb = [key[..., :3].astype(np.int16) for key in keys]
    painted = [key[..., 3] >= 128 for key in keys]
    found = np.concatenate([_flat_colours(c, p) for c, p in zip(rgb, painted, strict=True)])
    cores = np.concatenate([_core_colours(c, p) for c, p in zip(rgb, painted, strict=True)])
    colours = _merged(found, cores)
    table = _nearest_table(colours)
    labels = [_labelled(c, p, colours, table) for c, p in zip(rgb, painted, strict=True)]
    palette = np.zeros((len(colours) + 1, 4), np.uint8)
    palette[1:, :3], palette[1:, 3] = colours, 255
    return labels, palette


def _flat_colours(rgb: np.ndarray, painted: np.ndarray) -> np.ndarray:
    """Return (n, 4) colour and pixel count of what is flat, commonest first."""
    flat = painted.copy()
    for axis in (0, 1):
        for step in (1, -1):
            near = np.abs(np.roll(rgb, step, axis) - rgb).max(axis=2) <= 3
            flat &= near & np.roll(painted, step, axis)
    picked = rgb[flat if flat.sum() > 0.2 * painted.sum() else painted]
    return _counted(picked)


def _core_colours(rgb: np.ndarray, painted: np.ndarray) -> np.ndarray:
    """Return (n, 4) colour and count at the cores of dark lines."""
    grey = np.where(painted, rgb.sum(axis=2) // 3, 255).astype(np.uint8)
    darkest = cv2.erode(grey, np.ones((3, 3), np.uint8))
    about = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    core = painted & (grey == darkest) & (about.astype(np.int16) - grey > 36)
    found = _counted(rgb[core])
    return found[:8]


def _counted(picked: np.ndarray) -> np.ndarray:
    """Return the commonest colours of (n, 3) pixels as (k, 4) mean colour and count, in steps of 8 levels."""
    if not len(picked):
        return np.zeros((0, 4))
    coarse = picked >> 3
    code = (coarse[:, 0].astype(np.int64) << 10) | (coarse[:, 1] << 5) | coarse[:, 2]
    kinds, where, count = np.unique(code, return_inverse=True, return_counts=True)
    mean = np.stack([np.bincount(where, picked[:, c], len(kinds)) for c in range(3)], axis=1) / count[:, None]
    order = np.argsort(-count, kind="stable")[: 4 * _MOST_SOFT]
    return np.column_stack((mean[order], count[order]))


def _merged(found: np.ndarray, cores: np.ndarray) -> np.ndarray:
    """Return (k, 3) colours, no two of them near each other, those of lines first."""
    chosen: list[np.ndarray] = []
    floor = max(8.0, 2e-4 * float(found[:, 3].sum())) if len(found) else 0.0
    ranked = [cores, found[found[:, 3] >= floor][np.argsort(-found[found[:, 3] >= floor][:, 3])]]
    for group, most in zip(ranked, (6, _MOST_SOFT), strict=True):
        for row in group:
            if len(chosen) < most and all(np.linalg.norm(row[:3] - other) > _MERGE for other in chosen):
                chosen.append(row[:3])
    return np.rint(np.array(chosen or [np.zeros(3)])).astype(np.uint8)


def _nearest_table(colours: np.ndarray) -> np.ndarray:
    """Return (32768,) int32: nearest palette colour of every RGB in steps of 8 levels."""
    axis = np.arange(32) * 8 + 4
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    squares = ((grid[:, None, :] - colours[None].astype(np.int64)) ** 2).sum(axis=2)
    return squares.argmin(axis=1).astype(np.int32)


def _labelled(rgb: np.ndarray, painted: np.ndarray, colours: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Return (h, w) int32 labels; mixed pixels take the solid label beside them that is nearest in colour."""
    coarse = rgb >> 3
    nearest = table[(coarse[..., 0].astype(np.int64) << 10) | (coarse[..., 1] << 5) | coarse[..., 2]]
    away = np.linalg.norm(rgb - colours[nearest].astype(np.int16), axis=2)
    labels = np.where(painted, nearest + 1, 0).astype(np.int32)
    known = ~painted | (away < _SOLID)
    table_rgb = np.concatenate((np.full((1, 3), 10_000, np.int32), colours.astype(np.int32)))
    for _ in range(3):
        todo = np.flatnonzero(~known.ravel())
        if not len(todo):
            break
        _spread(labels, known, todo, rgb, table_rgb)
    return labels


def _spread(
    labels: np.ndarray, known: np.ndarray, todo: np.ndarray, rgb: np.ndarray, table: np.ndarray
) -> None:
    """Give mixed pixels the label of a known neighbour, in place."""
    h, w = labels.shape
    ys, xs = np.divmod(todo, w)
    best, cost = np.zeros(len(todo), np.int32), np.full(len(todo), np.inf)
    colour = rgb.reshape(-1, 3)[todo].astype(np.int32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            y, x = np.clip(ys + dy, 0, h - 1), np.clip(xs + dx, 0, w - 1)
            there = labels[y, x]
            far = np.where(known[y, x] & (there > 0), ((table[there] - colour) ** 2).sum(axis=1), np.inf)
            better = far < cost
            best[better], cost[better] = there[better], far[better]
    got = np.isfinite(cost)
    labels.reshape(-1)[todo[got]] = best[got]
    known.reshape(-1)[todo[got]] = True


def _grounded(labels: list[np.ndarray], palette: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Make the paper about opaque drawings label 0; areas of its colour that lines enclose stay labels."""
    rims = [np.concatenate((x[0], x[-1], x[:, 0], x[:, -1])) for x in labels]
    rim = np.concatenate(rims)
    if (rim == 0).mean() > 0.3:
        return labels, palette
    commonest = int(np.bincount(rim).argmax())
    if any((each == commonest).mean() < 0.5 for each in rims):
        return labels, palette
    palette = palette.copy()
    palette[0] = palette[commonest]
    return [_without_paper(x, commonest) for x in labels], palette


def _without_paper(labels: np.ndarray, paper: int) -> np.ndarray:
    mask = np.pad((labels == paper).astype(np.uint8), 1, constant_values=1)
    _, parts = cv2.connectedComponents(mask, connectivity=4)
    outside = (parts == parts[0, 0])[1:-1, 1:-1] & (labels == paper)
    return np.where(outside, 0, labels)


def thin_labels(labels: list[np.ndarray], count: int) -> np.ndarray:
    """Return (count,) bool: labels of which an opening leaves next to nothing, that is lines."""
    scale = max(1.0, max(labels[0].shape) / 512)
    size = 2 * round(3 * scale) + 1
    kernel = np.ones((size, size), np.uint8)
    thin = np.zeros(count, bool)
    for label in range(1, count):
        area = left = 0
        for each in labels:
            ys, xs = np.nonzero(each == label)
            if len(ys):
                mask = (each[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] == label).astype(np.uint8)
                area += len(ys)
                left += int(
                    cv2.morphologyEx(
                        np.pad(mask, size), cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_CONSTANT
                    ).sum()
                )
        thin[label] = area >= 12 and left < 0.2 * area
    return thin
