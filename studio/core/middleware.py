"""Turns the studio's errors into pages, so that a view never has to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from studio.core.errors import StudioError


class PersonLanguageMiddleware:
    """A person who chose a language reads it on every machine that they sign in on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Speak the person's language from here on; otherwise as the cookie or the browser says."""
        chosen = getattr(request.user, "language", "")
        if chosen and translation.check_for_language(chosen):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        return self.get_response(request)


class StudioErrorMiddleware:
    """A StudioError that a view lets pass becomes a page, or a notice for htmx, with the error's own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a StudioError; leave everything else to Django."""
        if not isinstance(exception, StudioError):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            body = {"code": exception.code, "message": exception.message, "data": exception.data}
            return JsonResponse(body, status=exception.status)
        htmx = request.headers.get("HX-Request") == "true"
        template = "core/_error.html" if htmx else "core/error.html"
        return render(request, template, {"error": exception}, status=exception.status)
