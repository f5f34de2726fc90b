"""Tier A: puppets of seeds and styles that nobody may learn from, with drifts whose place and size are known.

A world is a handful of characters, each in two costumes with an approved sheet and a colour model. The same
options ask the same questions on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.drift.kinds import KINDS, SHAMS
from bench.drift.shots import State, framing_of, sheet, shots_of, states
from bench.drift.types import CLEAN, DesignTask, Question, Truth, World
from ml import edits
from ml.pixels import U8, encode_png
from ml.puppets.design import Design
from ml.puppets.drift import Drifted, UnknownDrift, make, possible
from ml.puppets.drift.shams import SHAMS as DRAWN_SHAMS
from ml.puppets.drift.shams import sham as sham_of
from ml.puppets.finish import Finish, finished
from ml.puppets.palette import swatches
from ml.puppets.random_design import random_costume
from ml.puppets.render import PuppetFrame, render
from ml.puppets.splits import TEST_SEEDS, TRAIN_SEEDS, VALID_SEEDS, design_of
from ml.types import SheetPicture, SwatchSpec

# "train": those that the comparator was not taught, for what learns from its answers (bench/weigher.py)
SPLITS = {"test": TEST_SEEDS, "valid": VALID_SEEDS, "train": TRAIN_SEEDS[90_000:]}
_MOVIE_QUALITY = 85  # JPEG, 4:2:0: about what a review movie leaves
_BINARISED_EVERY = 4
_SHAMS = tuple(name for name in SHAMS if name in DRAWN_SHAMS)
_OFTENER = {"half_pixel_drawn": 3}  # geometric kinds are judged against these: 1 % needs many
ENCODED_KINDS = (
    "palette_de4", "palette_de8", "palette_de16", "wrong_swatch", "detail_missing", "eye_size_25", "line_30",
    "costume", "character",
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How much is asked. `seen` and `unseen` are lossless cuts of a character; one more comes as a movie.

    `drifts` and `shams` are lossless drawings of a character for each kind; `drawings` those of a cut.
    """

    worlds: int = 8
    characters: int = 5
    seen: int = 6
    unseen: int = 2
    drawings: int = 3
    drifts: int = 2
    shams: int = 4


FULL = Size()
QUICK = Size(worlds=2, characters=2, seen=3, unseen=1, drawings=2, drifts=1, shams=2)


@dataclass(frozen=True)
class _Person:
    """A character of a world: its costumes, the first is its everyday one."""

    name: str
    costumes: tuple[Design, ...]


@dataclass(frozen=True)
class _Shown:
    """A right drawing, what it shows, and how it was asked."""

    id: str
    design: Design
    state: State
    frame: PuppetFrame


def worlds(size: Size = FULL, split: str = "test") -> list[Callable[[], World]]:
    """Return what builds each world; each is built where it is used, and can be pickled."""
    return [partial(world, number, size, split) for number in range(size.worlds)]


def world(number: int, size: Size, split: str = "test", *, inked: bool = False) -> World:
    """Return one world of a split; `inked`: its right drawings come as ink on nothing, as at the line stages."""
    seeds = SPLITS[split][number * size.characters : (number + 1) * size.characters]
    people = [_person(seed) for seed in seeds]
    binarised = number % _BINARISED_EVERY == _BINARISED_EVERY - 1
    tasks = tuple(_task(design, binarised=binarised) for person in people for design in person.costumes)
    asked = partial(_questions, number, people, size, binarised, inked)
    return World(f"A{number + 1:02d}", "A", tasks, asked)


def _person(seed: int) -> _Person:
    design = design_of(seed)
    return _Person(design.code, (design, random_costume(design, seed)))


def key_of(design: Design) -> str:
    """Return the name of a design in the bench."""
    return f"{design.code}/{design.costume.code}"


def _task(design: Design, *, binarised: bool) -> DesignTask:
    pictures = []
    for item in sheet():
        framing = framing_of(design, bust=item.bust, binarised=binarised)
        png = encode_png(render(design, item.pose, item.expression, framing).rgba)
        pictures.append(SheetPicture(item.key, png, item.kind, item.view))
    model = tuple(SwatchSpec(part, tone, rgb) for part, tone, rgb in swatches(design))
    return DesignTask(key_of(design), tuple(pictures), model)


def _questions(
    number: int,
    people: Sequence[_Person],
    size: Size,
    binarised: bool,  # noqa: FBT001 - a partial's own
    inked: bool = False,  # noqa: FBT001, FBT002
) -> Iterator[tuple[Question, Truth]]:
    for index, person in enumerate(people):
        rng = np.random.default_rng((number, index))
        shown = list(_clean(person, size, rng, binarised=binarised))
        strangers = [p for p in people if p is not person]
        lossless, movie = ([o for o in shown if o.state.encoded is lossy] for lossy in (False, True))
        for one in shown:
            yield _asked(one, one.id, _ink(one) if inked else one.frame.rgba), _truth(one, person, CLEAN)
        for sham in _SHAMS:
            yield from _shams(sham, person, lossless, size.shams * _OFTENER.get(sham, 1), rng)
        for kind in KINDS:
            others = (person, strangers[int(rng.integers(len(strangers)))])
            yield from _drifts(kind, others, lossless, size.drifts, rng)
            if kind in ENCODED_KINDS:
                yield from _drifts(kind, others, movie, 1, rng)


def _clean(person: _Person, size: Size, rng: np.random.Generator, *, binarised: bool) -> Iterator[_Shown]:
    """Draw all cuts of a character, its costumes in turn; the first of its cuts is a movie's."""
    for number, (shot, unseen) in enumerate(shots_of(rng, size.seen + 1, size.unseen)):
        design = person.costumes[number % len(person.costumes)]
        cut = f"{key_of(design)}/C{number + 1:02d}"
        camera = float(rng.uniform(0.92, 1.10))
        framing = framing_of(design, bust=shot.bust, binarised=binarised, camera=camera)
        for index, (pose, expression) in enumerate(states(shot, size.drawings, rng)):
            state = State(cut, index + 1, pose, expression, framing, camera, unseen, number == 0)
            frame = render(design, pose, expression, framing)
            yield _Shown(f"{cut}/{index + 1}", design, state, frame)


def _ink(one: _Shown) -> U8:
    state = one.state
    return finished(one.design, state.pose, state.expression, state.framing, Finish("line")).rgba


def _asked(one: _Shown, id_: str, rgba: U8) -> Question:
    """Return a drawing as a question; a movie's drawings are encoded whatever they show."""
    if one.state.encoded:
        rgba = edits.reencode(rgba, _MOVIE_QUALITY).rgba
    cut = one.state.cut if id_ == one.id else id_
    return Question(id_, key_of(one.design), cut, encode_png(rgba))


def _truth(one: _Shown, person: _Person, label: str, drift: Drifted | None = None) -> Truth:
    wrong = drift is not None and label in KINDS
    return Truth(
        label,
        person.name,
        fault=drift.fault if drift is not None and wrong else "",
        place=drift.place if drift is not None and wrong else None,
        twin="" if label == CLEAN else one.id,
        unseen=one.state.unseen,
        magnitude=drift.magnitude if drift is not None else 0.0,
        encoded=one.state.encoded,
        shot="bust" if one.state.bust else "full",
    )


def _shams(
    sham: str, person: _Person, shown: Sequence[_Shown], each: int, rng: np.random.Generator
) -> Iterator[tuple[Question, Truth]]:
    for one in (shown[i] for i in rng.permutation(len(shown))[:each]):
        state = one.state
        seed = int(rng.integers(2**31))
        try:
            made = sham_of(sham, one.design, state.pose, state.expression, state.framing, seed, one.frame)
        except UnknownDrift:
            continue
        yield _asked(one, f"{one.id}/{sham}", made.rgba), _truth(one, person, sham)


def _drifts(
    kind: str, others: tuple[_Person, _Person], shown: Sequence[_Shown], each: int, rng: np.random.Generator
) -> Iterator[tuple[Question, Truth]]:
    """Yield up to `each` drawings with a drift that can be seen; `others` are the character and a stranger.

    Faces drift in bust pictures only: in a full figure a tenth of the distance of the eyes is two pixels.
    """
    person, stranger = others
    found = 0
    if KINDS[kind].aspect == "FACE":
        shown = [one for one in shown if one.state.bust]
    for one in (shown[i] for i in rng.permutation(len(shown))):
        if found == each:
            return
        drift = _made(kind, one, _lender(kind, one.design, person, stranger), int(rng.integers(2**31)))
        if drift is not None and drift.shows:
            found += 1
            yield _asked(one, f"{one.id}/{kind}", drift.frame.rgba), _truth(one, person, kind, drift)


def _lender(kind: str, design: Design, person: _Person, stranger: _Person) -> Design:
    """Return the design that eyes, hair, shoes, costume or the whole character come from."""
    if kind != "costume":
        return stranger.costumes[0]
    return next(d for d in person.costumes if d.costume.code != design.costume.code)


def _made(kind: str, one: _Shown, other: Design | None, seed: int) -> Drifted | None:
    """Return a drawing with a drift, None where this pose or design cannot show it.

    Another character is drawn in the same shot, in a picture of its own height.
    """
    state, framing = one.state, one.state.framing
    right: PuppetFrame | None = one.frame
    if kind == "character" and other is not None:
        framing, right = state.of(other), None
    if not possible(kind, one.design, state.pose, framing):
        return None
    try:
        return make(kind, one.design, state.pose, state.expression, framing, seed, other, right)
    except UnknownDrift:
        return None
