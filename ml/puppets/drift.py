"""Drawings that depart from the design on purpose, each with words and the place of what was changed.

A drift changes the design before it is drawn, never the pixels after, so the drifted drawing is as clean as
the right one. Every kind is a function from a `Wish` to an `Altered` design; a new kind is one more entry of
`KINDS`. The mask is the difference of the two drawings: outside it they are identical.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ml.errors import MLError
from ml.puppets.design import Design, Material
from ml.puppets.figure import PART_SWATCH
from ml.puppets.palette import delta_e, drifted_material
from ml.puppets.pose import Expression, Pose
from ml.puppets.render import Framing, PuppetFrame, render


class UnknownDrift(MLError):
    """A kind of drift was asked for that does not exist, or that this design cannot show."""


@dataclass(frozen=True)
class Wish:
    """What is to go wrong.

    Attributes:
        kind: one of KINDS.
        amount: recolour: ΔE00; head_size: share (0.15 = 15 % larger); ignored by the others.
        target: recolour: swatch; missing_detail: accessory; ignored by the others.
        other: the design that eyes, costume or the whole character come from.
        seed: decides the direction of a recolour.
    """

    kind: str
    amount: float = 0.0
    target: str = ""
    other: Design | None = None
    seed: int = 0


@dataclass(frozen=True)
class Altered:
    """A design that departs, what was done in words, and the fault a checker should name."""

    design: Design
    what: str
    fault: str


@dataclass(frozen=True)
class Drifted:
    """A drifted drawing beside the right one.

    Attributes:
        frame: what was drawn.
        mask: (h, w) bool, every pixel that differs from the right drawing.
        box_xyxy: pixels, right and bottom exclusive; all 0 if nothing differs.
        what, fault: as in `Altered`.
    """

    frame: PuppetFrame
    mask: np.ndarray
    box_xyxy: tuple[int, int, int, int]
    what: str
    fault: str


def _other(wish: Wish) -> Design:
    if wish.other is None:
        msg = f"The drift {wish.kind} needs another design."
        raise UnknownDrift(msg, expected="other", actual=None)
    return wish.other


def _recolour(design: Design, wish: Wish) -> Altered:
    material = design.material(wish.target)
    painted = drifted_material(design, wish.target, wish.amount, wish.seed)
    achieved = delta_e(material.normal, painted.normal)
    what = f"{wish.target} painted ΔE {achieved:.1f} off the colour model"
    return Altered(_with_material(design, wish.target, painted), what, "OFF_MODEL.COLOUR")


def _with_material(design: Design, swatch: str, material: Material) -> Design:
    """Return the design with one swatch repainted."""
    if swatch in design.costume.materials:
        materials = {**design.costume.materials, swatch: material}
        return replace(design, costume=replace(design.costume, materials=materials))
    return replace(design, body={**design.body, swatch: material})


def _head_size(design: Design, wish: Wish) -> Altered:
    size = design.build.head * (1 + wish.amount)
    word = "enlarged" if wish.amount > 0 else "reduced"
    what = f"head {word} by {abs(wish.amount) * 100:.0f} %"
    return Altered(replace(design, build=replace(design.build, head=size)), what, "OFF_MODEL.PROPORTION")


def _other_eyes(design: Design, wish: Wish) -> Altered:
    other = _other(wish)
    theirs = other.face
    face = replace(
        design.face, eye_w=theirs.eye_w, eye_h=theirs.eye_h, eye_tilt=theirs.eye_tilt, iris=theirs.iris,
        lash=theirs.lash, brow=theirs.brow, brow_y=theirs.brow_y,
    )  # fmt: skip
    body = {**design.body, "iris": other.material("iris")}
    return Altered(replace(design, face=face, body=body), f"eyes of {other.name}", "OFF_MODEL.FACE")


def _missing_detail(design: Design, wish: Wish) -> Altered:
    extras = design.costume.extras
    if wish.target not in extras:
        msg = f"{design.name} wears no {wish.target} in this costume."
        raise UnknownDrift(msg, expected=sorted(extras), actual=wish.target)
    costume = replace(design.costume, extras=extras - {wish.target})
    what = f"{wish.target.replace('_', ' ')} left out"
    return Altered(replace(design, costume=costume), what, "OFF_MODEL.DETAIL")


def _wrong_costume(design: Design, wish: Wish) -> Altered:
    costume = _other(wish).costume
    return Altered(
        replace(design, costume=costume), f"wears {costume.name!r} of another scene", "OFF_MODEL.WRONG_DESIGN"
    )


def _wrong_design(design: Design, wish: Wish) -> Altered:
    other = _other(wish)
    del design
    return Altered(other, f"{other.name} drawn instead", "OFF_MODEL.WRONG_DESIGN")


KINDS: dict[str, Callable[[Design, Wish], Altered]] = {
    "recolour": _recolour,
    "head_size": _head_size,
    "other_eyes": _other_eyes,
    "missing_detail": _missing_detail,
    "wrong_costume": _wrong_costume,
    "wrong_design": _wrong_design,
}


def altered(design: Design, wish: Wish) -> Altered:
    """Return the design as the wish bends it.

    Raises:
        UnknownDrift: no such kind, or the design lacks what the kind needs.
    """
    if wish.kind not in KINDS:
        msg = f"There is no drift called {wish.kind!r}."
        raise UnknownDrift(msg, expected=sorted(KINDS), actual=wish.kind)
    if wish.kind == "recolour" and wish.target not in set(PART_SWATCH.values()) & set(design.swatch_names):
        msg = f"{design.name} has no swatch {wish.target!r}."
        raise UnknownDrift(msg, expected=sorted(design.swatch_names), actual=wish.target)
    return KINDS[wish.kind](design, wish)


def drifted(design: Design, pose: Pose, expression: Expression, framing: Framing, wish: Wish) -> Drifted:
    """Draw one picture with a drift, and find where it differs from the right one."""
    bent = altered(design, wish)
    right = render(design, pose, expression, framing)
    wrong = render(bent.design, pose, expression, framing)
    mask = (right.rgba != wrong.rgba).any(axis=2)
    return Drifted(wrong, mask, box_of(mask), bent.what, bent.fault)


def box_of(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Return the smallest box (x0, y0, x1, y1), right and bottom exclusive, round a (h, w) bool mask."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(ys):
        return 0, 0, 0, 0
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1
