"""Hair as a shell round the skull: one lower edge all the way round serves every view.

Angles go round the head (0 at the nose, 90 at the left ear, 180 at the back); a yaw turns them all. The front
half of the shell is painted over the face, the back half behind neck and body.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from ml.puppets.curves import Points, ellipse, moved, ramp, smooth, spline
from ml.puppets.design import HairSpec
from ml.puppets.figure import Figure
from ml.puppets.head import draw_ears

_HEIGHTS = np.array([0.0, 40.0, 80.0, 140.0, 220.0])
_BOW = 0.10  # how far rings bow down towards the viewer: the eye stands a little above


class Shell:
    """The surface that hair lies on, seen at one yaw."""

    def __init__(self, hair: HairSpec, yaw: float, nod: float, sway: float) -> None:
        self.hair = hair
        self.yaw = yaw
        self.bow = _BOW + 0.10 * nod
        self.sway = sway
        self.top = -44.0 - hair.lift

    def radius(self, y: np.ndarray) -> np.ndarray:
        """Return the half width of the shell at heights y."""
        up = np.minimum(np.maximum(y / self.top, 0), 1)
        dome = (1 - up**2.3) ** (1 / 2.3)
        return self.hair.radius * np.where(y < 0, dome, np.interp(y, _HEIGHTS, self.hair.flare))

    def place(self, angle: np.ndarray, y: np.ndarray) -> Points:
        """Return (..., 2) points of the surface at angles already turned by the yaw."""
        r, a = self.radius(y), np.deg2rad(angle)
        x = r * np.sin(a) - 3.0 * math.sin(math.radians(self.yaw))
        if self.sway:
            x += self.sway * np.minimum(np.maximum((y - 20) / 100, 0), 1.6) ** 1.3
        if self.hair.wave:
            loose = np.minimum(np.maximum((y - 4) / 40, 0), 1)
            x += self.hair.wave * 0.5 * np.sin(y / 11.0 + a * 3) * loose
        flat = np.minimum(np.maximum(-y / 60, 0), 0.8)
        points = np.empty((*x.shape, 2))
        points[..., 0] = x
        points[..., 1] = y + self.bow * r * np.cos(a) * (1 - flat)
        return points

    def seen(self, angle: float) -> float:
        """Return an angle of the head as seen from the viewer, in (-180, 180]."""
        turned = (angle + self.yaw) % 360
        return turned - 360 if turned > 180 else turned

    def strands(self, angle: np.ndarray, y_from: np.ndarray, y_to: np.ndarray, drift: np.ndarray) -> Points:
        """Return (..., 12, 2) curves along the surface, each from one height to another, drifting in angle."""
        y = y_from[..., None] + (y_to - y_from)[..., None] * ramp(12)
        return self.place(angle[..., None] + drift[..., None] * ramp(12) ** 2, y)


@lru_cache(maxsize=256)
def lower_edge(hair: HairSpec) -> tuple[tuple[float, float, bool], ...]:
    """Return the lower edge of the shell round the head as (angle, y, is_tip), angles rising from -180.

    Between two tips stands a gap; the sides of a lock bulge, so each gets a middle point.
    """
    side_at, side_y = hair.side
    tips = [(a, y, hair.valley) for a, y in hair.fringe]
    tips = [(-side_at, side_y, 0.0), *tips, (side_at, side_y, 0.0)]
    step = (360 - 2 * 92) / max(hair.back_tips, 1)
    even = min(1.0, hair.valley / 6.0)
    behind = [
        (92 + step * (k + 0.5), hair.back + (3.0 if k % 2 else -2.0) * even, 7.0 * even)
        for k in range(hair.back_tips)
    ]
    wrapped = [(a - 360 if a > 180 else a, y, v) for a, y, v in behind]
    tips = sorted(tips + wrapped)
    edge: list[tuple[float, float, bool]] = []
    for (a, y, valley), (b, z, other) in zip(
        tips, [*tips[1:], (tips[0][0] + 360, *tips[0][1:])], strict=True
    ):
        edge.append((a, y, True))
        if 0.0 in (valley, other):
            gap = _gap_at_side(hair, a, b, y, z)
        else:
            lean = np.clip(hair.sweep, (a - b) * 0.42, (b - a) * 0.42) if max(abs(a), abs(b)) < 70 else 0.0
            gap = ((a + b) / 2 - float(lean), min(y, z) - max(valley, other), True)
        edge.append((a * 0.36 + gap[0] * 0.64, y * 0.62 + gap[1] * 0.38, False))
        edge.append(gap)
        edge.append((b * 0.46 + gap[0] * 0.54, z * 0.54 + gap[1] * 0.46, False))
    return tuple(edge)


def _gap_at_side(hair: HairSpec, a: float, b: float, y: float, z: float) -> tuple[float, float, bool]:
    """Return the gap beside a side lock: high before it, shallow behind it."""
    inner = abs(a + b) / 2 < hair.side[0]
    if inner:
        return (a * 0.5 + b * 0.5, min(y, z) - hair.valley * 1.1, True)
    middle = a * 0.3 + b * 0.7 if abs(a) < abs(b) else a * 0.7 + b * 0.3
    return (middle, min(y, z, 60) - 12.0, True)


@lru_cache(maxsize=256)
def _edge_points(hair: HairSpec) -> np.ndarray:
    """Return the lower edge as (N, 3) numbers; shared, so not to be written to."""
    points = np.array(lower_edge(hair), dtype=np.float64)
    points.flags.writeable = False
    return points


_RISE = np.sin(np.linspace(0.1, np.pi / 2, 10))  # heights up the edge of the crown, share of its top


def _half(shell: Shell, *, front: bool) -> Points:
    """Return the outline of the half of the shell that faces the viewer, or of the half behind."""
    turn = 0 if front else 180
    points = _edge_points(shell.hair)
    angles, ys = points[:, 0], points[:, 1]
    # The edge is opened where it is hidden, so that its points keep their order while the head turns; what is
    # hidden lies on the two ends, so that their number is the same from every side.
    middle = 180 if (abs(shell.yaw) > 90) == front else 0
    angles = np.where(angles < 0, angles + 360, angles) if middle else angles
    angles = angles + shell.yaw + turn - 360 * round((middle + shell.yaw + turn) / 360)
    order = np.argsort(angles, kind="stable")
    angles, ys, tips = angles[order], ys[order], points[order, 2] > 0
    thrice = np.concatenate((angles - 360, angles, angles + 360))
    ends = np.interp((-90.0, 90.0), thrice, np.concatenate((ys, ys, ys)))
    hidden = np.abs(angles) >= 86
    left = angles < 0
    angles = np.where(hidden, np.where(left, -90.0, 90.0), angles)
    ys = np.where(hidden, np.where(left, ends[0], ends[1]), ys)
    up = np.concatenate((ends[1] * ramp(10)[-2::-1], shell.top * _RISE))
    down = np.concatenate((shell.top * _RISE[-2::-1], ends[0] * ramp(10)[:-1]))
    sides = np.repeat((-90.0, 90.0, 90.0, -90.0), (1, 1, len(up), len(down)))
    at = np.concatenate((sides[:1], angles, sides[1:])) + turn
    placed = shell.place(at, np.concatenate((ends[:1], ys, ends[1:], up, down)))
    count = len(angles) + 2
    edge = spline(placed[:count], np.concatenate(([True], tips | hidden, [True])), samples=5)
    return np.concatenate((edge, placed[count:]))


def draw_back(figure: Figure, shell: Shell) -> None:
    """Draw the half of the shell behind head and body: its inside lies in shadow."""
    outline = _half(shell, front=False)
    figure.fill("hair_back", outline, "shadow")


@lru_cache(maxsize=256)
def _stubble(hair: HairSpec) -> HairSpec:
    """Return hair cut to the skin, up to the same hairline."""
    return replace(
        hair, fringe=tuple((float(a), -19.0) for a in range(-50, 51, 20)), valley=1.0, side=(66.0, 8.0),
        back=36.0, radius=42.5, lift=1.0, flare=(1.0, 0.92, 0.8, 0.8, 0.8), cropped=False, sweep=0.0,
    )  # fmt: skip


def draw_front(figure: Figure, shell: Shell, face_outline: Points | None, shine: str = "band") -> None:
    """Draw the half that faces the viewer, with shadow, shine (as in `Style.shine`) and strands."""
    hair = shell.hair
    if hair.cropped:
        short = Shell(_stubble(hair), shell.yaw, 0.0, 0.0)
        figure.fill("hair_front", _half(short, front=True), "shadow", width=0.8, role="stubble")
        if 24 <= abs(shell.yaw) <= 120:
            draw_ears(figure, shell.yaw, bare=True)
    outline = _half(shell, front=True)
    if face_outline is not None:
        figure.cast(
            moved(outline, 1.2, 5.0),
            ("face", "eye_white_r", "eye_white_l", "ear_r", "ear_l", "nose"),
            (face_outline,),
        )
    figure.fill("hair_front", outline, shade=(-4.5, -2.0))
    if shine != "none":
        _SHINES[shine](figure, shell, outline)
    _draw_gaps(figure, shell, outline)
    _draw_parting(figure, shell)


@lru_cache(maxsize=256)
def _gaps(hair: HairSpec) -> tuple[tuple[float, float, float, float], ...]:
    """Return the gaps between locks as (angle, y, how far its strand runs up, degrees its shadow is wide)."""
    gaps = []
    for k, (angle, y, _) in enumerate(lower_edge(hair)[2::4]):
        reach = (19.0, 27.0, 23.0)[k % 3] * (1.0 if abs(angle) < 60 else 1.5)
        gaps.append((angle, y, reach, 7.0 if abs(angle) < 55 else 4.0))
    return tuple(gaps)


def _draw_gaps(figure: Figure, shell: Shell, outline: Points) -> None:
    """Draw the shadow and the strand that run up from every gap between two locks."""
    turned = ((shell.seen(angle), *gap) for angle, *gap in _gaps(shell.hair))
    seen = [gap for gap in turned if abs(gap[0]) < 82]
    if not seen:
        return
    at, y, reach, wide = np.array(seen).T
    drift = -at * 0.14
    strands, beside = shell.strands(
        np.array((at, at + wide)),
        np.array((y + 0.8, y + 6.0)),
        np.array((y - reach, y - reach * 0.66)),
        np.array((drift, drift - wide * 0.7)),
    )
    shadows = np.concatenate((strands, beside[:, ::-1]), axis=1)
    for strand, shadow in zip(strands, shadows, strict=True):
        figure.fill("hair_front", shadow, "shadow", width=0, clip=(outline,))
        figure.stroke("hair_front", strand, 0.95, clip=(outline,))


_PARTING = ((0.0, 16.0), (-16.0, 11.0), (19.0, 9.0))  # angle from the parting, length


def _draw_parting(figure: Figure, shell: Shell) -> None:
    """Draw a few strands at the crown."""
    turned = ((shell.seen(shell.hair.parting + offset), length) for offset, length in _PARTING)
    seen = [strand for strand in turned if abs(strand[0]) < 80]
    if not seen:
        return
    at, length = np.array(seen).T
    start = np.full(len(at), shell.top * 0.93)
    for strand in shell.strands(at * 0.6, start, start + length, at * 0.5):
        figure.stroke("hair_front", strand, 0.8)


_BAND = ((-64, -34), (-26, 22), (30, 42), (-102, -78), (78, 102), (112, 148), (158, 204), (214, 244))


@cache
def _band_heights(count: int) -> np.ndarray:
    """Return the heights of the upper and the lower edge of a piece of the ring of light, (2, count)."""
    top, low, k = -33.0, -26.0, np.arange(count)
    upper = top + 3.2 * np.linspace(-1, 1, count) ** 2 - 1.0
    deep = np.array([3.0, 6.5, 1.0, 5.0])[k // 2 % 4]
    below = np.where(k % 2, low + deep, low - 2.0)
    below[[0, -1]] = top + 4.0
    return np.stack((upper, below))


def _draw_band(figure: Figure, shell: Shell, outline: Points) -> None:
    """Draw the ring of light round the crown (天使の輪) as a band with a toothed lower edge."""
    for start, stop in _BAND:
        first, last = max(shell.seen(start), -80.0), min(shell.seen(stop), 80.0)
        if last - first < 8:
            continue
        count = max(2, round((last - first) / 13)) * 2 + 1
        along = first + (last - first) * ramp(count)
        upper, lower = shell.place(np.stack((along, along)), _band_heights(count))
        upper_line = smooth(upper, closed=False, samples=4)
        lower_line = smooth(lower[::-1], range(1, count, 2), closed=False, samples=4)
        figure.fill(
            "hair_front",
            np.concatenate((upper_line, lower_line)),
            "highlight",
            width=0,
            clip=(outline,),
        )


# angle, y, half width and half height of the spots of the shine
_SPOTS = (
    (-38, -27.0, 9.0, 4.6),
    (-62, -24.0, 4.0, 3.2),
    (34, -29.0, 6.0, 3.4),
    (142, -27.0, 9.0, 4.6),
    (218, -26.0, 7.0, 4.0),
    (98, -25.0, 7.0, 4.2),
)


def _draw_spots(figure: Figure, shell: Shell, outline: Points) -> None:
    """Draw the shine as a few round spots on the side of the light."""
    at = np.array([shell.seen(angle) for angle, *_ in _SPOTS])
    centres = shell.place(at, np.array([y for _, y, *_ in _SPOTS])).tolist()
    for k, (angle, (px, py), (_, _, wide, high)) in enumerate(zip(at.tolist(), centres, _SPOTS, strict=True)):
        if abs(angle) < 78:
            spot = ellipse((px, py), (wide * max(0.3, math.cos(math.radians(angle))), high), -angle * 0.2)
            figure.fill("hair_front", spot, "highlight", width=0, clip=(outline,), role=f"spot{k}")


# number, angle, upper and lower end of the streaks of the shine; every fourth is left out
_STREAKS = tuple(
    (k, angle, -36.0 + 3 * (k % 2), -20.0 + 5 * (k % 3))
    for k, angle in enumerate(range(-170, 180, 17))
    if k % 4 != 3
)


def _draw_streaks(figure: Figure, shell: Shell, outline: Points) -> None:
    """Draw the shine as long thin streaks that follow the strands."""
    turned = ((k, shell.seen(angle), top, low) for k, angle, top, low in _STREAKS)
    seen = [streak for streak in turned if abs(streak[1]) <= 76]
    _, at, top, low = np.array(seen).T
    sides = np.array((at - 1.8, at + 1.8))
    one, other = shell.strands(sides, np.array((top, top)), np.array((low, low - 2)), np.zeros(sides.shape))
    shapes = np.concatenate((one, other[:, ::-1]), axis=1)
    for (k, *_), shape in zip(seen, shapes, strict=True):
        figure.fill("hair_front", shape, "highlight", width=0, clip=(outline,), role=f"streak{k}")


_SHINES = {"band": _draw_band, "spots": _draw_spots, "streaks": _draw_streaks}


def draw_ahoge(figure: Figure, shell: Shell) -> None:
    """Draw the single hair that stands up at the crown (アホ毛)."""
    n = shell.hair.ahoge
    if not n:
        return
    a = math.radians(shell.yaw)
    x, y = 2.0 * math.cos(a) - 4 * math.sin(a), shell.top + 2.0
    way = math.copysign(1.0, math.cos(a)) * 0.6 + 0.7 * math.sin(a) + shell.sway * 0.02
    tip = x + way * n
    points = [(x - 4, y), (x - 2 + way, y - n * 0.55), ((x + tip) / 2, y - n * 0.92), (tip, y - n * 0.62),
              (x * 0.55 + tip * 0.45, y - n * 0.72), (x + 3, y - n * 0.45), (x + 4, y)]  # fmt: skip
    figure.fill("hair_tuft", smooth(points, (0, 3, 6)), lines=((0, 48),), role="ahoge")


def draw_tufts(figure: Figure, shell: Shell) -> None:
    """Draw the short spikes that stand out from the crown, before the shell covers their roots."""
    if not shell.hair.tufts:
        return
    angle, y, length, direction = np.array(shell.hair.tufts, dtype=np.float64).T
    at = np.array([shell.seen(one) for one in angle.tolist()])
    root, base, length = shell.place(at, y), (length * 0.62)[:, None], length[:, None]
    a = np.deg2rad(np.where(np.sin(np.deg2rad(at)) < 0, -direction, direction))
    sine, cosine = np.sin(a), np.cos(a)
    way, across = np.stack((sine, -cosine), axis=1), np.stack((cosine, sine), axis=1)
    tip = root + way * length + across * length * 0.22
    spikes = np.stack(
        (root - across * base - way * 9, root - across * base * 0.28 + way * length * 0.48, tip,
         root + across * base * 0.52 + way * length * 0.34, root + across * base - way * 9), axis=1,
    )  # fmt: skip
    for spike in spikes:
        figure.fill("hair_tuft", smooth(spike, (0, 2, 4)), shade=(-2.5, -1.0))
