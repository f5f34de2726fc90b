"""The head without its features: contour of the face for any yaw, ears, nose and neck.

The contour is authored for yaw 0, 38 and 90 with corresponding points and in-betweened for the rest; it looks
to the viewer's right, and a negative yaw mirrors it. Head space: origin at the skull's centre, chin at y = 57.
"""

from __future__ import annotations

import numpy as np

from ml.puppets.curves import Points, ellipse, smooth
from ml.puppets.design import FaceSpec
from ml.puppets.figure import Figure

YAWS = (0.0, 38.0, 90.0)
CONTOURS = np.array(
    [
        [(0, -44), (22, -39), (37, -20), (40.5, -4), (40.3, 10), (39.6, 17), (38.4, 23), (36, 29), (33, 34.3),
         (29.2, 39), (24.6, 43.6), (18.6, 48.4), (10.5, 53.6), (0, 56.6), (-10.5, 53.6), (-24.6, 43.6),
         (-36, 29), (-40.3, 10), (-40.5, -4), (-37, -20), (-22, -39)],
        [(2, -44), (24, -38), (37, -20), (38.6, -4), (35.6, 8), (35.0, 14), (36.2, 21), (36.2, 27), (34.6, 32.5),
         (32, 37.5), (28.6, 42.5), (24.6, 47.6), (19.6, 53), (12.5, 56.6), (3, 53.6), (-14, 44),
         (-29, 30), (-37.5, 10), (-41, -4), (-39, -20), (-22, -38)],
        [(4, -44), (25, -38), (37.5, -20), (39.6, -5), (36.6, 8.5), (38.6, 16), (44.0, 25.0), (39.8, 29.2),
         (40.4, 33.5), (37.6, 37.2), (38.6, 41), (35.4, 45.6), (35.2, 51.5), (29.5, 56.6), (20, 54.4), (4, 47),
         (-9, 37), (-16, 16), (-40, -2), (-40, -22), (-22, -40)],
    ]
)  # fmt: skip


def keyed(yaw: float, front: float, three_quarter: float, side: float) -> float:
    """Return a number that is known at the three authored yaws, for any |yaw| up to 90."""
    return float(np.interp(abs(yaw), YAWS, (front, three_quarter, side)))


def facing(yaw: float) -> float:
    """Return 1 for a head that looks to the viewer's right (or straight), -1 for the left."""
    return -1.0 if yaw < 0 else 1.0


def contour(face: FaceSpec, yaw: float) -> Points:
    """Return the closed contour of the face at a yaw in [-90, 90], (168, 2)."""
    a = min(abs(yaw), 90.0)
    step = int(a > YAWS[1])
    t = (a - YAWS[step]) / (YAWS[step + 1] - YAWS[step])
    points = CONTOURS[step] * (1 - t) + CONTOURS[step + 1] * t
    low = np.clip((points[:, 1] - 12) / 45, 0, 1)
    centre = keyed(yaw, 0, 12.5, 20)
    points[:, 0] = centre + (points[:, 0] - centre) * (1 + (face.jaw - 1) * low)
    outline = smooth(points, corners=(6,) if a > 70 else ())
    outline[:, 0] *= facing(yaw)
    return outline


def draw_ears(figure: Figure, yaw: float, *, bare: bool) -> None:
    """Draw the ears that can be seen from this side; `bare` = no hair covers them."""
    side = facing(yaw)
    a = abs(yaw)
    seen = [(-side, keyed(yaw, -40.5, -33.5, -9), keyed(yaw, 5.5, 7, 8.5))]
    if a < 24 or a > 120:
        seen.append((side, 40.5 - a * 0.05, 5.0))
    for which, at, wide in seen:
        part = "ear_r" if which < 0 else "ear_l"
        x = 40.5 * which if a > 120 else at * side
        half = 4.0 if a > 120 else wide
        outline = ellipse((x, 16), (half, 10.5), 8 * which)
        figure.fill(part, outline, shade=(-1.6, -1.0) if bare else None)
        if bare and a < 120:
            inner = smooth([(x + which * half * 0.5, 9), (x - which * half * 0.4, 12), (x, 20)], closed=False)
            figure.stroke(part, inner, 0.8)


def draw_nose(figure: Figure, yaw: float) -> None:
    """Draw the nose: a tick and a small shadow; at a side view the contour is enough."""
    if abs(yaw) > 66:
        return
    side = facing(yaw)
    x = keyed(yaw, 0.8, 19.5, 40)
    tip = np.array([(x - 1.0, 24.5), (x + 2.2, 29.2), (x - 1.2, 30.4)])
    shadow = smooth([(x - 0.6, 29.6), (x + 2.4, 29.0), (x + 0.6, 31.6)], corners=(1,))
    if abs(yaw) > 18:
        bridge = smooth([(x - 0.6, 19.5), (x + 1.0, 25.0), (x + 3.0, 28.8), (x + 0.2, 30.6)], closed=False)
        figure.fill("nose", shadow * (side, 1), "shadow", width=0)
        figure.stroke("nose", bridge * (side, 1), 0.8)
    else:
        figure.fill("nose", shadow * (side, 1), "shadow", width=0)
        figure.stroke("nose", smooth(tip[1:] * (side, 1), closed=False), 0.9)


def draw_back_of_head(figure: Figure) -> None:
    """Draw the skin of the nape, for the back view."""
    figure.fill("face", ellipse((0, 6), (39, 46)), "shadow")
