"""Questions of the identity bench: which drawing, made wrong how, and the sham that it is judged against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ml import edits
from ml.artplan import Art, Design, group, read_manifest
from ml.errors import BadImage
from ml.pixels import U8, cut_figure, decode, encode_png

RECOLOUR_DE = 16.0
EditOf = Callable[[U8, int], edits.Edit | None]
EDITS: dict[str, EditOf] = {
    "recolour": lambda rgba, seed: edits.recolour(rgba, RECOLOUR_DE, seed),
    "head_10": lambda rgba, _: edits.enlarge_head(rgba, 1.10),
    "missing_detail": edits.erase_detail,
}
SHAMS_OF = {
    "recolour": ("clean", "reencode"),
    "head_10": ("warp", "half_pixel", "rescale"),
    "missing_detail": ("clean", "warp", "reencode"),
    "wrong_design": ("clean",),
    "wrong_costume": ("clean",),
}
KINDS = tuple(SHAMS_OF)


@dataclass(frozen=True)
class Question:
    """One drawing shown under a design's name. `label` is a kind (it is wrong) or a sham (it is right)."""

    design: str
    label: str
    png: bytes


def key_of(design: Design) -> str:
    """Return the name of a design in this bench."""
    return f"{design.character}/{design.code}"


def load(folder: Path, most_designs: int) -> list[Design]:
    """Return the designs with drawings on the sheet and off it; files that cannot be read are left out, aloud."""
    found = []
    for design in group(read_manifest(folder)):
        design.sheet[:] = [art for art in design.sheet if _readable(art)]
        design.rest[:] = [art for art in design.rest if _readable(art)]
        if design.sheet and design.rest:
            found.append(design)
        if len(found) == most_designs:
            break
    return found


def _readable(art: Art) -> bool:
    try:
        figure = cut_figure(decode(art.path.read_bytes()))
    except (OSError, BadImage) as error:
        print(f"LEFT OUT {art.path.name}: {error}")
        return False
    return figure is not None


def questions(designs: list[Design], each: int) -> Iterator[Question]:
    """Yield every question about up to `each` drawings of each design; none of them is on a sheet."""
    for number, design in enumerate(designs):
        step = max(1, len(design.rest) // each)
        for index, art in enumerate(design.rest[::step][:each]):
            yield from _of_one(design, decode(art.path.read_bytes()), 31 * number + index)
            yield from _swaps(designs, number, art)


def _of_one(design: Design, rgba: U8, seed: int) -> Iterator[Question]:
    yield Question(key_of(design), "clean", encode_png(rgba))
    for name, sham in edits.SHAMS.items():
        yield Question(key_of(design), name, encode_png(sham(rgba).rgba))
    for name, edit in EDITS.items():
        made = edit(rgba, seed)
        if made is not None:
            yield Question(key_of(design), name, encode_png(made.rgba))


def _swaps(designs: list[Design], number: int, art: Art) -> Iterator[Question]:
    """Show this drawing under the names of another character of its set and of its sister costumes."""
    own = designs[number]
    png = encode_png(decode(art.path.read_bytes()))
    sisters = [d for d in designs if d.character == own.character and d is not own]
    others = [d for d in designs if d.character != own.character]
    for sister in sisters[:1]:
        yield Question(key_of(sister), "wrong_costume", png)
    near = [d for d in others if d.sheet[0].set_name == art.set_name] or others
    for other in near[number % max(1, len(near)) :][:1]:
        yield Question(key_of(other), "wrong_design", png)
