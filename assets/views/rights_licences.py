"""Licences as they are read, and policy profiles in words: Sakkan's own, and the studio's above them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assets import access
from assets.choices_rights import Severity
from assets.forms import AccessibleForm, DateInput
from assets.forms_rights_questions import PolicyForm
from assets.models import LicenceReading, PolicyProfile
from assets.rights import policy as policies_of
from assets.rights.facets import ANSWERS, DUTIES, Facets, facets_of, reviewed_licences
from assets.rights.load import readings
from assets.rights.rules.base import RULES
from assets.rights_words import ACTIONS
from assets.services import licences
from assets.views.paging import page_of, tried
from studio.core.errors import StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_CHOICES = [("allow", gettext_lazy("yes")), ("ask", gettext_lazy("ask")), ("deny", gettext_lazy("no"))]
FACETS: dict[str, Any] = {
    "train": gettext_lazy("train"),
    "finetune": gettext_lazy("fine-tune"),
    "generate": gettext_lazy("draw with it"),
    "commercial": gettext_lazy("sell"),
    "derivatives": gettext_lazy("change"),
    "redistribute": gettext_lazy("pass on"),
    "attribution": gettext_lazy("credit the authors"),
    "sharealike": gettext_lazy("share alike"),
    "use_restrictions": gettext_lazy("restricts uses"),
    "notice": gettext_lazy("keep notices"),
    "revocable": gettext_lazy("may be withdrawn"),
}
_SETTINGS = {
    "opt_in_only": gettext_noop("a statutory exception never suffices; the owner has to say yes"),
    "per_work": gettext_noop("a blanket consent does not suffice; each work is named"),
    "holder_for_licences": gettext_noop("works under a public licence need a named owner too"),
}


class ReadingForm(AccessibleForm):
    """How a licence is read, signed by whoever read its text."""

    reviewed_by = forms.CharField(
        label=gettext_lazy("Read by"),
        max_length=200,
        help_text=gettext_lazy("Name and office: counsel signs."),
    )
    reviewed_on = forms.DateField(label=gettext_lazy("Read on"), required=False, widget=DateInput())
    source = forms.CharField(label=gettext_lazy("Clauses that say so"), max_length=500, required=False)
    text = forms.FileField(label=gettext_lazy("Text of the licence"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in reversed(DUTIES):
            self.fields[name] = forms.BooleanField(label=FACETS[name], required=False)
        for name in ANSWERS:
            self.fields[name] = forms.ChoiceField(label=FACETS[name], choices=_CHOICES)
        self.order_fields([*ANSWERS, *DUTIES, "reviewed_by", "reviewed_on", "source", "text"])


class FindForm(forms.Form):
    """A licence by its id, also one that nobody has read."""

    licence_id = forms.RegexField(regex=r"^[A-Za-z0-9.+-]{1,120}$")


@login_required
@require_http_methods(["GET"])
def licence_list(request: SignedInRequest) -> HttpResponse:
    """List how licences are read: the studio's own reading stands above Sakkan's."""
    access.require_anywhere(request.user, Action.VIEW_DATASETS)
    wanted = request.GET.get("q", "").strip()[:120]
    if wanted and request.GET.get("open") and FindForm({"licence_id": wanted}).is_valid():
        return redirect("licence", wanted)
    own = readings()
    table = {**reviewed_licences(), **own}
    names = sorted((name for name in table if wanted.lower() in name.lower()), key=str.lower)
    page = page_of(request, names)
    context = {
        "page": page,
        "rows": [{"id": name, "facets": table[name], "is_own": name in own} for name in page],
        "text": wanted,
        "heads": [FACETS[name] for name in ANSWERS],
        "answers": ANSWERS,
    }
    return render(request, "rights/licences.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def licence_page(request: SignedInRequest, licence_id: str) -> HttpResponse:
    """Show how a licence is read; read it anew or confirm the reading by signing it."""
    access.require_anywhere(request.user, Action.VIEW_DATASETS)
    own = readings()
    known = facets_of(licence_id, own)
    initial = {**_plain(known), "reviewed_on": None} if known else {}
    form = ReadingForm(request.POST or None, request.FILES or None, initial=initial)

    def read() -> None:
        data = form.cleaned_data
        licences.read_licence(
            actor=request.user,
            licence_id=licence_id,
            facets={name: data[name] for name in (*ANSWERS, *DUTIES)},
            reviewed_by=data["reviewed_by"],
            reviewed_on=data["reviewed_on"],
            text=data["text"],
            source=data["source"],
        )

    if request.method == "POST":
        access.require_anywhere(request.user, Action.EDIT_DATASETS)
        if form.is_valid() and tried(form, read):
            messages.success(request, _("Signed. This reading counts from now on."))
            return redirect("licence", licence_id)
    context = {
        "licence_id": licence_id,
        "facets": known,
        "said": [(words, getattr(known, name)) for name, words in FACETS.items()] if known else [],
        "is_own": licence_id in own,
        "history": LicenceReading.objects.filter(licence_id=licence_id).select_related("by")[:50],
        "form": form,
        "may_edit": access.allowed_anywhere(request.user, Action.EDIT_DATASETS),
    }
    return render(request, "rights/licence.html", context)


def _plain(known: Facets) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in asdict(known).items()}


@login_required
@require_http_methods(["GET", "POST"])
def policies(request: SignedInRequest) -> HttpResponse:
    """Show the policy profiles in words; take a distributor's own."""
    access.require_anywhere(request.user, Action.VIEW_DATASETS)
    form = PolicyForm(request.POST or None)

    def keep() -> None:
        licences.set_policy_text(actor=request.user, text=form.cleaned_data["text"])

    if request.method == "POST":
        access.require_anywhere(request.user, Action.EDIT_DATASETS)
        if form.is_valid() and tried(form, keep):
            messages.success(request, _("Kept. Productions can choose it now."))
            return redirect("policies")
        for error in form.errors.get("policy", []):
            form.add_error("text", error)
    shipped = [{**policy_words(each), "is_own": False} for each in policies_of.shipped().values()]
    context = {
        "profiles": [*shipped, *_own()],
        "form": form,
        "may_edit": access.allowed_anywhere(request.user, Action.EDIT_DATASETS),
    }
    return render(request, "rights/policies.html", context)


def _own() -> list[dict[str, Any]]:
    newest = {row.name: row for row in PolicyProfile.objects.select_related("by").order_by("pk")}
    found = []
    for row in newest.values():
        try:
            found.append({**policy_words(policies_of.read(row.text)), "is_own": True, "row": row})
        except StudioError as error:  # a rule that an update took away; the gate refuses it too
            found.append(
                {"name": row.name, "title": row.name, "lines": [error.message], "is_own": True, "row": row}
            )
    return found


def policy_words(policy: policies_of.Policy) -> dict[str, Any]:
    """Return a profile in sentences."""
    lines = [_(words) for name, words in _SETTINGS.items() if getattr(policy, name)]
    if policy.needs_approval:
        lines.append(
            _("the distributor approves in writing: %(uses)s")
            % {"uses": ", ".join(str(ACTIONS.get(use, use)) for use in sorted(policy.needs_approval))}
        )
    lines.append(_("a grant that ends is told %(n)d days before") % {"n": policy.expiry_days})
    lines.append(_("a reading of a licence counts for %(n)d months") % {"n": policy.review_months})
    for rule, severity in sorted(policy.severities.items()):
        words = {"rule": rule, "title": _(RULES[rule].title), "severity": Severity(severity).label}
        lines.append(_("%(rule)s (%(title)s): %(severity)s") % words)
    lines += [
        _("%(rule)s (%(title)s) is switched off") % {"rule": rule, "title": _(RULES[rule].title)}
        for rule in sorted(policy.off)
    ]
    title = policy.title.get(get_language() or "en", policy.title.get("en", policy.name))
    return {"name": policy.name, "title": title, "lines": lines, "text": policy.text}
