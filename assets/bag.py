"""What stands on a cut bag (カット袋): boxes of the stages with their stamps, sheets of the cast, history of the takes.

Like `desks`, every read starts from what the person may see; the number of queries does not grow with the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets import access, authority, desks
from assets.choices import SheetState, Stage, StageStatus
from assets.models import Cut, Design, Drawing, ModelSheet, SheetDrawing, StageState, Swatch, Take
from assets.services.sign_offs import Signed, signed_stages
from studio.core.models import User
from studio.core.roles import Action, may

_SHEET_DRAWINGS = 6
_SWATCHES = 24


@dataclass(frozen=True)
class Box:
    """One printed box of the bag: a stage, where it stands, who has it, and the stamp of who signed it off."""

    stage: Stage
    row: StageState | None
    due_on: date | None
    due: str  # "late", "soon" or empty
    due_words: str
    signed: Signed | None
    may_sign: bool

    @property
    def is_signed(self) -> bool:
        """Whether the stamp stands and no take has come since."""
        return self.signed is not None and self.signed.overtaken_by is None


@dataclass(frozen=True)
class CastSheet:
    """One design of the cast with the approved sheet to draw from, where there is one."""

    design: Design
    sheet: ModelSheet | None
    drawings: list[SheetDrawing] = field(default_factory=list)
    swatches: list[Swatch] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Change:
    """How a take differs from the one before it at the same stage; the first take has no `before`."""

    drawings: int
    before: Take | None
    new: int = 0
    changed: int = 0
    gone: int = 0
    words_of: dict[int, str] = field(default_factory=dict)  # drawing id → "new" or "changed"


def due_words(due_on: date | None, state: str) -> str:
    """Return when something is due, counted in days, or an empty text for what is done or has no date."""
    if due_on is None or state in {each.value for each in desks.OVER}:
        return ""
    days = (due_on - timezone.localdate()).days
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    if days < 2:
        return _("due tomorrow") if days else _("due today")
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


def boxes_of(user: User, cut: Cut) -> list[Box]:
    """Return a box for every stage, in the order of production; a stage that the cut does not have is empty."""
    production = cut.episode.production
    rows = {row.stage: row for row in cut.stages.select_related("assignee")}
    signed = signed_stages([cut]).get(cut.pk, {})
    held = access.roles_of(user, production)
    judges = may(held, Action.GIVE_VERDICT)
    return [
        _box(stage, rows.get(stage), cut, signed.get(stage), judges and _has(held, cut, stage))
        for stage in Stage
    ]


def cast_of(cut: Cut) -> list[CastSheet]:
    """Return the designs of the cast with the drawings and colours of their approved sheets."""
    designs = [row.design for row in cut.castings.select_related("design__character")]
    approved = ModelSheet.objects.filter(design__in=designs, state=SheetState.APPROVED)
    sheets = {sheet.design_id: sheet for sheet in approved}
    drawings: dict[int, list[SheetDrawing]] = defaultdict(list)
    for drawing in SheetDrawing.objects.filter(sheet__in=sheets.values()).order_by("position", "id"):
        drawings[drawing.sheet_id].append(drawing)
    swatches: dict[int, list[Swatch]] = defaultdict(list)
    colours = Swatch.objects.filter(colour_model__sheet__in=sheets.values()).select_related("colour_model")
    for swatch in colours.order_by("position", "id"):
        swatches[swatch.colour_model.sheet_id].append(swatch)
    return [_cast(design, sheets.get(design.pk), drawings, swatches) for design in designs]


def shared_of(user: User, cut: Cut) -> list[Cut]:
    """Return the cuts that share drawings with this one and that the person may see, with thumbnails."""
    visible = access.visible_cuts(user).filter(pk__in=cut.shared_with.values("pk")).values("pk")
    cuts = desks.with_thumbs(Cut.objects.filter(pk__in=visible))
    return list(cuts.select_related("episode").order_by("episode__code", "number"))


def changes_of(takes: Iterable[Take]) -> dict[int, Change]:
    """Return by take id how each take differs from the one before it at its stage. One query."""
    listed = sorted(takes, key=lambda take: take.number)
    contents: dict[int, dict[tuple[str, int], tuple[int, str]]] = defaultdict(dict)
    counted: dict[int, int] = defaultdict(int)
    drawings = Drawing.objects.filter(cell__take__in=listed).values_list(
        "pk", "cell__take_id", "cell__name", "number", "numbers", "content_sha256"
    )
    for pk, take_id, cell, number, numbers, content in drawings:
        counted[take_id] += 1
        for each in {*numbers, number}:
            contents[take_id][cell, each] = (pk, content)
    before: dict[str, Take] = {}
    changes: dict[int, Change] = {}
    for take in listed:
        last = before.get(take.stage)
        changes[take.pk] = _change(
            counted[take.pk], contents[take.pk], last, contents[last.pk] if last else {}
        )
        before[take.stage] = take
    return changes


def _box(stage: Stage, row: StageState | None, cut: Cut, signed: Signed | None, may_sign: bool) -> Box:  # noqa: FBT001
    due_on = (row.due_on or cut.due_on) if row else None
    state = row.state if row else StageStatus.TODO.value
    return Box(
        stage=stage,
        row=row,
        due_on=due_on,
        due=desks.due_state(due_on, state),
        due_words=due_words(due_on, state),
        signed=signed,
        may_sign=may_sign,
    )


def _has(held: set[str], cut: Cut, stage: str) -> bool:
    return bool(held & set(authority.roles_for(cut.episode.production, stage)))


def _cast(
    design: Design,
    sheet: ModelSheet | None,
    drawings: dict[int, list[SheetDrawing]],
    swatches: dict[int, list[Swatch]],
) -> CastSheet:
    if sheet is None:
        return CastSheet(design, None)
    shown = drawings[sheet.pk]
    return CastSheet(
        design=design,
        sheet=sheet,
        drawings=shown[:_SHEET_DRAWINGS],
        swatches=swatches[sheet.pk][:_SWATCHES],
        more=max(0, len(shown) - _SHEET_DRAWINGS),
    )


_Contents = dict[tuple[str, int], tuple[int, str]]


def _change(drawings: int, here: _Contents, last: Take | None, there: _Contents) -> Change:
    if last is None:
        return Change(drawings, None)
    words: dict[int, str] = {}
    for key, (pk, content) in here.items():
        if key not in there:
            words.setdefault(pk, "new")
        elif there[key][1] != content:
            words[pk] = "changed"
    said: list[Any] = list(words.values())
    return Change(
        drawings=drawings,
        before=last,
        new=said.count("new"),
        changed=said.count("changed"),
        gone=len(set(there) - set(here)),
        words_of=words,
    )
