"""The rights of a production: the light, what must be put right before delivery, waivers, approvals, exploitation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, selectors
from assets import selectors_rights_questions as reads
from assets.choices_rights import ApprovalSubject, Severity
from assets.forms_rights_questions import (
    ApprovalForm,
    AssignForm,
    ExploitationForm,
    WaiverDecisionForm,
    WaiverForm,
)
from assets.models import Approval, Finding, PolicyProfile, Production
from assets.rights import policy as policies
from assets.rights.rules.base import RULES
from assets.rights_words import line_of
from assets.services import approvals, audits, licences, overview_rights, waivers
from assets.views.paging import page_of, tried
from studio.core.errors import StudioError
from studio.core.models import AuditEvent, User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_RANK = {Severity.BLOCK: 0, Severity.ERROR: 1, Severity.WARN: 2, Severity.INFO: 3}
_PER_PAGE = 50


@login_required
@require_GET
def rights(request: SignedInRequest, code: str) -> HttpResponse:
    """Show how the rights of a production stand: one light, models, datasets, and what has to be put right."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_DATASETS, production)
    found = overview_rights.overview(production)
    counts = overview_rights.open_counts(production)
    shown = request.GET.get("show", "")
    page = page_of(request, _findings(production, request.user, shown), _PER_PAGE)
    audited = (
        AuditEvent.objects.filter(production_id=production.pk, verb="rights.audit").order_by("-pk").first()
    )
    context = {
        "production": production,
        "overview": found,
        "light": _light(found.answer, counts, is_audited=audited is not None),
        "page": page,
        "rows": _rows(list(page)),
        "show": shown,
        "audited_at": audited.at if audited else None,
        "policy": _policy_title(production.policy),
        "may_edit": access.allowed(request.user, Action.EDIT_DATASETS, production),
    }
    return render(request, "rights/production.html", context)


def _rows(shown: list[Finding]) -> list[dict[str, Any]]:
    states = waivers.states(shown)
    return [{"finding": each, "line": line_of(each.reason), "waiver": states.get(each.pk)} for each in shown]


def _findings(production: Production, user: User, shown: str) -> QuerySet[Finding]:
    rank = Case(
        *(When(severity=severity, then=Value(place)) for severity, place in _RANK.items()),
        default=Value(9),
        output_field=IntegerField(),
    )
    found = Finding.objects.filter(production=production).select_related("assignee").annotate(rank=rank)
    found = found.filter(gone_at__isnull=shown != "gone")
    if shown == "mine":
        found = found.filter(assignee=user)
    elif shown in Severity.values:
        found = found.filter(severity=shown)
    return found.order_by("rank", "rule", "pk")


def _light(answer: str, counts: dict[str, int], *, is_audited: bool) -> dict[str, str]:
    """Return colour, word and one sentence: red stops the work or the delivery, amber wants a decision."""
    stopping = counts.get(Severity.BLOCK, 0) + counts.get(Severity.ERROR, 0)
    if answer == "deny":
        return _lamp(
            "bad",
            _("red"),
            _("A model that works here may not be used. What stands below has to be put right."),
        )
    if stopping:
        words = ngettext(
            "%(n)d thing has to be put right before delivery.",
            "%(n)d things have to be put right before delivery.",
            stopping,
        )
        return _lamp("bad", _("red"), words % {"n": stopping})
    return _mild_light(answer, counts, is_audited=is_audited)


def _mild_light(answer: str, counts: dict[str, int], *, is_audited: bool) -> dict[str, str]:
    """Return amber or green: nothing stops the work or the delivery."""
    if answer == "ask":
        return _lamp("warn", _("amber"), _("A decision is open; until it is made the model draws nothing."))
    if not is_audited:
        return _lamp(
            "warn", _("amber"), _("Nobody has audited this production yet; what is not known counts as no.")
        )
    if counts["waived"]:
        words = ngettext(
            "%(n)d finding may stand for a while; nothing else stops the delivery.",
            "%(n)d findings may stand for a while; nothing else stops the delivery.",
            counts["waived"],
        )
        return _lamp("warn", _("amber"), words % {"n": counts["waived"]})
    warned = counts.get(Severity.WARN, 0)
    if warned:
        words = ngettext(
            "%(n)d warning; nothing stops the work.", "%(n)d warnings; nothing stops the work.", warned
        )
        return _lamp("warn", _("amber"), words % {"n": warned})
    return _lamp("ok", _("green"), _("Nothing that is known stands against it."))


def _lamp(status: str, word: str, sentence: str) -> dict[str, str]:
    return {"status": status, "word": word, "sentence": sentence}


@login_required
@require_POST
def audit_now(request: SignedInRequest, code: str) -> HttpResponse:
    """Audit a production now."""
    production = selectors.get_production(request.user, code)
    try:
        result = audits.run(actor=request.user, production=production)
    except StudioError as error:
        messages.error(request, error.message)
    else:
        words = _("Audited: %(standing)d findings stand, %(new)d of them new; %(gone)d are gone.")
        messages.success(
            request, words % {"standing": result.standing, "new": result.new, "gone": result.gone}
        )
    return redirect("rights", code)


@login_required
@require_http_methods(["GET", "POST"])
def exploitation(request: SignedInRequest, code: str) -> HttpResponse:
    """Say how a production is exploited, and by whose rules; list what the distributor approved."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.EDIT_DATASETS, production)
    form = ExploitationForm(
        request.POST or None,
        initial={name: getattr(production, name) for name in licences.SETTINGS},
        policies=_policy_choices(),
    )

    def save() -> None:
        licences.set_exploitation(actor=request.user, production=production, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and tried(form, save):
        messages.success(request, _("Saved."))
        return redirect("rights", code)
    return _exploitation_page(request, production, form, ApprovalForm())


def _exploitation_page(
    request: SignedInRequest, production: Production, form: ExploitationForm, approval_form: ApprovalForm
) -> HttpResponse:
    given = Approval.objects.filter(production=production, subject=ApprovalSubject.DELIVERY)
    context = {
        "production": production,
        "form": form,
        "approval_form": approval_form,
        "page": page_of(request, given.select_related("by")),
    }
    return render(request, "rights/exploitation.html", context)


@login_required
@require_POST
def approve_use(request: SignedInRequest, code: str) -> HttpResponse:
    """Write down that the distributor allows a use."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.EDIT_DATASETS, production)
    form = ApprovalForm(request.POST)

    def give() -> None:
        data = {**form.cleaned_data, "approved": form.cleaned_data["approved"] == "1"}
        approvals.by_distributor(actor=request.user, production=production, **data)

    if form.is_valid() and tried(form, give):
        messages.success(request, _("Written down."))
        return redirect("rights_exploitation", code)
    initial = {name: getattr(production, name) for name in licences.SETTINGS}
    plain = ExploitationForm(initial=initial, policies=_policy_choices())
    return _exploitation_page(request, production, plain, form)


def _policy_choices() -> list[tuple[str, str]]:
    own = PolicyProfile.objects.order_by("name").values_list("name", flat=True).distinct()
    return [(name, _policy_title(name)) for name in policies.shipped()] + [(name, name) for name in own]


def _policy_title(name: str) -> str:
    known = policies.shipped().get(name)
    if known is None:
        return name
    return known.title.get(get_language() or "en", known.title.get("en", name))


@login_required
@require_GET
def finding(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one finding: what, the way out, who looks after it, and its waivers."""
    row = reads.get_finding(request.user, pk)
    return _finding_page(request, row, WaiverForm())


def _finding_page(request: SignedInRequest, row: Finding, form: WaiverForm) -> HttpResponse:
    rule = RULES.get(row.rule)
    asked = row.waivers.select_related("requested_by").prefetch_related("decisions__by")
    people = User.objects.filter(memberships__production=row.production, is_active=True).distinct()
    context: dict[str, Any] = {
        "production": row.production,
        "finding": row,
        "line": line_of(row.reason),
        "waivers": asked,
        "waivable": bool(rule and rule.waivable),
        "form": form,
        "assign_form": AssignForm(initial={"assignee": row.assignee_id}, people=people.order_by("username")),
        "decision_form": WaiverDecisionForm(),
        "may_edit": access.allowed(request.user, Action.EDIT_DATASETS, row.production),
    }
    return render(request, "rights/finding.html", context)


@login_required
@require_POST
def finding_assign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a finding to somebody."""
    row = reads.get_finding(request.user, pk)
    access.require(request.user, Action.EDIT_DATASETS, row.production)
    form = AssignForm(
        request.POST, people=User.objects.filter(memberships__production=row.production).distinct()
    )
    if form.is_valid():
        audits.assign(actor=request.user, finding=row, assignee=form.cleaned_data["assignee"])
        messages.success(request, _("Saved."))
    return redirect("finding", pk)


@login_required
@require_POST
def waiver_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask that a finding may stand until a day."""
    row = reads.get_finding(request.user, pk)
    access.require(request.user, Action.EDIT_DATASETS, row.production)
    form = WaiverForm(request.POST)

    def ask() -> None:
        waivers.request(actor=request.user, finding=row, **form.cleaned_data)

    if form.is_valid() and tried(form, ask):
        messages.success(request, _("Asked for. Somebody else has to decide."))
        return redirect("finding", pk)
    return _finding_page(request, row, form)


@login_required
@require_POST
def waiver_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decide on a waiver, as a second pair of eyes."""
    waiver = reads.get_waiver(request.user, pk)
    access.require(request.user, Action.EDIT_DATASETS, waiver.finding.production)
    form = WaiverDecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether it may stand."))
        return redirect("finding", waiver.finding_id)
    approved = form.cleaned_data["approved"] == "1"
    try:
        waivers.decide(actor=request.user, waiver=waiver, approved=approved, note=form.cleaned_data["note"])
    except StudioError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Decided."))
    return redirect("finding", waiver.finding_id)
