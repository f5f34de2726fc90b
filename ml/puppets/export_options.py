"""What to write of a character, checked before the first file is touched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ml.errors import MLError
from ml.puppets.finish import Finish
from ml.puppets.render import FULL, Framing
from ml.puppets.sequence import ACTINGS
from ml.puppets.style import HOUSE, STYLES

MIN_SIZE_PX, MAX_SIZE_PX = 64, 4320
MAX_FRAMES = 480


class BadWish(MLError):
    """A style, size, sequence or number of drawings was asked for that cannot be written."""


@dataclass(frozen=True)
class Export:
    """What to write.

    Attributes:
        seed: of the character.
        style: name in `STYLES`.
        size_px: height of the whole figure's picture; faces are framed to match.
        finish: of all pictures of sheet and sequence.
        frames: number of drawings of the sequence; 0 = as many as it has. A longer one starts again.
        play: name of the sequence, one of `ACTINGS`.
    """

    seed: int = 1
    style: str = HOUSE.name
    size_px: int = FULL.size_hw[0]
    finish: Finish = field(default_factory=Finish)
    frames: int = 0
    play: str = "wave"

    def __post_init__(self) -> None:
        for wanted, given, known in (("style", self.style, tuple(STYLES)), ("sequence", self.play, ACTINGS)):
            if given not in known:
                msg = f"There is no {wanted} called {given!r}; choose one of {', '.join(known)}."
                raise BadWish(msg, expected=known, actual=given)
        if self.seed < 0:
            msg = f"A seed is 0 or more, not {self.seed}."
            raise BadWish(msg, expected=0, actual=self.seed)
        if not MIN_SIZE_PX <= self.size_px <= MAX_SIZE_PX:
            msg = f"A picture is {MIN_SIZE_PX} to {MAX_SIZE_PX} pixels high, not {self.size_px}."
            raise BadWish(msg, expected=(MIN_SIZE_PX, MAX_SIZE_PX), actual=self.size_px)
        if not 0 <= self.frames <= MAX_FRAMES:
            msg = f"A sequence has at most {MAX_FRAMES} drawings, not {self.frames}."
            raise BadWish(msg, expected=(0, MAX_FRAMES), actual=self.frames)

    def framed(self, framing: Framing) -> Framing:
        """Return a framing of the house's size in the size that was asked for."""
        grow = self.size_px / FULL.size_hw[0]
        h, w = (max(1, round(side * grow)) for side in framing.size_hw)
        return replace(
            framing,
            size_hw=(h, w),
            px_per_unit=framing.px_per_unit * grow,
            line_px=max(0.8, framing.line_px * grow),
            supersample=1 if self.finish.binarised else framing.supersample,
        )
