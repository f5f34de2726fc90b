"""Both eyes of a drawn face, found where one can be sure: two alike, mirrored, level marks in one smooth paint.

Precision comes before recall: a warp of something that is no eye would teach a benchmark nonsense. Nothing here is
learned; an eye is what stands out from the paint around it, has a mirrored twin at its side, and shares its cheek.

Convention: points (x, y) and boxes in pixels of the drawing, float.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from ml.pixels import F32, Figure, Mask, over, resize, to_lab

_WORK_PX = 360  # the larger side of the window that is searched
_UPPER = 0.42  # of a tall figure: a second window, where small eyes are larger
_TALL = 1.35
_SIZES = (0.045, 0.062, 0.085, 0.115, 0.155)  # width of an eye by the window's side
_LEAST_EYE_PX = 5.0
_LEAST_LIKENESS = 0.8
_LEAST_CONTRAST_L = 30.0
_LOWEST = 0.62  # of the window: eyes lie above
_SKIN_ALIKE = 12.0
_LIKE_BETWEEN = 0.45  # of a mark to what lies between both: a pattern that goes on is no pair
_ASIDE = 0.05  # irises that look aside are not mirrored: likeness without mirroring counts a little less
_LEAST_ROWS = 0.68  # of an eye's height: a closed lid is a line
_MOST_PEAKS = 36
_PATCH = 24


@dataclass(frozen=True)
class Eye:
    """One eye: centre and size of its box."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class EyePair:
    """Both eyes, the one at the picture's left first; `likeness` is that of one to the other mirrored, up to 1."""

    left: Eye
    right: Eye
    likeness: float

    @property
    def centre_xy(self) -> tuple[float, float]:
        """The point between them."""
        return (self.left.x + self.right.x) / 2.0, (self.left.y + self.right.y) / 2.0

    @property
    def distance(self) -> float:
        """From centre to centre in pixels."""
        return float(np.hypot(self.right.x - self.left.x, self.right.y - self.left.y))


@dataclass(frozen=True)
class _Search:
    """A window of the figure at working size: `lab` (h, w, 3) and `inside` (h, w), well within the figure."""

    lab: F32
    inside: Mask


def find_eyes(figure: Figure) -> EyePair | None:
    """Return both eyes of a figure, or None where one cannot be sure."""
    high, wide = figure.mask.shape
    found = _found_in(figure, high)
    if high > _TALL * wide:
        found += _found_in(figure, max(8, min(high, round(max(_UPPER * high, 0.9 * wide)))))
    found = [pair for pair in found if min(pair.left.w, pair.right.w) >= _LEAST_EYE_PX]
    found.sort(key=lambda pair: -_merit(pair))
    if not found or _contested(found):
        return None
    left, top = figure.box_xyxy[:2]
    return _scaled(found[0], 1.0, left, top)


def _merit(pair: EyePair) -> float:
    return pair.likeness


def _contested(found: list[EyePair]) -> bool:
    """Say whether another place fits nearly as well: then neither can be trusted."""
    best = found[0]
    for other in found[1:]:
        apart = np.hypot(*(np.subtract(other.centre_xy, best.centre_xy)))
        if apart > 0.6 * best.distance and _merit(other) > 0.94 * _merit(best):
            return True
    return False


def _scaled(pair: EyePair, k: float, left: float, top: float) -> EyePair:
    def moved(eye: Eye) -> Eye:
        return Eye(eye.x * k + left, eye.y * k + top, eye.w * k, eye.h * k)

    return EyePair(moved(pair.left), moved(pair.right), pair.likeness)


def _found_in(figure: Figure, rows: int) -> list[EyePair]:
    """Return the pairs in the figure's upper `rows`, in pixels of the crop."""
    mask = figure.mask[:rows]
    k = _WORK_PX / max(mask.shape)
    size_hw = (max(8, round(mask.shape[0] * k)), max(8, round(mask.shape[1] * k)))
    lab = to_lab(resize(over(figure.rgba[:rows], mask, (128, 128, 128)), size_hw))
    small = resize(mask.astype(np.uint8), size_hw, smooth=False)
    search = _Search(lab, np.asarray(cv2.erode(small, np.ones((5, 5), np.uint8)) > 0))
    pairs = (pair for share in _SIZES for pair in _pairs_of(search, share * _WORK_PX))
    return [_scaled(pair, 1.0 / k, 0.0, 0.0) for pair in pairs]


def _pairs_of(search: _Search, size: float) -> Iterator[EyePair]:
    peaks = _peaks(search, size)
    if len(peaks) < 2:
        return
    patches = [_patch(search.lab, eye) for eye in peaks]
    rows, mirrored = _rows(patches), _rows([patch[:, ::-1] for patch in patches])
    # einsum: a product as small as this is slower on BLAS, whose threads wait for each other
    alike = np.maximum(np.einsum("ik,jk->ij", rows, mirrored), np.einsum("ik,jk->ij", rows, rows) - _ASIDE)
    enough = np.array([float(np.ptp(patch[..., 0])) > _LEAST_CONTRAST_L for patch in patches])
    alike[~enough] = -1.0
    for i, k in np.argwhere(np.triu(np.minimum(alike, alike.T) >= _LEAST_LIKENESS, 1)):
        one, two = sorted((peaks[i], peaks[k]), key=lambda e: e.x)
        if _fit(one, two, search) and _on_a_face(search, one, two, rows[i]):
            yield EyePair(one, two, float(min(alike[i, k], alike[k, i])))


def _peaks(search: _Search, size: float) -> list[Eye]:
    """Return what is full of contrast within `size` and stands in something plainer, strongest first."""
    light = search.lab[..., 0] * np.float32(1.3)
    colour = np.dstack([light, search.lab[..., 1], search.lab[..., 2]])
    near = _soft(colour, size * 0.9)
    busy = np.linalg.norm(colour - near, axis=2) * search.inside
    inner = _soft(busy, size * 0.24)
    strength = inner - 0.75 * _soft(busy, size * 0.85)
    reach = max(3, int(size * 0.55) | 1)
    top = (strength >= cv2.dilate(strength, np.ones((reach, reach), np.uint8))) & search.inside
    ys, xs = np.nonzero(top & (strength > 2.0))
    order = np.argsort(-strength[ys, xs], kind="stable")[:_MOST_PEAKS]
    eyes = [Eye(float(xs[i]), float(ys[i]), size, size * 0.8) for i in order]
    return [eye for eye in eyes if _share(search.inside, *_sides(eye, 0.65)) > 0.97]


def _soft(picture: F32, sigma: float) -> F32:
    """Return a Gaussian blur; a wide one is taken at a quarter of the size, which is many times faster."""
    if sigma < 8.0:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / 4.0)
    size_wh = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.resize(small, size_wh, interpolation=cv2.INTER_LINEAR), np.float32)


def _sides(eye: Eye, reach: float) -> tuple[float, float, float, float]:
    return eye.x - reach * eye.w, eye.x + reach * eye.w, eye.y - reach * eye.h, eye.y + reach * eye.h


def _fit(one: Eye, two: Eye, search: _Search) -> bool:
    """Say whether two marks lie as eyes do: level, apart by one and a quarter to three widths, not too low."""
    gap = two.x - one.x
    level = abs(two.y - one.y) < 0.28 * gap
    return (
        level and 1.25 * one.w < gap < 3.0 * one.w and (one.y + two.y) / 2.0 < _LOWEST * search.lab.shape[0]
    )


def _patch(lab: F32, eye: Eye) -> F32:
    """Return (24, 24, 3) around an eye; what hangs over the picture's edge is its edge."""
    w, h = eye.w * 1.3, eye.h * 1.3
    a = np.array([[w / _PATCH, 0.0, eye.x - w / 2.0], [0.0, h / _PATCH, eye.y - h / 2.0]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = cv2.warpAffine(lab, a, (_PATCH, _PATCH), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 1.0), np.float32)


def _rows(patches: list[F32]) -> F32:
    """Return (N, 1728) unit rows without their mean colour, so that a product is a correlation."""
    rows = np.stack([(patch - patch.mean(axis=(0, 1))).ravel() for patch in patches])
    return np.asarray(rows / np.maximum(1e-6, np.linalg.norm(rows, axis=1, keepdims=True)), np.float32)


def _on_a_face(search: _Search, one: Eye, two: Eye, row: F32) -> bool:
    """Say whether one smooth paint lies between the marks, under both and around each, and the marks end in it."""
    w, h = one.w, one.h
    middle = Eye((one.x + two.x) / 2.0, (one.y + two.y) / 2.0, w, h)
    spots = [(middle.x, middle.y + 0.25 * h), (one.x, one.y + 0.95 * h), (two.x, two.y + 0.95 * h)]
    paints = [_median_at(search, x, y, max(1.5, 0.14 * w)) for x, y in spots]
    known = [paint for paint in paints if paint is not None]
    if len(known) < 3 or max(float(np.linalg.norm(a - b)) for a, b in combinations(known, 2)) > _SKIN_ALIKE:
        return False
    skin = np.median(np.stack(known), axis=0)
    if skin[0] < 25.0 or float(row @ _rows([_patch(search.lab, middle)])[0]) > _LIKE_BETWEEN:
        return False
    x0, y0 = max(0, round(one.x - 2 * w)), max(0, round(middle.y - 2 * h))
    part = np.s_[y0 : round(middle.y + 2 * h), x0 : round(two.x + 2 * w)]
    alike = (np.linalg.norm(search.lab[part] - skin, axis=2) < 1.3 * _SKIN_ALIKE) & search.inside[part]
    one, two, middle = (Eye(e.x - x0, e.y - y0, w, h) for e in (one, two, middle))
    gap = (two.x - one.x - w) / 2.0
    bridge = _share(alike, middle.x - gap, middle.x + gap, middle.y - 0.3 * h, middle.y + 0.5 * h)
    cheeks = _share(alike, one.x - 0.5 * w, two.x + 0.5 * w, middle.y + 0.75 * h, middle.y + 1.25 * h)
    return bridge > 0.55 and cheeks > 0.6 and all(_ends(alike, eye) for eye in (one, two))


def _ends(alike: Mask, eye: Eye) -> bool:
    """Say whether a mark is in itself not the face's paint, but its rim below and at the sides is."""
    inside = _share(alike, eye.x - 0.4 * eye.w, eye.x + 0.4 * eye.w, eye.y - 0.4 * eye.h, eye.y + 0.4 * eye.h)
    rims = [
        _share(alike, eye.x + a * eye.w, eye.x + b * eye.w, eye.y - 0.1 * eye.h, eye.y + 0.7 * eye.h)
        for a, b in ((-0.85, -0.6), (0.6, 0.85))
    ]
    marks = ~_cut(alike, eye.x - 0.5 * eye.w, eye.x + 0.5 * eye.w, eye.y - 0.6 * eye.h, eye.y + 0.6 * eye.h)
    rows = float(marks.any(axis=1).mean()) if marks.size else 0.0
    return inside < 0.75 and rows > _LEAST_ROWS and max(rims) > 0.6 and min(rims) > 0.3


def _cut(mask: Mask, x0: float, x1: float, y0: float, y1: float) -> Mask:
    return mask[max(0, round(y0)) : max(0, round(y1) + 1), max(0, round(x0)) : max(0, round(x1) + 1)]


def _share(mask: Mask, x0: float, x1: float, y0: float, y1: float) -> float:
    """Return the share of a box that is in the mask; 0 for a box beyond the picture."""
    part = _cut(mask, x0, x1, y0, y1)
    return float(part.mean()) if part.size else 0.0


def _median_at(search: _Search, x: float, y: float, reach: float) -> F32 | None:
    high, wide = search.inside.shape
    x0, x1 = max(0, int(x - reach)), min(wide, int(x + reach) + 1)
    y0, y1 = max(0, int(y - reach)), min(high, int(y + reach) + 1)
    if x0 >= x1 or y0 >= y1 or not search.inside[y0:y1, x0:x1].all():
        return None
    return np.asarray(np.median(search.lab[y0:y1, x0:x1].reshape(-1, 3), axis=0), np.float32)
