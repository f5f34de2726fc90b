"""Comments: words pinned to a take, a drawing, a point of it or a range of frames. Written once, never edited."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import access, authority
from assets.choices import NoticeKind
from assets.csv_guard import guard
from assets.models import Drawing, Episode, StageState, Take
from assets.services import notices
from qa import selectors_comments as selectors
from qa.models import Comment
from studio.core import audit
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound
from studio.core.models import User
from studio.core.roles import Action

TEXT_MAX = 4000
_LAST_FRAME = 1_000_000
_SENT_AGAIN = timedelta(minutes=2)  # a page that got no answer sends the same words once more
_TOLD_CHARS = 140
COLUMNS = (
    "episode",
    "cut",
    "stage",
    "take",
    "number",
    "reply",
    "drawing",
    "x_px",
    "y_px",
    "frame_from",
    "frame_to",
    "comment",
    "mentions",
    "by",
    "at",
    "state",
    "resolved_by",
    "resolved_at",
)


@dataclass(frozen=True)
class Pin:
    """Where a comment is pinned; nothing given means the take as a whole."""

    drawing: Drawing | None = None
    point_xy: Sequence[float] | None = None  # px of the drawing
    frame_from: int | None = None
    frame_to: int | None = None


def write(
    *,
    actor: User,
    take: Take,
    text: str,
    pin: Pin | None = None,
    parent: Comment | None = None,
    mentions: Iterable[User] = (),
) -> Comment:
    """Write a comment, or with `parent` a reply. Who sees the cut may.

    People are mentioned by `mentions` and by an @login in the text; they and the artist of the stage are told.
    The same words at the same place by the same person within two minutes are the same comment.

    Raises:
        InvalidInput: empty or too long text, a pin that does not lie in the take, a reply to a reply, or a
            person who may not see the cut.
        InvalidTransition: a reply to a comment that was withdrawn.
    """
    cut = take.cut
    access.require(actor, Action.VIEW, cut.episode.production, cut)
    text, pin = _checked_text(text), _checked_pin(take, pin or Pin())
    with transaction.atomic():
        Take.objects.select_for_update().get(
            pk=take.pk
        )  # one writer at a time, so that nothing is written twice
        parent = _checked_parent(take, parent)
        again = _sent_before(actor, take, text, pin, parent)
        if again is not None:
            return again
        named = _mentioned(take, text, mentions)
        comment = Comment.objects.create(
            take=take,
            drawing=pin.drawing,
            point_xy=list(pin.point_xy) if pin.point_xy else None,
            frame_from=pin.frame_from,
            frame_to=pin.frame_to,
            parent=parent,
            text=text,
            by=actor,
        )
        comment.mentions.set(named)
        _record(actor, "comment.write", comment, after={"text": text, **_place(comment)})
        _tell(actor, comment, named)
    return comment


def may_resolve(user: User, take: Take) -> bool:
    """Return whether `user` may resolve whatever comment of `take`: who gives verdicts, and the stage's artist.

    The writer of a comment may resolve it in any case.
    """
    if access.allowed(user, Action.GIVE_VERDICT, take.cut.episode.production, take.cut):
        return True
    return _artists(take).filter(pk=user.pk).exists() and access.allowed(
        user, Action.VIEW, take.cut.episode.production, take.cut
    )


def resolve(*, actor: User, comment: Comment) -> Comment:
    """Say that a comment is settled.

    Raises:
        NotAllowed: the actor is not its writer, gives no verdicts and is not the artist of the stage.
        InvalidTransition: it is resolved already or withdrawn, or it is a reply.
    """
    with transaction.atomic():
        comment = _locked(actor, comment)
        _require_settler(actor, comment)
        if comment.parent_id or comment.resolved_at or comment.withdrawn_at:
            raise InvalidTransition(what="comment", state=_state(comment), wanted=_("resolve"))
        comment.resolved_by, comment.resolved_at = actor, timezone.now()
        comment.save(update_fields=["resolved_by", "resolved_at"])
        _record(actor, "comment.resolve", comment, before={"state": "open"}, after={"state": "resolved"})
    return comment


def reopen(*, actor: User, comment: Comment) -> Comment:
    """Say that a resolved comment is not settled after all; the same people may as resolve it.

    Raises:
        NotAllowed: as for `resolve`.
        InvalidTransition: it is not resolved.
    """
    with transaction.atomic():
        comment = _locked(actor, comment)
        _require_settler(actor, comment)
        if comment.resolved_at is None:
            raise InvalidTransition(what="comment", state=_state(comment), wanted=_("reopen"))
        comment.resolved_by, comment.resolved_at = None, None
        comment.save(update_fields=["resolved_by", "resolved_at"])
        _record(actor, "comment.reopen", comment, before={"state": "resolved"}, after={"state": "open"})
    return comment


def withdraw(*, actor: User, comment: Comment) -> Comment:
    """Take one's own words back: the place stays, the text is seen by nobody any more; the audit log has it.

    Raises:
        NotAllowed: somebody else wrote it.
        InvalidTransition: it is withdrawn already.
    """
    with transaction.atomic():
        comment = _locked(actor, comment)
        if comment.by_id != actor.pk:
            raise NotAllowed(action=_("withdraw what somebody else wrote"))
        if comment.withdrawn_at is not None:
            raise InvalidTransition(what="comment", state=_state(comment), wanted=_("withdraw"))
        comment.withdrawn_at = timezone.now()
        comment.save(update_fields=["withdrawn_at"])
        _record(actor, "comment.withdraw", comment, before={"text": comment.text}, after={"text": ""})
    return comment


def write_csv(*, actor: User, episode: Episode) -> bytes:
    """Return all comments of an episode as CSV that Excel opens rightly: BOM, CRLF, no cell is a formula."""
    access.require(actor, Action.VIEW, episode.production)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    take_id, number = None, 0
    for root in selectors.comments_of_episode(actor, episode):
        number = number + 1 if root.take_id == take_id else 1
        take_id = root.take_id
        for place, comment in enumerate([root, *root.replies.all()]):
            cells = _line(root, comment, f"{number}", f"{place}" if place else "")
            writer.writerow([guard(cell) for cell in cells])
    return buffer.getvalue().encode("utf-8-sig")


def _line(root: Comment, comment: Comment, number: str, reply: str) -> list[str]:
    take = root.take
    x_px, y_px = root.point_xy or ("", "")
    return [
        take.cut.episode.code,
        take.cut.number,
        take.stage,
        f"T{take.number}",
        number,
        reply,
        str(root.drawing or ""),
        str(x_px),
        str(y_px),
        str(root.frame_from or ""),
        str(root.frame_to or ""),
        "" if comment.withdrawn_at else comment.text,
        ", ".join(str(person) for person in comment.mentions.all()),
        str(comment.by),
        comment.at.strftime("%Y-%m-%d %H:%M"),
        _state(comment),
        str(comment.resolved_by or ""),
        comment.resolved_at.strftime("%Y-%m-%d %H:%M") if comment.resolved_at else "",
    ]


def _checked_text(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text or "\x00" in text:
        raise InvalidInput(field="text", reason=_("write what you want to say"))
    if len(text) > TEXT_MAX:
        raise InvalidInput(field="text", reason=_("at most %(n)d characters") % {"n": TEXT_MAX})
    return text


def _checked_pin(take: Take, pin: Pin) -> Pin:
    if pin.drawing is not None and pin.drawing.cell.take_id != take.pk:
        raise InvalidInput(field="drawing", reason=_("it is not a drawing of this take"))
    if pin.point_xy is not None:
        if pin.drawing is None or len(pin.point_xy) != 2:
            raise InvalidInput(field="point_xy", reason=_("a point needs a drawing, and two numbers"))
        x_px, y_px = pin.point_xy
        if not (0 <= x_px <= pin.drawing.width_px and 0 <= y_px <= pin.drawing.height_px):
            raise InvalidInput(field="point_xy", reason=_("it lies outside the drawing"))
    first = pin.frame_from if pin.frame_from is not None else pin.frame_to
    last = pin.frame_to if pin.frame_to is not None else pin.frame_from
    if first is not None and last is not None and not 1 <= first <= last <= _LAST_FRAME:
        raise InvalidInput(field="frame_from", reason=_("frames count from 1, the first before the last"))
    point = [round(float(value), 1) for value in pin.point_xy] if pin.point_xy else None
    return Pin(pin.drawing, point, first, last)


def _checked_parent(take: Take, parent: Comment | None) -> Comment | None:
    """Return the comment that is answered, as it stands now."""
    if parent is None:
        return None
    found = Comment.objects.filter(pk=parent.pk, take=take, parent=None).first()
    if found is None:
        raise InvalidInput(field="parent", reason=_("a reply belongs to a comment of the same take"))
    if found.withdrawn_at is not None:
        raise InvalidTransition(what="comment", state=_state(found), wanted=_("reply"))
    return found


def _sent_before(actor: User, take: Take, text: str, pin: Pin, parent: Comment | None) -> Comment | None:
    rows = Comment.objects.filter(
        take=take, by=actor, text=text, parent=parent, drawing=pin.drawing, withdrawn_at=None,
        frame_from=pin.frame_from, frame_to=pin.frame_to, at__gte=timezone.now() - _SENT_AGAIN,
    )  # fmt: skip
    return next((row for row in rows if row.point_xy == (pin.point_xy or None)), None)


def _mentioned(take: Take, text: str, mentions: Iterable[User]) -> list[User]:
    readers = selectors.readers_of(take.cut)
    asked = {person.pk: person for person in mentions}
    may_see = set(readers.filter(pk__in=asked).values_list("pk", flat=True))
    for pk, person in asked.items():
        if pk not in may_see:
            reason = _("%(person)s may not see this cut and cannot be mentioned") % {"person": person}
            raise InvalidInput(field="mentions", reason=reason)
    in_text = readers.filter(username__in=selectors.named_in(text))
    return list({**asked, **{person.pk: person for person in in_text}}.values())


def _tell(actor: User, comment: Comment, named: list[User]) -> None:
    take = comment.take
    url = f"{reverse('room', args=[take.pk])}#comment-{comment.parent_id or comment.pk}"
    data = {
        "cut": str(take.cut),
        "stage": take.stage,
        "take_number": take.number,
        "person": str(actor),
        "text": comment.text[:_TOLD_CHARS],
    }
    said: dict[str, Any] = {
        "production": take.cut.episode.production, "url": url, "data": data, "actor": actor
    }  # fmt: skip
    named_ids = {person.pk for person in named}
    others = [person for person in _concerned(comment) if person.pk not in named_ids]
    notices.tell(kind=NoticeKind.MENTION, people=named, key=f"comment:{comment.pk}:mention", **said)
    notices.tell(kind=NoticeKind.COMMENT, people=others, key=f"comment:{comment.pk}", **said)


def _concerned(comment: Comment) -> list[User]:
    """Return who should know of a comment: the artists of the take, and who spoke in the thread before."""
    ids = set(_artists(comment.take).values_list("pk", flat=True))
    if comment.parent is not None:
        ids |= {comment.parent.by_id, *comment.parent.replies.values_list("by_id", flat=True)}
    return list(selectors.readers_of(comment.take.cut).filter(pk__in=ids))


def _artists(take: Take) -> Any:
    """Return who has the stage and who delivered the take."""
    holders = StageState.objects.filter(cut=take.cut_id, stage=take.stage).values("assignee")
    return User.objects.filter(Q(pk__in=holders) | Q(takes=take.pk)).distinct()


def _require_settler(actor: User, comment: Comment) -> None:
    if comment.by_id != actor.pk and not may_resolve(actor, comment.take):
        names = [
            str(person)
            for person in authority.people_with_authority(_production(comment), comment.take.stage)
        ]
        raise NotAllowed("comment_not_yours", who=", ".join([str(comment.by), *names]))


def _locked(actor: User, comment: Comment) -> Comment:
    """Lock the row of a comment that the actor may see."""
    related = ("take__cut__episode__production", "by")
    rows = Comment.objects.select_for_update(of=("self",)).select_related(*related)
    found = rows.filter(pk=comment.pk).first()
    if found is None:
        raise NotFound(what="comment")
    access.require(actor, Action.VIEW, _production(found), found.take.cut)
    return found


def _production(comment: Comment) -> Any:
    return comment.take.cut.episode.production


def _state(comment: Comment) -> str:
    if comment.withdrawn_at is not None:
        return _("withdrawn")
    return _("resolved") if comment.resolved_at is not None else _("open")


def _place(comment: Comment) -> dict[str, Any]:
    place = {
        "drawing": str(comment.drawing or ""),
        "frames": f"{comment.frame_from}–{comment.frame_to}" if comment.frame_from else "",
        "reply_to": str(comment.parent_id or ""),
    }
    return {name: value for name, value in place.items() if value}


def _record(
    actor: User, verb: str, comment: Comment, *, after: dict[str, Any], before: dict[str, Any] | None = None
) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=comment.take,
        production_id=comment.take.cut.episode.production_id,
        before={"comment": comment.pk, **before} if before else {},
        after={"comment": comment.pk, **after},
    )
