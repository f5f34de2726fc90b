"""Who is to decide about which flag: given to a person, taken back, with a notice to whom it was given."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.db import transaction
from django.urls import reverse

from assets import access
from assets.choices import NoticeKind
from assets.models import Cut, Production
from assets.services import notices
from qa.models import Flag, FlagAssignment
from studio.core import audit
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import User
from studio.core.roles import Action

_NAMED = 3  # cuts that a notice names; the rest is in the list that it leads to


def assign(*, actor: User, flags: Sequence[Flag], user: User | None) -> list[Flag]:
    """Give the flags to `user`, or to nobody, and return those that somebody else had before. All or none.

    Whoever may give verdicts may assign, and only people who may give verdicts there can be given a flag.

    Locks: the flags in the order of their ids, so that two people who assign at once cannot deadlock.

    Raises:
        NotFound: a flag is not there or its cut is not visible to the actor.
        NotAllowed: the actor may not give verdicts.
        InvalidInput: `user` may not give verdicts there.
    """
    with transaction.atomic():
        locked = _locked(flags)
        cuts = {_cut(flag).pk: _cut(flag) for flag in locked}
        for cut in cuts.values():
            _require(actor, cut, user)
        given = [flag for flag in locked if _give(actor, flag, user)]
        if given and user is not None:
            _tell(actor, user, given)
    return given


def _locked(flags: Sequence[Flag]) -> list[Flag]:
    wanted = {flag.pk for flag in flags}
    found = list(
        Flag.objects.select_for_update(of=("self",))
        .select_related("drawing__cell__take__cut__episode__production", "assignment__user")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    if len(found) != len(wanted):
        raise NotFound(what="flag")
    return found


def _require(actor: User, cut: Cut, user: User | None) -> None:
    production = cut.episode.production
    access.require(actor, Action.GIVE_VERDICT, production, cut)
    if user is not None and not access.allowed(user, Action.GIVE_VERDICT, production, cut):
        reason = phrase("{person} may not give verdicts here", person=str(user))
        raise InvalidInput(field="user", reason=reason)


def _give(actor: User, flag: Flag, user: User | None) -> bool:
    """Write the assignment and its audit; return whether anything changed."""
    present: FlagAssignment | None = getattr(flag, "assignment", None)
    before = present.user if present else None
    if before == user:
        return False
    if user is None:
        FlagAssignment.objects.filter(flag=flag).delete()
    else:
        FlagAssignment.objects.update_or_create(flag=flag, defaults={"user": user, "by": actor})
    audit.record(
        actor=actor,
        verb="flag.assign",
        target=flag,
        production_id=_cut(flag).episode.production_id,
        before={"person": str(before or "")},
        after={"person": str(user or "")},
    )
    return True


def _tell(actor: User, user: User, flags: Sequence[Flag]) -> None:
    """Tell the person, once for each production, with the list of what is theirs now."""
    by_production: dict[Production, list[Flag]] = {}
    for flag in flags:
        by_production.setdefault(_cut(flag).episode.production, []).append(flag)
    for production, theirs in by_production.items():
        names = list(dict.fromkeys(str(_cut(flag)) for flag in theirs))
        stages = list(dict.fromkeys(flag.drawing.cell.take.stage for flag in theirs))
        notices.tell(
            kind=NoticeKind.WORK_ASSIGNED,
            production=production,
            people=[user],
            key=f"flags:{uuid4()}",
            url=f"{reverse('review', args=[production.code])}?assigned=me",
            data={
                "cut": ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else ""),
                "stage": " ".join(stages),
                "person": str(actor),
                "what": "flags",
                "count": len(theirs),
            },
            actor=actor,
        )


def _cut(flag: Flag) -> Cut:
    return flag.drawing.cell.take.cut
