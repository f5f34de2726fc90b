"""In-betweening: drawings between two keys, drawn from the keys' own colours. See docs/inbetween.md."""

from __future__ import annotations

from ml.errors import BadSteering
from ml.inbetween.engine import ENGINE, Pair, prepare
from ml.inbetween.records import InBetween, Region, Weak
from ml.inbetween.steering import FORMAT, Steering

__all__ = ["ENGINE", "FORMAT", "BadSteering", "InBetween", "Pair", "Region", "Steering", "Weak", "prepare"]
