"""What the demo planted and what was found: the honest page about our own drawings."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assets import selectors as asset_selectors
from qa import sentences
from qa.demo.report import demo_report
from studio.core.errors import NotFound
from studio.core.pages import SignedInRequest

_CODES = ("DEMO", "ART")


@login_required
@require_GET
def demo(request: SignedInRequest) -> HttpResponse:
    """Show how the demo's art was made, which drifts were planted and which were found."""
    code = request.GET.get("code", _CODES[0])
    if code not in _CODES:
        raise NotFound(what="production")
    report = demo_report(code)
    context: dict[str, object] = {"report": report, "production": None}
    if report:
        context["production"] = asset_selectors.get_production(request.user, code)
        for row in report["rows"]:
            row["sentence"] = sentences.of_flag(row["flag"]) if row["flag"] else ""
    return render(request, "qa/demo.html", context)
