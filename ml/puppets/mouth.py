"""The mouth for any yaw, expression and style, in head space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.puppets.curves import Points, ellipse, moved, smooth
from ml.puppets.design import FaceSpec
from ml.puppets.figure import Figure
from ml.puppets.head import facing, keyed
from ml.puppets.pose import Expression
from ml.puppets.style import Style

Pair = tuple[float, float]

ASIDE = 66.0  # from this yaw on the mouth is drawn in profile
CLIPPED = 24.0  # from this yaw on the far corner may reach the contour of the face
_ACROSS = np.array(
    [-1.0, -0.5, 0.0, 0.5, 1.0]
)  # control points of a shut mouth, and how its corners curve it
_BEND = np.array([-0.75, 0.22, 0.46, 0.22, -0.75])


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
    half = min(half * keyed(yaw, 1, 0.86, 0.5), 10.5)
    # a wide mouth stays within the far cheek
    x = (keyed(yaw, 0, 17.6, 34.5) - max(0.0, half - 5.5) * keyed(yaw, 0, 0.75, 0.9)) * side
    gap = min(expression.mouth_open * (0.4 + 0.6 * wide), 51.5 - face.mouth_y)  # the chin lies at 56.6
    mouth = _Mouth((x, face.mouth_y), half, gap, expression.mouth_curve, expression.mouth_skew,
                   (outline,) if abs(yaw) > CLIPPED else ())  # fmt: skip
    if gap < 1.0:
        _draw_closed(figure, mouth, lip=style.nose not in {"button", "none"})
    elif abs(mouth.curve) < 0.5:
        _draw_round(figure, mouth)
    else:
        _draw_open(figure, mouth)


@dataclass(frozen=True)
class _Mouth:
    """A mouth seen from the front or in three-quarter view: middle, half width, opening, corners, clips."""

    at: Pair
    half: float
    gap: float
    curve: float
    skew: float
    clip: tuple[Points, ...]

    def lips(self) -> tuple[list[Pair], list[Pair]]:
        """Return the control points of the upper lip, left to right, and of the lower, right to left."""
        (x, y), half, gap, skew = self.at, self.half, self.gap, self.skew
        if self.curve < 0:  # the corners hang: a roof over a nearly straight floor
            low = y + gap * 0.46 - self.curve * 0.35
            upper = [(x - half, low + skew), (x - half * 0.60, y + gap * 0.06), (x, y - gap * 0.04),
                     (x + half * 0.60, y + gap * 0.06), (x + half, low - skew)]  # fmt: skip
            return upper, [(x + half * 0.72, y + gap), (x, y + gap * 0.92), (x - half * 0.72, y + gap)]
        rise, sag = self.curve * 0.6, self.curve * 0.12
        upper = [(x - half, y - rise + skew), (x - half * 0.5, y + sag + skew * 0.5), (x, y + 2.2 * sag),
                 (x + half * 0.5, y + sag - skew * 0.5), (x + half, y - rise - skew)]  # fmt: skip
        return upper, [(x + half * 0.68, y + gap * 0.66), (x, y + gap), (x - half * 0.68, y + gap * 0.66)]


def _draw_closed(figure: Figure, mouth: _Mouth, *, lip: bool) -> None:
    """Draw a shut mouth: a line with its corners up or down, and the hollow under the `lip`."""
    x, y = mouth.at
    line = np.empty((5, 2))
    line[:, 0] = x + _ACROSS * mouth.half
    line[:, 1] = y + (mouth.curve * _BEND - mouth.skew * _ACROSS)
    figure.stroke("mouth", smooth(line, closed=False), 1.05, clip=mouth.clip, role="shut")
    if lip:
        hollow = moved([(x - 2.2, y + 5), (x, y + 5.5), (x + 2.2, y + 5)], 0, mouth.curve * 0.3)
        figure.stroke("face", smooth(hollow, closed=False), 0.6, clip=mouth.clip, role="hollow")


def _draw_round(figure: Figure, mouth: _Mouth) -> None:
    """Draw a mouth that says O."""
    (x, y), rx, ry = mouth.at, mouth.half, mouth.gap * 0.62
    y += mouth.gap * 0.3
    outline = ellipse((x, y), (rx, ry))
    figure.fill("mouth", outline, width=0.95, clip=mouth.clip, role="round")
    inside = (_shrunk(outline, (x, y)), *mouth.clip)
    tongue = ellipse((x, y + ry * 0.85), (rx * 0.7, ry * 0.55))
    figure.fill("mouth", tongue, "highlight", width=0, clip=inside, role="round tongue")


def _draw_open(figure: Figure, mouth: _Mouth) -> None:
    """Draw an open mouth with tongue and teeth."""
    upper, lower = mouth.lips()
    (x, y), gap, glad = mouth.at, mouth.gap, mouth.curve > 0
    outline = smooth(upper + lower, (0, 4))
    figure.fill("mouth", outline, width=0.95, clip=mouth.clip, role="open")
    inside = (_shrunk(outline, (x, y + gap * 0.4)), *mouth.clip)
    tongue = ellipse((x, y + gap * 1.02), (mouth.half * 0.64, gap * (0.40 if glad else 0.30)))
    figure.fill("mouth", tongue, "highlight", width=0, clip=inside, role="tongue")
    if gap > 3.4 or not glad:
        lip, deep = smooth(upper, closed=False), min(gap * 0.26, 2.9) if glad else gap * 0.22
        teeth = np.concatenate((moved(lip, 0, -6), moved(lip[::-1], 0, deep)))
        figure.fill("teeth", teeth, width=0, clip=inside, role="upper")
    if gap > 6 and not glad:
        lip = smooth(lower, closed=False)
        teeth = np.concatenate((moved(lip, 0, 6), moved(lip[::-1], 0, -gap * 0.14)))
        figure.fill("teeth", teeth, width=0, clip=inside, role="lower")


def _draw_profile(
    figure: Figure,
    corner: Pair,
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


def _shrunk(outline: Points, middle: Pair) -> Points:
    """Return the outline drawn in a little, so that what is clipped to it keeps off the ink."""
    return outline * 0.90 + np.asarray(middle) * 0.10
