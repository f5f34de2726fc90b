"""What a person may find in the archive, and what a search found, always from what they may see.

The permission is asked twice: it makes the scope before the search, so that the answer is full, and it is asked again
of the rows when they are shown, because roles change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, OuterRef, QuerySet

from assets import access
from assets.choices import SheetState, StageStatus
from assets.models import Character, Drawing, Production, SheetDrawing, StageState
from qa.models import Embedding
from qa.selectors import newest_takes
from studio.core.models import User
from studio.core.roles import Action

TOP = 48
SAME = 0.9995  # a similarity from which on two pictures are told apart by nobody
_ALSO_SHOWN = 3
_NEAREST_FIRST = ("-cell__take__submitted_at", "-cell__take__id", "cell__position", "number")


@dataclass(frozen=True)
class Question:
    """What is searched for, and where. One of the first five says what.

    `picture` is a QueryPicture, `job` an earlier search whose vector is used again. `elsewhere` leaves out the cut
    that the drawing is of.
    """

    drawing: int = 0
    sheet_drawing: int = 0
    picture: str = ""
    job: str = ""
    text: str = ""
    production: str = ""
    character: int = 0
    approved: bool = False
    elsewhere: bool = False
    top: int = TOP

    def as_json(self) -> dict[str, Any]:
        """Return it as the job's row keeps it."""
        return asdict(self)

    @property
    def is_narrow(self) -> bool:
        """Whether not all of a production is asked for."""
        return bool(self.character or self.approved)


@dataclass
class Card:
    """A picture that was found: the drawing that stands for it, and where else the same pixels are."""

    similarity: float
    drawing: Drawing | None = None
    sheet_drawing: SheetDrawing | None = None
    also: list[Drawing | SheetDrawing] = field(default_factory=list)
    n_also: int = 0

    @property
    def is_same(self) -> bool:
        """Whether it is the very picture that was searched for."""
        return self.similarity >= SAME

    @property
    def production(self) -> Production:
        """Where it belongs."""
        if self.drawing is not None:
            return self.drawing.cell.take.cut.episode.production
        assert self.sheet_drawing is not None
        return self.sheet_drawing.sheet.design.character.production

    @property
    def characters(self) -> list[Character]:
        """Who is drawn, as the costume table or the sheet says."""
        if self.drawing is not None:
            cast = self.drawing.cell.take.cut.castings.all()
            return list({one.design.character_id: one.design.character for one in cast}.values())
        assert self.sheet_drawing is not None
        return [self.sheet_drawing.sheet.design.character]


def drawings(user: User, question: Question) -> QuerySet[Drawing]:
    """Return the drawings of takes that the person may find."""
    cuts = access.visible_cuts(user)
    if question.production:
        cuts = cuts.filter(episode__production__code=question.production)
    if question.character:
        cuts = cuts.filter(castings__design__character=question.character)
    found = Drawing.objects.filter(cell__take__cut__in=cuts.values("pk"))
    if question.approved:
        signed = StageState.objects.filter(
            cut=OuterRef("cell__take__cut"), stage=OuterRef("cell__take__stage"), state=StageStatus.APPROVED
        )
        found = found.filter(newest_takes("cell__take__"), Exists(signed))
    if question.elsewhere and question.drawing:
        here = Drawing.objects.filter(pk=question.drawing).values("cell__take__cut")
        found = found.exclude(cell__take__cut__in=here)
    return found


def sheet_drawings(user: User, question: Question) -> QuerySet[SheetDrawing]:
    """Return the drawings of model sheets that the person may find."""
    found = SheetDrawing.objects.filter(sheet__design__in=access.visible_designs(user).values("pk"))
    if question.production:
        found = found.filter(sheet__design__character__production__code=question.production)
    if question.character:
        found = found.filter(sheet__design__character=question.character)
    return found.filter(sheet__state=SheetState.APPROVED) if question.approved else found


def scope(user: User, question: Question, model_id: str) -> Mapping[int, npt.NDArray[np.int64] | None]:
    """Return by production which vectors the person may find: None = all of them, else their sorted numbers."""
    productions = access.visible_productions(user)
    if question.production:
        productions = productions.filter(code=question.production)
    found: dict[int, npt.NDArray[np.int64] | None] = {}
    for production in productions:
        is_whole = not question.is_narrow and access.allowed(user, Action.VIEW_ALL_CUTS, production)
        found[production.pk] = None if is_whole else _numbers(user, question, production, model_id)
    return found


def _numbers(user: User, question: Question, production: Production, model_id: str) -> npt.NDArray[np.int64]:
    both: tuple[Any, ...] = (
        drawings(user, question).filter(cell__take__cut__episode__production=production),
        sheet_drawings(user, question).filter(sheet__design__character__production=production),
    )
    found: set[int] = set()
    for rows in both:
        contents = rows.order_by().values("content_sha256")
        vectors = Embedding.objects.filter(model_id=model_id, content_sha256__in=contents)
        found |= set(vectors.values_list("pk", flat=True))
    return np.asarray(sorted(found), np.int64)


def left_out(user: User, question: Question, model_id: str) -> npt.NDArray[np.int64]:
    """Return the numbers of the vectors that are found nowhere but in the cut that is left out, sorted."""
    if not (question.elsewhere and question.drawing):
        return np.zeros(0, np.int64)
    cut = Drawing.objects.filter(pk=question.drawing).values("cell__take__cut")
    here = Drawing.objects.filter(cell__take__cut__in=cut).order_by().values("content_sha256")
    contents = set(here.values_list("content_sha256", flat=True))
    both: tuple[Any, ...] = (drawings(user, question), sheet_drawings(user, question))
    for rows in both:
        contents -= set(rows.filter(content_sha256__in=here).values_list("content_sha256", flat=True))
    numbers = Embedding.objects.filter(model_id=model_id, content_sha256__in=contents)
    return np.asarray(sorted(numbers.values_list("pk", flat=True)), np.int64)


def cards(user: User, question: Question, hits: Sequence[tuple[int, float]]) -> list[Card]:
    """Return what was found as the person may see it now, nearest first, without the drawing asked for."""
    contents = dict(
        Embedding.objects.filter(pk__in=[key for key, _ in hits]).values_list("pk", "content_sha256")
    )
    places = _places(user, question, set(contents.values()))
    made = (_card(places.get(contents.get(key, ""), []), similarity) for key, similarity in hits)
    return [card for card in made if card is not None][: question.top]


def _places(user: User, question: Question, contents: set[str]) -> dict[str, list[Drawing | SheetDrawing]]:
    """Return by content the drawings that have it: of sheets first, then of takes, the newest first."""
    found: dict[str, list[Drawing | SheetDrawing]] = {}
    of_sheets = sheet_drawings(user, question).filter(content_sha256__in=contents)
    related = of_sheets.select_related("sheet__design__character__production").order_by(
        "-sheet__version", "pk"
    )
    for one in related.exclude(pk=question.sheet_drawing):
        found.setdefault(one.content_sha256, []).append(one)
    of_cuts = drawings(user, question).filter(content_sha256__in=contents).exclude(pk=question.drawing)
    shown = of_cuts.select_related("cell__take__cut__episode__production")
    cast = shown.prefetch_related("cell__take__cut__castings__design__character")
    for each in cast.order_by(*_NEAREST_FIRST):
        found.setdefault(each.content_sha256, []).append(each)
    return found


def _card(rows: list[Drawing | SheetDrawing], similarity: float) -> Card | None:
    if not rows:
        return None
    first, others = rows[0], rows[1:]
    card = Card(similarity, also=others[:_ALSO_SHOWN], n_also=len(others))
    if isinstance(first, Drawing):
        card.drawing = first
    else:
        card.sheet_drawing = first
    return card
