"""Drift over a season: how far each cut of a character lies out, cut by cut, and where it slowly slides.

The score of a cut is the farthest of its drawings in an aspect, of the current check of its newest take; of several
stages or costumes the farthest counts. Cuts stand in the order of episodes and numbers, which is not the order in
which they were drawn: the list says "since cut", not "since".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assets.models import Cut, Production
from qa import selectors
from qa.checks.alarms import drift_of
from qa.checks.slide import Slide, Spread, slide_of, spread_of
from qa.choices import Fault
from qa.models import CutScore
from studio.core.models import User

ASPECTS = tuple(fault.value.rpartition(".")[2] for fault in Fault)
_FIELDS = (
    "run__take__cut",
    "run__take__cut__episode__code",
    "run__take",
    "run__take__stage",
    "run__take__submitted_by",
    "design__character",
    "design",
    "aspect",
    "score",
    "drawing",
)
_ORDER = ("run__take__cut__episode__code", "run__take__cut__number", "run__take__cut", "design", "aspect")


@dataclass(frozen=True)
class Scored:
    """One cut of one character in one aspect: how far out it is and the drawing that it comes from.

    `score` is a drift as on every page: as a ratio to the limit, another costume would be a number of six digits.
    """

    cut: int
    episode: str
    take: int
    stage: str
    artist: int | None
    character: int
    design: int
    aspect: str
    score: float
    drawing: int


@dataclass(frozen=True)
class Line:
    """The cuts of one character in one aspect, in order, with their spread and their slide if there is one."""

    character: int
    aspect: str
    cuts: list[Scored]
    spread: Spread
    slide: Slide | None

    @property
    def since(self) -> Scored | None:
        """The first cut of the slide."""
        return self.cuts[self.slide.start] if self.slide else None


@dataclass(frozen=True)
class Group:
    """The cuts of a character in one episode, or by one artist, in one aspect: how they are spread."""

    key: Any
    character: int
    aspect: str
    spread: Spread
    slide: Slide | None = None


@dataclass(frozen=True)
class Season:
    """Everything that the page of a season shows, ids for names."""

    lines: list[Line] = field(default_factory=list)
    episodes: list[Group] = field(default_factory=list)
    artists: list[Group] = field(default_factory=list)


def scores(production: Production, filters: Mapping[str, str]) -> QuerySet[CutScore]:
    """Return the scores that count, in the order of the cuts.

    Args:
        production: whose cuts.
        filters: all optional: "character" and "episode" ids, "aspect" and "stage" codes.
    """
    rows = CutScore.objects.filter(
        run__in=selectors.current_runs().filter(take__cut__episode__production=production)
    )
    names = {
        "character": "design__character",
        "episode": "run__take__cut__episode",
        "aspect": "aspect",
        "stage": "run__take__stage",
    }
    asked = {names[name]: value for name, value in filters.items() if name in names and value}
    return rows.filter(**asked).order_by(*_ORDER)


def read(production: Production, filters: Mapping[str, str], *, by_artist: bool = False) -> Season:
    """Return the season as far as it was checked. `by_artist` only where the production allows it."""
    found: dict[tuple[int, str], dict[int, Scored]] = defaultdict(dict)
    for row in _scored(scores(production, filters)):
        cuts = found[row.character, row.aspect]
        if row.cut not in cuts or row.score > cuts[row.cut].score:
            cuts[row.cut] = row
    lines = [_line(key, list(cuts.values())) for key, cuts in found.items()]
    lines.sort(key=lambda line: (_steep(line), -line.spread.middle, line.character, line.aspect))
    return Season(
        lines,
        _groups(lines, lambda cut: cut.episode),
        _groups(lines, lambda cut: cut.artist, slides=True) if by_artist else [],
    )


def _scored(rows: QuerySet[CutScore]) -> list[Scored]:
    return [
        Scored(cut, episode, take, stage, artist, character, design, aspect, drift_of(score), drawing)
        for cut, episode, take, stage, artist, character, design, aspect, score, drawing in rows.values_list(
            *_FIELDS
        )
    ]


def _line(key: tuple[int, str], cuts: list[Scored]) -> Line:
    values = [cut.score for cut in cuts]
    spread = spread_of(values)
    assert spread is not None  # there is a cut, or there would be no line
    return Line(key[0], key[1], cuts, spread, slide_of(values))


def _steep(line: Line) -> tuple[bool, float]:
    return line.slide is None, -(line.slide.per_cut * line.slide.cuts if line.slide else 0.0)


def _groups(lines: Sequence[Line], key: Any, *, slides: bool = False) -> list[Group]:
    """Return the spread of each line's cuts by a key, in the order in which keys first come."""
    found: list[Group] = []
    for line in lines:
        by_key: dict[Any, list[float]] = defaultdict(list)
        for cut in line.cuts:
            by_key[key(cut)].append(cut.score)
        for each, values in by_key.items():
            spread = spread_of(values)
            if spread is not None:
                slide = slide_of(values) if slides else None
                found.append(Group(each, line.character, line.aspect, spread, slide))
    return found


def slide_words(aspect: str, slide: Slide, since: Cut) -> str:
    """Return a slide as a sentence."""
    return _("{aspect} drifts by {per_cut} per cut since cut {cut}, {cuts} cuts").format(
        aspect=aspect, per_cut=signed(slide.per_cut), cut=since, cuts=slide.cuts
    )


def signed(value: float) -> str:
    """Return a small number with its sign and as many digits as it needs to be more than nothing."""
    digits = 2 if abs(value) >= 0.01 else 3
    return f"{'+' if value >= 0 else '−'}{number_format(abs(round(value, digits)), digits)}"


def cuts_of(season: Season) -> dict[int, Cut]:
    """Return the cuts of all lines by id, with their episodes, in one query."""
    ids = {cut.cut for line in season.lines for cut in line.cuts}
    return Cut.objects.select_related("episode").in_bulk(list(ids))


def people_of(season: Season) -> dict[int, User]:
    """Return who submitted, by id."""
    return User.objects.in_bulk([group.key for group in season.artists if group.key])
