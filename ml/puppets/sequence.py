"""Ready sequences: gestures of head and face, walks and jumps, wind, and moves of the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ml.puppets.motion import Acting, Key, Shot
from ml.puppets.pose import EXPRESSIONS, HAND_UP
from ml.puppets.sequence_body import BODY_SCRIPTS, Script, at

__all__ = ["ACTINGS", "Acting", "Key", "Shot", "acting"]


_Made = Callable[[float], Script]


def acting(code: str, yaw: float = 0.0) -> Acting:
    """Return one of the ready sequences, turned to a yaw."""
    return Acting(*_SCRIPTS[code](yaw))


def _wave(yaw: float) -> Script:
    e = EXPRESSIONS
    up = at(yaw, HAND_UP)
    out = replace(up, arm_r=replace(HAND_UP.arm_r, lower_out=146.0), tilt=5.0)
    keys = (Key(0, at(yaw), e["neutral"]), Key(6, up, e["smile"]), Key(8, out, e["smile"]), Key(10, up, e["smile"]),
            Key(12, out, e["smile"]), Key(14, up, e["smile"]), Key(18, at(yaw), e["neutral"]))  # fmt: skip
    return "wave", keys, (2,), False


def _talk(yaw: float) -> Script:
    e = EXPRESSIONS
    said = replace(e["neutral"], mouth_open=4.5, mouth_width=10, mouth_curve=1.2)
    keys = (Key(0, at(yaw), e["neutral"]), Key(2, at(yaw, tilt=1.5), said), Key(4, at(yaw, tilt=2.0), e["neutral"]),
            Key(6, at(yaw, tilt=1.0), said), Key(9, at(yaw, tilt=-1.5), e["smile"]),
            Key(13, at(yaw), e["smile"]))  # fmt: skip
    return "talk", keys, (5,), True


def _startle(yaw: float) -> Script:
    e = EXPRESSIONS
    back = at(yaw, tilt=-3.0, lean=-2.0, bob=-4.0)
    keys = (Key(0, at(yaw), e["neutral"]), Key(4, at(yaw, tilt=1.0), e["neutral"]), Key(6, back, e["surprised"]),
            Key(10, back, e["surprised"]), Key(14, at(yaw), e["angry"]))  # fmt: skip
    return "startle", keys, (3,), True


def _sigh(yaw: float) -> Script:
    e = EXPRESSIONS
    down = at(yaw, tilt=4.0, nod=0.5, lean=1.0, bob=3.0)
    keys = (
        Key(0, at(yaw), e["neutral"]),
        Key(5, down, e["sad"]),
        Key(9, down, e["closed"]),
        Key(12, at(yaw), e["neutral"]),
    )
    return "sigh", keys, (), True


def _turn_to(yaw: float) -> Script:
    e = EXPRESSIONS
    away = at(yaw, turn=24.0, tilt=2.0)
    keys = (
        Key(0, at(yaw), e["neutral"]),
        Key(5, away, e["neutral"]),
        Key(8, away, e["smile"]),
        Key(13, at(yaw), e["smile"]),
    )
    return "turn_to", keys, (3,), False


def _head_turn(yaw: float) -> Script:
    """Turn the head from one side to the other; it dips on its way, as heads turn on arcs."""
    e = EXPRESSIONS["neutral"]
    dip = at(yaw, turn=45.0, nod=0.4)
    keys = (
        Key(0, at(yaw), e),
        Key(4, dip, e, "out"),
        Key(8, at(yaw, turn=90.0, nod=0.05), e, "in"),
        Key(12, at(yaw, turn=90.0), e),
        Key(20, replace(dip, turn=0.0), e, "out"),
        Key(28, at(yaw, turn=-90.0), e, "in"),
        Key(31, at(yaw, turn=-90.0), e),
        Key(39, at(yaw), EXPRESSIONS["smile"]),
    )
    return "head_turn", keys, (4, 20, 34), True


def _wind(yaw: float) -> Script:
    """Stand in gusts: hair and cloth trail, overshoot and settle."""
    e = EXPRESSIONS
    squint = replace(e["neutral"], open_=0.55)
    gusts = ((0, 0.0, 0.0), (5, 14.0, -2.0), (9, 9.0, -1.0), (13, 16.0, -3.0), (17, 11.0, -2.0), (23, -4.0, 0.0),
             (27, 2.0, 0.0), (30, 0.0, 0.0))  # fmt: skip
    keys = tuple(
        Key(k, at(yaw, sway=sway, tilt=tilt, lean=tilt / 2), squint if sway > 8 else e["neutral"])
        for k, sway, tilt in gusts
    )
    return "wind", keys, (), False


def _camera(code: str, *shots: Shot) -> _Made:
    """Return the script of a camera that goes through shots while the puppet stands, eased at both ends."""

    def script(yaw: float) -> Script:
        e = EXPRESSIONS["neutral"]
        return code, tuple(Key(12 * k, at(yaw), e, shot=shot) for k, shot in enumerate(shots)), (), False

    return script


_SCRIPTS: dict[str, _Made] = {
    "wave": _wave,
    "talk": _talk,
    "startle": _startle,
    "sigh": _sigh,
    "turn_to": _turn_to,
    "head_turn": _head_turn,
    "wind": _wind,
    "pan": _camera("pan", Shot((-70.0, 0.0)), Shot((70.0, 0.0))),
    "zoom": _camera("zoom", Shot(), Shot((0.0, -120.0), 1.8)),
    "roll": _camera("roll", Shot(turn_deg=-8.0), Shot(turn_deg=12.0), Shot()),
    **BODY_SCRIPTS,
}
ACTINGS = tuple(_SCRIPTS)
