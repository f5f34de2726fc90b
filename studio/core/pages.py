"""What pages share across apps: the request of somebody who is signed in."""

from __future__ import annotations

from django.http import HttpRequest

from studio.core.models import User


class SignedInRequest(HttpRequest):
    """A request behind `login_required`: its user is a person. Only named in annotations, never made."""

    user: User
