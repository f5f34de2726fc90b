"""What every request of a signed-in person carries along."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from assets import access


class KeptRolesMiddleware:
    """Reads a person's roles once a request: a page asks for them a dozen times."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep what is read while the request lasts; the person is another object in the next one."""
        if request.user.is_authenticated:
            access.keep_roles(request.user)
        return self.get_response(request)
