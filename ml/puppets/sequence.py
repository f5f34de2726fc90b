"""Moving sequences: keys of pose and expression, in-betweened with known motion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from ml.puppets.pose import EXPRESSIONS, HAND_UP, STANDING, STRIDE, Expression, Pose, between, eased


@dataclass(frozen=True)
class Key:
    """One key of a sequence: the drawing it stands at, the pose and the expression there."""

    at: int
    pose: Pose
    expression: Expression


@dataclass(frozen=True)
class Acting:
    """A named sequence.

    Attributes:
        code: name.
        keys: in order; the first at drawing 0.
        blink_at: drawings (0-based) whose neighbours close the eyes.
        bust: framed as head and shoulders instead of the whole figure.
    """

    code: str
    keys: tuple[Key, ...]
    blink_at: tuple[int, ...] = ()
    bust: bool = False

    @property
    def length(self) -> int:
        """Number of drawings."""
        return self.keys[-1].at + 1

    def state(self, index: int) -> tuple[Pose, Expression]:
        """Return pose and expression of a drawing (0-based)."""
        later = next(i for i, key in enumerate(self.keys) if key.at >= index)
        b = self.keys[later]
        a = self.keys[max(0, later - 1)]
        t = eased((index - a.at) / (b.at - a.at)) if b.at > a.at else 0.0
        pose, expression = between(a.pose, b.pose, t), between(a.expression, b.expression, t)
        for blink in self.blink_at:
            share = {0: 0.0, 1: 0.45}.get(abs(index - blink))
            if share is not None:
                expression = replace(expression, open_=expression.open_ * share)
        return pose, expression


def acting(code: str, yaw: float = 0.0) -> Acting:
    """Return one of the ready sequences, turned to a yaw."""
    return Acting(*_SCRIPTS[code](yaw))


class _Changes(TypedDict, total=False):
    """What a key may change of a pose; see `Pose`."""

    turn: float
    tilt: float
    nod: float
    lean: float
    bob: float
    sway: float


def _at(yaw: float, pose: Pose = STANDING, **changes: Unpack[_Changes]) -> Pose:
    """Return a pose turned to a yaw, with some numbers changed."""
    return replace(pose, yaw=pose.yaw + yaw, **changes)


_Script = tuple[str, tuple[Key, ...], tuple[int, ...], bool]


def _wave(yaw: float) -> _Script:
    e = EXPRESSIONS
    up = _at(yaw, HAND_UP)
    out = replace(up, arm_r=replace(HAND_UP.arm_r, lower_out=146.0), tilt=5.0)
    keys = (Key(0, _at(yaw), e["neutral"]), Key(6, up, e["smile"]), Key(8, out, e["smile"]), Key(10, up, e["smile"]),
            Key(12, out, e["smile"]), Key(14, up, e["smile"]), Key(18, _at(yaw), e["neutral"]))  # fmt: skip
    return "wave", keys, (2,), False


def _talk(yaw: float) -> _Script:
    e = EXPRESSIONS
    said = replace(e["neutral"], mouth_open=4.5, mouth_width=10, mouth_curve=1.2)
    keys = (Key(0, _at(yaw), e["neutral"]), Key(2, _at(yaw, tilt=1.5), said), Key(4, _at(yaw, tilt=2.0), e["neutral"]),
            Key(6, _at(yaw, tilt=1.0), said), Key(9, _at(yaw, tilt=-1.5), e["smile"]),
            Key(13, _at(yaw), e["smile"]))  # fmt: skip
    return "talk", keys, (5,), True


def _startle(yaw: float) -> _Script:
    e = EXPRESSIONS
    back = _at(yaw, tilt=-3.0, lean=-2.0, bob=-4.0)
    keys = (Key(0, _at(yaw), e["neutral"]), Key(4, _at(yaw, tilt=1.0), e["neutral"]), Key(6, back, e["surprised"]),
            Key(10, back, e["surprised"]), Key(14, _at(yaw), e["angry"]))  # fmt: skip
    return "startle", keys, (3,), True


def _sigh(yaw: float) -> _Script:
    e = EXPRESSIONS
    down = _at(yaw, tilt=4.0, nod=0.5, lean=1.0, bob=3.0)
    keys = (
        Key(0, _at(yaw), e["neutral"]),
        Key(5, down, e["sad"]),
        Key(9, down, e["closed"]),
        Key(12, _at(yaw), e["neutral"]),
    )
    return "sigh", keys, (), True


def _walk(yaw: float) -> _Script:
    e = EXPRESSIONS["neutral"]
    a = _at(yaw, STRIDE, bob=5.0, sway=3.0)
    b = replace(a, leg_r=STRIDE.leg_l, leg_l=STRIDE.leg_r, arm_r=STRIDE.arm_l, arm_l=STRIDE.arm_r, sway=-3.0)
    mid = _at(yaw, sway=0.0, bob=0.0)
    keys = (Key(0, a, e), Key(3, mid, e), Key(6, b, e), Key(9, mid, e), Key(12, a, e))
    return "walk", keys, (4,), False


def _turn_to(yaw: float) -> _Script:
    e = EXPRESSIONS
    away = _at(yaw, turn=24.0, tilt=2.0)
    keys = (
        Key(0, _at(yaw), e["neutral"]),
        Key(5, away, e["neutral"]),
        Key(8, away, e["smile"]),
        Key(13, _at(yaw), e["smile"]),
    )
    return "turn_to", keys, (3,), False


_SCRIPTS = {
    "wave": _wave,
    "talk": _talk,
    "startle": _startle,
    "sigh": _sigh,
    "walk": _walk,
    "turn_to": _turn_to,
}
ACTINGS = tuple(_SCRIPTS)
