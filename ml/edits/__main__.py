"""How many drawings of a folder each kind of edit applies to: `python -m ml.edits FOLDER [--each 3]`."""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import groupby
from pathlib import Path

from ml import edits
from ml.artplan import Art, read_manifest
from ml.pixels import decode


def _sample(folder: Path, each: int) -> list[Art]:
    """Return up to `each` drawings of every character and costume, evenly."""
    found: list[Art] = []
    rows = sorted(read_manifest(folder), key=lambda a: (a.set_name, a.character, a.costume, str(a.path)))
    for _, group in groupby(rows, key=lambda a: (a.set_name, a.character, a.costume)):
        drawings = list(group)
        found += drawings[:: max(1, len(drawings) // each)][:each]
    return found


def main() -> None:
    """Print a table: kind, drawings it applies to, by set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", type=int, default=3)
    options = parser.parse_args()
    drawings = _sample(options.folder, options.each)
    done: Counter[tuple[str, str]] = Counter()
    before: edits.Subject | None = None
    for number, art in enumerate(drawings):
        subject = edits.Subject(decode(art.path.read_bytes()))
        for kind in edits.EDITS:
            done[kind, art.set_name] += edits.make(kind, subject, number, before) is not None
        before = subject
    sets = Counter(art.set_name for art in drawings)
    print(f"{'':20s}" + "".join(f"{name[:14]:>15s}" for name in sets))
    print(f"{'drawings':20s}" + "".join(f"{number:15d}" for number in sets.values()))
    for kind in edits.EDITS:
        print(f"{kind:20s}" + "".join(f"{done[kind, name]:15d}" for name in sets))


if __name__ == "__main__":
    main()
