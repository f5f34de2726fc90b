"""Named points of a drawing and which of them can be seen.

Face: crown, chin, hairline, nose_tip, mouth, mouth_r, mouth_l, and for each eye that the view shows eye_*,
eye_*_inner, eye_*_outer, iris_* (while it is open), brow_*, brow_*_inner, brow_*_outer; ear_*.
Body: neck, waist, shoulder_*, elbow_*, wrist_*, hip_*, knee_*, ankle_*, toe_*, heel_*. `_r` and `_l` are the
character's own right and left. Lids, irises, brows and mouth are read off the shapes that were drawn, so they
follow every style and expression; joints come from the skeleton and are given where they are hidden, too.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ml.puppets import head
from ml.puppets.figure import PARTS, Placement
from ml.puppets.frames import Laid
from ml.puppets.raster import TONES, Layer
from ml.puppets.skeleton import Skeleton

Marks = dict[str, np.ndarray]
_LID = 41  # points of a lid: five spans of eight and the end, see eyes.draw_eye
_NEAR = np.array(((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)))


def find(skeleton: Skeleton, layers: list[Layer], placement: Placement, yaw: float) -> Marks:
    """Return all named points in puppet units.

    Args:
        skeleton: of the drawing.
        layers: of the drawing.
        placement: where head space lies.
        yaw: of the head, in (-180, 180].
    """
    shapes = {layer.key: layer for layer in layers}
    side = head.facing(yaw)
    marks = {"crown": np.array((0.0, -44.0)), "neck": np.array((0.0, 56.0))}
    if abs(yaw) <= 90:
        marks["chin"] = np.array((head.keyed(yaw, 0, 12.5, 29.5) * side, 56.6))
        marks["hairline"] = np.array((head.keyed(yaw, 0, 15.0, 34.0) * side, -24.0))
        marks["nose_tip"] = np.array((head.keyed(yaw, 0.8, 21.0, 43.0) * side, 29.0))
    else:
        marks["chin"] = np.array((head.keyed(180 - abs(yaw), 0, 12.5, 29.5) * side, 56.6))
    marks = dict(zip(marks, placement.of(np.array(list(marks.values()))), strict=True))
    for suffix in ("_r", "_l"):
        marks |= _eye(shapes, suffix)
        ear = shapes.get(f"ear{suffix}/1")
        if ear is not None:
            marks["ear" + suffix] = ear.points.mean(axis=0)
    marks |= _mouth(layers, placement)
    return marks | _body(skeleton, shapes)


def _eye(shapes: dict[str, Layer], suffix: str) -> Marks:
    """Return the points of one eye and its brow, none if the view does not show it."""
    marks: Marks = {}
    names = (f"iris{suffix}/rim", f"lash{suffix}/upper", f"brow{suffix}/brow")
    rim, lash, brow = (shapes.get(name) for name in names)
    if rim is not None:
        # the opening of the lids: the upper one from the inner corner to the outer, then the lower one back
        lid, low = rim.clip[0][:_LID], rim.clip[0][_LID:]
        marks = {"inner": lid[0], "outer": lid[-1], "": (lid[_LID // 2] + low[len(low) // 2]) / 2}
        marks = {"eye" + suffix + ("_" + k if k else ""): p for k, p in marks.items()}
        marks["iris" + suffix] = rim.points.mean(axis=0)
    elif lash is not None:
        # the lash runs along the lid, round its tip and back
        lid = lash.points[_LID + 1 :][::-1]
        marks = {f"eye{suffix}_inner": lid[0], f"eye{suffix}_outer": lid[-1], "eye" + suffix: lid[_LID // 2]}
    if brow is not None:
        half = len(brow.points) // 2
        spine = (brow.points[:half] + brow.points[half:][::-1]) / 2
        marks |= {
            f"brow{suffix}_inner": spine[0],
            f"brow{suffix}_outer": spine[-1],
            "brow" + suffix: spine[half // 2],
        }
    return marks


def _mouth(layers: list[Layer], placement: Placement) -> Marks:
    """Return the mouth's middle and its corners; the character's right lies to the viewer's left."""
    shape = next((layer.points for layer in layers if layer.part == "mouth"), None)
    if shape is None:
        return {}
    # corners are the ends across the face, also where the head is tilted
    across = shape @ placement.of(np.array([(1.0, 0.0), (0.0, 0.0)])).T @ (1.0, -1.0)
    right, left = shape[int(across.argmin())], shape[int(across.argmax())]
    return {"mouth_r": right, "mouth_l": left, "mouth": shape.mean(axis=0)}


def _body(skeleton: Skeleton, shapes: dict[str, Layer]) -> Marks:
    """Return joints, waist and feet."""
    marks: Marks = {"waist": skeleton.wrap([(0.0, skeleton.waist_y)])[0]}
    for side, suffix in ((-1.0, "_r"), (1.0, "_l")):
        names = zip(("shoulder", "elbow", "wrist"), skeleton.arm(side).joints, strict=True)
        marks |= {name + suffix: point for name, point in names}
        names = zip(("hip", "knee", "ankle"), skeleton.leg(side).joints, strict=True)
        marks |= {name + suffix: point for name, point in names}
        shoe = next((s.points for k, s in shapes.items() if k.startswith("shoe" + suffix)), None)
        if shoe is not None:
            # the toe lies farthest from the ankle, the heel farthest from the toe on the half by the sole
            knee, ankle = marks["knee" + suffix], marks["ankle" + suffix]
            toe = shoe[int(np.hypot(*(shoe - ankle).T).argmax())]
            down = (shoe - ankle) @ (ankle - knee)
            sole = shoe[down > down.max() / 2]
            heel = sole[int(np.hypot(*(sole - toe).T).argmax())]
            marks |= {"toe" + suffix: toe, "heel" + suffix: heel}
    return marks


def visible(laid: Laid, marks: dict[str, tuple[float, float]]) -> frozenset[str]:
    """Return the names of the marks (pixels) that lie in the picture on a part they belong to, not covered."""
    s = laid.framing.supersample
    names = list(marks)
    corner = np.array(laid.window[:2]) * s
    at = np.rint(np.array([marks[n] for n in names]) * s + (s - 1) / 2).astype(np.int64) - corner
    h, w = laid.fine.shape
    # the pixel itself and its four neighbours, (5, names)
    x, y = at[:, 0] + _NEAR[:, :1], at[:, 1] + _NEAR[:, 1:]
    within = (x >= 0) & (y >= 0) & (x < w) & (y < h)
    label = laid.fine[np.where(within, y, 0), np.where(within, x, 0)].astype(np.int64)
    seen = (within & _allowed(tuple(names))[np.arange(len(names)), label]).any(axis=0)
    return frozenset(n for n, ok in zip(names, seen.tolist(), strict=True) if ok)


@cache
def _allowed(names: tuple[str, ...]) -> np.ndarray:
    """Return (names, 256) bool: on which labels each of the marks counts as seen."""
    table = np.zeros((len(names), 256), bool)
    for row, name in enumerate(names):
        for part in _parts_of(name):
            first = 1 + len(TONES) * PARTS.index(part)
            table[row, first : first + len(TONES)] = True
    return table


_HAIR = ("hair_front", "hair_back", "hair_tuft", "headwear", "hair_ribbon", "hair_clip")
_FACE = ("face", "blush", "nose", "mouth", "teeth", "tear", "plaster")
_TRUNK = ("top", "shirt", "collar", "piping", "tie", "belt", "buckle", "button", "strap", "skirt", "apron", "cape",
          "pattern", "badge", "neckwear", "scarf", "neck")  # fmt: skip
_ON_ARM = ("arm", "sleeve", "cuff", "glove", "wrist", "plaster", "pattern")
_ON_LEG = ("leg", "trouser", "sock", "shoe", "cuff", "skirt", "top", "plaster", "pattern", "belt", "apron")
_ON_EYE = ("eye_white", "iris", "lash", "brow", "catchlight", *_FACE)
_BELONGS = {
    "crown": _HAIR, "hairline": _FACE, "chin": (*_FACE, "neck"), "nose_tip": _FACE, "mouth": _FACE,
    "neck": ("neck", *_FACE), "waist": _TRUNK, "ear": ("ear", "ear_wear"), "eye": _ON_EYE,
    "iris": ("iris", "catchlight"), "brow": ("brow", *_FACE), "shoulder": (*_ON_ARM, *_TRUNK), "elbow": _ON_ARM,
    "wrist": _ON_ARM, "hip": _ON_LEG, "knee": _ON_LEG, "ankle": _ON_LEG, "toe": ("shoe", "sock", "leg"),
    "heel": ("shoe", "sock", "leg"),
}  # fmt: skip


def _parts_of(name: str) -> list[str]:
    """Return the parts that a mark lies on; those of one side only for a mark of that side."""
    stem, _, rest = name.partition("_")
    stem = "nose_tip" if name == "nose_tip" else stem
    suffix = "_" + rest[0] if rest[:1] in ("r", "l") and stem != "mouth" else ""
    wanted = _BELONGS[stem]
    return [p for p in PARTS if p in wanted or (suffix and p.endswith(suffix) and p[:-2] in wanted)]
