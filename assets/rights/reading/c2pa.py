"""C2PA manifests: what they claim about the making of a picture and about training, found but not verified.

Sources: ISO 19566-5 (JUMBF boxes), C2PA specification 2.1 (actions, claims), CAWG training and data mining assertion
1.1 (which C2PA 1.x carried itself). No signature is checked and no hash compared: whoever shows these findings says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assets.rights.reading.base import Signal, label, sha256_hex
from assets.rights.reading.cbor import NotCbor, loads

MAX_BOXES = 2_000
MAX_DEPTH = 12
MAX_ASSERTION_BYTES = 1024 * 1024
_MINING = ("cawg.training-mining", "c2pa.training-mining")
_FORBIDDING = {"notallowed", "constrained"}


@dataclass(frozen=True)
class Manifest:
    """What all manifests of a file say together: sources of actions, who made the claim, and wishes about training."""

    digital_source_types: tuple[str, ...] = ()
    claim_generators: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
    found: bool = False


def read_manifests(boxes: bytes) -> Manifest:
    """Read a JUMBF block; what is damaged is passed over. Never raises."""
    sources: list[str] = []
    generators: list[str] = []
    signals: list[Signal] = []
    found = False
    for name, kind, body in _assertions(boxes):
        found = True
        value = _decoded(kind, body)
        if name.startswith("c2pa.actions"):
            sources += _found(value, "digitalSourceType")
            generators += _found(value, "softwareAgent")
        elif name.startswith("c2pa.claim"):
            generators += _generators(value)
        elif name.startswith(_MINING):
            signals += list(_wishes(value, sha256_hex(body)))
    return Manifest(_unique(sources), _unique(generators), tuple(signals), found)


def _assertions(data: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield (label of the superbox, type of the content box, content) of every content box, wherever it is nested."""
    waiting: list[tuple[bytes, str, int]] = [(data, "", 0)]
    count = 0
    while waiting:
        block, name, depth = waiting.pop()
        for kind, body in _boxes(block):
            count += 1
            if count > MAX_BOXES:
                return
            if kind == b"jumd":
                name = _label(body) or name
            elif kind == b"jumb" and depth < MAX_DEPTH:
                waiting.append((body, "", depth + 1))
            elif kind in {b"cbor", b"json"} and len(body) <= MAX_ASSERTION_BYTES:
                yield name, kind, body


def _boxes(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, content) of the boxes side by side in a block: 4 bytes of length, 4 of type, 8 more if long."""
    at = 0
    while at + 8 <= len(block):
        size, kind, head = int.from_bytes(block[at : at + 4], "big"), block[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(block[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(block) - at
        if size < head or at + size > len(block):
            return
        yield kind, block[at + head : at + size]
        at += size


def _label(description: bytes) -> str:
    """Return the label of a description box: 16 bytes of type, one of toggles, then text up to NUL."""
    if len(description) < 17 or not description[16] & 2:
        return ""
    return description[17:].split(b"\x00", 1)[0].decode("utf-8", errors="replace")


def _decoded(kind: bytes, body: bytes) -> Any:
    try:
        return loads(body) if kind == b"cbor" else json.loads(body.decode("utf-8", errors="replace"))
    except (NotCbor, ValueError, RecursionError, TypeError):
        return None


def _found(value: Any, name: str, depth: int = 0) -> list[str]:
    """Return the texts under a name, anywhere in a value; of a structure its name."""
    if depth > MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [text for part in value for text in _found(part, name, depth + 1)]
    if not isinstance(value, dict):
        return []
    here = value.get(name)
    texts = (
        [here]
        if isinstance(here, str)
        else [here["name"]]
        if isinstance(here, dict) and isinstance(here.get("name"), str)
        else []
    )
    return texts + [text for part in value.values() for text in _found(part, name, depth + 1)]


def _generators(claim: Any) -> list[str]:
    if not isinstance(claim, dict):
        return []
    named = [claim["claim_generator"]] if isinstance(claim.get("claim_generator"), str) else []
    info = claim.get("claim_generator_info")
    for entry in info if isinstance(info, list) else [info]:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            named.append(entry["name"])
    return named


def _wishes(value: Any, digest: str) -> Iterator[Signal]:
    """Yield a signal per entry: "cawg.ai_training: notAllowed". A constraint counts as no until somebody reads it."""
    entries = value.get("entries") if isinstance(value, dict) else None
    if isinstance(entries, dict):
        for name, entry in list(entries.items())[:50]:
            use = entry.get("use") if isinstance(entry, dict) else entry
            more = entry.get("constraint_info") if isinstance(entry, dict) else None
            text = label(f"{name}: {use}" + (f" ({more})" if more else ""))
            yield Signal("c2pa", f"{text} (found, not verified)", str(use).lower() in _FORBIDDING, digest)


def _unique(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label(text) for text in texts if text))
