"""The sidecar of drawings that Sakkan made: JSON that draws the same ones again.

Its form is looked at here without the engine, which the web process may not load; what the entries mean is the
engine's to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assets import cleanup_wishes
from assets.choices import DerivedKind
from assets.models import Proposal, ProposalPart
from assets.sidecar_forms import MOST_BYTES, is_number, is_point
from studio.core.errors import InvalidInput, phrase

FORMAT = "sakkan-inbetween/1"
ENGINE, NETWORK = "cel-graph-1", "inbetween-net"  # as the engine calls itself and its network
OWN = frozenset({"sakkan", "sakkan-no-weights"})
_MOST_ENTRIES = 2_000
# The lists of `steering` with what each entry holds.
_ENTRIES: dict[str, frozenset[str]] = {
    "pins": frozenset({"a_xy", "b_xy"}),
    "matches": frozenset({"a_xy", "b_xy"}),
    "apart": frozenset({"a_xy", "b_xy"}),
    "vanishes": frozenset({"a_xy"}),
    "appears": frozenset({"b_xy"}),
    "depth": frozenset({"key", "xy", "step"}),
    "arcs": frozenset({"a_xy", "bend"}),
    "protect": frozenset({"key", "xy"}),
    "smear": frozenset({"a_xy", "length", "at"}),
}


def checked(steering: Any) -> dict[str, Any]:
    """Return `steering` as it will be kept: empty lists are left out.

    Raises:
        InvalidInput: it is not of its form; the reason names the entry.
    """
    if not isinstance(steering, Mapping):
        raise _wrong("steering")
    for name, entries in steering.items():
        if name not in _ENTRIES or not isinstance(entries, list) or len(entries) > _MOST_ENTRIES:
            raise _wrong("steering", name)
        for index, entry in enumerate(entries):
            if not _is_entry(entry, _ENTRIES[name]):
                raise _wrong("steering", f"{name}[{index}]")
    return {name: list(steering[name]) for name in _ENTRIES if steering.get(name)}


def of_first(steering: Mapping[str, Any]) -> dict[str, Any]:
    """Return what still holds between key A and a drawing that came between: what was said of A alone."""
    return _of_key(steering, "a")


def of_second(steering: Mapping[str, Any]) -> dict[str, Any]:
    """Return what still holds between a drawing that came between and key B: what was said of B alone."""
    return _of_key(steering, "b")


def of_part(part: ProposalPart, proposal: Proposal) -> dict[str, Any]:
    """Return the sidecar of one pair of keys, or of one cleaned drawing."""
    if proposal.derived.kind == DerivedKind.CLEANUP:
        return cleanup_wishes.of_part(part)
    keys = [part.a, *([part.b] if part.b else [])]
    sha256 = proposal.model.weights_sha256[:12]
    return {
        "format": FORMAT,
        "engine": ENGINE if proposal.engine in OWN else proposal.engine,
        "model": proposal.model.model_id
        or f"{NETWORK if proposal.engine in OWN else proposal.engine}@{sha256}",
        "size_hw": list(part.a.size_hw),
        "keys": [{"sha256": key.view_blob, "number": key.number_text} for key in keys],
        "chart": part.chart,
        "positions": part.positions,
        "numbers": [each.number_text for each in part.drawings.all()],
        "steering": part.steering,
    }


def steering_of(text: bytes) -> dict[str, Any]:
    """Return the steering that a sidecar file holds.

    Raises:
        InvalidInput: it is no sidecar of this form.
    """
    try:
        told = json.loads(text) if len(text) <= MOST_BYTES else None
    except ValueError:
        told = None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InvalidInput(
            field="sidecar", reason=phrase("it is no sidecar of the form {format}", format=FORMAT)
        )
    return checked(told.get("steering", {}))


def _of_key(steering: Mapping[str, Any], key: str) -> dict[str, Any]:
    kept = {
        name: [each for each in steering.get(name, []) if each["key"] == key] for name in ("depth", "protect")
    }
    return {name: entries for name, entries in kept.items() if entries}


def _is_entry(entry: Any, names: frozenset[str]) -> bool:
    return (
        isinstance(entry, Mapping) and set(entry) == names and all(_is_value(*each) for each in entry.items())
    )


def _is_value(name: str, value: Any) -> bool:
    if name == "key":
        return value in ("a", "b")
    return is_point(value) if name.endswith("xy") else is_number(value)


def _wrong(*path: str) -> InvalidInput:
    return InvalidInput(field=".".join(path), reason="this is not of the form that a sidecar has")
