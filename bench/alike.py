"""Look-alikes: how far copies of a drawing lie apart, and how far other drawings do.

`python -m bench.alike [--art FOLDER]`. Copies: half and twice the size, JPEG at 60, a wider frame, paper with scanner
noise, one degree turned, three px cut off.
Others: every other picture of the folder, those of the same character too. The last line is JSON.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from assets.rights.alike import MOST_BITS_APART, look_of, nearest

ART = Path(__file__).resolve().parents[2] / "shared/data/dev"
_MOST = 600
_LEAST_PX = 120  # smaller ones are sprites, not drawings


def main() -> None:
    """Read the pictures, measure both tails, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--art", type=Path, default=ART)
    args = parser.parse_args()
    files = sorted(args.art.rglob("*.png"))
    files = files[:: max(1, len(files) // _MOST)]
    opened = (Image.open(file).convert("RGBA") for file in files)
    pictures = [each for each in opened if min(each.size) >= _LEAST_PX]
    looks = [look_of(np.asarray(each)) for each in pictures]
    known = [(n, look) for n, look in enumerate(looks) if look]
    others = [found for n, look in known for found in _others(n, look, known)]
    found: dict[str, list[int]] = {}
    for n, look in known:
        for kind, copy in copies(pictures[n]):
            again = look_of(np.asarray(copy))
            distance = nearest(again, [(n, look)], most=256)
            found.setdefault(kind, []).append(distance[0][1] if distance else 256)
    print(f"{len(known)} pictures of {args.art}")
    for kind, values in found.items():
        within = np.mean(np.array(values) <= MOST_BITS_APART)
        print(
            f"  {kind:14} median {np.median(values):5.0f}  95 % {np.percentile(values, 95):5.0f}  within {within:.3f}"
        )
    false = len({n for n, *_ in others}) / max(1, len(known))
    print(f"  other pictures within {MOST_BITS_APART} bits: {false:.3f} of the pictures have one")
    copies_found = float(np.mean([value <= MOST_BITS_APART for values in found.values() for value in values]))
    line = {
        "bench": "alike",
        "pictures": len(known),
        "copies_found": round(copies_found, 4),
        "others_found": round(false, 4),
    }
    print(json.dumps(line))


def _others(n: int, look: str, known: list[tuple[int, str]]) -> list[tuple[int, int]]:
    return [(n, key) for key, _apart in nearest(look, known) if key != n]


def copies(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield the same drawing as it comes back: by name of what happened to it."""
    width, height = picture.size
    yield "half size", picture.resize((max(8, width // 2), max(8, height // 2)), Image.Resampling.LANCZOS)
    yield "twice the size", picture.resize((2 * width, 2 * height), Image.Resampling.BICUBIC)
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    out = io.BytesIO()
    paper.convert("RGB").save(out, "JPEG", quality=60)
    yield "JPEG 60", Image.open(out).convert("RGBA")
    wide = Image.new("RGBA", (width + width // 2, height + height // 3), "white")
    wide.alpha_composite(picture, (width // 5, height // 6))
    yield "wider frame", wide
    noise = np.random.default_rng(5).normal(0, 4, (height, width, 1))
    rough = np.clip(np.asarray(paper)[..., :3] * 0.97 + noise, 0, 255).astype(np.uint8)
    yield "scanned", Image.fromarray(rough).convert("RGBA")
    yield "one degree", paper.rotate(1, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    yield "three px less", paper.crop((3, 3, max(8, width - 3), max(8, height - 3)))


if __name__ == "__main__":
    main()
