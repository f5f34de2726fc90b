"""Notices: the poll of the frame, the drawer, the page of all of them, and what a person is told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import desks, notice_words, selectors_notices
from assets.choices import MailWhen, NoticeKind
from assets.models import Notice
from assets.services import mailing, notices
from assets.views.paging import page_of
from studio.core.errors import InvalidInput
from studio.core.pages import SignedInRequest

_DRAWER_ROWS = 30
_PER_PAGE = 50


@login_required
@require_GET
@never_cache
def now(request: SignedInRequest) -> JsonResponse:
    """Answer the poll of an open page: the numbers of the top bar, and what came after the notice it knows."""
    pulse = selectors_notices.pulse(request.user)
    since = request.GET.get("since", "")
    known = int(since) if since.isascii() and since.isdigit() and len(since) < 19 else pulse.newest
    fresh = selectors_notices.newer(request.user, known) if pulse.newest > known else []
    news = [
        {"id": each["notice"].pk, "title": each["title"], "sentence": each["sentence"], "url": each["url"]}
        for each in cards(fresh)
    ]
    return JsonResponse({"jobs": pulse.jobs, "unread": pulse.unread, "newest": pulse.newest, "news": news})


@login_required
@require_GET
def notice_list(request: SignedInRequest) -> HttpResponse:
    """Show the person's notices: the newest in the drawer, all of them on a page of their own."""
    rows = selectors_notices.notices_of(request.user)
    if request.headers.get("HX-Request"):
        return _drawer(request)
    if request.GET.get("state") == "unread":
        rows = rows.filter(read_at=None)
    if kind := request.GET.get("kind", ""):
        rows = rows.filter(kind=kind)
    if code := request.GET.get("in", ""):
        rows = rows.filter(production__code=code)
    page = page_of(request, rows, _PER_PAGE)
    context = {
        "production": desks.sole_production(request.user),
        "page": page,
        "cards": cards(page.object_list),
        "kinds": NoticeKind.choices,
        "is_filtered": bool(kind or code or request.GET.get("state")),
    }
    return render(request, "assets/notices.html", context)


@login_required
@require_GET
def notice_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it points."""
    notice = selectors_notices.get_notice(request.user, pk)
    notices.mark_read(actor=request.user, notices=[notice.pk])
    return redirect(notice.url)


@login_required
@require_POST
def notices_read(request: SignedInRequest) -> HttpResponse:
    """Mark everything as read."""
    notices.mark_read(actor=request.user)
    if request.headers.get("HX-Request"):
        return _drawer(request)
    return redirect("notices")


@login_required
@require_http_methods(["GET", "POST"])
def notice_choices(request: SignedInRequest) -> HttpResponse:
    """Show and keep what the person is told, and where their mail goes."""
    email, problem = request.user.email, ""
    if request.method == "POST":
        email = request.POST.get("email", email)
        try:
            request.user.email = notices.set_address(actor=request.user, email=email).email
            notices.set_choices(actor=request.user, choices=_posted(request))
        except InvalidInput as error:
            problem = str(error.data["reason"])
        else:
            messages.success(request, _("Saved."))
            return redirect("notice_choices")
    context = {
        "production": desks.sole_production(request.user),
        "choices": notices.choices_of(request.user),
        "whens": MailWhen.choices,
        "email": email,
        "problem": problem,
        "mail_is_on": mailing.is_on(),
    }
    return render(request, "assets/notice_choices.html", context, status=400 if problem else 200)


@login_required
@require_POST
def notice_test(request: SignedInRequest) -> HttpResponse:
    """Send the person a test notice and say what becomes of it."""
    notice = notices.send_test(actor=request.user)
    if request.headers.get("HX-Request"):
        return _test_state(request, notice)
    return redirect("notices")


@login_required
@require_GET
def notice_state(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say where a test notice has arrived by now."""
    return _test_state(request, selectors_notices.get_notice(request.user, pk))


def cards(rows: list[Notice] | Any) -> list[dict[str, Any]]:
    """Return notices with their words in the reader's language."""
    return [
        {
            "notice": each,
            "title": notice_words.title_of(each.kind, each.data),
            "sentence": notice_words.sentence_of(each.kind, each.data),
            "kind": notice_words.kind_of(each.kind),
            "url": reverse("notice", args=[each.pk]),
        }
        for each in rows
    ]


def _drawer(request: SignedInRequest) -> HttpResponse:
    rows = list(selectors_notices.notices_of(request.user)[:_DRAWER_ROWS])
    unread = selectors_notices.pulse(request.user).unread
    return render(request, "assets/_notices.html", {"cards": cards(rows), "unread": unread})


def _posted(request: SignedInRequest) -> dict[str, dict[str, Any]]:
    return {
        kind: {
            "in_page": f"page-{kind}" in request.POST,
            "mail": request.POST.get(f"mail-{kind}", MailWhen.DAILY.value),
        }
        for kind in NoticeKind.values
        if f"mail-{kind}" in request.POST
    }


def _test_state(request: SignedInRequest, notice: Notice) -> HttpResponse:
    is_waiting = notice.mail_at is not None and not notice.mail_error
    context = {
        "notice": notice,
        "is_waiting": is_waiting,
        "mail_is_on": mailing.is_on(),
        "has_address": bool(request.user.email),
    }
    return render(request, "assets/_notice_test.html", context)
