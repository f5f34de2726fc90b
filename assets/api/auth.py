"""Tokens and who I am. A token is shown once, at sign-in; afterwards only its first letters are known."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.base import EMPTY, ApiView, one
from assets.models import Membership
from studio.core.api import StrictCharField
from studio.core.models import User


class LoginSerializer(serializers.Serializer):
    """A person's name and password."""

    username = StrictCharField(max_length=150)
    password = StrictCharField(max_length=500, trim_whitespace=False)


class NewTokenSerializer(serializers.Serializer):
    """A new token, in full for the only time."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class TokenSerializer(serializers.ModelSerializer):
    """A token that is in force, by its first letters."""

    key = serializers.CharField(source="token_key")
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = AuthToken
        fields = ["key", "created_at", "expires_at", "is_current"]

    def get_is_current(self, token: AuthToken) -> bool:
        """Whether the request was made with this token."""
        current = self.context["request"].auth
        return isinstance(current, AuthToken) and current.pk == token.pk


class RoleSerializer(serializers.ModelSerializer):
    """One role in one production."""

    production = serializers.CharField(source="production.code")

    class Meta:
        model = Membership
        fields = ["production", "role"]


class MeSerializer(serializers.ModelSerializer):
    """The person who asks, with their roles."""

    name = serializers.CharField(source="__str__")
    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "username", "name", "is_staff", "roles"]

    @extend_schema_field(RoleSerializer(many=True))
    def get_roles(self, user: User) -> Any:
        """All roles, by production."""
        held = Membership.objects.filter(user=user).select_related("production")
        return RoleSerializer(held.order_by("production__code", "role"), many=True).data


class Login(ApiView):
    """Sign in by name and password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="login", request=LoginSerializer, responses={201: NewTokenSerializer}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Return a new token. Send it as `Authorization: Token …`."""
        given = self.body(LoginSerializer)
        plain: Any = request._request
        user = authenticate(request=plain, **given)
        if getattr(plain, "axes_locked_out", False):
            plain.axes_locked_out = False  # answered here, in the API's own shape
            raise exceptions.Throttled
        if user is None:
            msg = _("The name or the password is wrong.")
            raise exceptions.ValidationError({"non_field_errors": [msg]})
        held, token = AuthToken.objects.create(user=user)
        return self.answer(NewTokenSerializer, {"token": token, "expires_at": held.expiry}, status=201)


class Logout(ApiView):
    """End this token."""

    authentication_classes = (TokenAuthentication,)

    @extend_schema(operation_id="logout", request=None, responses={204: EMPTY})
    def post(self, request: Request) -> Response:
        """End the token that the request is made with."""
        if isinstance(request.auth, AuthToken):
            request.auth.delete()
        return Response(status=204)


class Tokens(ApiView):
    """The person's tokens."""

    queryset = AuthToken.objects.none()

    @extend_schema(operation_id="tokens", responses=TokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the tokens in force."""
        return self.page(TokenSerializer, AuthToken.objects.filter(user=self.user).order_by("-created"))


class Token(ApiView):
    """One token."""

    @extend_schema(operation_id="token_revoke", responses={204: EMPTY})
    def delete(self, request: Request, key: str) -> Response:
        """End a token."""
        one(AuthToken.objects.filter(user=self.user), "token", token_key=key).delete()
        return Response(status=204)


class Me(ApiView):
    """Who I am."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Return the person who asks, with their roles."""
        return self.answer(MeSerializer, self.user)
