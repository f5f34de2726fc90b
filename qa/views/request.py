"""The request of a view behind `login_required`: somebody is signed in, so the types may say so."""

from __future__ import annotations

from django.http import HttpRequest

from studio.core.models import User


class SignedIn(HttpRequest):
    """A request whose person is known."""

    user: User  # type: ignore[assignment]
