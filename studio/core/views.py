"""Pages that belong to no production: sign in, theme, help, health."""

from __future__ import annotations

import platform
import shutil
import sys
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.db import connection
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from studio.core.choices import JobState
from studio.core.errors import NotFound
from studio.core.models import Job

_THEMES = frozenset({"dark", "light", "system"})
_YEAR_S = 365 * 24 * 3600
_OUR_APPS = ("core", "assets", "qa")
_WAITING_LONG_S = 60
_LITTLE_ROOM = 0.1


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
    """Remember dark, light or the system's choice in a cookie, so that the first paint is right."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    if theme in _THEMES:
        response.set_cookie(
            "theme", theme, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response


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
    context = {"queue": _queue(), "disk": _disk(), "database": _database(), "rows": _rows()}
    return render(request, "core/health.html", {**context, "versions": _versions()})


def _queue() -> dict[str, Any]:
    """Return how many jobs are in which state, and whether somebody works on them."""
    now = timezone.now()
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    running = Job.objects.filter(state=JobState.RUNNING)
    oldest = Job.objects.filter(state=JobState.QUEUED).order_by("created_at").first()
    waiting_s = int((now - oldest.created_at).total_seconds()) if oldest else 0
    alive = running.filter(lease_until__gte=now).count()
    return {
        "states": [(state.label, state.value, counts.get(state.value, 0)) for state in JobState],
        "alive": alive,
        "lost": running.filter(lease_until__lt=now).count(),
        "waiting_s": waiting_s,
        "last_end": Job.objects.aggregate(last=Max("finished_at"))["last"],
        "is_stuck": waiting_s > _WAITING_LONG_S and alive == 0,
        "broker": str(settings.CELERY_BROKER_URL).split(":", 1)[0],
    }


def _disk() -> dict[str, Any]:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(settings.VAR_DIR)
    return {
        "free": usage.free,
        "total": usage.total,
        "used": usage.total - usage.free,
        "is_low": usage.free < usage.total * _LITTLE_ROOM,
    }


def _database() -> dict[str, Any]:
    """Return the vendor, and for SQLite its journal mode, which must be WAL for web and worker together."""
    mode = ""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    return {
        "vendor": connection.vendor,
        "mode": mode,
        "is_odd": connection.vendor == "sqlite" and mode != "wal",
    }


def _rows() -> list[tuple[str, int]]:
    """Return how many rows each of our tables holds."""
    models = [model for label in _OUR_APPS for model in apps.get_app_config(label).get_models()]
    return [(model._meta.object_name or "", model._default_manager.count()) for model in models]


def _versions() -> list[tuple[str, str]]:
    return [
        ("Python", sys.version.split()[0]),
        ("Django", django.get_version()),
        ("Embedder", settings.EMBEDDER),
        ("Device", settings.COMPUTE_DEVICE),
        ("System", f"{platform.system()} {platform.machine()}"),
    ]
