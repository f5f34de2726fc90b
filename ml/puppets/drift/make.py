"""Drifted drawings with their truth: bend the design, draw it, find where it differs from the right drawing."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from ml.puppets.accessories import KINDS as CATALOGUE
from ml.puppets.design import Design
from ml.puppets.drift import bend, details, paints, swap
from ml.puppets.drift.kinds import Altered, Drifted, Kind, UnknownDrift, Wish, kind_of
from ml.puppets.drift.place import box_of, place_of
from ml.puppets.drift.shows import LEAST_PX, least_px, shows
from ml.puppets.figure import PART_SWATCH, PARTS
from ml.puppets.pose import Expression, Pose
from ml.puppets.raster import TONES
from ml.puppets.render import Framing, PuppetFrame, render

FAMILIES: dict[str, Callable[[Design, Wish], Altered]] = {
    "recolour": paints.recolour,
    "wrong_swatch": paints.wrong_swatch,
    "heads_tall": bend.heads_tall,
    "head_size": bend.head_size,
    "eye_spacing": bend.eye_spacing,
    "eye_size": bend.eye_size,
    "eye_height": bend.eye_height,
    "face_shape": bend.face_shape,
    "hair_silhouette": bend.hair_silhouette,
    "missing_detail": details.missing_detail,
    "detail_moved": details.detail_moved,
    "detail_shape": details.detail_shape,
    "detail_mirrored": details.detail_mirrored,
    "other_eyes": swap.other_eyes,
    "other_hair": swap.other_hair,
    "other_shoes": swap.other_shoes,
    "wrong_costume": swap.wrong_costume,
    "wrong_design": swap.wrong_design,
    "line": bend.line,
}
_FACING_DEG = 58.0  # turned further, the far eye is gone
_SHIN_STRAIGHT_DEG = 14.0


def altered(design: Design, wish: Wish) -> Altered:
    """Return the design as the wish bends it.

    Raises:
        UnknownDrift: no such family, or the design lacks what it needs.
    """
    if wish.kind not in FAMILIES:
        msg = f"There is no drift called {wish.kind!r}."
        raise UnknownDrift(msg, expected=sorted(FAMILIES), actual=wish.kind)
    return FAMILIES[wish.kind](design, wish)


def drifted(
    design: Design,
    pose: Pose,
    expression: Expression,
    framing: Framing,
    wish: Wish,
    right: PuppetFrame | None = None,
) -> Drifted:
    """Draw one picture with a drift, and find where it differs from the right one.

    Args:
        design: the approved design.
        pose: of the body.
        expression: of the face.
        framing: size and place of the picture.
        wish: what goes wrong.
        right: the picture as it should be, if it has been drawn already.
    """
    bent = altered(design, wish)
    right = right or render(design, pose, expression, framing)
    wrong = render(bent.design, pose, expression, replace(framing, line_px=framing.line_px * bent.line))
    mask = right.rgba.view(np.uint32)[..., 0] != wrong.rgba.view(np.uint32)[..., 0]  # four channels at once
    place = place_of(wish.kind, bent.target, right, wrong, mask)
    return Drifted(
        wrong,
        mask,
        box_of(mask),
        bent.what,
        bent.fault,
        bent.magnitude,
        right,
        place,
        shows(wish.kind, right, wrong, mask),
    )


def possible(name: str, design: Design, pose: Pose, framing: Framing) -> bool:
    """Return whether a kind of drift can be drawn of a design in this pose and framing.

    Needs of another design are the caller's to meet. What is hidden behind something else is known only once it
    is drawn: see `Drifted.shows`.

    Raises:
        UnknownDrift: no such kind.
    """
    kind = kind_of(name)
    yaw = abs((pose.yaw + pose.turn + 180) % 360 - 180)
    checks = {
        "face": yaw < _FACING_DEG,
        "eye": yaw <= 90,
        "feet": _reaches_ground(framing),
        "figure": _reaches_ground(framing) and _upright(pose) and _shows_crown(design, framing),
        "accessory": bool(details.candidates(kind.family, design)),
        "other": True,
    }
    return all(checks[need] for need in kind.needs)


def _reaches_ground(framing: Framing) -> bool:
    return framing.centre_xy[1] + framing.size_hw[0] / 2 / framing.px_per_unit > 0


def _shows_crown(design: Design, framing: Framing) -> bool:
    top = framing.centre_xy[1] - framing.size_hw[0] / 2 / framing.px_per_unit
    hair = design.hair
    above = hair.lift + max([16.0, hair.ahoge, *(length for _, _, length, _ in hair.tufts)])  # 16: a hat
    return top < -((design.build.heads_tall - 1) * 100 + 12 + 89 * design.shape.head + above)


def _upright(pose: Pose) -> bool:
    """Return whether the figure stands: straight legs, no leaning, so that its height can be measured."""
    bends = [abs(v) for leg in (pose.leg_r, pose.leg_l) for v in (leg.upper_fwd, leg.lower_fwd)]
    return max(bends) < _SHIN_STRAIGHT_DEG and max(abs(pose.lean), abs(pose.bend)) < 6


def make(
    name: str,
    design: Design,
    pose: Pose,
    expression: Expression,
    framing: Framing,
    seed: int,
    other: Design | None = None,
    right: PuppetFrame | None = None,
) -> Drifted:
    """Draw one picture with a drift of the bench, sign and target by seed.

    Args:
        name: key of KINDS, or of SHAM_KINDS.
        design: the approved design.
        pose: of the body.
        expression: of the face.
        framing: size and place of the picture.
        seed: decides the sign and whatever else is open.
        other: where eyes, hair, shoes, costume or the whole character come from, for kinds that need it.
        right: the picture as it should be, if it has been drawn already.

    Raises:
        UnknownDrift: no such kind, or the design lacks what it needs.
    """
    kind = kind_of(name)
    right = right or render(design, pose, expression, framing)
    rng = np.random.default_rng((seed, zlib.crc32(name.encode())))
    amount = kind.magnitude / (100.0 if kind.unit == "%" else 1.0)
    if kind.signed and rng.integers(2):
        amount = -amount
    if not _fits(kind.family, amount, design, framing):
        amount = -amount
    target = _target(kind, design, right, rng)
    wish = Wish(kind.family, amount, target, other, int(rng.integers(2**31)))
    drift = drifted(design, pose, expression, framing, wish, right)
    return drift if kind.fault else replace(drift, fault="")


def _fits(family: str, amount: float, design: Design, framing: Framing) -> bool:
    """Return whether there is room for a drift of this sign; where there is none, the other sign is drawn."""
    if family == "eye_height":
        return bend.eyes_fit(design, amount)
    if family == "heads_tall" and amount > 0:
        return _shows_crown(bend.heads_tall(design, Wish(family, amount)).design, framing)
    return True


def _target(kind: Kind, design: Design, right: PuppetFrame, rng: np.random.Generator) -> str:
    """Return the swatch or accessory that a drift changes: one that is seen in the drawing, by seed."""
    if kind.unit == "ΔE00":
        areas = swatch_areas(right, flat=True)
        found = [s for s in design.swatch_names if areas.get(s, 0) >= least_px(right)]
        if kind.family == "wrong_swatch":
            found = [s for s in found if paints.lookalikes(design, s)]
    elif "accessory" in kind.needs:
        areas = swatch_areas(right)
        worn = details.candidates(kind.family, design)
        found = [c for c in worn if areas.get(CATALOGUE[c].swatches[0], 0) >= LEAST_PX] or worn
    else:
        return ""
    if not found:
        msg = f"{design.name} shows nothing that {kind.name} could change."
        raise UnknownDrift(msg, expected=kind.name, actual=None)
    if kind.unit != "ΔE00":
        return found[int(rng.integers(len(found)))]
    share = np.sqrt([areas[s] for s in found])  # large areas are painted oftener than buttons
    return found[int(rng.choice(len(found), p=share / share.sum()))]


def swatch_areas(frame: PuppetFrame, *, flat: bool = False) -> dict[str, int]:
    """Return how many pixels show each swatch, lines not counted; `flat`: only those amid pixels of their own."""
    labels = frame.labels
    if flat:
        box = np.ones((3, 3), np.uint8)
        labels = labels[cv2.erode(labels, box) == cv2.dilate(labels, box)]
    counts = np.bincount(labels.ravel(), minlength=256)
    areas: dict[str, int] = {}
    for i, part in enumerate(PARTS):
        first = 1 + len(TONES) * i
        areas[PART_SWATCH[part]] = areas.get(PART_SWATCH[part], 0) + int(counts[first : first + 3].sum())
    return areas
