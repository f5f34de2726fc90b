"""Flags as lists show them: in words, with the region to outline and who has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Cut, Drawing, Production, StageState, Take
from qa import sentences
from qa.choices import Fault, RetakeReason
from qa.models import Flag
from studio.core.models import User

_REASON_OF = {
    Fault.PROPORTION: RetakeReason.PROPORTION,
    Fault.FACE: RetakeReason.FACE,
    Fault.DETAIL: RetakeReason.COSTUME,
    Fault.LINE_WEIGHT: RetakeReason.LINE,
    Fault.COLOUR: RetakeReason.COLOUR,
    Fault.WRONG_DESIGN: RetakeReason.COSTUME,
    Fault.SHAPE: RetakeReason.OFF_MODEL,
}


@dataclass(frozen=True)
class Region:
    """The region of a flag in px of its drawing, as an SVG rectangle over the thumbnail."""

    x: float
    y: float
    width: float
    height: float

    @property
    def crop(self) -> str:
        """The SVG view box that shows the region with some of what is around it, 4 : 3."""
        width = max(self.width, self.height * 4 / 3) * 1.5
        height = width * 3 / 4
        left, top = self.x + (self.width - width) / 2, self.y + (self.height - height) / 2
        return f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}"


@dataclass(frozen=True)
class FlagRow:
    """One line of a list of flags."""

    flag: Flag
    drawing: Drawing
    take: Take
    cut: Cut
    sentence: str
    region: Region | None
    holder: User | None
    assigned: str
    stage: StageState | None
    approved_id: int | None  # the nearest approved drawing
    is_again: bool = False  # the line above is about the same drawing

    @property
    def likely_reason(self) -> str:
        """The reason that a retake would most likely have."""
        return likely_reason(self.flag)

    @property
    def holder_words(self) -> str:
        """The sentence about who is looking at it now."""
        return holder_words(self.holder)

    @property
    def is_part(self) -> bool:
        """Whether the region is so small a part of the drawing that a close-up shows more than the whole."""
        region = self.region
        return region is not None and region.height < 0.6 * self.drawing.height_px

    @property
    def drawing_name(self) -> str:
        """The drawing as people call it: A5, or A_5 for a cell with a longer name."""
        return drawing_name(self.drawing)


def likely_reason(flag: Flag) -> str:
    """Return the reason of a retake that goes with the fault, to be offered first."""
    return str(_REASON_OF.get(Fault(flag.fault), RetakeReason.OFF_MODEL).value)


def drawing_name(drawing: Drawing) -> str:
    """Return cell and number as one word; its cell must be loaded."""
    cell = drawing.cell.name
    return f"{cell}{drawing.number_text}" if len(cell) <= 2 else f"{cell}_{drawing.number_text}"


def with_stages(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    """Add what a row needs beyond the selector's own: who has the stage of each cut, and the nearest drawings."""
    return flags.prefetch_related("drawing__cell__take__cut__stages__assignee", "nearest_links")


def rows_of(flags: Iterable[Flag], reader: User) -> list[FlagRow]:
    """Return one row per flag, in order. No query, when `with_stages` or `flags_by_id` was used."""
    rows = [row_of(flag, reader) for flag in flags]
    above = [None, *(row.drawing.pk for row in rows)]
    return [replace(row, is_again=row.drawing.pk == pk) for row, pk in zip(rows, above, strict=False)]


def row_of(flag: Flag, reader: User) -> FlagRow:
    """Return the row of one flag."""
    take = flag.drawing.cell.take
    nearest = next(iter(flag.nearest_links.all()), None)
    stages = [stage for stage in take.cut.stages.all() if stage.stage == take.stage]
    return FlagRow(
        flag=flag,
        drawing=flag.drawing,
        take=take,
        cut=take.cut,
        sentence=sentences.of_flag(flag),
        region=region_of(flag.box_xyxy),
        holder=holder_of(flag, reader),
        assigned=assigned_words(flag, reader),
        stage=stages[0] if stages else None,
        approved_id=nearest.sheet_drawing_id if nearest else None,
    )


def region_of(box_xyxy: Sequence[float] | None) -> Region | None:
    """Return the box as a rectangle; None where the whole drawing is meant."""
    if not box_xyxy:
        return None
    left, top, right, bottom = box_xyxy
    return Region(left, top, max(1, right - left), max(1, bottom - top))


def holder_of(flag: Flag, reader: User) -> User | None:
    """Return who else is looking at the flag now."""
    claim = getattr(flag, "claim", None)
    if claim is None or claim.until <= timezone.now() or claim.user_id == reader.pk:
        return None
    return claim.user


def holder_words(holder: User | None) -> str:
    """Return the sentence about who is looking at a flag; empty when nobody else is."""
    return _("%(person)s is looking at this") % {"person": holder} if holder else ""


def assigned_words(flag: Flag, reader: User) -> str:
    """Return whose flag it is to decide; empty when it is nobody's."""
    assignment = getattr(flag, "assignment", None)
    if assignment is None:
        return ""
    return _("me") if assignment.user_id == reader.pk else str(assignment.user)


def production_of(flag: Flag) -> Production:
    """Return the production of a flag whose relations are loaded."""
    return flag.drawing.cell.take.cut.episode.production


def aspect_words(aspect: str) -> str:
    """Return the word for an aspect that the engine names, e.g. "PROPORTION"."""
    code = f"OFF_MODEL.{aspect}"
    return str(Fault(code).label) if code in Fault.values else aspect.lower()
