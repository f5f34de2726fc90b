"""Eyes, brows and mouth for any yaw and expression, in head space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.puppets.curves import Points, ellipse, mirrored, moved, ramp, smooth, turned
from ml.puppets.design import FaceSpec
from ml.puppets.figure import Figure
from ml.puppets.head import facing, keyed
from ml.puppets.pose import Expression

# Eye space: x from the inner (-0.5) to the outer corner (0.5), y down, 1 = width resp. height of the opening.
UPPER = np.array([(-0.48, 0.14), (-0.42, -0.14), (-0.22, -0.42), (0.08, -0.50), (0.34, -0.38), (0.50, -0.02)])
LOWER = np.array([(-0.48, 0.14), (-0.38, 0.36), (-0.14, 0.47), (0.14, 0.48), (0.36, 0.36), (0.50, -0.02)])
SHUT = np.array([(-0.48, 0.20), (-0.36, 0.31), (-0.16, 0.38), (0.10, 0.39), (0.32, 0.31), (0.52, 0.10)])
JOY = np.array([(-0.47, 0.30), (-0.36, 0.08), (-0.16, -0.06), (0.08, -0.08), (0.32, 0.04), (0.50, 0.28)])


@dataclass(frozen=True)
class EyePlace:
    """One eye on the face: which (-1 the character's right, 1 its left), centre, and foreshortening."""

    which: float
    centre: tuple[float, float]
    squeeze: float

    @property
    def suffix(self) -> str:
        """Ending of the names of its parts."""
        return "_r" if self.which < 0 else "_l"


def eye_places(face: FaceSpec, yaw: float) -> list[EyePlace]:
    """Return the eyes that can be seen, the near one first."""
    side = facing(yaw)
    spread = face.eye_dx / 18.8
    middle = keyed(yaw, 0, 13.6, 25)
    near = middle - keyed(yaw, 18.8, 14.6, 1.0) * spread
    far = middle + keyed(yaw, 18.8, 13.4, 10) * spread
    places = [EyePlace(-side, (near * side, face.eye_y), keyed(yaw, 1, 0.94, 0.56))]
    if abs(yaw) < 60:
        places.append(EyePlace(side, (far * side, face.eye_y), keyed(yaw, 1, 0.70, 0.3)))
    return places


def _placed(points: Points, face: FaceSpec, eye: EyePlace) -> Points:
    """Return points of eye space in head space."""
    sized = points * (face.eye_w * eye.squeeze, face.eye_h)
    tipped = turned(sized, -face.eye_tilt)
    if eye.which < 0:
        tipped = mirrored(tipped)
    return tipped + np.asarray(eye.centre)


def _lids(expression: Expression) -> tuple[Points, Points, Points]:
    """Return the control points of upper lid, lower lid and the line of a shut eye, in eye space."""
    shut = SHUT * (1 - expression.joy) + JOY * expression.joy
    o = float(np.clip(expression.open_, 0, 1.2))
    upper = shut + (UPPER - shut) * o
    upper[:-1, 1] -= expression.brow_tilt * 0.011 * np.clip(UPPER[:-1, 0], -0.35, 0.4) * min(o, 1.0)
    lower = shut + (LOWER - shut) * min(1.0, 0.35 + 0.65 * o)
    lower[:, 1] -= 0.16 * np.array([0, 0.6, 1, 1, 0.7, 0]) * expression.joy * min(o, 1.0)
    return upper, lower, shut


def draw_eye(figure: Figure, face: FaceSpec, eye: EyePlace, expression: Expression) -> None:
    """Draw one eye: white, iris, pupil, catchlights, lashes and the crease of the lid."""
    upper, lower, shut = _lids(expression)
    opened = expression.open_ > 0.14
    lid = _placed(smooth(upper if opened else shut, closed=False), face, eye)
    if opened:
        under = _placed(smooth(lower, closed=False), face, eye)
        opening = np.vstack([lid, under[::-1]])
        _draw_ball(figure, face, eye, expression, opening, lid)
        start, stop = int(len(under) * 0.42), int(len(under) * 0.93)
        figure.stroke("lash" + eye.suffix, under[start:stop], 0.85)
    _draw_lash(figure, face, eye, lid, thick=1.0 if opened else 0.62, wing=opened)
    if opened or expression.joy < 0.5:
        crease = smooth(upper[1:5] - (0, 0.21), closed=False) if opened else smooth(UPPER[2:5], closed=False)
        figure.stroke("face", _placed(crease, face, eye), 0.75)


def _draw_ball(
    figure: Figure, face: FaceSpec, eye: EyePlace, expression: Expression, opening: Points, lid: Points
) -> None:
    """Draw what lies inside the opening of the lids."""
    white, iris = "eye_white" + eye.suffix, "iris" + eye.suffix
    figure.fill(white, opening, width=0)
    drop = face.eye_h * 0.15
    band = np.vstack([lid - (0, face.eye_h), moved(lid, 0, drop)[::-1]])
    figure.fill(white, band, "shadow", width=0, clip=(opening,))
    ry = face.eye_h * 0.475 * expression.iris
    rx = face.eye_h * face.iris / 2 * expression.iris * (0.35 + 0.65 * eye.squeeze)
    cx = eye.centre[0] + (expression.gaze_x * face.eye_w - eye.which * face.eye_w * 0.01) * eye.squeeze
    cy = eye.centre[1] + face.eye_h * 0.01
    ring = ellipse((cx, cy), (rx, ry))
    figure.fill(iris, ring, "line", width=0, clip=(opening,))
    inner = ellipse((cx, cy), (rx - 1.15, ry - 1.15))
    figure.fill(iris, inner, width=0, clip=(opening,))
    shade = np.vstack([lid - (0, face.eye_h), moved(lid, 0, face.eye_h * 0.40)[::-1]])
    figure.fill(iris, inner, "shadow", width=0, clip=(opening, shade))
    glow = ellipse((cx, cy + ry * 0.50), (rx * 0.56, ry * 0.26))
    figure.fill(iris, glow, "highlight", width=0, clip=(opening, inner))
    figure.fill(iris, ellipse((cx, cy + ry * 0.02), (rx * 0.40, ry * 0.44)), "line", width=0, clip=(opening,))
    light = ellipse((cx - rx * 0.34, cy - ry * 0.42), (rx * 0.36, ry * 0.25), -14)
    figure.fill("catchlight", light, width=0, clip=(opening,))
    spark = ellipse((cx + rx * 0.42, cy + ry * 0.40), (rx * 0.17, ry * 0.12))
    figure.fill("catchlight", spark, width=0, clip=(opening,))


def _draw_lash(
    figure: Figure, face: FaceSpec, eye: EyePlace, lid: Points, *, thick: float, wing: bool
) -> None:
    """Draw the upper lashes: a band that thickens outwards and ends in a point."""
    t = ramp(len(lid))[:, None]
    thickness = face.lash * thick * (0.30 + 0.85 * t**0.8) * (0.45 + 0.55 * eye.squeeze)
    out = eye.which * eye.squeeze
    upper = lid - np.hstack([-out * thickness * 0.25 * t, thickness])
    lower = moved(lid, 0, 0.55)
    tip = lid[-1] + (out * face.lash * (1.25 if wing else 0.7), -face.lash * (0.10 if wing else 0.25))
    figure.fill("lash" + eye.suffix, np.vstack([upper, tip[None], lower[::-1]]), "line", width=0)


def draw_brow(figure: Figure, face: FaceSpec, eye: EyePlace, expression: Expression) -> None:
    """Draw one brow as a tapered shape."""
    reach = face.eye_w * 0.50 * (0.25 + 0.75 * eye.squeeze)
    line = smooth([(-reach * 0.92, 1.6), (-reach * 0.1, -1.6), (reach * 1.08, 1.4)], closed=False)
    line = turned(line, -expression.brow_tilt * (0.4 + 0.6 * eye.squeeze))
    t = ramp(len(line))[:, None]
    half = face.brow / 2 * (1.0 - 0.75 * t) * np.minimum(1, 0.35 + 6 * t)
    shape = np.vstack([line - half * (0, 1), (line + half * (0, 1))[::-1]])
    if eye.which < 0:
        shape = mirrored(shape)
    lift = expression.brow_lift
    figure.fill(
        "brow" + eye.suffix, moved(shape, eye.centre[0], eye.centre[1] - face.brow_y - lift), "line", width=0
    )


def draw_mouth(figure: Figure, face: FaceSpec, yaw: float, expression: Expression) -> None:
    """Draw the mouth: a line, or an opening with teeth and tongue."""
    side = facing(yaw)
    x = keyed(yaw, 0, 17.6, 34.5) * side
    half = expression.mouth_width / 2 * keyed(yaw, 1, 0.84, 0.44)
    y, curve, gap = face.mouth_y, expression.mouth_curve, expression.mouth_open
    if abs(yaw) > 66:
        _draw_side_mouth(figure, (38.6 * side, 37.4 + face.mouth_y - 41), half, expression, side)
        return
    rise = curve * 0.55
    upper = [(x - half, y - rise), (x - half * 0.45, y + 0.1 * curve), (x, y + 0.22 * curve),
             (x + half * 0.45, y + 0.1 * curve), (x + half, y - rise)]  # fmt: skip
    if gap < 1.0:
        line = smooth([(px, py + 0.3 * curve * (abs(px - x) < half * 0.9)) for px, py in upper], closed=False)
        figure.stroke("mouth", line, 1.05)
        figure.stroke("face", smooth([(x - 2.2, y + 5), (x, y + 5.5), (x + 2.2, y + 5)], closed=False), 0.6)
        return
    lower = [(x + half * 0.62, y + gap * 0.72), (x, y + gap), (x - half * 0.62, y + gap * 0.72)]
    if curve < 1:
        lower = [(x + half * 0.8, y + gap * 0.85), (x, y + gap * 0.95), (x - half * 0.8, y + gap * 0.85)]
    round_ = abs(curve) < 0.5
    outline = ellipse((x, y + gap * 0.3), (half, gap * 0.62)) if round_ else smooth(upper + lower, (0, 4))
    figure.fill("mouth", outline, width=0.95)
    tongue = ellipse((x, y + gap * 1.02), (half * 0.62, gap * 0.36))
    figure.fill(
        "mouth", tongue, "highlight", width=0, clip=(outline * 0.94 + np.array([x, y + gap * 0.4]) * 0.06,)
    )
    if gap > 4 and abs(curve) >= 0.5:
        teeth = np.array(
            [(x - half, y - 9), (x + half, y - 9), (x + half, y + gap * 0.2), (x - half, y + gap * 0.2)]
        )
        inside = outline * 0.86 + np.array([x, y + gap * 0.3]) * 0.14
        figure.fill("teeth", teeth, width=0, clip=(inside,))


def _draw_side_mouth(
    figure: Figure, corner: tuple[float, float], half: float, expression: Expression, side: float
) -> None:
    """Draw the mouth at a side view: a line or a wedge that opens at the profile."""
    x, y = corner
    back = (x - side * (half + 4), y - expression.mouth_curve * 0.5)
    gap = expression.mouth_open
    if gap < 1.0:
        figure.stroke("mouth", smooth([(x, y), (x - side * half, y + 0.3), back], closed=False), 1.0)
        return
    wedge = smooth(
        [(x, y - 0.6), back, (x - side * half * 0.6, y + gap * 0.6), (x - side, y + gap * 0.62)], (0, 1, 3)
    )
    figure.fill("mouth", wedge, width=0.9)


def draw_blush(figure: Figure, face: FaceSpec, yaw: float, outline: Points) -> None:
    """Draw a soft red on the cheeks."""
    for eye in eye_places(face, yaw):
        at = (eye.centre[0] + eye.which * 3.0 * eye.squeeze, face.eye_y + face.eye_h * 0.5 + 5.5)
        spot = ellipse(at, (7.2 * eye.squeeze, 3.0))
        figure.fill("blush", spot, width=0, clip=(outline,))
        for k in (-1, 0, 1):
            dx = k * 4.2 * eye.squeeze
            hatch = np.array(
                [(at[0] + dx + 1.1, at[1] - 2.6), (at[0] + dx, at[1]), (at[0] + dx - 1.1, at[1] + 2.6)]
            )
            figure.stroke("blush", hatch, 0.7)


def draw_face(figure: Figure, face: FaceSpec, yaw: float, expression: Expression, outline: Points) -> None:
    """Draw all features onto a face that has been filled with `outline`."""
    if face.blush and expression.blush > 0.5:
        draw_blush(figure, face, yaw, outline)
    places = eye_places(face, yaw)
    for eye in reversed(places):
        draw_eye(figure, face, eye, expression)
    draw_mouth(figure, face, yaw, expression)
