"""Tier B: real drawings of any folder with a manifest, with the same controlled edits and shams as tier A.

A world is a set of the folder. There are no colour models, as real folders have none. The sheet is a part of each
design's drawings; what is asked is drawn from the rest. Nothing is keyed by a file's name; the seed is the design's
number in its set. Sizes are chosen so that all methods answer within minutes on two cores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np

from bench.drift import tier_b_roles as roles
from bench.drift.kinds import KINDS
from bench.drift.types import CLEAN, DesignTask, Question, Truth, World
from ml import edits
from ml.artplan import VIEWS, Art, Design, group, read_manifest
from ml.errors import BadImage
from ml.pixels import U8, cut_figure, decode, encode_png
from ml.types import SheetPicture

_MOST_HEIGHT_PX = 1000
_CLEAN_PER_CUT = 6
_LENDERS = 5  # drawings of other designs that are looked at for eyes
_TRIES = 4  # drawings that an edit is tried on before its kind is given up for a design
_FULL_QUESTIONS, _QUICK_QUESTIONS, _QUICK_DESIGNS = 2200, 220, 5
_PER_DESIGN = 40  # questions of a design with one drawing of each kind
Builder = Callable[[], World]
Pair = tuple[Question, Truth]


@dataclass(frozen=True)
class Size:
    """How much is asked of a design: clean drawings, and drawings for each kind and sham."""

    clean: int
    each: int


@dataclass(frozen=True)
class Asked:
    """A drawing that is asked about: where it lies in the bench, and its pixels."""

    id: str
    design: str
    cut: str
    character: str
    art: Art
    unseen: bool

    @property
    def rgba(self) -> U8:
        """The drawing, at most 1000 pixels high."""
        return picture(self.art.path)


def clean_worlds(art: Path, most: int = 60) -> list[Builder]:
    """Return what builds each set's world with nothing but right drawings, up to `most` of a design.

    Raises:
        BadImage: see `worlds`.
    """
    size = Size(most, 0)
    return [partial(_world, name, designs, size) for name, designs in _sets(art).items() if designs]


def worlds(art: Path, *, quick: bool = False) -> list[Builder]:
    """Return what builds each set's world, then the worlds of the roles that the manifest states.

    Raises:
        BadImage: the folder has no manifest of the form anime-qa-testdata/1.
    """
    sets = _sets(art)
    if quick:
        sets = _fewer(sets)
    number = sum(len(designs) for designs in sets.values())
    budget = _QUICK_QUESTIONS if quick else _FULL_QUESTIONS
    share = budget // max(1, number)
    size = Size(int(np.clip(share - _PER_DESIGN, 4, 12)), int(np.clip(share // (_PER_DESIGN + 8), 1, 4)))
    built: list[Builder] = [partial(_world, name, designs, size) for name, designs in sets.items() if designs]
    return built + roles.worlds(art, picture)


def _sets(art: Path) -> dict[str, list[Design]]:
    by_set: dict[str, list[Art]] = defaultdict(list)
    for one in read_manifest(art):
        by_set[one.set_name].append(one)
    return {name: _usable(group(arts)) for name, arts in sorted(by_set.items())}


def _fewer(sets: dict[str, list[Design]]) -> dict[str, list[Design]]:
    """Take designs from the sets in turn, few in all."""
    left, kept = _QUICK_DESIGNS, {name: list[Design]() for name in sets}
    for turn in range(_QUICK_DESIGNS):
        for name, designs in sets.items():
            if turn < len(designs) and left:
                kept[name].append(designs[turn])
                left -= 1
    return kept


@cache
def _readable(path: Path) -> bool:
    try:
        return cut_figure(decode(path.read_bytes())) is not None
    except (OSError, BadImage) as error:
        print(f"LEFT OUT {path.name}: {error}")
        return False


def _usable(designs: Sequence[Design]) -> list[Design]:
    """Return the designs with readable drawings on the sheet and off it; every second one lacks a view."""
    found = []
    for number, design in enumerate(designs):
        sheet = [one for one in design.sheet if _readable(one.path)]
        rest = [one for one in design.rest if _readable(one.path)]
        if number % 2:
            sheet, rest = _without_a_view(sheet, rest)
        if sheet and rest:
            found.append(Design(design.character, design.code, sheet, rest))
    return found


def _without_a_view(sheet: list[Art], rest: list[Art]) -> tuple[list[Art], list[Art]]:
    """Take the rarest view off the sheet where it has several, so that some clean drawings show a view it lacks."""
    views = [one.view for one in sheet if one.view]
    if len(set(views)) < 2 or len(views) < len(sheet):
        return sheet, rest
    rarest = min(sorted(set(views)), key=views.count)
    return [a for a in sheet if a.view != rarest], rest + [a for a in sheet if a.view == rarest]


def picture(path: Path) -> U8:
    """Return a drawing as rgba, at most 1000 pixels high."""
    rgba = decode(path.read_bytes())
    high, wide = rgba.shape[:2]
    if high <= _MOST_HEIGHT_PX:
        return rgba
    size_wh = max(1, round(wide * _MOST_HEIGHT_PX / high)), _MOST_HEIGHT_PX
    return np.asarray(cv2.resize(edits.bleed(rgba), size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def key_of(design: Design) -> str:
    """Return the name of a design in its world."""
    return f"{design.character}/{design.code}"


def _world(name: str, designs: Sequence[Design], size: Size) -> World:
    tasks = tuple(
        DesignTask(
            key_of(design),
            tuple(
                SheetPicture(str(i), encode_png(picture(a.path)), "turnaround", VIEWS.get(a.view, ""))
                for i, a in enumerate(design.sheet)
            ),
        )
        for design in designs
    )
    return World(f"B/{name}", "B", tasks, partial(_questions, name, designs, size))


def _questions(name: str, designs: Sequence[Design], size: Size) -> Iterator[Pair]:
    chosen = [_chosen(name, design, size.clean) for design in designs]
    for number, (design, asked) in enumerate(zip(designs, chosen, strict=True)):
        for one in asked:
            yield _question(one, one.id, one.rgba, one.cut), Truth(CLEAN, one.character, unseen=one.unseen)
        seen = [one for one in asked if not one.unseen] or asked
        rng = np.random.default_rng(number)
        order = [seen[i] for i in rng.permutation(len(seen))]
        lenders = [other for d, other in zip(designs, chosen, strict=True) if d.character != design.character]
        lent = [one[0] for one in lenders[number % max(1, len(lenders)) :] + lenders][:_LENDERS]
        yield from _drifts(order, _lender(lent), size.each, number)
        yield from _shams(order, size.each, number)
        yield from _swaps(design, order, list(zip(designs, chosen, strict=True)), size.each, number)


def _chosen(name: str, design: Design, most: int) -> list[Asked]:
    """Return up to `most` drawings of a design's rest, evenly; six of a sequence in a row make a cut."""
    views = {one.view for one in design.sheet}
    rest = sorted(design.rest, key=lambda a: (a.sequence, a.frame, str(a.path)))
    rows = np.unique(np.linspace(0, len(rest) - 1, min(most, len(rest))).round().astype(int))
    found = []
    for index, art in enumerate(rest[i] for i in rows):
        key = f"{name}/{key_of(design)}"
        cut = f"{key}/{art.sequence or 'single'}/{index // _CLEAN_PER_CUT}"
        unseen = bool(art.view) and "" not in views and art.view not in views
        found.append(Asked(f"{key}/{index}", key_of(design), cut, f"{name}/{design.character}", art, unseen))
    return found


def _lender(lent: Sequence[Asked]) -> edits.Subject | None:
    """Return the first drawing whose eyes are found, the first of all where none are."""
    subjects = [edits.Subject(one.rgba) for one in lent]
    return next((one for one in subjects if one.eyes is not None), subjects[0] if subjects else None)


def _question(one: Asked, id_: str, rgba: U8, cut: str = "") -> Question:
    return Question(id_, one.design, cut or id_, encode_png(rgba))


def _drifts(order: Sequence[Asked], donor: edits.Subject | None, each: int, seed: int) -> Iterator[Pair]:
    """Yield up to `each` drawings for each kind, and for each geometric one its sham at the same place."""
    subjects = {one.id: edits.Subject(one.rgba) for one in order[: _TRIES + each]}
    for place, kind in enumerate(edits.EDITS):
        found = 0
        for turn in range(len(subjects)):
            one = order[(turn + place) % len(subjects)]
            if found == each:
                break
            edit = edits.make(kind, subjects[one.id], seed + turn, donor)
            if edit is None:
                continue
            found += 1
            yield _drifted(one, kind, edit)
            if edits.is_geometric(kind):
                sham = edits.sham_of(one.rgba, edit)
                yield (
                    _question(one, f"{one.id}/warp_at_{kind}", sham.rgba),
                    Truth("warp_in_place", one.character, twin=one.id),
                )


def _drifted(one: Asked, kind: str, edit: edits.Edit) -> Pair:
    truth = Truth(kind, one.character, edits.fault_of(kind), edit.place, one.id, magnitude=edit.magnitude)
    return _question(one, f"{one.id}/{kind}", edit.rgba), truth


def _shams(order: Sequence[Asked], each: int, seed: int) -> Iterator[Pair]:
    for index, one in enumerate(order[:each]):
        rgba = one.rgba
        made = {name: sham(rgba) for name, sham in edits.SHAMS.items()}
        made["palette_de1"] = edits.palette_de1(rgba, seed + index)
        for name, edit in made.items():
            if edit is not None:
                truth = Truth(name, one.character, twin=one.id)
                yield _question(one, f"{one.id}/{name}", edit.rgba), truth


def _swaps(
    own: Design, order: Sequence[Asked], all_: Sequence[tuple[Design, list[Asked]]], each: int, seed: int
) -> Iterator[Pair]:
    """Show drawings of a sister costume and of another character of the set under this design's name."""
    sisters = [asked for d, asked in all_ if d.character == own.character and d.code != own.code]
    others = [asked for d, asked in all_ if d.character != own.character]
    for kind, lent in (("costume", sisters), ("character", others)):
        for turn in range(each if lent else 0):
            shown = lent[(seed + turn) % len(lent)]
            one = shown[(seed + turn) % len(shown)]
            id_ = f"{order[0].id}/{kind}/{turn}"
            question = Question(id_, order[0].design, id_, encode_png(one.rgba))
            yield question, Truth(kind, order[0].character, edits.fault_of(kind))


assert all(kind in KINDS for kind in edits.EDITS)
