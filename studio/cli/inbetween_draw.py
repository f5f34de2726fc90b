"""The engine as `sakkan inbetween` asks it, through the studio's own door but without the studio."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from studio.cli import engine
from studio.cli.errors import REFUSED, BadInput, CliError
from studio.cli.inbetween_keys import Key
from studio.core.drafts import Drafting, LocalDrafting

if TYPE_CHECKING:
    from studio.core.drafts import Drafted

_REASONS = {
    "no_partner": "something there has no partner in the other key",
    "too_far": "something there moves too far",
    "folded": "something there folds over itself",
}
_NAMED_MOST = 6


class NeedsBreakdown(CliError):
    """Between two keys a breakdown drawing is needed; `weak` says where and why."""

    code = REFUSED

    def __init__(self, a: Key, b: Key, weak: Sequence[Mapping[str, Any]]) -> None:
        self.weak = [dict(each) for each in weak]
        places = "; ".join(place_of(each) for each in weak[:_NAMED_MOST])
        more = f"; and {len(weak) - _NAMED_MOST} more" if len(weak) > _NAMED_MOST else ""
        super().__init__(
            f"A breakdown drawing is needed between {a.named.name} and {b.named.name}: {places}{more}. Draw it, and "
            "run the command again with it as a key; or pin what belongs together on the page; or add --anyway."
        )


class Stopped(BadInput):
    """The engine broke down over two keys: a fault of ours."""

    def __init__(self, a: Key, b: Key, error: Exception) -> None:
        super().__init__(
            f"The engine stopped between {a.named.name} and {b.named.name} ({type(error).__name__}: {error}). "
            "Try it without the sidecar or with --no-weights, and report it with both drawings."
        )


class Engine:
    """The in-betweener with or without its network."""

    def __init__(self, *, weights: bool, anyway: bool, door: Drafting | None = None) -> None:
        self._door = door or LocalDrafting(failure=engine.failure)
        self._weights, self._anyway = weights, anyway

    def facts(self) -> dict[str, Any]:
        """Return engine, model_id and format.

        Raises:
            BadInput: the engine is not installed.
        """
        with engine.installed():
            return dict(self._door.describe_inbetween(weights=self._weights))

    def draw(
        self,
        keys: tuple[Key, Key],
        steering: Mapping[str, Any],
        positions: Sequence[float],
        drawn: Callable[[], object] = lambda: None,
    ) -> list[Drafted]:
        """Return the drawings; `drawn` is called after each.

        Raises:
            NeedsBreakdown: the engine does not know how, and nobody said --anyway.
            BadInput: keys or steering cannot be used. Stopped: see there.
        """
        try:
            return self._drawn(keys, steering, positions, drawn)
        except CliError:
            raise
        except Exception as error:  # the edge: one gap must not stop a cell, and nobody reads a traceback
            raise Stopped(*keys, error) from error

    def _drawn(
        self,
        keys: tuple[Key, Key],
        steering: Mapping[str, Any],
        positions: Sequence[float],
        drawn: Callable[[], object],
    ) -> list[Drafted]:
        a, b = keys
        if not self._anyway:
            studied = self._door.regions(a.png, b.png, steering, weights=self._weights)
            self._refuse_weak(keys, studied.needs_breakdown)
        drawings: list[Drafted] = []
        for each in self._door.inbetweens(a.png, b.png, steering, positions, weights=self._weights):
            if not self._anyway:
                self._refuse_weak(keys, each.weak)
            drawings.append(each)
            drawn()
        return drawings

    def _refuse_weak(self, keys: tuple[Key, Key], weak: Sequence[Mapping[str, Any]]) -> None:
        if weak:
            raise NeedsBreakdown(*keys, weak)


def place_of(weak: Mapping[str, Any]) -> str:
    """Return where and why in words: "at 10,20 to 40,60 something there moves too far"."""
    left, top, right, bottom = weak["box_xyxy"]
    reason = _REASONS.get(str(weak["reason"]), str(weak["reason"]))
    return f"at {left},{top} to {right},{bottom} {reason}"
