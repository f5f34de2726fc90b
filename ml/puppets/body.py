"""Skin of a puppet: arms, legs and neck; clothes lie over it."""

from __future__ import annotations

import numpy as np

from ml.puppets.curves import smooth, tube
from ml.puppets.figure import Figure
from ml.puppets.hands import draw_hand
from ml.puppets.head import keyed
from ml.puppets.limbs import cut_tube, limb_outline, paint_tube
from ml.puppets.skeleton import Skeleton


def name(part: str, side: float) -> str:
    """Return the part's name on this side of the body (-1 = right)."""
    return part + ("_r" if side < 0 else "_l")


def draw_leg(figure: Figure, skeleton: Skeleton, side: float, start: float, stop: float) -> None:
    """Draw the bare part of a leg between two shares of its length."""
    outline = limb_outline(skeleton, skeleton.leg(side))
    paint_tube(
        figure, name("leg", side), cut_tube(outline, start, stop), skip=(3, 3) if start == 0 else (0, 0)
    )


def draw_arm(
    figure: Figure, skeleton: Skeleton, side: float, start: float, *, gloves: bool = False, role: str = ""
) -> None:
    """Draw the bare part of an arm from a share of its length on, with its hand."""
    chain = skeleton.arm(side)
    part = name("arm", side)
    if start < 0.99:
        outline = limb_outline(skeleton, chain)
        piece = cut_tube(outline, start, 1)
        skin = role and role + "skin"
        if start > 0.7:
            # a wrist, nearly hidden by its sleeve
            half = len(piece) // 2
            figure.fill(part, piece, lines=((0, half - 1), (half, 2 * half - 1)), role=skin)
        else:
            paint_tube(figure, part, piece, skip=(4, 4) if start == 0 else (0, 0), role=skin)
    draw_hand(figure, skeleton, chain, name("glove", side) if gloves else part, role)
    if gloves:
        cuff = cut_tube(limb_outline(skeleton, chain, 1.6), 0.84, 0.99)
        figure.fill(name("glove", side), cuff, shade=(-2.5, -1.0), role=role + "gauntlet")


def draw_neck(figure: Figure, skeleton: Skeleton, head_yaw: float) -> None:
    """Draw neck and chest; the head's shadow falls on them."""
    b = skeleton.build
    top = np.array(skeleton.head_pivot()) - (keyed(head_yaw, 0, 3, 7) * np.sign(head_yaw), 12)
    base = skeleton.upper(np.array([[-2.0 * skeleton.sine, skeleton.y(0.945)]]))[0]
    outline = tube([top, (top + base) / 2, base], [b.neck, b.neck * 0.96, b.neck * 1.35], samples=6)
    chest = skeleton.wrap([(-50, skeleton.y(0.955)), (50, skeleton.y(0.955)),
                           (40, skeleton.y(0.86)), (-40, skeleton.y(0.86))])  # fmt: skip
    figure.fill("neck", chest, width=0)
    figure.fill(
        "neck", outline, lines=((0, len(outline) // 2 - 2), (len(outline) // 2 + 2, len(outline) - 1))
    )
    n = b.neck
    fall = smooth([(-30, -10), (30, -10), (n * 1.3, 26), (0.3 * n, 33), (-n * 1.2, 23)])
    figure.cast(fall + top, ("neck",), (outline,))
