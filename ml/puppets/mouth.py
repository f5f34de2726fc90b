"""The mouth for any yaw, expression and style, in head space."""

from __future__ import annotations

import numpy as np

from ml.puppets.curves import Points, ellipse, moved, smooth
from ml.puppets.design import FaceSpec
from ml.puppets.figure import Figure
from ml.puppets.head import facing, keyed
from ml.puppets.pose import Expression
from ml.puppets.style import Style

ASIDE = 66.0  # from this yaw on the mouth is drawn in profile


def draw_mouth(
    figure: Figure, face: FaceSpec, style: Style, yaw: float, expression: Expression, outline: Points
) -> None:
    """Draw the mouth: a line, or an opening with teeth and tongue; at a side view it opens at the face's outline."""
    side, wide = facing(yaw), style.mouth
    half = expression.mouth_width / 2 * wide
    if abs(yaw) > ASIDE:
        _draw_profile(
            figure, (keyed(yaw, 0, 32.0, 37.6) * side, face.mouth_y), half * 0.6, expression, side, outline
        )
        return
    x = keyed(yaw, 0, 17.6, 34.5) * side
    half *= keyed(yaw, 1, 0.86, 0.5)
    y, curve, gap = face.mouth_y, expression.mouth_curve, expression.mouth_open * (0.4 + 0.6 * wide)
    skew = expression.mouth_skew
    if gap < 1.0:
        _draw_closed(figure, (x, y), half, curve, skew, lip=style.nose not in {"button", "none"})
    elif abs(curve) < 0.5:
        _draw_round(figure, (x, y + gap * 0.3), (half, gap * 0.62))
    else:
        _draw_open(figure, _lips((x, y), half, curve, skew, gap), (x, y), half, gap, curve)


def _draw_closed(
    figure: Figure, at: tuple[float, float], half: float, curve: float, skew: float, *, lip: bool
) -> None:
    """Draw a shut mouth: a line with its corners up or down, and the hollow under the `lip`."""
    x, y = at
    across = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    bend = curve * np.array([-0.75, 0.22, 0.46, 0.22, -0.75]) - skew * across
    line = np.stack((x + across * half, y + bend), axis=1)
    figure.stroke("mouth", smooth(line, closed=False), 1.05, role="shut")
    if not lip:
        return
    hollow = [(x - 2.2, y + 5 + curve * 0.3), (x, y + 5.5 + curve * 0.3), (x + 2.2, y + 5 + curve * 0.3)]
    figure.stroke("face", smooth(hollow, closed=False), 0.6, role="hollow")


def _draw_round(figure: Figure, at: tuple[float, float], radii: tuple[float, float]) -> None:
    """Draw a mouth that says O."""
    outline = ellipse(at, radii)
    figure.fill("mouth", outline, width=0.95, role="round")
    tongue = ellipse((at[0], at[1] + radii[1] * 0.85), (radii[0] * 0.7, radii[1] * 0.55))
    figure.fill("mouth", tongue, "highlight", width=0, clip=(_shrunk(outline, at),), role="round tongue")


def _lips(
    at: tuple[float, float], half: float, curve: float, skew: float, gap: float
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the control points of the upper lip, left to right, and of the lower, right to left."""
    x, y = at
    if curve < 0:  # the corners hang: a roof over a nearly straight floor
        low = y + gap * 0.46 - curve * 0.35
        upper = [(x - half, low + skew), (x - half * 0.60, y + gap * 0.06), (x, y - gap * 0.04),
                 (x + half * 0.60, y + gap * 0.06), (x + half, low - skew)]  # fmt: skip
        lower = [(x + half * 0.72, y + gap), (x, y + gap * 0.92), (x - half * 0.72, y + gap)]
        return upper, lower
    rise = curve * 0.6
    upper = [(x - half, y - rise + skew), (x - half * 0.5, y + 0.12 * curve + skew * 0.5), (x, y + 0.26 * curve),
             (x + half * 0.5, y + 0.12 * curve - skew * 0.5), (x + half, y - rise - skew)]  # fmt: skip
    lower = [(x + half * 0.68, y + gap * 0.66), (x, y + gap), (x - half * 0.68, y + gap * 0.66)]
    return upper, lower


def _draw_open(
    figure: Figure,
    lips: tuple[list[tuple[float, float]], list[tuple[float, float]]],
    at: tuple[float, float],
    half: float,
    gap: float,
    curve: float,
) -> None:
    """Draw an open mouth with tongue and teeth."""
    upper, lower = lips
    middle = (at[0], at[1] + gap * 0.4)
    outline = smooth(upper + lower, (0, 4))
    figure.fill("mouth", outline, width=0.95, role="open")
    inside = _shrunk(outline, middle)
    tongue = ellipse((at[0], at[1] + gap * 1.02), (half * 0.64, gap * (0.40 if curve > 0 else 0.30)))
    figure.fill("mouth", tongue, "highlight", width=0, clip=(inside,), role="tongue")
    if gap > 3.4 and curve > 0:
        lip = smooth(upper, closed=False)
        teeth = np.vstack([moved(lip, 0, -6), moved(lip, 0, min(gap * 0.26, 2.9))[::-1]])
        figure.fill("teeth", teeth, width=0, clip=(inside,), role="upper")
    elif curve < 0:
        lip, floor = smooth(upper, closed=False), smooth(lower, closed=False)
        bared = np.vstack([moved(lip, 0, -6), moved(lip, 0, gap * 0.22)[::-1]])
        figure.fill("teeth", bared, width=0, clip=(inside,), role="upper")
        if gap > 6:
            below = np.vstack([moved(floor, 0, 6), moved(floor, 0, -gap * 0.14)[::-1]])
            figure.fill("teeth", below, width=0, clip=(inside,), role="lower")


def _draw_profile(
    figure: Figure,
    corner: tuple[float, float],
    half: float,
    expression: Expression,
    side: float,
    outline: Points,
) -> None:
    """Draw the mouth at a side view: a line, or a wedge that opens at the profile."""
    x, y = corner
    curve, gap = expression.mouth_curve, expression.mouth_open
    back = (x - side * (half + 3.6), y - curve * 0.75)
    if gap < 2.6:
        line = smooth([(x + side, y), (x - side * half, y + 0.3 * curve), back], closed=False)
        figure.stroke("mouth", line, 1.0, clip=(outline,), role="aside")
        return
    bulge, x_out = (0.70 if curve >= 0 else 0.90), x + 6 * side
    wedge = smooth(
        [(x_out, y - 1.2), (x - side * half * 0.4, y + 0.22 * curve), back,
         (x - side * half * 0.60, y + gap * bulge), (x_out, y + gap * 1.05)], (0, 2, 4),
    )  # fmt: skip
    figure.fill("mouth", wedge, width=0.9, clip=(outline,), role="aside open")
    inside = (outline, _shrunk(wedge, (x, y + gap * 0.4)))
    tongue = ellipse((x, y + gap * 1.15), (half * 0.9, gap * 0.42))
    figure.fill("mouth", tongue, "highlight", width=0, clip=inside, role="aside tongue")
    if gap > 3.4 and curve > 0:
        teeth = np.array([(x_out, y - 4), (x - side * half * 0.8, y - 4), (x - side * half * 0.8, y + gap * 0.1),
                          (x_out, y + gap * 0.30)])  # fmt: skip
        figure.fill("teeth", teeth, width=0, clip=inside, role="aside")


def _shrunk(outline: Points, middle: tuple[float, float]) -> Points:
    """Return the outline drawn in a little, so that what is clipped to it keeps off the ink."""
    return outline * 0.90 + np.asarray(middle) * 0.10
