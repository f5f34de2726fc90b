"""Turns the studio's errors into pages, so that a view never has to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from studio.core.errors import StudioError


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
