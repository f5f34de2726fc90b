"""The length of a cut as people write it: `1+12` is one second and twelve frames at the production's rate."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

MAX_FRAMES = 1_000_000


def frames_in_second(fps: Decimal | float) -> int:
    """Return how many frames people count as one second: 23.976 counts as 24, as on every timesheet."""
    return max(1, round(Decimal(str(fps))))


def parse_length(text: str, fps: Decimal | float) -> int:
    """Return the frames of `1+12`, `1+12f`, `36` or an empty text (0). Full-width digits are read too.

    Raises:
        ValueError: with a sentence that says what is expected.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not plain:
        return 0
    match = re.fullmatch(r"(?:(\d{1,7})\s*[+＋]\s*)?(\d{1,7})\s*(?:f|k|コマ)?", plain)
    if not match:
        raise ValueError(
            _("“{text}” is no length; write seconds and frames like 1+12, or frames like 36").format(
                text=text.strip()
            )
        )
    seconds, frames = int(match[1] or 0), int(match[2])
    total = seconds * frames_in_second(fps) + frames
    if total > MAX_FRAMES:
        raise ValueError(_("{frames} frames are too long for a cut").format(frames=total))
    return total


def format_length(frames: int, fps: Decimal | float) -> str:
    """Return `1+12` for 36 frames at 24: what `parse_length` reads back."""
    seconds, rest = divmod(frames, frames_in_second(fps))
    return f"{seconds}+{rest}"
