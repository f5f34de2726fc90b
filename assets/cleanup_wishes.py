"""What an artist asks of the clean-up, looked at without the engine, which the web process may not load.

Only the form is looked at here; what the entries mean is the engine's to say. Points are px of the rough.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from assets.models import ProposalPart
from assets.sidecar_forms import MOST_BYTES, is_number, is_point
from studio.core.errors import InvalidInput, phrase

FORMAT = "sakkan-cleanup/1"
ENGINE = "line-graph-1"  # as the engine calls itself
USES = ("apart", "ink", "drop")
_MOST_ENTRIES = 5_000
_PROFILE = 16


def checked(wishes: Any) -> dict[str, Any]:
    """Return `wishes` as they will be kept; what is not said keeps the engine's default.

    Raises:
        InvalidInput: not of its form; the field names the entry.
    """
    if not isinstance(wishes, Mapping):
        raise _wrong("wishes")
    for name, value in wishes.items():
        if name not in _FORMS or not _FORMS[name](value):
            raise _wrong("wishes", str(name))
    return {name: wishes[name] for name in _FORMS if name in wishes and wishes[name] != []}


def read(text: bytes) -> dict[str, Any]:
    """Return the wishes that a sidecar file holds.

    Raises:
        InvalidInput: it is no sidecar of this form.
    """
    try:
        told = json.loads(text) if len(text) <= MOST_BYTES else None
    except ValueError:
        told = None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        reason = phrase("it is no sidecar of the form {format}", format=FORMAT)
        raise InvalidInput(field="sidecar", reason=reason)
    return checked(told.get("wishes", {}))


def of_part(part: ProposalPart) -> dict[str, Any]:
    """Return the sidecar of one drawing; `sakkan cleanup` reads it as it is."""
    return {"format": FORMAT, "size_hw": list(part.a.size_hw), "wishes": part.steering}


def style_sha256(style: Mapping[str, Any]) -> str:
    """Return the name of a style by what it says, the same whether 1 is written or 1.0."""
    return hashlib.sha256(json.dumps(_floats(style), sort_keys=True).encode()).hexdigest()


def _floats(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _floats(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_floats(each) for each in value]
    return float(value) if isinstance(value, int) else value


def _within(low: float, high: float, *, or_none: bool = False) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        return (value is None and or_none) or (is_number(value) and low <= value <= high)

    return fits


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_colour(value: Any) -> bool:
    is_three = isinstance(value, list | tuple) and len(value) == 3
    return is_three and all(isinstance(each, int) and is_number(each) and 0 <= each <= 255 for each in value)


def _is_use(value: Any) -> bool:
    return value in USES


def _numbers(count: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) == count and all(map(is_number, value))


def _is_list(**entry: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
            return False
        return all(_is_entry(each, entry) for each in value)

    return fits


def _is_entry(value: Any, entry: Mapping[str, Callable[[Any], bool]]) -> bool:
    if not isinstance(value, Mapping) or set(value) != set(entry):
        return False
    return all(fits(value[name]) for name, fits in entry.items())


def _is_style(value: Any) -> bool:
    return value is None or _is_entry(value, _STYLE)


def _wrong(*path: str) -> InvalidInput:
    return InvalidInput(field=".".join(path), reason="this is not of the form that a sidecar has")


_STYLE: dict[str, Callable[[Any], bool]] = {
    "line_rgb": _is_colour,
    "weight_px": _within(0.2, 60),
    "height_px": _within(0, 20_000),
    "profile": _numbers(_PROFILE),
    "spread": _within(0, 3),
    "by_length": _numbers(3),
}
_FORMS: dict[str, Callable[[Any], bool]] = {
    "strength": _within(0, 1),
    "merge_px": _within(0, 60, or_none=True),
    "gap_px": _within(0, 64),
    "weight_px": _within(0.5, 40, or_none=True),
    "pressure": _within(0, 1),
    "taper_px": _within(0, 500),
    "jitter": _within(0, 1),
    "line_rgb": _is_colour,
    "is_binary": _is_flag,
    "red": _is_use,
    "blue": _is_use,
    "green": _is_use,
    "style": _is_style,
    "strokes": _is_list(xy=is_point, is_on=_is_flag),
    "closures": _is_list(xy=is_point, is_on=_is_flag),
    "kept": _is_list(xy=is_point, radius_px=_within(0.5, 2000)),
}
