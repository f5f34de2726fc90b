"""Draw puppets from the command line.

`python -m ml.puppets --seed 1 --out FOLDER` draws one character, `python -m ml.puppets demo --out FOLDER` the demo
production, `python -m ml.puppets contact --out FOLDER` a contact sheet.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from ml.puppets.contact import contact_sheet, small_png
from ml.puppets.plan import write_character, write_demo
from ml.puppets.random_design import random_design


def main() -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m ml.puppets", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("character", "demo", "contact"), default="character")
    parser.add_argument("--seed", type=int, default=1, help="seed of the character")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    if args.what == "demo":
        print(f"{write_demo(args.out)} cuts written to {args.out}")
    elif args.what == "contact":
        (args.out / "puppets.png").write_bytes(small_png(contact_sheet()))
        print(f"contact sheet written to {args.out}")
    else:
        design = random_design(args.seed)
        write_character(args.out, design)
        print(f"{design.name} ({design.costume.name}) written to {args.out}")
    print(f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
