"""Webhooks of a production: add, change, new secret, test, and what became of each delivery."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, notice_words, selectors
from assets.choices import DeliveryState, NoticeKind, WebhookBody
from assets.models import Production, Webhook, WebhookDelivery
from assets.services import webhooks
from assets.views.paging import page_of, tried
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_KEPT = "webhook"  # the key in the session under which a new secret waits for its one showing


class WebhookForm(forms.Form):
    """An address, what it is told of, and in which form."""

    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=500, widget=forms.TextInput(attrs={"type": "url"})
    )
    body = forms.ChoiceField(label=gettext_lazy("Kind of message"), choices=WebhookBody.choices)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Told of"),
        choices=NoticeKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means everything, also what is added later."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def webhook_list(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the webhooks of a production; add one."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.MANAGE_PRODUCTION, production)
    form = WebhookForm(request.POST or None, label_suffix="", initial={"body": WebhookBody.SAKKAN})
    if request.method == "POST" and form.is_valid():
        made: list[Webhook] = []

        def create() -> None:
            made.append(webhooks.create(actor=request.user, production=production, **form.cleaned_data))

        if tried(form, create):
            _keep_secret(request, made[0])
            messages.success(request, _("The webhook is there. Copy its secret now."))
            return redirect("webhook", made[0].pk)
    context = {"production": production, "form": form, "webhooks": _listed(production)}
    return render(request, "assets/webhooks.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def webhook_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a webhook with its deliveries; change it."""
    webhook = webhooks.get(request.user, pk)
    initial = {"url": webhook.url, "body": webhook.body, "kinds": webhook.kinds}
    form = WebhookForm(request.POST or None, label_suffix="", initial=initial)
    if request.method == "POST" and form.is_valid():

        def change() -> None:
            webhooks.update(actor=request.user, webhook=webhook, **form.cleaned_data)

        if tried(form, change):
            messages.success(request, _("Saved."))
            return redirect("webhook", pk)
    rows = webhook.deliveries.select_related("webhook")
    if state := request.GET.get("state", ""):
        rows = rows.filter(state=state)
    kept = request.session.pop(_KEPT, {})
    page = page_of(request, rows, 50)
    context = {
        "production": webhook.production,
        "webhook": webhook,
        "form": form,
        "page": page,
        "rows": [line(each) for each in page.object_list],
        "states": DeliveryState.choices,
        "secret": kept.get("secret") if kept.get("webhook") == webhook.pk else None,
    }
    return render(request, "assets/webhook.html", context)


@login_required
@require_POST
def webhook_switch(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switch a webhook off or on."""
    webhook = webhooks.get(request.user, pk)
    webhooks.update(actor=request.user, webhook=webhook, active=request.POST.get("active") == "1")
    return redirect("webhook", pk)


@login_required
@require_POST
def webhook_rotate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a webhook a new secret."""
    webhook = webhooks.rotate(actor=request.user, webhook=webhooks.get(request.user, pk))
    _keep_secret(request, webhook)
    messages.success(request, _("The old secret signs nothing any more. Copy the new one now."))
    return redirect("webhook", pk)


@login_required
@require_POST
def webhook_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget a webhook with its deliveries."""
    webhook = webhooks.get(request.user, pk)
    code = webhook.production.code
    webhooks.remove(actor=request.user, webhook=webhook)
    messages.success(request, _("The webhook is gone."))
    return redirect("webhooks", code)


@login_required
@require_POST
def webhook_test(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a test delivery; its row says what the other side answered."""
    delivery = webhooks.send_test(actor=request.user, webhook=webhooks.get(request.user, pk))
    return _after(request, delivery)


@login_required
@require_POST
def delivery_again(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a delivery again."""
    found = webhooks.get_delivery(request.user, pk)
    return _after(request, webhooks.send_again(actor=request.user, delivery=found))


@login_required
@require_GET
def delivery(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one delivery's row as it stands now."""
    return render(request, "assets/_delivery.html", line(webhooks.get_delivery(request.user, pk)))


def line(delivery: WebhookDelivery) -> dict[str, Any]:
    """Return what the row of a delivery shows."""
    return {
        "delivery": delivery,
        "kind": notice_words.kind_of(delivery.kind),
        "about": notice_words.title_of(delivery.kind, delivery.payload.get("data", {}))
        if "data" in delivery.payload
        else "",
        "most": webhooks.ATTEMPTS,
        "is_fresh": delivery.state == DeliveryState.WAITING and not delivery.error,
        "error": _(delivery.error) if delivery.error else "",
    }


def _after(request: SignedInRequest, delivery: WebhookDelivery) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "assets/_delivery.html", line(delivery))
    return redirect("webhook", delivery.webhook_id)


def _keep_secret(request: SignedInRequest, webhook: Webhook) -> None:
    request.session[_KEPT] = {"webhook": webhook.pk, "secret": webhook.secret}


def _listed(production: Production) -> list[Webhook]:
    """Return the webhooks with how many deliveries wait and how many were given up."""
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    lost = Count("deliveries", filter=Q(deliveries__state=DeliveryState.GIVEN_UP))
    return list(production.webhooks.annotate(n_waiting=waiting, n_given_up=lost).order_by("pk"))
