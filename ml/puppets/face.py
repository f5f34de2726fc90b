"""The features of the face: what a style makes of them, blush, tears, and all of them in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from ml.puppets.curves import Points, ellipse, moved, smooth
from ml.puppets.design import FaceSpec
from ml.puppets.eyes import KINDS, EyePlace, draw_brow, draw_eye, eye_places
from ml.puppets.figure import Figure
from ml.puppets.mouth import draw_mouth
from ml.puppets.pose import Expression
from ml.puppets.style import Style

__all__ = ["EyePlace", "draw_brow", "draw_face", "eye_places", "styled"]


@lru_cache(maxsize=1024)
def styled(face: FaceSpec, style: Style, nod: float = 0.0) -> FaceSpec:
    """Return the sizes of a face as a style draws them, its features moved down (+) or up by a nod.

    The brows keep their distance from the eyes' upper lids.
    """
    wide, high = KINDS[style.eyes].size
    eye_h = face.eye_h * high * style.eye_size
    return replace(
        face,
        eye_w=face.eye_w * wide * style.eye_size,
        eye_h=eye_h,
        eye_y=face.eye_y + style.eye_drop + 3.4 * nod,
        lash=face.lash * style.lashes,
        brow=face.brow * style.brow,
        brow_y=face.brow_y + (eye_h - face.eye_h) * 0.5 + face.brow * (style.brow - 1) * 0.6,
        jaw=face.jaw * style.jaw,
        mouth_y=face.mouth_y + style.eye_drop * 0.3 + 2.2 * nod,
    )


def draw_face(
    figure: Figure, face: FaceSpec, style: Style, yaw: float, expression: Expression, outline: Points
) -> None:
    """Draw all features but the brows onto a face that has been filled with `outline`; `face` as `styled` returns."""
    places = eye_places(face, yaw)
    if face.blush and expression.blush > 0.5:
        cheeks = places if abs(yaw) < 48 else places[:1]
        _draw_blush(figure, face, cheeks, outline, hatched=style.blush == "hatch")
    winking = expression
    if expression.wink:
        open_, joy = expression.open_ * (1 - expression.wink), max(expression.joy, expression.wink)
        winking = replace(expression, open_=open_, joy=joy)
    for eye in reversed(places):
        within = (
            (outline,) if eye.squeeze < 0.66 and not eye.aside else ()
        )  # the far eye of a head turned well away
        draw_eye(figure, face, style.eyes, eye, winking if eye.which > 0 else expression, within)
    draw_mouth(figure, face, style, yaw, expression, outline)
    if expression.tears > 0.5:
        for eye in places:
            _draw_tear(figure, face, eye, outline)
    if expression.sweat > 0.5:
        _draw_sweat(figure, face, places[0], outline)


def _draw_blush(
    figure: Figure, face: FaceSpec, places: Sequence[EyePlace], outline: Points, *, hatched: bool
) -> None:
    """Draw a soft red on the cheeks, with strokes over it where the style has them."""
    for eye in places:
        at = (eye.centre[0] + eye.which * 3.0 * eye.squeeze, eye.centre[1] + face.eye_h * 0.5 + 5.5)
        spot = ellipse(at, (7.2 * eye.squeeze, 3.0 if hatched else 3.6))
        figure.fill("blush", spot, width=0, clip=(outline,), role="spot" + eye.suffix)
        for k in (-1, 0, 1) if hatched else ():
            dx = k * 4.2 * eye.squeeze
            hatch = np.array(
                [(at[0] + dx + 1.1, at[1] - 2.6), (at[0] + dx, at[1]), (at[0] + dx - 1.1, at[1] + 2.6)]
            )
            figure.stroke("blush", hatch, 0.7, role="hatch" + eye.suffix)


def _draw_tear(figure: Figure, face: FaceSpec, eye: EyePlace, outline: Points) -> None:
    """Draw a tear that runs down from the outer half of the lower lid."""
    x, y = eye.centre[0] + eye.which * face.eye_w * 0.20 * eye.squeeze, eye.centre[1] + face.eye_h * 0.44
    w = 2.6 * (0.4 + 0.6 * eye.squeeze)
    drop = smooth(
        [
            (x, y),
            (x + w * 0.75, y + 7),
            (x + w, y + 14),
            (x, y + 17.5),
            (x - w, y + 14),
            (x - w * 0.75, y + 7),
        ]
    )
    figure.fill("tear", drop, width=0.6, clip=(outline,), shade=(-1.2, -1.0), role="tear" + eye.suffix)


def _draw_sweat(figure: Figure, face: FaceSpec, eye: EyePlace, outline: Points) -> None:
    """Draw a drop on the temple of the near side."""
    x, y = eye.centre[0] + eye.which * face.eye_w * 0.62 * eye.squeeze, eye.centre[1] - face.eye_h * 0.62
    drop = smooth([(0.6, -5.2), (2.6, 0.6), (0, 3.4), (-2.6, 0.6)], (0,))
    figure.fill("tear", moved(drop, x, y), width=0.6, clip=(outline,), shade=(-1.0, -0.8), role="sweat")
