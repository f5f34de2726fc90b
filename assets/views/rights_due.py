"""What falls due in the whole studio, as page, calendar and table; credits and payments of a production."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assets import access, due_words, grant_words, selectors, selectors_rights
from assets.csv_stream import Cells, stream
from assets.models import Production
from assets.rights import credits as behind
from assets.rights.due import DueKind
from assets.services import due
from assets.views.paging import page_of
from assets.views.rights_people import frame
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

DAY_CHOICES = (30, 90, 365, 1825)
_PER_PAGE = 100


@login_required
@require_GET
def rights_due(request: SignedInRequest) -> HttpResponse:
    """Show what falls due, what is over first; `?days=` says how far ahead, `?kind=` of which kind."""
    days, kind = _days(request), request.GET.get("kind", "")
    found = due.of_reader(actor=request.user, days=days)
    if kind in DueKind.values:
        found = [each for each in found if each.kind == kind]
    today = timezone.localdate()
    page = page_of(request, found, _PER_PAGE)
    context = {
        **frame(request),
        "page": page,
        "rows": due_words.rows_of(list(page), today),
        "n_late": sum(each.days_left(today) < 0 for each in found),
        "days": days,
        "day_choices": sorted({*DAY_CHOICES, days}),
        "kinds": DueKind.choices,
        "kind": kind,
    }
    return render(request, "assets/rights_due.html", context)


@login_required
@require_GET
def rights_due_ics(request: SignedInRequest) -> HttpResponse:
    """Send it as a calendar file."""
    found = due.of_reader(actor=request.user, days=_days(request))
    response = HttpResponse(
        due.calendar(found, request.get_host()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="sakkan-rights.ics"'
    return response


@login_required
@require_GET
def rights_due_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """Send it as a table."""
    today = timezone.localdate()
    rows = due_words.rows_of(due.of_reader(actor=request.user, days=_days(request)), today)
    columns = ("on", "days_left", "kind", "name", "what", "what_to_do", "page")
    lines = (
        (row["on"], row["days"], row["kind"], row["name"], row["sentence"], row["way"],
         request.build_absolute_uri(row["url"]))
        for row in rows
    )  # fmt: skip
    return _csv(columns, lines, f"rights_due_{today:%Y-%m-%d}")


def _days(request: SignedInRequest) -> int:
    asked = request.GET.get("days", "")
    return min(int(asked), due.MOST_DAYS) if asked.isdecimal() and len(asked) < 6 else due.DAYS


@login_required
@require_GET
def credits_page(request: SignedInRequest, code: str) -> HttpResponse:
    """Show which credits licences ask for, those that are missing first."""
    production = _production(request, code)
    found = behind.credits_of(production)
    context = {
        **frame(request),
        "production": production,
        "page": page_of(request, found, _PER_PAGE),
        "n_missing": sum(each.is_missing for each in found),
        "lines": sorted({each.line for each in found if each.line}),
    }
    return render(request, "assets/rights_credits.html", context)


@login_required
@require_GET
def credits_csv(request: SignedInRequest, code: str) -> StreamingHttpResponse:
    """Send the credits as a table."""
    production = _production(request, code)
    columns = ("credit_line", "holder", "licence", "works", "missing")
    lines = (
        (each.line, each.name, each.licence, each.works, each.is_missing)
        for each in behind.credits_of(production)
    )
    return _csv(columns, lines, f"{production.code}_credits_{timezone.localdate():%Y-%m-%d}")


@login_required
@require_GET
def payments_page(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what is paid and what is open, what is open first."""
    production = _production(request, code)
    today, visible = timezone.localdate(), selectors_rights.visible_ids(request.user)
    found = behind.payments_of(production)
    page = page_of(request, found, _PER_PAGE)
    rows = [
        {
            "pay": pay,
            "agreed": grant_words.payment_of(pay.grant),
            "subject": grant_words.subject_of(
                pay.grant, selectors_rights.title_of(request.user, pay.grant, visible)
            ),
            "left": grant_words.money(pay.left, pay.grant.currency) if pay.left is not None else "",
            "paid": [grant_words.money(total, currency) for currency, total in pay.totals.items()],
            "is_late": pay.is_open and pay.due_on is not None and pay.due_on < today,
        }
        for pay in page
    ]
    context = {
        **frame(request),
        "production": production,
        "page": page,
        "rows": rows,
        "n_open": sum(pay.is_open for pay in found),
    }
    return render(request, "assets/rights_payments.html", context)


@login_required
@require_GET
def payments_csv(request: SignedInRequest, code: str) -> StreamingHttpResponse:
    """Send payments as a table: a line for each payment, and one for what is open."""
    production = _production(request, code)
    columns = ("holder", "grant", "scheme", "state", "amount", "currency", "day", "receipt", "note")
    return _csv(
        columns, payment_lines(production), f"{production.code}_payments_{timezone.localdate():%Y-%m-%d}"
    )


def payment_lines(production: Production) -> Iterable[Cells]:
    """Yield what is open and what was paid, grant by grant."""
    for pay in behind.payments_of(production):
        grant = pay.grant
        head = (grant.holder.name, grant.pk, grant.compensation)
        if pay.is_open:
            left = "" if pay.left is None else f"{pay.left:f}"
            yield (*head, "open", left, grant.currency, grant.due_on, "", "")
        for each in pay.payments:
            receipt = each.evidence.file_name if each.evidence else ""
            yield (*head, "paid", f"{each.amount:f}", each.currency, each.paid_on, receipt, each.note)


def _production(request: SignedInRequest, code: str) -> Production:
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_DATASETS, production)
    return production


def _csv(columns: Sequence[str], lines: Iterable[Cells], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(stream(columns, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
