"""Naming rules of a production: the editor, and a test on names before a rule is believed."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assets import access, selectors
from assets.intake import names
from assets.intake.naming_rules import DEFAULT_RULES, GROUPS, NamingRule, validate_rule
from assets.services import productions
from assets.views.reports import sentence_of
from studio.core.errors import StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_NAMES_MAX = 500
_EXAMPLES = (
    "EP01_C012/A/A0001.png\nEP01_C012/A/A0002.png\nEP01_C012_B_0001.png\nc012_A0003.tga\nwalk_0001.png"
)


@login_required
@require_http_methods(["GET", "POST"])
def naming_rules(request: SignedInRequest, code: str) -> HttpResponse:
    """Edit the rules; an empty list means Sakkan's own again."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.MANAGE_PRODUCTION, production)
    rows = [_as_row(rule) for rule in productions.naming_rules_of(production)]
    if request.method == "POST":
        rows = [] if "defaults" in request.POST else _from_form(request)
        try:
            productions.set_naming_rules(actor=request.user, production=production, rules=rows)
        except StudioError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("naming_rules", code)
    context = {
        "production": production,
        "rows": rows,
        "groups": GROUPS,
        "is_own": bool(production.naming_rules),
        "examples": _EXAMPLES,
        "n_defaults": len(DEFAULT_RULES),
        "readings": _readings(_EXAMPLES, [NamingRule(**row) for row in rows if not _wrong(row)]),
    }
    return render(request, "assets/naming_rules.html", context)


@login_required
@require_POST
def naming_test(request: SignedInRequest, code: str) -> HttpResponse:
    """Show how the rules in the form, saved or not, would read some names."""
    selectors.get_production(request.user, code)
    rows = _from_form(request)
    problems = [(row["id"], sentence_of(problem)) for row in rows for problem in _wrong(row)]
    usable = [NamingRule(**row) for row in rows if not _wrong(row)]
    readings = _readings(request.POST.get("names", ""), usable)
    return render(request, "assets/_naming_test.html", {"readings": readings, "problems": problems})


def _from_form(request: SignedInRequest) -> list[dict[str, str]]:
    columns = [request.POST.getlist(name) for name in ("id", "label", "pattern", "example")]
    rows = []
    for place, (given, label, pattern, example) in enumerate(zip_longest(*columns, fillvalue=""), 1):
        if pattern.strip():
            rows.append(
                {
                    "id": given.strip() or _id_of(label) or f"rule-{place}",
                    "label": label.strip() or _("rule %(n)d") % {"n": place},
                    "pattern": pattern.strip(),
                    "example": example.strip(),
                }
            )
    return rows


def _id_of(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:60]


def _as_row(rule: NamingRule) -> dict[str, str]:
    return {"id": rule.id, "label": _(rule.label), "pattern": rule.pattern, "example": rule.example}


def _wrong(row: dict[str, str]) -> list[Any]:
    problem = validate_rule(row["pattern"])
    return [problem] if problem else []


def _readings(text: str, rules: list[NamingRule]) -> list[dict[str, Any]]:
    paths = [line.strip() for line in text.splitlines() if line.strip()][:_NAMES_MAX]
    if not paths or not rules:
        return []
    labels = {rule.id: rule.label for rule in rules}
    # Each name by itself: what is pasted here are samples of several deliveries, not one upload.
    found = [row for path in paths for row in names.understand([path], rules).rows]
    return [
        {
            "row": row,
            "rule": labels.get(row.rule_id or "", row.rule_id),
            "sentence": sentence_of(row.problem) if row.problem else "",
            "status": "refused" if row.problem and row.problem.severity == "refused" else "taken",
        }
        for row in found
    ]
