"""Reads of comments: always of cuts that the reader may see, in a fixed number of queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from assets import access
from assets.models import Cut, Drawing, Episode, Membership, StageState, Take
from qa.models import Comment
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.roles import Action

STATES = ("open", "all", "mine")
_MAX_KEY = 2**63 - 1
_NAMED = re.compile(r"(?<![\w@.])@([\w.+-]{1,150})")


@dataclass(frozen=True)
class Thread:
    """A comment with its number within the take, its replies, and what the reader may do with it."""

    comment: Comment
    number: int  # by the order of writing; stays, since no comment ever goes
    replies: list[Comment]
    is_open: bool
    is_mine: bool  # written by the reader, or they are mentioned in it, or they answered it
    may_resolve: bool
    may_withdraw: bool


def named_in(text: str) -> set[str]:
    """Return the login names that stand in a text behind an @."""
    return {name.rstrip(".") for name in _NAMED.findall(text)}


def readers_of(cut: Cut) -> QuerySet[User]:
    """Return the people of the production who may see `cut`: those are the ones who can be mentioned."""
    inside = Membership.objects.filter(
        production=cut.episode.production_id, role__in=access.roles_with(Action.VIEW_ALL_CUTS)
    )
    members = Membership.objects.filter(production=cut.episode.production_id)
    own = StageState.objects.filter(cut=cut, assignee__in=members.values("user"))
    found = User.objects.filter(Q(pk__in=inside.values("user")) | Q(pk__in=own.values("assignee")))
    return found.filter(is_active=True).order_by("username")


def comments_of(user: User, take: Take) -> QuerySet[Comment]:
    """Return the comments of a visible take with their replies, in the order of writing."""
    visible = access.visible_cuts(user).values("pk")
    roots = Comment.objects.filter(take=take, parent=None, take__cut__in=visible)
    return _whole(roots).order_by("id")


def comments_of_episode(user: User, episode: Episode) -> QuerySet[Comment]:
    """Return the comments of an episode's visible cuts with their replies, by cut and order of writing."""
    visible = access.visible_cuts(user).filter(episode=episode).values("pk")
    roots = _whole(Comment.objects.filter(parent=None, take__cut__in=visible))
    return roots.order_by("take__cut__number", "take__stage", "take__number", "id")


def get_comment(user: User, comment_id: int) -> Comment:
    """Return a comment of a visible cut. Raises NotFound when it is not there or not visible."""
    found = None
    if 0 < comment_id <= _MAX_KEY:
        visible = access.visible_cuts(user).values("pk")
        found = _whole(Comment.objects.filter(pk=comment_id, take__cut__in=visible)).first()
    if found is None:
        raise NotFound(what="comment")
    return found


def threads_of(user: User, take: Take, *, may_resolve: bool) -> list[Thread]:
    """Return the threads of a visible take, numbered; `may_resolve` as `comments.may_resolve` says of the take."""
    return [
        thread_of(user, root, number, may_resolve=may_resolve)
        for number, root in enumerate(comments_of(user, take), 1)
    ]


def thread_of(user: User, root: Comment, number: int, *, may_resolve: bool) -> Thread:
    """Return one comment as its reader sees it; its replies must be loaded."""
    replies = list(root.replies.all())
    voices = {root.by_id, *(reply.by_id for reply in replies)}
    named = {person.pk for each in (root, *replies) for person in each.mentions.all()}
    is_over = root.resolved_at is not None or _is_gone(root, replies)
    return Thread(
        comment=root,
        number=number,
        replies=replies,
        is_open=not is_over,
        is_mine=user.pk in voices | named,
        may_resolve=may_resolve or root.by_id == user.pk,
        may_withdraw=root.by_id == user.pk and root.withdrawn_at is None,
    )


def _is_gone(root: Comment, replies: list[Comment]) -> bool:
    """Nothing of it is left to answer: it was withdrawn, and so was every reply."""
    return root.withdrawn_at is not None and all(reply.withdrawn_at for reply in replies)


def kept(threads: list[Thread], state: str, drawing_id: int | None = None) -> list[Thread]:
    """Return the threads of a filter: "open", "all" or "mine"; with a drawing only what is pinned to it."""
    found = [each for each in threads if drawing_id is None or each.comment.drawing_id == drawing_id]
    if state == "open":
        return [each for each in found if each.is_open]
    return [each for each in found if each.is_mine] if state == "mine" else found


def version_of(take: Take) -> str:
    """Return a word that changes with every change of a take's comments; one cheap query, for pages that ask often."""
    rows = Comment.objects.filter(take=take)
    seen = rows.aggregate(
        n=Count("pk"), last=Max("pk"), resolved=Max("resolved_at"), withdrawn=Max("withdrawn_at"),
        done=Count("pk", filter=Q(resolved_at__isnull=False)),
    )  # fmt: skip
    return ".".join(_stamp(seen[name]) for name in ("n", "last", "done", "resolved", "withdrawn"))


def open_counts(take_ids: list[int]) -> dict[int, int]:
    """Return how many comments of each take are open."""
    rows = Comment.objects.filter(take__in=take_ids, parent=None, resolved_at=None, withdrawn_at=None)
    return dict(rows.order_by().values_list("take").annotate(Count("pk")))


def _stamp(value: Any) -> str:
    if value is None:
        return "0"
    return f"{value.timestamp():.6f}" if hasattr(value, "timestamp") else str(value)


def _whole(roots: QuerySet[Comment]) -> QuerySet[Comment]:
    drawings = Drawing.objects.select_related("cell")
    people = Prefetch("mentions", User.objects.order_by("username"))
    replies = Comment.objects.select_related("by").prefetch_related(people).order_by("id")
    return roots.select_related(
        "by", "resolved_by", "parent", "take__cut__episode__production"
    ).prefetch_related(people, Prefetch("drawing", drawings), Prefetch("replies", replies))
