"""Playlists for a rush: cuts in the order in which they are shown, and links by which a guest may look at one."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from assets import access
from assets.choices import Stage
from assets.models import Cut, Episode, GuestLink, Playlist, PlaylistItem, Production, Take
from assets.services import rows
from studio.core import audit
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import User
from studio.core.roles import Action

MAX_ITEMS = 1_000
MAX_DAYS = 90
_FIELDS = ("name", "note")
_RANGE = re.compile(r"(?P<first>\d{1,6}[A-Za-z]?)(?:\s*[-–~〜]\s*(?P<last>\d{1,6}[A-Za-z]?))?$")


def create(
    *,
    actor: User,
    production: Production,
    name: str,
    note: str = "",
    episode: Episode | None = None,
    stage: str = "",
) -> Playlist:
    """Make a playlist; with an episode, of all its cuts that have a take (of `stage`, where one is named).

    Raises:
        InvalidInput, DuplicateContent: an empty or taken name, an unknown stage.
    """
    access.require(actor, Action.MANAGE_RUSH, production)
    if stage and stage not in Stage.values:
        raise InvalidInput(field="stage", reason=phrase("“{value}” is no stage", value=stage))
    with transaction.atomic():
        playlist = rows.create(
            Playlist(production=production, name=name.strip(), note=note, created_by=actor),
            actor=actor,
            verb="playlist.create",
            production_id=production.pk,
            names=_FIELDS,
        )
        if episode is not None:
            _append(playlist, list(_with_takes(episode, stage)), stage)
    return playlist


def update(*, actor: User, playlist: Playlist, **fields: str) -> Playlist:
    """Change name or note."""
    access.require(actor, Action.MANAGE_RUSH, playlist.production)
    with transaction.atomic():
        return rows.change(
            rows.locked(playlist),
            fields,
            actor=actor,
            verb="playlist.update",
            production_id=playlist.production_id,
            allowed=_FIELDS,
        )


def remove(*, actor: User, playlist: Playlist) -> None:
    """Delete a playlist with its guest links; cuts and takes stay."""
    access.require(actor, Action.MANAGE_RUSH, playlist.production)
    with transaction.atomic():
        rows.remove(
            rows.locked(playlist),
            actor=actor,
            verb="playlist.remove",
            production_id=playlist.production_id,
            names=_FIELDS,
        )


def add_cuts(*, actor: User, playlist: Playlist, episode: Episode, numbers: str) -> list[PlaylistItem]:
    """Append cuts named as people name them: "12", "12, 14-20, 101A"; a range takes what is between in order.

    Raises:
        InvalidInput: something that is no number, or nothing found.
    """
    access.require(actor, Action.MANAGE_RUSH, playlist.production)
    cuts = _named(actor, episode, numbers)
    with transaction.atomic():
        playlist = rows.locked(playlist)
        items = _append(playlist, cuts, "")
        _record(actor, playlist, "playlist.add", after={"cuts": [str(cut) for cut in cuts]})
    return items


def remove_item(*, actor: User, item: PlaylistItem) -> None:
    """Take one cut out of its playlist."""
    playlist = item.playlist
    access.require(actor, Action.MANAGE_RUSH, playlist.production)
    with transaction.atomic():
        rows.locked(playlist)
        _record(actor, playlist, "playlist.remove_item", before={"cut": str(item.cut)})
        item.delete()


def move_item(*, actor: User, item: PlaylistItem, step: int) -> None:
    """Move a cut by so many places, to the ends at most."""
    playlist = item.playlist
    access.require(actor, Action.MANAGE_RUSH, playlist.production)
    with transaction.atomic():
        rows.locked(playlist)
        order = list(playlist.items.order_by("position", "id"))
        place = next(index for index, each in enumerate(order) if each.pk == item.pk)
        moved = order.pop(place)
        target = max(0, min(len(order), place + step))
        order.insert(target, moved)
        for position, each in enumerate(order):
            each.position = position
        PlaylistItem.objects.bulk_update(order, ["position"])
        _record(actor, playlist, "playlist.move", before={"place": place + 1}, after={"place": target + 1})


def open_guest_link(*, actor: User, playlist: Playlist, label: str, days: int) -> tuple[GuestLink, str]:
    """Return a new link and its token, which is shown once and not kept.

    Raises:
        InvalidInput: no label, or days outside 1 to MAX_DAYS.
    """
    access.require(actor, Action.MANAGE_MEMBERS, playlist.production)
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(field="days", reason=phrase("from {first} to {last}", first=1, last=MAX_DAYS))
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        link = rows.create(
            GuestLink(
                playlist=playlist,
                label=label.strip(),
                token_sha256=_digest(token),
                expires_at=timezone.now() + timedelta(days=days),
                created_by=actor,
            ),
            actor=actor,
            verb="guest_link.open",
            production_id=playlist.production_id,
            names=("label", "expires_at"),
        )
    return link, token


def revoke_guest_link(*, actor: User, link: GuestLink) -> GuestLink:
    """End a link now; ending it again changes nothing."""
    production = link.playlist.production
    access.require(actor, Action.MANAGE_MEMBERS, production)
    with transaction.atomic():
        link = rows.locked(link)
        if link.revoked_at is None:
            link.revoked_at = timezone.now()
            link.save(update_fields=["revoked_at"])
            audit.record(
                actor=actor,
                verb="guest_link.revoke",
                target=link,
                production_id=production.pk,
                after={"label": link.label},
            )
    return link


def guest_link_of(token: str) -> GuestLink:
    """Return the link that `token` opens now, and note that it was used.

    Raises:
        NotFound: no such link, or it has ended: a guest is not told which.
    """
    now = timezone.now()
    found = (
        GuestLink.objects.select_related("playlist__production")
        .filter(token_sha256=_digest(token), revoked_at=None, expires_at__gt=now)
        .filter(playlist__production__archived=False)
        .first()
    )
    if found is None:
        raise NotFound(what="link")
    if found.last_used_at is None or now - found.last_used_at > timedelta(minutes=1):
        GuestLink.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def take_of(item: PlaylistItem) -> Take | None:
    """Return the take that an item shows: its own, else the newest of its cut."""
    if item.take_id is not None:
        return item.take
    return item.cut.takes.order_by("-submitted_at", "-id").first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _with_takes(episode: Episode, stage: str) -> QuerySet[Cut]:
    takes = Take.objects.filter(cut=OuterRef("pk"))
    takes = takes.filter(stage=stage) if stage else takes
    return episode.cuts.filter(Exists(takes), omitted=False).order_by("number", "pk")


def _named(actor: User, episode: Episode, numbers: str) -> list[Cut]:
    cuts = list(access.visible_cuts(actor).filter(episode=episode, omitted=False).order_by("number", "pk"))
    found: list[Cut] = []
    for word in re.split(r"[,、\s]+(?![-–~〜])", numbers.strip()):
        match = _RANGE.match(word)
        if match is None:
            raise InvalidInput(field="numbers", reason=phrase("“{value}” is no cut number", value=word))
        first, last = _key(match["first"]), _key(match["last"] or match["first"])
        between = [cut for cut in cuts if first <= _key(cut.number) <= last]
        if not between:
            raise InvalidInput(field="numbers", reason=phrase("there is no cut {value}", value=word))
        found += between
    return found


def _key(number: str) -> tuple[int, str]:
    """Sort 101 before 101A before 102, whatever the zeros in front."""
    digits = re.match(r"\d*", number)
    assert digits is not None
    return int(digits[0] or 0), number[digits.end() :].upper()


def _append(playlist: Playlist, cuts: Sequence[Cut], stage: str) -> list[PlaylistItem]:
    last = playlist.items.aggregate(last=Max("position"))["last"]
    start = 0 if last is None else last + 1
    if playlist.items.count() + len(cuts) > MAX_ITEMS:
        raise InvalidInput(
            field="numbers", reason=phrase("at most {limit} cuts in a playlist", limit=MAX_ITEMS)
        )
    newest = {}
    if stage:
        found = Take.objects.filter(cut__in=cuts, stage=stage).order_by("number")
        newest = {take.cut_id: take for take in found}
    return PlaylistItem.objects.bulk_create(
        PlaylistItem(playlist=playlist, position=start + index, cut=cut, take=newest.get(cut.pk))
        for index, cut in enumerate(cuts)
    )


def _record(
    actor: User,
    playlist: Playlist,
    verb: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=playlist,
        production_id=playlist.production_id,
        before=before,
        after=after,
    )
