"""Pages that belong to no production: sign in, theme, help, health."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from studio.core import health as health_of
from studio.core import probes
from studio.core.errors import NotFound
from studio.core.models import User

log = logging.getLogger(__name__)
_THEMES = frozenset({"dark", "light", "system"})
_YEAR_S = 365 * 24 * 3600
_OUR_APPS = ("core", "assets", "qa")


class SignIn(LoginView):
    """The sign-in page; it names the demo's logins where the demo is loaded."""

    template_name = "core/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo's logins."""
        logins = import_string(settings.DEMO_LOGINS)() if settings.DEMO_LOGINS else []
        return {**super().get_context_data(**kwargs), "demo_logins": logins}


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember dark, light or the system's choice with the person, and in a cookie for the sign-in page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    if theme in _THEMES:
        _keep(request, theme=theme)
        response.set_cookie(
            "theme", theme, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, as Django does, and with the person: their mail is written in it too."""
    response = set_language(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _keep(request, language=language)
    return response


def _keep(request: HttpRequest, **choice: str) -> None:
    """Keep a choice of the frame with the person who is signed in."""
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**choice)


@login_required
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the way through the tool and the words of the trade."""
    return render(request, "core/help.html")


@login_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Show the administrator what is at work and what is not, and what to do about it."""
    if not (request.user.is_staff or request.user.is_superuser):
        raise NotFound(what="page")
    sections = health_of.examine()
    context = {
        "sections": sections,
        "problems": health_of.problems(sections),
        "state": health_of.worst([each for section in sections for each in section.findings]),
        "rows": _rows(),
    }
    return render(request, "core/health.html", context)


@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """Tell a load balancer whether this web process can serve: 200 or 503, and which check failed. No secrets."""
    checks = {name: _passes(check) for name, check in _READY.items()}
    is_ready = all(checks.values())
    return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        log.exception("a check of readiness failed")
        return False


def _answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _writable() -> bool:
    with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
        return file.write(b"1") == 1


_READY: dict[str, Callable[[], bool]] = {
    "database": _answers,
    "migrations": lambda: not probes.open_migrations(),
    "data_folder": _writable,
}


def _rows() -> list[tuple[str, int]]:
    """Return how many rows each of our tables holds."""
    models = [model for label in _OUR_APPS for model in apps.get_app_config(label).get_models()]
    return [(model._meta.object_name or "", model._default_manager.count()) for model in models]
