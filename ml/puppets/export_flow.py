"""The motion between the keys of a sequence as files: a vector for every pixel, and the points of every outline."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from ml.puppets.correspond import Drawn, flow, points
from ml.puppets.design import Design
from ml.puppets.render import Framing
from ml.puppets.sequence import Acting


def write_flow(
    folder: Path, design: Design, play: Acting, base: Framing, count: int, say: Callable[[str], None]
) -> list[dict[str, object]]:
    """Write flow/A_B.npz for each key and the key after it, and return their entries.

    Args:
        folder: the character's.
        design: who is drawn.
        play: the sequence.
        base: its framing while the camera rests.
        count: drawings that are written; keys beyond them have no picture.
        say: is told what is being worked out.
    """
    keys = [key.at for key in play.keys if key.at < count]
    if len(keys) < 2:
        return []
    entries: list[dict[str, object]] = []
    drawn = {at: play.scene(design, at, base).drawn() for at in keys}
    for a, b in pairwise(keys):
        name = f"flow/A{a + 1:04d}_A{b + 1:04d}.npz"
        say(f"motion: {a + 1} to {b + 1}")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / name, **_arrays(drawn[a], drawn[b]))  # type: ignore[arg-type]
        entries.append({"from": a + 1, "to": b + 1, "file": name})
    return entries


def _arrays(a: Drawn, b: Drawn) -> dict[str, np.ndarray]:
    """Return what the file holds; `README.txt` explains it."""
    moved, pairs = flow(a, b), points(a, b)
    keys = sorted(pairs)
    counts = [len(pairs[key].a_px) for key in keys]
    return {
        "vectors_px": moved.vectors_px,
        "known": moved.known,
        "visible_in_b": moved.visible_in_b,
        "layer_keys": np.array(keys),
        "point_layer": np.repeat(np.arange(len(keys), dtype=np.int32), counts),
        "point_a_px": np.concatenate([pairs[key].a_px for key in keys]).astype(np.float32),
        "point_b_px": np.concatenate([pairs[key].b_px for key in keys]).astype(np.float32),
        "point_visible_in_a": np.concatenate([pairs[key].visible_in_a for key in keys]),
        "point_visible_in_b": np.concatenate([pairs[key].visible_in_b for key in keys]),
    }
