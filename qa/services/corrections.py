"""Corrections (修正): what a person draws over a drawing, on the paper of their role.

Everybody draws on their own correction, so two people at one drawing never write the same row. A stroke is named by
the page that made it; a page may send it as often as it likes, it is written once. Nothing drawn is ever deleted.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from assets import access, authority
from assets.models import Drawing
from qa.choices import StrokeTool
from qa.models import Correction, CorrectionStroke
from studio.core import audit
from studio.core.errors import InvalidInput, NotAllowed, NotFound, phrase
from studio.core.models import User
from studio.core.roles import Action

MOST_POINTS = 2000  # of one stroke
MOST_STROKES_AT_ONCE = 100
MOST_STROKES = 2000  # of one person over one drawing, erased ones too
MOST_TEXT = 300
WIDEST_PX = 400.0
_POINTS_OF = {StrokeTool.ARROW: 2, StrokeTool.BOX: 2, StrokeTool.TEXT: 1}

StrokeData = Mapping[str, Any]


def may_draw(user: User, drawing: Drawing) -> bool:
    """Return whether `user` may draw over `drawing`: who decides about it, and who answers with a take."""
    cut = drawing.cell.take.cut
    production = cut.episode.production
    return any(
        access.allowed(user, action, production, cut) for action in (Action.GIVE_VERDICT, Action.UPLOAD_TAKE)
    )


def draw(*, actor: User, drawing: Drawing, strokes: Sequence[StrokeData]) -> Correction:
    """Add strokes to the actor's correction of `drawing`; a stroke that is there already stays as it is.

    A stroke is {uid, tool, points [[x, y, pressure], …] in px of the drawing, width_px, text}.
    Locks: the correction.

    Raises:
        InvalidInput: a stroke is malformed, too long or too far out, or belongs to somebody else.
    """
    if not 0 < len(strokes) <= MOST_STROKES_AT_ONCE:
        reason = phrase("between 1 and {limit} strokes at once", limit=MOST_STROKES_AT_ONCE)
        raise InvalidInput(field="strokes", reason=reason)
    with transaction.atomic():
        _require(actor, drawing)
        checked = [_checked(stroke, drawing) for stroke in strokes]
        correction = _locked(actor, drawing)
        new = _unknown(correction, {stroke.uid: stroke for stroke in checked})
        total = correction.strokes.count() + len(new)
        if total > MOST_STROKES:
            reason = phrase("this correction is full; it holds {limit} strokes", limit=MOST_STROKES)
            raise InvalidInput(field="strokes", reason=reason)
        for stroke in new:
            stroke.correction = correction
        CorrectionStroke.objects.bulk_create(new)
        if new:
            _written(actor, correction, "correction.draw", {"strokes": len(new), "total": total})
    return correction


def erase(*, actor: User, drawing: Drawing, uids: Iterable[str | uuid.UUID]) -> Correction:
    """Erase strokes of the actor's own correction; one that is erased already stays so.

    Raises:
        NotFound: the actor has no such stroke on this drawing.
    """
    return _set_erased(actor, drawing, uids, erased=True)


def restore(*, actor: User, drawing: Drawing, uids: Iterable[str | uuid.UUID]) -> Correction:
    """Bring erased strokes of the actor's own correction back. Raises what `erase` raises."""
    return _set_erased(actor, drawing, uids, erased=False)


def _set_erased(
    actor: User, drawing: Drawing, uids: Iterable[str | uuid.UUID], *, erased: bool
) -> Correction:
    wanted = {_uid(uid) for uid in uids}
    with transaction.atomic():
        _require(actor, drawing)
        correction = Correction.objects.select_for_update().filter(drawing=drawing, by=actor).first()
        strokes = CorrectionStroke.objects.filter(correction=correction, uid__in=wanted)
        if correction is None or strokes.count() != len(wanted):
            raise NotFound(what="stroke")
        at = timezone.now() if erased else None
        count = strokes.filter(erased_at__isnull=erased).update(erased_at=at)
        if count:
            verb = "correction.erase" if erased else "correction.restore"
            _written(actor, correction, verb, {"strokes": count})
    return correction


def _require(actor: User, drawing: Drawing) -> None:
    cut = drawing.cell.take.cut
    access.require(actor, Action.VIEW, cut.episode.production, cut)
    if not may_draw(actor, drawing):
        raise NotAllowed(action=str(Action.GIVE_VERDICT.label))


def _locked(actor: User, drawing: Drawing) -> Correction:
    """Return the actor's correction of the drawing, locked; it is begun with the first stroke."""
    role, colour = authority.paper_of(actor, drawing.cell.take.cut.episode.production)
    Correction.objects.get_or_create(drawing=drawing, by=actor, defaults={"role": role, "colour": colour})
    return Correction.objects.select_for_update().get(drawing=drawing, by=actor)


def _unknown(correction: Correction, strokes: dict[uuid.UUID, CorrectionStroke]) -> list[CorrectionStroke]:
    """Return the strokes that are not written yet, in their order. Raises InvalidInput for somebody else's."""
    there = dict(CorrectionStroke.objects.filter(uid__in=strokes).values_list("uid", "correction"))
    if any(owner != correction.pk for owner in there.values()):
        raise InvalidInput(field="uid", reason=phrase("this stroke belongs to another correction"))
    return [stroke for uid, stroke in strokes.items() if uid not in there]


def _written(actor: User, correction: Correction, verb: str, after: dict[str, int]) -> None:
    correction.save(update_fields=["changed_at"])
    drawing = correction.drawing
    audit.record(
        actor=actor,
        verb=verb,
        target=correction,
        production_id=drawing.cell.take.cut.episode.production_id,
        after={"drawing": str(drawing), **after},
    )


def _checked(stroke: StrokeData, drawing: Drawing) -> CorrectionStroke:
    """Return the stroke as a row that is not written yet."""
    if not isinstance(stroke, Mapping):
        raise InvalidInput(field="strokes", reason=phrase("a stroke was expected"))
    tool = stroke.get("tool", StrokeTool.PEN)
    if tool not in StrokeTool.values:
        known = ", ".join(StrokeTool.values)
        reason = phrase("“{value}” is not one of {known}", value=tool, known=known)
        raise InvalidInput(field="tool", reason=reason)
    width = _finite(stroke.get("width_px", 3.0), "width_px")
    if not 0 < width <= WIDEST_PX:
        reason = phrase("more than 0 and at most {limit}", limit=WIDEST_PX)
        raise InvalidInput(field="width_px", reason=reason)
    return CorrectionStroke(
        uid=_uid(stroke.get("uid")),
        tool=tool,
        points=_points(stroke.get("points"), tool, drawing),
        width_px=round(width, 2),
        text=_text(stroke.get("text") or "", tool),
    )


def _uid(raw: Any) -> uuid.UUID:
    try:
        return raw if isinstance(raw, uuid.UUID) else uuid.UUID(str(raw))
    except ValueError as error:
        raise InvalidInput(field="uid", reason=phrase("“{value}” is no uuid", value=raw)) from error


def _points(raw: Any, tool: str, drawing: Drawing) -> list[list[float]]:
    if not isinstance(raw, list | tuple) or not raw:
        raise InvalidInput(field="points", reason=phrase("a stroke needs points"))
    if len(raw) > MOST_POINTS:
        reason = phrase("at most {limit} points in one stroke", limit=MOST_POINTS)
        raise InvalidInput(field="points", reason=reason)
    wanted = _POINTS_OF.get(StrokeTool(tool))
    if wanted is not None and len(raw) != wanted:
        reason = phrase("{tool} takes exactly {count} points", tool=tool, count=wanted)
        raise InvalidInput(field="points", reason=reason)
    return [_placed(each, drawing) for each in raw]


def _placed(raw: Any, drawing: Drawing) -> list[float]:
    """Return one point as [x, y, pressure]; at most the drawing's own size away from it."""
    if not isinstance(raw, list | tuple) or not 2 <= len(raw) <= 3:
        raise InvalidInput(field="points", reason=phrase("a point is x, y and pressure"))
    x, y = _finite(raw[0], "points"), _finite(raw[1], "points")
    pressure = _finite(raw[2], "points") if len(raw) == 3 else 0.5
    height, width = drawing.size_hw
    if not (-width <= x <= 2 * width and -height <= y <= 2 * height):
        reason = phrase("{x}, {y} lies too far from the drawing", x=round(x), y=round(y))
        raise InvalidInput(field="points", reason=reason)
    return [round(x, 2), round(y, 2), round(min(max(pressure, 0.0), 1.0), 3)]


def _finite(raw: Any, field: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise InvalidInput(field=field, reason=phrase("“{value}” is not a number", value=raw))
    return float(raw)


def _text(raw: Any, tool: str) -> str:
    text = str(raw).replace("\x00", "").strip()
    if len(text) > MOST_TEXT:
        reason = phrase("at most {limit} letters", limit=MOST_TEXT)
        raise InvalidInput(field="text", reason=reason)
    if tool == StrokeTool.TEXT and not text:
        raise InvalidInput(field="text", reason=phrase("write something, or leave it out"))
    return text if tool == StrokeTool.TEXT else ""
