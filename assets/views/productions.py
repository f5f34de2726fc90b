"""A production: settings and episodes, people, the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, selectors
from assets.forms import EpisodeForm, ProductionForm, ProductionSettingsForm, RoleForm
from assets.models import Episode, Membership, Production
from assets.services import productions
from assets.views.paging import page_of, tried
from studio.core.errors import NotFound
from studio.core.models import AuditEvent
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Open a production."""
    form = ProductionForm(request.POST or None)
    made: list[Production] = []
    if request.method == "POST" and form.is_valid():
        done = tried(form, lambda: made.append(productions.create(actor=request.user, **form.cleaned_data)))
        if done:
            messages.success(request, _("The production is open. Add episodes and people next."))
            return redirect("production_settings", made[0].code)
    return render(request, "assets/production_new.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest, code: str) -> HttpResponse:
    """Change the production's own fields; episodes stand below."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.MANAGE_PRODUCTION, production)
    form = ProductionSettingsForm(request.POST or None, initial=_fields_of(production))
    if request.method == "POST" and form.is_valid():

        def change() -> None:
            productions.update(actor=request.user, production=production, **form.cleaned_data)

        if tried(form, change):
            messages.success(request, _("Saved."))
            return redirect("production_settings", code)
    return _settings_page(request, production, form, EpisodeForm(prefix="new"))


@login_required
@require_POST
def episode_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Open an episode."""
    production = selectors.get_production(request.user, code)
    form = EpisodeForm(request.POST, prefix="new")

    def create() -> None:
        productions.create_episode(actor=request.user, production=production, **form.cleaned_data)

    if form.is_valid() and tried(form, create):
        messages.success(request, _("Episode %(code)s is open.") % {"code": form.cleaned_data["code"]})
        return redirect("production_settings", code)
    access.require(request.user, Action.MANAGE_PRODUCTION, production)
    return _settings_page(request, production, ProductionSettingsForm(initial=_fields_of(production)), form)


@login_required
@require_POST
def episode_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an episode's code, title or due date."""
    visible = access.visible_productions(request.user)
    episode = get_object_or_404(Episode.objects.filter(production__in=visible), pk=pk)
    form = EpisodeForm(request.POST)

    def update() -> None:
        productions.update_episode(actor=request.user, episode=episode, **form.cleaned_data)

    if form.is_valid() and tried(form, update):
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    return redirect("production_settings", episode.production.code)


@login_required
@require_http_methods(["GET", "POST"])
def people(request: SignedInRequest, code: str) -> HttpResponse:
    """Show who has which role; give a role."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_ALL_CUTS, production)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def add() -> None:
            productions.add_role(actor=request.user, production=production, **form.cleaned_data)

        if tried(form, add):
            messages.success(request, _("The role was given."))
            return redirect("people", code)
    rows = production.memberships.select_related("user")
    by_user: dict[int, list[Membership]] = {}
    for row in rows:
        by_user.setdefault(row.user_id, []).append(row)
    context = {"production": production, "form": form, "rows": list(by_user.values())}
    return render(request, "assets/people.html", context)


@login_required
@require_POST
def role_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    visible = access.visible_productions(request.user)
    membership = Membership.objects.filter(production__in=visible, pk=pk).select_related("production").first()
    if membership is None:
        raise NotFound(what="role")
    code = membership.production.code
    productions.remove_role(actor=request.user, membership=membership)
    messages.success(request, _("The role was taken away."))
    return redirect("people", code)


@login_required
@require_GET
def audit(request: SignedInRequest, code: str) -> HttpResponse:
    """Show who did what, before and after."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_AUDIT, production)
    all_rows = AuditEvent.objects.filter(production_id=production.pk)
    rows = all_rows
    if verb := request.GET.get("verb", ""):
        rows = rows.filter(verb=verb)
    if who := request.GET.get("who", ""):
        rows = rows.filter(actor_name=who)
    if words := request.GET.get("q", ""):
        rows = rows.filter(Q(target_name__icontains=words) | Q(target_type__icontains=words))
    context = {
        "production": production,
        "page": page_of(request, rows),
        "verbs": all_rows.order_by("verb").values_list("verb", flat=True).distinct(),
        "names": all_rows.order_by("actor_name").values_list("actor_name", flat=True).distinct(),
    }
    return render(request, "assets/audit.html", context)


def _fields_of(production: Production) -> dict[str, Any]:
    rate = f"{production.fps.normalize():f}"  # 24, not 24.000
    return {
        "title": production.title,
        "fps": rate,
        "note": production.note,
        "drift_by_artist": production.drift_by_artist,
        "archived": production.archived,
    }


def _settings_page(
    request: SignedInRequest, production: Production, form: ProductionSettingsForm, episode_form: EpisodeForm
) -> HttpResponse:
    context = {
        "production": production,
        "form": form,
        "episode_form": episode_form,
        "episodes": production.episodes.all(),
    }
    return render(request, "assets/production_settings.html", context)
