"""Every table of a production as CSV, streamed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assets import access
from assets import selectors as asset_selectors
from assets.csv_stream import stream
from qa.services import exports as service
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_GET
def export(request: SignedInRequest, code: str) -> HttpResponse:
    """List the tables that the reader may have."""
    production = asset_selectors.get_production(request.user, code)
    context = {
        "production": production,
        "offers": service.offers(request.user, production),
        "sees_all": access.allowed(request.user, Action.VIEW_ALL_CUTS, production),
    }
    return render(request, "qa/export.html", context)


@login_required
@require_GET
def export_csv(request: SignedInRequest, code: str, name: str) -> StreamingHttpResponse:
    """Send one table as it is read, so that its length costs no memory."""
    production = asset_selectors.get_production(request.user, code)
    table = service.table_for(request.user, production, name)
    response = StreamingHttpResponse(
        stream(table.columns, table.lines(request.user, production)), content_type="text/csv; charset=utf-8"
    )
    file_name = f"{production.code}_{table.name}_{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
