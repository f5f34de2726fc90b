"""Comments of a take: the part that pages show and ask for again, and the forms that write, resolve and withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import selectors as asset_selectors
from assets.models import Take
from qa import selectors_comments as selectors
from qa.forms_comments import CommentForm
from qa.models import Comment
from qa.services import comments as service
from studio.core.errors import InvalidInput
from studio.core.pages import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def take_comments(request: SignedInRequest, take_id: int) -> HttpResponse:
    """Show the comments of a take as a part of a page, or write one.

    `?part=list` answers with the list alone, and with nothing (204) as long as it is what `?seen=` says.
    """
    take = asset_selectors.get_take(request.user, take_id)
    if request.method == "POST":
        return _write(request, take)
    version = selectors.version_of(take)
    only_list = request.GET.get("part") == "list"
    if only_list and request.GET.get("seen") == version:
        return HttpResponse(status=204)
    context = {"take": take, "production": take.cut.episode.production, **_listed(request, take, version)}
    template = "qa/_comments_list.html" if only_list else "qa/_comments.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


def _listed(request: SignedInRequest, take: Take, version: str) -> dict[str, Any]:
    may_resolve = service.may_resolve(request.user, take)
    threads = selectors.threads_of(request.user, take, may_resolve=may_resolve)
    state = request.GET.get("state", "")
    state = state if state in selectors.STATES else selectors.STATES[0]
    drawing = request.GET.get("drawing", "")
    drawing_id = int(drawing) if drawing.isdecimal() and len(drawing) < 19 else None
    here = selectors.kept(threads, "all", drawing_id)
    return {
        "threads": selectors.kept(threads, state, drawing_id),
        "state": state,
        "n_open": sum(thread.is_open for thread in here),
        "n_all": len(here),
        "version": version,
        "listed": True,
    }


def _write(request: SignedInRequest, take: Take) -> HttpResponse:
    form = CommentForm(request.POST, take=take)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise InvalidInput(field=field, reason=str(errors[0]))
    made = service.write(actor=request.user, take=take, **form.given)
    return _answer(request, made, status=201)


@login_required
@require_GET
def comment_people(request: SignedInRequest, take_id: int) -> JsonResponse:
    """Return whom a comment on the take may mention: who may see the cut."""
    take = asset_selectors.get_take(request.user, take_id)
    people = selectors.readers_of(take.cut)
    return JsonResponse(
        {"people": [{"id": each.pk, "login": each.username, "name": str(each)} for each in people]}
    )


@login_required
@require_POST
def comment_resolve(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """Say that a comment is settled."""
    return _changed(request, comment_id, service.resolve)


@login_required
@require_POST
def comment_reopen(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """Say that it is not settled after all."""
    return _changed(request, comment_id, service.reopen)


@login_required
@require_POST
def comment_withdraw(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """Take one's own words back."""
    return _changed(request, comment_id, service.withdraw)


@login_required
@require_GET
def comments_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """Return all comments of an episode (`?episode=EP01`) as CSV that Excel opens rightly."""
    production = asset_selectors.get_production(request.user, code)
    wanted = request.GET.get("episode", "")
    first = production.episodes.first()
    episode = asset_selectors.get_episode(request.user, production, wanted or (first.code if first else ""))
    data = service.write_csv(actor=request.user, episode=episode)
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{production.code}_{episode.code}_comments.csv"'
    return response


def _changed(request: SignedInRequest, comment_id: int, change: Callable[..., Comment]) -> HttpResponse:
    comment = selectors.get_comment(request.user, comment_id)
    return _answer(request, change(actor=request.user, comment=comment))


def _answer(request: SignedInRequest, comment: Comment, status: int = 200) -> HttpResponse:
    """Answer the script with the comment's id, a form without script with the page to look at it."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"comment": comment.pk, "thread": comment.parent_id or comment.pk}, status=status)
    answer = redirect("room", comment.take_id)
    answer["Location"] += f"#comment-{comment.parent_id or comment.pk}"
    return answer
