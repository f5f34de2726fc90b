"""All gauges of the engine, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ml.consistency.gauges import Gauge, Gauged

if TYPE_CHECKING:
    from ml.consistency.matching import Match
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

GAUGES: tuple[Gauge, ...] = ()


def read_all(view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
    """Return the numbers of every gauge that this drawing allows."""
    return [
        one
        for gauge in GAUGES
        if painted or not gauge.painted_only
        for one in gauge.read(view, matches, design, painted=painted)
    ]
