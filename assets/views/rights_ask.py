"""May it be used here? The answer of the licence engine in one glance, and the page of every refusal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assets import access, selectors
from assets.forms_rights_questions import AskForm
from assets.models import GateDecision, Production
from assets.rights.engine import Decision
from assets.rights_words import ACTIONS, told
from assets.services import gate, questions
from assets.views.paging import tried
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_GET
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask whether a model or a dataset version may be used on a production; `?format=json` keeps the answer."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_DATASETS, production)
    is_asked = bool(request.GET.get("what"))
    form = AskForm(
        request.GET if is_asked else None,
        initial={"action": "check", "territories": production.territories},
        things=_things(production),
    )
    found: list[Decision] = []

    def decide() -> None:
        found.append(_decided(request, production, form.cleaned_data))

    answered = is_asked and form.is_valid() and tried(form, decide)
    if answered and request.GET.get("format") == "json":
        return _as_file(found[0].as_json(), f"{production.code}-answer.json")
    context: dict[str, Any] = {"production": production, "form": form}
    if answered:
        decision = found[0]
        known_at = form.cleaned_data["known_at"]
        context |= {
            "decision": decision,
            "told": told(decision.answer.value, decision.as_json()),
            "asked": _asked_words(decision, production),
            "known_at": known_at,
        }
    return render(request, "rights/ask.html", context)


@login_required
@require_GET
def decision_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tell an answer of the gate again: why not, and what would lift it; `?format=json` keeps it."""
    row = gate.get_decision(actor=request.user, pk=pk)
    if request.GET.get("format") == "json":
        return _as_file(as_json(row), f"decision-{row.pk}.json")
    context = {
        "production": row.production,
        "row": row,
        "told": told(row.answer, row.reasons),
        "action": ACTIONS.get(row.action, row.action),
        "now_url": _ask_again(row),
    }
    return render(request, "rights/decision.html", context)


def as_json(row: GateDecision) -> dict[str, Any]:
    """Return a kept answer as its file and the API tell it."""
    return {
        "id": row.pk,
        "answer": row.answer,
        "question": row.question,
        **row.reasons,
        "ruleset": row.ruleset,
        "input_sha256": row.input_sha256,
        "recorded_at": row.recorded_at.isoformat(),
    }


def _things(production: Production) -> list[tuple[str, list[tuple[str, str]]]]:
    models = [(f"model:{each.pk}", str(each)) for each in questions.models_to_ask()]
    versions = [(f"version:{each.pk}", str(each)) for each in questions.versions_to_ask(production)]
    return [(str(_("Models")), models), (str(_("Dataset versions")), versions)]


def _decided(request: SignedInRequest, production: Production, data: dict[str, Any]) -> Decision:
    kind, _colon, key = data["what"].partition(":")
    asked = questions.question(
        production=production,
        action=data["action"],
        model=int(key) if kind == "model" else None,
        version=int(key) if kind == "version" else None,
        on=data["on"],
        until=data["until"],
        territories=data["territories"],
        commercial={"1": True, "0": False}.get(data["commercial"]),
        family=data["family"],
    )
    return gate.ask(actor=request.user, question=asked, known_at=data["known_at"])


def _asked_words(decision: Decision, production: Production) -> dict[str, Any]:
    """Return what was asked, filled in from the production, so that the answer can be read by itself."""
    question = decision.question
    name = next(iter(gate.names_of(question).values()), "")
    commercial = production.commercial if question.commercial is None else question.commercial
    return {
        "name": name,
        "action": ACTIONS.get(question.action, question.action),
        "on": question.on,
        "until": question.until or production.exploited_until,
        "territories": sorted(question.territories) or production.territories,
        "commercial": commercial,
    }


def _ask_again(row: GateDecision) -> str:
    """Return the query that asks the same question of the books as they stand now."""
    thing = f"model:{row.model_id}" if row.model_id else f"version:{row.version_id}"
    return f"?what={thing}&action={row.action}" if row.production_id and row.action in ACTIONS else ""


def _as_file(data: dict[str, Any], name: str) -> JsonResponse:
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
