"""What a moving sequence is: keys of pose, expression and camera, with their spacing, exposures and known motion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ml.puppets.correspond import Flow, Scene, flow
from ml.puppets.design import Design
from ml.puppets.pose import Expression, Pose, between, eased
from ml.puppets.render import Framing

# How the drawings lie between the key before and this key: t of the way in time -> share of the way in space.
EASES: dict[str, Callable[[float], float]] = {
    "both": eased,  # slow start, slow end
    "even": lambda t: t,
    "out": lambda t: t * t,  # leaves slowly, arrives at full speed
    "in": lambda t: 1 - (1 - t) ** 2,  # leaves at full speed, arrives slowly
    "halves": lambda t: 1.0 if t >= 1 else 1 - 0.5 ** (3 * t),  # each drawing halves what is left (ツメ)
    "hold": lambda t: float(t >= 1),  # stays, then cuts to the key
}


@dataclass(frozen=True)
class Shot:
    """Where the camera stands relative to the framing of the sequence.

    Attributes:
        pan_xy: what it looks at has moved by this many puppet units.
        zoom: how much larger everything is seen, lines too.
        turn_deg: how far the picture is turned, clockwise on screen.
    """

    pan_xy: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    turn_deg: float = 0.0

    def of(self, base: Framing) -> Framing:
        """Return the framing seen through this camera."""
        if self == STILL:
            return base
        x, y = base.centre_xy
        return replace(
            base,
            px_per_unit=base.px_per_unit * self.zoom,
            line_px=base.line_px * self.zoom,
            centre_xy=(x + self.pan_xy[0], y + self.pan_xy[1]),
            turn_deg=base.turn_deg + self.turn_deg,
        )


STILL = Shot()


@dataclass(frozen=True)
class Key:
    """One key of a sequence: the drawing it stands at (0-based), what it shows, and how it is come to.

    `ease` is one of EASES and holds for the drawings between the key before and this one.
    """

    at: int
    pose: Pose
    expression: Expression
    ease: str = "both"
    shot: Shot = STILL


@dataclass(frozen=True)
class Acting:
    """A named sequence.

    Attributes:
        code: name.
        keys: in order; the first at drawing 0.
        blink_at: drawings (0-based) whose neighbours close the eyes.
        bust: framed as head and shoulders instead of the whole figure.
        on: exposures of each drawing: on 2s every second drawing repeats the one before; keys are kept.
    """

    code: str
    keys: tuple[Key, ...]
    blink_at: tuple[int, ...] = ()
    bust: bool = False
    on: int = 1

    @property
    def length(self) -> int:
        """Number of drawings."""
        return self.keys[-1].at + 1

    def drawn_at(self, index: int) -> int:
        """Return the drawing that is seen at an index: itself on 1s, the last new one on 2s and 3s."""
        last_key = max(key.at for key in self.keys if key.at <= index)
        return max(last_key, index - index % self.on)

    def state(self, index: int) -> tuple[Pose, Expression]:
        """Return pose and expression of a drawing (0-based)."""
        index = self.drawn_at(index)
        a, b, t = self._span(index)
        pose, expression = between(a.pose, b.pose, t), between(a.expression, b.expression, t)
        for blink in self.blink_at:
            share = {0: 0.0, 1: 0.45}.get(abs(index - blink))
            if share is not None:
                expression = replace(expression, open_=expression.open_ * share)
        return pose, expression

    def framing(self, index: int, base: Framing) -> Framing:
        """Return the framing of a drawing; `base` is what a camera at rest sees. Cameras move on 1s."""
        a, b, t = self._span(index)
        one, other = a.shot, b.shot
        if one == other:
            return one.of(base)
        x, y = (p + (q - p) * t for p, q in zip(one.pan_xy, other.pan_xy, strict=True))
        turn = one.turn_deg + (other.turn_deg - one.turn_deg) * t
        # a zoom looks even when its steps are even ratios
        return Shot((x, y), one.zoom * (other.zoom / one.zoom) ** t, turn).of(base)

    def scene(self, design: Design, index: int, base: Framing) -> Scene:
        """Return a drawing of the sequence as it is drawn for a design."""
        pose, expression = self.state(index)
        return Scene(design, pose, expression, self.framing(index, base))

    def flow(self, design: Design, a: int, b: int, base: Framing) -> Flow:
        """Return the motion from one drawing to another, any two of the sequence."""
        return flow(self.scene(design, a, base), self.scene(design, b, base))

    def _span(self, index: int) -> tuple[Key, Key, float]:
        """Return the keys about a drawing and how far it lies between them, share of the way."""
        later = next(i for i, key in enumerate(self.keys) if key.at >= index)
        b = self.keys[later]
        a = self.keys[max(0, later - 1)]
        t = EASES[b.ease]((index - a.at) / (b.at - a.at)) if b.at > a.at else 0.0
        return a, b, t
