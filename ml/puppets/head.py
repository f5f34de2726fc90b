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
        [(4, -44), (25, -38), (37, -20), (38.6, -4), (35.8, 9), (38.4, 19.0), (43.4, 28.0), (39.3, 31.4),
         (39.7, 35.6), (37.6, 39.6), (38.2, 43.2), (35.4, 46.8), (34.8, 51.4), (29.5, 56.4), (20, 54.4), (4, 47),
         (-9, 37), (-16, 16), (-40, -2), (-40, -22), (-22, -40)],
    ]
)  # fmt: skip


def keyed(yaw: float, front: float, three_quarter: float, side: float) -> float:
    """Return a number that is known at the three authored yaws, for any |yaw| up to 90."""
    a = abs(yaw)
    if a < YAWS[1]:
        return (three_quarter - front) / (YAWS[1] - YAWS[0]) * (a - YAWS[0]) + front
    if a < YAWS[2]:
        return (side - three_quarter) / (YAWS[2] - YAWS[1]) * (a - YAWS[1]) + three_quarter
    return float(side)


def facing(yaw: float) -> float:
    """Return 1 for a head that looks to the viewer's right (or straight), -1 for the left."""
    return -1.0 if yaw < 0 else 1.0


# How far the nose stands out at a side view, share of the authored one.
NOSE_REACH = {"dot": 1.0, "line": 1.1, "wedge": 1.3, "shadow": 0.95, "button": 0.75, "none": 0.4}
# Where nose root, lips and chin lie at a side view of a face without lips.
_NO_LIPS = np.array([38.9, 39.0, 38.4, 37.6, 36.4, 34.6])


def contour(face: FaceSpec, yaw: float, nose: str = "dot") -> Points:
    """Return the closed contour of the face at a yaw in [-90, 90], (168, 2); `nose` as in Style."""
    a = min(abs(yaw), 90.0)
    step = int(a > YAWS[1])
    t = (a - YAWS[step]) / (YAWS[step + 1] - YAWS[step])
    points = CONTOURS[step] * (1 - t) + CONTOURS[step + 1] * t
    if step:
        points[5:8, 0] += (NOSE_REACH[nose] - 1) * t * np.array([1.0, 5.6, 1.2])
        if nose in {"button", "none"}:
            points[7:13, 0] += (_NO_LIPS - points[7:13, 0]) * t
    low = np.minimum(np.maximum((points[:, 1] - 12) / 45, 0), 1)
    centre = keyed(yaw, 0, 12.5, 20)
    points[:, 0] = centre + (points[:, 0] - centre) * (1 + (face.jaw - 1) * low)
    outline = smooth(points, corners=(6,) if a > 70 and nose not in {"button", "none"} else ())
    outline[:, 0] *= facing(yaw)
    return outline


# The ear, x outwards: its rim and the fold inside.
_EAR = smooth([(-0.55, -0.70), (0.05, -1.0), (0.72, -0.86), (1.0, -0.30), (0.80, 0.25), (0.45, 0.80), (-0.05, 1.0),
               (-0.50, 0.55)])  # fmt: skip
_EAR_FOLD = smooth([(-0.05, -0.60), (0.42, -0.62), (0.60, -0.22), (0.28, 0.10), (0.20, 0.45)], closed=False)


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
        shape, place = np.array((which * half, 10.5)), np.array((x, 16.0))
        figure.fill(part, _EAR * shape + place, shade=(-1.6, -1.0) if bare else None)
        if bare and a < 120:
            figure.stroke(part, _EAR_FOLD * shape + place, 0.8, role="fold")


def draw_nose(figure: Figure, yaw: float, kind: str = "dot", nod: float = 0.0) -> None:
    """Draw the nose in the way of a style; at a side view the contour is enough."""
    if abs(yaw) > 60 or kind == "none":
        return
    x, y = keyed(yaw, 0.8, 19.5, 40), 29.2 + 2.8 * nod
    turned_away = abs(yaw) > 18
    place = np.array((facing(yaw), 1.0))
    foot = smooth([(x - 0.6, y + 0.4), (x + 2.4, y - 0.2), (x + 0.6, y + 2.4)], corners=(1,))
    if kind == "wedge":
        foot = smooth([(x + 2.6, y + 0.4), (x - 3.4, y + 2.4), (x - 0.4, y - 6.5)], corners=(0, 1, 2))
    if kind in {"dot", "wedge", "shadow"}:
        figure.fill("nose", foot * place, "shadow", width=0, role="foot")
    if kind == "button":
        bow = [(x + 2.8, y - 2.6), (x + 3.2, y + 0.6), (x, y + 1.8), (x - 2.6, y + 0.2)]
        figure.stroke("nose", smooth(bow, closed=False) * place, 0.9, role="bow")
    elif kind == "line" or (turned_away and kind != "shadow"):
        top = {"wedge": 12.0, "line": 7.5}.get(kind, 9.7)
        reach = keyed(yaw, 1.6, 3.0, 3.0)
        bridge = [
            (x - 0.6, y - top),
            (x + 0.2 + reach * 0.3, y - top * 0.45),
            (x + reach, y - 0.4),
            (x + 0.2, y + 1.4),
        ]
        figure.stroke("nose", smooth(bridge, closed=False) * place, 0.85, role="bridge")
    elif kind != "shadow":
        tick = [(x + 2.2, y), (x - 1.2, y + 1.2)]
        figure.stroke("nose", smooth(tick, closed=False) * place, 0.9, role="tick")
    if kind == "wedge" and not turned_away:
        side = [(x - 3.4, y + 1.0), (x - 0.6, y + 2.6), (x + 3.2, y + 0.9)]
        figure.stroke("nose", smooth(side, closed=False) * place, 0.9, role="nostrils")


def draw_back_of_head(figure: Figure) -> None:
    """Draw the skin of the nape, for the back view."""
    figure.fill("face", ellipse((0, 6), (39, 46)), "shadow")
