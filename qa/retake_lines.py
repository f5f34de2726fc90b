"""A retake order as people read it: on the page, on the printed sheet, in the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.models import Drawing, SheetDrawing
from qa import sentences, strokes
from qa.choices import RetakeState
from qa.models import Correction, Flag, Retake, RetakeItem
from studio.core.models import User


@dataclass(frozen=True)
class Ink:
    """One person's correction, on the paper of this colour."""

    colour: str
    paths: list[strokes.SvgPath]
    texts: list[strokes.SvgText]


@dataclass(frozen=True)
class Box:
    """The region of a flag in px of its drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """One thing to redo. Without a drawing the whole take is meant, without a flag a person ordered it by hand."""

    retake: Retake
    item: RetakeItem
    drawing: Drawing | None
    flag: Flag | None
    sentence: str
    approved: SheetDrawing | None

    @property
    def name(self) -> str:
        """The drawing as people call it, A5 or BOOK_5; or that the whole take is meant."""
        if self.drawing is None:
            return _("the whole take")
        cell = self.drawing.cell.name
        return f"{cell}{'_' if len(cell) > 2 else ''}{self.drawing.number_text}"

    @property
    def region(self) -> Box | None:
        """The region that is meant; None for all of the drawing."""
        if self.flag is None or not self.flag.box_xyxy:
            return None
        left, top, right, bottom = self.flag.box_xyxy
        return Box(left, top, max(1, right - left), max(1, bottom - top))

    @property
    def corrections(self) -> list[Correction]:
        """What people drew over it, each with its `shown` strokes."""
        every = self.drawing.corrections.all() if self.drawing else ()
        return [correction for correction in every if correction.shown]  # type: ignore[attr-defined]

    @property
    def ink(self) -> list[Ink]:
        """The same as lines and words of SVG."""
        return [
            Ink(c.colour, strokes.svg_paths(shown), strokes.svg_texts(shown)) for c, shown in self._shown()
        ]

    def _shown(self) -> list[tuple[Correction, Any]]:
        return [(correction, correction.shown) for correction in self.corrections]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Order:
    """One order with its lines; what was withdrawn is shown only when all of it was."""

    retake: Retake
    lines: list[Line]
    artist: User | None
    round_no: int

    @property
    def is_late(self) -> bool:
        """Whether it is still to be answered and its date has gone by."""
        return is_late(self.retake)

    @property
    def due_words(self) -> str:
        """When it is due, in words."""
        return due_words(self.retake)


def orders_of(retakes: Iterable[Retake], artists: Mapping[int, User]) -> list[Order]:
    """Return the orders in words. No query, when the rows come from `selectors_retakes.with_lines`."""
    return [_order(retake, artists) for retake in retakes]


def is_late(retake: Retake) -> bool:
    """Return whether an open order's date has gone by."""
    is_open = retake.state == RetakeState.OPEN
    return bool(is_open and retake.due_on and retake.due_on < timezone.localdate())


def due_words(retake: Retake, today: date | None = None) -> str:
    """Return how far away the date of an open order is; nothing for one without a date or that is not open."""
    if retake.due_on is None or retake.state != RetakeState.OPEN:
        return ""
    days = (retake.due_on - (today or timezone.localdate())).days
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    if days == 0:
        return _("due today")
    return ngettext("due tomorrow", "due in %(n)s days", days) % {"n": days}


def _order(retake: Retake, artists: Mapping[int, User]) -> Order:
    items = list(retake.items.all())
    kept = [item for item in items if not item.withdrawn] or items
    annotated: Any = retake
    return Order(
        retake, [_line(retake, item) for item in kept], artists.get(annotated.artist), annotated.round_no
    )


def _line(retake: Retake, item: RetakeItem) -> Line:
    flag = item.flag
    nearest = next(iter(flag.nearest_links.all()), None) if flag else None
    return Line(
        retake=retake,
        item=item,
        drawing=item.drawing,
        flag=flag,
        sentence=sentences.of_item(item),
        approved=nearest.sheet_drawing if nearest else None,
    )
