"""Merkle trees as RFC 6962 (section 2.1) has them: a root names a list, a proof shows that a leaf is in it.

SHA-256; a leaf is hashed with a 0 before it, a node with a 1, so that neither can stand for the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence


def root(leaves: Sequence[bytes]) -> str:
    """Return the root of `leaves` (raw entries, in their order) as hex. Nothing has the hash of the empty string."""
    level = [leaf_hash(leaf) for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        # The odd one out moves up as it is: RFC 6962 splits at the largest power of two, which comes to the same.
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one entry."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def manifest_leaf(sha256: str, alias: str, split: str, weight: float) -> bytes:
    """Return an entry of a dataset's manifest as it is hashed: JSON with sorted names and no blanks."""
    entry = {"alias": alias, "sha256": sha256, "split": split, "weight": weight}
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def manifest_root(entries: Iterable[tuple[str, str, str, float]]) -> str:
    """Return the root of a manifest of (sha256, alias, split, weight), sorted, in whatever order it came."""
    return root([manifest_leaf(*entry) for entry in sorted(entries)])
