"""Telling people: a notice for each who should know, a delivery for each webhook, in the caller's transaction.

Who may not see a cut is never told of it, whoever the caller names. Mail and webhooks go out after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from assets import access
from assets.choices import MailWhen, NoticeKind
from assets.models import Membership, Notice, NoticeChoice, Production, StageState
from assets.notice_words import TEST
from assets.services import mailing, webhooks
from studio.core import audit
from studio.core.errors import InvalidInput, phrase
from studio.core.models import User
from studio.core.roles import Action

_KEPT = timedelta(days=90)


def tell(
    *,
    kind: str,
    production: Production,
    people: Iterable[User],
    key: str,
    url: str,
    data: Mapping[str, Any],
    actor: User | None = None,
) -> list[Notice]:
    """Tell each of `people` once (`key` is what makes it once), but never the actor of what they did themselves.

    `data` holds what the sentence of this kind needs (see `assets.notice_words`), plain JSON; `url` is a path.
    Call it in the transaction of the change. Mail and webhooks go out after the commit.
    """
    webhooks.tell(kind=kind, production=production, key=key, url=url, data=data)
    told = {person.pk: person for person in people if person.is_active and person != actor}
    told = _who_may_know(told, production, data) if told else {}
    if not told:
        return []
    has_it = set(Notice.objects.filter(user__in=told, key=key).values_list("user_id", flat=True))
    choices = {each.user_id: each for each in NoticeChoice.objects.filter(user__in=told, kind=kind)}
    rows = [
        row
        for pk, person in told.items()
        if pk not in has_it and (row := _row(person, choices.get(pk))) is not None
    ]
    for row in rows:
        row.production, row.kind, row.key, row.url, row.data = production, kind, key, url, dict(data)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.mail_at for row in rows):
        mailing.send_soon()
    return list(Notice.objects.filter(user__in=[row.user_id for row in rows], key=key))


def mark_read(*, actor: User, notices: Iterable[int] | None = None) -> int:
    """Mark the person's own notices as read, all of them where none are named. Returns how many were unread."""
    unread = Notice.objects.filter(user=actor, in_page=True, read_at=None)
    if notices is not None:
        unread = unread.filter(pk__in=list(notices))
    return unread.update(read_at=timezone.now())


def choices_of(user: User) -> list[NoticeChoice]:
    """Return what the person wants to be told, a choice for every kind; those never saved are the usual ones."""
    kept = {each.kind: each for each in NoticeChoice.objects.filter(user=user)}
    return [kept.get(kind.value) or NoticeChoice(user=user, kind=kind.value) for kind in NoticeKind]


def set_choices(*, actor: User, choices: Mapping[str, Mapping[str, Any]]) -> list[NoticeChoice]:
    """Keep the person's choices: per kind `in_page` and `mail`. Kinds that are not named stay as they are.

    Raises:
        InvalidInput: an unknown kind or time of mail; nothing was changed.
    """
    for kind, wanted in choices.items():
        if kind not in NoticeKind.values:
            raise InvalidInput(
                field="kind",
                reason=phrase(
                    "“{value}” is not one of {known}", value=kind, known=", ".join(NoticeKind.values)
                ),
            )
        if wanted["mail"] not in MailWhen.values:
            raise InvalidInput(
                field="mail",
                reason=phrase(
                    "“{value}” is not one of {known}", value=wanted["mail"], known=", ".join(MailWhen.values)
                ),
            )
    with transaction.atomic():
        before = {each.kind: _as_words(each) for each in choices_of(actor)}
        for kind, wanted in choices.items():
            values = {"in_page": bool(wanted["in_page"]), "mail": wanted["mail"]}
            NoticeChoice.objects.update_or_create(user=actor, kind=kind, defaults=values)
        kept = choices_of(actor)
        old, new = audit.diff(before, {each.kind: _as_words(each) for each in kept})
        if new:
            audit.record(actor=actor, verb="notices.choose", target=actor, before=old, after=new)
    return kept


def set_address(*, actor: User, email: str) -> User:
    """Keep the address to which the person's mail goes; an empty one means no mail.

    Raises:
        InvalidInput: it is no mail address.
    """
    wanted = email.strip()
    try:
        if wanted:
            validate_email(wanted)
    except ValidationError as error:
        raise InvalidInput(field="email", reason=str(error.messages[0])) from error
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.pk)
        before, user.email = {"email": user.email}, wanted
        if before["email"] != wanted:
            user.save(update_fields=["email"])
            audit.record(
                actor=actor, verb="notices.address", target=user, before=before, after={"email": wanted}
            )
    return user


def send_test(*, actor: User) -> Notice:
    """Send the person a notice in the page and by mail at once, so that they see what reaches them.

    Raises:
        InvalidInput: the person belongs to no production, so there is nothing to be told of.
    """
    production = access.visible_productions(actor).order_by("archived", "code").first()
    if production is None:
        raise InvalidInput(field="production", reason="you belong to no production yet")
    now = timezone.now()
    with transaction.atomic():
        notice = Notice.objects.create(
            user=actor,
            production=production,
            kind=TEST,
            key=f"test:{now.timestamp()}",
            url="/notices/",
            mail_at=now if mailing.reaches(actor) else None,
        )
        if notice.mail_at:
            mailing.send_soon()
    return notice


def clear_old(now: datetime | None = None) -> int:
    """Remove notices that were read, or only ever meant for mail, long ago. Returns how many."""
    before = (now or timezone.now()) - _KEPT
    old = Notice.objects.filter(created_at__lt=before)
    return old.exclude(in_page=True, read_at=None).delete()[0]


def _row(person: User, choice: NoticeChoice | None) -> Notice | None:
    """Return the notice that this person wants, or None where they want to hear nothing of the kind."""
    wanted = choice or NoticeChoice()
    if not wanted.in_page and wanted.mail == MailWhen.NEVER:
        return None
    at_once = wanted.mail == MailWhen.AT_ONCE and mailing.reaches(person)
    return Notice(user=person, in_page=wanted.in_page, mail_at=timezone.now() if at_once else None)


def _who_may_know(told: dict[int, User], production: Production, data: Mapping[str, Any]) -> dict[int, User]:
    """Leave out who is not of the production, and outside artists where the cut is not theirs."""
    members = Membership.objects.filter(production=production, user__in=told)
    roles: dict[int, set[str]] = {}
    for user_id, role in members.values_list("user_id", "role"):
        roles.setdefault(user_id, set()).add(role)
    whole = set(access.roles_with(Action.VIEW_ALL_CUTS))
    inside = {pk for pk, user in told.items() if user.is_superuser or roles.get(pk, set()) & whole}
    outside = roles.keys() - inside
    if outside and "cut" in data:
        episode, _sep, number = str(data["cut"]).rpartition("_C")
        outside &= set(
            StageState.objects.filter(
                cut__episode__production=production,
                cut__episode__code=episode,
                cut__number=number,
                assignee__in=outside,
            ).values_list("assignee_id", flat=True)
        )
    return {pk: user for pk, user in told.items() if pk in inside or pk in outside}


def _as_words(choice: NoticeChoice) -> str:
    return f"{'page' if choice.in_page else 'no page'}, mail {choice.mail}"
