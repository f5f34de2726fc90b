"""Changes that are no drift: clean drawings that a checker may not raise an alarm about, and views it has not seen.

A geometric drift of a puppet is drawn, not resampled, so each geometric sham comes twice: "drawn" is drawn anew
where a camera would have put it, "resampled" went through the interpolation of `ml.edits`, as drifts of real art do.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ml import edits
from ml.puppets.design import Design
from ml.puppets.drift.make import make
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS, Expression, Pose, between
from ml.puppets.render import Framing, PuppetFrame, render

SHAMS = (
    "half_pixel", "rescale", "warp", "reencode", "palette_de1", "half_pixel_drawn", "rescale_drawn",
)  # fmt: skip
_SCALE = 1.1
_FARTHEST_TURN_DEG = 24.0  # of the head against the body in an unseen pose


@dataclass(frozen=True)
class Sham:
    """A clean drawing that went through something: (h, w, 4) uint8 RGBA and what it was in words."""

    rgba: np.ndarray
    what: str


def sham(
    name: str,
    design: Design,
    pose: Pose,
    expression: Expression,
    framing: Framing,
    seed: int,
    right: PuppetFrame | None = None,
) -> Sham:
    """Return a clean drawing after a sham.

    Args:
        name: one of SHAMS.
        design: the approved design.
        pose: of the body.
        expression: of the face.
        framing: size and place of the picture.
        seed: decides direction and, for palette_de1, the swatch.
        right: the drawing as it is, if it has been drawn already.

    Raises:
        KeyError: no such sham.
        UnknownDrift: palette_de1, and the drawing shows no swatch of any size.
    """
    rng = np.random.default_rng((seed, zlib.crc32(name.encode())))
    if name == "palette_de1":
        bent = make(name, design, pose, expression, framing, seed, right=right)
        return Sham(bent.frame.rgba, bent.what)
    factor = _SCALE if rng.integers(2) else 1 / _SCALE
    if name in _DRAWN:
        shown = _DRAWN[name](framing, rng, factor)
        return Sham(
            render(design, pose, expression, shown).rgba, f"drawn anew: {name.removesuffix('_drawn')}"
        )
    rgba = (right or render(design, pose, expression, framing)).rgba
    edit = edits.rescale(rgba, factor) if name == "rescale" else edits.SHAMS[name](rgba)
    return Sham(edit.rgba, edit.what)


def _shifted(framing: Framing, rng: np.random.Generator, factor: float) -> Framing:
    """Return the framing half a pixel aside, in one of four diagonal directions."""
    del factor
    step = rng.choice((-0.5, 0.5), 2) / framing.px_per_unit
    x, y = framing.centre_xy
    return replace(framing, centre_xy=(float(x + step[0]), float(y + step[1])))


def _scaled(framing: Framing, rng: np.random.Generator, factor: float) -> Framing:
    """Return the framing of a camera that is nearer or farther, picture and line with it."""
    del rng
    h, w = framing.size_hw
    return replace(
        framing,
        size_hw=(round(h * factor), round(w * factor)),
        px_per_unit=framing.px_per_unit * factor,
        line_px=framing.line_px * factor,
    )


_DRAWN: dict[str, Callable[[Framing, np.random.Generator, float], Framing]] = {
    "half_pixel_drawn": _shifted,
    "rescale_drawn": _scaled,
}


def unseen(
    seed: int,
    yaws: tuple[float, ...] = tuple(VIEWS.values()),
    poses: tuple[str, ...] = ("standing",),
    clear_deg: float = 14.0,
) -> tuple[Pose, Expression]:
    """Return a pose and an expression that a sheet lacks.

    Args:
        seed: the same gives the same.
        yaws: views that the sheet holds, degrees.
        poses: names of POSES that the sheet holds.
        clear_deg: how far the view lies at least from all of the sheet's, both for body and head.
    """
    rng = np.random.default_rng(seed)
    free = [y for y in np.arange(-175.0, 180.0, 5.0) if _clear(y, yaws) >= clear_deg]
    yaw = float(rng.choice(free))
    turns = np.arange(-_FARTHEST_TURN_DEG, _FARTHEST_TURN_DEG + 1, 4.0)
    turn = float(rng.choice([t for t in turns if _clear(yaw + t, yaws) >= clear_deg / 2]))
    names = [name for name in POSES if name not in poses] or list(POSES)
    target = POSES[names[int(rng.integers(len(names)))]]
    pose = between(STANDING, target, float(rng.uniform(0.5, 1.0)))
    looks = list(EXPRESSIONS.values())
    first, second = rng.permutation(len(looks))[:2]
    expression = between(looks[first], looks[second], float(rng.uniform(0.2, 0.5)))
    tilt, nod = float(rng.normal(0, 4)), float(rng.uniform(-0.5, 0.5))
    return replace(pose, yaw=yaw, turn=turn, tilt=pose.tilt + tilt, nod=nod), expression


def _clear(yaw: float, yaws: tuple[float, ...]) -> float:
    """Return how many degrees a view lies from the nearest of the sheet's."""
    return min(abs((yaw - known + 180) % 360 - 180) for known in yaws)
