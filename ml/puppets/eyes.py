"""Eyes and brows for any yaw, expression and style, in head space.

A family of eyes is data: the curves of its lids and how iris, light and lashes lie in them. Eye space: x from the
inner (-0.5) to the outer corner (0.5), y down, 1 = width resp. height of the opening.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np

from ml.puppets.curves import Points, ellipse, mirrored, moved, normals, ramp, smooth, turned
from ml.puppets.design import FaceSpec
from ml.puppets.figure import Figure
from ml.puppets.head import facing, keyed
from ml.puppets.pose import Expression
from ml.puppets.style import BEADS

Pair = tuple[float, float]
Light = tuple[
    float, float, float, float, float
]  # x, y, half width, half height in radii of the iris, degrees

_UPPER = ((-0.48, 0.14), (-0.42, -0.14), (-0.22, -0.42), (0.08, -0.50), (0.34, -0.38), (0.50, -0.02))
_LOWER = ((-0.48, 0.14), (-0.38, 0.36), (-0.14, 0.47), (0.14, 0.48), (0.36, 0.36), (0.50, -0.02))
_SHUT = np.array([(-0.48, 0.20), (-0.36, 0.31), (-0.16, 0.38), (0.10, 0.39), (0.32, 0.31), (0.52, 0.10)])
_JOY = np.array([(-0.47, 0.30), (-0.36, 0.08), (-0.16, -0.06), (0.08, -0.08), (0.32, 0.04), (0.50, 0.28)])
_LIGHTS: tuple[Light, ...] = ((-0.34, -0.42, 0.36, 0.25, -14), (0.42, 0.40, 0.17, 0.12, 0))


_ALONG = ramp(41)[:, None]  # along a lid: five spans of eight points and the end
_LASH_ENDS = np.clip(_ALONG / 0.12, 0.12, 1) * (1 - 0.65 * np.clip((_ALONG - 0.84) / 0.16, 0, 1))
# half thickness of a brow up and down along its 17 points, share of the greatest
_BROW = ((1.0 - 0.75 * ramp(17)) * np.minimum(1, 0.35 + 6 * ramp(17)))[:, None] * (0, 1)


@dataclass(frozen=True)
class EyeKind:
    """A family of eyes.

    Attributes:
        upper, lower: six control points of each lid, eye space.
        size: width and height of the opening relative to the character's own.
        iris: half width, and half height and drop as shares of the opening's height; the first scales the design's.
        ring: thickness of the iris' dark rim, units.
        pupil: half width and half height in radii of the iris.
        lights: catchlights; the light comes from the viewer's left in both eyes.
        shade: how far the upper part of the iris lies in shadow, share of the opening's height.
        lash: thickness of the upper lash at the inner and at the outer end, shares of the design's.
        wing: how far the lash reaches beyond the outer corner, lash thicknesses.
        spikes: single lashes as (place on the lid, length in lash thicknesses, degrees from straight up outwards).
        low: inked part of the lower lid as (start, stop, weight); weight 0 = none.
        crease: distance of the crease above the lid, 0 = none.
    """

    upper: tuple[Pair, ...] = _UPPER
    lower: tuple[Pair, ...] = _LOWER
    size: Pair = (1.0, 1.0)
    iris: tuple[float, float, float] = (1.0, 0.475, 0.01)
    ring: float = 1.15
    pupil: Pair = (0.40, 0.44)
    lights: tuple[Light, ...] = _LIGHTS
    shade: float = 0.40
    lash: Pair = (0.30, 1.15)
    wing: float = 1.25
    spikes: tuple[tuple[float, float, float], ...] = ()
    low: tuple[float, float, float] = (0.42, 0.93, 0.85)
    crease: float = 0.21

    @cached_property
    def thickening(self) -> np.ndarray:
        """Thickness of the upper lash along the lid, share of the design's, (41, 1)."""
        inner, outer = self.lash
        return inner + (outer - inner) * _ALONG**0.8


KINDS: dict[str, EyeKind] = {
    "round": EyeKind(),
    "tall": EyeKind(
        ((-0.44, 0.06), (-0.45, -0.26), (-0.28, -0.48), (0.04, -0.54), (0.40, -0.50), (0.56, -0.20)),
        ((-0.44, 0.06), (-0.36, 0.36), (-0.18, 0.49), (0.10, 0.50), (0.32, 0.38), (0.56, -0.20)),
        size=(0.92, 1.14), iris=(0.80, 0.46, 0.03), pupil=(0.46, 0.50), shade=0.34,
        lights=((-0.38, -0.44, 0.34, 0.24, -20), (0.34, 0.52, 0.24, 0.12, -20), (0.40, -0.10, 0.12, 0.08, 0)),
        lash=(0.5, 1.5), wing=1.0, spikes=((0.80, 1.5, 52), (0.90, 1.6, 72)), low=(0.25, 0.85, 1.3), crease=0.17,
    ),
    "dew": EyeKind(
        ((-0.47, 0.16), (-0.43, -0.16), (-0.24, -0.44), (0.06, -0.52), (0.34, -0.42), (0.50, 0.02)),
        ((-0.47, 0.16), (-0.40, 0.36), (-0.18, 0.49), (0.14, 0.50), (0.38, 0.38), (0.50, 0.02)),
        size=(1.0, 1.08), iris=(1.06, 0.50, 0.02), ring=0.8, pupil=(0.34, 0.36), shade=0.44,
        lights=((-0.36, -0.40, 0.40, 0.30, -10), (0.44, 0.34, 0.24, 0.20, 0), (-0.30, 0.58, 0.12, 0.10, 0)),
        lash=(0.5, 0.95), wing=0.8, spikes=((0.88, 1.1, 62),), low=(0.55, 0.90, 0.8), crease=0.16,
    ),
    "sharp": EyeKind(
        ((-0.54, 0.26), (-0.42, 0.00), (-0.18, -0.26), (0.14, -0.42), (0.40, -0.46), (0.58, -0.30)),
        ((-0.54, 0.26), (-0.34, 0.36), (-0.10, 0.43), (0.16, 0.42), (0.40, 0.20), (0.58, -0.30)),
        size=(1.10, 0.78), iris=(0.92, 0.54, -0.02), ring=1.4, pupil=(0.36, 0.36), shade=0.30,
        lights=((-0.36, -0.34, 0.26, 0.22, 0),), lash=(0.55, 1.5), wing=1.5, low=(0.50, 0.95, 1.0), crease=0.30,
    ),
    "narrow": EyeKind(
        ((-0.55, 0.26), (-0.40, -0.10), (-0.16, -0.42), (0.12, -0.50), (0.38, -0.30), (0.56, 0.10)),
        ((-0.55, 0.26), (-0.34, 0.36), (-0.10, 0.46), (0.14, 0.48), (0.40, 0.36), (0.56, 0.10)),
        size=(1.02, 0.50), iris=(1.20, 0.60, -0.06), ring=0.9, pupil=(0.42, 0.42), shade=0.42,
        lights=((-0.40, -0.30, 0.22, 0.22, 0),), lash=(0.6, 1.2), wing=1.1, low=(0.30, 0.96, 0.7), crease=0.42,
    ),
    "plain": EyeKind(
        ((-0.46, 0.14), (-0.38, -0.18), (-0.18, -0.42), (0.08, -0.46), (0.34, -0.28), (0.48, 0.10)),
        ((-0.46, 0.14), (-0.34, 0.34), (-0.12, 0.44), (0.12, 0.44), (0.34, 0.34), (0.48, 0.10)),
        size=(0.80, 0.70), iris=(1.02, 0.47, -0.02), ring=0.7, pupil=(0.52, 0.52), shade=0.26,
        lights=((-0.30, -0.34, 0.24, 0.22, 0),), lash=(0.55, 0.6), wing=0.5, low=(0.30, 0.85, 0.7), crease=0.26,
    ),
    "oval": EyeKind(
        ((-0.50, 0.0), (-0.44, -0.26), (-0.24, -0.46), (0.06, -0.52), (0.40, -0.32), (0.50, 0.0)),
        ((-0.50, 0.0), (-0.44, 0.26), (-0.24, 0.45), (0.06, 0.50), (0.40, 0.32), (0.50, 0.0)),
        size=(0.82, 0.96), iris=(0.62, 0.30, 0.02), ring=0.9, pupil=(0.56, 0.56), shade=0.0,
        lights=((-0.34, -0.34, 0.26, 0.26, 0),), lash=(0.42, 0.5), wing=0.0, low=(0.0, 1.0, 0.95), crease=0.0,
    ),
    "shoujo": EyeKind(
        ((-0.46, 0.16), (-0.43, -0.18), (-0.24, -0.46), (0.06, -0.54), (0.38, -0.46), (0.52, -0.08)),
        ((-0.46, 0.16), (-0.37, 0.38), (-0.16, 0.49), (0.12, 0.51), (0.36, 0.38), (0.52, -0.08)),
        size=(1.04, 1.16), iris=(0.92, 0.46, 0.02), ring=0.9, pupil=(0.34, 0.40), shade=0.46,
        lights=((-0.36, -0.44, 0.34, 0.26, -18), (0.38, 0.30, 0.22, 0.18, 0), (-0.10, 0.62, 0.30, 0.12, 0),
                (0.44, -0.38, 0.12, 0.10, 0)),
        lash=(0.25, 1.0), wing=1.1, spikes=((0.55, 1.0, 15), (0.70, 1.3, 32), (0.82, 1.6, 50), (0.92, 1.8, 70)),
        low=(0.30, 0.93, 0.9), crease=0.20,
    ),
    "button": EyeKind(
        size=(0.84, 1.0), iris=(0.92, 0.46, 0.04), pupil=(0.0, 0.0),
        lights=((-0.30, -0.40, 0.36, 0.28, -12), (0.38, 0.30, 0.18, 0.14, 0)),
        lash=(0.12, 0.95), wing=0.7, low=(0.0, 0.0, 0.0), crease=0.0,
    ),
    "bead": EyeKind(
        size=(0.80, 0.80), iris=(0.50, 0.28, 0.08), pupil=(0.0, 0.0), lights=((-0.32, -0.38, 0.30, 0.28, 0),),
        lash=(0.55, 0.55), wing=0.0, low=(0.0, 0.0, 0.0), crease=0.0,
    ),
}  # fmt: skip


@cache
def _lid_points(family: str) -> tuple[Points, Points]:
    """Return the control points of both lids of a family, (6, 2) each."""
    kind = KINDS[family]
    return np.array(kind.upper), np.array(kind.lower)


@dataclass(frozen=True)
class EyePlace:
    """One eye on the face: which (-1 the character's right, 1 its left), centre, and foreshortening.

    `aside` is how far the eye is seen from the side, 0..1: its front is then the ball's own curve.
    """

    which: float
    centre: tuple[float, float]
    squeeze: float
    aside: float = 0.0

    @property
    def suffix(self) -> str:
        """Ending of the names of its parts."""
        return "_r" if self.which < 0 else "_l"


@lru_cache(maxsize=1024)
def eye_places(face: FaceSpec, yaw: float) -> tuple[EyePlace, ...]:
    """Return the eyes that can be seen, the near one first."""
    side = facing(yaw)
    spread = face.eye_dx / 18.8
    middle = keyed(yaw, 0, 13.6, 28)
    near = middle - keyed(yaw, 18.8, 14.6, 1.0) * spread
    far = middle + keyed(yaw, 18.8, 13.4, 10) * spread
    aside = min(max((abs(yaw) - 42) / 40, 0.0), 1.0)
    places = [EyePlace(-side, (near * side, face.eye_y), keyed(yaw, 1, 0.94, 0.58), aside)]
    if abs(yaw) < 60:
        places.append(EyePlace(side, (far * side, face.eye_y), keyed(yaw, 1, 0.70, 0.3)))
    return tuple(places)


def _placed(points: Points, face: FaceSpec, eye: EyePlace) -> Points:
    """Return points of eye space in head space."""
    return points @ _turn_of(face, eye) + eye.centre


@lru_cache(maxsize=1024)
def _turn_of(face: FaceSpec, eye: EyePlace) -> np.ndarray:
    """Return the (2, 2) matrix that sizes, tilts and, for the right eye, mirrors points of eye space."""
    tipped = turned(np.diag((face.eye_w * eye.squeeze, face.eye_h)), -face.eye_tilt)
    return mirrored(tipped) if eye.which < 0 else tipped


def _lid_down(lid: Points, up: float, down: float) -> Points:
    """Return the shape from `up` units above a lid to `down` units below it."""
    return np.concatenate((moved(lid, 0, -up), moved(lid[::-1], 0, down)))


_LIFT = np.array([0, 0.6, 1, 1, 0.7, 0])  # how far joy lifts the lower lid
_ASIDE_UPPER = np.array([(0.09, -0.34), (0.04, -0.16)])  # how lids lie on the ball seen from the side
_ASIDE_LOWER = np.array([(0.09, 0.14), (0.02, 0.06)])


def _lids(family: str, eye: EyePlace, expression: Expression) -> tuple[Points, Points]:
    """Return the control points of upper and lower lid, in eye space; shut lids lie on one line."""
    wide_upper, wide_lower = _lid_points(family)
    shut = _SHUT * (1 - expression.joy) + _JOY * expression.joy
    o = min(max(expression.open_, 0.0), 1.2)
    part = min(o, 1.0)
    upper = shut + (wide_upper - shut) * o
    reach = np.minimum(np.maximum(wide_upper[:-1, 0], -0.35), 0.4)
    upper[:-1, 1] -= expression.brow_tilt * 0.015 * reach * part
    lower = shut + (wide_lower - shut) * min(1.0, 0.35 + 0.65 * o)
    lower[:, 1] -= 0.16 * _LIFT * expression.joy * part
    if eye.aside:
        ahead = eye.aside * part
        upper[:2] += _ASIDE_UPPER * ahead
        lower[:2] += _ASIDE_LOWER * ahead
    return upper, lower


def draw_eye(
    figure: Figure,
    face: FaceSpec,
    family: str,
    eye: EyePlace,
    expression: Expression,
    within: tuple[Points, ...] = (),
) -> None:
    """Draw one eye: white, iris, pupil, catchlights, lashes and the crease of the lid; the ball stays `within`."""
    kind = KINDS[family]
    upper, lower = _lids(family, eye, expression)
    opened = expression.open_ > 0.14
    lid = _placed(smooth(upper, closed=False), face, eye)
    bare = family in BEADS
    if opened:
        under = _placed(smooth(lower, closed=False), face, eye)
        opening = np.concatenate((lid, under[::-1]))
        if not bare:
            _draw_white(figure, face, eye, (opening, *within), lid)
        _draw_iris(figure, face, kind, eye, expression, (opening, *within), lid, bare=bare)
        start, stop, weight = kind.low
        if weight:
            edge = under[int(len(under) * start) : int(len(under) * stop) + 1]
            figure.stroke("lash" + eye.suffix, edge, weight, role="low")
    if not opened or family != "bead":
        _draw_lash(figure, face, kind, eye, lid, opened=opened)
    elif expression.brow_tilt > 8:
        figure.stroke("lash" + eye.suffix, lid[:30], 1.0, role="frown")
    if kind.crease and (opened or expression.joy < 0.5):
        crease = upper[1:5] - (0, kind.crease) if opened else _lid_points(family)[0][2:5]
        line = _placed(smooth(crease, closed=False), face, eye)
        figure.stroke("face", line, 0.75, role="crease" + eye.suffix + ("" if opened else "_shut"))


def _draw_white(figure: Figure, face: FaceSpec, eye: EyePlace, clip: tuple[Points, ...], lid: Points) -> None:
    """Draw the white with the shadow of the upper lid; the first of the clips is the opening."""
    white = "eye_white" + eye.suffix
    figure.fill(white, clip[0], width=0, clip=clip[1:], role="ball")
    figure.fill(
        white, _lid_down(lid, face.eye_h, face.eye_h * 0.15), "shadow", width=0, clip=clip, role="under lid"
    )


def _iris_at(face: FaceSpec, kind: EyeKind, eye: EyePlace, expression: Expression) -> tuple[Pair, Pair]:
    """Return centre and radii of the iris in head space."""
    wide, high, drop = kind.iris
    squeeze = 0.35 + 0.65 * eye.squeeze
    # fear shrinks an iris within its white; a bead, which has none, opens wide
    grow = expression.iris if any(kind.pupil) else 1.5 - 0.5 * expression.iris
    radii = (face.eye_h * face.iris / 2 * wide * grow * squeeze, face.eye_h * high * grow)
    ahead = 0.01 + 0.10 * eye.aside
    x = eye.centre[0] + (expression.gaze_x * face.eye_w - eye.which * face.eye_w * ahead) * eye.squeeze
    return (x, eye.centre[1] + face.eye_h * drop), radii


def _draw_iris(
    figure: Figure, face: FaceSpec, kind: EyeKind, eye: EyePlace, expression: Expression,
    clip: tuple[Points, ...], lid: Points, *, bare: bool,
) -> None:  # fmt: skip
    """Draw what lies between the lids: iris, pupil and catchlights; a bead is one dark drop with a tinted foot."""
    iris = "iris" + eye.suffix
    (cx, cy), (rx, ry) = _iris_at(face, kind, eye, expression)
    figure.fill(iris, ellipse((cx, cy), (rx, ry)), "line", width=0, clip=clip, role="rim")
    if bare:
        foot = ellipse((cx, cy + ry * 0.48), (rx * 0.62, ry * 0.36))
        figure.fill(iris, foot, width=0, clip=clip, role="foot")
    else:
        inner = ellipse((cx, cy), (max(rx - kind.ring, 0.3), max(ry - kind.ring, 0.3)))
        figure.fill(iris, inner, width=0, clip=clip, role="ring")
        shade = _lid_down(lid, face.eye_h, face.eye_h * kind.shade)
        figure.fill(iris, inner, "shadow", width=0, clip=(*clip, shade), role="shade")
        glow = ellipse((cx, cy + ry * 0.50), (rx * 0.56, ry * 0.26))
        figure.fill(iris, glow, "highlight", width=0, clip=(*clip, inner), role="glow")
        pupil = ellipse((cx, cy + ry * 0.02), (rx * kind.pupil[0], ry * kind.pupil[1]))
        figure.fill(iris, pupil, "line", width=0, clip=clip, role="pupil")
    for x, y, wide, high, tilt in kind.lights:
        light = ellipse((cx + rx * x, cy + ry * y), (rx * wide, ry * high), tilt)
        figure.fill("catchlight", light, width=0, clip=clip, role="light" + eye.suffix)


def _draw_lash(
    figure: Figure, face: FaceSpec, kind: EyeKind, eye: EyePlace, lid: Points, *, opened: bool
) -> None:
    """Draw the upper lashes: a band that thickens outwards and ends in a point, and single lashes on it."""
    lash = "lash" + eye.suffix
    foreshortened = 0.45 + 0.55 * eye.squeeze
    weight = face.lash * (1.0 if opened else 0.62) * foreshortened
    thickness = weight * kind.thickening * _LASH_ENDS
    out = eye.which * eye.squeeze
    away = normals(lid) * -eye.which  # out of the eye
    upper, lower = lid + away * thickness, lid - away * 0.55
    wing = kind.wing * (1.0 if opened else 0.56)
    tip = lid[-1] + (out * face.lash * wing, -face.lash * (0.10 if opened else 0.25))
    figure.fill(lash, np.concatenate((upper, tip[None], lower[::-1])), "line", width=0, role="upper")
    if not opened:
        return
    for place, length, direction in kind.spikes:
        at = int(place * (len(lid) - 1))
        a = math.radians(direction)
        way = np.array((out * math.sin(a), -math.cos(a)))
        base = upper[[max(at - 3, 0), min(at + 3, len(lid) - 1)]] + (0, 0.6)
        point = (base[0] + base[1]) / 2 + way * face.lash * length
        figure.fill(lash, np.array((base[0], point, base[1])), "line", width=0, role="spike")


def draw_brow(figure: Figure, face: FaceSpec, eye: EyePlace, expression: Expression) -> None:
    """Draw one brow as a tapered shape."""
    reach = face.eye_w * 0.50 * (0.25 + 0.75 * eye.squeeze)
    line = smooth([(-reach * 0.92, 1.6), (-reach * 0.1, -1.6), (reach * 1.08, 1.4)], closed=False)
    line = turned(line, -expression.brow_tilt * (0.4 + 0.6 * eye.squeeze))
    half = face.brow / 2 * _BROW
    shape = np.concatenate((line - half, (line + half)[::-1]))
    if eye.which < 0:
        shape = mirrored(shape)
    at = eye.centre[1] - face.brow_y - expression.brow_lift
    figure.fill("brow" + eye.suffix, moved(shape, eye.centre[0], at), "line", width=0, role="brow")
