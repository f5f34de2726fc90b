"""Hair as a shell round the skull: one lower edge all the way round serves every view.

Angles go round the head (0 at the nose, 90 at the left ear, 180 at the back); a yaw turns them all. The front
half of the shell is painted over the face, the back half behind neck and body.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ml.puppets.curves import Points, ellipse, moved, ramp, smooth, spline
from ml.puppets.design import HairSpec
from ml.puppets.figure import Figure
from ml.puppets.head import draw_ears

_HEIGHTS = (0.0, 40.0, 80.0, 140.0, 220.0)
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
        """Return (N, 2) points of the surface at angles already turned by the yaw."""
        r, a = self.radius(y), np.deg2rad(angle)
        x = r * np.sin(a) - 3.0 * math.sin(math.radians(self.yaw))
        if self.sway:
            x += self.sway * np.clip((y - 20) / 100, 0, 1.6) ** 1.3
        if self.hair.wave:
            x += self.hair.wave * 0.5 * np.sin(y / 11.0 + a * 3) * np.clip((y - 4) / 40, 0, 1)
        flat = np.minimum(np.maximum(-y / 60, 0), 0.8)
        return np.stack((x, y + self.bow * r * np.cos(a) * (1 - flat)), axis=1)

    def seen(self, angle: float) -> float:
        """Return an angle of the head as seen from the viewer, in (-180, 180]."""
        turned = (angle + self.yaw) % 360
        return turned - 360 if turned > 180 else turned

    def strand(self, angle: float, y_from: float, y_to: float, drift: float = 0.0) -> Points:
        """Return a curve along the surface from one height to another, 12 points."""
        y = y_from + (y_to - y_from) * ramp(12)
        return self.place(angle + drift * ramp(12) ** 2, y)


def lower_edge(hair: HairSpec) -> list[tuple[float, float, bool]]:
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
    return edge


def _gap_at_side(hair: HairSpec, a: float, b: float, y: float, z: float) -> tuple[float, float, bool]:
    """Return the gap beside a side lock: high before it, shallow behind it."""
    inner = abs(a + b) / 2 < hair.side[0]
    if inner:
        return (a * 0.5 + b * 0.5, min(y, z) - hair.valley * 1.1, True)
    middle = a * 0.3 + b * 0.7 if abs(a) < abs(b) else a * 0.7 + b * 0.3
    return (middle, min(y, z, 60) - 12.0, True)


def _half(shell: Shell, *, front: bool) -> Points:
    """Return the outline of the half of the shell that faces the viewer, or of the half behind."""
    turn = 0 if front else 180
    points = np.array(lower_edge(shell.hair), dtype=np.float64)
    angles, ys = points[:, 0], points[:, 1]
    # The edge is opened where it is hidden, so that its points keep their order while the head turns; what is
    # hidden lies on the two ends, so that their number is the same from every side.
    middle = 180 if (abs(shell.yaw) > 90) == front else 0
    angles = np.where(angles < 0, angles + 360, angles) if middle else angles
    angles = angles + shell.yaw + turn - 360 * round((middle + shell.yaw + turn) / 360)
    order = np.argsort(angles, kind="stable")
    angles, ys, tips = angles[order], ys[order], points[order, 2] > 0
    ends = np.interp([-90, 90], angles, ys, period=360)
    hidden = np.abs(angles) >= 86
    angles = np.where(hidden, np.where(angles < 0, -90.0, 90.0), angles)
    ys = np.where(hidden, np.where(angles < 0, ends[0], ends[1]), ys)
    at = np.concatenate(([-90.0], angles, [90.0])) + turn
    control = shell.place(at, np.concatenate((ends[:1], ys, ends[1:])))
    edge = spline(control, np.concatenate(([True], tips | hidden, [True])), samples=5)
    up = np.concatenate(
        [np.linspace(ends[1], 0, 10)[1:], shell.top * np.sin(np.linspace(0.1, np.pi / 2, 10))]
    )
    down = np.concatenate(
        [shell.top * np.sin(np.linspace(np.pi / 2, 0.1, 10))[1:], np.linspace(0, ends[0], 10)[:-1]]
    )
    right = shell.place(np.full(len(up), 90.0 + turn), up)
    left = shell.place(np.full(len(down), -90.0 + turn), down)
    return np.vstack([edge, right, left])


def draw_back(figure: Figure, shell: Shell) -> None:
    """Draw the half of the shell behind head and body: its inside lies in shadow."""
    outline = _half(shell, front=False)
    figure.fill("hair_back", outline, "shadow")


def _stubble(shell: Shell) -> Shell:
    """Return the shell of hair cut to the skin, up to the same hairline."""
    short = replace(
        shell.hair, fringe=tuple((float(a), -19.0) for a in range(-50, 51, 20)), valley=1.0, side=(66.0, 8.0),
        back=36.0, radius=42.5, lift=1.0, flare=(1.0, 0.92, 0.8, 0.8, 0.8), cropped=False, sweep=0.0,
    )  # fmt: skip
    return Shell(short, shell.yaw, 0.0, 0.0)


def draw_front(figure: Figure, shell: Shell, face_outline: Points | None, shine: str = "band") -> None:
    """Draw the half that faces the viewer, with shadow, shine (as in `Style.shine`) and strands."""
    hair = shell.hair
    if hair.cropped:
        figure.fill("hair_front", _half(_stubble(shell), front=True), "shadow", width=0.8, role="stubble")
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
    edge = lower_edge(hair)
    for i in range(2, len(edge), 4):
        angle, y, _ = edge[i]
        at = shell.seen(angle)
        if abs(at) < 82:
            reach = (19.0, 27.0, 23.0)[i // 4 % 3] * (1.0 if abs(angle) < 60 else 1.5)
            _draw_gap(figure, shell, outline, (at, y), reach, 7.0 if abs(angle) < 55 else 4.0)
    _draw_parting(figure, shell)


def _draw_gap(
    figure: Figure, shell: Shell, outline: Points, gap: tuple[float, float], reach: float, wide: float
) -> None:
    """Draw the shadow and the strand that run up from a gap between two locks."""
    at, y = gap
    strand = shell.strand(at, y + 0.8, y - reach, drift=-at * 0.14)
    beside = shell.strand(at + wide, y + 6.0, y - reach * 0.66, drift=-at * 0.14 - wide * 0.7)
    figure.fill("hair_front", np.vstack([strand, beside[::-1]]), "shadow", width=0, clip=(outline,))
    figure.stroke("hair_front", strand, 0.95, clip=(outline,))


def _draw_parting(figure: Figure, shell: Shell) -> None:
    """Draw a few strands at the crown."""
    for offset, length in ((0.0, 16.0), (-16.0, 11.0), (19.0, 9.0)):
        at = shell.seen(shell.hair.parting + offset)
        if abs(at) < 80:
            start = shell.top * 0.93
            figure.stroke("hair_front", shell.strand(at * 0.6, start, start + length, drift=at * 0.5), 0.8)


def _draw_band(figure: Figure, shell: Shell, outline: Points) -> None:
    """Draw the ring of light round the crown (天使の輪) as a band with a toothed lower edge."""
    pieces = [(-64, -34), (-26, 22), (30, 42), (-102, -78), (78, 102), (112, 148), (158, 204), (214, 244)]
    top, low = -33.0, -26.0
    for start, stop in pieces:
        first, last = shell.seen(start), shell.seen(stop)
        if min(last, 80.0) - max(first, -80.0) < 8:
            continue
        first, last = max(first, -80.0), min(last, 80.0)
        teeth = max(2, round((last - first) / 13))
        up = np.linspace(first, last, teeth * 2 + 1)
        arch = np.linspace(-1, 1, len(up)) ** 2
        upper = shell.place(up, top + 3.2 * arch - 1.0)
        deep = np.array([3.0, 6.5, 1.0, 5.0])[np.arange(len(up)) // 2 % 4]
        below = np.where(np.arange(len(up)) % 2, low + deep, low - 2.0)
        below[[0, -1]] = top + 4.0
        lower = shell.place(up, below)
        upper_line = smooth(upper, closed=False, samples=4)
        lower_line = smooth(lower[::-1], range(1, len(up), 2), closed=False, samples=4)
        figure.fill("hair_front", np.vstack([upper_line, lower_line]), "highlight", width=0, clip=(outline,))


def _draw_spots(figure: Figure, shell: Shell, outline: Points) -> None:
    """Draw the shine as a few round spots on the side of the light."""
    for k, (angle, y, wide, high) in enumerate(
        (
            (-38, -27, 9.0, 4.6),
            (-62, -24, 4.0, 3.2),
            (34, -29, 6.0, 3.4),
            (142, -27, 9.0, 4.6),
            (218, -26, 7.0, 4.0),
            (98, -25, 7.0, 4.2),
        )
    ):
        at = shell.seen(angle)
        if abs(at) < 78:
            px, py = shell.place(np.array([at]), np.array([float(y)]))[0].tolist()
            spot = ellipse((px, py), (wide * max(0.3, math.cos(math.radians(at))), high), -at * 0.2)
            figure.fill("hair_front", spot, "highlight", width=0, clip=(outline,), role=f"spot{k}")


def _draw_streaks(figure: Figure, shell: Shell, outline: Points) -> None:
    """Draw the shine as long thin streaks that follow the strands."""
    for k, angle in enumerate(range(-170, 180, 17)):
        at = shell.seen(angle)
        if abs(at) > 76 or k % 4 == 3:
            continue
        top, low = -36.0 + 3 * (k % 2), -20.0 + 5 * (k % 3)
        one = shell.strand(at - 1.8, top, low)
        other = shell.strand(at + 1.8, top, low - 2)
        figure.fill(
            "hair_front",
            np.vstack([one, other[::-1]]),
            "highlight",
            width=0,
            clip=(outline,),
            role=f"streak{k}",
        )


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
    for angle, y, length, direction in shell.hair.tufts:
        at = shell.seen(angle)
        root = shell.place(np.array([at]), np.array([y]))[0]
        lean = np.sign(np.sin(np.deg2rad(at)) or 1.0) * direction
        a = np.deg2rad(lean)
        way, across = np.array([np.sin(a), -np.cos(a)]), np.array([np.cos(a), np.sin(a)])
        base = length * 0.62
        tip = root + way * length + across * length * 0.22
        spike = [root - across * base - way * 9, root - across * base * 0.28 + way * length * 0.48, tip,
                 root + across * base * 0.52 + way * length * 0.34, root + across * base - way * 9]  # fmt: skip
        figure.fill("hair_tuft", smooth(spike, (0, 2, 4)), shade=(-2.5, -1.0))
